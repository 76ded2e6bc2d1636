;;;; Streams made of other streams: synonym, two-way, broadcast, concatenated, echo.
;;;;
;;;; They have no buffers: each operation is passed on to the streams they are made of.

(in-package "CLYSM.LIBRARY")

(defmacro define-passing-operations (specifications)
  "Define operations that pass on to another stream. Each specification is (name target-form operation argument*), where
the target form computes that stream from STREAM."
  `(progn
     ,@(mapcar (lambda (specification)
                 (destructuring-bind (name target operation &rest arguments) specification
                   `(defun ,name (stream ,@arguments)
                      (let ((target ,target))
                        (funcall (,operation (operations-of target)) target ,@arguments)))))
               specifications)))

;;; ---- synonym streams

(defstruct (synonym-stream (:include stream) (:constructor %make-synonym-stream) (:copier nil)
                           (:predicate nil) (:conc-name synonym-stream-))
  symbol)

(defun %synonym-target (stream)
  (%check-stream (symbol-value (synonym-stream-symbol stream))))

(defun %synonym-read-char (stream) (take-char (%synonym-target stream)))
(defun %synonym-peek-char (stream) (peek (%synonym-target stream)))
(defun %synonym-write-char (stream character) (put-char (%synonym-target stream) character))
(defun %synonym-write-string (stream string start end) (put-substring (%synonym-target stream) string start end))
(defun %synonym-input-p (stream) (input-stream-p (%synonym-target stream)))
(defun %synonym-output-p (stream) (output-stream-p (%synonym-target stream)))
(defun %synonym-element-type (stream) (stream-element-type (%synonym-target stream)))

(define-passing-operations
  ((%synonym-unread-char (%synonym-target stream) on-unread-char character)
   (%synonym-read-line (%synonym-target stream) on-read-line)
   (%synonym-listen (%synonym-target stream) on-listen)
   (%synonym-clear-input (%synonym-target stream) on-clear-input)
   (%synonym-read-byte (%synonym-target stream) on-read-byte)
   (%synonym-read-octets (%synonym-target stream) on-read-octets octets start end)
   (%synonym-column (%synonym-target stream) on-column)
   (%synonym-finish-output (%synonym-target stream) on-finish-output)
   (%synonym-clear-output (%synonym-target stream) on-clear-output)
   (%synonym-write-byte (%synonym-target stream) on-write-byte integer)
   (%synonym-write-octets (%synonym-target stream) on-write-octets octets start end)
   (%synonym-interactive-p (%synonym-target stream) on-interactive-p)
   (%synonym-position (%synonym-target stream) on-position position)
   (%synonym-length (%synonym-target stream) on-length)
   (%synonym-string-length (%synonym-target stream) on-string-length string)))

(defvar *synonym-operations*
  (make-stream-operations
   :on-read-char #'%synonym-read-char :on-peek-char #'%synonym-peek-char :on-unread-char #'%synonym-unread-char
   :on-read-line #'%synonym-read-line :on-listen #'%synonym-listen :on-clear-input #'%synonym-clear-input
   :on-read-byte #'%synonym-read-byte :on-read-octets #'%synonym-read-octets :on-write-char #'%synonym-write-char
   :on-write-string #'%synonym-write-string :on-column #'%synonym-column :on-finish-output #'%synonym-finish-output
   :on-clear-output #'%synonym-clear-output :on-write-byte #'%synonym-write-byte
   :on-write-octets #'%synonym-write-octets :on-input-p #'%synonym-input-p :on-output-p #'%synonym-output-p
   :on-interactive-p #'%synonym-interactive-p :on-element-type #'%synonym-element-type
   :on-position #'%synonym-position :on-length #'%synonym-length :on-string-length #'%synonym-string-length))

(defun make-synonym-stream (symbol)
  "A stream for the stream that is the value of SYMBOL at each operation."
  (unless (symbolp symbol) (%wrong-type symbol 'symbol))
  (%make-synonym-stream :operations *synonym-operations* :symbol symbol))

;;; ---- two-way streams, and what echo streams share with them

(defstruct (%pair-stream (:include stream) (:constructor nil) (:copier nil) (:predicate nil) (:conc-name pair-))
  input output)

(defstruct (two-way-stream (:include %pair-stream) (:constructor %make-two-way-stream) (:copier nil)
                           (:predicate %two-way-stream-p)))

(defun %pair-read-char (stream) (take-char (pair-input stream)))
(defun %pair-peek-char (stream) (peek (pair-input stream)))
(defun %pair-write-char (stream character) (put-char (pair-output stream) character))
(defun %pair-write-string (stream string start end) (put-substring (pair-output stream) string start end))
(defun %pair-interactive-p (stream) (interactive-stream-p (pair-input stream)))
(defun %pair-element-type (stream) (stream-element-type (pair-input stream)))

(define-passing-operations
  ((%pair-unread-char (pair-input stream) on-unread-char character)
   (%pair-read-line (pair-input stream) on-read-line)
   (%pair-listen (pair-input stream) on-listen)
   (%pair-clear-input (pair-input stream) on-clear-input)
   (%pair-read-byte (pair-input stream) on-read-byte)
   (%pair-read-octets (pair-input stream) on-read-octets octets start end)
   (%pair-column (pair-output stream) on-column)
   (%pair-finish-output (pair-output stream) on-finish-output)
   (%pair-clear-output (pair-output stream) on-clear-output)
   (%pair-write-byte (pair-output stream) on-write-byte integer)
   (%pair-write-octets (pair-output stream) on-write-octets octets start end)))

(defvar *two-way-operations*
  (make-stream-operations
   :on-read-char #'%pair-read-char :on-peek-char #'%pair-peek-char :on-unread-char #'%pair-unread-char
   :on-read-line #'%pair-read-line :on-listen #'%pair-listen :on-clear-input #'%pair-clear-input
   :on-read-byte #'%pair-read-byte :on-read-octets #'%pair-read-octets :on-write-char #'%pair-write-char
   :on-write-string #'%pair-write-string :on-column #'%pair-column :on-finish-output #'%pair-finish-output
   :on-clear-output #'%pair-clear-output :on-write-byte #'%pair-write-byte :on-write-octets #'%pair-write-octets
   :on-input-p #'%yes :on-output-p #'%yes :on-interactive-p #'%pair-interactive-p
   :on-element-type #'%pair-element-type))

(defun %check-input-stream (stream)
  (if (input-stream-p stream) stream (%no-input stream)))

(defun %check-output-stream (stream)
  (if (output-stream-p stream) stream (%no-output stream)))

(defun make-two-way-stream (input-stream output-stream)
  "A stream that reads from INPUT-STREAM and writes to OUTPUT-STREAM."
  (%make-two-way-stream :operations *two-way-operations*
                        :input (%check-input-stream input-stream) :output (%check-output-stream output-stream)))

(defun two-way-stream-input-stream (stream)
  (unless (%two-way-stream-p stream) (%wrong-type stream 'two-way-stream))
  (pair-input stream))

(defun two-way-stream-output-stream (stream)
  (unless (%two-way-stream-p stream) (%wrong-type stream 'two-way-stream))
  (pair-output stream))

;;; ---- echo streams: what is read is also written. A character that was unread is not echoed again.

(defstruct (echo-stream (:include %pair-stream) (:constructor %make-echo-stream) (:copier nil)
                        (:predicate %echo-stream-p) (:conc-name %echo-))
  (unread-p nil))

(defun %echo-read-char (stream)
  (let ((character (take-char (pair-input stream))))
    (cond ((null character) nil)
          ((%echo-unread-p stream)
           (setf (%echo-unread-p stream) nil)
           character)
          (t (put-char (pair-output stream) character)))))

(defun %echo-unread-char (stream character)
  (untake-char (pair-input stream) character)
  (setf (%echo-unread-p stream) t))

(defun %echo-read-byte (stream)
  (let ((byte (read-byte (pair-input stream) nil nil)))
    (when byte (write-byte byte (pair-output stream)))
    byte))

(defvar *echo-operations*
  (make-stream-operations
   :on-read-char #'%echo-read-char :on-peek-char #'%pair-peek-char :on-unread-char #'%echo-unread-char
   :on-read-line #'%read-line-by-characters :on-listen #'%pair-listen :on-clear-input #'%pair-clear-input
   :on-read-byte #'%echo-read-byte :on-read-octets #'%read-each-octet :on-write-char #'%pair-write-char
   :on-write-string #'%pair-write-string :on-column #'%pair-column :on-finish-output #'%pair-finish-output
   :on-clear-output #'%pair-clear-output :on-write-byte #'%pair-write-byte :on-write-octets #'%pair-write-octets
   :on-input-p #'%yes :on-output-p #'%yes :on-interactive-p #'%pair-interactive-p
   :on-element-type #'%pair-element-type))

(defun make-echo-stream (input-stream output-stream)
  "A stream that reads from INPUT-STREAM, writes to OUTPUT-STREAM, and writes there also all that is read."
  (%make-echo-stream :operations *echo-operations*
                     :input (%check-input-stream input-stream) :output (%check-output-stream output-stream)))

(defun echo-stream-input-stream (stream)
  (unless (%echo-stream-p stream) (%wrong-type stream 'echo-stream))
  (pair-input stream))

(defun echo-stream-output-stream (stream)
  (unless (%echo-stream-p stream) (%wrong-type stream 'echo-stream))
  (pair-output stream))

;;; ---- broadcast streams: output goes to all, answers come from the last

(defstruct (broadcast-stream (:include stream) (:constructor %make-broadcast-stream) (:copier nil)
                             (:predicate %broadcast-stream-p) (:conc-name %broadcast-))
  streams)

(defun %broadcast-last (stream)
  "The last component of the broadcast STREAM, or NIL."
  (car (last (%broadcast-streams stream))))

(defun %broadcast-write-char (stream character)
  (dolist (component (%broadcast-streams stream)) (put-char component character)))

(defun %broadcast-write-string (stream string start end)
  (dolist (component (%broadcast-streams stream)) (put-substring component string start end)))

(defun %broadcast-finish-output (stream)
  (dolist (component (%broadcast-streams stream)) (finish-output component)))

(defun %broadcast-clear-output (stream)
  (dolist (component (%broadcast-streams stream)) (clear-output component)))

(defun %broadcast-write-byte (stream integer)
  (dolist (component (%broadcast-streams stream)) (write-byte integer component)))

(defun %broadcast-column (stream)
  (let ((last (%broadcast-last stream)))
    (if last (column-of last) 0)))

(defun %broadcast-element-type (stream)
  (let ((last (%broadcast-last stream)))
    (if last (stream-element-type last) t)))

(defun %broadcast-position (stream position)
  (let ((last (%broadcast-last stream)))
    (cond (position nil)
          (last (file-position last))
          (t 0))))

(defun %broadcast-length (stream)
  (let ((last (%broadcast-last stream)))
    (if last (file-length last) 0)))

(defun %broadcast-string-length (stream string)
  (let ((last (%broadcast-last stream)))
    (if last (file-string-length last string) 1)))

(defvar *broadcast-operations*
  (make-stream-operations
   :on-write-char #'%broadcast-write-char :on-write-string #'%broadcast-write-string :on-column #'%broadcast-column
   :on-finish-output #'%broadcast-finish-output :on-clear-output #'%broadcast-clear-output
   :on-write-byte #'%broadcast-write-byte :on-write-octets #'%write-each-octet :on-output-p #'%yes
   :on-element-type #'%broadcast-element-type :on-position #'%broadcast-position :on-length #'%broadcast-length
   :on-string-length #'%broadcast-string-length))

(defun make-broadcast-stream (&rest streams)
  "A stream whose output goes to all STREAMS; without any it is dropped."
  (%make-broadcast-stream :operations *broadcast-operations* :streams (mapcar #'%check-output-stream streams)))

(defun broadcast-stream-streams (stream)
  "The components of the broadcast STREAM."
  (unless (%broadcast-stream-p stream) (%wrong-type stream 'broadcast-stream))
  (%broadcast-streams stream))

;;; ---- concatenated streams: input comes from the first component until that ends, then from the next

(defstruct (concatenated-stream (:include stream) (:constructor %make-concatenated-stream) (:copier nil)
                                (:predicate %concatenated-stream-p) (:conc-name %concatenated-))
  streams)

(defun %read-from-first (stream function)
  "The first true result of FUNCTION on a component of STREAM; components that are at their end are dropped."
  (loop
    (let ((components (%concatenated-streams stream)))
      (when (null components) (return nil))
      (let ((result (funcall function (car components))))
        (when result (return result)))
      (setf (%concatenated-streams stream) (cdr components)))))

(defun %concatenated-read-char (stream) (%read-from-first stream #'take-char))
(defun %concatenated-peek-char (stream) (%read-from-first stream #'peek))
(defun %concatenated-listen (stream) (%read-from-first stream #'listen))

(defun %read-byte-or-nil (stream)
  (read-byte stream nil nil))

(defun %concatenated-read-byte (stream)
  (%read-from-first stream #'%read-byte-or-nil))

(defun %concatenated-unread-char (stream character)
  (let ((components (%concatenated-streams stream)))
    (if components
        (untake-char (car components) character)
        (setf (%concatenated-streams stream) (list (make-string-input-stream (string character)))))))

(defun %concatenated-clear-input (stream)
  (let ((components (%concatenated-streams stream)))
    (when components (clear-input (car components)))))

(defun %concatenated-element-type (stream)
  (let ((components (%concatenated-streams stream)))
    (if components (stream-element-type (car components)) 'character)))

(defvar *concatenated-operations*
  (make-stream-operations
   :on-read-char #'%concatenated-read-char :on-peek-char #'%concatenated-peek-char
   :on-unread-char #'%concatenated-unread-char :on-read-line #'%read-line-by-characters
   :on-listen #'%concatenated-listen :on-clear-input #'%concatenated-clear-input
   :on-read-byte #'%concatenated-read-byte :on-read-octets #'%read-each-octet :on-input-p #'%yes
   :on-element-type #'%concatenated-element-type))

(defun make-concatenated-stream (&rest streams)
  "A stream that reads STREAMS one after the other."
  (%make-concatenated-stream :operations *concatenated-operations* :streams (mapcar #'%check-input-stream streams)))

(defun concatenated-stream-streams (stream)
  "The components of STREAM that are not yet at their end."
  (unless (%concatenated-stream-p stream) (%wrong-type stream 'concatenated-stream))
  (%concatenated-streams stream))
