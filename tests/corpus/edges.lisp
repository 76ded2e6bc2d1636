;;;; Points where the standard is clear and common implementations are not.
;; rows: 6 9 12 22 N12 N25
;; expected: by hand. MAXIMIZE of nothing is NIL (contract of this project); a restart is dead outside its form (CLHS
;; INVOKE-RESTART); ABORT and MUFFLE-WARNING without restart signal a control error, CONTINUE and the others return NIL
;; (CLHS ABORT); the digits of a float are the shortest that read back as it (Steele and White); rounding -0.5 keeps the
;; sign of zero, as float operations do.

(setq *print-pretty* nil)

(defun show (label &rest values)
  (format t "~A:~{ ~S~}~%" label values))

(show "empty loops" (loop for x in '() maximize x) (loop for x in '() minimize x) (loop for x in '() collect x)
      (loop for x in '() sum x) (loop for x in '() count x) (loop for x in '() append x))

(show "dead restart" (let ((restart (restart-case (find-restart 'short) (short () 1))))
                       (handler-case (invoke-restart restart) (control-error () :control-error))))
(show "no restarts" (continue) (use-value 1) (store-value 1)
      (handler-case (abort) (control-error () :control-error))
      (handler-case (muffle-warning) (control-error () :control-error)))

(show "smallest floats" least-positive-double-float (- least-positive-single-float) (/ least-positive-double-float 2))
(show "read back"
      (loop for x in (list least-positive-double-float most-positive-double-float least-positive-single-float)
            always (eql x (read-from-string (prin1-to-string x)))))
(show "sign of zero" (fround -0.5) (ftruncate -0.5d0) (round -0.5) (* -1 0.0) (- 0.0d0) (+ 0.0 -0.0) (abs -0.0))
(show "exponents" (format nil "~E ~E ~E" 1.5d0 1.5 -2.25d10))

;;; Quotation marks are for the reader: printing is by structure, reading gives the structure back.
(show "quote forms" (equal (read-from-string (prin1-to-string '(quote a))) '(quote a))
      (equal (read-from-string (prin1-to-string '(function (lambda (x) 'x)))) '(function (lambda (x) 'x)))
      (equal (read-from-string (prin1-to-string '(quote . a))) '(quote . a)))
