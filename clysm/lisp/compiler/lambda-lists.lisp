;;;; Parsing of lambda lists: CLHS 3.4.1 (ordinary) and 3.4.4 (macro).

(in-package "CLYSM.COMPILER")

(defstruct (lambda-list (:constructor make-lambda-list (required optional rest keys key-p allow-other-keys aux)))
  "REQUIRED: variables. OPTIONAL: (variable default supplied-p). KEYS: (keyword variable default supplied-p).
AUX: (variable value). The absent are NIL."
  required optional rest keys key-p allow-other-keys aux)

(defun parse-lambda-list (lambda-list form)
  "An ordinary lambda list; FORM is to blame for errors."
  (let ((required '()) (optional '()) (rest nil) (keys '()) (key-p nil) (allow nil) (aux '())
        (state 'required) (items lambda-list))
    (loop
      (when (null items) (return))
      (unless (consp items)
        (fail "syntax-error" form "dotted lambda list " lambda-list))
      (let ((item (car items)))
        (setf items (cdr items))
        (case item
          (&optional (check-order state '(required) item form) (setf state 'optional))
          ((&rest &body)
           (check-order state '(required optional) item form)
           (unless (and (consp items) (variable-name-p (car items)))
             (fail "syntax-error" form item " needs a variable behind it"))
           (setf rest (car items))
           (setf items (cdr items))
           (setf state 'rest))
          (&key (check-order state '(required optional rest) item form) (setf key-p t) (setf state 'key))
          (&allow-other-keys (check-order state '(key) item form) (setf allow t) (setf state 'allow))
          (&aux (check-order state '(required optional rest key allow) item form) (setf state 'aux))
          (t (ecase state
               (required (push (parameter-name item form) required))
               (optional (push (optional-parameter item form) optional))
               (key (push (key-parameter item form) keys))
               (aux (push (aux-parameter item form) aux))
               ((rest allow) (fail "syntax-error" form "unexpected " item " in lambda list " lambda-list)))))))
    (let ((result (make-lambda-list (nreverse required) (nreverse optional) rest (nreverse keys) key-p allow
                                    (nreverse aux))))
      (check-distinct (lambda-list-names result) form)
      result)))

(defun check-order (state allowed item form)
  (unless (member state allowed)
    (fail "syntax-error" form "misplaced " item " in a lambda list")))

(defun variable-name-p (x)
  (and (symbolp x) x (not (eq x t)) (not (keywordp x))))

(defun parameter-name (x form)
  (unless (variable-name-p x)
    (fail "syntax-error" form "not a variable: " x))
  (when (find-definition 'constant x)
    (fail "syntax-error" form "cannot bind the constant " x))
  x)

(defun check-shape (item most form)
  (unless (and (listp item) (listp (cdr (last item))) (<= 1 (length item) most))
    (fail "syntax-error" form "malformed parameter " item)))

(defun optional-parameter (item form)
  (cond ((consp item)
         (check-shape item 3 form)
         (list (parameter-name (first item) form) (second item)
               (if (cddr item) (parameter-name (third item) form) nil)))
        (t (list (parameter-name item form) nil nil))))

(defun key-parameter (item form)
  (cond ((and (consp item) (consp (first item)))
         (check-shape item 3 form)
         (check-shape (first item) 2 form)
         (list (first (first item)) (parameter-name (second (first item)) form) (second item)
               (if (cddr item) (parameter-name (third item) form) nil)))
        (t (let ((parameter (optional-parameter item form)))
             (cons (values (intern (symbol-name (first parameter)) "KEYWORD")) parameter)))))

(defun aux-parameter (item form)
  (cond ((consp item)
         (check-shape item 2 form)
         (list (parameter-name (first item) form) (second item)))
        (t (list (parameter-name item form) nil))))

(defun lambda-list-names (parsed)
  (append (lambda-list-required parsed)
          (mapcar #'first (lambda-list-optional parsed))
          (remove nil (mapcar #'third (lambda-list-optional parsed)))
          (if (lambda-list-rest parsed) (list (lambda-list-rest parsed)) '())
          (mapcar #'second (lambda-list-keys parsed))
          (remove nil (mapcar #'fourth (lambda-list-keys parsed)))))

(defun check-distinct (names form)
  (let ((rest names))
    (loop
      (when (null rest) (return))
      (when (member (car rest) (cdr rest) :test #'eq)
        (fail "syntax-error" form "the variable " (car rest) " occurs twice in a lambda list"))
      (setf rest (cdr rest)))))

;;; Bodies

(defun parse-body (body form &optional docstring-allowed)
  "Values: forms, declaration specifiers, docstring."
  (let ((declarations '()) (docstring nil))
    (loop
      (when (atom body) (return))
      (let ((first (car body)))
        (cond ((and (consp first) (eq (car first) 'declare))
               (unless (proper-list-p first)
                 (fail "syntax-error" form "malformed declaration " first))
               (setf declarations (append declarations (cdr first))))
              ((and docstring-allowed (stringp first) (consp (cdr body)) (null docstring))
               (setf docstring first))
              (t (return))))
      (setf body (cdr body)))
    (unless (proper-list-p body)
      (fail "syntax-error" form "a body is a proper list"))
    (values body declarations docstring)))

(defun proper-list-p (x)
  "Does the list X end with NIL? A circular one does not end."
  (let ((slow x) (even t))
    (loop
      (cond ((null x) (return t))
            ((atom x) (return nil)))
      (setf x (cdr x))
      (when (setf even (not even))
        (setf slow (cdr slow))
        (when (and (eq x slow) (consp x)) (return nil))))))

(defun declared-special (declarations)
  "The variables that DECLARATIONS declare special."
  (let ((names '()))
    (dolist (declaration declarations)
      (when (and (consp declaration) (eq (car declaration) 'special))
        (setf names (append names (cdr declaration)))))
    names))

;;; Macro lambda lists: reduced to an ordinary lambda of two arguments, form and environment.

(defun macro-lambda (name lambda-list body form)
  "The expander of (defmacro NAME LAMBDA-LIST . BODY) as a lambda expression."
  (destructuring-lambda name lambda-list body form '(cdr) nil))

(defvar *macro-symbol-counter* 0
  "Number of fresh variables made for macro lambda lists in this module.")

(defun fresh-symbol (prefix)
  (setf *macro-symbol-counter* (+ *macro-symbol-counter* 1))
  (make-symbol (concatenate 'string prefix (decimal-text *macro-symbol-counter*))))

(defun destructuring-lambda (name lambda-list body form accessor default)
  "Lambda expression of form and environment. ACCESSOR: (cdr) if the arguments are the form's rest.
DEFAULT: value of optional parameters without one of their own, a form."
  (let ((whole (fresh-symbol "FORM")) (environment (fresh-symbol "ENVIRONMENT")) (arguments (fresh-symbol "ARGUMENTS")))
    (multiple-value-bind (forms declarations) (parse-body body form t)
      (multiple-value-bind (user-whole user-environment rest) (split-macro-lambda-list lambda-list form)
        (let ((bindings (list (list arguments (if accessor (list (car accessor) whole) whole)))))
          (when user-environment
            (push (list user-environment environment) bindings))
          (when user-whole
            (setf bindings (append (destructure user-whole whole name form default) bindings)))
          (setf bindings (append (destructure rest arguments name form default) bindings))
          (list 'lambda (list whole environment)
                (list 'declare (list 'ignorable whole environment))
                (list* 'let* (reverse bindings)
                       (list 'declare (cons 'ignorable (remove-duplicates (mapcar #'first bindings))))
                       (append (if declarations (list (cons 'declare declarations)) '())
                               (list (list* 'block (block-name name) forms))))))))))

(defun block-name (name)
  (if (consp name) (second name) name))

(defun split-macro-lambda-list (lambda-list form)
  "Values: the &whole variable, the &environment variable, the lambda list without them."
  (let ((whole nil) (environment nil) (rest '()) (items lambda-list))
    (when (and (consp items) (eq (car items) '&whole))
      (unless (consp (cdr items))
        (fail "syntax-error" form "&whole needs a variable"))
      (setf whole (second items))
      (setf items (cddr items)))
    (loop
      (cond ((null items) (return))
            ((atom items)
             (return))
            ((eq (car items) '&environment)
             (unless (and (consp (cdr items)) (variable-name-p (cadr items)))
               (fail "syntax-error" form "&environment needs a variable"))
             (setf environment (cadr items))
             (setf items (cddr items)))
            (t (push (car items) rest)
               (setf items (cdr items)))))
    (let ((result (nreverse rest)))
      (when items
        (setf result (append result items)))
      (values whole environment result))))

(defun destructure (pattern source name form default)
  "Bindings, the last one first, that match the macro lambda list PATTERN against the value of variable SOURCE."
  (if (and pattern (symbolp pattern))
      (list (list pattern source))
      (destructure-list pattern source name form default)))

(defun check-keyword-order (item state form)
  "May the lambda list keyword ITEM follow parameters of kind STATE?"
  (case item
    (&optional (check-order state '(required) item form))
    ((&rest &body) (check-order state '(required optional) item form))
    (&key (check-order state '(required optional rest) item form))
    (&allow-other-keys (check-order state '(key) item form))
    (&aux (check-order state '(required optional rest key) item form))
    (t nil)))

(defun destructure-list (pattern source name form default)
  (let ((bindings '()) (state 'required) (items pattern) (current source) (open nil) (keys '()) (allow nil)
        (key-p nil) (count 0))
    (flet ((bind (variable value) (push (list variable value) bindings))
           (advance ()
             (let ((next (fresh-symbol "REST")))
               (push (list next (list 'cdr current)) bindings)
               (setf current next))))
      (when (and (consp items) (eq (car items) '&whole))
        (setf bindings (append (destructure (second items) source name form default) bindings))
        (setf items (cddr items)))
      (loop
        (cond
          ((null items) (return))
          ((atom items)
           (bind items current)
           (setf open t)
           (return))
          (t
           (let ((item (car items)))
             (setf items (cdr items))
             (check-keyword-order item state form)
             (case item
               (&optional (setf state 'optional))
               ((&rest &body)
                (unless (consp items)
                  (fail "syntax-error" form item " needs a variable behind it"))
                (setf bindings (append (destructure (car items) current name form default) bindings))
                (setf items (cdr items))
                (setf open t)
                (setf state 'rest))
               (&key (setf state 'key) (setf key-p t) (setf open t))
               (&allow-other-keys (setf allow t))
               (&aux (setf state 'aux))
               (t
                (ecase state
                  (required
                   (setf count (+ count 1))
                   (let ((value (list 'car (list (library-symbol "%MACRO-ARGUMENT") current (list 'quote name)))))
                     (if (consp item)
                         (let ((inner (fresh-symbol "LIST")))
                           (bind inner value)
                           (advance)
                           (setf bindings (append (destructure item inner name form default) bindings)))
                         (if (null item)
                             (let ((inner (fresh-symbol "EMPTY")))
                               (bind inner value)
                               (advance)
                               (setf bindings (append (destructure item inner name form default) bindings)))
                             (progn (bind item value)
                                    (advance))))))
                  (optional
                   (let* ((variable (if (consp item) (first item) item))
                          (initial (if (and (consp item) (cdr item)) (second item) default))
                          (supplied (if (and (consp item) (cddr item)) (third item) nil))
                          (inner (if (symbolp variable) variable (fresh-symbol "LIST"))))
                     (when supplied
                       (bind supplied (list 'if current t nil)))
                     (bind inner (list 'if current (list 'car current) initial))
                     (advance)
                     (unless (symbolp variable)
                       (setf bindings (append (destructure variable inner name form default) bindings)))))
                  (key
                   (let* ((spec (if (consp item) (first item) item))
                          (variable (if (consp spec) (second spec) spec))
                          (keyword (if (consp spec) (first spec)
                                       (values (intern (symbol-name variable) "KEYWORD"))))
                          (initial (if (and (consp item) (cdr item)) (second item) default))
                          (supplied (if (and (consp item) (cddr item)) (third item) nil))
                          (found (fresh-symbol "FOUND"))
                          (inner (if (symbolp variable) variable (fresh-symbol "LIST"))))
                     (push keyword keys)
                     (bind found (list (library-symbol "%MACRO-KEYWORD") (list 'quote keyword) current))
                     (when supplied
                       (bind supplied (list 'if found t nil)))
                     (bind inner (list 'if found (list 'car found) initial))
                     (unless (symbolp variable)
                       (setf bindings (append (destructure variable inner name form default) bindings)))))
                  (aux
                   (if (consp item)
                       (bind (first item) (second item))
                       (bind item nil)))
                  (rest (fail "syntax-error" form "unexpected " item " in lambda list " pattern)))))))))
      (unless open
        (bind (fresh-symbol "END") (list (library-symbol "%MACRO-END") current (list 'quote name))))
      (when (and key-p (not allow))
        (bind (fresh-symbol "KEYS") (list (library-symbol "%MACRO-KEYWORDS") (list 'quote (reverse keys)) current (list 'quote name))))
      bindings)))

;;; What the code made above calls when it runs.

(defun macro-argument (list name)
  "LIST if it is a cons; else too few arguments."
  (if (consp list)
      list
      (error 'source-failure :category "syntax-error"
                             :message (message-text (list "too few arguments for " name)))))

(defun macro-end (list name)
  (when list
    (error 'source-failure :category "syntax-error"
                           :message (message-text (list "too many arguments for " name)))))

(defun macro-keyword (keyword list)
  "The tail of LIST that starts with the value of KEYWORD, or NIL."
  (loop
    (cond ((atom list) (return nil))
          ((and (eq (car list) keyword) (consp (cdr list))) (return (cdr list))))
    (setf list (cddr list))))

(defun macro-keywords (allowed list name)
  "All keywords of the plist LIST are known."
  (let ((others (macro-keyword ':allow-other-keys list)))
    (unless (and others (car others))
      (loop
        (when (atom list) (return))
        (unless (consp (cdr list))
          (error 'source-failure :category "syntax-error"
                                 :message (message-text (list "odd number of keyword arguments for " name))))
        (unless (or (member (car list) allowed) (eq (car list) ':allow-other-keys))
          (error 'source-failure :category "syntax-error"
                                 :message (message-text (list "unknown keyword " (car list) " for " name))))
        (setf list (cddr list))))))
