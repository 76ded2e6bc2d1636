;;;; COERCE.

(in-package "CLYSM.LIBRARY")

(defun %cannot-coerce (object type)
  (error 'simple-type-error
         :datum object :expected-type type
         :format-control "~S cannot be converted to type ~S"
         :format-arguments (list object type)))

(defun %coerce-to-function (object)
  "The function that OBJECT, a function name or lambda expression, stands for.  Signals UNDEFINED-FUNCTION."
  (cond ((and (consp object) (eq (car object) 'lambda))
         (%evaluate-if-linked (list 'function object)))
        ((or (symbolp object) (%setf-name-p object))
         (let ((function (fdefinition object)))
           (if (and (functionp function) (not (and (symbolp object) (%runtime-macro object))))
               function
               (%undefined-function object))))
        (t (%cannot-coerce object 'function))))

(defun %coerce-to-complex (number part)
  "NUMBER as a complex number with parts of type PART (* for any); a rational stays one if PART allows."
  (cond ((not (numberp number)) (%cannot-coerce number (list 'complex part)))
        ((eq part '*) (if (%complexp number) number (complex number)))
        (t (complex (%coerce (realpart number) part)
                    (%coerce (imagpart number) part)))))

(defun %coerce-to-sequence (object type)
  (if (or (listp object) (vectorp object))
      (%convert-sequence object type)
      (%cannot-coerce object type)))

(defun %coerce-to-float (object prototype type)
  "OBJECT as a float of the format of PROTOTYPE."
  (if (realp object)
      (float object prototype)
      (%cannot-coerce object type)))

(defun %coerce-by-name (object name type)
  "OBJECT converted as the type TYPE with the operator NAME asks."
  (case name
    ((list vector simple-vector string simple-string base-string simple-base-string bit-vector simple-bit-vector
      array simple-array sequence null cons)
     (%coerce-to-sequence object type))
    ((character base-char standard-char) (character object))
    ((single-float short-float) (%coerce-to-float object 1.0f0 type))
    ((double-float long-float) (%coerce-to-float object 1.0d0 type))
    (float (%coerce-to-float object 1.0f0 type))
    (complex (%coerce-to-complex object (%argument (if (consp type) (cdr type) '()) 0)))
    (t (multiple-value-bind (expansion found) (%expand-type type)
         (if found
             (%coerce object expansion)
             (%cannot-coerce object type))))))

(defun %rational-complex-p (object type)
  "Is OBJECT a rational that a conversion to the complex type TYPE leaves as it is?"
  (and (rationalp object)
       (eq (if (consp type) (car type) type) 'complex)))

(defun %coerce-checked (object name type)
  "OBJECT converted to TYPE, whose operator is NAME; a result that is not of TYPE is a TYPE-ERROR."
  (let ((result (%coerce-by-name object name type)))
    (if (or (%rational-complex-p result type) (%typep result type))
        result
        (%cannot-coerce object type))))

(defun %coerce (object type)
  (let ((name (if (consp type) (car type) type)))
    (cond ((eq name 'function)
           (if (functionp object) object (%coerce-to-function object)))
          ((not (symbolp name)) (%coerce object (%class-name type)))
          ((%typep object type) object)
          (t (%coerce-checked object name type)))))

(defun coerce (object type)
  "OBJECT if it is of TYPE, else a corresponding object of TYPE: a sequence, character, float, complex or function.
Signals TYPE-ERROR if there is none."
  (%coerce object type))
