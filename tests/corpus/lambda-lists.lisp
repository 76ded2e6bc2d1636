;;;; Lambda lists are matched, not positional.
;; rows: 3 N19

(setq *print-pretty* nil)

(defun show (label value)
  (format t "~A: ~S~%" label value))

;;; Every kind of parameter at once, with defaults that see the parameters before them.
(defun everything (a b &optional (c (+ a b) c-given) (d c)
                   &rest rest
                   &key (e (list a d)) ((:colour f) "red" f-given) (g f)
                   &aux (count (length rest)) missing)
  (list a b c c-given d rest e f f-given g count missing))

(show "two" (everything 1 2))
(show "three" (everything 1 2 30))
(show "four" (everything 1 2 30 40))
(show "explicit nil" (everything 1 2 nil nil :e nil))
(show "keys permuted" (everything 1 2 3 4 :g 7 :colour "blue" :e 5))
(show "first of two equal keys" (everything 1 2 3 4 :e 'first :e 'second))

(defun keys-only (&key a (b (if a (* 2 a) :none)) ((quote-name q) 'default))
  (list a b q))

(show "no keys" (keys-only))
(show "a" (keys-only :a 21))
(show "b nil" (keys-only :b nil :a 1))
(show "symbol as key" (keys-only 'quote-name 3))

(defun optional-after-rest (&optional a (b a b-p) &rest more)
  (list a b b-p more))

(show "rest of none" (optional-after-rest))
(show "rest of one" (optional-after-rest 1))
(show "rest of five" (optional-after-rest 1 2 3 4 5))
(show "rest list from apply" (apply #'optional-after-rest 1 '(2 3)))

(defun open-keys (&rest all &key x &allow-other-keys)
  (list x all))

(show "allow other keys" (open-keys :y 1 :x 2))

(defun closed-keys (&key x) x)

(show "allowed by the caller" (closed-keys :y 1 :x 2 :allow-other-keys t))
(show "in lambda" ((lambda (&optional (a 5) &key ((:b c) (* a a))) (list a c)) 3))
(show "funcall of a lambda" (funcall (lambda (&rest r &key k) (list r k)) :k 9))

;;; The local functions have the same lambda lists.
(flet ((local (a &optional (b 'dflt) &key c) (list a b c)))
  (show "flet" (list (local 1) (local 1 2) (local 1 2 :c 3))))
(labels ((local (&key (n 0) (acc '()))
           (if (= n 0) acc (local :acc (cons n acc) :n (- n 1)))))
  (show "labels" (local :n 5)))

;;; Special variables as parameters, seen by the later defaults and by the functions called.
(defvar *level* 0)
(defun level () *level*)
(defun with-level (*level* &optional (seen (level)))
  (list seen (level)))
(show "special parameter" (list (with-level 7) (with-level 7 8) *level*))

;;; 0 to 60 arguments.
(defun tally (&rest numbers) (list (length numbers) (reduce #'+ numbers)))
(show "tally 0" (tally))
(show "tally 10" (tally 1 2 3 4 5 6 7 8 9 10))
(show "tally 60" (apply #'tally (loop for i from 1 to 60 collect i)))
(defun ten (a b c d e f g h i j) (list j i h g f e d c b a))
(show "ten" (ten 1 2 3 4 5 6 7 8 9 10))

;;; A wrong argument list is a program error, also through APPLY and FUNCALL.
(defmacro outcome (form)
  `(handler-case ,form
     (program-error () :program-error)))

(defun two (a b) (list a b))
(defun call (function &rest arguments) (apply function arguments))
(show "too few" (outcome (call #'two 1)))
(show "too many" (outcome (call #'two 1 2 3)))
(show "none" (outcome (call 'two)))
(show "optional, too many" (outcome (call (lambda (&optional a) a) 1 2)))
(show "unknown key" (outcome (call #'closed-keys :y 1)))
(show "odd keys" (outcome (call #'closed-keys :x)))
(show "allowed nil" (outcome (call #'closed-keys :y 1 :allow-other-keys nil)))
(show "right" (outcome (call #'two 1 2)))
