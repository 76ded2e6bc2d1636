;;;; When forms are evaluated, constants in every place, declarations, local macros.
;; rows: 3 N10 N13 N28

(setq *print-pretty* nil)

(defun show (label &rest values)
  (format t "~A:~{ ~S~}~%" label values))

;;; Top-level forms run in order; EVAL-WHEN picks the time.
(defvar *order* '())
(eval-when (:load-toplevel :execute) (push :loaded *order*))
(eval-when (:compile-toplevel :load-toplevel :execute)
  (defun helper-of-macro (x) (list 'list x x))
  (defparameter *known-early* 3))
(defmacro doubled (x) (helper-of-macro x))
(defmacro early-constant () *known-early*)
(progn (push :one *order*) (progn (push :two *order*)) (locally (declare (optimize speed)) (push :three *order*)))
(let ((inner 1)) (defun closed-over () (incf inner)))
(macrolet ((define (name value) `(defun ,name () ,value))) (define made-by-macrolet :made) (push :four *order*))
(symbol-macrolet ((five :five)) (push five *order*))
(show "order" (reverse *order*))
(show "helpers" (doubled (+ 1 2)) (early-constant) (closed-over) (closed-over) (made-by-macrolet))
(show "value of eval-when" (eval-when (:execute) :inside) (eval-when (:compile-toplevel) :never) (eval-when () 1))

;;; LOAD-TIME-VALUE is evaluated once; a quoted constant is one object.
(defun once () (load-time-value (progn (list :made :once))))
(defun cell () '(1 2))
(defun text () "literal")
(defun vector-constant () #(1 2 3))
(show "load-time-value" (eq (once) (once)) (once) (load-time-value (+ 1 2) t))
(show "one object" (eq (cell) (cell)) (eq (text) (text)) (eq (vector-constant) (vector-constant)) (eq 'a 'a) (eql 1.5 1.5))
(show "loop constants" (let ((seen '())) (dotimes (i 3) (pushnew '(x) seen :test #'eq)) (length seen)))

;;; Each kind of constant as operand, argument, result, element, default, key.
(defun result (n)
  (case n (0 nil) (1 t) (2 5) (3 -5) (4 1234567890123456789012) (5 1/2) (6 1.5) (7 1.5d0) (8 #c(1 2)) (9 #\a) (10 "text") (11 'symbol) (12 :key) (13 '(a (b . "c"))) (14 #(1 "x" #\y)) (15 #*101)))
(defmacro constants () ''(nil t 5 -5 1234567890123456789012 1/2 1.5 1.5d0 #c(1 2) #\a "text" symbol :key (a (b . "c")) #(1 "x" #\y) #*101))
(show "results" (loop for n from 0 to 15 collect (result n)))
(show "same as quoted" (equalp (loop for n from 0 to 15 collect (result n)) (constants)))
(show "operands" (+ 1 1/2 1.5d0) (list nil t 5 "s" #\c 'q :k) (if nil 1 2) (if 'x 1 2) (eql 100000000000000000000 (+ 1 99999999999999999999)) (vector 1.5 "e") (cons 1 2))
(defun defaults (&optional (a 1/3) (b "b") &key (c #\c) (d '(d)) (e 1.5d0 e-p)) (list a b c d e e-p))
(show "defaults" (defaults) (defaults nil nil :e nil))
(defconstant +limit+ 100)
(defconstant +half+ 1/2)
(defconstant +name+ 'constant-name)
(show "defconstant" +limit+ (+ +limit+ +half+) +name+ (constantp '+limit+) (let ((list (list +limit+))) (eql (car list) 100)))

;;; Declarations leave the meaning alone.
(declaim (inline square) (ftype (function (number) number) square) (optimize (speed 1) (safety 1)))
(defun square (x) (declare (type number x)) (* x x))
(declaim (notinline late) (special *declared*))
(setq *declared* 1)
(defun read-declared () *declared*)
(show "declaim" (square 7) (let ((*declared* 2)) (read-declared)) (read-declared))
(defun typed (n &rest more) (declare (fixnum n) (ignorable more) (dynamic-extent more)) (let ((s 0)) (declare (type (integer 0 100000) s)) (dotimes (i n s) (declare (fixnum i)) (incf s i))))
(show "declare" (typed 10) (let ((x 1) (unused 2)) (declare (ignore unused)) (the integer x)) (flet ((f (x) x)) (declare (inline f)) (f 3)) (locally (declare (optimize (safety 3))) (the fixnum 3)))
(show "special" (let ((x 1)) (declare (special x)) (flet ((dynamic () (declare (special x)) x)) (let ((x 2)) (declare (special x)) (list x (dynamic))))))

;;; Local macros: scope, shadowing, helpers, nesting, and not in quoted data.
(defun outer-name () :function)
(show "macrolet" (macrolet ((outer-name () :macro)) (list (outer-name) (funcall 'outer-name))) (outer-name))
(show "nested" (macrolet ((a (x) `(list ,x 1))) (macrolet ((b (x) `(a (a ,x)))) (b 2))))
(show "symbol macros" (symbol-macrolet ((x (car cell)) (y 'quoted)) (let ((cell (list 1 2))) (setq x 10) (list x y cell (let ((x 5)) x) 'x))))
(show "expansion sees outer macros" (macrolet ((inner () ''inner-expansion)) (macrolet ((outer (&environment env) `',(macroexpand '(inner) env))) (outer))))
(show "lambda forms" ((lambda (x &optional (y x)) (list x y)) 1) (funcall (lambda (&rest r) r) 1 2) (mapcar (lambda (x) (* x +limit+)) '(1 2)))
(show "setq" (let (a b c) (list (setq a 1 b (+ a 1) c (list a b)) a b c)) (let ((a 1)) (symbol-macrolet ((b a)) (setq b 5)) a))
(show "progv, the, locally, multiple" (progv '(*dyn*) '(3) (symbol-value '*dyn*)) (the (values integer &optional) 5) (multiple-value-list (the (values integer string) (values 1 "x"))) (locally 1 2) (locally))
(show "nil and t" (eq nil '()) (eq 'nil nil) (symbolp nil) (eval nil) (eq t 't) (if () :true :false) (and) (or) (progn) (let ()) (cond))
