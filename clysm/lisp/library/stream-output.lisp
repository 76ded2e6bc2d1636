;;;; Output functions: characters, strings, lines, bytes, sequences.
;;;;
;;;; put-char and put-string are the internal forms: the stream is checked, the string simple and the bounds right.

(in-package "CLYSM.LIBRARY")

(defun put-char (stream character)
  "Write CHARACTER to STREAM, which must be a stream."
  (let ((index (out-index-of stream)))
    (if (%fix< index (out-limit-of stream))
        (progn (%set-schar (out-buffer-of stream) index character)
               (set-out-index-of stream (%fix+ index 1)))
        (funcall (on-write-char (operations-of stream)) stream character))
    character))

(defun put-substring (stream string start end)
  "Write the characters START <= i < END of the simple STRING to STREAM."
  (let* ((index (out-index-of stream))
         (new-index (%fix+ index (%fix- end start))))
    (if (%fix<= new-index (out-limit-of stream))
        (progn (%string-copy (out-buffer-of stream) index string start (%fix- end start))
               (set-out-index-of stream new-index))
        (funcall (on-write-string (operations-of stream)) stream string start end))
    string))

(defun put-string (stream string)
  "Write the simple STRING to STREAM."
  (put-substring stream string 0 (%string-length string)))

(defun write-char (character &optional stream)
  "Write CHARACTER to the output STREAM and return it."
  (unless (characterp character) (%wrong-type character 'character))
  (put-char (if (streamp stream) stream (%output-stream stream)) character))

(defun put-any-string (stream string start end)
  "Write the part START to END (or NIL) of any STRING to STREAM; all arguments are checked."
  (cond ((%simple-string-p string)
         (let ((length (%string-length string)))
           (if (and (eql start 0) (null end))
               (put-substring stream string 0 length)
               (let ((end (%check-range start end length)))
                 (put-substring stream string start end)))))
        ((stringp string)
         (let ((end (%check-range start end (length string))))
           (put-string stream (subseq string start end))))
        (t (%wrong-type string 'string)))
  string)

(defun write-string (string &optional stream &key (start 0) end)
  "Write the characters of STRING from START to END to the output STREAM; return STRING."
  (put-any-string (if (streamp stream) stream (%output-stream stream)) string start end))

(defun write-line (string &optional stream &key (start 0) end)
  "Write the characters of STRING from START to END and a newline to the output STREAM; return STRING."
  (let ((stream (%output-stream stream)))
    (put-any-string stream string start end)
    (put-char stream #\Newline)
    string))

(defun terpri (&optional stream)
  "Write a newline to the output STREAM."
  (put-char (%output-stream stream) #\Newline)
  nil)

(defun put-repeated (stream character count)
  "Write CHARACTER COUNT times to STREAM; not at all if COUNT is negative."
  (dotimes (i count) (put-char stream character)))

;;; ---- columns

(defun %buffer-column (stream)
  "The column after the characters in the output buffer of STREAM. Each character counts one."
  (let ((buffer (out-buffer-of stream)) (end (out-index-of stream)))
    (do ((i (%fix- end 1) (%fix- i 1)))
        ((%fix< i 0) (+ (out-column-of stream) end))
      (when (%fix= (%schar-code buffer i) 10)
        (return (%fix- (%fix- end i) 1))))))

(defun %column-after (column string start end)
  "The column after writing STRING from START to END at COLUMN, which may be NIL for not known."
  (do ((i (%fix- end 1) (%fix- i 1)))
      ((%fix< i start) (and column (+ column (%fix- end start))))
    (when (%fix= (%schar-code string i) 10)
      (return (%fix- (%fix- end i) 1)))))

(defun column-of (stream)
  "The column of the next character written to STREAM, or NIL if not known."
  (funcall (on-column (operations-of stream)) stream))

(defun %spaces-to-column (column target increment)
  "How many spaces ~T writes at COLUMN to reach TARGET, or the next column TARGET + k * INCREMENT."
  (cond ((< column target) (- target column))
        ((zerop increment) 0)
        (t (- increment (rem (- column target) increment)))))

(defun %spaces-relative (column count increment)
  "How many spaces ~@T writes at COLUMN: COUNT, and more up to a multiple of INCREMENT."
  (let ((over (if (> increment 1) (rem (+ column count) increment) 0)))
    (+ count (if (zerop over) 0 (- increment over)))))

(defun put-fresh-line (stream)
  "Write a newline to STREAM unless it is at the start of a line; true if it wrote one."
  (let ((column (column-of stream)))
    (cond ((eql column 0) nil)
          (t (put-char stream #\Newline) t))))

(defun fresh-line (&optional stream)
  "Write a newline to the output STREAM unless it is at the start of a line; true if it wrote one."
  (put-fresh-line (%output-stream stream)))

;;; ---- buffers

(defun finish-output (&optional stream)
  "Pass all buffered output of STREAM on to its destination."
  (let ((stream (%output-stream stream)))
    (funcall (on-finish-output (operations-of stream)) stream)
    nil))

(defun force-output (&optional stream)
  "Pass all buffered output of STREAM on to its destination."
  (finish-output stream))

(defun clear-output (&optional stream)
  "Drop the buffered output of STREAM."
  (let ((stream (%output-stream stream)))
    (funcall (on-clear-output (operations-of stream)) stream)
    nil))

;;; ---- bytes and sequences

(defun write-byte (byte stream)
  "Write the integer BYTE to the binary STREAM and return it."
  (unless (integerp byte) (%wrong-type byte 'integer))
  (funcall (on-write-byte (operations-of (%check-stream stream))) stream byte)
  byte)

(defun %write-element (stream element)
  (cond ((characterp element) (put-char stream element))
        (t (write-byte element stream))))

(defun write-sequence (sequence stream &key (start 0) end)
  "Write the elements of SEQUENCE from START to END to STREAM; return SEQUENCE."
  (%check-stream stream)
  (cond ((stringp sequence) (put-any-string stream sequence start end))
        ((listp sequence)
         (let* ((end (%check-range start end (length sequence)))
                (rest (nthcdr start sequence)))
           (do ((i start (%fix+ i 1)))
               ((%fix>= i end))
             (%write-element stream (car rest))
             (setq rest (cdr rest)))))
        ((%octets-p sequence)
         (let ((end (%check-range start end (%octets-length sequence))))
           (funcall (on-write-octets (operations-of stream)) stream sequence start end)))
        ((vectorp sequence)
         (let ((end (%check-range start end (length sequence))))
           (do ((i start (%fix+ i 1)))
               ((%fix>= i end))
             (%write-element stream (aref sequence i)))))
        (t (%wrong-type sequence 'sequence)))
  sequence)

(defun %write-each-octet (stream octets start end)
  "The write-octets operation of streams that write one byte at a time."
  (let ((operation (on-write-byte (operations-of stream))))
    (do ((i start (%fix+ i 1)))
        ((%fix>= i end))
      (funcall operation stream (%octet-ref octets i)))))
