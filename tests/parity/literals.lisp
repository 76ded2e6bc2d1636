;;;; Literals of every kind, with the values that Lisps represent, read or order differently.

(in-package "COMMON-LISP-USER")

(defun single-floats ()
  '(0.0 -0.0 1.5 -1.5 0.1 1e23 16777217.0 3.4028235e38 1.17549435e-38 1.401298464324817e-45 -1e-40 5.960464477539063e-8))

(defun double-floats ()
  '(0d0 -0d0 0.1d0 -0.1d0 1d23 9007199254740993d0 1.7976931348623157d308 2.2250738585072014d-308
    2.2250738585072011d-308 4.9406564584124654d-324 -1d-310 179769313486231570000000000000000000000d0))

(defun negative-zero (x)
  (if (eql x -0.0) (list -0.0 0.0 -0d0) (list 0d0 -0d0)))

(declaim (inline scaled))
(defun scaled (x &optional (factor -0.0) (least 4.9406564584124654d-324))
  (list (* x factor) least))

(defconstant +least+ -4.9406564584124654d-324)

(defun integers ()
  '(0 -1 536870911 536870912 -536870912 -536870913 2147483648 140737488355328 281474976710656 1152921504606846976
    2305843009213693951 2305843009213693952 4611686018427387904 -4611686018427387905 18446744073709551616
    123456789012345678901234567890123456789 #x-FFFFFFFFFFFFFFFFFFFF #b101 #o777 #36rZZ))

(defun folded ()
  (list (+ 536870911 1) (* 65536 65536) (- -536870912) (ash 1 29) (logand -1 #xFFFFFFFF)))

(defun other-numbers ()
  '(1/3 -123456789012345678901234567890/7 4/2 #C(1 2) #C(1/2 -3) #C(1.5 -2.5) #C(0.5d0 1d0)))

(defun characters ()
  '(#\a #\Z #\Space #\Newline #\( #\" #\; #\λ #\U+E9 #\U+10FFFF #\Rubout #\Nul))

(defun strings ()
  '("" "plain" "with \"quotes\" and \\" "λ é я 漢字 😀" "two
lines" "same" "same"))

(defun symbols ()
  '(plain |with space| |lower| größe λάμδα :keyword :|Odd Keyword| car #:fresh #:fresh nil t &rest *star* + |1|))

(defun arrays ()
  '(#() #(1 (2 "three") #(4.5)) #5(0 1)))

(defun nested ()
  '((((((((((deep)))))))))))

(defun shared-lists ()
  (list '(1 . 2) '(1 . 2) '(a b . c) '(x)))
