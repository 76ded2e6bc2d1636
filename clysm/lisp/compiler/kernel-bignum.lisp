;;;; Integers beyond the fixnum range, and the exact conversions between integers and floats.
;;;;
;;;; An integer value is a fixnum (i31, n << 1) or a $bignum: sign 0 or 1 and a magnitude, an array of 32-bit limbs,
;;;; least significant first, without a leading zero limb.  A $bignum is never in the fixnum range, so equal integers have
;;;; the same shape.  Functions named integer-... take and give integer values; functions named digits-... work on
;;;; magnitudes, may return leading zero limbs, and leave the trimming to MAKE-INTEGER.
;;;; The algorithms are those of Knuth, The Art of Computer Programming, volume 2, section 4.3.1.

(in-package "CLYSM.COMPILER")

;;; An eq argument or result here is an integer value, except that %integer-divide gives a cons (quotient . remainder).
(defprimitives
  (%integer-add (eq eq) eq)
  (%integer-sub (eq eq) eq)
  (%integer-mul (eq eq) eq)
  (%integer-negate (eq) eq)
  (%integer-compare (eq eq) fix)
  (%integer-equal (eq eq) bool)
  (%integer-negative-p (eq) bool)
  (%integer-odd-p (eq) bool)
  (%integer-divide (eq eq) eq)
  (%integer-quotient (eq eq) eq)
  (%integer-remainder (eq eq) eq)
  (%integer-logand (eq eq) eq)
  (%integer-logior (eq eq) eq)
  (%integer-logxor (eq eq) eq)
  (%integer-lognot (eq) eq)
  (%integer-ash (eq fix) eq)
  (%integer-length (eq) fix)
  (%integer-logcount (eq) fix)
  (%integer-bit-p (eq fix) bool)
  (%integer-hash (eq) fix)
  (%integer->double (eq) f64)
  (%integer->single (eq) f32)
  (%double->integer (f64) eq)
  (%double-bits (f64) eq)
  (%bits->double (eq) f64)
  (%single-bits (f32) eq)
  (%bits->single (eq) f32)
  (%double-biased-exponent (f64) fix)
  (%double-significand (f64) eq)
  (%double-negative-p (f64) bool)
  (%double-scale (f64 fix) f64)
  (%double-hash (f64) fix))

;;; Making integers

;; The integer of a sign and a magnitude with any number of leading zero limbs.
(defkernel make-integer ((sign i32) (d $digits)) (eq)
  (:locals (n i32) (low i32) (trimmed $digits))
  (local.set n (array.len d))
  (block trimmed-length
    (loop next
      (br_if trimmed-length (i32.eqz n))
      (br_if trimmed-length (array.get $digits d (i32.sub n 1)))
      (local.set n (i32.sub n 1))
      (br next)))
  (if (i32.eqz n) (then (return (fix 0))))
  (if (i32.eq n 1)
      (then
        (local.set low (array.get $digits d 0))
        ;; -2^29 is a fixnum, 2^29 is not.
        (if (i32.lt_u low (i32.add 536870912 sign))
            (then (return (fix (if (result i32) sign (then (i32.sub 0 low)) (else low))))))))
  (if (i32.lt_u n (array.len d))
      (then
        (local.set trimmed (array.new_default $digits n))
        (array.copy $digits trimmed 0 d 0 n)
        (return (struct.new $bignum 0 sign trimmed))))
  (struct.new $bignum 0 sign d))

(defkernel digits-from-u64 ((m i64)) ($digits)
  (:locals (d $digits))
  (local.set d (array.new_default $digits 2))
  (array.set $digits d 0 (i32.wrap_i64 m))
  (array.set $digits d 1 (i32.wrap_i64 (i64.shr_u m (i64.const 32))))
  d)

(defkernel integer-sign ((x eq)) (i32)
  (if (ref.test i31 x)
      (then (return (i32.lt_s (i31.get_s (ref.cast i31 x)) 0))))
  (struct.get $bignum sign (ref.cast $bignum x)))

(defkernel integer-digits ((x eq)) ($digits)
  (:locals (n i32))
  (if (i32.eqz (ref.test i31 x))
      (then (return (struct.get $bignum magnitude (ref.cast $bignum x)))))
  (local.set n (unfix x))
  (if (i32.eqz n) (then (return (array.new_default $digits 0))))
  (array.new $digits (if (result i32) (i32.lt_s n 0) (then (i32.sub 0 n)) (else n)) 1))

;;; Magnitudes: comparison, sum, difference, product

;; -1, 0 or 1; neither magnitude has leading zero limbs.
(defkernel digits-compare ((a $digits) (b $digits)) (i32)
  (:locals (i i32) (x i32) (y i32))
  (local.set i (array.len a))
  (if (i32.ne i (array.len b))
      (then (return (if (result i32) (i32.lt_u i (array.len b)) (then -1) (else 1)))))
  (block equal
    (loop next
      (br_if equal (i32.eqz i))
      (local.set i (i32.sub i 1))
      (local.set x (array.get $digits a i))
      (local.set y (array.get $digits b i))
      (br_if next (i32.eq x y))
      (return (if (result i32) (i32.lt_u x y) (then -1) (else 1)))))
  0)

(defkernel digits-add ((a $digits) (b $digits)) ($digits)
  (:locals (la i32) (lb i32) (i i32) (sum i64) (r $digits) (longer $digits))
  (local.set la (array.len a))
  (local.set lb (array.len b))
  (if (i32.lt_u la lb) (then (return (call digits-add b a))))
  (local.set r (array.new_default $digits la))
  (block both-done
    (loop next
      (br_if both-done (i32.ge_u i lb))
      (local.set sum (i64.add (i64.add (i64.extend_i32_u (array.get $digits a i))
                                       (i64.extend_i32_u (array.get $digits b i)))
                              (i64.shr_u sum (i64.const 32))))
      (array.set $digits r i (i32.wrap_i64 sum))
      (local.set i (i32.add i 1))
      (br next)))
  (block rest-done
    (loop next
      (br_if rest-done (i32.ge_u i la))
      (local.set sum (i64.add (i64.extend_i32_u (array.get $digits a i)) (i64.shr_u sum (i64.const 32))))
      (array.set $digits r i (i32.wrap_i64 sum))
      (local.set i (i32.add i 1))
      (br next)))
  (if (i64.eqz (i64.shr_u sum (i64.const 32))) (then (return r)))
  (local.set longer (array.new $digits 1 (i32.add la 1)))
  (array.copy $digits longer 0 r 0 la)
  longer)

;; a - b, for a >= b.
(defkernel digits-sub ((a $digits) (b $digits)) ($digits)
  (:locals (la i32) (lb i32) (i i32) (difference i64) (r $digits))
  (local.set la (array.len a))
  (local.set lb (array.len b))
  (local.set r (array.new_default $digits la))
  ;; The sign of the previous difference, -1 or 0, is the borrow.
  (block both-done
    (loop next
      (br_if both-done (i32.ge_u i lb))
      (local.set difference
                 (i64.add (i64.sub (i64.extend_i32_u (array.get $digits a i))
                                   (i64.extend_i32_u (array.get $digits b i)))
                          (i64.shr_s difference (i64.const 63))))
      (array.set $digits r i (i32.wrap_i64 difference))
      (local.set i (i32.add i 1))
      (br next)))
  (block rest-done
    (loop next
      (br_if rest-done (i32.ge_u i la))
      (local.set difference
                 (i64.add (i64.extend_i32_u (array.get $digits a i)) (i64.shr_s difference (i64.const 63))))
      (array.set $digits r i (i32.wrap_i64 difference))
      (local.set i (i32.add i 1))
      (br next)))
  r)

(defkernel digits-mul ((a $digits) (b $digits)) ($digits)
  (:locals (la i32) (lb i32) (i i32) (j i32) (x i64) (acc i64) (r $digits))
  (local.set la (array.len a))
  (local.set lb (array.len b))
  (local.set r (array.new_default $digits (i32.add la lb)))
  (block rows-done
    (loop next-row
      (br_if rows-done (i32.ge_u i la))
      (local.set x (i64.extend_i32_u (array.get $digits a i)))
      (local.set acc (i64.const 0))
      (local.set j 0)
      (block row-done
        (loop next
          (br_if row-done (i32.ge_u j lb))
          ;; At most (2^32 - 1)^2 + 2 (2^32 - 1) = 2^64 - 1.
          (local.set acc (i64.add (i64.add (i64.mul x (i64.extend_i32_u (array.get $digits b j)))
                                           (i64.extend_i32_u (array.get $digits r (i32.add i j))))
                                  (i64.shr_u acc (i64.const 32))))
          (array.set $digits r (i32.add i j) (i32.wrap_i64 acc))
          (local.set j (i32.add j 1))
          (br next)))
      (array.set $digits r (i32.add i lb) (i32.wrap_i64 (i64.shr_u acc (i64.const 32))))
      (local.set i (i32.add i 1))
      (br next-row)))
  r)

;;; Sum, difference, product, comparison of integers

;; x + y, or x - y if negate-y is 1.
(defkernel integer-sum ((x eq) (y eq) (negate-y i32)) (eq)
  (:locals (sx i32) (sy i32) (dx $digits) (dy $digits))
  (local.set sx (call integer-sign x))
  (local.set sy (i32.xor (call integer-sign y) negate-y))
  (local.set dx (call integer-digits x))
  (local.set dy (call integer-digits y))
  (if (i32.eq sx sy) (then (return (call make-integer sx (call digits-add dx dy)))))
  (if (result eq) (i32.lt_s (call digits-compare dx dy) 0)
      (then (call make-integer sy (call digits-sub dy dx)))
      (else (call make-integer sx (call digits-sub dx dy)))))

(defkernel integer-add ((x eq) (y eq)) (eq)
  (if (call both-fixnums x y)
      (then (return (call integer-of-i64 (i64.extend_i32_s (i32.add (unfix x) (unfix y)))))))
  (call integer-sum x y 0))

(defkernel integer-sub ((x eq) (y eq)) (eq)
  (if (call both-fixnums x y)
      (then (return (call integer-of-i64 (i64.extend_i32_s (i32.sub (unfix x) (unfix y)))))))
  (call integer-sum x y 1))

(defkernel integer-negate ((x eq)) (eq)
  (call integer-sub (fix 0) x))

(defkernel integer-mul ((x eq) (y eq)) (eq)
  (:locals (dx $digits) (dy $digits))
  (if (call both-fixnums x y)
      (then (return (call integer-of-i64 (i64.mul (i64.extend_i32_s (unfix x))
                                                    (i64.extend_i32_s (unfix y)))))))
  (local.set dx (call integer-digits x))
  (local.set dy (call integer-digits y))
  (call make-integer
        (i32.xor (call integer-sign x) (call integer-sign y))
        ;; Few long rows are faster than many short ones.
        (if (result $digits) (i32.lt_u (array.len dx) (array.len dy))
            (then (call digits-mul dx dy))
            (else (call digits-mul dy dx)))))

(defkernel integer-compare ((x eq) (y eq)) (i32)
  (:locals (m i32) (n i32))
  (if (call both-fixnums x y)
      (then
        (local.set m (unfix x))
        (local.set n (unfix y))
        (return (i32.sub (i32.gt_s m n) (i32.lt_s m n)))))
  (local.set m (call integer-sign x))
  (local.set n (call integer-sign y))
  (if (i32.ne m n) (then (return (i32.sub n m))))
  (local.set m (call digits-compare (call integer-digits x) (call integer-digits y)))
  (if (result i32) n (then (i32.sub 0 m)) (else m)))

(defkernel integer-equal ((x eq) (y eq)) (i32)
  (i32.eqz (call integer-compare x y)))

(defkernel integer-negative-p ((x eq)) (i32)
  (call integer-sign x))

(defkernel integer-odd-p ((x eq)) (i32)
  (if (ref.test i31 x)
      (then (return (i32.and (unfix x) 1))))
  (i32.and (array.get $digits (call integer-digits x) 0) 1))

;;; Shifts of magnitudes

(defkernel digits-shift-left ((d $digits) (n i32)) ($digits)
  (:locals (len i32) (words i32) (bits i64) (i i32) (acc i64) (r $digits))
  (local.set len (array.len d))
  (local.set words (i32.shr_u n 5))
  (local.set bits (i64.extend_i32_u (i32.and n 31)))
  (local.set r (array.new_default $digits (i32.add (i32.add len words) 1)))
  (block done
    (loop next
      (br_if done (i32.ge_u i len))
      (local.set acc (i64.or (i64.shl (i64.extend_i32_u (array.get $digits d i)) bits) (i64.shr_u acc (i64.const 32))))
      (array.set $digits r (i32.add i words) (i32.wrap_i64 acc))
      (local.set i (i32.add i 1))
      (br next)))
  (array.set $digits r (i32.add len words) (i32.wrap_i64 (i64.shr_u acc (i64.const 32))))
  r)

(defkernel digits-shift-right ((d $digits) (n i32)) ($digits)
  (:locals (len i32) (words i32) (bits i64) (i i32) (acc i64) (r $digits))
  (local.set words (i32.shr_u n 5))
  (if (i32.ge_u words (array.len d)) (then (return (array.new_default $digits 0))))
  (local.set len (i32.sub (array.len d) words))
  (local.set bits (i64.extend_i32_u (i32.and n 31)))
  (local.set r (array.new_default $digits len))
  (local.set i len)
  (block done
    (loop next
      (br_if done (i32.eqz i))
      (local.set i (i32.sub i 1))
      (local.set acc (i64.or (i64.shl acc (i64.const 32)) (i64.extend_i32_u (array.get $digits d (i32.add i words)))))
      (array.set $digits r i (i32.wrap_i64 (i64.shr_u acc bits)))
      (br next)))
  r)

;; 1 if one of the n lowest bits is set.
(defkernel digits-low-bits-p ((d $digits) (n i32)) (i32)
  (:locals (words i32) (i i32))
  (local.set words (i32.shr_u n 5))
  (if (i32.ge_u words (array.len d)) (then (return (i32.ne (array.len d) 0))))
  (block done
    (loop next
      (br_if done (i32.ge_u i words))
      (if (array.get $digits d i) (then (return 1)))
      (local.set i (i32.add i 1))
      (br next)))
  (i32.ne 0 (i32.and (array.get $digits d words) (i32.sub (i32.shl 1 (i32.and n 31)) 1))))

;;; Division

;; Fill q, as long as u, with u divided by the limb v; the remainder is the result.
(defkernel digits-divide-limb ((u $digits) (v i32) (q $digits)) (i32)
  (:locals (i i32) (divisor i64) (part i64))
  (local.set divisor (i64.extend_i32_u v))
  (local.set i (array.len u))
  (block done
    (loop next
      (br_if done (i32.eqz i))
      (local.set i (i32.sub i 1))
      (local.set part (i64.or (i64.shl part (i64.const 32)) (i64.extend_i32_u (array.get $digits u i))))
      (array.set $digits q i (i32.wrap_i64 (i64.div_u part divisor)))
      (local.set part (i64.rem_u part divisor))
      (br next)))
  (i32.wrap_i64 part))

;; Subtract digit * v, shifted left by j limbs, from u; 1 if it was too much.  n is the length of v.
(defkernel digits-mul-sub ((u $digits) (v $digits) (n i32) (j i32) (digit i64)) (i32)
  (:locals (i i32) (product i64) (difference i64))
  (block done
    (loop next
      (br_if done (i32.ge_u i n))
      (local.set product (i64.add (i64.mul digit (i64.extend_i32_u (array.get $digits v i)))
                                  (i64.shr_u product (i64.const 32))))
      (local.set difference (i64.add (i64.sub (i64.extend_i32_u (array.get $digits u (i32.add i j)))
                                              (i64.and product (i64.const 4294967295)))
                                     (i64.shr_s difference (i64.const 63))))
      (array.set $digits u (i32.add i j) (i32.wrap_i64 difference))
      (local.set i (i32.add i 1))
      (br next)))
  (local.set difference (i64.add (i64.sub (i64.extend_i32_u (array.get $digits u (i32.add i j)))
                                          (i64.shr_u product (i64.const 32)))
                                 (i64.shr_s difference (i64.const 63))))
  (array.set $digits u (i32.add i j) (i32.wrap_i64 difference))
  (i64.lt_s difference (i64.const 0)))

;; Add v, shifted left by j limbs, to u, dropping the last carry.  n is the length of v.
(defkernel digits-add-back ((u $digits) (v $digits) (n i32) (j i32)) ()
  (:locals (i i32) (sum i64))
  (block done
    (loop next
      (br_if done (i32.ge_u i n))
      (local.set sum (i64.add (i64.add (i64.extend_i32_u (array.get $digits u (i32.add i j)))
                                       (i64.extend_i32_u (array.get $digits v i)))
                              (i64.shr_u sum (i64.const 32))))
      (array.set $digits u (i32.add i j) (i32.wrap_i64 sum))
      (local.set i (i32.add i 1))
      (br next)))
  (array.set $digits u (i32.add i j)
             (i32.add (array.get $digits u (i32.add i j)) (i32.wrap_i64 (i64.shr_u sum (i64.const 32))))))

;; Algorithm D, names as in the book: divide a by b of n >= 2 limbs.  Fills q, of m + 1 limbs, gives the remainder.
(defkernel digits-divide-long ((a $digits) (b $digits) (q $digits)) ($digits)
  (:locals (n i32) (j i32) (shift i32) (u $digits) (v $digits) (v1 i64) (v2 i64) (part i64) (digit i64) (rest i64))
  (local.set n (array.len b))
  (local.set shift (i32.clz (array.get $digits b (i32.sub n 1))))
  (local.set u (call digits-shift-left a shift))
  (local.set v (call digits-shift-left b shift))
  (local.set v1 (i64.extend_i32_u (array.get $digits v (i32.sub n 1))))
  (local.set v2 (i64.extend_i32_u (array.get $digits v (i32.sub n 2))))
  (local.set j (i32.sub (array.len a) n))
  (loop next
    (local.set part (i64.or (i64.shl (i64.extend_i32_u (array.get $digits u (i32.add j n))) (i64.const 32))
                            (i64.extend_i32_u (array.get $digits u (i32.sub (i32.add j n) 1)))))
    (local.set digit (i64.div_u part v1))
    (local.set rest (i64.rem_u part v1))
    (block estimated
      (loop estimate
        (br_if estimated (i64.ge_u rest (i64.const 4294967296)))
        (br_if estimated
               (i32.and (i64.lt_u digit (i64.const 4294967296))
                        (i64.le_u (i64.mul digit v2)
                                  (i64.or (i64.shl rest (i64.const 32))
                                          (i64.extend_i32_u (array.get $digits u (i32.sub (i32.add j n) 2)))))))
        (local.set digit (i64.sub digit (i64.const 1)))
        (local.set rest (i64.add rest v1))
        (br estimate)))
    (if (call digits-mul-sub u v n j digit)
        (then
          (local.set digit (i64.sub digit (i64.const 1)))
          (call digits-add-back u v n j)))
    (array.set $digits q j (i32.wrap_i64 digit))
    (local.set j (i32.sub j 1))
    (br_if next (i32.ge_s j 0)))
  (call digits-shift-right u shift))

;; Fill q with a divided by b, not zero; the remainder is the result.  q has the length of a less that of b, plus 1.
(defkernel digits-divide ((a $digits) (b $digits) (q $digits)) ($digits)
  (if (i32.lt_u (array.len a) (array.len b)) (then (return a)))
  (if (i32.eq (array.len b) 1)
      (then (return (array.new $digits (call digits-divide-limb a (array.get $digits b 0) q) 1))))
  (call digits-divide-long a b q))

(defkernel quotient-digits ((a $digits) (b $digits)) ($digits)
  (array.new_default $digits
    (if (result i32) (i32.lt_u (array.len a) (array.len b))
        (then 0)
        (else (i32.add (i32.sub (array.len a) (array.len b)) 1)))))

;; x / y rounded towards zero; y is not zero.
(defkernel integer-quotient ((x eq) (y eq)) (eq)
  (:locals (dx $digits) (dy $digits) (q $digits))
  (if (call both-fixnums x y)
      (then (return (call integer-of-i64
                          (i64.extend_i32_s (i32.div_s (unfix x) (unfix y)))))))
  (local.set dx (call integer-digits x))
  (local.set dy (call integer-digits y))
  (local.set q (call quotient-digits dx dy))
  (drop (call digits-divide dx dy q))
  (call make-integer (i32.xor (call integer-sign x) (call integer-sign y)) q))

(defkernel integer-remainder ((x eq) (y eq)) (eq)
  (:locals (dx $digits) (dy $digits))
  (if (call both-fixnums x y)
      (then (return (fix (i32.rem_s (unfix x) (unfix y))))))
  (local.set dx (call integer-digits x))
  (local.set dy (call integer-digits y))
  (call make-integer (call integer-sign x) (call digits-divide dx dy (call quotient-digits dx dy))))

;; Quotient and remainder as one cons, for one division instead of two.
(defkernel integer-divide ((x eq) (y eq)) (eq)
  (:locals (dx $digits) (dy $digits) (q $digits) (r $digits))
  (if (call both-fixnums x y)
      (then (return (call cons (call integer-quotient x y) (call integer-remainder x y)))))
  (local.set dx (call integer-digits x))
  (local.set dy (call integer-digits y))
  (local.set q (call quotient-digits dx dy))
  (local.set r (call digits-divide dx dy q))
  (call cons (call make-integer (i32.xor (call integer-sign x) (call integer-sign y)) q)
             (call make-integer (call integer-sign x) r)))

;;; Two's complement

;; The n lowest limbs of the integer (sign, d) in two's complement, in a new array.
(defkernel digits-complement ((sign i32) (d $digits) (n i32)) ($digits)
  (:locals (i i32) (sum i64) (r $digits))
  (local.set r (array.new_default $digits n))
  (array.copy $digits r 0 d 0
              (if (result i32) (i32.lt_u n (array.len d)) (then n) (else (array.len d))))
  (if (i32.eqz sign) (then (return r)))
  (local.set sum (i64.const 4294967296))
  (block done
    (loop next
      (br_if done (i32.ge_u i n))
      (local.set sum (i64.add (i64.extend_i32_u (i32.xor (array.get $digits r i) -1)) (i64.shr_u sum (i64.const 32))))
      (array.set $digits r i (i32.wrap_i64 sum))
      (local.set i (i32.add i 1))
      (br next)))
  r)

;; operation: 0 and, 1 or, 2 exclusive or.
(defkernel limb-logical ((operation i32) (a i32) (b i32)) (i32)
  (if (i32.eqz operation) (then (return (i32.and a b))))
  (if (result i32) (i32.eq operation 1) (then (i32.or a b)) (else (i32.xor a b))))

(defkernel integer-logical ((operation i32) (x eq) (y eq)) (eq)
  (:locals (sx i32) (sy i32) (sign i32) (n i32) (ny i32) (i i32) (a $digits) (b $digits))
  (local.set sx (call integer-sign x))
  (local.set sy (call integer-sign y))
  (local.set a (call integer-digits x))
  (local.set b (call integer-digits y))
  (local.set n (i32.add (array.len a) 1))
  (local.set ny (i32.add (array.len b) 1))
  ;; The longer operand counts, but AND with an operand that is not negative needs only the limbs of that one.
  (if (i32.or (if (result i32) (i32.or operation sy) (then 0) (else (i32.lt_u ny n)))
              (if (result i32) (i32.and (i32.eqz operation) (i32.eqz sx)) (then 0) (else (i32.gt_u ny n))))
      (then (local.set n ny)))
  (local.set a (call digits-complement sx a n))
  (local.set b (call digits-complement sy b n))
  (local.set sign (call limb-logical operation sx sy))
  (block done
    (loop next
      (br_if done (i32.ge_u i n))
      (array.set $digits a i (call limb-logical operation (array.get $digits a i) (array.get $digits b i)))
      (local.set i (i32.add i 1))
      (br next)))
  (call make-integer sign (call digits-complement sign a n)))

(defkernel integer-logand ((x eq) (y eq)) (eq)
  (if (call both-fixnums x y)
      (then (return (ref.i31 (i32.and (i31.get_s (ref.cast i31 x)) (i31.get_s (ref.cast i31 y)))))))
  (call integer-logical 0 x y))

(defkernel integer-logior ((x eq) (y eq)) (eq)
  (if (call both-fixnums x y)
      (then (return (ref.i31 (i32.or (i31.get_s (ref.cast i31 x)) (i31.get_s (ref.cast i31 y)))))))
  (call integer-logical 1 x y))

(defkernel integer-logxor ((x eq) (y eq)) (eq)
  (if (call both-fixnums x y)
      (then (return (ref.i31 (i32.xor (i31.get_s (ref.cast i31 x)) (i31.get_s (ref.cast i31 y)))))))
  (call integer-logical 2 x y))

(defkernel integer-lognot ((x eq)) (eq)
  (call integer-sub (fix -1) x))

;;; Bits of integers

;; x * 2^n rounded down, any n.
(defkernel integer-ash ((x eq) (n i32)) (eq)
  (:locals (d $digits) (r eq))
  (if (ref.test i31 x)
      (then
        (if (i32.le_s n 0)
            (then (return (fix (i32.shr_s (unfix x)
                                          (if (result i32) (i32.lt_s n -31) (then 31) (else (i32.sub 0 n))))))))
        (if (i32.le_s n 32)
            (then (return (call integer-of-i64 (i64.shl (i64.extend_i32_s (unfix x)) (i64.extend_i32_s n))))))))
  (local.set d (call integer-digits x))
  (if (i32.ge_s n 0) (then (return (call make-integer (call integer-sign x) (call digits-shift-left d n)))))
  (local.set n (i32.sub 0 n))
  (local.set r (call make-integer (call integer-sign x) (call digits-shift-right d n)))
  (if (result eq) (i32.and (call integer-sign x) (call digits-low-bits-p d n))
      (then (call integer-sub r (fix 1)))
      (else r)))

;; The number of bits of a magnitude without leading zero limbs.
(defkernel digits-bits ((d $digits)) (i32)
  (:locals (n i32))
  (local.set n (array.len d))
  (if (i32.eqz n) (then (return 0)))
  (i32.sub (i32.shl n 5) (i32.clz (array.get $digits d (i32.sub n 1)))))

(defkernel digits-popcount ((d $digits)) (i32)
  (:locals (i i32) (count i32))
  (block done
    (loop next
      (br_if done (i32.ge_u i (array.len d)))
      (local.set count (i32.add count (i32.popcnt (array.get $digits d i))))
      (local.set i (i32.add i 1))
      (br next)))
  count)

;; The number of zero bits below the lowest one bit of a magnitude that is not zero.
(defkernel digits-trailing-zeros ((d $digits)) (i32)
  (:locals (i i32))
  (block done
    (loop next
      (br_if done (array.get $digits d i))
      (local.set i (i32.add i 1))
      (br next)))
  (i32.add (i32.shl i 5) (i32.ctz (array.get $digits d i))))

;; Bits of x in two's complement without the sign bit.
(defkernel integer-length ((x eq)) (i32)
  (:locals (n i32) (d $digits))
  (if (ref.test i31 x)
      (then
        (local.set n (unfix x))
        (return (i32.sub 32 (i32.clz (i32.xor n (i32.shr_s n 31)))))))
  (local.set d (call integer-digits x))
  (local.set n (call digits-bits d))
  (if (result i32) (call integer-sign x)
      (then (i32.sub n (i32.eq (call digits-popcount d) 1)))
      (else n)))

;; The one bits of x, or the zero bits of a negative x.
(defkernel integer-logcount ((x eq)) (i32)
  (:locals (n i32) (d $digits))
  (if (ref.test i31 x)
      (then
        (local.set n (unfix x))
        (return (i32.popcnt (i32.xor n (i32.shr_s n 31))))))
  (local.set d (call integer-digits x))
  (local.set n (call digits-popcount d))
  ;; The zero bits of -m are the one bits of m - 1.
  (if (result i32) (call integer-sign x)
      (then (i32.add (i32.sub n 1) (call digits-trailing-zeros d)))
      (else n)))

;; Bit number index >= 0 of x in two's complement.
(defkernel integer-bit-p ((x eq) (index i32)) (i32)
  (:locals (word i32) (limb i32) (d $digits))
  (if (ref.test i31 x)
      (then (return (i32.and 1 (i32.shr_s (unfix x)
                                          (if (result i32) (i32.gt_u index 31) (then 31) (else index)))))))
  (local.set d (call integer-digits x))
  (local.set word (i32.shr_u index 5))
  (if (i32.ge_u word (array.len d)) (then (return (call integer-sign x))))
  (local.set limb (array.get $digits d word))
  (if (call integer-sign x)
      (then
        (local.set limb (i32.sub (i32.xor limb -1)
                                 (i32.sub (call digits-low-bits-p d (i32.shl word 5)) 1)))))
  (i32.and 1 (i32.shr_u limb index)))

;;; Hash codes: not negative, below 2^29, equal for equal values

(defkernel hash-mix ((hash i32) (word i32)) (i32)
  (i32.mul (i32.xor (i32.rotl hash 5) word) 668265263))

(defkernel hash-result ((hash i32)) (i32)
  (i32.and (i32.xor hash (i32.shr_u hash 15)) 536870911))

(defkernel integer-hash ((x eq)) (i32)
  (:locals (i i32) (hash i32) (d $digits))
  (if (ref.test i31 x)
      (then (return (call hash-result (call hash-mix 0 (unfix x))))))
  (local.set d (call integer-digits x))
  (local.set hash (call integer-sign x))
  (block done
    (loop next
      (br_if done (i32.ge_u i (array.len d)))
      (local.set hash (call hash-mix hash (array.get $digits d i)))
      (local.set i (i32.add i 1))
      (br next)))
  (call hash-result hash))

(defkernel double-hash ((x f64)) (i32)
  (:locals (bits i64))
  (local.set bits (i64.reinterpret_f64 x))
  (call hash-result
        (call hash-mix (call hash-mix 2 (i32.wrap_i64 bits)) (i32.wrap_i64 (i64.shr_u bits (i64.const 32))))))

;;; Integers and floats

;; The two lowest limbs.
(defkernel digits-low-u64 ((d $digits)) (i64)
  (if (i32.eqz (array.len d)) (then (return (i64.const 0))))
  (if (result i64) (i32.eq (array.len d) 1)
      (then (i64.extend_i32_u (array.get $digits d 0)))
      (else (i64.or (i64.extend_i32_u (array.get $digits d 0))
                    (i64.shl (i64.extend_i32_u (array.get $digits d 1)) (i64.const 32))))))

;; The bits above the lowest n, which are at most 64; the lowest of them is also set if a bit is lost, so that rounding
;; the result to a shorter significand rounds the whole magnitude.
(defkernel digits-top-u64 ((d $digits) (n i32)) (i64)
  (i64.or (call digits-low-u64 (call digits-shift-right d n))
          (i64.extend_i32_u (call digits-low-bits-p d n))))

;; 2^n for -1022 <= n <= 1023, infinity for n = 1024.
(defkernel power-of-two ((n i32)) (f64)
  (f64.reinterpret_i64 (i64.shl (i64.extend_i32_u (i32.add n 1023)) (i64.const 52))))

;; The nearest double, ties to even; infinity when the magnitude is too large.
(defkernel integer->double ((x eq)) (f64)
  (:locals (d $digits) (excess i32) (magnitude f64))
  (if (ref.test i31 x) (then (return (f64.convert_i32_s (unfix x)))))
  (local.set d (call integer-digits x))
  (local.set excess (i32.sub (call digits-bits d) 64))
  (local.set magnitude
             (if (result f64) (i32.le_s excess 0)
                 (then (f64.convert_i64_u (call digits-low-u64 d)))
                 (else (if (result f64) (i32.gt_s excess 960)
                           (then (call power-of-two 1024))
                           (else (f64.mul (f64.convert_i64_u (call digits-top-u64 d excess))
                                          (call power-of-two excess)))))))
  (if (result f64) (call integer-sign x) (then (f64.neg magnitude)) (else magnitude)))

;; The nearest single, ties to even; infinity when the magnitude is too large.  The double is exact or holds a lost bit
;; far below the significand of a single, so that only the last step rounds.
(defkernel integer->single ((x eq)) (f32)
  (:locals (d $digits) (excess i32) (magnitude f64))
  (local.set d (call integer-digits x))
  (local.set excess (i32.sub (call digits-bits d) 53))
  (local.set magnitude
             (if (result f64) (i32.le_s excess 0)
                 (then (f64.convert_i64_u (call digits-low-u64 d)))
                 (else (if (result f64) (i32.gt_s excess 960)
                           (then (call power-of-two 1024))
                           (else (f64.mul (f64.convert_i64_u (call digits-top-u64 d excess))
                                          (call power-of-two excess)))))))
  (f32.demote_f64 (if (result f64) (call integer-sign x) (then (f64.neg magnitude)) (else magnitude))))

(defkernel double-biased-exponent ((x f64)) (i32)
  (i32.and (i32.wrap_i64 (i64.shr_u (i64.reinterpret_f64 x) (i64.const 52))) 2047))

;; The significand as i64, with the hidden bit of a normal number.
(defkernel double-significand-i64 ((x f64)) (i64)
  (i64.or (i64.and (i64.reinterpret_f64 x) (i64.const 4503599627370495))
          (if (result i64) (call double-biased-exponent x) (then (i64.const 4503599627370496)) (else (i64.const 0)))))

(defkernel double-significand ((x f64)) (eq)
  (call integer-of-i64 (call double-significand-i64 x)))

(defkernel double-negative-p ((x f64)) (i32)
  (i64.lt_s (i64.reinterpret_f64 x) (i64.const 0)))

;; x, which is finite, rounded towards zero.
(defkernel double->integer ((x f64)) (eq)
  (if (f64.lt (f64.abs x) (call power-of-two 63))
      (then (return (call integer-of-i64 (i64.trunc_f64_s x)))))
  (call make-integer
        (call double-negative-p x)
        (call digits-shift-left (call digits-from-u64 (call double-significand-i64 x))
              (i32.sub (call double-biased-exponent x) 1075))))

;; The 64 bits as an integer that is not negative.
(defkernel double-bits ((x f64)) (eq)
  (call make-integer 0 (call digits-from-u64 (i64.reinterpret_f64 x))))

(defkernel bits->double ((bits eq)) (f64)
  (f64.reinterpret_i64 (call digits-low-u64 (call integer-digits bits))))

(defkernel single-bits ((x f32)) (eq)
  (call integer-of-i64 (i64.extend_i32_u (i32.reinterpret_f32 x))))

(defkernel bits->single ((bits eq)) (f32)
  (f32.reinterpret_i32 (i32.wrap_i64 (call digits-low-u64 (call integer-digits bits)))))

;; x * 2^n with one rounding.  Scaling down goes through steps that keep 53 bits above the least normal number, so that
;; only the last one can round.
(defkernel double-scale ((x f64) (n i32)) (f64)
  (:locals (steps i32))
  (local.set steps 2)
  (block done
    (loop next
      (br_if done (i32.eqz steps))
      (local.set steps (i32.sub steps 1))
      (if (i32.gt_s n 1023)
          (then
            (local.set x (f64.mul x (call power-of-two 1023)))
            (local.set n (i32.sub n 1023))))
      (if (i32.lt_s n -1022)
          (then
            (local.set x (f64.mul x (call power-of-two -969)))
            (local.set n (i32.add n 969))))
      (br next)))
  (if (i32.gt_s n 1023) (then (local.set n 1023)))
  (if (i32.lt_s n -1022) (then (local.set n -1022)))
  (f64.mul x (call power-of-two n)))
