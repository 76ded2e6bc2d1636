;;;; From forms to the intermediate form: macros are expanded, names resolved, special operators turned into nodes.

(in-package "CLYSM.COMPILER")

(defvar *special-operators* (make-hash-table :test #'eq)
  "Operator -> function of form and scope that makes its node.")

(defmacro define-operator (name lambda-list &rest body)
  "How a form (NAME . LAMBDA-LIST) becomes a node; the body sees FORM and SCOPE too."
  (list 'setf (list 'gethash (list 'quote name) '*special-operators*)
        (list 'lambda '(form scope)
              (list 'destructure-operands lambda-list '(cdr form) 'form
                    (cons 'progn body)))))

(defmacro destructure-operands (lambda-list operands form body)
  "Bind the operands of a special form: required names, then perhaps &optional names or &rest name."
  (let ((bindings '()) (state 'required) (count 0) (most 0) (open nil))
    (dolist (item lambda-list)
      (case item
        (&optional (setf state 'optional))
        (&rest (setf state 'rest))
        (t (ecase state
             (required (setf count (+ count 1)) (setf most (+ most 1))
              (push (list item '(pop operands)) bindings))
             (optional (setf most (+ most 1)) (push (list item '(pop operands)) bindings))
             (rest (setf open t) (push (list item 'operands) bindings))))))
    (list 'let* (cons (list 'operands operands) (reverse bindings))
          (list 'declare (list* 'ignorable 'operands (mapcar #'first bindings)))
          (list 'check-operands form count (if open nil most))
          body)))

(defun check-operands (form least most)
  (unless (proper-list-p form)
    (fail "syntax-error" form "a form is a proper list"))
  (let ((count (- (length form) 1)))
    (when (or (< count least) (and most (> count most)))
      (fail "syntax-error" form (car form) " does not take " (decimal-text count) " operands"))))

(defun convert (form scope)
  (cond ((consp form) (convert-compound form scope))
        ((symbolp form) (convert-symbol form scope))
        (t (convert-literal form scope))))

(defun convert-all (forms scope)
  (mapcar (lambda (form) (convert form scope)) forms))

(defun convert-body (forms scope)
  "The forms of a progn."
  (cond ((null forms) (make-constant nil))
        ((null (cdr forms)) (convert (car forms) scope))
        (t (make-progression (convert-all forms scope)))))

;;; Variables

(defun convert-symbol (symbol scope)
  (if (or (null symbol) (eq symbol t) (keywordp symbol))
      (make-constant symbol)
      (let ((local (assoc symbol (scope-variables scope) :test #'eq)))
        (cond ((null local) (convert-global-variable symbol scope))
              ((lexical-p (cdr local)) (refer (cdr local) scope) (make-reference (cdr local)))
              ((consp (cdr local)) (convert-symbol-expansion symbol (cddr local) scope))
              (t (make-global-reference symbol))))))

(defun convert-global-variable (symbol scope)
  (let ((constant (find-definition 'constant symbol)))
    (if (and constant (definition-value constant))
        (make-constant (car (definition-value constant)))
        (let ((macro (find-definition 'symbol-macro symbol)))
          (cond (macro (convert-symbol-expansion symbol (definition-value macro) scope))
                (t (unless (or constant (find-definition 'variable symbol))
                     (note-free-variable symbol))
                   (make-global-reference symbol)))))))

(defvar *free-variables* '()
  "Symbols used as variables in this form although nothing declares them: (symbol . position or NIL), one for each.")

(defun note-free-variable (symbol)
  (unless (assoc symbol *free-variables* :test #'eq)
    (push (cons symbol *place*) *free-variables*)))

(defun refer (variable scope)
  "VARIABLE is used in SCOPE: if that is another lambda than its own, it is captured by all between."
  (let ((code (scope-owner scope)) (owner (lexical-owner variable)))
    (unless (eq code owner)
      (setf (lexical-captured variable) t)
      (loop
        (when (or (eq code owner) (null code)) (return))
        (unless (member variable (code-free code) :test #'eq)
          (push variable (code-free code)))
        (setf code (code-parent code))))
    variable))

(defun special-variable-p (symbol)
  "Is SYMBOL globally special?"
  (if (find-definition 'variable symbol) t nil))

(defun bindable (symbol form)
  (unless (variable-name-p symbol)
    (fail "syntax-error" form "not a variable: " symbol))
  (when (find-definition 'constant symbol)
    (fail "syntax-error" form "cannot bind the constant " symbol))
  symbol)

;;; Compound forms

(defvar *positions* nil
  "List cell -> position in the source, for the module that is being compiled.")

(defun convert-compound (form scope)
  (let ((operator (car form))
        (*place* (or (and *positions* (gethash form *positions*)) *place*)))
    (cond
      ((symbolp operator)
       (let ((local (find-local-function operator scope)))
         (cond ((code-p local) (convert-local-call form local scope))
               (local (convert-expansion form scope (cdr local)))
               ((gethash operator *special-operators*)
                (funcall (gethash operator *special-operators*) form scope))
               (t (convert-global-operator form scope)))))
      ((and (consp operator) (eq (car operator) 'lambda))
       (convert-lambda-call operator (cdr form) form scope))
      (t (fail "syntax-error" form "not an operator: " operator)))))

(defvar *expanded-form* nil
  "The innermost macro form around what is converted that was read from the source.")

(defvar *expansion-depth* 0)

(defun next-expansion-depth (form)
  (when (= *expansion-depth* +most-expansion-steps+)
    (fail "limit-exceeded" form "more than 1000 macro expansion steps"))
  (+ *expansion-depth* 1))

(defun convert-expansion (form scope expander)
  (let ((*expansion-depth* (next-expansion-depth form))
        (expansion (expand-macro-call form scope expander))
        (*expanded-form* (if (and *positions* (gethash form *positions*)) form *expanded-form*)))
    (inherit-position expansion form)
    (convert expansion scope)))

(defun convert-symbol-expansion (symbol expansion scope)
  (let ((*expansion-depth* (next-expansion-depth symbol)))
    (convert expansion scope)))

(defun inherit-position (expansion form)
  "What a macro made stands where the macro form stands, unless it was read itself."
  (when (and (consp expansion) *positions*)
    (unless (gethash expansion *positions*)
      (let ((position (gethash form *positions*)))
        (when position
          (setf (gethash expansion *positions*) position))))))

(defun convert-global-operator (form scope)
  (let* ((operator (car form))
         (macro (find-definition 'macro operator)))
    (if macro
        (convert-expansion form scope (force-definition macro))
        (let ((definer (definer-macro operator scope)))
          (if definer
              (convert-expansion form scope (lambda (form scope) (declare (ignore scope)) (funcall definer form)))
              (convert-call form scope))))))

(defun check-arguments (form)
  (unless (proper-list-p form)
    (fail "syntax-error" form "a function call is a proper list")))

;;; Local functions

(defun convert-local-call (form code scope)
  (check-arguments form)
  (let* ((arguments (convert-all (cdr form) scope))
         (count (length arguments))
         (positional (+ (code-required code) (code-optional code))))
    (cond ((or (code-key-p code) (< count (code-required code))
               (and (> count positional) (null (code-rest code))))
           (make-function-call (refer-function code scope) arguments))
          (t
           (note-local-call code scope)
           (make-local-call code (if (code-rest code)
                                     (arguments-with-rest arguments positional)
                                     arguments))))))

(defun arguments-with-rest (arguments positional)
  "ARGUMENTS for the parameters of a function of POSITIONAL parameters and a rest list."
  (let ((missing (max 0 (- positional (length arguments)))))
    (append (butlast arguments (max 0 (- (length arguments) positional)))
            (mapcar (lambda (index) (declare (ignore index)) (primitive "%UNSUPPLIED")) (make-list missing))
            (list (list-node (nthcdr positional arguments) (make-constant nil))))))

(defun note-local-call (code scope)
  (let ((caller (scope-owner scope)))
    (unless (member code (code-calls caller) :test #'eq)
      (push code (code-calls caller)))))

(defun refer-function (code scope)
  "The function object of a local function."
  (note-local-call code scope)
  (setf (code-escapes code) t)
  (make-closure code))

;;; Lambda

(defun convert-lambda (name lambda-list body form scope &key block)
  "A code for (lambda LAMBDA-LIST . BODY); BLOCK: name of the block around the body, as a list."
  (let ((code (make-code name (scope-owner scope))))
    (convert-lambda-into code lambda-list body form scope block)
    code))

(defun convert-lambda-into (code lambda-list body form scope block)
  (let ((parsed (parse-lambda-list lambda-list form)))
    (if (> (+ (length (lambda-list-required parsed)) (length (lambda-list-optional parsed))
              (if (lambda-list-rest parsed) 1 0) (length (lambda-list-keys parsed)))
           (- +most-parameters+ 1))
        (convert-long-lambda code lambda-list body form scope block)
        (multiple-value-bind (forms declarations) (parse-body body form t)
          (declare-parameters code parsed)
          (setf (code-body code)
                (bind-parameters code parsed (code-variables code) declarations
                                 (if block (list (list* 'block (car block) forms)) forms)
                                 (scope-with scope :owner code :extents '())))))))

(defun convert-long-lambda (code lambda-list body form scope block)
  "A lambda list longer than any entry: take the arguments as a list and match that."
  (let ((arguments (fresh-symbol "ARGUMENTS")))
    (multiple-value-bind (forms declarations) (parse-body body form t)
      (convert-lambda-into
       code (list '&rest arguments)
       (list (list* 'let* (reverse (destructure lambda-list arguments (code-name code) form nil))
                    (list 'declare (list 'ignorable arguments))
                    (append (if declarations (list (cons 'declare declarations)) '())
                            (if block (list (list* 'block (car block) forms)) forms))))
       form scope nil))))

(defun declare-parameters (code parsed)
  (flet ((fresh (symbol) (make-lexical symbol code)))
    (setf (code-required code) (length (lambda-list-required parsed)))
    (setf (code-optional code) (length (lambda-list-optional parsed)))
    (setf (code-rest code) (if (lambda-list-rest parsed) t nil))
    (setf (code-keys code) (mapcar #'first (lambda-list-keys parsed)))
    (setf (code-key-p code) (lambda-list-key-p parsed))
    (setf (code-allow-other-keys code) (lambda-list-allow-other-keys parsed))
    (setf (code-variables code)
          (append (mapcar #'fresh (lambda-list-required parsed))
                  (mapcar (lambda (item) (fresh (first item))) (lambda-list-optional parsed))
                  (if (lambda-list-rest parsed) (list (fresh (lambda-list-rest parsed))) '())
                  (mapcar (lambda (item) (fresh (second item))) (lambda-list-keys parsed))))))

(defun bind-parameters (code parsed variables declarations forms scope)
  "The body of CODE: visible variables are bound one after the other to the raw parameters or their defaults."
  (let ((specials (declared-special declarations))
        (todo '()))
    (flet ((next (symbol default supplied)
             (push (list symbol (pop variables) default supplied) todo)))
      (dolist (symbol (lambda-list-required parsed)) (next symbol nil 'required))
      (dolist (item (lambda-list-optional parsed)) (next (first item) (second item) (list (third item))))
      (when (lambda-list-rest parsed) (next (lambda-list-rest parsed) nil 'required))
      (dolist (item (lambda-list-keys parsed)) (next (second item) (third item) (list (fourth item))))
      (bind-next-parameter code (reverse todo) (lambda-list-aux parsed) specials declarations forms scope))))

(defun bind-next-parameter (code todo aux specials declarations forms scope)
  (if (null todo)
      (convert-let* aux (if declarations (cons (cons 'declare declarations) forms) forms) nil scope)
      (let* ((row (car todo))
             (symbol (first row)) (variable (second row)) (default (third row)) (supplied (fourth row)))
        (flet ((continue-with (scope)
                 (bind-next-parameter code (cdr todo) aux specials declarations forms scope))
               (value ()
                 (if (eq supplied 'required)
                     (make-reference variable)
                     (make-conditional (unsupplied-test variable)
                                       (convert default scope)
                                       (make-reference variable)))))
          (let ((special (or (member symbol specials) (special-variable-p symbol))))
            (cond
              ((and (consp supplied) (car supplied))
               ;; first the supplied-p variable: the raw parameter stays as it is
               (let ((flag (make-lexical (car supplied) code)))
                 (make-binding
                  (list flag)
                  (list (make-conditional (unsupplied-test variable) (make-constant nil) (make-constant t)))
                  (bind-value symbol special (value)
                              (scope-with scope :variables (acons (car supplied) flag (scope-variables scope)))
                              #'continue-with))))
              ((and (eq supplied 'required) (not special))
               (continue-with (scope-with scope :variables (acons symbol variable (scope-variables scope)))))
              (t (bind-value symbol special (value) scope #'continue-with))))))))

(defun unsupplied-test (variable)
  (make-primitive-call "%UNSUPPLIED-P" (gethash "%UNSUPPLIED-P" *primitives*) (list (make-reference variable))))

(defun bind-value (symbol special value scope continue-with)
  "Bind SYMBOL to the node VALUE around what CONTINUE-WITH makes of the new scope."
  (if special
      (let ((extent (list symbol)))
        (make-special-binding
         symbol value
         (funcall continue-with
                  (scope-with scope
                              :variables (acons symbol 'special (scope-variables scope))
                              :extents (cons extent (scope-extents scope))))))
      (let ((variable (make-lexical symbol (scope-owner scope))))
        (make-binding (list variable) (list value)
                      (funcall continue-with
                               (scope-with scope :variables (acons symbol variable (scope-variables scope))))))))

(defun convert-lambda-call (lambda-form arguments form scope)
  "((lambda ...) argument...): a let where the lambda list is plain."
  (let ((lambda-list (second lambda-form)))
    (if (and (proper-list-p lambda-list) (= (length lambda-list) (length arguments))
             (notany (lambda (item) (member item lambda-list-keywords)) lambda-list)
             (every #'variable-name-p lambda-list))
        (multiple-value-bind (forms declarations) (parse-body (cddr lambda-form) form t)
          (convert-let (mapcar #'list lambda-list arguments) (cons (cons 'declare declarations) forms) form scope))
        (make-function-call (make-closure (note-escape (convert-lambda 'lambda lambda-list (cddr lambda-form) form scope)))
                            (convert-all arguments scope)))))

(defun note-escape (code)
  (setf (code-escapes code) t)
  code)

;;; let and let*

(defun binding-name (binding form)
  (let ((name (if (consp binding) (car binding) binding)))
    (when (and (consp binding) (or (not (listp (cdr binding))) (cddr binding)))
      (fail "syntax-error" form "malformed binding " binding))
    (bindable name form)))

(defun binding-form (binding)
  (if (consp binding) (cadr binding) nil))

(defun convert-let (bindings body form scope)
  (unless (proper-list-p bindings)
    (fail "syntax-error" form "bindings are a proper list"))
  (multiple-value-bind (forms declarations) (parse-body body form)
    (let* ((specials (declared-special declarations))
           (names (mapcar (lambda (binding) (binding-name binding form)) bindings))
           (values (mapcar (lambda (binding) (convert (binding-form binding) scope)) bindings))
           (variables (mapcar (lambda (name) (make-lexical name (scope-owner scope))) names))
           (inner (scope-variables scope))
           (dynamic '()))
      ;; all values first, in order; then the special ones are bound from plain variables
      (mapc (lambda (name variable)
              (if (or (member name specials) (special-variable-p name))
                  (progn (push (cons name variable) dynamic)
                         (push (cons name 'special) inner))
                  (push (cons name variable) inner)))
            names variables)
      (make-binding variables values
                    (bind-dynamically (reverse dynamic) declarations forms
                                      (scope-with scope :variables inner))))))

(defun bind-dynamically (dynamic declarations forms scope)
  (if (null dynamic)
      (convert-declared-body declarations forms scope)
      (let ((pair (car dynamic)))
        (make-special-binding
         (car pair) (make-reference (cdr pair))
         (bind-dynamically (cdr dynamic) declarations forms
                           (scope-with scope :extents (cons pair (scope-extents scope))))))))

(defun convert-declared-body (declarations forms scope)
  "FORMS with the free special declarations among DECLARATIONS."
  (check-declarations declarations)
  (let ((variables (scope-variables scope)))
    (dolist (name (declared-special declarations))
      (unless (eq (cdr (assoc name variables :test #'eq)) 'special)
        (push (cons name 'special) variables)))
    (convert-body forms (scope-with scope :variables variables))))

(defparameter *known-declarations*
  '(special ignore ignorable type ftype optimize inline notinline dynamic-extent declaration values
    fixnum integer single-float double-float float character string simple-string list cons symbol function
    simple-vector vector array bit number real rational t hash-table simple-array simple-bit-vector unsigned-byte
    signed-byte bit-vector null atom keyword sequence base-char base-string simple-base-string short-float long-float
    boolean condition ratio complex bignum package pathname random-state readtable stream standard-char compiled-function
    extended-char logical-pathname restart broadcast-stream concatenated-stream echo-stream file-stream string-stream
    synonym-stream two-way-stream class built-in-class standard-class structure-class standard-object structure-object
    method standard-method generic-function standard-generic-function method-combination
    arithmetic-error cell-error control-error division-by-zero end-of-file error file-error
    floating-point-inexact floating-point-invalid-operation floating-point-overflow floating-point-underflow
    package-error parse-error print-not-readable program-error reader-error serious-condition simple-condition
    simple-error simple-type-error simple-warning storage-condition stream-error style-warning type-error
    unbound-slot unbound-variable undefined-function warning))

(defun check-declarations (declarations)
  (dolist (declaration declarations)
    (unless (and (consp declaration)
                 (or (member (car declaration) *known-declarations*)
                     (consp (car declaration))
                     (find-definition 'declaration (car declaration))
                     (find-definition 'type (car declaration))
                     (structure-of (car declaration))))
      (fail "unsupported-declaration" declaration "unknown declaration " declaration))))

(defun convert-let* (bindings body form scope)
  (unless (proper-list-p bindings)
    (fail "syntax-error" form "bindings are a proper list"))
  (multiple-value-bind (forms declarations) (parse-body body form)
    (convert-sequential bindings (declared-special declarations) declarations forms form scope)))

(defun convert-sequential (bindings specials declarations forms form scope)
  (if (null bindings)
      (convert-declared-body declarations forms scope)
      (let ((name (binding-name (car bindings) form)))
        (bind-value name (or (member name specials) (special-variable-p name))
                    (convert (binding-form (car bindings)) scope)
                    scope
                    (lambda (scope)
                      (convert-sequential (cdr bindings) specials declarations forms form scope))))))
