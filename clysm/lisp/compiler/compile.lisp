;;;; Compiling a module: read, process each top-level form, and make the object and the interface.

(in-package "CLYSM.COMPILER")

(defstruct (form-record (:constructor make-form-record (id position type name)))
  "A top-level form as reported. STATUS: success, failed or skipped. NEEDS: a definition whose failure is the cause."
  id position type name
  (status "pending") (category nil) (message nil) (causes '()))

(defun form-type (form)
  (if (and (consp form) (symbolp (car form)))
      (string-downcase (symbol-name (car form)))
      "atom"))

(defun form-name (form)
  (if (and (consp form) (consp (cdr form))
           (or (eql 0 (search "DEF" (symbol-name-or-empty (car form))))))
      (let ((name (second form)))
        (cond ((and (consp name) (eq (car name) 'setf)) (brief-text name))
              ((and (consp name) (symbolp (car name))) (brief-text (car name)))
              ((or (symbolp name) (stringp name)) (if name (brief-name name) nil))
              (t nil)))
      nil))

(defun symbol-name-or-empty (x)
  (if (symbolp x) (symbol-name x) ""))

(defun brief-name (name)
  (if (stringp name) name (brief-text name)))

;;; One top-level form: everything it leaves in the module, or nothing.

(defun compile-toplevel (form module)
  "Process FORM. NIL if all went well, else the condition."
  (let ((bodies (module-bodies module)) (body-count (module-body-count module))
        (codes (module-codes module)) (code-count (module-code-count module))
        (inits (module-inits module)) (definitions (module-definitions module)))
    (handler-case
        (let ((*package* (source-package *source*))) ; for what macro functions intern
          (process-toplevel form (global-scope nil))
          nil)
      (source-failure (condition)
        (setf (module-bodies module) bodies)
        (setf (module-body-count module) body-count)
        (setf (module-codes module) codes)
        (setf (module-code-count module) code-count)
        (setf (module-inits module) inits)
        (setf (module-definitions module) definitions)
        condition))))

(defun note-place (source position)
  (when *note-place*
    (multiple-value-bind (line column) (source-line-and-column source position)
      (funcall *note-place* line column))))

(defun compile-source (source module path)
  "Compile all forms of SOURCE, a text of PATH, into MODULE."
  (let ((*module* module) (*source* source) (*positions* (source-starts source))
        (*effects* '()) (*later-effects* '()) (*macro-symbol-counter* 0)
        (*load-time-forms* '()) (*load-time-count* 0)
        (forms '()) (diagnostics '()) (references '()) (id 0))
    (loop
      (let ((*codes* '()) (*called-functions* '()) (*free-variables* '()) (*warnings* '()))
        (skip-blanks source)
        (let ((position (source-position source)))
          (note-place source position)
          (multiple-value-bind (form present problem) (read-next source)
            (when (and (null present) (null problem))
              (return))
            (let ((record (make-form-record id position (form-type form) (form-name form))))
              (setf id (+ id 1))
              (push record forms)
              (let ((failure (or problem (compile-toplevel form module))))
                (cond (failure
                       (record-failure record failure)
                       (push (failure-diagnostic failure form position source path) diagnostics))
                      (t (generate-load-time-forms module)
                         (setf (form-record-status record) "success")
                         (setf references (note-references references position (form-record-name record)))))
                (dolist (warning (reverse *warnings*))
                  (push (warning-diagnostic warning position source path) diagnostics))))
            (when problem (return))))))
    (add-variable-registration)
    (when *later-effects*
      (push (cons (module-path module) (reverse *later-effects*)) (environment-pending *environment*)))
    (values (reverse forms) (reverse diagnostics) (reverse references) (reverse *effects*))))

(defun add-variable-registration ()
  "The first init of the module tells an evaluator which variables are special."
  (let ((specials (effect-names 'variable)) (constants (effect-names 'constant))
        (*codes* '()) (*called-functions* '()) (*free-variables* '()) (*warnings* '()))
    (when (or specials constants)
      (add-load-time-form (list (library-symbol "%ADD-VARIABLES") (list 'quote specials) (list 'quote constants))
                          (global-scope nil) (list :variables (or (car specials) (car constants))))
      (let ((inits (module-inits *module*)))
        (setf (module-inits *module*) (append (cdr inits) (list (car inits))))))))

(defun effect-names (kind)
  "Names in the effects of KIND, in order."
  (let ((names '()))
    (dolist (effect *effects*)
      (when (and (eq (first effect) kind) (symbolp (second effect)))
        (push (second effect) names)))
    names))

(defun read-next (source)
  "Values: form, whether there is one, condition if the text cannot be read."
  (handler-case (read-form source)
    (source-failure (condition) (values nil nil condition))))

(defun generate-load-time-forms (module)
  "The values of load-time-value forms are computed before the form that uses them runs."
  (dolist (row (reverse *load-time-forms*))
    (let ((code (cdr row)))
      (generate-code code)
      (let ((own (list (list :load-time (load-time-index (car row))) (code-reference code))))
        (setf (module-inits module)
              (insert-before-last own (module-inits module))))))
  (setf *load-time-forms* '()))

(defun insert-before-last (init inits)
  "INITS are the newest first: INIT runs before the newest."
  (if (null inits)
      (list init)
      (list* (car inits) init (cdr inits))))

(defun note-references (references position definition)
  "The functions and undeclared variables that the current form, which makes DEFINITION or NIL, uses."
  (dolist (row (reverse *called-functions*))
    (let* ((name (car row)) (symbol (if (consp name) (second name) name))
           (home (symbol-home (environment-world *environment*) symbol)))
      (when home
        (push (reference-row 'function home symbol (consp name)
                             (or (gethash (cdr row) *positions*) position) definition)
              references))))
  (dolist (row (reverse *free-variables*))
    (let ((home (symbol-home (environment-world *environment*) (car row))))
      (when home
        (push (reference-row 'variable home (car row) nil (or (cdr row) position) definition) references))))
  references)

(defun reference-row (kind home symbol setf position definition)
  "(kind home name setf line column definition)"
  (multiple-value-bind (line column) (position-line position)
    (list (if (eq kind 'function) :function :variable) home (symbol-name symbol) setf line column definition)))

;;; Failures as diagnostics

(defun record-failure (record failure)
  (setf (form-record-status record) "failed")
  (setf (form-record-category record) (failure-category failure))
  (setf (form-record-message record) (one-line (failure-message failure))))

(defun one-line (text)
  (let ((line (substitute #\Space #\Newline text)))
    (if (> (length line) 1000) (subseq line 0 1000) line)))

(defun failure-diagnostic (failure form position source path)
  (let* ((blamed (failure-form failure))
         (at (or (failure-position failure)
                 (and (consp blamed) (gethash blamed (source-starts source)))
                 (failure-place failure)
                 position)))
    (make-positioned-diagnostic "error" (failure-category failure) (failure-message failure) at source path
                                (or blamed form) (failure-operator failure))))

(defun warning-diagnostic (warning position source path)
  (let ((form (third warning)))
    (make-positioned-diagnostic "warning" (first warning) (second warning)
                                (or (gethash form (source-starts source)) position)
                                source path form
                                (if (and (consp form) (symbolp (car form))) (symbol-name (car form)) nil))))

(defun make-positioned-diagnostic (severity category message at source path form operator)
  (multiple-value-bind (line column) (source-line-and-column source at)
    (make-diagnostic severity category (one-line message) (remediation category) path line column
                     (if form (brief-text form) nil)
                     (if operator (string-downcase operator) nil))))
