;;;; Arrays: ranks, displacement, adjustment, fill pointers, element types.
;; rows: 15 N16

(setq *print-pretty* nil)

(defun show (label &rest values)
  (format t "~A:~{ ~S~}~%" label values))

(show "make" (make-array 3 :initial-element 'x) (make-array '(2 3) :initial-contents '((1 2 3) (4 5 6)))
      (make-array '() :initial-element 5) (make-array '(2 0)) (vector 1 2) (make-array 3 :initial-contents #(a b c)))
(let ((a (make-array '(2 3 4) :initial-element 0)))
  (dotimes (i 2) (dotimes (j 3) (dotimes (k 4) (setf (aref a i j k) (+ (* 100 i) (* 10 j) k)))))
  (show "three dimensions" (aref a 1 2 3) (array-rank a) (array-dimensions a) (array-dimension a 1) (array-total-size a)
        (array-row-major-index a 1 2 3) (row-major-aref a 23) (loop for i from 4 below 8 collect (row-major-aref a i)))
  (setf (row-major-aref a 0) 'first)
  (incf (aref a 1 1 1) 1000)
  (show "changed" (aref a 0 0 0) (aref a 1 1 1) (array-in-bounds-p a 1 2 3) (array-in-bounds-p a 2 0 0)
        (apply #'aref a '(0 1 2)))
  (setf (apply #'aref a '(0 1 2)) 'applied)
  (show "setf apply" (aref a 0 1 2)))
(let ((eight (make-array '(2 1 2 1 2 1 2 2) :initial-element 'e)))
  (setf (aref eight 1 0 1 0 1 0 1 1) 'last)
  (show "rank eight" (array-rank eight) (array-total-size eight) (row-major-aref eight 31)
        (aref eight 0 0 0 0 0 0 0 0)))

;;; Element types.
(dolist (type '(bit (unsigned-byte 8) (unsigned-byte 16) fixnum character base-char double-float single-float t))
  (let ((a (make-array 4 :element-type type :initial-element (coerce (if (subtypep type 'character) #\a 1) type))))
    (setf (aref a 2) (if (subtypep type 'character) #\z (coerce 0 type)))
    (show type (aref a 0) (aref a 2) (length a) (subtypep type (array-element-type a)))))
(show "types" (typep (make-array 3) 'simple-vector) (typep (make-array 3 :fill-pointer 0) 'simple-vector)
      (typep "a" '(vector character)) (typep #*1 'bit-vector) (typep (make-array '(2 2)) 'vector)
      (typep (make-array '(2 2)) '(array t (2 *))) (simple-vector-p #(1)))

;;; Fill pointers.
(let ((v (make-array 5 :fill-pointer 2 :initial-element 'i)))
  (show "fill pointer" v (length v) (array-dimension v 0) (aref v 4) (vector-push 'a v) (vector-push 'b v)
        (vector-push 'c v) (vector-push 'no v) v (vector-pop v) (fill-pointer v) (setf (fill-pointer v) 1) v
        (array-has-fill-pointer-p v) (array-has-fill-pointer-p #(1)))
  (show "errors" (handler-case (elt v 3) (error () :error))
        (handler-case (progn (setf (fill-pointer v) 0) (vector-pop v)) (error () :error))))
(let ((v (make-array 0 :fill-pointer 0 :adjustable t)))
  (show "push-extend" (vector-push-extend 'a v) (vector-push-extend 'b v) v (adjustable-array-p v))
  (dotimes (i 10000) (vector-push-extend (* i i) v))
  (show "ten thousand" (length v) (loop for i below 10000 always (= (aref v (+ i 2)) (* i i))) (aref v 0)
        (vector-pop v)))
(let ((text (make-array 3 :element-type 'character :fill-pointer 0 :adjustable t)))
  (loop for c across "growing text" do (vector-push-extend c text))
  (show "string" text (stringp text) (string-upcase text) (search "text" text) (equal text "growing text")))

;;; Displacement and adjustment.
(let* ((base (make-array 10 :initial-contents '(0 1 2 3 4 5 6 7 8 9)))
       (window (make-array '(2 3) :displaced-to base :displaced-index-offset 2))
       (tail (make-array 4 :displaced-to base :displaced-index-offset 6)))
  (setf (aref window 1 1) 'w (aref base 9) 'b)
  (show "displaced" window tail base (multiple-value-list (array-displacement window))
        (multiple-value-list (array-displacement base)))
  (show "over a string" (make-array 3 :element-type 'character :displaced-to "abcdef" :displaced-index-offset 2)))
(let ((a (make-array '(2 2) :initial-contents '((1 2) (3 4)) :adjustable t)))
  (show "adjust" (adjust-array a '(3 3) :initial-element 0) (eq a (adjust-array a '(1 2))) a)
  (show "adjust vector" (adjust-array (make-array 2 :initial-contents '(1 2)) 4 :initial-element 'n)
        (adjust-array (make-array 3 :initial-contents '(1 2 3) :adjustable t :fill-pointer 2) 5 :fill-pointer 4
                      :initial-element 0)))

;;; Bit arrays.
(show "bits" (bit-and #*1100 #*1010) (bit-ior #*1100 #*1010) (bit-xor #*1100 #*1010) (bit-not #*1100)
      (bit-andc1 #*1100 #*1010) (bit-nor #*1100 #*1010) (bit-eqv #*1100 #*1010) (bit #*0100 1) (sbit #*01 0)
      (count 1 #*110101) (position 1 #*0001) (reverse #*110) (let ((b (copy-seq #*000))) (setf (bit b 1) 1) b))
(let ((b (copy-seq #*1111))) (show "into itself" (bit-and b #*0101 t) b (bit-not b (make-array 4 :element-type 'bit))))
(defun sieve (n)
  (let ((composite (make-array (+ n 1) :element-type 'bit :initial-element 0)))
    (loop for i from 2 to n
          when (zerop (aref composite i))
            collect i and do (loop for j from (* i i) to n by i do (setf (aref composite j) 1)))))
(show "sieve" (sieve 50) (length (sieve 5000)))

;;; Bounds, and a matrix.
(defun outcome (thunk) (handler-case (funcall thunk) (error () :error)))
(let ((a (make-array '(2 2) :initial-element 0)) (v (vector 1 2)) (i 2))
  (show "bounds" (outcome (lambda () (aref v i))) (outcome (lambda () (aref v -1))) (outcome (lambda () (aref a 0 i)))
        (outcome (lambda () (aref a 0))) (outcome (lambda () (setf (aref v i) 1))) (outcome (lambda () (svref v i)))
        (outcome (lambda () (aref "ab" i))) (outcome (lambda () (row-major-aref a 4)))))
(defun multiply (a b)
  (destructuring-bind ((n m) (m2 p)) (list (array-dimensions a) (array-dimensions b))
    (assert (= m m2))
    (let ((c (make-array (list n p) :initial-element 0)))
      (dotimes (i n c) (dotimes (j p) (dotimes (k m) (incf (aref c i j) (* (aref a i k) (aref b k j)))))))))
(let ((q (make-array '(2 2) :initial-contents '((1 1) (1 0)))))
  (show "matrix" (multiply q q) (loop repeat 30 for m = q then (multiply m q) finally (return (aref m 0 1)))))
