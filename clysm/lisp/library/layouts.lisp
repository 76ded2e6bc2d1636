;;;; Layouts: the run-time descriptions of structures, conditions and other instances.

(in-package "CLYSM.LIBRARY")

;;; A layout is an instance with the slots
;;;   0 name        the symbol that names the type
;;;   1 supers      list of layouts in class precedence order, the layout itself first; NIL while it is undefined
;;;   2 slot names  simple vector of symbols, in the order of the slots
;;;   3 info        what the defining macro keeps: structure description, condition class ...
;;;   4 class       the class object, or NIL as long as nobody has asked for it

(declaim (inline %layout-name %layout-supers %layout-slot-names %layout-info %layout-class))

(defun %layout-name (layout)
  (%instance-ref layout 0))

(defun %layout-supers (layout)
  (%instance-ref layout 1))

(defun %layout-slot-names (layout)
  (%instance-ref layout 2))

(defun %layout-info (layout)
  (%instance-ref layout 3))

(defun %layout-class (layout)
  (%instance-ref layout 4))

(defun %new-layout ()
  "A layout that is not defined yet."
  (%make-instance nil 5))

(defun %layoutp (object)
  "True if OBJECT is the layout of a type that has been defined."
  (and (%instancep object)
       (%fix<= 5 (%instance-length object))
       (let ((supers (%layout-supers object)))
         (and (consp supers) (eq (%car supers) object)))))

(defun %type-cell (name)
  "What the symbol NAME names: the layout of a type that has been defined, a class object, or NIL. Code that refers to a
type before its definition has made a layout, which no structure predicate may be asked about: it has no layout itself."
  (let ((cell (%symbol-class name)))
    (if (and (%instancep cell) (null (%instance-layout cell)) (not (%layoutp cell)))
        nil
        cell)))

(defun %find-layout (name)
  "The layout of the defined structure or condition type NAME (a symbol), or NIL."
  (let ((class (%symbol-class name)))
    (if (%layoutp class) class nil)))

(defun %layout-ancestor-p (ancestor layout)
  "True if the layout ANCESTOR is LAYOUT or one of its supers."
  (let ((supers (%layout-supers layout)))
    (loop
      (when (null supers) (return nil))
      (when (eq (%car supers) ancestor) (return t))
      (setq supers (%cdr supers)))))

(declaim (inline %instance-of-p))

(defun %instance-of-p (object layout)
  "True if OBJECT is an instance of LAYOUT or of one of its descendants."
  (and (%instancep object)
       (%layout-ancestor-p layout (%instance-layout object))))
