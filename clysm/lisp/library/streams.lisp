;;;; Streams: a structure with two character buffers, and the table of functions behind it.
;;;;
;;;; READ-CHAR and WRITE-CHAR touch only a buffer while index < limit, else they call the stream's operations. A stream
;;;; that has no buffer of its own (synonym, broadcast, closed ...) has limit 0, so the fast path needs no other test.

(in-package "CLYSM.LIBRARY")

(defstruct (stream (:constructor nil) (:copier nil) (:predicate streamp) (:conc-name %stream-)
                   (:print-object print-stream))
  operations
  (in-buffer "") (in-index 0) (in-limit 0)     ; characters in-index <= i < in-limit are still to be read
  (out-buffer "") (out-index 0) (out-limit 0)  ; characters 0 <= i < out-index are not yet passed on
  (out-column 0)                               ; column of the first character of out-buffer
  (closed nil))                                ; NIL, or the operations that the stream had while it was open

;;; The same slots without a check that the object is a stream: callers have made it.
(defmacro define-unchecked-slots (&rest specifications)
  "For each (reader writer index) define the macros (reader instance) and (writer instance value)."
  `(progn
     ,@(mapcan (lambda (specification)
                 (destructuring-bind (reader writer index) specification
                   `((defmacro ,reader (instance) (list '%instance-ref instance ,index))
                     (defmacro ,writer (instance value) (list '%instance-set instance ,index value)))))
               specifications)))

(define-unchecked-slots
  (operations-of set-operations-of 0)
  (in-buffer-of set-in-buffer-of 1)
  (in-index-of set-in-index-of 2)
  (in-limit-of set-in-limit-of 3)
  (out-buffer-of set-out-buffer-of 4)
  (out-index-of set-out-index-of 5)
  (out-limit-of set-out-limit-of 6)
  (out-column-of set-out-column-of 7))

;;; ---- operations of streams that cannot do what is asked

(defun %no-input (stream &rest arguments)
  (declare (ignore arguments))
  (%wrong-type stream '(satisfies input-stream-p)))

(defun %no-output (stream &rest arguments)
  (declare (ignore arguments))
  (%wrong-type stream '(satisfies output-stream-p)))

(defun %no-octet-input (stream &rest arguments)
  (declare (ignore arguments))
  (%stream-error stream "~s is not a binary input stream" stream))

(defun %no-octet-output (stream &rest arguments)
  (declare (ignore arguments))
  (%stream-error stream "~s is not a binary output stream" stream))

(defun %closed (stream &rest arguments)
  (declare (ignore arguments))
  (error 'closed-stream-error :stream stream))

(defun %no-file (stream &rest arguments)
  (declare (ignore arguments))
  (%wrong-type stream 'file-stream))

(defun %nothing (stream &rest arguments)
  (declare (ignore stream arguments))
  nil)

(defun %yes (stream)
  (declare (ignore stream))
  t)

(defun %character-type (stream)
  (declare (ignore stream))
  'character)

(defstruct (stream-operations (:conc-name nil) (:copier nil) (:predicate nil))
  "What a kind of stream does when its buffers cannot serve. The first argument is always the stream."
  (on-read-char #'%no-input)            ; () -> character, NIL at the end
  (on-peek-char #'%no-input)            ; () -> the same, not consumed
  (on-unread-char #'%no-input)          ; (character)
  (on-read-line #'%no-input)            ; () -> string or NIL at the end, T if the newline was missing
  (on-listen #'%no-input)               ; () -> T if a character can be read
  (on-clear-input #'%no-input)          ; ()
  (on-read-byte #'%no-octet-input)      ; () -> integer, NIL at the end
  (on-read-octets #'%no-octet-input)    ; (octets start end) -> index of the first octet not written
  (on-write-char #'%no-output)          ; (character)
  (on-write-string #'%no-output)        ; (simple-string start end)
  (on-column #'%nothing)                ; () -> column of the next character, NIL if not known
  (on-finish-output #'%no-output)       ; ()
  (on-clear-output #'%no-output)        ; ()
  (on-write-byte #'%no-octet-output)    ; (integer)
  (on-write-octets #'%no-octet-output)  ; (octets start end)
  (on-close #'%nothing)                 ; (abort)
  (on-input-p #'%nothing)               ; ()
  (on-output-p #'%nothing)              ; ()
  (on-interactive-p #'%nothing)         ; ()
  (on-element-type #'%character-type)   ; ()
  (on-position #'%nothing)              ; (NIL, number, :start or :end) -> position or T, NIL if not possible
  (on-length #'%no-file)                ; () -> length in elements
  (on-string-length #'%nothing))        ; (string) -> growth of the position by writing it, NIL if not known

(defvar *closed-operations*
  (make-stream-operations
   :on-read-char #'%closed :on-peek-char #'%closed :on-unread-char #'%closed :on-read-line #'%closed
   :on-listen #'%closed :on-clear-input #'%closed :on-read-byte #'%closed :on-read-octets #'%closed
   :on-write-char #'%closed :on-write-string #'%closed :on-finish-output #'%closed :on-clear-output #'%closed
   :on-write-byte #'%closed :on-write-octets #'%closed :on-interactive-p #'%closed :on-position #'%closed
   :on-length #'%closed :on-string-length #'%closed))

;;; ---- designators

(defvar *standard-output*)
(defvar *standard-input*)
(defvar *terminal-io*)

(defun %output-stream (designator)
  "The stream that an output stream designator means."
  (let ((stream (cond ((null designator) *standard-output*)
                      ((eq designator t) *terminal-io*)
                      (t designator))))
    (if (streamp stream) stream (%wrong-type stream 'stream))))

(defun %input-stream (designator)
  "The stream that an input stream designator means."
  (let ((stream (cond ((null designator) *standard-input*)
                      ((eq designator t) *terminal-io*)
                      (t designator))))
    (if (streamp stream) stream (%wrong-type stream 'stream))))

(defun %check-stream (stream)
  (if (streamp stream) stream (%wrong-type stream 'stream)))

;;; ---- questions and closing

(defun %open-operations (stream)
  "The operations of STREAM, or those it had before it was closed."
  (or (%stream-closed (%check-stream stream)) (operations-of stream)))

(defun open-stream-p (stream)
  "True until STREAM is closed."
  (null (%stream-closed (%check-stream stream))))

(defun input-stream-p (stream)
  "True if STREAM can be read from."
  (funcall (on-input-p (%open-operations stream)) stream))

(defun output-stream-p (stream)
  "True if STREAM can be written to."
  (funcall (on-output-p (%open-operations stream)) stream))

(defun interactive-stream-p (stream)
  "True if STREAM talks to a person. The host does not say which descriptors are terminals, so false for all of ours."
  (funcall (on-interactive-p (operations-of (%check-stream stream))) stream))

(defun stream-element-type (stream)
  "The type of the objects that STREAM transfers: character, or an integer type."
  (funcall (on-element-type (%open-operations stream)) stream))

(defun %character-stream-p (stream)
  "True if STREAM transfers characters."
  (let ((type (stream-element-type stream)))
    (or (eq type 'character) (eq type t) (eq type 'base-char))))

(defun close (stream &key abort)
  "Close STREAM; true if it was open. With ABORT a new file is deleted and pending output dropped."
  (close-stream stream abort))

(defun close-stream (stream abort)
  "CLOSE with positional arguments."
  (cond ((%stream-closed (%check-stream stream)) nil)
        (t (let ((operations (operations-of stream)))
             (funcall (on-close operations) stream abort)
             (setf (%stream-closed stream) operations)
             (set-operations-of stream *closed-operations*)
             (set-in-index-of stream 0)
             (set-in-limit-of stream 0)
             (set-out-index-of stream 0)
             (set-out-limit-of stream 0)
             t))))

(defun file-position (stream &optional (position nil position-p))
  "The position of STREAM in elements (octets for a character file), or with POSITION, :start or :end move there and
return true. NIL if STREAM has no position."
  (%check-stream stream)
  (cond ((not position-p) (funcall (on-position (operations-of stream)) stream nil))
        ((or (eq position :start) (eq position :end) (and (integerp position) (not (minusp position))))
         (funcall (on-position (operations-of stream)) stream position))
        (t (%wrong-type position '(or unsigned-byte (member :start :end))))))

(defun file-length (stream)
  "The length of the file behind STREAM in elements (octets for a character file)."
  (funcall (on-length (operations-of (%check-stream stream))) stream))

(defun file-string-length (stream object)
  "By how much the file position of STREAM will grow if the character or string OBJECT is written; NIL if that is not
known."
  (let ((operations (operations-of (%check-stream stream))))
    (funcall (on-string-length operations) stream (subseq (string object) 0))))
