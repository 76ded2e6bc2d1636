;;;; TYPE-OF.

(in-package "CLYSM.LIBRARY")

(defun %type-of-number (number)
  (cond ((or (eq number 0) (eq number 1)) 'bit)
        ((%fixnump number) (if (%fix< number 0) 'fixnum '(integer 0 536870911)))
        ((%bignump number) (if (< number 0) 'bignum '(integer 536870912)))
        ((%ratiop number) 'ratio)
        ((%singlep number) 'single-float)
        ((%doublep number) 'double-float)
        ((%singlep (%realpart number)) '(complex single-float))
        ((%doublep (%realpart number)) '(complex double-float))
        (t '(complex rational))))

(defun %type-of-array (array)
  (let ((dimensions (array-dimensions array)))
    (cond ((simple-vector-p array) (cons 'simple-vector dimensions))
          ((%simple-string-p array) (cons 'simple-string dimensions))
          ((%bits-p array) (cons 'simple-bit-vector dimensions))
          ((%simple-array-p array) (list 'simple-array (array-element-type array) dimensions))
          (t (list 'array (array-element-type array) dimensions)))))

(defun %type-of-instance (instance)
  "The name of the type of INSTANCE, or its class if that has no proper name."
  (let* ((layout (%instance-layout instance))
         (name (%layout-name layout))
         (class (%layout-class layout))
         (owner (if (symbolp name) (%symbol-class name) nil)))
    (if (or (null class)
            (and (eq (%class-name class) name) (or (eq owner layout) (eq owner class))))
        name
        class)))

(defun type-of (object)
  "A type specifier of a type that OBJECT has; a subtype of each standard type that OBJECT has. A type that would need
AND or NOT is not told: an array that is not simple is just an array."
  (cond ((null object) 'null)
        ((eq object t) 'boolean)
        ((symbolp object) (if (keywordp object) 'keyword 'symbol))
        ((consp object) 'cons)
        ((characterp object) (if (standard-char-p object) 'standard-char 'character))
        ((numberp object) (%type-of-number object))
        ((arrayp object) (%type-of-array object))
        ((%instancep object) (%type-of-instance object))
        ((functionp object) (if (%generic-function-p object) 'standard-generic-function 'compiled-function))
        (t t)))
