;;;; CLOS: classes, instances, generic functions, methods and what happens when they are defined again.

(defpackage "CLOS-CHECKS" (:use "COMMON-LISP" "CHECKS"))
(in-package "CLOS-CHECKS")

(defvar *log* '() "What the methods did, the latest first.")

(defun note (x)
  (push x *log*)
  x)

(defmacro logged (&body body)
  "The values of BODY in a list, behind what was noted meanwhile."
  `(let* ((*log* '()) (values (multiple-value-list (progn ,@body))))
     (list (reverse *log*) values)))

;;; N49: method bodies do what they say, calls dispatch at run time, instances are built; four classes, redefinition.

(defclass account () ((owner :initarg :owner :reader owner) (balance :initarg :balance :initform 0 :accessor balance)))
(defclass savings (account) ((rate :initarg :rate :initform 2 :accessor rate)))
(defclass checking (account) ((limit :initarg :limit :initform 100 :accessor limit)))
(defclass premium (savings checking) ((bonus :initform 7 :reader bonus)))
(defvar *accounts*
  (list (make-instance 'account :owner "a" :balance 10) (make-instance 'savings :owner "b" :balance 20 :rate 3)
        (make-instance 'checking :owner "c") (make-instance 'premium :owner "d" :balance 40 :limit 5)))
(defgeneric deposit (account amount))
(defmethod deposit ((account account) amount)
  (note (list :deposit amount))
  (incf (balance account) amount))
(defmethod deposit ((account checking) amount)
  (note :checking)
  (call-next-method account (- amount 1)))
(defmethod deposit :before ((account savings) amount)
  (note (list :before (* amount (rate account)))))
(defun deposit-all (amount)
  (logged (values-list (mapcar (lambda (account) (deposit account amount)) *accounts*))))
(check "N49 slots of four classes"
       (list (mapcar #'owner *accounts*) (mapcar #'balance *accounts*) (rate (second *accounts*)) (limit (third *accounts*))
             (rate (fourth *accounts*)) (limit (fourth *accounts*)) (bonus (fourth *accounts*)))
       '(("a" "b" "c" "d") (10 20 0 40) 3 100 2 5 7))
(check "N49 methods with side effects" (deposit-all 10)
       '(((:deposit 10) (:before 30) (:deposit 10) :checking (:deposit 9) (:before 20) :checking (:deposit 9)) (20 30 9 49)))
(defmethod deposit ((account account) amount)
  (note (list :redefined amount))
  (incf (balance account) (* 2 amount)))
(check "N49 a method is redefined" (deposit-all 1)
       '(((:redefined 1) (:before 3) (:redefined 1) :checking (:redefined 0) (:before 2) :checking (:redefined 0)) (22 32 9 49)))
(defvar *account-class* (find-class 'account))
(defclass account () ((balance :initarg :balance :initform 0 :accessor balance) (currency :initform :eur :reader currency)))
(check "N49 a class is redefined: identity and values stay"
       (list (eq *account-class* (find-class 'account)) (eq (class-of (first *accounts*)) *account-class*)
             (mapcar #'balance *accounts*) (mapcar #'currency *accounts*)
             (slot-exists-p (first *accounts*) 'owner) (limit (fourth *accounts*)))
       '(t t (22 32 9 49) (:eur :eur :eur :eur) nil 5))
(signals "N49 the reader of a removed slot has no method" (owner (first *accounts*)) error)
(check "N49 methods still apply after that" (second (deposit-all 1)) '(24 34 9 49))

;;; DEFCLASS: slots and options.  CLHS 7.7.

(check "row 7 defclass returns the class"
       (let ((class (defclass returned () ()))) (list (eq class (find-class 'returned)) (class-name class))) '(t returned))
(defvar *forms* 0)
(defclass full ()
  ((a :initarg :a :initarg :alpha :initform (incf *forms*) :reader full-a :reader full-a2 :writer set-a :writer (setf full-a3)
      :accessor full-a4 :type integer :documentation "the first")
   (b :accessor full-b)
   (c :allocation :class :initform (list 0) :accessor full-c)
   (d :allocation :instance :initarg :d)
   e)
  (:default-initargs :d (note :default))
  (:documentation "everything"))
(check "row 7 readers, writers and accessors"
       (let ((x (make-instance 'full :alpha 5)))
         (list (full-a x) (full-a2 x) (set-a 6 x) (full-a x) (setf (full-a3 x) 7) (full-a x) (incf (full-a4 x) 2) (slot-value x 'a)
               (setf (full-b x) 1) (full-b x)))
       '(5 5 6 6 7 7 9 9 1 1))
(check "row 7 an initform is evaluated only when it is needed"
       (let ((*forms* 10)) (list (full-a (make-instance 'full :a 1)) *forms* (full-a (make-instance 'full)) *forms*)) '(1 10 11 11))
(check "row 7 the first initarg counts" (full-a (make-instance 'full :a 1 :alpha 2 :a 3)) 1)
(check "row 7 a default initarg" (logged (values (slot-value (make-instance 'full) 'd) (slot-value (make-instance 'full :d 3) 'd)))
       '((:default) (:default 3)))
(check "row 7 default initargs are closures"
       (let ((n 5))
         (eval '(defclass default-global () ((x :initarg :x)) (:default-initargs :x (incf *forms*))))
         (let ((*forms* n)) (list (slot-value (make-instance 'default-global) 'x) *forms*)))
       '(6 6))
(check "row 7 initforms see their lexical environment"
       (let ((n 0))
         (defclass closing () ((x :initform (incf n) :reader closing-x)) (:default-initargs))
         (list (closing-x (make-instance 'closing)) (closing-x (make-instance 'closing)) n))
       '(1 2 2))
(check "row 7 a shared slot"
       (let ((x (make-instance 'full)) (y (make-instance 'full)))
         (setf (full-c x) 3)
         (list (full-c y) (slot-value y 'c) (full-c (make-instance 'full)) (slot-boundp x 'c)))
       '(3 3 3 t))
(defclass sharing (full) ())
(defclass unsharing (full) ((c :initform :own)))
(check "row 7 a shared slot is that of the class that defines it"
       (let ((x (make-instance 'sharing)) (y (make-instance 'unsharing)) (z (make-instance 'full)))
         (setf (full-c x) 4)
         (setf (full-c y) 5)
         (list (full-c x) (full-c y) (full-c z) (full-c (make-instance 'unsharing))))
       '(4 5 4 :own))
(defclass counted () ((count :allocation :class :initarg :count :initform 1 :accessor counted-count)))
(check "row 7 an initarg of a shared slot"
       (list (counted-count (make-instance 'counted)) (counted-count (make-instance 'counted :count 8)) (counted-count (make-instance 'counted)))
       '(1 8 8))
(check "row 7 bound, unbound"
       (let ((x (make-instance 'full :a 1)))
         (list (slot-boundp x 'a) (slot-boundp x 'b) (slot-boundp x 'e) (eq x (slot-makunbound x 'a)) (slot-boundp x 'a)
               (slot-exists-p x 'e) (slot-exists-p x 'zz) (setf (slot-value x 'e) nil) (slot-boundp x 'e)))
       '(t nil nil t nil t nil nil t))
(check "row 7 an unbound slot is an error that knows it"
       (let ((x (make-instance 'full)))
         (flet ((ask (function)
                  (handler-case (funcall function x)
                    (unbound-slot (c) (list (cell-error-name c) (eq (unbound-slot-instance c) x))))))
           (list (ask #'full-b) (ask (lambda (x) (slot-value x 'e))) (ask (lambda (x) (with-slots (b) x b))))))
       '((b t) (e t) (b t)))
(signals "row 7 a missing slot" (slot-value (make-instance 'full) 'nothing) error)
(signals "row 7 a missing slot is not set" (setf (slot-value (make-instance 'full) 'nothing) 1) error)
(signals "row 7 an unknown class" (make-instance (hide 'no-such-class)) error)
(signals "row 7 an unknown class, by name" (find-class 'no-such-class) error)
(check "row 7 an unknown class, no error" (find-class 'no-such-class nil) nil)
(signals "row 7 an unknown initarg" (make-instance 'full :nothing 1) error)
(signals "row 7 an odd number of initargs" (apply #'make-instance (hide '(full :a))) error)
(check "row 7 :allow-other-keys in make-instance" (full-a (make-instance 'full :a 3 :nothing 1 :allow-other-keys t)) 3)
(signals "row 7 two slots of one name" (eval '(defclass twice () ((a) a))) program-error)
(signals "row 7 two options :initform" (eval '(defclass twice () ((a :initform 1 :initform 2)))) program-error)
(signals "row 7 two default initargs of one name" (eval '(defclass twice () ((a :initarg :a)) (:default-initargs :a 1 :a 2))) program-error)
(signals "row 7 two options :documentation" (eval '(defclass twice () () (:documentation "a") (:documentation "b"))) program-error)
(signals "row 7 an unknown class option" (eval '(defclass twice () () (:nothing 1))) error)
(signals "row 7 an unknown slot option" (eval '(defclass twice () ((a :nothing 1)))) error)
(signals "row 7 a built-in superclass" (progn (eval '(defclass from-integer (integer) ())) (make-instance 'from-integer)) error)
(defclass merged-1 () ((a :initarg :a1 :initform 1 :accessor a1) (b :initarg :b1)))
(defclass merged-2 (merged-1) ((a :initarg :a2 :accessor a2) (b :initform 5 :reader b2)))
(check "row 7 slots of one name are one slot"
       (let ((x (make-instance 'merged-2)) (y (make-instance 'merged-2 :a1 3 :b1 4)) (z (make-instance 'merged-2 :a2 6)))
         (list (a1 x) (a2 x) (b2 x) (a1 y) (a2 y) (b2 y) (a1 z) (incf (a1 z)) (a2 z)))
       '(1 1 5 3 3 4 6 7 7))
(defclass defaults-1 () ((x :initarg :x :reader x-of) (y :initarg :y :reader y-of)) (:default-initargs :x 1 :y (note :y1)))
(defclass defaults-2 (defaults-1) () (:default-initargs :y (note :y2)))
(check "row 7 the most specific default initarg"
       (logged (let ((x (make-instance 'defaults-2)) (y (make-instance 'defaults-2 :y 3))) (values (x-of x) (y-of x) (y-of y))))
       '((:y2) (1 :y2 3)))
(check "row 7 with-slots"
       (let ((x (make-instance 'full :a 1)))
         (with-slots (a (second b) e) x
           (setf second (+ a 10))
           (incf a)
           (psetf a second second a)
           (list a second (full-a x) (full-b x) (slot-boundp x 'e))))
       '(11 2 11 2 nil))
(check "row 7 with-accessors"
       (let ((x (make-instance 'full :a 1)))
         (with-accessors ((a full-a4) (b full-b)) x
           (declare (ignorable b))
           (setf b (list a))
           (push 2 b)
           (incf a)
           (list a b (full-b x))))
       '(2 (2 1) (2 1)))
(check "row 7 with-slots evaluates the instance once"
       (let ((n 0)) (list (with-slots (a) (progn (incf n) (make-instance 'full :a 1)) (incf a) (incf a)) n)) '(3 1))
(check "row 7 slots of structures and conditions"
       (progn
         (eval '(defstruct plain-structure p (q 2)))
         (eval '(define-condition plain-condition (error) ((r :initarg :r))))
         (let ((s (funcall 'make-plain-structure :p 1)) (c (make-condition 'plain-condition :r 3)))
           (setf (slot-value s 'p) 9)
           (list (slot-value s 'p) (slot-value s 'q) (slot-value c 'r) (slot-boundp s 'p) (slot-exists-p c 'zz))))
       '(9 2 3 t nil))

;;; Class precedence lists.  CLHS 4.3.5.

(defun precedence (&rest definitions)
  "The classes, defined by the list (name . superclasses), in the order in which their methods apply to the first's instances."
  (dolist (definition (reverse definitions))
    (eval `(defclass ,(first definition) ,(rest definition) ())))
  (fmakunbound 'precedence-names)
  (eval '(defgeneric precedence-names (x) (:method-combination append)))
  (dolist (definition definitions)
    (eval `(defmethod precedence-names append ((x ,(first definition))) (list ',(first definition)))))
  (funcall 'precedence-names (make-instance (first (first definitions)))))

(check "row 7 the pie of CLHS 4.3.5.2"
       (precedence '(pie apple cinnamon) '(apple fruit) '(cinnamon spice) '(fruit food) '(spice food) '(food))
       '(pie apple fruit cinnamon spice food))
(signals "row 7 orders that contradict (4.3.5.2)"
         (progn (precedence '(new-class fruit-2 apple-2) '(apple-2 fruit-2) '(fruit-2)) (make-instance 'new-class)) error)
(check "row 7 the pie and the pastry"
       (list (precedence '(pie-3 apple-3 cinnamon-3) '(pastry-3 cinnamon-3 apple-3) '(apple-3) '(cinnamon-3))
             (precedence '(pastry-4 cinnamon-4 apple-4) '(pie-4 apple-4 cinnamon-4) '(apple-4) '(cinnamon-4)))
       '((pie-3 apple-3 cinnamon-3) (pastry-4 cinnamon-4 apple-4)))
(check "row 7 a diamond" (precedence '(bottom left right) '(left top) '(right top) '(top)) '(bottom left right top))
(check "row 7 a diamond with a shortcut" (precedence '(d-e d-c d-a d-b) '(d-c d-a) '(d-b d-x) '(d-a d-x) '(d-x)) '(d-e d-c d-a d-b d-x))
(check "row 7 a lattice"
       (precedence '(l-h l-f l-g) '(l-f l-c l-d) '(l-g l-d l-e) '(l-c l-a l-b) '(l-d l-b) '(l-e l-b l-z) '(l-z) '(l-b) '(l-a))
       '(l-h l-f l-c l-a l-g l-d l-e l-b l-z))
(signals "row 7 a class cannot inherit from itself" (progn (eval '(defclass own-parent (own-parent) ())) (make-instance 'own-parent)) error)
(signals "row 7 a cycle"
         (progn (eval '(defclass cycle-1 () ())) (eval '(defclass cycle-2 (cycle-1) ()))
                (eval '(defclass cycle-1 (cycle-2) ())) (make-instance 'cycle-1))
         error)
(signals "row 7 a superclass given twice" (progn (eval '(defclass double-super (account account) ())) (make-instance 'double-super)) error)
(signals "row 7 a superclass that is not defined"
         (progn (eval '(defclass orphan (not-yet-defined) ((x :initform 1)))) (make-instance 'orphan)) error)
(check "row 7 the superclass is defined later"
       (progn
         (eval '(defclass forward-child (forward-parent) ((x :initform 1 :initarg :x))))
         (eval '(defclass forward-grandchild (forward-child) ((z :initform 3))))
         (eval '(defclass forward-parent () ((y :initform 2))))
         (let ((x (make-instance 'forward-child)) (z (make-instance 'forward-grandchild)))
           (list (slot-value x 'x) (slot-value x 'y) (slot-value z 'y) (slot-value z 'z) (typep x 'forward-parent)
                 (subtypep 'forward-grandchild 'forward-parent))))
       '(1 2 2 3 t t))
(check "row 7 types"
       (let ((x (make-instance 'premium)))
         (list (typep x 'premium) (typep x 'account) (typep x (find-class 'checking)) (typep x 'standard-object) (typep x t)
               (typep x 'structure-object) (typep 3 'premium) (type-of x) (class-name (class-of x))
               (typecase x (cons 1) (full 2) (checking 3) (t 4)) (typep x '(and savings (not full)))
               (typep (first *accounts*) 'premium)))
       '(t t t t t nil nil premium premium 3 t nil))
(check "row 7 subtypes"
       (mapcar (lambda (pair) (multiple-value-list (subtypep (first pair) (second pair))))
               (list '(premium account) '(account premium) '(premium standard-object) '(standard-object t) '(full account)
                     (list (find-class 'premium) 'checking) '(nil full) '(standard-class class) '(account cons)))
       '((t t) (nil t) (t t) (t t) (nil t) (t t) (t t) (t t) (nil t)))

;;; Making, initializing and updating instances.  CLHS 7.1 to 7.3.

(defclass base () ((a :initarg :a :initform 1 :accessor a) (b :initarg :b :accessor b)))
(defclass derived (base) ((c :initarg :c :initform 3 :accessor c)) (:default-initargs :b 20))
(check "row 7 make-instance of a class object, a name, a computed name"
       (list (a (make-instance (find-class 'base))) (a (make-instance (hide 'base) :a 5)) (b (apply #'make-instance 'derived '(:a 4))))
       '(1 5 20))
(defmethod initialize-instance :before ((x base) &key a) (note (list :before-base a (slot-boundp x 'a))))
(defmethod initialize-instance :after ((x base) &key ((:b other)) extra) (note (list :after-base other (slot-boundp x 'a) extra)))
(defmethod initialize-instance :before ((x derived) &rest initargs) (note (list* :before-derived initargs)))
(defmethod initialize-instance :after ((x derived) &key) (setf (c x) (list :after (c x))))
(defmethod initialize-instance :around ((x derived) &key (b 7))
  (note (list :around b))
  (values (call-next-method) (note :around-left)))
(check "row 7 initialize-instance: before, after, around"
       (logged (let ((x (make-instance 'derived :a 5 :extra 9))) (list (a x) (b x) (c x))))
       '(((:around 20) (:before-derived :a 5 :extra 9 :b 20) (:before-base 5 nil) (:after-base 20 t 9) :around-left) ((5 20 (:after 3)))))
(signals "row 7 an initarg that only methods of a subclass take" (make-instance 'base :c 1) error)
(check "row 7 an initarg that a method takes" (logged (b (make-instance 'base :extra 1 :b 2)))
       '(((:before-base nil nil) (:after-base 2 t 1)) (2)))
(defclass open-class () ((a :initarg :a :reader a)))
(defmethod initialize-instance :after ((x open-class) &key &allow-other-keys) x)
(check "row 7 &allow-other-keys in a method" (a (make-instance 'open-class :nonsense 1 :a 2)) 2)
(defclass shared-init () ((a :initarg :a :initform 1 :reader a) (b :initarg :b :initform 2 :reader b)))
(defmethod shared-initialize :after ((x shared-init) slot-names &key via) (note (list slot-names via (a x) (b x))))
(check "row 7 shared-initialize" (logged (progn (make-instance 'shared-init :a 10 :via 5) (values)))
       '(((t 5 10 2)) ()))
(check "row 7 reinitialize-instance leaves the initforms alone"
       (let ((x (make-instance 'shared-init :a 10)))
         (slot-makunbound x 'b)
         (setf (slot-value x 'b) 7)
         (logged (let ((y (reinitialize-instance x :a 11 :via 6))) (values (eq x y) (a x) (b x)))))
       '(((() 6 11 7)) (t 11 7)))
(signals "row 7 an unknown initarg of reinitialize-instance" (reinitialize-instance (make-instance 'shared-init) :nothing 1) error)
(check "row 7 shared-initialize of some slots"
       (let ((x (allocate-instance (find-class 'base))))
         (list (slot-boundp x 'a) (eq x (shared-initialize x '(b))) (slot-boundp x 'a) (progn (shared-initialize x '(a) :b 4) (a x)) (b x)))
       '(nil t nil 1 4))
(check "row 7 an initialize-instance that passes other arguments"
       (progn
         (defclass passing () ((a :initarg :a :reader a) (b :initarg :b :initform :no :reader b)))
         (defmethod initialize-instance ((x passing) &rest initargs &key a)
           (apply #'call-next-method x :b (list a) :a 0 initargs))
         (let ((x (make-instance 'passing :a 5))) (list (a x) (b x))))
       '(0 (5)))
(check "row 7 a method on make-instance"
       (progn
         (defclass only-one () ())
         (let ((one nil))
           (defmethod make-instance :around ((class (eql (find-class 'only-one))) &key)
             (or one (setf one (call-next-method)))))
         (list (eq (make-instance 'only-one) (make-instance 'only-one)) (typep (make-instance (find-class 'only-one)) 'only-one)))
       '(t t))
(check "row 7 an instance in its own slots" 
       (let ((x (make-instance 'base :a 1))) (setf (a x) x) (eq (a (a x)) x)) t)
(check "row 7 make-instance after a new method of initialize-instance"
       (flet ((make () (logged (a (make-instance 'late-init :a 1)))))
         (defclass late-init () ((a :initarg :a :accessor a)))
         (let ((first (make)))
           (defmethod initialize-instance :after ((x late-init) &key) (incf (a x) (note 10)))
           (list first (make))))
       '((() (1)) ((10) (11))))
(check "row 7 an exit from initialize-instance"
       (progn
         (defclass leaving () ())
         (defmethod initialize-instance :after ((x leaving) &key) (throw 'leave :left))
         (catch 'leave (make-instance 'leaving)))
       :left)

;;; CHANGE-CLASS

(defclass caterpillar () ((name :initarg :name :accessor name) (legs :initform 16 :accessor legs) (leaf :initform :green)
                          (both :allocation :class :initform :caterpillars)))
(defclass butterfly () ((wings :initarg :wings :initform 4 :reader wings) (name :initarg :name :initform "no" :accessor name) (legs :initform 6 :accessor legs)
                        (both :initform :own :reader both)))
(defmethod update-instance-for-different-class :before ((old caterpillar) (new butterfly) &key speed)
  (note (list (class-name (class-of old)) (class-name (class-of new)) (slot-value old 'leaf) (slot-boundp new 'wings) speed)))
(check "row 7 change-class"
       (let ((x (make-instance 'caterpillar :name "x")) (y (make-instance 'caterpillar :name "y")))
         (setf (legs y) 5)
         (slot-makunbound x 'legs)
         (list (logged (eq x (change-class x 'butterfly :speed 3)))
               (name x) (slot-boundp x 'legs) (wings x) (both x) (type-of x) (typep x 'caterpillar) (slot-exists-p x 'leaf)
               (logged (wings (change-class y (find-class 'butterfly) :wings 2 :name "z"))) (name y) (legs y)))
       '((((caterpillar butterfly :green nil 3)) (t)) "x" nil 4 :caterpillars butterfly nil nil
         (((caterpillar butterfly :green nil nil)) (2)) "z" 5))
(signals "row 7 change-class with an unknown initarg" (change-class (make-instance 'caterpillar) 'butterfly :nothing 1) error)
(signals "row 7 change-class to an unknown class" (change-class (make-instance 'caterpillar) (hide 'no-such-class)) error)
(signals "row 7 a number cannot change its class" (change-class (hide 3) 'butterfly) error)
(defgeneric kind (x))
(defmethod kind ((x caterpillar)) :crawls)
(defmethod kind ((x butterfly)) :flies)
(check "row 7 dispatch follows change-class"
       (let ((x (make-instance 'caterpillar :name 1)) (table (make-hash-table :test #'eq)) (results '()))
         (setf (gethash x table) :found)
         (dotimes (i 2)
           (push (kind x) results)
           (change-class x 'butterfly)
           (push (kind x) results)
           (push (gethash x table) results)
           (change-class x 'caterpillar))
         (reverse results))
       '(:crawls :flies :found :crawls :flies :found))
(check "row 7 change-class of an object with a method of its own"
       (let ((x (make-instance 'caterpillar :name 1)))
         (eval `(defmethod kind ((y (eql ,x))) (list :this (call-next-method))))
         (let ((first (kind x))) (change-class x 'butterfly) (list first (kind x))))
       '((:this :crawls) (:this :flies)))

;;; Redefinition of classes.  CLHS 4.3.6.

(defclass part () ((kept :initarg :kept :accessor kept) (gone :initarg :gone :initform 5) (turned :initform :local :accessor turned)
                   (other :allocation :class :initform :shared :accessor other)))
(defclass small-part (part) ((own :initform :own :reader own)))
(defvar *part* (make-instance 'part :kept 1 :gone 2))
(defvar *small* (make-instance 'small-part :kept 3))
(defmethod update-instance-for-redefined-class :after ((x part) added discarded plist &key)
  (note (list (sort (copy-list added) #'string<) (sort (copy-list discarded) #'string<) (getf plist 'gone) (getf plist 'turned))))
(defgeneric summary (x))
(defmethod summary ((x part)) (list (kept x) (turned x) (other x)))
(check "row 7 before the redefinition" (list (summary *part*) (summary *small*)) '((1 :local :shared) (3 :local :shared)))
(setf (turned *part*) :mine)
(defclass part () ((new :initform (note :initform) :reader new) (kept :initarg :kept :accessor kept)
                   (turned :allocation :class :initform :class :accessor turned) (other :initform :local :accessor other)))
(check "row 7 added, removed, shared slots"
       (logged (list (summary *part*) (summary *small*) (new *part*) (slot-exists-p *part* 'gone)))
       '((:initform ((new) (gone turned) 2 :mine) :initform ((new) (gone turned) 5 :local))
         (((1 :class :shared) (3 :class :shared) :initform nil))))
(check "row 7 an instance is updated once" (logged (summary *part*) (own *small*)) '(() (:own)))
(check "row 7 what the new class says holds for new instances"
       (logged (let ((x (make-instance 'small-part :kept 0))) (setf (turned x) :changed) (list (summary x) (turned *part*))))
       '((:initform) (((0 :changed :local) :changed))))
(signals "row 7 an initarg that is gone" (make-instance 'part :gone 1) error)
(check "row 7 other superclasses"
       (progn
         (defclass first-super () ((s :initform 1 :reader s)))
         (defclass second-super () ((tt :initform 2 :reader tt)))
         (defclass moving (first-super) ((m :initform 0 :reader m)))
         (defmethod summary ((x first-super)) :first)
         (defmethod summary ((x second-super)) :second)
         (let* ((x (make-instance 'moving)) (before (list (summary x) (s x) (typep x 'first-super))))
           (defclass moving (second-super) ((m :initform 0 :reader m)))
           (list before (summary x) (tt x) (slot-exists-p x 's) (typep x 'first-super) (typep x 'second-super) (m x))))
       '((:first 1 t) :second 2 nil nil t 0))
(check "row 7 a superclass gets a superclass"
       (progn
         (defclass upper () ())
         (defclass middle () ())
         (defclass lower (middle) ((v :initform 1 :reader v)))
         (defmethod summary ((x upper)) :upper)
         (defmethod summary ((x lower)) (list :lower (next-method-p) (if (next-method-p) (call-next-method) nil)))
         (let* ((x (make-instance 'lower)) (before (summary x)))
           (defclass middle (upper) ((w :initform 2 :reader w)))
           (list before (summary x) (v x) (w x) (typep x 'upper))))
       '((:lower nil nil) (:lower t :upper) 1 2 t))
(check "row 7 a new initform, new default initargs"
       (progn
         (defclass refreshed () ((x :initform 1 :initarg :x :reader x)))
         (flet ((make () (x (make-instance 'refreshed))))
           (let ((one (make)) (kept (make-instance 'refreshed)))
             (defclass refreshed () ((x :initform 2 :initarg :x :reader x)))
             (let ((two (make)))
               (defclass refreshed () ((x :initform 2 :initarg :x :reader x)) (:default-initargs :x 3))
               (list one two (make) (x kept))))))
       '(1 2 3 1))
(check "row 7 make-instances-obsolete"
       (progn
         (defclass obsolete () ((x :initform 1 :accessor x)))
         (let ((instance (make-instance 'obsolete)))
           (defmethod update-instance-for-redefined-class :before ((x obsolete) added discarded plist &key) (note (list added discarded plist)))
           (setf (x instance) 5)
           (list (eq (make-instances-obsolete (find-class 'obsolete)) (find-class 'obsolete)) (logged (x instance)) (make-instances-obsolete 'obsolete))))
       '(t (((() () ())) (5)) obsolete))
(check "row 7 a failed redefinition changes nothing"
       (let ((x (make-instance 'refreshed)))
         (list (handler-case (progn (eval '(defclass refreshed () (x x))) :defined) (error () :refused)) (x x)))
       '(:refused 3))
(check "row 7 redefined within a method of the instance"
       (progn
         (defclass within () ((a :initform 1 :accessor a)))
         (defgeneric redefine (x))
         (defmethod redefine ((x within))
           (let ((before (a x)))
             (eval '(defclass within () ((z :initform 26) (a :initform 1 :accessor a))))
             (list before (a x) (slot-value x 'z) (setf (a x) 9) (a x))))
         (let ((x (make-instance 'within))) (list (redefine x) (redefine x))))
       '((1 1 26 9 9) (9 9 26 9 9)))
(check "row 7 redefined with a superclass that is not defined yet"
       (progn
         (defclass waiting () ((a :initform 1 :reader waiting-a)))
         (eval '(defclass waiting (not-there-yet) ((a :initform 1 :reader waiting-a))))
         (let ((made (handler-case (progn (make-instance 'waiting) :made) (error () :refused))))
           (eval '(defclass not-there-yet () ((b :initform 2 :reader waiting-b))))
           (let ((x (make-instance 'waiting))) (list made (waiting-a x) (funcall 'waiting-b x)))))
       '(:refused 1 2))
(check "row 7 names and classes"
       (let ((class (find-class 'upper)))
         (setf (find-class 'another-name) class)
         (prog1 (list (eq (find-class 'another-name) class) (class-name class) (typep (make-instance 'another-name) 'upper)
                      (progn (setf (find-class 'another-name) nil) (find-class 'another-name nil))
                      (progn (setf (class-name class) 'renamed) (class-name class)))
           (setf (class-name class) 'upper)))
       '(t upper t nil renamed))

;;; Generic functions and methods: specializers, their order, lambda lists.  CLHS 7.6.

(defgeneric what (x) (:documentation "what x is"))
(defmethod what (x) (declare (ignore x)) '(t))
(macrolet ((define (&rest classes)
             `(progn ,@(mapcar (lambda (class) `(defmethod what ((x ,class)) (cons ',class (call-next-method)))) classes))))
  (define symbol list null cons number real rational integer ratio float single-float double-float complex character sequence array
          vector string bit-vector function generic-function hash-table package pathname stream random-state readtable
          structure-object standard-object class standard-class built-in-class method condition error arithmetic-error))
(defstruct upper-part x)
(defstruct (lower-part (:include upper-part)) y)
(define-condition trouble-1 () ())
(define-condition trouble-2 (error) ())
(define-condition trouble-3 (trouble-1 arithmetic-error trouble-2) ())
(defmethod what ((x upper-part)) (cons 'upper-part (call-next-method)))
(defmethod what ((x lower-part)) (cons 'lower-part (call-next-method)))
(defmethod what ((x trouble-1)) (cons 'trouble-1 (call-next-method)))
(defmethod what ((x trouble-2)) (cons 'trouble-2 (call-next-method)))
(check "row 7 methods on numbers"
       (mapcar #'what (list 1 (expt 10 40) 1/2 1.5 1d0 #c(1 2)))
       '((integer rational real number t) (integer rational real number t) (ratio rational real number t)
         (single-float float real number t) (double-float float real number t) (complex number t)))
(check "row 7 methods on symbols, lists and characters"
       (mapcar #'what (list nil 'a :b '(1) #\a t))
       '((null symbol list sequence t) (symbol t) (symbol t) (cons list sequence t) (character t) (symbol t)))
(check "row 7 methods on arrays"
       (mapcar #'what (list "a" (make-array 2 :element-type 'character :fill-pointer 1) (vector 1) (make-array 2 :adjustable t)
                            (make-array '(1 1)) #*01 (make-array 3 :element-type 'bit :fill-pointer 0) (make-array 2 :element-type '(unsigned-byte 8))))
       '((string vector array sequence t) (string vector array sequence t) (vector array sequence t) (vector array sequence t)
         (array t) (bit-vector vector array sequence t) (bit-vector vector array sequence t) (vector array sequence t)))
(check "row 7 methods on functions"
       (mapcar #'what (list #'car (lambda (x) x) (let ((x 1)) (lambda () x))))
       '((function t) (function t) (function t)))
(check "row 7 methods on generic functions and classes"
       (list (subseq (what #'what) 0 2) (not (null (member 'class (what (find-class 'account)))))
             (not (null (member 'standard-class (what (find-class 'account))))) (not (null (member 'built-in-class (what (find-class 'integer)))))
             (not (null (member 'method (what (first (compute-applicable-methods #'what '(1))))))))
       '((generic-function function) t t t t))
(check "row 7 methods on other built-in classes"
       (mapcar (lambda (x) (first (what x)))
               (list (make-hash-table) *package* (pathname "a") *standard-output* (make-string-input-stream "") *random-state* *readtable*))
       '(hash-table package pathname stream stream random-state readtable))
(check "row 7 methods on structures" (mapcar #'what (list (make-upper-part) (make-lower-part)))
       '((upper-part structure-object t) (lower-part upper-part structure-object t)))
(check "row 7 methods on conditions"
       (mapcar #'what (list (make-condition 'trouble-1) (make-condition 'trouble-3) (make-condition 'division-by-zero) (make-condition 'warning)))
       '((trouble-1 condition t) (trouble-1 arithmetic-error trouble-2 error condition t) (arithmetic-error error condition t) (condition t)))
(check "row 7 methods on instances" (list (what (make-instance 'base)) (what (make-instance 'account)))
       '((standard-object t) (standard-object t)))
(check "row 7 class-of and class names"
       (mapcar (lambda (x) (class-name (class-of x))) (list nil 'a '(1) #\a 1.0 1/2 #c(1 2) (make-lower-part) (make-condition (quote trouble-2))))
       '(null symbol cons character single-float ratio complex lower-part trouble-2))

(defgeneric eql-test (x y))
(defmethod eql-test (x y) (list x y))
(defmethod eql-test ((x (eql 1)) y) (declare (ignorable y)) (list :one (call-next-method)))
(defmethod eql-test ((x integer) (y (eql :a))) (list :integer-a (call-next-method)))
(defmethod eql-test ((x (eql 1)) (y (eql (intern "A" "KEYWORD")))) (list :one-a (call-next-method)))
(defmethod eql-test ((x (eql (expt 10 30))) y) (list :big y))
(defmethod eql-test ((x (eql 1.0)) y) (list :float y))
(defmethod eql-test ((x (eql #\a)) y) (list :char y))
(defmethod eql-test ((x (eql nil)) y) (list :nil y))
(defmethod eql-test ((x (eql 'hidden)) y) (list :hidden y))
(check "row 7 eql specializers"
       (list (eql-test 1 :a) (eql-test 1 2) (eql-test 2 :a) (eql-test 2 2) (eql-test (* (expt 10 15) (expt 10 15)) 0) (eql-test 1.0 0)
             (eql-test 1d0 0) (eql-test #\a 0) (eql-test nil 0) (eql-test 'hidden 0) (eql-test '() 1))
       '((:one-a (:one (:integer-a (1 :a)))) (:one (1 2)) (:integer-a (2 :a)) (2 2) (:big 0) (:float 0) (1d0 0) (:char 0) (:nil 0) (:hidden 0) (:nil 1)))
(check "row 7 an eql specializer is evaluated once"
       (let ((n 0))
         (defmethod eql-test ((x (eql (list (incf n)))) y) (list x y))
         (eql-test (list 1) 2)
         n)
       1)

(defgeneric two (x y))
(defmethod two ((x integer) (y integer)) (list :ii (call-next-method)))
(defmethod two ((x integer) y) (list :i- (call-next-method)))
(defmethod two (x (y integer)) (list :-i (call-next-method)))
(defmethod two (x y) (list :-- x y))
(defmethod two ((x number) (y number)) (list :nn (call-next-method)))
(check "row 7 the first argument counts most"
       (list (two 1 2) (two 'a 2) (two 1 'a) (two 1.0 2))
       '((:ii (:i- (:nn (:-i (:-- 1 2))))) (:-i (:-- a 2)) (:i- (:-- 1 a)) (:nn (:-i (:-- 1.0 2)))))
(defgeneric reversed (x y) (:argument-precedence-order y x))
(defmethod reversed ((x integer) y) (list :i- (if (next-method-p) (call-next-method) y)))
(defmethod reversed (x (y integer)) (list :-i (if (next-method-p) (call-next-method) x)))
(check "row 7 argument precedence order" (list (reversed 1 2) (reversed 1 'a) (reversed 'a 1)) '((:-i (:i- 2)) (:i- a) (:-i a)))
(defgeneric many (a b c d e))
(defmethod many (a b c d e) (list a b c d e))
(defmethod many ((a integer) b c d (e integer)) (list :a-e (call-next-method)))
(defmethod many (a b (c symbol) (d null) e) (list :cd (call-next-method)))
(defmethod many ((a (eql 1)) (b string) (c symbol) (d list) (e float)) (list :all (call-next-method)))
(check "row 7 five arguments"
       (list (many 1 2 3 4 5) (many 1 2 nil nil 5) (many 1 "b" 'c '() 5.0) (many 1 "b" 'c '(1) 5.0) (many 0 "b" 'c '() 5.0) (many 1 2 nil nil 5))
       '((:a-e (1 2 3 4 5)) (:a-e (:cd (1 2 nil nil 5))) (:all (:cd (1 "b" c nil 5.0))) (:all (1 "b" c (1) 5.0)) (:cd (0 "b" c nil 5.0))
         (:a-e (:cd (1 2 nil nil 5)))))
(defgeneric third-only (a b c))
(defmethod third-only (a b (c symbol)) (list a b c :symbol))
(defmethod third-only (a b (c string)) (list a b c :string))
(check "row 7 dispatch on the third argument alone" (list (third-only 1 2 'a) (third-only 1 2 "a")) '((1 2 a :symbol) (1 2 "a" :string)))
(defgeneric nobody ())
(defmethod nobody () :nobody)
(check "row 7 no arguments" (nobody) :nobody)

;; Lambda lists and keywords: CLHS 7.6.4, 7.6.5
(defgeneric optionals (x &optional y z))
(defmethod optionals ((x integer) &optional (y (* 2 x) y-p) z) (list x y y-p z))
(defmethod optionals ((x symbol) &optional y (z (list x y) z-p)) (list x y z z-p (length (if (next-method-p) (call-next-method) '()))))
(defmethod optionals ((x null) &optional (y :null) z) (list y z (call-next-method)))
(check "row 7 &optional"
       (list (optionals 1) (optionals 1 5) (optionals 1 5 6) (optionals 'a) (optionals 'a 1 2) (optionals nil) (optionals nil 1))
       '((1 2 nil nil) (1 5 t nil) (1 5 t 6) (a nil (a nil) nil 0) (a 1 2 t 0) (:null nil (nil nil (nil nil) nil 0)) (1 nil (nil 1 (nil 1) nil 0))))
(defgeneric rest-of (x &rest more))
(defmethod rest-of ((x integer) &rest more) (list :integer more (if (next-method-p) (call-next-method) nil)))
(defmethod rest-of ((x number) &rest others) (list :number others))
(defmethod rest-of ((x symbol) &key a (b a) &allow-other-keys) (list x a b))
(check "row 7 &rest"
       (list (rest-of 1) (rest-of 1 2 3) (rest-of 1.5 2) (rest-of 'x :b 1) (rest-of 'x :a 2 :zz 1) (apply #'rest-of 1 '(2)))
       '((:integer nil (:number nil)) (:integer (2 3) (:number (2 3))) (:number (2)) (x nil 1) (x 2 2) (:integer (2) (:number (2)))))
(defgeneric keys (x &key color))
(defmethod keys ((x integer) &key color size) (list :integer color size (call-next-method)))
(defmethod keys ((x number) &key (color :red) ((:weight w) 7 w-p)) (list :number color w w-p))
(defmethod keys ((x symbol) &rest all &key color) (list :symbol color all))
(defmethod keys ((x string) &key color &allow-other-keys) (list :string color))
(check "row 7 keywords of all applicable methods are taken"
       (list (keys 1 :size 2 :weight 3) (keys 1.5 :weight 3 :color :blue) (keys 'a :color 1) (keys "s" :nonsense 1) (keys 1))
       '((:integer nil 2 (:number :red 3 t)) (:number :blue 3 t) (:symbol 1 (:color 1)) (:string nil) (:integer nil nil (:number :red 7 nil))))
(signals "row 7 a keyword of no applicable method" (keys (hide 1.5) :size 2) program-error)
(signals "row 7 an unknown keyword" (keys (hide 'a) :zz 2) program-error)
(check "row 7 :allow-other-keys in a call" (list (keys (hide 1.5) :size 2 :allow-other-keys t) (keys 'a :allow-other-keys t :zz 1))
       '((:number :red 7 nil) (:symbol nil (:allow-other-keys t :zz 1))))
(signals "row 7 an odd number of keyword arguments" (apply #'keys (hide '(1 :color))) program-error)
(defgeneric any-keys (x &key &allow-other-keys))
(defmethod any-keys (x &key a) (list x a))
(check "row 7 the generic function allows other keys" (any-keys 1 :zz 2 :a 3) '(1 3))
(signals "row 7 too few arguments" (funcall (hide #'two) 1) program-error)
(signals "row 7 too many arguments" (funcall (hide #'two) 1 2 3) program-error)
(signals "row 7 too many optional arguments" (funcall (hide #'optionals) 1 2 3 4) program-error)
(macrolet ((incongruent (name &rest method)
             `(signals ,(format nil "row 7 not congruent: ~A" name) (eval '(defmethod ,@method)) error)))
  (incongruent "required parameters" two (x) x)
  (incongruent "optional parameters" optionals (x &optional y) (list x y))
  (incongruent "no &rest" rest-of (x) x)
  (incongruent "a &rest too many" two (x y &rest z) (list x y z))
  (incongruent "the keyword of the generic function" keys ((x vector) &key size) (list x size)))
(check "row 7 &rest takes what &key says" (progn (defmethod keys ((x vector) &rest all) (list :vector all)) (keys (vector) :color 1)) '(:vector (:color 1)))
(defmethod auxiliary ((x integer) &optional (y x) &aux (z (list x y))) (setf x 5) (list x y z))
(check "row 7 &aux, defaults that see the parameters" (list (auxiliary 1) (auxiliary 1 2)) '((5 1 (1 1)) (5 2 (1 2))))

(check "row 7 (setf f)"
       (let ((log '()))
         (defgeneric (setf place) (value x &optional index))
         (defmethod (setf place) (value (x symbol) &optional (index 0)) (push (list x index value) log) value)
         (defmethod (setf place) :before (value (x null) &optional index) (push (list :before index value) log))
         (list (setf (place 'a) 1) (setf (place nil 5) 2) (funcall #'(setf place) 3 'b 4) (reverse log)))
       '(1 2 3 ((a 0 1) (:before 5 2) (nil 5 2) (b 4 3))))
(check "row 7 (setf f) without defgeneric, return-from"
       (progn
         (defmethod (setf quick) (value (x cons)) (setf (car x) value) (return-from quick :returned))
         (let ((x (list 1))) (list (setf (quick x) 5) x)))
       '(:returned (5)))
(check "row 7 a method can leave by the name of its function"
       (progn (defmethod leaves ((x integer)) (dotimes (i x) (when (= i 3) (return-from leaves (list :at i)))) :end) (list (leaves 2) (leaves 10)))
       '(:end (:at 3)))
(check "row 7 declarations and documentation in methods"
       (progn
         (defmethod declared ((x integer) (y t) &optional z)
           "documentation"
           (declare (fixnum x) (ignore y))
           (declare (special *log*) (ignorable z))
           (list x (boundp '*log*)))
         (list (declared 1 2) (progn (defmethod declared ((x symbol) y &optional z) "only" ) (declared 'a 2))))
       '((1 t) "only"))
(defvar *dynamic* :global)
(check "row 7 a special parameter"
       (progn
         (defmethod bind-it (*dynamic*) (list *dynamic* (symbol-value '*dynamic*) (inner-dynamic)))
         (defmethod inner-dynamic () *dynamic*)
         (list (bind-it 1) *dynamic*))
       '((1 1 1) :global))

;;; Method combination.  CLHS 7.6.6.

(defclass k0 () ())
(defclass k1 (k0) ())
(defclass k2 (k1) ())
(defvar *k2* (make-instance 'k2))
(defgeneric run (x))
(macrolet ((define (name &rest classes)
             `(progn
                ,@(mapcan (lambda (class)
                            `((defmethod ,name :before ((x ,class)) (note '(:before ,class)))
                              (defmethod ,name :after ((x ,class)) (note '(:after ,class)))
                              (defmethod ,name :around ((x ,class)) (note '(:around ,class)) (multiple-value-prog1 (call-next-method) (note '(:left ,class))))
                              (defmethod ,name ((x ,class)) (note ',class) (if (next-method-p) (call-next-method) (values 1 2 3)))))
                          classes))))
  (define run k0 k1 k2))
(check "row 7 standard method combination"
       (logged (run *k2*))
       '(((:around k2) (:around k1) (:around k0) (:before k2) (:before k1) (:before k0) k2 k1 k0 (:after k0) (:after k1) (:after k2)
          (:left k0) (:left k1) (:left k2)) (1 2 3)))
(check "row 7 only the applicable ones"
       (logged (run (make-instance 'k0))) '(((:around k0) (:before k0) k0 (:after k0) (:left k0)) (1 2 3)))
(check "row 7 an :around that does not go on"
       (progn (defmethod run :around ((x (eql *k2*))) (values :stopped (next-method-p))) (logged (run *k2*)))
       '(() (:stopped t)))
(defgeneric values-of (x))
(defmethod values-of ((x integer)) (values x (* 2 x)))
(defmethod values-of ((x symbol)) (values))
(defmethod values-of :before (x) (values 8 9 x))
(defmethod values-of :after (x) (values 8 9 x))
(check "row 7 multiple values" (list (multiple-value-list (values-of 2)) (multiple-value-list (values-of 'a))) '((2 4) ()))
(signals "row 7 no primary method" (values-of "text") error)
(signals "row 7 no applicable method" (deposit (hide 3) 1) error)
(signals "row 7 call-next-method without a next method"
         (progn (eval '(defgeneric lonely (x))) (eval '(defmethod lonely (x) (declare (ignorable x)) (call-next-method))) (funcall 'lonely 1)) error)
(signals "row 7 an unknown qualifier" (progn (eval '(defgeneric odd-one (x) (:method :sideways (x) x))) (funcall 'odd-one 1)) error)
(check "row 7 next-method-p"
       (progn
         (defmethod next-p ((x integer)) (list (next-method-p) (call-next-method)))
         (defmethod next-p ((x number)) (list (next-method-p) x))
         (defmethod next-p :around ((x integer)) (list (next-method-p) (call-next-method)))
         (next-p 3))
       '(t (t (nil 3))))

(defgeneric chained (x y &rest more))
(defmethod chained (x y &rest more) (list* x y more))
(defmethod chained ((x integer) y &rest more) (declare (ignore more)) (setq y :assigned) (list :integer y (call-next-method)))
(defmethod chained ((x ratio) y &rest more) (apply #'call-next-method (* 2 x) :other y more))
(defmethod chained ((x symbol) y &rest more) (declare (ignore y more)) (let ((next #'call-next-method)) (list (funcall next) (funcall next 'b 2 3))))
(defmethod chained ((x string) y &rest more) (declare (ignore y more)) (lambda (&rest new) (if (next-method-p) (apply #'call-next-method new) nil)))
(defmethod chained ((x character) y &rest more) (declare (ignore more)) (mapcar (lambda (each) (call-next-method x each)) y))
(check "row 7 call-next-method passes the original arguments" (chained 1 2 3) '(:integer :assigned (1 2 3)))
(check "row 7 call-next-method with other arguments" (chained 1/2 :y 3) '(1 :other :y 3))
(check "row 7 #'call-next-method" (chained 'a 1) '((a 1) (b 2 3)))
(check "row 7 call-next-method in a closure that outlives the call"
       (let ((f (chained "s" 1)) (g (chained "t" 2))) (list (funcall f) (funcall g) (funcall f "u" 4) (funcall f)))
       '(("s" 1) ("t" 2) ("u" 4) ("s" 1)))
(check "row 7 call-next-method in a lambda of a mapping" (chained #\a '(1 2)) '((#\a 1) (#\a 2)))
(defgeneric deep (x n))
(defmethod deep (x n) (list x n))
(defmethod deep ((x integer) n) (if (plusp n) (call-next-method x (deep x (- n 1))) (call-next-method)))
(check "row 7 recursion through call-next-method" (deep 1 3) '(1 (1 (1 (1 0)))))
(check "row 7 exits through call-next-method"
       (progn
         (defmethod exits ((x number)) (throw 'out (list x)))
         (defmethod exits ((x integer)) (unwind-protect (call-next-method) (note :cleaned)))
         (defmethod exits :around ((x integer)) (unwind-protect (block here (handler-bind ((error (lambda (c) (declare (ignore c)) (return-from here :handled)))) (call-next-method))) (note :around-cleaned)))
         (defmethod exits :after (x) (note (list :never x)))
         (defmethod exits ((x (eql 0))) (error "own"))
         (list (logged (catch 'out (exits 5))) (logged (exits 0))))
       '(((:cleaned :around-cleaned) ((5))) ((:around-cleaned) (:handled))))
(check "row 7 dynamic variables"
       (progn
         (defmethod dynamic ((x integer)) (let ((*dynamic* x)) (list *dynamic* (call-next-method))))
         (defmethod dynamic ((x number)) *dynamic*)
         (list (dynamic 1) (dynamic 1.0) *dynamic*))
       '((1 1) :global :global))
(check "row 7 call-next-method inside flet, labels and loops"
       (progn
         (defmethod inside ((x number)) (list x))
         (defmethod inside ((x integer))
           (labels ((again (n) (if (= n 0) '() (append (call-next-method n) (again (- n 1))))))
             (flet ((direct () (call-next-method))) (list (again x) (direct) (loop repeat 2 collect (call-next-method (incf x)))))))
         (inside 2))
       '((2 1) (2) ((3) (4))))

(defmacro combined (combination order &rest values)
  "The value, and what is noted, of a call whose methods on integer, rational and number have VALUES, under COMBINATION."
  (let ((name (gensym "COMBINED")))
    `(progn
       (eval '(defgeneric ,name (x) (:method-combination ,combination ,@order)))
       ,@(mapcar (lambda (class value) `(eval '(defmethod ,name ,combination ((x ,class)) (note ',class) ,value)))
                 '(integer rational number) values)
       (logged (funcall ',name 1)))))
(check "row 7 +" (combined + () 1 20 300) '((integer rational number) (321)))
(check "row 7 list" (combined list () 1 2 3) '((integer rational number) ((1 2 3))))
(check "row 7 list, the other order" (combined list (:most-specific-last) 1 2 3) '((number rational integer) ((3 2 1))))
(check "row 7 append, nconc" (list (combined append () '(1) '(2) '(3)) (combined nconc (:most-specific-last) (list 1) '() (list 3)))
       '(((integer rational number) ((1 2 3))) ((number rational integer) ((3 1)))))
(check "row 7 and" (list (combined and () 1 nil 3) (combined and () 1 2 (values 3 4))) '(((integer rational) (nil)) ((integer rational number) (3 4))))
(check "row 7 or" (list (combined or () nil (values 2 3) 4) (combined or () nil nil (values nil 4))) '(((integer rational) (2)) ((integer rational number) (nil 4))))
(check "row 7 progn" (combined progn (:most-specific-last) (values 1 2) 3 4) '((number rational integer) (1 2)))
(check "row 7 max, min" (list (combined max () 1 9 3) (combined min (:most-specific-first) 1 9 3)) '(((integer rational number) (9)) ((integer rational number) (1))))
(check "row 7 list of one method" (combined list () 1) '((integer) ((1))))
(check "row 7 + of one method" (combined + () 'a) '((integer) (a)))
(check "row 7 :around with another combination"
       (progn
         (defgeneric total (x) (:method-combination +) (:method + ((x number)) 1) (:method + ((x integer)) x)
           (:method :around ((x integer)) (list :around (call-next-method))))
         (list (total 5) (total 1.5)))
       '((:around 6) 1))
(signals "row 7 a qualifier that the combination does not have"
         (progn (eval '(defgeneric bad-total (x) (:method-combination +) (:method (x) x))) (funcall 'bad-total 1)) error)
(signals "row 7 an unknown method combination" (progn (eval '(defgeneric bad-combination (x) (:method-combination nowhere))) (funcall 'bad-combination 1)) error)

(defun stars (&rest values) (cons '* values))
(define-method-combination stars :documentation "short")
(define-method-combination starred :operator stars :identity-with-one-argument t)
(check "row 7 the short form" (list (combined stars () 1 2 3) (combined stars () 1)) '(((integer rational number) ((* 1 2 3))) ((integer) ((* 1)))))
(check "row 7 the short form with an operator" (list (combined starred (:most-specific-last) 1 2 3) (combined starred () 1))
       '(((number rational integer) ((* 3 2 1))) ((integer) (1))))
;; The examples of CLHS, DEFINE-METHOD-COMBINATION.
(define-method-combination my-and :identity-with-one-argument t :operator and)
(define-method-combination my-standard ()
  ((around (:around)) (before (:before)) (primary () :required t) (after (:after)))
  (flet ((call-methods (methods) (mapcar (lambda (method) `(call-method ,method)) methods)))
    (let ((form (if (or before after (rest primary))
                    `(multiple-value-prog1
                         (progn ,@(call-methods before) (call-method ,(first primary) ,(rest primary)))
                       ,@(call-methods (reverse after)))
                    `(call-method ,(first primary)))))
      (if around
          `(call-method ,(first around) (,@(rest around) (make-method ,form)))
          form))))
(define-method-combination my-or (&optional (order ':most-specific-first))
  ((around (:around)) (primary (my-or) :order order :required t))
  (let ((form (if (rest primary)
                  `(or ,@(mapcar (lambda (method) `(call-method ,method)) primary))
                  `(call-method ,(first primary)))))
    (if around
        `(call-method ,(first around) (,@(rest around) (make-method ,form)))
        form)))
(defun positive-integer-qualifier-p (method-qualifiers)
  (and (= (length method-qualifiers) 1) (typep (first method-qualifiers) '(integer 0 *))))
(define-method-combination by-number () ((methods positive-integer-qualifier-p))
  `(list ,@(mapcar (lambda (method) `(call-method ,method))
                   (stable-sort (copy-list methods) #'< :key (lambda (method) (first (method-qualifiers method)))))))
(define-method-combination by-pattern (&key (label :none)) ((others (:other . *)) (all * :order :most-specific-last))
  (:generic-function generic-function)
  "A docstring."
  `(list ,label ',(functionp generic-function) (list ,@(mapcar (lambda (m) `(call-method ,m)) others))
         (list ,@(mapcar (lambda (m) `(call-method ,m)) all))))
(check "row 7 the long form: standard"
       (progn
         (defgeneric long-standard (x) (:method-combination my-standard))
         (defmethod long-standard ((x number)) (note :number) (values x 2))
         (defmethod long-standard ((x integer)) (note :integer) (call-next-method))
         (defmethod long-standard :before ((x number)) (note :before))
         (defmethod long-standard :after ((x integer)) (note :after-1))
         (defmethod long-standard :after ((x number)) (note :after-2))
         (defmethod long-standard :around ((x integer)) (note :around) (multiple-value-prog1 (call-next-method) (note :left)))
         (list (logged (long-standard 1)) (logged (long-standard 1.5))))
       '(((:around :before :integer :number :after-2 :after-1 :left) (1 2)) ((:before :number :after-2) (1.5 2))))
(check "row 7 the long form: a required group" (progn (defmethod long-standard :before ((x symbol)) x)
                                                      (handler-case (long-standard 'a) (error () :refused))) :refused)
(check "row 7 the long form: order as an argument"
       (list (combined my-or () (note nil) 2 3) (combined my-or (:most-specific-last) 1 2 (note nil)) (combined my-or () 5))
       '(((integer nil rational) (2)) ((number nil rational) (2)) ((integer) (5))))
(check "row 7 the long form: a predicate"
       (progn
         (defgeneric numbered (x) (:method-combination by-number))
         (defmethod numbered 10 ((x integer)) :ten)
         (defmethod numbered 2 ((x rational)) :two)
         (defmethod numbered 5 ((x number)) :five)
         (list (numbered 1) (numbered 1.0)))
       '((:two :five :ten) (:five)))
(check "row 7 the long form: patterns, arguments, the generic function"
       (progn
         (defgeneric patterned (x) (:method-combination by-pattern :label :mine))
         (defmethod patterned :other 1 ((x integer)) '(:other 1))
         (defmethod patterned :other :two ((x rational)) '(:other :two))
         (defmethod patterned ((x real)) :plain)
         (defmethod patterned :one :two :three ((x number)) :three)
         (patterned 1))
       '(:mine t ((:other 1) (:other :two)) (:three :plain)))
(signals "row 7 the long form: a method of no group" (progn (eval '(defmethod numbered :no ((x integer)) x)) (numbered 1)) error)
(signals "row 7 invalid-method-error"
         (progn
           (eval '(define-method-combination picky () ((all *)) (invalid-method-error (first all) "not ~A" 1)))
           (eval '(defgeneric picky-called (x) (:method-combination picky) (:method (x) x)))
           (funcall 'picky-called 1))
         error)
(signals "row 7 method-combination-error"
         (progn
           (eval '(define-method-combination never () ((all *)) (method-combination-error "never ~A" (length all))))
           (eval '(defgeneric never-called (x) (:method-combination never) (:method (x) x)))
           (funcall 'never-called 1))
         error)

;;; Generic functions as objects.

(check "row 7 defgeneric returns the function"
       (let ((f (defgeneric returned-function (x) (:method (x) (list x)))))
         (list (eq f #'returned-function) (funcall f 1) (mapcar f '(1 2)) (functionp f) (typep f 'generic-function) (typep f 'standard-generic-function)
               (typep f 'function) (typep #'car 'generic-function)))
       '(t (1) ((1) (2)) t t t t nil))
(check "row 7 defmethod returns the method"
       (let ((m (defmethod returned-function :before ((x integer)) x)))
         (list (typep m 'method) (typep m 'standard-method) (method-qualifiers m) (eq m (find-method #'returned-function '(:before) (list (find-class 'integer))))))
       '(t t (:before) t))
(check "row 7 find-method, remove-method, add-method"
       (progn
         (defgeneric changing (x))
         (defmethod changing (x) (list x))
         (defmethod changing ((x integer)) (list :integer (call-next-method)))
         (defmethod changing ((x (eql 1))) (list :one (call-next-method)))
         (let ((one (find-method #'changing '() '((eql 1)) nil)) (integer (find-method #'changing '() (list (find-class 'integer)))) (before (changing 1)))
           (list before
                 (eq #'changing (remove-method #'changing integer)) (changing 1) (changing 2)
                 (eq #'changing (remove-method #'changing integer))
                 (progn (remove-method #'changing one) (changing 1))
                 (eq #'changing (add-method #'changing integer)) (changing 1)
                 (progn (add-method #'changing one) (changing 1)))))
       '((:one (:integer (1))) t (:one (1)) (2) t (1) t (:integer (1)) (:one (:integer (1)))))
(signals "row 7 find-method finds nothing" (find-method #'changing '(:before) (list (find-class 'integer))) error)
(check "row 7 find-method finds nothing, no error" (find-method #'changing '(:before) (list (find-class 'integer)) nil) nil)
(signals "row 7 a method of another generic function" (add-method #'two (find-method #'changing '() (list (find-class 't)))) error)
(check "row 7 compute-applicable-methods"
       (flet ((names (arguments) (mapcar (lambda (method) (position method (list (find-method #'two '() (list (find-class 'integer) (find-class 'integer)))
                                                                                  (find-method #'two '() (list (find-class 'integer) (find-class 't))))))
                                         (compute-applicable-methods #'two arguments))))
         (list (names '(1 2)) (names '(1 a)) (compute-applicable-methods #'changing '(1)) (compute-applicable-methods #'deposit '(1 1))))
       (list '(0 1 nil nil nil) '(1 nil) (list (find-method #'changing '() '((eql 1))) (find-method #'changing '() (list (find-class 'integer)))
                                                (find-method #'changing '() (list (find-class 't)))) '()))
(check "row 7 function-keywords"
       (list (multiple-value-list (function-keywords (find-method #'keys '() (list (find-class 'string)))))
             (multiple-value-list (function-keywords (find-method #'two '() (list (find-class 't) (find-class 't))))))
       '((( :color) t) (() nil)))
(check "row 7 ensure-generic-function"
       (let ((f (ensure-generic-function 'ensured :lambda-list '(x y))))
         (eval '(defmethod ensured (x (y integer)) (list x y)))
         (list (eq f (ensure-generic-function 'ensured)) (eq f (fdefinition 'ensured)) (funcall f 1 2)))
       '(t t (1 2)))
(defun plain-function (x) x)
(signals "row 7 a function that is not generic" (eval '(defmethod plain-function ((x integer)) x)) error)
(signals "row 7 a function that is not generic, defgeneric" (eval '(defgeneric plain-function (x))) error)
(signals "row 7 a macro" (eval '(defmethod when ((x integer)) x)) error)
(signals "row 7 an unknown class as a specializer" (eval '(defmethod two ((x no-such-class) y) y)) error)
(check "row 7 defgeneric again: its own methods go, the others stay"
       (progn
         (eval '(defgeneric again (x) (:method ((x integer)) :own) (:method (x) x :own-t)))
         (eval '(defmethod again ((x symbol)) :other))
         (let ((f (fdefinition 'again)))
           (eval '(defgeneric again (x) (:method (x) x :new)))
           (list (eq f (fdefinition 'again)) (funcall f 1) (funcall f 'a))))
       '(t :new :other))
(check "row 7 a method is added while its function runs"
       (progn
         (defgeneric growing (x))
         (defmethod growing ((x number))
           (eval '(defmethod growing ((x integer)) (list :integer (call-next-method))))
           (list :number (if (plusp x) (growing (- x 1)) x)))
         (list (growing 1) (growing 1)))
       '((:number (:integer (:number 0))) (:integer (:number (:integer (:number 0))))))
(check "row 7 fmakunbound and again"
       (progn (defgeneric short-lived (x) (:method (x) (list x)))
              (let ((f #'short-lived))
                (fmakunbound 'short-lived)
                (eval '(defmethod short-lived (x) (vector x)))
                (list (eq f (fdefinition 'short-lived)) (funcall f 1) (aref (funcall 'short-lived 1) 0))))
       '(nil (1) 1))

;;; Protocols that programs extend.

(defclass guarded () ((a :initarg :a :accessor guarded-a)))
(defmethod slot-missing ((class t) (x guarded) name operation &optional (value nil value-p)) (note (list name operation value value-p)) (values :missing 2))
(defmethod slot-unbound ((class t) (x guarded) name) (setf (slot-value x name) (list :made name)))
(check "row 7 slot-missing"
       (let ((x (make-instance 'guarded)))
         (logged (values (multiple-value-list (slot-value x 'zz)) (setf (slot-value x 'zz) 5) (slot-boundp x 'zz) (eq x (slot-makunbound x 'zz)) (slot-exists-p x 'zz))))
       '(((zz slot-value nil nil) (zz setf 5 t) (zz slot-boundp nil nil) (zz slot-makunbound nil nil)) ((:missing) 5 t t nil)))
(check "row 7 slot-unbound"
       (let ((x (make-instance 'guarded))) (list (guarded-a x) (slot-boundp x 'a) (slot-value x 'a) (slot-value (slot-makunbound x 'a) 'a)))
       '((:made a) t (:made a) (:made a)))
(defgeneric strict (x))
(defmethod strict ((x integer)) (call-next-method))
(defmethod no-applicable-method ((f (eql #'strict)) &rest arguments) (list* :none arguments))
(defmethod no-next-method ((f (eql #'strict)) method &rest arguments) (list* :no-next (method-qualifiers method) arguments))
(check "row 7 no-applicable-method, no-next-method" (list (strict 'a) (strict 1)) '((:none a) (:no-next nil 1)))
(defclass named () ((name :initarg :name :reader name)))
(defmethod print-object ((x named) stream) (format stream "<named ~S>" (name x)))
(defstruct printed-structure x)
(defmethod print-object ((x printed-structure) stream) (format stream "<structure ~S>" (printed-structure-x x)))
(defmethod print-object ((x trouble-1) stream) (if *print-escape* (call-next-method) (write-string "trouble!" stream)))
(check "row 7 print-object"
       (let ((x (make-instance 'named :name "n")))
         (list (prin1-to-string x) (princ-to-string (list x 1 (make-printed-structure :x x))) (format nil "~A ~S ~{~A~}" x (vector x) (list x))
               (princ-to-string (make-condition 'trouble-1)) (with-output-to-string (s) (write x :stream s))))
       '("<named \"n\">" "(<named \"n\"> 1 <structure <named \"n\">>)" "<named \"n\"> #(<named \"n\">) <named \"n\">" "trouble!" "<named \"n\">"))
(check "row 7 print-object of a subclass"
       (progn
         (defclass sub-named (named) ())
         (defmethod print-object ((x sub-named) stream) (write-string "sub " stream) (call-next-method))
         (princ-to-string (make-instance 'sub-named :name 1)))
       "sub <named 1>")
(check "row 7 print-unreadable-object"
       (progn (defmethod print-object ((x base) stream) (print-unreadable-object (x stream :type t) (write (a x) :stream stream)))
              (let ((x (make-instance 'base :a 5)) (*package* (find-package "CLOS-CHECKS")))
                (list (princ-to-string x) (handler-case (let ((*print-readably* t)) (prin1-to-string x)) (print-not-readable (c) (eq (print-not-readable-object c) x))))))
       '("#<BASE 5>" t))
(check "row 7 describe-object"
       (progn (defmethod describe-object ((x named) stream) (format stream "described ~A" (name x)))
              (with-output-to-string (s) (describe (make-instance 'named :name 5) s)))
       "described 5")
(check "row 7 methods for the classes of metaobjects"
       (progn
         (defgeneric of-meta (x))
         (defmethod of-meta ((x standard-class)) (class-name x))
         (defmethod of-meta ((x generic-function)) :function)
         (defmethod of-meta ((x standard-method)) (method-qualifiers x))
         (list (of-meta (find-class 'base)) (of-meta #'of-meta) (of-meta (find-method #'run '(:before) (list (find-class 'k0))))))
       '(base :function (:before)))
(check "row 7 a mixin with methods of its own on accessors"
       (progn
         (defclass logging () ())
         (defclass box () ((content :initarg :content :accessor content)))
         (defclass logging-box (logging box) ())
         (defmethod (setf content) :before (value (x logging)) (note (list :set value)))
         (defmethod content :around ((x logging)) (note :get) (list (call-next-method)))
         (let ((x (make-instance 'logging-box :content 1)) (y (make-instance 'box :content 2)))
           (logged (setf (content x) 5) (values (content x) (content y)))))
       '(((:set 5) :get) ((5) 2)))
(check "row 7 an accessor called for another instance"
       (progn
         (defclass place-1 () ((u :initform :u) (v :initform :v)))
         (defclass place-2 () ((link :initarg :link) (w :initarg :w :accessor w)))
         (defclass place-12 (place-1 place-2) ())
         (defclass place-21 (place-2 place-1) ())
         (defmethod w :around ((x place-2)) (if (slot-boundp x 'link) (call-next-method (slot-value x 'link)) (call-next-method)))
         (defmethod (setf w) :around (value (x place-2)) (if (slot-boundp x 'link) (call-next-method value (slot-value x 'link)) (call-next-method)))
         (let* ((far (make-instance 'place-21 :w 1)) (near (make-instance 'place-12 :link far :w 2)))
           (list (w far) (w near) (setf (w near) 3) (w far) (slot-value near 'w) (slot-value far 'u))))
       '(1 1 3 3 2 :u))
(check "row 7 an accessor whose instance changes meanwhile"
       (progn
         (defmethod w :before ((x place-21)) (change-class x 'place-12))
         (w (make-instance 'place-21 :w :kept)))
       :kept)
(check "row 7 make-load-form-saving-slots"
       (multiple-value-bind (make fill) (make-load-form-saving-slots (make-instance 'box :content '(1)))
         (list (consp make) (consp fill)))
       '(t t))
(check "row 7 thirty classes and their methods"
       (let ((super '()))
         (defgeneric level (x) (:method (x) (declare (ignore x)) 0))
         (dotimes (i 30)
           (let ((name (intern (format nil "LEVEL-~D" i))))
             (eval `(defclass ,name ,super ((,name :initform ,i))))
             (eval `(defmethod level ((x ,name)) (+ 1 (call-next-method))))
             (setf super (list name))))
         (let ((x (make-instance 'level-29))) (list (level x) (slot-value x 'level-0) (slot-value x 'level-29))))
       '(30 0 29))

(defclass documented-class () ((slot :initform 1)) (:documentation "A class."))
(defgeneric documented-function (x) (:documentation "A function.") (:method ((x integer)) "A method." x))
(check "row 7 definitions keep their documentation"
       (let ((method (find-method #'documented-function '() '(integer))))
         (list (documentation 'documented-class 'type) (documentation (find-class 'documented-class) t)
               (documentation 'documented-function 'function) (documentation #'documented-function t)
               (documentation method t)
               (setf (documentation (find-class 'documented-class) t) "Another.") (documentation 'documented-class 'type)))
       '("A class." "A class." "A function." "A function." "A method." "Another." "Another."))
(check "row 7 DOCUMENTATION takes methods"
       (progn (defmethod documentation ((x documented-class) (type (eql 't))) (list :own (slot-value x 'slot)))
              (documentation (make-instance 'documented-class) t))
       '(:own 1))

(end-checks 197)
