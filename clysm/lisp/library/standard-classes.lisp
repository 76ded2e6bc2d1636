;;;; Classes that DEFCLASS defines: their slots, and the layouts of their instances.  Source: CLHS 7.5.3, 4.3.6.
;;;;
;;;; An instance has one slot, a simple vector of the values of its local slots, so that it can get another number of
;;;; them. Its layout names the local slots in the order of the vector; the info of the layout is a description.

(in-package "CLYSM.LIBRARY")

(defstruct (%slot (:copier nil) (:predicate nil)
                  (:constructor %make-slot
                      (name initargs initfunction allocation type readers writers doc &optional cell)))
  "A slot of a class, as the class defines it or as its instances have it."
  name
  initargs                   ; list of symbols
  initfunction               ; function of no arguments, or NIL
  allocation                 ; :INSTANCE or :CLASS
  type
  readers writers            ; names of functions
  doc                        ; documentation
  cell)                      ; simple vector with the value of a shared slot

(defstruct (%description (:copier nil) (:predicate nil) (:constructor %make-description (shared)))
  "What the layout of a standard class has as its info."
  shared                     ; list of (name . cell) of the shared slots
  (users '())                ; generic functions that keep methods by this layout
  (obsolete-p nil))

(defun %class-error (control &rest arguments)
  (error 'simple-program-error :format-control control :format-arguments arguments))

;;; What MAKE-INSTANCE knows of classes and methods is true as long as this is the same object.

(defvar *plan-token* (list nil))

(defun %forget-plans ()
  (setq *plan-token* (list nil)))

;;; Superclasses

(defun %superclass-named (name class-name)
  "The class NAME as a superclass, made without a definition if there is none yet."
  (let ((class (or (%class-named name)
                   (and (%classp (%type-cell name)) (%type-cell name))
                   (%set-symbol-class name (%make-standard-class :name name)))))
    (unless (and (%standard-class-p class) (null (%class-layout class)))
      (%class-error "the class ~S cannot inherit from ~S" class-name class))
    class))

(defun %set-direct-superclasses (class supers)
  (dolist (old (%class-direct-superclasses class))
    (setf (%class-direct-subclasses old) (remove class (%class-direct-subclasses old) :test #'eq)))
  (setf (%class-direct-superclasses class) supers)
  (%record-subclass class))

;;; Slots

(defun %merge-slots (specific general)
  "One slot of the instances from two definitions of the same name."
  (%make-slot (%slot-name specific)
              (union (%slot-initargs specific) (%slot-initargs general) :test #'eq)
              (or (%slot-initfunction specific) (%slot-initfunction general))
              (%slot-allocation specific)
              (cond ((eq (%slot-type specific) t) (%slot-type general))
                    ((eq (%slot-type general) t) (%slot-type specific))
                    (t (list 'and (%slot-type specific) (%slot-type general))))
              '() '()
              (or (%slot-doc specific) (%slot-doc general))
              (%slot-cell specific)))

(defun %add-slot (slot slots)
  "SLOTS with SLOT at the end, or merged into the slot of the same name."
  (cond ((null slots) (list slot))
        ((eq (%slot-name (car slots)) (%slot-name slot))
         (cons (%merge-slots slot (car slots)) (cdr slots)))
        (t (cons (car slots) (%add-slot slot (cdr slots))))))

(defun %effective-slots (precedence)
  "The slots of the instances of a class, those of the most general class first."
  (let ((slots '()))
    (dolist (class (reverse precedence) slots)
      (when (%standard-class-p class)
        (dolist (slot (%standard-class-direct-slots class))
          (setq slots (%add-slot slot slots)))))))

(defun %effective-default-initargs (precedence)
  (let ((initargs '()))
    (dolist (class precedence (nreverse initargs))
      (when (%standard-class-p class)
        (dolist (entry (%standard-class-direct-default-initargs class))
          (unless (assoc (car entry) initargs :test #'eq)
            (push entry initargs)))))))

(defun %find-slot (name slots)
  (dolist (slot slots nil)
    (when (eq (%slot-name slot) name) (return slot))))

(defun %give-cells (slots old-slots)
  "Each shared slot among the direct SLOTS of a class gets the cell that it had before, or a new one with its value."
  (dolist (slot slots)
    (when (eq (%slot-allocation slot) :class)
      (let ((old (%find-slot (%slot-name slot) old-slots)))
        (setf (%slot-cell slot)
              (or (and old (%slot-cell old))
                  (vector (if (%slot-initfunction slot) (funcall (%slot-initfunction slot)) (%unbound)))))))))

;;; Layouts of instances

(defun %names-of-slots (slots)
  (let ((names (%make-vector (length slots) nil))
        (index 0))
    (dolist (slot slots names)
      (%svset names index (%slot-name slot))
      (setq index (%fix+ index 1)))))

(defun %shared-slots (slots)
  "List of (name . cell) of the shared ones among SLOTS."
  (let ((shared '()))
    (dolist (slot slots (nreverse shared))
      (when (%slot-cell slot)
        (push (cons (%slot-name slot) (%slot-cell slot)) shared)))))

(defun %make-instance-layout (class)
  "A new layout for the instances of CLASS, whose slots are known."
  (let ((layout (%new-layout))
        (slots (%standard-class-slots class)))
    (%instance-set layout 0 (%class-name class))
    (%instance-set layout 1 (list layout))
    (%instance-set layout 2 (%names-of-slots (remove-if #'%slot-cell slots)))
    (%instance-set layout 3 (%make-description (%shared-slots slots)))
    (%instance-set layout 4 class)
    layout))

(defun %same-structure-p (layout class)
  "Do instances of LAYOUT have the slots of CLASS?"
  (let ((slots (%standard-class-slots class)))
    (and (equalp (%layout-slot-names layout) (%names-of-slots (remove-if #'%slot-cell slots)))
         (equal (%description-shared (%layout-info layout)) (%shared-slots slots)))))

(defun %retire-layout (layout)
  "Instances of LAYOUT are to be updated before they are used again."
  (setf (%description-obsolete-p (%layout-info layout)) t))

(defun %forget-layout-users (layout)
  "What generic functions know of the instances of LAYOUT may no longer be true."
  (let ((description (%layout-info layout)))
    (dolist (generic (%description-users description))
      (%reset-dispatch generic))
    (setf (%description-users description) '())))

(defun %with-subclasses (class)
  "CLASS and all classes that inherit from it, each once and before its subclasses."
  (let ((ordered '()) (seen '()))
    (labels ((visit (class)
               (unless (member class seen :test #'eq)
                 (push class seen)
                 (mapc #'visit (%class-direct-subclasses class))
                 (push class ordered))))
      (visit class)
      ordered)))

(defun %finalize-class (class)
  "What follows from the definitions of CLASS and its superclasses, if these are all there; then of its subclasses."
  (dolist (each (%with-subclasses class))
    (if (every #'%finalized-p (%class-direct-superclasses each))
        (%finalize-alone each)
        (setf (%standard-class-precedence-list each) '()))))

(defun %finalize-alone (class)
  "What follows from the definition of CLASS and those of its superclasses."
  (let ((layout (%standard-class-instance-layout class))
        (precedence (%compute-precedence class)))
    (setf (%standard-class-precedence-list class) precedence)
    (setf (%standard-class-slots class) (%effective-slots precedence))
    (setf (%standard-class-default-initargs class) (%effective-default-initargs precedence))
    (when layout
      (%forget-layout-users layout))
    (unless (and layout (%same-structure-p layout class))
      (when layout
        (%retire-layout layout))
      (setf (%standard-class-instance-layout class) (%make-instance-layout class)))))

(defun %finalized-p (class)
  (or (not (%standard-class-p class))
      (%standard-class-precedence-list class)))

(defun %check-finalized (class)
  "CLASS, if it and its superclasses are defined; else an error that names the one that is not."
  (if (%standard-class-precedence-list class)
      class
      (dolist (super (%all-supers class #'%class-direct-superclasses))
        (unless (or (not (%standard-class-p super)) (%standard-class-defined-p super))
          (error 'simple-error :format-control "the class ~S inherits from ~S, which is not defined"
                               :format-arguments (list (%class-name class) (%class-name super)))))))

(defun %check-inheritance (class supers)
  "PROGRAM-ERROR if CLASS could not inherit from SUPERS: they cannot be ordered, or inherit from CLASS."
  (when (or (cdr supers) (%subclassp (car supers) class))
    (%precedence-list class
                      (lambda (each) (if (eq each class) supers (%class-direct-superclasses each)))
                      #'%class-name)))

;;; Defining

(defun %new-standard-class (name)
  "The standard class that NAME names or may name; else a new one."
  (let ((cell (%type-cell name)))
    (cond ((and (%standard-class-p cell) (eq (%class-name cell) name)) cell)
          ((or (%layoutp cell) (%built-in-class name))
           (if (%standard-name-p name)
               (%class-error "~S names a class of the standard" name)
               (%make-standard-class :name name)))
          (t (%make-standard-class :name name)))))

(defun %define-class (name superclass-names slots default-initargs documentation)
  "Define or redefine the class NAME. SLOTS: list of %slot. DEFAULT-INITARGS: list of (initarg . function).
Signals PROGRAM-ERROR, and changes nothing, if the superclasses cannot be those of a class."
  (let* ((class (%new-standard-class name))
         (supers (or (mapcar (lambda (super) (%superclass-named super name)) superclass-names)
                     (list *standard-object-class*)))
         (old-slots (%standard-class-direct-slots class)))
    (when (eq class *standard-object-class*)
      (%class-error "~S names a class of the standard" name))
    (%check-inheritance class supers)
    (%give-cells slots old-slots)
    (%set-direct-superclasses class supers)
    (setf (%standard-class-direct-slots class) slots)
    (setf (%standard-class-direct-default-initargs class) default-initargs)
    (setf (%class-doc class) documentation)
    (setf (%standard-class-defined-p class) t)
    (%forget-plans)
    (%set-symbol-class name class)
    (%remove-accessors class old-slots)
    (%finalize-class class)
    (%add-accessors class slots)
    class))

(defun %add-accessors (class slots)
  (dolist (slot slots)
    (dolist (reader (%slot-readers slot))
      (%add-reader reader class (%slot-name slot)))
    (dolist (writer (%slot-writers slot))
      (%add-writer writer class (%slot-name slot)))))

(defun %remove-accessors (class slots)
  (dolist (slot slots)
    (dolist (reader (%slot-readers slot))
      (%remove-accessor reader (list class)))
    (dolist (writer (%slot-writers slot))
      (%remove-accessor writer (list (%built-in-class 't) class)))))
