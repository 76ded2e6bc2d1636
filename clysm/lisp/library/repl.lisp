;;;; The interactive loop: read, evaluate, print. An image whose entry is REPL is a Lisp to talk to.
;;;;
;;;; With arguments, FILE ARGUMENT..., it loads the file as a program instead.

(in-package "CLYSM.LIBRARY")

(defvar + nil) (defvar ++ nil) (defvar +++ nil)
(defvar * nil) (defvar ** nil) (defvar *** nil)
(defvar / nil) (defvar // nil) (defvar /// nil)
(defvar - nil)

(defun %remember-form (form)
  (setq +++ ++ ++ + + -)
  (setq - form))

(defun %remember-values (values)
  (setq *** ** ** * * (car values))
  (setq /// // // / / values))

(defun %prompt ()
  (fresh-line)
  (write-string (package-name *package*))
  (write-string "> ")
  (finish-output))

(defun %report-error (condition)
  (fresh-line *error-output*)
  (write-string "error: " *error-output*)
  (handler-case (princ condition *error-output*)
    (error () (prin1 (%layout-name (%instance-layout condition)) *error-output*)))
  (terpri *error-output*)
  (finish-output *error-output*))

(defun %skip-line ()
  "Forget the rest of the line after text that cannot be read."
  (read-line *standard-input* nil nil))

(defun %read-step (end)
  "The next form; END at the end of input; after an error the next one."
  (loop
    (handler-case (return (read *standard-input* nil end))
      (end-of-file () (return end))
      (error (condition)
        (%report-error condition)
        (%skip-line)
        (%prompt)))))

(defun %evaluate-step (form)
  "Evaluate FORM and print its values; an error is reported and ends only this step."
  (handler-case
      (let ((values (multiple-value-list (eval form))))
        (%remember-values values)
        (dolist (value values)
          (fresh-line)
          (prin1 value)
          (terpri)))
    (error (condition) (%report-error condition))))

(defun repl ()
  "Read, evaluate and print until the end of input or EXIT."
  (let ((end (list 'end)))
    (loop
      (%prompt)
      (let ((form (%read-step end)))
        (when (eq form end)
          (terpri)
          (return nil))
        (%remember-form form)
        (%evaluate-step form)))))

(defun %main ()
  "The entry of a stage."
  (setq *package* (find-package "COMMON-LISP-USER"))
  (let ((arguments *command-line-arguments*))
    (cond (arguments
           (setq *command-line-arguments* (cdr arguments))
           (load (car arguments)))
          (t (repl)))))
