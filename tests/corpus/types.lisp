;;;; Type specifiers: TYPEP, SUBTYPEP, COERCE, DEFTYPE, TYPE-OF.
;; rows: 4 N1 N3 N4

(setq *print-pretty* nil)

(defun show (label &rest values)
  (format t "~A:~{ ~S~}~%" label values))

(defstruct animal name)
(defstruct (dog (:include animal)) breed)
(define-condition odd-weather (error) ())

;;; One object of every kind: each predicate is true of exactly the right ones.
(defparameter *objects*
  (list (cons 'null nil) (cons 'symbol 'a) (cons 'keyword :a) (cons 'cons '(1)) (cons 'fixnum 65)
        (cons 'bignum (expt 10 40)) (cons 'ratio 1/2) (cons 'single 1.5f0) (cons 'double 1.5d0)
        (cons 'complex #c(1 2)) (cons 'character #\A) (cons 'string "A") (cons 'vector (vector 65))
        (cons 'bits #*101) (cons 'array (make-array '(2 2) :initial-element 0)) (cons 'standard #'car)
        (cons 'closure (let ((x 1)) (lambda () (incf x)))) (cons 'hash-table (make-hash-table))
        (cons 'package (find-package "KEYWORD")) (cons 'stream (make-string-input-stream ""))
        (cons 'pathname (pathname "a")) (cons 'structure (make-dog)) (cons 'condition (make-condition 'odd-weather))
        (cons 'random-state (make-random-state)) (cons 'readtable *readtable*)))

(defun all-of (predicate)
  (loop for (name . object) in *objects* when (funcall predicate object) collect name))

(dolist (predicate '(null symbolp keywordp consp atom listp integerp rationalp floatp realp numberp complexp
                     characterp stringp vectorp simple-vector-p bit-vector-p arrayp functionp hash-table-p
                     packagep streamp pathnamep animal-p dog-p random-state-p readtablep))
  (show predicate (all-of predicate)))
(dolist (type '(boolean fixnum bignum ratio single-float double-float standard-char sequence list string array
                bit (unsigned-byte 8) (integer 0 100) (float 1.0) (or string cons) (and number (not integer))
                (member 65 #\A) (eql :a) (satisfies consp) (vector t 1) (array * (2 2)) (string 1) (cons integer null)
                animal error condition t nil))
  (show type (all-of (lambda (object) (typep object type)))))
(show "false is nil" (eq (characterp 65) nil) (eq (typep 1 'string) '()) (symbolp t) (symbolp nil))

;;; SUBTYPEP answers what can be known.
(dolist (pair '((integer number) (number integer) (fixnum integer) (null list) (null symbol) (cons list)
                (list sequence) (string vector) (keyword symbol) (dog animal) (animal dog) (nil string) (string t)
                ((integer 1 5) (integer 0 10)) ((integer 0 10) (integer 1 5)) ((or cons null) list)
                (list (or null cons))
                ((and integer (satisfies evenp)) integer) ((member 1 2) integer) ((eql a) symbol)
                ((not integer) (not fixnum)) (bit fixnum) ((unsigned-byte 8) (unsigned-byte 16))
                (odd-weather error) (error condition) (single-float float) (ratio rational)))
  (show pair (multiple-value-list (subtypep (first pair) (second pair)))))

(deftype small (&optional (limit 10)) `(integer 0 (,limit)))
(deftype name-or-number () '(or string symbol number))
(deftype pair-of (a &optional (b a)) `(cons ,a ,b))
(show "deftype" (typep 9 'small) (typep 10 'small) (typep 10 '(small 11)) (typep 1.5 'name-or-number)
      (typep '(1 . 2) '(pair-of integer)) (typep '(1 . "x") '(pair-of integer string)) (typep "x" '(pair-of integer)))
(show "deftype in typecase" (mapcar (lambda (x) (typecase x (small :small) (name-or-number :other) (t :none)))
                                    (list 3 30 "a" #\a)))

(show "coerce" (coerce '(1 2) 'vector) (coerce #(1 2) 'list) (coerce "ab" 'list) (coerce '(#\a #\b) 'string)
      (coerce 1 'double-float) (coerce 1/4 'single-float) (coerce "a" 'character) (coerce 'b 'character)
      (coerce 1 '(complex double-float)) (coerce 5 'complex) (funcall (coerce 'car 'function) '(1 2))
      (coerce '(1 0 1) 'bit-vector) (coerce 3 'integer) (coerce 'x 't))
(show "coerce errors" (handler-case (coerce 'abc 'character) (type-error () :type-error))
      (handler-case (coerce 'x 'float) (type-error () :type-error)))
(show "type-of" (type-of (make-dog)) (subtypep (type-of 5) 'integer) (subtypep (type-of "abc") 'string)
      (subtypep (type-of #c(1 2)) 'complex) (type-of 'a) (type-of (make-condition 'odd-weather)))
(show "the" (the fixnum (+ 1 2)) (the (or null string) "x"))
(show "etypecase" (handler-case (etypecase 5 (string 1)) (type-error (c) (type-error-datum c))))
(show "check" (typep 3 '(mod 4)) (typep 4 '(mod 4)) (typep -1 'unsigned-byte) (typep 127 '(signed-byte 8))
      (typep 128 '(signed-byte 8)) (typep 1.0 '(real 0 1)) (typep 1/2 '(rational (1/2))))
