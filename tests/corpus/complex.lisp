;;;; Complex numbers.
;; rows: 12 N1

(setq *print-pretty* nil)

(defun show (label &rest values)
  (format t "~A:~{ ~S~}~%" label values))

(show "construction" (complex 1 2) (complex 1/2 -3) (complex 1.5 2) (complex 3) (complex 3 0) (complex 3.0 0)
      (complex 3 0.0))
(show "collapse" (typep (complex 3 0) 'integer) (typep (complex 3.0 0.0) 'complex) (- #c (1 2) #c (0 2))
      (* #c (0 1) #c (0 1)))
(show "parts" (realpart #c (1 2)) (imagpart #c (1 2)) (realpart 5) (imagpart 5) (imagpart 5.0) (conjugate #c (1 2))
      (conjugate 7))
(show "sum" (+ #c(1 2) #c(3 4)) (+ #c(1 2) 1) (- #c(1 2)) (- #c(1 2) #c(3 4)) (+ #c(1/2 1/3) #c(1/2 2/3)))
(show "product" (* #c(1 2) #c(3 4)) (* 2 #c(1 2)) (* #c(1 1) #c(1 -1)) (* #c(1/2 1) 2))
(show "quotient" (/ #c(1 2) #c(3 4)) (/ #c(2 4) 2) (/ #c(0 1)) (/ 1 #c(1 1)) (/ #c(3.0 4.0) #c(1.0 2.0)))
(show "powers" (expt #c(0 1) 2) (expt #c(1 1) 8) (expt #c(1 2) 0) (expt #c(0 1) -1) (expt #c(1/2 1/2) 3))
(show "equality" (= #c(1 2) #c(1 2)) (= #c(1 2) #c(1.0 2.0)) (eql #c(1 2) #c(1 2)) (eql #c(1 2) #c(1.0 2.0))
      (equal #c(1 2) #c(1 2)) (= #c(3.0 0.0) 3) (/= #c(1 2) #c(2 1)))
(show "predicates" (complexp #c(1 2)) (complexp 5) (numberp #c(1 2)) (realp #c(1 2)) (zerop #c(0.0 0.0))
      (typep #c(1 2) '(complex rational)) (typep #c(1.0 2.0) '(complex single-float)))
(show "magnitude" (abs #c(3.0d0 4.0d0)) (abs #c(3.0 4.0)) (abs -5))
(show "sqrt" (sqrt -4) (sqrt -1) (sqrt -2.25d0) (sqrt #c(-4.0d0 0.0d0)))
(show "printing" (princ-to-string #c(1 -2)) (prin1-to-string #c(0.5 1.5d0)) (read-from-string "#C(1 2)")
      (format nil "~A" (* 2 #c(1.5d0 1))))
(defun near (a b) (< (abs (- a b)) 1d-10))
(show "phase" (near (phase #c(0 1d0)) (/ pi 2)) (near (phase -1d0) pi) (phase 5) (near (phase #c(1d0 1d0)) (/ pi 4)))
(show "cis" (near (cis pi) -1) (near (cis (/ pi 2)) #c(0 1)) (near (exp #c(0d0 3.141592653589793d0)) -1))
(show "logarithm" (near (log -1d0) (complex 0 pi)) (near (log #c (0d0 1d0)) (complex 0 (/ pi 2)))
      (near (exp (log #c (1d0 2d0))) #c (1 2)))
(show "roots" (near (expt (sqrt #c(1d0 2d0)) 2) #c(1 2)) (near (expt -8d0 1/3) (complex 1 (sqrt 3d0))))
(show "trigonometry" (near (+ (expt (sin #c(1d0 2d0)) 2) (expt (cos #c(1d0 2d0)) 2)) 1)
      (near (sin (asin #c(0.5d0 0.25d0))) #c(0.5d0 0.25d0))
      (near (tan (atan #c(0.3d0 0.4d0))) #c(0.3d0 0.4d0)) (near (cosh (acosh #c(1.5d0 1d0))) #c(1.5d0 1d0)))
(show "signum" (signum #c(3.0d0 4.0d0)) (signum #c(0 5.0)))
(show "not ordered" (handler-case (funcall '< #c(1 2) 3) (type-error () :type-error))
      (handler-case (funcall #'max 1 #c (1 2)) (type-error () :type-error))
      (handler-case (floor (* 1 #c (1 2))) (type-error () :type-error)))

;;; Fourier transform of a small signal, there and back.
(defun transform (signal sign)
  (let ((n (length signal)))
    (if (= n 1) signal
        (let ((even (transform (loop for (x) on signal by #'cddr collect x) sign))
              (odd (transform (loop for (nil x) on signal by #'cddr collect x) sign)))
          (loop for k from 0 below (/ n 2)
                for e in even for o in odd
                for twiddle = (* (cis (/ (* sign 2 pi k) n)) o)
                collect (+ e twiddle) into first
                collect (- e twiddle) into second
                finally (return (append first second)))))))
(defun rounded (numbers) (mapcar (lambda (z) (complex (round (realpart z) 1d-3) (round (imagpart z) 1d-3))) numbers))
(show "fourier" (rounded (transform '(1 2 3 4 5 6 7 8) -1)))
(show "there and back" (rounded (mapcar (lambda (z) (/ z 8)) (transform (transform '(1 2 3 4 5 6 7 8) -1) 1))))

;;; Gaussian integers.
(defun gaussian-prime-p (z)
  (let ((norm (+ (expt (realpart z) 2) (expt (imagpart z) 2))))
    (loop for d from 2 to (isqrt norm) never (zerop (mod norm d)))))
(show "gaussian primes"
      (loop for a from 1 to 4
            append (loop for b from 1 to a when (gaussian-prime-p (complex a b)) collect (complex a b))))
