;;;; What LOOP knows while it reads its clauses: the forms left, and the parts of the expansion so far.

(in-package "CLYSM.LIBRARY")

(eval-when (:compile-toplevel :load-toplevel :execute)

  ;; A state is a cons whose cdr is a property list with the keys
  ;;   :forms           clauses that are not read yet
  ;;   :name            name of the block
  ;;   :layers          one LET around the loop each, innermost first: property lists of :bindings and :declarations
  ;;   :variables       variables of FOR, WITH, USING and INTO so far
  ;;   :prologue        forms of INITIALLY, latest first
  ;;   :first, :rest    forms that step the variables before the first and before every other iteration, latest first
  ;;   :body            forms of the main clauses, latest first
  ;;   :epilogue        forms of FINALLY, latest first
  ;;   :accumulators    list of accumulators, see loop-accumulation
  ;;   :boolean         true after ALWAYS, NEVER or THEREIS
  ;;   :result          form for the value at the normal end

  (defun %loop-get (state key)
    (getf (cdr state) key))

  (defun %loop-put (state key value)
    (setf (getf (cdr state) key) value)
    value)

  (defun %loop-add (state key form)
    "Put FORM in front of the list under KEY."
    (%loop-put state key (cons form (%loop-get state key))))

  (defun %loop-error (control &rest arguments)
    (error 'program-error :format-control control :format-arguments arguments))

  (defun %loop-add-layer (state bindings declarations)
    "Bind BINDINGS, a list of (variable form), in parallel, inside the layers so far."
    (%loop-add state :layers (list :bindings bindings :declarations declarations)))

  ;; Reading

  (defun %loop-word-p (object words)
    "Is OBJECT a symbol with a name among WORDS, a list of strings?"
    (and (symbolp object) object
         (if (member (symbol-name object) words :test #'string=) t nil)))

  (defun %loop-more-p (state)
    (consp (%loop-get state :forms)))

  (defun %loop-next-is (state &rest words)
    "Is the next form one of WORDS?"
    (and (%loop-more-p state)
         (%loop-word-p (car (%loop-get state :forms)) words)))

  (defun %loop-take (state)
    "Read one form."
    (unless (%loop-more-p state)
      (%loop-error "loop: a form is missing at the end"))
    (let ((forms (%loop-get state :forms)))
      (%loop-put state :forms (cdr forms))
      (car forms)))

  (defun %loop-skip (state &rest words)
    "Read the next form if it is one of WORDS; true if so."
    (if (apply #'%loop-next-is state words)
        (progn (%loop-take state) t)
        nil))

  (defun %loop-take-word (state)
    "Read a symbol; its name."
    (let ((word (%loop-take state)))
      (unless (and (symbolp word) word)
        (%loop-error "loop: ~S where a clause should start" word))
      (symbol-name word)))

  (defun %loop-take-lists (state)
    "Read forms up to the next atom."
    (let ((forms '()))
      (do ()
          ((not (and (%loop-more-p state) (consp (car (%loop-get state :forms))))))
        (push (%loop-take state) forms))
      (when (null forms)
        (%loop-error "loop: a compound form is missing"))
      (reverse forms)))

  (defun %loop-take-type (state)
    "Read an optional type specifier after a variable; T if there is none."
    (cond ((%loop-skip state "OF-TYPE") (%loop-take state))
          ((%loop-next-is state "FIXNUM" "FLOAT" "T") (%loop-take state))
          ((and (%loop-more-p state) (null (car (%loop-get state :forms)))) (%loop-take state))
          (t t)))

  ;; Variables

  (defun %loop-default (type)
    "The initial value of a variable of TYPE that has none of its own."
    (let ((name (if (consp type) (car type) type)))
      (cond ((member name '(fixnum integer bit unsigned-byte signed-byte mod rational real number bignum)) 0)
            ((member name '(float single-float short-float)) 0.0f0)
            ((member name '(double-float long-float)) 0.0d0)
            (t nil))))

  (defun %loop-pattern-variables (pattern type)
    "List of (variable default) for the variables in PATTERN, whose types TYPE gives, alone or in a tree."
    (cond ((null pattern) '())
          ((symbolp pattern) (list (list pattern (%loop-default type))))
          ((consp pattern)
           (append (%loop-pattern-variables (car pattern) (%loop-type-part type #'car))
                   (%loop-pattern-variables (cdr pattern) (%loop-type-part type #'cdr))))
          (t (%loop-error "loop: ~S is not a variable" pattern))))

  (defun %loop-type-part (type part)
    "The PART, car or cdr, of a tree of types; a type that is no tree is the type of all variables."
    (if (consp type) (funcall part type) type))

  (defun %loop-new-variables (state pattern)
    "Note the variables in PATTERN as those of the loop.  Signals PROGRAM-ERROR if one is there already."
    (dolist (entry (%loop-pattern-variables pattern t))
      (when (member (car entry) (%loop-get state :variables))
        (%loop-error "loop: the variable ~S is bound twice" (car entry)))
      (%loop-add state :variables (car entry))))

  (defun %loop-destructure (pattern variable)
    "Forms that assign the parts of the value of VARIABLE, which they change, to the variables in PATTERN."
    (let ((forms '()))
      (do ()
          ((atom pattern))
        (let ((part (car pattern)))
          (cond ((null part) nil)
                ((symbolp part) (push `(setq ,part (car ,variable)) forms))
                (t (push (%loop-assign part `(car ,variable)) forms))))
        (setq pattern (cdr pattern))
        (when pattern
          (push `(setq ,variable (cdr ,variable)) forms)))
      (when pattern
        (push `(setq ,pattern ,variable) forms))
      (reverse forms)))

  (defun %loop-assign (pattern form)
    "A form that assigns the value of FORM to PATTERN, a variable, a tree of variables or NIL."
    (cond ((null pattern) `(progn ,form))
          ((symbolp pattern) `(setq ,pattern ,form))
          (t (let ((value (gensym "VALUE")))
               `(let ((,value ,form))
                  ,@(%loop-destructure pattern value))))))

  (defun %loop-assign-parallel (assignments)
    "Forms that make ASSIGNMENTS, a list of (pattern form), after computing all the values."
    (if (or (null assignments) (null (cdr assignments)))
        (mapcar (lambda (assignment) (%loop-assign (car assignment) (cadr assignment))) assignments)
        (let* ((values (mapcar (lambda (assignment)
                                 (list (gensym "VALUE") (cadr assignment)))
                               assignments))
               (forms (mapcar (lambda (assignment value)
                                (%loop-assign (car assignment) (car value)))
                              assignments values)))
          (list `(let ,values ,@forms)))))

  (defun %loop-end-if (test)
    "A form that ends the loop if TEST is true."
    `(if ,test (go %loop-end) nil)))
