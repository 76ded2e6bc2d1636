;;;; DRIBBLE: a file that gets what is written to and read from the standard streams.

(in-package "CLYSM.LIBRARY")

(defvar *dribble* nil "NIL, or a list of the file stream and the standard input and output streams before DRIBBLE.")

(defun dribble (&optional pathname)
  "With PATHNAME start to copy all standard input and output to that file, else stop."
  (when *dribble*
    (destructuring-bind (file input output) *dribble*
      (setq *dribble* nil *standard-input* input *standard-output* output)
      (close file)))
  (when pathname
    (let ((file (open pathname :direction :output :if-exists :supersede)))
      (setq *dribble* (list file *standard-input* *standard-output*)
            *standard-input* (make-echo-stream *standard-input* file)
            *standard-output* (make-broadcast-stream *standard-output* file))))
  (values))
