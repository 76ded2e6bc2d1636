;;;; Floats: two formats, bits, rounding, printing, elementary functions.
;; rows: 12 N8 N12

(setq *print-pretty* nil)

(defun show (label &rest values)
  (format t "~A:~{ ~S~}~%" label values))

(show "two formats" 1.0 1.0d0 (typep 1.0 'single-float) (typep 1d0 'double-float) (eql 1.0 1.0d0) (= 1.0 1.0d0)
      (typep 1.0d0 'single-float))
(show "arithmetic" (+ 0.1d0 0.2d0) (- 0.3d0 0.1d0) (* 1.1d0 1.1d0) (/ 1d0 3) (+ 0.1 0.2) (/ 1.0 3) (* 1.5 2) (- 2.5))
(show "shortest digits" 0.1 0.1d0 1/3 (/ 2d0 3) 1d21 1d22 123456789.123d0 1d-7 100000.0 1234567.0 12345678.0 0.001
      0.0001d0 1.7976931348623157d308 3.4028235e38)
(show "read default" (let ((*read-default-float-format* 'double-float)) (list 1.0f0 1.0d0 (read-from-string "1.5"))))
(show "read back" (loop for x in (list 0.1d0 (/ 3d0 7) 1d300 (sqrt 2d0) (exp 1d0) 1.1 (sqrt 2.0))
                        always (eql x (read-from-string (prin1-to-string x)))))

;;; Zeros.
(show "zeros" 0.0 -0.0 (eql 0.0 -0.0) (= 0.0 -0.0) (equalp 0.0 -0.0) (minusp -0.0) (- 0.0) (* -1 0.0d0)
      (float-sign -0.0) (+ -0.0 0.0))

;;; Parts of a float.
(show "decode" (multiple-value-list (decode-float 10.0d0)) (multiple-value-list (decode-float -0.15625))
      (multiple-value-list (integer-decode-float 1.5d0)) (multiple-value-list (integer-decode-float 0.1)))
(show "scale" (scale-float 1.5d0 10) (scale-float 1.0 -3) (float-radix 1.0) (float-digits 1.0) (float-digits 1d0)
      (float-precision 1d0) (float-sign -2.5d0 3.0d0))
(show "epsilon" (/= 1.0 (+ 1.0 single-float-epsilon)) (= 1d0 (+ 1d0 (/ double-float-epsilon 2)))
      (> most-positive-double-float 1d308) (> least-positive-double-float 0))

;;; To integers.
(dolist (x '(2.5d0 -2.5d0 3.5d0 0.5 -1.5 1e9 7.99d0))
  (show x (multiple-value-list (floor x)) (ceiling x) (truncate x) (round x)
        (multiple-value-list (ffloor x)) (ftruncate x) (fround x)))
(show "big truncation" (truncate 1d20) (round 1.5d15) (floor -1d18) (rational 1d23))
(show "mod" (mod 5.5 2) (mod -5.5 2) (rem -5.5 2) (mod 5.5d0 -2))
(show "exact comparison" (= 16777217 16777216.0) (< 16777216.0 16777217) (= (expt 2 60) 1152921504606846976d0)
      (< (expt 2 60) 1152921504606846977d0) (= 1/10 0.1d0) (< 1/3 0.3333333333333333d0))

;;; Elementary functions: exact where the answer is exact, else to twelve digits.
(defun near (x y) (< (abs (- x y)) 1d-12))
(show "exact" (sqrt 16) (sqrt 2.25d0) (sqrt 0.0) (exp 0) (expt 2.0d0 10) (expt 4 0.5d0) (expt 2 3.0) (log 1) (sin 0)
      (cos 0) (atan 0))
(show "near" (near (sqrt 2d0) 1.4142135623730951d0) (near (exp 1d0) 2.718281828459045d0)
      (near (log 10d0) 2.302585092994046d0) (near (log 8d0 2) 3) (near (sin (/ pi 2)) 1) (near (cos pi) -1)
      (near (tan (/ pi 4)) 1) (near (asin 1d0) (/ pi 2)) (near (acos -1d0) pi) (near (atan 1d0) (/ pi 4))
      (near (atan -1d0 -1d0) (* -3 (/ pi 4))) (near (atan 1d0 0d0) (/ pi 2)) (near (sinh 1d0) 1.1752011936438014d0)
      (near (cosh 1d0) 1.543080634815244d0) (near (tanh 1d0) 0.7615941559557649d0)
      (near (asinh 1d0) 0.881373587019543d0) (near (acosh 2d0) 1.3169578969248166d0)
      (near (atanh 0.5d0) 0.5493061443340549d0) (near (expt 2d0 0.5d0) 1.4142135623730951d0) (near (exp (log 5d0)) 5))
(show "identities" (loop for i from -20 to 20
                         for x = (/ i 3d0)
                         always (and (near (+ (expt (sin x) 2) (expt (cos x) 2)) 1)
                                     (near (/ (exp (+ x 1)) (exp x)) (exp 1d0))
                                     (near (sin (- x)) (- (sin x)))
                                     (near (sin (+ x (* 2 pi))) (sin x)))))
(show "result type" (typep (sqrt 2) 'single-float) (typep (sin 1d0) 'double-float) (typep (exp 1) 'single-float)
      (typep (sqrt -1) 'complex) (typep pi 'double-float))

;;; What is no number signals.
(defmacro outcome (form)
  `(handler-case ,form
     (type-error () :type-error) (division-by-zero () :division-by-zero) (arithmetic-error () :arithmetic-error)))
(defun call (f &rest arguments) (apply f arguments))
(show "type errors" (outcome (call #'sin 'a)) (outcome (call #'sqrt "2")) (outcome (call #'float nil))
      (outcome (call #'exp #\e)))
(show "exact division by zero" (outcome (call #'/ 1 0)))
(show "numeric integration"
      (let ((n 1000))
        (near (/ (loop for i from 1 to n sum (/ 4d0 (+ 1 (expt (/ (- i 0.5d0) n) 2)))) n) (+ pi 8.3333333d-8))))
