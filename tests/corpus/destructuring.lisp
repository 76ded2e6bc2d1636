;;;; Destructuring in DESTRUCTURING-BIND and in macro lambda lists.
;; rows: 3 5 N19 N28 N48

(defun show (label &rest values)
  (format t "~A:~{ ~S~}~%" label values))

(destructuring-bind (a (b (c (d (e (f))))) . g) '(1 (2 (3 (4 (5 (6))))) 7 8)
  (show "six levels" a b c d e f g))
(destructuring-bind (a &optional (b 'none b-given) (c (list a b))) '(1)
  (show "optional" a b b-given c))
(destructuring-bind ((a &optional b) &rest rest &key x (y (+ x 1))) '((1) :x 10)
  (show "rest and keys" a b rest x y))
(destructuring-bind (&whole whole (first . others) second &aux (n (length whole))) '((a b c) d)
  (show "whole and aux" whole first others second n))
(destructuring-bind (&key ((:from (lo hi)) '(0 1)) (step 1)) '(:step 2)
  (show "pattern under a key" lo hi step))
(destructuring-bind (a . b) (cons 1 2)
  (show "dotted" a b))
(destructuring-bind () '()
  (show "empty"))

;;; Shapes that do not match are errors.
(defun triple (datum)
  (handler-case (destructuring-bind (a b &optional c) datum (list a b c))
    (error () :error)))
(show "too short" (triple (list 1)))
(show "too long" (triple (list 1 2 3 4)))
(show "not a list" (triple 5))
(show "fits" (triple (list 1 2)))

;;; A macro of one's own for each feature.
(defmacro swap-args (&whole form (name a b) &body body)
  (list 'progn (list 'show (list 'quote (first form)) (list name b a)) (cons 'progn body)))
(swap-args (- 1 10) (show "body runs"))

(defmacro with-box ((variable &key (start 0) (size 1 size-given)) &body body)
  `(let ((,variable (list ,start ,size ,size-given)))
     ,@body))
(with-box (box) (show "box" box))
(with-box (box :size 3 :start 4) (show "box" box))

(defmacro alist-of (&rest pairs)
  `(list ,@(mapcar (lambda (pair)
                     (destructuring-bind (key &optional (value nil)) pair
                       `(cons ',key ,value)))
                   pairs)))
(show "alist" (alist-of (a 1) (b (* 2 3)) (c)))

(defmacro my-let (bindings . body)
  `((lambda ,(mapcar #'first bindings) ,@body) ,@(mapcar #'second bindings)))
(show "dotted macro list" (my-let ((x 1) (y 2)) (list y x)))

(defmacro depth-first (((((first) second) third) fourth) &optional fifth)
  `(list ,first ,second ,third ,fourth ,fifth))
(show "nested macro list" (depth-first (((("a") "b") "c") "d") "e"))

;;; &ENVIRONMENT reaches MACROEXPAND-1: local macros are seen.
(defmacro expansion-of (form &environment environment)
  `(quote ,(macroexpand-1 form environment)))
(show "global" (expansion-of (my-let ((x 1)) x)))
(macrolet ((my-let (&rest ignored) (declare (ignore ignored)) :local))
  (show "local" (expansion-of (my-let ((x 1)) x))))
(symbol-macrolet ((place (car cell)))
  (show "symbol macro" (expansion-of place)))
(show "no macro" (expansion-of (list 1)))

;;; Only evaluated positions are expanded: names, keys and data are left alone.
(defmacro boom (&rest arguments)
  (declare (ignore arguments))
  (error "expanded where nothing is evaluated"))
(show "case key" (case 'boom (boom :key) ((boom x) :other) (t :none)))
(show "binding name" (let ((boom 1)) (flet ((get-boom () boom)) (get-boom))))
(show "parameter" (funcall (lambda (boom &optional (other boom)) (list boom other)) 3))
(show "datum" '(boom 1 2))
(show "flet name" (flet ((boom (x) (* x x))) (boom 5)))
