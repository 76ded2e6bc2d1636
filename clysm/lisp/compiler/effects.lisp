;;;; Compile-time effects: what a top-level form tells the forms behind it, and an interface the modules that use it.
;;;;
;;;;   (macro NAME LAMBDA)   (helper NAME LAMBDA)   (function NAME LEAST MOST)   (inline NAME LAMBDA)   (notinline NAME)
;;;;   (declaration NAME)
;;;;   (variable NAME)   (constant NAME [VALUE])   (symbol-macro NAME EXPANSION)   (structure NAME DESCRIPTION)
;;;;   (type NAME FORM)   (setf NAME FORM)   (package NAME OPTION...)   (evaluate FORM PACKAGE)

(in-package "CLYSM.COMPILER")

(defvar *effects* '()
  "Effects of the module that is being compiled, the newest first.")

(defvar *later-effects* '()
  "Those of *EFFECTS* that count for other modules only, the newest first.")

(defun note-effect (&rest effect)
  (apply-effect effect)
  (push effect *effects*)
  nil)

(defun apply-pending-effects (uses)
  "What modules of this session keep for their users takes effect, if their paths are among USES; of all if that is NIL."
  (dolist (row (reverse (environment-pending *environment*)))
    (when (or (null uses) (member (car row) uses :test #'equal))
      (setf (environment-pending *environment*) (remove row (environment-pending *environment*)))
      (begin-module (car row) '())
      (mapc #'apply-effect (cdr row)))))

(defun apply-effect (effect)
  (let ((kind (first effect)) (name (second effect)) (value (third effect)))
    (ecase kind
      (macro (define-compile-time-macro name value))
      (helper (define-helper name value))
      (function (add-definition 'function name (cddr effect)))
      (inline (add-definition 'inline name value))
      (notinline (remove-definition 'inline name) (add-definition 'notinline name t))
      (declaration (add-definition 'declaration name t))
      (variable (add-definition 'variable name t) (declare-special name))
      (constant (add-definition 'constant name (cddr effect)) (declare-special name))
      (symbol-macro (add-definition 'symbol-macro name value))
      (structure (add-definition 'structure name value))
      (type (add-definition 'type name value))
      (setf (add-definition 'setf name value))
      (package (add-definition 'package name t)
       (define-package (environment-world *environment*) effect name (cddr effect)))
      (evaluate (evaluate-effect name value)))))

(defun evaluate-effect (form name)
  "Evaluate FORM where the package with this name is current."
  (let* ((package (find-world-package (environment-world *environment*) name))
         (*package* package)
         (*source* (or *source* (make-source (vector) (environment-world *environment*) package))))
    (evaluate-form-of-effect form)))

(defun evaluate-form-of-effect (form)
  (handler-case (evaluate-at-compile-time form)
    (source-failure (condition) (error condition))
    (error (condition)
      (fail "macro-error" form "evaluated at compile time, `" (brief-text form) "` signalled: " (condition-text condition)))))

(defun declare-special (name)
  "Compile-time code may bind NAME: the host must know that it is special."
  (unless (shared-symbol-p name)
    (proclaim (list 'special name))))
