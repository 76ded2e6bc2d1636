;;;; PRINT-UNREADABLE-OBJECT.

(in-package "CLYSM.LIBRARY")

(defun put-identity (stream object)
  "Write what tells OBJECT from others of its type: its identity hash in braces."
  (put-char stream #\{)
  (put-string stream (%integer->string (%eq-hash object) 16))
  (put-char stream #\}))

(defun print-unreadably (object stream type identity body)
  "Write OBJECT as #<type text identity>, where the function BODY (or NIL) writes the text."
  (let ((stream (%output-stream stream)))
    (when *print-readably* (error 'print-not-readable :object object))
    (put-string stream "#<")
    (when type
      (let ((*print-escape* t)) (print-object-to stream (type-of object)))
      (put-char stream #\Space))
    (when body (funcall body))
    (when identity
      (when (or body (not type)) (put-char stream #\Space))
      (put-identity stream object))
    (put-char stream #\>)
    nil))

(defmacro print-unreadable-object ((object stream &key type identity) &body body)
  "Write #<, the type of OBJECT if TYPE is true, what BODY writes, an identity if IDENTITY is true, and >."
  `(print-unreadably ,object ,stream ,type ,identity
                     ,(if body `(lambda () ,@body) nil)))
