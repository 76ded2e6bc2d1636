;;;; FIND, POSITION and COUNT with their -IF and -IF-NOT forms.

(in-package "CLYSM.LIBRARY")

;;; %LOCATE returns the element that was found and its position, NIL and NIL if there is none.

(defun %locate-in-list (matcher list start end from-end)
  (let ((index start)
        (element nil)
        (position nil))
    (do-cells (cell (nthcdr start list) (values element position))
      (when (and end (%fix>= index end))
        (return (values element position)))
      (when (funcall matcher (%car cell))
        (setq element (%car cell)
              position index)
        (unless from-end (return (values element position))))
      (setq index (%fix+ index 1)))))

(defun %locate-in-vector (matcher vector start end from-end)
  (with-vector-data (data base low high) (vector start end)
    (if from-end
        (do ((i (%fix- high 1) (%fix- i 1)))
            ((%fix< i low) (values nil nil))
          (let ((x (%data-ref data i)))
            (when (funcall matcher x) (return (values x (%fix- i base))))))
        (do ((i low (%fix+ i 1)))
            ((%fix>= i high) (values nil nil))
          (let ((x (%data-ref data i)))
            (when (funcall matcher x) (return (values x (%fix- i base)))))))))

(defun %locate (matcher sequence start end from-end)
  (if (listp sequence)
      (%locate-in-list matcher sequence start (%list-end sequence start end) from-end)
      (%locate-in-vector matcher sequence start end from-end)))

;;; fast cases: comparison by EQ, from the start

(defun %string-position (char string start end)
  "The first position of CHAR from START to END of a simple string. The range must be valid."
  (do ((i start (%fix+ i 1)))
      ((%fix>= i end) nil)
    (when (eq char (%schar string i)) (return i))))

(defun %list-position (item list)
  "The position of the first element of LIST that is EQ to ITEM."
  (let ((index 0))
    (do-cells (cell list nil)
      (when (eq item (%car cell)) (return index))
      (setq index (%fix+ index 1)))))

(defun %plain-eq-p (item key test test-not from-end)
  "True if the arguments ask for the first element that is EQ to ITEM."
  (and (null key) (null test-not) (null from-end) (%eq-test-p test item)))

(defun %find (item sequence from-end start end key test test-not)
  "FIND with plain arguments."
  (if (and (%plain-eq-p item key test test-not from-end) (listp sequence) (eq start 0) (null end))
      (if (%member-eq item sequence) item nil)
      (values (%locate (%element-matcher item test test-not key) sequence start end from-end))))

(declaim (inline find find-if find-if-not position position-if position-if-not count count-if count-if-not))

(defun find (item sequence &key from-end (start 0) end key test test-not)
  "The first (FROM-END: last) element that matches ITEM, or NIL."
  (%find item sequence from-end start end key test test-not))

(defun find-if (predicate sequence &key from-end (start 0) end key)
  "The first (FROM-END: last) element that satisfies PREDICATE, or NIL."
  (values (%locate (%predicate-matcher predicate key) sequence start end from-end)))

(defun find-if-not (predicate sequence &key from-end (start 0) end key)
  "The first (FROM-END: last) element that does not satisfy PREDICATE, or NIL."
  (values (%locate (%complement-matcher predicate key) sequence start end from-end)))

(defun %position-if (matcher sequence start end from-end)
  (multiple-value-bind (element position) (%locate matcher sequence start end from-end)
    (declare (ignore element))
    position))

(defun %position (item sequence from-end start end key test test-not)
  "POSITION with plain arguments."
  (if (%plain-eq-p item key test test-not from-end)
      (cond ((%simple-string-p sequence)
             (let ((end (%check-range start end (%string-length sequence))))
               (%string-position item sequence start end)))
            ((and (listp sequence) (eq start 0) (null end))
             (%list-position item sequence))
            (t (%position-if (lambda (x) (eq item x)) sequence start end nil)))
      (%position-if (%element-matcher item test test-not key) sequence start end from-end)))

(defun position (item sequence &key from-end (start 0) end key test test-not)
  "The index of the first (FROM-END: last) element that matches ITEM, or NIL."
  (%position item sequence from-end start end key test test-not))

(defun position-if (predicate sequence &key from-end (start 0) end key)
  "The index of the first (FROM-END: last) element that satisfies PREDICATE, or NIL."
  (%position-if (%predicate-matcher predicate key) sequence start end from-end))

(defun position-if-not (predicate sequence &key from-end (start 0) end key)
  "The index of the first (FROM-END: last) element that does not satisfy PREDICATE, or NIL."
  (%position-if (%complement-matcher predicate key) sequence start end from-end))

;;; COUNT

(defun %count (matcher sequence start end from-end)
  "The number of elements that MATCHER accepts; FROM-END only reverses the order of the calls."
  (let ((count 0))
    (flet ((visit (x)
             (when (funcall matcher x) (setq count (%fix+ count 1)))))
      (%each-element #'visit sequence start end from-end))
    count))

(defun %each-element (function sequence start end from-end)
  "Call FUNCTION on the elements START to END of SEQUENCE, the last first if FROM-END."
  (if (listp sequence)
      (let ((end (%list-end sequence start end)))
        (if from-end
            (do-cells (cell (nreverse (%list-part sequence start end)))
              (funcall function (%car cell)))
            (let ((index start))
              (do-cells (cell (nthcdr start sequence))
                (when (and end (%fix>= index end)) (return))
                (funcall function (%car cell))
                (setq index (%fix+ index 1))))))
      (with-vector-data (data base low high) (sequence start end)
        (if from-end
            (do ((i (%fix- high 1) (%fix- i 1)))
                ((%fix< i low))
              (funcall function (%data-ref data i)))
            (do ((i low (%fix+ i 1)))
                ((%fix>= i high))
              (funcall function (%data-ref data i)))))))

(defun count (item sequence &key from-end (start 0) end key test test-not)
  "The number of elements that match ITEM."
  (%count (%element-matcher item test test-not key) sequence start end from-end))

(defun count-if (predicate sequence &key from-end (start 0) end key)
  "The number of elements that satisfy PREDICATE."
  (%count (%predicate-matcher predicate key) sequence start end from-end))

(defun count-if-not (predicate sequence &key from-end (start 0) end key)
  "The number of elements that do not satisfy PREDICATE."
  (%count (%complement-matcher predicate key) sequence start end from-end))
