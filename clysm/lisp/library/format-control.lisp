;;;; FORMAT: directives that steer: ~* ~? ~[...~] ~{...~} ~^ ~/name/.

(in-package "CLYSM.LIBRARY")

(define-directive format-go-to (stream directive state)
  (let ((colon-p (directive-colon-p directive)) (at-p (directive-at-p directive)))
    (when (and colon-p at-p) (directive-error directive "~~* cannot have both colon and at-sign"))
    (with-parameters ((count nil)) (directive state)
      (cond (at-p (go-to-argument state directive (or count 0)))
            (colon-p (go-to-argument state directive (- (%argument-index state) (or count 1))))
            (t (dotimes (i (or count 1)) (next-argument state directive)))))))

;;; ---- control strings as arguments

(defun run-control (stream control state directive)
  "Carry out CONTROL, a string or a function made by FORMATTER, with the arguments of STATE."
  (cond ((stringp control) (run-items stream (control-items control) state))
        ((functionp control)
         (setf (state-arguments state) (apply control stream (state-arguments state)))
         nil)
        (t (directive-error directive "~s is no control string" control))))

(define-directive format-recursive (stream directive state)
  (with-parameters () (directive state)
    (let ((control (next-argument state directive)))
      (if (directive-at-p directive)
          (run-control stream control state directive)
          (let ((arguments (check-list-argument directive (next-argument state directive))))
            (run-control stream control (make-format-state arguments) directive))))))

;;; ---- conditionals

(defun format-conditional (stream directive state)
  "~[...~]"
  (let ((clauses (directive-clauses directive)))
    (with-parameters ((index nil)) (directive state)
      (cond ((directive-at-p directive)
             (when (or (directive-colon-p directive) (cdr clauses))
               (directive-error directive "~~@[ must have one clause"))
             (when (null (state-arguments state)) (directive-error directive "too few arguments"))
             (if (car (state-arguments state))
                 (run-items stream (first clauses) state)
                 (progn (next-argument state directive) nil)))
            ((directive-colon-p directive)
             (unless (eql (length clauses) 2) (directive-error directive "~~:[ must have two clauses"))
             (run-items stream (if (next-argument state directive) (second clauses) (first clauses)) state))
            (t (%run-numbered-clause stream directive state (or index (next-argument state directive))))))))

(defun %run-numbered-clause (stream directive state index)
  "Carry out clause number INDEX of ~[, or the default clause (the one after ~:;), or nothing."
  (unless (integerp index) (directive-error directive "~s is no clause number" index))
  (let* ((clauses (directive-clauses directive))
         (default-p (let ((separator (car (last (directive-separators directive)))))
                      (and separator (directive-colon-p separator))))
         (count (if default-p (- (length clauses) 1) (length clauses))))
    (cond ((and (<= 0 index) (< index count)) (run-items stream (nth index clauses) state))
          (default-p (run-items stream (car (last clauses)) state))
          (t nil))))

;;; ---- iteration

(defun %iteration-body (directive state)
  "What ~{ repeats: its items, or if there are none the control string or function that is the next argument."
  (or (car (directive-clauses directive))
      (next-argument state directive)))

(defun %run-body (stream body state directive)
  (if (consp body)
      (run-items stream body state)
      (run-control stream body state directive)))

(defun %iterate (stream body state directive limit at-least-once-p)
  "Repeat BODY while STATE has arguments, at most LIMIT (NIL: any) times."
  (let ((count 0))
    (loop
      (when (or (and limit (>= count limit))
                (and (null (state-arguments state)) (not (and at-least-once-p (eql count 0)))))
        (return nil))
      (when (%run-body stream body state directive) (return nil))
      (incf count))))

(defun %iterate-sublists (stream body state directive limit at-least-once-p)
  "Repeat BODY with each argument of STATE, a list, as its arguments."
  (let ((count 0))
    (loop
      (when (and limit (>= count limit)) (return nil))
      (let ((last-p (null (state-arguments state))))
        (when (and last-p (not (and at-least-once-p (eql count 0)))) (return nil))
        (let* ((arguments (if last-p '() (check-list-argument directive (next-argument state directive))))
               (inner (make-format-state arguments (not (null (state-arguments state))))))
          (when (eq (%run-body stream body inner directive) :exit-all) (return nil))))
      (incf count))))

(define-directive format-iteration (stream directive state)
  (with-parameters ((limit nil)) (directive state)
    (let* ((body (%iteration-body directive state))
           (at-least-once-p (directive-colon-p (directive-closer directive)))
           (state (if (directive-at-p directive)
                      state
                      (make-format-state (check-list-argument directive (next-argument state directive))))))
      (if (directive-colon-p directive)
          (%iterate-sublists stream body state directive limit at-least-once-p)
          (%iterate stream body state directive limit at-least-once-p)))))

(defun %given-parameters (directive state)
  "The values of the parameters of DIRECTIVE; V with the argument NIL is as good as no parameter."
  (let ((values '()))
    (dotimes (i (length (directive-parameters directive)) (nreverse values))
      (let ((value (parameter-value directive i state nil)))
        (when value (push value values))))))

(defun %ascending-p (directive low middle high)
  "True if the three parameters, integers or characters, are in ascending order."
  (cond ((and (integerp low) (integerp middle) (integerp high)) (<= low middle high))
        ((and (characterp low) (characterp middle) (characterp high)) (char<= low middle high))
        (t (directive-error directive "~s, ~s and ~s cannot be compared" low middle high))))

(defun %leave-p (directive state)
  "True if ~^ ends what is around it."
  (%check-parameter-count directive 3)
  (let ((parameters (%given-parameters directive state)))
    (case (length parameters)
      (0 (if (directive-colon-p directive)
             (not (state-more-p state))
             (null (state-arguments state))))
      (1 (eql (first parameters) 0))
      (2 (eql (first parameters) (second parameters)))
      (t (%ascending-p directive (first parameters) (second parameters) (third parameters))))))

(defun format-escape (stream directive state)
  "~^"
  (declare (ignore stream))
  (cond ((not (%leave-p directive state)) nil)
        ((directive-colon-p directive) :exit-all)
        (t :exit)))

;;; ---- user functions

(defun %format-function (directive)
  "The symbol that ~/name/ names; without package prefix it is in COMMON-LISP-USER."
  (let* ((name (directive-clauses directive))
         (colon (position #\: name))
         (package (if colon (subseq name 0 colon) "COMMON-LISP-USER"))
         (start (cond ((null colon) 0)
                      ((and (< (+ colon 1) (length name)) (eq (char name (+ colon 1)) #\:)) (+ colon 2))
                      (t (+ colon 1)))))
    (unless (find-package package) (directive-error directive "there is no package ~a" package))
    (intern (subseq name start) package)))

(define-directive format-call (stream directive state)
  (let ((parameters '()))
    (dotimes (i (length (directive-parameters directive)))
      (push (parameter-value directive i state nil) parameters))
    (apply (%format-function directive) stream (next-argument state directive)
           (directive-colon-p directive) (directive-at-p directive) (nreverse parameters))))
