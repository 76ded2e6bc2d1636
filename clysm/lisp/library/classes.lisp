;;;; Classes as far as they exist without CLOS: the class of a structure or condition type is its layout.

(in-package "CLYSM.LIBRARY")

(defun find-class (name &optional (errorp t) environment)
  "The class named NAME, a symbol; NIL or an error if there is none. Built-in types have no class objects."
  (declare (ignore environment))
  (or (%find-layout name)
      (if errorp
          (error 'simple-error :format-control "there is no class named ~S" :format-arguments (list name))
          nil)))

(defun class-name (class)
  (if (%layoutp class)
      (%layout-name class)
      (%type-error class 'class)))

(defun class-of (object)
  "The class of OBJECT, a structure or condition; an error for other objects, whose types have no class objects."
  (if (and (%instancep object) (%layoutp (%instance-layout object)))
      (%instance-layout object)
      (error 'simple-error :format-control "CLASS-OF is not implemented for objects like ~S"
                           :format-arguments (list object))))

(defun %class-typep (object class)
  (if (%layoutp class)
      (%instance-of-p object class)
      (%type-error class 'class)))

(defun %subclassp (class super)
  (if (and (%layoutp class) (%layoutp super))
      (%layout-ancestor-p super class)
      (%type-error class 'class)))
