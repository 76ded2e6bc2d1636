;;;; Arc functions of doubles, with errors little above half a unit in the last place.

(in-package "CLYSM.LIBRARY")

(defparameter *arc-tangents*
  '#(0.0d0 0.0d0 0.031239833430268277d0 -1.188442711587748d-18
     0.06241880999595735d0 -1.5490756308295046d-18 0.09347678115858947d0 -6.2844725995420954d-18
     0.12435499454676144d0 -3.1253241424539383d-18 0.15499674192394097d0 9.585415594114324d-18
     0.18534794999569476d0 4.180692268843079d-18 0.21535769969773805d0 4.738160130078733d-19
     0.24497866312686414d0 1.0698755618734451d-17 0.2741674511196588d0 8.261353575163773d-18
     0.3028848683749714d0 -1.1010827903001369d-17 0.3310960767041321d0 -7.952610375793799d-18
     0.35877067027057225d0 -2.4623815582638635d-17 0.38588266939807375d0 2.378822732491941d-17
     0.4124104415973873d0 -1.587652227770689d-17 0.43833655985795783d0 -2.494277030626541d-17
     0.4636476090008061d0 2.2698777452961687d-17 0.48833395105640554d0 -1.1373236189329585d-17
     0.5123894603107377d0 -2.5462781472855804d-17 0.5358112379604637d0 -4.0637956834825575d-18
     0.5585993153435624d0 -5.4556305485916264d-18 0.5807563535676704d0 -1.441464378193067d-17
     0.6022873461349642d0 2.950430737228402d-17 0.6231993299340659d0 2.672403885140095d-17
     0.6435011087932844d0 1.5834785051444286d-17 0.6632029927060933d0 -3.076054864429649d-17
     0.6823165548747481d0 6.943223671560008d-18 0.7008544078844502d0 -1.987626234335816d-17
     0.7188299996216245d0 -2.1478388444456983d-17 0.7362574289814281d0 3.473937648299457d-17
     0.7531512809621944d0 -2.4256934659182068d-17 0.7695264804056583d0 -3.704991905602721d-17
     0.7853981633974483d0 3.061616997868383d-17)
  "For j from 0 to 32 the high and the low part of atan(j / 32).")

(defun %arc-tangent-of-small (uh ul)
  "High and low part of atan(UH + UL) for |UH| <= 1 / 64."
  (let* ((square (d* uh uh))
         (series (d* uh square (d-polynomial square -0.3333333333333333d0 0.2d0 -0.14285714285714285d0
                                             0.1111111111111111d0 -0.09090909090909091d0)))
         (rest (d+ ul series)))
    (with-fast-two-sum (h l) (uh rest)
      (values h l))))

(defun %lower-angle (yh yl xh xl)
  "High and low part of atan(Y / X) for double-doubles 0 <= Y <= X with X from 0.5 to 2."
  ;; With c = j / 32 near y / x: atan(y / x) = atan(c) + atan((y - c x) / (x + c y)).
  (let* ((j (%double->fix (%double-nearest (d/ (d* yh 32d0) xh))))
         (c (d* (%fix->double j) 0.03125d0))
         (-c (%double-neg c))
         (index (%fix* 2 j)))
    (with-two-product (p p-low) (-c xh)
      (multiple-value-bind (n n-low) (dd+ yh yl p (d+ p-low (d* -c xl)))
        (with-two-product (q q-low) (c yh)
          (multiple-value-bind (d d-low) (dd+ xh xl q (d+ q-low (d* c yl)))
            (multiple-value-bind (u u-low) (dd/ n n-low d d-low)
              (multiple-value-bind (a a-low) (%arc-tangent-of-small u u-low)
                (dd+ (%svref *arc-tangents* index) (%svref *arc-tangents* (%fix+ index 1)) a a-low)))))))))

(defun %angle (yh yl xh xl)
  "High and low part of the angle in [0, pi / 2] of the point (X, Y), double-doubles >= 0, the larger from 0.5 to 2."
  (if (%double<= yh xh)
      (%lower-angle yh yl xh xl)
      (multiple-value-bind (h l) (%lower-angle xh xl yh yl)
        (dd+ 1.5707963267948966d0 6.123233995736766d-17 (%double-neg h) (%double-neg l)))))

(defun %mirrored-angle (mirrored h l)
  "The angle H + L, or pi less it if MIRRORED, rounded to a double."
  (values (if mirrored
              (dd+ 3.141592653589793d0 1.2246467991473532d-16 (%double-neg h) (%double-neg l))
              (d+ h l))))

(defun %signed-like (x magnitude)
  "MAGNITUDE, a double >= 0, with the sign of the double X."
  (if (%double-negative-p x) (%double-neg magnitude) magnitude))

(defun %infinite-to-one (x)
  "X made finite so that the angle of a point stays the same: infinity to 1, finite values to 0."
  (%signed-like x (if (%finite-double-p x) 0d0 1d0)))

(defun %double-atan2 (y x)
  "The angle in [-pi, pi] of the point (X, Y) of two doubles; the signs of zeros choose the side.  A NaN for a NaN."
  (let ((ay (%double-abs y)) (ax (%double-abs x)) (left (%double-negative-p x)))
    (cond ((or (%nan-p x) (%nan-p y)) (d+ x y))
          ((%double= ay 0d0) (%signed-like y (%mirrored-angle left 0d0 0d0)))
          ((not (and (%finite-double-p x) (%finite-double-p y)))
           (%double-atan2 (%infinite-to-one y) (%infinite-to-one x)))
          ((%double< ax (d* ay 1d-20)) (%signed-like y 1.5707963267948966d0))
          ((%double< ay (d* ax 1d-20)) (%signed-like y (if left 3.141592653589793d0 (d/ ay ax))))
          (t (let ((shift (%fix- 1022 (max (%double-biased-exponent x) (%double-biased-exponent y)))))
               (multiple-value-bind (h l)
                   (%angle (%double-scale ay shift) 0d0 (%double-scale ax shift) 0d0)
                 (%signed-like y (%mirrored-angle left h l))))))))

(defun %cosine-of-sine (x)
  "High and low part of sqrt(1 - X^2) for a double X in [0, 1]."
  (with-two-product (p p-low) (x x)
    (multiple-value-bind (h l) (dd+ 1d0 0d0 (%double-neg p) (%double-neg p-low))
      (dd-sqrt h l))))

(defun %double-asin (x)
  "The angle in [-pi / 2, pi / 2] of which the double X, |X| <= 1 or a NaN, is the sine."
  (let ((size (%double-abs x)))
    (if (or (%double< size 7d-9) (%nan-p x))
        x
        (multiple-value-bind (c c-low) (%cosine-of-sine size)
          (multiple-value-bind (h l) (%angle size 0d0 c c-low)
            (%signed-like x (d+ h l)))))))

(defun %double-acos (x)
  "The angle in [0, pi] of which the double X, |X| <= 1 or a NaN, is the cosine."
  (if (%nan-p x)
      x
      (let ((size (%double-abs x)))
        (multiple-value-bind (c c-low) (%cosine-of-sine size)
          (multiple-value-bind (h l) (%angle c c-low size 0d0)
            (%mirrored-angle (%double-negative-p x) h l))))))
