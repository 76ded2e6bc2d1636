;;;; Sum, difference, product and quotient of any two numbers.
;;;;
;;;; Contagion: with a complex operand the result is complex, else with a double a double, else with a single a single,
;;;; else exact.  A rational operand becomes the nearest float.

(in-package "CLYSM.LIBRARY")

(defmacro %define-tower-operation (name operator (double single rational complex) documentation)
  "Define NAME of two numbers of which not both are integers; the four functions of two arguments do the work."
  `(defun ,name (a b)
     ,documentation
     (cond ((and (%doublep a) (%doublep b)) (%checked-double ,operator (,double a b) a b))
           ((or (%complexp a) (%complexp b)) (,complex (%check-number a) (%check-number b)))
           ((or (%doublep a) (%doublep b))
            (let ((a (%to-double (%check-number a))) (b (%to-double (%check-number b))))
              (%checked-double ,operator (,double a b) a b)))
           ((or (%singlep a) (%singlep b))
            (let ((a (%to-single (%check-number a))) (b (%to-single (%check-number b))))
              (%checked-single ,operator (,single a b) a b)))
           (t (,rational (%check-number a) (%check-number b))))))

(%define-tower-operation %tower-add + (%double+ %single+ %rational-add %complex-add)
  "A + B of numbers that are not both integers; errors as for %ADD-SLOW.")
(%define-tower-operation %tower-sub - (%double- %single- %rational-sub %complex-sub)
  "A - B of numbers that are not both integers; errors as for %ADD-SLOW.")
(%define-tower-operation %tower-mul * (%double* %single* %rational-mul %complex-mul)
  "A * B of numbers that are not both integers; errors as for %ADD-SLOW.")
(%define-tower-operation %divide / (%double/ %single/ %rational-div %complex-div)
  "A / B of any numbers; errors as for %ADD-SLOW, and division-by-zero.")

(defun / (number &rest more)
  "NUMBER divided by each of MORE, or 1 / NUMBER if there are no more; integers give an exact rational.
Signals division-by-zero."
  (if (null more)
      (%divide 1 number)
      (dolist (next more number)
        (setq number (%divide number next)))))

(defun %tower-negate (number)
  "Minus NUMBER, which is not an integer."
  (cond ((%doublep number) (%double-neg number))
        ((%singlep number) (%single- -0f0 number))
        ((%ratiop number) (%make-ratio (- (%numerator number)) (%denominator number)))
        ((%complexp number) (%make-complex (%negate (%realpart number)) (%negate (%imagpart number))))
        (t (%wrong-type number 'number))))

(defun %tower-abs (number)
  "The absolute value of NUMBER, which is not an integer."
  (cond ((%doublep number) (%double-abs number))
        ((%singlep number) (%double->single (%double-abs (%single->double number))))
        ((%complexp number) (%complex-abs number))
        ((%ratiop number) (if (minusp (%numerator number)) (%tower-negate number) number))
        (t (%wrong-type number 'number))))

(defun signum (number)
  "-1, 0 or 1 by the sign of a rational NUMBER, the same as a float for a float; else a complex number of length 1."
  (cond ((rationalp number) (cond ((minusp number) -1) ((eq number 0) 0) (t 1)))
        ((floatp number) (if (zerop number) number (float-sign number)))
        ((not (%complexp number)) (%wrong-type number 'number))
        ((zerop number) number)
        (t (%divide number (%complex-abs number)))))

(defun conjugate (number)
  "NUMBER with its imaginary part negated."
  (if (%complexp number)
      (%make-complex (%realpart number) (%negate (%imagpart number)))
      (%check-number number)))
