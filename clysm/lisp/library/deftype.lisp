;;;; DEFTYPE.

(in-package "CLYSM.LIBRARY")

(eval-when (:compile-toplevel :load-toplevel :execute)

  (defun %deftype-parameter (parameter)
    "An optional or keyword PARAMETER of DEFTYPE, whose default is *."
    (cond ((not (consp parameter)) (list parameter ''*))
          ((null (cdr parameter)) (list (car parameter) ''*))
          (t parameter)))

  (defun %deftype-lambda-list (lambda-list)
    "LAMBDA-LIST for DESTRUCTURING-BIND, with * as the default of optional and keyword parameters."
    (let ((result '()) (state nil))
      (do ((rest lambda-list (cdr rest)))
          ((not (consp rest))
           (append (reverse result) rest))
        (let ((item (car rest)))
          (cond ((member item lambda-list-keywords)
                 (setq state item)
                 (push item result))
                ((member state '(&optional &key))
                 (push (%deftype-parameter item) result))
                ((and (consp item) (null state))
                 (push (%deftype-lambda-list item) result))
                (t (push item result)))))))

  (defun %without-environment (lambda-list)
    "LAMBDA-LIST without &environment, and the variable that followed it, or NIL."
    (let ((tail (member '&environment lambda-list)))
      (if tail
          (values (append (ldiff lambda-list tail) (cddr tail)) (cadr tail))
          (values lambda-list nil))))

  (defun %without-whole (lambda-list)
    "LAMBDA-LIST without &whole, and the variable that followed it, or NIL."
    (if (and (consp lambda-list) (eq (car lambda-list) '&whole))
        (values (cddr lambda-list) (cadr lambda-list))
        (values lambda-list nil)))

  (defun %leading-declarations (body)
    "The declarations at the start of BODY, after an optional documentation string, and the forms after them."
    (let ((declarations '()) (rest body))
      (when (and (stringp (car rest)) (cdr rest))
        (setq rest (cdr rest)))
      (loop
        (unless (and (consp (car rest)) (eq (caar rest) 'declare))
          (return (values (reverse declarations) rest)))
        (push (car rest) declarations)
        (setq rest (cdr rest)))))

  (defun %type-expander-lambda (name lambda-list body)
    "Lambda expression of two parameters, the type specifier as a list and the environment, that expands it."
    (multiple-value-bind (lambda-list environment) (%without-environment lambda-list)
      (multiple-value-bind (lambda-list whole) (%without-whole lambda-list)
        (multiple-value-bind (declarations forms) (%leading-declarations body)
          (let ((whole (or whole (gensym "WHOLE")))
                (environment (or environment (gensym "ENVIRONMENT"))))
            `(lambda (,whole ,environment)
               (declare (ignorable ,whole ,environment))
               (destructuring-bind ,(%deftype-lambda-list lambda-list) (cdr ,whole)
                 ,@declarations
                 (block ,name ,@forms)))))))))

(defmacro deftype (name lambda-list &body body)
  "Define the type specifier NAME, which stands for the type that BODY computes; * is the default of its parameters."
  `(progn
     (%define-type-expander ',name (function ,(%type-expander-lambda name lambda-list body)))
     ',name))
