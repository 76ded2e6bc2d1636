;;;; Single operations, each in a loop that is timed: which of them are slow, and by how much.
;;;; Prints a line `name: picoseconds` for each. The loop itself is the operation `loop`; it is not subtracted.

(defvar *operations* '() "(name . function of the number of rounds), the newest first.")

(defmacro define-operation (name bindings form)
  "FORM is evaluated in each round, with I the number of the round; BINDINGS are made before, as by LET*."
  `(push (cons ,name
               (lambda (count)
                 (let* (,@bindings (result nil))
                   (dotimes (i count result)
                     (setf result ,form)))))
         *operations*))

;;; What the operations work on

(defstruct point x y)
(defclass shape () ((name :initarg :name :accessor shape-name) (sides :initarg :sides :initform 0)))
(defclass polygon (shape) ())

(defvar *special* 1)
(defvar *numbers* (loop for i from 0 below 100 collect i))
(defvar *association* (loop for i from 0 below 20 collect (cons i i)))
(defvar *vector* (make-array 100 :initial-element 1))
(defvar *octets* (make-array 100 :element-type '(unsigned-byte 8) :initial-element 1))
(defvar *adjustable* (make-array 10 :adjustable t :fill-pointer 0))
(defvar *matrix* (make-array '(10 10) :initial-element 1))
(defvar *string* (copy-seq "the quick brown fox jumps over the lazy dog"))
(defvar *point* (make-point :x 1 :y 2))
(defvar *shape* (make-instance 'shape :name "circle"))
(defvar *polygon* (make-instance 'polygon :name "square" :sides 4))
(defvar *table* (make-hash-table))
(defvar *string-table* (make-hash-table :test #'equal))
(defvar *big* (expt 3 200))

(defvar *long-list* (loop for i from 0 below 10000 collect (mod (* i 7919) 10000)))
(defvar *control* (concatenate 'string "~A and " "~D: ~S"))

(dotimes (i 1000)
  (setf (gethash i *table*) i))
(setf (gethash "some key" *string-table*) 1)

(defmacro chain (n) (if (= n 0) nil (list 'chain (- n 1))))
(defun one-argument (x) x)
(defun optional-argument (x &optional (y 1)) (if x y nil))
(defun key-arguments (&key (x 1) (y 2)) (if x y nil))
(defun rest-arguments (&rest arguments) arguments)
(defun two-values (x) (values x x))
(defun adder (n) (lambda (x) (+ x n)))
(defun leave (function) (funcall function))
(defgeneric area (shape)
  (:method ((shape shape)) shape)
  (:method ((shape polygon)) (call-next-method)))
(defgeneric meet (one other)
  (:method ((one shape) (other shape)) one)
  (:method ((one polygon) (other polygon)) other))
(defun vector-sum (vector)
  (let ((sum 0))
    (dotimes (k (length vector) sum)
      (setf sum (+ sum (aref vector k))))))

;;; Control

(define-operation "loop" () i)
(define-operation "call a function" () (one-argument i))
(define-operation "call with an optional argument" () (optional-argument i))
(define-operation "call with key arguments" () (key-arguments :x i :y i))
(define-operation "call with rest arguments" () (rest-arguments i i i))
(define-operation "funcall a closure" ((add (adder 1))) (funcall add i))
(define-operation "funcall a symbol" ((name 'one-argument)) (funcall name i))
(define-operation "apply to a list" ((arguments (list 1 2 3))) (apply #'rest-arguments arguments))
(define-operation "make a closure" () (adder i))
(define-operation "two values" () (multiple-value-bind (a b) (two-values i) (if a b nil)))
(define-operation "values list of a call" () (multiple-value-list (two-values i)))
(define-operation "bind a special variable" () (let ((*special* i)) (one-argument *special*)))
(define-operation "read a special variable" () *special*)
(define-operation "catch and throw" () (catch 'tag (throw 'tag i)))
(define-operation "return from a closure" () (block nil (leave (lambda () (return i)))))
(define-operation "unwind-protect" () (unwind-protect (one-argument i) (one-argument i)))
(define-operation "handler-case without error" () (handler-case (one-argument i) (error () nil)))
(define-operation "handler-case with error" () (handler-case (error "no") (error () i)))

(define-operation "throw without a catch" () (handler-case (throw 'nowhere i) (control-error () i)))
(define-operation "read the clock of the host" () (get-internal-real-time))

;;; Evaluation

(define-operation "evaluate a form" () (eval '(let ((x 1)) (+ x 2))))
(define-operation "expand a macro" () (macroexpand-1 '(when a b)))
(define-operation "expand a chain of 100 macros" () (macroexpand '(chain 100)))

;;; Numbers

(define-operation "add small integers" ((x 1)) (setf x (+ i (logand x 1))))
(define-operation "multiply small integers" ((x 3)) (* x (logand i 255)))
(define-operation "floor by 10" () (floor i 10))
(define-operation "compare" ((x 1000)) (< i x))
(define-operation "add double floats" ((x 0d0) (y 1.5d0)) (setf x (+ x y)))
(define-operation "multiply large integers" ((x *big*)) (* x x))
(define-operation "print an integer" () (princ-to-string i))

;;; Lists

(define-operation "cons" () (cons i nil))
(define-operation "list of three" () (list i i i))
(define-operation "dolist of 100" ((sum 0)) (dolist (x *numbers* sum) (setf sum x)))
(define-operation "mapcar over 100" () (mapcar #'1+ *numbers*))
(define-operation "reverse 100" () (reverse *numbers*))
(define-operation "append 100" () (append *numbers* '(1)))
(define-operation "length of 100" () (length *numbers*))
(define-operation "nth 50" () (nth 50 *numbers*))
(define-operation "assoc in 20" () (assoc 15 *association*))
(define-operation "member in 100" () (member 80 *numbers*))
(define-operation "find with key" () (find 10 *association* :key #'cdr :test #'=))
(define-operation "equal lists of 100" ((other (copy-list *numbers*))) (equal *numbers* other))
(define-operation "sort 100" () (sort (copy-list *numbers*) #'>))
(define-operation "remove-if of 100" () (remove-if #'evenp *numbers*))
(define-operation "reduce 100" () (reduce #'+ *numbers*))
(define-operation "loop collect 100" () (loop for x in *numbers* collect x))

(define-operation "reverse 10000" () (reverse *long-list*))
(define-operation "sort 10000" () (sort (copy-list *long-list*) #'<))
(define-operation "remove-if of 10000" () (remove-if #'evenp *long-list*))
(define-operation "coerce 10000 to a vector" () (coerce *long-list* 'vector))

;;; Vectors, structures, strings

(define-operation "svref" ((vector *vector*)) (svref vector (logand i 63)))
(define-operation "aref of a simple vector" ((vector *vector*)) (aref vector (logand i 63)))
(define-operation "sum of a vector of 100" () (vector-sum *vector*))
(define-operation "sum of 100 octets" () (vector-sum *octets*))
(define-operation "aref of a matrix" ((matrix *matrix*)) (aref matrix 3 (logand i 7)))
(define-operation "vector-push-extend" ((vector *adjustable*))
  (progn (when (= (fill-pointer vector) 1000) (setf (fill-pointer vector) 0)) (vector-push-extend i vector)))
(define-operation "make a vector of 100" () (make-array 100 :initial-element i))
(define-operation "make a structure" () (make-point :x i :y i))
(define-operation "read a slot" ((point *point*)) (point-x point))
(define-operation "typep of a structure" ((point *point*)) (typep point 'point))
;;; Classes and generic functions

(define-operation "make an instance" () (make-instance 'shape :name i))
(define-operation "make an instance of a class that is computed" ((class (find-class 'shape)))
  (make-instance class :name i))
(define-operation "single dispatch" ((shape *shape*)) (area shape))
(define-operation "double dispatch" ((one *shape*) (other *polygon*)) (meet one other))
(define-operation "call the next method" ((polygon *polygon*)) (area polygon))
(define-operation "read a slot by an accessor" ((shape *shape*)) (shape-name shape))
(define-operation "write a slot by an accessor" ((shape *shape*)) (setf (shape-name shape) i))
(define-operation "slot-value" ((shape *shape*)) (slot-value shape 'sides))
(define-operation "typep of an instance" ((polygon *polygon*)) (typep polygon 'shape))

(define-operation "typecase" ((x (list 1))) (typecase x (integer 1) (string 2) (symbol 3) (cons 4)))
(define-operation "char of a string" ((string *string*)) (char string (logand i 31)))
(define-operation "string=" ((other (copy-seq *string*))) (string= *string* other))
(define-operation "concatenate strings" () (concatenate 'string *string* *string*))
(define-operation "subseq of a string" () (subseq *string* 4 9))
(define-operation "search in a string" () (search "lazy" *string*))
(define-operation "string-upcase" () (string-upcase *string*))
(define-operation "with-output-to-string" () (with-output-to-string (out) (write-string "text" out)))
(define-operation "write-char 100 to a string" ()
  (with-output-to-string (out) (dotimes (k 100) (write-char #\a out))))
(define-operation "format to a string" () (format nil "~A and ~D: ~S" 'one i "two"))
(define-operation "format with a control string of its own" () (format nil (copy-seq *control*) 'one i "two"))
(define-operation "read-from-string" () (read-from-string "(a b (c 12 \"d\"))"))

;;; Tables and symbols

(define-operation "gethash of an integer" () (gethash (logand i 1023) *table*))
(define-operation "set gethash of an integer" () (setf (gethash (logand i 511) *table*) i))
(define-operation "gethash of a string" () (gethash "some key" *string-table*))
(define-operation "make a hash table" () (make-hash-table))
(define-operation "intern" () (intern "ONE-ARGUMENT"))
(define-operation "get of a symbol" ((name 'one-argument)) (get name 'property))

(defun elapsed (function count)
  "Internal time units that COUNT rounds take, of the processor where the system tells that."
  (let ((start (get-internal-run-time)))
    (funcall function count)
    (- (get-internal-run-time) start)))

(defun picoseconds (function)
  "Time of one round, from as many as take 50 ms: clocks may move in steps of 4 ms."
  (do* ((count 10 (* 2 count))
        (time (elapsed function count) (elapsed function count)))
       ((>= time (/ internal-time-units-per-second 20))
        (round (* time 1000000000000) (* count internal-time-units-per-second)))))

(dolist (operation (reverse *operations*))
  (format t "~A: ~D~%" (car operation) (picoseconds (cdr operation))))
