;;;; Slots of objects, and objects whose class has changed.  Source: CLHS 7.7, 4.3.6.
;;;;
;;;; The slots of structures and conditions can be named too.

(in-package "CLYSM.LIBRARY")

;;; Instances of standard classes

(defun %current-layout (object)
  "The layout of OBJECT, an instance of a standard class that is updated if that has been redefined; NIL for others."
  (if (%instancep object)
      (let* ((layout (%instance-layout object))
             (description (if layout (%layout-info layout) nil)))
        (cond ((not (%structurep description '%description)) nil)
              ((%description-obsolete-p description)
               (%update-instance object layout)
               (%current-layout object))
              (t layout)))
      nil))

(declaim (inline %local-slots %set-local-slots))

(defun %local-slots (instance)
  (%instance-ref instance 0))

(defun %set-local-slots (instance slots)
  (%instance-set instance 0 slots))

(defun %slot-index (layout name)
  "The place of the local slot NAME in the instances of LAYOUT, or NIL."
  (let* ((names (%layout-slot-names layout))
         (count (%vector-length names))
         (index 0))
    (loop
      (when (%fix= index count) (return nil))
      (when (eq (%svref names index) name) (return index))
      (setq index (%fix+ index 1)))))

(defun %shared-cell (layout name)
  "The cell of the shared slot NAME, or NIL."
  (cdr (assoc name (%description-shared (%layout-info layout)) :test #'eq)))

;;; The place of a slot: the object that holds the value, and an index. Slots of structures and local slots of conditions
;;; are in the instance itself, shared slots of conditions in a list.

(defun %place-in-instance (object name)
  (let* ((layout (%instance-layout object))
         (index (position name (%layout-slot-names layout) :test #'eq))
         (info (%layout-info layout))
         (cell (and index (%condition-class-p info)
                    (%condition-slot-cell (nth index (%condition-class-slots info))))))
    (cond (cell (values cell 0))
          (index (values object index))
          (t (values nil nil)))))

(defun %slot-place (object name)
  "A simple vector, list or instance, and the index in it of the slot NAME of OBJECT; NIL if there is no such slot."
  (let ((layout (%current-layout object)))
    (cond (layout
           (let ((index (%slot-index layout name)))
             (if index
                 (values (%local-slots object) index)
                 (let ((cell (%shared-cell layout name)))
                   (if cell (values cell 0) (values nil nil))))))
          ((or (%structurep object 'structure-object) (%structurep object 'condition))
           (%place-in-instance object name))
          (t (values nil nil)))))

(defun %read-place (holder index)
  (cond ((simple-vector-p holder) (%svref holder index))
        ((consp holder) (%car holder))
        (t (%instance-ref holder index))))

(defun %write-place (holder index value)
  (cond ((simple-vector-p holder) (%svset holder index value))
        ((consp holder) (%set-car holder value))
        (t (%instance-set holder index value)))
  value)

(defun slot-value (object slot-name)
  "The value of the slot SLOT-NAME of OBJECT; SLOT-MISSING or SLOT-UNBOUND say what happens if there is none."
  (multiple-value-bind (holder index) (%slot-place object slot-name)
    (if (null holder)
        (values (slot-missing (class-of object) object slot-name 'slot-value))
        (let ((value (%read-place holder index)))
          (if (%unbound-p value)
              (values (slot-unbound (class-of object) object slot-name))
              value)))))

(defun (setf slot-value) (value object slot-name)
  "Store VALUE in the slot SLOT-NAME of OBJECT; returns VALUE."
  (multiple-value-bind (holder index) (%slot-place object slot-name)
    (if (null holder)
        (slot-missing (class-of object) object slot-name 'setf value)
        (%write-place holder index value))
    value))

(defun slot-boundp (object slot-name)
  "True if the slot SLOT-NAME of OBJECT has a value."
  (multiple-value-bind (holder index) (%slot-place object slot-name)
    (if (null holder)
        (if (slot-missing (class-of object) object slot-name 'slot-boundp) t nil)
        (not (%unbound-p (%read-place holder index))))))

(defun slot-makunbound (object slot-name)
  "Let the slot SLOT-NAME of OBJECT have no value; returns OBJECT."
  (multiple-value-bind (holder index) (%slot-place object slot-name)
    (if (null holder)
        (slot-missing (class-of object) object slot-name 'slot-makunbound)
        (%write-place holder index (%unbound)))
    object))

(defun slot-exists-p (object slot-name)
  "True if OBJECT has a slot named SLOT-NAME."
  (if (%slot-place object slot-name) t nil))

;;; Accessor methods for one layout, as effective methods: see method-combination.lisp

(defun %read-local (index object)
  (let ((value (%svref (%local-slots object) index)))
    (if (%unbound-p value)
        (values (slot-unbound (class-of object) object (%svref (%layout-slot-names (%instance-layout object)) index)))
        value)))

(defun %write-local (index value object)
  (%svset (%local-slots object) index value)
  value)

(defun %local-index (name object)
  "The place of the slot NAME if OBJECT is an instance of a standard class and has it as a local slot, else NIL."
  (let ((layout (%current-layout object)))
    (if layout (%slot-index layout name) nil)))

(defun %direct-reader (name object)
  (let ((index (%local-index name object)))
    (if index (cons #'%read-local index) nil)))

(defun %direct-writer (name object)
  (let ((index (%local-index name object)))
    (if index (cons #'%write-local index) nil)))

;;; Instances whose class changes

(defun %unbound-slots (layout)
  "A vector for the local slots of an instance of LAYOUT."
  (%make-vector (%vector-length (%layout-slot-names layout)) (%unbound)))

(defun %copy-common-slots (old-layout old new-layout new)
  "Local slots of NEW get the values that local or shared slots of the same name have in OLD, both vectors."
  (let ((names (%layout-slot-names new-layout)))
    (dotimes (i (%vector-length names))
      (let* ((name (%svref names i))
             (index (%slot-index old-layout name))
             (cell (if index nil (%shared-cell old-layout name))))
        (cond (index (%svset new i (%svref old index)))
              (cell (%svset new i (%svref cell 0))))))))

(defun %slot-known-p (layout name)
  (or (%slot-index layout name) (%shared-cell layout name)))

(defun %added-slots (old-layout new-layout)
  "Names of the local slots of NEW-LAYOUT that OLD-LAYOUT does not have at all."
  (remove-if (lambda (name) (%slot-known-p old-layout name))
             (coerce (%layout-slot-names new-layout) 'list)))

(defun %discarded-slots (old-layout new-layout)
  "Names of the local slots of OLD-LAYOUT that are no local slots of NEW-LAYOUT."
  (remove-if (lambda (name) (%slot-index new-layout name))
             (coerce (%layout-slot-names old-layout) 'list)))

(defun %discarded-values (old-layout old discarded)
  "Property list of the slots DISCARDED that have values in the vector OLD."
  (let ((values '()))
    (dolist (name discarded (nreverse values))
      (let ((value (%svref old (%slot-index old-layout name))))
        (unless (%unbound-p value)
          (push name values)
          (push value values))))))

(defun %move-to-layout (instance layout)
  "Give INSTANCE the slots of LAYOUT; those of the same name keep their values."
  (let ((old-layout (%instance-layout instance))
        (old (%local-slots instance))
        (new (%unbound-slots layout)))
    (%copy-common-slots old-layout old layout new)
    (%set-instance-layout instance layout)
    (%set-local-slots instance new)
    instance))

(defun %update-instance (instance old-layout)
  "Bring INSTANCE up to date, whose class was redefined when its layout was OLD-LAYOUT."
  (let* ((layout (%standard-class-instance-layout (%layout-class old-layout)))
         (old (%local-slots instance))
         (discarded (%discarded-slots old-layout layout)))
    (%move-to-layout instance layout)
    (update-instance-for-redefined-class instance (%added-slots old-layout layout) discarded
                                         (%discarded-values old-layout old discarded))))
