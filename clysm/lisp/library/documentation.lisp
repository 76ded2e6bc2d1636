;;;; Where documentation is filed by name: what the methods of DOCUMENTATION for all objects look up.

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

(defun %filed-documentation (object type)
  (if (packagep object)
      (%package-doc object)
      (values (getf (gethash (%documentation-name object) *documentation*) (%documentation-kind object type)))))

(defun %file-documentation (string object type)
  "Let STRING be the documentation of OBJECT as a TYPE; NIL removes it."
  (if (packagep object)
      (setf (%package-doc object) string)
      (%set-documentation string (%documentation-name object)
                          (if (and (functionp object) (eq type t)) 'function type))))

(defun %set-documentation (string name kind)
  (let ((entries (gethash name *documentation*)))
    (cond (string (setf (getf entries kind) string))
          (t (remf entries kind)))
    (setf (gethash name *documentation*) entries)
    string))
