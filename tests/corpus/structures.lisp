;;;; Structures: all options of DEFSTRUCT.
;; rows: 8 N14

(setq *print-pretty* nil)

(defun show (label &rest values)
  (format t "~A:~{ ~S~}~%" label values))

(defstruct point "A point of the plane." (x 0) (y 0 :type integer))
(defparameter *p* (make-point :x 3))
(show "slots" (point-x *p*) (point-y *p*) (point-p *p*) (point-p 3) (typep *p* 'point))
(show "printed" *p*)
(setf (point-x *p*) 30)
(incf (point-y *p*) 5)
(show "changed" *p*)
(show "copy" (let ((q (copy-point *p*))) (setf (point-x q) 0) (list q *p* (eq q *p*) (equalp q (make-point :y 5)))))
(show "equality" (eq *p* *p*) (equal (make-point) (make-point)) (equalp (make-point) (make-point)))
(show "read back" (equalp (read-from-string (prin1-to-string *p*)) *p*) (read-from-string "#S(point :y 7)"))

;;; Ten slots, distinct and initialised in order.
(defvar *count* 0)
(defstruct ten (a (incf *count*)) (b (incf *count*)) (c (incf *count*)) (d (incf *count*)) (e (incf *count*))
  (f (incf *count*)) (g (incf *count*)) (h (incf *count*)) (i (incf *count*)) (j (incf *count*)))
(show "ten slots" (make-ten))
(show "two given" (make-ten :j 'j :c 'c))
(let ((x (make-ten)))
  (setf (ten-a x) 1 (ten-b x) 2 (ten-c x) 3 (ten-d x) 4 (ten-e x) 5
        (ten-f x) 6 (ten-g x) 7 (ten-h x) 8 (ten-i x) 9 (ten-j x) 10)
  (show "all written" (list (ten-a x) (ten-b x) (ten-c x) (ten-d x) (ten-e x)
                            (ten-f x) (ten-g x) (ten-h x) (ten-i x) (ten-j x))))

;;; Inheritance, three deep, with overridden defaults.
(defstruct animal (name "nobody") (legs 4))
(defstruct (bird (:include animal (legs 2))) (wings 2))
(defstruct (penguin (:include bird (name "Pingu") (wings 2 :read-only t)) (:conc-name peng-)) (swims t))
(let ((p (make-penguin :legs 3)))
  (show "include" p (animal-name p) (bird-legs p) (peng-name p) (peng-wings p) (peng-swims p))
  (show "predicates" (animal-p p) (bird-p p) (penguin-p p) (penguin-p (make-bird)) (bird-p (make-animal)))
  (setf (animal-name p) "Skipper")
  (show "by any accessor" (peng-name p) (animal-name (copy-penguin p))))

;;; Constructors: by keyword, by position, several.
(defstruct (vec (:constructor vec (x y &optional (z 0)))
                (:constructor make-vec-from (&key ((:first x) 1) (y (* x 2)) &aux (z (+ x y))))
                (:constructor vec-of (&rest z))
                (:copier duplicate-vec)
                (:predicate is-vec))
  (x 'default-x) y z)
(show "boa" (vec 1 2) (vec 1 2 3))
(show "boa keys" (make-vec-from) (make-vec-from :first 5))
(show "boa rest" (vec-of 7 8))
(show "renamed" (is-vec (duplicate-vec (vec 1 2))) (fboundp 'vec-p) (fboundp 'copy-vec) (fboundp 'make-vec))

(defstruct (bare (:conc-name nil) (:copier nil) (:predicate nil) (:constructor new-bare)) bare-slot)
(show "no conc-name" (bare-slot (new-bare :bare-slot 1)) (fboundp 'copy-bare))

;;; Printing.
(defstruct (secret (:print-function (lambda (object stream depth)
                                      (declare (ignore depth))
                                      (format stream "<secret of ~D>" (length (secret-text object))))))
  text)
(defstruct (money (:print-object (lambda (object stream)
                                   (format stream "$~,2F" (money-amount object)))))
  amount)
(show "printers" (make-secret :text "abc") (list (make-money :amount 12.5)))

;;; Represented as lists and vectors.
(defstruct (row (:type list)) a (b 2))
(defstruct (named-row (:type list) :named) a (b 2))
(defstruct (cell (:type vector) (:initial-offset 1) :named) v)
(show "as list" (make-row :a 1) (row-b (make-row)) (let ((r (make-row))) (setf (row-a r) 9) r))
(show "named list" (make-named-row :a 1) (named-row-p (make-named-row)) (named-row-p (make-row)))
(show "vector" (cell-v (make-cell :v 5)) (length (make-cell)) (cell-p (make-cell)) (cell-p #(1 2 3)))

;;; Wrong uses are errors.
(defmacro outcome (form)
  `(handler-case (progn ,form :fine) (type-error () :type-error) (error () :error)))
(defun identity* (x) x)
(show "errors" (outcome (point-x (identity* (make-animal)))) (outcome (setf (point-x (identity* 5)) 1))
      (outcome (funcall 'make-point :z 1)) (outcome (copy-point (identity* nil))))

;;; A structure that refers to itself, and structures as keys.
(defstruct node value (next nil :type (or null node)))
(let ((n (make-node :value 1)))
  (setf (node-next n) n)
  (show "circular" (node-value (node-next (node-next n)))))
(let ((table (make-hash-table :test 'equalp)))
  (setf (gethash (make-point :x 1) table) 'found)
  (show "equalp key" (gethash (make-point :x 1) table) (gethash (make-point :x 2) table)))
