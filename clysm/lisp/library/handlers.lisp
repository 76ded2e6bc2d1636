;;;; Handlers: HANDLER-BIND, HANDLER-CASE, IGNORE-ERRORS, and the search for the handlers of a condition.

(in-package "CLYSM.LIBRARY")

(defvar *handler-clusters* '()
  "The active handlers, innermost first: one cluster per HANDLER-BIND, each a list of (type . function).")

(defmacro handler-bind (bindings &body forms)
  "Run FORMS with handlers; each of BINDINGS is (type function-form).
A handler runs before any unwinding, with the handlers that were active around this form."
  (if (null bindings)
      `(progn ,@forms)
      `(let ((*handler-clusters*
               (cons (list ,@(mapcar (lambda (binding) `(cons ',(car binding) ,(cadr binding))) bindings))
                     *handler-clusters*)))
         (progn ,@forms))))

(eval-when (:compile-toplevel :load-toplevel :execute)

  (defun %handler-clause-body (clause condition)
    "The forms of the HANDLER-CASE CLAUSE (type ([var]) . body), with its variable bound to CONDITION."
    (if (null (cadr clause))
        `(locally ,@(cddr clause))
        `(let ((,(car (cadr clause)) ,condition)) ,@(cddr clause))))

  (defun %number-clauses (clauses)
    "List of (number clause), from 0."
    (let ((number -1))
      (mapcar (lambda (clause) (list (setq number (+ number 1)) clause)) clauses)))

  (defun %one-handler-case (form clause)
    (let ((done (gensym "DONE")) (caught (gensym "CAUGHT")) (condition (gensym "CONDITION")))
      `(block ,done
         (let ((,condition
                 (block ,caught
                   (return-from ,done
                     (handler-bind ((,(car clause) (lambda (,condition) (return-from ,caught ,condition))))
                       ,form)))))
           (declare (ignorable ,condition))
           ,(%handler-clause-body clause condition)))))

  (defun %no-error-handler-case (form clauses function)
    "FUNCTION, (lambda-list . body), receives the values of FORM, outside the handlers of CLAUSES."
    (let ((returned (gensym "RETURNED")) (normal (gensym "NORMAL")))
      `(block ,returned
         (multiple-value-call (lambda ,@function)
           (block ,normal
             (return-from ,returned
               (handler-case (return-from ,normal ,form) ,@clauses)))))))

  (defun %many-handler-case (form clauses)
    (let ((done (gensym "DONE")) (caught (gensym "CAUGHT"))
          (condition (gensym "CONDITION")) (number (gensym "NUMBER"))
          (numbered (%number-clauses clauses)))
      `(block ,done
         (multiple-value-bind (,condition ,number)
             (block ,caught
               (return-from ,done
                 (handler-bind ,(mapcar (lambda (entry)
                                          `(,(car (cadr entry))
                                            (lambda (,condition)
                                              (return-from ,caught (values ,condition ,(car entry))))))
                                        numbered)
                   ,form)))
           (declare (ignorable ,condition))
           (case ,number
             ,@(mapcar (lambda (entry)
                         `(,(car entry) ,(%handler-clause-body (cadr entry) condition)))
                       numbered)))))))

;;; (handler-case form (type (c) body)...) ==>
;;; (block done
;;;   (multiple-value-bind (condition number)
;;;       (block caught
;;;         (return-from done (handler-bind ((type (lambda (c) (return-from caught (values c 0))))...) form)))
;;;     (case number (0 (let ((c condition)) body))...)))

(defmacro handler-case (form &rest clauses)
  "Run FORM; a condition of the type of one of CLAUSES leaves it, and the values are those of the clause.
A last clause (:no-error lambda-list . body) receives the values of FORM otherwise."
  (let ((no-error (assoc :no-error clauses)))
    (cond (no-error (%no-error-handler-case form (remove no-error clauses) (cdr no-error)))
          ((null clauses) form)
          ((null (cdr clauses)) (%one-handler-case form (car clauses)))
          (t (%many-handler-case form clauses)))))

(defmacro ignore-errors (&rest forms)
  "The values of FORMS, or NIL and the condition if they signal an ERROR."
  (let ((condition (gensym "CONDITION")))
    `(handler-case (progn ,@forms)
       (error (,condition) (values nil ,condition)))))

(defun %condition-matches-p (condition type)
  "True if CONDITION is of the type TYPE, a type specifier: for a condition type a look at the ancestors."
  (let ((layout (if (symbolp type) (%symbol-class type) nil)))
    (cond ((eq type t) t)
          ((not (%layoutp layout)) (typep condition type))
          (t (%layout-ancestor-p layout (%instance-layout condition))))))

(defun %run-handlers (condition)
  "Call every active handler for CONDITION, innermost first, each with only the handlers outside its own cluster."
  (let ((clusters *handler-clusters*))
    (loop
      (when (null clusters) (return nil))
      (let ((cluster (%car clusters)))
        (setq clusters (%cdr clusters))
        (dolist (entry cluster)
          (when (%condition-matches-p condition (%car entry))
            (let ((*handler-clusters* clusters))
              (funcall (%cdr entry) condition))))))))
