;;;; The sequence functions on lists, vectors and strings, with all their keywords.
;; rows: 17

(setq *print-pretty* nil)

(defun show (label &rest values)
  (format t "~A:~{ ~S~}~%" label values))

(defmacro on-each (label (variable elements) form)
  "FORM with VARIABLE bound to the elements as a list, a vector and a vector with a fill pointer."
  `(progn
     ,@(loop for make in '((coerce elements 'list) (coerce elements 'vector)
                           (make-array (length elements) :initial-contents elements :fill-pointer (length elements)))
             collect `(let* ((elements ,elements) (,variable (copy-seq ,make))) (show ,label ,form)))))

(on-each "length" (s '(1 2 3)) (list (length s) (elt s 1) (subseq s 1) (reverse s)))
(on-each "find" (s '(1 -2 3 -4 5)) (list (find 3 s) (find -3 s :key #'-) (find 2 s :test #'<) (find-if #'minusp s) (find-if #'minusp s :from-end t) (find-if-not #'plusp s :start 2) (find 9 s)))
(on-each "position" (s '(a b a c a)) (list (position 'a s) (position 'a s :from-end t) (position 'a s :start 1) (position 'a s :start 1 :end 2) (position 'a s :test-not #'eq) (position-if #'symbolp s :start 3) (position 'z s)))
(on-each "count" (s '(1 2 3 4 5 6)) (list (count 3 s) (count-if #'evenp s) (count-if-not #'evenp s :start 2) (count 3 s :test #'<) (count 10 s :key (lambda (x) (* 2 x))) (count-if #'oddp s :end 3)))
(on-each "remove" (s '(1 2 1 3 1)) (list (remove 1 s) (remove 1 s :count 2) (remove 1 s :count 2 :from-end t) (remove 1 s :start 1 :end 4) (remove-if #'oddp s) (remove-if-not #'oddp s :count 1) (remove 2 s :test #'<) (remove 1 s :count 0) (remove 1 s :count -1)))
(on-each "delete" (s '(1 2 1 3 1)) (list (delete 1 (copy-seq s)) (delete 1 (copy-seq s) :count 1 :from-end t) (delete-if #'oddp (copy-seq s)) (delete-if-not #'oddp (copy-seq s))))
(on-each "substitute" (s '(1 2 1 3)) (list (substitute 'x 1 s) (substitute 'x 1 s :count 1) (substitute 'x 1 s :count 1 :from-end t) (substitute-if 0 #'oddp s) (substitute-if-not 0 #'oddp s :start 1) (nsubstitute 'y 1 (copy-seq s)) s))
(on-each "duplicates" (s '(1 2 1 3 2 4)) (list (remove-duplicates s) (remove-duplicates s :from-end t) (remove-duplicates s :start 2) (remove-duplicates s :key #'evenp) (delete-duplicates (copy-seq s) :test #'=)))
(on-each "fill, replace" (s '(1 2 3 4 5)) (list (fill (copy-seq s) 0 :start 1 :end 3) (replace (copy-seq s) '(a b c) :start1 1) (replace (copy-seq s) #(a b c) :start2 1 :end1 1) (let ((c (copy-seq s))) (replace c c :start1 1 :end2 3))))
(on-each "reduce" (s '(1 2 3 4)) (list (reduce #'+ s) (reduce #'- s) (reduce #'- s :from-end t) (reduce #'list s :initial-value 0) (reduce #'list s :from-end t :initial-value 'z) (reduce #'+ s :key #'1+ :start 1) (reduce #'max s :end 1)))
(on-each "every" (s '(2 4 6)) (list (every #'evenp s) (some #'oddp s) (notany #'oddp s) (notevery #'evenp s) (some (lambda (x) (and (> x 3) (* x x))) s) (every #'< s '(3 5 7)) (some #'= s '(1 4))))
(on-each "search" (s '(1 2 3 2 3)) (list (search '(2 3) s) (search #(2 3) s :from-end t) (search '(3 2) s :start2 1) (search '(9) s) (search '() s) (search '(-2) s :key #'abs) (mismatch s '(1 2 4)) (mismatch s s) (mismatch s '(2 3) :from-end t)))
(on-each "sort" (s '(3 1 2)) (list (sort (copy-seq s) #'<) (sort (copy-seq s) #'> ) (sort (copy-seq s) #'< :key #'-) (stable-sort (copy-seq s) #'<)))
(on-each "map" (s '(1 2 3)) (list (map 'list #'1+ s) (map 'vector #'* s s) (map nil #'identity s) (map 'string #'digit-char s) (map-into (make-list 2) #'- s) (coerce s 'list) (concatenate 'list s s)))

(show "empty" (reduce #'+ '()) (reduce #'+ #() :initial-value 5) (every #'evenp '()) (some #'evenp #()) (remove 1 '()) (sort (list) #'<) (length "") (find 1 #()) (mismatch "" ""))
(show "make-sequence" (make-sequence 'list 2 :initial-element 'a) (make-sequence 'vector 2 :initial-element 0) (make-sequence 'string 3 :initial-element #\z))
(show "merge" (merge 'list (list 1 3 5) (list 2 4) #'<) (merge 'vector (vector 1 4) (list 2) #'<) (merge 'list (list '(1 a)) (list '(1 b)) #'< :key #'car))
(show "concatenate" (concatenate 'string "ab" '(#\c)) (concatenate 'list "ab" #(1)) (concatenate 'vector) (concatenate '(vector t) '(1) "b"))
(show "setf" (let ((l (list 1 2 3)) (v (vector 1 2 3)) (s (copy-seq "abcde")))
               (setf (elt l 1) 'x (elt v 2) 'y (subseq v 0 2) '(p q) (subseq s 1 3) "XYZ")
               (list l v s)))

;;; Sorting is stable where promised, and sorts anything.
(defparameter *records* '((b 2) (a 1) (c 2) (d 1) (e 3)))
(show "stable" (stable-sort (copy-list *records*) #'< :key #'second) (stable-sort (copy-seq (coerce *records* 'vector)) #'> :key #'second)
      (map 'list #'first (sort (coerce *records* 'vector) #'string> :key #'first)))
(let ((numbers (loop for x = 7 then (mod (+ (* x 1103) 12345) 65536) repeat 2000 collect x)))
  (let ((sorted (sort (copy-list numbers) #'<)) (vector (sort (coerce numbers 'vector) #'<)))
    (show "long sort" (apply #'<= sorted) (equalp (coerce sorted 'vector) vector) (length vector) (reduce #'+ sorted) (reduce #'+ numbers))))
(show "strings" (sort (copy-seq "hello") #'char<) (sort (list "pear" "Fig" "apple") #'string-lessp) (remove-if #'upper-case-p "aBcD") (substitute-if #\* #'digit-char-p "a1b22") (position #\b "abc" :test #'char-equal))

;;; Errors.
(defun outcome (function &rest arguments) (handler-case (apply function arguments) (type-error () :type-error) (error () :error)))
(show "errors" (outcome #'length 5) (outcome #'elt '(1 2) 2) (outcome #'elt #(1 2) 5) (outcome #'reverse 'x) (outcome #'subseq '(1 2) 1 5) (outcome #'subseq #(1 2) 2 1) (outcome #'reduce #'+ 7) (outcome #'sort 5 #'<))
