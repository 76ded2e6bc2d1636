;;;; Array access (CLHS 15): dimensions, elements, fill pointers.

(in-package "CLYSM.LIBRARY")

(defconstant array-rank-limit 64 "One more than the highest rank.")
(defconstant array-dimension-limit 67108864 "One more than the highest dimension, in elements.")
(defconstant array-total-size-limit 67108864 "One more than the highest total size, in elements.")

;;; shape

(defun array-dimensions (array)
  "The dimensions of ARRAY as a list; a fill pointer is ignored."
  (if (%array-p array)
      (copy-list (%array-dimensions array))
      (list (array-total-size array))))

(defun array-rank (array)
  "The number of dimensions of ARRAY."
  (cond ((%array-p array) (length (%array-dimensions array)))
        ((%data-kind array) 1)
        (t (%wrong-type array 'array))))

(defun array-total-size (array)
  "The number of elements of ARRAY; a fill pointer is ignored."
  (cond ((%array-p array) (%array-size array))
        ((%data-kind array) (%data-length array))
        (t (%wrong-type array 'array))))

(defun array-dimension (array axis)
  "Dimension AXIS, counted from 0, of ARRAY; a fill pointer is ignored."
  (if (%array-p array)
      (let ((dimensions (%array-dimensions array)))
        (nth (%check-index axis (length dimensions)) dimensions))
      (let ((size (array-total-size array)))
        (%check-index axis 1)
        size)))

(defun array-element-type (array)
  "The type of the elements that ARRAY can hold."
  (let ((kind (%array-kind-of array)))
    (if kind
        (%kind-element-type kind)
        (%wrong-type array 'array))))

(defun adjustable-array-p (array)
  "True if ADJUST-ARRAY changes ARRAY itself."
  (cond ((%array-p array) (%array-adjustable array))
        ((%data-kind array) nil)
        (t (%wrong-type array 'array))))

(defun array-has-fill-pointer-p (array)
  "True if ARRAY is a vector with a fill pointer."
  (cond ((%array-p array) (if (%array-fill array) t nil))
        ((%data-kind array) nil)
        (t (%wrong-type array 'array))))

;;; elements

(defun %row-major-place (array index)
  "The simple vector that holds element INDEX of ARRAY in row-major order, and the index there; checked."
  (cond ((%array-p array)
         (%check-index index (%array-size array))
         (if (%array-displaced array)
             (multiple-value-bind (data offset) (%array-storage array)
               (values data (%fix+ offset index)))
             (values (%array-data array) index)))
        ((%data-kind array)
         (values array (%check-index index (%data-length array))))
        (t (%wrong-type array 'array))))

(defun row-major-aref (array index)
  "Element INDEX of ARRAY in row-major order."
  (multiple-value-bind (data i) (%row-major-place array index)
    (%data-ref data i)))

(defun (setf row-major-aref) (value array index)
  "Store VALUE as element INDEX of ARRAY in row-major order."
  (multiple-value-bind (data i) (%row-major-place array index)
    (%data-set data i value)))

(defun %check-vector (array)
  "Refuse one index for an array whose rank is not 1."
  (when (and (%array-p array) (not (%vector-array-p array)))
    (%wrong-rank array 1)))

(defun %plain-index-p (array index)
  "True if ARRAY is an %ARRAY of rank 1 that is not displaced, and INDEX is valid: so its data has that element."
  (and (%array-p array)
       (not (%array-slot array displaced))
       (%vector-array-p array)
       (%fixnump index)
       (%fix<= 0 index)
       (%fix< index (%array-slot array size))))

(defun %aref-slow (array index)
  "(AREF ARRAY INDEX) for everything that compiled code does not do itself, errors included."
  (cond ((%plain-index-p array index)
         (%data-ref (%array-slot array data) index))
        (t (%check-vector array)
           (row-major-aref array index))))

(defun %aset-slow (array index value)
  "(SETF (AREF ARRAY INDEX) VALUE) for everything that compiled code does not do itself, errors included."
  (cond ((%plain-index-p array index)
         (%data-set (%array-slot array data) index value))
        (t (%check-vector array)
           (setf (row-major-aref array index) value))))

(defun %wrong-rank (array count)
  "Signal an ERROR: COUNT subscripts do not suit ARRAY."
  (error 'simple-error
         :format-control "~s subscripts for an array of rank ~s"
         :format-arguments (list count (array-rank array))))

(defun array-row-major-index (array &rest subscripts)
  "The position in row-major order of the element at SUBSCRIPTS."
  (%subscripts-index array subscripts))

(defun %subscripts-index (array subscripts)
  "ARRAY-ROW-MAJOR-INDEX with a list of subscripts."
  (let ((index 0)
        (rest subscripts))
    (dolist (dimension (if (%array-p array) (%array-dimensions array) (list (array-total-size array))))
      (unless rest (%wrong-rank array (length subscripts)))
      (setq index (%fix+ (%fix* index dimension) (%check-index (%car rest) dimension))
            rest (%cdr rest)))
    (when rest (%wrong-rank array (length subscripts)))
    index))

(defun array-in-bounds-p (array &rest subscripts)
  "True if SUBSCRIPTS, as many integers as ARRAY has dimensions, are valid for it."
  (let ((dimensions (array-dimensions array))
        (result t))
    (unless (= (length dimensions) (length subscripts))
      (%wrong-rank array (length subscripts)))
    (do-cells (cell subscripts result)
      (let ((subscript (%car cell)))
        (unless (integerp subscript) (%wrong-type subscript 'integer))
        (unless (< -1 subscript (%car dimensions)) (setq result nil))
        (setq dimensions (%cdr dimensions))))))

(defun aref (array &rest subscripts)
  "The element of ARRAY at SUBSCRIPTS; fill pointers are ignored."
  (row-major-aref array (%subscripts-index array subscripts)))

(defun (setf aref) (value array &rest subscripts)
  "Store VALUE as the element of ARRAY at SUBSCRIPTS."
  (setf (row-major-aref array (%subscripts-index array subscripts)) value))

;;; fill pointers

(defun %fill-vector-p (x)
  "The fill pointer of X, NIL if it has none."
  (and (%array-p x) (%array-slot x fill)))

(defun fill-pointer (vector)
  "The number of active elements of VECTOR, which must have a fill pointer."
  (or (%fill-vector-p vector)
      (%wrong-type vector '(and vector (satisfies array-has-fill-pointer-p)))))

(defun (setf fill-pointer) (position vector)
  "Make the first POSITION elements of VECTOR its active ones."
  (fill-pointer vector)
  (unless (and (%fixnump position) (%fix<= 0 position) (%fix<= position (%array-size vector)))
    (%wrong-type position (list 'integer 0 (%array-size vector))))
  (setf (%array-fill vector) position))

(defun vector-push (element vector)
  "Append ELEMENT to VECTOR at its fill pointer. Returns its index, NIL if there is no room."
  (let ((fill (fill-pointer vector)))
    (if (%fix< fill (%array-size vector))
        (%vector-push-at element vector fill)
        nil)))

(defun %vector-push-at (element vector fill)
  "Store ELEMENT at FILL, the fill pointer of VECTOR, which has room, and return FILL."
  (if (%array-slot vector displaced)
      (setf (row-major-aref vector fill) element)
      (%data-set (%array-slot vector data) fill element))
  (setf (%array-fill vector) (%fix+ fill 1))
  fill)

(defun vector-push-extend (element vector &optional (extension 1))
  "Append ELEMENT to VECTOR at its fill pointer and return its index.
If there is no room, VECTOR must be adjustable; it grows by EXTENSION elements or to its double size."
  (let ((fill (fill-pointer vector)))
    (unless (%fix< fill (%array-slot vector size))
      (unless (and (%fixnump extension) (%fix> extension 0))
        (%wrong-type extension '(integer 1)))
      (unless (%array-adjustable vector)
        (%wrong-type vector '(and vector (satisfies adjustable-array-p))))
      (%grow-vector vector (+ fill (max extension fill 4))))
    (%vector-push-at element vector fill)))

(defun %grow-vector (vector size)
  "Give VECTOR, an adjustable %ARRAY of rank 1, room for SIZE elements."
  (when (>= size array-dimension-limit)
    (%wrong-type size (list 'integer 0 (list array-dimension-limit))))
  (let ((data (%make-data (%array-kind vector) size)))
    (multiple-value-bind (old-data offset) (%array-storage vector)
      (%data-copy data 0 old-data offset (%array-size vector)))
    (setf (%array-data vector) data
          (%array-offset vector) 0
          (%array-dimensions vector) (list size)
          (%array-size vector) size
          (%array-displaced vector) nil)
    vector))

(defun vector-pop (vector)
  "Remove the last active element of VECTOR and return it."
  (let ((fill (fill-pointer vector)))
    (when (%fix= fill 0)
      (error 'simple-error :format-control "vector-pop: no active elements" :format-arguments nil))
    (setf (%array-fill vector) (%fix- fill 1))
    (row-major-aref vector (%fix- fill 1))))
