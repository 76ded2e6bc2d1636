;;;; Hyperbolic functions of doubles and their inverses, with errors little above half a unit in the last place.

(in-package "CLYSM.LIBRARY")

(defun %small-sinh (x)
  "High and low part of sinh(X) for |X| <= 0.35: Taylor's series."
  (let* ((square (d* x x))
         (series (d* x square (d-polynomial square 0.16666666666666666d0 0.008333333333333333d0 0.0001984126984126984d0
                                            2.7557319223985893d-6 2.505210838544172d-8 1.6059043836821613d-10))))
    (with-fast-two-sum (h l) (x series)
      (values h l))))

(defun %exponential-half-sum (x sign)
  "High and low part of (e^X + SIGN e^-X) / 2 for X from 0 to 20; SIGN is 1.0, or -1.0 if X is not below 0.35."
  (multiple-value-bind (e e-low k) (%exp-parts x 0d0)
    (multiple-value-bind (inverse inverse-low) (dd/ 1d0 0d0 e e-low)
      (dd+ (%double-scale e (%fix- k 1)) (%double-scale e-low (%fix- k 1))
           (d* sign (%double-scale inverse (%fix- -1 k))) (d* sign (%double-scale inverse-low (%fix- -1 k)))))))

(defun %half-exp (x)
  "e^X / 2 for X >= 20, infinite if it is out of range."
  (if (%double< x 750d0)
      (multiple-value-bind (e e-low k) (%exp-parts x 0d0)
        (declare (ignore e-low))
        (%double-scale e (%fix- k 1)))
      (d* x 1d308)))

(defun %double-sinh (x)
  "The hyperbolic sine of the double X; infinite if it is out of range."
  (let ((size (%double-abs x)))
    (cond ((or (%double< size 7d-9) (%nan-p x)) x)
          ((%double< size 0.35d0) (values (%small-sinh x)))
          ((%double< size 20d0) (%signed-like x (values (%exponential-half-sum size -1d0))))
          (t (%signed-like x (%half-exp size))))))

(defun %double-cosh (x)
  "The hyperbolic cosine of the double X; infinite if it is out of range."
  (let ((size (%double-abs x)))
    (cond ((%nan-p x) x)
          ((%double< size 20d0) (values (%exponential-half-sum size 1d0)))
          (t (%half-exp size)))))

(defun %double-tanh (x)
  "The hyperbolic tangent of the double X."
  (let ((size (%double-abs x)))
    (cond ((or (%double< size 7d-9) (%nan-p x)) x)
          ((%double< 20d0 size) (%signed-like x 1d0))
          (t (multiple-value-bind (sinh sinh-low)
                 (if (%double< size 0.35d0) (%small-sinh size) (%exponential-half-sum size -1d0))
               (multiple-value-bind (cosh cosh-low) (%exponential-half-sum size 1d0)
                 (%signed-like x (values (dd/ sinh sinh-low cosh cosh-low)))))))))

;;; Inverse functions

(defun %log-of-twice (x)
  "log(2 X) for a large double X."
  (multiple-value-bind (h l) (%double-log-parts x)
    (values (dd+ h l 0.6931471805599453d0 2.3190468138462996d-17))))

(defun %double-asinh (x)
  "The inverse hyperbolic sine of the double X."
  (let ((size (%double-abs x)))
    (cond ((or (%double< size 7d-9) (not (%finite-double-p x))) x)
          ((%double< 1d9 size) (%signed-like x (%log-of-twice size)))
          ;; log(x + sqrt(x^2 + 1)) = log(1 + x + x^2 / (1 + sqrt(x^2 + 1)))
          (t (with-two-product (square square-low) (size size)
               (multiple-value-bind (s s-low) (dd+ square square-low 1d0 0d0)
                 (multiple-value-bind (root root-low) (dd-sqrt s s-low)
                   (multiple-value-bind (d d-low) (dd+ root root-low 1d0 0d0)
                     (multiple-value-bind (q q-low) (dd/ square square-low d d-low)
                       (multiple-value-bind (y y-low) (dd+ q q-low size 0d0)
                         (%signed-like x (values (%log1p-parts y y-low)))))))))))))

(defun %double-acosh (x)
  "The inverse hyperbolic cosine of the double X >= 1."
  (cond ((not (%finite-double-p x)) x)
        ((%double< 1d9 x) (%log-of-twice x))
        ;; log(x + sqrt(x^2 - 1)) = log(1 + t + sqrt(t (t + 2))) with t = x - 1
        (t (multiple-value-bind (h l) (dd+ x 0d0 -1d0 0d0)
             (multiple-value-bind (p p-low) (dd+ x 0d0 1d0 0d0)
               (multiple-value-bind (square square-low) (dd* h l p p-low)
                 (multiple-value-bind (root root-low) (dd-sqrt square square-low)
                   (multiple-value-bind (y y-low) (dd+ root root-low h l)
                     (values (%log1p-parts y y-low))))))))))

(defun %double-atanh (x)
  "The inverse hyperbolic tangent of the double X, |X| < 1 or a NaN."
  (let ((size (%double-abs x)))
    (if (or (%double< size 7d-9) (%nan-p x))
        x
        ;; log((1 + x) / (1 - x)) / 2 = log(1 + 2 x / (1 - x)) / 2
        (multiple-value-bind (d d-low) (dd+ 1d0 0d0 (%double-neg size) 0d0)
          (multiple-value-bind (q q-low) (dd/ (d* 2d0 size) 0d0 d d-low)
            (%signed-like x (d* 0.5d0 (values (%log1p-parts q q-low)))))))))

;;; The distance from zero

(defun %square-sum (x y)
  "High and low part of (X^2 + Y^2) * 4^k, and an integer k that prevents overflow; X and Y are finite, not both zero."
  (let* ((shift (%fix- 1022 (max (%double-biased-exponent x) (%double-biased-exponent y))))
         (a (%double-scale x shift)) (b (%double-scale y shift)))
    (with-two-product (p p-low) (a a)
      (with-two-product (q q-low) (b b)
        (multiple-value-bind (h l) (dd+ p p-low q q-low)
          (values h l shift))))))

(defun %double-hypot (x y)
  "sqrt(X^2 + Y^2) of two doubles without early overflow; infinite if one is infinite, else a NaN for a NaN."
  (let ((ax (%double-abs x)) (ay (%double-abs y)))
    (cond ((not (and (%finite-double-p x) (%finite-double-p y)))
           (cond ((%nan-p x) (if (%finite-double-p y) x ay))
                 ((%nan-p y) (if (%finite-double-p x) y ax))
                 (t (d+ ax ay))))
          ((and (%double= ax 0d0) (%double= ay 0d0)) 0d0)
          (t (multiple-value-bind (h l k) (%square-sum x y)
               (%double-scale (values (dd-sqrt h l)) (%fix- 0 k)))))))

(defun %double-log-hypot (x y)
  "log(sqrt(X^2 + Y^2)) of two finite doubles that are not both zero."
  (let* ((ax (%double-abs x)) (ay (%double-abs y))
         (large (if (%double< ax ay) ay ax)) (small (if (%double< ax ay) ax ay)))
    (if (and (%double< 0.5d0 large) (%double< large 2d0))
        ;; Near 1: log(1 + (a - 1) (a + 1) + b^2) / 2
        (multiple-value-bind (difference difference-low) (dd+ large 0d0 -1d0 0d0)
          (multiple-value-bind (sum sum-low) (dd+ large 0d0 1d0 0d0)
            (multiple-value-bind (p p-low) (dd* difference difference-low sum sum-low)
              (with-two-product (q q-low) (small small)
                (multiple-value-bind (h l) (dd+ p p-low q q-low)
                  (d* 0.5d0 (values (%log1p-parts h l))))))))
        (multiple-value-bind (s s-low k) (%square-sum x y)
          (multiple-value-bind (h l) (%double-log-parts s)
            (let ((steps (%fix->double (%fix- 0 k)))
                  (rest (d/ s-low s)))
              (values (dd+ (d* steps 0.6931471805592082d0) (d* steps 7.371002565167799d-13)
                           (d* 0.5d0 h) (d* 0.5d0 (d+ l rest))))))))))
