;;;; Class objects, as far as every image needs them: what the type system asks of a class.
;;;;
;;;; The symbol's cell for classes holds the layout of a structure type, condition type or class of metaobjects, and the
;;;; class object of any other class; the layout of a redefined class is another one, its class object is the same.

(in-package "CLYSM.LIBRARY")

(defstruct (class (:constructor nil) (:copier nil) (:predicate %classp) (:conc-name %class-)
                  (:print-object %print-class))
  name                       ; a symbol; not unique
  (direct-superclasses '())  ; list of classes
  (direct-subclasses '())    ; list of classes
  (precedence-list '())      ; of a standard class whose superclasses are all defined, else NIL
  (layout nil)               ; that of all instances, or of an ancestor of theirs; NIL if there is no such layout
  (doc nil))                 ; documentation

(defstruct (built-in-class (:include class) (:copier nil) (:predicate nil) (:constructor %make-built-in-class)))

(defun %subclassp (class super)
  "Is SUPER the class CLASS or one that it inherits from?"
  (cond ((eq class super) t)
        ((%class-precedence-list class)
         (if (member super (%class-precedence-list class) :test #'eq) t nil))
        (t (dolist (direct (%class-direct-superclasses class) nil)
             (when (%subclassp direct super) (return t))))))

(defun %instance-class (instance)
  "The class object of INSTANCE, if there is one yet, else NIL."
  (let ((layout (%instance-layout instance)))
    (if layout (%layout-class layout) nil)))

(defun %class-typep (object class)
  (cond ((%class-layout class) (%instance-of-p object (%class-layout class)))
        ((%structurep class 'built-in-class) (%typep-name object (%class-name class)))
        ((%instancep object)
         (let ((own (%instance-class object)))
           (and own (%subclassp own class))))
        (t nil)))

;;; What a function object knows of itself: its name, the list of SYMBOL alone for (setf SYMBOL), or, of a generic
;;; function, an instance, whose first slot is the name.

(defun %generic-function-p (object)
  (and (functionp object) (%instancep (%function-info object))))

(defun %function-name (function)
  "The name of FUNCTION: a symbol, (setf symbol), or NIL."
  (let ((info (%function-info function)))
    (cond ((symbolp info) info)
          ((%instancep info) (%instance-ref info 0))
          ((eq (car info) 'setf) info)
          (t (list 'setf (car info))))))
