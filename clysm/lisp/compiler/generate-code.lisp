;;;; Code generation: whole functions. Closure conversion first, then a body for each code, then its entries.

(in-package "CLYSM.COMPILER")

;;; A code that calls a local function must have what that function needs: its free variables are the callee's too, but
;;; for those that it binds itself. Repeated until nothing is added.

(defun close-free-variables (codes)
  (loop
    (let ((added nil))
      (dolist (code codes)
        (dolist (callee (code-calls code))
          (dolist (variable (code-free callee))
            (when (need-variable code variable)
              (setf added t)))))
      (unless added (return)))))

(defun need-variable (code variable)
  "CODE uses VARIABLE: note it in CODE and the lambdas up to its owner. True if anything was new."
  (let ((added nil) (owner (lexical-owner variable)))
    (loop
      (when (or (null code) (eq code owner)) (return added))
      (unless (member variable (code-free code) :test #'eq)
        (push variable (code-free code))
        (setf (lexical-captured variable) t)
        (setf added t))
      (setf code (code-parent code)))))

;;; Bodies

(defun generate-code (root)
  "Generate ROOT and all codes that it refers to."
  (close-free-variables *codes*)
  (let ((*pending-codes* '()))
    (code-reference* root)
    (when (code-escapes root) (code-number* root))
    (loop
      (when (null *pending-codes*) (return))
      (generate-body (pop *pending-codes*)))))

(defun emitter-label (code)
  (let ((name (code-name code)))
    (cond ((stringp name) name)
          ((consp name) (concatenate 'string "(setf " (string-downcase (symbol-name (second name))) ")"))
          ((symbol-package name) (string-downcase (symbol-name name)))
          (t (string-right-trim "0123456789" (string-downcase (symbol-name name)))))))

(defun code-label (code)
  "A name for people: that of the lambda's outermost function, then its own."
  (let ((parent (code-parent code)))
    (if parent
        (concatenate 'string (code-label parent) "/" (emitter-label code))
        (emitter-label code))))

(defun lifted-p (code)
  "Does the body take its captured variables as further parameters?"
  (code-local code))

(defun generate-body (code)
  (let* ((variables (code-variables code))
         (free (code-free code))
         (extra (if (lifted-p code) free '()))
         (count (+ (length variables) (length extra)))
         (*context* (make-context (make-body-emitter (code-label code) count code) code))
         (index 1))
    (dolist (variable variables)
      (push (cons variable index) (context-places *context*))
      (setf index (+ index 1)))
    (dolist (variable extra)
      (push (cons variable index) (context-places *context*))
      (setf index (+ index 1)))
    (unless (lifted-p code)
      (load-captured free))
    (dolist (variable variables)
      (when (boxed-p variable)
        (emit-local-get (em) (place-of variable) 'eq)
        (emit-kernel 'make-box)
        (emit-local-set (em) (place-of variable) 'eq)))
    (generate (code-body code) 'tail)
    (store-body (code-reference code) (finish-body (em)))
    (setf (code-generated code) t)
    (when (code-number code)
      (add-code-entries code))))

(defun make-body-emitter (label count code)
  (when (> count +most-parameters+)
    (fail "limit-exceeded" nil "function " (code-name code) " needs " (decimal-text count)
          " parameters and captured variables, more than " (decimal-text +most-parameters+)))
  (make-emitter label (lisp-parameters count) '(eq i32)))

(defun load-captured (free)
  (let ((index 0))
    (dolist (variable free)
      (emit-self)
      (cond ((null (cdr free)) (emit-kernel 'self-env))
            (t (emit-i32 (em) index)
               (emit-kernel 'self-env-ref)))
      (let ((local (new-local (em) 'eq)))
        (emit-local-set (em) local 'eq)
        (push (cons variable local) (context-places *context*)))
      (setf index (+ index 1)))))

(defun emit-self ()
  (emit-local-get (em) 0 'self))

(defun store-body (reference body)
  (push (cons reference body) (module-bodies *module*)))

(defun new-body (label parameters generate)
  "A further body; GENERATE emits its instructions. The value is its reference."
  (let ((*context* (make-context (make-emitter label parameters '(eq i32)) nil))
        (reference (body-reference (allocate-body))))
    (funcall generate)
    (store-body reference (finish-body (em)))
    reference))

;;; Entries: what the code tables hold for a function object.

(defun add-code-entries (code)
  (let* ((least (code-required code))
         (most (+ least (code-optional code)))
         (open (or (code-rest code) (code-key-p code)))
         (direct '()) (table '()))
    (unless open
      (dotimes (i (+ 1 (- most least)))
        (push (cons (+ least i) (arity-entry code (+ least i) most)) direct)))
    (dotimes (arity +table-arities+)
      (push (cond ((< arity least) (wrong-entry arity))
                  (open (collect-entry arity))
                  ((> arity most) (wrong-entry arity))
                  (t (cdr (assoc arity direct))))
            table))
    (let ((list-entry (if (and (not open) (< most +table-arities+))
                          "k:spread"
                          (list-entry code))))
      (push (list (code-number code) (constant-index-of-info code) (reverse table) list-entry (reverse direct)
                  (if open (open-entry code) nil))
            (module-codes *module*)))))

(defun open-entry (code)
  "What a call by name needs to know of a function with a rest list or keywords; NIL for a closure."
  (if (or (and (lifted-p code) (code-free code)) (notevery #'keywordp (code-keys code)))
      nil
      (list* (code-reference code) (code-required code) (code-optional code) (if (code-rest code) t nil)
             (keyword-list (code-keys code)))))

(defun wrong-entry (arity)
  (svref #("k:wrong-0" "k:wrong-1" "k:wrong-2" "k:wrong-3" "k:wrong-4") arity))

(defun collect-entry (arity)
  (svref #("k:collect-0" "k:collect-1" "k:collect-2" "k:collect-3" "k:collect-4") arity))

(defun constant-index-of-info (code)
  "Index of the constant with the function's name, or NIL."
  (let ((name (code-name code)))
    (cond ((member name '(lambda toplevel load-time-value)) nil)
          ((consp name) (setf-name-index (second name)))
          ((symbolp name) (constant-index name)))))

(defun setf-name-index (symbol)
  "The constant (setf SYMBOL), one in the module."
  (keyed-constant-index 'setf-name symbol))

(defun emit-captured (code)
  "The captured variables of CODE as arguments for its body."
  (when (lifted-p code)
    (let ((count (length (code-free code))))
      (dotimes (index count)
        (emit-self)
        (cond ((= count 1) (emit-kernel 'self-env))
              (t (emit-i32 (em) index)
                 (emit-kernel 'self-env-ref)))))))

(defun emit-body-call (code)
  (emit-return-call (em) (code-reference code)
                    (lisp-parameters (+ (length (code-variables code))
                                        (if (lifted-p code) (length (code-free code)) 0)))))

(defun arity-entry (code arity most)
  "The function to call with ARITY arguments: the body itself, or one that adds markers and captured variables."
  (if (and (= arity most) (not (and (lifted-p code) (code-free code))))
      (code-reference code)
      (new-body (code-label code) (lisp-parameters arity)
                (lambda ()
                  (emit-self)
                  (dotimes (i arity) (emit-local-get (em) (+ i 1) 'eq))
                  (dotimes (i (- most arity)) (emit-immediate (em) +unsupplied-bits+))
                  (emit-captured code)
                  (emit-body-call code)))))

(defun list-entry (code)
  "The function that takes all arguments as a list."
  (new-body (code-label code) (lisp-parameters 1) (lambda () (generate-list-entry code))))

(defun generate-list-entry (code)
  (let* ((em (em))
         (rest (new-local em 'eq))
         (locals '()))
    (emit-local-get em 1 'eq)
    (emit-local-set em rest 'eq)
    (dotimes (i (code-required code))
      (generate-count-check rest t)
      (push (emit-next-argument rest) locals))
    (dotimes (i (code-optional code))
      (push (emit-optional-argument rest) locals))
    (setf locals (reverse locals))
    (if (or (code-rest code) (code-key-p code))
        (when (and (code-key-p code) (not (code-allow-other-keys code)))
          (generate-key-check code rest))
        (generate-count-check rest nil))
    (emit-self)
    (dolist (local locals) (emit-local-get em local 'eq))
    (when (code-rest code) (emit-local-get em rest 'eq))
    (dolist (keyword (code-keys code))
      (emit-local-get em rest 'eq)
      (emit-number-relocation em 'constant (constant-index keyword))
      (emit-kernel 'key-argument))
    (emit-captured code)
    (emit-body-call code)))

(defun generate-count-check (rest wanted)
  "Fail unless there is (WANTED true) or is not a further argument."
  (let ((em (em)))
    (emit-local-get em rest 'eq)
    (emit-ref-test em '$cons)
    (when wanted (emit-op em 'i32.eqz))
    (emit-if em '())
    (emit-self)
    (emit-local-get em 1 'eq)
    (emit-return-call em "k:wrong-list" '(self eq))
    (emit-end em)))

(defun emit-next-argument (rest)
  (let* ((em (em)) (local (new-local em 'eq)))
    (emit-local-get em rest 'eq)
    (emit-kernel 'cons-car)
    (emit-local-set em local 'eq)
    (emit-local-get em rest 'eq)
    (emit-kernel 'cons-cdr)
    (emit-local-set em rest 'eq)
    local))

(defun emit-optional-argument (rest)
  (let* ((em (em)) (local (new-local em 'eq)))
    (emit-immediate em +unsupplied-bits+)
    (emit-local-set em local 'eq)
    (emit-local-get em rest 'eq)
    (emit-ref-test em '$cons)
    (emit-if em '())
    (emit-local-get em rest 'eq)
    (emit-kernel 'cons-car)
    (emit-local-set em local 'eq)
    (emit-local-get em rest 'eq)
    (emit-kernel 'cons-cdr)
    (emit-local-set em rest 'eq)
    (emit-end em)
    local))

(defun generate-key-check (code rest)
  (let ((em (em)))
    (emit-self)
    (emit-local-get em rest 'eq)
    (generate-constant (keyword-list (code-keys code)) 'value)
    (emit-number-relocation em 'constant (constant-index ':allow-other-keys))
    (emit-kernel 'check-keys)))

(defun keyword-list (keywords)
  "A fresh list of KEYWORDS, for a constant."
  (copy-list keywords))
