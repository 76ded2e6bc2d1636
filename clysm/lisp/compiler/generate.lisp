;;;; Code generation: from nodes to instructions.
;;;;
;;;; GENERATE leaves the value of a node where its destination says:
;;;;   ignore  nowhere                  value   one value on the stack        test   an i32, zero for NIL
;;;;   values  first value and count    tail    the same, as the result of the function: a call may be a tail call
;;;;   fix     an i32, a fixnum untagged    tag   an i32, a fixnum tagged    f64, f32   a float unboxed

(in-package "CLYSM.COMPILER")

(defstruct (context (:constructor make-context (emitter code)))
  "One function being generated. PLACES: (variable . local index)."
  emitter code
  (places '()))

(defvar *context* nil)

(defun em () (context-emitter *context*))

;;; Calls of the kernel

(defun emit-kernel (name)
  (multiple-value-bind (parameters results) (kernel-signature name)
    (emit-call (em) (kernel-reference-of name) parameters results)))

(defvar *kernel-references* (make-hash-table :test #'eq)
  "Name of a kernel function -> its reference, made once.")

(defun kernel-reference-of (name)
  (or (gethash name *kernel-references*)
      (setf (gethash name *kernel-references*) (kernel-reference name))))

(defun emit-kernel-values (name destination)
  "Call a kernel function that returns a value and a count."
  (multiple-value-bind (parameters results) (kernel-signature name)
    (declare (ignore results))
    (if (eq destination 'tail)
        (emit-return-call (em) (kernel-reference-of name) parameters)
        (progn (emit-kernel name)
               (deliver 'values destination)))))

;;; From what is on the stack to what is wanted

(defun deliver (have want)
  "HAVE: value, values, bool, fix, tag, f64, f32 or void (nothing)."
  (let ((em (em)))
    (case want
      (ignore
       (case have
         (void nil)
         (values (emit-drop em) (emit-drop em))
         (t (emit-drop em))))
      ((values tail)
       (unless (eq have 'values)
         (deliver have 'value)
         (emit-i32 em 1)))
      (value
       (ecase have
         (value nil)
         (values (emit-drop em))
         (void (emit-immediate em +nil-bits+))
         (bool (emit-i32 em 3) (emit-op em 'i32.shl) (emit-i32 em 3) (emit-op em 'i32.or) (emit-op em 'ref.i31))
         (fix (emit-i32 em 1) (emit-op em 'i32.shl) (emit-op em 'ref.i31))
         (tag (emit-op em 'ref.i31))
         (f64 (emit-kernel 'make-double))
         (f32 (emit-kernel 'make-single))))
      (test
       (case have
         (bool nil)
         ((value values void)
          (deliver have 'value)
          (emit-immediate em +nil-bits+)
          (emit-op em 'ref.eq)
          (emit-op em 'i32.eqz))
         (t (emit-drop em) (emit-i32 em 1))))
      (fix
       (case have
         (fix nil)
         (tag (emit-i32 em 1) (emit-op em 'i32.shr_s))
         (t (deliver have 'tag) (emit-i32 em 1) (emit-op em 'i32.shr_s))))
      (tag
       (case have
         (tag nil)
         (fix (emit-i32 em 1) (emit-op em 'i32.shl))
         (t (deliver have 'value) (emit-ref-cast em 'i31) (emit-op em 'i31.get_s))))
      (f64
       (case have
         (f64 nil)
         (t (deliver have 'value) (emit-kernel 'double-value))))
      (f32
       (case have
         (f32 nil)
         (t (deliver have 'value) (emit-kernel 'single-value))))
      (t (error "no destination ~A" want)))))

(defun block-results (destination)
  "What a block leaves for DESTINATION."
  (ecase destination
    (ignore '())
    (value '(eq))
    ((values tail) '(eq i32))
    ((test fix tag) '(i32))
    (f64 '(f64))
    (f32 '(f32))))

;;; Constants

(defun immediate-constant-bits (value)
  "The bits of an i31 constant, or NIL."
  (cond ((null value) +nil-bits+)
        ((eq value t) +t-bits+)
        ((target-fixnum-p value) (* 2 value))
        ((characterp value) (logior 1 (ash (char-code value) 3)))
        (t nil)))

(defun generate-constant (value destination)
  (let ((bits (immediate-constant-bits value)))
    (case destination
      (ignore nil)
      (test (emit-i32 (em) (if (null value) 0 1)))
      (t (cond ((and bits (eq destination 'fix) (integerp value)) (emit-i32 (em) value))
               ((and bits (eq destination 'tag) (integerp value)) (emit-i32 (em) bits))
               (bits (emit-immediate (em) bits) (deliver 'value destination))
               (t (emit-constant (constant-index value))
                  (deliver 'value destination)))))))

(defun emit-constant (index)
  (emit-number-relocation (em) 'constant index)
  (emit-kernel 'constant))

(defun add-constant (key specification)
  "Index in the module of the constant KEY, made with SPECIFICATION if it is new."
  (or (gethash key (module-constants *module*))
      (let ((index (module-constant-count *module*)))
        (setf (module-constant-count *module*) (+ index 1))
        (push specification (module-constant-list *module*))
        (setf (gethash key (module-constants *module*)) index))))

(defun constant-index (value)
  "Index of a literal. Equal numbers and strings share one; other objects are one if they are the same object."
  (check-literal value 0)
  (if (and (stringp value) (not *live-literals*))
      (keyed-constant-index 'datum value)
      (add-constant value (list 'datum value))))

(defun check-literal (value depth)
  "Only data that an object can hold."
  (cond ((or (symbolp value) (numberp value) (foreign-float-p value) (characterp value) (stringp value)) nil)
        ((> depth +deepest-nesting+)
         (error 'source-failure :category "limit-exceeded" :message "a literal nested more than 1000 deep"))
        ((consp value)
         (loop
           (when (atom value) (return))
           (check-literal (car value) (+ depth 1))
           (setf value (cdr value)))
         (check-literal value depth))
        ((or (simple-vector-p value) (bit-vector-p value)) 
         (dotimes (i (length value)) (check-literal (aref value i) (+ depth 1))))
        ((and (vectorp value) (equal (array-element-type value) '(unsigned-byte 8))) nil)
        (*live-literals* nil)
        (t (fail "unsupported-literal" nil "a literal of this kind cannot be stored in an object"))))

(defun keyed-constant-index (kind name)
  (let ((table (module-references *module*)) (key (list kind name)))
    (or (gethash key table)
        (let ((index (module-constant-count *module*)))
          (setf (module-constant-count *module*) (+ index 1))
          (push (list kind name) (module-constant-list *module*))
          (setf (gethash key table) index)))))

(defun layout-index (name) (keyed-constant-index 'layout name))

(defun load-time-index (number) (keyed-constant-index 'load-time number))

(defun function-constant-index (number)
  "The function object of the code NUMBER of this module, for a lambda that captures nothing."
  (keyed-constant-index 'function number))

(defun setf-symbol-index (symbol)
  "The symbol that stands for the function name (setf SYMBOL)."
  (keyed-constant-index 'setf symbol))

(defun function-name-index (name)
  (if (consp name) (setf-symbol-index (second name)) (constant-index name)))

;;; Variables

(defun place-of (variable)
  (or (cdr (assoc variable (context-places *context*) :test #'eq))
      (error "variable ~A has no place in ~A" (lexical-name variable) (emitter-name (em)))))

(defun emit-variable (variable)
  "The local of VARIABLE: its value, or its box."
  (emit-local-get (em) (place-of variable) 'eq))

(defun emit-variable-value (variable)
  (emit-variable variable)
  (when (boxed-p variable)
    (emit-kernel 'box-get)))

(defun bind-local (variable)
  "Bind VARIABLE to the value on the stack; the value is its local."
  (when (boxed-p variable)
    (emit-kernel 'make-box))
  (let ((local (new-local (em) 'eq)))
    (emit-local-set (em) local 'eq)
    (push (cons variable local) (context-places *context*))
    local))

(defun unbind-locals (locals)
  (dolist (local locals)
    (release-local (em) 'eq local)
    (pop (context-places *context*))))

;;; Nodes

(defun generate (node destination)
  (etypecase node
    (constant (generate-constant (constant-value node) destination))
    (reference
     (unless (eq destination 'ignore)
       (emit-variable-value (reference-variable node))
       (deliver 'value destination)))
    (primitive-call (generate-primitive-call node destination))
    (call (generate-call node destination))
    (conditional (generate-conditional node destination))
    (binding (generate-binding node destination))
    (progression (generate-progression (progression-nodes node) destination))
    (assignment (generate-assignment node destination))
    (global-reference (generate-global-reference node destination))
    (global-assignment
     (generate (global-assignment-value node) 'value)
     (emit-number-relocation (em) 'constant (constant-index (global-assignment-symbol node)))
     (emit-kernel 'set-variable)
     (deliver 'value destination))
    (local-call (generate-local-call node destination))
    (function-call (generate-function-call node destination))
    (slot-access (generate-slot-access node destination))
    (structure-test
     (generate (structure-test-object node) 'value)
     (emit-number-relocation (em) 'constant (layout-index (structure-test-structure node)))
     (emit-kernel 'instance-of)
     (deliver 'bool destination))
    (block-form (generate-block node destination))
    (block-exit (generate-block-exit node))
    (tagbody-form (generate-tagbody node destination))
    (go-form (generate-go node))
    (closure (generate-closure (closure-code node) destination))
    (global-function (generate-global-function (global-function-name node) destination))
    (local-functions
     (generate (local-functions-body node) destination))
    (many-values (generate-many-values (many-values-nodes node) destination))
    (values-binding (generate-values-binding node destination))
    (values-call (generate-values-call node destination))
    (values-first (generate-values-first node destination))
    (special-binding (generate-special-binding node destination))
    (protection (generate-protection node destination))
    (exit-point
     (emit-variable-value (exit-block-point (exit-point-exit-block node)))
     (deliver 'value destination))
    (transfer (generate-transfer node))
    (layout-constant
     (emit-constant (layout-index (layout-constant-name node)))
     (deliver 'value destination))
    (load-time-constant
     (emit-constant (load-time-index (load-time-constant-index node)))
     (deliver 'value destination))))

(defun generate-progression (nodes destination)
  (loop
    (when (null (cdr nodes))
      (generate (car nodes) destination)
      (return))
    (generate (car nodes) 'ignore)
    (setf nodes (cdr nodes))))

(defun generate-values-in-order (nodes)
  (dolist (node nodes) (generate node 'value)))

(defun generate-assignment (node destination)
  (let ((variable (assignment-variable node)))
    (cond ((boxed-p variable)
           (generate (assignment-value node) 'value)
           (emit-variable variable)
           (emit-kernel 'box-set)
           (deliver 'value destination))
          (t (generate (assignment-value node) 'value)
             (if (eq destination 'ignore)
                 (emit-local-set (em) (place-of variable) 'eq)
                 (progn (emit-local-tee (em) (place-of variable) 'eq)
                        (deliver 'value destination)))))))

(defun generate-global-reference (node destination)
  (unless (eq destination 'ignore)
    (emit-number-relocation (em) 'constant (constant-index (global-reference-symbol node)))
    (emit-kernel 'variable)
    (deliver 'value destination)))

(defun generate-conditional (node destination)
  (let ((test (conditional-test node)) (then (conditional-then node)) (else (conditional-else node)))
    (cond
      ((constant-p test)
       (generate (if (constant-value test) then else) destination))
      ((negation-p test)
       (generate-conditional (make-conditional (car (primitive-call-arguments test)) else then) destination))
      (t
       (generate test 'test)
       (emit-if (em) (block-results destination))
       (generate then destination)
       (cond ((and (eq destination 'ignore) (constant-p else)) nil)
             (t (emit-else (em))
                (generate else destination)))
       (emit-end (em))))))

(defun negation-p (node)
  (and (primitive-call-p node)
       (or (string= (primitive-call-name node) "NOT") (string= (primitive-call-name node) "NULL"))))

(defun generate-binding (node destination)
  (let ((locals '()) (pending '()))
    ;; values of several variables stay on the stack until all are there
    (cond
      ((null (cdr (binding-variables node)))
       (when (binding-variables node)
         (generate (car (binding-values node)) 'value)
         (push (bind-local (car (binding-variables node))) locals)))
      (t (dolist (value (binding-values node))
           (generate value 'value))
         (dolist (variable (binding-variables node))
           (push variable pending))
         (dolist (variable pending)
           (push (bind-local variable) locals))))
    (generate (binding-body node) destination)
    (unbind-locals locals)))

;;; Primitives

(defun generate-primitive-call (node destination)
  (let ((row (primitive-call-row node)) (arguments (primitive-call-arguments node)))
    (if (null row)
        (generate-make-structure arguments destination)
        (let* ((kinds (first row)) (result (second row)) (implementation (third row)) (how (first implementation)))
          (cond
            ((and (eq how 'op) (eq (second implementation) 'ref.eq) (constant-on-one-side arguments))
             (generate-eq-constant arguments destination))
            ((and (eq result 'eq) (eq destination 'ignore) (harmless-p how node))
             (dolist (argument arguments) (generate argument 'ignore)))
            (t
             (mapc (lambda (kind argument) (generate argument (kind-destination kind))) kinds arguments)
             (emit-primitive how implementation)
             (if (eq result 'values)
                 (generate-values-result implementation destination)
                 (deliver (kind-result result) destination))))))))

(defun harmless-p (how node)
  (and (eq how 'call)
       (member (primitive-call-name node) '("CONS" "%CONSTANT") :test #'string=)))

(defun kind-destination (kind)
  (ecase kind
    (eq 'value)
    (fix 'fix)
    (tag 'tag)
    (bool 'test)
    ((f64 double) 'f64)
    ((f32 single) 'f32)))

(defun kind-result (kind)
  (ecase kind
    (eq 'value)
    (fix 'fix)
    (tag 'tag)
    (bool 'bool)
    (void 'void)
    ((f64 double) 'f64)
    ((f32 single) 'f32)))

(defun emit-primitive (how implementation)
  (let ((what (second implementation)))
    (ecase how
      (op (emit-op (em) what))
      (test (emit-ref-test (em) what))
      (immediate (emit-immediate (em) (immediate-bits what)) (emit-op (em) 'ref.eq))
      (constant (emit-immediate (em) (immediate-bits what)))
      (not (emit-i32 (em) -1) (emit-op (em) 'i32.xor))
      (call (unless (eq what 'apply-list)
              (unless (eq what 'values-list)
                (emit-kernel what)))))))

(defun generate-values-result (implementation destination)
  "The call of a primitive that returns values comes last, as it may be a tail call."
  (emit-kernel-values (second implementation) destination))

(defun constant-on-one-side (arguments)
  (or (pool-constant-p (first arguments)) (pool-constant-p (second arguments))))

(defun pool-constant-p (node)
  (and (constant-p node) (null (immediate-constant-bits (constant-value node)))))

(defun generate-eq-constant (arguments destination)
  (let* ((second (pool-constant-p (second arguments)))
         (constant (if second (second arguments) (first arguments)))
         (other (if second (first arguments) (second arguments))))
    (generate other 'value)
    (emit-number-relocation (em) 'constant (constant-index (constant-value constant)))
    (emit-kernel 'is-constant)
    (deliver 'bool destination)))

(defun generate-make-structure (arguments destination)
  (let ((layout (car arguments)) (slots (cdr arguments)))
    (if (<= 1 (length slots) 4)
        (progn
          (generate layout 'value)
          (generate-values-in-order slots)
          (emit-kernel (svref #(nil instance1 instance2 instance3 instance4) (length slots)))
          (deliver 'value destination))
        (let ((local (new-local (em) 'eq)) (index 0))
          ;; slots first: a slot's form must not see the new object, and locals are few
          (generate layout 'value)
          (emit-i32 (em) (length slots))
          (emit-kernel 'make-instance)
          (emit-local-set (em) local 'eq)
          (dolist (slot slots)
            (unless (and (constant-p slot) (null (constant-value slot)))
              (emit-local-get (em) local 'eq)
              (emit-i32 (em) index)
              (generate slot 'value)
              (emit-kernel 'instance-set)
              (emit-drop (em)))
            (setf index (+ index 1)))
          (emit-local-get (em) local 'eq)
          (release-local (em) 'eq local)
          (deliver 'value destination)))))

(defun generate-slot-access (node destination)
  (generate (slot-access-object node) 'value)
  (let ((value (slot-access-value node)))
    (when value
      (generate value 'value))
    (emit-i32 (em) (slot-access-index node))
    (emit-number-relocation (em) 'constant (layout-index (slot-access-structure node)))
    (emit-kernel (if value 'slot-set 'slot-ref))
    (deliver 'value destination)))

;;; Calls

(defun global-call-reference (name count &optional (keywords ""))
  "Reference to the global function NAME called with COUNT arguments; KEYWORDS: see KEYWORD-SUFFIX."
  (let* ((table (module-references *module*))
         (key (list 'call name count keywords)))
    (or (gethash key table)
        (setf (gethash key table)
              (let ((symbol (if (consp name) (second name) name)))
                (make-call-reference
                 name count keywords
                 (if *live-literals*
                     (uninterned-home symbol)
                     (or (symbol-home (environment-world *environment*) symbol) (uninterned-home symbol)))
                 (if (consp name)
                     (concatenate 'string "(SETF " (symbol-name symbol) ")")
                     (symbol-name symbol))))))))

(defun make-call-reference (name count keywords home text)
  (let ((reference (concatenate 'string (lisp-reference home text count) keywords)))
    (setf (gethash reference (module-call-names *module*)) name)
    reference))

(defun uninterned-home (symbol)
  "A call of an uninterned function name goes through its constant."
  (concatenate 'string "#" (decimal-text (constant-index symbol))))

(defun generate-call (node destination)
  (let* ((name (call-name node)) (arguments (call-arguments node)) (count (length arguments)))
    (if (> count +most-parameters+)
        (progn
          (generate-global-function name 'value)
          (generate (list-node arguments (make-constant nil)) 'value)
          (emit-kernel-values 'apply-list destination))
        (progn
          (emit-null-self (em))
          (generate-values-in-order arguments)
          (function-name-index name)
          (emit-lisp-call (global-call-reference name count (keyword-suffix arguments)) count destination)))))

(defun emit-lisp-call (reference count destination)
  (if (eq destination 'tail)
      (emit-return-call (em) reference (lisp-parameters count))
      (progn (emit-call (em) reference (lisp-parameters count) '(eq i32))
             (deliver 'values destination))))

(defun generate-function-call (node destination)
  (let* ((arguments (function-call-arguments node)) (count (length arguments)))
    (generate (function-call-function node) 'value)
    (cond ((< count +table-arities+)
           (generate-values-in-order arguments)
           (emit-kernel-values (svref #(funcall0 funcall1 funcall2 funcall3 funcall4) count) destination))
          (t (generate (list-node arguments (make-constant nil)) 'value)
             (emit-kernel-values 'apply-list destination)))))

(defun generate-global-function (name destination)
  (unless (eq destination 'ignore)
    (emit-number-relocation (em) 'constant (function-name-index name))
    (emit-kernel 'global-function)
    (deliver 'value destination)))

(defun body-reference (index)
  "Reference to body INDEX of this module."
  (concatenate 'string "b:" (decimal-text index)))

(defun generate-local-call (node destination)
  (let* ((code (local-call-code node))
         (arguments (local-call-arguments node))
         (missing (- (+ (code-required code) (code-optional code)) (length arguments))))
    (emit-null-self (em))
    (generate-values-in-order arguments)
    (dotimes (i missing) (emit-immediate (em) +unsupplied-bits+))
    (dolist (variable (code-free code)) (emit-variable variable))
    (emit-lisp-call (code-reference* code)
                    (+ (length (code-variables code)) (length (code-free code)))
                    destination)))

(defvar *pending-codes* '()
  "Codes that have a reference but no body yet.")

(defun code-reference* (code)
  "Reference to the body of CODE, which may not be generated yet."
  (or (code-reference code)
      (progn
        (push code *pending-codes*)
        (setf (code-reference code) (body-reference (allocate-body))))))

(defun allocate-body ()
  (let ((index (module-body-count *module*)))
    (setf (module-body-count *module*) (+ index 1))
    index))

;;; Closures

(defun generate-closure (code destination)
  (unless (eq destination 'ignore)
    (let ((free (code-free code)) (number (code-number* code)))
      (if (null free)
          (emit-constant (function-constant-index number))
          (progn
            (emit-number-relocation (em) 'code number)
            (generate-constant (function-info code) 'value)
            (generate-environment free)
            (emit-kernel 'make-function)))
      (deliver 'value destination))))

(defun function-info (code)
  "What a function object knows of its name."
  (let ((name (code-name code)))
    (cond ((member name '(lambda toplevel load-time-value)) nil)
          ((consp name) (list 'setf (second name)))
          (t name))))

(defun generate-environment (free)
  "The captured variables FREE as one value: the variable itself, or a vector."
  (let ((count (length free)))
    (cond ((<= count 4)
           (dolist (variable free) (emit-variable variable))
           (unless (= count 1)
             (emit-kernel (svref #(nil nil env2 env3 env4) count))))
          (t (let ((local (new-local (em) 'eq)) (index 0))
               (emit-i32 (em) count)
               (emit-immediate (em) +nil-bits+)
               (emit-kernel 'make-vector)
               (emit-local-set (em) local 'eq)
               (dolist (variable free)
                 (emit-local-get (em) local 'eq)
                 (emit-i32 (em) index)
                 (emit-variable variable)
                 (emit-kernel 'vector-set)
                 (emit-drop (em))
                 (setf index (+ index 1)))
               (emit-local-get (em) local 'eq)
               (release-local (em) 'eq local))))))

(defun code-number* (code)
  "Number of CODE among the codes of the module that have function objects. Its body may be generated already, for calls."
  (or (code-number code)
      (let ((number (module-code-count *module*)))
        (setf (module-code-count *module*) (+ number 1))
        (setf (code-number code) number)
        (if (code-generated code)
            (add-code-entries code)
            (code-reference* code))
        number)))
