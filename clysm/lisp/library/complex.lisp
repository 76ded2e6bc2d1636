;;;; Complex numbers: construction, parts, arithmetic.
;;;;
;;;; The parts are both rationals, and then the imaginary part is not zero, or both floats of one format.

(in-package "CLYSM.LIBRARY")

(defun %complex (real imaginary)
  "The number with two reals as parts: after contagion, and a rational if both are rational and IMAGINARY is zero."
  (cond ((or (%doublep real) (%doublep imaginary)) (%make-complex (%to-double real) (%to-double imaginary)))
        ((or (%singlep real) (%singlep imaginary)) (%make-complex (%to-single real) (%to-single imaginary)))
        ((eq imaginary 0) real)
        (t (%make-complex real imaginary))))

(defun complex (realpart &optional (imagpart 0))
  "The number with two reals as parts.  A rational if both are rational and IMAGPART is zero, else a complex number."
  (%complex (%check-real realpart) (%check-real imagpart)))

(defun realpart (number)
  "The real part of NUMBER."
  (if (%complexp number) (%realpart number) (%check-number number)))

(defun imagpart (number)
  "The imaginary part of NUMBER; of a float a zero with its sign, of a rational 0."
  (cond ((%complexp number) (%imagpart number))
        ((floatp number) (* 0 number))
        (t (%check-number number) 0)))

(defun upgraded-complex-part-type (typespec &optional environment)
  "The type of the parts of a complex number made for parts of TYPESPEC.  Signals an error if that is no type of reals."
  (cond ((subtypep typespec nil environment) nil)
        ((subtypep typespec 'single-float environment) 'single-float)
        ((subtypep typespec 'double-float environment) 'double-float)
        ((subtypep typespec 'rational environment) 'rational)
        ((subtypep typespec 'real environment) 'real)
        (t (error "~s is not a subtype of REAL" typespec))))

;;; Arithmetic.  The operands are numbers of which at least one is complex; a real has the imaginary part 0.

(declaim (inline %real %imaginary))

(defun %real (number)
  (if (%complexp number) (%realpart number) number))

(defun %imaginary (number)
  (if (%complexp number) (%imagpart number) 0))

(defun %complex-add (a b)
  "A + B."
  (%complex (+ (%real a) (%real b)) (+ (%imaginary a) (%imaginary b))))

(defun %complex-sub (a b)
  "A - B."
  (%complex (- (%real a) (%real b)) (- (%imaginary a) (%imaginary b))))

(defun %complex-mul (a b)
  "A * B."
  (cond ((not (%complexp a)) (%complex-mul b a))
        ((%complexp b)
         (let ((ar (%realpart a)) (ai (%imagpart a)) (br (%realpart b)) (bi (%imagpart b)))
           (%complex (- (* ar br) (* ai bi)) (+ (* ar bi) (* ai br)))))
        (t (%complex (* (%realpart a) b) (* (%imagpart a) b)))))

(defun %divide-complex (ar ai br bi)
  "(AR + AI i) / (BR + BI i); the parts of the divisor are not both zero."
  (if (rationalp br)
      (let ((square (+ (* br br) (* bi bi))))
        (%complex (%divide (+ (* ar br) (* ai bi)) square)
                  (%divide (- (* ai br) (* ar bi)) square)))
      ;; Dividing by the larger part first keeps the squares from overflowing (Smith 1962).
      (if (< (abs br) (abs bi))
          (let* ((ratio (%divide br bi)) (divisor (+ (* br ratio) bi)))
            (%complex (%divide (+ (* ar ratio) ai) divisor) (%divide (- (* ai ratio) ar) divisor)))
          (let* ((ratio (%divide bi br)) (divisor (+ br (* bi ratio))))
            (%complex (%divide (+ ar (* ai ratio)) divisor) (%divide (- ai (* ar ratio)) divisor))))))

(defun %divide-real (a br bi)
  "A / (BR + BI i) for a real A, as %DIVIDE-COMPLEX but with the sign of a zero imaginary part that no 0 - x has lost."
  (if (rationalp br)
      (let ((square (+ (* br br) (* bi bi))))
        (%complex (%divide (* a br) square) (%divide (%negate (* a bi)) square)))
      (if (< (abs br) (abs bi))
          (let* ((ratio (%divide br bi)) (divisor (+ (* br ratio) bi)))
            (%complex (%divide (* a ratio) divisor) (%divide (%negate a) divisor)))
          (let* ((ratio (%divide bi br)) (divisor (+ br (* bi ratio))))
            (%complex (%divide a divisor) (%divide (%negate (* a ratio)) divisor))))))

(defun %complex-div (a b)
  "A / B.  Signals division-by-zero."
  (cond ((not (%complexp b)) (%complex (%divide (%realpart a) b) (%divide (%imagpart a) b)))
        ((zerop b) (%division-by-zero '/ a b))
        ((%complexp a) (%divide-complex (%realpart a) (%imagpart a) (%realpart b) (%imagpart b)))
        (t (%divide-real a (%realpart b) (%imagpart b)))))
