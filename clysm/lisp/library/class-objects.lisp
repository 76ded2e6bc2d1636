;;;; Class objects of all types that have one: FIND-CLASS and CLASS-OF.
;;;;
;;;; The class objects of structure and condition types, and of the classes of metaobjects, are made from their layouts
;;;; when somebody asks for them.

(in-package "CLYSM.LIBRARY")

(defstruct (structure-class (:include class) (:copier nil) (:predicate nil) (:constructor %make-structure-class)))

(defstruct (condition-class (:include class) (:copier nil) (:predicate nil) (:constructor %make-condition-metaobject)))

(defstruct (standard-class (:include class) (:copier nil) (:predicate %standard-class-p)
                           (:constructor %make-standard-class) (:conc-name %standard-class-))
  (defined-p nil)                  ; NIL as long as it is only mentioned as a superclass
  (direct-slots '())               ; list of %slot
  (direct-default-initargs '())    ; list of (initarg . function of no arguments)
  (slots '())                      ; list of %slot, own and inherited; NIL as long as a superclass is not defined
  (default-initargs '())           ; own and inherited
  (instance-layout nil)            ; that of new instances
  (plan nil))                      ; what MAKE-INSTANCE knows: see make-instance.lisp

;;; Built-in classes

(defun %built-in-superclasses ()
  "List of (name . names of the direct superclasses) of the classes without layouts; superclasses come first."
  '((t) (symbol t) (character t) (function t) (generic-function function) (standard-generic-function generic-function)
    (number t) (real number) (rational real) (integer rational) (fixnum integer) (bignum integer) (ratio rational)
    (float real) (single-float float) (double-float float) (complex number)
    (sequence t) (list sequence) (cons list) (null symbol list)
    (array t) (vector array sequence) (string vector) (bit-vector vector)))

(defun %make-built-in-classes ()
  (let ((classes '()))
    (dolist (row (%built-in-superclasses) classes)
      (let* ((name (car row))
             (supers (mapcar (lambda (super) (cdr (assoc super classes :test #'eq))) (cdr row)))
             (class (%make-built-in-class :name name :direct-superclasses supers)))
        (%record-subclass class)
        (%instance-set-class name class)
        (push (cons name class) classes)))))

(defun %instance-set-class (name class)
  "CLASS is what NAME names; T is the name of a layout too."
  (let ((cell (%symbol-class name)))
    (if (%layoutp cell)
        (%instance-set cell 4 class)
        (%set-symbol-class name class))))

(defun %record-subclass (class)
  "Tell its direct superclasses of CLASS."
  (dolist (super (%class-direct-superclasses class))
    (pushnew class (%class-direct-subclasses super) :test #'eq)))

(defvar *built-in-classes* (%make-built-in-classes)
  "List of (name . class) of the built-in classes without layouts.")

(defun %built-in-class (name)
  (cdr (assoc name *built-in-classes* :test #'eq)))

(defun %make-standard-object-class ()
  (let ((class (%make-standard-class :name 'standard-object :defined-p t
                                     :direct-superclasses (list (%built-in-class 't)))))
    (%record-subclass class)
    (setf (%standard-class-precedence-list class) (list class (%built-in-class 't)))
    (%set-symbol-class 'standard-object class)))

(defvar *standard-object-class* (%make-standard-object-class))

;;; Classes made from layouts

(defun %standard-name-p (name)
  (eq (%symbol-package name) (%symbol-package 'car)))

(defun %structure-superclasses (layout)
  "The direct superclasses of the type of LAYOUT; built-in types are structures only inside."
  (let ((name (%layout-name layout))
        (parent (cadr (%layout-supers layout))))
    (cond ((eq name 'class) (list *standard-object-class*))
          ((eq name 'standard-method) (list (%layout-class-object parent) *standard-object-class*))
          ((and (eq (%layout-name parent) 'structure-object) (%standard-name-p name))
           (list (%built-in-class 't)))
          (t (list (%layout-class-object parent))))))

(defun %make-class-of-layout (layout)
  (let* ((name (%layout-name layout))
         (info (%layout-info layout))
         (class (cond ((%condition-class-p info)
                       (%make-condition-metaobject
                        :name name :layout layout :doc (%condition-class-doc info)
                        :direct-superclasses (or (mapcar #'%layout-class-object (%direct-super-layouts layout))
                                                 (list (%built-in-class 't)))))
                      ((or (%layout-ancestor-p (%layout class) layout) (%layout-ancestor-p (%layout method) layout))
                       (%make-standard-class :name name :layout layout :defined-p t
                                             :direct-superclasses (%structure-superclasses layout)))
                      ((and (%standard-name-p name) (not (eq name 'structure-object)))
                       (%make-built-in-class :name name :layout layout
                                             :direct-superclasses (%structure-superclasses layout)))
                      (t
                       (%make-structure-class :name name :layout layout
                                              :direct-superclasses (%structure-superclasses layout))))))
    (%record-subclass class)
    (%instance-set layout 4 class)
    class))

(defun %layout-class-object (layout)
  (or (%layout-class layout) (%make-class-of-layout layout)))

;;; Names and objects

(defun %class-named (name)
  "The class named NAME, or NIL."
  (let ((cell (%type-cell name)))
    (cond ((%layoutp cell) (%layout-class-object cell))
          ((not (%classp cell)) (%built-in-class name))
          ((and (%standard-class-p cell) (not (%standard-class-defined-p cell))) nil)
          (t cell))))

(defun find-class (name &optional (errorp t) environment)
  "The class named NAME, a symbol; without one NIL, or an error if ERRORP."
  (declare (ignore environment))
  (unless (symbolp name)
    (%type-error name 'symbol))
  (or (%class-named name)
      (if errorp
          (error 'simple-error :format-control "there is no class named ~S" :format-arguments (list name))
          nil)))

(defun (setf find-class) (class name &optional (errorp t) environment)
  "Let NAME name CLASS, or nothing if that is NIL."
  (declare (ignore errorp environment))
  (%forget-plans)
  (cond ((null class) (%set-symbol-class name nil))
        ((not (%classp class)) (%type-error class '(or class null)))
        ((and (%class-layout class) (eq (%class-name class) name)) (%set-symbol-class name (%class-layout class)))
        (t (%set-symbol-class name class)))
  class)

(defun %class-of-array (array)
  (cond ((stringp array) (%built-in-class 'string))
        ((bit-vector-p array) (%built-in-class 'bit-vector))
        ((vectorp array) (%built-in-class 'vector))
        (t (%built-in-class 'array))))

(defun %class-of-number (number)
  (cond ((%bignump number) (%built-in-class 'bignum))
        ((%ratiop number) (%built-in-class 'ratio))
        ((%singlep number) (%built-in-class 'single-float))
        ((%doublep number) (%built-in-class 'double-float))
        (t (%built-in-class 'complex))))

(declaim (inline %class-cell))

(defun %class-cell (name)
  "The class of a built-in type, which the symbol holds since *BUILT-IN-CLASSES* was made."
  (%symbol-class name))

(defun class-of (object)
  "The class of which OBJECT is a direct instance."
  (cond ((%instancep object)
         (let ((layout (%instance-layout object)))
           (cond ((eq layout (%layout %array)) (%class-of-array object))
                 ((null layout) (%built-in-class 't))
                 (t (%layout-class-object layout)))))
        ((%fixnump object) (%class-cell 'fixnum))
        ((null object) (%class-cell 'null))
        ((consp object) (%class-cell 'cons))
        ((symbolp object) (%class-cell 'symbol))
        ((%simple-string-p object) (%class-cell 'string))
        ((characterp object) (%class-cell 'character))
        ((functionp object)
         (if (%generic-function-p object) (%class-cell 'standard-generic-function) (%class-cell 'function)))
        ((arrayp object) (%class-of-array object))
        ((numberp object) (%class-of-number object))
        (t (%built-in-class 't))))

(defun %class-precedence (class)
  "The class precedence list of CLASS."
  (or (%class-precedence-list class) (%compute-precedence class)))

(defun %compute-precedence (class)
  "The class precedence list of CLASS by its superclasses.  Source: CLHS 4.3.5."
  (let ((supers (%class-direct-superclasses class)))
    (if (and supers (null (cdr supers)))
        (cons class (%class-precedence (car supers)))
        (%precedence-list class #'%class-direct-superclasses #'%class-name))))
