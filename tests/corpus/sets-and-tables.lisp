;;;; Lists as sets, association lists and property lists.
;; rows: 14

(setq *print-pretty* nil)

(defun show (label &rest values)
  (format t "~A:~{ ~S~}~%" label values))

(defun sorted (set) (sort (copy-list set) #'string< :key #'princ-to-string))

;;; Sets: the order of the result is free, so it is sorted.
(let ((a '(1 2 3 4)) (b '(3 4 5)))
  (show "union" (sorted (union a b)) (sorted (nunion (copy-list a) (copy-list b))) (union '() '()))
  (show "intersection" (sorted (intersection a b)) (sorted (nintersection (copy-list a) (copy-list b)))
        (intersection a '(9)))
  (show "difference" (sorted (set-difference a b)) (sorted (nset-difference (copy-list b) (copy-list a))))
  (show "exclusive" (sorted (set-exclusive-or a b)) (sorted (nset-exclusive-or (copy-list a) (copy-list b))))
  (show "subsetp" (subsetp '(1 3) a) (subsetp '(1 9) a) (subsetp '() '()) (subsetp b b))
  (show "unchanged" a b))
(let ((a '("apple" "Pear")) (b '("PEAR" "fig")))
  (show "string sets" (sorted (union a b :test #'string-equal)) (intersection a b :test #'string-equal)
        (set-difference a b :test #'string-equal) (subsetp '("pear") a :test #'string-equal)))
(let ((a '((1 . x) (2 . y))) (b '((2 . z) (3 . w))))
  (show "by key" (intersection a b :key #'car) (sorted (set-difference b a :key #'car))
        (mapcar #'car (sorted (set-exclusive-or a b :key #'car)))))

;;; Association lists.
(let ((table '((a . 1) nil (b . 2) (a . 3) ("str" . 4) ((k) . 5))))
  (show "assoc" (assoc 'a table) (assoc 'z table) (assoc "str" table) (assoc "str" table :test #'equal)
        (assoc '(k) table :test #'equal) (cdr (assoc 'b table)) (assoc nil table))
  (show "assoc-if" (assoc-if #'stringp table) (assoc-if-not #'symbolp '((x . 1) (2 . 2)))
        (assoc 2 '((1 . x) (3 . y)) :test #'<) (assoc 3 '((1 . x) (2 . y)) :key #'1+))
  (show "rassoc" (rassoc 2 table) (rassoc 9 table) (rassoc-if #'evenp '((a . 1) (b . 2)))
        (rassoc-if-not #'oddp '((a . 1) (b . 2))) (rassoc "x" '((a . "x")) :test #'string=)))
(show "acons" (acons 'k 'v '((a . b))) (pairlis '(1) '(x)) (sort (pairlis '(a b) '(1 2) '((c . 3))) #'< :key #'cdr))
(let* ((original (list (cons 'a 1) (cons 'b 2))) (copy (copy-alist original)))
  (setf (cdr (assoc 'a copy)) 10)
  (show "copy-alist" original copy))

;;; Property lists.
(let ((plist (list :a 1 :b 2 :a 3)))
  (show "getf" (getf plist :a) (getf plist :b) (getf plist :c) (getf plist :c 'none))
  (setf (getf plist :b) 20)
  (setf (getf plist :new) 'fresh)
  (incf (getf plist :count 10) 5)
  (push 'x (getf plist :stack))
  (show "changed" (getf plist :b) (getf plist :new) (getf plist :count) (getf plist :stack))
  (show "remf" (and (remf plist :a) t) (getf plist :a) (remf plist :zzz))
  (show "get-properties" (multiple-value-list (get-properties '(x 1 y 2 z 3) '(z y)))
        (multiple-value-list (get-properties '(x 1) '(q)))))

;;; A small relational database over alists.
(defparameter *people*
  '(((name . "Ada") (born . 1815) (field . mathematics))
    ((name . "Alan") (born . 1912) (field . computing))
    ((name . "Grace") (born . 1906) (field . computing))
    ((name . "Emmy") (born . 1882) (field . mathematics))))
(defun value (column row) (cdr (assoc column row)))
(defun select (columns rows &key (where (constantly t)) (order-by nil) (limit nil))
  (let* ((found (remove-if-not where rows))
         (ordered (if order-by (sort (copy-list found) #'< :key (lambda (row) (value order-by row))) found)))
    (mapcar (lambda (row) (mapcar (lambda (column) (value column row)) columns))
            (subseq ordered 0 (min (or limit (length ordered)) (length ordered))))))
(defun group-by (column rows)
  (let ((groups '()))
    (dolist (row rows)
      (let ((entry (assoc (value column row) groups)))
        (if entry (push row (cdr entry)) (push (list (value column row) row) groups))))
    (nreverse groups)))
(show "select" (select '(name) *people*) (select '(name born) *people* :order-by 'born :limit 2)
      (select '(name) *people* :where (lambda (row) (eq (value 'field row) 'computing)) :order-by 'born))
(show "group"
      (mapcar (lambda (group) (cons (first group) (mapcar (lambda (row) (value 'name row)) (rest group))))
              (group-by 'field *people*)))
(show "join" (loop for person in *people*
                   for city =
                   (cdr (assoc (value 'name person) '(("Ada" . "London") ("Emmy" . "Erlangen")) :test #'string=))
                   when city collect (cons (value 'name person) city)))

;;; Equality predicates.
(show "equality" (eq 'a 'a) (eql 1 1) (eql 1 1.0) (eq '() nil) (equal '(1 (2)) '(1 (2))) (equal "a" "a")
      (equal "a" "A") (equalp "a" "A") (equal #(1) #(1)) (equalp #(1 2) #(1 2.0)) (eql "a" "b") (equal 1 1.0)
      (equalp 1 1.0) (equal #*101 #*101) (equalp '(#\a) '(#\A)))
