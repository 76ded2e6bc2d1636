;;;; The frame of a program: it ends by returning, by EXIT, or by an uncaught condition.

(in-package "CLYSM.LIBRARY")

(defvar *exit-status* 0)

(defun exit (&optional (status 0))
  "End the program with STATUS (0 to 255), after the cleanups of all active UNWIND-PROTECT forms."
  (setq *exit-status* status)
  (throw '%exit nil))

(defun %run-program (main)
  "Call MAIN, the program's top-level forms; then the status goes to the host if it is not zero."
  (setq *exit-status* 0)
  (let ((reader (%symbol-function 'read-command-line))) ; not in every image
    (when reader (funcall reader)))
  (catch '%exit
    (funcall main))
  (%flush-standard-streams)
  (unless (eql *exit-status* 0)
    (%host-exit *exit-status*))
  nil)

(defun %uncaught (condition)
  "The end of a program whose condition nobody handled: a report, then the host shows the backtrace."
  (%flush-standard-streams)
  (%report-uncaught condition)
  (%abort))

(defun %report-uncaught (condition)
  (let ((stream *error-output*))
    (fresh-line stream)
    (write-string "error: uncaught condition " stream)
    (prin1 (%layout-name (%instance-layout condition)) stream)
    (write-string ": " stream)
    (princ condition stream)
    (terpri stream)
    (%flush-standard-streams)))
