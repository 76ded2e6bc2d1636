;;;; The class precedence list (CLHS 4.3.5), of anything that has direct supers.

(in-package "CLYSM.LIBRARY")

(defun %precedes-none-p (class constraints)
  "True if no pair in CONSTRAINTS, a list of (earlier . later), puts something before CLASS."
  (dolist (pair constraints t)
    (when (eq (%cdr pair) class) (return nil))))

(defun %precedence-constraints (classes supers-of)
  "Pairs (earlier . later): each class comes before its direct supers, and these stay in order."
  (let ((constraints '()))
    (dolist (class classes constraints)
      (let ((earlier class))
        (dolist (super (funcall supers-of class))
          (push (cons earlier super) constraints)
          (setq earlier super))))))

(defun %all-supers (class supers-of)
  "CLASS and all classes that it inherits from, each once, in no particular order."
  (let ((found '())
        (pending (list class)))
    (loop
      (when (null pending) (return found))
      (let ((next (pop pending)))
        (unless (member next found :test #'eq)
          (push next found)
          (dolist (super (funcall supers-of next))
            (push super pending)))))))

(defun %latest-with-super (candidates sorted supers-of)
  "The candidate that is a direct super of the latest possible class; SORTED is in reverse order."
  (dolist (class sorted (%car candidates))
    (dolist (super (funcall supers-of class))
      (when (member super candidates :test #'eq)
        (return-from %latest-with-super super)))))

(defun %precedence-list (class supers-of name-of)
  "Class precedence list of CLASS. SUPERS-OF gives the direct supers of a class in order, NAME-OF its name.
Signals PROGRAM-ERROR if the supers cannot be ordered, as when a class inherits from itself."
  (let* ((remaining (%all-supers class supers-of))
         (constraints (%precedence-constraints remaining supers-of))
         (sorted '()))
    (loop
      (when (null remaining) (return (nreverse sorted)))
      (let ((candidates '()))
        (dolist (candidate remaining)
          (when (%precedes-none-p candidate constraints)
            (push candidate candidates)))
        (when (null candidates)
          (error 'simple-program-error
                 :format-control "the direct superclasses of ~S cannot be ordered"
                 :format-arguments (list (funcall name-of class))))
        (let ((next (%latest-with-super candidates sorted supers-of)))
          (push next sorted)
          (setq remaining (remove next remaining :test #'eq))
          (setq constraints (remove next constraints :test #'eq :key #'car)))))))
