;;;; Generic functions and methods: what they are made of, and how methods are added and found.  Source: CLHS 7.6.
;;;;
;;;; A generic function is a function object whose info is a %generic: its description, and the table of dispatch.

(in-package "CLYSM.LIBRARY")

(defstruct (%generic (:copier nil) (:predicate nil) (:constructor %make-generic (name)))
  name                       ; first, for %FUNCTION-NAME
  (function nil)             ; the function object
  (shape nil)                ; %shape of the lambda list, NIL until there is one
  (precedence '())           ; positions of the required arguments in the order of their importance
  (methods '())
  (own-methods '())          ; those that DEFGENERIC defined
  (combination nil)          ; method-combination
  (doc nil)                  ; documentation
  (positions '())            ; those at which some method has a specializer other than T, in ascending order; this and the
                             ; following are true after %PREPARE-DISPATCH
  (eql-objects nil)          ; simple vector: for each position the objects of its EQL specializers
  (planned-p nil)            ; does MAKE-INSTANCE depend on the methods?
  (table 0))                 ; what is known of effective methods: see dispatch.lisp

(defstruct (method (:copier nil) (:predicate %methodp) (:constructor nil) (:print-object %print-method)))

(defstruct (standard-method (:include method) (:copier nil) (:predicate nil) (:conc-name %method-)
                            (:constructor %make-standard-method
                                (qualifiers specializers lambda-list shape function doc)))
  qualifiers
  specializers               ; list of classes and lists (EQL object), one for each required parameter
  lambda-list
  shape
  function                   ; takes the next effective method, then the arguments
  doc                        ; documentation
  (slot-name nil)            ; of the accessors that DEFCLASS makes
  (accessor nil)             ; their kind: :READER or :WRITER
  (generic nil))

(defstruct (method-combination (:copier nil) (:predicate nil) (:conc-name %combination-)
                               (:constructor %make-combination (name options function)))
  name
  options
  function)                  ; of %generic, sorted methods, arguments and options; gives an effective method

(defun %generic-of (function)
  "The description of the generic function FUNCTION; an error for anything else."
  (if (%generic-function-p function)
      (%function-info function)
      (%type-error function 'generic-function)))

(defun %print-method (method stream)
  (print-unreadable-object (method stream :type t :identity t)
    (format stream "~S~{ ~S~} ~:S"
            (if (%method-generic method) (%generic-name (%method-generic method)) nil)
            (%method-qualifiers method)
            (mapcar (lambda (specializer) (if (%classp specializer) (%class-name specializer) specializer))
                    (%method-specializers method)))))

(defvar *standard-combination*)         ; in method-combination.lisp

;;; Lambda lists

(defstruct (%shape (:copier nil) (:predicate nil)
                   (:constructor %make-shape (required optional rest-p key-p keys allow-p)))
  "What calls of a function with some lambda list look like."
  required optional          ; numbers
  rest-p key-p
  keys                       ; list of the keywords
  allow-p)

(defun %parameter-key (parameter)
  "The keyword of a &key PARAMETER."
  (let ((name (if (consp parameter) (car parameter) parameter)))
    (if (consp name) (car name) (intern (symbol-name name) "KEYWORD"))))

(defun %lambda-list-shape (lambda-list)
  (let ((state 'required) (required 0) (optional 0) (rest-p nil) (key-p nil) (keys '()) (allow-p nil))
    (dolist (item lambda-list)
      (case item
        ((&optional &aux) (setq state item))
        ((&rest &body) (setq state item) (setq rest-p t))
        ((&key) (setq state item) (setq key-p t))
        ((&allow-other-keys) (setq allow-p t))
        (t (case state
             (required (setq required (+ required 1)))
             (&optional (setq optional (+ optional 1)))
             (&key (push (%parameter-key item) keys))))))
    (%make-shape required optional rest-p key-p (nreverse keys) allow-p)))

(defun %congruent-p (shape other)
  "Do lambda lists of these shapes agree?  Source: CLHS 7.6.4."
  (and (eql (%shape-required shape) (%shape-required other))
       (eql (%shape-optional shape) (%shape-optional other))
       (eq (or (%shape-rest-p shape) (%shape-key-p shape))
           (or (%shape-rest-p other) (%shape-key-p other)))))

(defun %accepts-keys-p (shape keys)
  "Does a method of SHAPE take the KEYS that its generic function lists?"
  (or (not (%shape-key-p shape))
      (%shape-allow-p shape)
      (every (lambda (key) (member key (%shape-keys shape) :test #'eq)) keys)))

(defun %check-congruence (generic method)
  (let ((shape (%generic-shape generic)) (own (%method-shape method)))
    (unless (and (%congruent-p shape own)
                 (%accepts-keys-p own (%shape-keys shape)))
      (error 'simple-program-error
             :format-control "the lambda list ~:S of a method does not agree with the generic function ~S"
             :format-arguments (list (%method-lambda-list method) (%generic-name generic))))))

;;; Making

(defun %generic-named (name)
  "The description of the generic function NAME, or NIL if NAME has no function; an error for other functions."
  (let ((function (%function-named name)))
    (cond ((null function)
           (when (fboundp name)
             (%class-error "~S is the name of a ~:[macro~;special operator~]" name (special-operator-p name)))
           nil)
          ((%generic-function-p function) (%generic-of function))
          (t (%class-error "~S is the name of a function that is not generic" name)))))

(defun %numbers-below (count)
  (let ((numbers '()))
    (dotimes (i count (nreverse numbers))
      (push i numbers))))

(defun %new-generic (name)
  (let ((generic (%make-generic name)))
    (setf (%generic-combination generic) *standard-combination*)
    (setf (%generic-function generic) (%make-generic-function generic))
    (setf (fdefinition name) (%generic-function generic))
    generic))

(defun %set-shape (generic shape)
  "Calls of GENERIC have SHAPE; its methods, if there are any, agree with it."
  (setf (%generic-shape generic) shape)
  (setf (%generic-precedence generic) (%numbers-below (%shape-required shape)))
  (%reset-dispatch generic))

(defun %ensure-generic (name lambda-list)
  "The generic function NAME, made if there is none; a new one takes calls as a method with LAMBDA-LIST does."
  (or (%generic-named name)
      (let ((generic (%new-generic name)) (shape (%lambda-list-shape lambda-list)))
        (setf (%shape-keys shape) '())
        (%set-shape generic shape)
        generic)))

(defun %argument-positions (names lambda-list)
  "The places of NAMES, an argument precedence order, among the required parameters of LAMBDA-LIST."
  (let ((positions (mapcar (lambda (name) (position name lambda-list :test #'eq)) names))
        (required (%shape-required (%lambda-list-shape lambda-list))))
    (unless (and (eql (length positions) required)
                 (every (lambda (position) (and position (< position required))) positions)
                 (eql (length (remove-duplicates positions)) required))
      (%class-error "~S is not an order of the required parameters of ~:S" names lambda-list))
    positions))

(defun %check-lambda-list (name lambda-list methods)
  "PROGRAM-ERROR if METHODS could not be those of a generic function NAME with LAMBDA-LIST."
  (let ((shape (%lambda-list-shape lambda-list)))
    (dolist (method methods)
      (unless (%congruent-p shape (%method-shape method))
        (%class-error "the lambda list ~:S of the generic function ~S does not agree with its methods"
                      lambda-list name)))))

(defun %define-generic-function (name lambda-list &key argument-precedence-order method-combination documentation
                                                    methods)
  "Define the generic function NAME, or define it anew: of an earlier definition only the methods of its own go.
METHODS: list of the methods that the definition contains. Returns the function."
  (let* ((generic (or (%generic-named name) (%new-generic name)))
         (shape (%lambda-list-shape lambda-list))
         (precedence (if argument-precedence-order
                         (%argument-positions argument-precedence-order lambda-list)
                         (%numbers-below (%shape-required shape))))
         (combination (%find-combination (car method-combination) (cdr method-combination)))
         (kept (remove-if (lambda (method) (member method (%generic-own-methods generic) :test #'eq))
                          (%generic-methods generic))))
    (%check-lambda-list name lambda-list kept)
    (setf (%generic-methods generic) kept)
    (%set-shape generic shape)
    (setf (%generic-precedence generic) precedence)
    (setf (%generic-combination generic) combination)
    (setf (%generic-doc generic) documentation)
    (dolist (method methods)
      (%add-method generic method))
    (setf (%generic-own-methods generic) methods)
    (%generic-function generic)))

;;; Methods

(defun %specializer (designator)
  "The specializer that DESIGNATOR is: a class, the name of one, or (EQL object)."
  (cond ((symbolp designator) (find-class designator))
        ((%classp designator) designator)
        ((and (consp designator) (eq (car designator) 'eql)) designator)
        (t (%type-error designator 'class))))

(defun %same-specializer-p (a b)
  (or (eq a b)
      (and (consp a) (consp b) (eql (cadr a) (cadr b)))))

(defun %same-specializers-p (a b)
  (loop
    (when (or (null a) (null b)) (return (eq a b)))
    (unless (%same-specializer-p (car a) (car b)) (return nil))
    (setq a (cdr a))
    (setq b (cdr b))))

(defun %find-method (generic qualifiers specializers)
  "The method of GENERIC with these QUALIFIERS and SPECIALIZERS, or NIL."
  (dolist (method (%generic-methods generic) nil)
    (when (and (equal (%method-qualifiers method) qualifiers)
               (%same-specializers-p (%method-specializers method) specializers))
      (return method))))

(defun %add-method (generic method)
  "Add METHOD to GENERIC, in the place of one with the same qualifiers and specializers."
  (when (%method-generic method)
    (error 'simple-error :format-control "~S belongs to a generic function already" :format-arguments (list method)))
  (%check-congruence generic method)
  (let ((old (%find-method generic (%method-qualifiers method) (%method-specializers method))))
    (when old
      (%remove-method generic old)))
  (push method (%generic-methods generic))
  (setf (%method-generic method) generic)
  (%reset-dispatch generic)
  method)

(defun %remove-method (generic method)
  (setf (%generic-methods generic) (remove method (%generic-methods generic) :test #'eq))
  (setf (%method-generic method) nil)
  (%reset-dispatch generic))

(defun %make-method (qualifiers specializers lambda-list function documentation)
  "A method for the designated SPECIALIZERS."
  (%make-standard-method qualifiers (mapcar #'%specializer specializers) lambda-list
                         (%lambda-list-shape lambda-list) function documentation))

(defun %define-method (name qualifiers specializers lambda-list function documentation)
  "What DEFMETHOD does; returns the method."
  (let ((method (%make-method qualifiers specializers lambda-list function documentation)))
    (%add-method (%ensure-generic name lambda-list) method)))

;;; Accessors that DEFCLASS makes: DISPATCH finds the place of the slot once for each layout.

(defun %add-accessor (name kind specializers lambda-list slot-name function)
  (let ((method (%make-method '() specializers lambda-list function nil)))
    (setf (%method-slot-name method) slot-name)
    (setf (%method-accessor method) kind)
    (%add-method (%ensure-generic name lambda-list) method)))

(defun %add-reader (name class slot-name)
  (%add-accessor name :reader (list class) '(object) slot-name
                 (lambda (next object)
                   (declare (ignore next))
                   (slot-value object slot-name))))

(defun %add-writer (name class slot-name)
  (%add-accessor name :writer (list 't class) '(value object) slot-name
                 (lambda (next value object)
                   (declare (ignore next))
                   (setf (slot-value object slot-name) value))))

(defun %remove-accessor (name specializers)
  (let* ((generic (if (and (fboundp name) (%generic-function-p (fdefinition name)))
                      (%generic-of (fdefinition name))
                      nil))
         (method (if generic (%find-method generic '() specializers) nil)))
    (when (and method (%method-accessor method))
      (%remove-method generic method))))
