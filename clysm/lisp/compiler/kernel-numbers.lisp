;;;; Kernel functions on fixnums, characters, floats, and the two-argument arithmetic with its fast paths.

(in-package "CLYSM.COMPILER")

(defkernel fixnump ((x eq)) (i32)
  (if (result i32) (ref.test i31 x)
      (then (i32.eqz (i32.and (i31.get_s (ref.cast i31 x)) 1)))
      (else 0)))

(defkernel both-fixnums ((x eq) (y eq)) (i32)
  (if (result i32) (i32.and (ref.test i31 x) (ref.test i31 y))
      (then (i32.eqz (i32.and (i32.or (i31.get_s (ref.cast i31 x)) (i31.get_s (ref.cast i31 y))) 1)))
      (else 0)))

;;; An i32 that may be outside the fixnum range
(defkernel integer-of-i32 ((n i32)) (eq)
  (if (i32.eq (i32.shr_s (i32.shl n 2) 2) n)
      (then (return (fix n))))
  (call integer-of-i64 (i64.extend_i32_s n)))

(defkernel integer-of-i64 ((n i64)) (eq) (:locals (m i64) (d $digits))
  (if (i64.eq (i64.shr_s (i64.shl n (i64.const 34)) (i64.const 34)) n)
      (then (return (fix (i32.wrap_i64 n)))))
  (local.set m n)
  (if (i64.lt_s n (i64.const 0)) (then (local.set m (i64.sub (i64.const 0) n))))
  (local.set d (if (result $digits) (i64.eqz (i64.shr_u m (i64.const 32)))
                   (then (array.new_fixed $digits 1 (i32.wrap_i64 m)))
                   (else (array.new_fixed $digits 2 (i32.wrap_i64 m)
                                          (i32.wrap_i64 (i64.shr_u m (i64.const 32)))))))
  (struct.new $bignum 0 (i64.lt_s n (i64.const 0)) d))

(defkernel add2 ((x eq) (y eq)) (eq)
  (if (call both-fixnums x y)
      (then (return (call integer-of-tagged (i32.add (i31.get_s (ref.cast i31 x)) (i31.get_s (ref.cast i31 y)))))))
  (lisp %add-slow x y))

(defkernel sub2 ((x eq) (y eq)) (eq)
  (if (call both-fixnums x y)
      (then (return (call integer-of-tagged (i32.sub (i31.get_s (ref.cast i31 x)) (i31.get_s (ref.cast i31 y)))))))
  (lisp %sub-slow x y))

;;; A sum of two tagged fixnums: 32 bits at most
(defkernel integer-of-tagged ((n i32)) (eq)
  (if (i32.eq (i32.shr_s (i32.shl n 1) 1) n)
      (then (return (ref.i31 n))))
  (call integer-of-i32 (i32.shr_s n 1)))

(defkernel mul2 ((x eq) (y eq)) (eq)
  (if (call both-fixnums x y)
      (then (return (call integer-of-i64 (i64.mul (i64.extend_i32_s (unfix x)) (i64.extend_i32_s (unfix y)))))))
  (lisp %mul-slow x y))

(defkernel lt2 ((x eq) (y eq)) (i32)
  (if (call both-fixnums x y)
      (then (return (i32.lt_s (i31.get_s (ref.cast i31 x)) (i31.get_s (ref.cast i31 y))))))
  (call true-p (lisp %less-slow x y)))

(defkernel gt2 ((x eq) (y eq)) (i32)
  (if (call both-fixnums x y)
      (then (return (i32.gt_s (i31.get_s (ref.cast i31 x)) (i31.get_s (ref.cast i31 y))))))
  (call true-p (lisp %less-slow y x)))

(defkernel le2 ((x eq) (y eq)) (i32)
  (if (call both-fixnums x y)
      (then (return (i32.le_s (i31.get_s (ref.cast i31 x)) (i31.get_s (ref.cast i31 y))))))
  (call true-p (lisp %less-equal-slow x y)))

(defkernel ge2 ((x eq) (y eq)) (i32)
  (if (call both-fixnums x y)
      (then (return (i32.ge_s (i31.get_s (ref.cast i31 x)) (i31.get_s (ref.cast i31 y))))))
  (call true-p (lisp %less-equal-slow y x)))

(defkernel num=2 ((x eq) (y eq)) (i32)
  (if (call both-fixnums x y) (then (return (ref.eq x y))))
  (call true-p (lisp %num-equal-slow x y)))

(defkernel true-p ((x eq)) (i32) (i32.eqz (ref.eq x (imm nil))))

(defkernel logand2 ((x eq) (y eq)) (eq)
  (if (call both-fixnums x y)
      (then (return (ref.i31 (i32.and (i31.get_s (ref.cast i31 x)) (i31.get_s (ref.cast i31 y)))))))
  (lisp %logand-slow x y))

(defkernel logior2 ((x eq) (y eq)) (eq)
  (if (call both-fixnums x y)
      (then (return (ref.i31 (i32.or (i31.get_s (ref.cast i31 x)) (i31.get_s (ref.cast i31 y)))))))
  (lisp %logior-slow x y))

(defkernel logxor2 ((x eq) (y eq)) (eq)
  (if (call both-fixnums x y)
      (then (return (ref.i31 (i32.xor (i31.get_s (ref.cast i31 x)) (i31.get_s (ref.cast i31 y)))))))
  (lisp %logxor-slow x y))

(defkernel ash2 ((x eq) (y eq)) (eq) (:locals (n i32))
  (if (call both-fixnums x y)
      (then
       (local.set n (unfix y))
       (if (i32.lt_s n 0)
           (then (if (i32.gt_s n -31)
                     (then (return (fix (i32.shr_s (unfix x) (i32.sub 0 n)))))))
           (else (if (i32.lt_s n 31)
                     (then (return (call integer-of-i64 (i64.shl (i64.extend_i32_s (unfix x))
                                                                 (i64.extend_i32_s n))))))))))
  (lisp %ash-slow x y))

;;; EQL: the same object, or numbers of one type with the same value
(defkernel eql ((x eq) (y eq)) (i32)
  (if (ref.eq x y) (then (return 1)))
  (if (i32.or (ref.test i31 x) (ref.test i31 y)) (then (return 0)))
  (if (i32.or (ref.test $cons x) (i32.or (ref.test $symbol x) (i32.or (ref.test $instance x) (ref.test $string x))))
      (then (return 0)))
  (if (i32.or (ref.test $bignum x)
              (i32.or (ref.test $double x)
                      (i32.or (ref.test $single x) (i32.or (ref.test $ratio x) (ref.test $complex x)))))
      (then (return (call true-p (lisp %number-eql x y)))))
  0)

;;; Characters

(defkernel characterp ((x eq)) (i32)
  (if (result i32) (ref.test i31 x)
      (then (i32.eq (i32.and (i31.get_s (ref.cast i31 x)) 7) 1))
      (else 0)))

(defkernel char=2 ((a eq) (b eq)) (i32)
  (if (i32.eqz (call characterp a)) (then (drop (lisp %not-a-character a))))
  (if (i32.eqz (call characterp b)) (then (drop (lisp %not-a-character b))))
  (ref.eq a b))

(defkernel char-code ((c eq)) (i32) (i32.shr_u (i31.get_u (ref.cast i31 c)) 3))

(defkernel code-char ((n i32)) (eq) (ref.i31 (i32.or (i32.shl n 3) 1)))

;;; Floats

(defkernel make-double ((x f64)) (eq) (struct.new $double 0 x))
(defkernel double-value ((x eq)) (f64) (struct.get $double value (ref.cast $double x)))
(defkernel make-single ((x f32)) (eq) (struct.new $single 0 x))
(defkernel single-value ((x eq)) (f32) (struct.get $single value (ref.cast $single x)))

(defkernel double-bits-16 ((x f64) (k i32)) (i32)
  (i32.and (i32.wrap_i64 (i64.shr_u (i64.reinterpret_f64 x) (i64.extend_i32_u (i32.mul k 16)))) 65535))

(defkernel double-of-bits ((p3 i32) (p2 i32) (p1 i32) (p0 i32)) (f64)
  (f64.reinterpret_i64
   (i64.or (i64.shl (i64.extend_i32_u (i32.or (i32.shl p3 16) (i32.and p2 65535))) (i64.const 32))
           (i64.extend_i32_u (i32.or (i32.shl p1 16) (i32.and p0 65535))))))

(defkernel single-bits-16 ((x f32) (k i32)) (i32)
  (i32.and (i32.shr_u (i32.reinterpret_f32 x) (i32.mul k 16)) 65535))

(defkernel single-of-bits ((p1 i32) (p0 i32)) (f32)
  (f32.reinterpret_i32 (i32.or (i32.shl p1 16) (i32.and p0 65535))))

;;; Ratios and complex numbers

(defkernel make-ratio ((n eq) (d eq)) (eq) (struct.new $ratio 0 n d))
(defkernel numerator ((x eq)) (eq) (struct.get $ratio numerator (ref.cast $ratio x)))
(defkernel denominator ((x eq)) (eq) (struct.get $ratio denominator (ref.cast $ratio x)))
(defkernel make-complex ((r eq) (i eq)) (eq) (struct.new $complex 0 r i))
(defkernel realpart ((x eq)) (eq) (struct.get $complex real (ref.cast $complex x)))
(defkernel imagpart ((x eq)) (eq) (struct.get $complex imag (ref.cast $complex x)))

(defprimitives
  (%fix+ (tag tag) tag op i32.add) (%fix- (tag tag) tag op i32.sub) (%fix* (tag fix) tag op i32.mul)
  (%fix-quotient (fix fix) fix op i32.div_s) (%fix-remainder (fix fix) fix op i32.rem_s)
  (%fix-and (tag tag) tag op i32.and) (%fix-or (tag tag) tag op i32.or) (%fix-xor (tag tag) tag op i32.xor)
  (%fix-not (fix) fix not) (%fix-shl (tag fix) tag op i32.shl) (%fix-shr (fix fix) fix op i32.shr_s)
  (%fix= (tag tag) bool op i32.eq) (%fix< (tag tag) bool op i32.lt_s) (%fix> (tag tag) bool op i32.gt_s)
  (%fix<= (tag tag) bool op i32.le_s) (%fix>= (tag tag) bool op i32.ge_s)
  (%add2 (eq eq) eq) (%sub2 (eq eq) eq) (%mul2 (eq eq) eq)
  (%lt2 (eq eq) bool) (%gt2 (eq eq) bool) (%le2 (eq eq) bool) (%ge2 (eq eq) bool) (%num=2 (eq eq) bool)
  (%logand2 (eq eq) eq) (%logior2 (eq eq) eq) (%logxor2 (eq eq) eq)
  (%ash2 (eq eq) eq)
  (eql (eq eq) bool)
  (%char=2 (eq eq) bool) (%char-code (eq) fix) (%code-char (fix) eq)
  (%double+ (f64 f64) f64 op f64.add) (%double- (f64 f64) f64 op f64.sub) (%double* (f64 f64) f64 op f64.mul)
  (%double/ (f64 f64) f64 op f64.div) (%double-sqrt (f64) f64 op f64.sqrt) (%double-abs (f64) f64 op f64.abs)
  (%double-neg (f64) f64 op f64.neg) (%double-floor (f64) f64 op f64.floor) (%double-ceil (f64) f64 op f64.ceil)
  (%double-trunc (f64) f64 op f64.trunc) (%double-nearest (f64) f64 op f64.nearest)
  (%double= (f64 f64) bool op f64.eq) (%double< (f64 f64) bool op f64.lt) (%double<= (f64 f64) bool op f64.le)
  (%fix->double (fix) f64 op f64.convert_i32_s) (%double->fix (f64) fix op i32.trunc_f64_s)
  (%double-bits-16 (f64 fix) fix) (%make-double (fix fix fix fix) f64 call double-of-bits)
  (%single->double (f32) f64 op f64.promote_f32) (%double->single (f64) f32 op f32.demote_f64)
  (%single-bits-16 (f32 fix) fix) (%make-single (fix fix) f32 call single-of-bits)
  (%single+ (f32 f32) f32 op f32.add) (%single- (f32 f32) f32 op f32.sub) (%single* (f32 f32) f32 op f32.mul)
  (%single/ (f32 f32) f32 op f32.div) (%single-sqrt (f32) f32 op f32.sqrt)
  (%single= (f32 f32) bool op f32.eq) (%single< (f32 f32) bool op f32.lt)
  (%make-ratio (eq eq) eq) (%numerator (eq) eq) (%denominator (eq) eq)
  (%make-complex (eq eq) eq) (%realpart (eq) eq) (%imagpart (eq) eq))
