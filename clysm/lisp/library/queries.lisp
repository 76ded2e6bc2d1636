;;;; Questions to the user: Y-OR-N-P, YES-OR-NO-P.

(in-package "CLYSM.LIBRARY")

(defun %ask (control arguments hint answer)
  "Write the question and HINT to *query-io* until the function ANSWER, called with a line of input without surrounding
blanks, returns true or false instead of :again."
  (loop
    (fresh-line *query-io*)
    (when control (apply #'format *query-io* control arguments))
    (write-string hint *query-io*)
    (finish-output *query-io*)
    (let ((result (funcall answer (string-trim '(#\Space #\Tab #\Return) (read-line *query-io*)))))
      (unless (eq result :again) (return result)))))

(defun y-or-n-p (&optional control &rest arguments)
  "Ask the question that the format CONTROL and ARGUMENTS make; true for an answer of Y, false for N."
  (%ask control arguments " (y or n) "
        (lambda (line)
          (cond ((string-equal line "y") t) ((string-equal line "n") nil) (t :again)))))

(defun yes-or-no-p (&optional control &rest arguments)
  "Ask the question that the format CONTROL and ARGUMENTS make; true for an answer of YES, false for NO."
  (%ask control arguments " (yes or no) "
        (lambda (line)
          (cond ((string-equal line "yes") t) ((string-equal line "no") nil) (t :again)))))
