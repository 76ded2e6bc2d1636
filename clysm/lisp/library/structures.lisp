;;;; Structure types at run time.

(in-package "CLYSM.LIBRARY")

(defun %fill-layout (layout name supers slot-names info)
  "Define LAYOUT, which may have been made empty when it was first mentioned."
  (%instance-set layout 0 name)
  (%instance-set layout 1 (cons layout supers))
  (%instance-set layout 2 slot-names)
  (%instance-set layout 3 info)
  layout)

(%fill-layout (%layout t) 't '() (%make-vector 0 nil) '())
(%fill-layout (%layout structure-object) 'structure-object (list (%layout t)) (%make-vector 0 nil) '())

(defun %define-structure (name include slot-names info)
  "Define the layout of the structure NAME. INCLUDE: name of its parent or NIL. SLOT-NAMES: list of all slots."
  (let* ((layout (or (%symbol-class name)
                     (%set-symbol-class name (%new-layout))))
         (parent (if include (%symbol-class include) (%symbol-class 'structure-object)))
         (count (length slot-names))
         (names (%make-vector count nil)))
    (dotimes (i count)
      (%svset names i (car slot-names))
      (setq slot-names (cdr slot-names)))
    (%fill-layout layout name (%instance-ref parent 1) names
                  (or info (%instance-ref parent 3)))
    name))
