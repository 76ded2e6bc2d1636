;;;; Functions: lambda lists, argument counts, closures, first-class functions, late binding.

(defpackage "FUNCTIONS" (:use "COMMON-LISP" "CHECKS"))
(in-package "FUNCTIONS")

;;; N19: every arity from 0 to 60: direct call, funcall, apply, and wrong counts through each of them.

(eval-when (:compile-toplevel :load-toplevel :execute)
  (defun names (prefix n)
    (loop for i below n collect (intern (format nil "~A~D" prefix i)))))

(defmacro check-arity (n)
  "Define functions of N parameters of each kind and call them with N arguments, and with too few and too many."
  (let ((required (intern (format nil "REQUIRED-~D" n)))
        (optional (intern (format nil "OPTIONAL-~D" n)))
        (rest (intern (format nil "REST-~D" n)))
        (key (intern (format nil "KEY-~D" n)))
        (parameters (names "P" n))
        (numbers (loop for i below n collect i)))
    `(progn
       (defun ,required ,parameters (list ,@parameters))
       (defun ,optional (&optional ,@(mapcar (lambda (p) (list p '(list :default))) parameters)) (list ,@parameters))
       (defun ,rest (,@parameters &rest more) (list* ,@parameters more))
       (defun ,key (&key ,@(mapcar (lambda (p) (list p :none)) parameters)) (list ,@parameters))
       (check ,(format nil "N19 ~D arguments" n)
              (list (,required ,@numbers) (funcall #',required ,@numbers) (funcall ',required ,@numbers)
                    (apply #',required (hide ',numbers)) (apply ',required (list ,@numbers))
                    (funcall (hide (lambda ,parameters (list ,@(reverse parameters)))) ,@(reverse numbers))
                    (multiple-value-call #',required (values ,@numbers)))
              (let ((all ',numbers)) (list all all all all all all all)))
       (check ,(format nil "N19 ~D optional arguments" n)
              (list (,optional ,@numbers) (apply #',optional ',numbers) (length (,optional))
                    ,@(when (plusp n)
                        `((nth ,(1- n) (,optional ,@(butlast numbers))) (first (,optional nil)))))
              '(,numbers ,numbers ,n ,@(when (plusp n) '((:default) nil))))
       (check ,(format nil "N19 ~D arguments and a rest" n)
              (list (,rest ,@numbers) (,rest ,@numbers :x :y) (apply #',rest ,@numbers '(:x :y :z)) (apply ',rest (append ',numbers '(:x))))
              '(,numbers (,@numbers :x :y) (,@numbers :x :y :z) (,@numbers :x)))
       (check ,(format nil "N19 ~D keyword arguments" n)
              (list (,key ,@(loop for i in (reverse numbers) for p in (reverse parameters)
                                  append (list (intern (symbol-name p) "KEYWORD") i)))
                    (length (,key)) (apply #',key ,(if (plusp n) ''(:p0 nil :p0 1) ''())))
              '(,numbers ,n ,(if (plusp n) (cons nil (loop repeat (1- n) collect :none)) '())))
       ,@(when (plusp n)
           `((signals ,(format nil "N19 ~D, one too few" n) (,required ,@(rest numbers)) program-error)
             (signals ,(format nil "N19 ~D, one too few by funcall" n) (funcall (hide #',required) ,@(rest numbers)) program-error)
             (signals ,(format nil "N19 ~D, one too few by apply" n) (apply #',required ',(rest numbers)) program-error)
             (signals ,(format nil "N19 ~D, none" n) (funcall (hide ',required)) program-error)
             (signals ,(format nil "N19 ~D and a rest, one too few" n) (,rest ,@(rest numbers)) program-error)))
       (signals ,(format nil "N19 ~D, one too many" n) (,required 0 ,@numbers) program-error)
       (signals ,(format nil "N19 ~D, one too many by funcall" n) (funcall (hide #',required) 0 ,@numbers) program-error)
       (signals ,(format nil "N19 ~D, one too many by apply" n) (apply #',required 0 ',numbers) program-error)
       (signals ,(format nil "N19 ~D, a lambda, one too many" n) (funcall (hide (lambda ,parameters (list ,@parameters))) 0 ,@numbers)
                program-error)
       (signals ,(format nil "N19 ~D optional, one too many" n) (,optional 0 ,@numbers) program-error)
       (signals ,(format nil "N19 ~D keywords, unknown key" n) (funcall (hide #',key) :unknown 1) program-error)
       (signals ,(format nil "N19 ~D keywords, odd" n) (funcall (hide #',key) :p0) program-error))))

(defmacro check-arities (from to)
  `(progn ,@(loop for n from from to to collect `(check-arity ,n))))

(check-arities 0 7)
(check-arities 8 8)
(check-arity 12)
(check-arity 16)
(check-arity 20)
(check-arity 31)
(check-arity 32)
(check-arity 33)
(check-arity 50)
(check-arity 60)

;;; N19: what each kind of parameter does.

(defun everything (a b &optional (c 3 c-p) (d (list a b c)) &rest rest &key (e 5 e-p) ((:eff f) 6) (g (+ e f)) &allow-other-keys
                   &aux (h (list g)) i)
  (list a b c c-p d rest e e-p f g h i))

(check "N19 all kinds, required only" (everything 1 2) '(1 2 3 nil (1 2 3) nil 5 nil 6 11 (11) nil))
(check "N19 all kinds, optional" (everything 1 2 nil nil) '(1 2 nil t nil nil 5 nil 6 11 (11) nil))
(check "N19 all kinds, keys" (everything 1 2 3 4 :eff 60 :e 50) '(1 2 3 t 4 (:eff 60 :e 50) 50 t 60 110 (110) nil))
(check "N19 all kinds, other keys" (everything 1 2 3 4 :zz 1 :g nil) '(1 2 3 t 4 (:zz 1 :g nil) 5 nil 6 nil (nil) nil))
(check "N19 all kinds by apply" (apply #'everything 1 '(2 3 4 :e nil :g 0)) '(1 2 3 t 4 (:e nil :g 0) nil t 6 0 (0) nil))
(check "N19 permuted keys"
       (flet ((f (&key a b c) (list a b c)))
         (list (f :a 1 :b 2 :c 3) (f :c 3 :b 2 :a 1) (f :b 2 :c 3 :a 1) (f :c 3) (f :b nil) (f)))
       '((1 2 3) (1 2 3) (1 2 3) (nil nil 3) (nil nil nil) (nil nil nil)))
(check "N19 the first of equal keys counts" (flet ((f (&key a (b 2 b-p)) (list a b b-p))) (list (f :a 1 :a 2 :a 3) (f :b nil :b 3))) '((1 2 nil) (nil nil t)))
(check "N19 explicit NIL is supplied" (flet ((f (&key (a 1 a-p)) (list a a-p))) (list (f) (f :a nil) (f :a 1))) '((1 nil) (nil t) (1 t)))
(check "N19 :allow-other-keys"
       (flet ((f (&key a) a))
         (list (f :a 1 :z 2 :allow-other-keys t) (f :allow-other-keys t :z 2) (f :allow-other-keys nil :a 3) (f :z 1 :allow-other-keys 5 :a 4)
               (handler-case (apply #'f (hide '(:z 1 :allow-other-keys nil))) (program-error () :error))
               (handler-case (apply #'f (hide '(:z 1 :allow-other-keys nil :allow-other-keys t))) (program-error () :error))))
       '(1 nil 3 4 :error :error))
(check "N19 keys that are not keywords" (flet ((f (&key ((a b) 1) ((:b a) 2)) (list b a))) (list (f 'a 5 :b 6) (f))) '((5 6) (1 2)))
(check "N19 a default sees earlier parameters only"
       (let ((b 100)) (flet ((f (a &optional (b b) (c (list a b))) (list a b c))) (list (f 1) (f 1 2) (f 1 2 3))))
       '((1 100 (1 100)) (1 2 (1 2)) (1 2 3)))
(check "N19 defaults are evaluated in order and only when needed"
       (let ((log '()))
         (flet ((f (&optional (a (push :a log)) &key (b (push :b log)) (c (push :c log)) &aux (d (push :d log))) (declare (ignore a b c d)) 1))
           (f) (push '- log) (f 1 :b 1) (reverse log)))
       '(:a :b :c :d - :c :d))
(check "N19 &rest with keys and apply" (flet ((f (x &rest all &key y &allow-other-keys) (list x all y))) (apply #'f 1 :z 2 '(:y 3))) '(1 (:z 2 :y 3) 3))
(check "N19 a parameter assigned" (flet ((f (a &optional (b 1) &rest c) (setq a (list a) b (list b)) (push 0 c) (list a b c))) (f 1 2 3)) '((1) (2) (0 3)))
(defvar *special-parameter* :global)
(check "N19 special parameters"
       (flet ((get-it () *special-parameter*))
         (flet ((f (*special-parameter* &optional (x (get-it))) (list x (get-it)))
                (g (&key ((:s *special-parameter*) 5)) (get-it)))
           (list (f 1) (f 2 3) (g) (g :s 6) *special-parameter*)))
       '((1 1) (3 2) 5 6 :global))
(check "N19 lambda lists in lambda forms" (list ((lambda (&optional (a 1) &key (b a)) (list a b)) 5) (funcall (lambda (&rest r &aux (n (length r))) n) 1 2 3)
                                                 ((lambda (a &rest b) (list a b)) 1 2 3))
       '((5 5) 3 (1 (2 3))))
(check "N19 nested destructuring in a macro lambda list"
       (macrolet ((m ((a (b &optional (c 3)) &rest d) &body body &key ((:e (e1 e2)) '(1 2))) `(list ',a ',b ',c ',d ',e1 ',e2 ',body)))
         (list (m (1 (2)) :e (5 6)) (m (1 (2 4) 5 6))))
       '((1 2 3 nil 5 6 (:e (5 6))) (1 2 4 (5 6) 1 2 nil)))
(check "N19 1000 arguments" (list (apply #'+ (loop for i below 1000 collect i)) (length (apply #'list (make-list 1000))) (apply #'max (loop for i below 500 collect i)))
       '(499500 1000 499))
(signals "N19 apply to a number" (apply #'list (hide 5)) error)
(signals "N19 odd keys after an optional" (apply (hide (lambda (&optional a &key b) (list a b))) '(1 :b)) program-error)
(signals "N19 a keyword that is a number" (apply (hide (lambda (&key b) b)) '(1 2)) program-error)
(signals "N19 destructuring, too few" (destructuring-bind (a b) (hide '(1)) (list a b)) error)
(signals "N19 destructuring, too many" (destructuring-bind (a b) (hide '(1 2 3)) (list a b)) error)
(signals "N19 destructuring, an atom" (destructuring-bind (a (b)) (hide '(1 2)) (list a b)) error)
(signals "N19 destructuring, unknown key" (destructuring-bind (&key a) (hide '(:b 1)) a) error)
(signals "N19 destructuring, odd keys" (destructuring-bind (&key a) (hide '(:a)) a) error)
(signals "N19 destructuring, dotted" (destructuring-bind (a &optional b) (hide '(1 . 2)) (list a b)) error)
(signals "N19 standard function, too few" (funcall (hide #'cons) 1) program-error)
(signals "N19 standard function, too many" (funcall (hide #'car) '(1) 2) program-error)
(signals "N19 standard function, unknown key" (funcall (hide #'find) 1 '(1) :zest #'eql) program-error)
(signals "N19 local function, too few" (flet ((f (a b) (list a b))) (funcall (hide #'f) 1)) program-error)
(signals "N19 closure, too many" (let ((x 1)) (funcall (hide (lambda () (incf x))) 1)) program-error)
(check "N19 destructuring five levels"
       (destructuring-bind (a (b (c (d (e &optional (f 6)) &rest g) &key (h 8)))) '(1 (2 (3 (4 (5) 7 7) :h 9))) (list a b c d e f g h))
       '(1 2 3 4 5 6 (7 7) 9))
(check "N19 destructuring with &whole and a dotted end"
       (list (destructuring-bind (&whole w a . b) '(1 2 3) (list w a b)) (destructuring-bind ((&whole w a) b) '((1) 2) (list w a b)))
       '(((1 2 3) 1 (2 3)) ((1) 1 2)))

;;; N20: captured variables can be assigned and shared through any depth.

(defun make-counter (start)
  (let ((count start))
    (list (lambda () (incf count)) (lambda () (decf count)) (lambda (n) (setq count n)) (lambda () count))))

(defun deep-counter ()
  "Two closures three levels deep that share variables of every level."
  (let ((a 0))
    (flet ((level-1 ()
             (let ((b 10))
               (flet ((level-2 ()
                        (let ((c 100))
                          (list (lambda () (incf a) (incf b 2) (incf c 3) (list a b c))
                                (lambda () (decf a) (decf b) (list a b c))))))
                 (list (level-2) (level-2) (lambda () (list a b)))))))
      (list (level-1) (level-1) (lambda (n) (setq a n))))))

(check "N20 a counter shared by four closures"
       (destructuring-bind (up down set get) (make-counter 5)
         (list (funcall up) (funcall up) (funcall down) (funcall set 100) (funcall up) (funcall get)))
       '(6 7 6 100 101 101))
(check "N20 each call makes new variables"
       (let ((a (make-counter 0)) (b (make-counter 10))) (list (funcall (first a)) (funcall (first b)) (funcall (first a)) (funcall (fourth b)))) '(1 11 2 11))
(check "N20 three levels deep"
       (destructuring-bind (((f1 f2) (g1 g2) get) ((h1 h2) . others) set) (deep-counter)
         (declare (ignore others g2 h2))
         (list (funcall f1) (funcall f2) (funcall g1) (funcall get) (funcall h1) (funcall set 50) (funcall f1) (funcall g1) (funcall get)))
       '((1 12 103) (0 11 103) (1 13 103) (1 13) (2 12 103) 50 (51 15 106) (52 17 106) (52 17)))
(check "N20 a variable for each turn of a loop"
       (let ((fs '())) (dolist (x '(1 2 3)) (let ((y (* x 10))) (push (lambda () (incf y)) fs))) (mapcar #'funcall (append fs fs))) '(31 21 11 32 22 12))
(check "N20 one variable for all turns of do"
       (let ((fs '())) (do ((i 0 (1+ i))) ((= i 3)) (push (lambda () i) fs)) (mapcar #'funcall fs)) '(3 3 3))
(check "N20 parameters of each kind captured and assigned"
       (flet ((f (a &optional (b 2) &rest c &key (d 4) &allow-other-keys &aux (e 5)) 
                (let ((step (lambda () (incf a) (incf b) (push 0 c) (incf d) (incf e))))
                  (funcall step) (funcall step) (list a b c d e))))
         (f 1))
       '(3 4 (0 0) 6 7))
(check "N20 assigned after capture, seen by the closure"
       (let* ((x 1) (f (lambda () x))) (setq x 2) (let ((before (funcall f))) (setf x (list x)) (list before (funcall f)))) '(2 (2)))
(check "N20 captured through a lambda that does not use it"
       (let ((x 0)) (funcall (funcall (lambda () (lambda () (funcall (lambda () (lambda () (incf x)))) (setq x 7))))) x) 7)
(check "N20 multiple-value-setq, psetq and push on captured variables"
       (let ((a 1) (b 2)) (let ((f (lambda () (multiple-value-setq (a b) (values b a)) (psetq a b b a) (push a b) (list a b)))) (list (funcall f))))
       '((1 (1 . 2))))
(check "N20 assigned in a cleanup, a handler and a macro"
       (let ((log 0))
         (macrolet ((bump () '(incf log)))
           (catch 'x (unwind-protect (throw 'x 1) (bump)))
           (handler-case (error "x") (error () (bump)))
           (handler-bind ((warning (lambda (c) (bump) (muffle-warning c)))) (warn "w")))
         log)
       3)
(check "N20 shadowing" (let ((x 1)) (let ((f (lambda () x))) (let ((x 2)) (let ((g (lambda () (incf x)))) (list (funcall f) (funcall g) x (funcall f)))))) '(1 3 3 1))
(check "N20 40 captured variables"
       (macrolet ((many () (let ((names (names "V" 40)))
                             `(let ,(loop for n in names for i from 0 collect (list n i))
                                (let ((f (lambda () ,@(mapcar (lambda (n) `(incf ,n)) names) (+ ,@names)))) (funcall f) (funcall f))))))
         (many))
       860)

;;; N21: every global function is a first-class closure; symbols are callable.

(defun (setf place) (new x) (list :set new x))
(defun place (x) (list :get x))
(defun any-number (&rest all) (length all))
(defvar *cell* (list 0))
(defun (setf cell) (new) (setf (car *cell*) new))
(defun cell () (car *cell*))

(check "N21 funcall and apply of #'f, 'f"
       (loop for n from 0 to 10
             for arguments = (loop for i below n collect i)
             always (and (= n (apply #'any-number arguments)) (= n (apply 'any-number arguments)) (= n (apply (hide 'any-number) arguments))
                         (= n (apply (hide #'any-number) arguments))))
       t)
(check "N21 funcall with 0 to 10 arguments"
       (let ((f (hide 'list)) (g (hide #'list)))
         (list (funcall f) (funcall g 1) (funcall f 1 2) (funcall g 1 2 3) (funcall f 1 2 3 4) (funcall g 1 2 3 4 5) (funcall f 1 2 3 4 5 6)
               (funcall g 1 2 3 4 5 6 7) (funcall f 1 2 3 4 5 6 7 8) (funcall g 1 2 3 4 5 6 7 8 9) (funcall f 1 2 3 4 5 6 7 8 9 10)))
       '(() (1) (1 2) (1 2 3) (1 2 3 4) (1 2 3 4 5) (1 2 3 4 5 6) (1 2 3 4 5 6 7) (1 2 3 4 5 6 7 8) (1 2 3 4 5 6 7 8 9) (1 2 3 4 5 6 7 8 9 10)))
(check "N21 mapcar of a function and of a symbol"
       (list (mapcar #'place '(1 2)) (mapcar 'place '(1 2)) (mapcar #'+ '(1 2) '(10 20) '(100 200)) (mapcar 'list '(1) '(2) '(3) '(4) '(5) '(6)))
       '(((:get 1) (:get 2)) ((:get 1) (:get 2)) (111 222) ((1 2 3 4 5 6))))
(check "N21 setf functions" (list (setf (place 1) 2) (funcall #'(setf place) 5 6) (setf (cell) 7) (cell) (incf (cell) 3) (funcall (fdefinition '(setf cell)) 1) (cell)
                                  (mapcar #'(setf place) '(1 2) '(3 4)))
       '((:set 2 1) (:set 5 6) 7 7 10 1 1 ((:set 1 3) (:set 2 4))))
(check "N21 the same function object" (list (eq #'place #'place) (eq #'place (symbol-function 'place)) (eq #'place (fdefinition 'place)) (functionp #'place)
                                            (eq #'(setf place) (fdefinition '(setf place))))
       '(t t t t t))
(check "N21 functions in tables, slots and lists"
       (let ((table (make-hash-table)))
         (setf (gethash 'add table) #'+ (gethash 'neg table) (lambda (x) (- x)))
         (list (funcall (gethash 'add table) 1 2 3) (funcall (gethash 'neg table) 5) (funcall (second (list #'car #'cdr)) '(1 2))
               (funcall (aref (vector #'list 'vector) 1) 1 2)))
       '(6 -5 (2) #(1 2)))
(check "N21 standard functions as values"
       (list (reduce #'max '(3 1 4)) (apply #'mapcar #'list '((1 2) (3 4))) (sort (list 3 1 2) #'<) (funcall #'cons 1 2) (funcall #'aref (vector 1 2) 1) (mapcar #'1+ '(1 2))
             (funcall #'values 5) (some #'evenp '(1 2)) (funcall #'not nil) (funcall #'eq 'a 'a) (funcall #'/ 6 3 2) (funcall #'funcall #'+ 1 2) (apply #'apply #'+ '(1 (2 3))))
       '(4 ((1 3) (2 4)) (1 2 3) (1 . 2) 2 (2 3) 5 t t t 1 3 6))
(check "N21 composition, currying, complement, constantly"
       (flet ((compose (f g) (lambda (x) (funcall f (funcall g x)))) (curry (f &rest a) (lambda (&rest b) (apply f (append a b)))))
         (list (funcall (compose #'car 'cdr) '(1 2)) (funcall (curry #'list 1 2) 3) (funcall (complement #'null) 1) (funcall (constantly 5) 1 2 3) (funcall #'identity 7)))
       '(2 (1 2 3) t 5 7))
(signals "N21 calling a number" (funcall (hide 5)) type-error)
(signals "N21 calling a list" (funcall (hide '(lambda (x) x)) 1) type-error)
(signals "N21 calling an undefined symbol" (funcall (hide 'surely-undefined) 1) undefined-function)
(signals "N21 calling a macro" (funcall (hide 'when) 1 2) undefined-function)
(signals "N21 calling a special operator" (funcall (hide 'if) 1 2) undefined-function)
(signals "N21 mapcar of a number" (mapcar (hide 1) '(1)) type-error)

;;; N22: calls are late bound.

(defun caller () (list (callee) (later-callee 1)))
(defun callee () :first)
(defun later-callee (x) (list :later x))
(defun old-self () :old)
(defun indirect () (old-self))
(defparameter *old* #'old-self)
(defun changing () (change) (list :first (call-changing)))
(defun change () (setf (symbol-function 'changing) (lambda () :changed)))
(defun call-changing () (changing))
(defun ping (n) (if (zerop n) :old (pong n)))
(defun pong (n) (ping (1- n)))

(check "N22 forward calls" (caller) '(:first (:later 1)))
(check "N22 redefinition by setf"
       (prog2 (setf (symbol-function 'callee) (lambda () :second)) (list (caller) (callee) (funcall 'callee) (funcall #'callee))
         (setf (fdefinition 'callee) (lambda () :third)))
       '((:second (:later 1)) :second :second :second))
(check "N22 redefinition again" (first (caller)) :third)
(check "N22 the old function object stays"
       (progn (setf (symbol-function 'old-self) (lambda () :new)) (list (funcall *old*) (old-self) (indirect) (funcall #'old-self) (eq *old* #'old-self)))
       '(:old :new :new :new nil))
(check "N22 redefinition by eval" (progn (eval '(defun old-self (&optional x) (list :evaluated x))) (list (old-self) (old-self 2) (indirect) (funcall *old*)))
       '((:evaluated nil) (:evaluated 2) (:evaluated nil) :old))
(check "N22 redefinition by compile" (progn (compile 'old-self '(lambda () :compiled)) (list (old-self) (indirect))) '(:compiled :compiled))
(check "N22 redefinition while running"
       (list (changing) (changing))
       '((:first :changed) :changed))
(check "N22 one of two mutually recursive functions redefined"
       (let ((old (hide #'ping))) (setf (symbol-function 'ping) (lambda (n) (list :new n))) (list (funcall old 3) (ping 3) (pong 3)))
       '((:new 2) (:new 3) (:new 2)))
(check "N22 fmakunbound" (progn (fmakunbound 'later-callee) (list (fboundp 'later-callee) (handler-case (caller) (undefined-function (c) (cell-error-name c)))))
       '(nil later-callee))
(check "N22 defined again" (progn (setf (symbol-function 'later-callee) #'list) (caller)) '(:third (1)))
(check "N22 a function not known when compiling" (progn (setf (symbol-function (intern "MADE-LATER" "FUNCTIONS")) (lambda (x) (* x 2))) (funcall 'made-later 21)) 42)
(check "N22 a setf function redefined" (progn (setf (fdefinition '(setf place)) (lambda (new x) (list :redefined new x))) (setf (place 1) 2)) '(:redefined 2 1))
(check "N22 a function of another module redefined"
       (let ((old #'hide))
         (unwind-protect (progn (setf (symbol-function 'hide) (lambda (x) (list :wrapped x))) (list (hide 1) (funcall old 1)))
           (setf (symbol-function 'hide) old)))
       '((:wrapped 1) 1))
(check "N22 a function defined inside a function"
       (progn (defun definer (n) (defun defined-inside () n)) (definer 1) (let ((first (funcall 'defined-inside))) (definer 2) (list first (funcall 'defined-inside))))
       '(1 2))
(check "N22 a function in a closure shares a variable"
       (progn (let ((n 0)) (defun tick () (incf n)) (defun tock () (decf n))) (list (funcall 'tick) (funcall 'tick) (funcall 'tock))) '(1 2 1))

;;; N23: labels and flet see outer variables and siblings; functions have an implicit block.

(check "N23 mutual recursion that captures"
       (let ((steps 0) (limit 10))
         (labels ((even (n) (incf steps) (if (> n limit) :limit (if (= n 0) t (odd (1- n))))) (odd (n) (incf steps) (if (= n 0) nil (even (1- n)))))
           (list (even 10) (even 7) (odd 3) (even 11) (mapcar #'even '(1 2 3)) steps)))
       '(t nil t :limit (nil t nil) 33))
(check "N23 labels visible in nested lambdas and passed on"
       (labels ((walk (tree visit) (if (consp tree) (progn (walk (car tree) visit) (walk (cdr tree) visit)) (when tree (funcall visit tree))))
                (collect (tree) (let ((result '())) (walk tree (lambda (x) (push x result))) (nreverse result)))
                (twice (f) (lambda (x) (funcall f (funcall f x)))))
         (list (collect '(1 (2 (3) 4) 5)) (funcall (twice #'list) 1) (mapcar (lambda (tree) (collect tree)) '((1) (2 (3))))))
       '((1 2 3 4 5) ((1)) ((1) (2 3))))
(check "N23 flet does not see itself, labels does"
       (flet ((f (x) (list :outer x))) (list (flet ((f (x) (if (zerop x) :inner (f (1- x))))) (f 2)) (labels ((f (x) (if (zerop x) :inner (f (1- x))))) (f 2))))
       '((:outer 1) :inner))
(check "N23 local functions that escape"
       (let ((fs (let ((n 0)) (labels ((up () (incf n) #'down) (down () (decf n 10) #'up) (value () n)) (list #'up #'value)))))
         (funcall (funcall (funcall (first fs)))) (funcall (second fs)))
       -8)
(defun early-exit (x) (dolist (y x :none) (when (evenp y) (return-from early-exit (list :even y)))))
(defun (setf with-block) (new) (return-from with-block (list :left new)))
(check "N23 return-from own name" (list (early-exit '(1 3 4 5)) (early-exit '(1 3)) (setf (with-block) 1)) '((:even 4) :none (:left 1)))
(check "N23 return-from the name of a local function"
       (list (flet ((f (x) (mapc (lambda (y) (when (> y 2) (return-from f y))) x) :none)) (list (f '(1 2 3 4)) (f '(1))))
             (labels ((g (x) (if (> x 3) (return-from g (list x)) (list x (g (1+ x)))))) (g 0)))
       '((3 :none) (0 (1 (2 (3 (4)))))))
(check "N23 the innermost of blocks with the same name"
       (labels ((f (n) (if (= n 0) (return-from f :bottom) (list n (f (1- n)))))) (f 3)) '(3 (2 (1 :bottom))))
(check "N23 a recursion with a closure over each level"
       (labels ((collect (n) (if (= n 0) '() (cons (lambda () (incf n)) (collect (1- n)))))) (let ((fs (collect 3))) (list (mapcar #'funcall fs) (mapcar #'funcall fs))))
       '((4 3 2) (5 4 3)))
(check "N23 local functions with every kind of parameter"
       (let ((x 1)) (labels ((f (a &optional (b (g a)) &key (c (lambda () (list a b x)))) (funcall c)) (g (y) (+ y x 10))) (list (f 5) (f 5 6) (f 5 6 :c (lambda () (incf x))) x)))
       '((5 16 1) (5 6 1) 2 2))
(check "N23 macrolet inside labels inside flet"
       (flet ((h (x) (* 2 x))) (labels ((k (x) (macrolet ((twice (form) `(list ,form ,form))) (twice (h x))))) (k 4))) '(8 8))
(check "N23 functions and variables are separate names" (let ((list 5)) (flet ((five (list) (list list list))) (list list (five 1) (let ((five 2)) (five five))))) '(5 (1 1) (2 2)))
(check "N23 a declaration of inline and notinline" (flet ((f (x) (1+ x))) (declare (inline f)) (list (f 1) (locally (declare (notinline f)) (f 2)) (mapcar #'f '(1 2)))) '(2 3 (2 3)))

(check "N23 direct calls of local functions with a rest parameter"
       (flet ((f (a &optional (b 2 b-p) &rest c) (list a b b-p c)) (g (&rest all) all))
         (list (f 1) (f 1 3) (f 1 3 4 5) (g) (g 1 (g 2 3))))
       '((1 2 nil ()) (1 3 t ()) (1 3 t (4 5)) () (1 (2 3))))
(check "N23 the arguments of such calls are evaluated in order"
       (let ((trace '())) (flet ((f (&optional a &rest b) (list a b)) (note (x) (push x trace) x)) (list (f (note 1) (note 2) (note 3)) (reverse trace)))) '((1 (2 3)) (1 2 3)))
(check "N23 functions named NIL" (list (flet ((nil () 'a)) (nil)) (flet (((setf nil) (new x) (list new x))) (setf (nil 1) 2)) (macrolet ((nil (x) `'(,x))) (nil b))) '(a (2 1) (b)))

(check "PSETQ of symbol macros is PSETF"
       (let ((v (vector 0 1 2 3 4)) (i 0)) (symbol-macrolet ((x (aref v (incf i))) (y (aref v (incf i)))) (psetq x (list i) y (list i))) (list v i)) '(#(0 (1) (2) 3 4) 2))
(check "a lambda form that is called may have its documentation between declarations"
       ((lambda (x y) (declare (ignore x)) "documentation" (declare (ignore y)) "value") 1 2) "value")
(defun first-of (list) (car list))
(defsetf first-of (list) (new) "Documentation." (return-from first-of `(setf (car ,list) ,new)))
(define-setf-expander head-of (list) (let ((new (gensym))) (return-from head-of (values '() '() (list new) `(setf (car ,list) ,new) `(car ,list)))))
(check "setf expanders are in a block of their name" (let ((x (list 1 2))) (list (setf (first-of x) 3) (copy-list x) (setf (head-of x) 4) x)) '(3 (3 2) 4 (4 2)))

(end-checks 360)
