;;;; Doubles with twice the precision: a value is the sum of two doubles, high and low, the low one at most half a unit
;;;; in the last place of the high one.
;;;;
;;;; The elementary functions carry such pairs up to their last rounding, which leaves errors little above half a unit.
;;;; Source: T. J. Dekker, A floating-point technique for extending the available precision, 1971.

(in-package "CLYSM.LIBRARY")

;;; Double arithmetic with any number of operands, from left to right

(defmacro d+ (a b &rest more)
  (if more `(d+ (%double+ ,a ,b) ,@more) `(%double+ ,a ,b)))

(defmacro d- (a b &rest more)
  (if more `(d- (%double- ,a ,b) ,@more) `(%double- ,a ,b)))

(defmacro d* (a b &rest more)
  (if more `(d* (%double* ,a ,b) ,@more) `(%double* ,a ,b)))

(defmacro d/ (a b)
  `(%double/ ,a ,b))

(defmacro d-polynomial (x first &rest more)
  "FIRST + X * (second + X * (third ...)) for a variable X and double coefficients."
  (if more
      `(%double+ ,first (%double* ,x (d-polynomial ,x ,@more)))
      first))

;;; Exact sums and products of two doubles.  The operands A and B are variables or constants.

(defmacro with-two-sum ((high low) (a b) &body body)
  "Run BODY with HIGH + LOW = A + B exactly."
  (let ((part (gensym)))
    `(let* ((,high (d+ ,a ,b))
            (,part (d- ,high ,a))
            (,low (d+ (d- ,a (d- ,high ,part)) (d- ,b ,part))))
       ,@body)))

(defmacro with-fast-two-sum ((high low) (a b) &body body)
  "As WITH-TWO-SUM, where A is zero or its exponent is not less than that of B."
  `(let* ((,high (d+ ,a ,b))
          (,low (d- ,b (d- ,high ,a))))
     ,@body))

(defmacro with-halves ((high low) a &body body)
  "Run BODY with HIGH + LOW = A exactly, each of 26 bits; A is below 2^990."
  (let ((scaled (gensym)))
    `(let* ((,scaled (d* ,a 134217729d0))
            (,high (d- ,scaled (d- ,scaled ,a)))
            (,low (d- ,a ,high)))
       ,@body)))

(defmacro with-two-product ((high low) (a b) &body body)
  "Run BODY with HIGH + LOW = A * B exactly; no operand or product is near the ends of the range."
  (let ((ah (gensym)) (al (gensym)) (bh (gensym)) (bl (gensym)))
    `(with-halves (,ah ,al) ,a
       (with-halves (,bh ,bl) ,b
         (let* ((,high (d* ,a ,b))
                (,low (d+ (d- (d* ,ah ,bh) ,high) (d* ,ah ,bl) (d* ,al ,bh) (d* ,al ,bl))))
           ,@body)))))

;;; Arithmetic on pairs; the relative errors are a few units of 2^-104.

(defun dd+ (ah al bh bl)
  "High and low part of A + B."
  (with-two-sum (high low) (ah bh)
    (let ((rest (d+ low al bl)))
      (with-fast-two-sum (h l) (high rest)
        (values h l)))))

(defun dd* (ah al bh bl)
  "High and low part of A * B."
  (with-two-product (high low) (ah bh)
    (let ((rest (d+ low (d* ah bl) (d* al bh))))
      (with-fast-two-sum (h l) (high rest)
        (values h l)))))

(defun dd/ (ah al bh bl)
  "High and low part of A / B; B is not zero."
  (let ((quotient (d/ ah bh)))
    (with-two-product (high low) (quotient bh)
      (let ((rest (d/ (d- (d+ (d- ah high low) al) (d* quotient bl)) bh)))
        (with-fast-two-sum (h l) (quotient rest)
          (values h l))))))

(defun dd-sqrt (ah al)
  "High and low part of the square root of A >= 0."
  (let ((root (%double-sqrt ah)))
    (if (%double= root 0d0)
        (values 0d0 0d0)
        (with-two-product (high low) (root root)
          (let ((rest (d/ (d+ (d- ah high low) al) (d* 2d0 root))))
            (with-fast-two-sum (h l) (root rest)
              (values h l)))))))
