;;;; DEFINE-CONDITION.

(in-package "CLYSM.LIBRARY")

(eval-when (:compile-toplevel :load-toplevel :execute)

  (defun %option-values (key options)
    "All values of the slot option KEY in the property list OPTIONS, in order."
    (let ((values '()))
      (do ((rest options (cddr rest)))
          ((null rest) (nreverse values))
        (when (eq (car rest) key)
          (push (cadr rest) values)))))

  (defun %condition-slot-accessors (options)
    "Readers and writers (function names) that the slot OPTIONS define."
    (let ((accessors (%option-values :accessor options)))
      (values (append (%option-values :reader options) accessors)
              (append (%option-values :writer options)
                      (mapcar (lambda (name) (list 'setf name)) accessors)))))

  (defun %initfunction-form (options)
    "A form for the function that computes the initial value, or NIL."
    (if (eq (getf options :initform options) options)
        nil
        `(lambda () ,(getf options :initform))))

  (defun %check-condition-slot (slot)
    "SLOT as (name . options).  Signals an error for an option that does not exist."
    (let ((slot (if (consp slot) slot (list slot))))
      (do ((rest (cdr slot) (cddr rest)))
          ((null rest) slot)
        (unless (member (car rest) '(:initarg :initform :reader :writer :accessor :type :allocation :documentation))
          (error 'program-error :format-control "unknown option ~S of slot ~S of a condition type"
                                :format-arguments (list (car rest) (car slot)))))))

  (defun %condition-slot-form (slot)
    "Form that makes the description of SLOT."
    (multiple-value-bind (readers writers) (%condition-slot-accessors (cdr slot))
      `(%make-condition-slot ',(car slot)
                             ',(%option-values :initarg (cdr slot))
                             ,(%initfunction-form (cdr slot))
                             ,(if (eq (getf (cdr slot) :allocation) :class) '(list (%unbound)) nil)
                             ',readers
                             ',writers)))

  (defun %condition-accessor-forms (slot type)
    "Definitions of the readers and writers of SLOT of the condition type TYPE."
    (multiple-value-bind (readers writers) (%condition-slot-accessors (cdr slot))
      (append
       (mapcar (lambda (reader)
                 `(defun ,reader (condition)
                    (%read-condition-slot condition ',reader ',type)))
               readers)
       (mapcar (lambda (writer)
                 `(defun ,writer (value condition)
                    (%write-condition-slot value condition ',writer ',type)))
               writers))))

  (defun %condition-report-form (options)
    "Form for the report function that the option :REPORT asks for, or NIL."
    (let ((report (assoc :report options)))
      (cond ((null report) nil)
            ((stringp (cadr report))
             `(lambda (condition stream)
                (declare (ignore condition))
                (write-string ,(cadr report) stream)))
            (t `(function ,(cadr report))))))

  (defun %default-initarg-forms (initargs)
    "Forms that make the pairs (initarg . function) of a property list of initargs and forms."
    (let ((forms '()))
      (do ((rest initargs (cddr rest)))
          ((null rest) (nreverse forms))
        (push `(cons ',(car rest) (lambda () ,(cadr rest))) forms)))))

(defmacro define-condition (name parents slots &rest options)
  "Define the condition type NAME.
PARENTS defaults to (CONDITION).  Slots take :initarg :initform :reader :writer :accessor :type :allocation
:documentation; options are (:report function-or-string), (:default-initargs ...) and (:documentation string)."
  (dolist (option options)
    (unless (member (car option) '(:report :default-initargs :documentation))
      (error 'program-error :format-control "unknown option ~S of condition type ~S"
                            :format-arguments (list (car option) name))))
  (let ((slots (mapcar #'%check-condition-slot slots)))
    `(progn
       (declaim (declaration ,name))    ; (declare (NAME variable)) is a declaration of a type
       (%define-condition (%layout ,name)
                          ',name
                          (list ,@(mapcar (lambda (parent) `(%layout ,parent)) (or parents '(condition))))
                          (list ,@(mapcar #'%condition-slot-form slots))
                          (list ,@(%default-initarg-forms (cdr (assoc :default-initargs options))))
                          ,(%condition-report-form options)
                          ,(cadr (assoc :documentation options)))
       ,@(apply #'append (mapcar (lambda (slot) (%condition-accessor-forms slot name)) slots))
       ',name)))
