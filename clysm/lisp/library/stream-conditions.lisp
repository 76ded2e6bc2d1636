;;;; Conditions of streams and files that the standard leaves to the implementation.

(in-package "CLYSM.LIBRARY")

(define-condition simple-stream-error (simple-condition stream-error) ()
  (:documentation "A stream error whose report is a format control with arguments."))

(define-condition simple-file-error (simple-condition file-error) ()
  (:documentation "A file error whose report is a format control with arguments."))

(define-condition closed-stream-error (stream-error) ()
  (:documentation "Input or output on a stream after CLOSE.")
  (:report (lambda (condition stream)
             (write-string "the stream " stream)
             (prin1 (stream-error-stream condition) stream)
             (write-string " is closed" stream))))

(define-condition stream-decoding-error (simple-stream-error) ()
  (:documentation "The octets of a file are not text in the stream's external format."))

(define-condition stream-encoding-error (simple-stream-error) ()
  (:documentation "A character has no code in the stream's external format."))

(defun %stream-error (stream control &rest arguments)
  "Signal a stream error on STREAM, reported by the format CONTROL with ARGUMENTS."
  (error 'simple-stream-error :stream stream :format-control control :format-arguments arguments))

;;; Host calls answer a negative number instead of a result.
(defun %host-error-text (code)
  "What the negative result CODE of a host import means."
  (case code
    (-1 "not found")
    (-2 "it exists already")
    (-3 "access denied")
    (-4 "bad descriptor")
    (-5 "wrong kind of file")
    (-6 "no space left")
    (-7 "invalid argument")
    (-8 "input/output error")
    (t "unknown host error")))

(defun %file-host-error (code operation pathname)
  "Signal the file error for CODE, the negative result of a host import; OPERATION is a verb phrase."
  (error 'simple-file-error :pathname pathname
                            :format-control "cannot ~a ~s: ~a"
                            :format-arguments (list operation (namestring pathname) (%host-error-text code))))

(defun %stream-host-error (code operation stream)
  "Signal the stream error for CODE, the negative result of a host import; OPERATION is a verb phrase."
  (%stream-error stream "cannot ~a ~s: ~a" operation stream (%host-error-text code)))
