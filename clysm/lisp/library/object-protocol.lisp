;;;; The generic functions of the standard beside those that make instances.

(in-package "CLYSM.LIBRARY")

;;; What happens when something is missing

(defgeneric slot-missing (class object slot-name operation &optional new-value)
  (:documentation "Called for a slot that OBJECT does not have.")
  (:method (class object slot-name operation &optional new-value)
    (declare (ignore class new-value))
    (error 'simple-error :format-control "~S has no slot named ~S, as ~S wants it"
                         :format-arguments (list object slot-name operation))))

(defgeneric slot-unbound (class instance slot-name)
  (:documentation "Called when a slot without a value is read.")
  (:method (class instance slot-name)
    (declare (ignore class))
    (error 'unbound-slot :instance instance :name slot-name)))

(defgeneric no-applicable-method (generic-function &rest arguments)
  (:documentation "Called when no method of GENERIC-FUNCTION is for ARGUMENTS.")
  (:method (generic-function &rest arguments)
    (error 'simple-error :format-control "~S has no method for the arguments ~S"
                         :format-arguments (list generic-function arguments))))

(defgeneric no-next-method (generic-function method &rest arguments)
  (:documentation "Called by CALL-NEXT-METHOD when METHOD is the last one.")
  (:method (generic-function method &rest arguments)
    (error 'simple-error :format-control "~S of ~S has no next method for the arguments ~S"
                         :format-arguments (list method generic-function arguments))))

;;; Classes, generic functions and methods

(defgeneric class-name (class)
  (:documentation "The name of CLASS.")
  (:method ((class class))
    (%class-name class)))

(defgeneric (setf class-name) (name class)
  (:documentation "Give CLASS the name NAME; what NAME names is not changed.")
  (:method (name (class class))
    (setf (%class-name class) name)))

(defgeneric add-method (generic-function method)
  (:documentation "Add METHOD, in the place of one with the same qualifiers and specializers; returns GENERIC-FUNCTION.")
  (:method ((generic-function standard-generic-function) (method method))
    (%add-method (%generic-of generic-function) method)
    generic-function))

(defgeneric remove-method (generic-function method)
  (:documentation "Remove METHOD if it is one of GENERIC-FUNCTION; returns GENERIC-FUNCTION.")
  (:method ((generic-function standard-generic-function) (method method))
    (let ((generic (%generic-of generic-function)))
      (when (eq (%method-generic method) generic)
        (%remove-method generic method))
      generic-function)))

(defgeneric find-method (generic-function qualifiers specializers &optional errorp)
  (:documentation "The method with QUALIFIERS and SPECIALIZERS; without one NIL, or an error if ERRORP.")
  (:method ((generic-function standard-generic-function) qualifiers specializers &optional (errorp t))
    (let ((generic (%generic-of generic-function)))
      (unless (eql (length specializers) (%shape-required (%generic-shape generic)))
        (error 'simple-error :format-control "~S takes another number of specializers than ~S"
                             :format-arguments (list generic-function specializers)))
      (or (%find-method generic qualifiers (mapcar #'%specializer specializers))
          (if errorp
              (error 'simple-error :format-control "~S has no method for ~S with the qualifiers ~S"
                                   :format-arguments (list generic-function specializers qualifiers))
              nil)))))

(defgeneric compute-applicable-methods (generic-function arguments)
  (:documentation "List of the methods that are applicable to the list ARGUMENTS, the most specific first.")
  (:method ((generic-function standard-generic-function) arguments)
    (%applicable-methods (%generic-of generic-function) arguments)))

(defgeneric method-qualifiers (method)
  (:documentation "The list of the qualifiers of METHOD.")
  (:method ((method standard-method))
    (%method-qualifiers method)))

(defgeneric function-keywords (method)
  (:documentation "The keywords of the lambda list of METHOD, and whether it allows others.")
  (:method ((method standard-method))
    (let ((shape (%method-shape method)))
      (values (%shape-keys shape) (%shape-allow-p shape)))))

(defun %check-only-class (class name)
  "An error unless CLASS, a class or its name, is the one named NAME: no other is implemented."
  (unless (eq (if (symbolp class) (find-class class) class) (find-class name))
    (%class-error "the class ~S is asked for: only ~S is implemented" class name)))

(defun ensure-generic-function (name &key argument-precedence-order declare documentation environment
                                       (generic-function-class 'standard-generic-function)
                                       (lambda-list '() lambda-list-p) (method-class 'standard-method)
                                       method-combination)
  "The generic function NAME, made if there is none, or changed as the arguments ask."
  (declare (ignore declare environment))
  (%check-only-class generic-function-class 'standard-generic-function)
  (%check-only-class method-class 'standard-method)
  (let ((generic (or (%generic-named name) (%new-generic name))))
    (when (or lambda-list-p (null (%generic-shape generic)))
      (%check-lambda-list name lambda-list (%generic-methods generic))
      (%set-shape generic (%lambda-list-shape lambda-list)))
    (when argument-precedence-order
      (setf (%generic-precedence generic) (%argument-positions argument-precedence-order lambda-list)))
    (when method-combination
      (setf (%generic-combination generic)
            (if (listp method-combination)
                (%find-combination (car method-combination) (cdr method-combination))
                method-combination)))
    (when documentation
      (setf (%generic-doc generic) documentation))
    (%reset-dispatch generic)
    (%generic-function generic)))

;;; Documentation: classes, generic functions and methods keep that of their definitions.

(defun %class-named-documentation (name)
  (let ((class (find-class name nil)))
    (if class (%class-doc class) nil)))

(defun %generic-named-documentation (name)
  (let ((function (if (fboundp name) (fdefinition name) nil)))
    (if (%generic-function-p function) (%generic-doc (%generic-of function)) nil)))

(defgeneric documentation (object type)
  (:documentation "The documentation string of OBJECT (a name, or a function, class, package ...) as a TYPE: function,
variable, structure, type, setf, method-combination, compiler-macro or T; or NIL.")
  (:method (object type)
    (%filed-documentation object type))
  (:method ((name symbol) (type (eql 'type)))
    (or (%filed-documentation name type) (%class-named-documentation name)))
  (:method (name (type (eql 'function)))
    (or (%filed-documentation name type)
        (if (or (symbolp name) (consp name)) (%generic-named-documentation name) nil)))
  (:method ((class class) type)
    (or (%filed-documentation class type) (%class-doc class)))
  (:method ((function standard-generic-function) type)
    (or (%filed-documentation function type) (%generic-doc (%generic-of function))))
  (:method ((method standard-method) type)
    (or (%filed-documentation method type) (%method-doc method))))

(defgeneric (setf documentation) (string object type)
  (:documentation "Set what DOCUMENTATION returns; NIL removes it.")
  (:method (string object type)
    (%file-documentation string object type))
  (:method (string (class class) type)
    (declare (ignore type))
    (setf (%class-doc class) string))
  (:method (string (function standard-generic-function) type)
    (declare (ignore type))
    (setf (%generic-doc (%generic-of function)) string))
  (:method (string (method standard-method) type)
    (declare (ignore type))
    (setf (%method-doc method) string)))

;;; Externalizing

(defgeneric make-load-form (object &optional environment)
  (:documentation "Forms that make, and fill, an object like OBJECT.")
  (:method ((object standard-object) &optional environment)
    (declare (ignore environment))
    (%no-load-form object))
  (:method ((object structure-object) &optional environment)
    (declare (ignore environment))
    (%no-load-form object))
  (:method ((object condition) &optional environment)
    (declare (ignore environment))
    (%no-load-form object))
  (:method ((object class) &optional environment)
    (declare (ignore environment))
    `(find-class ',(%class-name object))))

(defun %no-load-form (object)
  (error 'simple-error :format-control "MAKE-LOAD-FORM has no method for ~S" :format-arguments (list object)))

(defun make-load-form-saving-slots (object &key (slot-names '() slot-names-p) environment)
  "Forms that make an object of the class of OBJECT, and give it the values of the slots SLOT-NAMES, or of all."
  (declare (ignore environment))
  (let* ((layout (or (%current-layout object) (%instance-layout object)))
         (names (if slot-names-p slot-names (coerce (%layout-slot-names layout) 'list))))
    (values `(allocate-instance (find-class ',(%class-name (class-of object))))
            `(progn
               ,@(mapcar (lambda (name)
                           (if (slot-boundp object name)
                               `(setf (slot-value ',object ',name) ',(slot-value object name))
                               `(slot-makunbound ',object ',name)))
                         names)))))
