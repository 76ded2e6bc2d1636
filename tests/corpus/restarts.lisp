;;;; Restarts: establishing, finding, invoking, the standard ones.
;; rows: 9 N18 N25

(setq *print-pretty* nil)

(defun show (label &rest values)
  (format t "~A:~{ ~S~}~%" label values))

;;; RESTART-CASE: handlers choose how to go on.
(define-condition bad-entry (error)
  ((text :initarg :text :reader text))
  (:report (lambda (c s) (format s "bad entry ~S" (text c)))))
(defun parse-entry (text)
  (restart-case (or (parse-integer text :junk-allowed t) (error 'bad-entry :text text))
    (skip-entry () :report "Leave it out." :skipped)
    (use-value (value) :report "Use another value." :interactive (lambda () (list 0)) value)
    (retry-entry (new-text) (parse-entry new-text))))
(defun parse-all (entries) (mapcar #'parse-entry entries))
(show "skip"
      (handler-bind ((bad-entry (lambda (c) (declare (ignore c)) (invoke-restart 'skip-entry))))
        (parse-all '("1" "x" "3"))))
(show "use value" (handler-bind ((bad-entry (lambda (c) (use-value (length (text c)))))) (parse-all '("1" "four" "3"))))
(show "retry"
      (handler-bind ((bad-entry (lambda (c) (invoke-restart 'retry-entry (remove-if-not #'digit-char-p (text c))))))
        (parse-all '("a1" "b22"))))
(show "no handler" (handler-case (parse-all '("1" "x")) (bad-entry (c) (princ-to-string c))))
(show "none needed" (parse-all '("5")))
(show "values" (multiple-value-list (restart-case (invoke-restart 'several 1 2) (several (a b) (values b a))))
      (multiple-value-list (restart-case (values 1 2) (unused () 3))))
(show "lambda list"
      (restart-case (invoke-restart 'all 1 2 :k 3) (all (a &optional (b 'b) &rest more &key k) (list a b more k)))
      (restart-case (invoke-restart 'all 1) (all (a &optional (b 'b)) (list a b))))

;;; Finding and describing restarts.
(show "find"
      (restart-case (list (and (find-restart 'a) t) (find-restart 'zzz) (restart-name (find-restart 'b))
                          (mapcar #'restart-name (subseq (compute-restarts) 0 3)))
        (a () 1)
        (b () 2)
        (c () 3)))
(show "report"
      (restart-case (list (princ-to-string (find-restart 'a)) (princ-to-string (find-restart 'b)))
        (a () :report "Do the A." 1)
        (b () :report (lambda (stream) (format stream "Do ~D." 2)) 2)))
(show "innermost first"
      (restart-case (restart-case (invoke-restart 'again) (again () (list :inner (and (find-restart 'again) t))))
        (again () :outer)))
(show "from outside"
      (restart-case (restart-case (invoke-restart 'outer 5) (inner () :wrong)) (outer (x) (list :outer x))))
(show "no such restart" (handler-case (invoke-restart 'nowhere) (control-error () :control-error)))
(show "test"
      (restart-case (list (and (find-restart 'hidden) t) (and (find-restart 'shown) t))
        (hidden () :test (lambda (c) (declare (ignore c)) nil) 1)
        (shown () :test (lambda (c) (declare (ignore c)) t) 2)))
(show "interactively"
      (restart-case (invoke-restart-interactively 'ask) (ask (a b) :interactive (lambda () (list 1 2)) (list a b))))

;;; RESTART-BIND does not unwind.
(show "restart-bind"
      (let ((log '()))
        (restart-bind ((note (lambda (x) (push x log) :noted)))
          (list (invoke-restart 'note 1) (invoke-restart 'note 2) log))))
(show "exit from restart-bind"
      (block b (restart-bind ((out (lambda (x) (return-from b (list :out x))))) (invoke-restart 'out 3) :not-here)))

;;; The five standard restarts and their functions.
(show "with-simple-restart" (multiple-value-list (with-simple-restart (abort "Give up.") (abort) 1))
      (multiple-value-list (with-simple-restart (abort "Give up.") (values 1 2)))
      (with-simple-restart (skip "Skip ~D." 5) (princ-to-string (find-restart 'skip))))
(show "cerror" (handler-bind ((error #'continue)) (list (cerror "Go on with ~A." "problem ~A" 1) :continued))
      (handler-case (cerror "c" "problem ~A" 2) (error (c) (princ-to-string c))))
(show "continue reports"
      (handler-bind ((error (lambda (c)
                              (let ((r (find-restart 'continue c)))
                                (show "seen" (princ-to-string r))
                                (invoke-restart r)))))
        (cerror "Skip ~A~*." "x ~A ~A" 1 2)
        :done))
(show "muffle-warning" (handler-bind ((warning #'muffle-warning)) (warn "silence") :quiet))
(show "store-value" (restart-case (store-value 5) (store-value (x) (list :stored x)))
      (restart-case (use-value 6) (use-value (x) (list :used x))))

;;; Forms that offer STORE-VALUE and CONTINUE.
(show "check-type"
      (let ((x "no"))
        (handler-bind ((type-error (lambda (c) (declare (ignore c)) (store-value 7))))
          (check-type x integer "a whole number"))
        x) (let ((x 5)) (check-type x integer) x)
      (let ((x 'bad))
        (handler-case (check-type x (or string number))
          (type-error (c) (list (type-error-datum c) (type-error-expected-type c))))))
(show "assert" (let ((x 1)) (assert (= x 1)) x)
      (handler-case (let ((x 1)) (assert (= x 2) (x) "x is ~D" x)) (error (c) (princ-to-string c)))
      (let ((x 0) (tries 0))
        (handler-bind ((error (lambda (c) (incf x) (incf tries) (continue c)))) (assert (> x 2)))
        (list x tries)))
(show "ccase"
      (let ((x 'c))
        (handler-bind ((type-error (lambda (c) (declare (ignore c)) (store-value 'b))))
          (list (ccase x (a 1) (b 2)) x)))
      (let ((x "s"))
        (handler-bind ((type-error (lambda (c) (declare (ignore c)) (store-value 2.5))))
          (ctypecase x (integer :int) (float :float)))))
(show "ecase" (handler-case (ecase 5 (1 :one) ((2 3) :few)) (type-error (c) (type-error-datum c)))
      (ecase 2 (1 :one) ((2 3) :few)) (handler-case (etypecase 'x (string 1)) (type-error (c) (type-error-datum c))))

;;; Restarts associated with one condition; handlers established between.
(show "associated" (let ((c1 (make-condition 'bad-entry :text "1")) (c2 (make-condition 'bad-entry :text "2")))
                     (restart-case (with-condition-restarts c1 (list (find-restart 'fix))
                                     (list (and (find-restart 'fix c1) t) (find-restart 'fix c2)
                                           (and (find-restart 'fix) t)))
                       (fix () 1))))
(defvar *depth* 0)
(defun work (n)
  (let ((*depth* (1+ *depth*)))
    (if (= n 0)
        (restart-case (error 'bad-entry :text "deep") (repair (x) (list x *depth*)))
        (list n (work (- n 1))))))
(show "dynamic state"
      (handler-bind ((bad-entry (lambda (c) (declare (ignore c)) (invoke-restart 'repair (list :at *depth*)))))
        (work 3)) *depth*)
