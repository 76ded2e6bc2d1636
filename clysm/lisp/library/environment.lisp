;;;; What the program runs on, and its command line (CLHS 25.1.3).

(in-package "CLYSM.LIBRARY")

(defun lisp-implementation-type ()
  "The name of this Lisp."
  "Clysm")

(defun lisp-implementation-version ()
  "The version of this Lisp."
  "1")

(defun machine-type ()
  "The machine that programs are compiled for."
  "WebAssembly")

(defun machine-version ()
  "NIL: the host does not tell."
  nil)

(defun machine-instance ()
  "NIL: the host does not tell."
  nil)

(defun software-type ()
  "What runs the program."
  "WebAssembly host")

(defun software-version ()
  "NIL: the host does not tell."
  nil)

(defun short-site-name ()
  "NIL: the host does not tell."
  nil)

(defun long-site-name ()
  "NIL: the host does not tell."
  nil)

(defun room (&optional (verbosity :default))
  "Write what is known about memory."
  (unless (member verbosity '(t nil :default)) (%wrong-type verbosity '(member t nil :default)))
  (write-line "Objects are managed by the WebAssembly engine, which gives no figures.")
  (values))

(defun ed (&optional x)
  "Signals an error: there is no editor to edit X with."
  (declare (ignore x))
  (error 'simple-error :format-control "there is no editor" :format-arguments '()))

;;; ---- the command line

(defvar *command-line-arguments* '()
  "The strings that the program was started with; set by read-command-line when a program starts.")

(defun read-command-line ()
  "Ask the host for the arguments and set *command-line-arguments*; none if the host refuses."
  (let* ((address (transfer-address)) (count (%host-args-read address +transfer-size+)))
    (setq *command-line-arguments*
          (cond ((< count 0) '())
                ((<= count +transfer-size+) (nul-terminated-strings (memory->octets address count)))
                (t
                 (let ((large (%mem-alloc count)))
                   (%host-args-read large count)
                   (nul-terminated-strings (memory->octets large count))))))))
