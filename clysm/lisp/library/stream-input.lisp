;;;; Input functions: characters, lines, bytes, sequences.
;;;;
;;;; take-char and peek are the internal forms: the stream is checked, NIL means the end.

(in-package "CLYSM.LIBRARY")

(defun %end-of-file (stream error-p value)
  "What an input function does at the end: an error if ERROR-P, else VALUE."
  (if error-p (error 'end-of-file :stream stream) value))

(defun take-char (stream)
  "The next character of STREAM, NIL at the end."
  (let ((index (in-index-of stream)))
    (if (%fix< index (in-limit-of stream))
        (progn (set-in-index-of stream (%fix+ index 1))
               (%schar (in-buffer-of stream) index))
        (funcall (on-read-char (operations-of stream)) stream))))

(defun peek (stream)
  "The next character of STREAM without consuming it, NIL at the end."
  (let ((index (in-index-of stream)))
    (if (%fix< index (in-limit-of stream))
        (%schar (in-buffer-of stream) index)
        (funcall (on-peek-char (operations-of stream)) stream))))

(defun untake-char (stream character)
  "Make CHARACTER, the last one taken, the next one of STREAM."
  (funcall (on-unread-char (operations-of stream)) stream character))

(defun read-char (&optional stream (eof-error-p t) eof-value recursive-p)
  "The next character of the input STREAM."
  (declare (ignore recursive-p))
  (let ((stream (if (streamp stream) stream (%input-stream stream))))
    (or (take-char stream)
        (%end-of-file stream eof-error-p eof-value))))

(defun unread-char (character &optional stream)
  "Make CHARACTER, which was just read, the next one of the input STREAM."
  (unless (characterp character) (%wrong-type character 'character))
  (untake-char (%input-stream stream) character)
  nil)

(defun peek-char (&optional peek-type stream (eof-error-p t) eof-value recursive-p)
  "The next character of the input STREAM, not consumed. PEEK-TYPE T skips first what the readtable says is whitespace,
a character all others."
  (declare (ignore recursive-p))
  (unless (or (null peek-type) (eq peek-type t) (characterp peek-type))
    (%wrong-type peek-type '(or character boolean)))
  (let ((stream (%input-stream stream)))
    (loop
      (let ((character (peek stream)))
        (cond ((null character) (return (%end-of-file stream eof-error-p eof-value)))
              ((null peek-type) (return character))
              ((eq peek-type t)
               (unless (eql (char-syntax character *readtable*) +whitespace+) (return character)))
              ((eq peek-type character) (return character)))
        (take-char stream)))))

(defun read-char-no-hang (&optional stream (eof-error-p t) eof-value recursive-p)
  "The next character of the input STREAM. No stream of ours is known to be interactive, so it never answers NIL for
input that is yet to come."
  (read-char stream eof-error-p eof-value recursive-p))

(defun listen (&optional stream)
  "True if a character can be read from the input STREAM. May wait for the host at the start of a chunk of input."
  (let ((stream (%input-stream stream)))
    (funcall (on-listen (operations-of stream)) stream)))

(defun clear-input (&optional stream)
  "Drop input that STREAM has buffered from an interactive source."
  (let ((stream (%input-stream stream)))
    (funcall (on-clear-input (operations-of stream)) stream)
    nil))

(defun read-line (&optional stream (eof-error-p t) eof-value recursive-p)
  "The next line of the input STREAM without its newline; the second value is true if the file ended without one."
  (declare (ignore recursive-p))
  (let ((stream (%input-stream stream)))
    (multiple-value-bind (line missing-newline-p) (funcall (on-read-line (operations-of stream)) stream)
      (if line
          (values line missing-newline-p)
          (values (%end-of-file stream eof-error-p eof-value) t)))))

;;; ---- operations shared by streams that read through their input buffer

(defun %find-newline (buffer start end)
  "The index of the first newline in BUFFER from START to END, or NIL."
  (do ((i start (%fix+ i 1)))
      ((%fix>= i end) nil)
    (when (%fix= (%schar-code buffer i) 10) (return i))))

(defun %substring (string start end)
  (let ((result (%make-string (%fix- end start))))
    (%string-copy result 0 string start (%fix- end start))
    result))

(defun %join-strings (first second start end)
  "FIRST followed by the part START to END of SECOND, as a new simple string."
  (let* ((length (%string-length first))
         (result (%make-string (%fix+ length (%fix- end start)))))
    (%string-copy result 0 first 0 length)
    (%string-copy result length second start (%fix- end start))
    result))

(defun %join-reversed (strings)
  "The simple STRINGS, last one first, as one."
  (if (null (cdr strings))
      (car strings)
      (let ((end 0))
        (dolist (string strings) (setq end (%fix+ end (%string-length string))))
        (let ((result (%make-string end)))
          (dolist (string strings result)
            (setq end (%fix- end (%string-length string)))
            (%string-copy result end string 0 (%string-length string)))))))

(defun %read-line-refilling (stream refill)
  "The read-line operation of a stream whose buffer is filled by the function REFILL (of the stream; NIL at the end)."
  (let ((parts '()))
    (loop
      (let* ((buffer (in-buffer-of stream)) (start (in-index-of stream)) (limit (in-limit-of stream))
             (newline (%find-newline buffer start limit)))
        (cond (newline
               (set-in-index-of stream (%fix+ newline 1))
               (push (%substring buffer start newline) parts)
               (return (values (%join-reversed parts) nil)))
              (t
               (when (%fix< start limit) (push (%substring buffer start limit) parts))
               (set-in-index-of stream limit)
               (unless (funcall refill stream)
                 (return (values (%join-reversed parts) t)))))))))

(defun %read-line-by-characters (stream)
  "The read-line operation of a stream that is read one character at a time."
  (let ((line (%make-string 80)) (length 0))
    (loop
      (let ((character (take-char stream)))
        (cond ((null character)
               (return (if (eql length 0) (values nil t) (values (%substring line 0 length) t))))
              ((eq character #\Newline)
               (return (values (%substring line 0 length) nil))))
        (when (%fix= length (%string-length line))
          (let ((longer (%make-string (%fix* 2 length))))
            (%string-copy longer 0 line 0 length)
            (setq line longer)))
        (%set-schar line length character)
        (setq length (%fix+ length 1))))))

(defun %unread-in-buffer (stream character)
  "The unread-char operation of a stream with an input buffer."
  (let ((index (%fix- (in-index-of stream) 1)))
    (if (and (%fix>= index 0) (eq character (%schar (in-buffer-of stream) index)))
        (set-in-index-of stream index)
        (%stream-error stream "~s is not the last character read from ~s" character stream))))

;;; ---- bytes and sequences

(defun read-byte (stream &optional (eof-error-p t) eof-value)
  "The next integer of the binary input STREAM."
  (or (funcall (on-read-byte (operations-of (%check-stream stream))) stream)
      (%end-of-file stream eof-error-p eof-value)))

(defun %read-each-octet (stream octets start end)
  "The read-octets operation of streams that read one byte at a time."
  (let ((operation (on-read-byte (operations-of stream))))
    (do ((i start (%fix+ i 1)))
        ((%fix>= i end) end)
      (let ((byte (funcall operation stream)))
        (if byte (%set-octet octets i byte) (return i))))))

(defun %read-characters (stream string start end)
  "Read into the simple STRING from START to END; the index of the first character not read."
  (loop
    (when (%fix>= start end) (return end))
    (let* ((index (in-index-of stream))
           (count (min (%fix- (in-limit-of stream) index) (%fix- end start))))
      (if (%fix> count 0)
          (progn (%string-copy string start (in-buffer-of stream) index count)
                 (set-in-index-of stream (%fix+ index count))
                 (setq start (%fix+ start count)))
          (let ((character (take-char stream)))
            (unless character (return start))
            (%set-schar string start character)
            (setq start (%fix+ start 1)))))))

(defun read-sequence (sequence stream &key (start 0) end)
  "Fill SEQUENCE from START to END from STREAM; the index of the first element that was not set."
  (%check-stream stream)
  (unless (typep sequence 'sequence) (%wrong-type sequence 'sequence))
  (let ((end (%check-range start end (length sequence))))
    (cond ((%simple-string-p sequence) (%read-characters stream sequence start end))
          ((and (%octets-p sequence) (not (%character-stream-p stream)))
           (funcall (on-read-octets (operations-of stream)) stream sequence start end))
          (t
           (let ((operation (if (%character-stream-p stream)
                                #'take-char
                                (on-read-byte (operations-of stream))))
                 (rest (if (listp sequence) (nthcdr start sequence) nil)))
             (do ((i start (%fix+ i 1)))
                 ((%fix>= i end) end)
               (let ((element (funcall operation stream)))
                 (cond ((null element) (return i))
                       ((consp rest)
                        (rplaca rest element)
                        (setq rest (cdr rest)))
                       (t (setf (aref sequence i) element))))))))))
