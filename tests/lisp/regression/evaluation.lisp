;;;; Evaluation inside the image: macros, EVAL, COMPILE, MACROEXPAND and LOAD-TIME-VALUE in a running program.

(defpackage "EVALUATION" (:use "COMMON-LISP" "CHECKS"))
(in-package "EVALUATION")

;;; N48

(defmacro twice (form) `(list ,form ,form))
(defmacro with-name ((name value) &body body) `(let ((,name ,value)) ,@body))
(defmacro chain (n) (if (= n 0) :end `(chain ,(1- n))))
(defmacro environment-of (&whole whole x &environment environment) (list 'quote (list (macroexpand-1 '(inner) environment) whole x)))
(defvar *state* 0)
(defvar *log* '())

(defun value-of (text)
  "The value of the form in TEXT, read and evaluated in this package."
  (let ((*package* (find-package "EVALUATION")))
    (eval (read-from-string text))))

(check "N48 macroexpand-1" (multiple-value-list (macroexpand-1 '(twice 1))) '((list 1 1) t))
(check "N48 macroexpand of a function call" (multiple-value-list (macroexpand '(list 1))) '((list 1) nil))
(check "N48 macroexpand goes on" (multiple-value-list (macroexpand '(chain 5))) '(:end t))
(check "N48 macroexpand-1 stops" (macroexpand-1 '(chain 5)) '(chain 4))
(check "N48 macroexpand of an atom and of a symbol macro" (progn (value-of "(define-symbol-macro sym (car *log*))") (list (multiple-value-list (macroexpand 'x)) (multiple-value-list (macroexpand-1 'sym)) (multiple-value-list (macroexpand 5))))
       '((x nil) ((car *log*) t) (5 nil)))
(check "N48 macro-function" (list (functionp (macro-function 'twice)) (macro-function 'list) (funcall (macro-function 'twice) '(twice a) nil)) '(t nil (list a a)))
(check "N48 &environment and &whole" (macrolet ((inner () :local)) (environment-of 5)) '(:local (environment-of 5) 5))
(check "N48 macroexpand with a local macro" (macrolet ((local (x) `(vector ,x)) (expand (form &environment e) `',(macroexpand form e))) (expand (local 1))) '(vector 1))
(check "N48 a macro defined while running" (progn (eval '(defmacro late (x &rest more) `(list ,x ',more))) (list (eval '(late 1 2 3)) (macroexpand-1 '(late a b)) (funcall (compile nil '(lambda (y) (late y z))) 5)))
       '((1 (2 3)) (list a '(b)) (5 (z))))
(check "N48 a macro redefined while running" (progn (eval '(defmacro late (x) `(vector ,x))) (eval '(late 1))) #(1))
(check "N48 setf of macro-function" (progn (setf (macro-function 'made) (lambda (form environment) (declare (ignore environment)) `(list ,@(reverse (cdr form))))) (eval '(made 1 2 3))) '(3 2 1))
(check "N48 eval of each kind of form"
       (list (eval 5) (eval "s") (eval ':k) (eval '*state*) (eval ''a) (eval '(+ 1 2)) (eval '(if nil 1 2)) (eval '(let ((x 1) (y 2)) (list x y))) (eval '(let* ((x 1) (y x)) (list x y)))
             (eval '(progn 1 2 3)) (eval '((lambda (x) (* x x)) 5)) (eval '(funcall #'(lambda (x) x) 6)) (eval '(block b (return-from b 7))) (eval '(catch 'c (throw 'c 8)))
             (eval '(let ((n 0)) (tagbody a (incf n) (when (< n 3) (go a))) n)) (eval '(flet ((f (x) (1+ x))) (f 1))) (eval '(labels ((f (n) (if (= n 0) 0 (+ n (f (1- n)))))) (f 10)))
             (eval '(macrolet ((m (x) `(list ,x ,x))) (m 1))) (eval '(symbol-macrolet ((s (list 1 2))) s)) (multiple-value-list (eval '(values 1 2 3))) (eval '(multiple-value-call #'+ (values 1 2) 3))
             (eval '(unwind-protect 1 2)) (eval '(the integer 5)) (eval '(locally 1)) (eval '(load-time-value (+ 1 2))) (eval '(eval-when (:execute) 4)) (eval '(eval-when (:compile-toplevel) 4))
             (eval '(progv '(*state*) '(9) *state*)) (eval '(setq)) (eval '(multiple-value-prog1 1 2)) (eval '(function car)) (eval nil) (eval t))
       (list 5 "s" :k 0 'a 3 2 '(1 2) '(1 1) 3 25 6 7 8 3 2 55 '(1 1) '(1 2) '(1 2 3) 6 1 5 1 3 4 nil 9 nil 1 #'car nil t))
(check "N48 eval has no lexical environment" (let ((x 1)) (declare (ignorable x)) (handler-case (eval 'x-that-is-unbound) (unbound-variable () :unbound))) :unbound)
(check "N48 eval sees special bindings" (let ((*state* 5)) (list (eval '*state*) (eval '(setq *state* 6)) *state* (eval '(let ((*state* 7)) (symbol-value '*state*))))) '(5 6 6 7))
(check "N48 eval of data objects" (let ((list (list 1 2)) (table (make-hash-table)) (f (lambda (x) (* x 2)))) (list (eq list (eval `(quote ,list))) (eq table (eval `(identity ,table))) (eval `(funcall ,f 21)) (eq (eval `',f) f))) '(t t 42 t))
(check "N48 definitions by eval"
       (progn (eval '(defun evaluated (x &optional (y 2)) (list x y)))
              (eval '(defvar *evaluated* 1)) (eval '(defvar *evaluated* 2)) (eval '(defparameter *evaluated-2* 3)) (eval '(defconstant +evaluated+ 4))
              (eval '(defstruct evaluated-structure a (b 5))) (eval '(define-condition evaluated-error (error) ((x :initarg :x :reader evaluated-x))))
              (eval '(deftype evaluated-type () '(integer 0 9))) (eval '(defun (setf evaluated-place) (new x) (list new x))) (eval '(defsetf evaluated-get evaluated-set)) (eval '(defun evaluated-set (x new) (list :set x new)))
              (list (funcall 'evaluated 1) (symbol-value '*evaluated*) (eval '(list *evaluated-2* +evaluated+)) (eval '(evaluated-structure-b (make-evaluated-structure))) (eval '(handler-case (error 'evaluated-error :x 6) (evaluated-error (c) (evaluated-x c))))
                    (typep 5 (hide 'evaluated-type)) (typep 10 (hide 'evaluated-type)) (eval '(setf (evaluated-place 1) 2)) (eval '(setf (evaluated-get 1) 2)) (mapcar 'evaluated '(7))))
       '((1 2) 1 (3 4) 5 6 t nil (2 1) (:set 1 2) ((7 2))))
(check "N48 forms that use what the same form has defined" (eval '(progn (defmacro in-progn (x) `(list :in-progn ,x)) (defun uses-in-progn () (in-progn 1)) (uses-in-progn))) '(:in-progn 1))
(check "N48 compile of a lambda" (let ((f (compile nil '(lambda (x &key (y 2)) (list x y))))) (list (functionp f) (funcall f 1) (funcall f 1 :y 3) (compiled-function-p f))) '(t (1 2) (1 3) t))
(check "N48 compile of a name" (progn (eval '(defun to-compile (x) (* x 3))) (list (compile 'to-compile) (funcall 'to-compile 5))) '(to-compile 15))
(check "N48 compile with a definition" (list (compile 'compiled-name '(lambda () :compiled)) (funcall 'compiled-name)) '(compiled-name :compiled))
(check "N48 closures made by eval keep their variables" (let ((f (eval '(let ((n 0)) (list (lambda () (incf n)) (lambda () n)))))) (funcall (first f)) (funcall (first f)) (funcall (second f))) 2)
(check "N48 closures inside LOOP" (mapcar #'funcall (eval '(loop for i from 1 to 3 collect (let ((j i)) (lambda () (* j 10)))))) '(10 20 30))
(check "N48 evaluated code calls compiled code and the other way" (progn (eval '(defun evaluated-caller (f) (list :evaluated (funcall f)))) (funcall 'evaluated-caller (lambda () (eval '(twice (incf *state*)))))) '(:evaluated (1 2)))
(check "N48 exits across evaluated code" (list (block b (funcall (eval '(lambda (f) (unwind-protect (funcall f) (push :cleanup *log*)))) (lambda () (return-from b :out)))) (pop *log*) (catch 'c (eval '(throw 'c 5))) (handler-case (eval '(car 5)) (type-error (c) (type-error-datum c))))
       '(:out :cleanup 5 5))
(check "N48 errors in evaluated code are conditions" (list (handler-case (eval '(undefined-in-eval 1)) (undefined-function (c) (cell-error-name c))) (handler-case (eval '(/ 1 0)) (division-by-zero () :zero)) (handler-case (eval '(error "x")) (error () :error)))
       '(undefined-in-eval :zero :error))
(signals "N48 eval of a malformed special form" (eval (hide '(let ((x 1 2)) x))) error)
(signals "N48 eval of a dotted form" (eval (hide '(list . 1))) error)
(signals "N48 eval of a call of a number" (eval (hide '(1 2))) error)
(signals "N48 go to an unknown tag" (eval (hide '(tagbody (go nowhere)))) error)
(signals "N48 return-from an unknown block" (eval (hide '(return-from nowhere 1))) error)
(signals "N48 macro with wrong arguments" (eval (hide '(twice))) error)
(check "N48 the unit sees later definitions" (progn (eval '(defun first-unit () (second-unit))) (eval '(defun second-unit () :second)) (funcall 'first-unit)) :second)
(check "N48 100 units" (loop for i below 100 sum (eval `(let ((x ,i)) (+ x 1)))) 5050)
(check "N48 constants of units keep identity" (let ((f (compile nil '(lambda () '(a b))))) (list (eq (funcall f) (funcall f)) (eq (first (funcall f)) 'a))) '(t t))
(check "N48 read, eval and print" (mapcar (lambda (text) (prin1-to-string (value-of text))) '("(+ 1 2)" "`(1 ,(+ 1 1) ,@(list 3 4))" "\"a\\\"b\"" "#\\Newline" "(let ((x #c(1 2))) x)" "'|a b|" "#(1 2)" "(vector 1.5 2/3)" "'(quote a)"))
       '("3" "(1 2 3 4)" "\"a\\\"b\"" "#\\Newline" "#C(1 2)" "|a b|" "#(1 2)" "#(1.5 2/3)" "'A")) 
(check "N48 load-time-value is evaluated once" (let ((f (compile nil '(lambda () (load-time-value (list 0)))))) (incf (car (funcall f))) (incf (car (funcall f))) (car (funcall f))) 2)
(check "N48 eval inside a macro" (macrolet ((computed (form) (eval form))) (computed (* 6 7))) 42)
(check "N48 eval inside eval inside a handler" (handler-case (eval '(eval '(eval '(error "deep")))) (error (c) (eval (list 'princ-to-string c)))) "deep")
(check "N48 constantp, special-operator-p, fboundp" (list (constantp 5) (constantp ''a) (constantp '*state*) (constantp :k) (special-operator-p 'if) (special-operator-p 'when) (not (fboundp 'when)) (fboundp 'unknown-name)) '(t t nil t t nil nil nil))
(check "N48 the function's name and lambda expression" (list (functionp (fdefinition 'evaluated)) (functionp (coerce '(lambda (x) x) 'function)) (funcall (coerce '(lambda (x) (1+ x)) 'function) 1) (eq (coerce 'car 'function) #'car)) '(t t 2 t))


;;; Compiler macros are remembered, and change nothing

(defun squared (x) (* x x))
(define-compiler-macro squared (&whole form x) (if (numberp x) (* x x) form))
(check "compiler macros" (list (squared 3) (funcall (compiler-macro-function 'squared) '(squared 3) nil)
                               (let ((form '(squared x))) (eq form (funcall (compiler-macro-function 'squared) form nil)))
                               (compiler-macro-function 'value-of))
       '(9 9 t nil))
(check "compiler macros are removed"
       (progn (setf (compiler-macro-function 'squared) nil) (list (compiler-macro-function 'squared) (squared 3)))
       '(nil 9))

;;; Exits from closures in units, which call functions of the kernel that the image itself may not need
(check "N48 a unit leaves a tagbody from a closure" (eval '(prog ((x 1)) (mapc (lambda (y) (when (= y 2) (go end)) (incf x)) '(1 2 3)) (setq x 0) end (return x))) 2)
(check "N48 a unit leaves a tagbody from a local function and a catch"
       (eval '(let ((trace '())) (tagbody (flet ((leave () (go b))) (leave)) a (push 'a trace) b (catch 'c (go d)) (push 'c trace) d (push 'd trace)) trace)) '(d))
(check "N48 the standard's definers are macros"
       (mapcar (lambda (name) (functionp (macro-function name)))
               '(defun defmacro defvar defparameter defconstant defstruct declaim lambda multiple-value-bind multiple-value-list destructuring-bind))
       '(t t t t t t t t t t t))
(check "N48 what a definer expands into can be evaluated"
       (progn (eval (funcall (macro-function 'defun) '(defun from-expansion (x) (* 2 x)) nil)) (funcall 'from-expansion 4)) 8)
(check "N48 a constant of an evaluated form" (eval '(let () (defconstant evaluated-constant 3) (constantp 'evaluated-constant))) t)
(signals "N48 a symbol macro is not special" (eval '(symbol-macrolet ((x 1)) (declare (special x)) x)) program-error)

;;; A type that is asked for before its definition

(check "a class is looked for, then defined"
       (list (eval '(unless (find-class 'evaluated-later nil) (defstruct evaluated-later (a 3)))) (funcall (hide 'evaluated-later-a) (eval '(make-evaluated-later))))
       '(evaluated-later 3))

;;; The expander is called by *MACROEXPAND-HOOK*.
(defun expand-noting (form)
  "The expansion of FORM, and the forms that the hook was asked to expand."
  (let* ((seen '())
         (*macroexpand-hook* (lambda (expander form environment)
                               (push form seen)
                               (funcall expander form environment))))
    (list (macroexpand form) (reverse seen))))
(eval '(defmacro hooked-inner (x) (list '+ x 1)))
(eval '(defmacro hooked-outer (x) (list 'hooked-inner x)))
(check "the hook sees each step" (expand-noting '(hooked-outer 1))
       '((+ 1 1) ((hooked-outer 1) (hooked-inner 1))))
(check "the hook decides" (let ((*macroexpand-hook* (lambda (expander form environment)
                                                      (declare (ignore expander environment))
                                                      (list 'quote form))))
                            (multiple-value-list (macroexpand-1 '(hooked-outer 1))))
       '('(hooked-outer 1) t))
(check "a form that is no macro call" (expand-noting '(car nil)) '((car nil) ()))

;;; An anonymous function has its documentation for itself.
(check "documentation of anonymous functions"
       (let ((one (eval '(lambda () 1))) (two (eval '(lambda () 2))))
         (setf (documentation one t) "one")
         (documentation two t))
       nil)

(check "with-compilation-unit" (multiple-value-list (with-compilation-unit (:override t) (values 1 2))) '(1 2))
(check "disassemble writes something" (plusp (length (with-output-to-string (*standard-output*)
                                                       (disassemble '(lambda (x) x)))))
       t)
(signals "disassemble of a number" (disassemble (hide 1)) type-error)
(check "compile-file-pathname" (pathname-name (compile-file-pathname "some/file.lisp")) "file")
(check "function-lambda-expression has three values"
       (length (multiple-value-list (function-lambda-expression (eval '(lambda (x) x)))))
       3)
(signals "function-lambda-expression of a name" (function-lambda-expression (hide 'car)) type-error)

(end-checks 59)
