;;;; EQL and EQUAL. EQUALP, which knows every kind of object, has a file of its own.

(in-package "CLYSM.LIBRARY")

(declaim (inline %eq-comparable-p))
(defun %eq-comparable-p (x)
  "True if EQL on X is EQ: anything but a number that is not a fixnum."
  (not (or (%bignump x) (%doublep x) (%singlep x) (%ratiop x) (%complexp x))))

(defun eql (a b)
  "EQ, or numbers of the same type and value, signed zeros told apart."
  (cond ((eq a b) t)
        ((%eq-comparable-p a) nil)
        (t (%number-eql a b))))

(defun equal (a b)
  "EQL, or conses, strings, bit vectors or pathnames with EQUAL parts."
  (loop
    (cond ((eq a b) (return t))
          ((consp a)
           (unless (and (consp b) (equal (%car a) (%car b))) (return nil))
           (setq a (%cdr a) b (%cdr b)))
          ((%simple-string-p a)
           (return (cond ((%simple-string-p b) (%string-equal-p a b))
                         ((stringp b) (%equal-vectors a b)))))
          ((or (symbolp a) (%fixnump a) (characterp a)) (return nil))
          (t (return (%equal-others a b))))))

(defun %equal-others (a b)
  "EQUAL where A is neither a cons, a simple string nor an immediate."
  (cond ((not (%eq-comparable-p a)) (%number-eql a b))
        ((stringp a) (and (stringp b) (%equal-vectors a b)))
        ((bit-vector-p a) (and (bit-vector-p b) (%equal-vectors a b)))
        ((%structurep a 'pathname) (and (%structurep b 'pathname) (%equal-slots a b)))))

(defun %equal-vectors (a b)
  "True if the active elements of two vectors are EQL."
  (let ((length (length a)))
    (when (%fix= length (length b))
      (multiple-value-bind (data-a base-a) (%vector-data a)
        (multiple-value-bind (data-b base-b) (%vector-data b)
          (dotimes (i length t)
            (unless (eql (%data-ref data-a (%fix+ base-a i)) (%data-ref data-b (%fix+ base-b i)))
              (return nil))))))))

(defun %equal-slots (a b)
  "True if two instances of one structure type have EQUAL slots."
  (dotimes (i (%instance-length a) t)
    (unless (equal (%instance-ref a i) (%instance-ref b i))
      (return nil))))
