;;;; The standard streams: descriptors 0 to 2 and the variables that hold them.

(in-package "CLYSM.LIBRARY")

(defvar *descriptor-0* (make-descriptor-stream 0 :input))
(defvar *descriptor-1* (make-descriptor-stream 1 :output))
(defvar *descriptor-2* (make-descriptor-stream 2 :output :line-buffered-p t))

(defvar *standard-input* *descriptor-0* "The default source of input functions.")
(defvar *standard-output* *descriptor-1* "The default destination of output functions.")
(defvar *error-output* *descriptor-2* "Where warnings and error messages go.")
(defvar *terminal-io* (make-two-way-stream *descriptor-0* *descriptor-1*) "The console.")
(defvar *query-io* (make-synonym-stream '*terminal-io*) "Where questions are asked.")
(defvar *debug-io* (make-synonym-stream '*terminal-io*) "For interactive debugging.")
(defvar *trace-output* (make-synonym-stream '*standard-output*) "Where TRACE and TIME write.")

(defun %flush-standard-streams ()
  "Pass the buffered output of descriptors 1 and 2 to the host, whatever the standard variables are bound to. To be
called when the program ends."
  (unless (%stream-closed *descriptor-1*) (%flush *descriptor-1*))
  (unless (%stream-closed *descriptor-2*) (%flush *descriptor-2*))
  nil)
