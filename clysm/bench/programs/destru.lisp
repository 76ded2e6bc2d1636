;;;; Destructive operations on lists: reversing, splicing, deleting, and a merge sort that moves no element.

(defun next-random (state)
  "A linear congruential generator that stays within small integers."
  (mod (+ (* state 1103) 12345) 65521))

(defun random-list (count)
  (let ((state count) (list '()))
    (dotimes (i count list)
      (setf state (next-random state))
      (push state list))))

(defun merge-lists (first second)
  "One ascending list of the cells of two."
  (let* ((head (cons nil nil)) (tail head))
    (loop
      (cond ((null first) (rplacd tail second) (return (cdr head)))
            ((null second) (rplacd tail first) (return (cdr head)))
            ((< (car second) (car first))
             (rplacd tail second)
             (setf second (cdr second)))
            (t (rplacd tail first)
               (setf first (cdr first))))
      (setf tail (cdr tail)))))

(defun split-list (list)
  "Cut LIST in the middle; the second half."
  (let ((slow list) (fast (cdr list)))
    (loop
      (when (or (null fast) (null (cdr fast)))
        (return (prog1 (cdr slow) (rplacd slow nil))))
      (setf slow (cdr slow))
      (setf fast (cddr fast)))))

(defun sort-list (list)
  (if (or (null list) (null (cdr list)))
      list
      (let ((second (split-list list)))
        (merge-lists (sort-list list) (sort-list second)))))

(defun drop-repeated (list)
  "Splice out the elements of an ascending list that follow an equal one."
  (do ((cell list))
      ((null (cdr cell)) list)
    (if (= (car cell) (cadr cell))
        (rplacd cell (cddr cell))
        (setf cell (cdr cell)))))

(defun work (count)
  (let ((all '()))
    (dotimes (i count)
      (let ((list (drop-repeated (sort-list (nreverse (random-list 2000))))))
        (setf list (delete-if #'oddp list))
        (do ((cell list (cddr cell)))
            ((or (null cell) (null (cdr cell))))
          (rotatef (car cell) (cadr cell)))
        (setf all (nconc (nbutlast list 10) (last all 100)))))
    all))

(let ((result (work 60)))
  (print (length result))
  (print (reduce #'+ result))
  (print (subseq result 0 10)))
