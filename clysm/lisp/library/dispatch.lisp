;;;; Calling a generic function: from the arguments to the effective method.
;;;;
;;;; An effective method is a pair (function . next): FUNCTION is called with NEXT and the arguments. Of a method that is
;;;; its function and the next effective method, which CALL-NEXT-METHOD calls.
;;;;
;;;; The table of a generic function leads from the keys of the arguments at the dispatched positions to the effective
;;;; method: a table by the key of the first of these arguments, whose entries are tables by the key of the second, and so
;;;; on. The key of an argument is its layout, which a class that is redefined changes, or its class, or, of the object of
;;;; an EQL specializer, a cons.

(in-package "CLYSM.LIBRARY")

;;; Tables: simple vectors of keys and entries, 0 where there is no key; at most half full. The first element is the number
;;; of keys.

(defun %make-table (size)
  "A table with place for SIZE keys, a power of 2."
  (%make-vector (%fix+ 1 (%fix* 2 size)) 0))

(declaim (inline %table-get %dispatch-key))

(defun %table-get (table key)
  "The entry of KEY in TABLE, or NIL."
  (let* ((mask (%fix- (%vector-length table) 2))
         (index (%fix-and (%fix-shl (%eq-hash key) 1) mask)))
    (loop
      (let ((found (%svref table (%fix+ index 1))))
        (when (eq found key)
          (return (%svref table (%fix+ index 2))))
        (when (eq found 0)
          (return nil))
        (setq index (%fix-and (%fix+ index 2) mask))))))

(defun %table-put (table key entry)
  "Add KEY, which is not in TABLE, which has place."
  (let* ((mask (%fix- (%vector-length table) 2))
         (index (%fix-and (%fix-shl (%eq-hash key) 1) mask)))
    (loop
      (when (eq (%svref table (%fix+ index 1)) 0)
        (%svset table (%fix+ index 1) key)
        (%svset table (%fix+ index 2) entry)
        (%svset table 0 (%fix+ (%svref table 0) 1))
        (return table))
      (setq index (%fix-and (%fix+ index 2) mask)))))

(defun %table-with (table key entry)
  "TABLE with the new KEY: itself, or a larger one if it was half full."
  (let ((count (%svref table 0)) (length (%vector-length table)))
    (if (%fix<= (%fix* 4 (%fix+ count 1)) (%fix- length 1))
        (%table-put table key entry)
        (let ((larger (%make-table (%fix- length 1))) (index 1))
          (loop
            (when (%fix<= length index) (return))
            (unless (eq (%svref table index) 0)
              (%table-put larger (%svref table index) (%svref table (%fix+ index 1))))
            (setq index (%fix+ index 2)))
          (%table-put larger key entry)))))

;;; Keys

(defun %dispatch-key (objects object)
  "The key of the argument OBJECT; OBJECTS are those of EQL specializers at its position."
  (let ((tail (if (null objects) nil (member object objects :test #'eql))))
    (cond (tail tail)
          ((and (%instancep object) (not (eq (%instance-layout object) (%layout %array))))
           (%instance-layout object))
          (t (class-of object)))))

(defun %objects-at (generic position)
  (%svref (%generic-eql-objects generic) position))

;;; Looking up: the effective method for the arguments, or NIL. If there is no dispatched position, the table is it.

(declaim (inline %effective-at-one %effective-at-two))

(defun %effective-at-one (generic position argument)
  (let ((table (%generic-table generic)))
    (if (eq table 0)
        nil
        (%table-get table (%dispatch-key (%objects-at generic position) argument)))))

(defun %effective-at-two (generic position argument other-position other)
  (let ((inner (%effective-at-one generic position argument)))
    (if inner
        (%table-get inner (%dispatch-key (%objects-at generic other-position) other))
        nil)))

(defun %effective-for-list (generic arguments)
  (let ((entry (%generic-table generic)))
    (dolist (position (%generic-positions generic))
      (when (or (null entry) (eq entry 0))
        (return))
      (setq entry (%table-get entry (%dispatch-key (%objects-at generic position) (nth position arguments)))))
    (if (eq entry 0) nil entry)))

;;; Discriminating functions

(defmacro %calling-effective ((lookup generic) call arguments)
  "CALL with EFFECTIVE bound to the effective method that LOOKUP finds, or that is computed for the list ARGUMENTS."
  `(let ((effective (or ,lookup (%compute-effective ,generic ,arguments))))
     ,call))

(defmacro %fixed-discriminator (generic parameters)
  "A function of PARAMETERS, at most three, that dispatches on one or two of the first two, or on others."
  (let ((a (first parameters)) (b (second parameters)))
    (flet ((discriminator (lookup)
             `(lambda ,parameters
                (%calling-effective (,lookup ,generic)
                                    (funcall (%car effective) (%cdr effective) ,@parameters)
                                    (list ,@parameters)))))
      `(let ((positions (%generic-positions ,generic)))
         (cond ((equal positions '(0)) ,(discriminator `(%effective-at-one ,generic 0 ,a)))
               ,@(if b
                     `(((equal positions '(1)) ,(discriminator `(%effective-at-one ,generic 1 ,b)))
                       ((equal positions '(0 1)) ,(discriminator `(%effective-at-two ,generic 0 ,a 1 ,b))))
                     '())
               (t ,(discriminator `(%effective-for-list ,generic (list ,@parameters)))))))))

(defun %check-argument-count (generic arguments)
  "PROGRAM-ERROR if the list ARGUMENTS is too short or too long for GENERIC."
  (let* ((shape (%generic-shape generic))
         (required (%shape-required shape))
         (count (length arguments)))
    (unless (and (<= required count)
                 (or (%shape-rest-p shape) (%shape-key-p shape)
                     (<= count (+ required (%shape-optional shape)))))
      (%wrong-argument-count (%generic-function generic) arguments))))

(defun %open-discriminator (generic)
  "A function of any number of arguments."
  (if (and (equal (%generic-positions generic) '(0)) (eql (%shape-required (%generic-shape generic)) 1))
      (lambda (a &rest more)
        (%calling-effective ((%effective-at-one generic 0 a) generic)
                            (apply (%car effective) (%cdr effective) a more)
                            (cons a more)))
      (lambda (&rest arguments)
        (%check-argument-count generic arguments)
        (%calling-effective ((%effective-for-list generic arguments) generic)
                            (apply (%car effective) (%cdr effective) arguments)
                            arguments))))

(defun %discriminator (generic)
  "A function that takes the arguments of GENERIC, whose lambda list and dispatched positions are known."
  (let ((shape (%generic-shape generic)))
    (if (or (%shape-rest-p shape) (%shape-key-p shape) (%fix< 0 (%shape-optional shape)))
        (%open-discriminator generic)
        (case (%shape-required shape)
          (1 (%fixed-discriminator generic (a)))
          (2 (%fixed-discriminator generic (a b)))
          (3 (%fixed-discriminator generic (a b c)))
          (t (%open-discriminator generic))))))

(defun %make-generic-function (generic)
  "The function object of GENERIC; %SET-DISCRIMINATOR gives it its code."
  (let ((function (lambda (&rest arguments)
                    (declare (ignore arguments))
                    (%undefined-function (%generic-name generic)))))
    (%make-function (%function-code function) generic (%function-env function))))

(defun %specialized-positions (generic)
  "The positions at which some method of GENERIC has a specializer other than T, in ascending order."
  (let ((general (%built-in-class 't)) (positions '()))
    (dotimes (i (%shape-required (%generic-shape generic)) (nreverse positions))
      (when (some (lambda (method) (not (eq (nth i (%method-specializers method)) general)))
                  (%generic-methods generic))
        (push i positions)))))

(defun %eql-objects-at (generic position)
  (let ((objects '()))
    (dolist (method (%generic-methods generic) objects)
      (let ((specializer (nth position (%method-specializers method))))
        (when (consp specializer)
          (pushnew (cadr specializer) objects :test #'eql))))))

(defun %set-discriminator (generic discriminator)
  "Calls of GENERIC do what the function DISCRIMINATOR does."
  (let ((function (%generic-function generic)))
    (%set-function-code function (%function-code discriminator))
    (%set-function-env function (%function-env discriminator))
    generic))

(defun %reset-dispatch (generic)
  "Forget what is known of effective methods: methods, classes or the lambda list of GENERIC have changed. The next call
prepares dispatch, once for many changes."
  (when (%generic-planned-p generic)
    (%forget-plans))
  (setf (%generic-table generic) 0)
  (%set-discriminator generic
                      (lambda (&rest arguments)
                        (%prepare-dispatch generic)
                        (apply (%generic-function generic) arguments))))

(defun %prepare-dispatch (generic)
  "Let GENERIC dispatch as its methods ask."
  (let* ((required (%shape-required (%generic-shape generic)))
         (objects (%make-vector required nil)))
    (dotimes (i required)
      (%svset objects i (%eql-objects-at generic i)))
    (setf (%generic-eql-objects generic) objects)
    (setf (%generic-positions generic) (%specialized-positions generic))
    (setf (%generic-table generic) 0)
    (%set-discriminator generic (%discriminator generic))))

;;; Applicable methods.  Source: CLHS 7.6.6.1.

(defun %applicable-method-p (method arguments precedences)
  "Is METHOD applicable to ARGUMENTS, whose classes have the class precedence lists PRECEDENCES?"
  (let ((rest arguments) (lists precedences))
    (dolist (specializer (%method-specializers method) t)
      (unless (if (consp specializer)
                  (eql (cadr specializer) (car rest))
                  (member specializer (car lists) :test #'eq))
        (return nil))
      (setq rest (cdr rest))
      (setq lists (cdr lists)))))

(defun %specializer-before-p (a b precedence)
  "Is A more specific than B, for an argument whose class has the class precedence list PRECEDENCE?"
  (cond ((consp b) nil)
        ((consp a) t)
        (t (member b (cdr (member a precedence :test #'eq)) :test #'eq))))

(defun %method-before-p (a b positions precedences)
  (dolist (position positions nil)
    (let ((first (nth position (%method-specializers a)))
          (second (nth position (%method-specializers b))))
      (unless (%same-specializer-p first second)
        (return (%specializer-before-p first second (nth position precedences)))))))

(defun %applicable-methods (generic arguments)
  "The methods of GENERIC that are applicable to the list ARGUMENTS, the most specific first."
  (let* ((required (%shape-required (%generic-shape generic)))
         (arguments (subseq arguments 0 required))
         (precedences (mapcar (lambda (argument) (%class-precedence (class-of argument))) arguments))
         (positions (%generic-precedence generic)))
    (stable-sort (remove-if-not (lambda (method) (%applicable-method-p method arguments precedences))
                                (copy-list (%generic-methods generic)))
                 (lambda (a b) (%method-before-p a b positions precedences)))))

;;; Computing what is not in the table

(defun %call-no-applicable-method (generic &rest arguments)
  (apply #'no-applicable-method (%generic-function generic) arguments))

(defun %effective-method (generic arguments)
  "The effective method of GENERIC for the list ARGUMENTS."
  (let ((methods (%applicable-methods generic arguments))
        (combination (%generic-combination generic)))
    (if (null methods)
        (cons #'%call-no-applicable-method generic)
        (%checking-keywords generic methods
                            (funcall (%combination-function combination) generic methods arguments
                                     (%combination-options combination))))))

(defun %note-user (generic argument)
  "GENERIC keeps something for ARGUMENT: if its class can change, its layout knows it."
  (let ((layout (if (%instancep argument) (%instance-layout argument) nil)))
    (when (and layout (%structurep (%layout-info layout) '%description))
      (pushnew generic (%description-users (%layout-info layout)) :test #'eq))))

(defun %forget-object (object layout)
  "OBJECT, of LAYOUT, is about to get another class: the generic functions that know the very object forget it."
  (dolist (generic (%description-users (%layout-info layout)))
    (when (some (lambda (objects) (member object objects :test #'eq)) (%generic-eql-objects generic))
      (%reset-dispatch generic))))

(defun %keep-effective (generic table positions arguments effective)
  "TABLE, or a larger one, after adding EFFECTIVE for ARGUMENTS at POSITIONS."
  (if (null positions)
      effective
      (let* ((position (car positions))
             (key (%dispatch-key (%objects-at generic position) (nth position arguments)))
             (table (if (eq table 0) (%make-table 4) table))
             (inner (%table-get table key))
             (entry (%keep-effective generic (or inner 0) (cdr positions) arguments effective)))
        (%note-user generic (nth position arguments))
        (cond ((null inner) (%table-with table key entry))
              (t (%table-replace table key entry))))))

(defun %table-replace (table key entry)
  "Let ENTRY be that of KEY, which is in TABLE."
  (let ((index 1))
    (loop
      (when (eq (%svref table index) key)
        (%svset table (%fix+ index 1) entry)
        (return table))
      (setq index (%fix+ index 2)))))

(defun %compute-effective (generic arguments)
  "The effective method for ARGUMENTS, which is not in the table, or not for instances as old as these."
  (dolist (argument arguments)
    (%current-layout argument))
  (or (%effective-for-list generic arguments)
      (let ((effective (%effective-method generic arguments)))
        (setf (%generic-table generic)
              (%keep-effective generic (%generic-table generic) (%generic-positions generic) arguments effective))
        effective)))
