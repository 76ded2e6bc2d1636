;;;; The special operators: CLHS 3.1.2.1.2.1, and multiple-value-bind, which has a node of its own.

(in-package "CLYSM.COMPILER")

(define-operator quote (object)
  (convert-literal object scope))

(define-operator if (test then &optional else)
  (make-conditional (convert test scope) (convert then scope) (convert else scope)))

(define-operator progn (&rest forms)
  (convert-body forms scope))

(define-operator let (bindings &rest body)
  (convert-let bindings body form scope))

(define-operator let* (bindings &rest body)
  (convert-let* bindings body form scope))

(define-operator locally (&rest body)
  (multiple-value-bind (forms declarations) (parse-body body form)
    (convert-declared-body declarations forms scope)))

(define-operator the (type value)
  (convert value scope))

(define-operator setq (&rest pairs)
  (progn
    (when (oddp (length pairs))
      (fail "syntax-error" form "setq takes pairs of variable and value"))
    (let ((nodes '()))
      (loop
        (when (null pairs) (return))
        (push (convert-assignment (first pairs) (second pairs) form scope) nodes)
        (setf pairs (cddr pairs)))
      (cond ((null nodes) (make-constant nil))
            ((null (cdr nodes)) (car nodes))
            (t (make-progression (reverse nodes)))))))

(defun convert-assignment (symbol value form scope)
  (bindable symbol form)
  (let ((local (cdr (assoc symbol (scope-variables scope) :test #'eq))))
    (cond ((lexical-p local)
           (let ((node (convert value scope)))
             (refer local scope)
             (setf (lexical-assigned local) t)
             (make-assignment local node)))
          ((symbol-macro symbol scope)
           (convert (list 'setf (cdr (symbol-macro symbol scope)) value) scope))
          (t (unless (or local (special-variable-p symbol))
               (note-free-variable symbol))
             (make-global-assignment symbol (convert value scope))))))

;;; Functions

(define-operator function (name)
  (cond ((and (consp name) (eq (car name) 'lambda))
         (unless (consp (cdr name))
           (fail "syntax-error" form "lambda needs a lambda list"))
         (make-closure (note-escape (convert-lambda 'lambda (second name) (cddr name) form scope))))
        ((function-name-p name)
         (let ((local (find-local-function name scope)))
           (cond ((code-p local) (refer-function local scope))
                 (local (fail "syntax-error" form name " is a local macro, not a function"))
                 ((and (symbolp name) (or (find-definition 'macro name) (gethash name *special-operators*)))
                  (fail "syntax-error" form name " is not a function"))
                 (t (note-called-function name form)
                    (make-global-function name)))))
        (t (fail "syntax-error" form "not a function name: " name))))

(defun function-name-p (x)
  (or (symbolp x)
      (and (consp x) (eq (car x) 'setf) (consp (cdr x)) (null (cddr x)) (symbolp (cadr x)))))

(define-operator lambda (lambda-list &rest body)
  (make-closure (note-escape (convert-lambda 'lambda lambda-list body form scope))))

(defun check-local-definition (definition form)
  (unless (and (consp definition) (proper-list-p definition) (consp (cdr definition))
               (function-name-p (car definition)))
    (fail "syntax-error" form "malformed local function " definition)))

(defun local-function-code (definition scope)
  (let ((code (make-code (car definition) (scope-owner scope))))
    (setf (code-local code) t)
    code))

(define-operator flet (definitions &rest body)
  (progn
    (dolist (definition definitions) (check-local-definition definition form))
    (let ((codes (mapcar (lambda (definition)
                           (let ((code (local-function-code definition scope)))
                             (convert-local-function code definition form scope)
                             code))
                         definitions)))
      (convert-function-body codes definitions body form scope))))

(define-operator labels (definitions &rest body)
  (progn
    (dolist (definition definitions) (check-local-definition definition form))
    (let* ((codes (mapcar (lambda (definition) (local-function-code definition scope)) definitions))
           (inner (scope-with scope :functions (append (mapcar (lambda (definition code) (cons (car definition) code))
                                                               definitions codes)
                                                       (scope-functions scope)))))
      ;; parameters first: a call between siblings looks at them
      (mapc (lambda (code definition)
              (declare-parameters code (parse-lambda-list (second definition) form)))
            codes definitions)
      (mapc (lambda (code definition) (convert-local-function code definition form inner))
            codes definitions)
      (convert-function-body codes definitions body form inner))))

(defun convert-local-function (code definition form scope)
  (convert-lambda-into code (second definition) (cddr definition) form scope
                       (list (block-name (car definition)))))

(defun convert-function-body (codes definitions body form scope)
  (multiple-value-bind (forms declarations) (parse-body body form)
    (make-local-functions
     codes
     (convert-declared-body declarations forms
                            (scope-with scope :functions (append (mapcar (lambda (definition code)
                                                                           (cons (car definition) code))
                                                                         definitions codes)
                                                                 (scope-functions scope)))))))

(define-operator macrolet (definitions &rest body)
  (multiple-value-bind (forms declarations) (parse-body body form)
    (convert-declared-body declarations forms (scope-with-macros definitions form scope))))

(defun scope-with-macros (definitions form scope)
  (let ((functions (scope-functions scope)))
    (dolist (definition definitions)
      (check-local-definition definition form)
      (let* ((expander (macro-lambda (car definition) (second definition) (cddr definition) form))
             (*evaluated-name* (evaluated-name 'macro (car definition))))
        (push (cons (car definition) (cons 'macro (evaluate-at-compile-time (list 'function expander))))
              functions)))
    (scope-with scope :functions functions)))

(define-operator symbol-macrolet (definitions &rest body)
  (multiple-value-bind (forms declarations) (parse-body body form)
    (dolist (name (declared-special declarations))
      (when (assoc name definitions :test #'eq)
        (fail "syntax-error" form "the symbol macro " name " cannot be special")))
    (convert-declared-body declarations forms (scope-with-symbol-macros definitions form scope))))

(defun scope-with-symbol-macros (definitions form scope)
  (let ((variables (scope-variables scope)))
    (dolist (definition definitions)
      (unless (and (consp definition) (consp (cdr definition)) (null (cddr definition)))
        (fail "syntax-error" form "malformed symbol macro " definition))
      (when (special-variable-p (car definition))
        (fail "syntax-error" form "the special variable " (car definition) " cannot be a symbol macro"))
      (push (cons (bindable (car definition) form) (cons 'symbol-macro (second definition))) variables))
    (scope-with scope :variables variables)))

;;; Exits

(define-operator block (name &rest forms)
  (let* ((exit-block (make-exit-block name (scope-owner scope) (scope-extents scope)))
         (body (convert-body forms (scope-with scope :blocks (acons name exit-block (scope-blocks scope))))))
    (if (or (exit-block-used exit-block) (exit-block-point exit-block))
        (make-block-form exit-block body)
        body)))

(define-operator return-from (name &optional value)
  (let ((exit-block (cdr (assoc name (scope-blocks scope) :test #'eq))))
    (unless exit-block
      (fail "syntax-error" form "no block named " name " around this"))
    (let ((node (convert value scope))
          (local (local-exit-p exit-block scope)))
      (if local
          (setf (exit-block-used exit-block) t)
          (need-exit-point exit-block scope))
      (make-block-exit exit-block node local))))

(defun local-exit-p (exit-block scope)
  "Can a branch leave to EXIT-BLOCK from here: same lambda, no binding or cleanup between?"
  (and (eq (exit-block-owner exit-block) (scope-owner scope))
       (eq (exit-block-extents exit-block) (scope-extents scope))))

(defun need-exit-point (exit-block scope)
  (unless (exit-block-point exit-block)
    (setf (exit-block-point exit-block) (make-lexical 'exit (exit-block-owner exit-block))))
  (refer (exit-block-point exit-block) scope))

(define-operator tagbody (&rest items)
  (let* ((exit-block (make-exit-block 'tagbody (scope-owner scope) (scope-extents scope)))
         (segments (split-tagbody items))
         (tags (tagbody-tags segments exit-block form))
         (inner (scope-with scope :tags (append (mapcar (lambda (tag) (cons (tag-name tag) tag)) tags)
                                                (scope-tags scope))))
         (nodes '()) (index 0))
    (setf (exit-block-tags exit-block) tags)
    (dolist (segment segments)
      (setf (exit-block-label exit-block) index)
      (push (convert-body (cdr segment) inner) nodes)
      (setf index (+ index 1)))
    (setf (exit-block-label exit-block) nil)
    (make-tagbody-form exit-block (reverse nodes))))

(defun split-tagbody (items)
  "Segments (tag form...); the first one has no tag."
  (let ((segments '()) (current (list nil)))
    (dolist (item items)
      (cond ((or (symbolp item) (integerp item))
             (push (reverse current) segments)
             (setf current (list item)))
            (t (push item current))))
    (push (reverse current) segments)
    (reverse segments)))

(defun tagbody-tags (segments exit-block form)
  (let ((tags '()) (index 0))
    (dolist (segment segments)
      (when (> index 0)
        (when (find (car segment) tags :key #'tag-name :test #'eql)
          (fail "syntax-error" form "two tags named " (car segment)))
        (push (make-tag (car segment) exit-block index) tags))
      (setf index (+ index 1)))
    (reverse tags)))

(define-operator go (name)
  (let ((tag (cdr (assoc name (scope-tags scope) :test #'eql))))
    (unless tag
      (fail "syntax-error" form "no tag named " name " around this"))
    (let ((local (local-exit-p (tag-exit-block tag) scope)))
      (if local
          (push (exit-block-label (tag-exit-block tag)) (tag-sources tag))
          (progn (need-exit-point (tag-exit-block tag) scope)
                 (setf (tag-used tag) t)))
      (make-go-form tag local nil))))

(define-operator catch (tag &rest body)
  (let ((name (fresh-symbol "CATCH"))
        (catchers (library-symbol "*CATCHERS*")))
    (convert (list 'block name
                   (list 'let (list (list catchers
                                          (list 'cons (list 'cons tag (list 'exit-point-of name)) catchers)))
                         (list 'declare (list 'special catchers))
                         (cons 'progn body)))
             scope)))

(setf (gethash 'exit-point-of *special-operators*)
      (lambda (form scope)
        (let ((exit-block (cdr (assoc (second form) (scope-blocks scope) :test #'eq))))
          (need-exit-point exit-block scope)
          (make-exit-point exit-block))))

(define-operator throw (tag value)
  (make-transfer (make-call (library-symbol "%FIND-CATCHER") (list (convert tag scope)))
                 (convert value scope)))

(define-operator unwind-protect (protected &rest cleanup)
  (if (null cleanup)
      (convert protected scope)
      (let ((extent (list 'unwind-protect)))
        (make-protection
         (convert protected (scope-with scope :extents (cons extent (scope-extents scope))))
         (convert-body cleanup scope)))))

;;; Dynamic variables

(define-operator progv (symbols values &rest body)
  (convert (list (library-symbol "%PROGV") symbols values (list* 'lambda '() body)) scope))

;;; Multiple values

(define-operator multiple-value-bind (names values &rest body)
  (multiple-value-bind (forms declarations) (parse-body body form)
    (dolist (name names) (bindable name form))
    (let* ((specials (declared-special declarations))
           (node (convert values scope))
           (variables (mapcar (lambda (name) (make-lexical name (scope-owner scope))) names))
           (inner (scope-variables scope))
           (dynamic '()))
      (mapc (lambda (name variable)
              (if (or (member name specials) (special-variable-p name))
                  (progn (push (cons name variable) dynamic)
                         (push (cons name 'special) inner))
                  (push (cons name variable) inner)))
            names variables)
      (make-values-binding variables node
                           (bind-dynamically (reverse dynamic) declarations forms
                                             (scope-with scope :variables inner))))))

(define-operator multiple-value-call (function &rest forms)
  (make-values-call (convert function scope) (convert-all forms scope)))

(define-operator multiple-value-prog1 (first &rest forms)
  (if (null forms)
      (convert first scope)
      (make-values-first (convert first scope) (convert-body forms scope))))

(define-operator multiple-value-list (values)
  (make-values-call (make-global-function 'list) (list (convert values scope))))

;;; Times

(define-operator eval-when (situations &rest body)
  (progn
    (check-situations situations form)
    (if (or (member :execute situations) (member 'eval situations))
        (convert-body body scope)
        (make-constant nil))))

(defun check-situations (situations form)
  (unless (and (proper-list-p situations)
               (every (lambda (x) (member x '(:compile-toplevel :load-toplevel :execute compile load eval))) situations))
    (fail "syntax-error" form "eval-when takes :compile-toplevel, :load-toplevel and :execute, not " situations)))

(defvar *load-time-forms* '()
  "Codes whose values are load-time constants of the module, the newest first; each is (index . code).")

(defvar *load-time-count* 0)

(define-operator load-time-value (value &optional read-only)
  (let ((index *load-time-count*))
    (setf *load-time-count* (+ index 1))
    (push (cons index (convert-lambda 'load-time-value '() (list value) form (global-scope nil))) *load-time-forms*)
    (make-load-time-constant index)))
