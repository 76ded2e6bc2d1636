;;;; FORMAT and FORMATTER.

(in-package "CLYSM.LIBRARY")

(defun format-to (stream control arguments)
  "Write to STREAM what CONTROL, a string or a function made by FORMATTER, makes of the list ARGUMENTS; the arguments
that are left."
  (cond ((stringp control)
         (let ((state (make-format-state arguments)))
           (run-items stream (control-items control) state)
           (state-arguments state)))
        ((functionp control) (apply control stream arguments))
        (t (%wrong-type control '(or string function)))))

(defun format (destination control &rest arguments)
  "Write what CONTROL makes of ARGUMENTS. DESTINATION is NIL (the text is returned), T (standard output), a stream, or a
string with a fill pointer. Surplus arguments are ignored; too few, or a malformed control string, are a format-error."
  (cond ((null destination)
         (let ((stream (borrow-string-output)))
           (format-to stream control arguments)
           (finish-string-output stream)))
        ((stringp destination)
         (format-to (make-fill-pointer-output destination) control arguments)
         nil)
        (t
         (format-to (if (eq destination t) (%output-stream nil) (%check-stream destination)) control arguments)
         nil)))

(defmacro formatter (control)
  "A function of a stream and arguments that does what FORMAT does with CONTROL and returns the arguments left over."
  `(lambda (stream &rest arguments)
     (format-to stream ,control arguments)))
