;;;; DEFGENERIC and DEFMETHOD.
;;;;
;;;; The function of a method takes the next effective method before the arguments. See dispatch.lisp.

(in-package "CLYSM.LIBRARY")

(eval-when (:compile-toplevel :load-toplevel :execute)

  (defun %required-parameters (lambda-list)
    "The parameters of a specialized LAMBDA-LIST before any lambda list keyword, and the rest of it."
    (let ((tail (member-if (lambda (item) (member item lambda-list-keywords)) lambda-list)))
      (values (ldiff lambda-list tail) tail)))

  (defun %parameter-name (parameter)
    (if (consp parameter) (car parameter) parameter))

  (defun %specializer-form (parameter)
    "Form for the designator of the specializer of the required PARAMETER."
    (let ((specializer (if (consp parameter) (cadr parameter) t)))
      (cond ((symbolp specializer) `',specializer)
            ((and (eq (car specializer) 'eql) (consp (cdr specializer))) `(list 'eql ,(cadr specializer)))
            (t (%definition-error "~S is not a specializer" specializer)))))

  (defun %check-parameters (required)
    (dolist (parameter required)
      (unless (and (symbolp (%parameter-name parameter))
                   (or (atom parameter) (and (consp (cdr parameter)) (null (cddr parameter)))))
        (%definition-error "~S is not a required parameter of a method" parameter)))
    (let ((names (mapcar #'%parameter-name required)))
      (unless (equal names (remove-duplicates names))
        (%definition-error "two required parameters of a method have one name: ~S" names))))

  (defun %body-parts (body)
    "The documentation, the declarations and the forms of BODY."
    (let ((documentation nil) (declarations '()))
      (loop
        (cond ((and (consp (car body)) (eq (caar body) 'declare))
               (push (pop body) declarations))
              ((and (stringp (car body)) (cdr body) (null documentation))
               (setq documentation (pop body)))
              (t (return (values documentation (nreverse declarations) body)))))))

  (defun %accepting-all-keys (tail)
    "TAIL of a lambda list; keywords are checked for all applicable methods at once."
    (let ((place (member '&aux tail)))
      (if (and (member '&key tail) (not (member '&allow-other-keys tail)))
          (append (ldiff tail place) '(&allow-other-keys) place)
          tail)))

  (defun %next-method-functions (next arguments body)
    "BODY with CALL-NEXT-METHOD and NEXT-METHOD-P; ARGUMENTS: those of the method, as for APPLY."
    `(flet ((call-next-method (&rest new-arguments)
              (if new-arguments
                  (apply (%car ,next) (%cdr ,next) new-arguments)
                  ,(if (equal (last arguments) '(nil))
                       `(funcall (%car ,next) (%cdr ,next) ,@(butlast arguments))
                       `(apply (%car ,next) (%cdr ,next) ,@arguments))))
            (next-method-p () (%next-method-p ,next)))
       (declare (ignorable #'call-next-method #'next-method-p))
       ,@body))

  (defun %method-lambda (name required tail body)
    "The function of a method of the generic function NAME."
    (multiple-value-bind (documentation declarations forms) (%body-parts body)
      (declare (ignore documentation))
      (let* ((next (gensym "NEXT"))
             (names (mapcar #'%parameter-name required))
             (arguments (mapcar (lambda (name) (gensym (symbol-name name))) names))
             (specialized (mapcar #'car (remove-if #'atom required)))
             (block `(block ,(if (consp name) (cadr name) name) ,@forms))
             (bindings (mapcar #'list names arguments)))
        (if (null tail)
            `(lambda (,next ,@arguments)
               (declare (ignorable ,next))
               ,(%next-method-functions next (append arguments '(nil))
                                        `((let ,bindings
                                            (declare (ignorable ,@specialized))
                                            ,@declarations
                                            ,block))))
            (let ((more (gensym "MORE")))
              `(lambda (,next ,@arguments &rest ,more)
                 (declare (ignorable ,next))
                 ,(%next-method-functions next (append arguments (list more))
                                          `((apply (lambda (,@names ,@(%accepting-all-keys tail))
                                                     (declare (ignorable ,@specialized))
                                                     ,@declarations
                                                     ,block)
                                                   ,@arguments ,more)))))))))

  (defun %method-parts (name rest)
    "Forms for the arguments of %MAKE-METHOD: qualifiers, specializers, lambda list, function and documentation of the
method whose definition goes on with REST behind the NAME."
    (let ((qualifiers '()))
      (loop
        (when (or (null rest) (listp (car rest))) (return))
        (push (pop rest) qualifiers))
      (unless (consp rest)
        (%definition-error "a method of ~S has no lambda list" name))
      (multiple-value-bind (required tail) (%required-parameters (car rest))
        (%check-parameters required)
        (list `',(reverse qualifiers)
              `(list ,@(mapcar #'%specializer-form required))
              `',(append (mapcar #'%parameter-name required) tail)
              (%method-lambda name required tail (cdr rest))
              (values (%body-parts (cdr rest)))))))

  (defun %check-function-name (name)
    (unless (or (and name (symbolp name))
                (and (consp name) (eq (car name) 'setf) (consp (cdr name)) (null (cddr name)) (symbolp (cadr name))))
      (%definition-error "~S is not a name for a generic function" name)))

  (defun %check-generic-lambda-list (lambda-list name)
    "PROGRAM-ERROR for what a lambda list of a generic function cannot have: defaults, &aux, specializers."
    (let ((state nil))
      (dolist (item lambda-list)
        (cond ((eq item '&aux)
               (%definition-error "&AUX in the lambda list of the generic function ~S" name))
              ((member item lambda-list-keywords) (setq state item))
              ((symbolp item))
              ((not (and (member state '(&optional &key)) (consp item) (null (cdr item))))
               (%definition-error "~S in the lambda list of the generic function ~S" item name))))))

  (defun %generic-option-arguments (options name)
    "The keyword arguments of %DEFINE-GENERIC-FUNCTION that OPTIONS ask for."
    (let ((arguments '()) (seen '()))
      (dolist (option options)
        (unless (consp option)
          (%definition-error "malformed option ~S of the generic function ~S" option name))
        (when (and (member (car option) seen) (not (member (car option) '(:method declare))))
          (%definition-error "two options ~S of the generic function ~S" (car option) name))
        (push (car option) seen)
        (case (car option)
          ((:argument-precedence-order :method-combination)
           (setq arguments (list* (car option) `',(cdr option) arguments)))
          (:documentation
           (setq arguments (list* :documentation (cadr option) arguments)))
          ((:method declare))
          (:generic-function-class
           (unless (eq (cadr option) 'standard-generic-function)
             (%definition-error "the class ~S of the generic function ~S: only STANDARD-GENERIC-FUNCTION is implemented"
                                (cadr option) name)))
          (:method-class
           (unless (eq (cadr option) 'standard-method)
             (%definition-error "the method class ~S of the generic function ~S: only STANDARD-METHOD is implemented"
                                (cadr option) name)))
          (t (%definition-error "unknown option ~S of the generic function ~S" (car option) name))))
      arguments)))

(defmacro defgeneric (name lambda-list &rest options)
  "Define the generic function NAME.
Options are (:method ...), (:documentation string), (:argument-precedence-order ...), (:method-combination ...),
(:generic-function-class ...), (:method-class ...) and (declare ...).  Source: CLHS 7.7."
  (%check-function-name name)
  (%check-generic-lambda-list lambda-list name)
  `(%define-generic-function (%assigned-function ,name) ',lambda-list
                             ,@(%generic-option-arguments options name)
                             :methods (list ,@(mapcar (lambda (option)
                                                        `(%make-method ,@(%method-parts name (cdr option))))
                                                      (remove :method options :key #'car :test-not #'eq)))))

(defmacro defmethod (name &rest rest)
  "Define a method of the generic function NAME: (defmethod name qualifier* specialized-lambda-list form*)."
  (%check-function-name name)
  `(%define-method (%assigned-function ,name) ,@(%method-parts name rest)))
