;;;; Integers: fixnums that become bignums and back, division, bits.
;; rows: 12 N7 N8

(setq *print-pretty* nil)

(defun show (label &rest values)
  (format t "~A:~{ ~S~}~%" label values))

;;; Around each power of two where a representation might change.
(defun neighbours (n) (list (- n 1) n (+ n 1) (- (- n) 1) (- n) (- 1 n)))
(defun sum-of (numbers) (reduce #'+ numbers))
(dolist (bits '(28 29 30 31 32 53 61 62 63 64 128))
  (let ((all (neighbours (expt 2 bits))))
    (show bits (sum-of all) (sum-of (mapcar #'abs all)) (apply #'max all) (apply #'min all)
          (mapcar #'integer-length all))
    (unless (loop for a in all always (loop for b in all
                                            always (and (= (- (+ a b) b) a)
                                                        (= (+ (* (floor a b) b) (mod a b)) a)
                                                        (= (+ (* (truncate a b) b) (rem a b)) a)
                                                        (= (* a b) (* b a))
                                                        (eq (< a b) (plusp (- b a))))))
      (show "identities fail at" bits))))
(show "limits" (= (- (- most-negative-fixnum)) most-negative-fixnum) (typep (+ most-positive-fixnum 1) 'fixnum)
      (typep (- (+ most-positive-fixnum 1) 1) 'fixnum) (> (* most-positive-fixnum most-positive-fixnum) 0)
      (= (abs most-negative-fixnum) (+ most-positive-fixnum 1))
      (= (truncate most-negative-fixnum -1) (- most-negative-fixnum)))

;;; Big results.
(defun factorial (n) (if (= n 0) 1 (* n (factorial (- n 1)))))
(defun fibonacci (n) (loop repeat n for a = 0 then b and b = 1 then (+ a b) finally (return b)))
(show "factorial" (factorial 30) (integer-length (factorial 200)) (mod (factorial 100) 1000007))
(show "quotient" (/ (factorial 50) (factorial 48)) (truncate (factorial 30) (factorial 28)))
(show "fibonacci" (fibonacci 100) (mod (fibonacci 1000) 1000000007))
(show "digits" (length (princ-to-string (expt 7 1200)))
      (reduce #'+ (map 'list #'digit-char-p (princ-to-string (expt 2 1000)))))
(show "expt" (expt 3 100) (expt -2 65) (expt 0 0) (expt 10 0) (expt 2 -3))
(show "division of bignums" (multiple-value-list (floor (- (expt 10 30)) 7))
      (multiple-value-list (truncate (- (expt 10 30)) (expt 10 12)))
      (multiple-value-list (floor (expt 2 100) (- (expt 2 70) 1))))

;;; The four roundings, each with two values.
(dolist (pair '((7 2) (-7 2) (7 -2) (-7 -2) (6 3) (5 2) (-5 2) (1 3)))
  (destructuring-bind (n d) pair
    (show pair (multiple-value-list (floor n d)) (multiple-value-list (ceiling n d))
          (multiple-value-list (truncate n d)) (multiple-value-list (round n d)) (mod n d) (rem n d))))
(show "zero division" (handler-case (floor 1 (- 1 1)) (division-by-zero () :zero))
      (handler-case (mod (expt 10 20) (- 1 1)) (division-by-zero () :zero)))

;;; Operators take any number of operands.
(show "operands" (+) (*) (+ 1) (- 5) (* 7) (+ 1 2 3 4) (- 10 1 2 3) (* 1 2 3 4) (/ 24 2 3) (max 3 1 4 1 5) (min 3 1 4))
(show "comparisons" (= 1 1 1) (= 1 1 2) (< 1 2 3) (< 1 3 2) (<= 1 1 2) (> 3 2 1) (>= 3 3 4) (/= 1 2 3) (/= 1 2 1)
      (= 5) (< 5))
(show "gcd, lcm" (gcd) (gcd 12 18) (gcd -12 0) (gcd 48 36 120) (gcd (factorial 20) (expt 6 30)) (lcm) (lcm 4 6)
      (lcm 3 -5 7) (lcm 3 0))
(show "isqrt" (isqrt 24) (isqrt 25) (isqrt (expt 10 40)) (isqrt (- (expt 10 40) 1)))
(show "parity" (evenp 0) (oddp -3) (evenp (expt 2 80)) (oddp (+ 1 (expt 2 80))))
(show "sign" (signum -5) (signum 0) (signum (expt 2 80)) (abs -7) (minusp -1) (plusp 0) (zerop 0))

;;; Bits, as if in two's complement of any width.
(show "logical" (logand 12 10) (logior 12 10) (logxor 12 10) (lognot 5) (logandc1 12 10) (logorc2 12 10) (logeqv 12 10)
      (lognand 12 10) (lognor 12 10) (logand) (logior) (logxor 1 2 4) (logand -1 (expt 2 70)))
(show "big logical" (logand (- (expt 2 70)) (- (expt 2 71) 1)) (logior (expt 2 70) -1)
      (logxor (expt 2 64) (- (expt 2 64))))
(show "shift" (ash 1 40) (ash -1 40) (ash (expt 2 80) -78) (ash -5 -1) (ash 5 -10) (ash -5 -10) (ash 3 0) (ash -1 -100))
(show "count" (logcount 255) (logcount -256) (logcount (- (expt 2 100) 1)) (integer-length 0) (integer-length -1)
      (integer-length -129))
(show "tests" (logbitp 2 4) (logbitp 100 -1) (logbitp 100 5) (logtest 12 3) (logtest 12 4))
(show "bytes" (ldb (byte 4 4) #xABC) (dpb 0 (byte 4 4) #xABC) (mask-field (byte 8 4) #xABCD)
      (ldb (byte 8 60) (ash 200 60)) (deposit-field #xFF00 (byte 4 8) 0) (ldb-test (byte 2 1) 8)
      (byte-size (byte 3 5)) (byte-position (byte 3 5)))
(let ((n 0))
  (setf (ldb (byte 8 8) n) 255)
  (show "setf ldb" n (incf (ldb (byte 4 0) n) 3) n))
(show "boole" (boole boole-and 12 10) (boole boole-xor 12 10) (boole boole-nor 12 10) (boole boole-set 1 2))
