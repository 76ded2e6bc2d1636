;;;; SUBSTITUTE and NSUBSTITUTE with their -IF and -IF-NOT forms.

(in-package "CLYSM.LIBRARY")

(defun %nsubstitute-in-list (new matcher list start end count from-end)
  "Store NEW in the conses START to END of LIST whose element MATCHER accepts."
  (let ((cells nil)
        (index start))
    (do-cells (cell (nthcdr start list))        ; the conses in the order in which they are looked at
      (when (and end (%fix>= index end)) (return))
      (setq cells (cons cell cells)
            index (%fix+ index 1)))
    (do-cells (cell (if from-end cells (nreverse cells)))
      (when (eq count 0) (return))
      (let ((place (%car cell)))
        (when (funcall matcher (%car place))
          (%set-car place new)
          (when count (setq count (%fix- count 1))))))))

(defun %nsubstitute-in-vector (new matcher vector start end count from-end)
  "Store NEW for the elements START to END of VECTOR that MATCHER accepts."
  (with-vector-data (data base low high) (vector start end)
    (flet ((visit (i)
             (when (and (not (eq count 0)) (funcall matcher (%data-ref data i)))
               (%data-set data i new)
               (when count (setq count (%fix- count 1))))))
      (if from-end
          (do ((i (%fix- high 1) (%fix- i 1)))
              ((%fix< i low))
            (visit i))
          (do ((i low (%fix+ i 1)))
              ((%fix>= i high))
            (visit i))))))

(defun %nsubstitute (new matcher sequence start end count from-end)
  (let ((count (%check-count count)))
    (if (listp sequence)
        (%nsubstitute-in-list new matcher sequence start (%list-end sequence start end) count
                              from-end)
        (%nsubstitute-in-vector new matcher sequence start end count from-end))
    sequence))

(defun %substitute (new matcher sequence start end count from-end)
  (%nsubstitute new matcher (copy-seq sequence) start end count from-end))

(defun substitute (new old sequence &key from-end (start 0) end key test test-not count)
  "A copy of SEQUENCE with NEW for the elements that OLD matches, the first (FROM-END: last) COUNT if given."
  (%substitute new (%element-matcher old test test-not key) sequence start end count from-end))

(defun substitute-if (new predicate sequence &key from-end (start 0) end key count)
  "A copy of SEQUENCE with NEW for the elements that satisfy PREDICATE."
  (%substitute new (%predicate-matcher predicate key) sequence start end count from-end))

(defun substitute-if-not (new predicate sequence &key from-end (start 0) end key count)
  "A copy of SEQUENCE with NEW for the elements that do not satisfy PREDICATE."
  (%substitute new (%complement-matcher predicate key) sequence start end count from-end))

(defun nsubstitute (new old sequence &key from-end (start 0) end key test test-not count)
  "SUBSTITUTE in place."
  (%nsubstitute new (%element-matcher old test test-not key) sequence start end count from-end))

(defun nsubstitute-if (new predicate sequence &key from-end (start 0) end key count)
  "SUBSTITUTE-IF in place."
  (%nsubstitute new (%predicate-matcher predicate key) sequence start end count from-end))

(defun nsubstitute-if-not (new predicate sequence &key from-end (start 0) end key count)
  "SUBSTITUTE-IF-NOT in place."
  (%nsubstitute new (%complement-matcher predicate key) sequence start end count from-end))
