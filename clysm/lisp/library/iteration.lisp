;;;; Iteration (CLHS 6) but for the extended LOOP.

(in-package "CLYSM.LIBRARY")

(eval-when (:compile-toplevel :load-toplevel :execute)
  (defun %split-declarations (body)
    "Values: the declarations at the front of BODY, the rest."
    (let ((declarations '()))
      (loop
        (if (and (consp body) (consp (car body)) (eq (car (car body)) 'declare))
            (progn (setq declarations (cons (car body) declarations))
                   (setq body (cdr body)))
            (return (values (reverse declarations) body))))))

  (defun %special-specifiers (declarations)
    "The specifiers in DECLARATIONS, a list of DECLARE forms, that say SPECIAL."
    (apply #'append
           (mapcar (lambda (declaration)
                     (remove-if-not (lambda (specifier) (eq (car specifier) 'special)) (cdr declaration)))
                   declarations))))

(eval-when (:compile-toplevel :load-toplevel :execute)
  (defun %symbol-macro-among-p (pairs environment)
    "Is one of the variables in PAIRS, variables and values in turn, a symbol macro?"
    (if (null pairs)
        nil
        (multiple-value-bind (expansion expanded) (macroexpand-1 (car pairs) environment)
          (declare (ignore expansion))
          (or expanded (%symbol-macro-among-p (cddr pairs) environment)))))

  (defun %psetq-form (pairs assignments)
    (if (null pairs)
        `(progn ,@assignments nil)
        (let ((value (gensym)))
          `(let ((,value ,(cadr pairs)))
             ,(%psetq-form (cddr pairs) (cons (list 'setq (car pairs) value) assignments)))))))

(defmacro psetq (&rest pairs &environment environment)
  (if (%symbol-macro-among-p pairs environment)
      `(psetf ,@pairs)
      (%psetq-form pairs '())))

(defmacro dolist ((variable list &optional result) &rest body)
  (multiple-value-bind (declarations statements) (%split-declarations body)
    (let ((rest (gensym)) (next (gensym)))
      `(block nil
         (let ((,rest ,list))
           (tagbody
              ,next
              (if (endp ,rest)
                  nil
                  (progn
                    (let ((,variable (car ,rest)))
                      ,@declarations
                      (tagbody ,@statements))
                    (setq ,rest (cdr ,rest))
                    (go ,next)))))
         ,(if result
              `(let ((,variable nil))
                 (declare (ignorable ,variable) ,@(%special-specifiers declarations))
                 ,result)
              nil)))))

(defmacro dotimes ((variable count &optional result) &rest body)
  (multiple-value-bind (declarations statements) (%split-declarations body)
    (let ((limit (gensym)) (next (gensym)))
      `(block nil
         (let ((,variable 0) (,limit ,count))
           ,@declarations
           (tagbody
              ,next
              (if (< ,variable ,limit)
                  (progn
                    (tagbody ,@statements)
                    (setq ,variable (+ ,variable 1))
                    (go ,next))
                  nil))
           ,result)))))

(eval-when (:compile-toplevel :load-toplevel :execute)
  (defun %expand-do (let-operator set-operator bindings end body)
    (multiple-value-bind (declarations statements) (%split-declarations body)
      (let ((next (gensym)) (names '()) (steps '()))
        (dolist (binding bindings)
          (setq names (cons (if (consp binding) (list (car binding) (cadr binding)) binding) names))
          (if (and (consp binding) (cddr binding))
              (setq steps (list* (caddr binding) (car binding) steps))))
        `(block nil
           (,let-operator ,(reverse names)
             ,@declarations
             (tagbody
                ,next
                (if ,(car end)
                    nil
                    (progn
                      (tagbody ,@statements)
                      ,@(if steps (list (cons set-operator (reverse steps))) '())
                      (go ,next))))
             ,@(cdr end)))))))

(defmacro do (bindings end &rest body)
  (%expand-do 'let 'psetq bindings end body))

(defmacro do* (bindings end &rest body)
  (%expand-do 'let* 'setq bindings end body))
