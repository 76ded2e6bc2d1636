;;;; All ways to place queens that do not attack each other, on lists.

(defun safe-p (queen distance placed)
  (or (null placed)
      (and (/= (car placed) queen)
           (/= (abs (- (car placed) queen)) distance)
           (safe-p queen (+ distance 1) (cdr placed)))))

(defun solutions (size row placed)
  (if (= row size)
      (list placed)
      (loop for queen from 1 to size
            when (safe-p queen 1 placed)
              append (solutions size (+ row 1) (cons queen placed)))))

(let ((found (solutions 11 0 '())))
  (print (length found))
  (print (first found)))
