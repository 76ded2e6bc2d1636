;;;; Definitions of the running image that an evaluator needs: macros, setf expanders, types, structures, symbol macros.

(in-package "CLYSM.LIBRARY")

(defvar *macro-functions* (make-hash-table :test #'eq) "Macro name -> expander.")
(defvar *symbol-macros* (make-hash-table :test #'eq) "Symbol -> expansion.")
(defvar *setf-expanders* (make-hash-table :test #'eq) "Name -> setf expander.")
(defvar *type-expanders* (make-hash-table :test #'eq) "Type name -> expander.")
(defvar *structures* (make-hash-table :test #'eq) "Structure name -> its description, a property list.")

(defun %add-macro (name expander)
  (setf (gethash name *macro-functions*) expander)
  name)

(defun %remove-macro (name)
  (remhash name *macro-functions*))

(defun %add-symbol-macro (name expansion)
  (setf (gethash name *symbol-macros*) (list expansion))
  name)

(defun %add-setf-expander (name expander)
  (setf (gethash name *setf-expanders*) expander)
  name)

(defun %add-type-expander (name expander)
  (setf (gethash name *type-expanders*) expander)
  name)

(defun %add-structure (description)
  (setf (gethash (getf description :name) *structures*) description)
  (getf description :name))

(defun %runtime-macro (name)
  "The expander of the macro NAME, or NIL."
  (values (gethash name *macro-functions*)))

(defun %runtime-setf-expander (name &optional environment)
  (declare (ignore environment))
  (values (gethash name *setf-expanders*)))

(defun %runtime-type-expander (name)
  (values (gethash name *type-expanders*)))

(defun %runtime-structure (name)
  (values (gethash name *structures*)))
