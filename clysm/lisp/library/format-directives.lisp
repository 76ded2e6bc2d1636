;;;; FORMAT: control strings as lists of directives, and the arguments that these consume.
;;;;
;;;; A control string is parsed once: parse-control gives a list of items, each a simple string to be written as it is
;;;; or a directive. The directive holds the function that carries it out.

(in-package "CLYSM.LIBRARY")

(define-condition format-error (simple-error)
  ((control :initarg :control :reader format-error-control)
   (position :initarg :position :reader format-error-position))
  (:documentation "A malformed control string or an argument that a directive cannot use; POSITION is an index in it.")
  (:report (lambda (condition stream)
             (apply #'format stream (simple-condition-format-control condition)
                    (simple-condition-format-arguments condition))
             (format stream " at position ~d of ~s"
                     (format-error-position condition) (format-error-control condition)))))

(define-condition format-argument-error (format-error type-error)
  ()
  (:documentation "An argument of the wrong type for a directive."))

(defun %format-error (control position message &rest arguments)
  "Signal the error MESSAGE, a format control with ARGUMENTS, for POSITION in the string CONTROL."
  (error 'format-error :control control :position position :format-control message :format-arguments arguments))

(defstruct (directive (:constructor %make-directive (character colon-p at-p parameters control position)))
  character    ; in upper case
  colon-p
  at-p
  parameters   ; list of integer, character, NIL (omitted), :argument (v) or :count (#); NIL if there are none
  control      ; the control string
  position     ; index of the last character of the directive in it
  function     ; of stream, directive and state; returns NIL, or :exit or :exit-all if ~^ ends the iteration
  (clauses '())     ; of a bracketing directive: lists of items
  (separators '())  ; the directives ~; between them
  (closer nil))     ; the directive that closes it

(defun directive-error (directive message &rest arguments)
  "Signal a format error at DIRECTIVE."
  (apply #'%format-error (directive-control directive) (directive-position directive) message arguments))

(defun check-list-argument (directive argument)
  "ARGUMENT, which DIRECTIVE needs to be a list."
  (if (listp argument)
      argument
      (error 'format-argument-error :control (directive-control directive) :position (directive-position directive)
                                    :format-control "~s is no list of arguments" :format-arguments (list argument)
                                    :datum argument :expected-type 'list)))

(defmacro define-directive (name (stream directive state) &body body)
  "Define the function NAME that carries out a directive. The value of BODY does not matter."
  `(defun ,name (,stream ,directive ,state)
     (declare (ignorable ,stream ,directive ,state))
     ,@body
     nil))

;;; ---- arguments

(defstruct (format-state (:conc-name state-) (:copier nil) (:predicate nil)
                         (:constructor make-format-state (arguments &optional more-p pop)))
  arguments                ; still to be consumed
  (all arguments)          ; from the start
  (more-p nil)             ; in ~:{ : true if more sublists follow
  (pop nil))               ; in a logical block: function that takes the next argument, or NIL

(defun next-argument (state directive)
  "Consume the next argument."
  (let ((arguments (state-arguments state)))
    (when (null arguments) (directive-error directive "too few arguments"))
    (if (state-pop state)
        (funcall (state-pop state) state)
        (progn (setf (state-arguments state) (cdr arguments))
               (car arguments)))))

(defun %argument-index (state)
  "How many arguments were consumed."
  (let ((rest (state-arguments state)) (index 0))
    (do ((tail (state-all state) (cdr tail)))
        ((or (eq tail rest) (atom tail)) index)
      (incf index))))

(defun go-to-argument (state directive index)
  "Make the argument number INDEX the next one."
  (let ((tail (if (minusp index) :none (nthcdr index (state-all state)))))
    (when (or (eq tail :none) (> index (length (state-all state))))
      (directive-error directive "there is no argument number ~d" index))
    (setf (state-arguments state) tail)))

;;; ---- parameters

(defun parameter-value (directive index state default)
  "The value of parameter number INDEX, DEFAULT if it is omitted. To be called for index 0, 1 ... in order."
  (let ((parameter (nth index (directive-parameters directive))))
    (cond ((null parameter) default)
          ((eq parameter :argument)
           (let ((value (next-argument state directive)))
             (unless (or (null value) (integerp value) (characterp value))
               (directive-error directive "the parameter ~s is neither integer nor character" value))
             (or value default)))
          ((eq parameter :count) (length (state-arguments state)))
          (t parameter))))

(defun %check-parameter (directive value type)
  "VALUE, if it is NIL or of TYPE, character or integer."
  (unless (or (null value) (if (eq type 'character) (characterp value) (integerp value)))
    (directive-error directive "the parameter ~s is of the wrong type, not ~a" value type))
  value)

(defun %check-parameter-count (directive limit)
  (when (nthcdr limit (directive-parameters directive))
    (directive-error directive "too many parameters, the limit is ~d" limit)))

(defmacro with-parameters (specifications (directive state) &body body)
  "Run BODY with variables bound to the parameters of DIRECTIVE. Each specification is (variable default type), where
TYPE is character or integer and need be given only if the default is NIL and a character is expected."
  (let ((index -1) (supplied (gensym "SUPPLIED")))
    `(let* ((,supplied (directive-parameters ,directive))
            ,@(mapcar (lambda (specification)
                        (incf index)
                        (destructuring-bind (variable default
                                             &optional (type (if (characterp default) 'character 'integer)))
                            specification
                          `(,variable (if ,supplied
                                          (%check-parameter ,directive
                                                            (parameter-value ,directive ,index ,state ,default)
                                                            ',type)
                                          ,default))))
                      specifications))
       (declare (ignorable ,@(mapcar #'first specifications)))
       (when ,supplied (%check-parameter-count ,directive ,(+ index 1)))
       ,@body)))

;;; ---- carrying out

(defun run-items (stream items state)
  "Carry out ITEMS. NIL, or :exit or :exit-all if ~^ ended them early."
  (do ((rest items (%cdr rest)))
      ((null rest) nil)
    (let ((item (%car rest)))
      (if (%simple-string-p item)
          (put-string stream item)
          (let ((exit (funcall (directive-function item) stream item state)))
            (when exit (return exit)))))))
