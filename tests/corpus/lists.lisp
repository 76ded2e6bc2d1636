;;;; Lists: construction, access, sharing and destruction.
;; rows: 14 N3

(setq *print-pretty* nil)

(defun show (label &rest values)
  (format t "~A:~{ ~S~}~%" label values))

(show "construction" (list) (list 1 2) (list* 1 2 '(3)) (list* 'x) (cons 1 2) (make-list 3) (make-list 2 :initial-element 'a) (append) (append '(1)))
(show "nil" (car nil) (cdr nil) (cadr nil) (first nil) (nth 5 nil) (last nil) (length nil) (append nil nil) (reverse nil) (listp nil) (consp nil) (atom nil))
(let ((tree '((a b) (c (d e)) f)))
  (show "cxr" (caar tree) (cadar tree) (cdar tree) (cadr tree) (caadr tree) (cadadr tree) (cddr tree) (caddr tree) (caaadr (list 1 '((x))))))
(let ((ten (loop for i from 1 to 10 collect i)))
  (show "positions" (first ten) (second ten) (third ten) (fourth ten) (fifth ten) (sixth ten) (seventh ten) (eighth ten) (ninth ten) (tenth ten) (rest ten))
  (show "nth" (nth 0 ten) (nth 9 ten) (nth 10 ten) (nthcdr 8 ten) (nthcdr 0 '(1)) (nthcdr 5 '(1)) (elt ten 3))
  (show "tails" (last ten) (last ten 3) (last ten 0) (butlast ten 7) (butlast ten 20) (tailp (cddr ten) ten) (tailp '(9) ten) (ldiff ten (nthcdr 2 ten))))
(show "dotted" (last '(1 2 . 3)) (butlast '(1 2 . 3)) (list-length '(1 2 3)) (append '(1) 2) (append '(1) '(2) 3) (copy-list '(1 2 . 3)) (ldiff '(1 . 2) 2) (tailp 2 '(1 . 2)))
(show "circular" (let ((x (list 1 2))) (setf (cddr x) x) (list-length x)))
(show "endp" (endp '()) (endp '(1)) (handler-case (apply #'endp '(5)) (type-error () :type-error)))
(show "errors" (handler-case (car (car '(5))) (type-error (c) (type-error-datum c))) (handler-case (cdr (car '("x"))) (type-error (c) (type-error-datum c)))
      (handler-case (length '(1 . 2)) (type-error () :type-error)) (handler-case (nth -1 '(1)) (type-error () :type-error)) (handler-case (rplaca (car '(nil)) 1) (type-error () :type-error)))

;;; What shares structure and what copies.
(let* ((a (list 1 2)) (b (list 3 4)) (joined (append a b)))
  (show "append" joined (eq (cddr joined) b) (eq joined a) (progn (setf (first b) 'x) joined) a)
  (show "copy-list" (let ((c (copy-list a))) (setf (car c) 'changed) (list a c)))
  (show "nconc" (nconc a nil b) a (nconc) (nconc nil nil (list 1)))
  (show "rplac" (let ((c (list 1 2 3))) (list (rplaca c 'a) (rplacd (cdr c) '(z)) c)))
  (show "revappend" (revappend '(3 2 1) '(4 5)) (nreconc (list 3 2 1) '(4)) (nreverse (list 1 2 3))))
(let ((list (list 1 2 3 4 5)))
  (show "setf" (setf (first list) 'a (third list) 'c (nth 4 list) 'e (cdr (last list)) '(f)) list)
  (show "push, pop" (push 0 list) (pop list) (pop list) list (push 'x (cdr list)) (pushnew 'c list) (pushnew 'new list) (pushnew '(q) list :test #'equal) list)
  (show "nbutlast" (nbutlast (list 1 2 3 4) 2) (nbutlast (list 1))))
(show "pop of nothing" (let ((empty '())) (list (pop empty) empty)))

;;; Searching with TEST and KEY.
(show "member" (member 2 '(1 2 3)) (member 9 '(1 2)) (member "b" '("a" "b" "c") :test #'string=) (member 3 '((1) (3) (5)) :key #'first)
      (member 2 '(1 2 3) :test #'<) (member 2 '(1 2 3) :test-not #'eql) (member-if #'evenp '(1 3 4 5)) (member-if-not #'oddp '(1 3 4 5))
      (member-if #'minusp '((1) (-2)) :key #'car) (member nil '(1 nil 2)) (member 1.0 '(1 1.0)))
(show "adjoin" (adjoin 1 '(1 2)) (adjoin 3 '(1 2)) (adjoin "a" '("a") :test #'equal) (adjoin '(1 x) '((1 y)) :key #'car))
(show "position and find" (position 'c '(a b c)) (find 3 '((1) (3)) :key #'car) (count 1 '(1 2 1)) (search '(2 3) '(1 2 3)) (mismatch '(1 2 3) '(1 2 4)))

;;; Trees.
(let ((tree '(a (b (c a)) . a)))
  (show "copy-tree" (let ((copy (copy-tree tree))) (setf (car copy) 'z) (list copy tree (eq (cadr copy) (cadr tree)))))
  (show "subst" (subst 'x 'a tree) (subst-if 0 #'numberp '(1 (a 2) . 3)) (subst-if-not 'l #'listp '(1 (2)))
        (subst 'found '(c a) tree :test #'equal) (nsubst 1 'a (copy-tree tree)))
  (show "sublis" (sublis '((a . 1) (b . 2)) tree) (sublis '(("a" . 1)) '("a" ("b" "a")) :test #'equal) (nsublis '((1 . one)) (list 1 (list 1 2))))
  (show "tree-equal" (tree-equal tree (copy-tree tree)) (tree-equal '(1 (2)) '(1 (2.0))) (tree-equal '("a" ("b")) '("A" ("B")) :test #'equalp)))
(defun flatten (tree) (cond ((null tree) '()) ((atom tree) (list tree)) (t (append (flatten (car tree)) (flatten (cdr tree))))))
(defun depth (tree) (if (consp tree) (+ 1 (reduce #'max (mapcar #'depth tree) :initial-value 0)) 0))
(show "flatten" (flatten '(1 (2 (3 4) ()) ((5)) 6)) (depth '(1 (2 (3 (4))) 5)))
(defun permutations (list) (if (null list) '(()) (loop for x in list append (mapcar (lambda (p) (cons x p)) (permutations (remove x list))))))
(show "permutations" (permutations '(1 2 3)) (length (permutations '(a b c d e))))
(defun subsets (list) (if (null list) '(()) (let ((rest (subsets (cdr list)))) (append rest (mapcar (lambda (s) (cons (car list) s)) rest)))))
(show "subsets" (subsets '(a b c)))
