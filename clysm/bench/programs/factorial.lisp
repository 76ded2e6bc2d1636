;;;; Large integers: factorials by multiplication, division, and printing in decimal.

(defun factorial (n)
  (if (= n 0)
      1
      (* n (factorial (- n 1)))))

(defun repeat-factorial (n count)
  (let ((product 0))
    (dotimes (i count product)
      (setf product (factorial n)))))

(defun digit-sum (n)
  (let ((sum 0))
    (loop
      (when (= n 0)
        (return sum))
      (multiple-value-bind (quotient digit) (floor n 10)
        (incf sum digit)
        (setf n quotient)))))

(let ((product (repeat-factorial 1000 200)))
  (print (length (princ-to-string product)))
  (print (digit-sum product))
  (print (integer-length product))
  (print (mod product 1000003))
  (print (gcd product (expt 6 800)))
  (print (isqrt (factorial 100))))
