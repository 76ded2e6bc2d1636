;;;; The main clauses of LOOP, and its expansion.

(in-package "CLYSM.LIBRARY")

(eval-when (:compile-toplevel :load-toplevel :execute)

  ;; Clauses that IF and WHEN may select.  Their functions return a form.

  (defun %loop-take-it (state it)
    "Read a form; the word IT stands for the variable in the list IT, if that is a list."
    (if (and it (%loop-next-is state "IT"))
        (progn (%loop-take state) (car it))
        (%loop-take state)))

  (defun %loop-return-form (state form)
    `(return-from ,(%loop-get state :name) ,form))

  (defun %loop-take-selectable (state it)
    "Read a clause that a conditional may select.  IT: list of the variable that holds the value of the test, or NIL."
    (let* ((word (%loop-take-word state))
           (accumulation (%loop-accumulation word)))
      (cond (accumulation
             (%loop-take-accumulation state accumulation (%loop-take-it state it)))
            ((member word '("DO" "DOING") :test #'string=)
             `(progn ,@(%loop-take-lists state)))
            ((string= word "RETURN")
             (%loop-return-form state (%loop-take-it state it)))
            ((member word '("IF" "WHEN") :test #'string=)
             (%loop-take-conditional state nil))
            ((string= word "UNLESS")
             (%loop-take-conditional state t))
            (t (%loop-error "loop: ~A is not a clause here" word)))))

  (defun %loop-take-branch (state it)
    "Read selectable clauses joined by AND; only the first may use IT."
    (let ((forms (list (%loop-take-selectable state it))))
      (do ()
          ((not (%loop-skip state "AND")) `(progn ,@(reverse forms)))
        (push (%loop-take-selectable state nil) forms))))

  (defun %loop-mentions-it-p (form variable)
    (cond ((eq form variable) t)
          ((consp form) (or (%loop-mentions-it-p (car form) variable)
                            (%loop-mentions-it-p (cdr form) variable)))
          (t nil)))

  (defun %loop-take-conditional (state negated)
    "Read the rest of IF, WHEN or (NEGATED) UNLESS."
    (let* ((test (%loop-take state))
           (it (gensym "IT"))
           (then (%loop-take-branch state (list it)))
           (else (if (%loop-skip state "ELSE") (%loop-take-branch state nil) nil)))
      (%loop-skip state "END")
      (flet ((choose (test)
               (if negated `(if ,test ,else ,then) `(if ,test ,then ,else))))
        (if (%loop-mentions-it-p then it)
            `(let ((,it ,test)) ,(choose it))
            (choose test)))))

  ;; Clauses that decide about the end

  (defun %loop-boolean (state result)
    "Note a clause ALWAYS, NEVER or THEREIS, after which the normal value of the loop is RESULT."
    (when (assoc nil (%loop-get state :accumulators))
      (%loop-error "loop: ALWAYS, NEVER or THEREIS together with an accumulation"))
    (%loop-put state :boolean t)
    (%loop-put state :result result))

  (defun %loop-take-test (state word)
    "Read the rest of WHILE, UNTIL, ALWAYS, NEVER or THEREIS; the form that does it."
    (let ((form (%loop-take state)))
      (cond ((string= word "WHILE") `(if ,form nil (go %loop-end)))
            ((string= word "UNTIL") (%loop-end-if form))
            ((string= word "ALWAYS")
             (%loop-boolean state t)
             `(if ,form nil ,(%loop-return-form state nil)))
            ((string= word "NEVER")
             (%loop-boolean state t)
             `(if ,form ,(%loop-return-form state nil) nil))
            (t
             (%loop-boolean state nil)
             (let ((value (gensym "VALUE")))
               `(let ((,value ,form))
                  (if ,value ,(%loop-return-form state value) nil)))))))

  ;; All clauses

  (defun %loop-read-clause (state)
    "Read one clause and add it to the expansion."
    (let* ((next (car (%loop-get state :forms)))
           (word (if (symbolp next) (symbol-name next) "")))
      (cond ((member word '("FOR" "AS") :test #'string=)
             (%loop-take state)
             (%loop-for state))
            ((string= word "WITH")
             (%loop-take state)
             (%loop-with state))
            ((string= word "REPEAT")
             (%loop-take state)
             (%loop-repeat state))
            ((string= word "INITIALLY")
             (%loop-take state)
             (dolist (form (%loop-take-lists state))
               (%loop-add state :prologue form)))
            ((string= word "FINALLY")
             (%loop-take state)
             (dolist (form (%loop-take-lists state))
               (%loop-add state :epilogue form)))
            ((member word '("WHILE" "UNTIL" "ALWAYS" "NEVER" "THEREIS") :test #'string=)
             (%loop-take state)
             (%loop-add state :body (%loop-take-test state word)))
            (t (%loop-add state :body (%loop-take-selectable state nil))))))

  (defun %loop-take-name (state)
    "Read an optional NAMED name."
    (when (%loop-skip state "NAMED")
      (let ((name (%loop-take state)))
        (unless (symbolp name)
          (%loop-error "loop: ~S is not a name" name))
        (%loop-put state :name name))))

  ;; (block name
  ;;   (let (...) (let (...) ...
  ;;     (tagbody
  ;;       initially... first...
  ;;       %loop-next body... rest... (go %loop-next)
  ;;       %loop-end finally... (return-from name result)))))

  (defun %loop-tagbody (state)
    (let* ((first (reverse (%loop-get state :first)))
           (rest (reverse (%loop-get state :rest)))
           (same (equal first rest)))
      `(tagbody
          ,@(reverse (%loop-get state :prologue))
          ,@(if same '() first)
        %loop-next
          ,@(if same first '())
          ,@(reverse (%loop-get state :body))
          ,@(if same '() rest)
          (go %loop-next)
        %loop-end
          ,@(reverse (%loop-get state :epilogue))
          ,(%loop-return-form state (%loop-get state :result)))))

  (defun %loop-wrap-layer (layer form)
    "FORM inside the bindings of LAYER."
    (let ((bindings (getf layer :bindings))
          (declarations (getf layer :declarations)))
      (if (null bindings)
          form
          `(let ,bindings
             ,@(if declarations `((declare ,@declarations)) '())
             ,form))))

  (defun %expand-loop (forms)
    "The expansion of (loop . FORMS), where FORMS are clauses.  Signals PROGRAM-ERROR for wrong ones."
    (let ((state (list nil :forms forms)))
      (%loop-take-name state)
      (do ()
          ((not (%loop-more-p state)))
        (%loop-read-clause state))
      (let ((form (%loop-tagbody state)))
        (dolist (layer (%loop-get state :layers))
          (setq form (%loop-wrap-layer layer form)))
        `(block ,(%loop-get state :name) ,form)))))
