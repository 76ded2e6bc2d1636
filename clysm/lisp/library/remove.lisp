;;;; REMOVE and DELETE with their -IF and -IF-NOT forms.

(in-package "CLYSM.LIBRARY")

(defun %remove-from-list (matcher list start end count)
  "LIST without its elements START to END (NIL: the end) that MATCHER accepts, at most COUNT of them (NIL: all).
The part after the last removed element is shared with LIST."
  (let* ((head (cons nil nil))
         (tail head)
         (kept list)                            ; first cons that is not yet copied
         (index start))
    (do-cells (cell (nthcdr start list))
      (when (or (and end (%fix>= index end)) (eq count 0)) (return))
      (when (funcall matcher (%car cell))
        (loop
          (when (eq kept cell) (return))
          (setq tail (%set-cdr tail (cons (%car kept) nil))
                kept (%cdr kept)))
        (setq kept (%cdr cell))
        (when count (setq count (%fix- count 1))))
      (setq index (%fix+ index 1)))
    (%set-cdr tail kept)
    (%cdr head)))

(defun %delete-from-list (matcher list start end count)
  "%REMOVE-FROM-LIST that unlinks conses of LIST."
  (let* ((head (cons nil list))
         (before (nthcdr start head))
         (index start))
    (do-cells (cell (%cdr before) (%cdr head))
      (when (or (and end (%fix>= index end)) (eq count 0)) (return (%cdr head)))
      (if (funcall matcher (%car cell))
          (progn
            (%set-cdr before (%cdr cell))
            (when count (setq count (%fix- count 1))))
          (setq before cell))
      (setq index (%fix+ index 1)))))

(defun %remove-from-vector (matcher vector start end count from-end)
  "A simple vector of the elements of VECTOR but those in START to END that MATCHER accepts, at most COUNT of them."
  (with-vector-data (data base low high) (vector start end)
    (let* ((size (length vector))
           (kept (%make-data (%data-kind data) size))
           (first low)                          ; kept elements are FIRST to LAST, positions in KEPT + BASE
           (last low))
      (flet ((removed-p (x)
               (and (not (eq count 0))
                    (funcall matcher x)
                    (progn (when count (setq count (%fix- count 1))) t))))
        (if from-end
            (progn
              (setq first high last high)
              (do ((i (%fix- high 1) (%fix- i 1)))
                  ((%fix< i low))
                (let ((x (%data-ref data i)))
                  (unless (removed-p x)
                    (setq first (%fix- first 1))
                    (%data-set kept (%fix- first base) x)))))
            (do ((i low (%fix+ i 1)))
                ((%fix>= i high))
              (let ((x (%data-ref data i)))
                (unless (removed-p x)
                  (%data-set kept (%fix- last base) x)
                  (setq last (%fix+ last 1)))))))
      (let* ((before (%fix- low base))
             (middle (%fix- last first))
             (after (%fix- size (%fix- high base)))
             (result (%make-data (%data-kind data) (%fix+ before (%fix+ middle after)))))
        (%data-copy result 0 data base before)
        (%data-copy result before kept (%fix- first base) middle)
        (%data-copy result (%fix+ before middle) data high after)
        result))))

(defun %remove (matcher sequence start end count from-end)
  (let ((count (%check-count count)))
    (cond ((not (listp sequence))
           (%remove-from-vector matcher sequence start end count from-end))
          ((and from-end count)
           (let* ((size (length sequence))
                  (end (%check-range start end size)))
             (nreverse (%delete-from-list matcher (reverse sequence) (%fix- size end) (%fix- size start) count))))
          (t (%remove-from-list matcher sequence start (%list-end sequence start end) count)))))

(defun %delete (matcher sequence start end count from-end)
  "As %REMOVE; a list loses conses, a vector with a fill pointer keeps its identity."
  (cond ((listp sequence)
         (if (and from-end count)
             (%remove matcher sequence start end count from-end)
             (%delete-from-list matcher sequence start (%list-end sequence start end) (%check-count count))))
        ((%fill-vector-p sequence)
         (let ((rest (%remove matcher sequence start end count from-end)))
           (replace sequence rest)
           (setf (fill-pointer sequence) (length rest))
           sequence))
        (t (%remove matcher sequence start end count from-end))))

(declaim (inline remove remove-if remove-if-not delete delete-if delete-if-not))

(defun remove (item sequence &key from-end (start 0) end key test test-not count)
  "SEQUENCE without the elements that match ITEM, the first (FROM-END: last) COUNT of them if COUNT is given."
  (%remove (%element-matcher item test test-not key) sequence start end count from-end))

(defun remove-if (predicate sequence &key from-end (start 0) end key count)
  "SEQUENCE without the elements that satisfy PREDICATE."
  (%remove (%predicate-matcher predicate key) sequence start end count from-end))

(defun remove-if-not (predicate sequence &key from-end (start 0) end key count)
  "SEQUENCE without the elements that do not satisfy PREDICATE."
  (%remove (%complement-matcher predicate key) sequence start end count from-end))

(defun delete (item sequence &key from-end (start 0) end key test test-not count)
  "REMOVE that may change SEQUENCE."
  (%delete (%element-matcher item test test-not key) sequence start end count from-end))

(defun delete-if (predicate sequence &key from-end (start 0) end key count)
  "REMOVE-IF that may change SEQUENCE."
  (%delete (%predicate-matcher predicate key) sequence start end count from-end))

(defun delete-if-not (predicate sequence &key from-end (start 0) end key count)
  "REMOVE-IF-NOT that may change SEQUENCE."
  (%delete (%complement-matcher predicate key) sequence start end count from-end))
