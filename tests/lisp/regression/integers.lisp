;;;; Integers and the rest of the exact tower: promotion at every boundary, all operands used, ratios, division.

(defpackage "INTEGERS" (:use "COMMON-LISP" "CHECKS"))
(in-package "INTEGERS")

;;; A second arithmetic to check against: decimal digits in lists, least significant first, no number above 200.

(defun digits (n)
  "The decimal digits of the absolute value of N, as printed."
  (let ((text (princ-to-string (hide n))))
    (reverse (map 'list #'digit-char-p (string-left-trim "-" text)))))

(defun trim-digits (digits)
  (let ((end (position 0 digits :test-not #'eql :from-end t)))
    (if end (subseq digits 0 (1+ end)) (list 0))))

(defun add-digits (a b)
  (let ((carry 0) (result '()))
    (loop while (or a b (plusp carry))
          do (let ((sum (+ (or (pop a) 0) (or (pop b) 0) carry)))
               (push (if (< sum 10) sum (- sum 10)) result)
               (setq carry (if (< sum 10) 0 1))))
    (trim-digits (reverse result))))

(defun subtract-digits (a b)
  "A - B for A >= B."
  (let ((borrow 0) (result '()))
    (loop while a
          do (let ((difference (- (pop a) (or (pop b) 0) borrow)))
               (push (if (minusp difference) (+ difference 10) difference) result)
               (setq borrow (if (minusp difference) 1 0))))
    (trim-digits (reverse result))))

(defun multiply-digit (a digit)
  (let ((carry 0) (result '()))
    (dolist (x a)
      (let ((product (+ (* x digit) carry)))
        (push (rem product 10) result)
        (setq carry (floor product 10))))
    (push carry result)
    (reverse result)))

(defun multiply-digits (a b)
  (let ((result (list 0)))
    (dolist (digit (reverse b))
      (setq result (add-digits (cons 0 result) (multiply-digit a digit))))
    (trim-digits result)))

(defun digits-less-p (a b)
  (or (< (length a) (length b))
      (and (= (length a) (length b))
           (loop for x in (reverse a) for y in (reverse b)
                 when (/= x y) return (< x y)))))

(defun signed-text (negative digits)
  "What a number of these DIGITS prints as."
  (let ((text (map 'string #'digit-char (reverse digits))))
    (if (and negative (string/= text "0")) (concatenate 'string "-" text) text)))

(defun negative-text-p (n)
  (char= (char (princ-to-string n) 0) #\-))

(defun sum-text (a b &optional (sign-of-b (negative-text-p b)))
  "The sum of A and B as text, by digits."
  (let ((x (digits a)) (y (digits b)) (negative (negative-text-p a)))
    (cond ((eq negative sign-of-b) (signed-text negative (add-digits x y)))
          ((digits-less-p x y) (signed-text sign-of-b (subtract-digits y x)))
          (t (signed-text negative (subtract-digits x y))))))

(defun product-text (a b)
  (signed-text (not (eq (negative-text-p a) (negative-text-p b))) (multiply-digits (digits a) (digits b))))

;;; N7: nothing wraps at the boundaries of fixnums, of machine words, and of limbs.

(defparameter *edges*
  '(0 1 2 3 -1 -2 -3 7 -7 10 32767 -32768 65535 65536 46341 -46341
    268435455 268435456 -268435456 -268435457
    536870910 536870911 536870912 536870913 -536870911 -536870912 -536870913
    1073741823 1073741824 1073741825 -1073741823 -1073741824 -1073741825
    2147483647 2147483648 -2147483647 -2147483648 -2147483649
    4294967295 4294967296 4294967297 -4294967295 -4294967296 -4294967297
    4611686018427387903 4611686018427387904 -4611686018427387904 -4611686018427387905
    9223372036854775807 9223372036854775808 -9223372036854775808 -9223372036854775809
    18446744073709551615 18446744073709551616 18446744073709551617 -18446744073709551615 -18446744073709551616
    79228162514264337593543950336 -340282366920938463463374607431768211457))

(defmacro failing (expression)
  "The pairs of edges a, b for which EXPRESSION is false; a tenth of them is enough to see."
  `(let ((bad '()))
     (dolist (a *edges* bad)
       (dolist (b *edges*)
         (unless (or ,expression (> (length bad) 5)) (push (list a b) bad))))))

(check "N7 every edge is of its type"
       (remove-if (lambda (n) (and (integerp n) (not (eq (typep n 'fixnum) (typep n 'bignum)))
                                   (eq (typep n 'fixnum) (<= most-negative-fixnum n most-positive-fixnum))))
                  *edges*)
       '())
(check "N7 + by digits" (failing (string= (princ-to-string (+ a b)) (sum-text a b))) '())
(check "N7 - by digits" (failing (string= (princ-to-string (- a b)) (sum-text a b (not (negative-text-p b))))) '())
(check "N7 * by digits" (failing (string= (princ-to-string (* a b)) (product-text a b))) '())
(check "N7 a + b - b" (failing (eql (- (+ a b) b) a)) '())
(check "N7 a * b / b" (failing (or (eql b 0) (eql (/ (* a b) b) a))) '())
(check "N7 (a + b)^2" (failing (eql (* (+ a b) (+ a b)) (+ (* a a) (* 2 a b) (* b b)))) '())
(check "N7 comparison agrees with difference"
       (failing (and (eq (< a b) (minusp (- a b))) (eq (> a b) (plusp (- a b))) (eq (= a b) (zerop (- a b)))
                     (eq (<= a b) (not (plusp (- a b)))) (eq (>= a b) (not (minusp (- a b))))
                     (eql (max a b) (if (< a b) b a)) (eql (min a b) (if (< a b) a b))))
       '())

(defmacro check-division (name function remainder-fits)
  `(check ,(format nil "N7 ~A" name)
          (failing (or (eql b 0)
                       (multiple-value-bind (q r) (,function a b)
                         (and (integerp q) (eql (+ (* q b) r) a) ,remainder-fits))))
          '()))

(check-division "truncate" truncate (and (< (abs r) (abs b)) (or (zerop r) (eq (minusp r) (minusp a)))))
(check-division "floor" floor (and (< (abs r) (abs b)) (or (zerop r) (eq (minusp r) (minusp b)))))
(check-division "ceiling" ceiling (and (< (abs r) (abs b)) (or (zerop r) (not (eq (minusp r) (minusp b))))))
(check-division "round" round (and (<= (* 2 (abs r)) (abs b)) (or (< (* 2 (abs r)) (abs b)) (evenp q))))
(check "N7 rem and mod" (failing (or (eql b 0) (and (eql (rem a b) (nth-value 1 (truncate a b)))
                                                    (eql (mod a b) (nth-value 1 (floor a b))))))
       '())
(check "N7 gcd and lcm"
       (failing (let ((g (gcd a b)))
                  (and (>= g 0)
                       (if (and (eql a 0) (eql b 0))
                           (eql g 0)
                           (and (zerop (rem a g)) (zerop (rem b g)) (eql 1 (gcd (truncate a g) (truncate b g)))
                                (eql (* g (lcm a b)) (abs (* a b))))))))
       '())
(check "N7 logical operations bit by bit"
       (failing (let ((and (logand a b)) (or (logior a b)) (xor (logxor a b)))
                  (and (eql (+ and or) (+ a b)) (eql (- or and) xor) (eql (lognot a) (- -1 a))
                       (eql (logandc1 a b) (logand (lognot a) b)) (eql (logorc2 a b) (logior a (lognot b)))
                       (eql (logeqv a b) (lognot xor))
                       (loop for i from 0 to 140 by 7
                             always (and (eq (logbitp i and) (and (logbitp i a) (logbitp i b)))
                                         (eq (logbitp i or) (or (logbitp i a) (logbitp i b)))
                                         (eq (logbitp i xor) (not (eq (logbitp i a) (logbitp i b)))))))))
       '())
(check "N7 unary operations"
       (remove-if (lambda (n)
                    (and (eql (- n) (* -1 n)) (eql (- (- n)) n) (eql (abs n) (if (minusp n) (- n) n)) (>= (abs n) 0)
                         (eql (1+ n) (+ n 1)) (eql (1- n) (- n 1)) (eql (signum n) (cond ((> n 0) 1) ((< n 0) -1) (t 0)))
                         (eq (evenp n) (zerop (mod n 2))) (eq (oddp n) (not (evenp n)))
                         (eql (parse-integer (princ-to-string n)) n) (eql (read-from-string (prin1-to-string n)) n)
                         (eql (isqrt (* n n)) (abs n)) (eql (numerator n) n) (eql (denominator n) 1)))
                  *edges*)
       '())
(check "N7 ash against multiplication"
       (loop for n in *edges*
             append (loop for shift in '(0 1 2 7 15 28 29 30 31 32 33 61 62 63 64 65 100)
                          unless (and (eql (ash n shift) (* n (expt 2 shift)))
                                      (eql (ash n (- shift)) (floor n (expt 2 shift)))
                                      (eql (ash (ash n shift) (- shift)) n))
                            collect (list n shift)))
       '())
(check "N7 integer-length and logcount"
       (remove-if (lambda (n)
                    (let ((length (integer-length n)))
                      (and (<= (- (expt 2 length)) n) (< n (expt 2 length))
                           (or (zerop length) (not (<= (- (expt 2 (1- length))) n (1- (expt 2 (1- length))))))
                           (eql (logcount n) (loop for i below length count (not (eq (logbitp i n) (minusp n))))))))
                  *edges*)
       '())
(check "N7 the edges of fixnums"
       (let ((most (hide most-positive-fixnum)) (least (hide most-negative-fixnum)))
         (list (eql (+ most 1) (- least)) (typep (1+ most) 'fixnum) (typep (1- least) 'fixnum) (typep (- least) 'fixnum)
               (eql (- (- least)) least) (eql (abs least) (1+ most)) (eql (truncate least -1) (- least))
               (eql (* least -1) (- least)) (eql (1- (1+ most)) most) (eql (- least 1 -1) least) (typep (- least 1 -1) 'fixnum)))
       '(t nil nil nil t t t t t t t))
(check "N7 a loop across the boundary"
       (let ((n 536870900) (seen '())) (dotimes (i 25) (incf n) (when (> i 22) (push n seen))) seen)
       '(536870925 536870924))
(check "N7 a loop down across the boundary"
       (let ((n -536870900)) (dotimes (i 25) (decf n)) n)
       -536870925)
(check "N7 dotimes beyond fixnums"
       (let ((sum 0)) (loop for i from 536870910 to 536870914 do (incf sum i)) sum)
       2684354560)
(check "N7 doubling" (let ((n 1)) (dotimes (i 130) (setq n (+ n n))) n) (ash 1 130))
(check "N7 fact 30" (labels ((fact (n) (if (< n 2) 1 (* n (fact (1- n)))))) (fact 30)) 265252859812191058636308480000000)
(check "N7 fib 150" (let ((a 0) (b 1)) (dotimes (i 150 a) (psetq a b b (+ a b)))) 9969216677189303386214405760200)
(check "N7 1000 digits"
       (let* ((n (expt 7 1200)) (text (princ-to-string n)))
         (list (length text) (subseq text 0 12) (mod n 1000007) (eql (parse-integer text) n)
               (eql (isqrt n) (expt 7 600)) (multiple-value-list (truncate n (1+ (expt 7 1199))))))
       (list 1015 (subseq (princ-to-string (expt 7 1200)) 0 12) 
             (let ((r 1)) (dotimes (i 1200 r) (setq r (mod (* r 7) 1000007)))) t t
             (list 6 (- (expt 7 1200) (* 6 (1+ (expt 7 1199)))))))
(check "N7 knuth division cases"
       (loop for (a b) in '((340282366920938463463374607431768211455 18446744073709551616)
                            (340282366920938463463374607431768211455 18446744073709551615)
                            (340282366920938463444927863358058659840 18446744073709551615)
                            (170141183460469231731687303715884105728 9223372036854775808)
                            (79228162514264337593543950335 4294967296)
                            (39614081257132168796771975168 9223372041149743103)
                            (39614081257132168798919458816 9223372036854775809))
             collect (multiple-value-bind (q r) (truncate (hide a) b) (list (eql (+ (* q b) r) a) (< -1 r b))))
       '((t t) (t t) (t t) (t t) (t t) (t t) (t t)))
(check "N7 bytes"
       (list (ldb (byte 32 16) (hide #x123456789abcdef0)) (dpb -1 (byte 8 60) (hide 0)) (ldb (byte 64 0) (hide -1))
             (mask-field (byte 4 62) (hide (1- (expt 2 70)))) (deposit-field -1 (byte 3 30) (hide 0))
             (ldb-test (byte 2 29) (hide (expt 2 31))) (logtest (expt 2 64) (hide (expt 2 64))))
       (list #x56789abc (ash 255 60) (1- (expt 2 64)) (ash 15 62) (ash 7 30) nil t))
(check "N7 bases"
       (list (write-to-string (hide (expt 2 64)) :base 16 :radix nil) (write-to-string (hide (- (expt 2 64))) :base 4 :radix nil)
             (write-to-string (hide 18446744073709551615) :base 36 :radix nil) (parse-integer (hide "-ZZZZZZZZZZ") :radix 36)
             (parse-integer (hide "4000000000000000") :radix 16))
       (list "10000000000000000" (format nil "-1~32,'0D" 0) "3W5E11264SGSF"
             -3656158440062975 4611686018427387904))
(check "N7 expt"
       (list (expt (hide 2) 29) (expt (hide -2) 29) (expt (hide 2) 64) (expt (hide -3) 41) (expt (hide 0) 0) (expt (hide 2) -3)
             (expt (hide 2/3) 5) (expt (hide -10) 20))
       '(536870912 -536870912 18446744073709551616 -36472996377170786403 1 1/8 32/243 100000000000000000000))
(check "N7 typed variables do not wrap"
       (let ((x (hide 536870911)) (y (hide 536870911)))
         (declare (type fixnum x y))
         (list (+ x y) (* x y) (- (- x) y) (ash x 3) (1+ x)))
       '(1073741822 288230375077969921 -1073741822 4294967288 536870912))
(check "N7 hash keys and eql of equal bignums"
       (let ((table (make-hash-table)))
         (dolist (n *edges*) (setf (gethash n table) (- n)))
         (list (hash-table-count table) (loop for n in *edges* always (eql (gethash (+ (hide (1- n)) 1) table) (- n)))))
       '(59 t))

;;; N8: operators use all operands over the whole tower; / gives ratios; zero division signals.

(defun all (function &rest arguments)
  (apply function (mapcar #'hide arguments)))

(defmacro check-operator (name &rest rows)
  "Each row (ARGUMENTS RESULT) is checked as a direct call with hidden operands and through APPLY."
  `(progn
     ,@(loop for (arguments result) in rows
             collect `(check ,(format nil "N8 (~(~A~)~{ ~S~})" name arguments)
                             (list (,name ,@(mapcar (lambda (argument) `(hide ,argument)) arguments))
                                   (all #',name ,@arguments))
                             (let ((result ,result)) (list result result))))))

(check-operator +
  (() 0) ((5) 5) ((1 2) 3) ((1 2 3) 6) ((1 2 3 4 5 6 7 8 9 10) 55) ((1/2 1/3) 5/6) ((1/2 1/2) 1) ((1/2 0.5d0) 1d0)
  ((1 2.0f0) 3f0) ((1.5f0 2.5d0) 4d0) ((536870911 1 -1) 536870911) ((1 2 3.5d0 1/2) 7d0) ((#c(1 2) 3) #c(4 2))
  ((#c(1 2) #c(1 -2)) 2) ((1/3 2/3 18446744073709551616) 18446744073709551617))
(check-operator -
  ((5) -5) ((0) 0) ((5 3) 2) ((10 1 2 3) 4) ((1/2) -1/2) ((1/2 1/3) 1/6) ((1.5d0 1 1/2) 0d0) ((0d0) -0d0) ((#c(1 2)) #c(-1 -2))
  ((-536870912) 536870912) ((18446744073709551616 18446744073709551615) 1))
(check-operator *
  (() 1) ((7) 7) ((2 3) 6) ((1 2 3 4 5) 120) ((2/3 3/2) 1) ((2/3 3) 2) ((65536 65536 65536 65536) 18446744073709551616)
  ((0 1.5d0) 0d0) ((1/2 4.0f0) 2f0) ((#c(0 1) #c(0 1)) -1) ((-46341 46341) -2147488281) ((1 2 3 4 5 6 7 0) 0))
(check-operator /
  ((2) 1/2) ((-2) -1/2) ((1/3) 3) ((6 3) 2) ((6 4) 3/2) ((1 2 3) 1/6) ((6 -4) -3/2) ((-6 -3) 2) ((1 4.0d0) 0.25d0)
  ((1/2 1/4) 2) ((0 5) 0) ((18446744073709551616 4294967296) 4294967296) ((#c(1 1) 2) #c(1/2 1/2)) ((2.0f0) 0.5f0)
  ((120 2 3 4) 5) ((536870912 -536870912) -1) ((-536870912 -1) 536870912))
(check-operator =
  ((1) t) ((1 1) t) ((1 2) nil) ((1 1 1 1) t) ((1 1 1 2) nil) ((1 1.0d0 1) t) ((1/2 0.5f0 0.5d0) t) ((#c(1 2) #c(1 2)) t)
  ((1 2 1) nil) ((0d0 -0d0 0) t) ((18446744073709551616 18446744073709551616d0) t)
  ((9007199254740993 9007199254740992d0) nil) ((1/3 0.3333333333333333d0) nil))
(check-operator /=
  ((1) t) ((1 2) t) ((1 1) nil) ((1 2 3) t) ((1 2 1) nil) ((1 2 3 4 2) nil) ((1 1.0d0) nil) ((3 2 1) t))
(check-operator <
  ((1) t) ((1 2) t) ((2 1) nil) ((1 1) nil) ((1 2 3 4) t) ((1 2 2) nil) ((1 3 2) nil) ((-536870913 -536870912 0 536870912) t)
  ((1/3 1/2 0.75d0 1) t) ((18446744073709551615 18446744073709551616) t) ((9007199254740992d0 9007199254740993) t))
(check-operator >
  ((1) t) ((2 1) t) ((1 2) nil) ((4 3 2 1) t) ((4 3 3) nil) ((3 1 2) nil) ((2 1 1) nil) ((1d0 1/2 0 -1/2 -18446744073709551616) t))
(check-operator <=
  ((1) t) ((1 1) t) ((1 2 2 3) t) ((1 2 1) nil) ((2 1) nil) ((1 3 3 2) nil) ((-0d0 0 0d0) t))
(check-operator >=
  ((1) t) ((1 1) t) ((3 2 2 1) t) ((1 2) nil) ((3 1 2) nil) ((3 3 4) nil))
(check-operator max ((1) 1) ((1 2) 2) ((3 1 2) 3) ((1 5 3 5 2) 5) ((-1 -2/3) -2/3) ((536870911 536870912) 536870912))
(check-operator min ((1) 1) ((1 2) 1) ((3 1 2) 1) ((1 5 3 -5 2) -5) ((-1 -2/3) -1) ((-536870912 -536870913) -536870913))
(check-operator logand (() -1) ((5) 5) ((12 10) 8) ((15 7 3 1) 1) ((-1 18446744073709551615) 18446744073709551615) ((-4 -6 255) 248))
(check-operator logior (() 0) ((5) 5) ((12 10) 14) ((1 2 4 8) 15) ((1 -2) -1) ((536870912 1) 536870913))
(check-operator logxor (() 0) ((5) 5) ((12 10) 6) ((1 3 7 15) 10) ((-1 1) -2) ((18446744073709551616 -1) -18446744073709551617))
(check-operator logeqv (() -1) ((5) 5) ((12 10) -7) ((1 2 3) 0))
(check-operator gcd (() 0) ((6) 6) ((-6) 6) ((12 18) 6) ((12 18 27) 3) ((0 5) 5) ((18446744073709551616 6) 2))
(check-operator lcm (() 1) ((6) 6) ((4 6) 12) ((4 6 10) 60) ((0 5) 0) ((4294967296 3) 12884901888))
(check-operator append (() '()) (('(1)) '(1)) (('(1) '(2) '(3)) '(1 2 3)) (('() '() '(1) '() 2) '(1 . 2)) (('(1) '(2) '() '(3 4)) '(1 2 3 4)))
(check-operator list (() '()) ((1) '(1)) ((1 2 3 4 5 6 7 8) '(1 2 3 4 5 6 7 8)))
(check-operator list* ((1) 1) ((1 2) '(1 . 2)) ((1 2 '(3)) '(1 2 3)) ((1 2 3 4 5 6) '(1 2 3 4 5 . 6)))
(check-operator vector (() #()) ((1 2 3 4 5 6) #(1 2 3 4 5 6)))
(check-operator char= ((#\a) t) ((#\a #\a #\a) t) ((#\a #\a #\b) nil))
(check-operator char< ((#\a) t) ((#\a #\b #\c) t) ((#\a #\c #\b) nil) ((#\a #\b #\b) nil))
(check-operator char/= ((#\a) t) ((#\a #\b #\c) t) ((#\a #\b #\a) nil))
(check-operator mod ((7 3) 1) ((-7 3) 2) ((7 -3) -2) ((-7 -3) -1) ((7/2 1) 1/2) ((-7/2 1) 1/2) ((5.5d0 2) 1.5d0) ((-5.5d0 2) 0.5d0))
(check-operator rem ((7 3) 1) ((-7 3) -1) ((7 -3) 1) ((-7 -3) -1) ((7/2 1) 1/2) ((-7/2 1) -1/2) ((5.5d0 2) 1.5d0) ((-5.5d0 2) -1.5d0))

(check "N8 floor family over the tower"
       (loop for function in (list #'floor #'ceiling #'truncate #'round #'ffloor #'fceiling #'ftruncate #'fround)
             collect (loop for (a b) in '((7 2) (-7 2) (7 -2) (7/2 1) (-7/2 1) (5/2 1) (-5/2 1) (1/2 1/3))
                           collect (multiple-value-list (funcall function (hide a) (hide b)))))
       '(((3 1) (-4 1) (-4 -1) (3 1/2) (-4 1/2) (2 1/2) (-3 1/2) (1 1/6))
         ((4 -1) (-3 -1) (-3 1) (4 -1/2) (-3 -1/2) (3 -1/2) (-2 -1/2) (2 -1/6))
         ((3 1) (-3 -1) (-3 1) (3 1/2) (-3 -1/2) (2 1/2) (-2 -1/2) (1 1/6))
         ((4 -1) (-4 1) (-4 -1) (4 -1/2) (-4 1/2) (2 1/2) (-2 -1/2) (2 -1/6))
         ((3f0 1) (-4f0 1) (-4f0 -1) (3f0 1/2) (-4f0 1/2) (2f0 1/2) (-3f0 1/2) (1f0 1/6))
         ((4f0 -1) (-3f0 -1) (-3f0 1) (4f0 -1/2) (-3f0 -1/2) (3f0 -1/2) (-2f0 -1/2) (2f0 -1/6))
         ((3f0 1) (-3f0 -1) (-3f0 1) (3f0 1/2) (-3f0 -1/2) (2f0 1/2) (-2f0 -1/2) (1f0 1/6))
         ((4f0 -1) (-4f0 1) (-4f0 -1) (4f0 -1/2) (-4f0 1/2) (2f0 1/2) (-2f0 -1/2) (2f0 -1/6))))
(check "N8 setq pairs in order"
       (let ((a 1) (b 2) (c 3)) (list (setq a (+ b c) b (* a 10) c (list a b)) a b c))
       '((5 50) 5 50 (5 50)))
(check "N8 setq of nothing" (list (setq) (psetq) (setf)) '(nil nil nil))
(check "N8 psetq at once" (let ((a 1) (b 2) (c 3)) (psetq a b b c c a) (list a b c)) '(2 3 1))
(check "N8 setf pairs"
       (let ((list (list 1 2 3)) (vector (vector 0 0)))
         (setf (first list) 10 (aref vector 0) (first list) (aref vector 1) (+ (aref vector 0) 1))
         (list list vector))
       '((10 2 3) #(10 11)))
(check "N8 body forms all run"
       (let ((log '()))
         (flet ((note (x) (push x log) x))
           (list (progn (note 1) (note 2) (note 3)) (let ((x (note 4))) (note 5) x (note 6)) (when (note 7) (note 8) (note 9))
                 (cond ((note 10) (note 11) (note 12))) (case (note 13) (13 (note 14) (note 15))) (block b (note 16) (note 17))
                 ((lambda (x) (note x) (note 19)) (note 18)) (reverse log))))
       '(3 6 9 12 15 17 19 (1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 18 19)))
(check "N8 evaluation from left to right"
       (let ((log '()))
         (flet ((note (x) (push x log) x))
           (list (+ (note 1) (note 2) (note 3)) (list (note 4) (note 5)) (< (note 6) (note 7) (note 5) (note 8))
                 (funcall (progn (note 9) #'+) (note 10) (note 11)) (max (note 12) (note 13) (note 14)))
           (reverse log)))
       '(1 2 3 4 5 6 7 5 8 9 10 11 12 13 14))
(signals "N8 zero division of integers" (/ (hide 1) (hide 0)) division-by-zero)
(signals "N8 zero reciprocal" (/ (hide 0)) division-by-zero)
(signals "N8 zero as third operand" (/ (hide 1) 2 (hide 0)) division-by-zero)
(signals "N8 zero division of a ratio" (/ (hide 1/2) (hide 0)) division-by-zero)
(signals "N8 zero division of a bignum" (/ (hide (expt 2 80)) (hide 0)) division-by-zero)
(signals "N8 truncate by zero" (truncate (hide 1) (hide 0)) division-by-zero)
(signals "N8 floor by zero" (floor (hide (expt 2 80)) (hide 0)) division-by-zero)
(signals "N8 mod by zero" (mod (hide 5) (hide 0)) division-by-zero)
(signals "N8 rem by zero" (rem (hide 5) (hide 0)) division-by-zero)
(signals "N8 zero to a negative power" (expt (hide 0) -1) division-by-zero)
(signals "N8 + of a symbol" (+ 1 (hide 'a)) type-error)
(signals "N8 + of a symbol in third place" (+ 1 2 (hide 'a)) type-error)
(signals "N8 + of a single symbol" (+ (hide 'a)) type-error)
(signals "N8 * of a string" (* (hide "2") 2) type-error)
(signals "N8 - of nil" (- (hide nil)) type-error)
(signals "N8 < of a symbol" (< 1 (hide 'a)) type-error)
(signals "N8 < of a single symbol" (< (hide 'a)) type-error)
(signals "N8 < of a complex" (< (hide #c(1 2)) 1) type-error)
(signals "N8 = of a character" (= (hide #\a) 1) type-error)
(signals "N8 logand of a float" (logand (hide 1.0) 1) type-error)
(signals "N8 ash of a ratio" (ash (hide 1/2) 1) type-error)
(signals "N8 evenp of a float" (evenp (hide 2.0)) type-error)
(signals "N8 gcd of a symbol" (gcd (hide 'a) 2) type-error)
(signals "N8 1+ of a list" (1+ (hide '(1))) type-error)
(signals "N8 max of a symbol" (max 1 (hide 'a)) type-error)
(signals "N8 - without operands" (apply #'- (hide '())) program-error)
(signals "N8 / without operands" (apply #'/ (hide '())) program-error)
(signals "N8 < without operands" (apply #'< (hide '())) program-error)
(signals "N8 max without operands" (apply #'max (hide '())) program-error)
(check "N8 the datum of a type error"
       (handler-case (+ 1 (hide 'a)) (type-error (c) (list (type-error-datum c) (subtypep (type-error-expected-type c) 'number))))
       '(a t))
(check "N8 ratios are reduced with a positive denominator"
       (list (/ (hide 6) -4) (/ (hide -6) -4) (numerator (/ (hide 6) -4)) (denominator (/ (hide 6) -4)) (* 2/3 (hide 3/2))
             (/ (expt 2 (hide 100)) (expt 2 98)) (typep (/ (hide 4) 2) 'integer) (rational (hide 0.75d0)) (rationalize 0.1d0))
       '(-3/2 3/2 -3 2 1 4 t 3/4 1/10))

(end-checks 265)
