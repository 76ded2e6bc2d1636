;;;; *print-level* and *print-length*.

(in-package "CLYSM.LIBRARY")

(defvar *print-depth* 0 "How many objects around the current one are being printed; kept while *print-level* is set.")

(defmacro with-nesting ((stream) &body body)
  "Run BODY one level deeper, or write # to STREAM if that is deeper than *print-level*."
  (let ((function (gensym "BODY")))
    `(flet ((,function () ,@body))
       (cond ((or (null *print-level*) *print-readably*) (,function))
             ((>= *print-depth* *print-level*) (put-char ,stream #\#))
             (t (let ((*print-depth* (+ *print-depth* 1))) (,function)))))))

(defun %length-limit ()
  "How many elements of a sequence may be printed, NIL for all."
  (if *print-readably* nil *print-length*))
