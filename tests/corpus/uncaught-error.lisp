;;;; An uncaught error ends the program with status 1; what was printed before is there.
;; rows: tools 9 N25 N52
;; expected: by hand, as the standard leaves the end of a program open. The error is reported on standard error, cleanups
;; are not run (the debugger would be entered where the error is signalled), handlers that decline have run.

(defvar *depth* 0)

(define-condition out-of-tea (error)
  ((cups :initarg :cups :reader cups))
  (:report (lambda (condition stream) (format stream "no tea after ~D cups" (cups condition)))))

(defun brew (cups)
  (let ((*depth* (+ *depth* 1)))
    (if (= cups 0)
        (error 'out-of-tea :cups *depth*)
        (brew (- cups 1)))))

(format t "before~%")
(format t "caught: ~A~%" (handler-case (brew 2) (out-of-tea (c) (princ-to-string c))))
(format t "signal returns ~S~%" (signal 'out-of-tea :cups 1))
(format t "no newline here")
(handler-bind ((warning (lambda (c) (format t " wrong ~A~%" c)))
               (error (lambda (c) (format t ", declined: ~A~%" c))))
  (brew 4))
(format t "never printed~%")
