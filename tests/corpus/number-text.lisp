;;;; Numbers and text: bases, PARSE-INTEGER, printing with radix, random numbers.
;; rows: 12 22

(setq *print-pretty* nil)

(defun show (label &rest values)
  (format t "~A:~{ ~S~}~%" label values))

(show "every base" (loop for base from 2 to 36 collect (write-to-string 123456 :base base)))
(show "back again" (loop for base from 2 to 36
                         always
                         (= 123456789012345678901
                            (parse-integer (write-to-string 123456789012345678901 :base base) :radix base))))
(show "radix"
      (let ((*print-radix* t))
        (loop for base in '(2 8 10 16 3) collect (let ((*print-base* base)) (princ-to-string 100)))))
(show "parse" (multiple-value-list (parse-integer "42")) (multiple-value-list (parse-integer "  -17  "))
      (multiple-value-list (parse-integer "+5")) (multiple-value-list (parse-integer "xx99yy" :start 2 :end 4))
      (multiple-value-list (parse-integer "12abc" :junk-allowed t))
      (multiple-value-list (parse-integer "abc" :junk-allowed t))
      (parse-integer "ff" :radix 16) (parse-integer "-1010" :radix 2) (parse-integer "123456789012345678901234567890"))
(show "parse errors" (loop for text in '("" "abc" "1 2" "1.5" "-" "12a")
                           collect (handler-case (parse-integer text) (parse-error () :parse-error))))
(show "read base" (let ((*read-base* 8)) (read-from-string "777")) (let ((*read-base* 36)) (read-from-string "zz")))
(show "digits" (digit-char 7) (digit-char 11 16) (digit-char 11) (digit-char-p #\f 16) (digit-char-p #\F 16)
      (digit-char-p #\g 16) (digit-char-p #\7) (digit-char-p #\8 8))

;;; FORMAT directives for numbers.
(show "integers" (format nil "~D ~5D ~5,'0D ~:D ~@D ~,,'.,4:D" 42 42 42 1234567 42 123456789))
(show "bases" (format nil "~B ~O ~X ~3R ~36R ~8,'0B" 10 64 255 100 1295 5))
(show "words" (format nil "~R, ~R, ~R" 0 21 1234567))
(show "ordinals" (format nil "~:R, ~:R, ~:R" 1 12 103))
(show "roman" (format nil "~@R ~@R ~@R ~:@R" 4 1994 3999 4))
(show "negative" (format nil "~D ~:D ~B ~R" -42 -1234567 -5 -7))
(show "not an integer" (format nil "~D ~B" "abc" 'x))
(show "fixed" (format nil "~,2F ~8,3F ~F ~,0F ~6,2,,,'*F ~@F" 3.14159 2.5 1.5 2.6 1.5 1.0))
(show "fixed rounding" (format nil "~,1F ~,2F ~,3F ~,2F" 0.25 1.005 2.0005d0 -0.001))
(show "scaled" (format nil "~,2,2F ~F ~F" 0.12345 1d10 1/4))
(show "money" (format nil "~$ ~$ ~2,5$ ~8$ ~@$" 3.14159 100 2.5 1.5 7.0))
(show "exponent" (format nil "~,3E ~,2E" 12345.678d0 1.5))
(show "plural" (loop for n in '(0 1 2) collect (format nil "~D file~:P, ~D pon~:@P" n n)))

;;; Digit puzzles.
(defun digits (n) (map 'list #'digit-char-p (princ-to-string n)))
(show "armstrong" (loop for n from 100 to 999 when (= n (loop for d in (digits n) sum (expt d 3))) collect n))
(show "palindromes" (loop for n from 1 for text = (write-to-string n :base 2)
                          when (and (string= text (reverse text)) (= n (parse-integer (reverse (princ-to-string n)))))
                            collect n into found
                          when (= (length found) 10) return found))
(defun roman-value (text)
  (let ((values (map 'list (lambda (c) (getf '(#\I 1 #\V 5 #\X 10 #\L 50 #\C 100 #\D 500 #\M 1000) c)) text)))
    (loop for (a b) on values sum (if (and b (< a b)) (- a) a))))
(show "roman back" (loop for n from 1 to 3999 always (= n (roman-value (format nil "~@R" n)))))

;;; Random numbers: only what must hold of any generator.
(let ((state (make-random-state t)))
  (show "random range" (loop repeat 200 always (<= 0 (random 10 state) 9))
        (loop repeat 200 always (< -1 (random 1.0 state) 1))
        (loop repeat 50 always (< (random (expt 10 30) state) (expt 10 30))) (typep (random 1d0 state) 'double-float))
  (let ((copy (make-random-state state)))
    (show "copied state" (loop repeat 50 always (= (random 1000000 state) (random 1000000 copy)))))
  (show "spread" (= 10 (length (remove-duplicates (loop repeat 1000 collect (random 10 state)))))))
(show "random errors" (handler-case (random (- 5 5)) (type-error () :type-error))
      (handler-case (random -1.5) (type-error () :type-error)))
