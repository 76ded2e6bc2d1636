;;;; Conditions: classes, signalling, handlers.
;; rows: 9 N18 N24 N25

(setq *print-pretty* nil)

(defun show (label &rest values)
  (format t "~A:~{ ~S~}~%" label values))

(define-condition kitchen-problem (error)
  ((dish :initarg :dish :reader dish :initform "soup"))
  (:report (lambda (condition stream) (format stream "trouble with the ~A" (dish condition)))))
(define-condition too-salty (kitchen-problem)
  ((grams :initarg :grams :accessor grams))
  (:default-initargs :grams 10))
(define-condition burnt (kitchen-problem) () (:report "it burnt"))
(define-condition bell (condition) ((times :initarg :times :reader times)))

(show "report" (princ-to-string (make-condition 'kitchen-problem)) (princ-to-string (make-condition 'burnt))
      (princ-to-string (make-condition 'too-salty :dish "stew")))
(let ((c (make-condition 'too-salty)))
  (incf (grams c) 5)
  (show "slots" (dish c) (grams c) (typep c 'kitchen-problem) (typep c 'warning)))

;;; HANDLER-CASE takes the first clause that fits.
(defun cook (problem)
  (handler-case (funcall problem)
    (burnt () :burnt)
    (too-salty (c) (list :salt (grams c)))
    (kitchen-problem (c) (list :problem (dish c)))
    (division-by-zero () :zero)
    (type-error (c) (list :type (type-error-datum c)))
    (error (c) (list :error (princ-to-string c)))
    (:no-error (&rest values) (cons :fine values))))
(show "clauses" (cook (lambda () (error 'burnt))) (cook (lambda () (error 'too-salty :grams 3)))
      (cook (lambda () (error 'kitchen-problem :dish "rice"))) (cook (lambda () (/ 5 (- 3 3))))
      (cook (lambda () (car (first '(5))))) (cook (lambda () (error "plain ~S" 'text)))
      (cook (lambda () (values 1 2))))

;;; HANDLER-BIND runs before unwinding and may decline.
(let ((log '()))
  (show "decline" (handler-case
                      (handler-bind ((warning (lambda (c) (declare (ignore c)) (push :warning log)))
                                     (error (lambda (c) (declare (ignore c)) (push :inner log)))
                                     (kitchen-problem (lambda (c) (push (dish c) log))))
                        (unwind-protect (error 'burnt :dish "toast") (push :unwound log)))
                    (error () (push :outer log) :caught)))
  (show "order" (reverse log)))
(show "handled where signalled" (handler-bind ((bell (lambda (c) (show "ding" (times c)))))
                                  (list (signal 'bell :times 2) :after)))
(show "signal without handler" (signal 'bell :times 1))
(show "leave from a handler" (block kitchen
                               (handler-bind ((error (lambda (c) (return-from kitchen (dish c)))))
                                 (error 'too-salty :dish "fish") :not-here)))
(show "handlers are off while one runs"
      (handler-case
          (handler-bind ((error (lambda (c) (declare (ignore c)) (error "from the handler"))))
            (error "original"))
        (error (c) (princ-to-string c))))
(show "nested handlers" (handler-case
                            (handler-case (error 'burnt) (too-salty () :wrong))
                          (kitchen-problem () :right)))
(show "error in a clause" (handler-case
                              (handler-case (error "one") (error () (error "two")))
                            (error (c) (princ-to-string c))))

;;; Designators, standard types, warnings.
(defun kind (thunk)
  (handler-case (funcall thunk)
    (simple-error (c) (list 'simple-error (simple-condition-format-control c)
                            (simple-condition-format-arguments c)))
    (error (c) (type-of c))
    (warning (c) (list 'warning (princ-to-string c)))))
(show "simple" (kind (lambda () (error "~A and ~A" 1 2))))
(show "instance" (kind (lambda () (error (make-condition 'burnt)))))
(show "warn" (kind (lambda () (warn "careful: ~D" 7))))
(show "muffled" (let ((seen 0))
                  (handler-bind ((warning (lambda (c) (incf seen) (muffle-warning c))))
                    (list (warn "one") (warn 'simple-warning :format-control "two") seen))))
(show "ignore-errors" (multiple-value-list (ignore-errors (values 1 2)))
      (let ((result (multiple-value-list (ignore-errors (error 'burnt)))))
        (list (first result) (type-of (second result)))))
(defun undefined-one () (funcall 'no-such-function 1))
(show "cell errors" (handler-case (undefined-one) (undefined-function (c) (cell-error-name c)))
      (handler-case (symbol-value 'no-such-variable) (unbound-variable (c) (cell-error-name c))))
(show "hierarchy" (loop for (sub super) in '((simple-error error) (simple-condition condition) (warning condition)
                                             (simple-warning warning) (division-by-zero arithmetic-error)
                                             (type-error error) (end-of-file stream-error) (parse-error error)
                                             (reader-error parse-error) (control-error error) (program-error error)
                                             (unbound-variable cell-error) (file-error error) (package-error error)
                                             (storage-condition serious-condition) (error serious-condition)
                                             (simple-type-error type-error) (print-not-readable error)
                                             (style-warning warning) (floating-point-overflow arithmetic-error))
                        always (subtypep sub super)))

;;; Dynamic state is restored when a handler leaves.
(defvar *depth* 0)
(defun dive (n) (let ((*depth* (+ *depth* 1))) (if (= n 0) (error "bottom at ~D" *depth*) (dive (- n 1)))))
(show "dynamic variables" (handler-case (dive 100) (error (c) (list *depth* (princ-to-string c)))) *depth*)
(let ((log '()))
  (ignore-errors (unwind-protect (unwind-protect (error "x") (push 1 log)) (push 2 log)))
  (show "cleanups run once" (reverse log)))
