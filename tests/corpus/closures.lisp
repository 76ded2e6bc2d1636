;;;; Closures: shared and assigned variables, functions as values, local functions.
;; rows: 3 5 N20 N21 N22 N23

(setq *print-pretty* nil)

(defun show (label &rest values)
  (format t "~A:~{ ~S~}~%" label values))

;;; Two closures share a variable, three levels deep.
(defun make-account (balance)
  (let ((log '()))
    (flet ((note (what amount) (push (list what amount balance) log)))
      (values (lambda (amount) (incf balance amount) (note :in amount) balance)
              (lambda (amount)
                (funcall (lambda () (funcall (lambda () (decf balance amount) (note :out amount) balance)))))
              (lambda () (reverse log))))))
(multiple-value-bind (deposit withdraw history) (make-account 100)
  (show "account" (funcall deposit 50) (funcall withdraw 30) (funcall deposit 5) (funcall history)))
(multiple-value-bind (deposit) (make-account 0)
  (show "another" (funcall deposit 1) (funcall deposit 1)))

(let ((counters (loop for start in '(0 10)
                      collect (let ((n start)) (list (lambda () (incf n)) (lambda () (setq n 0)))))))
  (show "pairs" (funcall (first (first counters))) (funcall (first (second counters)))
        (funcall (first (first counters))) (funcall (second (first counters))) (funcall (first (first counters)))
        (funcall (first (second counters)))))
(defun adder (x) (lambda (y) (lambda (z) (setq x (+ x y z)) x)))
(let* ((a (adder 1)) (b (funcall a 10)) (c (funcall a 100)))
  (show "assigned through levels" (funcall b 1) (funcall c 1) (funcall b 1)))
(show "parameters assigned" ((lambda (n) (let ((f (lambda () n))) (setq n (* n n)) (funcall f))) 7))
(show "optional captured"
      (let ((f ((lambda (&optional (a 1) &key (b a) &aux (c (+ a b))) (lambda () (incf a) (list a b c))) 5)))
        (funcall f)
        (funcall f)))

;;; Functions are values.
(defun compose (&rest functions)
  (if (null functions)
      #'identity
      (lambda (x) (funcall (car functions) (funcall (apply #'compose (cdr functions)) x)))))
(defun curry (function &rest arguments) (lambda (&rest more) (apply function (append arguments more))))
(show "compose" (funcall (compose #'1+ #'abs (curry #'- 3)) 10) (mapcar (curry #'list 'a 'b) '(1 2))
      (funcall (compose) 'same))
(show "designators" (funcall 'car '(1)) (funcall #'car '(1)) (apply 'max 1 '(5 3)) (apply #'list 1 2 '())
      (mapcar 'list '(1 2) '(a b)) (sort (list 3 1 2) #'<) (funcall (if t #'+ #'-) 2 3))
(defun ten (a b c d e f g h i j) (list j i h g f e d c b a))
(show "ten arguments" (funcall #'ten 1 2 3 4 5 6 7 8 9 10) (apply 'ten 1 2 '(3 4 5 6 7 8 9 10))
      (multiple-value-call #'ten (values 1 2 3) (values 4 5 6 7) 8 (values 9 10)))
(defun (setf middle) (value list) (setf (nth (floor (length list) 2) list) value))
(show "setf function" (let ((l (list 1 2 3))) (setf (middle l) 'm) (funcall #'(setf middle) 'n l) l))
(show "constantly" (funcall (constantly 5) 1 2 3) (funcall (complement #'evenp) 3)
      (mapcar (complement #'<) '(1 2) '(2 1)))
(defun y-combinator (f)
  ((lambda (x) (funcall x x)) (lambda (x) (funcall f (lambda (&rest a) (apply (funcall x x) a))))))
(show "anonymous recursion"
      (funcall (y-combinator (lambda (self) (lambda (n) (if (= n 0) 1 (* n (funcall self (- n 1))))))) 20))

;;; FLET and LABELS: scope, siblings, the block of their own name.
(defun local () 'global)
(show "flet" (flet ((local () (list 'local (local)))) (local)) (local))
(show "labels"
      (labels ((even* (n) (or (= n 0) (odd* (- n 1)))) (odd* (n) (and (/= n 0) (even* (- n 1)))))
        (list (even* 10) (odd* 7) (even* 7))))
(show "captured siblings"
      (let ((count 0))
        (labels ((walk (tree) (incf count) (when (consp tree) (mapc #'visit tree))) (visit (node) (walk node)))
          (walk '(1 (2 3) (4 (5))))
          count)))
(show "own block"
      (flet ((first-even (list) (dolist (x list :none) (when (evenp x) (return-from first-even x)))))
        (list (first-even '(1 4 6)) (first-even '(1)))))
(defun find-first (predicate tree)
  (labels ((walk (x)
             (cond
               ((consp x) (walk (car x)) (walk (cdr x)))
               ((and x (funcall predicate x)) (return-from find-first x)))))
    (walk tree)
    nil))
(show "out of nested labels" (find-first #'evenp '(1 (3 (5 6)) 8)) (find-first #'evenp '(1 3)))
(show "shadowing" (let ((x 1)) (flet ((f () x)) (let ((x 2)) (list x (f)))))
      (flet ((f (x) (* x 2))) (flet ((f (x) (f (+ x 1)))) (f 5))))
(show "nested lambda sees local" (mapcar (flet ((double (x) (* 2 x))) (lambda (y) (double (+ y 1)))) '(1 2 3)))
(show "function of local" (labels ((f (n) (if (= n 0) '() (cons n (funcall #'f (- n 1)))))) (f 3))
      (flet ((g (&key k) k)) (list (g :k 1) (apply #'g '(:k 2)))))

;;; Calls are late bound.
(defun helper (x) (list :old x))
(defun user (x) (helper x))
(let ((before (list #'helper)))
  (show "before" (user 1))
  (setf (fdefinition 'helper) (lambda (x) (list :new x)))
  (show "after" (user 1) (funcall 'helper 2) (funcall #'helper 3) (funcall (car before) 4)))
(defun forward (n) (if (= n 0) :done (defined-later (- n 1))))
(defun defined-later (n) (forward n))
(show "forward" (forward 3))

;;; A generator and a lazy list.
(defun make-generator (list) (lambda () (if list (values (pop list) t) (values nil nil))))
(let ((next (make-generator '(a b))))
  (show "generator" (multiple-value-list (funcall next)) (multiple-value-list (funcall next))
        (multiple-value-list (funcall next))))
(defmacro lazy-cons (head tail) `(cons ,head (let (done value) (lambda () (if done value (setq done t value ,tail))))))
(defun lazy-cdr (x) (funcall (cdr x)))
(defun integers (n) (lazy-cons n (integers (+ n 1))))
(defun filter (p x)
  (loop until (funcall p (car x)) do (setq x (lazy-cdr x)))
  (let ((y x)) (lazy-cons (car y) (filter p (lazy-cdr y)))))
(defun primes (x) (let ((p (car x))) (lazy-cons p (primes (filter (lambda (n) (plusp (mod n p))) (lazy-cdr x))))))
(show "lazy primes" (loop with x = (primes (integers 2)) repeat 12 collect (car x) do (setq x (lazy-cdr x))))
