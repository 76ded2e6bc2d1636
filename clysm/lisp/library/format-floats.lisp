;;;; FORMAT: ~F ~E ~G ~$.
;;;;
;;;; %float-digits-string gives the shortest digits that read back as the same float, as 0.DIGITS * 10^EXPONENT. If
;;;; fewer are asked for, the exact value is rounded half up; if more, zeros are added.

(in-package "CLYSM.LIBRARY")

(defun %as-float (number)
  "NUMBER as a float: rationals become single-floats."
  (if (rationalp number) (coerce number 'single-float) number))

(defun %ordinary-float-p (x)
  (and (floatp x) (not (%float-class x))))

(defun %put-non-float (stream argument width)
  "What ~F, ~E, ~G and ~$ do with an ARGUMENT that is no real number, infinities included."
  (put-padded stream
              (let ((*print-base* 10) (*print-radix* nil)) (princ-to-string argument))
              nil (or width 0) 1 0 #\Space))

(defun %zeros (count)
  (%repeated #\0 (max count 0)))

(defun %scaled-digits (magnitude power)
  "The digits of MAGNITUDE * 10^POWER as an integer."
  (if (zerop magnitude)
      "0"
      (multiple-value-bind (digits exponent) (%float-digits-string magnitude)
        (let ((excess (- (+ exponent power) (%string-length digits))))
          (if (>= excess 0)
              (%concatenated digits (%zeros excess))
              (%integer->string (values (floor (+ (* (rational magnitude) (expt 10 power)) 1/2))) 10))))))

(defun %point-inserted (digits fraction-length)
  "DIGITS with a decimal point before the last FRACTION-LENGTH digits, zeros added on the left as needed; nothing stands
before the point if the integer part is zero."
  (let* ((digits (if (< (%string-length digits) fraction-length)
                     (%concatenated (%zeros (- fraction-length (%string-length digits))) digits)
                     digits))
         (integer-length (- (%string-length digits) fraction-length))
         (integer-part (%substring digits 0 integer-length)))
    (%concatenated (if (string= integer-part "0") "" integer-part)
                   "."
                   (%substring digits integer-length (%string-length digits)))))

(defun %shortest-fixed (magnitude scale)
  "MAGNITUDE * 10^SCALE with the shortest digits and without exponent; ends with the point if it is whole. Values: the
text, how many digits are behind the point."
  (if (zerop magnitude)
      (values ".0" 1)
      (multiple-value-bind (digits exponent) (%float-digits-string magnitude)
        (let ((exponent (+ exponent scale)) (length (%string-length digits)))
          (cond ((<= exponent 0)
                 (values (%concatenated "." (%zeros (- exponent)) digits) (- length exponent)))
                ((>= exponent length)
                 (values (%concatenated digits (%zeros (- exponent length)) ".") 0))
                (t
                 (values (%concatenated (%substring digits 0 exponent) "." (%substring digits exponent length))
                         (- length exponent))))))))

(defun %fixed-in-width (magnitude scale room)
  "The digits of MAGNITUDE * 10^SCALE with as many fraction digits as fit in ROOM characters."
  (multiple-value-bind (text fraction-length) (%shortest-fixed magnitude scale)
    (let ((excess (- (%string-length text) room)))
      (if (<= excess 0)
          text
          (let ((fraction-length (max 0 (- fraction-length excess))))
            (string-right-trim "0" (%point-inserted (%scaled-digits magnitude (+ fraction-length scale))
                                                    fraction-length)))))))

(defun %fixed-text (magnitude width fraction-length scale)
  "The digits and point of MAGNITUDE * 10^SCALE for ~F with FRACTION-LENGTH digits, or NIL for as many as are needed or
fit in WIDTH, which is NIL for no limit. A zero may be missing before or behind the point."
  (cond (fraction-length
         (%point-inserted (%scaled-digits magnitude (+ fraction-length scale)) fraction-length))
        (width (%fixed-in-width magnitude scale width))
        (t (values (%shortest-fixed magnitude scale)))))

(defun %sign-text (x at-p)
  (cond ((%minus-sign-p x) "-") (at-p "+") (t "")))

(defun put-fixed (stream x width fraction-length scale overflow-char padchar at-p)
  "Write the float X as ~F does. Source: CLHS 22.3.3.1."
  (let* ((sign (%sign-text x at-p))
         (room (and width (- width (%string-length sign))))
         (text (%fixed-text (abs x) room fraction-length scale))
         (length (%string-length text))
         (spare (if room (- room length) 2)))
    (when (and (eq (%schar text (- length 1)) #\.) (null fraction-length) (> spare 0))
      (setq text (%concatenated text "0") spare (- spare 1)))
    (when (and (eq (%schar text 0) #\.) (or (> spare 0) (eql length 1)))
      (setq text (%concatenated "0" text) spare (- spare 1)))
    (cond ((and room (< spare 0) overflow-char) (put-repeated stream overflow-char width))
          (t
           (when room (put-repeated stream padchar spare))
           (put-string stream sign)
           (put-string stream text)))))

(define-directive format-fixed (stream directive state)
  (with-parameters ((width nil) (fraction-length nil) (scale 0) (overflow-char nil character) (padchar #\Space))
      (directive state)
    (let* ((argument (next-argument state directive)) (x (%as-float argument)))
      (if (%ordinary-float-p x)
          (put-fixed stream x width fraction-length scale overflow-char padchar (directive-at-p directive))
          (%put-non-float stream argument width)))))

;;; ---- exponents

(defun %significant-digits (magnitude exponent count)
  "MAGNITUDE, which is 0.d * 10^EXPONENT, rounded to COUNT digits. Values: the digits, the exponent (one more if
rounding carried over)."
  (let ((digits (%scaled-digits magnitude (- count exponent))))
    (if (> (%string-length digits) (max count 0))
        (values (%substring digits 0 (max count 0)) (+ exponent 1))
        (values digits exponent))))

(defun %exponent-text (exponent length marker)
  "MARKER, sign and at least LENGTH (NIL: 1) digits of EXPONENT."
  (let ((digits (%integer->string (abs exponent) 10)))
    (%concatenated (string marker)
                   (if (minusp exponent) "-" "+")
                   (%zeros (- (or length 1) (%string-length digits)))
                   digits)))

(defun %mantissa-text (digits scale fraction-length)
  "DIGITS with the point where SCALE asks for it: SCALE digits before it, or -SCALE zeros behind it. FRACTION-LENGTH, if
not NIL, is how many digits the fraction has to have."
  (let* ((length (%string-length digits))
         (before (if (plusp scale)
                     (%concatenated (%substring digits 0 (min scale length)) (%zeros (- scale length)))
                     ""))
         (after (if (plusp scale)
                    (%substring digits (min scale length) length)
                    (%concatenated (%zeros (- scale)) digits))))
    (%concatenated before "." after
                   (if fraction-length (%zeros (- fraction-length (%string-length after))) ""))))

(defun %exponential-digits (magnitude room fraction-length scale exponent-length)
  "Values: digits and exponent (of 0.DIGITS * 10^EXPONENT) of MAGNITUDE > 0 for ~E."
  (multiple-value-bind (digits exponent) (%float-digits-string magnitude)
    (if fraction-length
        (%significant-digits magnitude exponent
                             (if (plusp scale) (+ fraction-length 1) (+ fraction-length scale)))
        (let* ((exponent-room (max (or exponent-length 1) (%decimal-length (abs (- exponent scale)))))
               ;; point, marker and sign take 3 columns
               (count (and room (max 1 (- (if (plusp scale) room (+ room scale)) 3 exponent-room)))))
          (if (and count (< count (%string-length digits)))
              (multiple-value-bind (digits exponent) (%significant-digits magnitude exponent count)
                (let ((end (position #\0 digits :test-not #'eql :from-end t)))
                  (values (%substring digits 0 (+ (or end 0) 1)) exponent)))
              (values digits exponent))))))

(defun %exponential-parts (magnitude room fraction-length scale exponent-length)
  "Values: mantissa text, exponent to be written after it. Zero has the exponent 0 and one digit before the point."
  (let ((fraction (and fraction-length
                       (if (plusp scale) (max 0 (+ (- fraction-length scale) 1)) fraction-length))))
    (if (zerop magnitude)
        (values (if fraction (%concatenated "0." (%zeros fraction)) "0.") 0)
        (multiple-value-bind (digits exponent)
            (%exponential-digits magnitude room fraction-length scale exponent-length)
          (values (%mantissa-text digits scale fraction) (- exponent scale))))))

(defun put-exponential (stream x width fraction-length exponent-length scale overflow-char padchar exponent-char at-p)
  "Write the float X as ~E does. Source: CLHS 22.3.3.2."
  (let* ((sign (%sign-text x at-p))
         (room (and width (- width (%string-length sign))))
         (marker (or exponent-char (%exponent-marker x))))
    (multiple-value-bind (mantissa exponent)
        (%exponential-parts (abs x) room fraction-length scale exponent-length)
      (let* ((exponent-text (%exponent-text exponent exponent-length marker))
             (spare (if room (- room (%string-length mantissa) (%string-length exponent-text)) 2)))
        (when (and (eq (%schar mantissa (- (%string-length mantissa) 1)) #\.) (null fraction-length) (> spare 0))
          (setq mantissa (%concatenated mantissa "0") spare (- spare 1)))
        (when (and (eq (%schar mantissa 0) #\.) (> spare 0))
          (setq mantissa (%concatenated "0" mantissa) spare (- spare 1)))
        (cond ((and width overflow-char
                    (or (< spare 0)
                        (and exponent-length (> (%decimal-length (abs exponent)) exponent-length))))
               (put-repeated stream overflow-char width))
              (t
               (when room (put-repeated stream padchar spare))
               (put-string stream sign)
               (put-string stream mantissa)
               (put-string stream exponent-text)))))))

(defun %check-scale (directive fraction-length scale)
  (when (and fraction-length
             (or (> scale (+ fraction-length 1)) (and (minusp scale) (<= fraction-length (- scale)))))
    (directive-error directive "the scale factor ~d does not suit ~d fraction digits" scale fraction-length)))

(define-directive format-exponential (stream directive state)
  (with-parameters ((width nil) (fraction-length nil) (exponent-length nil) (scale 1) (overflow-char nil character)
                    (padchar #\Space) (exponent-char nil character))
      (directive state)
    (%check-scale directive fraction-length scale)
    (let* ((argument (next-argument state directive)) (x (%as-float argument)))
      (if (%ordinary-float-p x)
          (put-exponential stream x width fraction-length exponent-length scale overflow-char padchar exponent-char
                           (directive-at-p directive))
          (%put-non-float stream argument width)))))

;;; ---- ~G and ~$

(defun put-general (stream x width fraction-length exponent-length scale overflow-char padchar exponent-char at-p)
  "Write the float X as ~G does. Source: CLHS 22.3.3.3, whose variable names these are."
  (multiple-value-bind (digits n) (if (zerop x) (values "" 0) (%float-digits-string (abs x)))
    (let* ((ee (if exponent-length (+ exponent-length 2) 4))
           (ww (and width (- width ee)))
           (q (max (%string-length digits) 1))
           (d (or fraction-length (max q (min n 7))))
           (dd (- d n)))
      (cond ((<= 0 dd d)
             (put-fixed stream x ww dd 0 overflow-char padchar at-p)
             (put-repeated stream #\Space ee))
            (t (put-exponential stream x width fraction-length exponent-length scale overflow-char padchar
                                exponent-char at-p))))))

(define-directive format-general (stream directive state)
  (with-parameters ((width nil) (fraction-length nil) (exponent-length nil) (scale 1) (overflow-char nil character)
                    (padchar #\Space) (exponent-char nil character))
      (directive state)
    (let* ((argument (next-argument state directive)) (x (%as-float argument)))
      (if (%ordinary-float-p x)
          (put-general stream x width fraction-length exponent-length scale overflow-char padchar exponent-char
                       (directive-at-p directive))
          (%put-non-float stream argument width)))))

(defun put-monetary (stream x fraction-length integer-length width padchar sign-first-p at-p)
  "Write the float X as ~$ does. Source: CLHS 22.3.3.4."
  (let* ((digits (%scaled-digits (abs x) fraction-length))
         (text (%concatenated (%zeros (- (+ integer-length fraction-length) (%string-length digits))) digits))
         (point (- (%string-length text) fraction-length))
         (sign (%sign-text x at-p))
         (padding (- width (%string-length sign) (%string-length text) 1)))
    (when sign-first-p (put-string stream sign))
    (put-repeated stream padchar padding)
    (unless sign-first-p (put-string stream sign))
    (put-substring stream text 0 point)
    (put-char stream #\.)
    (put-substring stream text point (%string-length text))))

(define-directive format-monetary (stream directive state)
  (with-parameters ((fraction-length 2) (integer-length 1) (width 0) (padchar #\Space)) (directive state)
    (let* ((argument (next-argument state directive)) (x (%as-float argument)))
      (if (%ordinary-float-p x)
          (put-monetary stream x fraction-length integer-length width padchar
                        (directive-colon-p directive) (directive-at-p directive))
          (%put-non-float stream argument width)))))
