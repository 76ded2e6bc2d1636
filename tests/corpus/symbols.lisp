;;;; Symbols: names, cells, property lists, fresh symbols.
;; rows: 10 N5 N6 N21

(setq *print-pretty* nil)

(defun show (label &rest values)
  (format t "~A:~{ ~S~}~%" label values))

(show "name" (symbol-name 'abc) (symbol-name '|a b|) (symbol-name :key) (symbol-name nil))
(show "package" (package-name (symbol-package 'abc)) (package-name (symbol-package 'car))
      (package-name (symbol-package :key)) (symbol-package (gensym)))
(show "identity" (eq 'abc 'ABC) (eq 'abc (intern "ABC")) (eq :a (intern "A" "KEYWORD")) (eq 'nil '()) (eql 'a 65))

;;; Value and function cells.
(defvar *held* nil)
(defvar *held* 'again)
(show "defvar keeps" *held*)
(show "boundp" (boundp '*held*) (boundp 'never-bound) (boundp nil) (boundp :key))
(set 'cell 5)
(show "set" (symbol-value 'cell) (incf (symbol-value 'cell) 2) (symbol-value 'cell))
(makunbound 'cell)
(show "makunbound" (boundp 'cell) (handler-case (symbol-value 'cell) (unbound-variable () :unbound)))
(progv '(cell other) '(1) (show "progv" (symbol-value 'cell) (boundp 'other)))
(show "after progv" (boundp 'cell))
(defun named (x) (list x x))
(show "function cell" (and (fboundp 'named) t) (funcall (symbol-function 'named) 1) (funcall 'named 2) (apply 'named '(3)))
(setf (symbol-function 'other-name) #'named)
(show "shared" (funcall 'other-name 4) (eq #'other-name #'named))
(let ((old (car (list #'named))))
  (setf (fdefinition 'named) (lambda (x) (vector x)))
  (show "redefined" (funcall 'named 5) (named 6) (funcall 'other-name 5) (funcall old 5) (funcall #'named 7)))
(fmakunbound 'other-name)
(show "fmakunbound" (fboundp 'other-name)
      (handler-case (funcall 'other-name 1) (undefined-function (c) (cell-error-name c))))
(defun (setf place) (value cell) (setf (car cell) value))
(show "setf function" (and (fboundp '(setf place)) t) (let ((c (list 1))) (setf (place c) 9) c)
      (let ((c (list 1))) (funcall #'(setf place) 8 c) c) (let ((c (list 1))) (funcall (fdefinition '(setf place)) 7 c) c))
(show "constants" (handler-case (set :key 1) (error () :refused)) (handler-case (set nil 1) (error () :refused)))

;;; Property lists.
(setf (get 'apple 'colour) 'red (get 'apple 'size) 3)
(show "get" (get 'apple 'colour) (get 'apple 'taste) (get 'apple 'taste 'sweet) (incf (get 'apple 'size)))
(show "plist" (let ((plist (symbol-plist 'apple))) (list (getf plist 'colour) (getf plist 'size) (length plist))))
(show "remprop" (and (remprop 'apple 'colour) t) (remprop 'apple 'colour) (symbol-plist 'apple))
(setf (symbol-plist 'apple) (list 'a 1 'b 2))
(show "set plist" (get 'apple 'b) (progn (setf (get 'apple 'b) 20) (symbol-plist 'apple)))
(let ((plist (list 'x 1 'y 2)))
  (setf (getf plist 'z) 3 (getf plist 'x) 10)
  (remf plist 'y)
  (show "getf" (getf plist 'x) (getf plist 'z) (getf plist 'y :none) (multiple-value-list (get-properties plist '(q z)))))

;;; Fresh symbols.
(let ((*gensym-counter* 41))
  (let ((a (gensym)) (b (gensym "NAME")) (c (gensym)))
    (show "gensym" (symbol-name a) (symbol-name b) (symbol-name c) *gensym-counter*)))
(show "unique" (eq (gensym "X") (gensym "X")) (eq (make-symbol "X") (make-symbol "X")) (make-symbol "fresh"))
(let ((g (gentemp "T")))
  (show "gentemp" (eq g (find-symbol (symbol-name g))) (char (symbol-name g) 0)))
(let* ((symbol 'copied) (plain (progn (setf (get symbol 'p) 1) (set symbol 2) (copy-symbol symbol)))
       (full (copy-symbol symbol t)))
  (show "copy-symbol" (symbol-name plain) (symbol-package plain) (boundp plain) (symbol-plist plain)
        (symbol-value full) (get full 'p)))
(show "keywords" (keywordp :a) (keywordp 'a) (eq :a ':a) (symbol-value :a) (constantp :a))
(show "order in printing" 'foo '|foo| '|Foo Bar| :|k| '|1| '\1a '|| (make-symbol "Q"))

;;; Symbols as function designators.
(show "designators" (mapcar 'named '(1 2)) (reduce 'max '(3 9 4)) (sort (list 3 1 2) '<) (funcall 'funcall 'list 1))
