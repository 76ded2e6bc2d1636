;;;; Operators are recognised by identity, not by spelling: a package whose functions are named like standard ones.
;; rows: 11 3 N27 N5

(setq *print-pretty* nil)

(defpackage "SHOP"
  (:use "COMMON-LISP")
  (:shadow "COUNT" "FIND" "LIST" "LOOP" "ERROR" "REMOVE" "IF" "WHEN" "LET" "POSITION" "FORMAT" "+")
  (:export "COUNT" "ADD" "WHEN" "RUN"))
(defpackage "CLIENT"
  (:use "COMMON-LISP")
  (:shadowing-import-from "SHOP" "COUNT" "WHEN")
  (:import-from "SHOP" "ADD" "RUN"))

(in-package "SHOP")

(defvar *stock* '())
(defun list (&rest things) (cl:list* :shop-list things))
(defun add (thing number) (push (cons thing number) *stock*) number)
(defun count (thing) (cl:let ((entry (assoc thing *stock*))) (cl:if entry (cdr entry) (error thing))))
(defun error (thing) (list :unknown thing))
(defun find (thing) (count thing))
(defun remove (thing) (setf *stock* (cl:remove thing *stock* :key #'car)) (find thing))
(defun position (&key loop) loop)
(defun + (&rest strings) (apply #'concatenate 'string strings))
(defmacro when (test &body body) `(cl:if ,test (list ,@body) (list :otherwise)))
(defmacro if (condition &rest branches) `(cl:format nil "if ~S ~S" ',condition ',branches))
(defmacro let (&rest words) `',words)
(defun loop (for in) (cl:loop for x in in collect (funcall for x)))
(defun format (x) (cl:format nil "<~A>" x))

(defun run ()
  (add :apple 3)
  (add :pear 5)
  (cl:list (count :apple) (find :pear) (count :fig) (when (= 1 1) 1 2) (when nil) (if a b c) (let it be)
           (loop #'1+ '(1 2)) (position :loop 5) (+ "a" "b") (format 7) (remove :apple) (list)))

(cl:format t "shop: ~S~%" (run))
(cl:format t "function objects: ~S ~S ~S~%" (funcall #'list 1) (apply 'count '(:pear)) (mapcar #'format '(1 2)))
(cl:format t "standard ones: ~S ~S ~S~%" (cl:count 1 '(1 2 1)) (cl:find 2 '(1 2)) (cl:+ 1 2))

(in-package "CLIENT")

(format t "client: ~S ~S ~S ~S~%" (count :pear) (when t 'x) (find 2 '(1 2 3)) (list 1 2))
(format t "same: ~S ~S ~S~%" (eq 'count 'shop:count) (eq 'count 'cl:count) (eq 'list 'cl:list))

;;; Local functions and variables named like operators of one's own, and like others' macros.
(in-package "COMMON-LISP-USER")

(defmacro swap (a b) `(rotatef ,a ,b))
(defun probe (x) (list :probe x))
(format t "flet: ~S~%"
        (flet ((swap (a b) (list :local a b)) (probe (x) (list :flet (probe x)))) (list (swap 1 2) (probe 3))))
(format t "labels: ~S~%" (labels ((probe (n) (if (= n 0) '() (cons n (probe (- n 1)))))) (probe 3)))
(format t "macrolet: ~S~%" (macrolet ((probe (x) `(list :macro ,x))) (list (probe 1))))
(format t "variables: ~S~%"
        (let ((swap 1) (probe 2) (function 3) (list (list 1 2)) (string "s"))
          (list swap probe function list string (probe swap))))
(format t "blocks and tags: ~S~%" (block probe (tagbody (go swap) probe (return-from probe :went) swap (go probe))))
(format t "keys: ~S ~S~%" (case 'swap (swap :symbol) (t :other)) (getf '(probe 1 swap 2) 'swap))

;;; The same name in two packages: different symbols, functions, variables.
(defpackage "LEFT" (:use "CL")) (defpackage "RIGHT" (:use "CL"))
(in-package "LEFT") (defvar *side* :left) (defun side () *side*) (defmacro sides () `(list 'here (side)))
(in-package "RIGHT") (defvar *side* :right) (defun side () (list *side* (left::side)))
(in-package "COMMON-LISP-USER")
(format t "sides: ~S ~S ~S ~S~%" (left::side) (right::side) (let ((left::*side* 1)) (right::side)) (left::sides))
(format t "symbols: ~S ~S ~S~%" (eq 'left::side 'right::side) (symbol-name 'left::side)
        (string= 'left::side 'right::side))
