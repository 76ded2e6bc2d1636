;;;; SORT, STABLE-SORT and MERGE: merge sorts on lists and on vectors, both stable.

(in-package "CLYSM.LIBRARY")

(defun %order (predicate key)
  "PREDICATE on the keys of two elements."
  (let ((key (%key key)))
    (if key
        (lambda (a b) (funcall predicate (funcall key a) (funcall key b)))
        predicate)))

(defun %merge-lists (left right order)
  "Merge two sorted lists by relinking their conses. Of equal elements those of LEFT come first."
  (let* ((head (cons nil nil))
         (tail head))
    (loop
      (cond ((null left) (%set-cdr tail right) (return (%cdr head)))
            ((null right) (%set-cdr tail left) (return (%cdr head)))
            ((funcall order (car right) (car left))
             (setq tail (%set-cdr tail right)
                   right (%cdr right)))
            (t
             (setq tail (%set-cdr tail left)
                   left (%cdr left)))))))

(defun %sort-list (list order)
  "Sort a proper list by relinking its conses."
  (labels ((sort-first (count)
             ;; takes COUNT conses off LIST and returns them sorted
             (if (%fix= count 1)
                 (let ((cell list))
                   (setq list (%cdr cell))
                   (%set-cdr cell nil)
                   cell)
                 (let* ((half (%fix-shr count 1))
                        (left (sort-first half)))
                   (%merge-lists left (sort-first (%fix- count half)) order)))))
    (if (null list)
        nil
        (sort-first (%list-count list)))))

(defun %sort-range (vector buffer start end order)
  "Sort the elements START to END of a simple vector of kind T; BUFFER is as long as VECTOR."
  (if (%fix<= (%fix- end start) 6)
      (%insertion-sort vector start end order)
      (let ((middle (%fix-shr (%fix+ start end) 1)))
        (%sort-range vector buffer start middle order)
        (%sort-range vector buffer middle end order)
        (when (funcall order (%svref vector middle) (%svref vector (%fix- middle 1)))
          (%merge-ranges vector buffer start middle end order)))))

(defun %insertion-sort (vector start end order)
  (do ((i (%fix+ start 1) (%fix+ i 1)))
      ((%fix>= i end))
    (let ((x (%svref vector i))
          (hole i))
      (loop
        (when (%fix= hole start) (return))
        (let ((previous (%svref vector (%fix- hole 1))))
          (unless (funcall order x previous) (return))
          (%svset vector hole previous)
          (setq hole (%fix- hole 1))))
      (%svset vector hole x))))

(defun %merge-ranges (vector buffer start middle end order)
  "Merge the sorted ranges START to MIDDLE and MIDDLE to END of VECTOR."
  (%vector-copy buffer start vector start (%fix- middle start))
  (let ((left start)
        (right middle)
        (to start))
    (loop
      (when (%fix= left middle) (return))
      (cond ((and (%fix< right end)
                  (funcall order (%svref vector right) (%svref buffer left)))
             (%svset vector to (%svref vector right))
             (setq right (%fix+ right 1)))
            (t
             (%svset vector to (%svref buffer left))
             (setq left (%fix+ left 1))))
      (setq to (%fix+ to 1)))))

(defun %sort-vector (vector order)
  "Sort the active elements of VECTOR in place, by way of a simple vector of kind T if it is another."
  (with-vector-data (data base start end) (vector 0 nil)
    (if (simple-vector-p data)
        (%sort-range data (%make-vector (%vector-length data) nil) start end order)
        (let* ((size (%fix- end start))
               (copy (%make-vector size nil)))
          (%data-copy copy 0 data start size)
          (%sort-range copy (%make-vector size nil) 0 size order)
          (%data-copy data start copy 0 size))))
  vector)

(defun %sort (sequence predicate key)
  (let ((order (%order predicate key)))
    (cond ((listp sequence) (%sort-list sequence order))
          ((%vector-length-or-nil sequence) (%sort-vector sequence order))
          (t (%wrong-type sequence 'sequence)))))

(declaim (inline sort stable-sort))

(defun stable-sort (sequence predicate &key key)
  "SEQUENCE, sorted in place so that PREDICATE holds of no element's key and an earlier one's. Equal elements keep
their order. A list must be used by its returned value."
  (%sort sequence predicate key))

(defun sort (sequence predicate &key key)
  "STABLE-SORT, as its algorithm is also the fast one here."
  (%sort sequence predicate key))

(defun merge (result-type sequence-1 sequence-2 predicate &key key)
  "The elements of two sorted sequences as one sorted sequence of RESULT-TYPE. Lists may be reused.
Of equal elements those of SEQUENCE-1 come first."
  (%list->typed-sequence (%merge-lists (%convert-sequence sequence-1 'list)
                                       (%convert-sequence sequence-2 'list)
                                       (%order predicate key))
                         result-type))
