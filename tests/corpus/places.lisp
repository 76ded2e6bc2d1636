;;;; SETF and its machinery: order of evaluation, all kinds of places, expanders of one's own.
;; rows: 5 N8

(setq *print-pretty* nil)

(defun show (label &rest values)
  (format t "~A:~{ ~S~}~%" label values))

(defvar *trace* '())
(defun tr (x) (push x *trace*) x)
(defmacro traced (form) `(progn (setq *trace* '()) (let ((value ,form)) (list value (reverse *trace*)))))

(show "setf" (let (a b) (list (setf a 1 b (+ a 1)) a b (setf))) (let ((x 1)) (setf x (1+ x) x (* x 10)) x) (let (a b) (setq a 1 b a) (list a b)) (setq))
(let ((l (list 1 2 3)) (v (vector 1 2 3)) (h (make-hash-table)) (s (copy-seq "abc")) (p (list :a 1)) (m (make-array '(2 2) :initial-element 0)))
  (setf (car l) 'a (cadr l) 'b (nth 2 l) 'c (svref v 0) 'x (aref v 1) 'y (elt v 2) 'z (gethash 'k h) 'v (char s 0) #\X (schar s 1) #\Y
        (getf p :b) 2 (getf p :a) 10 (aref m 1 0) 5 (row-major-aref m 3) 6 (symbol-value 'worldwide) 'g (get 'worldwide 'prop) 'p (rest l) '(new tail))
  (show "places" l v (gethash 'k h) s (getf p :a) (getf p :b) m (symbol-value 'worldwide) (get 'worldwide 'prop)))
(let ((n #b1111) (bits (copy-seq #*0000)) (tree (list (list 1 2) 3)))
  (setf (ldb (byte 2 1) n) 0 (bit bits 2) 1 (caar tree) 'deep (subseq bits 0 1) #*1 (mask-field (byte 1 3) n) 0)
  (show "more places" n bits tree))
(show "nested places" (let ((x (list (vector 1 (list 2 3))))) (setf (second (aref (first x) 1)) 'deep) (incf (car (aref (car x) 1)) 40) x))
(show "the, values, if" (let (a b (l (list 1 2))) (setf (values a (car l) b) (values 7 8)) (setf (the fixnum (cadr l)) 9) (list a b l)))
(show "apply" (let ((m (make-array '(2 2) :initial-element 0)) (i '(1 1))) (setf (apply #'aref m i) 'x) m))

;;; Subforms are evaluated once, from left to right.
(defparameter *vector* (vector 10 20 30))
(defun index (i) (tr (list :index i)) i)
(defun the-vector () (tr :vector) *vector*)
(show "setf order" (traced (setf (aref (the-vector) (index 0)) (tr :value))))
(show "incf order" (progn (setf (aref *vector* 0) 10) (traced (incf (aref (the-vector) (index 0)) (tr 5)))))
(show "push order" (let ((l (list nil nil))) (traced (push (tr 'item) (nth (index 1) (progn (tr :list) l))))))
(show "rotatef order" (traced (rotatef (aref (the-vector) (index 0)) (aref (the-vector) (index 2)))) *vector*)
(show "shiftf order" (traced (shiftf (aref (the-vector) (index 1)) (tr 'new))) *vector*)
(show "pop order" (let ((l (list (list 1 2)))) (list (traced (pop (car (progn (tr :place) l)))) l)))
(show "decf, default" (let ((x 5)) (list (decf x) (decf x 10) x)) (let ((h (make-hash-table))) (list (incf (gethash 'a h 100)) (decf (gethash 'b h 0) 3))))

(show "psetf" (let ((a 1) (b 2) (l (list 1 2))) (list (psetf a b b a) a b (progn (psetf (car l) (cadr l) (cadr l) (car l)) l))) (let ((x 1) (y 2)) (psetq x (+ x y) y (* x y)) (list x y)))
(show "rotatef" (let ((a 1) (b 2) (c 3)) (rotatef a b c) (list a b c (rotatef) (rotatef a))) (let ((l (list 1 2 3))) (rotatef (first l) (third l)) l))
(show "shiftf" (let ((a 1) (b 2) (c 3)) (list (shiftf a b c 4) a b c)))
(show "pushnew" (let ((l (list 1 2))) (list (pushnew 2 l) (pushnew 3 l) (pushnew "x" l :test #'equal) (pushnew "x" l :test #'equal) (pushnew 11 l :key (lambda (x) (if (numberp x) (mod x 10) x))))))
(show "remf" (let ((p (list 'a 1 'b 2))) (list (and (remf p 'a) t) p (remf p 'zz))))

;;; SETF functions, DEFSETF, DEFINE-SETF-EXPANDER, DEFINE-MODIFY-MACRO.
(defun middle (list) (nth (floor (length list) 2) list))
(defun (setf middle) (value list) (setf (nth (floor (length list) 2) list) value))
(show "setf function" (let ((l (list 1 2 3))) (list (setf (middle l) 'm) (push 'x (middle l)) l)) (traced (let ((l (list 1 2 3))) (setf (middle (tr l)) (tr 'v)) nil)))
(defvar *store* (list :x 1 :y 2))
(defun fetch (key) (getf *store* key))
(defun store (key value) (setf (getf *store* key) value))
(defsetf fetch store)
(show "short defsetf" (setf (fetch :x) 10) (incf (fetch :y) 5) (fetch :x) (fetch :y))
(defun portion (list start end) (subseq list start end))
(defsetf portion (list start end) (new) `(progn (replace ,list ,new :start1 ,start :end1 ,end) ,new))
(show "long defsetf" (let ((l (list 1 2 3 4))) (list (setf (portion l 1 3) '(b c)) l)) (traced (let ((l (list 1 2 3))) (setf (portion (progn (tr :list) l) (tr 0) (tr 2)) (progn (tr :new) '(p q))) l)))
(define-setf-expander last-element (list &environment environment)
  (multiple-value-bind (temporaries values stores setter getter) (get-setf-expansion list environment)
    (declare (ignore stores setter))
    (let ((store (gensym)) (cell (gensym)))
      (values (append temporaries (list cell)) (append values (list `(last ,getter))) (list store) `(progn (rplaca ,cell ,store) ,store) `(car ,cell)))))
(show "setf expander" (let ((l (list 1 2 3))) (list (setf (last-element l) 'z) (push 'y (last-element l)) l)) (let ((x (list (list 1) (list 2 3)))) (incf (last-element (second x)) 10) x))
(define-modify-macro appendf (&rest lists) append "Append to a place.")
(define-modify-macro multf (&optional (factor 2)) *)
(show "modify macros" (let ((l (list 1)) (n 3)) (list (appendf l '(2) '(3)) l (multf n) (multf n 10) n)) (traced (let ((v (vector 1 2))) (multf (aref (progn (tr :v) v) (tr 1)) (tr 7)) v)))
(show "expansion" (length (multiple-value-list (get-setf-expansion '(aref v 1)))) (multiple-value-bind (temporaries values stores) (get-setf-expansion '(car x)) (list (length temporaries) (length values) (length stores))))

;;; Symbol macros and macros are places.
(defmacro second-of (x) `(cadr ,x))
(define-symbol-macro the-store (fetch :x))
(show "macro place" (let ((l (list 1 2))) (setf (second-of l) 'm) l) (progn (setq the-store 77) (list the-store (fetch :x))))
(show "symbol-macrolet" (let ((cell (cons 1 2))) (symbol-macrolet ((head (car cell)) (tail (cdr cell))) (setq head 10) (incf tail) (multiple-value-setq (head tail) (floor tail 2)) (rotatef head tail) (list cell head (let ((head 'shadow)) head)))))
(show "macrolet place" (macrolet ((third-of (l) `(caddr ,l))) (let ((l (list 1 2 3))) (incf (third-of l) 7) l)))
