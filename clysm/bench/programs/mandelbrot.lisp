;;;; Double floats: points of the Mandelbrot set.

(defun steps (cx cy limit)
  (let ((x 0d0) (y 0d0))
    (dotimes (i limit limit)
      (let ((xx (* x x)) (yy (* y y)))
        (when (> (+ xx yy) 4d0)
          (return i))
        (setf y (+ (* 2d0 x y) cy))
        (setf x (+ (- xx yy) cx))))))

(defun picture (size limit)
  (let ((inside 0) (sum 0))
    (dotimes (row size)
      (dotimes (column size)
        (let ((steps (steps (- (/ (* 3d0 column) size) 2.2d0) (- (/ (* 3d0 row) size) 1.5d0) limit)))
          (incf sum steps)
          (when (= steps limit) (incf inside)))))
    (list inside sum)))

(print (picture 100 100))
