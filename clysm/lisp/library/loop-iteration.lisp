;;;; The LOOP clauses that bind variables: FOR, AS, WITH, REPEAT.

(in-package "CLYSM.LIBRARY")

(eval-when (:compile-toplevel :load-toplevel :execute)

  ;; A stepper describes one FOR clause; it is a property list with the keys
  ;;   :bindings       list of (variable form)
  ;;   :inner-bindings the same, inside the former
  ;;   :declarations   list of declaration specifiers for them
  ;;   :before         forms before the assignments of each iteration: end tests, changes of hidden variables
  ;;   :first, :rest   list of (pattern form), the assignments of the first and of the other iterations
  ;;   :after          forms after the assignments of each iteration

  (defun %loop-list-stepper (pattern type list step)
    "FOR PATTERN IN LIST BY STEP."
    (let ((tail (gensym "TAIL")))
      (multiple-value-bind (advance bindings) (%loop-advance tail step)
        (list :bindings (cons (list tail list) (append bindings (%loop-pattern-variables pattern type)))
              :before (list (%loop-end-if `(endp ,tail)))
              :first `((,pattern (car ,tail)))
              :rest `((,pattern (car ,tail)))
              :after (list `(setq ,tail ,advance))))))

  (defun %loop-tail-stepper (pattern type list step)
    "FOR PATTERN ON LIST BY STEP."
    (if (and pattern (symbolp pattern))
        (multiple-value-bind (advance bindings) (%loop-advance pattern step)
          (list :bindings (cons (list pattern list) bindings)
                :rest `((,pattern ,advance))
                :after (list (%loop-end-if `(atom ,pattern)))))
        (let ((tail (gensym "TAIL")))
          (multiple-value-bind (advance bindings) (%loop-advance tail step)
            (list :bindings (cons (list tail list) (append bindings (%loop-pattern-variables pattern type)))
                  :before (list (%loop-end-if `(atom ,tail)))
                  :first `((,pattern ,tail))
                  :rest `((,pattern ,tail))
                  :after (list `(setq ,tail ,advance)))))))

  (defun %loop-advance (tail step)
    "A form for the next value of the variable TAIL by the function form STEP (NIL: CDR), and the bindings it needs."
    (cond ((null step) (values `(cdr ,tail) '()))
          ((and (consp step) (eq (car step) 'function) (symbolp (cadr step)))
           (values `(,(cadr step) ,tail) '()))
          (t (let ((function (gensym "STEP")))
               (values `(funcall ,function ,tail) (list (list function step)))))))

  (defun %loop-vector-stepper (pattern type vector)
    "FOR PATTERN ACROSS VECTOR."
    (let ((elements (gensym "VECTOR")) (index (gensym "INDEX")) (length (gensym "LENGTH")))
      (list :bindings (append (list (list elements vector) (list index 0))
                              (%loop-pattern-variables pattern type))
            :inner-bindings `((,length (length ,elements)))
            :before (list (%loop-end-if `(%fix<= ,length ,index)))
            :first `((,pattern (aref ,elements ,index)))
            :rest `((,pattern (aref ,elements ,index)))
            :after (list `(setq ,index (%fix+ ,index 1))))))

  (defun %loop-equals-stepper (pattern type first then)
    "FOR PATTERN = FIRST THEN THEN."
    (list :bindings (%loop-pattern-variables pattern type)
          :first `((,pattern ,first))
          :rest `((,pattern ,then))))

  (defun %loop-hash-stepper (key-pattern value-pattern type table)
    "FOR KEY-PATTERN BEING THE HASH-KEYS OF TABLE USING (HASH-VALUE VALUE-PATTERN), or the other way round."
    (let ((next (gensym "NEXT")) (more (gensym "MORE")) (key (gensym "KEY")) (value (gensym "VALUE")))
      (let ((assignments (append (if key-pattern `((,key-pattern ,key)) '())
                                 (if value-pattern `((,value-pattern ,value)) '()))))
        (list :bindings (append (list (list next `(%hash-table-iterator ,table)) (list more nil) (list key nil)
                                      (list value nil))
                                (%loop-pattern-variables key-pattern type)
                                (%loop-pattern-variables value-pattern t))
              :before (list `(multiple-value-setq (,more ,key ,value) (funcall ,next))
                            (%loop-end-if `(not ,more)))
              :first assignments
              :rest assignments))))

  ;; FOR variable FROM ...

  (defun %loop-range-word (word)
    "What WORD says in an arithmetic clause: (part . direction), where part is :from, :to (inclusive), :limit or :by."
    (cdr (assoc word '(("FROM" :from) ("UPFROM" :from . :up) ("DOWNFROM" :from . :down)
                       ("TO" :to) ("UPTO" :to . :up) ("DOWNTO" :to . :down)
                       ("BELOW" :limit . :up) ("ABOVE" :limit . :down)
                       ("BY" :by))
                :test #'string=)))

  (defun %loop-next-range-word (state)
    (if (and (%loop-more-p state) (symbolp (car (%loop-get state :forms))))
        (%loop-range-word (symbol-name (car (%loop-get state :forms))))
        nil))

  (defun %loop-take-range (state)
    "Read the prepositions of an arithmetic clause: list of (part direction form) in the order of evaluation."
    (let ((parts '()))
      (do ((word (%loop-next-range-word state) (%loop-next-range-word state)))
          ((null word) (reverse parts))
        (%loop-take state)
        (let ((part (car word)))
          (when (dolist (old parts nil)
                  (when (or (eq (car old) part)
                            (and (member part '(:to :limit)) (member (car old) '(:to :limit))))
                    (return t)))
            (%loop-error "loop: two forms for the same part of an arithmetic clause")))
        (push (list (car word) (cdr word) (%loop-take state)) parts))))

  (defun %loop-range-direction (parts)
    "The direction, :up or :down, of an arithmetic clause with PARTS."
    (let ((direction nil))
      (dolist (part parts)
        (when (cadr part)
          (when (and direction (not (eq direction (cadr part))))
            (%loop-error "loop: an arithmetic clause goes up and down"))
          (setq direction (cadr part))))
      (when (and (eq direction :down) (not (assoc :from parts)))
        (%loop-error "loop: a clause that counts down must say where it starts"))
      (or direction :up)))

  (defun %loop-range-bindings (variable parts)
    "Bindings that evaluate PARTS in order, and an alist from the part to a form for its value.
VARIABLE is bound to the start."
    (let ((bindings '()) (values '()))
      (dolist (part parts)
        (let ((form (caddr part)))
          (cond ((eq (car part) :from)
                 (push (list variable form) bindings))
                ((numberp form)
                 (push (cons (car part) form) values))
                (t (let ((name (gensym "RANGE")))
                     (push (list name form) bindings)
                     (push (cons (car part) name) values))))))
      (unless (assoc :from parts)
        (push (list variable 0) bindings))
      (values (reverse bindings) values)))

  (defun %loop-range-stepper (pattern type parts)
    "FOR PATTERN with the arithmetic PARTS."
    (when (consp pattern)
      (%loop-error "loop: the number of an arithmetic clause cannot be taken apart to ~S" pattern))
    (let* ((variable (or pattern (gensym "NUMBER")))
           (direction (%loop-range-direction parts)))
      (multiple-value-bind (bindings values) (%loop-range-bindings variable parts)
        (let* ((by (assoc :by values))
               (to (assoc :to values))
               (limit (assoc :limit values))
               (up (eq direction :up)))
          (list :bindings bindings
                :declarations (if (member type '(t nil)) '() (list `(type ,type ,variable)))
                :rest `((,variable (,(if up '+ '-) ,variable ,(if by (cdr by) 1))))
                :after (cond (to (list (%loop-end-if `(,(if up '> '<) ,variable ,(cdr to)))))
                             (limit (list (%loop-end-if `(,(if up '>= '<=) ,variable ,(cdr limit)))))
                             (t '())))))))

  ;; FOR variable BEING THE ...

  (defun %loop-take-using (state word)
    "Read an optional USING (WORD variable); the variable or NIL."
    (if (%loop-skip state "USING")
        (let ((using (%loop-take state)))
          (unless (and (consp using) (%loop-word-p (car using) word) (consp (cdr using)))
            (%loop-error "loop: wrong USING ~S" using))
          (%loop-new-variables state (cadr using))
          (cadr using))
        nil))

  (defun %loop-symbol-list-form (kind package)
    "A form for the list of the symbols of KIND in PACKAGE."
    (cond ((member kind '("SYMBOL" "SYMBOLS") :test #'string=)
           `(%accessible-symbols ,package))
          ((member kind '("PRESENT-SYMBOL" "PRESENT-SYMBOLS") :test #'string=)
           `(%present-symbols (%package ,package)))
          (t `(%external-symbols ,package))))

  (defun %loop-being-stepper (state pattern type)
    "FOR PATTERN BEING {EACH | THE} kind [{IN | OF} form] [USING ...]."
    (unless (%loop-skip state "EACH" "THE")
      (%loop-error "loop: BEING without EACH or THE"))
    (let* ((kind (%loop-take-word state))
           (source (if (%loop-skip state "IN" "OF") (list (%loop-take state)) nil)))
      (cond ((member kind '("HASH-KEY" "HASH-KEYS" "HASH-VALUE" "HASH-VALUES") :test #'string=)
             (unless source
               (%loop-error "loop: ~A without a hash table" kind))
             (if (member kind '("HASH-KEY" "HASH-KEYS") :test #'string=)
                 (%loop-hash-stepper pattern (%loop-take-using state '("HASH-VALUE" "HASH-VALUES")) type (car source))
                 (%loop-hash-stepper (%loop-take-using state '("HASH-KEY" "HASH-KEYS")) pattern type (car source))))
            ((member kind '("SYMBOL" "SYMBOLS" "PRESENT-SYMBOL" "PRESENT-SYMBOLS" "EXTERNAL-SYMBOL" "EXTERNAL-SYMBOLS")
                     :test #'string=)
             (%loop-list-stepper pattern type
                                 (%loop-symbol-list-form kind (if source (car source) '*package*))
                                 nil))
            (t (%loop-error "loop: unknown iteration path ~A" kind)))))

  ;; FOR and AS

  (defun %loop-take-step (state)
    "Read an optional BY function."
    (if (%loop-skip state "BY") (%loop-take state) nil))

  (defun %loop-take-stepper (state)
    "Read one FOR clause after the FOR."
    (let* ((pattern (%loop-take state))
           (type (%loop-take-type state)))
      (%loop-new-variables state pattern)
      (cond ((%loop-next-range-word state)
             (%loop-range-stepper pattern type (%loop-take-range state)))
            (t (%loop-take-other-stepper state pattern type (%loop-take-word state))))))

  (defun %loop-take-other-stepper (state pattern type word)
    "Read what follows WORD in the FOR clause of PATTERN."
    (cond ((string= word "IN")
           (let ((list (%loop-take state)))
             (%loop-list-stepper pattern type list (%loop-take-step state))))
          ((string= word "ON")
           (let ((list (%loop-take state)))
             (%loop-tail-stepper pattern type list (%loop-take-step state))))
          ((string= word "ACROSS")
           (%loop-vector-stepper pattern type (%loop-take state)))
          ((string= word "BEING")
           (%loop-being-stepper state pattern type))
          ((string= word "=")
           (let ((first (%loop-take state)))
             (%loop-equals-stepper pattern type first
                                   (if (%loop-skip state "THEN") (%loop-take state) first))))
          (t (%loop-error "loop: ~A cannot follow a variable of FOR" word))))

  (defun %loop-join (key steppers)
    "The lists under KEY of all STEPPERS, appended."
    (apply #'append (mapcar (lambda (stepper) (getf stepper key)) steppers)))

  (defun %loop-add-steppers (state steppers)
    "Add STEPPERS, which step in parallel, to the expansion."
    (%loop-add-layer state (%loop-join :bindings steppers) (%loop-join :declarations steppers))
    (%loop-add-layer state (%loop-join :inner-bindings steppers) '())
    (let* ((before (%loop-join :before steppers))
           (after (%loop-join :after steppers))
           (first (%loop-join :first steppers))
           (rest (%loop-join :rest steppers))
           (first-forms (append before (%loop-assign-parallel first) after))
           (rest-forms (if (equal first rest)
                           first-forms
                           (append before (%loop-assign-parallel rest) after))))
      (dolist (form first-forms)
        (%loop-add state :first form))
      (dolist (form rest-forms)
        (%loop-add state :rest form))))

  (defun %loop-for (state)
    "Read FOR or AS, with the clauses that AND joins."
    (let ((steppers (list (%loop-take-stepper state))))
      (do ()
          ((not (%loop-skip state "AND")))
        (%loop-skip state "FOR" "AS")
        (push (%loop-take-stepper state) steppers))
      (%loop-add-steppers state (reverse steppers))))

  (defun %loop-repeat (state)
    "Read REPEAT."
    (let ((count (gensym "COUNT")))
      (%loop-add-steppers state
                          (list (list :bindings (list (list count (%loop-take state)))
                                      :before (list (%loop-end-if `(<= ,count 0)))
                                      :after (list `(setq ,count (- ,count 1))))))))

  ;; WITH

  (defun %loop-part-bindings (pattern form)
    "Bindings of the variables in PATTERN to the parts of the value of FORM, which may be evaluated many times."
    (cond ((null pattern) '())
          ((symbolp pattern) (list (list pattern form)))
          (t (append (%loop-part-bindings (car pattern) `(car ,form))
                     (%loop-part-bindings (cdr pattern) `(cdr ,form))))))

  (defun %loop-take-with (state)
    "Read one variable of WITH: its bindings, those that depend on them, and declarations."
    (let* ((pattern (%loop-take state))
           (type (%loop-take-type state))
           (declarations (if (and (symbolp pattern) pattern (not (member type '(t nil))))
                             (list `(type ,type ,pattern))
                             '())))
      (%loop-new-variables state pattern)
      (cond ((not (%loop-skip state "="))
             (values (%loop-pattern-variables pattern type) '() '()))
            ((and (symbolp pattern) pattern)
             (values (list (list pattern (%loop-take state))) '() declarations))
            (t (let ((value (gensym "VALUE")))
                 (values (list (list value (%loop-take state)))
                         (%loop-part-bindings pattern value)
                         '()))))))

  (defun %loop-with (state)
    "Read WITH, with the variables that AND joins."
    (let ((bindings '()) (dependent '()) (declarations '()) (more t))
      (do ()
          ((not more))
        (multiple-value-bind (new-bindings new-dependent new-declarations) (%loop-take-with state)
          (setq bindings (append bindings new-bindings))
          (setq dependent (append dependent new-dependent))
          (setq declarations (append declarations new-declarations)))
        (setq more (%loop-skip state "AND"))
        (when more (%loop-skip state "WITH")))
      (%loop-add-layer state bindings declarations)
      (when dependent
        (%loop-add-layer state dependent '())))))
