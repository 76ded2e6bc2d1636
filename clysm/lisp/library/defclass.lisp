;;;; DEFCLASS, WITH-SLOTS, WITH-ACCESSORS.

(in-package "CLYSM.LIBRARY")

(eval-when (:compile-toplevel :load-toplevel :execute)

  (defun %definition-error (control &rest arguments)
    (error 'program-error :format-control control :format-arguments arguments))

  (defun %check-slot-options (slot class-name)
    "PROGRAM-ERROR for an option of SLOT, (name . options), that does not exist or is given twice."
    (let ((seen '()))
      (do ((rest (cdr slot) (cddr rest)))
          ((null rest) slot)
        (let ((key (car rest)))
          (unless (and (consp (cdr rest))
                       (member key '(:initarg :initform :reader :writer :accessor :type :allocation :documentation)))
            (%definition-error "unknown option ~S of the slot ~S of the class ~S" key (car slot) class-name))
          (unless (or (symbolp (cadr rest)) (not (member key '(:initarg :reader :accessor))))
            (%definition-error "~S is not a name for ~S of the slot ~S of the class ~S" (cadr rest) key (car slot)
                               class-name))
          (when (and (member key seen) (not (member key '(:initarg :reader :writer :accessor))))
            (%definition-error "two options ~S of the slot ~S of the class ~S" key (car slot) class-name))
          (push key seen)))
      (unless (member (getf (cdr slot) :allocation :instance) '(:instance :class))
        (%definition-error "unknown allocation ~S of the slot ~S of the class ~S"
                           (getf (cdr slot) :allocation) (car slot) class-name))))

  (defun %assigned-function-forms (names)
    (mapcar (lambda (name) `(%assigned-function ,name)) names))

  (defun %slot-form (slot class-name)
    "Form that makes the description of SLOT, a name or (name . options)."
    (let* ((slot (if (consp slot) slot (list slot)))
           (options (cdr slot))
           (accessors (%option-values :accessor options)))
      (%check-slot-options slot class-name)
      (unless (and (symbolp (car slot)) (car slot) (not (keywordp (car slot))))
        (%definition-error "~S is not a name for a slot of the class ~S" (car slot) class-name))
      `(%make-slot ',(car slot)
                   ',(%option-values :initarg options)
                   ,(%initfunction-form options)
                   ,(getf options :allocation :instance)
                   ',(getf options :type t)
                   (list ,@(%assigned-function-forms (append (%option-values :reader options) accessors)))
                   (list ,@(%assigned-function-forms
                            (append (%option-values :writer options)
                                    (mapcar (lambda (name) (list 'setf name)) accessors))))
                   ,(getf options :documentation))))

  (defun %check-distinct-slots (slots class-name)
    (let ((names '()))
      (dolist (slot slots)
        (let ((name (if (consp slot) (car slot) slot)))
          (when (member name names)
            (%definition-error "two slots of the class ~S are named ~S" class-name name))
          (push name names)))))

  (defun %check-default-initargs (initargs class-name)
    (let ((seen '()))
      (do ((rest initargs (cddr rest)))
          ((null rest))
        (unless (and (symbolp (car rest)) (consp (cdr rest)))
          (%definition-error "malformed :default-initargs of the class ~S" class-name))
        (when (member (car rest) seen)
          (%definition-error "two default initargs ~S of the class ~S" (car rest) class-name))
        (push (car rest) seen))))

  (defun %check-class-options (options class-name)
    (let ((seen '()))
      (dolist (option options)
        (unless (and (consp option) (member (car option) '(:default-initargs :documentation :metaclass)))
          (%definition-error "unknown option ~S of the class ~S" option class-name))
        (when (member (car option) seen)
          (%definition-error "two options ~S of the class ~S" (car option) class-name))
        (push (car option) seen)))
    (let ((metaclass (assoc :metaclass options)))
      (unless (or (null metaclass) (eq (cadr metaclass) 'standard-class))
        (%definition-error "the metaclass ~S of the class ~S: only STANDARD-CLASS is implemented"
                           (cadr metaclass) class-name)))))

(defmacro defclass (name superclasses slots &rest options)
  "Define the class NAME.
Slots take :initarg :initform :reader :writer :accessor :type :allocation :documentation; options are
(:default-initargs ...), (:documentation string) and (:metaclass standard-class).  Source: CLHS 7.7."
  (unless (and name (symbolp name))
    (%definition-error "~S is not a name for a class" name))
  (unless (and (listp superclasses) (every #'symbolp superclasses))
    (%definition-error "malformed list of superclasses of the class ~S: ~S" name superclasses))
  (%check-class-options options name)
  (%check-distinct-slots slots name)
  (%check-default-initargs (cdr (assoc :default-initargs options)) name)
  `(progn
     (declaim (declaration ,name))      ; (declare (NAME variable)) is a declaration of a type
     (%define-class ',name ',superclasses
                    (list ,@(mapcar (lambda (slot) (%slot-form slot name)) slots))
                    (list ,@(%default-initarg-forms (cdr (assoc :default-initargs options))))
                    ,(cadr (assoc :documentation options)))))

(defmacro with-slots (slots instance &body body)
  "Run BODY, in which variables stand for slots of INSTANCE: for each of SLOTS, a name or (variable name)."
  (let ((object (gensym "INSTANCE")))
    `(let ((,object ,instance))
       (declare (ignorable ,object))
       (symbol-macrolet ,(mapcar (lambda (slot)
                                   (if (consp slot)
                                       `(,(first slot) (slot-value ,object ',(second slot)))
                                       `(,slot (slot-value ,object ',slot))))
                                 slots)
         ,@body))))

(defmacro with-accessors (slots instance &body body)
  "Run BODY, in which variables stand for calls of accessors with INSTANCE: for each of SLOTS, (variable accessor)."
  (let ((object (gensym "INSTANCE")))
    `(let ((,object ,instance))
       (declare (ignorable ,object))
       (symbol-macrolet ,(mapcar (lambda (slot) `(,(first slot) (,(second slot) ,object))) slots)
         ,@body))))
