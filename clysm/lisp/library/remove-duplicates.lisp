;;;; REMOVE-DUPLICATES and DELETE-DUPLICATES.

(in-package "CLYSM.LIBRARY")

(defun %hashable-test (test test-not)
  "The hash table test that compares like TEST, or NIL if there is none."
  (cond (test-not nil)
        ((%eql-function-p test) 'eql)
        ((%eq-function-p test) 'eq)
        ((or (eq test #'equal) (eq test 'equal)) 'equal)))

(defun %duplicates-by-table (list key table from-end)
  "LIST without the elements whose key occurs again later (FROM-END: occurred before)."
  (let ((seen-p (lambda (x)
                  (let ((k (if key (funcall key x) x)))
                    (or (gethash k table)
                        (progn (setf (gethash k table) t) nil))))))
    (if from-end
        (%remove-from-list seen-p list 0 nil nil)
        (nreverse (%remove-from-list seen-p (reverse list) 0 nil nil)))))

(defun %duplicates-by-test (list matcher from-end)
  "%DUPLICATES-BY-TABLE by comparing each element with each other. MATCHER gets the earlier element first."
  (if from-end
      (let ((kept nil))
        (do-cells (cell list (nreverse kept))
          (let ((x (%car cell)))
            (unless (do-cells (other kept nil)
                      (when (funcall matcher (%car other) x) (return t)))
              (setq kept (cons x kept))))))
      (let ((kept nil))
        (do-cells (cell list (nreverse kept))
          (let ((x (%car cell)))
            (unless (do-cells (other (%cdr cell) nil)
                      (when (funcall matcher x (%car other)) (return t)))
              (setq kept (cons x kept))))))))

(defun %distinct (list from-end key test test-not)
  (let ((table-test (%hashable-test test test-not)))
    (if (and table-test (nthcdr 16 list))
        (%duplicates-by-table list (%key key) (make-hash-table :test table-test) from-end)
        (%duplicates-by-test list (%pair-matcher test test-not key) from-end))))

(defun remove-duplicates (sequence &key from-end key test test-not (start 0) end)
  "SEQUENCE without those elements START to END that match a later (FROM-END: earlier) one of these."
  (cond ((not (listp sequence))
         (let* ((end (%check-range start end (length sequence)))
                (part (%distinct (%convert-sequence (subseq sequence start end) 'list) from-end key test test-not))
                (kind (%array-kind-of sequence)))
           (%concatenate-data kind nil
                              (list (subseq sequence 0 start) part (subseq sequence end))
                              nil)))
        ((and (eq start 0) (null end))
         (%distinct sequence from-end key test test-not))
        (t
         (let* ((end (%check-range start end (length sequence)))
                (part (%distinct (%list-part sequence start end) from-end key test test-not)))
           (nconc (%list-part sequence 0 start) part (%list-part sequence end nil))))))

(defun delete-duplicates (sequence &key from-end key test test-not (start 0) end)
  "REMOVE-DUPLICATES that may change SEQUENCE."
  (remove-duplicates sequence :from-end from-end :key key :test test :test-not test-not :start start :end end))
