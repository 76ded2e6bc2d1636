;;;; Calls of global functions: primitives, inline functions, and the forms of standard functions that have better code.

(in-package "CLYSM.COMPILER")

(defun convert-call (form scope)
  "A call of a global function: the operator is no macro, special operator or local name."
  (check-arguments form)
  (let* ((operator (car form))
         (home (symbol-home (environment-world *environment*) operator)))
    (cond
      ((equal home "CLYSM.KERNEL") (convert-kernel-call form scope))
      ((equal home "COMMON-LISP") (convert-standard-call form scope))
      (t (convert-user-call operator (cdr form) form scope)))))

(defun convert-user-call (name arguments form scope)
  (let ((inline (find-inline name scope)))
    (if inline
        (convert-inline-call inline (convert-all arguments scope) form scope)
        (progn
          (check-argument-count name (length arguments) form)
          (note-called-function name form)
          (make-call name (convert-all arguments scope))))))

(defvar *called-functions* '()
  "Global functions that the current form refers to: (name . form), one for each name; the form is the innermost that was
read from the source.")

(defun note-called-function (name form)
  (unless (assoc name *called-functions* :test #'equal)
    (push (cons name (if (and *expanded-form* *positions* (not (gethash form *positions*))) *expanded-form* form))
          *called-functions*)))

(defun find-inline (name scope)
  "Lambda expression of the inline function NAME, or NIL."
  (declare (ignore scope))
  (let ((definition (find-definition 'inline name)))
    (and definition (definition-form definition))))

(defvar *inline-depth* 0)

(defun convert-inline-call (lambda-form arguments form scope)
  "LAMBDA-FORM was closed in no scope: bind its parameters to ARGUMENTS, already nodes, and nothing else.
Where that can not be decided here, an ordinary call."
  (let ((parsed (parse-lambda-list (second lambda-form) form)))
    (if (and (< *inline-depth* 20) (inline-fits-p parsed arguments))
        (let* ((*inline-depth* (+ *inline-depth* 1))
               (owner (scope-owner scope))
               (variables (mapcar (lambda (node) (declare (ignore node)) (make-lexical 'argument owner)) arguments)))
          (make-binding variables arguments
                        (bind-inline parsed variables arguments lambda-form form
                                     (make-scope '() '() '() '() owner (scope-extents scope)))))
        (progn
          (check-argument-count (car form) (length arguments) form)
          (note-called-function (car form) form)
          (make-call (car form) arguments)))))

(defun inline-fits-p (parsed arguments)
  "Do ARGUMENTS match the lambda list, with every keyword a constant that it knows?"
  (let ((positional (+ (length (lambda-list-required parsed)) (length (lambda-list-optional parsed)))))
    (and (null (lambda-list-rest parsed))
         (null (lambda-list-aux parsed))
         (not (lambda-list-allow-other-keys parsed))
         (>= (length arguments) (length (lambda-list-required parsed)))
         (or (<= (length arguments) positional)
             (and (lambda-list-key-p parsed)
                  (known-keywords-p parsed (nthcdr positional arguments)))))))

(defun known-keywords-p (parsed arguments)
  (loop
    (when (null arguments) (return t))
    (unless (and (constant-p (car arguments))
                 (assoc (constant-value (car arguments)) (lambda-list-keys parsed) :test #'eq)
                 (cdr arguments))
      (return nil))
    (setf arguments (cddr arguments))))

(defun bind-inline (parsed variables nodes lambda-form form scope)
  "Parameters in order, each bound to its argument's variable or to its default in the scope of those before."
  (let ((rows '()) (rest variables) (rest-nodes nodes))
    (dolist (name (lambda-list-required parsed))
      (push (list name (pop rest) nil nil) rows)
      (pop rest-nodes))
    (dolist (item (lambda-list-optional parsed))
      (push (list (first item) (pop rest) (second item) (third item)) rows)
      (pop rest-nodes))
    (dolist (item (lambda-list-keys parsed))
      (push (list (second item) (keyword-variable (first item) rest rest-nodes) (third item) (fourth item)) rows))
    (bind-inline-rows (reverse rows) lambda-form form scope)))

(defun keyword-variable (keyword variables nodes)
  "The variable behind the first KEYWORD among NODES, or NIL."
  (loop
    (when (null nodes) (return nil))
    (when (eq (constant-value (car nodes)) keyword)
      (return (cadr variables)))
    (setf nodes (cddr nodes))
    (setf variables (cddr variables))))

(defun bind-inline-rows (rows lambda-form form scope)
  (if (null rows)
      (convert-let* '() (cddr lambda-form) form scope)
      (let* ((row (car rows)) (name (first row)) (variable (second row)) (flag (fourth row)))
        (flet ((with-flag (scope)
                 (if flag
                     (bind-value flag nil (make-constant (if variable t nil)) scope
                                 (lambda (scope) (bind-inline-rows (cdr rows) lambda-form form scope)))
                     (bind-inline-rows (cdr rows) lambda-form form scope))))
          (cond ((special-variable-p name)
                 (bind-value name t (if variable (make-reference variable) (convert (third row) scope)) scope #'with-flag))
                (variable
                 (with-flag (scope-with scope :variables (acons name variable (scope-variables scope)))))
                (t (bind-value name nil (convert (third row) scope) scope #'with-flag)))))))

;;; What is known about the arguments of a function: (least most) in its definition, most NIL if open.

(defvar *warnings* '()
  "Diagnostics of severity warning for the current form, the newest first: (category message form).")

(defun warn-about (category form &rest parts)
  (push (list category (message-text parts) form) *warnings*))

(defun check-argument-count (name count form)
  (let ((definition (peek-definition 'function name)))
    (when (and definition (consp (definition-value definition)))
      (let ((least (first (definition-value definition))) (most (second (definition-value definition))))
        (when (or (< count least) (and most (> count most)))
          (warn-about "syntax-error" form name " is called with " (decimal-text count) " arguments, but takes "
                      (decimal-text least) (if (eql least most) "" (if most (concatenate 'string " to " (decimal-text most))
                                                                       " or more"))))))))

;;; Primitives

(defun primitive-row (name count)
  "The row of the primitive NAME if it takes COUNT arguments."
  (let ((row (gethash name *primitives*)))
    (if (and row (= (length (first row)) count)) row nil)))

(defparameter *kernel-forms*
  (list
   (cons "%LAYOUT"
         (lambda (form scope)
           (declare (ignore scope))
           (make-layout-constant (if (symbolp (second form)) (second form) (quoted-symbol (second form) form)))))
   (cons "%SLOT-REF"
         (lambda (form scope)
           (make-slot-access (convert (second form) scope) (fourth form) (quoted-symbol (third form) form) nil)))
   (cons "%SLOT-SET"
         (lambda (form scope)
           (make-slot-access (convert (second form) scope) (fourth form) (quoted-symbol (third form) form)
                             (convert (fifth form) scope))))
   (cons "%STRUCTUREP"
         (lambda (form scope)
           (make-structure-test (convert (second form) scope) (quoted-symbol (third form) form))))
   (cons "%MAKE-STRUCTURE"
         (lambda (form scope)
           (make-primitive-call "%MAKE-STRUCTURE" nil
                                (cons (make-layout-constant (quoted-symbol (second form) form))
                                      (convert-all (cddr form) scope)))))
   (cons "%ASSIGNED-FUNCTION"
         (lambda (form scope)
           (declare (ignore scope))
           (let ((name (second form)))
             (unless (function-name-p name)
               (fail "syntax-error" form name " is not the name of a function"))
             (note-assigned-function name)
             (make-constant name))))
   (cons "%SETF-EXPANDER" (lambda (form scope) (convert-environment-call "%RUNTIME-SETF-EXPANDER" form scope)))
   (cons "%TYPE-EXPANDER" (lambda (form scope) (convert-environment-call "%RUNTIME-TYPE-EXPANDER" form scope)))
   (cons "%STRUCTURE" (lambda (form scope) (convert-environment-call "%RUNTIME-STRUCTURE" form scope)))
   (cons "%DEFINE-SETF-EXPANDER"
         (lambda (form scope) (convert-environment-definition "%ADD-SETF-EXPANDER" form scope)))
   (cons "%DEFINE-TYPE-EXPANDER"
         (lambda (form scope) (convert-environment-definition "%ADD-TYPE-EXPANDER" form scope))))
  "Operators of CLYSM.KERNEL that are more than a primitive call.")

(defun convert-kernel-call (form scope)
  (let* ((name (symbol-name (car form)))
         (row (gethash name *primitives*))
         (handler (if row nil (cdr (assoc name *kernel-forms* :test #'string=)))))
    (cond (handler (funcall handler form scope))
          ((null row) (fail "unsupported-special-form" form "no primitive " (car form)))
          ((/= (length (first row)) (length (cdr form)))
           (fail "syntax-error" form "primitive " (car form) " takes " (decimal-text (length (first row))) " arguments"))
          (t (make-primitive-call name row (convert-all (cdr form) scope))))))

(defun primitive (name &rest arguments)
  (make-primitive-call name (gethash name *primitives*) arguments))

(defun quoted-symbol (x form)
  (unless (and (consp x) (eq (car x) 'quote) (consp (cdr x)) (symbolp (cadr x)))
    (fail "syntax-error" form "expected a quoted symbol, found " x))
  (cadr x))

(defun convert-environment-call (name form scope)
  "At run time the definitions of the running image are asked, by a function of the library; at compile time those of the
program, by the function that INSTALL-KERNEL-FUNCTIONS gave to the operator itself."
  (let ((function (if (compile-time-code-p) (car form) (library-symbol name))))
    (note-called-function function form)
    (make-call function (convert-all (cdr form) scope))))

(defun convert-environment-definition (name form scope)
  "At run time the running image gets a definition. At compile time that is an effect of the top-level form."
  (if (compile-time-code-p)
      (convert (second form) scope)
      (convert-environment-call name form scope)))

(defun compile-time-code-p ()
  "Is the code that is being converted for the compile time of a program?"
  (and *live-literals* (world-prefix (environment-world *environment*))))

;;; Standard functions

(defvar *standard-calls* (make-hash-table :test #'eq)
  "Name of a standard function -> function of form and scope that gives a node, or NIL for an ordinary call.")

(defmacro define-standard-call (names &rest body)
  "Better code for calls of NAMES; the body sees FORM, ARGUMENTS (not converted), COUNT and SCOPE."
  (list 'dolist (list 'name (list 'quote names))
        (list 'setf '(gethash name *standard-calls*)
              (list 'lambda '(form scope)
                    (list 'let* '((arguments (cdr form)) (count (length arguments)))
                          '(declare (ignorable arguments count))
                          (cons 'progn body))))))

(defparameter *standard-macros*
  '(and assert call-method case ccase check-type cond ctypecase decf declaim defclass defconstant defgeneric
    define-compiler-macro define-condition define-method-combination define-modify-macro define-setf-expander
    define-symbol-macro defmacro defmethod defpackage defparameter defsetf defstruct deftype defun defvar
    destructuring-bind do do* do-all-symbols do-external-symbols do-symbols dolist dotimes ecase etypecase formatter
    handler-bind handler-case ignore-errors in-package incf loop loop-finish make-method
    multiple-value-setq nth-value or pop pprint-exit-if-list-exhausted pprint-logical-block pprint-pop
    print-unreadable-object prog prog* prog1 prog2 psetf psetq push pushnew remf restart-bind restart-case return
    rotatef setf shiftf step time trace typecase unless untrace when with-accessors with-compilation-unit
    with-condition-restarts with-hash-table-iterator with-input-from-string with-open-file with-open-stream
    with-output-to-string with-package-iterator with-simple-restart with-slots with-standard-io-syntax)
  "The macros of the standard (CLHS 1.9): used without a definition they are an error, never a function call.")

(defun convert-standard-call (form scope)
  (let* ((operator (car form))
         (special (gethash operator *standard-calls*)))
    (or (and special (not (find-definition 'notinline operator)) (funcall special form scope))
        (let ((row (primitive-row (symbol-name operator) (length (cdr form)))))
          (and row (make-primitive-call (symbol-name operator) row (convert-all (cdr form) scope))))
        (progn
          (when (member operator *standard-macros*)
            (fail "unsupported-macro" form "standard macro " operator " is not defined"))
          (when (special-operator-name-p operator)
            (fail "unsupported-special-form" form "special operator " operator " is not implemented"))
          (convert-user-call operator (cdr form) form scope)))))

(defun special-operator-name-p (name)
  (member name '(block catch eval-when flet function go if labels let let* load-time-value locally macrolet
                 multiple-value-call multiple-value-prog1 progn progv quote return-from setq symbol-macrolet tagbody
                 the throw unwind-protect)))

;;; Arithmetic: any number of arguments becomes two-argument primitives.

(defun left-fold (primitive nodes)
  (let ((result (car nodes)))
    (dolist (node (cdr nodes))
      (setf result (primitive primitive result node)))
    result))

(defvar *fold-constants* t
  "Compute arithmetic on small integer constants at compile time?")

(defun fold-constants (operator nodes)
  "The value of OPERATOR on constant small integers, or NIL."
  (if (and *fold-constants*
           (every (lambda (node) (and (constant-p node) (target-fixnum-p (constant-value node)))) nodes))
      (apply operator (mapcar #'constant-value nodes))
      nil))

(defun convert-sum (operator primitive identity form scope)
  (let* ((nodes (convert-all (cdr form) scope))
         (value (fold-constants operator nodes)))
    (cond (value (make-constant value))
          ((null nodes) (make-constant identity))
          ((null (cdr nodes)) nil)
          (t (left-fold primitive nodes)))))

(define-standard-call (+) (convert-sum #'+ "%ADD2" 0 form scope))
(define-standard-call (*) (convert-sum #'* "%MUL2" 1 form scope))
(define-standard-call (logand) (and (> count 1) (convert-sum #'logand "%LOGAND2" -1 form scope)))
(define-standard-call (logior) (and (> count 1) (convert-sum #'logior "%LOGIOR2" 0 form scope)))
(define-standard-call (logxor) (and (> count 1) (convert-sum #'logxor "%LOGXOR2" 0 form scope)))

(define-standard-call (-)
  (let ((nodes (convert-all arguments scope)))
    (cond ((= count 0) nil)
          ((fold-constants #'- nodes) (make-constant (fold-constants #'- nodes)))
          ((= count 1) (library-call "%NEGATE" form nodes))
          (t (left-fold "%SUB2" nodes)))))

(defun library-call (name form nodes)
  (let ((symbol (library-symbol name)))
    (note-called-function symbol form)
    (make-call symbol nodes)))

(define-standard-call (/)
  (and (= count 2) (library-call "%DIVIDE" form (convert-all arguments scope))))

(define-standard-call (1+) (and (= count 1) (primitive "%ADD2" (convert (car arguments) scope) (make-constant 1))))
(define-standard-call (1-) (and (= count 1) (primitive "%SUB2" (convert (car arguments) scope) (make-constant 1))))

(define-standard-call (ash)
  (two-argument-call "%ASH2" arguments scope))

(defun two-argument-call (primitive arguments scope)
  (and (= (length arguments) 2)
       (primitive primitive (convert (first arguments) scope) (convert (second arguments) scope))))

(defun comparison (primitive arguments scope)
  "Of two arguments, or of three that are all evaluated first."
  (if (= (length arguments) 3)
      (with-operands arguments scope
        (lambda (a b c)
          (make-conditional (primitive primitive (make-reference a) (make-reference b))
                            (primitive primitive (make-reference b) (make-reference c))
                            (make-constant nil))))
      (two-argument-call primitive arguments scope)))

(define-standard-call (=) (comparison "%NUM=2" arguments scope))
(define-standard-call (<) (comparison "%LT2" arguments scope))
(define-standard-call (>) (comparison "%GT2" arguments scope))
(define-standard-call (<=) (comparison "%LE2" arguments scope))
(define-standard-call (>=) (comparison "%GE2" arguments scope))

(define-standard-call (/=)
  (and (= count 2) (primitive "NOT" (two-argument-call "%NUM=2" arguments scope))))

(defun compare-with-zero (primitive arguments scope)
  (and (= (length arguments) 1)
       (primitive primitive (convert (car arguments) scope) (make-constant 0))))

(define-standard-call (zerop) (compare-with-zero "%NUM=2" arguments scope))
(define-standard-call (plusp) (compare-with-zero "%GT2" arguments scope))
(define-standard-call (minusp) (compare-with-zero "%LT2" arguments scope))

;;; Lists

(define-standard-call (atom)
  (and (= count 1) (primitive "NOT" (primitive "CONSP" (convert (car arguments) scope)))))

(define-standard-call (listp)
  (and (= count 1)
       (let ((variable (make-lexical 'object (scope-owner scope))))
         (make-binding (list variable) (list (convert (car arguments) scope))
                       (make-conditional (primitive "CONSP" (make-reference variable))
                                         (make-constant t)
                                         (primitive "NULL" (make-reference variable)))))))

(define-standard-call (list)
  (and (<= count 20) (list-node (convert-all arguments scope) (make-constant nil))))

(define-standard-call (list*)
  (and (<= 1 count 20)
       (let ((nodes (convert-all arguments scope)))
         (list-node (butlast nodes) (car (last nodes))))))

(defun list-node (nodes tail)
  (if (null nodes)
      tail
      (primitive "CONS" (car nodes) (list-node (cdr nodes) tail))))

(defparameter *list-accessors*
  '((first car) (second car cdr) (third car cdr cdr) (fourth car cdr cdr cdr) (rest cdr)
    (caar car car) (cadr car cdr) (cdar cdr car) (cddr cdr cdr) (caddr car cdr cdr) (cdddr cdr cdr cdr)
    (cadar car cdr car) (caadr car car cdr) (cddar cdr cdr car) (cdadr cdr car cdr) (cadddr car cdr cdr cdr)
    (fifth car cdr cdr cdr cdr)))

(dolist (row *list-accessors*)
  (let ((path (reverse (cdr row))))
    (setf (gethash (car row) *standard-calls*)
          (lambda (form scope)
            (and (= (length form) 2)
                 (let ((node (convert (second form) scope)))
                   (dolist (step path)
                     (setf node (primitive (symbol-name step) node)))
                   node))))))

;;; Arrays

(define-standard-call (aref char schar)
  (and (= count 2)
       (primitive "%AREF" (convert (first arguments) scope) (convert (second arguments) scope))))

;;; Functions and values

(define-standard-call (funcall)
  (if (= count 0)
      nil
      (let ((function (car arguments)))
        (if (and (consp function) (eq (car function) 'function) (consp (cdr function)))
            (convert-known-funcall (second function) (cdr arguments) form scope)
            (make-function-call (convert function scope) (convert-all (cdr arguments) scope))))))

(defun convert-known-funcall (name arguments form scope)
  (cond ((and (consp name) (eq (car name) 'lambda))
         (convert-lambda-call name arguments form scope))
        ((symbolp name)
         (if (or (find-definition 'macro name) (gethash name *special-operators*))
             (fail "syntax-error" form name " is not a function")
             (convert (cons name arguments) scope)))
        ((find-local-function name scope)
         (convert-local-call (cons name arguments) (find-local-function name scope) scope))
        ((function-name-p name)
         (convert-setf-call name arguments form scope))
        (t (fail "syntax-error" form "not a function name: " name))))

(defun convert-setf-call (name arguments form scope)
  "A call of the function (setf NAME)."
  (let ((special (and (eq (second name) 'aref) (= (length arguments) 3))))
    (if (or special (and (member (second name) '(char schar svref)) (= (length arguments) 3)))
        (let ((value (make-lexical 'value (scope-owner scope))))
          (make-binding (list value) (list (convert (first arguments) scope))
                        (primitive (if (eq (second name) 'svref) "%SVREF-SET" "%ASET")
                                   (convert (second arguments) scope) (convert (third arguments) scope)
                                   (make-reference value))))
        (convert-user-call name arguments form scope))))

(define-standard-call (apply)
  (if (< count 2)
      nil
      (let ((function (convert (car arguments) scope))
            (nodes (convert-all (cdr arguments) scope)))
        (primitive "%APPLY-LIST" function (list-node (butlast nodes) (car (last nodes)))))))

(define-standard-call (values)
  (make-many-values (convert-all arguments scope)))

(define-standard-call (values-list)
  (and (= count 1) (primitive "%VALUES-LIST" (convert (car arguments) scope))))

(define-standard-call (eql)
  (and (= count 2) (equality-node "EQL" arguments scope)))

(define-standard-call (char=)
  (two-argument-call "%CHAR=2" arguments scope))

(define-standard-call (min max)
  (and (= count 2)
       (with-operands arguments scope
         (lambda (a b)                  ; of equal ones the first
           (make-conditional (if (eq (car form) 'min)
                                 (primitive "%LT2" (make-reference b) (make-reference a))
                                 (primitive "%LT2" (make-reference a) (make-reference b)))
                             (make-reference b)
                             (make-reference a))))))

(defun with-operands (arguments scope function)
  "Bind the values of ARGUMENTS; the node around them is what FUNCTION makes of the variables."
  (let ((variables (mapcar (lambda (argument) (declare (ignore argument)) (make-lexical 'operand (scope-owner scope)))
                           arguments)))
    (make-binding variables (convert-all arguments scope) (apply function variables))))

(defun equality-node (primitive arguments scope)
  "EQL is EQ where one side is a constant that is no boxed number."
  (let ((a (convert (first arguments) scope)) (b (convert (second arguments) scope)))
    (primitive (if (or (plain-constant-p a) (plain-constant-p b)) "EQ" primitive) a b)))

(defun plain-constant-p (node)
  (and (constant-p node)
       (let ((value (constant-value node)))
         (or (symbolp value) (characterp value) (target-fixnum-p value)))))

(define-standard-call (identity)
  (and (= count 1) (convert (car arguments) scope)))

(define-standard-call (make-instance)
  (let* ((maker (find-definition 'helper (library-symbol "%MAKE-INSTANCE-FORM")))
         (faster (if (and maker arguments) (funcall (force-definition maker) arguments) nil)))
    (and faster (convert faster scope))))

(define-standard-call (typep)
  (and (= count 2)
       (consp (second arguments)) (eq (car (second arguments)) 'quote)
       (convert-type-test (first arguments) (second (second arguments)) form scope)))

(defun convert-type-test (object type form scope)
  "An open-coded (typep OBJECT 'TYPE) for structures; other types go to the library's form, if it has one, and NIL if
that form only repeats the test, which is then left to run time."
  (cond
    ((and (symbolp type) (structure-of type))
     (make-structure-test (convert object scope) type))
    (t
     (let ((maker (find-definition 'helper (library-symbol "%TYPEP-FORM"))))
       (if maker
           (let ((variable (fresh-symbol "OBJECT")))
             (let ((test (handler-case (funcall (force-definition maker) variable type scope)
                           (source-failure (condition) (error condition))
                           (error (condition)
                             (fail "missing-type" form "type " type ": " (condition-text condition))))))
               (if (equal test (list 'typep variable (list 'quote type)))
                   nil
                   (convert (list 'let (list (list variable object)) test) scope))))
           nil)))))
