;;;; What the standard functions signal: conditions of the right class, never anything worse.
;; rows: 9 5 N8 N19 N25

(setq *print-pretty* nil)

(defun kind (condition)
  (loop for (class name) in '((division-by-zero :division-by-zero) (end-of-file :end-of-file)
                              (reader-error :reader-error) (unbound-variable :unbound-variable)
                              (undefined-function :undefined-function) (type-error :type-error)
                              (program-error :program-error) (control-error :control-error)
                              (package-error :package-error) (file-error :file-error) (parse-error :parse-error)
                              (stream-error :stream-error) (error :error))
        when (typep condition class)
        return name))

(defmacro try (&body forms)
  "Print the operator of each form and how it ended."
  `(progn ,@(loop for form in forms
                  collect `(format t "~(~S~) ~S~%" ',(first form)
                                   (handler-case ,form (error (c) (kind c)))))))

(defun id (x) x)
(declaim (notinline id))
(defvar *list* (list 1 2 3))
(defvar *vector* (vector 1 2 3))
(defvar *string* (copy-seq "abc"))

(try (+ 1 (id "2")) (- (id :a)) (* 2 (id nil)) (/ (id 1) (id 0)) (< 1 (id #c (1 2))) (1+ (id #\a)) (mod 5 (id 0))
     (floor 1.5 (id 0)) (sqrt (id 'x)) (expt (id "a") 2) (abs (id '(1))) (evenp (id 1.5)) (ash (id 1.0) 2)
     (logand 1 (id 1/2)) (gcd 1 (id 'a)) (max 1 (id "b")) (numerator (id 1.5)) (parse-integer (id "x1"))
     (float (id "1")) (random (id 0)))
(try (car (id 5)) (cdr (id "s")) (rplaca (id nil) 1) (nth (id -1) *list*) (length (id 7)) (length (id '(1 . 2)))
     (reverse (id 'x)) (elt *list* (id 9)) (list-length (id '(1 . 2))) (mapcar #'car (id '(1 2)))
     (apply #'+ (id '(1 . 2))) (append (id '(1 . 2)) '(3)) (last (id 5)) (getf (id '(:a)) :b) (reduce #'+ (id 5))
     (sort (id 5) #'<) (assoc 1 (id '(2))) (butlast (id "x")))
(try (aref *vector* (id 3)) (aref *vector* (id -1)) (aref *vector* (id 1.0)) (aref *string* (id 3))
     (svref (id "abc") 0) (char *string* (id 5)) (setf (char *string* 0) (id 65)) (setf (aref *vector* (id 3)) 0)
     (make-array (id -1)) (vector-pop (id *vector*)) (fill-pointer (id *vector*)) (subseq *vector* 2 (id 1))
     (subseq *string* 0 (id 10)) (bit (id #*101) 3) (vector-push 1 (id #(1))))
(try (char-code (id 65)) (code-char (id #\a)) (char-upcase (id "a")) (string-upcase (id 5)) (string= (id 1) "1")
     (symbol-name (id "s")) (intern (id 'sym) (id "NO-SUCH-PACKAGE")) (symbol-value (id 'no-such))
     (symbol-function (id 'no-such)) (funcall (id 'no-such)) (funcall (id 5)) (fdefinition (id 'no-such))
     (gensym (id '(1))) (get (id 5) 'x) (find-symbol (id 5)) (make-symbol (id 5)))
(try (gethash 1 (id '(table))) (remhash 1 (id nil)) (maphash #'list (id 5)) (coerce (id "abc") 'symbol)
     (coerce (id 'abc) 'list) (read-from-string (id "(")) (read-from-string (id ")")) (read-from-string (id ""))
     (read-from-string (id "#<a>")) (with-input-from-string (s "") (read-char s))
     (open (id "no-such-directory/no-such-file")) (the-function-nobody-defined 1) (throw (id 'nowhere) 1)
     (values-list (id 5)) (format nil (id "~A")) (format nil (id 5)) (format nil (id "~{") 1))

;;; Argument counts.
(defun two (a &optional b) (list a b))
(defun keys (&key a) a)
(try (funcall (id #'two)) (funcall (id #'two) 1 2 3) (apply (id 'keys) '(:b 1)) (apply (id 'keys) '(:a))
     (funcall (id #'car)) (funcall (id #'cons) 1) (funcall (lambda () 1) (id 2)) (funcall (id #'two) 1))

;;; Errors inside callbacks, and what the program does after a hundred of them.
(try (mapcar (lambda (x) (/ 1 x)) (list 1 (id 0))) (sort (list 1 (id 'a) 2) #'<) (reduce #'+ (list 1 (id "x")))
     (find-if #'evenp (list 1 (id 'a))) (map 'list #'char-code (list #\a (id 1))) (remove-if #'plusp (list (id "s"))))
(format t "~D errors handled~%"
        (loop for i below 100
              count (handler-case (progn (car (id i)) nil) (type-error (c) (eql (type-error-datum c) i)))))
(format t "data: ~S ~S ~S~%" (handler-case (+ 1 (id 'a)) (type-error (c) (type-error-datum c)))
        (handler-case (id no-such-variable) (unbound-variable (c) (cell-error-name c)))
        (handler-case (funcall (id 'no-such-function)) (undefined-function (c) (cell-error-name c))))
