;;;; Takeuchi's function: calls and comparisons of small integers.

(defun tak (x y z)
  (if (< y x)
      (tak (tak (1- x) y z) (tak (1- y) z x) (tak (1- z) x y))
      z))

(defun repeat-tak (count)
  (let ((sum 0))
    (dotimes (i count sum)
      (incf sum (tak 18 12 6)))))

(print (repeat-tak 250))
