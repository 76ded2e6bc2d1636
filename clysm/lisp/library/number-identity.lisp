;;;; EQL on numbers, and the hash codes that go with EQL.

(in-package "CLYSM.LIBRARY")

(defun %number-eql (a b)
  "True if A, a number but not a fixnum, and B, any object, are numbers of one type and value; 0.0 and -0.0 differ."
  (cond ((%doublep a) (and (%doublep b) (%integer-equal (%double-bits a) (%double-bits b))))
        ((%bignump a) (and (%bignump b) (%integer-equal a b)))
        ((%singlep a) (and (%singlep b) (%integer-equal (%single-bits a) (%single-bits b))))
        ((%ratiop a)
         (and (%ratiop b)
              (%integer-equal (%numerator a) (%numerator b))
              (%integer-equal (%denominator a) (%denominator b))))
        (t (and (%complexp b)
                (eql (%realpart a) (%realpart b))
                (eql (%imagpart a) (%imagpart b))))))

(defun %hash-mix (a b)
  "One hash code of two."
  (%fix-and (%fix+ (%fix* a 31) (%fix-xor b (%fix-shr a 7))) 536870911))

(defun %number-hash (number)
  "A hash code >= 0 of NUMBER, a fixnum; equal for numbers that are EQL, and the same in every run."
  (cond ((%doublep number) (%double-hash number))
        ((%singlep number) (%hash-mix 3 (%double-hash (%single->double number))))
        ((%ratiop number) (%hash-mix (%integer-hash (%numerator number)) (%integer-hash (%denominator number))))
        ((%complexp number)
         (%hash-mix (%hash-mix 5 (%number-hash (%realpart number))) (%number-hash (%imagpart number))))
        (t (%integer-hash number))))
