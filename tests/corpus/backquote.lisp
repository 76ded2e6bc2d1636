;;;; Backquote at every depth.
;; rows: 2 3 N48

(setq *print-pretty* nil)

(defun show (label value) (format t "~A: ~S~%" label value))

(defvar *x* 5)
(defvar *list* (list 1 2 3))

(show "constant" `(a b c))
(show "atom" `,*x*)
(show "unquote" `(a ,*x* (b ,(+ *x* 1))))
(show "splice" `(a ,@*list* b ,@(mapcar #'- *list*) c))
(show "splice at the end" `(a . ,*list*))
(show "last splice shares" (eq (cdr `(a ,@*list*)) *list*))
(show "other splice copies" (eq (cdr `(a ,@*list* b)) *list*))
(show "original is intact" *list*)
(show "empty splice" `(a ,@nil b ,@(list) c))
(show "dotted" `((a . ,*x*) (,*x* . b) (,*x* . ,*x*)))
(show "dotted splice" `(,@*list* . tail))
(show "vector" `#(a ,*x* ,@*list*))
(show "vector in list" `(x #(1 ,(* 2 *x*))))
(show "destructive splice" `(a ,.(list 1 2) b))
(show "quote inside" (equal `(f ',*x* #',(car '(g))) '(f (quote 5) (function g))))

;;; Two levels: the inner template is data until it is evaluated.
(defmacro define-adder (name amount)
  `(defmacro ,name (form)
     `(+ ,form ,',amount)))
(define-adder add-ten 10)
(show "macro of a macro" (add-ten (* 2 3)))

(defmacro define-wrapper (name function &rest before)
  `(defmacro ,name (&rest after)
     `(,',function ,@',before ,@after)))
(define-wrapper list-with list 'a 'b)
(show "spliced constants" (list-with 1 2))

(defmacro define-table (name &rest rows)
  `(progn
     ,@(mapcar (lambda (row)
                 `(defmacro ,(first row) (&rest arguments)
                    `(list ',',name ',',(second row) ,@arguments)))
               rows)))
(define-table colours (red 1) (green 2))
(show "table of macros" (list (red) (green 'x (red))))

(let ((a 'outer) (b '(p q)))
  (show "evaluated twice" (eval `(let ((a 'inner)) (list a ',a `(a ,a ,',a ,@',b)))))
  (show "inner splices" (eval `(list ,@(mapcar (lambda (x) `(list ',x ',a)) b)))))

;;; Three levels.
(defmacro level-1 (name)
  `(defmacro ,name (inner)
     `(defmacro ,inner (argument)
        `(list ',',',name ',',inner ',argument))))
(level-1 level-2)
(level-2 level-3)
(show "three levels" (level-3 (some form)))

;;; A macro with fresh names, as one writes them.
(defmacro with-gensyms (names &body body)
  `(let ,(mapcar (lambda (name) `(,name (gensym ,(string name)))) names)
     ,@body))
(defmacro for ((variable from to) &body body)
  (with-gensyms (limit)
    `(do ((,variable ,from (1+ ,variable))
          (,limit ,to))
         ((> ,variable ,limit))
       ,@body)))
(let ((limit 2) (seen '()))
  (for (i 1 (+ limit 1)) (push (* i limit) seen))
  (show "no capture" seen))
(defmacro once-only-square (form)
  (with-gensyms (value)
    `(let ((,value ,form)) (* ,value ,value))))
(let ((count 0))
  (show "evaluated once" (list (once-only-square (incf count 3)) count)))

;;; Reading and evaluating agree with the template in the source.
(show "through the reader" (let ((*x* 9)) (eval (read-from-string "`(a ,*x* ,@(list 1 2) . b)"))))
(show "deep nesting" (eval (eval (read-from-string "`'(1 ,`(2 ,`(3 ,`(4 ,*x*))))"))))
