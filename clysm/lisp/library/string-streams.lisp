;;;; String streams: reading from a string, collecting output in a string.

(in-package "CLYSM.LIBRARY")

;;; ---- input: the string itself is the input buffer

(defstruct (string-stream (:include stream) (:constructor nil) (:copier nil) (:predicate nil)))

(defstruct (string-input-stream (:include string-stream) (:constructor %make-string-input-stream)
                                (:copier nil) (:predicate nil) (:conc-name %string-input-))
  (start 0))

(defun %read-line-from-string (stream)
  (%read-line-refilling stream #'%nothing))

(defun %string-input-listen (stream)
  (%fix< (in-index-of stream) (in-limit-of stream)))

(defun %string-input-position (stream position)
  (let ((start (%string-input-start stream)) (limit (in-limit-of stream)))
    (cond ((null position) (- (in-index-of stream) start))
          (t (let ((index (cond ((eq position :start) start) ((eq position :end) limit) (t (+ start position)))))
               (when (<= index limit)
                 (set-in-index-of stream index)
                 t))))))

(defvar *string-input-operations*
  (make-stream-operations
   :on-read-char #'%nothing :on-peek-char #'%nothing :on-unread-char #'%unread-in-buffer
   :on-read-line #'%read-line-from-string :on-listen #'%string-input-listen :on-clear-input #'%nothing
   :on-input-p #'%yes :on-position #'%string-input-position))

(defun make-string-input-stream (string &optional (start 0) end)
  "A stream that reads the characters of STRING from START to END."
  (unless (stringp string) (%wrong-type string 'string))
  (let ((end (%check-range start end (length string))))
    (if (%simple-string-p string)
        (%make-string-input-stream :operations *string-input-operations* :start start
                                   :in-buffer string :in-index start :in-limit end)
        (%make-string-input-stream :operations *string-input-operations*
                                   :in-buffer (subseq string start end) :in-limit (- end start)))))

;;; ---- output: the output buffer holds all that was written since GET-OUTPUT-STREAM-STRING

(defstruct (string-output-stream (:include string-stream) (:constructor %make-string-output-stream)
                                 (:copier nil) (:predicate %string-output-stream-p)
                                 (:conc-name %string-output-))
  (element-type 'character))

(defun %grow-output-string (stream needed)
  "Make room for NEEDED more characters in the buffer of STREAM."
  (let* ((old (out-buffer-of stream)) (index (out-index-of stream))
         (length (max (* 2 (%string-length old)) (+ index needed)))
         (new (%make-string length)))
    (%string-copy new 0 old 0 index)
    (set-out-buffer-of stream new)
    (set-out-limit-of stream length)))

(defun %string-output-char (stream character)
  (%grow-output-string stream 1)
  (put-char stream character))

(defun %string-output-string (stream string start end)
  (%grow-output-string stream (%fix- end start))
  (put-substring stream string start end))

(defun %string-output-clear (stream)
  (set-out-index-of stream 0)
  nil)

(defun %string-output-position (stream position)
  "The number of characters written; it cannot be changed."
  (if position nil (out-index-of stream)))

(defun %string-output-type (stream)
  (%string-output-element-type stream))

(defvar *string-output-operations*
  (make-stream-operations
   :on-write-char #'%string-output-char :on-write-string #'%string-output-string :on-column #'%buffer-column
   :on-finish-output #'%nothing :on-clear-output #'%nothing :on-output-p #'%yes :on-position #'%string-output-position
   :on-element-type #'%string-output-type))

(defun new-string-output ()
  "A fresh string output stream for characters."
  (%make-string-output-stream :operations *string-output-operations* :out-buffer (%make-string 64) :out-limit 64))

(defun make-string-output-stream (&key (element-type 'character))
  "A stream that collects what is written to it, for GET-OUTPUT-STREAM-STRING."
  (let ((stream (new-string-output)))
    (setf (%string-output-element-type stream) element-type)
    stream))

(defun take-output-string (stream)
  "The text written to the string output STREAM since this was last asked, as a new simple string."
  (let ((string (%substring (out-buffer-of stream) 0 (out-index-of stream))))
    (set-out-column-of stream (%buffer-column stream))
    (set-out-index-of stream 0)
    string))

(defun get-output-stream-string (stream)
  "The text written to the string output STREAM since the last call."
  (unless (%string-output-stream-p stream) (%wrong-type stream 'string-output-stream))
  (when (%stream-closed stream) (%closed stream))
  (take-output-string stream))

;;; One stream is kept for short internal use: taking it leaves NIL, so nested and interrupted uses get a fresh one.
(defvar *spare-string-output* nil)

(defun borrow-string-output ()
  "A string output stream at column 0 for the caller's own use, to be handed back with finish-string-output."
  (let ((stream *spare-string-output*))
    (cond (stream
           (setq *spare-string-output* nil)
           stream)
          (t (new-string-output)))))

(defun finish-string-output (stream)
  "The text in the borrowed STREAM, which is handed back."
  (let ((string (take-output-string stream)))
    (when (%fix<= (out-limit-of stream) 4096)  ; a long buffer is not kept
      (set-out-column-of stream 0)
      (setq *spare-string-output* stream))
    string))

;;; ---- making strings

(defun %repeated (character count)
  "A new string of COUNT times CHARACTER."
  (let ((string (%make-string count)))
    (fill string character)))

(defun %concatenated (&rest strings)
  "The simple STRINGS joined to a new one."
  (let ((result (new-string-output)))
    (dolist (string strings) (put-string result string))
    (take-output-string result)))

;;; ---- output to a string with a fill pointer

(defstruct (fill-pointer-output-stream (:include string-stream) (:constructor %make-fill-pointer-output-stream)
                                       (:copier nil) (:predicate nil) (:conc-name %fill-pointer-output-))
  string)

(defun %fill-pointer-output-char (stream character)
  (vector-push-extend character (%fill-pointer-output-string stream)))

(defun %fill-pointer-output-substring (stream string start end)
  (let ((target (%fill-pointer-output-string stream)))
    (do ((i start (%fix+ i 1)))
        ((%fix>= i end))
      (vector-push-extend (%schar string i) target))))

(defun %fill-pointer-output-column (stream)
  (let* ((string (%fill-pointer-output-string stream)) (end (fill-pointer string)))
    (do ((i (- end 1) (- i 1)))
        ((< i 0) end)
      (when (eq (char string i) #\Newline)
        (return (- end i 1))))))

(defvar *fill-pointer-output-operations*
  (make-stream-operations
   :on-write-char #'%fill-pointer-output-char :on-write-string #'%fill-pointer-output-substring
   :on-column #'%fill-pointer-output-column :on-finish-output #'%nothing :on-clear-output #'%nothing
   :on-output-p #'%yes))

(defun make-fill-pointer-output (string)
  "A stream that appends what is written to it to STRING, which has a fill pointer."
  (unless (and (stringp string) (array-has-fill-pointer-p string))
    (%wrong-type string '(and string (satisfies array-has-fill-pointer-p))))
  (%make-fill-pointer-output-stream :operations *fill-pointer-output-operations* :string string))
