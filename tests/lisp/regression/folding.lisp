;;;; Arithmetic on constants: what the compiler computes is what the program computes.

(defpackage "FOLDING" (:use "COMMON-LISP" "CHECKS"))
(in-package "FOLDING")

;;; N9: each form is evaluated with its constants in place, where the compiler may fold it, with the same numbers as
;;; values that the compiler does not know, and by EVAL. The whole suite also runs with folding switched off.

(defmacro check-folding (&rest forms)
  "Each of FORMS is (OPERATOR CONSTANT...)."
  `(progn
     ,@(mapcar (lambda (form)
                 `(check ,(format nil "N9 ~(~S~)" form)
                         (flet ((result (thunk) (handler-case (multiple-value-list (funcall thunk))
                                                  (division-by-zero () :division-by-zero)
                                                  (type-error () :type-error)
                                                  (arithmetic-error () :arithmetic-error))))
                           (let ((folded (result (lambda () ,form)))
                                 (computed (result (lambda () (,(first form) ,@(mapcar (lambda (x) `(hide ,x)) (rest form))))))
                                 (applied (result (lambda () (apply #',(first form) (list ,@(rest form))))))
                                 (evaluated (result (lambda () (eval ',form)))))
                             (list (same folded computed) (same folded applied) (same folded evaluated)
                                   (if (same folded computed) :same (list folded computed)))))
                         '(t t t :same)))
               forms)))

(check-folding
 (+ 1 2) (+ 536870911 1) (+ -536870912 -1) (+ 536870911 536870911) (+ 268435456 268435456) (+ 2147483647 1) (+ 4611686018427387904 4611686018427387904)
 (+ 9223372036854775807 1) (+ 18446744073709551615 1) (+) (+ 5) (+ 1 2 3 4 5) (+ 536870911 1 -1) (+ 1/2 1/3) (+ 1/2 1/2) (+ 1 1.5d0) (+ 0.1d0 0.2d0) (+ 0.1f0 0.2f0)
 (+ 0.1f0 0.2d0) (+ 16777216 1.0f0) (+ 9007199254740993 0d0) (+ 'a 1) (+ 1 'a) (+ #\a 1) (+ nil 1) (+ #c(1 2) #c(1 -2)) (+ -0d0 0) (+ -0d0 -0d0)
 (- 5) (- 0) (- 536870911) (- -536870912) (- -536870912 1) (- 0 -536870912) (- 2147483648) (- 10 1 2 3) (- 0d0) (- 0 0d0) (- 1 1/3) (- 'a) (- 1 'a) (- 18446744073709551616 1)
 (* 2 3) (* 32768 16384) (* 32768 -16384) (* 46341 46341) (* 65536 65536) (* -536870912 -1) (* -536870912 -536870912) (* 4294967296 4294967296) (* 0 -1) (* 0 1.5d0) (* -1 0d0) (*) (* 7)
 (* 1 2 3 4 5 6 7 8 9 10 11 12 13 14) (* 2/3 3/2) (* 1.1d0 1.1d0) (* 1.1f0 1.1f0) (* 1d200 1d200) (* 'a 0) (* 0 'a)
 (/ 6 3) (/ 6 4) (/ -6 4) (/ 1 3) (/ 2) (/ 0) (/ 1 0) (/ 0 5) (/ 1d0 3) (/ 1f0 3) (/ 1 0d0) (/ -536870912 -1) (/ 100 2 5 2) (/ 1/2 1/4) (/ 18446744073709551616 4294967296)
 (truncate 7 2) (truncate -7 2) (truncate 7 -2) (truncate -536870912 -1) (truncate 1 0) (truncate 7.5d0) (floor -7 2) (floor 7 -2) (floor -7/2) (ceiling 7 2) (ceiling -7 2) (round 5 2) (round 7 2) (round -5 2) (round 2.5d0)
 (mod -7 3) (mod 7 -3) (mod 5 0) (rem -7 3) (rem 7 -3) (rem -536870912 -1) (mod -1 18446744073709551616)
 (1+ 536870911) (1- -536870912) (1+ 1/2) (1+ -1) (1- 0d0) (1+ 'a) (abs -536870912) (abs -1/2) (abs -0d0) (signum -5) (signum -2.5d0) (signum 0)
 (= 1 1) (= 1 1.0d0) (= 1/2 0.5d0) (= 0d0 -0d0) (= 1 2) (= 9007199254740993 9007199254740992d0) (/= 1 2 1) (< 1 2) (< 1 2 3) (< 1 3 2) (< 2 1) (< 1/3 0.5d0) (> 536870912 536870911) (<= 1 1) (>= 1 2) (< 'a 1) (= 1 'a)
 (max 1 2 3) (max 1 2.0d0) (min 1 1/2) (max 536870911 536870912)
 (ash 1 28) (ash 1 29) (ash 1 30) (ash 1 31) (ash 1 62) (ash 1 63) (ash 1 64) (ash -1 29) (ash -1 64) (ash 536870911 1) (ash -536870912 1) (ash 5 -1) (ash -5 -1) (ash -1 -100) (ash 1 -100) (ash 18446744073709551616 -64) (ash 0 1000)
 (logand 12 10) (logand -1 18446744073709551615) (logand -536870912 536870911) (logior 1 536870912) (logior) (logxor -1 536870911) (logxor 1 2 4) (lognot 536870911) (lognot -536870912) (logand 1.0d0 1)
 (logbitp 29 536870912) (logbitp 100 -1) (logcount -1) (logcount 255) (integer-length 536870911) (integer-length -536870912) (integer-length 18446744073709551616) (expt 2 10) (expt 2 29) (expt 2 100) (expt -2 3) (expt 2 -2) (expt 0 0) (expt 2.0d0 3)
 (expt 1/2 3) (gcd 12 18) (gcd -536870912 0) (lcm 4 6) (isqrt 17) (sqrt 16) (sqrt 2.0d0) (sqrt -4) (exp 0) (numerator 6/4) (denominator 6/4) (float 1/3 1d0) (float 16777217) (rational 0.1d0) (rationalize 0.1d0)
 (zerop 0) (zerop -0d0) (plusp 1) (minusp -1/2) (evenp 536870912) (oddp -536870913) (evenp 1.0d0) (complex 1 2) (complex 1 0) (complex 1d0 0) (realpart #c(1 2)) (imagpart 5) (conjugate #c(1 2)) (phase 1)
 (ldb (byte 8 4) 4660) (dpb 1 (byte 1 30) 0) (char-code #\a) (code-char 128512) (char-upcase #\ß) (digit-char 11 16) (eql 1 1) (eql 1 1.0d0) (eql 0d0 -0d0) (eql 18446744073709551616 18446744073709551616) (equal "a" "a") (eq 'a 'a)
 (length "abc") (length '(1 2)) (length 'a) (car '(1 2)) (cdr '(1 2)) (car 'a) (nth 1 '(1 2)) (not nil) (null 1) (symbol-name 'abc) (char "abc" 1) (elt #(1 2 3) 2) (string-upcase "abc") (list 1 2) (cons 1 2) (append '(1) '(2)) (reverse '(1 2)) (coerce 1 'double-float) (coerce 1/3 'single-float))

(check "N9 nested constant expressions" (list (+ (* 536870911 2) (- 536870912) 1) (- (* 65536 (* 65536 65536)) (ash 1 47)) (* (- 1) (+ 536870911 1)) (+ 1 (hide 2) 3) (* 2 (hide 536870911) 2)) '(536870911 140737488355328 -536870912 6 2147483644))
(check "N9 constants from defconstant, symbol-macrolet and macros"
       (symbol-macrolet ((k 536870911)) (macrolet ((next (x) `(+ ,x 1)) (computed () (* 65536 65536))) (list (+ k 1) (next k) (next (next k)) (computed) (+ most-positive-fixnum (- most-positive-fixnum)) (+ (computed) 1))))
       '(536870912 536870912 536870913 4294967296 0 4294967297))
(check "N9 a branch on a constant" (list (if (= 1 1) :yes :no) (if (< 2 1) :yes :no) (when nil (error "x")) (cond (nil 1) (t 2)) (case 1 (2 :no) (1 :yes)) (and 1 nil (error "x")) (or nil 2 (error "x")) (if 'nil 1 2) (if '() 1 2) (if 0 1 2)) '(:yes :no nil 2 :yes nil 2 2 2 1))
(check "N9 effects are kept" (let ((log '())) (list (* 0 (progn (push 1 log) 5)) (if (progn (push 2 log) t) 1 2) (car (list 1 (push 3 log))) (+ (progn (push 4 log) 1) 1) (progn (push 5 log) 6) (length log))) '(0 1 1 2 6 5))
(check "N9 errors stay where they are and come only when reached" (list (if (hide nil) (/ 1 0) :fine) (handler-case (+ 1 (car '(a))) (type-error () :type-error)) (if (hide t) :fine (+ 'a 1)) (flet ((f () (/ 1 0))) (if (hide nil) (f) :fine))) '(:fine :type-error :fine :fine))

(end-checks 238)
