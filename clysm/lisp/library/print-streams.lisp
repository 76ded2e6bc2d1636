;;;; The printed forms of streams, pathnames and some other structures. Their definitions name these functions.

(in-package "CLYSM.LIBRARY")

(defun %standard-type-name (instance)
  "The name of the most specific type of INSTANCE that is a standard one."
  (dolist (super (%layout-supers (%instance-layout instance)) t)
    (when (eq (%symbol-package (%layout-name super)) (%symbol-package 'stream))
      (return (%layout-name super)))))

(defun print-opaque (object stream)
  "Write OBJECT to STREAM as #<type identity>."
  (print-unreadable-object (object stream :identity t)
    (princ (%standard-type-name object) stream)))

(defun print-stream (object stream)
  "Write the stream OBJECT to STREAM as #<type ...>."
  (print-unreadable-object (object stream :identity t)
    (princ (%standard-type-name object) stream)
    (cond ((and (%file-stream-p object) (file-source object))
           (put-string stream " for ")
           (put-quoted stream (namestring (file-source object))))
          ((%file-stream-p object)
           (put-string stream " for descriptor ")
           (put-decimal stream (file-descriptor object)))
          ((open-stream-p object) (put-string stream " open"))
          (t (put-string stream " closed")))))

(defun print-pathname (pathname stream)
  "Write PATHNAME to STREAM as #P\"...\", or without escape only its namestring. A pathname that no
namestring means is not printed readably."
  (let ((string (namestring pathname)))
    (when (and *print-readably* (not (equal (parse-namestring string) pathname)))
      (error 'print-not-readable :object pathname))
    (cond ((or *print-escape* *print-readably*)
           (put-string stream "#P")
           (put-quoted stream string))
          (t (put-any-string stream string 0 nil)))))
