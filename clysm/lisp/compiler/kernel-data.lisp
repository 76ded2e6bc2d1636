;;;; Kernel functions on conses, symbols, vectors, strings and instances.

(in-package "CLYSM.COMPILER")

;;; Conses

(defkernel cons ((a eq) (d eq)) (eq)
  (struct.new $cons 0 a d))

(defkernel car ((x eq)) (eq)
  (if (result eq) (ref.test $cons x)
      (then (struct.get $cons car (ref.cast $cons x)))
      (else (if (result eq) (ref.eq x (imm nil))
                (then x)
                (else (lisp %not-a-list x))))))

(defkernel cdr ((x eq)) (eq)
  (if (result eq) (ref.test $cons x)
      (then (struct.get $cons cdr (ref.cast $cons x)))
      (else (if (result eq) (ref.eq x (imm nil))
                (then x)
                (else (lisp %not-a-list x))))))

(defkernel endp ((x eq)) (i32)
  (if (ref.test $cons x) (then (return 0)))
  (if (ref.eq x (imm nil)) (then (return 1)))
  (drop (lisp %not-a-list x))
  1)

(defkernel cons-car ((x eq)) (eq) (struct.get $cons car (ref.cast $cons x)))
(defkernel cons-cdr ((x eq)) (eq) (struct.get $cons cdr (ref.cast $cons x)))

(defkernel set-car ((x eq) (v eq)) (eq) (struct.set $cons car (ref.cast $cons x) v) v)
(defkernel set-cdr ((x eq) (v eq)) (eq) (struct.set $cons cdr (ref.cast $cons x) v) v)

(defkernel rplaca ((x eq) (v eq)) (eq)
  (if (i32.eqz (ref.test $cons x)) (then (drop (lisp %not-a-cons x))))
  (struct.set $cons car (ref.cast $cons x) v)
  x)

(defkernel rplacd ((x eq) (v eq)) (eq)
  (if (i32.eqz (ref.test $cons x)) (then (drop (lisp %not-a-cons x))))
  (struct.set $cons cdr (ref.cast $cons x) v)
  x)

(defkernel list2 ((a eq) (b eq)) (eq)
  (call cons a (call cons b (imm nil))))

(defkernel list3 ((a eq) (b eq) (c eq)) (eq)
  (call cons a (call cons b (call cons c (imm nil)))))

;;; Symbols. NIL and T are immediates; their symbol objects are globals.

(defkernel symbol-of ((x eq)) ($symbol)
  (if (ref.test $symbol x) (then (return (ref.cast $symbol x))))
  (if (ref.eq x (imm nil)) (then (return (global.get nil-symbol))))
  (if (ref.eq x (imm t)) (then (return (global.get t-symbol))))
  (ref.cast $symbol (lisp %not-a-symbol x)))

(defkernel symbolp ((x eq)) (i32)
  (if (result i32) (ref.test $symbol x)
      (then 1)
      (else (i32.or (ref.eq x (imm nil)) (ref.eq x (imm t))))))

(defkernel make-symbol ((name eq)) (eq)
  (struct.new $symbol 0 name (imm nil) (imm unbound) (imm nil) (imm nil) (imm nil) (imm nil)))

(defkernel symbol-name ((s eq)) (eq) (struct.get $symbol name (call symbol-of s)))
(defkernel set-symbol-name ((s eq) (v eq)) (eq) (struct.set $symbol name (call symbol-of s) v) v)
(defkernel symbol-package ((s eq)) (eq) (struct.get $symbol package (call symbol-of s)))
(defkernel set-symbol-package ((s eq) (v eq)) (eq) (struct.set $symbol package (call symbol-of s) v) v)
(defkernel symbol-value ((s eq)) (eq) (struct.get $symbol value (call symbol-of s)))
(defkernel set-symbol-value ((s eq) (v eq)) (eq) (struct.set $symbol value (call symbol-of s) v) v)
(defkernel symbol-function ((s eq)) (eq) (struct.get $symbol function (call symbol-of s)))
(defkernel set-symbol-function ((s eq) (v eq)) (eq) (struct.set $symbol function (call symbol-of s) v) v)
;;; The same for the image loader: its use does not mean that a program redefines functions.
(defkernel install-function ((s eq) (v eq)) (eq) (struct.set $symbol function (call symbol-of s) v) v)
(defkernel symbol-plist ((s eq)) (eq) (struct.get $symbol plist (call symbol-of s)))
(defkernel set-symbol-plist ((s eq) (v eq)) (eq) (struct.set $symbol plist (call symbol-of s) v) v)
(defkernel symbol-class ((s eq)) (eq) (struct.get $symbol class (call symbol-of s)))
(defkernel set-symbol-class ((s eq) (v eq)) (eq) (struct.set $symbol class (call symbol-of s) v) v)

(defkernel symbol-setf ((s eq)) (eq) (struct.get $symbol setf (call symbol-of s)))
(defkernel set-symbol-setf ((s eq) (v eq)) (eq) (struct.set $symbol setf (call symbol-of s) v) v)

;;; Constants and global variables of compiled code: k is an index into the constant table.

(defkernel constant ((k i32)) (eq) (constant.get k))

(defkernel set-constant ((k i32) (v eq)) (eq) (constant.set k v) v)

(defkernel grow-constants ((n i32)) (i32) (constant.grow n))

(defkernel is-constant ((x eq) (k i32)) (i32) (ref.eq x (constant.get k)))

(defkernel variable ((k i32)) (eq) (:locals (v eq))
  (local.set v (struct.get $symbol value (ref.cast $symbol (constant.get k))))
  (if (ref.eq v (imm unbound)) (then (return (lisp %unbound-variable (constant.get k)))))
  v)

(defkernel raw-variable ((k i32)) (eq)
  (struct.get $symbol value (ref.cast $symbol (constant.get k))))

(defkernel set-variable ((v eq) (k i32)) (eq)
  (struct.set $symbol value (ref.cast $symbol (constant.get k)) v)
  v)

(defkernel global-function ((k i32)) (eq) (:locals (f eq))
  (local.set f (struct.get $symbol function (ref.cast $symbol (constant.get k))))
  (if (ref.eq f (imm nil)) (then (return (lisp %undefined-function (constant.get k)))))
  f)

;;; Vectors of values: element 0 is the identity hash, so index i is element i+1.

(defkernel make-vector ((n i32) (init eq)) (eq) (:locals (v $vector))
  (local.set v (array.new $vector init (i32.add n 1)))
  (array.set $vector v 0 (ref.i31 0))
  v)

(defkernel vector-length ((v eq)) (i32) (i32.sub (array.len (ref.cast $vector v)) 1))
(defkernel vector-ref ((v eq) (i i32)) (eq) (array.get $vector (ref.cast $vector v) (i32.add i 1)))
(defkernel vector-set ((v eq) (i i32) (x eq)) (eq) (array.set $vector (ref.cast $vector v) (i32.add i 1) x) x)

(defkernel vector-copy ((d eq) (di i32) (s eq) (si i32) (n i32)) ()
  (array.copy $vector (ref.cast $vector d) (i32.add di 1) (ref.cast $vector s) (i32.add si 1) n))

(defkernel svref ((v eq) (i eq)) (eq) (:locals (k i32))
  (if (i32.and (ref.test $vector v) (call fixnump i))
      (then (local.set k (unfix i))
            (if (i32.lt_u k (i32.sub (array.len (ref.cast $vector v)) 1))
                (then (return (array.get $vector (ref.cast $vector v) (i32.add k 1)))))))
  (lisp %svref-error v i))

(defkernel svset ((v eq) (i eq) (x eq)) (eq) (:locals (k i32))
  (if (i32.and (ref.test $vector v) (call fixnump i))
      (then (local.set k (unfix i))
            (if (i32.lt_u k (i32.sub (array.len (ref.cast $vector v)) 1))
                (then (array.set $vector (ref.cast $vector v) (i32.add k 1) x)
                      (return x)))))
  (lisp %svref-error v i))

;;; One-dimensional access to any array: the simple kinds here, the rest in the library.

(defkernel aref ((v eq) (i eq)) (eq) (:locals (k i32))
  (if (call fixnump i)
      (then
       (local.set k (unfix i))
       (if (ref.test $vector v)
           (then (if (i32.lt_u k (i32.sub (array.len (ref.cast $vector v)) 1))
                     (then (return (array.get $vector (ref.cast $vector v) (i32.add k 1)))))))
       (if (ref.test $string v)
           (then (if (i32.lt_u k (i32.sub (array.len (ref.cast $string v)) 1))
                     (then (return (call char-at v k))))))
       (if (ref.test $octets v)
           (then (if (i32.lt_u k (array.len (ref.cast $octets v)))
                     (then (return (fix (array.get $octets (ref.cast $octets v) k)))))))))
  (lisp %aref-slow v i))

(defkernel aset ((v eq) (i eq) (x eq)) (eq) (:locals (k i32))
  (if (call fixnump i)
      (then
       (local.set k (unfix i))
       (if (ref.test $vector v)
           (then (if (i32.lt_u k (i32.sub (array.len (ref.cast $vector v)) 1))
                     (then (array.set $vector (ref.cast $vector v) (i32.add k 1) x)
                           (return x)))))
       (if (i32.and (ref.test $octets v) (call fixnump x))
           (then (if (i32.and (i32.lt_u k (array.len (ref.cast $octets v)))
                              (i32.lt_u (unfix x) 256))
                     (then (array.set $octets (ref.cast $octets v) k (unfix x))
                           (return x)))))
       (if (i32.and (ref.test $string v) (call characterp x))
           (then (if (i32.lt_u k (i32.sub (array.len (ref.cast $string v)) 1))
                     (then (call set-char-at v k (call char-code x))
                           (return x)))))))
  (lisp %aset-slow v i x))

;;; Strings: arrays of code points, element 0 is the identity hash.

(defkernel make-string ((n i32)) (eq)
  (array.new_default $string (i32.add n 1)))

(defkernel string-length ((s eq)) (i32) (i32.sub (array.len (ref.cast $string s)) 1))
(defkernel char-at ((s eq) (i i32)) (eq)
  (call code-char (array.get $string (ref.cast $string s) (i32.add i 1))))
(defkernel set-char-at ((s eq) (i i32) (c i32)) ()
  (array.set $string (ref.cast $string s) (i32.add i 1) c))
(defkernel char-code-at ((s eq) (i i32)) (i32)
  (array.get $string (ref.cast $string s) (i32.add i 1)))
(defkernel set-schar ((s eq) (i i32) (c eq)) (eq)
  (call set-char-at s i (call char-code c))
  c)
(defkernel set-schar-code ((s eq) (i i32) (c i32)) (i32)
  (call set-char-at s i c)
  c)
(defkernel string-copy ((d eq) (di i32) (s eq) (si i32) (n i32)) ()
  (array.copy $string (ref.cast $string d) (i32.add di 1) (ref.cast $string s) (i32.add si 1) n))

(defkernel string-equal-p ((a eq) (b eq)) (i32) (:locals (x $string) (y $string) (i i32) (n i32))
  (local.set x (ref.cast $string a))
  (local.set y (ref.cast $string b))
  (local.set n (array.len x))
  (if (i32.ne n (array.len y)) (then (return 0)))
  (local.set i 1)
  (block done
    (loop next
      (br_if done (i32.ge_u i n))
      (if (i32.ne (array.get $string x i) (array.get $string y i)) (then (return 0)))
      (local.set i (i32.add i 1))
      (br next)))
  1)

(defkernel string-hash ((s eq)) (i32) (:locals (x $string) (i i32) (n i32) (h i32))
  (local.set x (ref.cast $string s))
  (local.set n (array.len x))
  (local.set h -2128831035)
  (local.set i 1)
  (block done
    (loop next
      (br_if done (i32.ge_u i n))
      (local.set h (i32.mul (i32.xor h (array.get $string x i)) 16777619))
      (local.set i (i32.add i 1))
      (br next)))
  (i32.and (i32.xor h (i32.shr_u h 15)) 536870911))

;;; Vectors of octets, bits and doubles

(defkernel make-octets ((n i32)) (eq) (array.new_default $octets n))
(defkernel octets-length ((v eq)) (i32) (array.len (ref.cast $octets v)))
(defkernel octet-ref ((v eq) (i i32)) (i32) (array.get $octets (ref.cast $octets v) i))
(defkernel set-octet ((v eq) (i i32) (x i32)) (i32) (array.set $octets (ref.cast $octets v) i x) x)
(defkernel octets-copy ((d eq) (di i32) (s eq) (si i32) (n i32)) ()
  (array.copy $octets (ref.cast $octets d) di (ref.cast $octets s) si n))

(defkernel make-bits ((n i32)) (eq) (array.new_default $bits n))
(defkernel bits-length ((v eq)) (i32) (array.len (ref.cast $bits v)))
(defkernel bit-ref ((v eq) (i i32)) (i32) (array.get $bits (ref.cast $bits v) i))
(defkernel set-bit ((v eq) (i i32) (x i32)) (i32) (array.set $bits (ref.cast $bits v) i x) x)
(defkernel bits-copy ((d eq) (di i32) (s eq) (si i32) (n i32)) ()
  (array.copy $bits (ref.cast $bits d) di (ref.cast $bits s) si n))

(defkernel make-doubles ((n i32)) (eq) (array.new_default $doubles n))
(defkernel doubles-length ((v eq)) (i32) (array.len (ref.cast $doubles v)))
(defkernel doubles-ref ((v eq) (i i32)) (f64) (array.get $doubles (ref.cast $doubles v) i))
(defkernel set-doubles ((v eq) (i i32) (x f64)) (f64) (array.set $doubles (ref.cast $doubles v) i x) x)

;;; Instances: element 0 the identity hash, element 1 the layout, then the slots.

(defkernel make-instance ((layout eq) (n i32)) (eq) (:locals (v $instance))
  (local.set v (array.new $instance (imm nil) (i32.add n 2)))
  (array.set $instance v 0 (ref.i31 0))
  (array.set $instance v 1 layout)
  v)

(defkernel instance1 ((layout eq) (a eq)) (eq) (array.new_fixed $instance 3 (ref.i31 0) layout a))
(defkernel instance2 ((layout eq) (a eq) (b eq)) (eq) (array.new_fixed $instance 4 (ref.i31 0) layout a b))
(defkernel instance3 ((layout eq) (a eq) (b eq) (c eq)) (eq)
  (array.new_fixed $instance 5 (ref.i31 0) layout a b c))
(defkernel instance4 ((layout eq) (a eq) (b eq) (c eq) (d eq)) (eq)
  (array.new_fixed $instance 6 (ref.i31 0) layout a b c d))

(defkernel instance-length ((x eq)) (i32) (i32.sub (array.len (ref.cast $instance x)) 2))
(defkernel instance-ref ((x eq) (i i32)) (eq) (array.get $instance (ref.cast $instance x) (i32.add i 2)))
(defkernel instance-set ((x eq) (i i32) (v eq)) (eq) (array.set $instance (ref.cast $instance x) (i32.add i 2) v) v)
(defkernel instance-layout ((x eq)) (eq) (array.get $instance (ref.cast $instance x) 1))
(defkernel set-instance-layout ((x eq) (v eq)) (eq) (array.set $instance (ref.cast $instance x) 1 v) v)

;;; Is x an instance of the layout in constant k, or of one that has it among its supers (slot 1 of a layout)?
(defkernel instance-of ((x eq) (k i32)) (i32) (:locals (layout eq) (own eq) (supers eq))
  (if (i32.eqz (ref.test $instance x)) (then (return 0)))
  (local.set layout (constant.get k))
  (local.set own (call instance-layout x))
  (if (ref.eq own layout) (then (return 1)))
  (if (i32.eqz (ref.test $instance own)) (then (return 0))) ; x is a layout itself
  (local.set supers (call instance-ref own 1))
  (block done
    (loop next
      (br_if done (i32.eqz (ref.test $cons supers)))
      (if (ref.eq (call cons-car supers) layout) (then (return 1)))
      (local.set supers (call cons-cdr supers))
      (br next)))
  0)

;;; Access to a slot: mostly of an instance of the very structure, without a call.
(defkernel slot-ref ((x eq) (i i32) (k i32)) (eq)
  (if (ref.test $instance x)
      (then (if (ref.eq (call instance-layout x) (constant.get k)) (then (return (call instance-ref x i))))
            (if (call instance-of x k) (then (return (call instance-ref x i))))))
  (lisp %not-a-structure x (constant.get k)))

(defkernel slot-set ((x eq) (v eq) (i i32) (k i32)) (eq)
  (if (ref.test $instance x)
      (then (if (ref.eq (call instance-layout x) (constant.get k)) (then (return (call instance-set x i v))))
            (if (call instance-of x k) (then (return (call instance-set x i v))))))
  (lisp %not-a-structure x (constant.get k)))

;;; Identity hashes: a counter, given at the first question. Objects without room for one share the hash of their kind.

(defkernel next-hash () (i32)
  (global.set hash-counter (i32.and (i32.add (global.get hash-counter) 40503) 536870911))
  (global.get hash-counter))

(defkernel eq-hash ((x eq)) (i32) (:locals (h i32) (o $obj) (s $string) (v $vector) (n $instance))
  (if (ref.test i31 x)
      (then (local.set h (i31.get_s (ref.cast i31 x)))
            (return (i32.and (i32.xor h (i32.shr_u h 1)) 536870911))))
  (if (ref.test $instance x)
      (then (local.set n (ref.cast $instance x))
            (local.set h (i31.get_s (ref.cast i31 (array.get $instance n 0))))
            (if (i32.eqz h)
                (then (local.set h (call next-hash))
                      (array.set $instance n 0 (ref.i31 h))))
            (return h)))
  (if (ref.test $vector x)
      (then (local.set v (ref.cast $vector x))
            (local.set h (i31.get_s (ref.cast i31 (array.get $vector v 0))))
            (if (i32.eqz h)
                (then (local.set h (call next-hash))
                      (array.set $vector v 0 (ref.i31 h))))
            (return h)))
  (if (ref.test $string x)
      (then (local.set s (ref.cast $string x))
            (local.set h (array.get $string s 0))
            (if (i32.eqz h)
                (then (local.set h (call next-hash))
                      (array.set $string s 0 h)))
            (return h)))
  (if (i32.or (ref.test $octets x) (i32.or (ref.test $bits x) (i32.or (ref.test $doubles x) (ref.test $digits x))))
      (then (return 1)))
  (local.set o (ref.cast $obj x))
  (local.set h (struct.get $obj hash o))
  (if (i32.eqz h)
      (then (local.set h (call next-hash))
            (struct.set $obj hash o h)))
  h)

;;; Boxes for captured variables that are assigned

(defkernel make-box ((v eq)) (eq) (struct.new $box 0 v))
(defkernel box-get ((b eq)) (eq) (struct.get $box value (ref.cast $box b)))
(defkernel box-set ((v eq) (b eq)) (eq) (struct.set $box value (ref.cast $box b) v) v)

(defprimitives
  (eq (eq eq) bool op ref.eq)
  (consp (eq) bool test $cons)
  (endp (eq) bool)
  (symbolp (eq) bool)
  (characterp (eq) bool)
  (functionp (eq) bool test $function)
  (simple-vector-p (eq) bool test $vector)
  (%fixnump (eq) bool)
  (%bignump (eq) bool test $bignum)
  (%ratiop (eq) bool test $ratio)
  (%singlep (eq) bool test $single)
  (%doublep (eq) bool test $double)
  (%complexp (eq) bool test $complex)
  (%simple-string-p (eq) bool test $string)
  (%octets-p (eq) bool test $octets)
  (%bits-p (eq) bool test $bits)
  (%doubles-p (eq) bool test $doubles)
  (%instancep (eq) bool test $instance)
  (%unbound-p (eq) bool immediate unbound)
  (%unsupplied-p (eq) bool immediate unsupplied)
  (null (eq) bool immediate nil)
  (not (eq) bool immediate nil)
  (%unbound () eq constant unbound)
  (%unsupplied () eq constant unsupplied)
  (cons (eq eq) eq) (car (eq) eq) (cdr (eq) eq) (rplaca (eq eq) eq) (rplacd (eq eq) eq)
  (%car (eq) eq call cons-car) (%cdr (eq) eq call cons-cdr) (%set-car (eq eq) eq) (%set-cdr (eq eq) eq)
  (%make-symbol (eq) eq) (%symbol-name (eq) eq) (%set-symbol-name (eq eq) eq)
  (%symbol-package (eq) eq) (%set-symbol-package (eq eq) eq)
  (%symbol-value (eq) eq) (%set-symbol-value (eq eq) eq)
  (%symbol-function (eq) eq) (%set-symbol-function (eq eq) eq)
  (%symbol-plist (eq) eq) (%set-symbol-plist (eq eq) eq)
  (%symbol-class (eq) eq) (%set-symbol-class (eq eq) eq)
  (%symbol-setf (eq) eq) (%set-symbol-setf (eq eq) eq)
  (%install-function (eq eq) eq)
  (%set-constant (fix eq) eq) (%grow-constants (fix) fix) (%constant (fix) eq)
  (%make-vector (fix eq) eq) (%vector-length (eq) fix) (%svref (eq fix) eq call vector-ref)
  (%svset (eq fix eq) eq call vector-set) (%vector-copy (eq fix eq fix fix) void)
  (svref (eq eq) eq) (%svref-set (eq eq eq) eq call svset) (%aref (eq eq) eq call aref) (%aset (eq eq eq) eq)
  (%make-string (fix) eq) (%string-length (eq) fix) (%schar (eq fix) eq call char-at) (%set-schar (eq fix eq) eq)
  (%schar-code (eq fix) fix call char-code-at) (%set-schar-code (eq fix fix) fix)
  (%string-copy (eq fix eq fix fix) void) (%string-equal-p (eq eq) bool) (%string-hash (eq) fix)
  (%make-octets (fix) eq) (%octets-length (eq) fix) (%octet-ref (eq fix) fix) (%set-octet (eq fix fix) fix)
  (%octets-copy (eq fix eq fix fix) void)
  (%make-bits (fix) eq) (%bits-length (eq) fix) (%bit-ref (eq fix) fix) (%set-bit (eq fix fix) fix)
  (%bits-copy (eq fix eq fix fix) void)
  (%make-doubles (fix) eq) (%doubles-length (eq) fix) (%doubles-ref (eq fix) f64) (%set-doubles (eq fix f64) f64)
  (%make-instance (eq fix) eq) (%instance-length (eq) fix) (%instance-ref (eq fix) eq) (%instance-set (eq fix eq) eq)
  (%instance-layout (eq) eq) (%set-instance-layout (eq eq) eq)
  (%eq-hash (eq) fix))
