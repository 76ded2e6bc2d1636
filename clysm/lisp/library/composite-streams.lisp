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
  ((%synonym-unread-char (%synonym-target stream) operation-unread-char character)
   (%synonym-read-line (%synonym-target stream) operation-read-line)
   (%synonym-listen (%synonym-target stream) operation-listen)
   (%synonym-clear-input (%synonym-target stream) operation-clear-input)
   (%synonym-read-byte (%synonym-target stream) operation-read-byte)
   (%synonym-read-octets (%synonym-target stream) operation-read-octets octets start end)
   (%synonym-column (%synonym-target stream) operation-column)
   (%synonym-finish-output (%synonym-target stream) operation-finish-output)
   (%synonym-clear-output (%synonym-target stream) operation-clear-output)
   (%synonym-write-byte (%synonym-target stream) operation-write-byte integer)
   (%synonym-write-octets (%synonym-target stream) operation-write-octets octets start end)
   (%synonym-interactive-p (%synonym-target stream) operation-interactive-p)
   (%synonym-position (%synonym-target stream) operation-position position)
   (%synonym-length (%synonym-target stream) operation-length)))

(defvar *synonym-operations*
  (make-stream-operations
   :read-char #'%synonym-read-char :peek-char #'%synonym-peek-char :unread-char #'%synonym-unread-char
   :read-line #'%synonym-read-line :listen #'%synonym-listen :clear-input #'%synonym-clear-input
   :read-byte #'%synonym-read-byte :read-octets #'%synonym-read-octets :write-char #'%synonym-write-char
   :write-string #'%synonym-write-string :column #'%synonym-column :finish-output #'%synonym-finish-output
   :clear-output #'%synonym-clear-output :write-byte #'%synonym-write-byte :write-octets #'%synonym-write-octets
   :input-p #'%synonym-input-p :output-p #'%synonym-output-p :interactive-p #'%synonym-interactive-p
   :element-type #'%synonym-element-type :position #'%synonym-position :length #'%synonym-length))

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
  ((%pair-unread-char (pair-input stream) operation-unread-char character)
   (%pair-read-line (pair-input stream) operation-read-line)
   (%pair-listen (pair-input stream) operation-listen)
   (%pair-clear-input (pair-input stream) operation-clear-input)
   (%pair-read-byte (pair-input stream) operation-read-byte)
   (%pair-read-octets (pair-input stream) operation-read-octets octets start end)
   (%pair-column (pair-output stream) operation-column)
   (%pair-finish-output (pair-output stream) operation-finish-output)
   (%pair-clear-output (pair-output stream) operation-clear-output)
   (%pair-write-byte (pair-output stream) operation-write-byte integer)
   (%pair-write-octets (pair-output stream) operation-write-octets octets start end)))

(defvar *two-way-operations*
  (make-stream-operations
   :read-char #'%pair-read-char :peek-char #'%pair-peek-char :unread-char #'%pair-unread-char
   :read-line #'%pair-read-line :listen #'%pair-listen :clear-input #'%pair-clear-input
   :read-byte #'%pair-read-byte :read-octets #'%pair-read-octets :write-char #'%pair-write-char
   :write-string #'%pair-write-string :column #'%pair-column :finish-output #'%pair-finish-output
   :clear-output #'%pair-clear-output :write-byte #'%pair-write-byte :write-octets #'%pair-write-octets
   :input-p #'%yes :output-p #'%yes :interactive-p #'%pair-interactive-p :element-type #'%pair-element-type))

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
   :read-char #'%echo-read-char :peek-char #'%pair-peek-char :unread-char #'%echo-unread-char
   :read-line #'%read-line-by-characters :listen #'%pair-listen :clear-input #'%pair-clear-input
   :read-byte #'%echo-read-byte :read-octets #'%read-each-octet :write-char #'%pair-write-char
   :write-string #'%pair-write-string :column #'%pair-column :finish-output #'%pair-finish-output
   :clear-output #'%pair-clear-output :write-byte #'%pair-write-byte :write-octets #'%pair-write-octets
   :input-p #'%yes :output-p #'%yes :interactive-p #'%pair-interactive-p :element-type #'%pair-element-type))

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

(defvar *broadcast-operations*
  (make-stream-operations
   :write-char #'%broadcast-write-char :write-string #'%broadcast-write-string :column #'%broadcast-column
   :finish-output #'%broadcast-finish-output :clear-output #'%broadcast-clear-output
   :write-byte #'%broadcast-write-byte :write-octets #'%write-each-octet
   :output-p #'%yes :element-type #'%broadcast-element-type :position #'%broadcast-position
   :length #'%broadcast-length))

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
   :read-char #'%concatenated-read-char :peek-char #'%concatenated-peek-char
   :unread-char #'%concatenated-unread-char :read-line #'%read-line-by-characters
   :listen #'%concatenated-listen :clear-input #'%concatenated-clear-input
   :read-byte #'%concatenated-read-byte :read-octets #'%read-each-octet
   :input-p #'%yes :element-type #'%concatenated-element-type))

(defun make-concatenated-stream (&rest streams)
  "A stream that reads STREAMS one after the other."
  (%make-concatenated-stream :operations *concatenated-operations* :streams (mapcar #'%check-input-stream streams)))

(defun concatenated-stream-streams (stream)
  "The components of STREAM that are not yet at their end."
  (unless (%concatenated-stream-p stream) (%wrong-type stream 'concatenated-stream))
  (%concatenated-streams stream))
