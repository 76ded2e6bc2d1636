;;;; Conditionals, case analysis, sequencing, equality.
;; rows: 5 4 N3

(setq *print-pretty* nil)

(defun show (label &rest values)
  (format t "~A:~{ ~S~}~%" label values))

(defvar *log* '())
(defun note (x) (push x *log*) x)
(defmacro logged (form) `(progn (setq *log* '()) (let ((value ,form)) (list value (reverse *log*)))))

(show "if" (if t 1 2) (if nil 1 2) (if nil 1) (if 0 :true :false) (if '() :true :false) (if "" :true :false))
(show "and, or" (and) (or) (and 1 2 3) (and 1 nil 3) (or nil 2 3) (or nil nil)
      (logged (and (note 1) (note nil) (note 3))) (logged (or (note nil) (note 2) (note 3))))
(show "when, unless" (when t 1 2) (when nil 1) (unless nil 1 2) (unless t 1) (when t))
(show "cond" (cond) (cond (nil 1)) (cond (1)) (cond ((= 1 2) :a) ((= 1 1) :b :c) (t :d))
      (logged (cond ((note nil) (note 1)) ((note 2)) (t (note 3)))))
(defun grade (n) (cond ((>= n 90) 'a) ((>= n 80) 'b) ((>= n 70) 'c) (t 'f)))
(show "cond chain" (mapcar #'grade '(95 80 79 10)))

(defun classify (x)
  (case x
    (1 :one)
    ((2 3) :few)
    ((a b) :letter)
    (#\c :character)
    ((nil) :nil)
    ((t) :true)
    (:key :keyword)
    (100000000000000000000 :big)
    (1.5 :float)
    (() :never)
    (otherwise :other)))
(show "case" (mapcar #'classify (list 1 2 3 'a 'b #\c nil t :key 100000000000000000000 1.5 "a" 1.0 #\C)))
(show "case without match" (case 5 (1 2)) (case 'x) (case 1 (1)) (case 'otherwise ((otherwise) :found) (t :default)))
(show "key once" (logged (case (note 2) (1 :a) (2 :b))) (logged (typecase (note "s") (number 1) (string 2)))
      (logged (ecase (note 'z) (z :z))))
(defun kind (x)
  (typecase x
    (null :null) (boolean :boolean) (keyword :keyword) (symbol :symbol) ((integer 0 9) :digit) (fixnum :fixnum)
    (integer :integer) (ratio :ratio) (float :float) (number :number)
    (character :character) (string :string) (bit-vector :bits) (vector :vector) (array :array)
    ((cons integer) :integer-cons) (cons :cons) (hash-table :table) (function :function) (otherwise :other)))
(show "typecase"
      (mapcar #'kind
              (list nil t :k 's 7 77 (expt 2 80) 1/2 1.5 #c (1 2) #\a "s" #*1 #(1) (make-array '(1 1)) '(1) '(a)
                    (make-hash-table) #'car *package*)))
(show "exhaustive" (handler-case (ecase 5 (1 1) ((2 3) 2)) (type-error (c) (type-error-datum c)))
      (handler-case (etypecase 5 (string 1)) (type-error (c) (type-error-datum c))))

(show "progn" (progn 1 2 3) (progn) (prog1 1 2 3) (prog2 1 2 3) (logged (prog1 (note 1) (note 2)))
      (logged (prog2 (note 1) (note 2) (note 3))))
(show "let" (let ((x 1) (y 2)) (let ((x y) (y x)) (list x y))) (let ((x 1) (y 2)) (let* ((x y) (y x)) (list x y)))
      (let (a (b) (c 3)) (list a b c)) (let* () 5) (let ((x 5)) (setq x (* x x)) x))
(show "psetq, psetf" (let ((a 1) (b 2)) (psetq a b b a) (list a b)) (let ((a 1)) (list (psetq a 2) a)))

;;; The equality predicates, from fine to coarse.
(defun equalities (a b) (loop for test in (list #'eq #'eql #'equal #'equalp) collect (and (funcall test a b) t)))
(let ((list (list 1)) (string (copy-seq "ab")))
  (show "same object" (equalities list list) (equalities string string) (equalities 'a 'a))
  (show "copies" (cdr (equalities list (copy-list list))) (cdr (equalities string (copy-seq string)))
        (cdr (equalities (vector 1) (vector 1))) (cdr (equalities "ab" "AB")))
  (show "numbers" (cdr (equalities 100000000000000000000 (+ 1 99999999999999999999))) (cdr (equalities 1.0 1.0))
        (cdr (equalities 1 1.0)) (cdr (equalities 1/2 2/4)) (cdr (equalities 0.0 -0.0)) (cdr (equalities 1.0 1.0d0)))
  (show "characters" (cdr (equalities #\a #\a)) (cdr (equalities #\a #\A)) (cdr (equalities #*101 (copy-seq #*101)))
        (cdr (equalities '(1 (2 "x")) '(1.0 (2 "X"))))))
(show "not, null" (not nil) (not 0) (null '()) (null 0) (eq (not 1) nil) (eq (null 5) '()))

;;; Short programs that are mostly control.
(defun fizzbuzz (n)
  (loop for i from 1 to n
        collect (cond ((zerop (mod i 15)) 'fizzbuzz) ((zerop (mod i 5)) 'buzz) ((zerop (mod i 3)) 'fizz) (t i))))
(show "fizzbuzz" (fizzbuzz 16))
(defun binary-search (vector key)
  (prog ((low 0) (high (- (length vector) 1)) middle)
   again
     (when (> low high) (return nil))
     (setq middle (floor (+ low high) 2))
     (cond ((< key (aref vector middle)) (setq high (- middle 1)))
           ((> key (aref vector middle)) (setq low (+ middle 1)))
           (t (return middle)))
     (go again)))
(show "binary search" (loop for key in '(1 7 11 2 12) collect (binary-search #(1 3 5 7 9 11) key)))
(defun state-machine (text)
  (let ((state 'start) (words 0))
    (loop for c across text
          do (setf state (ecase state
                           (start (if (alpha-char-p c) (progn (incf words) 'word) 'start))
                           (word (cond ((alpha-char-p c) 'word) ((char= c #\") 'quoted) (t 'start)))
                           (quoted (if (char= c #\") 'start 'quoted)))))
    (list state words)))
(show "state machine" (state-machine "one two three") (state-machine "a\"hidden words\" b") (state-machine "open\"x"))
(defun hanoi (n from to via)
  (if (= n 0) '() (append (hanoi (- n 1) from via to) (list (cons from to)) (hanoi (- n 1) via to from))))
(show "hanoi" (hanoi 3 'a 'c 'b) (length (hanoi 8 'a 'c 'b)))
(defun ackermann (m n)
  (cond ((= m 0) (+ n 1)) ((= n 0) (ackermann (- m 1) 1)) (t (ackermann (- m 1) (ackermann m (- n 1))))))
(show "ackermann" (ackermann 2 9) (ackermann 3 4))
