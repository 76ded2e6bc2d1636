;;;; Generalized reference (CLHS 5.1): SETF, and how new places are defined.
;;;;
;;;; A setf expander is a function of the place and the environment that returns the five values of CLHS 5.1.1.2.

(in-package "CLYSM.LIBRARY")

(eval-when (:compile-toplevel :load-toplevel :execute)

  (defun %temporaries (forms)
    (mapcar (lambda (form) (declare (ignore form)) (gensym)) forms))

  (defun %function-place-expansion (place)
    "The expansion of (f argument...) as a call of the function (setf f)."
    (let ((temporaries (%temporaries (cdr place))) (store (gensym)))
      (values temporaries (cdr place) (list store)
              `(funcall #'(setf ,(car place)) ,store ,@temporaries)
              `(,(car place) ,@temporaries))))

  (defun get-setf-expansion (place &optional environment)
    "The five values of the place: temporaries, their values, store variables, storing form, accessing form."
    (if (symbolp place)
        (multiple-value-bind (expansion expanded) (macroexpand-1 place environment)
          (if expanded
              (get-setf-expansion expansion environment)
              (let ((store (gensym)))
                (values '() '() (list store) `(setq ,place ,store) place))))
        (let ((expander (and (symbolp (car place)) (%setf-expander (car place) environment))))
          (if expander
              (funcall expander place environment)
              (multiple-value-bind (expansion expanded) (macroexpand-1 place environment)
                (if expanded
                    (get-setf-expansion expansion environment)
                    (%function-place-expansion place)))))))

  (defun %simple-form-p (form)
    (or (atom form) (eq (car form) 'quote)))

  (defun %bind-temporaries (temporaries values body)
    (if temporaries
        `(let* ,(mapcar #'list temporaries values) ,@body)
        (if (cdr body) `(progn ,@body) (car body))))

  (defun %setf-pair (place value environment)
    (if (and (symbolp place) (eq (macroexpand-1 place environment) place))
        `(setq ,place ,value)
        (multiple-value-bind (temporaries values stores storing) (get-setf-expansion place environment)
          (if (and stores (null (cdr stores)))
              `(let* (,@(mapcar #'list temporaries values)
                      (,(car stores) ,value))
                 ,storing)
              (%bind-temporaries temporaries values
                                 `((multiple-value-bind ,stores ,value ,storing)))))))

  (defun %setf-pairs (pairs environment)
    (if (null pairs)
        '()
        (if (null (cdr pairs))
            (error 'simple-error :format-control "SETF takes pairs of place and value" :format-arguments '())
            (cons (%setf-pair (car pairs) (cadr pairs) environment)
                  (%setf-pairs (cddr pairs) environment))))))

(defmacro setf (&rest pairs &environment environment)
  (let ((forms (%setf-pairs pairs environment)))
    (if (and forms (null (cdr forms)))
        (car forms)
        `(progn ,@forms))))

;;; Defining places

(eval-when (:compile-toplevel :load-toplevel :execute)
  (defun %split-environment (lambda-list)
    "Values: LAMBDA-LIST without &environment, which may stand anywhere, and its variable, a new one if there is none."
    (let ((rest '()) (variable (gensym)))
      (do ((items lambda-list (cdr items)))
          ((atom items) (values (append (reverse rest) items) variable))
        (if (eq (car items) '&environment)
            (progn (setq variable (cadr items))
                   (setq items (cdr items)))
            (setq rest (cons (car items) rest))))))

  (defun %operands (arguments)
    "What stands for the arguments of a place: constants for themselves, as keywords must, new variables for the others."
    (mapcar (lambda (argument) (if (constantp argument) argument (gensym))) arguments))

  (defun %operand-variables (operands arguments)
    (mapcan (lambda (operand argument) (if (eq operand argument) '() (list operand))) operands arguments))

  (defun %operand-values (operands arguments)
    (mapcan (lambda (operand argument) (if (eq operand argument) '() (list argument))) operands arguments)))

(eval-when (:compile-toplevel :load-toplevel :execute)
  (defun %in-block (name body)
    "BODY without its documentation, its forms in a block named NAME."
    (multiple-value-bind (declarations forms)
        (%split-declarations (if (and (stringp (car body)) (cdr body)) (cdr body) body))
      (append declarations (list `(block ,name ,@forms))))))

(defmacro define-setf-expander (name lambda-list &rest body)
  (multiple-value-bind (rest variable) (%split-environment lambda-list)
    (let ((place (gensym)))
      `(progn
         (%define-setf-expander ',name
           (lambda (,place ,variable)
             (declare (ignorable ,variable))
             (destructuring-bind ,rest (cdr ,place)
               ,@(%in-block name body))))
         ',name))))

(defmacro defsetf (name &rest arguments)
  (if (symbolp (car arguments))
      ;; short form: (defsetf name updater)
      (let ((place (gensym)) (environment (gensym)))
        `(progn
           (%define-setf-expander ',name
             (lambda (,place ,environment)
               (declare (ignore ,environment))
               (let ((temporaries (%temporaries (cdr ,place))) (store (gensym)))
                 (values temporaries (cdr ,place) (list store)
                         `(,',(car arguments) ,@temporaries ,store)
                         `(,',name ,@temporaries)))))
           ',name))
      (multiple-value-bind (lambda-list environment) (%split-environment (car arguments))
        (let ((place (gensym)) (operands (gensym)) (stores (cadr arguments)) (body (cddr arguments)))
          `(progn
             (%define-setf-expander ',name
               (lambda (,place ,environment)
                 (declare (ignorable ,environment))
                 (let ((,operands (%operands (cdr ,place)))
                       ,@(mapcar (lambda (store) (list store '(gensym))) stores))
                   (values (%operand-variables ,operands (cdr ,place))
                           (%operand-values ,operands (cdr ,place))
                           (list ,@stores)
                           (destructuring-bind ,lambda-list ,operands
                             ,@(%in-block name body))
                           (cons ',name ,operands)))))
             ',name)))))

(defmacro define-modify-macro (name lambda-list function &optional documentation)
  (declare (ignore documentation))
  (let ((parameters '()) (rest nil) (state nil))
    (do ((items lambda-list (cdr items)))
        ((null items))
      (let ((item (car items)))
        (cond ((eq item '&optional) (setq state 'optional))
              ((eq item '&rest) (setq rest (cadr items)) (setq items (cdr items)))
              (t (setq parameters (cons (if (consp item) (car item) item) parameters))))))
    (let ((place (gensym)) (environment (gensym)))
      (setq state nil)
      `(defmacro ,name (,place ,@lambda-list &environment ,environment)
         (%modify-form ,place ',function
                       ,(if rest
                            `(list* ,@(reverse parameters) ,rest)
                            `(list ,@(reverse parameters)))
                       ,environment)))))

(eval-when (:compile-toplevel :load-toplevel :execute)
  (defun %modify-form (place function arguments environment)
    "Store (FUNCTION place ARGUMENT...) in PLACE. PLACE is read after the arguments are evaluated."
    (multiple-value-bind (temporaries values stores storing accessing) (get-setf-expansion place environment)
      (let ((operands (%operands arguments)))
        `(let* (,@(mapcar #'list temporaries values)
                ,@(mapcar #'list (%operand-variables operands arguments) (%operand-values operands arguments))
                (,(car stores) (,function ,accessing ,@operands)))
           ,storing)))))
