;;;; Hash tables: four tests, growth, removal, iteration.
;; rows: 18 N3 N15

(setq *print-pretty* nil)

(defun show (label &rest values)
  (format t "~A:~{ ~S~}~%" label values))

(defun entries (table)
  "The entries of TABLE as sorted text."
  (let ((list '()))
    (maphash (lambda (key value) (push (format nil "~S=~S" key value) list)) table)
    (sort list #'string<)))

(let ((table (make-hash-table)))
  (show "set" (setf (gethash 'a table) 1) (setf (gethash 'b table) 2) (setf (gethash 'a table) 10))
  (show "get" (multiple-value-list (gethash 'a table)) (multiple-value-list (gethash 'z table))
        (multiple-value-list (gethash 'z table 'none)))
  (setf (gethash 'nothing table) nil)
  (show "nil is a value" (multiple-value-list (gethash 'nothing table)) (hash-table-count table))
  (show "remove" (and (remhash 'a table) t) (remhash 'a table) (entries table))
  (incf (gethash 'counter table 0) 5)
  (incf (gethash 'counter table 0) 5)
  (push 'x (gethash 'stack table))
  (push 'y (gethash 'stack table))
  (show "places" (gethash 'counter table) (gethash 'stack table))
  (show "clear" (eq (clrhash table) table) (hash-table-count table) (entries table)))

;;; What the four tests tell apart.
(defparameter *keys*
  (list "ab" (copy-seq "ab") "AB" (list 1 2) (list 1 2) 1 1.0 (expt 10 30) (expt 10 30) 1/2 (/ 2 4) #\a #\A 'k
        (vector 1) (vector 1) 1.5d0 1.5d0 #*10 #*10))
(dolist (test '(eql equal equalp))
  (let ((table (make-hash-table :test test)))
    (dolist (key *keys*) (incf (gethash key table 0)))
    (show test (hash-table-count table) (mapcar (lambda (key) (gethash key table)) *keys*) (hash-table-test table))))
(let ((table (make-hash-table :test 'eq)) (key (list 1)))
  (setf (gethash key table) 'this (gethash (list 1) table) 'other (gethash 'sym table) 's)
  (show 'eq (gethash key table) (gethash (list 1) table) (gethash 'sym table) (hash-table-count table)))
(show "test as function" (hash-table-test (make-hash-table :test #'equal)) (hash-table-p (make-hash-table))
      (hash-table-p '()))

;;; Ten thousand keys of several kinds under each test.
(defun fill-and-check (test make-key)
  (let ((table (make-hash-table :test test)) (keys (make-array 10000)))
    (dotimes (i 10000)
      (setf (aref keys i) (funcall make-key i)
            (gethash (aref keys i) table) i))
    (loop for i from 0 below 10000 by 3 do (remhash (aref keys i) table))
    (list (hash-table-count table)
          (loop for i below 10000
                always (eql (gethash (if (eq test 'eq) (aref keys i) (funcall make-key i)) table :gone)
                            (if (zerop (mod i 3)) :gone i))))))
(show "numbers" (fill-and-check 'eql #'identity) (fill-and-check 'equal (lambda (i) (* i (expt 10 15))))
      (fill-and-check 'equalp (lambda (i) (/ i 7))))
(show "floats" (fill-and-check 'eql (lambda (i) (* i 0.25d0))) (fill-and-check 'equalp (lambda (i) (float i 1.0))))
(show "strings" (fill-and-check 'equal (lambda (i) (format nil "key ~D" i)))
      (fill-and-check 'equalp (lambda (i) (format nil "~:[KEY~;key~] ~D" (evenp i) i))))
(show "symbols" (fill-and-check 'eq (lambda (i) (intern (format nil "SYMBOL-~D" i) "KEYWORD"))))
(show "lists" (fill-and-check 'equal (lambda (i) (list (mod i 10) (list i "x"))))
      (fill-and-check 'eq (lambda (i) (cons i i))))
(show "characters"
      (let ((table (make-hash-table)))
        (dotimes (i 1000) (setf (gethash (code-char i) table) i))
        (loop for i below 1000 always (= i (gethash (code-char i) table)))))

;;; Iteration.
(let ((table (make-hash-table)))
  (dotimes (i 10) (setf (gethash i table) (* i i)))
  (show "maphash" (maphash #'list table) (entries table))
  (show "loop" (loop for k being the hash-keys of table sum k) (loop for v being the hash-values of table sum v)
        (loop for k being the hash-keys of table using (hash-value v) count (= v (* k k))))
  (show "iterator" (with-hash-table-iterator (next table)
                     (loop with sum = 0
                           do (multiple-value-bind (more key value) (next)
                                (unless more (return sum))
                                (incf sum (+ key value))))))
  (maphash (lambda (key value) (if (oddp key) (remhash key table) (setf (gethash key table) (list value)))) table)
  (show "changed while walking" (hash-table-count table) (entries table)))
(show "options"
      (let ((table (make-hash-table :test 'equal :size 5 :rehash-size 2.0 :rehash-threshold 0.7)))
        (dotimes (i 50) (setf (gethash (list i) table) i))
        (hash-table-count table)) (>= (hash-table-size (make-hash-table :size 100)) 0))
(show "sxhash" (= (sxhash "abc") (sxhash (copy-seq "abc"))) (= (sxhash '(1 "a")) (sxhash (list 1 "a")))
      (typep (sxhash 'a) '(and fixnum unsigned-byte)) (= (sxhash 1.5) (sxhash 1.5)))

;;; Word counting and memoisation.
(defun words (text)
  (loop with start = 0
        for from = (position-if #'alpha-char-p text :start start)
        while from
        collect (let ((to (or (position-if-not #'alpha-char-p text :start from) (length text))))
                  (setf start to)
                  (string-downcase (subseq text from to)))))
(let ((table (make-hash-table :test 'equal)))
  (dolist (word (words "The cat saw the dog; the dog saw THE cat. A bird?")) (incf (gethash word table 0)))
  (show "words" (sort (loop for word being the hash-keys of table using (hash-value n) collect (cons word n))
                      (lambda (a b) (or (> (cdr a) (cdr b)) (and (= (cdr a) (cdr b)) (string< (car a) (car b))))))))
(let ((memory (make-hash-table)))
  (labels ((ways (n)
             (cond
               ((< n 0) 0)
               ((= n 0) 1)
               ((gethash n memory))
               (t (setf (gethash n memory) (+ (ways (- n 1)) (ways (- n 2)) (ways (- n 5))))))))
    (show "memo" (ways 100) (hash-table-count memory))))
