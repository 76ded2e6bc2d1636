;;;; Lists as sets: union, intersection, difference, subset (CLHS 14).
;;;;
;;;; The destructive versions may reuse their arguments, but need not; they are the same functions here.

(in-package "CLYSM.LIBRARY")

(defun %eq-elements-p (list)
  "True if EQL on every element of LIST is EQ."
  (do-cells (cell list t)
    (unless (%eq-comparable-p (%car cell)) (return nil))))

(defun %set-member-test (list test test-not key)
  "A function of (element list): is there a match for it in that list? The elements come from LIST.
The element of the other list is the second argument of the test."
  (if (and (null key) (null test-not)
           (or (%eq-function-p test) (and (%eql-function-p test) (%eq-elements-p list))))
      (lambda (element other) (%member-eq element other))
      (let ((matcher (%pair-matcher test test-not key)))
        (lambda (element other)
          (do-cells (cell other)
            (when (funcall matcher element (%car cell)) (return cell)))))))

(defun %select (list other member-p keep-members-p)
  "The elements of LIST that are (KEEP-MEMBERS-P) or are not in OTHER, in order."
  (let* ((head (cons nil nil))
         (end head))
    (do-cells (cell list (%cdr head))
      (when (eq keep-members-p (if (funcall member-p (%car cell) other) t nil))
        (setq end (%set-cdr end (cons (%car cell) nil)))))))

(defun intersection (list-1 list-2 &key key test test-not)
  "The elements of LIST-1 that match one of LIST-2."
  (%select list-1 list-2 (%set-member-test list-1 test test-not key) t))

(defun set-difference (list-1 list-2 &key key test test-not)
  "The elements of LIST-1 that match none of LIST-2."
  (if (null list-2)
      (copy-list list-1)
      (%select list-1 list-2 (%set-member-test list-1 test test-not key) nil)))

(defun union (list-1 list-2 &key key test test-not)
  "The elements of LIST-1 that match none of LIST-2, and those of LIST-2."
  (%append-2 (set-difference list-1 list-2 :key key :test test :test-not test-not)
             list-2))

(defun set-exclusive-or (list-1 list-2 &key key test test-not)
  "The elements of either list that match none of the other."
  (let ((only-1 (set-difference list-1 list-2 :key key :test test :test-not test-not))
        (swapped (if (or test test-not)            ; keep the argument order of the test: LIST-1 first
                     (let ((matcher (%pair-matcher test test-not key)))
                       (lambda (a b) (funcall matcher b a))))))
    (nconc only-1
           (if swapped
               (set-difference list-2 list-1 :test swapped)
               (set-difference list-2 list-1 :key key)))))

(defun subsetp (list-1 list-2 &key key test test-not)
  "True if every element of LIST-1 matches one of LIST-2."
  (let ((member-p (%set-member-test list-1 test test-not key)))
    (do-cells (cell list-1 t)
      (unless (funcall member-p (%car cell) list-2) (return nil)))))

(defun nintersection (list-1 list-2 &key key test test-not)
  "INTERSECTION that may reuse LIST-1."
  (intersection list-1 list-2 :key key :test test :test-not test-not))

(defun nset-difference (list-1 list-2 &key key test test-not)
  "SET-DIFFERENCE that may reuse LIST-1."
  (set-difference list-1 list-2 :key key :test test :test-not test-not))

(defun nunion (list-1 list-2 &key key test test-not)
  "UNION that may reuse both lists."
  (union list-1 list-2 :key key :test test :test-not test-not))

(defun nset-exclusive-or (list-1 list-2 &key key test test-not)
  "SET-EXCLUSIVE-OR that may reuse both lists."
  (set-exclusive-or list-1 list-2 :key key :test test :test-not test-not))
