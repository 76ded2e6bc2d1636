;;;; Text: FORMAT, logical blocks, what the printer writes and the reader makes of it.

(defpackage "TEXT" (:use "COMMON-LISP" "CHECKS"))
(in-package "TEXT")

;;; ~^ with parameters

(defun characters (control &rest arguments)
  "What FORMAT makes of CONTROL, which the compiler does not know, and ARGUMENTS."
  (apply #'format nil (hide control) arguments))

(check "~^ with one parameter" (list (characters "~@{~v^~A~}" 1 'a 0 'b) (characters "~@{~'x^~A~}" 'a 'b)) '("A" "AB"))
(check "~^ with two parameters" (list (characters "~@{~v,'x^~A~}" 1 'a #\y 'b #\x 'c) (characters "~@{~',,',^~A~}" 1)) '("AB" ""))
(check "~^ with three parameters"
       (list (characters "~@{~1,2,v^~A~}" 1 'a 0 'b 2 'c) (characters "~@{~1,v,5^~A~}" 0 'a 6 'b 5 'c)) '("AB" "AB"))
(check "~^ with NIL for a parameter"
       (list (characters "~@{~v^~A~}" nil 'a nil 'b) (characters "~@{~0,v^~A~}" 1 'a nil 'b)
             (characters "~@{~v,v,v^~A~}" 1 2 nil 'a 3 3 nil 'b) (characters "~:{~v:^~A~}" '((nil a) (nil b))))
       '("AB" "A" "A" "A"))
(signals "~^ with four parameters" (characters "~{~1,2,3,4^~}" '(1)) error)

;;; ~{

(check "~{ with nothing but an ignored newline" (characters (format nil "~~{~~~%   ~~}x") '()) "x")
(check "~{ without a body" (characters "~{~}" "~A." '(1 2)) "1.2.")
(signals "~{ of a symbol" (characters "~{~A~}" 'a) type-error)
(signals "~:{ of a list of symbols" (characters "~:{~A~}" '(a)) type-error)

;;; Justification and the pretty printer exclude each other

(check "one segment gets no least padding" (list (characters "~,,4<abc~>") (characters "~5,,4<abc~>") (characters "~,,2@<abc~>"))
       '("abc" "  abc" "abc  "))
(signals "~W in a justification" (characters "~<a~;~W~>" 1) error)
(signals "~:T in a conditional in a justification" (characters "~<a~:[b~;~:T~]~>" t) error)
(signals "~<~:> in a justification" (characters "~<a~<b~:>~>" nil) error)
(signals "an overflow segment and then ~_" (characters "~<a~:;b~>~_") error)
(signals "~I and then an overflow segment" (characters "~I~<a~:;b~>") error)
(check "an overflow segment and ~T" (characters "~<a~:;b~>~4Tc") "b   c")

;;; Logical blocks

(defmacro pretty ((&rest bindings) &body body)
  "The text that BODY writes to OUT while it is printed pretty."
  `(let* ((*print-pretty* t) (*print-right-margin* 80) (*print-miser-width* nil) ,@bindings)
     (with-output-to-string (out) ,@body)))

(defun lines (text)
  "TEXT with a slash for each newline."
  (substitute #\/ #\Newline text))

(check "~:@> breaks lines in an iteration" (lines (pretty ((*print-right-margin* 3)) (format out (hide "~@<~@{~A~^  ~}~:@>") 'ab 'cd 'ef))) "AB/CD/EF")
(signals "a prefix that is no string" (pretty () (pprint-logical-block (out '(1) :prefix (hide #())) (pprint-pop))) type-error)
(signals "a suffix that is no string" (pretty () (pprint-logical-block (out '(1) :suffix (hide 1)) (pprint-pop))) type-error)

(defun circular-list (&rest elements)
  (setf (cdr (last elements)) elements))

(check "labels where no object is printed as a whole"
       (let ((twice (list 1)))
         (list (pretty ((*print-circle* t)) (pprint-fill out (list twice twice)))
               (pretty ((*print-circle* t)) (pprint-linear out (circular-list 1 2)))
               (pretty ((*print-circle* t)) (format out (hide "~:<~W ~W~:>") (list twice twice)))
               (pretty () (pprint-fill out (list twice twice)))))
       '("(#1=(1) #1#)" "#1=(1 2 . #1#)" "(#1=(1) #1#)" "((1) (1))"))
(check "a block inside a block has its label once"
       (let ((twice (list 1)))
         (pretty ((*print-circle* t))
           (pprint-logical-block (out (list twice twice) :prefix "<" :suffix ">")
             (pprint-logical-block (out (pprint-pop) :prefix "[" :suffix "]") (write (pprint-pop) :stream out))
             (pprint-logical-block (out (pprint-pop) :prefix "[" :suffix "]") (write (pprint-pop) :stream out)))))
       "<#1=[1]#1#>")
(check "a dispatch function that starts a block"
       (let ((*print-pprint-dispatch* (copy-pprint-dispatch)) (form (list 'special 2)))
         (set-pprint-dispatch '(cons (eql special)) (lambda (stream form) (format stream (hide "~:<~W ~W~:>") form)))
         (list (pretty ((*print-circle* t)) (write form :stream out))
               (pretty ((*print-circle* t)) (write (list form form) :stream out))))
       '("(SPECIAL 2)" "(#1=(SPECIAL 2) #1#)"))

;;; Objects

(check "a space is graphic" (list (prin1-to-string #\Space) (prin1-to-string #\Newline) (eql #\Space (read-from-string (prin1-to-string #\Space))))
       '("#\\ " "#\\Newline" t))
(check "readable symbols are for the standard readtable"
       (let ((*readtable* (copy-readtable nil)) (*package* (find-package "TEXT")))
         (setf (readtable-case *readtable*) :preserve)
         (let ((text (write-to-string '|aB| :readably t)))
           (setf *readtable* (copy-readtable nil))
           (eq '|aB| (read-from-string text))))
       t)
(check "an unreadable object's type and identity are set off"
       (let ((text (with-output-to-string (out) (print-unreadable-object ('a out :identity t)))))
         (list (with-output-to-string (out) (print-unreadable-object (#\a out :type nil)))
               (subseq text 0 3)
               (char (with-output-to-string (out) (print-unreadable-object (1 out :type t))) 5)))
       '("#<>" "#< " #\Space))

;;; The reader

(defun suppressed (text)
  "What READ-FROM-STRING returns for TEXT while *READ-SUPPRESS* is true."
  (let ((*read-suppress* t))
    (multiple-value-list (read-from-string (hide text)))))

(check "nothing that is suppressed is seen"
       (mapcar #'suppressed '("(a b)" "(a . b)" "'a" "#'a" "`(a ,b)" "#undefined" "\"a\""))
       '((nil 5) (nil 7) (nil 2) (nil 3) (nil 7) (nil 10) (nil 3)))
(check "suppressed delimited list"
       (let ((*read-suppress* t)) (with-input-from-string (in "a b) c") (list (read-delimited-list #\) in) (read-char in))))
       '(nil #\Space))
(signals "whitespace is no constituent, whatever its syntax"
         (let ((*readtable* (copy-readtable nil)))
           (set-syntax-from-char #\Tab #\a)
           (read-from-string (format nil "a~Cb" #\Tab)))
         reader-error)

(defstruct point (x 1) (y 2))
(check "#S takes :ALLOW-OTHER-KEYS as the constructor does"
       (let ((*package* (find-package "TEXT")))
         (mapcar (lambda (text) (let ((point (read-from-string (hide text)))) (list (point-x point) (point-y point))))
                 '("#S(point :x 5 :allow-other-keys nil)" "#S(point :allow-other-keys t :y 5 :z 6)")))
       '((5 2) (1 5)))
(signals "#S with an unknown slot" (let ((*package* (find-package "TEXT"))) (read-from-string (hide "#S(point :z 5)"))) error)

(end-checks 30)
