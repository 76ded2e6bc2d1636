;;;; Kernel functions on functions, calls, multiple values, exits, memory and the host.

(in-package "CLYSM.COMPILER")

;;; Function objects

(defkernel make-function ((code i32) (info eq) (env eq)) (eq)
  (struct.new $function 0 code info env))
(defkernel function-info ((f eq)) (eq) (struct.get $function info (ref.cast $function f)))
(defkernel set-function-info ((f eq) (v eq)) (eq) (struct.set $function info (ref.cast $function f) v) v)
(defkernel function-code ((f eq)) (i32) (struct.get $function code (ref.cast $function f)))
(defkernel set-function-code ((f eq) (n i32)) (i32) (struct.set $function code (ref.cast $function f) n) n)
(defkernel function-env ((f eq)) (eq) (struct.get $function env (ref.cast $function f)))
(defkernel set-function-env ((f eq) (v eq)) (eq) (struct.set $function env (ref.cast $function f) v) v)

(defkernel self-env ((self self)) (eq) (struct.get $function env (ref.as_non_null self)))
(defkernel self-env-ref ((self self) (i i32)) (eq) (call vector-ref (struct.get $function env (ref.as_non_null self)) i))

(defkernel env2 ((a eq) (b eq)) (eq) (array.new_fixed $vector 3 (ref.i31 0) a b))
(defkernel env3 ((a eq) (b eq) (c eq)) (eq) (array.new_fixed $vector 4 (ref.i31 0) a b c))
(defkernel env4 ((a eq) (b eq) (c eq) (d eq)) (eq) (array.new_fixed $vector 5 (ref.i31 0) a b c d))

(defkernel function-of ((f eq)) ($function)
  (if (ref.test $function f) (then (return (ref.cast $function f))))
  (if (ref.test $symbol f)
      (then (if (ref.test $function (struct.get $symbol function (ref.cast $symbol f)))
                (then (return (ref.cast $function (struct.get $symbol function (ref.cast $symbol f))))))))
  (ref.cast $function (lisp %function-designator f)))

(defkernel funcall0 ((f eq)) (eq i32) (:locals (g $function))
  (local.set g (call function-of f))
  (return_call_indirect 0 g (struct.get $function code g)))
(defkernel funcall1 ((f eq) (a eq)) (eq i32) (:locals (g $function))
  (local.set g (call function-of f))
  (return_call_indirect 1 g a (struct.get $function code g)))
(defkernel funcall2 ((f eq) (a eq) (b eq)) (eq i32) (:locals (g $function))
  (local.set g (call function-of f))
  (return_call_indirect 2 g a b (struct.get $function code g)))
(defkernel funcall3 ((f eq) (a eq) (b eq) (c eq)) (eq i32) (:locals (g $function))
  (local.set g (call function-of f))
  (return_call_indirect 3 g a b c (struct.get $function code g)))
(defkernel funcall4 ((f eq) (a eq) (b eq) (c eq) (d eq)) (eq i32) (:locals (g $function))
  (local.set g (call function-of f))
  (return_call_indirect 4 g a b c d (struct.get $function code g)))
(defkernel apply-list ((f eq) (list eq)) (eq i32) (:locals (g $function))
  (local.set g (call function-of f))
  (return_call_indirect 5 g list (struct.get $function code g)))

;;; Entries shared by many functions. wrong-N: this function does not take N arguments.

(defkernel wrong-0 ((self self)) (eq i32) (lisp %wrong-argument-count (ref.as_non_null self) (imm nil)) 1)
(defkernel wrong-1 ((self self) (a eq)) (eq i32)
  (lisp %wrong-argument-count (ref.as_non_null self) (call cons a (imm nil))) 1)
(defkernel wrong-2 ((self self) (a eq) (b eq)) (eq i32)
  (lisp %wrong-argument-count (ref.as_non_null self) (call list2 a b)) 1)
(defkernel wrong-3 ((self self) (a eq) (b eq) (c eq)) (eq i32)
  (lisp %wrong-argument-count (ref.as_non_null self) (call list3 a b c)) 1)
(defkernel wrong-4 ((self self) (a eq) (b eq) (c eq) (d eq)) (eq i32)
  (lisp %wrong-argument-count (ref.as_non_null self) (call cons a (call list3 b c d))) 1)
(defkernel wrong-list ((self self) (list eq)) (eq i32)
  (lisp %wrong-argument-count (call self-or-nil self) list) 1)

(defkernel self-or-nil ((self self)) (eq)
  (if (self-null self) (then (return (imm nil))))
  (ref.as_non_null self))

;;; collect-N: a function that takes its arguments as a list, called with N values.

(defkernel collect-0 ((self self)) (eq i32)
  (return_call_indirect 5 self (imm nil) (struct.get $function code (ref.as_non_null self))))
(defkernel collect-1 ((self self) (a eq)) (eq i32)
  (return_call_indirect 5 self (call cons a (imm nil)) (struct.get $function code (ref.as_non_null self))))
(defkernel collect-2 ((self self) (a eq) (b eq)) (eq i32)
  (return_call_indirect 5 self (call list2 a b) (struct.get $function code (ref.as_non_null self))))
(defkernel collect-3 ((self self) (a eq) (b eq) (c eq)) (eq i32)
  (return_call_indirect 5 self (call list3 a b c) (struct.get $function code (ref.as_non_null self))))
(defkernel collect-4 ((self self) (a eq) (b eq) (c eq) (d eq)) (eq i32)
  (return_call_indirect 5 self (call cons a (call list3 b c d)) (struct.get $function code (ref.as_non_null self))))

;;; A function of at most four parameters, called with a list.

(defkernel spread ((self self) (list eq)) (eq i32) (:locals (a eq) (b eq) (c eq) (d eq) (r eq) (code i32))
  (local.set code (struct.get $function code (ref.as_non_null self)))
  (if (i32.eqz (ref.test $cons list))
      (then (return_call_indirect 0 self code)))
  (local.set a (call cons-car list))
  (local.set r (call cons-cdr list))
  (if (i32.eqz (ref.test $cons r))
      (then (return_call_indirect 1 self a code)))
  (local.set b (call cons-car r))
  (local.set r (call cons-cdr r))
  (if (i32.eqz (ref.test $cons r))
      (then (return_call_indirect 2 self a b code)))
  (local.set c (call cons-car r))
  (local.set r (call cons-cdr r))
  (if (i32.eqz (ref.test $cons r))
      (then (return_call_indirect 3 self a b c code)))
  (local.set d (call cons-car r))
  (local.set r (call cons-cdr r))
  (if (i32.eqz (ref.test $cons r))
      (then (return_call_indirect 4 self a b c d code)))
  (return_call wrong-list self list))

;;; Argument lists with keywords

(defkernel key-argument ((list eq) (k i32)) (eq) (:locals (key eq))
  (local.set key (constant.get k))
  (block done
    (loop next
      (br_if done (i32.eqz (ref.test $cons list)))
      (if (ref.eq (call cons-car list) key)
          (then (return (call car (call cons-cdr list)))))
      (local.set list (call cdr (call cons-cdr list)))
      (br next)))
  (imm unsupplied))

;;; Every keyword in list is a member of the list allowed, or :allow-other-keys is true.
(defkernel check-keys ((self self) (list eq) (allowed eq) (allow-key i32)) () (:locals (r eq) (k eq) (allow eq))
  (local.set allow (imm unsupplied))
  (local.set r list)
  (block done
    (loop next
      (br_if done (i32.eqz (ref.test $cons r)))
      (if (i32.eqz (ref.test $cons (call cons-cdr r)))
          (then (drop (lisp %odd-keywords (call self-or-nil self) list))))
      (local.set k (call cons-car r))
      (if (i32.eqz (call list-memq k allowed))
          (then
           (if (i32.eqz (ref.eq k (constant.get allow-key)))
               (then
                (if (ref.eq allow (imm unsupplied))
                    (then (local.set allow (call key-argument list allow-key))))
                (if (i32.or (ref.eq allow (imm unsupplied)) (ref.eq allow (imm nil)))
                    (then (drop (lisp %unknown-keyword (call self-or-nil self) k))))))))
      (local.set r (call cdr (call cons-cdr r)))
      (br next))))

(defkernel list-memq ((x eq) (list eq)) (i32)
  (block done
    (loop next
      (br_if done (i32.eqz (ref.test $cons list)))
      (if (ref.eq (call cons-car list) x) (then (return 1)))
      (local.set list (call cons-cdr list))
      (br next)))
  0)

;;; Multiple values: the first is returned with the count, value i > 0 is element i of the buffer.

(defkernel set-value ((i i32) (v eq)) ()
  (if (i32.ge_u i (array.len (global.get values-buffer))) (then (call grow-values i)))
  (array.set $vector (global.get values-buffer) i v))

(defkernel grow-values ((i i32)) () (:locals (new $vector))
  (local.set new (array.new $vector (imm nil) (i32.mul (i32.add i 1) 2)))
  (array.copy $vector new 0 (global.get values-buffer) 0 (array.len (global.get values-buffer)))
  (global.set values-buffer new))

(defkernel values2 ((a eq) (b eq)) (eq i32)
  (array.set $vector (global.get values-buffer) 1 b)
  a 2)

(defkernel values3 ((a eq) (b eq) (c eq)) (eq i32)
  (array.set $vector (global.get values-buffer) 1 b)
  (array.set $vector (global.get values-buffer) 2 c)
  a 3)

(defkernel get-value ((i i32) (count i32)) (eq)
  (if (i32.ge_u i count) (then (return (imm nil))))
  (array.get $vector (global.get values-buffer) i))

(defkernel values-list ((list eq)) (eq i32) (:locals (first eq) (n i32))
  ;; the CAR of what ends the list signals unless that is NIL
  (if (i32.eqz (ref.test $cons list)) (then (drop (call car list)) (return (imm nil) 0)))
  (local.set first (call cons-car list))
  (local.set n 1)
  (loop next
    (local.set list (call cdr list))
    (if (ref.test $cons list)
        (then (call set-value n (call cons-car list))
              (local.set n (i32.add n 1))
              (br next))))
  (drop (call car list))
  first n)

(defkernel list-of-values ((v eq) (count i32)) (eq) (:locals (list eq))
  (if (i32.eqz count) (then (return (imm nil))))
  (local.set list (imm nil))
  (block done
    (loop next
      (local.set count (i32.sub count 1))
      (br_if done (i32.eqz count))
      (local.set list (call cons (call get-value count (i32.add count 1)) list))
      (br next)))
  (call cons v list))

;;; The values of a form kept over other code: NIL where the first says it all.
(defkernel save-values ((count i32)) (eq) (:locals (v $vector))
  (if (i32.le_s count 1) (then (return (imm nil))))
  (local.set v (array.new $vector (imm nil) count))
  (array.copy $vector v 0 (global.get values-buffer) 0 count)
  v)

(defkernel restore-values ((saved eq)) ()
  (if (ref.test $vector saved)
      (then (array.copy $vector (global.get values-buffer) 0 (ref.cast $vector saved) 0
                        (array.len (ref.cast $vector saved))))))

;;; Exits: an exit point is made by each block, tagbody or catch that is left from elsewhere.

(defkernel make-exit () (eq) (struct.new $exit 0 1))
(defkernel kill-exit ((e eq)) () (struct.set $exit live (ref.cast $exit e) 0))
(defkernel live-exit ((e eq)) (eq)
  (if (i32.eqz (struct.get $exit live (ref.cast $exit e))) (then (drop (lisp %dead-exit))))
  e)

;;; An exit has arrived at the catcher of the point own: pass it on if it is for another.
(defkernel land-exit ((e eq) (v eq) (count i32) (own eq)) (eq i32)
  (call kill-exit own)
  (if (ref.eq e own) (then (return v count)))
  (throw e v count))

(defkernel land-go ((e eq) (v eq) (count i32) (own eq)) (i32)
  (if (ref.eq e own) (then (return (unfix v))))
  (call kill-exit own)
  (throw e v count))

;;; Linear memory: host blocks below memory-base, blocks of the running operation above.

(defkernel memory-block ((n i32)) (i32) (:locals (start i32) (end i32) (pages i32))
  (local.set start (i32.and (i32.add (global.get memory-top) 7) -8))
  (local.set end (i32.add start n))
  (local.set pages (i32.sub (i32.shr_u (i32.add end 65535) 16) (memory.size)))
  (if (i32.gt_s pages 0)
      (then (if (i32.eq (memory.grow pages) -1) (then (return 0)))))
  (global.set memory-top end)
  start)

(defkernel buffer-alloc ((n i32)) (i32) (:locals (start i32))
  (local.set start (call memory-block n))
  (global.set memory-base (global.get memory-top))
  start)

(defkernel buffer-reset () ()
  (global.set memory-top 8)
  (global.set memory-base 8))

(defkernel mem-reset () () (global.set memory-top (global.get memory-base)))

(defkernel mem-ref ((a i32)) (i32) (i32.load8_u a))
(defkernel set-mem ((a i32) (v i32)) (i32) (i32.store8 a v) v)
(defkernel mem-ref-32 ((a i32)) (eq) (call integer-of-i64 (i64.extend_i32_u (i32.load a))))
(defkernel set-mem-32 ((a i32) (v i32)) (i32) (i32.store a v) v)

(defkernel octets->mem ((o eq) (start i32) (a i32) (n i32)) () (:locals (v $octets) (i i32))
  (local.set v (ref.cast $octets o))
  (block done
    (loop next
      (br_if done (i32.ge_s i n))
      (i32.store8 (i32.add a i) (array.get $octets v (i32.add start i)))
      (local.set i (i32.add i 1))
      (br next))))

(defkernel mem->octets ((a i32) (o eq) (start i32) (n i32)) () (:locals (v $octets) (i i32))
  (local.set v (ref.cast $octets o))
  (block done
    (loop next
      (br_if done (i32.ge_s i n))
      (array.set $octets v (i32.add start i) (i32.load8_u (i32.add a i)))
      (local.set i (i32.add i 1))
      (br next))))

;;; Host imports

(defkernel host-args-read ((p i32) (cap i32)) (i32) (host args_read p cap))
(defkernel host-fd-read ((fd i32) (p i32) (n i32)) (i32) (host fd_read fd p n))
(defkernel host-fd-write ((fd i32) (p i32) (n i32)) (i32) (host fd_write fd p n))
(defkernel host-fd-seek ((fd i32) (offset eq) (whence i32)) (eq)
  (call integer-of-i64 (host fd_seek fd (call i64-of-integer offset) whence)))
(defkernel host-fd-close ((fd i32)) (i32) (host fd_close fd))
(defkernel host-file-open ((p i32) (n i32) (flags i32)) (i32) (host file_open p n flags))
(defkernel host-path-stat ((p i32) (n i32) (out i32)) (i32) (host path_stat p n out))
(defkernel host-path-change ((op i32) (a i32) (an i32) (b i32) (bn i32)) (i32) (host path_change op a an b bn))
(defkernel host-path-list ((p i32) (n i32) (out i32) (cap i32)) (i32) (host path_list p n out cap))
(defkernel host-clock-read ((kind i32)) (eq) (call integer-of-i64 (host clock_read kind)))
(defkernel host-exit ((code i32)) () (host exit code))
(defkernel host-unit-instantiate ((p i32) (n i32)) (i32) (host unit_instantiate p n))

(defkernel i64-of-integer ((x eq)) (i64) (:locals (d $digits) (m i64))
  (if (ref.test i31 x) (then (return (i64.extend_i32_s (unfix x)))))
  (local.set d (struct.get $bignum magnitude (ref.cast $bignum x)))
  (local.set m (i64.extend_i32_u (array.get $digits d 0)))
  (if (i32.gt_s (array.len d) 1)
      (then (local.set m (i64.or m (i64.shl (i64.extend_i32_u (array.get $digits d 1)) (i64.const 32))))))
  (if (struct.get $bignum sign (ref.cast $bignum x)) (then (local.set m (i64.sub (i64.const 0) m))))
  m)

;;; An uncaught condition ends the program here: the host shows the functions that were running.
(defkernel end-program () (eq) (global.set abort 1) (unreachable))

;;; New code beside the running image: place for n functions in the code tables; the value is the first code number.
(defkernel grow-code ((n i32)) (i32) (code.grow n))

(defprimitives
  (%make-function (fix eq eq) eq) (%function-info (eq) eq) (%set-function-info (eq eq) eq)
  (%function-code (eq) fix) (%set-function-code (eq fix) fix) (%function-env (eq) eq) (%set-function-env (eq eq) eq)
  (%apply-list (eq eq) values call apply-list)
  (%values-list (eq) values call values-list)
  (%mem-ref (fix) fix) (%set-mem (fix fix) fix) (%mem-ref-32 (fix) eq) (%set-mem-32 (fix fix) fix)
  (%mem-alloc (fix) fix call memory-block) (%mem-reset () void)
  (%octets->mem (eq fix fix fix) void) (%mem->octets (fix eq fix fix) void)
  (%host-args-read (fix fix) fix) (%host-fd-read (fix fix fix) fix) (%host-fd-write (fix fix fix) fix)
  (%host-fd-seek (fix eq fix) eq) (%host-fd-close (fix) fix) (%host-file-open (fix fix fix) fix)
  (%host-path-stat (fix fix fix) fix) (%host-path-change (fix fix fix fix fix) fix)
  (%host-path-list (fix fix fix fix) fix) (%host-clock-read (fix) eq) (%host-exit (fix) void)
  (%host-unit-instantiate (fix fix) fix)
  (%grow-code (fix) fix) (%abort () eq call end-program) (%buffer-alloc (fix) fix))
