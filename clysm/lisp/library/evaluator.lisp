;;;; EVAL and COMPILE: a form becomes a unit of code beside the running image (the compiler's unit.lisp).

(in-package "CLYSM.LIBRARY")

;;; Instantiating

(defun %unit-constant (specification code-base)
  "The object that SPECIFICATION stands for."
  (let ((kind (first specification)) (value (second specification)))
    (cond ((eq kind 'clysm.compiler::datum) value)
          ((eq kind 'clysm.compiler::layout) (%symbol-layout value))
          ((eq kind 'setf) (%symbol-setf-cell value))
          ((eq kind 'clysm.compiler::setf-name) (list 'setf value))
          ((eq kind 'function) (%make-function (+ code-base value) nil nil))
          (t nil))))

(defun %instantiate-unit (octets)
  "Give OCTETS to the host, which instantiates them beside this image."
  (let* ((size (length octets)) (address (%mem-alloc size)))
    (%octets->mem octets 0 address size)
    (let ((status (%host-unit-instantiate address size)))
      (%mem-reset)
      (unless (eql status 0)
        (error 'simple-error :format-control "the host refused a unit of code: status ~D"
                             :format-arguments (list status))))))

(defun %load-unit (module load-time-forms)
  "Instantiate MODULE; the value is the function of its first code."
  (let* ((codes (clysm.compiler::module-code-count module))
         (octets-of (clysm.compiler::prepare-unit module))
         (constants (clysm.compiler::unit-constants module))
         (code-base (%grow-code codes))
         (constant-base (%grow-constants (length constants))))
    (%instantiate-unit (funcall octets-of code-base constant-base))
    (let ((index constant-base))
      (dolist (specification constants)
        (%set-constant index (%unit-constant specification code-base))
        (setq index (+ index 1))))
    (dolist (row load-time-forms)
      (%set-constant (+ constant-base (car row))
                     (funcall (%make-function (+ code-base (cdr row)) nil nil))))
    (%make-function code-base nil nil)))

(defun %evaluate-unit (form)
  "The values of FORM, compiled in the compiler's current environment."
  (multiple-value-bind (module load-time-forms) (clysm.compiler::generate-unit form)
    (funcall (%load-unit module load-time-forms))))

;;; The packages of the program that is compiled: they have a registry of their own, so that macro functions find them by
;;; name and see no other.

(setq clysm.compiler::*own-library* (find-package "CLYSM.LIBRARY"))

(defun %register-in-world (world name package)
  "Let PACKAGE have the name NAME in WORLD; it has lost the one that it was made with."
  (let ((registry (or (clysm.compiler::world-registry world)
                      (setf (clysm.compiler::world-registry world) (%make-package-registry))))
        (own (eq (%registered-package (%package-name package)) package)))
    (when (and own (not (clysm.compiler::shared-package-p package)))
      (%unregister-package package)
      (setf (%package-name package) name))
    (let ((*package-registry* registry))
      (%register-name name package)
      (unless (member package (%package-registry-packages registry) :test #'eq)
        (push package (%package-registry-packages registry))))))

(defun %call-in-world (world function form scope)
  (let ((*package-registry* (clysm.compiler::world-registry world)))
    (funcall function form scope)))

(setq clysm.compiler::*register-in-world* #'%register-in-world)
(setq clysm.compiler::*call-in-world* #'%call-in-world)

(defun %evaluate-in-session (form)
  "The values of FORM at compile time of the session's program."
  (let ((clysm.compiler::*environment*
          (clysm.compiler::compile-time-environment clysm.compiler::*environment* #'%running-definition)))
    (%evaluate-unit form)))

;;; The environment of the running image

(defparameter *functions-of-units*
  '(%set-fdefinition %find-catcher %progv %append-2 %negate %divide
    %macro-argument %macro-end %macro-keyword %macro-keywords
    %add-macro %add-compiler-macro %add-symbol-macro %add-setf-expander %add-type-expander %add-variables
    %add-structure %define-structure %defpackage
    %runtime-setf-expander %runtime-type-expander %runtime-structure)
  "What generated code calls by name alone. As they are mentioned here, an image with an evaluator holds them.")

(defvar *special-variables* (make-hash-table :test #'eq)
  "Symbol -> SPECIAL or CONSTANT.")

(defun %add-variables (specials constants)
  (dolist (symbol specials)
    (setf (gethash symbol *special-variables*) 'special))
  (dolist (symbol constants)
    (setf (gethash symbol *special-variables*) 'constant)))

(defun %running-definition (kind name)
  "What the running image knows of NAME as a definition for the compiler, or NIL."
  (flet ((made (value)
           (and value
                (let ((definition (clysm.compiler::make-definition kind name value nil)))
                  (setf (clysm.compiler::definition-forced definition) value)
                  definition))))
    (case kind
      (clysm.compiler::macro (made (and (symbolp name) (%runtime-macro name))))
      (clysm.compiler::symbol-macro
       (let ((entry (gethash name *symbol-macros*)))
         (and entry (clysm.compiler::make-definition kind name (car entry) nil))))
      (variable (made (and (gethash name *special-variables*) t)))
      (clysm.compiler::constant
       (and (eq (gethash name *special-variables*) 'constant)
            (clysm.compiler::make-definition kind name nil nil)))
      (structure (let ((description (%runtime-structure name)))
                   (and description (clysm.compiler::make-definition kind name description nil))))
      (type (made (%runtime-type-expander name)))
      (setf (made (%runtime-setf-expander name)))
      (clysm.compiler::helper (%running-helper name))
      (t nil))))

(defun %running-helper (name)
  "Functions that expanders call are functions of the image."
  (let ((function (and (symbolp name) (%symbol-function name))))
    (and function
         (let ((definition (clysm.compiler::make-definition 'clysm.compiler::helper name nil nil)))
           (setf (clysm.compiler::definition-forced definition) function)
           definition))))

(defvar *running-environment* nil)

(defun %running-environment ()
  "The compiler's environment for units, made at the first use, which finds out if a function of units is missing."
  (or *running-environment*
      (setq *running-environment*
            (let ((environment (clysm.compiler::%make-environment (clysm.compiler::make-running-world) nil)))
              (mapc #'fdefinition *functions-of-units*)
              (setf (clysm.compiler::environment-lookup environment) #'%running-definition)
              environment))))

(defun %call-in-running-environment (function)
  (let ((clysm.compiler::*environment* (%running-environment))
        (clysm.compiler::*evaluate* #'%evaluate-unit)
        (clysm.compiler::*positions* (make-hash-table :test #'eq))
        (clysm.compiler::*source* (clysm.compiler::make-source nil (clysm.compiler::make-running-world) *package*)))
    (handler-bind ((clysm.compiler::source-failure
                     (lambda (condition)
                       (error 'simple-program-error
                              :format-control "~A"
                              :format-arguments (list (clysm.compiler::failure-message condition))))))
      (funcall function))))

(defun eval (form)
  "The values of FORM in the null lexical environment."
  (cond ((symbolp form)
         (if (or (null form) (eq form t) (keywordp form))
             form
             (%call-in-running-environment (lambda () (%evaluate-unit form)))))
        ((atom form) form)
        ((eq (car form) 'quote) (cadr form))
        ((eq (car form) 'progn)
         (let ((rest (cdr form)))
           (loop
             (when (null (cdr rest)) (return (eval (car rest))))
             (eval (car rest))
             (setq rest (cdr rest)))))
        (t
         (multiple-value-bind (expansion expanded) (macroexpand-1 form)
           (if (and expanded (consp expansion) (eq (car expansion) 'progn))
               (eval expansion)
               (%call-in-running-environment (lambda () (%evaluate-unit form))))))))

(defun compile (name &optional (definition nil definition-p))
  "Compile DEFINITION, a lambda expression, and make it the function NAME unless that is NIL."
  (let ((function (cond ((not definition-p) (fdefinition name))
                        ((functionp definition) definition)
                        (t (eval (list 'function definition))))))
    (cond (name (setf (fdefinition name) function)
                (values name nil nil))
          (t (values function nil nil)))))

(defvar *macroexpand-hook* 'funcall
  "A function of an expander, a form and an environment, which MACROEXPAND-1 calls for the expansion.")

(defun %expand-once (form environment)
  (%call-in-running-environment* (lambda () (clysm.compiler::target-macroexpand-1 form environment))))

(defun %expand-by-hook (form environment)
  "As %expand-once, but *macroexpand-hook* calls the expander."
  (let ((expander (and (consp form) (symbolp (car form)) (macro-function (car form) environment))))
    (if expander
        (values (funcall *macroexpand-hook* expander form environment) t)
        (multiple-value-bind (expansion expanded) (%expand-once form environment)
          (if expanded
              (values (funcall *macroexpand-hook* (constantly expansion) form environment) t)
              (values form nil))))))

(defun macroexpand-1 (form &optional environment)
  (if (eq *macroexpand-hook* 'funcall)
      (%expand-once form environment)
      (%expand-by-hook form environment)))

(defun macroexpand (form &optional environment)
  (if (eq *macroexpand-hook* 'funcall)
      (%call-in-running-environment* (lambda () (clysm.compiler::target-macroexpand form environment)))
      (let ((any nil))
        (loop
          (multiple-value-bind (expansion expanded) (macroexpand-1 form environment)
            (unless expanded (return (values form any)))
            (setq form expansion any t))))))

(defun %call-in-running-environment* (function)
  "Inside the compiler, its environment; else that of the running image."
  (if (and clysm.compiler::*environment* clysm.compiler::*module*)
      (funcall function)
      (%call-in-running-environment function)))

(defun macro-function (symbol &optional environment)
  (%call-in-running-environment* (lambda () (clysm.compiler::target-macro-function symbol environment))))

(defun (setf macro-function) (function symbol &optional environment)
  (declare (ignore environment))
  (if function
      (%add-macro symbol function)
      (remhash symbol *macro-functions*))
  function)

(defun constantp (form &optional environment)
  (%call-in-running-environment* (lambda () (clysm.compiler::target-constantp form environment))))

(defun special-operator-p (symbol)
  "True if SYMBOL names a special operator."
  (unless (symbolp symbol) (%wrong-type symbol 'symbol))
  (if (clysm.compiler::special-operator-name-p symbol) t nil))

(defun proclaim (declaration)
  "Make DECLARATION hold globally; only SPECIAL has an effect. TYPE-ERROR for what is no proper list."
  (unless (and (consp declaration) (list-length declaration))
    (%wrong-type declaration 'list))
  (when (eq (car declaration) 'special)
    (%add-variables (cdr declaration) '()))
  nil)
