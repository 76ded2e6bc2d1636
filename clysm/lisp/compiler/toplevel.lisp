;;;; Top-level forms: CLHS 3.2.3.1. Definitions and other forms of a module become bodies, codes and init functions.

(in-package "CLYSM.COMPILER")

(defstruct (module (:constructor make-module (path source-sha256)))
  "A module that is being compiled. BODIES, CODES, INITS, DEFINITIONS: the newest first.
ASSIGNED: names of functions that code defines when it runs. CONSTANTS: table of what is known; CONSTANT-LIST: their specifications, the newest first.
SOURCE-SHA256: hexadecimal digits that the host gives, or NIL. SYSTEM: :compiler or :library, whose functions nobody redefines, or NIL."
  path source-sha256
  (bodies '()) (body-count 0)
  (codes '()) (code-count 0)
  (inits '())
  (definitions '())
  (constants (make-hash-table :test #'eql)) (constant-list '()) (constant-count 0)
  (references (make-hash-table :test #'equal)) (call-names (make-hash-table :test #'equal))
  (exports '())
  (assigned '())
  (system nil))

(defvar *module* nil)

(defparameter *toplevel-handlers* (make-hash-table :test #'eq)
  "Operator -> function of form and scope for its occurrence at top level.")

(defmacro define-toplevel (name lambda-list &rest body)
  "What a top-level form (NAME . LAMBDA-LIST) does; the body sees FORM and SCOPE."
  (list 'setf (list 'gethash (list 'quote name) '*toplevel-handlers*)
        (list 'lambda '(form scope)
              '(declare (ignorable scope))
              (list 'destructure-operands lambda-list '(cdr form) 'form (cons 'progn body)))))

(defvar *times* '(:load)
  "When the top-level forms that are being processed are evaluated: :LOAD, when their module is loaded; :COMPILE, at once;
:USE, when a module that uses theirs is compiled.")

(defparameter *definer-names* '(deftype defsetf define-setf-expander define-modify-macro)
  "Standard macros whose expansions tell the compiler of a definition.")

(defun process-toplevel (form scope)
  (if (and (consp form) (symbolp (car form)) (not (find-local-function (car form) scope)))
      (let ((handler (gethash (car form) *toplevel-handlers*)))
        (cond (handler (funcall handler form scope))
              ((kernel-definer form) (funcall (kernel-definer form) form scope))
              ((gethash (car form) *special-operators*) (process-evaluation form scope))
              ((find-definition 'macro (car form))
               (if (and (shared-symbol-p (car form)) (not (member (car form) *definer-names*)))
                   (process-apart form (lambda () (process-expansion form scope)))
                   (process-expansion form scope)))
              (t (process-evaluation form scope))))
      (if (and (consp form) (consp (find-local-function (car form) scope)))
          (process-toplevel (expand-macro-call form scope (cdr (find-local-function (car form) scope))) scope)
          (process-evaluation form scope))))

(defun process-expansion (form scope)
  (let ((expansion (expand-macro-call form scope (force-definition (find-definition 'macro (car form))))))
    (inherit-position expansion form)
    (process-toplevel expansion scope)))

(defun process-evaluation (form scope)
  "FORM has no meaning of its own at top level."
  (note-evaluation form)
  (add-load-time-form form scope nil))

(defun process-apart (form process)
  "At compile time evaluate FORM as a whole; PROCESS, a function, processes what is in it for load time."
  (note-evaluation form)
  (when (member :load *times*)
    (let ((*times* '(:load)))
      (funcall process))))

(defun note-evaluation (form)
  (unless (atom form)
    (note-timed-effect 'evaluate form
                       (package-target-name (environment-world *environment*) (source-package *source*)))))

(defun note-timed-effect (&rest effect)
  "EFFECT at the *TIMES* of compilation."
  (cond ((member :compile *times*) (apply #'note-effect effect))
        ((member :use *times*) (push effect *effects*) (push effect *later-effects*))))

(defun process-all (forms scope)
  (dolist (form forms) (process-toplevel form scope)))

(defun add-load-time-form (form scope key)
  "FORM runs when the module is loaded. KEY: the definition it makes, which an image without its use may drop; or NIL."
  (when (and (consp form) (member :load *times*))
    (let ((code (make-code 'toplevel nil)))
      (setf (code-body code) (convert form (scope-with scope :owner code :extents '())))
      (add-init code (or key (definition-key form))))))

(defun definition-key (form)
  "The key of a form (%define-... 'name ...) of the library, which makes a definition and does nothing else."
  (if (and (module-system *module*) (symbolp (car form)) (consp (cdr form))
           (eql 0 (search "%DEFINE-" (symbol-name (car form)))))
      (let* ((argument (second form))
             (name (if (and (consp argument) (consp (cdr argument))) (second argument) nil)))
        (if (and name (function-name-p name))
            (list :structure (if (consp name) (second name) name))
            nil))
      nil))

(define-toplevel progn (&rest forms) (process-all forms scope))

(define-toplevel locally (&rest body)
  (multiple-value-bind (forms declarations) (parse-body body form)
    (check-declarations declarations)
    (process-all forms scope)))

(define-toplevel macrolet (definitions &rest body)
  (multiple-value-bind (forms declarations) (parse-body body form)
    (check-declarations declarations)
    (process-apart form (lambda () (process-all forms (scope-with-macros definitions form scope))))))

(define-toplevel symbol-macrolet (definitions &rest body)
  (multiple-value-bind (forms declarations) (parse-body body form)
    (check-declarations declarations)
    (process-apart form (lambda () (process-all forms (scope-with-symbol-macros definitions form scope))))))

(define-toplevel eval-when (situations &rest body)
  (progn
    (check-situations situations form)
    (let ((*times* (evaluation-times (or (member :compile-toplevel situations) (member 'compile situations))
                                     (or (member :load-toplevel situations) (member 'load situations))
                                     (or (member :execute situations) (member 'eval situations)))))
      (when *times*
        (process-all body scope)))))

(defun evaluation-times (compile load execute)
  "The *TIMES* of the forms in an EVAL-WHEN with these situations: CLHS, figure 3-7. What is evaluated only at compile time
is evaluated as by EVAL."
  (let ((compile (or compile (and execute (member :compile *times*)))))
    (cond ((not (member :load *times*)) (if execute *times* '()))
          ((and compile load) '(:load :compile))
          (compile '(:compile))
          (load (remove :compile *times*))
          (t '()))))

;;; Definitions

(defun check-definition (form)
  (unless (and (proper-list-p form) (cddr form) (function-name-p (second form)))
    (fail "syntax-error" form "expected (" (car form) " name lambda-list form...)")))

(defun definition-lambda (form)
  "The lambda expression of (defun name lambda-list . body); the forms of the body are in a block of the function's name."
  (multiple-value-bind (forms declarations) (parse-body (cdddr form) form t)
    (append (list 'lambda (third form))
            (if declarations (list (cons 'declare declarations)) '())
            (list (list* 'block (block-name (second form)) forms)))))

(define-toplevel defun (name lambda-list &rest body)
  (progn
    (check-definition form)
    (when (and (symbolp name) (gethash name *special-operators*)
               (not (member name '(multiple-value-list lambda))))
      (fail "syntax-error" form name " is a special operator"))
    (note-timed-effect 'helper name (definition-lambda form))
    (when (member :load *times*)
      (note-function name lambda-list form)
      (when (and (find-definition 'inline name) (null (scope-variables scope)) (null (scope-functions scope)))
        (note-effect 'inline name (definition-lambda form)))
      (let ((code (make-code name nil)))
        (convert-lambda-into code lambda-list body form (scope-with scope :owner nil :extents '())
                             (list (block-name name)))
        (note-escape code)
        (add-definition-code name code form)))))

(defun note-function (name lambda-list form)
  (let* ((parsed (parse-lambda-list lambda-list form))
         (least (length (lambda-list-required parsed))))
    (note-effect 'function name least
                 (if (or (lambda-list-rest parsed) (lambda-list-key-p parsed))
                     nil
                     (+ least (length (lambda-list-optional parsed)))))))

(define-toplevel defmacro (name lambda-list &rest body)
  (let ((lambda-form (macro-lambda name lambda-list body form)))
    (note-effect 'macro name lambda-form)
    (add-load-time-form (list (library-symbol "%ADD-MACRO") (list 'quote name) (list 'function lambda-form))
                        scope (list :macro name))))

(define-toplevel define-symbol-macro (name expansion)
  (progn
    (note-effect 'symbol-macro (bindable name form) expansion)
    (add-load-time-form (list (library-symbol "%ADD-SYMBOL-MACRO") (list 'quote name) (list 'quote expansion))
                        scope (list :symbol-macro name))))

(defun kernel-name (name)
  (values (intern name (find-world-package (environment-world *environment*) "CLYSM.KERNEL"))))

(define-toplevel defvar (name &optional value documentation)
  (progn
    (note-effect 'variable (bindable name form))
    (note-evaluation form)
    (when (cddr form)
      (add-load-time-form
       (list 'if (list (kernel-name "%UNBOUND-P") (list (kernel-name "%SYMBOL-VALUE") (list 'quote name)))
             (list (kernel-name "%SET-SYMBOL-VALUE") (list 'quote name) value))
       scope (list :variable name)))))

(define-toplevel defparameter (name value &optional documentation)
  (progn
    (note-effect 'variable (bindable name form))
    (note-evaluation form)
    (add-load-time-form (list (kernel-name "%SET-SYMBOL-VALUE") (list 'quote name) value)
                        scope (list :variable name))))

(define-toplevel defconstant (name value &optional documentation)
  (let ((known (constant-of value)))
    (unless (variable-name-p name)
      (fail "syntax-error" form "not a variable: " name))
    (if known
        (note-effect 'constant name (car known))
        (note-effect 'constant name))
    (note-evaluation form)
    (add-load-time-form (list (kernel-name "%SET-SYMBOL-VALUE") (list 'quote name) value)
                        scope (list :variable name))))

(defun constant-of (form)
  "A list of the value of FORM if that is a number, character or symbol known now; else NIL."
  (cond ((or (numberp form) (foreign-float-p form) (characterp form)) (list form))
        ((symbolp form)
         (if (or (null form) (eq form t) (keywordp form))
             (list form)
             (let ((definition (find-definition 'constant form)))
               (and definition (definition-value definition)))))
        ((and (eq (car form) 'quote) (symbolp (cadr form))) (list (cadr form)))
        ((and (member (car form) '(+ - * ash 1- 1+ expt)) (every #'constant-of (cdr form)))
         (let ((values (mapcar (lambda (x) (car (constant-of x))) (cdr form))))
           (if (every #'integerp values) (list (apply (car form) values)) nil)))
        (t nil)))

(define-toplevel declaim (&rest specifiers)
  (dolist (specifier specifiers)
    (unless (consp specifier)
      (fail "syntax-error" form "malformed declaration " specifier))
    (case (car specifier)
      (special (dolist (name (cdr specifier)) (note-effect 'variable (bindable name form))))
      (inline (dolist (name (cdr specifier)) (note-effect 'inline name nil)))
      (notinline (dolist (name (cdr specifier)) (note-effect 'notinline name)))
      (declaration (dolist (name (cdr specifier)) (note-effect 'declaration name)))
      (t (check-declarations (list specifier))))))

(define-toplevel in-package (name)
  (let* ((text (designated-name form name))
         (package (or (find-world-package (environment-world *environment*) text)
                      (fail "package-error" form "no package named " text))))
    (find-definition 'package text)     ; its definer is a module that this one uses
    (setf (source-package *source*) package)
    (let ((target (package-target-name (environment-world *environment*) package)))
      (cond ((system-package-name-p target)
             (note-system-module target))
            (t (add-load-time-form (list 'setq '*package* (list 'find-package target)) scope '(:package)))))))

(defun note-system-module (package)
  (setf (module-system *module*) (if (string= package "CLYSM.COMPILER") :compiler :library))
  (setf (environment-system *environment*) t))

(defun system-package-name-p (name)
  (member name '("CLYSM.LIBRARY" "CLYSM.COMPILER") :test #'equal))

(define-toplevel defpackage (name &rest options)
  (let ((text (designated-name form name)))
    (when (system-package-name-p text)
      (note-system-module text))
    (apply #'note-effect 'package text options)
    (add-load-time-form (list (library-symbol "%DEFPACKAGE") text (list 'quote options))
                        scope (list :package text))))

(define-toplevel defstruct (name &rest slots)
  (let ((name (structure-name name)))
    (note-effect 'structure name
                 (describe-structure name (if (consp (second form)) (cdr (second form)) '()) (structure-slots form) form))
    (process-apart form (lambda () (process-structure name form scope)))))

(defun process-structure (name form scope)
  (dolist (x (cdr (expand-defstruct name form)))
    (if (and (consp x) (member (car x) (list (library-symbol "%ADD-STRUCTURE") (library-symbol "%DEFINE-STRUCTURE"))))
        (add-load-time-form x scope (list (if (eq (car x) (library-symbol "%ADD-STRUCTURE")) :description :structure)
                                          name))
        (process-toplevel x scope))))

(defun structure-name (name)
  (if (consp name) (car name) name))

;;; Definers of CLYSM.KERNEL: they record an expander for the forms behind them and for the running program.

(defun add-export (form)
  "(%declare-export name arity function): the image exports FUNCTION as NAME, with i32 arguments and result."
  (unless (and (= (length form) 4) (stringp (second form)) (integerp (third form)) (symbolp (fourth form)))
    (fail "syntax-error" form "expected (%declare-export name arity function)"))
  (push (list (second form) (third form)
              (symbol-home (environment-world *environment*) (fourth form)) (symbol-name (fourth form)))
        (module-exports *module*)))

(defparameter *kernel-definers*
  '(("%DEFINE-SETF-EXPANDER" . setf) ("%DEFINE-TYPE-EXPANDER" . type)))

(defun kernel-definer (form)
  (let ((row (assoc (symbol-name (car form)) *kernel-definers* :test #'string=)))
    (when (and (string= (symbol-name (car form)) "%DECLARE-EXPORT")
               (equal (symbol-home (environment-world *environment*) (car form)) "CLYSM.KERNEL"))
      (return-from kernel-definer (lambda (form scope) (declare (ignore scope)) (add-export form))))
    (if (and row (equal (symbol-home (environment-world *environment*) (car form)) "CLYSM.KERNEL"))
        (lambda (form scope)
          (let ((name (quoted-symbol (second form) form)))
            (note-effect (cdr row) name (third form))
            (add-load-time-form (list (car form) (second form) (third form))
                                scope (list (if (eq (cdr row) 'setf) :setf :type) name))))
        nil)))

;;; Definers that are not at top level

(defparameter *definer-macros*
  (list
   (cons 'defun
         (lambda (form)
           (check-definition form)
           (note-assigned-function (second form))
           (list (library-symbol "%SET-FDEFINITION") (list 'quote (second form))
                 (definition-lambda form))))
   (cons 'defmacro
         (lambda (form)
           (list (library-symbol "%ADD-MACRO") (list 'quote (second form))
                 (list 'function (macro-lambda (second form) (third form) (cdddr form) form)))))
   (cons 'define-compiler-macro
         (lambda (form)
           (check-definition form)
           (list (library-symbol "%ADD-COMPILER-MACRO") (list 'quote (second form))
                 (list 'function (macro-lambda (second form) (third form) (cdddr form) form)))))
   (cons 'defvar
         (lambda (form)
           (list 'progn
                 (list 'proclaim (list 'quote (list 'special (second form))))
                 (list 'if (list 'boundp (list 'quote (second form))) nil
                       (list 'set (list 'quote (second form)) (third form)))
                 (list 'quote (second form)))))
   (cons 'defparameter
         (lambda (form)
           (list 'progn
                 (list 'proclaim (list 'quote (list 'special (second form))))
                 (list 'set (list 'quote (second form)) (third form))
                 (list 'quote (second form)))))
   (cons 'defconstant
         (lambda (form)
           (list 'progn
                 (list 'set (list 'quote (second form)) (third form))
                 (list (library-symbol "%ADD-VARIABLES") nil (list 'quote (list (second form))))
                 (list 'quote (second form)))))
   (cons 'declaim
         (lambda (form)
           (cons 'progn (mapcar (lambda (specifier) (list 'proclaim (list 'quote specifier))) (cdr form)))))
   (cons 'in-package
         (lambda (form)
           (list 'setq '*package* (list 'find-package (designated-name form (second form))))))
   (cons 'defpackage
         (lambda (form)
           (list (library-symbol "%DEFPACKAGE") (designated-name form (second form)) (list 'quote (cddr form)))))
   (cons 'destructuring-bind
         (lambda (form)
           (unless (and (proper-list-p form) (cddr form))
             (fail "syntax-error" form "expected (destructuring-bind lambda-list expression form...)"))
           (let ((value (fresh-symbol "VALUE")))
             (list 'let (list (list value (third form)))
                   (list* 'let* (reverse (destructure (second form) value 'destructuring-bind form nil))
                          (cdddr form))))))
   ;; special operators here, macros of the standard
   (cons 'lambda
         (lambda (form) (list 'function form)))
   (cons 'multiple-value-list
         (lambda (form) (list 'multiple-value-call '(function list) (second form))))
   (cons 'multiple-value-bind
         (lambda (form)
           (let ((ignored (fresh-symbol "IGNORED")))
             (list 'multiple-value-call
                   (list* 'lambda (append '(&optional) (second form) (list '&rest ignored))
                          (list 'declare (list 'ignore ignored))
                          (cdddr form))
                   (third form)))))
   (cons 'define-symbol-macro
         (lambda (form)
           (list (library-symbol "%ADD-SYMBOL-MACRO") (list 'quote (second form)) (list 'quote (third form)))))
   (cons 'defstruct
         (lambda (form) (expand-defstruct (structure-name (second form)) form))))
  "Operator -> expansion, of a definition into a form that runs like any other.")

(defun definer-macro (operator scope)
  "A function that expands forms of OPERATOR where they are not at top level, or NIL."
  (if (and scope (find-local-function operator scope))
      nil
      (cdr (assoc operator *definer-macros* :test #'eq))))

;;; What a form leaves in the module

(defun note-assigned-function (name)
  "Code of the module gives the function NAME its definition when it runs."
  (when *module*
    (pushnew name (module-assigned *module*) :test #'equal)))

(defun add-init (code key)
  (generate-code code)
  (push (list key (code-reference code)) (module-inits *module*)))

(defun add-definition-code (name code form)
  (when (find name (module-definitions *module*) :key #'first :test #'equal)
    (warn-about "duplicate-definition" form "function " name " is defined twice in this module"))
  (generate-code code)
  (push (list name code (gethash form *positions*)) (module-definitions *module*)))
