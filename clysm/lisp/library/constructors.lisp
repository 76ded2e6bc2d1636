;;;; Calls of MAKE-INSTANCE with a constant class name and constant initialization arguments: the work that is the same
;;;; for all of them is done once.

(in-package "CLYSM.LIBRARY")

(defstruct (%constructor (:copier nil) (:predicate nil) (:constructor %make-constructor (name initargs)))
  name               ; of the class; a slot named CLASS-NAME would bring that function into every image
  initargs           ; those of the call, without their values
  (token nil)        ; *PLAN-TOKEN* when the rest was computed
  (class nil)        ; the class of the instances if that is all that matters, or NIL
  (layout nil)       ; that of the new instances, or NIL if MAKE-INSTANCE has to be called
  (sources nil))     ; for each local slot the number of the argument, the function that gives the value, or 0

(defun %slot-source (slot initargs)
  "Where the initial value of SLOT comes from in a call with INITARGS."
  (or (position-if (lambda (initarg) (member initarg (%slot-initargs slot) :test #'eq)) initargs)
      (%slot-initfunction slot)
      (%unbound)))

(defun %sources (class initargs)
  (coerce (mapcar (lambda (slot) (%slot-source slot initargs))
                  (remove-if #'%slot-cell (%standard-class-slots class)))
          'simple-vector))

(defun %plainly-made-p (class initargs)
  "Does making an instance of CLASS with INITARGS only fill local slots?"
  (and (%standard-class-precedence-list class)
       (null (%standard-class-default-initargs class))
       (let* ((plan (%plan-of class)) (known (%plan-known plan)))
         (and (%plan-plain-p plan)
              (every (lambda (initarg) (member initarg known :test #'eq)) initargs)))
       (notany (lambda (slot)
                 (and (%slot-cell slot) (intersection (%slot-initargs slot) initargs :test #'eq)))
               (%standard-class-slots class))))

(defun %prepare-constructor (constructor)
  "Compute what CONSTRUCTOR keeps."
  (let* ((found (find-class (%constructor-name constructor)))
         (class (if (and (%standard-class-p found) (null (%class-layout found)) (%library-makes-instances-p))
                    found
                    nil))
         (initargs (%constructor-initargs constructor)))
    (setf (%constructor-class constructor) class)
    (cond ((and class (%plainly-made-p class initargs))
           (setf (%constructor-layout constructor) (%standard-class-instance-layout class))
           (setf (%constructor-sources constructor) (%sources class initargs)))
          (t (setf (%constructor-layout constructor) nil)))
    (setf (%constructor-token constructor) *plan-token*)))

(defun %construct-slowly (constructor &rest values)
  (let ((initargs '()) (class (%constructor-class constructor)))
    (dolist (initarg (%constructor-initargs constructor))
      (push initarg initargs)
      (push (pop values) initargs))
    (setq initargs (nreverse initargs))
    (if class
        (%make-standard-instance class initargs)
        (apply #'make-instance (%constructor-name constructor) initargs))))

(defmacro %define-constructing (name parameters)
  "Define NAME, a function of a constructor and PARAMETERS, the values of the initialization arguments."
  `(defun ,name (constructor ,@parameters)
     (unless (eq (%constructor-token constructor) *plan-token*)
       (%prepare-constructor constructor))
     (let ((layout (%constructor-layout constructor)))
       (if (null layout)
           (%construct-slowly constructor ,@parameters)
           (let* ((sources (%constructor-sources constructor))
                  (count (%vector-length sources))
                  (slots (%make-vector count (%unbound)))
                  (instance (%make-instance layout 1))
                  (index 0))
             (loop
               (when (%fix= index count) (return))
               (let ((source (%svref sources index)))
                 (cond ,@(let ((number -1))
                           (mapcar (lambda (parameter)
                                     `((eq source ,(setq number (+ number 1))) (%svset slots index ,parameter)))
                                   parameters))
                       ((functionp source) (%svset slots index (funcall source)))))
               (setq index (%fix+ index 1)))
             (%set-local-slots instance slots)
             instance)))))

(%define-constructing %construct-0 ())
(%define-constructing %construct-1 (a))
(%define-constructing %construct-2 (a b))
(%define-constructing %construct-3 (a b c))
(%define-constructing %construct-4 (a b c d))

(eval-when (:compile-toplevel :load-toplevel :execute)

  (defun %constant-initargs (arguments)
    "The initialization arguments in ARGUMENTS, forms, and T, if each is a keyword and different; else NIL and NIL."
    (let ((initargs '()))
      (loop
        (when (null arguments) (return (values (reverse initargs) t)))
        (unless (and (keywordp (car arguments)) (consp (cdr arguments))
                     (not (eq (car arguments) :allow-other-keys))
                     (not (member (car arguments) initargs)))
          (return (values '() nil)))
        (push (car arguments) initargs)
        (setq arguments (cddr arguments)))))

  (defun %argument-values (arguments)
    "Every second of ARGUMENTS."
    (let ((values '()))
      (loop
        (when (null arguments) (return (reverse values)))
        (push (cadr arguments) values)
        (setq arguments (cddr arguments)))))

  (defun %make-instance-form (arguments)
    "A form for (make-instance . ARGUMENTS) that does the same faster, or NIL."
    (multiple-value-bind (initargs constant-p) (%constant-initargs (cdr arguments))
      (if (and constant-p
               (consp (car arguments)) (eq (car (car arguments)) 'quote) (symbolp (cadr (car arguments)))
               (<= (length initargs) 4))
          `(,(nth (length initargs) '(%construct-0 %construct-1 %construct-2 %construct-3 %construct-4))
            (load-time-value (%make-constructor ,(car arguments) ',initargs))
            ,@(%argument-values (cdr arguments)))
          nil))))
