;;;; DESCRIBE and INSPECT: what the methods of DESCRIBE-OBJECT say.

(in-package "CLYSM.LIBRARY")

(defun %describe-line (stream label value)
  (format stream "~&  ~a: ~s~%" label value))

(defun %describe-symbol (symbol stream)
  (let ((package (symbol-package symbol)))
    (%describe-line stream "home package" (if package (package-name package) nil)))
  (cond ((constantp symbol) (%describe-line stream "constant value" (symbol-value symbol)))
        ((boundp symbol) (%describe-line stream "value" (symbol-value symbol))))
  (cond ((special-operator-p symbol) (%describe-line stream "names" 'special-operator))
        ((macro-function symbol) (%describe-line stream "names" 'macro))
        ((fboundp symbol) (%describe-line stream "function" (symbol-function symbol))))
  (dolist (kind '(function variable type))
    (when (documentation symbol kind)
      (%describe-line stream (format nil "documentation as ~(~a~)" kind) (documentation symbol kind))))
  (when (symbol-plist symbol) (%describe-line stream "property list" (symbol-plist symbol))))

(defun %describe-array (array stream)
  (%describe-line stream "element type" (array-element-type array))
  (%describe-line stream "dimensions" (array-dimensions array))
  (when (array-has-fill-pointer-p array) (%describe-line stream "fill pointer" (fill-pointer array))))

(defun %describe-hash-table (table stream)
  (%describe-line stream "test" (hash-table-test table))
  (%describe-line stream "count" (hash-table-count table)))

(defun %describe-package (package stream)
  (%describe-line stream "nicknames" (package-nicknames package))
  (%describe-line stream "uses" (mapcar #'package-name (package-use-list package)))
  (%describe-line stream "used by" (mapcar #'package-name (package-used-by-list package))))

(defun %describe-slots (instance stream)
  (let ((names (%layout-slot-names (%instance-layout instance))))
    (dotimes (i (min (%vector-length names) (%instance-length instance)))
      (let ((value (%instance-ref instance i)))
        (if (%unbound-p value)
            (format stream "~&  ~a has no value~%" (%svref names i))
            (%describe-line stream (%svref names i) value))))))

(defun describe-plainly (object stream)
  "Write to STREAM what is known about OBJECT."
  (format stream "~&~s is of type ~s.~%" object (type-of object))
  (cond ((symbolp object) (%describe-symbol object stream))
        ((characterp object) (%describe-line stream "code" (char-code object)))
        ((integerp object) (%describe-line stream "bits" (integer-length object)))
        ((arrayp object) (%describe-array object stream))
        ((hash-table-p object) (%describe-hash-table object stream))
        ((packagep object) (%describe-package object stream))
        ((functionp object) (%describe-line stream "name and parameters" (%function-info object)))
        ((or (%structurep object 'structure-object) (%structurep object 'condition)) (%describe-slots object stream)))
  nil)

(defun describe (object &optional stream)
  "Write to STREAM (T: *terminal-io*, NIL: *standard-output*) what is known about OBJECT."
  (describe-object object (%output-stream stream))
  (values))

(defun inspect (object)
  "DESCRIBE: there is nothing to interact with."
  (describe object *standard-output*))
