;;;; The LOOP clauses that accumulate: COLLECT, APPEND, NCONC, COUNT, SUM, MAXIMIZE, MINIMIZE.

(in-package "CLYSM.LIBRARY")

(eval-when (:compile-toplevel :load-toplevel :execute)

  ;; An accumulator is a list (name category variable tail): NAME is the variable of INTO or NIL, CATEGORY is :list,
  ;; :total or :extremum.  VARIABLE holds the value; of a list, VARIABLE holds a cons before it and TAIL its last cons.

  (defun %loop-accumulation (word)
    "What WORD accumulates: (category . operation), or NIL."
    (cdr (assoc word '(("COLLECT" :list . :collect) ("COLLECTING" :list . :collect)
                       ("APPEND" :list . :append) ("APPENDING" :list . :append)
                       ("NCONC" :list . :nconc) ("NCONCING" :list . :nconc)
                       ("COUNT" :total . :count) ("COUNTING" :total . :count)
                       ("SUM" :total . :sum) ("SUMMING" :total . :sum)
                       ("MAXIMIZE" :extremum . :maximize) ("MAXIMIZING" :extremum . :maximize)
                       ("MINIMIZE" :extremum . :minimize) ("MINIMIZING" :extremum . :minimize))
                :test #'string=)))

  (defun %loop-accumulator-initial (category type)
    (cond ((eq category :total) (or (%loop-default type) 0))
          (t nil)))

  (defun %loop-new-accumulator (state name category type)
    "Bind the variables of a new accumulator."
    (%loop-new-variables state name)
    (if (eq category :list)
        (let ((head (gensym "HEAD")) (tail (gensym "TAIL")))
          (%loop-add-layer state (append (if name (list (list name nil)) '())
                                         (list (list head '(list nil))))
                           '())
          (%loop-add-layer state (list (list tail head)) '())
          (list name category head tail))
        (let ((variable (or name (gensym "RESULT"))))
          (%loop-add-layer state (list (list variable (%loop-accumulator-initial category type))) '())
          (list name category variable nil))))

  (defun %loop-accumulator (state name category type)
    "The accumulator of the variable NAME (NIL: the value of the loop).  Signals PROGRAM-ERROR for a conflict."
    (let ((old (assoc name (%loop-get state :accumulators))))
      (when (and old (not (eq (cadr old) category)))
        (%loop-error "loop: ~:[the value~;the variable ~:*~S~] accumulates in two ways that exclude each other"
                     name))
      (when (and (null name) (%loop-get state :boolean))
        (%loop-error "loop: ALWAYS, NEVER or THEREIS together with an accumulation"))
      (or old
          (let ((new (%loop-new-accumulator state name category type)))
            (%loop-add state :accumulators new)
            (when (null name)
              (%loop-put state :result (if (eq category :list) `(cdr ,(caddr new)) (caddr new))))
            new))))

  (defun %loop-list-form (operation form accumulator)
    "A form that adds the value of FORM to the list of ACCUMULATOR."
    (let ((name (first accumulator)) (head (third accumulator)) (tail (fourth accumulator)))
      (let ((add (cond ((eq operation :collect) `(%set-cdr ,tail (setq ,tail (cons ,form nil))))
                       ((eq operation :append) `(setq ,tail (%loop-append ,tail ,form)))
                       (t `(setq ,tail (%loop-nconc ,tail ,form))))))
        (if name
            `(progn ,add (setq ,name (%cdr ,head)))
            add))))

  (defun %loop-number-form (operation form variable)
    "A form that adds the value of FORM to the number in VARIABLE."
    (let ((value (gensym "VALUE")))
      (cond ((eq operation :count) `(if ,form (setq ,variable (+ ,variable 1)) nil))
            ((eq operation :sum) `(setq ,variable (+ ,variable ,form)))
            (t `(let ((,value ,form))
                  (if (,(if (eq operation :maximize) '<= '>=) (or ,variable ,value) ,value)
                      (setq ,variable ,value)
                      nil))))))

  (defun %loop-take-accumulation (state accumulation form)
    "Read the rest of a clause that accumulates FORM; the form that does it."
    (let* ((name (if (%loop-skip state "INTO") (%loop-take state) nil))
           (category (car accumulation))
           (type (if (eq category :list) t (%loop-take-type state)))
           (accumulator (%loop-accumulator state name category type)))
      (if (eq category :list)
          (%loop-list-form (cdr accumulation) form accumulator)
          (%loop-number-form (cdr accumulation) form (caddr accumulator))))))

(defun %loop-append (tail list)
  "Put a copy of LIST after the cons TAIL; the last cons of it, or TAIL if there is none."
  (loop
    (unless (consp list)
      (%set-cdr tail list)
      (return tail))
    (let ((cell (cons (%car list) nil)))
      (%set-cdr tail cell)
      (setq tail cell)
      (setq list (%cdr list)))))

(defun %loop-nconc (tail list)
  "Put LIST itself after the cons TAIL; the last cons of it, or TAIL if there is none."
  (%set-cdr tail list)
  (loop
    (unless (consp list) (return tail))
    (setq tail list)
    (setq list (%cdr list))))
