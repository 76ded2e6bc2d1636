;;;; Small functions of the chapter on data and control flow (CLHS 5), and COPY-STRUCTURE.

(in-package "CLYSM.LIBRARY")

(declaim (inline identity))
(defun identity (object)
  "OBJECT."
  object)

(defun constantly (value)
  "A function of any arguments that returns VALUE."
  (lambda (&rest arguments)
    (declare (ignore arguments))
    value))

(defun complement (function)
  "A function that is true where FUNCTION is false."
  (lambda (&rest arguments)
    (not (apply function arguments))))

(defun values-list (list)
  "The elements of LIST as multiple values."
  (apply #'values list))

(defun compiled-function-p (object)
  "True if OBJECT is a function: there are no others."
  (functionp object))

(defun copy-structure (structure)
  "A structure of the same type whose slots hold the same objects."
  (unless (%structurep structure 'structure-object)
    (%wrong-type structure 'structure-object))
  (let* ((size (%instance-length structure))
         (copy (%make-instance (%instance-layout structure) size)))
    (dotimes (i size copy)
      (%instance-set copy i (%instance-ref structure i)))))
