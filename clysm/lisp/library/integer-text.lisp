;;;; Integers to and from strings of digits in radix 2 to 36.
;;;;
;;;; Long integers are cut in halves of a power of the radix until the pieces are fixnums.  A piece holds a CHUNK of
;;;; digits, the most of which the value is below 2^28; level k stands for chunk * 2^k digits.

(in-package "CLYSM.LIBRARY")

(defun %chunk-digits (radix)
  "How many digits of RADIX always fit below 2^28."
  (let ((digits 1) (value radix))
    (loop
      (setq value (* value radix))
      (when (>= value 268435456) (return digits))
      (setq digits (%fix+ digits 1)))))

(defun %chunk-powers (radix bits)
  "Powers radix^(chunk * 2^k) for k = 0, 1 ..., as a list, the greatest first; its square has more than BITS bits."
  (let ((powers (list (%integer-power radix (%chunk-digits radix)))))
    (loop
      (let ((greatest (%car powers)))
        (when (>= (* 2 (- (integer-length greatest) 1)) bits) (return powers))
        (push (* greatest greatest) powers)))))

;;; Printing

(defun %put-fixnum-digits (n radix string end)
  "Write the digits of the fixnum N >= 0 into STRING so that the last is before END; the start index.  Zero has none."
  (loop
    (when (eq n 0) (return end))
    (let ((weight (%fix-remainder n radix)))
      (setq n (%fix-quotient n radix)
            end (%fix- end 1))
      (%set-schar-code string end (%fix+ weight (if (%fix< weight 10) 48 55))))))

(defun %put-digits (n radix powers width string end)
  "Write the digits of the integer N >= 0 into STRING, which holds zeros, so that the last is before END.
POWERS: the powers from this level down; the first is radix^WIDTH and its square exceeds N, or there is none and N is a
fixnum.  The start index is the result."
  (if (null powers)
      (%put-fixnum-digits n radix string end)
      (let ((both (%integer-divide n (%car powers)))
            (half (%fix-quotient width 2)))
        (let ((low-start (%put-digits (%cdr both) radix (%cdr powers) half string end)))
          (if (eq (%car both) 0)
              low-start
              (%put-digits (%car both) radix (%cdr powers) half string (%fix- end width)))))))

(defun %digit-string (n radix)
  "The digits of the integer N >= 0 as a new simple string; none for zero."
  (let* ((powers (if (%fixnump n) '() (%chunk-powers radix (integer-length n))))
         (width (* (%chunk-digits radix) (ash 1 (- (length powers) 1))))
         (size (if (null powers) 30 (* 2 width)))
         (string (%make-string size)))
    (dotimes (i size) (%set-schar-code string i 48))
    (let* ((start (%put-digits n radix powers width string size))
           (result (%make-string (%fix- size start))))
      (%string-copy result 0 string start (%fix- size start))
      result)))

(defun %integer->string (integer radix)
  "INTEGER in RADIX as a new simple string: a minus sign if negative, then digits, letters in upper case."
  (cond ((eq integer 0) "0")
        ((minusp integer)
         (let* ((digits (%digit-string (- integer) radix))
                (length (%string-length digits))
                (result (%make-string (%fix+ length 1))))
           (%set-schar-code result 0 45)
           (%string-copy result 1 digits 0 length)
           result))
        (t (%digit-string integer radix))))

;;; Reading

(declaim (inline %digit-weight))

(defun %digit-weight (code radix)
  "The weight in RADIX of the character with CODE, or NIL."
  (let ((weight (cond ((%fix<= code 57) (%fix- code 48))
                      ((%fix<= code 90) (%fix- code 55))
                      ((%fix<= code 122) (%fix- code 87))
                      ((%fix<= code 127) -1)
                      (t (or (digit-char-p (%code-char code) radix) -1)))))
    ;; The codes between 9 and A, and between Z and a, get weights that a letter or digit has.
    (if (and (%fix<= 0 weight) (%fix< weight radix)
             (or (%fix<= code 57) (%fix<= 10 weight) (%fix<= 128 code)))
        weight
        nil)))

(defun %read-fixnum-digits (string start end radix)
  "The value of the digits of STRING from START to END, no more than a chunk."
  (let ((value 0))
    (loop
      (when (eq start end) (return value))
      (setq value (%fix+ (%fix* value radix) (%digit-weight (%schar-code string start) radix))
            start (%fix+ start 1)))))

(defun %read-digits (string start end radix powers width)
  "The value of the digits of STRING from START to END.  POWERS, WIDTH: as for %PUT-DIGITS."
  (cond ((null powers) (%read-fixnum-digits string start end radix))
        ((%fix<= (%fix- end start) width)
         (%read-digits string start end radix (%cdr powers) (%fix-quotient width 2)))
        (t (let ((middle (%fix- end width))
                 (half (%fix-quotient width 2)))
             (+ (* (%read-digits string start middle radix (%cdr powers) half) (%car powers))
                (%read-digits string middle end radix (%cdr powers) half))))))

(defun %string->integer (string start end radix)
  "The integer >= 0 of the digits of the simple STRING from START to END, which are all digits in RADIX; 0 for none."
  (let ((chunk (%chunk-digits radix)))
    (if (%fix<= (%fix- end start) chunk)
        (%read-fixnum-digits string start end radix)
        (let ((powers (list (%integer-power radix chunk)))
              (width chunk))
          (loop
            (when (%fix>= (%fix* 2 width) (%fix- end start)) (return))
            (push (* (%car powers) (%car powers)) powers)
            (setq width (%fix* 2 width)))
          (%read-digits string start end radix powers width)))))

(defun %blank-code-p (code)
  (or (eq code 32) (and (%fix<= 9 code) (%fix<= code 13) (not (eq code 11)))))

(defun %skip-whitespace (string start end)
  "The index of the first character of the simple STRING from START that is not whitespace, or END."
  (loop
    (unless (and (%fix< start end) (%blank-code-p (%schar-code string start))) (return start))
    (setq start (%fix+ start 1))))

(defun %skip-digits (string start end radix)
  "The index of the first character of the simple STRING from START that is no digit in RADIX, or END."
  (loop
    (unless (and (%fix< start end) (%digit-weight (%schar-code string start) radix)) (return start))
    (setq start (%fix+ start 1))))

(defun %simple-string (string)
  "The characters of STRING, any string, as a simple string."
  (cond ((%simple-string-p string) string)
        ((not (stringp string)) (%wrong-type string 'string))
        (t (let ((result (%make-string (length string))))
             (dotimes (i (length string) result)
               (%set-schar result i (char string i)))))))

(define-condition %simple-parse-error (parse-error simple-condition) ())

(defun parse-integer (string &key (start 0) end (radix 10) junk-allowed)
  "The integer that STRING from START to END shows in RADIX, whitespace around it allowed; and the index where it ended.
With JUNK-ALLOWED anything may follow the digits, and the result is NIL if there are none; else that is a parse-error."
  (let* ((text (%simple-string string))
         (end (%check-range start end (%string-length text))))
    (unless (and (%fixnump radix) (%fix<= 2 radix) (%fix<= radix 36))
      (%wrong-type radix '(integer 2 36)))
    (let* ((first (%skip-whitespace text start end))
           (sign (if (%fix< first end) (%schar-code text first) 0))
           (digits (if (or (eq sign 43) (eq sign 45)) (%fix+ first 1) first))
           (stop (%skip-digits text digits end radix))
           (after (if junk-allowed stop (%skip-whitespace text stop end))))
      (cond ((and (%fix< digits stop) (or junk-allowed (%fix= after end)))
             (let ((value (%string->integer text digits stop radix)))
               (values (if (eq sign 45) (- value) value) after)))
            (junk-allowed (values nil stop))
            (t (error '%simple-parse-error
                      :format-control "~s from ~d to ~d is not an integer in radix ~d"
                      :format-arguments (list string start end radix)))))))
