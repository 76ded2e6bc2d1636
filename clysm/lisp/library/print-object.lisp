;;;; PRINT-OBJECT and DESCRIBE-OBJECT. An image that mentions PRINT-OBJECT prints all instances through it.

(in-package "CLYSM.LIBRARY")

(defgeneric print-object (object stream)
  (:documentation "Write OBJECT to STREAM, as the printer's variables ask; returns OBJECT.")
  (:method ((object t) stream)
    (if (%instancep object)
        (print-instance object stream)
        (print-object-to stream object))
    object))

(defun %define-object-printer (name)
  "The printer writes instances by the function NAME."
  (setq *print-object-hook* name))

(%define-object-printer 'print-object)

(defgeneric describe-object (object stream)
  (:documentation "Write to STREAM what DESCRIBE shows of OBJECT.")
  (:method ((object t) stream)
    (describe-plainly object stream))
  (:method ((object standard-object) stream)
    (describe-plainly object stream)
    (%describe-local-slots object stream)))

(defun %describe-local-slots (object stream)
  (let ((layout (%current-layout object)))
    (when layout
      (dolist (name (coerce (%layout-slot-names layout) 'list))
        (if (slot-boundp object name)
            (%describe-line stream name (slot-value object name))
            (format stream "~&  ~a has no value~%" name))))))
