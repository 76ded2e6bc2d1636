;;;; Non-local exits and dynamic variables: through closures, other functions, and cleanups.
;; rows: 5 3 N18 N24 N26

(setq *print-pretty* nil)

(defun show (label &rest values)
  (format t "~A:~{ ~S~}~%" label values))

(defvar *trail* '())
(defun mark (x) (push x *trail*) x)
(defmacro trail (&body body)
  `(progn (setq *trail* '()) (let ((result (progn ,@body))) (list result (reverse *trail*)))))

;;; BLOCK and RETURN-FROM.
(show "block" (block b (mark 1) (return-from b 2) 3) (block nil (return 5)) (block b (block b (return-from b 1)) 2)
      (block a (block b (return-from a 1)) 2))
(defun apply-to-all (function list) (dolist (x list :end) (funcall function x)))
(show "through another function"
      (block found (apply-to-all (lambda (x) (when (> x 2) (return-from found x))) '(1 2 3 4)))
      (apply-to-all #'mark '(1)))
(show "nested cleanups"
      (trail (block out
               (unwind-protect (unwind-protect (apply-to-all (lambda (x) (when (= x 2) (return-from out x))) '(1 2 3))
                                 (mark :inner))
                 (mark :outer)))))
(defun recursive-search (tree target)
  (labels ((walk (x)
             (cond
               ((eql x target) (return-from recursive-search :found))
               ((consp x) (unwind-protect (mapc #'walk x) (mark (car x)))))))
    (walk tree)
    :missing))
(show "out of recursion" (trail (recursive-search '(a (b (c 7)) d) 7)) (trail (recursive-search '(a (b)) 7)))
(show "each activation its own"
      (labels ((f (n k)
                 (if (= n 0)
                     (funcall k n)
                     (block b (list n (f (- n 1) (if (= n 2) (lambda (x) (return-from b (list :from n x))) k)))))))
        (f 4 #'identity)))

;;; TAGBODY and GO out of a closure.
(show "go from a closure" (let ((n 0)) (tagbody again (incf n) (funcall (lambda () (when (< n 5) (go again))))) n))
(show "go with cleanups"
      (trail (let ((n 0))
               (tagbody
                 again
                 (incf n)
                 (unwind-protect (mapc (lambda (x) (mark x) (when (and (= x 2) (< n 3)) (go again))) '(1 2))
                   (mark :clean)))
               n)))

;;; CATCH and THROW.
(defun thrower (tag value) (unwind-protect (throw tag value) (mark :thrown)))
(show "catch" (catch 'a (thrower 'a 1)) (catch 'a (catch 'b (thrower 'a 1)) 2) (catch 'a (catch 'a (thrower 'a 1)) 2)
      (catch (list 1) 3) (multiple-value-list (catch 'v (throw 'v (values 1 2 3)))))
(show "deep" (catch 'deep (labels ((down (n) (if (= n 0) (throw 'deep :bottom) (+ 1 (down (- n 1)))))) (down 200))))
(show "no such catch" (handler-case (throw 'nobody 1) (control-error () :control-error)))
(show "catch tags are objects" (let ((tag (list 'x))) (catch tag (catch (list 'x) (throw tag :right)) :wrong)))
(show "throw in cleanup" (catch 'second (catch 'first (unwind-protect (throw 'first 1) (throw 'second 2))) :not-here))
(show "many" (let ((n 0)) (dotimes (i 10000 n) (catch 'x (unwind-protect (throw 'x i) (incf n))))))

;;; UNWIND-PROTECT.
(show "values kept" (multiple-value-list (unwind-protect (values 1 2) (values 3 4 5)))
      (trail (unwind-protect (mark :body) (mark :clean))))
(show "error" (trail (handler-case (unwind-protect (error "x") (mark :clean)) (error () :caught)))
      (trail (ignore-errors (unwind-protect (unwind-protect (error "a") (mark 1) (error "b")) (mark 2)))))
(show "exit replaced" (block a (block b (unwind-protect (return-from a 1) (return-from b 2))) 3))
(show "once each"
      (trail (catch 'x (unwind-protect (unwind-protect (unwind-protect (throw 'x 'v) (mark 1)) (mark 2)) (mark 3)))))

;;; Dynamic variables are undone on every kind of exit.
(defvar *level* 0)
(defvar *unbound-at-top*)
(defun level () *level*)
(defun with-level (n thunk) (let ((*level* n)) (funcall thunk)))
(show "binding" (with-level 1 #'level) (level) (let ((*level* 5)) (list (level) (let ((*level* 6)) (level)) (level)))
      (level))
(show "assignment" (let ((*level* 1)) (setq *level* 2) (incf *level*) (level)) (level))
(show "undone" (block b (with-level 1 (lambda () (return-from b (level))))) (level)
      (catch 'x (with-level 2 (lambda () (throw 'x (level))))) (level)
      (handler-case (with-level 3 (lambda () (error "~D" (level)))) (error (c) (list (princ-to-string c) (level))))
      (level) (let ((r '())) (tagbody (with-level 4 (lambda () (push (level) r) (go end))) end) (list r (level)))
      (restart-case (with-level 5 (lambda () (invoke-restart 'leave (level)))) (leave (x) (list x (level)))) (level))
(show "unbound again" (let ((*unbound-at-top* 1)) (boundp '*unbound-at-top*)) (boundp '*unbound-at-top*)
      (handler-case *unbound-at-top* (unbound-variable (c) (cell-error-name c))))
(show "progv" (progv '(*level* new) '(10 20) (list (level) (symbol-value 'new))) (level) (boundp 'new)
      (catch 'x (progv '(*level*) '(7) (throw 'x (level)))) (level) (progv '(*level*) '() (boundp '*level*)))
(show "let is parallel" (let ((*level* 1)) (let ((*level* 2) (x (level))) (list (level) x)))
      (let ((*level* 1)) (let* ((*level* 2) (x (level))) (list (level) x))))
(show "closures and specials" (let ((f (let ((*level* 9)) (lambda () (level))))) (funcall f))
      (let ((*level* 3)) (funcall (let ((*level* 9)) (lambda () (level))))))
(show "locally special"
      (let ((free 1))
        (declare (special free))
        (flet ((get-free () (locally (declare (special free)) free))) (let ((free 2)) (list free (get-free))))))

;;; Tail calls do not grow the stack, nor do loops of closures.
(defun ping (n) (if (= n 0) :ping-done (pong (- n 1))))
(defun pong (n) (cond ((= n 0) :pong-done) (t (ping (- n 1)))))
(show "million" (ping 1000000) (labels ((f (n acc) (if (= n 0) acc (f (- n 1) (+ acc 1))))) (f 1000000 0))
      (funcall (labels ((g (n) (if (= n 0) (lambda () :end) (g (- n 1))))) (g 300000)))
      (let ((f nil)) (setq f (lambda (n) (if (zerop n) 'ok (funcall f (1- n))))) (funcall f 300000)))
