;;;; What is known at compile time: definitions of the session (global) and of the surrounding forms (lexical).

(in-package "CLYSM.COMPILER")

(defstruct (definition (:constructor make-definition (kind name value module)))
  "One compile-time fact. KIND: macro, function, inline, notinline, variable, constant, symbol-macro, structure, type,
setf, helper, package, declaration. VALUE depends on it. MODULE: path of the module that defines it."
  kind name value module
  (forced nil))

(defstruct (environment (:constructor %make-environment (world tables)))
  "TABLES: kind -> table of lists of definitions by name, the newest first. PATHS: path of a module -> the one string that
stands for it here. MODULE: that of the module being compiled; USES: those of the modules whose definitions it has used,
while NOTING; VISIBLE: table of those that it declares, NIL for all. SYSTEM: is it one of the compiler or the library?
INTERFACES: path -> octets of the interface, or the digest of them. PENDING: (path . effects) of modules compiled here whose effects for their users
have not been needed yet, the newest first. LOOKUP: function of kind and name that is asked instead of the tables, or NIL."
  world tables
  (paths (make-hash-table :test #'equal))
  (module nil)
  (uses (make-hash-table :test #'eq))
  (noting t)
  (visible nil)
  (system nil)
  (interfaces (make-hash-table :test #'equal))
  (pending '())
  (lookup nil))

(defparameter *definition-kinds*
  '(macro function inline notinline declaration variable constant symbol-macro structure type setf helper package))

(defun make-environment ()
  (let ((tables (make-hash-table :test #'eq)))
    (dolist (kind *definition-kinds*)
      (setf (gethash kind tables) (make-hash-table :test #'equal)))
    (%make-environment (make-world) tables)))

(defvar *environment* nil
  "The environment of the session that is compiling.")

(defun lookup-definition (kind name)
  (if (environment-lookup *environment*)
      (funcall (environment-lookup *environment*) kind name)
      (let ((all (gethash name (gethash kind (environment-tables *environment*)))))
        (cond ((null all) nil)
              ((find-if #'visible-p all))
              (t (car all))))))

(defun find-definition (kind name)
  "The definition, whose module counts as used. One of a module that is not declared is not seen; but the system's own
modules see it, unless it is advice (see ADVICE-P), and the use is an error later."
  (let ((definition (lookup-definition kind name)))
    (cond ((null definition) nil)
          ((visible-p definition)
           (note-use definition)
           definition)
          ((and (environment-system *environment*) (not (advice-p kind)))
           (note-use definition)
           definition)
          (t nil))))

(defun advice-p (kind)
  "Without definitions of KIND a program means the same."
  (member kind '(inline notinline function)))

(defun begin-module (path uses)
  "What is defined from now on is of the module PATH, which declares USES, a list of paths, or NIL for all."
  (setf (environment-module *environment*) (the-path path))
  (clrhash (environment-uses *environment*))
  (setf (environment-visible *environment*) (and uses (make-hash-table :test #'eq)))
  (dolist (use uses)
    (setf (gethash (the-path use) (environment-visible *environment*)) t))
  (setf (environment-system *environment*) nil))

(defun the-path (path)
  (let ((paths (environment-paths *environment*)))
    (or (gethash path paths)
        (setf (gethash path paths) path))))

(defun used-modules ()
  "Paths of the modules whose definitions the current one has used, sorted."
  (let ((paths '()))
    (maphash (lambda (path used) (declare (ignore used)) (push path paths)) (environment-uses *environment*))
    (sort paths #'string<)))

(defun visible-p (definition)
  "Is DEFINITION of the current module or one that it declares?"
  (let ((module (definition-module definition)) (visible (environment-visible *environment*)))
    (or (null visible) (null module) (eq module (environment-module *environment*))
        (values (gethash module visible)))))

(defun peek-definition (kind name)
  "The definition, if it is visible, without counting its module as used."
  (let ((definition (lookup-definition kind name)))
    (if (and definition (visible-p definition)) definition nil)))

(defun note-use (definition)
  "Remember that the current module uses the module of DEFINITION."
  (let ((module (definition-module definition)))
    (when (and module (environment-noting *environment*) (not (eq module (environment-module *environment*))))
      (setf (gethash module (environment-uses *environment*)) t))))

(defun add-definition (kind name value)
  "NAME means VALUE in the modules that see the current one; of one module the last definition counts."
  (let* ((module (environment-module *environment*))
         (definition (make-definition kind name value module))
         (table (gethash kind (environment-tables *environment*))))
    (setf (gethash name table)
          (cons definition
                (remove-if (lambda (other) (eq (definition-module other) module)) (gethash name table))))
    definition))

(defun remove-definition (kind name)
  "NAME has no definition of KIND any more, from no module."
  (remhash name (gethash kind (environment-tables *environment*))))

;;; Compile-time evaluation

(defvar *evaluate* #'eval
  "Function of a form: its value, computed in the world of the program.")

(defvar *evaluated-name* nil
  "What the code that is being compiled for compile time defines, such as \"macro push\"; or NIL. Its functions are named
after it, so that the report of a trap tells which macro did not end.")

(defun evaluated-name (kind name)
  (concatenate 'string (brief-text kind) " " (brief-text name)))

(defvar *note-place* nil
  "Function of line and column of each top-level form before it is compiled, for a host that may stop the compiler; or NIL.")

(defparameter *expansion-functions*
  '((macroexpand . target-macroexpand) (macroexpand-1 . target-macroexpand-1) (macro-function . target-macro-function)
    (get-setf-expansion . target-get-setf-expansion) (constantp . target-constantp))
  "Standard functions of macro expanders that must look into the program's environment, not the host's.")

(defun compile-time-form (form depth)
  "FORM with the functions of *EXPANSION-FUNCTIONS* replaced where they are called, not in data: DEPTH counts backquotes.
Lists without them stay the objects that were read, because their positions are known: SUBLIS may copy them."
  (cond ((and (= depth 0) (consp form) (eq (car form) 'quote)) form)
        ((consp form)
         (let* ((depth (+ depth (backquote-step (car form))))
                (first (compile-time-form (car form) depth)) (rest (compile-time-form (cdr form) depth)))
           (if (and (eql first (car form)) (eql rest (cdr form)))
               form
               (cons first rest))))
        ((and (= depth 0) (assoc form *expansion-functions*)) (cdr (assoc form *expansion-functions*)))
        (t form)))

(defun backquote-step (operator)
  "How much deeper in backquotes the operands of OPERATOR are than their form."
  (cond ((not (symbolp operator)) 0)
        ((string= (symbol-name operator) "QUASIQUOTE") 1)
        ((or (string= (symbol-name operator) "UNQUOTE") (string= (symbol-name operator) "UNQUOTE-SPLICING")) -1)
        (t 0)))

(defun evaluate-at-compile-time (form)
  (when (and *source* (source-circular *source*) (circular-p form))
    (fail "unsupported-literal" nil "a circular literal in code that runs at compile time"))
  (call-in-world (environment-world *environment*) #'evaluate-in-world form nil))

(defun evaluate-in-world (form scope)
  (declare (ignore scope))
  (funcall *evaluate* (compile-time-form form 0)))

(defun force-definition (definition)
  "The function of a macro, helper, type or setf definition, whose value is a lambda expression."
  (or (definition-forced definition)
      (setf (definition-forced definition)
            (evaluate-definition definition (list 'function (definition-form definition))))))

(defun definition-form (definition)
  "The value of a macro, helper, inline, type or setf definition, a form; that of an interface is read when it is needed."
  (let ((value (definition-value definition)))
    (if (unread-p value)
        (setf (definition-value definition) (read-unread value))
        value)))

(defun evaluate-definition (definition form)
  "The value of FORM, the code of DEFINITION. What the code of another module uses does not count for the current one: it
would depend on which module of the session was the first to need it."
  (let ((*evaluated-name* (evaluated-name (definition-kind definition) (definition-name definition)))
        (noting (environment-noting *environment*)))
    (setf (environment-noting *environment*)
          (and noting (eq (definition-module definition) (environment-module *environment*))))
    (unwind-protect (evaluate-at-compile-time form)
      (setf (environment-noting *environment*) noting))))

(defun shared-package-p (package)
  (or (eq package (find-package "COMMON-LISP"))
      (eq package (find-package "KEYWORD"))))

(defun shared-symbol-p (symbol)
  "Is SYMBOL one that the host owns too?"
  (let ((package (symbol-package symbol)))
    (and package
         (or (shared-package-p package)
             (eq (find-symbol (symbol-name symbol) "COMMON-LISP") symbol)))))

(defun define-compile-time-macro (name lambda-form)
  (let ((definition (add-definition 'macro name lambda-form)))
    (remove-definition 'function name)
    (unless (shared-symbol-p name)
      (setf (macro-function name)
            (lambda (form environment)
              (note-use definition)
              (funcall (force-definition definition) form environment))))
    definition))

(defun define-helper (name lambda-form)
  "NAME is a function at compile time, compiled when it is first called."
  (let ((definition (add-definition 'helper name lambda-form)))
    (cond ((consp name)
           (unless (shared-symbol-p (second name))
             (setf (fdefinition name)
                   (helper-stub definition))))
          ((not (shared-symbol-p name))
           (setf (symbol-function name)
                 (helper-stub definition))))
    definition))

(defun helper-stub (definition)
  "A function that compiles the helper when it is first called."
  (lambda (&rest arguments)
    (note-use definition)
    (apply (force-definition definition) arguments)))

;;; Lexical environments

(defstruct (scope (:constructor make-scope (variables functions blocks tags owner extents)))
  "VARIABLES: (symbol . variable | special | (symbol-macro . expansion)). FUNCTIONS: (name . code | (macro . function)).
OWNER: the lambda around. EXTENTS: dynamic bindings and cleanups around, within the owner."
  variables functions blocks tags owner extents)

(defun global-scope (owner)
  (make-scope '() '() '() '() owner '()))

(defun scope-with (scope &key (variables (scope-variables scope)) (functions (scope-functions scope))
                           (blocks (scope-blocks scope)) (tags (scope-tags scope)) (owner (scope-owner scope))
                           (extents (scope-extents scope)))
  (make-scope variables functions blocks tags owner extents))

(defun find-local-function (name scope)
  (cdr (assoc name (scope-functions scope) :test #'equal)))

;;; Macro expansion, for the compiler and for the expanders that it calls

(defconstant +most-expansion-steps+ 1000)

(defun macro-expander (name scope)
  "The expander of the macro NAME, or NIL."
  (let ((local (and scope (find-local-function name scope))))
    (cond ((consp local) (cdr local))
          (local nil)
          (t (let ((definition (find-definition 'macro name)))
               (and definition (force-definition definition)))))))

(defun expand-macro-call (form scope expander)
  (handler-case (call-in-world (environment-world *environment*) expander form scope)
    (source-failure (condition) (error condition))
    (error (condition)
      (fail "macro-error" form "macro " (car form) " signalled: " (condition-text condition)))))

(defun condition-text (condition)
  "The report of CONDITION on one line."
  (let ((text (princ-to-string condition)))
    (substitute #\Space #\Newline text)))

(defun target-macroexpand-1 (form &optional scope)
  (cond ((and (symbolp form) form)
         (let ((expansion (symbol-macro form scope)))
           (if expansion (values (cdr expansion) t) (values form nil))))
        ((and (consp form) (symbolp (car form)))
         (let ((expander (macro-expander (car form) scope)))
           (if expander
               (values (expand-macro-call form scope expander) t)
               (let ((definer (definer-macro (car form) scope)))
                 (if definer
                     (values (funcall definer form) t)
                     (values form nil))))))
        (t (values form nil))))

(defun target-macroexpand (form &optional scope)
  (let ((any nil) (steps 0))
    (loop
      (multiple-value-bind (expansion expanded) (target-macroexpand-1 form scope)
        (unless expanded
          (return (values form any)))
        (setf form expansion)
        (setf any t)
        (setf steps (+ steps 1))
        (when (> steps +most-expansion-steps+)
          (fail "limit-exceeded" form "more than 1000 macro expansion steps"))))))

(defun target-get-setf-expansion (place &optional scope)
  "What the library's GET-SETF-EXPANSION of the program says."
  (let ((definition (find-definition 'helper 'get-setf-expansion)))
    (unless definition
      (fail "missing-function" place "no setf yet: GET-SETF-EXPANSION is not defined for macros"))
    (funcall (force-definition definition) place scope)))

(defun target-macro-function (name &optional scope)
  (or (macro-expander name scope)
      (let ((definer (definer-macro name scope)) (environment *environment*) (source *source*))
        (and definer
             (lambda (form scope)
               (declare (ignore scope))
               (let ((*environment* environment) (*source* source))
                 (funcall definer form)))))))

(defun symbol-macro (symbol scope)
  "(symbol-macro . expansion) or NIL."
  (let ((local (and scope (assoc symbol (scope-variables scope) :test #'eq))))
    (cond ((null local)
           (let ((definition (find-definition 'symbol-macro symbol)))
             (and definition (cons 'symbol-macro (definition-value definition)))))
          ((consp (cdr local)) (cdr local))
          (t nil))))

(defun target-constantp (form &optional scope)
  (declare (ignore scope))
  (cond ((consp form) (eq (car form) 'quote))
        ((symbolp form) (or (null form) (eq form t) (keywordp form) (if (find-definition 'constant form) t nil)))
        (t t)))

(defun setf-expander-of (name &optional scope)
  "The setf expander of NAME, or NIL; a local function of that name hides it."
  (if (and scope (find-local-function name scope))
      nil
      (let ((definition (find-definition 'setf name)))
        (and definition
             (setf-expander-value definition)))))

(defun setf-expander-value (definition)
  (or (definition-forced definition)
      (setf (definition-forced definition)
            (evaluate-definition definition (definition-form definition)))))

(defun type-expander-of (name)
  (let ((definition (find-definition 'type name)))
    (and definition (setf-expander-value definition))))

(defun install-kernel-functions ()
  "Let compile-time code of the program call what looks into its environment."
  (let ((kernel (find-world-package (environment-world *environment*) "CLYSM.KERNEL")))
    (setf (symbol-function (intern "%SETF-EXPANDER" kernel)) #'setf-expander-of)
    (setf (symbol-function (intern "%TYPE-EXPANDER" kernel)) #'type-expander-of)
    (setf (symbol-function (intern "%STRUCTURE" kernel)) #'structure-of)
    (setf (symbol-function (library-symbol "%RUNTIME-SETF-EXPANDER")) #'setf-expander-of)
    (setf (symbol-function (library-symbol "%RUNTIME-TYPE-EXPANDER")) #'type-expander-of)
    (setf (symbol-function (library-symbol "%RUNTIME-STRUCTURE")) #'structure-of)
    (setf (symbol-function (library-symbol "%MACRO-ARGUMENT")) #'macro-argument)
    (setf (symbol-function (library-symbol "%MACRO-END")) #'macro-end)
    (setf (symbol-function (library-symbol "%MACRO-KEYWORD")) #'macro-keyword)
    (setf (symbol-function (library-symbol "%MACRO-KEYWORDS")) #'macro-keywords)))

(defvar *own-library* nil
  "The package CLYSM.LIBRARY of the running image, which gives it here.")

(defun library-symbol (name)
  "The symbol of the program's package CLYSM.LIBRARY; in code for the running image, that of its own library."
  (values (intern name (if *live-literals*
                           *own-library*
                           (find-world-package (environment-world *environment*) "CLYSM.LIBRARY")))))

(defun compile-time-environment (environment running-definition)
  "The environment in which code runs at compile time: standard names mean what they mean in the running image (ask
RUNNING-DEFINITION), all others what ENVIRONMENT says."
  (if (environment-lookup environment)
      environment
      (let ((result (%make-environment (environment-world environment) nil)))
        (setf (environment-lookup result)
              (lambda (kind name)
                (if (shared-symbol-p (if (consp name) (second name) name))
                    (funcall running-definition kind name)
                    (let ((*environment* environment))
                      (find-definition kind name)))))
        result)))

(defun structure-of (name)
  "The description of the structure NAME, or NIL."
  (let ((definition (find-definition 'structure name)))
    (and definition (definition-value definition))))
