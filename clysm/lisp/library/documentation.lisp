;;;; DOCUMENTATION.

(in-package "CLYSM.LIBRARY")

(defvar *documentation* (make-hash-table :test 'equal)
  "Name -> property list of documentation type and string. A name is a symbol, a list (setf name), or a function
without a name.")

(defun %documentation-name (object)
  "What the documentation of OBJECT is filed under: a function's name, if it has one."
  (or (and (functionp object) (%function-name object))
      object))

(defun %documentation-kind (object type)
  (cond ((and (functionp object) (eq type t)) 'function)
        ((and (symbolp object) (eq type 'type) (null (getf (gethash object *documentation*) 'type))) 'structure)
        (t type)))

(defun documentation (object type)
  "The documentation string of OBJECT (a name, or a function, package ...) as a TYPE: function, variable, structure,
type, setf, method-combination, compiler-macro or T; or NIL."
  (if (packagep object)
      (%package-documentation object)
      (values (getf (gethash (%documentation-name object) *documentation*) (%documentation-kind object type)))))

(defun (setf documentation) (string object type)
  "Set what DOCUMENTATION returns; NIL removes it."
  (if (packagep object)
      (setf (%package-documentation object) string)
      (%set-documentation string (%documentation-name object)
                          (if (and (functionp object) (eq type t)) 'function type))))

(defun %set-documentation (string name kind)
  (let ((entries (gethash name *documentation*)))
    (cond (string (setf (getf entries kind) string))
          (t (remf entries kind)))
    (setf (gethash name *documentation*) entries)
    string))
