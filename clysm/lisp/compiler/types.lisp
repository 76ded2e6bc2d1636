;;;; The one table of Wasm types: every index of a type is its place in here.

(in-package "CLYSM.COMPILER")

;;; Heap types. Each row: name, then
;;;   (struct (field type mutability)...)  or  (array type mutability).
;;; All are in one rec group, so that equal shapes stay different types. Every type but $obj is final, because a test
;;; against a final type is an integer compare. Struct types extend $obj, whose field is the identity hash (0: none yet).

(defparameter *heap-types*
  '(($obj struct (hash i32 var))
    ($cons struct (hash i32 var) (car eq var) (cdr eq var))
    ($symbol struct (hash i32 var) (name eq var) (package eq var) (value eq var) (function eq var) (plist eq var)
     (class eq var) (setf eq var))
    ($function struct (hash i32 var) (code i32 var) (info eq var) (env eq var))
    ($digits array i32 var)
    ($bignum struct (hash i32 var) (sign i32 const) (magnitude $digits const))
    ($ratio struct (hash i32 var) (numerator eq const) (denominator eq const))
    ($complex struct (hash i32 var) (real eq const) (imag eq const))
    ($single struct (hash i32 var) (value f32 const))
    ($double struct (hash i32 var) (value f64 const))
    ($vector array eq var)
    ($string array i32 var)
    ($octets array i8 var)
    ($bits array i8 var)
    ($doubles array f64 var)
    ($instance array eq var)
    ($box struct (hash i32 var) (value eq var))
    ($exit struct (hash i32 var) (live i32 var))))

;;; Function types of Lisp code: $lisp-N takes the function object (or null) and N values.

(defconstant +most-parameters+ 40)

(defconstant +table-arities+ 5)         ; one table for each of 0 .. 4 arguments, then one for lists

(defvar *type-indices* (make-hash-table :test #'eq)
  "Name of a heap type -> its index.")

(defvar *type-definitions* (make-hash-table :test #'eq)
  "Name of a heap type -> its row without the name.")

(let ((index 0))
  (dolist (row *heap-types*)
    (setf (gethash (car row) *type-indices*) index)
    (setf (gethash (car row) *type-definitions*) (cdr row))
    (setf index (+ index 1))))

(defun heap-type-p (name)
  (if (gethash name *type-indices*) t nil))

(defun type-index (name)
  (or (gethash name *type-indices*)
      (error "no heap type `~A`" name)))

(defun lisp-type-index (arity)
  "Index of the type of a Lisp function body with ARITY values as parameters."
  (+ (length *heap-types*) arity))

(defun values-type-index ()
  "Index of the type () -> (value, count), used for blocks."
  (+ (length *heap-types*) +most-parameters+ 1))

(defun exit-type-index ()
  "Index of the type () -> (exit, value, count), used for blocks that catch."
  (+ (length *heap-types*) +most-parameters+ 2))

(defun exit-tag-type-index ()
  "Index of the type (exit, value, count) -> (), of the tag that all exits are thrown with."
  (+ (length *heap-types*) +most-parameters+ 3))

(defun fixed-type-count ()
  (+ (length *heap-types*) +most-parameters+ 4))

(defun struct-field (type-name field)
  "Position, type and mutability of FIELD of a struct type."
  (let ((position (position field (cdr (gethash type-name *type-definitions*)) :key #'car)))
    (unless position
      (error "type `~A` has no field `~A`" type-name field))
    (let ((row (nth position (cdr (gethash type-name *type-definitions*)))))
      (values position (second row) (third row)))))

(defun array-element (type-name)
  "Type of the elements of an array type as stored: eq, i32, i8 or f64."
  (let ((row (gethash type-name *type-definitions*)))
    (unless (eq (car row) 'array)
      (error "`~A` is not an array type" type-name))
    (second row)))

;;; Value types are symbols: i32 i64 f32 f64, eq for (ref eq), i31 for (ref i31), the name of a heap type for
;;; (ref $type), self for (ref null $function), exn for exnref.

(defun put-value-type (buffer type)
  (case type
    (i32 (put-byte buffer #x7F))
    (i64 (put-byte buffer #x7E))
    (f32 (put-byte buffer #x7D))
    (f64 (put-byte buffer #x7C))
    (i8 (put-byte buffer #x78))
    (eq (put-byte buffer #x64) (put-byte buffer #x6D))
    (i31 (put-byte buffer #x64) (put-byte buffer #x6C))
    (self (put-byte buffer #x63) (put-signed buffer (type-index '$function)))
    (exn (put-byte buffer #x69))
    (t (put-byte buffer #x64) (put-signed buffer (type-index type)))))

(defun put-field-type (buffer type mutability)
  (put-value-type buffer type)
  (put-byte buffer (if (eq mutability 'var) 1 0)))

(defun put-heap-type (buffer row)
  (cond ((eq (car row) '$obj) (put-byte buffer #x50) (put-u32 buffer 0))
        ((eq (second row) 'struct) (put-byte buffer #x4F) (put-u32 buffer 1) (put-u32 buffer (type-index '$obj)))
        (t (put-byte buffer #x4F) (put-u32 buffer 0)))
  (ecase (second row)
    (struct (put-byte buffer #x5F)
     (put-u32 buffer (length (cddr row)))
     (dolist (field (cddr row))
       (put-field-type buffer (second field) (third field))))
    (array (put-byte buffer #x5E)
     (put-field-type buffer (third row) (fourth row)))))

(defun put-function-type (buffer parameters results)
  (put-byte buffer #x60)
  (put-u32 buffer (length parameters))
  (dolist (type parameters) (put-value-type buffer type))
  (put-u32 buffer (length results))
  (dolist (type results) (put-value-type buffer type)))

(defvar *lisp-parameters* (make-hash-table :test #'eql)
  "Number of arguments -> parameter types.")

(defun lisp-parameters (arity)
  "Parameter types of a Lisp function body; not to be changed."
  (or (gethash arity *lisp-parameters*)
      (setf (gethash arity *lisp-parameters*)
            (cons 'self (make-list arity :initial-element 'eq)))))

(defvar *fixed-type-octets* nil
  "The fixed table as it stands in every type section.")

(defun fixed-type-octets ()
  (or *fixed-type-octets*
      (let ((buffer (make-buffer 256)))
        (put-byte buffer #x4E)
        (put-u32 buffer (length *heap-types*))
        (dolist (row *heap-types*) (put-heap-type buffer row))
        (dotimes (arity (+ 1 +most-parameters+))
          (put-function-type buffer (lisp-parameters arity) '(eq i32)))
        (put-function-type buffer '() '(eq i32))
        (put-function-type buffer '() '(eq eq i32))
        (put-function-type buffer '(eq eq i32) '())
        (setf *fixed-type-octets* (buffer-contents buffer)))))

(defun put-type-section (buffer extra)
  "The content of a type section: the fixed table, then the function types EXTRA, a list of (parameters results)."
  (put-u32 buffer (+ 1 +most-parameters+ 1 3 (length extra)))
  (put-octets buffer (fixed-type-octets))
  (dolist (type extra)
    (put-function-type buffer (first type) (second type))))

(defun subtype-p (a b)
  "Is every value of value type A one of B?"
  (cond ((eq a b) t)
        ((eq a 'bottom) t)
        ((eq b 'eq) (or (eq a 'i31) (heap-type-p a)))
        ((eq b 'self) (or (eq a '$function) (eq a 'null)))
        ((eq b '$obj) (and (heap-type-p a) (eq (car (gethash a *type-definitions*)) 'struct)))
        (t nil)))
