;;;; English and Roman numerals, for FORMAT's ~R.

(in-package "CLYSM.LIBRARY")

(defvar *cardinals*
  #("zero" "one" "two" "three" "four" "five" "six" "seven" "eight" "nine" "ten" "eleven" "twelve" "thirteen"
    "fourteen" "fifteen" "sixteen" "seventeen" "eighteen" "nineteen"))

(defvar *ordinals*
  #("zeroth" "first" "second" "third" "fourth" "fifth" "sixth" "seventh" "eighth" "ninth" "tenth" "eleventh"
    "twelfth" "thirteenth" "fourteenth" "fifteenth" "sixteenth" "seventeenth" "eighteenth" "nineteenth"))

(defvar *tens* #("" "" "twenty" "thirty" "forty" "fifty" "sixty" "seventy" "eighty" "ninety"))
(defvar *ordinal-tens*
  #("" "" "twentieth" "thirtieth" "fortieth" "fiftieth" "sixtieth" "seventieth" "eightieth" "ninetieth"))

(defvar *thousands*
  #("" "thousand" "million" "billion" "trillion" "quadrillion" "quintillion" "sextillion" "septillion" "octillion"
    "nonillion" "decillion" "undecillion" "duodecillion" "tredecillion" "quattuordecillion" "quindecillion"
    "sexdecillion" "septendecillion" "octodecillion" "novemdecillion" "vigintillion")
  "Names of the powers of 1000.")

(defun %put-below-hundred (stream n units tens)
  "Write N, 0 < N < 100; UNITS and TENS are the words for a number that ends with it."
  (cond ((< n 20) (put-string stream (svref units n)))
        (t
         (multiple-value-bind (ten unit) (floor n 10)
           (cond ((zerop unit) (put-string stream (svref tens ten)))
                 (t
                  (put-string stream (svref *tens* ten))
                  (put-char stream #\-)
                  (put-string stream (svref units unit))))))))

(defun %put-below-thousand (stream n ordinal-p)
  "Write N, 0 < N < 1000, in words."
  (multiple-value-bind (hundreds rest) (floor n 100)
    (when (plusp hundreds)
      (put-string stream (svref *cardinals* hundreds))
      (put-string stream (if (and ordinal-p (zerop rest)) " hundredth" " hundred"))
      (when (plusp rest) (put-char stream #\Space)))
    (when (plusp rest)
      (%put-below-hundred stream rest (if ordinal-p *ordinals* *cardinals*) (if ordinal-p *ordinal-tens* *tens*)))))

(defun %put-thousands (stream n power ordinal-p)
  "Write N * 1000^POWER, N > 0, in words."
  (multiple-value-bind (higher group) (floor n 1000)
    (when (plusp higher)
      (%put-thousands stream higher (+ power 1) (and ordinal-p (zerop group)))
      (when (plusp group) (put-char stream #\Space)))
    (when (plusp group)
      (cond ((zerop power) (%put-below-thousand stream group ordinal-p))
            (t
             (%put-below-thousand stream group nil)
             (put-char stream #\Space)
             (put-string stream (svref *thousands* power))
             (when ordinal-p (put-string stream "th")))))))

(defun %nameable-p (n)
  "True if English has a word for N here: below 10^66."
  (< (abs n) (expt 1000 (length *thousands*))))

(defun put-number-word (stream n ordinal-p)
  "Write the integer N as an English cardinal or ordinal; N must satisfy %nameable-p."
  (cond ((zerop n) (put-string stream (if ordinal-p "zeroth" "zero")))
        (t
         (when (minusp n) (put-string stream "negative "))
         (%put-thousands stream (abs n) 0 ordinal-p))))

(defvar *roman-digits*
  '((1000 "M") (900 "CM") (500 "D") (400 "CD") (100 "C") (90 "XC") (50 "L") (40 "XL") (10 "X") (9 "IX") (5 "V")
    (4 "IV") (1 "I")))

(defvar *old-roman-digits*
  '((1000 "M") (500 "D") (100 "C") (50 "L") (10 "X") (5 "V") (1 "I")))

(defun put-roman (stream n digits)
  "Write N > 0 with the Roman DIGITS, a list of (value text) in descending order."
  (dolist (digit digits)
    (loop
      (when (< n (first digit)) (return nil))
      (put-string stream (second digit))
      (decf n (first digit)))))
