;;;; DEFSTRUCT (CLHS 8): a structure becomes ordinary inline functions over slots at fixed places.

(in-package "CLYSM.COMPILER")

(defun expand-defstruct (name form)
  (let* ((options (if (consp (second form)) (cdr (second form)) '()))
         (description (describe-structure name options (structure-slots form) form)))
    (list* 'progn
           (append (list (list (library-symbol "%ADD-STRUCTURE") (list 'quote description)))
                   (if (getf description :type)
                       '()
                       (list (list (library-symbol "%DEFINE-STRUCTURE") (list 'quote name)
                                   (list 'quote (getf description :include))
                                   (list 'quote (mapcar #'first (getf description :slots)))
                                   (print-option options))))
                   (structure-constructors description options form)
                   (structure-accessors description)
                   (structure-predicate description options)
                   (structure-copier description options)
                   (list (list 'quote name))))))

(defun structure-slots (form)
  "The slots of a defstruct form, behind the docstring."
  (if (stringp (third form)) (cdddr form) (cddr form)))

(defun print-option (options)
  "A form for the property list of the layout."
  (let ((function (find-option :print-function options)) (object (find-option :print-object options)))
    (cond ((and function (cdr function))
           (list 'list :print-function (function-option (second function))))
          ((and object (cdr object))
           (list 'list :print-object (function-option (second object))))
          (t nil))))

(defun function-option (x)
  "A symbol stands for its function when that is called; it may be defined later."
  (if (symbolp x) (list 'quote x) (list 'function x)))

(defun find-option (keyword options)
  "The option as a list, or NIL."
  (dolist (option options nil)
    (cond ((eq option keyword) (return (list option)))
          ((and (consp option) (eq (car option) keyword)) (return option)))))

(defun describe-structure (name options own form)
  "A property list: :name :include :slots ((name default type read-only)...) :conc-name :type :element-type :places.
PLACES: for each element of a list or vector the number of the slot, the list of a name that is stored there, or NIL."
  (unless (and name (symbolp name))
    (fail "syntax-error" form "not a structure name: " name))
  (dolist (option options)
    (unless (member (if (consp option) (car option) option)
                    '(:conc-name :constructor :copier :predicate :include :print-function :print-object :type :named
                      :initial-offset))
      (fail "syntax-error" form "unknown defstruct option " option)))
  (let* ((include (find-option :include options))
         (parent (and include
                      (or (structure-of (second include))
                          (fail "missing-type" form "no structure named " (second include)))))
         (conc (find-option :conc-name options))
         (type (find-option :type options))
         (slots (append (inherited-slots parent (cddr include) form)
                        (mapcar (lambda (slot) (describe-slot slot form)) own)))
         (vector-type (and (consp (second type)) (second type))))
    (check-distinct-slots slots form)
    (list :name name
          :include (and include (second include))
          :slots slots
          :conc-name (cond ((null conc) (concatenate 'string (symbol-name name) "-"))
                           ((or (null (cdr conc)) (null (second conc))) nil)
                           (t (string (second conc))))
          :type (if type
                    (if (eq (second type) 'list) 'list 'vector)
                    nil)
          :element-type (if (cdr vector-type) (second vector-type) t)
          :places (if type (structure-places name parent slots options) '()))))

(defun structure-places (name parent slots options)
  "The elements of a structure that is a list or vector: those of its parent, then its own."
  (let ((offset (find-option :initial-offset options)) (places '()) (index (length (getf parent :slots))))
    (when offset
      (dotimes (i (second offset)) (push nil places)))
    (when (find-option :named options)
      (push (list name) places))
    (dolist (slot (nthcdr index slots))
      (declare (ignore slot))
      (push index places)
      (setf index (+ index 1)))
    (append (getf parent :places) (reverse places))))

(defun describe-slot (slot form)
  (cond ((symbolp slot) (list slot nil t nil))
        ((and (consp slot) (symbolp (car slot)))
         (list (first slot) (second slot)
               (if (member :type (cddr slot)) (getf (cddr slot) :type) t)
               (getf (cddr slot) :read-only)))
        (t (fail "syntax-error" form "malformed slot " slot))))

(defun inherited-slots (parent overrides form)
  (let ((changes (mapcar (lambda (slot) (describe-slot slot form)) overrides)))
    (mapcar (lambda (slot)
              (or (find (symbol-name (first slot)) changes :key (lambda (x) (symbol-name (first x))) :test #'string=)
                  slot))
            (getf parent :slots))))

(defun check-distinct-slots (slots form)
  (let ((names '()))
    (dolist (slot slots)
      (when (member (symbol-name (first slot)) names :test #'string=)
        (fail "duplicate-definition" form "two slots named " (first slot)))
      (push (symbol-name (first slot)) names))))

(defun structure-name-text (description)
  (symbol-name (getf description :name)))

(defun symbol-in-current-package (text)
  (values (intern text (source-package *source*))))

;;; Parameter names of the generated functions: symbols of the program, as interfaces print them.

(defun object-name () (library-symbol "OBJECT"))
(defun value-name () (library-symbol "VALUE"))

;;; The place of a slot in the object

(defun slot-index (description slot)
  (let ((number (position slot (getf description :slots) :test #'eq)))
    (if (getf description :type)
        (position number (getf description :places))
        number)))

(defun slot-reader (description slot object)
  (let ((index (slot-index description slot)))
    (if (getf description :type)
        (element-form (getf description :type) object index)
        (list (kernel-name "%SLOT-REF") object (list 'quote (getf description :name)) index))))

(defun element-form (type object index)
  (if (eq type 'list)
      (list 'nth index object)
      (list 'aref object index)))

(defun slot-writer (description slot object value)
  (let ((index (slot-index description slot)))
    (if (getf description :type)
        (list 'setf (element-form (getf description :type) object index) value)
        (list (kernel-name "%SLOT-SET") object (list 'quote (getf description :name)) index value))))

(defun structure-accessors (description)
  (let ((forms '())
        (parent (and (getf description :include) (structure-of (getf description :include)))))
    (dolist (slot (getf description :slots))
      (let ((name (accessor-name description slot)))
        (unless (inherited-accessor-p parent name slot)
          (push (list 'declaim (list 'inline name)) forms)
          (push (list 'defun name (list (object-name)) (slot-reader description slot (object-name))) forms)
          (unless (fourth slot)
            (push (list 'declaim (list 'inline (list 'setf name))) forms)
            (push (list 'defun (list 'setf name) (list (value-name) (object-name))
                        (slot-writer description slot (object-name) (value-name)))
                  forms)))))
    (reverse forms)))

(defun accessor-name (description slot)
  "The name of the reader of SLOT: that of the slot itself if the structure has no prefix for it."
  (if (getf description :conc-name)
      (symbol-in-current-package (concatenate 'string (getf description :conc-name) (symbol-name (first slot))))
      (first slot)))

(defun inherited-accessor-p (parent name slot)
  (and parent
       (find (symbol-name (first slot)) (getf parent :slots) :key (lambda (x) (symbol-name (first x))) :test #'string=)
       (string= (symbol-name name)
                (concatenate 'string (or (getf parent :conc-name) "") (symbol-name (first slot))))))

;;; Constructors

(defun structure-constructors (description options form)
  (let ((forms '()) (any nil))
    (dolist (option options)
      (when (or (eq option :constructor) (and (consp option) (eq (car option) :constructor)))
        (setf any t)
        (cond ((or (symbolp option) (null (cdr option)))
               (setf forms (append forms (keyword-constructor description nil))))
              ((null (second option)) nil)
              ((null (cddr option))
               (setf forms (append forms (keyword-constructor description (second option)))))
              (t (setf forms (append forms (boa-constructor description (second option) (third option) form)))))))
    (if any forms (keyword-constructor description nil))))

(defun constructor-name (description name)
  (or name (symbol-in-current-package (concatenate 'string "MAKE-" (structure-name-text description)))))

(defun construction (description values)
  "The form that makes the object; VALUES: a form for each slot."
  (let ((filled (mapcar (lambda (place)
                          (cond ((integerp place) (nth place values))
                                ((null place) nil)
                                (t (list 'quote (first place)))))
                        (getf description :places))))
    (cond ((null (getf description :type))
           (list* (kernel-name "%MAKE-STRUCTURE") (list 'quote (getf description :name)) values))
          ((eq (getf description :type) 'list) (cons 'list filled))
          ((eq (getf description :element-type) t) (cons 'vector filled))
          (t (list 'make-array (length filled) :element-type (list 'quote (getf description :element-type))
                   :initial-contents (cons 'list filled))))))

(defun keyword-constructor (description name)
  (let* ((name (constructor-name description name))
         (slots (getf description :slots))
         (parameters (mapcar #'slot-parameter slots)))
    (list (list 'declaim (list 'inline name))
          (list 'defun name
                (cons '&key (mapcar (lambda (slot parameter)
                                      (list (if (eq parameter (first slot))
                                                parameter
                                                (list (slot-keyword slot) parameter))
                                            (second slot)))
                                    slots parameters))
                (construction description parameters)))))

(defun slot-parameter (slot)
  "The constructor's parameter for SLOT: a variable of another name where that of the slot is special or constant."
  (let ((name (first slot)))
    (if (and (variable-name-p name) (not (special-variable-p name)) (not (find-definition 'constant name)))
        name
        (library-symbol (concatenate 'string "SLOT " (symbol-name name))))))

(defun slot-keyword (slot)
  (values (intern (symbol-name (first slot)) "KEYWORD")))

(defun boa-constructor (description name lambda-list form)
  (let* ((slots (getf description :slots))
         (completed (complete-boa-lambda-list lambda-list slots))
         (parsed (parse-lambda-list completed form))
         (bound (append (lambda-list-names parsed) (mapcar #'first (lambda-list-aux parsed)))))
    (list (list 'declaim (list 'inline name))
          (list 'defun name completed
                (construction description
                              (mapcar (lambda (slot)
                                        (if (find (symbol-name (first slot)) bound :key #'symbol-name :test #'string=)
                                            (find (symbol-name (first slot)) bound :key #'symbol-name :test #'string=)
                                            (second slot)))
                                      slots))))))

(defun complete-boa-lambda-list (lambda-list slots)
  "LAMBDA-LIST with the slot's default where an optional, key or aux parameter has none."
  (let ((state 'required) (result '()))
    (dolist (item lambda-list)
      (cond ((member item lambda-list-keywords)
             (setf state item)
             (push item result))
            ((and (member state '(&optional &key &aux)) (symbolp item))
             (push (list item (slot-default item slots)) result))
            ((and (member state '(&optional &key)) (consp item) (null (cdr item)))
             (push (list (car item) (slot-default (if (consp (car item)) (second (car item)) (car item)) slots))
                   result))
            (t (push item result))))
    (reverse result)))

(defun slot-default (name slots)
  (second (find (symbol-name name) slots :key (lambda (slot) (symbol-name (first slot))) :test #'string=)))

;;; Predicate and copier

(defun option-name (options keyword default)
  "The name that an option gives, DEFAULT without it, NIL if the option says NIL."
  (let ((option (find-option keyword options)))
    (if (and option (cdr option))
        (second option)
        (symbol-in-current-package default))))

(defun structure-predicate (description options)
  (let ((name (option-name options :predicate (concatenate 'string (structure-name-text description) "-P")))
        (type (getf description :type)))
    (cond ((null name) '())
          ((null type)
           (list (list 'declaim (list 'inline name))
                 (list 'defun name (list (object-name))
                       (list (kernel-name "%STRUCTUREP") (object-name) (list 'quote (getf description :name))))))
          ((find-option :named options)
           (let ((place (position (list (getf description :name)) (getf description :places) :test #'equal)))
             (list (list 'defun name (list (object-name))
                         (append (if (eq type 'list)
                                     (list 'and (list 'consp (object-name)))
                                     (list 'and (list 'vectorp (object-name))
                                           (list '< place (list 'length (object-name)))))
                                 (list (list 'eq (element-form type (object-name) place)
                                             (list 'quote (getf description :name)))))))))
          (t '()))))

(defun structure-copier (description options)
  (let ((name (option-name options :copier (concatenate 'string "COPY-" (structure-name-text description)))))
    (cond ((null name) '())
          ((getf description :type) (list (list 'defun name (list (object-name)) (list 'copy-seq (object-name)))))
          (t (list (list 'defun name (list (object-name)) (list 'copy-structure (object-name))))))))
