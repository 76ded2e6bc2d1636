;;;; MAKE-INSTANCE and what initializes, updates and changes instances.  Source: CLHS 7.1 to 7.3.

(in-package "CLYSM.LIBRARY")

(defgeneric allocate-instance (class &rest initargs &key &allow-other-keys)
  (:documentation "A new instance of CLASS, whose slots have no values.")
  (:method ((class standard-class) &rest initargs)
    (declare (ignore initargs))
    (%allocate-instance (%check-instantiable class)))
  (:method ((class structure-class) &rest initargs)
    (declare (ignore initargs))
    (%make-instance (%class-layout class) (%vector-length (%layout-slot-names (%class-layout class))))))

(defgeneric initialize-instance (instance &rest initargs &key &allow-other-keys)
  (:documentation "Give the new INSTANCE its slots' values, from INITARGS and from the forms of its class.")
  (:method ((instance standard-object) &rest initargs)
    (let ((class (class-of instance)))
      (cond ((%plan-filled-plainly-p (%plan-of class))
             (%check-known-initargs class t initargs)
             (%initialize-slots instance t initargs))
            (t (apply #'shared-initialize instance t initargs))))))

(defgeneric reinitialize-instance (instance &rest initargs &key &allow-other-keys)
  (:documentation "Change slots of INSTANCE as INITARGS say.")
  (:method ((instance standard-object) &rest initargs)
    (%check-initargs-for instance (%applicable-methods (%generic-of #'reinitialize-instance) (list instance)) '() initargs)
    (apply #'shared-initialize instance '() initargs)))

(defgeneric shared-initialize (instance slot-names &rest initargs &key &allow-other-keys)
  (:documentation "Fill slots from INITARGS, and those in the list SLOT-NAMES, or all if that is T, from their forms.")
  (:method ((instance standard-object) slot-names &rest initargs)
    (%check-known-initargs (class-of instance) t initargs)
    (%initialize-slots instance slot-names initargs)))

(defgeneric make-instance (class &rest initargs &key &allow-other-keys)
  (:documentation "A new instance of CLASS, a class or the name of one.")
  (:method ((class symbol) &rest initargs)
    (let ((found (find-class class)))
      (if (and (%standard-class-p found) (null (%class-layout found)) (%library-makes-instances-p))
          (%make-standard-instance found initargs)
          (apply #'make-instance found initargs))))
  (:method ((class standard-class) &rest initargs)
    (%make-standard-instance class initargs))
  (:method ((class class) &rest initargs)
    (declare (ignore initargs))
    (%not-instantiable class)))

(defgeneric change-class (instance new-class &rest initargs &key &allow-other-keys)
  (:documentation "Let INSTANCE be an instance of NEW-CLASS; slots of the same name keep their values.")
  (:method ((instance t) (new-class symbol) &rest initargs)
    (apply #'change-class instance (find-class new-class) initargs))
  (:method ((instance standard-object) (new-class standard-class) &rest initargs)
    (%change-class instance new-class initargs)))

(defgeneric update-instance-for-different-class (previous current &rest initargs &key &allow-other-keys)
  (:documentation "What CHANGE-CLASS calls: PREVIOUS has the old slots, CURRENT the new ones.")
  (:method ((previous standard-object) (current standard-object) &rest initargs)
    (let ((added (%added-slots (%instance-layout previous) (%instance-layout current))))
      (%check-initargs-for current
                           (%applicable-methods (%generic-of #'update-instance-for-different-class)
                                                (list previous current))
                           added initargs)
      (apply #'shared-initialize current added initargs))))

(defgeneric update-instance-for-redefined-class (instance added-slots discarded-slots property-list
                                                 &rest initargs &key &allow-other-keys)
  (:documentation "Called before an instance of a redefined class is used: PROPERTY-LIST has values of DISCARDED-SLOTS.")
  (:method ((instance standard-object) added-slots discarded-slots property-list &rest initargs)
    (%check-initargs-for instance
                         (%applicable-methods (%generic-of #'update-instance-for-redefined-class)
                                              (list instance added-slots discarded-slots property-list))
                         added-slots initargs)
    (apply #'shared-initialize instance added-slots initargs)))

(defgeneric make-instances-obsolete (class)
  (:documentation "Let the instances of CLASS be updated before they are used again; returns the class.")
  (:method ((class symbol))
    (make-instances-obsolete (find-class class))
    class)
  (:method ((class standard-class))
    (%renew-layouts class)
    class))

;;; Allocating and filling

(defun %library-makes-instances-p ()
  "Has MAKE-INSTANCE only the three methods above?"
  (null (cdddr (%generic-methods (%generic-of #'make-instance)))))

(defun %not-instantiable (class)
  (error 'simple-error :format-control "~S has no instances that MAKE-INSTANCE could make"
                       :format-arguments (list class)))

(defun %check-instantiable (class)
  (when (%class-layout class)
    (%not-instantiable class))
  (%check-finalized class))

(defun %allocate-instance (class)
  (let* ((layout (%standard-class-instance-layout class))
         (instance (%make-instance layout 1)))
    (%set-local-slots instance (%unbound-slots layout))
    instance))

(defun %initialize-slots (instance slot-names initargs)
  (let ((index 0) (slots (%local-slots-of instance)))
    (dolist (slot (%standard-class-slots (class-of instance)) instance)
      (let* ((cell (%slot-cell slot))
             (holder (or cell slots))
             (place (if cell 0 index))
             (tail (and initargs (%supplied-initarg (%slot-initargs slot) initargs))))
        (cond (tail (%svset holder place (cadr tail)))
              ((and (%slot-initfunction slot)
                    (%unbound-p (%svref holder place))
                    (or (eq slot-names t) (member (%slot-name slot) slot-names :test #'eq)))
               (%svset holder place (funcall (%slot-initfunction slot)))))
        (unless cell
          (setq index (%fix+ index 1)))))))

(defun %local-slots-of (instance)
  "The vector of the slots of INSTANCE, which is brought up to date before."
  (%current-layout instance)
  (%local-slots instance))

;;; Initialization arguments

(defun %methods-for-class (generic class)
  "The methods of GENERIC for which the first argument may be any instance of CLASS."
  (let ((precedence (%class-precedence class)))
    (remove-if-not (lambda (method) (member (car (%method-specializers method)) precedence :test #'eq))
                   (%generic-methods generic))))

(defun %known-initargs (class methods)
  "The initialization arguments that CLASS and METHODS know, or T for any."
  (let ((known '()))
    (dolist (slot (%standard-class-slots class))
      (setq known (union (%slot-initargs slot) known :test #'eq)))
    (dolist (method methods known)
      (let ((shape (%method-shape method)))
        (when (%shape-allow-p shape)
          (return t))
        (setq known (union (%shape-keys shape) known :test #'eq))))))

(defun %check-known-initargs (class known initargs)
  "PROGRAM-ERROR if INITARGS is no property list or has an argument that is not in KNOWN."
  (when (oddp (length initargs))
    (%class-error "odd number of initialization arguments for ~S: ~S" class initargs))
  (do ((rest initargs (cddr rest)))
      ((null rest))
    (unless (symbolp (car rest))
      (%class-error "~S among the initialization arguments for ~S is not a symbol" (car rest) class))
    (unless (or (eq known t)
                (member (car rest) known :test #'eq)
                (eq (car rest) :allow-other-keys)
                (getf initargs :allow-other-keys))
      (%class-error "~S is not an initialization argument of ~S" (car rest) class))))

(defun %check-initargs-for (instance methods slot-names initargs)
  "Check INITARGS that go to METHODS, and to SHARED-INITIALIZE of INSTANCE and SLOT-NAMES."
  (when initargs
    (let ((class (class-of instance))
          (shared (%applicable-methods (%generic-of #'shared-initialize) (list instance slot-names))))
      (%check-known-initargs class (%known-initargs class (append methods shared)) initargs))))

;;; Plans: what is the same for all new instances of a class, as long as classes and methods are the same

(defun %define-planned (name)
  "The methods of the generic function NAME decide how instances are made."
  (setf (%generic-planned-p (%generic-of (fdefinition name))) t)
  (%forget-plans))

(%define-planned 'allocate-instance)
(%define-planned 'initialize-instance)
(%define-planned 'shared-initialize)
(%define-planned 'make-instance)

(defstruct (%plan (:copier nil) (:predicate nil)
                  (:constructor %make-plan (token known allocated-plainly-p initialized-plainly-p filled-plainly-p)))
  token                    ; *PLAN-TOKEN* when the plan was made
  known                    ; initialization arguments, or T
  allocated-plainly-p      ; do only the methods of the library apply: to ALLOCATE-INSTANCE,
  initialized-plainly-p    ; INITIALIZE-INSTANCE,
  filled-plainly-p)        ; SHARED-INITIALIZE?

(defun %new-plan (class)
  (let ((allocating (%applicable-methods (%generic-of #'allocate-instance) (list class)))
        (initializing (%methods-for-class (%generic-of #'initialize-instance) class))
        (filling (%methods-for-class (%generic-of #'shared-initialize) class)))
    (%make-plan *plan-token*
                (%known-initargs class (append allocating initializing filling))
                (null (cdr allocating)) (null (cdr initializing)) (null (cdr filling)))))

(defun %plan-plain-p (plan)
  "Do the instances only get values for their slots?"
  (and (%plan-allocated-plainly-p plan)
       (%plan-initialized-plainly-p plan)
       (%plan-filled-plainly-p plan)))

(defun %plan-of (class)
  "The plan of CLASS, which and whose superclasses are defined."
  (let ((plan (%standard-class-plan class)))
    (if (and plan (eq (%plan-token plan) *plan-token*))
        plan
        (setf (%standard-class-plan class) (%new-plan class)))))

(defun %make-standard-instance (class initargs)
  (%check-instantiable class)
  (let ((plan (%plan-of class))
        (initargs (%complete-initargs (%standard-class-default-initargs class) initargs)))
    (when initargs
      (%check-known-initargs class (%plan-known plan) initargs))
    (if (%plan-plain-p plan)
        (%initialize-slots (%allocate-instance class) t initargs)
        (let ((instance (if (%plan-allocated-plainly-p plan)
                            (%allocate-instance class)
                            (apply #'allocate-instance class initargs))))
          (apply #'initialize-instance instance initargs)
          instance))))

;;; Changing

(defun %change-class (instance class initargs)
  (let ((layout (%current-layout instance))
        (previous (%make-instance (%instance-layout instance) 1)))
    (%check-instantiable class)
    (%forget-object instance layout)
    (%set-local-slots previous (%local-slots instance))
    (%move-to-layout instance (%standard-class-instance-layout class))
    (apply #'update-instance-for-different-class previous instance initargs)
    instance))

(defun %renew-layouts (class)
  (dolist (each (%with-subclasses class))
    (let ((layout (%standard-class-instance-layout each)))
      (when layout
        (%retire-layout layout)
        (%forget-layout-users layout)
        (setf (%standard-class-instance-layout each) (%make-instance-layout each))))))
