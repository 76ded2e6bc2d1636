;;;; Argument errors shared by the chapters on data structures, and the macro that walks a list.

(in-package "CLYSM.LIBRARY")

(defun %wrong-type (datum expected-type)
  "Signal a TYPE-ERROR for DATUM."
  (error 'type-error :datum datum :expected-type expected-type))

(defun %bad-index (index size)
  "Signal a TYPE-ERROR: INDEX is not an integer from 0 up to, but not including, SIZE."
  (%wrong-type index (list 'integer 0 (list size))))

(defun %bad-range (start end length)
  "Signal a TYPE-ERROR for the first of END and START that does not bound a sequence of LENGTH elements."
  (if (and (%fixnump end) (%fix<= 0 end) (%fix<= end length))
      (%wrong-type start (list 'integer 0 end))
      (%wrong-type end (list 'or 'null (list 'integer 0 length)))))

(defun %check-range (start end length)
  "END as a fixnum (LENGTH if NIL) after checking 0 <= START <= END <= LENGTH; else a TYPE-ERROR."
  (let ((limit (if (null end) length end)))
    (if (and (%fixnump start) (%fixnump limit)
             (%fix<= 0 start) (%fix<= start limit) (%fix<= limit length))
        limit
        (%bad-range start limit length))))

(defun %check-index (index size)
  "INDEX, if it is an integer in [0, SIZE); else a TYPE-ERROR."
  (if (and (%fixnump index) (%fix<= 0 index) (%fix< index size))
      index
      (%bad-index index size)))

(defun %check-count (count)
  "A COUNT argument as a fixnum, negative ones as 0; NIL stays NIL, as does a bignum that no sequence can reach."
  (cond ((null count) nil)
        ((%fixnump count) (if (%fix< count 0) 0 count))
        ((integerp count) (if (minusp count) 0 nil))
        (t (%wrong-type count '(or null integer)))))

(defmacro do-cells ((cell list &optional result) &body body)
  "Run BODY with CELL bound to each cons of LIST in turn. RETURN leaves; a dotted end is a TYPE-ERROR."
  `(do ((,cell ,list (%cdr ,cell)))
       ((not (consp ,cell))
        (when ,cell (%wrong-type ,cell 'list))
        ,result)
     ,@body))
