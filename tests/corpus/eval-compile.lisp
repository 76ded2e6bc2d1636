;;;; EVAL, COMPILE and MACROEXPAND inside the running program.
;; rows: 3 N5 N48 tools

(defun show (label &rest values)
  (format t "~A:~{ ~S~}~%" label values))

(setq *print-pretty* nil)
(defvar *counter* 10)
(defun twice (x) (* 2 x))

(show "arithmetic" (eval '(+ 1 (* 2 3))))
(show "self-evaluating" (eval 5) (eval "text") (eval :key) (eval #\a) (eval nil))
(show "program's function" (eval '(twice 21)))
(show "program's variable" (eval '*counter*) (eval '(incf *counter*)) *counter*)
(show "dynamic binding" (let ((*counter* 99)) (eval '(list *counter*))))
(show "values" (multiple-value-list (eval '(values 1 2 3))))
(show "symbols are the same" (eq (eval '(quote show)) 'show) (eq (eval '(intern "SHOW")) 'show))

;;; Definitions made at run time are seen by the program, and the other way round.
(eval '(defun thrice (x) (+ x (twice x))))
(show "defun" (funcall 'thrice 5) (eval '(thrice 6)))
(eval '(defmacro square (form) (let ((value (gensym))) `(let ((,value ,form)) (* ,value ,value)))))
(show "defmacro" (eval '(square (incf *counter*))) *counter*)
(show "macroexpand" (macroexpand-1 '(unless-zero 1 2)))
(eval '(defmacro unless-zero (n form) `(if (= ,n 0) nil ,form)))
(multiple-value-bind (expansion expanded) (macroexpand-1 '(unless-zero 1 2))
  (show "macroexpand-1" expansion expanded))
(multiple-value-bind (expansion expanded) (macroexpand '(twice 1))
  (show "no macro" expansion expanded))
(eval '(defvar *new* 'fresh))
(show "defvar" (symbol-value '*new*) (boundp '*new*))
(eval '(defparameter *counter* 0))
(show "defparameter" *counter*)
(eval '(defstruct point x (y 7)))
(show "defstruct" (eval '(point-y (make-point :x 1))) (eval '(point-p 5)))

;;; Redefinition is seen by old callers.
(defun caller () (twice 4))
(show "before" (caller))
(eval '(defun twice (x) (list x x)))
(show "after" (caller) (twice 'a))

;;; COMPILE makes functions that agree with EVAL.
(let ((adder (compile nil '(lambda (n) (lambda (x) (incf n x))))))
  (let ((one (funcall adder 100)) (two (funcall adder 0)))
    (show "closures" (funcall one 1) (funcall one 1) (funcall two 5) (compiled-function-p adder))))
(defun interpreted (n) (if (< n 2) n (+ (interpreted (- n 1)) (interpreted (- n 2)))))
(show "compile by name" (compile 'interpreted) (interpreted 15))
(let ((source '(lambda (list) (loop for x in list when (evenp x) collect (* x x) into squares
                                finally (return (reverse squares))))))
  (show "agree" (equal (funcall (eval source) '(1 2 3 4)) (funcall (compile nil source) '(1 2 3 4)))
        (funcall (compile nil source) '(1 2 3 4))))

;;; Control crosses the border both ways.
(show "throw out" (catch 'done (eval '(throw 'done :thrown))))
(show "error out" (handler-case (eval '(error "from ~A" 'eval)) (error (c) (princ-to-string c))))
(show "call in" (funcall (eval '(lambda (f) (handler-case (funcall f) (division-by-zero () :zero))))
                         (lambda () (/ 1 (- *counter* *counter*)))))
(show "unwind" (let ((log '()))
                 (catch 'out
                   (funcall (eval '(lambda (f) (unwind-protect (throw 'out nil) (funcall f))))
                            (lambda () (push :cleanup log))))
                 log))

;;; A small table of forms, evaluated one by one.
(loop for form in '((let ((x 1)) (setq x (+ x 1)) x)
                    (labels ((f (n) (if (= n 0) 1 (* n (f (- n 1)))))) (f 20))
                    (mapcar #'1+ '(1 2 3))
                    (block nil (dolist (x '(1 2 3)) (when (= x 2) (return x))))
                    (flet ((f (&key a) a)) (f :a 2))
                    (funcall (macrolet ((m (x) `(lambda () ,x))) (m 'inner))))
      do (show "form" (eval form)))
