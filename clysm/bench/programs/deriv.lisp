;;;; Symbolic derivatives: consing, CASE on symbols, MAPCAR with closures.
;;;; Source: R. P. Gabriel, Performance and Evaluation of Lisp Systems (1985), DERIV.

(defun deriv (form variable)
  (if (atom form)
      (if (eq form variable) 1 0)
      (case (car form)
        ((+ -) (cons (car form) (mapcar (lambda (part) (deriv part variable)) (cdr form))))
        (* (list '* form
                 (cons '+ (mapcar (lambda (part) (list '/ (deriv part variable) part)) (cdr form)))))
        (/ (list '-
                 (list '/ (deriv (second form) variable) (third form))
                 (list '/ (second form) (list '* (third form) (third form) (deriv (third form) variable)))))
        (t (error "no rule for ~S" (car form))))))

(defun repeat-deriv (count)
  (let ((result nil))
    (dotimes (i count result)
      (setf result (deriv '(+ (* 3 x x) (* a x x) (* b x) (/ x 5) 5) 'x)))))

(print (repeat-deriv 20000))
