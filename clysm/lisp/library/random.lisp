;;;; Random numbers: the generator sfc16 of Chris Doty-Humphrey (PractRand).
;;;;
;;;; The state is three words of 16 bits and a counter of 16 bits, and each step gives 16 bits.  The same state gives
;;;; the same numbers on every machine and in every run; there is no source of other randomness.

(in-package "CLYSM.LIBRARY")

(defstruct (random-state (:constructor %make-random-state (a b c counter)) (:copier %copy-random-state)
                         (:predicate random-state-p))
  "Words A, B, C and the counter, fixnums from 0 to 65535."
  a b c counter)

(defun %random-16 (state)
  "The next 16 random bits of STATE, a fixnum."
  (let* ((a (random-state-a state)) (b (random-state-b state)) (c (random-state-c state))
         (counter (random-state-counter state))
         (result (%fix-and (%fix+ (%fix+ a b) counter) 65535))
         (rotated (%fix-or (%fix-and (%fix-shl c 6) 65535) (%fix-shr c 10))))
    (setf (random-state-a state) (%fix-xor b (%fix-shr b 5))
          (random-state-b state) (%fix-and (%fix+ c (%fix-shl c 3)) 65535)
          (random-state-c state) (%fix-and (%fix+ rotated result) 65535)
          (random-state-counter state) (%fix-and (%fix+ counter 1) 65535))
    result))

(defun %seeded-random-state (seed)
  "A new state from the integer SEED >= 0, of which the lowest 48 bits count."
  (let ((state (%make-random-state (%ldb 16 0 seed) (%ldb 16 16 seed) (%ldb 16 32 seed) 1)))
    (dotimes (i 16 state)
      (%random-16 state))))

(defvar *random-state* (%seeded-random-state 0)
  "The state of the generator that RANDOM uses by default.")

(defvar *random-states-made* 0
  "How many states (make-random-state t) has made.")

(defun make-random-state (&optional state)
  "A new random state: a copy of STATE, of the current one for NIL; for T a fresh one, other than all made before."
  (cond ((null state) (%copy-random-state *random-state*))
        ((eq state t)
         (setq *random-states-made* (+ *random-states-made* 1))
         (%seeded-random-state *random-states-made*))
        ((random-state-p state) (%copy-random-state state))
        (t (%wrong-type state '(or random-state boolean)))))

(defun %random-bits (count state)
  "A random integer of COUNT bits."
  (cond ((> count 4096)
         (let ((half (ash count -1)))
           (logior (ash (%random-bits (- count half) state) half) (%random-bits half state))))
        (t (let ((value 0) (have 0))
             (loop
               (when (>= have count) (return (ash value (- count have))))
               (setq value (logior (ash value 16) (%random-16 state))
                     have (+ have 16)))))))

(defun %random-integer (limit state)
  "A random integer from 0 up to LIMIT > 0, excluded; each with the same probability."
  (let ((bits (integer-length (- limit 1))))
    (loop
      (let ((value (%random-bits bits state)))
        (when (< value limit) (return value))))))

(defun %random-double (state)
  "A random double from 0 to 1, excluded: a multiple of 2^-53."
  (%double-scale (%integer->double (%random-bits 53 state)) -53))

(defun %random-single (state)
  "A random single from 0 to 1, excluded: a multiple of 2^-24."
  (%double->single (%double-scale (%integer->double (%random-bits 24 state)) -24)))

(defun random (limit &optional (state *random-state*))
  "A random number from 0 up to LIMIT, excluded, of the type of LIMIT, a positive integer or float."
  (unless (random-state-p state) (%wrong-type state 'random-state))
  (unless (and (or (integerp limit) (floatp limit)) (> limit 0))
    (%wrong-type limit '(or (integer 1) (float (0.0)))))
  (if (integerp limit)
      (%random-integer limit state)
      (loop
        ;; A product with the limit can be rounded up to it.
        (let ((value (* limit (if (%doublep limit) (%random-double state) (%random-single state)))))
          (when (< value limit) (return value))))))
