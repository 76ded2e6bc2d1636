;;;; DO and its relatives.
;; rows: 6 N20

(setq *print-pretty* nil)

(defun show (label &rest values)
  (format t "~A:~{ ~S~}~%" label values))

(show "do" (do ((i 0 (+ i 1)) (acc '() (cons i acc))) ((= i 4) acc)))
(show "do steps in parallel" (do ((a 1 b) (b 2 a) (n 0 (+ n 1))) ((= n 3) (list a b))))
(show "do* steps in sequence" (do* ((a 1 (+ a 1)) (b (* 10 a) (* 10 a))) ((= a 3) (list a b))))
(show "do without step" (let ((seen '())) (do ((x 5) (i 0 (+ i 1))) ((= i 2) seen) (push (list x i) seen) (incf x))))
(show "do returns values" (multiple-value-list (do ((i 0 (1+ i))) ((= i 3) (values i :end)))))
(show "do without result" (do ((i 0 (1+ i))) ((= i 3))))
(show "return" (do ((i 0 (1+ i))) (nil) (when (> (* i i) 50) (return i))))
(show "go" (let ((n 0) (trail '()))
             (do ((i 0 (1+ i))) ((= i 5) (reverse trail))
               (when (oddp i) (go skip))
               (push i trail)
               skip
               (incf n))))

(show "dolist" (let ((sum 0)) (dolist (x '(1 2 3) sum) (incf sum x))))
(show "dolist result sees nil" (dolist (x '(1 2) x)))
(show "dolist return" (dolist (x '(1 2 3 4)) (when (evenp x) (return (* 100 x)))))
(show "dotimes" (let ((acc '())) (dotimes (i 4 (list i acc)) (push (* i i) acc))))
(show "dotimes zero" (dotimes (i 0 i) (error "never")) (dotimes (i -3 i) (error "never")))
(show "dotimes evaluates once" (let ((count 0)) (dotimes (i (incf count 3)) i) count))

(show "tagbody" (let ((n 0))
                  (tagbody
                    (go middle)
                   start
                     (incf n 10)
                     (go end)
                   middle
                     (incf n)
                     (when (< n 3) (go middle))
                     (go start)
                   end)
                  n))
(show "integer tags" (let ((x '())) (tagbody 1 (push 1 x) (go 3) 2 (push 2 x) 3 (push 3 x)) x))
(show "prog" (prog ((a 1) b) (setq b (+ a 1)) again (incf a) (when (< a 5) (go again)) (return (list a b))))
(show "prog*" (prog* ((a 1) (b (+ a 1))) (return (list a b))))
(show "prog falls off" (prog () 5))

;;; Mapping.
(show "mapcar" (mapcar #'+ '(1 2 3) '(10 20 30) '(100 200)))
(show "mapc" (let ((log '())) (list (mapc (lambda (x y) (push (cons x y) log)) '(1 2) '(a b c)) log)))
(show "maplist" (maplist #'append '(1 2) '(a b)))
(show "mapl" (let ((n 0)) (mapl (lambda (l) (incf n (length l))) '(a b c)) n))
(show "mapcan" (mapcan (lambda (x) (if (numberp x) (list x x) nil)) '(a 1 b 2)))
(show "mapcon" (mapcon (lambda (l) (list (length l))) '(a b c)))

;;; Closures over the variable of a loop: DO assigns one variable.
(let ((functions '()))
  (do ((i 0 (1+ i))) ((= i 3)) (push (lambda () i) functions))
  (show "one variable" (mapcar #'funcall functions)))
(let ((functions '()))
  (do ((i 0 (1+ i))) ((= i 3)) (let ((j i)) (push (lambda () (incf j 10)) functions)))
  (show "fresh variables" (mapcar #'funcall functions) (mapcar #'funcall functions)))

;;; Long loops.
(show "million" (let ((n 0)) (dotimes (i 1000000 n) (when (zerop (mod i 7)) (incf n)))))
(show "long list" (let ((list '())) (dotimes (i 100000) (push i list)) (let ((s 0)) (dolist (x list s) (incf s x)))))
(defun collatz (n) (do ((n n (if (evenp n) (/ n 2) (+ 1 (* 3 n)))) (steps 0 (+ steps 1))) ((= n 1) steps)))
(show "collatz" (collatz 27) (collatz 97) (collatz 871))
