;;;; Type tests as code: the form that (typep object 'constant) is compiled to.

(in-package "CLYSM.LIBRARY")

(eval-when (:compile-toplevel :load-toplevel :execute)

  (defun %atomic-type-tests ()
    "List of (type test), where the test is a form with the object in the place of %OBJECT."
    '((t t)
      (nil nil)
      (atom (atom %object))
      (null (null %object))
      (list (listp %object))
      (cons (consp %object))
      (sequence (or (listp %object) (vectorp %object)))
      (symbol (symbolp %object))
      (keyword (keywordp %object))
      (boolean (or (null %object) (eq %object t)))
      (character (characterp %object))
      (base-char (characterp %object))
      (extended-char nil)
      (standard-char (and (characterp %object) (standard-char-p %object)))
      (function (functionp %object))
      (generic-function (%generic-function-p %object))
      (standard-generic-function (%generic-function-p %object))
      (compiled-function (functionp %object))
      (fixnum (%fixnump %object))
      (bignum (%bignump %object))
      (integer (or (%fixnump %object) (%bignump %object)))
      (ratio (%ratiop %object))
      (rational (or (%fixnump %object) (%bignump %object) (%ratiop %object)))
      (single-float (%singlep %object))
      (short-float (%singlep %object))
      (double-float (%doublep %object))
      (long-float (%doublep %object))
      (float (or (%singlep %object) (%doublep %object)))
      (real (realp %object))
      (complex (%complexp %object))
      (number (numberp %object))
      (bit (or (eq %object 0) (eq %object 1)))
      (unsigned-byte (if (%fixnump %object) (%fix<= 0 %object) (and (%bignump %object) (< 0 %object))))
      (signed-byte (or (%fixnump %object) (%bignump %object)))
      (array (arrayp %object))
      (vector (vectorp %object))
      (simple-array (%simple-array-p %object))
      (simple-vector (simple-vector-p %object))
      (string (stringp %object))
      (base-string (stringp %object))
      (simple-string (%simple-string-p %object))
      (simple-base-string (%simple-string-p %object))
      (bit-vector (bit-vector-p %object))
      (simple-bit-vector (%bits-p %object))))

  (defun %all-of (forms)
    "A form that is true if all FORMS are, without those that are the constant T."
    (let ((forms (remove t forms)))
      (cond ((null forms) t)
            ((null (cdr forms)) (car forms))
            (t (cons 'and forms)))))

  (defun %any-of (forms)
    "A form that is true if one of FORMS is, without those that are the constant NIL."
    (let ((forms (remove nil forms)))
      (cond ((null forms) nil)
            ((null (cdr forms)) (car forms))
            (t (cons 'or forms)))))

  ;; Bounds of a numeric type, (low high) with * for none and a list for an excluded one.

  (defun %bound (arguments index)
    (let ((tail (nthcdr index arguments)))
      (if tail (car tail) '*)))

  (defun %inclusive-bound (bound step)
    "The integer BOUND, moved by STEP if it is excluded; NIL for none."
    (cond ((eq bound '*) nil)
          ((consp bound) (+ (car bound) step))
          (t bound)))

  (defun %integer-range (type arguments)
    "Lowest and highest element of the integer type (TYPE . ARGUMENTS), NIL for no limit."
    (let ((size (%bound arguments 0)))
      (case type
        (integer (values (%inclusive-bound size 1) (%inclusive-bound (%bound arguments 1) -1)))
        (mod (values 0 (- size 1)))
        (unsigned-byte (values 0 (if (eq size '*) nil (- (expt 2 size) 1))))
        (t (if (eq size '*)
               (values nil nil)
               (values (- (expt 2 (- size 1))) (- (expt 2 (- size 1)) 1)))))))

  (defun %fixnum-range-test (object low high)
    "Test that OBJECT is a fixnum from LOW to HIGH (NIL: no limit)."
    (if (or (and low (< 536870911 low)) (and high (< high -536870912)))
        nil
        (%all-of (list `(%fixnump ,object)
                       (if (and low (< -536870912 low)) `(%fix<= ,low ,object) t)
                       (if (and high (< high 536870911)) `(%fix<= ,object ,high) t)))))

  (defun %bignum-range-test (object low high)
    "Test that OBJECT is a bignum from LOW to HIGH (NIL: no limit)."
    (if (and low high (<= -536870912 low) (<= high 536870911))
        nil
        (%all-of (list `(%bignump ,object)
                       (if low `(<= ,low ,object) t)
                       (if high `(<= ,object ,high) t)))))

  (defun %integer-range-test (object type arguments)
    (multiple-value-bind (low high) (%integer-range type arguments)
      (if (and low high (< high low))
          nil
          (%any-of (list (%fixnum-range-test object low high)
                         (%bignum-range-test object low high))))))

  (defun %bound-tests (object arguments)
    "Tests of the number OBJECT against the bounds ARGUMENTS of a type of real numbers."
    (let ((low (%bound arguments 0)) (high (%bound arguments 1)))
      (list (cond ((eq low '*) t)
                  ((consp low) `(< ,(car low) ,object))
                  (t `(<= ,low ,object)))
            (cond ((eq high '*) t)
                  ((consp high) `(< ,object ,(car high)))
                  (t `(<= ,object ,high))))))

  ;; Arrays: only what is a simple vector of a known kind is tested in line.

  (defun %known-element-kind (type)
    "T, CHARACTER, OCTET, BIT or DOUBLE-FLOAT: what TYPE is upgraded to; NIL if that is left to run time."
    (cond ((member type '(t fixnum integer symbol list cons function number real rational float single-float)) t)
          ((member type '(character base-char standard-char)) 'character)
          ((member type '(double-float long-float)) 'double-float)
          ((eq type 'bit) 'bit)
          ((and (consp type) (member (car type) '(integer mod unsigned-byte)))
           (multiple-value-bind (low high) (%integer-range (car type) (cdr type))
             (cond ((or (null low) (null high) (< low 0) (< 255 high)) t)
                   ((<= high 1) 'bit)
                   (t 'octet))))
          (t nil)))

  (defun %simple-vector-test (object kind size)
    "Test that OBJECT is a simple vector of KIND with SIZE (or *) elements."
    (let* ((row (assoc kind '((t simple-vector-p %vector-length)
                              (character %simple-string-p %string-length)
                              (octet %octets-p %octets-length)
                              (bit %bits-p %bits-length)
                              (double-float %doubles-p %doubles-length)))))
      (%all-of (list `(,(cadr row) ,object)
                     (if (eq size '*) t `(eql (,(caddr row) ,object) ,size))))))

  (defun %vector-size (dimensions)
    "The size in DIMENSIONS, the second argument of an array type, if it stands for rank 1; else NIL."
    (cond ((eql dimensions 1) '*)
          ((and (consp dimensions) (null (cdr dimensions))) (car dimensions))
          (t nil)))

  (defun %simple-array-test (object arguments)
    "Test for (simple-array . ARGUMENTS), or NIL if it is left to run time."
    (let ((kind (%known-element-kind (%bound arguments 0)))
          (size (%vector-size (%bound arguments 1))))
      (if (and kind size)
          (%simple-vector-test object kind size)
          nil)))

  (defun %array-test (object type arguments)
    "Test for the array type (TYPE . ARGUMENTS), or NIL if it is left to run time."
    (let ((first (%bound arguments 0)))
      (case type
        (simple-array (%simple-array-test object arguments))
        (simple-vector (%simple-vector-test object t first))
        ((simple-string simple-base-string) (%simple-vector-test object 'character first))
        (simple-bit-vector (%simple-vector-test object 'bit first))
        (vector (cond ((not (eq (%bound arguments 1) '*)) nil)
                      ((eq first '*) `(vectorp ,object))
                      ((eq (%known-element-kind first) 'character) `(stringp ,object))
                      ((eq (%known-element-kind first) 'bit) `(bit-vector-p ,object))
                      (t nil)))
        (t nil))))

  ;; Compound types

  (defun %member-test (object element)
    (if (or (symbolp element) (characterp element)
            (and (integerp element) (<= -536870912 element 536870911)))
        `(eq ,object ',element)
        `(eql ,object ',element)))

  (defun %part-test (form type environment)
    "Test that the value of FORM, a part of the object, is of TYPE."
    (if (member type '(t *))
        t
        (let ((part (gensym "PART")))
          `(let ((,part ,form)) ,(%typep-form part type environment)))))

  (defun %late-type-test (object type)
    "Test that is left to run time."
    (if (and (symbolp type) (not (eq (symbol-package type) (symbol-package 'car))))
        `(%typep-defined-name ,object ',type)
        `(typep ,object ',type)))

  (defun %compound-typep-form (object type environment)
    "%TYPEP-FORM for a list TYPE, or NIL if it is left to run time."
    (let ((name (car type)) (arguments (cdr type)))
      (case name
        ((and) (%all-of (mapcar (lambda (part) (%typep-form object part environment)) arguments)))
        ((or) (%any-of (mapcar (lambda (part) (%typep-form object part environment)) arguments)))
        ((not) `(not ,(%typep-form object (car arguments) environment)))
        ((member) (%any-of (mapcar (lambda (element) (%member-test object element)) arguments)))
        ((eql) (%member-test object (car arguments)))
        ((satisfies) `(if (funcall ',(car arguments) ,object) t nil))
        ((cons) (%all-of (list `(consp ,object)
                               (%part-test `(%car ,object) (%bound arguments 0) environment)
                               (%part-test `(%cdr ,object) (%bound arguments 1) environment))))
        ((integer mod unsigned-byte signed-byte) (%integer-range-test object name arguments))
        ((rational real float single-float double-float short-float long-float)
         (%all-of (cons (%typep-form object name environment) (%bound-tests object arguments))))
        (t nil))))

  (defun %expandable-type-p (name)
    (and (symbolp name) name (%type-expander name)))

  (defun %typep-form (object type environment)
    "A form that is true if the value of the variable OBJECT is of TYPE.
Where only run time can decide, the form has calls (typep OBJECT 'type); for an unknown TYPE it is such a call."
    (let* ((name (if (consp type) (car type) type))
           (type (if (and (consp type) (null (cdr type)) (not (member name '(and or member)))) name type))
           (row (if (symbolp type) (assoc type (%atomic-type-tests)) nil)))
      (cond (row (subst object '%object (cadr row)))
            ((and (consp type)
                  (member name '(and or not member eql satisfies cons integer mod unsigned-byte signed-byte rational
                                 real float single-float double-float short-float long-float)))
             (%compound-typep-form object type environment))
            ((and (consp type) (%array-test object name (cdr type))))
            ((%expandable-type-p name)
             (%typep-form object
                          (funcall (%type-expander name) (if (consp type) type (list type)) environment)
                          environment))
            (t (%late-type-test object type))))))
