;;;; Restarts: objects, RESTART-BIND, RESTART-CASE, search and invocation.

(in-package "CLYSM.LIBRARY")

(defstruct (restart (:conc-name %restart-)
                    (:copier nil)
                    (:predicate %restart-p)
                    (:constructor %make-restart (name function report interactive test)))
  "A way to go on after a condition, valid while it is in *RESTARTS*."
  name                         ; symbol; NIL for an anonymous one
  function                     ; called by INVOKE-RESTART
  report                       ; function of a stream, or NIL
  interactive                  ; function that returns the list of arguments, or NIL
  test)                        ; function of a condition or NIL that tells whether the restart is visible, or NIL

(defvar *restarts* '()
  "The active restarts, innermost first.")

(defvar *condition-restarts* '()
  "Associations made by WITH-CONDITION-RESTARTS: list of (condition . restarts).")

(defun restart-name (restart)
  "The name of RESTART, a symbol."
  (%restart-name restart))

(defun %report-restart (restart stream)
  "Write the report of RESTART to STREAM, as printing it without escape does."
  (if (%restart-report restart)
      (funcall (%restart-report restart) stream)
      (prin1 (%restart-name restart) stream)))

;;; Search

(defun %restart-of-condition-p (restart condition)
  "True if RESTART belongs to CONDITION or to no condition at all."
  (let ((elsewhere nil))
    (dolist (entry *condition-restarts* (not elsewhere))
      (when (member restart (%cdr entry) :test #'eq)
        (if (eq (%car entry) condition)
            (return t)
            (setq elsewhere t))))))

(defun %restart-visible-p (restart condition)
  (and (or (null condition) (%restart-of-condition-p restart condition))
       (or (null (%restart-test restart))
           (funcall (%restart-test restart) condition))))

(defun compute-restarts (&optional condition)
  "The active restarts that are visible for CONDITION (or for any, if NIL), innermost first."
  (let ((visible '()))
    (dolist (restart *restarts* (nreverse visible))
      (when (%restart-visible-p restart condition)
        (push restart visible)))))

(defun find-restart (identifier &optional condition)
  "The innermost active restart that is or is named IDENTIFIER and is visible for CONDITION, or NIL."
  (dolist (restart *restarts* nil)
    (when (and (if (%restart-p identifier)
                   (eq restart identifier)
                   (eq (%restart-name restart) identifier))
               (%restart-visible-p restart condition))
      (return restart))))

(defun %active-restart (designator)
  "The active restart that DESIGNATOR, a restart or a name, stands for.  Signals CONTROL-ERROR if there is none."
  (or (if (%restart-p designator)
          (if (member designator *restarts* :test #'eq) designator nil)
          (find-restart designator))
      (error 'simple-control-error
             :format-control "restart ~S is not active"
             :format-arguments (list (if (%restart-p designator) (%restart-name designator) designator)))))

;;; Invocation

(defun invoke-restart (restart &rest arguments)
  "Call the function of RESTART, a restart or a name, with ARGUMENTS.  Signals CONTROL-ERROR if it is not active."
  (apply (%restart-function (%active-restart restart)) arguments))

(defun invoke-restart-interactively (restart)
  "As INVOKE-RESTART, with the arguments that the restart's interactive function asks the user for."
  (let* ((restart (%active-restart restart))
         (interactive (%restart-interactive restart)))
    (apply (%restart-function restart)
           (if interactive (funcall interactive) '()))))

;;; Macros

(defmacro restart-bind (bindings &body forms)
  "Run FORMS with restarts; each of BINDINGS is (name function-form [:report-function f] [:interactive-function f]
[:test-function f])."
  (if (null bindings)
      `(progn ,@forms)
      `(let ((*restarts*
               (list* ,@(mapcar (lambda (binding)
                                  `(%make-restart ',(car binding) ,(cadr binding)
                                                  ,(getf (cddr binding) :report-function)
                                                  ,(getf (cddr binding) :interactive-function)
                                                  ,(getf (cddr binding) :test-function)))
                                bindings)
                      *restarts*)))
         (progn ,@forms))))

(defmacro with-condition-restarts (condition restarts &body forms)
  "Run FORMS while the list RESTARTS is associated with CONDITION."
  `(let ((*condition-restarts* (cons (cons ,condition ,restarts) *condition-restarts*)))
     (progn ,@forms)))

(defun %innermost-restarts (count)
  "List of the COUNT innermost active restarts."
  (let ((found '()) (rest *restarts*))
    (dotimes (i count (nreverse found))
      (push (pop rest) found))))

(eval-when (:compile-toplevel :load-toplevel :execute)

  (defun %restart-options (tail)
    "Split TAIL, the end of a RESTART-CASE clause, into the property list of its options and its forms."
    (let ((options '()))
      (loop
        (unless (member (car tail) '(:report :interactive :test))
          (return (values (reverse options) tail)))
        (push (car tail) options)
        (push (cadr tail) options)
        (setq tail (cddr tail)))))

  (defun %function-option (value)
    "Form for the function that a clause option names, NIL for none."
    (if (null value) nil `(function ,value)))

  (defun %restart-report-form (report)
    (if (stringp report)
        `(lambda (stream) (write-string ,report stream))
        (%function-option report)))

  (defun %restart-binding (clause function)
    "Binding for RESTART-BIND that makes the restart of CLAUSE call FUNCTION."
    (let ((options (%restart-options (cddr clause))))
      `(,(car clause) ,function
        :report-function ,(%restart-report-form (getf options :report))
        :interactive-function ,(%function-option (getf options :interactive))
        :test-function ,(%function-option (getf options :test)))))

  (defun %restart-clause-function (clause)
    "Lambda expression of the arguments and forms of CLAUSE."
    (multiple-value-bind (options forms) (%restart-options (cddr clause))
      (declare (ignore options))
      `(lambda ,(cadr clause) ,@forms)))

  (defun %associating-form (form count)
    "FORM, which signals, so that the COUNT innermost restarts are associated with its condition."
    (let ((condition (gensym "CONDITION")) (arguments (gensym "ARGUMENTS")) (control (gensym "CONTROL"))
          (operator (car form)))
      (if (eq operator 'cerror)
          `(let* ((,control ,(cadr form))
                  (,arguments (list ,@(cdddr form)))
                  (,condition (%cerror-condition ,(caddr form) ,arguments)))
             (with-condition-restarts ,condition (%innermost-restarts ,count)
               (%cerror ,control ,condition ,arguments)))
          `(let ((,condition (%coerce-to-condition ,(cadr form) (list ,@(cddr form))
                                                   ',(cdr (assoc operator '((error . simple-error)
                                                                            (signal . simple-condition)
                                                                            (warn . simple-warning)))))))
             (with-condition-restarts ,condition (%innermost-restarts ,count)
               (,operator ,condition))))))

  (defun %signalling-form (form environment)
    "FORM or its macro expansion, if that is a call of ERROR, CERROR, SIGNAL or WARN with enough arguments; else NIL."
    (let ((form (if (and (consp form) (member (car form) '(error cerror signal warn)))
                    form
                    (values (macroexpand form environment)))))
      (if (and (consp form)
               (member (car form) '(error cerror signal warn))
               (consp (cdr form))
               (or (not (eq (car form) 'cerror)) (consp (cddr form))))
          form
          nil))))

;;; (restart-case form (name lambda-list body)...) ==>
;;; (block done
;;;   (multiple-value-bind (arguments number)
;;;       (block invoked
;;;         (return-from done
;;;           (restart-bind ((name (lambda (&rest arguments) (return-from invoked (values arguments 0))))...) form)))
;;;     (case number (0 (apply (lambda lambda-list body) arguments))...)))

(defmacro restart-case (form &rest clauses &environment environment)
  "The values of FORM, or of the clause (name lambda-list [:report r] [:interactive i] [:test t] . body) whose restart
is invoked.  If FORM is a call of ERROR, CERROR, SIGNAL or WARN, the restarts belong to its condition."
  (let ((done (gensym "DONE")) (invoked (gensym "INVOKED"))
        (arguments (gensym "ARGUMENTS")) (number (gensym "NUMBER"))
        (signalling (%signalling-form form environment))
        (numbered (%number-clauses clauses)))
    (if (null clauses)
        form
        `(block ,done
           (multiple-value-bind (,arguments ,number)
               (block ,invoked
                 (return-from ,done
                   (restart-bind ,(mapcar (lambda (entry)
                                            (%restart-binding
                                             (cadr entry)
                                             `(lambda (&rest ,arguments)
                                                (return-from ,invoked (values ,arguments ,(car entry))))))
                                          numbered)
                     ,(if signalling
                          (%associating-form signalling (length clauses))
                          form))))
             (case ,number
               ,@(mapcar (lambda (entry)
                           `(,(car entry) (apply ,(%restart-clause-function (cadr entry)) ,arguments)))
                         numbered)))))))

(defmacro with-simple-restart ((name control &rest arguments) &body forms)
  "The values of FORMS, or NIL and T if the restart NAME is invoked, which is reported by CONTROL with ARGUMENTS."
  (let ((stream (gensym "STREAM")))
    `(restart-case (progn ,@forms)
       (,name ()
         :report (lambda (,stream) (format ,stream ,control ,@arguments))
         (values nil t)))))
