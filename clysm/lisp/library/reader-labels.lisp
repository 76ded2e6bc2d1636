;;;; #n= and #n#: shared and circular objects in what is read.
;;;;
;;;; While the object of #n= is being read, #n# gives a placeholder; afterwards the placeholders are replaced by the
;;;; object, everywhere in it.

(in-package "CLYSM.LIBRARY")

(defstruct (label-placeholder (:copier nil) (:constructor make-label-placeholder ()))
  (object nil)
  (used-p nil)
  (done-p nil))

(defun %replacement (part seen)
  "PART, or the object that it stands for, with all placeholders inside replaced. SEEN is a table of what was visited."
  (cond ((label-placeholder-p part) (if (label-placeholder-done-p part) (label-placeholder-object part) part))
        (t (replace-placeholders part seen)
           part)))

(defun %user-structure-p (object)
  "True for structures other than the library's own, such as packages and streams."
  (and (%structurep object 'structure-object)
       (not (eq (%symbol-package (%layout-name (%instance-layout object))) (%symbol-package 'structure-object)))
       (not (eq (%symbol-package (%layout-name (%instance-layout object))) (%symbol-package '%user-structure-p)))))

(defun replace-placeholders (object seen)
  "Replace the placeholders inside OBJECT by their objects."
  (cond
    ((or (symbolp object) (numberp object) (characterp object) (stringp object) (functionp object)
         (gethash object seen))
     nil)
    ((consp object)
     ;; along the list without recursion
     (loop
       (setf (gethash object seen) t)
       (rplaca object (%replacement (car object) seen))
       (let ((rest (cdr object)))
         (cond ((and (consp rest) (not (gethash rest seen))) (setq object rest))
               (t (unless (consp rest) (rplacd object (%replacement rest seen)))
                  (return nil))))))
    ((and (arrayp object) (eq (array-element-type object) t))
     (setf (gethash object seen) t)
     (dotimes (i (array-total-size object))
       (setf (row-major-aref object i) (%replacement (row-major-aref object i) seen))))
    ((%user-structure-p object)
     (setf (gethash object seen) t)
     (dotimes (i (%instance-length object))
       (%instance-set object i (%replacement (%instance-ref object i) seen))))))

(defun read-label-definition (stream sub-character number)
  "#n=object"
  (declare (ignore sub-character))
  (cond
    (*read-suppress* (values))
    ((null number) (reader-failure stream "#= needs a number"))
    ((assoc number *reader-labels*) (reader-failure stream "the label ~d is defined twice" number))
    (t
     (let ((placeholder (make-label-placeholder)))
       (push (cons number placeholder) *reader-labels*)
       (let ((object (read-inside stream)))
         (when (eq object placeholder) (reader-failure stream "the label ~d stands for itself" number))
         (setf (label-placeholder-object placeholder) object
               (label-placeholder-done-p placeholder) t)
         (when (label-placeholder-used-p placeholder)
           (replace-placeholders object (make-hash-table :test 'eq)))
         object)))))

(defun read-label-reference (stream sub-character number)
  "#n#"
  (declare (ignore sub-character))
  (cond
    (*read-suppress* nil)
    (t
     (let ((placeholder (cdr (assoc number *reader-labels*))))
       (cond ((null placeholder) (reader-failure stream "the label ~s is not defined" number))
             ((label-placeholder-done-p placeholder) (label-placeholder-object placeholder))
             (t (setf (label-placeholder-used-p placeholder) t)
                placeholder))))))
