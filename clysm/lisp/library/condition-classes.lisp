;;;; Condition classes and their instances: precedence, slots, initialization, reports.

(in-package "CLYSM.LIBRARY")

(defstruct (%condition-class (:copier nil)
                             (:constructor %make-condition-class
                                 (direct-supers direct-slots direct-default-initargs report doc)))
  "The info of the layout of a condition type."
  direct-supers                ; layouts, as listed in the definition
  direct-slots                 ; list of %condition-slot
  direct-default-initargs      ; list of (initarg . function of no arguments)
  report                       ; function of condition and stream, or NIL
  doc                          ; string or NIL
  slots                        ; list of %condition-slot, own and inherited, in the order of the instance's slots
  default-initargs)            ; own, then inherited ones

(defstruct (%condition-slot (:copier nil)
                            (:constructor %make-condition-slot (name initargs initfunction cell readers writers)))
  "A slot of a condition type."
  name
  initargs                     ; list of symbols
  initfunction                 ; function of no arguments, or NIL
  cell                         ; list of one value, shared by all instances, or NIL if each instance has its own
  readers                      ; names of the reader functions
  writers)                     ; names of the writer functions

;;; Slots

(defun %merge-condition-slots (specific general)
  "One slot from two definitions of the same name."
  (%make-condition-slot (%condition-slot-name specific)
                        (append (%condition-slot-initargs specific) (%condition-slot-initargs general))
                        (or (%condition-slot-initfunction specific) (%condition-slot-initfunction general))
                        (%condition-slot-cell specific)
                        (append (%condition-slot-readers specific) (%condition-slot-readers general))
                        (append (%condition-slot-writers specific) (%condition-slot-writers general))))

(defun %add-condition-slot (slot slots)
  "SLOTS with SLOT at the end, or merged into the slot of the same name."
  (cond ((null slots) (list slot))
        ((eq (%condition-slot-name (car slots)) (%condition-slot-name slot))
         (cons (%merge-condition-slots slot (car slots)) (cdr slots)))
        (t (cons (car slots) (%add-condition-slot slot (cdr slots))))))

(defun %inherited-condition-slots (supers)
  "The slots of the class whose precedence list is SUPERS, those of the most general ancestor first."
  (let ((slots '()))
    (dolist (layout (reverse supers) slots)
      (dolist (slot (%condition-class-direct-slots (%layout-info layout)))
        (setq slots (%add-condition-slot slot slots))))))

(defun %inherited-default-initargs (supers)
  (let ((initargs '()))
    (dolist (layout supers (nreverse initargs))
      (dolist (entry (%condition-class-direct-default-initargs (%layout-info layout)))
        (unless (assoc (car entry) initargs :test #'eq)
          (push entry initargs))))))

(defun %condition-slot-names (slots)
  "Simple vector of the names of SLOTS."
  (let ((names (%make-vector (length slots) nil))
        (index 0))
    (dolist (slot slots names)
      (%svset names index (%condition-slot-name slot))
      (setq index (%fix+ index 1)))))

(defun %direct-super-layouts (layout)
  (%condition-class-direct-supers (%layout-info layout)))

(defun %condition-layout-p (object)
  (and (%layoutp object)
       (%condition-class-p (%layout-info object))))

(defun %define-condition (layout name supers slots default-initargs report documentation)
  "Make LAYOUT the description of the condition type NAME.
SUPERS are the layouts of the parents, SLOTS %condition-slot objects, DEFAULT-INITARGS a list of (initarg . function).
Signals PROGRAM-ERROR if a parent is not a condition type."
  (dolist (super supers)
    (unless (%condition-layout-p super)
      (error 'program-error
             :format-control "parent ~S of condition type ~S is not a condition type"
             :format-arguments (list (%layout-name super) name))))
  (let ((class (%make-condition-class supers slots default-initargs report documentation)))
    (%instance-set layout 0 name)
    (%instance-set layout 3 class)
    (let* ((precedence (%precedence-list layout #'%direct-super-layouts #'%layout-name))
           (all-slots (%inherited-condition-slots precedence)))
      (%instance-set layout 1 precedence)
      (%instance-set layout 2 (%condition-slot-names all-slots))
      (setf (%condition-class-slots class) all-slots)
      (setf (%condition-class-default-initargs class) (%inherited-default-initargs precedence))
      (%set-symbol-class name layout)
      name)))

;;; Instances

(defun %condition-layout (type)
  "The layout of the condition type TYPE, a name or a layout.  Signals TYPE-ERROR if there is none."
  (cond ((and (symbolp type) (%condition-layout-p (%symbol-class type)))
         (%symbol-class type))
        ((and (%classp type) (%condition-layout-p (%class-layout type)))
         (%class-layout type))
        ((and (symbolp type) (%type-expander type))
         (%condition-layout (funcall (%type-expander type) (list type) nil)))
        (t (error 'simple-type-error
                  :datum type :expected-type '(satisfies %condition-layout)
                  :format-control "~S does not name a condition type"
                  :format-arguments (list type)))))

(defun %known-initarg-p (initarg class)
  (dolist (slot (%condition-class-slots class) nil)
    (when (member initarg (%condition-slot-initargs slot) :test #'eq)
      (return t))))

(defun %check-initargs (initargs type class)
  "INITARGS, if it is a property list of initialization arguments of CLASS, named TYPE; else PROGRAM-ERROR."
  (let ((rest initargs))
    (loop
      (when (null rest) (return initargs))
      (when (null (cdr rest))
        (error 'program-error
               :format-control "odd number of initialization arguments for ~S: ~S"
               :format-arguments (list type initargs)))
      (unless (or (%known-initarg-p (car rest) class) (eq (car rest) :allow-other-keys)
                  (getf initargs :allow-other-keys))
        (error 'program-error
               :format-control "~S is not an initialization argument of ~S"
               :format-arguments (list (car rest) type)))
      (setq rest (cddr rest)))))

(defun %supplied-initarg (names initargs)
  "The tail of the plist INITARGS that starts with one of NAMES, or NIL."
  (loop
    (when (null initargs) (return nil))
    (when (member (car initargs) names :test #'eq) (return initargs))
    (setq initargs (cddr initargs))))

(defun %complete-initargs (defaults initargs)
  "INITARGS and those of DEFAULTS, a list of (initarg . function), that they do not supply."
  (let ((added '()))
    (dolist (entry defaults)
      (unless (%supplied-initarg (list (car entry)) initargs)
        (push (car entry) added)
        (push (funcall (cdr entry)) added)))
    (if added (append initargs (nreverse added)) initargs)))

(defun %initial-slot-value (slot initargs)
  "What INITARGS or the initial form give to SLOT, or the unbound marker."
  (let ((tail (%supplied-initarg (%condition-slot-initargs slot) initargs)))
    (cond (tail (cadr tail))
          ((%condition-slot-initfunction slot) (funcall (%condition-slot-initfunction slot)))
          (t (%unbound)))))

(defun %initialize-shared-slot (slot initargs)
  (let ((cell (%condition-slot-cell slot)))
    (when (or (%unbound-p (%car cell))
              (%supplied-initarg (%condition-slot-initargs slot) initargs))
      (%set-car cell (%initial-slot-value slot initargs)))))

(defun %make-condition (type initargs)
  (let* ((layout (%condition-layout type))
         (class (%layout-info layout))
         (all (%complete-initargs (%condition-class-default-initargs class) (%check-initargs initargs type class)))
         (condition (%make-instance layout (%vector-length (%layout-slot-names layout))))
         (index 0))
    (dolist (slot (%condition-class-slots class) condition)
      (if (%condition-slot-cell slot)
          (%initialize-shared-slot slot all)
          (%instance-set condition index (%initial-slot-value slot all)))
      (setq index (%fix+ index 1)))))

(defun make-condition (type &rest initargs)
  "A new condition of the type named TYPE.
Signals TYPE-ERROR if TYPE is no condition type, PROGRAM-ERROR for an odd number of INITARGS or an unknown one."
  (%make-condition type initargs))

;;; Readers and writers.  Several condition types may define one reader, so a slot is found by the reader's name.

(defun %condition-slot-index (condition accessor names-of)
  "Index of and description of the slot of CONDITION that has ACCESSOR, or NIL.  NAMES-OF gives a slot's accessors."
  (if (%structurep condition 'condition)
      (let ((index 0))
        (dolist (slot (%condition-class-slots (%layout-info (%instance-layout condition))) nil)
          (when (member accessor (funcall names-of slot) :test #'equal)
            (return (values index slot)))
          (setq index (%fix+ index 1))))
      nil))

(defun %read-condition-slot (condition reader type)
  "What READER, defined by the condition type TYPE, returns for CONDITION.
Signals TYPE-ERROR if CONDITION has no such reader, UNBOUND-SLOT if the slot has no value."
  (multiple-value-bind (index slot) (%condition-slot-index condition reader #'%condition-slot-readers)
    (if (null index)
        (error 'type-error :datum condition :expected-type type)
        (let ((value (if (%condition-slot-cell slot)
                         (car (%condition-slot-cell slot))
                         (%instance-ref condition index))))
          (if (%unbound-p value)
              (error 'unbound-slot :name (%condition-slot-name slot) :instance condition)
              value)))))

(defun %write-condition-slot (value condition writer type)
  "Store VALUE through WRITER, a function name that the condition type TYPE defined; returns VALUE."
  (multiple-value-bind (index slot) (%condition-slot-index condition writer #'%condition-slot-writers)
    (cond ((null index)
           (error 'type-error :datum condition :expected-type type))
          ((%condition-slot-cell slot)
           (%set-car (%condition-slot-cell slot) value))
          (t (%instance-set condition index value)))
    value))

;;; Reports

(defun %condition-report-function (condition)
  "The report function of CONDITION's class or of the nearest ancestor that has one, or NIL."
  (dolist (layout (%layout-supers (%instance-layout condition)) nil)
    (let ((report (%condition-class-report (%layout-info layout))))
      (when report (return report)))))

(defun %report-condition (condition stream)
  "Write the report of CONDITION to STREAM, as printing it without escape does."
  (let ((report (%condition-report-function condition)))
    (cond (report (funcall report condition stream))
          (t (write-string "condition " stream)
             (prin1 (%layout-name (%instance-layout condition)) stream)
             (write-string " was signalled" stream)))
    condition))
