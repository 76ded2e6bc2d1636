;;;; Bit arrays: BIT, SBIT and the logical operations on whole arrays (CLHS 15).

(in-package "CLYSM.LIBRARY")

(defun %check-bit-array (x)
  (unless (eq (%array-kind-of x) 'bit)
    (%wrong-type x '(array bit))))

(defun %check-simple-bit-array (x)
  (%check-bit-array x)
  (unless (%simple-array-p x)
    (%wrong-type x '(simple-array bit))))

(defun bit (bit-array &rest subscripts)
  "The element of BIT-ARRAY at SUBSCRIPTS."
  (%check-bit-array bit-array)
  (row-major-aref bit-array (%subscripts-index bit-array subscripts)))

(defun (setf bit) (value bit-array &rest subscripts)
  "Store VALUE as the element of BIT-ARRAY at SUBSCRIPTS."
  (%check-bit-array bit-array)
  (setf (row-major-aref bit-array (%subscripts-index bit-array subscripts)) value))

(defun sbit (bit-array &rest subscripts)
  "The element of the simple BIT-ARRAY at SUBSCRIPTS."
  (%check-simple-bit-array bit-array)
  (row-major-aref bit-array (%subscripts-index bit-array subscripts)))

(defun (setf sbit) (value bit-array &rest subscripts)
  "Store VALUE as the element of the simple BIT-ARRAY at SUBSCRIPTS."
  (%check-simple-bit-array bit-array)
  (setf (row-major-aref bit-array (%subscripts-index bit-array subscripts)) value))

(defun %check-bit-arrays (array other)
  "Refuse OTHER unless it is a bit array of the dimensions of ARRAY."
  (%check-bit-array other)
  (unless (equal (array-dimensions array) (array-dimensions other))
    (%wrong-type other (list 'array 'bit (array-dimensions array)))))

(defun %bit-result (array result)
  "The array that the argument RESULT of a bit operation on ARRAY names: NIL a new one, T ARRAY itself."
  (cond ((null result) (make-array (array-dimensions array) :element-type 'bit))
        ((eq result t) array)
        (t (%check-bit-arrays array result)
           result)))

(defun %combine-bits (table array-1 array-2 result)
  "Store at each place of RESULT the bit of TABLE, a fixnum, whose number is 2 * bit of ARRAY-1 + bit of ARRAY-2."
  (%check-bit-array array-1)
  (%check-bit-arrays array-1 array-2)
  (let ((result (%bit-result array-1 result)))
    (dotimes (i (array-total-size array-1) result)
      (let ((row (%fix+ (%fix* 2 (row-major-aref array-1 i)) (row-major-aref array-2 i))))
        (setf (row-major-aref result i)
              (%fix-and 1 (%fix-shr table row)))))))

(defmacro define-bit-operations (&rest rows)
  "Each row is (name documentation r11 r10 r01 r00): the results for the bits 1 1, 1 0, 0 1, 0 0."
  `(progn
     ,@(mapcar (lambda (row)
                 (destructuring-bind (name documentation r11 r10 r01 r00) row
                   `(defun ,name (bit-array-1 bit-array-2 &optional result)
                      ,(concatenate 'string "At each place: " documentation
                                    " RESULT is NIL for a new array, T for BIT-ARRAY-1, or an array.")
                      (%combine-bits ,(+ (* 8 r11) (* 4 r10) (* 2 r01) r00) bit-array-1 bit-array-2 result))))
               rows)))

(define-bit-operations
  (bit-and   "both bits."                          1 0 0 0)
  (bit-ior   "either bit or both."                 1 1 1 0)
  (bit-xor   "one bit and not the other."          0 1 1 0)
  (bit-eqv   "both bits or none."                  1 0 0 1)
  (bit-nand  "not both bits."                      0 1 1 1)
  (bit-nor   "neither bit."                        0 0 0 1)
  (bit-andc1 "the second bit and not the first."   0 0 1 0)
  (bit-andc2 "the first bit and not the second."   0 1 0 0)
  (bit-orc1  "the second bit or not the first."    1 0 1 1)
  (bit-orc2  "the first bit or not the second."    1 1 0 1))

(defun bit-not (bit-array &optional result)
  "At each place the other bit. RESULT is NIL for a new array, T for BIT-ARRAY, or an array."
  (%check-bit-array bit-array)
  (%combine-bits 1 bit-array bit-array result))
