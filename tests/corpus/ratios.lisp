;;;; Ratios and the mixture of numbers.
;; rows: 12 N1 N8

(setq *print-pretty* nil)

(defun show (label &rest values)
  (format t "~A:~{ ~S~}~%" label values))

(show "division" (/ 1 2) (/ 6 4) (/ 6 3) (/ -6 4) (/ 6 -4) (/ 3) (/ 2/3) (/ 1 2 3) (/ 0 5))
(show "reduced" (numerator 6/4) (denominator 6/4) (numerator -3/9) (denominator -3/9) (numerator 5) (denominator 5))
(show "arithmetic" (+ 1/2 1/3) (- 1/2 1/2) (* 2/3 3/2) (* 2/3 3/4) (/ 1/2 1/4) (+ 1/2 1/2) (- 1/3) (1+ 1/2) (1- 1/2))
(show "types" (typep (+ 1/2 1/2) 'integer) (typep 1/2 'ratio) (typep 3 'ratio) (rationalp 1/2) (eql 1/2 2/4) (= 1/2 0.5))
(show "comparison" (< 1/3 1/2) (> -1/3 -1/2) (= 2/4 1/2) (max 1/2 2/3) (min 1/2 1/3 1/4) (< 1/2 1 3/2) (zerop 0/5))
(show "floor" (multiple-value-list (floor 7/2)) (multiple-value-list (floor -7/2)) (multiple-value-list (ceiling 7/2))
      (multiple-value-list (round 7/2)) (multiple-value-list (round 5/2)) (multiple-value-list (truncate -7/2))
      (multiple-value-list (floor 7/2 1/3)) (mod 7/2 1) (rem -7/2 1))
(show "powers" (expt 2/3 3) (expt 2/3 -2) (expt 1/2 10) (expt 2 -10))
(show "big" (/ (expt 10 20) (expt 6 20)) (+ 1/3 (expt 10 20)) (* 3/7 (* 7 (expt 2 70))))
(show "sign" (signum -2/3) (abs -2/3) (plusp 1/9) (minusp -1/9))
(show "printing" (princ-to-string 2/4) (let ((*print-base* 2)) (princ-to-string 5/6))
      (let ((*print-radix* t)) (princ-to-string 5/6)) (let ((*print-radix* t) (*print-base* 16)) (princ-to-string 30/31)))

;;; Sums that floats would get wrong.
(defun harmonic (n) (loop for i from 1 to n sum (/ i)))
(show "harmonic" (harmonic 10) (harmonic 25))
(defun bernoulli (n)
  (let ((a (make-array (+ n 1))))
    (dotimes (m (+ n 1) (aref a 0))
      (setf (aref a m) (/ 1 (+ m 1)))
      (loop for j from m downto 1
            do (setf (aref a (- j 1)) (* j (- (aref a (- j 1)) (aref a j))))))))
(show "bernoulli" (loop for n in '(0 1 2 4 6 8 10 12 20) collect (bernoulli n)))
(defun continued-fraction (x depth)
  (if (or (= depth 0) (= x (floor x))) (list (floor x))
      (cons (floor x) (continued-fraction (/ (- x (floor x))) (- depth 1)))))
(show "continued fraction" (continued-fraction 415/93 10)
      (reduce (lambda (a b) (+ a (/ b))) '(4 2 6 7) :from-end t))
(defun egyptian (x)
  (if (= x 0) '() (let ((d (ceiling (/ x)))) (cons (/ d) (egyptian (- x (/ d)))))))
(show "egyptian" (egyptian 5/121) (reduce #'+ (egyptian 4/13)))

;;; Contagion and the way back to exact numbers.
(show "contagion" (+ 1/2 0.5) (* 1/2 2.0d0) (+ 1 1.5) (- 1.0f0 1) (+ 1.0f0 1.0d0) (typep (+ 1.0f0 1.0d0) 'double-float)
      (typep (* 2 1.0f0) 'single-float))
(show "rational" (rational 0.5) (rational 0.1d0) (rational 3) (rational -2.75))
(show "rationalize" (rationalize 0.5) (rationalize 0.1) (rationalize 0.1d0) (rationalize 2/3) (rationalize -0.75d0))
(show "float" (float 1/3 1d0) (float 1/4) (float 3) (float 1/3 1.0d0) (coerce 2/5 'double-float))
(show "parse" (with-input-from-string (in "1/3 -2/6 10/5 4") (loop repeat 4 collect (read in))))
(show "equality" (eql 1 1.0) (= 1 1.0) (equal 1/2 1/2) (equalp 1 1.0) (eql 1.0 1.0d0) (= 1/3 (float 1/3 1d0)))
(show "zero denominator" (handler-case (/ 1/2 (- 1/2 1/2)) (division-by-zero () :zero))
      (handler-case (/ (- 1 1)) (division-by-zero () :zero)))
(show "not numbers" (loop for (f . arguments) in '((+ 1 a) (- nil) (* "2" 3) (/ #\a 2) (< 1 x) (1+ z) (abs "x"))
                          collect (handler-case (apply f arguments) (type-error (c) (type-error-datum c)))))
