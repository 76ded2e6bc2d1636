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

(defmacro define-setf-expander (name lambda-list &rest body)
  (let* ((place (gensym)) (environment (gensym)) (rest '()) (variable environment))
    ;; the lambda list may name the environment anywhere
    (do ((items lambda-list (cdr items)))
        ((atom items) (setq rest (append (reverse rest) items)))
      (if (eq (car items) '&environment)
          (progn (setq variable (cadr items))
                 (setq items (cdr items)))
          (setq rest (cons (car items) rest))))
    `(progn
       (%define-setf-expander ,name
         (lambda (,place ,variable)
           (declare (ignorable ,variable))
           (destructuring-bind ,rest (cdr ,place)
             ,@body)))
       ',name)))

(defmacro defsetf (name &rest arguments)
  (if (symbolp (car arguments))
      ;; short form: (defsetf name updater)
      (let ((place (gensym)) (environment (gensym)))
        `(progn
           (%define-setf-expander ,name
             (lambda (,place ,environment)
               (declare (ignore ,environment))
               (let ((temporaries (%temporaries (cdr ,place))) (store (gensym)))
                 (values temporaries (cdr ,place) (list store)
                         `(,',(car arguments) ,@temporaries ,store)
                         `(,',name ,@temporaries)))))
           ',name))
      (let ((place (gensym)) (environment (gensym)) (lambda-list (car arguments)) (stores (cadr arguments))
            (body (cddr arguments)))
        `(progn
           (%define-setf-expander ,name
             (lambda (,place ,environment)
               (declare (ignorable ,environment))
               (let ((temporaries (%temporaries (cdr ,place)))
                     ,@(mapcar (lambda (store) (list store '(gensym))) stores))
                 (values temporaries (cdr ,place) (list ,@stores)
                         (destructuring-bind ,lambda-list temporaries
                           ,@body)
                         `(,',name ,@temporaries)))))
           ',name))))

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
    "Store (FUNCTION place ARGUMENT...) in PLACE."
    (multiple-value-bind (temporaries values stores storing accessing) (get-setf-expansion place environment)
      `(let* (,@(mapcar #'list temporaries values)
              (,(car stores) (,function ,accessing ,@arguments)))
         ,storing))))
