;;;; Data as text for objects and interfaces: printed so that our reader gives it back, the same on every host.

(in-package "CLYSM.COMPILER")

(defun data-text (datum)
  (when (and *source* (source-circular *source*) (circular-p datum))
    (fail "unsupported-literal" nil "a circular literal cannot be stored in an interface"))
  (with-output-to-string (out) (write-datum datum out)))

(defun write-datum (datum out)
  (cond ((symbolp datum) (write-symbol datum out))
        ((stringp datum) (write-escaped datum #\" out))
        ((integerp datum) (write-string (decimal-text datum) out))
        ((characterp datum)
         (write-string "#\\U+" out)
         (write-string (hexadecimal-text (char-code datum)) out))
        ((consp datum) (write-data-list datum out))
        ((literal-float-p datum) (write-float datum out))
        ((rationalp datum)
         (write-string (decimal-text (numerator datum)) out)
         (write-char #\/ out)
         (write-string (decimal-text (denominator datum)) out))
        ((complexp datum)
         (write-string "#C" out)
         (write-datum (list (realpart datum) (imagpart datum)) out))
        ((bit-vector-p datum)
         (write-string "#*" out)
         (dotimes (i (length datum)) (write-char (if (= (aref datum i) 1) #\1 #\0) out)))
        ((simple-vector-p datum)
         (write-char #\# out)
         (write-datum-items (coerce datum 'list) out))
        ((and (arrayp datum) (eq (array-element-type datum) t))
         (write-char #\# out)
         (write-string (decimal-text (array-rank datum)) out)
         (write-char #\A out)
         (write-array-contents datum (array-dimensions datum) 0 out))
        (t (fail "unsupported-literal" nil "a literal of this kind cannot be stored in an interface"))))

(defun write-array-contents (array dimensions start out)
  "Nested lists of the elements from the row-major index START on."
  (if (null dimensions)
      (write-datum (row-major-aref array start) out)
      (let ((step (reduce #'* (cdr dimensions))))
        (write-char #\( out)
        (dotimes (i (car dimensions))
          (when (> i 0) (write-char #\Space out))
          (write-array-contents array (cdr dimensions) (+ start (* i step)) out))
        (write-char #\) out))))

(defun hexadecimal-text (n)
  (let ((digits '()))
    (loop
      (push (char "0123456789ABCDEF" (logand n 15)) digits)
      (setf n (ash n -4))
      (when (= n 0) (return)))
    (coerce digits 'string)))

(defun write-escaped (string delimiter out)
  (write-char delimiter out)
  (dotimes (i (length string))
    (let ((char (char string i)))
      (when (or (char= char delimiter) (char= char #\\))
        (write-char #\\ out))
      (write-char char out)))
  (write-char delimiter out))

(defun write-symbol (symbol out)
  (cond ((null symbol) (write-string "NIL" out))
        ((keywordp symbol)
         (write-char #\: out)
         (write-symbol-name (symbol-name symbol) out))
        (t (let ((home (symbol-home (environment-world *environment*) symbol)))
             (cond ((null home)
                    (write-string "#:" out)
                    (write-symbol-name (fresh-name symbol) out))
                   ((string= home "COMMON-LISP") ; the package where data are read
                    (write-symbol-name (symbol-name symbol) out))
                   (t (write-symbol-name home out)
                      (write-string "::" out)
                      (write-symbol-name (symbol-name symbol) out)))))))

(defun write-symbol-name (name out)
  (if (plain-name-p name)
      (write-string name out)
      (write-escaped name #\| out)))

(defun plain-name-p (name)
  "Can NAME stand in text without escapes?"
  (and (> (length name) 0)
       (plain-name-chars-p name)
       (alphabetic-code-p (char-code (find-first-letter name)))))

(defun plain-name-chars-p (name)
  (dotimes (i (length name) t)
    (unless (plain-name-char-p (char name i))
      (return nil))))

(defun find-first-letter (name)
  "The first character that decides that NAME is no number: a letter or % * &; else the first character."
  (or (find-if (lambda (char) (alphabetic-code-p (char-code char))) name :end 1)
      #\0))

(defun alphabetic-code-p (code)
  (or (<= 65 code 90) (= code 37) (= code 42) (= code 38)))

(defun plain-name-char-p (char)
  (let ((code (char-code char)))
    (or (alphabetic-code-p code) (<= 48 code 57) (<= 45 code 46) (= code 43) (= code 61) (= code 60) (= code 62)
        (= code 47) (= code 63) (= code 33))))

(defun write-data-list (list out)
  (write-char #\( out)
  (let ((first t))
    (loop
      (when (atom list)
        (when list
          (write-string " . " out)
          (write-datum list out))
        (return))
      (unless first (write-char #\Space out))
      (setf first nil)
      (write-datum (car list) out)
      (setf list (cdr list))))
  (write-char #\) out))

(defun write-datum-items (items out)
  (write-char #\( out)
  (let ((first t))
    (dolist (item items)
      (unless first (write-char #\Space out))
      (setf first nil)
      (write-datum item out)))
  (write-char #\) out))

;;; Floats: as their IEEE 754 bits, which our reader understands as #F(width bits).

(defstruct (foreign-float (:constructor make-foreign-float (width bits)))
  "Stands for a float that the host does not have: CLISP knows no negative zero and no subnormal numbers."
  width bits)

(defvar *foreign-floats* (make-hash-table :test #'equal)
  "(width bits) -> the one FOREIGN-FLOAT for it, so that EQL tells them apart like floats.")

(defun literal-float-p (x)
  (or (floatp x) (foreign-float-p x)))

(defun write-float (value out)
  (write-string "#F" out)
  (write-datum-items (list (float-width value) (float-bits value)) out))

(defun make-float (width sign mantissa exponent)
  "SIGN * MANTISSA * 2^EXPONENT as a float of WIDTH bits, 32 or 64, that has exactly this value."
  (let ((value (host-float width sign mantissa exponent)))
    (if (and value
             (multiple-value-bind (host-mantissa host-exponent host-sign) (integer-decode-float value)
               (declare (ignore host-exponent))
               (and (= host-sign sign) (eq (= host-mantissa 0) (= mantissa 0)))))
        value
        (foreign-float width (parts-bits width sign mantissa exponent)))))

(defun host-float (width sign mantissa exponent)
  "The same, or NIL, or some other float, where the host has none of that value."
  (handler-case (let ((magnitude (scale-float (float mantissa (if (= width 64) 0d0 0f0)) exponent)))
                  (if (= sign -1) (- magnitude) magnitude))
    (arithmetic-error () nil)))

(defun foreign-float (width bits)
  (let ((key (list width bits)))
    (or (gethash key *foreign-floats*)
        (setf (gethash key *foreign-floats*) (make-foreign-float width bits)))))

(defun float-of-bits (width bits)
  "The float of WIDTH bits, 32 or 64, whose IEEE 754 representation is BITS."
  (multiple-value-bind (precision least exponent-bits) (float-layout width)
    (let ((sign (if (logbitp (- width 1) bits) -1 1))
          (field (logand (ash bits (- 1 precision)) (- (ash 1 exponent-bits) 1)))
          (fraction (logand bits (- (ash 1 (- precision 1)) 1))))
      (if (= field 0)
          (make-float width sign fraction (- least))
          (make-float width sign (logior fraction (ash 1 (- precision 1))) (- field 1 least))))))

(defun float-width (value)
  (cond ((foreign-float-p value) (foreign-float-width value))
        ((typep value 'double-float) 64)
        (t 32)))

(defun float-bits (value)
  "The IEEE 754 bits of a float, by integer arithmetic alone."
  (if (foreign-float-p value)
      (foreign-float-bits value)
      (multiple-value-bind (mantissa exponent sign) (integer-decode-float value)
        (parts-bits (float-width value) sign mantissa exponent))))

(defun float-layout (width)
  "Bits of precision, minus the exponent of the least subnormal number, bits of the exponent field."
  (if (= width 64) (values 53 1074 11) (values 24 149 8)))

(defun parts-bits (width sign mantissa exponent)
  (multiple-value-bind (precision least) (float-layout width)
    (let ((sign-bit (if (= sign -1) (ash 1 (- width 1)) 0)))
      (if (= mantissa 0)
          sign-bit
          (progn
            ;; normalise to PRECISION bits, unless that takes the exponent below the least
            (loop
              (when (or (>= (integer-length mantissa) precision) (= exponent (- least))) (return))
              (setf mantissa (ash mantissa 1))
              (setf exponent (- exponent 1)))
            (loop
              (when (>= exponent (- least)) (return))
              (setf mantissa (ash mantissa -1))
              (setf exponent (+ exponent 1)))
            (if (< (integer-length mantissa) precision)
                (logior sign-bit mantissa)
                (logior sign-bit
                        (ash (+ exponent least 1) (- precision 1))
                        (- mantissa (ash 1 (- precision 1))))))))))
