;;;; The compiler's reader: source text to forms, with the position of every list.
;;;; Source: CLHS chapter 2. It reads into the packages of the program (world.lisp) and never asks the host's reader.

(in-package "CLYSM.COMPILER")

(defstruct (source (:constructor make-source (codes world package)))
  "CODES: the text as code points. POSITION: the next one. STARTS: list cell -> position of its opening parenthesis.
CAPITALS: see
SOURCE-UPCASED. LINES: vector of the positions where lines start, or NIL. LABELS: (number . datum) of the current form. LABELLED: list or array that was read with a label -> T.
CIRCULAR: has any form referred to a label inside the labelled datum? ORIGIN: where the text of the user begins; what is
in front of it has that place. FIRST-LINE: the number of the line there."
  codes world package
  (position 0)
  (starts (make-hash-table :test #'eq))
  (depth 0)
  (fresh nil)
  (suppress nil)
  (lines nil)
  (capitals nil)
  (labels '())
  (labelled (make-hash-table :test #'eq))
  (circular nil)
  (origin 0)
  (first-line 1))

(defun make-data-source (codes world)
  "A source of data that we wrote ourselves: no letter in it is to be converted."
  (let ((source (make-source codes world (find-package "COMMON-LISP"))))
    (setf (source-capitals source) codes)
    source))

(defvar *source* nil
  "The source that is being read.")

(defconstant +deepest-nesting+ 1000)

(defun read-failure (source position &rest parts)
  (declare (ignore source))
  (error 'source-failure :category "read-error" :position position :message (message-text parts)))

(defun line-starts (codes origin)
  "A vector of the positions in CODES where lines start, the first of them at ORIGIN."
  (let ((starts (list origin)) (position origin))
    (loop
      (when (>= position (length codes)) (return))
      (when (= (svref codes position) 10)
        (push (+ position 1) starts))
      (setf position (+ position 1)))
    (coerce (reverse starts) 'simple-vector)))

(defun source-line-and-column (source position)
  "Line and column of POSITION; a column counts code points, from 1."
  (unless (source-lines source)
    (setf (source-lines source) (line-starts (source-codes source) (source-origin source))))
  (let* ((starts (source-lines source))
         (position (max (source-origin source) (min position (length (source-codes source)))))
         (low 0) (high (length starts)))
    (loop                               ; the line starts in LOW and not before HIGH
      (when (= (- high low) 1) (return))
      (let ((middle (floor (+ low high) 2)))
        (if (<= (svref starts middle) position)
            (setf low middle)
            (setf high middle))))
    (values (+ low (source-first-line source)) (+ 1 (- position (svref starts low))))))

;;; Characters

(defun whitespace-code-p (code)
  (or (= code 32) (= code 10) (= code 9) (= code 13) (= code 12)))

(defun peek-code (source)
  "The next code point, or NIL at the end."
  (let ((position (source-position source)))
    (if (< position (length (source-codes source)))
        (svref (source-codes source) position)
        nil)))

(defun next-code (source what start)
  "Take the next code point; at the end, fail: WHAT began at START."
  (let ((code (peek-code source)))
    (unless code
      (read-failure source start "end of file inside " what " that starts here"))
    (setf (source-position source) (+ 1 (source-position source)))
    code))

(defun skip-blanks (source)
  "Skip white space and comments; true if something follows."
  (let* ((codes (source-codes source))
         (end (length codes))
         (position (source-position source)))
    (loop
      (when (>= position end)
        (setf (source-position source) position)
        (return nil))
      (let ((code (svref codes position)))
        (cond ((whitespace-code-p code)
               (setf position (+ position 1)))
              ((= code 59)              ; a line comment
               (setf position (or (position 10 codes :start position) end)))
              ((and (= code 35) (< (+ position 1) end) (= (svref codes (+ position 1)) 124))
               (setf position (skip-block-comment source position)))
              (t (setf (source-position source) position)
                 (return t)))))))

(defun skip-block-comment (source start)
  "The position behind the #|...|# at START."
  (let* ((codes (source-codes source))
         (end (length codes))
         (depth 1)
         (position (+ start 2)))
    (loop
      (when (>= (+ position 1) end)
        (read-failure source start "end of file inside a block comment that starts here"))
      (let ((code (svref codes position)) (next (svref codes (+ position 1))))
        (cond ((and (= code 124) (= next 35))
               (setf depth (- depth 1))
               (setf position (+ position 2))
               (when (= depth 0) (return position)))
              ((and (= code 35) (= next 124))
               (setf depth (+ depth 1))
               (setf position (+ position 2)))
              (t (setf position (+ position 1))))))))

;;; Forms

(defun read-form (source)
  "The next form and T, or NIL and NIL at the end of the text."
  (setf (source-labels source) '())
  (loop
    (unless (skip-blanks source)
      (return (values nil nil)))
    (multiple-value-bind (form present) (read-datum source)
      (when present
        (return (values form t))))))

(defstruct (unread (:constructor make-unread (source start)))
  "A datum that has not been read yet, in data that we wrote ourselves: its text begins at START of SOURCE."
  source start)

(defun read-unread (unread)
  (let* ((source (unread-source unread)) (position (source-position source)) (fresh (source-fresh source)))
    (setf (source-position source) (unread-start unread))
    (setf (source-fresh source) (make-hash-table :test #'equal))
    (prog1 (values (read-form source))
      (setf (source-position source) position)
      (setf (source-fresh source) fresh))))

(defun read-needed (source what start)
  "The next datum; at the end of the text, fail: WHAT began at START."
  (loop
    (unless (skip-blanks source)
      (read-failure source start "end of file inside " what " that starts here"))
    (multiple-value-bind (form present) (read-datum source)
      (when present
        (return form)))))

(defun read-datum (source)
  "Read what starts at the next code point. Second value: NIL if it was no datum (#+ that does not hold)."
  (let* ((start (source-position source))
         (code (svref (source-codes source) start)))
    (case code
      (40 (setf (source-position source) (+ start 1))
       (values (read-list source start) t))
      (41 (read-failure source start "unmatched close parenthesis"))
      (39 (setf (source-position source) (+ start 1))
       (values (read-wrapped source start 'quote) t))
      (96 (setf (source-position source) (+ start 1))
       (values (read-wrapped source start (kernel-symbol source "QUASIQUOTE")) t))
      (44 (values (read-unquote source start) t))
      (34 (setf (source-position source) (+ start 1))
       (values (read-string source start) t))
      (35 (read-dispatch source start))
      (t (values (read-token source start) t)))))

(defun kernel-symbol (source name)
  (values (intern name (find-world-package (source-world source) "CLYSM.KERNEL"))))

(defun remember-start (source cell start)
  (setf (gethash cell (source-starts source)) start)
  cell)

(defun read-wrapped (source start operator)
  (remember-start source (list operator (read-needed source "a quoted form" start)) start))

(defun read-unquote (source start)
  (setf (source-position source) (+ start 1))
  (let ((splicing (member (peek-code source) '(64 46))))
    (when splicing
      (setf (source-position source) (+ start 2)))
    (read-wrapped source start (kernel-symbol source (if splicing "UNQUOTE-SPLICING" "UNQUOTE")))))

(defun read-list (source start)
  "The elements up to the matching parenthesis."
  (setf (source-depth source) (+ (source-depth source) 1))
  (when (> (source-depth source) +deepest-nesting+)
    (error 'source-failure :category "limit-exceeded" :position start
                           :message "more than 1000 nested parentheses"))
  (let ((items '()) (tail nil))
    (loop
      (unless (skip-blanks source)
        (read-failure source start "end of file inside a list that starts here"))
      (let ((code (peek-code source)))
        (cond
          ((= code 41)
           (setf (source-position source) (+ 1 (source-position source)))
           (return))
          ((and (= code 46) (dot-alone-p source))
           (let ((dot (source-position source)))
             (unless items
               (read-failure source dot "nothing before the dot"))
             (setf (source-position source) (+ dot 1))
             (setf tail (read-needed source "a list" start))
             (skip-blanks source)
             (unless (eql (peek-code source) 41)
               (read-failure source dot "more than one datum after the dot"))
             (setf (source-position source) (+ 1 (source-position source)))
             (return)))
          (t (multiple-value-bind (form present) (read-datum source)
               (when present (push form items)))))))
    (setf (source-depth source) (- (source-depth source) 1))
    (let ((list (nreverse items)))
      (when tail
        (setf (cdr (last list)) tail))
      (when list (remember-start source list start))
      list)))

(defun dot-alone-p (source)
  (let ((next (+ 1 (source-position source))))
    (or (>= next (length (source-codes source)))
        (terminating-code-p (svref (source-codes source) next)))))

(defun terminating-code-p (code)
  (or (whitespace-code-p code) (= code 40) (= code 41) (= code 34) (= code 39) (= code 59) (= code 96) (= code 44)))

(defun read-string (source start)
  (let* ((codes (source-codes source))
         (position (source-position source))
         (end (plain-string-end codes position)))
    (cond (end (setf (source-position source) (+ end 1))
               (known-text codes position end))
          (t (read-any-string source start)))))

(defconstant +longest-known-string+ 40)

(defun plain-string-end (codes start)
  "The end of the string that goes on at START if it is short and has no escape; else NIL."
  (let ((position start) (end (min (length codes) (+ start +longest-known-string+))))
    (loop
      (when (>= position end) (return nil))
      (let ((code (svref codes position)))
        (cond ((= code 34) (return position))
              ((= code 92) (return nil))))
      (setf position (+ position 1)))))

(defun read-any-string (source start)
  (let* ((codes (source-codes source))
         (position (source-position source))
         (end (length codes)))
    (codes-of-string
     (with-output-to-string (out)
       (loop
         (when (>= position end)
           (read-failure source start "end of file inside a string that starts here"))
         (let ((code (svref codes position)))
           (setf position (+ position 1))
           (cond ((= code 34) (return))
                 ((= code 92)
                  (when (>= position end)
                    (read-failure source start "end of file inside a string that starts here"))
                  (write-char (code-char (svref codes position)) out)
                  (setf position (+ position 1)))
                 (t (write-char (code-char code) out)))))
       (setf (source-position source) position)))))

(defun codes-of-string (string)
  "STRING as a simple string."
  (coerce string 'simple-string))

;;; Tokens

(defun read-token (source start)
  (let ((marker (if (source-suppress source) nil (package-marker (source-codes source) start))))
    (cond ((null marker) (read-any-token source start))
          ((= marker start) (read-plain-keyword source start))
          (t (read-internal-symbol source start marker)))))

(defun package-marker (codes start)
  "The position of the : or :: in the token at START of a keyword or internal symbol, if what precedes it is plain; else NIL."
  (let ((position start) (end (- (length codes) 2)))
    (loop
      (when (> position end) (return nil))
      (let ((code (svref codes position)))
        (cond ((= code 58)
               (return (if (or (= position start) (= (svref codes (+ position 1)) 58)) position nil)))
              ((or (= code 124) (= code 92) (> code 127) (terminating-code-p code)) (return nil))))
      (setf position (+ position 1)))))

(defun read-plain-keyword (source start)
  (let ((end (plain-token-end (source-codes source) (+ start 1))))
    (cond ((and end (> end (+ start 1)))
           (setf (source-position source) end)
           (values (intern (known-text (source-upcased source) (+ start 1) end) "KEYWORD")))
          (t (read-any-token source start)))))

(defun read-internal-symbol (source start marker)
  "The symbol of package::name at START, whose :: is at MARKER."
  (let* ((codes (source-codes source)) (end (plain-token-end codes (+ marker 2))))
    (cond ((and end (> end (+ marker 2)))
           (setf (source-position source) end)
           (let ((text (source-upcased source)))
             (qualified-symbol source start (known-text text start marker) (known-text text (+ marker 2) end) nil)))
          (t (read-any-token source start)))))

(defun read-any-token (source start)
  (multiple-value-bind (text escaped colon external) (scan-token source start)
    (cond ((source-suppress source) nil)
          ((and (not escaped) (not colon))
           (or (token-number text 10 start)
               (if (every-dot-p text)
                   (read-failure source start "a token of dots only")
                   (intern-token source text))))
          ((and colon (= colon 0)) (read-keyword source start text external))
          (colon (qualified-symbol source start (subseq text 0 colon) (subseq text colon) external))
          (t (intern-token source text)))))

(defun every-dot-p (text)
  (dotimes (i (length text) t)
    (unless (char= (char text i) #\.)
      (return nil))))

(defun intern-token (source name)
  (values (intern name (source-package source))))

(defun scan-token (source start)
  "The characters of a token, case converted. Values: text; T if any character was escaped; position in the text of
the package marker or NIL; T if the marker is a single colon."
  (let ((end (plain-token-end (source-codes source) start)))
    (if end
        (let ((codes (source-upcased source)))
          (setf (source-position source) end)
          (values (known-text codes start end) nil nil nil))
        (scan-any-token source start))))

(defun plain-token-end (codes start)
  "The end of the token at START if it has no escape, no package marker and no character beyond ASCII; else NIL."
  (let ((position start) (end (length codes)))
    (loop
      (when (= position end) (return position))
      (let ((code (svref codes position)))
        (cond ((or (= code 124) (= code 92) (= code 58) (> code 127)) (return nil))
              ((terminating-code-p code) (return position))))
      (setf position (+ position 1)))))

(defun source-upcased (source)
  "The text with the letters a to z in upper case."
  (or (source-capitals source)
      (let ((codes (copy-seq (source-codes source))))
        (dotimes (i (length codes))
          (when (<= 97 (svref codes i) 122)
            (setf (svref codes i) (- (svref codes i) 32))))
        (setf (source-capitals source) codes))))

(defun scan-any-token (source start)
  (let* ((codes (source-codes source))
         (end (length codes))
         (position start)
         (escaped nil) (colon nil) (external nil) (multiple nil) (count 0))
    (values
     (codes-of-string
      (with-output-to-string (out)
        (loop
          (when (>= position end)
            (when multiple
              (read-failure source start "end of file inside a symbol that starts here"))
            (return))
          (let ((code (svref codes position)))
            (cond
              ((= code 124) (setf multiple (not multiple)) (setf escaped t))
              ((= code 92)
               (setf escaped t)
               (setf position (+ position 1))
               (when (>= position end)
                 (read-failure source start "end of file after a backslash"))
               (write-char (code-char (svref codes position)) out)
               (setf count (+ count 1)))
              (multiple (write-char (code-char code) out) (setf count (+ count 1)))
              ((terminating-code-p code) (return))
              ((= code 58)
               (cond ((and colon external (= count colon)) (setf external nil))
                     (colon (read-failure source start "too many package markers"))
                     (t (setf colon count) (setf external t))))
              (t (write-char (upcase-code code) out) (setf count (+ count 1)))))
          (setf position (+ position 1)))
        (setf (source-position source) position)))
     escaped colon external)))

(defun upcase-code (code)
  (if (< code 128)
      (code-char (if (<= 97 code 122) (- code 32) code))
      (char-upcase (code-char code))))

(defun read-keyword (source start name external)
  (if external
      (values (intern name "KEYWORD"))
      (read-failure source start "a symbol cannot start with two colons")))

(defun qualified-symbol (source start package-name name external)
  (let ((package (find-world-package (source-world source) package-name)))
    (unless package
      (error 'source-failure :category "package-error" :position start
                             :message (message-text (list "no package named " package-name))))
    (if external
        (multiple-value-bind (symbol status) (find-symbol name package)
          (unless (eq status :external)
            (error 'source-failure
                   :category "package-error" :position start
                   :message (message-text (list "symbol " name " is not external in package " package-name))))
          symbol)
        (values (intern name package)))))

;;; Numbers: CLHS 2.3.1

(defun digit-value (char radix)
  (let* ((code (char-code char))
         (value (cond ((<= 48 code 57) (- code 48))
                      ((<= 65 code 90) (- code 55))
                      ((<= 97 code 122) (- code 87))
                      (t 99))))
    (if (< value radix) value nil)))

(defun scan-digits (text start radix)
  "Value of the digits from START and the position behind them."
  (let ((position start) (value 0))
    (loop
      (when (>= position (length text)) (return))
      (let ((digit (digit-value (char text position) radix)))
        (unless digit (return))
        (setf value (+ (* value radix) digit))
        (setf position (+ position 1))))
    (values value position)))

(defun token-number (text &optional (radix 10) (place 0))
  "The number that TEXT denotes, or NIL. PLACE: where TEXT is in its source."
  (if (= (length text) 0)
      nil
      (let* ((first (char text 0))
             (signed (or (char= first #\+) (char= first #\-)))
             (sign (if (char= first #\-) -1 1))
             (start (if signed 1 0)))
        (if (and (< start (length text))
                 (or (digit-value (char text start) radix) (char= (char text start) #\.)))
            (multiple-value-bind (value position) (scan-digits text start radix)
              (cond
                ((= position (length text)) (* sign value))
                ((and (char= (char text position) #\/) (> position start))
                 (ratio-token text sign value (+ position 1) radix))
                ((/= radix 10) nil)
                ((and (char= (char text position) #\.) (= (+ position 1) (length text)) (> position start))
                 (* sign value))
                (t (float-token text sign value start position place))))
            nil))))

(defun ratio-token (text sign numerator start radix)
  (multiple-value-bind (denominator position) (scan-digits text start radix)
    (if (and (> position start) (= position (length text)) (/= denominator 0))
        (/ (* sign numerator) denominator)
        nil)))

(defun float-token (text sign value start position place)
  "The float of digits VALUE, then from POSITION a fraction, an exponent or both; NIL if it is no float."
  (let ((scale 0) (digits (- position start)) (format 'single) (point nil))
    (when (char= (char text position) #\.)
      (setf point t)
      (multiple-value-bind (fraction end) (scan-digits text (+ position 1) 10)
        (setf scale (- end position 1))
        (setf value (+ (* value (expt 10 scale)) fraction))
        (setf digits (+ digits scale))
        (setf position end)))
    (cond
      ((= digits 0) nil)
      ((= position (length text))
       (if (and point (> scale 0)) (decimal-float sign value (- scale) format place) nil))
      (t (case (char text position)
           ((#\E #\e #\S #\s #\F #\f) nil)
           ((#\D #\d #\L #\l) (setf format 'double))
           (t (return-from float-token nil)))
         (let* ((next (+ position 1))
                (exponent-sign (if (and (< next (length text)) (char= (char text next) #\-)) -1 1))
                (from (if (and (< next (length text)) (find (char text next) "+-")) (+ next 1) next)))
           (multiple-value-bind (exponent end) (scan-digits text from 10)
             (if (and (> end from) (= end (length text)))
                 (decimal-float sign value (- (* exponent-sign exponent) scale) format place)
                 nil)))))))

(defun decimal-float (sign digits exponent format place)
  "SIGN * DIGITS * 10^EXPONENT rounded to nearest, ties to even, as a float with exactly that value."
  (let* ((value (if (> (abs exponent) 5000)
                    (if (or (< exponent 0) (= digits 0)) 0 (read-failure nil place "float out of range"))
                    (* digits (expt 10 exponent)))))
    (multiple-value-bind (mantissa power) (round-to-float value format)
      (unless mantissa
        (read-failure nil place "float out of range"))
      (make-float (if (eq format 'double) 64 32) sign mantissa power))))

(defun round-to-float (value format)
  "Mantissa and power of two of the float nearest to the rational VALUE >= 0; NIL if it is too large."
  (let* ((bits (if (eq format 'double) 53 24))
         (least (if (eq format 'double) -1074 -149))
         (most (if (eq format 'double) 971 104)))
    (if (= value 0)
        (values 0 0)
        (let* ((n (numerator value))
               (d (denominator value))
               (power (max least (- (integer-length n) (integer-length d) bits))))
          (multiple-value-bind (mantissa power) (rounded-quotient n d power bits)
            (if (> power most) (values nil nil) (values mantissa power)))))))

(defun rounded-quotient (n d power bits)
  "N/D = mantissa * 2^power, rounded half even to at most BITS bits, starting with POWER."
  (loop
    (multiple-value-bind (mantissa remainder)
        (floor (if (< power 0) (ash n (- power)) n) (if (> power 0) (ash d power) d))
      (when (<= (integer-length mantissa) bits)
        (let* ((divisor (if (> power 0) (ash d power) d))
               (twice (* 2 remainder)))
          (when (or (> twice divisor) (and (= twice divisor) (oddp mantissa)))
            (setf mantissa (+ mantissa 1)))
          (when (> (integer-length mantissa) bits)
            (setf mantissa (ash mantissa -1))
            (setf power (+ power 1)))
          (return (values mantissa power))))
      (setf power (+ power 1)))))

;;; Sharp signs

(defun read-dispatch (source start)
  "A datum that starts with a sharp sign at START."
  (setf (source-position source) (+ start 1))
  (let ((argument nil))
    (loop
      (let ((code (peek-code source)))
        (unless (and code (<= 48 code 57)) (return))
        (setf argument (+ (* 10 (or argument 0)) (- code 48)))
        (setf (source-position source) (+ 1 (source-position source)))))
    (let ((code (next-code source "a sharp sign" start)))
      (case code
        (39 (values (read-wrapped source start 'function) t))
        (92 (values (read-character source start) t))
        (40 (values (read-vector source start argument) t))
        (58 (values (read-uninterned source) t))
        ((120 88) (values (read-radix source start 16) t))
        ((98 66) (values (read-radix source start 2) t))
        ((111 79) (values (read-radix source start 8) t))
        ((114 82) (values (read-radix source start argument) t))
        (42 (values (read-bits source start argument) t))
        (43 (read-conditional source start t))
        (45 (read-conditional source start nil))
        (46 (values (evaluate-while-reading source start) t))
        ((99 67) (values (read-complex source start) t))
        (70 (values (apply #'float-of-bits (read-needed source "a float" start)) t))
        ((97 65) (values (read-array source start argument) t))
        (61 (values (read-labelled source start argument) t))
        (35 (values (read-reference source start argument) t))
        ((112 80) (unsupported-syntax start "a pathname" "PATHNAME"))
        ((115 83) (unsupported-syntax start "a structure" "its constructor"))
        (t (read-failure source start "unknown sharp sign syntax"))))))

(defvar *fresh-names* nil
  "Uninterned symbol -> its name in objects and interfaces, for the module that is being compiled.")

(defun fresh-name (symbol)
  "The name of an uninterned symbol: as it was read, or for one that a macro made its name with a number by order of
occurrence, because the number that it has depends on the host."
  (or (gethash symbol *fresh-names*)
      (setf (gethash symbol *fresh-names*)
            (concatenate 'string (string-right-trim "0123456789" (symbol-name symbol))
                         (decimal-text (hash-table-count *fresh-names*))))))

(defun read-uninterned (source)
  "#:name; in data that we wrote ourselves the same name is the same symbol."
  (let ((name (values (scan-token source (source-position source))))
        (fresh (source-fresh source)))
    (if fresh
        (or (gethash name fresh)
            (setf (gethash name fresh) (make-symbol name)))
        (let ((symbol (make-symbol name)))
          (when *fresh-names*
            (setf (gethash symbol *fresh-names*) name))
          symbol))))

(defun evaluate-while-reading (source start)
  (let ((form (read-needed source "a form" start)))
    (if (source-suppress source)
        nil
        (handler-case (evaluate-at-compile-time form)
          (source-failure (condition) (error condition))
          (error (condition) (read-failure source start "#. signalled: " (condition-text condition)))))))

;;; Labels: CLHS 2.4.8.15 and 2.4.8.16

(defstruct (placeholder (:constructor make-placeholder ()))
  "Stands for a labelled datum that is not complete."
  (used nil))

(defun read-labelled (source start number)
  (unless number
    (read-failure source start "a label has a number: #1=datum"))
  (when (assoc number (source-labels source))
    (read-failure source start "the label " number " exists already"))
  (let* ((placeholder (make-placeholder)) (label (cons number placeholder)))
    (push label (source-labels source))
    (let ((datum (read-needed source "a labelled datum" start)))
      (when (eq datum placeholder)
        (read-failure source start "a label cannot stand for itself"))
      (setf (cdr label) datum)
      (when (placeholder-used placeholder)
        (setf (source-circular source) t)
        (fill-placeholder placeholder datum datum (make-hash-table :test #'eq)))
      (when (or (consp datum) (arrayp datum))
        (setf (gethash datum (source-labelled source)) t))
      datum)))

(defun read-reference (source start number)
  (let ((label (assoc number (source-labels source))))
    (cond (label
           (when (placeholder-p (cdr label))
             (setf (placeholder-used (cdr label)) t))
           (cdr label))
          ((source-suppress source) nil)
          (t (read-failure source start "no label " (or number "without a number"))))))

(defun fill-placeholder (placeholder datum part seen)
  "Put DATUM where PLACEHOLDER stands in PART."
  (loop
    (unless (and (consp part) (not (gethash part seen))) (return))
    (setf (gethash part seen) t)
    (if (eq (car part) placeholder)
        (setf (car part) datum)
        (fill-placeholder placeholder datum (car part) seen))
    (when (eq (cdr part) placeholder)
      (setf (cdr part) datum)
      (return))
    (setf part (cdr part)))
  (when (and (arrayp part) (not (stringp part)) (not (bit-vector-p part)) (not (gethash part seen)))
    (setf (gethash part seen) t)
    (dotimes (i (array-total-size part))
      (if (eq (row-major-aref part i) placeholder)
          (setf (row-major-aref part i) datum)
          (fill-placeholder placeholder datum (row-major-aref part i) seen)))))

;;; Arrays: CLHS 2.4.8.12

(defun read-array (source start rank)
  (let ((contents (read-needed source "an array" start)))
    (cond ((source-suppress source) nil)
          ((null rank) (read-failure source start "an array has a rank: #2A(...)"))
          (t (let ((dimensions (contents-dimensions source start contents rank)))
               (make-array dimensions :initial-contents contents))))))

(defun contents-dimensions (source start contents rank)
  "The dimensions of nested sequences, RANK deep, which must be of equal lengths."
  (if (= rank 0)
      '()
      (let ((inner nil) (count 0))
        (unless (or (proper-list-p contents) (vectorp contents))
          (read-failure source start "the contents of an array are sequences, one in the other"))
        (map nil
             (lambda (element)
               (let ((dimensions (contents-dimensions source start element (- rank 1))))
                 (when (and (> count 0) (not (equal dimensions inner)))
                   (read-failure source start "rows of different lengths"))
                 (setf inner dimensions)
                 (setf count (+ count 1))))
             contents)
        (cons count (if (= count 0) (make-list (- rank 1) :initial-element 0) inner)))))

(defun unsupported-syntax (position what instead)
  (error 'source-failure :category "unsupported-literal" :position position
                         :message (message-text (list what " cannot be read in source text; call " instead))))

(defun read-complex (source start)
  (let ((parts (read-needed source "a complex number" start)))
    (unless (and (consp parts) (consp (cdr parts)) (null (cddr parts)) (realp (car parts)) (realp (cadr parts)))
      (read-failure source start "a complex number has two real parts"))
    (complex (car parts) (cadr parts))))

(defun read-radix (source start radix)
  (let ((text (scan-token source (source-position source))))
    (or (and radix (<= 2 radix 36) (token-number text radix))
        (read-failure source start "not a number in radix " (or radix 0)))))

(defparameter *character-names*
  '(("SPACE" . 32) ("NEWLINE" . 10) ("TAB" . 9) ("PAGE" . 12) ("RETURN" . 13) ("LINEFEED" . 10) ("BACKSPACE" . 8)
    ("RUBOUT" . 127) ("NUL" . 0) ("NULL" . 0) ("ESCAPE" . 27) ("ESC" . 27) ("DELETE" . 127) ("ALTMODE" . 27)
    ("BELL" . 7) ("BEL" . 7)))

(defun read-character (source start)
  (let* ((first (next-code source "a character" start))
         (next (peek-code source)))
    (if (or (null next) (terminating-code-p next))
        (code-char first)
        (let ((text (progn (setf (source-position source) (- (source-position source) 1))
                           (scan-token source (source-position source)))))
          (if (= (length text) 1)
              (code-char first)
              (let ((named (assoc text *character-names* :test #'string=)))
                (cond (named (code-char (cdr named)))
                      ((and (char= (char text 0) #\U) (> (length text) 1))
                       (multiple-value-bind (value end)
                           (scan-digits text (if (char= (char text 1) #\+) 2 1) 16)
                         (if (and (= end (length text)) (< value #x110000))
                             (code-char value)
                             (read-failure source start "no character named " text))))
                      (t (read-failure source start "no character named " text)))))))))

(defun read-vector (source start length)
  (let ((items (read-list source start)))
    (if length
        (let ((vector (make-array length :initial-element (car (last items)))))
          (when (> (length items) length)
            (read-failure source start "more than " length " elements"))
          (replace vector items))
        (coerce items 'simple-vector))))

(defun read-bits (source start length)
  (let* ((text (scan-token source (source-position source)))
         (bits (make-array (or length (length text)) :element-type 'bit :initial-element 0)))
    (dotimes (i (length bits))
      (let ((digit (digit-value (char text (min i (- (length text) 1))) 2)))
        (unless digit
          (read-failure source start "a bit vector holds zeros and ones"))
        (setf (aref bits i) digit)))
    bits))

(defun read-conditional (source start wanted)
  "#+feature datum and #-feature datum"
  (let* ((package (source-package source))
         (expression (progn (setf (source-package source) (find-package "KEYWORD"))
                            (read-needed source "a feature expression" start))))
    (setf (source-package source) package)
    (if (eq wanted (feature-p source start expression))
        (values (read-needed source "a conditional datum" start) t)
        (let ((suppress (source-suppress source)))
          (setf (source-suppress source) t)
          (read-needed source "a conditional datum" start)
          (setf (source-suppress source) suppress)
          (values nil nil)))))

(defun feature-p (source start expression)
  (cond ((symbolp expression) (if (member expression '(:clysm :common-lisp :ansi-cl)) t nil))
        ((and (consp expression) (string= (symbol-name (car expression)) "NOT"))
         (not (feature-p source start (cadr expression))))
        ((and (consp expression) (string= (symbol-name (car expression)) "AND"))
         (every (lambda (x) (feature-p source start x)) (cdr expression)))
        ((and (consp expression) (string= (symbol-name (car expression)) "OR"))
         (some (lambda (x) (feature-p source start x)) (cdr expression)))
        (t (read-failure source start "not a feature expression"))))
