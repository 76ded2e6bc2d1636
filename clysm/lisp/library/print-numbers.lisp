;;;; Printing numbers (CLHS 22.1.3.1).

(in-package "CLYSM.LIBRARY")

(defun %decimal-length (n)
  "How many decimal digits the fixnum N >= 0 has."
  (let ((length 1) (limit 10))
    (loop
      (when (or (%fix< n limit) (eql length 9)) (return length))
      (setq length (%fix+ length 1)
            limit (%fix* limit 10)))))

(defun put-decimal (stream n)
  "Write the fixnum N in decimal."
  (when (%fix< n 0)
    (put-char stream #\-))
  (if (eql n -536870912)  ; its magnitude is no fixnum
      (put-string stream (%integer->string (- n) 10))
      (let* ((n (if (%fix< n 0) (%fix- 0 n) n))
             (start (out-index-of stream))
             (end (%fix+ start (%decimal-length n))))
        (if (%fix<= end (out-limit-of stream))
            (let ((buffer (out-buffer-of stream)))
              (set-out-index-of stream end)
              (do ((i (%fix- end 1) (%fix- i 1)))
                  ((%fix< i start))
                (%set-schar-code buffer i (%fix+ 48 (%fix-remainder n 10)))
                (setq n (%fix-quotient n 10))))
            (put-string stream (%integer->string n 10))))))

(defun %put-radix-prefix (stream base)
  (cond ((eql base 2) (put-string stream "#b"))
        ((eql base 8) (put-string stream "#o"))
        ((eql base 16) (put-string stream "#x"))
        (t
         (put-char stream #\#)
         (put-decimal stream base)
         (put-char stream #\r))))

(defun put-digits (stream integer base)
  "Write INTEGER in BASE without radix."
  (if (and (%fixnump integer) (eql base 10))
      (put-decimal stream integer)
      (put-string stream (%integer->string integer base))))

(defun put-integer (stream integer)
  "Write INTEGER as *print-base* and *print-radix* ask."
  (let ((base *print-base*))
    (cond ((null *print-radix*) (put-digits stream integer base))
          ((eql base 10)
           (put-digits stream integer base)
           (put-char stream #\.))
          (t
           (%put-radix-prefix stream base)
           (put-digits stream integer base)))))

(defun put-ratio (stream ratio)
  "Write RATIO as *print-base* and *print-radix* ask."
  (when *print-radix* (%put-radix-prefix stream *print-base*))
  (put-digits stream (numerator ratio) *print-base*)
  (put-char stream #\/)
  (put-digits stream (denominator ratio) *print-base*))

;;; ---- floats

(defun %float-class (x)
  "NIL if the float X is a number, else :infinity, :negative-infinity or :nan."
  (let ((high (if (%singlep x) (%single-bits-16 x 1) (%double-bits-16 x 3)))
        (mask (if (%singlep x) #x7F80 #x7FF0)))
    (cond ((not (eql (%fix-and high mask) mask)) nil)
          ((if (%singlep x) (not (%single= x x)) (not (%double= x x))) :nan)
          ((%fix< high #x8000) :infinity)
          (t :negative-infinity))))

(defun %put-special-float (stream x class)
  "Write the infinity or not-a-number X, which has no syntax."
  (when *print-readably* (error 'print-not-readable :object x))
  (put-string stream "#<")
  (put-string stream (%symbol-name (%float-type x)))
  (put-string stream (cond ((eq class :infinity) " infinity>")
                           ((eq class :negative-infinity) " -infinity>")
                           (t " not-a-number>"))))

(defun %float-type (x)
  (if (%singlep x) 'single-float 'double-float))

(defun %default-float-p (x)
  "True if the reader makes a float of the type of X of a number without exponent marker."
  (let ((format *read-default-float-format*))
    (if (%singlep x)
        (or (eq format 'single-float) (eq format 'short-float))
        (or (eq format 'double-float) (eq format 'long-float)))))

(defun %exponent-marker (x)
  (cond ((%default-float-p x) #\e) ((%singlep x) #\f) (t #\d)))

(defun put-fixed-digits (stream digits exponent)
  "Write 0.DIGITS * 10^EXPONENT without exponent; at least one digit on each side of the point."
  (let ((length (%string-length digits)))
    (cond ((%fix<= exponent 0)
           (put-string stream "0.")
           (dotimes (i (%fix- 0 exponent)) (put-char stream #\0))
           (put-string stream digits))
          ((%fix>= exponent length)
           (put-string stream digits)
           (dotimes (i (%fix- exponent length)) (put-char stream #\0))
           (put-string stream ".0"))
          (t
           (put-substring stream digits 0 exponent)
           (put-char stream #\.)
           (put-substring stream digits exponent length)))))

(defun %put-scientific-digits (stream digits exponent marker)
  "Write 0.DIGITS * 10^EXPONENT with one digit before the point and an exponent."
  (put-substring stream digits 0 1)
  (put-char stream #\.)
  (if (eql (%string-length digits) 1)
      (put-char stream #\0)
      (put-substring stream digits 1 (%string-length digits)))
  (put-char stream marker)
  (put-decimal stream (- exponent 1)))

(defun %minus-sign-p (x)
  "True if the float X has a minus sign, zero included."
  (minusp (float-sign x)))

(defun put-float (stream x)
  "Write the float X with the fewest digits that read back as X. Source: CLHS 22.1.3.1.3."
  (let ((class (%float-class x)))
    (cond
      (class (%put-special-float stream x class))
      (t
       (when (%minus-sign-p x) (put-char stream #\-))
       (let ((magnitude (abs x)))
         (cond
           ((zerop x)
            (put-string stream "0.0")
            (%put-type-marker stream x))
           (t
            (multiple-value-bind (digits exponent) (%float-digits-string magnitude)
              (cond ((and (%fix> exponent -3) (%fix<= exponent 7))  ; 1/1000 <= magnitude < 10^7
                     (put-fixed-digits stream digits exponent)
                     (%put-type-marker stream x))
                    (t (%put-scientific-digits stream digits exponent (%exponent-marker x))))))))))))

(defun %put-type-marker (stream x)
  "Write the exponent marker that tells the type of X, if it is needed, with the exponent 0."
  (unless (%default-float-p x)
    (put-char stream (%exponent-marker x))
    (put-char stream #\0)))

(defun put-number (stream number)
  "Write NUMBER of any type."
  (cond ((integerp number) (put-integer stream number))
        ((%ratiop number) (put-ratio stream number))
        ((%complexp number)
         (put-string stream "#C(")
         (put-number stream (realpart number))
         (put-char stream #\Space)
         (put-number stream (imagpart number))
         (put-char stream #\)))
        (t (put-float stream number))))
