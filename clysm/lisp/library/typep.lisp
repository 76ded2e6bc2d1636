;;;; TYPEP at run time.

(in-package "CLYSM.LIBRARY")

(defun %unknown-type (type)
  "Signal an error: TYPE is not a type specifier."
  (error 'simple-error :format-control "~S is not a type specifier" :format-arguments (list type)))

(defun %expand-type (type)
  "What TYPE, a name or list with a DEFTYPE definition, stands for; NIL and NIL without one."
  (let* ((name (if (consp type) (car type) type))
         (expander (if (symbolp name) (%type-expander name) nil)))
    (if expander
        (values (funcall expander (if (consp type) type (list type)) nil) t)
        (values nil nil))))

(defun %bad-type-arguments (type)
  (error 'simple-error :format-control "wrong arguments in the type specifier ~S" :format-arguments (list type)))

;;; Names

(defun %typep-defined-name (object name)
  "Is OBJECT of the type NAME, which a program has defined?"
  (let ((class (%type-cell name)))
    (cond ((%layoutp class) (%instance-of-p object class))
          ((%classp class) (%class-typep object class))
          ((%type-expander name) (%typep object (%expand-type name)))
          (t (%unknown-type name)))))

(defun %typep-name (object name)
  (case name
    ((t) t)
    ((nil) nil)
    (symbol (symbolp object))
    (list (listp object))
    (cons (consp object))
    (null (null object))
    (atom (atom object))
    (fixnum (%fixnump object))
    (integer (or (%fixnump object) (%bignump object)))
    (string (stringp object))
    (simple-string (%simple-string-p object))
    (character (characterp object))
    (function (functionp object))
    ((generic-function standard-generic-function) (%generic-function-p object))
    (keyword (keywordp object))
    (simple-vector (simple-vector-p object))
    (vector (vectorp object))
    (array (arrayp object))
    (sequence (or (listp object) (vectorp object)))
    (number (numberp object))
    (real (realp object))
    (rational (or (%fixnump object) (%bignump object) (%ratiop object)))
    (float (or (%singlep object) (%doublep object)))
    ((single-float short-float) (%singlep object))
    ((double-float long-float) (%doublep object))
    (ratio (%ratiop object))
    (bignum (%bignump object))
    (complex (%complexp object))
    (boolean (or (null object) (eq object t)))
    (bit (or (eq object 0) (eq object 1)))
    (unsigned-byte (if (%fixnump object) (%fix<= 0 object) (and (%bignump object) (< 0 object))))
    (signed-byte (or (%fixnump object) (%bignump object)))
    (compiled-function (functionp object))
    (base-char (characterp object))
    (extended-char nil)
    (standard-char (and (characterp object) (if (standard-char-p object) t nil)))
    (base-string (stringp object))
    (simple-base-string (%simple-string-p object))
    (bit-vector (bit-vector-p object))
    (simple-bit-vector (%bits-p object))
    (simple-array (%simple-array-p object))
    ((and or not member eql satisfies values mod) (%bad-type-arguments name))
    (t (%typep-defined-name object name))))

;;; Numbers

(defun %argument (arguments index)
  "Argument INDEX of a type specifier, * if it is missing."
  (let ((tail (nthcdr index arguments)))
    (if tail (car tail) '*)))

(defun %within-bounds-p (object arguments)
  "Is the real number OBJECT within the bounds ARGUMENTS, (low high)?"
  (let ((low (%argument arguments 0)) (high (%argument arguments 1)))
    (and (cond ((eq low '*) t)
               ((consp low) (< (car low) object))
               (t (<= low object)))
         (cond ((eq high '*) t)
               ((consp high) (< object (car high)))
               (t (<= object high))))))

(defun %typep-byte (object name size type)
  "Is the integer OBJECT of the type (NAME SIZE)?"
  (cond ((eq size '*) (or (eq name 'signed-byte) (<= 0 object)))
        ((not (and (integerp size) (< 0 size))) (%bad-type-arguments type))
        (t (case name
             (mod (and (<= 0 object) (< object size)))
             (unsigned-byte (and (<= 0 object) (<= (integer-length object) size)))
             (t (< (integer-length object) size))))))

(defun %typep-complex (object part)
  "Is the complex number OBJECT of the type (complex PART)?"
  (or (eq part '*)
      (let ((upgraded (upgraded-complex-part-type part)))
        (and (%typep (%realpart object) upgraded)
             (%typep (%imagpart object) upgraded)))))

;;; Arrays

(defun %dimensions-match-p (actual wanted)
  "Does the list ACTUAL of dimensions suit WANTED: *, a rank, or a list of dimensions and *?"
  (cond ((eq wanted '*) t)
        ((integerp wanted) (eql wanted (length actual)))
        (t (loop
             (when (null wanted) (return (null actual)))
             (when (null actual) (return nil))
             (unless (or (eq (car wanted) '*) (eql (car wanted) (car actual)))
               (return nil))
             (setq wanted (cdr wanted))
             (setq actual (cdr actual))))))

(defun %typep-array (object element-type dimensions)
  "Is the array OBJECT of the type (array ELEMENT-TYPE DIMENSIONS)?"
  (and (or (eq element-type '*)
           (equal (array-element-type object) (upgraded-array-element-type element-type)))
       (or (eq dimensions '*)
           (%dimensions-match-p (array-dimensions object) dimensions))))

(defun %typep-vector (object element-type size)
  "Is the vector OBJECT of the type (vector ELEMENT-TYPE SIZE)?"
  (%typep-array object element-type (if (eq size '*) '* (list size))))

;;; Compound types

(defun %typep-every (object types)
  (dolist (type types t)
    (unless (%typep object type) (return nil))))

(defun %typep-some (object types)
  (dolist (type types nil)
    (when (%typep object type) (return t))))

(defun %typep-part (object type)
  (or (eq type '*) (%typep object type)))

(defun %typep-compound (object type)
  (let* ((name (car type))
         (arguments (cdr type))
         (first (%argument arguments 0)))
    (case name
      ((or) (%typep-some object arguments))
      ((and) (%typep-every object arguments))
      ((not) (not (%typep object first)))
      ((member) (if (member object arguments :test #'eql) t nil))
      ((eql) (eql object first))
      ((satisfies) (if (funcall first object) t nil))
      ((cons) (and (consp object)
                   (%typep-part (%car object) first)
                   (%typep-part (%cdr object) (%argument arguments 1))))
      ((integer rational real float single-float double-float short-float long-float)
       (and (%typep-name object name) (%within-bounds-p object arguments)))
      ((mod unsigned-byte signed-byte)
       (and (%typep-name object 'integer) (%typep-byte object name first type)))
      ((complex) (and (%complexp object) (%typep-complex object first)))
      ((array) (and (arrayp object) (%typep-array object first (%argument arguments 1))))
      ((simple-array) (and (%simple-array-p object) (%typep-array object first (%argument arguments 1))))
      ((vector) (and (vectorp object) (%typep-vector object first (%argument arguments 1))))
      ((simple-vector string simple-string base-string simple-base-string bit-vector simple-bit-vector)
       (and (%typep-name object name) (%typep-vector object '* first)))
      ((function values) (error 'simple-error :format-control "~S cannot be tested by TYPEP"
                                              :format-arguments (list type)))
      (t (if (and (null arguments) (symbolp name) (not (%type-expander name)))
             (%typep-name object name)
             (multiple-value-bind (expansion found) (%expand-type type)
               (if found
                   (%typep object expansion)
                   (%unknown-type type))))))))

(defun %typep (object type)
  (cond ((symbolp type) (%typep-name object type))
        ((consp type) (%typep-compound object type))
        ((%classp type) (%class-typep object type))
        (t (%unknown-type type))))

(defun typep (object type &optional environment)
  "True if OBJECT is of TYPE, a type specifier or class.  Signals an error for anything else and for FUNCTION and VALUES
types."
  (declare (ignore environment))
  (%typep object type))
