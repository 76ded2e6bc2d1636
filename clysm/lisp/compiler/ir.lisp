;;;; The intermediate form: a tree of nodes over variables, functions, blocks and tagbodies. Printer at the end.
;;;;
;;;; Macros are expanded, names are resolved, lambda lists are reduced to raw parameters: an optional or key parameter
;;;; that was not supplied holds the unsupplied marker, and the body decides about its default.

(in-package "CLYSM.COMPILER")

(defstruct (lexical (:constructor make-lexical (name owner)))
  "A lexical variable. OWNER: the lambda that binds it. A captured variable that is assigned lives in a box."
  name owner
  (assigned nil)
  (captured nil))

(defun boxed-p (variable)
  (and (lexical-assigned variable) (lexical-captured variable)))

(defstruct (code (:constructor %make-code (name parent)))
  "A lambda expression or local function.
VARIABLES: raw parameters in order: REQUIRED of them, then OPTIONAL, then the rest list if REST, then one for each of KEYS.
FREE: captured variables of enclosing lambdas. ESCAPES: used as a value. CALLS: local functions that it calls by name."
  name parent
  (required 0) (optional 0) (rest nil) (keys nil) (key-p nil) (allow-other-keys nil)
  (variables nil) (body nil)
  (free nil) (escapes nil) (calls nil) (local nil)
  (number nil) (reference nil) (generated nil))

(defvar *codes* '()
  "All codes of the current top-level form, the newest first.")

(defun make-code (name parent)
  (let ((code (%make-code name parent)))
    (push code *codes*)
    code))

(defstruct (exit-block (:constructor make-exit-block (name owner extents)))
  "A block or tagbody. POINT: the variable that holds its exit point, if it is left from elsewhere."
  name owner extents
  (point nil) (used nil) (label nil) (destination nil) (tags nil))

(defstruct (tag (:constructor make-tag (name exit-block index)))
  name exit-block index
  (used nil) (label nil) (sources nil))

;;; Nodes

(defstruct node)
(defstruct (constant (:include node) (:constructor make-constant (value))) value)
(defstruct (layout-constant (:include node) (:constructor make-layout-constant (name))) name)
(defstruct (reference (:include node) (:constructor make-reference (variable))) variable)
(defstruct (assignment (:include node) (:constructor make-assignment (variable value))) variable value)
(defstruct (global-reference (:include node) (:constructor make-global-reference (symbol))) symbol)
(defstruct (global-assignment (:include node) (:constructor make-global-assignment (symbol value))) symbol value)
(defstruct (global-function (:include node) (:constructor make-global-function (name))) name)
(defstruct (closure (:include node) (:constructor make-closure (code))) code)
(defstruct (call (:include node) (:constructor make-call (name arguments))) name arguments)
(defstruct (local-call (:include node) (:constructor make-local-call (code arguments))) code arguments)
(defstruct (primitive-call (:include node) (:constructor make-primitive-call (name row arguments))) name row arguments)
(defstruct (function-call (:include node) (:constructor make-function-call (function arguments))) function arguments)
(defstruct (slot-access (:include node) (:constructor make-slot-access (object index structure value)))
  object index structure value)
(defstruct (structure-test (:include node) (:constructor make-structure-test (object structure))) object structure)
(defstruct (conditional (:include node) (:constructor make-conditional (test then else))) test then else)
(defstruct (progression (:include node) (:constructor make-progression (nodes))) nodes)
(defstruct (binding (:include node) (:constructor make-binding (variables values body))) variables values body)
(defstruct (local-functions (:include node) (:constructor make-local-functions (codes body))) codes body)
(defstruct (special-binding (:include node) (:constructor make-special-binding (symbol value body))) symbol value body)
(defstruct (block-form (:include node) (:constructor make-block-form (exit-block body))) exit-block body)
(defstruct (block-exit (:include node) (:constructor make-block-exit (exit-block value local)))
  exit-block value local)
(defstruct (exit-point (:include node) (:constructor make-exit-point (exit-block))) exit-block)
(defstruct (transfer (:include node) (:constructor make-transfer (point value))) point value)
(defstruct (tagbody-form (:include node) (:constructor make-tagbody-form (exit-block segments))) exit-block segments)
(defstruct (go-form (:include node) (:constructor make-go-form (tag local segment))) tag local segment)
(defstruct (protection (:include node) (:constructor make-protection (form cleanup))) form cleanup)
(defstruct (many-values (:include node) (:constructor make-many-values (nodes))) nodes)
(defstruct (values-binding (:include node) (:constructor make-values-binding (variables form body)))
  variables form body)
(defstruct (values-call (:include node) (:constructor make-values-call (function forms))) function forms)
(defstruct (values-first (:include node) (:constructor make-values-first (first rest))) first rest)
(defstruct (load-time-constant (:include node) (:constructor make-load-time-constant (index))) index)

;;; Printer: a node as an s-expression for people and tests.

(defun unparse (node)
  (etypecase node
    (constant (list 'quote (constant-value node)))
    (layout-constant (list 'layout (layout-constant-name node)))
    (reference (lexical-name (reference-variable node)))
    (assignment (list 'set (lexical-name (assignment-variable node)) (unparse (assignment-value node))))
    (global-reference (list 'global (global-reference-symbol node)))
    (global-assignment (list 'set-global (global-assignment-symbol node) (unparse (global-assignment-value node))))
    (global-function (list 'function (global-function-name node)))
    (closure (unparse-code 'lambda (closure-code node)))
    (call (list* 'call (call-name node) (mapcar #'unparse (call-arguments node))))
    (local-call (list* 'call-local (code-name (local-call-code node)) (mapcar #'unparse (local-call-arguments node))))
    (primitive-call (list* 'primitive (primitive-call-name node) (mapcar #'unparse (primitive-call-arguments node))))
    (function-call (list* 'funcall (unparse (function-call-function node))
                          (mapcar #'unparse (function-call-arguments node))))
    (slot-access (list* 'slot (unparse (slot-access-object node)) (slot-access-index node) (slot-access-structure node)
                        (if (slot-access-value node) (list (unparse (slot-access-value node))) '())))
    (structure-test (list 'structurep (unparse (structure-test-object node)) (structure-test-structure node)))
    (conditional (list 'if (unparse (conditional-test node)) (unparse (conditional-then node))
                       (unparse (conditional-else node))))
    (progression (cons 'progn (mapcar #'unparse (progression-nodes node))))
    (binding (list 'let (mapcar (lambda (variable value) (list (lexical-name variable) (unparse value)))
                                (binding-variables node) (binding-values node))
                   (unparse (binding-body node))))
    (local-functions (list 'labels (mapcar (lambda (code) (unparse-code (code-name code) code))
                                           (local-functions-codes node))
                           (unparse (local-functions-body node))))
    (special-binding (list 'bind (special-binding-symbol node) (unparse (special-binding-value node))
                           (unparse (special-binding-body node))))
    (block-form (list 'block (exit-block-name (block-form-exit-block node)) (unparse (block-form-body node))))
    (block-exit (list (if (block-exit-local node) 'return-from 'throw-from)
                      (exit-block-name (block-exit-exit-block node)) (unparse (block-exit-value node))))
    (exit-point (list 'exit-point (exit-block-name (exit-point-exit-block node))))
    (transfer (list 'transfer (unparse (transfer-point node)) (unparse (transfer-value node))))
    (tagbody-form (cons 'tagbody (mapcar #'unparse (tagbody-form-segments node))))
    (go-form (list (if (go-form-local node) 'go 'throw-go) (tag-name (go-form-tag node))))
    (protection (list 'protect (unparse (protection-form node)) (unparse (protection-cleanup node))))
    (many-values (cons 'values (mapcar #'unparse (many-values-nodes node))))
    (values-binding (list 'bind-values (mapcar #'lexical-name (values-binding-variables node))
                          (unparse (values-binding-form node)) (unparse (values-binding-body node))))
    (values-call (list* 'call-values (unparse (values-call-function node)) (mapcar #'unparse (values-call-forms node))))
    (values-first (list 'first-values (unparse (values-first-first node)) (unparse (values-first-rest node))))
    (load-time-constant (list 'load-time (load-time-constant-index node)))))

(defun unparse-code (operator code)
  (list operator (mapcar #'lexical-name (code-variables code)) (unparse (code-body code))))
