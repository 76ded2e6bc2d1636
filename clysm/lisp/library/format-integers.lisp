;;;; FORMAT: ~D ~B ~O ~X ~R ~P.

(in-package "CLYSM.LIBRARY")

(defun %with-commas (digits commachar interval)
  "The string DIGITS with COMMACHAR before each group of INTERVAL digits but the first."
  (let* ((length (%string-length digits))
         (first (rem length interval))
         (result (new-string-output)))
    (when (eql first 0) (setq first (min interval length)))
    (put-substring result digits 0 first)
    (do ((start first (+ start interval)))
        ((>= start length))
      (put-char result commachar)
      (put-substring result digits start (+ start interval)))
    (take-output-string result)))

(defun %integer-text (integer base directive commachar interval)
  "INTEGER in BASE, with commas for a colon and a sign for an at-sign of DIRECTIVE."
  (let ((digits (%integer->string (abs integer) base)))
    (when (directive-colon-p directive)
      (setq digits (%with-commas digits commachar (max interval 1))))
    (cond ((minusp integer) (%join-strings "-" digits 0 (%string-length digits)))
          ((directive-at-p directive) (%join-strings "+" digits 0 (%string-length digits)))
          (t digits))))

(defun %put-aligned-decimal (stream n at-p width padchar)
  "Write the fixnum N in decimal, with a sign if AT-P, right-aligned in WIDTH columns."
  (let ((sign-p (or at-p (%fix< n 0))))
    (put-repeated stream padchar (- (or width 0) (%decimal-length (abs n)) (if sign-p 1 0)))
    (when (and at-p (%fix>= n 0)) (put-char stream #\+))
    (put-decimal stream n)))

(defun %put-formatted-integer (stream argument base directive mincol padchar commachar interval)
  (cond
    ((and (%fixnump argument) (eql base 10) (not (directive-colon-p directive))
          (%fix> argument -536870912))  ; its magnitude is no fixnum
     (%put-aligned-decimal stream argument (directive-at-p directive) mincol padchar))
    ((integerp argument)
     (put-right-aligned stream (%integer-text argument base directive commachar interval) mincol padchar))
    (t
     (let ((*print-base* base) (*print-radix* nil))
       (%princ-to stream argument)))))

(defun %format-integer (stream directive state base)
  "~D and its relatives."
  (if (or (directive-parameters directive) (directive-colon-p directive) (directive-at-p directive))
      (with-parameters ((mincol 0) (padchar #\Space) (commachar #\,) (interval 3)) (directive state)
        (%put-formatted-integer stream (next-argument state directive) base directive
                                mincol padchar commachar interval))
      (let ((argument (next-argument state directive)))
        (if (integerp argument)
            (put-digits stream argument base)
            (let ((*print-base* base) (*print-radix* nil)) (%princ-to stream argument))))))

(define-directive format-decimal (stream directive state)
  (%format-integer stream directive state 10))

(define-directive format-binary (stream directive state)
  (%format-integer stream directive state 2))

(define-directive format-octal (stream directive state)
  (%format-integer stream directive state 8))

(define-directive format-hexadecimal (stream directive state)
  (%format-integer stream directive state 16))

(defun %format-in-words (stream directive integer)
  "~R without parameters."
  (unless (integerp integer) (directive-error directive "~s is no integer" integer))
  (cond ((directive-at-p directive)
         (let ((old-p (directive-colon-p directive)))
           (unless (< 0 integer (if old-p 5000 4000))
             (directive-error directive "there is no Roman numeral for ~d" integer))
           (put-roman stream integer (if old-p *old-roman-digits* *roman-digits*))))
        ((%nameable-p integer) (put-number-word stream integer (directive-colon-p directive)))
        (t (directive-error directive "there is no English word for ~d" integer))))

(define-directive format-radix (stream directive state)
  (with-parameters ((radix nil) (mincol 0) (padchar #\Space) (commachar #\,) (interval 3)) (directive state)
    (let ((argument (next-argument state directive)))
      (cond ((null radix)
             (let ((*print-base* 10) (*print-radix* nil))
               (%format-in-words stream directive argument)))
            ((<= 2 radix 36)
             (%put-formatted-integer stream argument radix directive mincol padchar commachar interval))
            (t (directive-error directive "the radix ~d is not in 2 to 36" radix))))))

(define-directive format-plural (stream directive state)
  (with-parameters () (directive state)
    (when (directive-colon-p directive)
      (go-to-argument state directive (- (%argument-index state) 1)))
    (let ((one-p (eql (next-argument state directive) 1)))
      (if (directive-at-p directive)
          (put-string stream (if one-p "y" "ies"))
          (unless one-p (put-char stream #\s))))))
