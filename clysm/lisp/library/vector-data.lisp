;;;; What every vector and array is made of: simple data of five kinds, and the structure for all other arrays.
;;;;
;;;; kind            simple vector of          tested by
;;;; T               any object                simple-vector-p
;;;; CHARACTER       characters                %simple-string-p
;;;; OCTET           (unsigned-byte 8)         %octets-p
;;;; BIT             bit                       %bits-p
;;;; DOUBLE-FLOAT    double-float              %doubles-p

(in-package "CLYSM.LIBRARY")

(defstruct (%array (:constructor %make-array-object (kind data offset dimensions size fill adjustable displaced))
                   (:predicate %array-p)
                   (:copier nil))
  "An array that is displaced, adjustable, has a fill pointer, or a rank other than 1."
  kind              ; as above
  data              ; simple vector of that kind, or the array that this one is displaced to
  offset            ; index of element 0 in DATA; 0 unless displaced
  dimensions        ; list of fixnums
  size              ; product of the dimensions
  fill              ; fill pointer or NIL
  adjustable        ; boolean
  displaced)        ; boolean

(defmacro %array-slot (array name)
  "The slot NAME of ARRAY, which must be an %ARRAY: not checked."
  `(%instance-ref ,array ,(position name '(kind data offset dimensions size fill adjustable displaced))))

;;; simple data

(defun %data-kind (x)
  "The kind of X, NIL unless it is a simple vector."
  (cond ((simple-vector-p x) t)
        ((%simple-string-p x) 'character)
        ((%octets-p x) 'octet)
        ((%bits-p x) 'bit)
        ((%doubles-p x) 'double-float)))

(defun %data-length (data)
  "The number of elements of a simple vector."
  (cond ((simple-vector-p data) (%vector-length data))
        ((%simple-string-p data) (%string-length data))
        ((%octets-p data) (%octets-length data))
        ((%bits-p data) (%bits-length data))
        (t (%doubles-length data))))

(defun %make-data (kind size)
  "A simple vector of SIZE elements: NIL or zeros."
  (case kind
    ((t) (%make-vector size nil))
    (character (%make-string size))
    (octet (%make-octets size))
    (bit (%make-bits size))
    (t (%make-doubles size))))

(defun %data-ref (data i)
  "Element I of a simple vector. I must be in range."
  (cond ((simple-vector-p data) (%svref data i))
        ((%simple-string-p data) (%schar data i))
        ((%octets-p data) (%octet-ref data i))
        ((%bits-p data) (%bit-ref data i))
        (t (%doubles-ref data i))))

(defun %data-set (data i value)
  "Store VALUE as element I of a simple vector; a VALUE of the wrong type is a TYPE-ERROR. I must be in range."
  (cond ((simple-vector-p data) (%svset data i value))
        ((%simple-string-p data)
         (if (characterp value)
             (%set-schar data i value)
             (%wrong-type value 'character)))
        ((%octets-p data)
         (if (and (%fixnump value) (%fix<= 0 value) (%fix<= value 255))
             (%set-octet data i value)
             (%wrong-type value '(unsigned-byte 8))))
        ((%bits-p data)
         (if (or (eq value 0) (eq value 1))
             (%set-bit data i value)
             (%wrong-type value 'bit)))
        ((%doublep value) (%set-doubles data i value))
        (t (%wrong-type value 'double-float))))

(defun %data-copy (to to-start from from-start count)
  "Copy COUNT elements between simple vectors of any kinds, as if through a buffer."
  (let ((kind (%data-kind to)))
    (if (eq kind (%data-kind from))
        (case kind
          ((t) (%vector-copy to to-start from from-start count))
          (character (%string-copy to to-start from from-start count))
          (octet (%octets-copy to to-start from from-start count))
          (bit (%bits-copy to to-start from from-start count))
          (t (%doubles-copy-loop to to-start from from-start count)))
        (dotimes (i count)
          (%data-set to (%fix+ to-start i) (%data-ref from (%fix+ from-start i)))))
    to))

(defun %doubles-copy-loop (to to-start from from-start count)
  (if (%fix< from-start to-start)
      (do ((i (%fix- count 1) (%fix- i 1)))
          ((%fix< i 0))
        (%set-doubles to (%fix+ to-start i) (%doubles-ref from (%fix+ from-start i))))
      (dotimes (i count)
        (%set-doubles to (%fix+ to-start i) (%doubles-ref from (%fix+ from-start i))))))

(defun %data-fill (data start end value)
  "Store VALUE at START to END of a simple vector."
  (when (%fix< start end)
    (%data-set data start value)
    (do ((size (%fix- end start))
         (done 1 (%fix+ done done)))
        ((%fix>= done size))
      (%data-copy data (%fix+ start done) data start (if (%fix< (%fix- size done) done) (%fix- size done) done))))
  data)

(defun %data-part (data start end)
  "A fresh simple vector of the elements START to END of DATA."
  (let ((size (%fix- end start)))
    (%data-copy (%make-data (%data-kind data) size) 0 data start size)))

;;; any array

(declaim (inline %vector-array-p))
(defun %vector-array-p (array)
  "True if the rank of the %ARRAY is 1."
  (let ((dimensions (%array-dimensions array)))
    (and dimensions (null (%cdr dimensions)))))

(defun %array-storage (array)
  "The simple vector that holds the elements of the %ARRAY, and the index of element 0 in it.
An array that is displaced to one that has become too small is an error."
  (let ((data (%array-data array))
        (offset (%array-offset array)))
    (when (%array-displaced array)
      (loop
        (unless (%array-p data) (return))
        (setq offset (%fix+ offset (%array-offset data))
              data (%array-data data)))
      (when (%fix> (%fix+ offset (%array-size array)) (%data-length data))
        (error 'simple-error
               :format-control "the array that ~s is displaced to has become too small"
               :format-arguments (list array))))
    (values data offset)))

(defun %vector-data (vector)
  "The simple vector that holds the elements of VECTOR, and the index of element 0 in it. Not a vector: TYPE-ERROR."
  (cond ((%array-p vector)
         (if (%vector-array-p vector)
             (%array-storage vector)
             (%wrong-type vector 'vector)))
        ((%data-kind vector) (values vector 0))
        (t (%wrong-type vector 'vector))))

(defun %array-kind-of (x)
  "The element kind of the array X, NIL if X is no array."
  (if (%array-p x) (%array-kind x) (%data-kind x)))

(defun %vector-length-or-nil (x)
  "The number of active elements of X, NIL if X is not a vector."
  (cond ((simple-vector-p x) (%vector-length x))
        ((%simple-string-p x) (%string-length x))
        ((%array-p x)
         (if (%vector-array-p x)
             (or (%array-fill x) (%array-size x))))
        ((%data-kind x) (%data-length x))))

(defun vectorp (object)
  "True of arrays of rank 1."
  (if (%array-p object)
      (%vector-array-p object)
      (if (%data-kind object) t nil)))

(defun arrayp (object)
  "True of arrays of any rank."
  (or (%array-p object)
      (if (%data-kind object) t nil)))

(defun stringp (object)
  "True of vectors of characters."
  (or (%simple-string-p object)
      (and (%array-p object)
           (eq (%array-kind object) 'character)
           (%vector-array-p object))))

(defun bit-vector-p (object)
  "True of vectors of bits."
  (or (%bits-p object)
      (and (%array-p object)
           (eq (%array-kind object) 'bit)
           (%vector-array-p object))))

(defun simple-string-p (object)
  "True of strings that are neither displaced nor adjustable and have no fill pointer."
  (%simple-string-p object))

(defun simple-bit-vector-p (object)
  "True of bit vectors that are neither displaced nor adjustable and have no fill pointer."
  (%bits-p object))

(defun %simple-array-p (object)
  "True of arrays that are neither displaced nor adjustable and have no fill pointer."
  (if (%array-p object)
      (not (or (%array-displaced object) (%array-adjustable object) (%array-fill object)))
      (if (%data-kind object) t nil)))

;;; kinds and element types

(defun %kind-element-type (kind)
  "The type specifier of the elements of KIND."
  (if (eq kind 'octet) '(unsigned-byte 8) kind))

(defun %element-type-kind (type)
  "The kind of array that holds elements of TYPE. What the table does not know is left to SUBTYPEP."
  (cond ((or (eq type t) (eq type '*)) t)
        ((member type '(character base-char standard-char extended-char) :test #'eq) 'character)
        ((eq type 'bit) 'bit)
        ((member type '(double-float long-float) :test #'eq) 'double-float)
        ((member type '(fixnum integer symbol list cons function number real single-float float rational) :test #'eq) t)
        ((consp type) (%compound-type-kind type))
        ((null type) 'character)
        (t (%subtype-kind type))))

(defun %compound-type-kind (type)
  "%ELEMENT-TYPE-KIND of a list, of which (UNSIGNED-BYTE n), (MOD n) and (INTEGER low high) are known here."
  (let ((name (%car type))
        (argument (if (consp (%cdr type)) (%car (%cdr type)) '*)))
    (cond ((and (eq name 'unsigned-byte) (integerp argument))
           (cond ((= argument 1) 'bit)
                 ((<= argument 8) 'octet)
                 (t t)))
          ((and (eq name 'mod) (integerp argument))
           (%range-kind 0 (- argument 1)))
          ((and (eq name 'integer) (consp (%cdr (%cdr type))) (integerp argument)
                (integerp (%car (%cdr (%cdr type)))))
           (%range-kind argument (%car (%cdr (%cdr type)))))
          ((member name '(unsigned-byte signed-byte) :test #'eq) t)
          (t (%subtype-kind type)))))

(defun %range-kind (low high)
  "The kind for integers from LOW to HIGH."
  (cond ((< low 0) t)
        ((<= high 1) 'bit)
        ((<= high 255) 'octet)
        (t t)))

(defun %subtype-kind (type)
  "The first kind whose elements are a supertype of TYPE: CHARACTER for NIL, since arrays of NIL are strings.
SUBTYPEP is called by name: it is no part of the core."
  (cond ((funcall 'subtypep type 'character) 'character)
        ((funcall 'subtypep type 'bit) 'bit)
        ((funcall 'subtypep type '(unsigned-byte 8)) 'octet)
        ((funcall 'subtypep type 'double-float) 'double-float)
        (t t)))

(defun upgraded-array-element-type (type &optional environment)
  "The element type of the arrays that MAKE-ARRAY makes for TYPE: T, CHARACTER, BIT, (UNSIGNED-BYTE 8) or DOUBLE-FLOAT."
  (declare (ignore environment))
  (%kind-element-type (%element-type-kind type)))
