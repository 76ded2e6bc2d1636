;;;; Size and depth: large constants, large functions, deep nesting, long lists, long loops.

(defpackage "SCALE" (:use "COMMON-LISP" "CHECKS"))
(in-package "SCALE")

(eval-when (:compile-toplevel :load-toplevel :execute)
  (defun numbered (prefix n)
    "N symbols of this package."
    (loop for i below n collect (intern (format nil "~A~D" prefix i))))
  (defun nested (n core wrap)
    "CORE within N calls of the function WRAP."
    (if (= n 0) core (nested (1- n) (funcall wrap core n) wrap))))

(defmacro quoted-list-of (n) `',(loop for i below n collect (case (mod i 4) (0 i) (1 (* i 1000003 1000003)) (2 (format nil "s~D" i)) (t (list i)))))
(defmacro quoted-nest (n) `',(nested n :core (lambda (x i) (list i x))))
(defmacro quoted-vector-of (n) (coerce (loop for i below n collect (* i i)) 'vector))
(defmacro quoted-string-of (n) (let ((s (make-string n))) (dotimes (i n s) (setf (char s i) (code-char (+ 33 (mod (* i 7) 9000)))))))

;;; N10: large constants.

(check "N10 a list of 4,000 constants"
       (let ((list (quoted-list-of 4000)))
         (list (length list) (nth 3996 list) (nth 3997 list) (nth 3998 list) (nth 3999 list)
               (loop for x in list for i from 0 always (case (mod i 4) (0 (eql x i)) (1 (eql x (* i 1000003 1000003))) (2 (string= x (format nil "s~D" i))) (t (equal x (list i)))))))
       (list 4000 3996 (* 3997 1000003 1000003) "s3998" '(3999) t))
(check "N10 a constant nested 500 deep" (let ((x (quoted-nest 500)) (depth 0)) (loop while (consp x) do (incf depth) (setq x (second x))) (list depth x)) '(500 :core))
(check "N10 a vector of 3,000 constants" (let ((v (quoted-vector-of 3000))) (list (length v) (svref v 2999) (reduce #'+ v))) '(3000 8994001 8995500500))
(check "N10 a string of 20,000 characters of up to 3 bytes"
       (let ((s (quoted-string-of 20000))) (list (length s) (loop for i below 20000 always (= (char-code (char s i)) (+ 33 (mod (* i 7) 9000)))))) '(20000 t))

;;; N20 and N23: large functions and deep lexical nesting.

(defmacro with-many-variables (n &body body)
  (let ((names (numbered "V" n)))
    `(let ,(loop for name in names for i from 0 collect (list name `(hide ,i)))
       (symbol-macrolet ((all (list ,@names))) (macrolet ((each (operator) `(progn ,@(mapcar (lambda (name) (list operator name)) ',names)))) ,@body)))))
(defmacro nested-lets (n) (nested n '(list depth x1 x2) (lambda (x i) `(let* ((depth ,i) (,(intern (format nil "X~D" (mod i 7))) depth)) (declare (ignorable depth)) ,x))))
(defmacro nested-lambdas (n) (nested n 'sum (lambda (x i) `(funcall (lambda (,(intern (format nil "A~D" i))) (incf sum ,(intern (format nil "A~D" i))) ,x) ,i))))
(defmacro nested-blocks (n) (nested n `(return-from ,(intern (format nil "B~D" (floor n 2))) :half) (lambda (x i) `(list ,i (block ,(intern (format nil "B~D" i)) (progn ,x))))))
(defmacro nested-protects (n) (nested n '(throw 'out :thrown) (lambda (x i) `(unwind-protect ,x (push ,i log)))))
(defmacro nested-ifs (n) (nested n :core (lambda (x i) `(if (= (hide ,i) ,i) ,x ,i))))
(defmacro nested-calls (n) (nested n 0 (lambda (x i) (declare (ignore i)) `(1+ (hide ,x)))))
(defmacro many-labels (n)
  (let ((names (numbered "F" n)))
    `(labels ,(loop for (name next) on names collect `(,name (x) (incf total) ,(if next `(,next (+ x total)) 'x))) (,(first names) 0))))
(defmacro many-keys (n) `(case (hide key) ,@(loop for i below n collect `(,(if (evenp i) i (intern (format nil "K~D" i) "KEYWORD")) ,(* i i))) (t :none)))
(defmacro many-tests (n) `(cond ,@(loop for i below n collect `((eql key ,i) (* ,i 2))) (t :none)))
(defmacro many-forms (n) `(progn ,@(loop for i below n collect `(setq sum (+ sum ,i)))))
(defmacro many-tags (n) `(tagbody (go ,(intern (format nil "T~D" (1- n)))) ,@(loop for i below n append `(,(intern (format nil "T~D" i)) (incf count) ,(if (= i 0) '(go end) `(go ,(intern (format nil "T~D" (1- i))))))) end))

(check "N20 200 variables, assigned and captured"
       (with-many-variables 200 (let ((f (lambda () (each incf) all))) (funcall f) (let ((result (funcall f))) (list (length result) (first result) (nth 199 result) (reduce #'+ result))))) '(200 2 201 20300))
(check "N20 60 nested lambdas" (let ((sum 0)) (nested-lambdas 60)) 1830)
(check "N23 150 nested lets" (nested-lets 150) '(150 148 149))
(check "N23 100 labels" (let ((total 0)) (list (many-labels 100) total)) '(4950 100))
(check "N24 80 nested blocks, left from the innermost to the middle" (let ((x (nested-blocks 80)) (depth 0)) (loop while (consp x) do (incf depth) (setq x (second x))) (list depth x)) '(40 :half))
(check "N24 60 nested cleanups" (let ((log '())) (list (catch 'out (nested-protects 60)) (length log) (first log) (equal log (loop for i from 1 to 60 collect i)))) '(:thrown 60 1 t))
(check "N8 300 nested conditionals and 300 nested calls" (list (nested-ifs 300) (nested-calls 300)) '(:core 300))
(check "N8 a case of 300 keys" (flet ((f (key) (many-keys 300))) (list (f 0) (f 298) (f :k299) (f :k1) (f 1) (f :k0) (f nil))) '(0 88804 89401 1 :none :none :none))
(check "N8 a cond of 300 clauses" (flet ((f (key) (many-tests 300))) (list (f 0) (f 299) (f 300))) '(0 598 :none))
(check "N8 1,000 forms in a body" (let ((sum 0)) (many-forms 1000) sum) 499500)
(check "N24 200 tags" (let ((count 0)) (many-tags 200) count) 200)

;;; N26: depth that is not a tail call, and long loops.

(defun sum-to (n) (if (= n 0) 0 (+ n (sum-to (- n 1)))))
(defun count-down (n) (unwind-protect (if (= n 0) 0 (1+ (count-down (- n 1)))) (hide n)))
(defun nest (n) (let ((x :core)) (dotimes (i n x) (setq x (list x)))))

(check "N26 recursion 10,000 deep" (sum-to 10000) 50005000)
(check "N24 2,000 cleanups deep" (count-down 2000) 2000)
(check "N25 500 handlers deep" (labels ((f (n) (if (= n 0) (error "deep") (handler-bind ((warning #'muffle-warning)) (f (1- n)))))) (handler-case (f 500) (error (c) (princ-to-string c)))) "deep")
(defvar *depth* 0)
(check "N18 2,000 bindings deep" (progn (labels ((f (n) (if (= n 0) (symbol-value '*depth*) (progv '(*depth*) (list n) (+ (f (1- n)) (symbol-value '*depth*)))))) (list (f 2000) (symbol-value '*depth*)))) '(2001001 0))
(check "N26 loops of a million" (let ((n 0)) (dotimes (i 1000000) (setq n (logxor n i))) (list n (loop for i from 1 to 1000000 sum (mod i 3)) (do ((i 0 (1+ i)) (a 0 (- i a))) ((= i 1000000) a)))) '(0 1000000 500000))
(check "N17 a thousand values a thousand times" (let ((list (make-list 1000 :initial-element 1)) (sum 0)) (dotimes (i 1000 sum) (incf sum (length (multiple-value-list (values-list list)))))) 1000000)
(check "N19 lists of 3,000 arguments" (list (length (apply #'list (make-list 3000))) (apply #'+ (make-list 3000 :initial-element 2)) (length (apply #'vector (make-list 3000))) (apply (lambda (a &rest r) (+ a (length r))) 1 (make-list 2999))) '(3000 6000 3000 3000))
(check "N3 lists of 100,000 elements"
       (let* ((list (loop for i below 100000 collect i)) (copy (copy-list list)))
         (list (length list) (equal list copy) (car (last list)) (length (append list copy)) (reduce #'+ list) (first (reverse list)) (length (mapcar #'1+ list)) (first (sort copy #'>)) (length (remove-if #'oddp list)) (position 99999 list) (length (coerce list 'vector))))
       '(100000 t 99999 200000 4999950000 99999 100000 99999 50000 99999 100000))
(check "N1 structures nested 1,000 deep are compared and printed"
       (let ((a (nest 1000)) (b (nest 1000))) (list (equal a b) (equalp a b) (tree-equal a (copy-tree b)) (length (prin1-to-string a)) (equal a (read-from-string (prin1-to-string b))))) '(t t t 2005 t))
(check "N15 a table of 100,000 keys" (let ((table (make-hash-table))) (dotimes (i 100000) (setf (gethash (* i 3) table) i)) (list (hash-table-count table) (loop for i below 100000 always (eql (gethash (* i 3) table) i)) (gethash 1 table))) '(100000 t nil))
(check "N11 a string made of 50,000 pieces" (let ((s (with-output-to-string (out) (dotimes (i 50000) (write-string (if (evenp i) "é" "ab") out))))) (list (length s) (char s 0) (char s 74999))) '(75000 #\é #\b))

(end-checks 26)
