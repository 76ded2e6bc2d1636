;;;; Calls whose arguments the linker sorts: keywords, rest lists, and comparisons of three numbers.

(defpackage "CALLS" (:use "COMMON-LISP" "CHECKS"))
(in-package "CALLS")

(defun keyed (a &optional (b :none-b) &key (c :none-c c-p) d) (list a b c c-p d))
(defun rest-only (a &rest rest) (list a rest))
(defun rest-and-key (&rest rest &key x) (list rest x))
(defun open-key (a &key x &allow-other-keys) (list a x))
(defun late-key (&key (first (list 1)) (second (list first first))) (list first second))

(check "N19 keywords in every order"
       (list (keyed 1) (keyed 1 2) (keyed 1 2 :c 3) (keyed 1 2 :d 4 :c 3) (keyed 1 2 :d nil))
       '((1 :none-b :none-c nil nil) (1 2 :none-c nil nil) (1 2 3 t nil) (1 2 3 t 4) (1 2 :none-c nil nil)))
(check "N19 the first of two equal keywords" (keyed 1 2 :c 3 :c 4) '(1 2 3 t nil))
(defun named-key (&key ((a b) 1) ((:c d) 2)) (list b d))
(check "N19 keys that are no keywords" (list (named-key) (named-key 'a 3) (named-key :c 4 'a 5)) '((1 2) (3 2) (5 4)))
(check "N19 a keyword as optional argument" (list (keyed 1 :c) (keyed :c :d :c :d)) '((1 :c :none-c nil nil) (:c :d :d t nil)))
(check "N19 a keyword that is computed" (let ((k (hide :c))) (keyed 1 2 k 3)) '(1 2 3 t nil))
(check "N19 computed and constant keywords" (let ((k (hide :c))) (keyed 1 2 k 3 :d 4)) '(1 2 3 t 4))
(check "N19 rest lists" (list (rest-only 1) (rest-only 1 2) (rest-only 1 2 3)) '((1 nil) (1 (2)) (1 (2 3))))
(check "N19 a rest list is fresh" (let ((x (rest-only 1 2))) (eq (second x) (second (rest-only 1 2)))) nil)
(check "N19 rest and keywords" (list (rest-and-key) (rest-and-key :x 1) (rest-and-key :x 1 :x 2)) '((nil nil) ((:x 1) 1) ((:x 1 :x 2) 1)))
(check "N19 other keywords" (list (open-key 1 :y 2) (open-key 1 :y 2 :x 3) (keyed 1 2 :e 3 :allow-other-keys t)) '((1 nil) (1 3) (1 2 :none-c nil nil)))
(check "N19 defaults that use earlier parameters" (list (late-key) (late-key :first 2) (late-key :second 3)) '(((1) ((1) (1))) (2 (2 2)) ((1) 3)))
(check "N19 arguments are evaluated in order"
       (let ((log '())) (keyed (push 1 log) (push 2 log) :d (push 3 log) :c (push 4 log)) log) '(4 3 2 1))
(signals "N19 unknown keyword" (keyed 1 2 :e 3) program-error)
(signals "N19 odd number of keyword arguments" (keyed 1 2 :c) program-error)
(signals "N19 no keyword" (keyed 1 2 3 4) program-error)
(signals "N19 too few arguments" (keyed) program-error)
(check "N19 standard functions with keywords"
       (list (find 3 '(1 2 3) :test #'=) (position #\b "abc" :start 1) (replace (list 1 2 3) '(4 5) :start1 1 :end1 2) (member 2 '(1 2 3) :key #'1+ :test #'eql)
             (reduce #'+ '(1 2 3) :initial-value 4 :from-end t) (make-array 2 :initial-element 7) (string= "abc" "xbc" :start1 1 :start2 1))
       '(3 1 (1 4 3) (1 2 3) 10 #(7 7) t))
(check "N22 a function with keywords that is redefined"
       (progn (setf (fdefinition 'redefined) (lambda (&key a b) (list a b)))
              (list (funcall 'redefined :b 1) (progn (setf (fdefinition 'redefined) (lambda (&rest r) r)) (funcall 'redefined :b 1))))
       '((nil 1) (:b 1)))

(check "N8 three operands" (list (< 1 2 3) (< 1 3 2) (< 2 1 3) (<= 1 1 2) (>= 3 3 3) (> 3 2 2) (= 1 1.0 1) (= 1 1 2)) '(t nil nil t t nil t nil))
(check "N8 three operands are evaluated once, in order" (let ((log '())) (flet ((f (x) (push x log) x)) (list (< (f 3) (f 1) (f 2)) log))) '(nil (2 1 3)))
(check "N8 the least and the greatest" (list (min 1 2) (max 1 2) (min 2 1.0) (max 1 1.0) (max 1.0 1) (min 1 1.0) (min 3 2 1)) '(1 2 1.0 1 1.0 1 1))
(signals "N8 min of no number" (min (hide 1) (hide 'a)) type-error)
(check "N4 char= of computed characters" (list (char= (hide #\a) (hide #\a)) (char= (hide #\a) (hide #\b))) '(t nil))
(signals "N4 char= of a number" (char= (hide #\a) (hide 97)) type-error)
(signals "N4 char= of a number first" (char= (hide 97) (hide #\a)) type-error)

(end-checks 25)
