;;;; The printer: control variables, escapes, readable output.
;; rows: 22 N5 N12

(setq *print-pretty* nil)

(defun show (label &rest values)
  (format t "~A:~{ ~A~}~%" label values))

(defun text (object) (prin1-to-string object))
(defstruct point x y)

(show "escape" (prin1-to-string "a\"b\\c") (princ-to-string "a\"b") (text #\a) (princ-to-string #\a) (text :key)
      (princ-to-string :key) (text '|odd one|) (princ-to-string '|odd one|))
(show "symbols" (text 'abc) (text '|abc|) (text '|1|) (text '|1+|) (text '1+) (text '|a:b|) (text '|.|) (text '||)
      (text 'a.b) (text '-) (text '|1/2|) (text '|1e5|) (text '|A B|))
(show "case"
      (loop for case in '(:upcase :downcase :capitalize)
            collect (let ((*print-case* case))
                      (list (princ-to-string 'foo-bar) (prin1-to-string '|Foo|) (princ-to-string :key)))))
(show "gensym" (let ((*print-gensym* t)) (prin1-to-string (make-symbol "G")))
      (let ((*print-gensym* nil)) (prin1-to-string (make-symbol "G"))))
(show "lists" (text '(1 (2 . 3) nil (4 5 . 6))) (text '(a . (b . (c)))) (text (cons 1 (cons 2 3))) (text '(()))
      (text nil) (text '(t)))
(show "length" (let ((*print-length* 3)) (list (text '(1 2 3 4 5)) (text #(1 2 3 4)) (text '(1 2 3))))
      (let ((*print-length* 0)) (text '(1))))
(show "level" (let ((*print-level* 2)) (list (text '(1 (2 (3 (4))))) (text '(1 #(2 (3))))))
      (let ((*print-level* 0)) (text '(1))))
(show "base" (let ((*print-base* 16)) (list (text 255) (text -255) (text 1/255) (text '(10 20))))
      (let ((*print-radix* t)) (list (text 10) (text 1/2) (let ((*print-base* 2)) (text 5)))))
(show "arrays" (text #(1 #\a "s")) (text (make-array '(2 2) :initial-contents '((1 2) (3 4))))
      (text (make-array '() :initial-element 5)) (text #*1011) (text (make-array '(2 0))) (text (vector)))
(show "no arrays"
      (let ((*print-array* nil))
        (let ((text (text #(1 2)))) (list (subseq text 0 2) (char text (- (length text) 1)))))
      (let ((*print-array* nil)) (text "abc")))
(show "structures" (text (make-point :x 1 :y '(a "b"))) (princ-to-string (make-point :x "s" :y #\c))
      (let ((*print-level* 1)) (text (list (make-point)))))
(show "numbers" (text 1.0) (text -0.5d0) (text 1e10) (text 1d-10) (text 123456.789d0) (text #c (1 2)) (text 1/3)
      (text (expt 10 25)) (text 1.0e7) (text 9999999.0) (text 0.001) (text 1d-3))
(show "characters" (map 'list #'text '(#\a #\( #\\ #\")) (text #\Newline) (text #\Tab) (text #\Rubout))

;;; Shared and circular structure.
(let ((*print-circle* t) (shared (list 'x)) (ring (list 1 2 3)))
  (setf (cdr (last ring)) ring)
  (show "circle" (text (list shared shared)) (text ring) (let ((v (vector 1 nil))) (setf (aref v 1) v) (text v))
        (text '(1 2)) (text (let ((s "str")) (list s s))))
  (show "circle and length" (let ((*print-length* 2)) (text (list shared shared shared))))
  (let ((p (make-point :x shared :y shared))) (show "circle in structure" (text p))))

;;; What is printed readably reads back as the same thing.
(defun same-p (object)
  (let ((text (with-standard-io-syntax (prin1-to-string object))))
    (equalp (with-standard-io-syntax (read-from-string text)) object)))
(show "round trip"
      (every #'same-p
             (list 0 -1 (expt 3 80) 2/7 -0.0 0.1 1d300 1.5d-300 pi #c (1/2 -3) #c (1.5 2.0) 'car :key '|we ird| nil t
                   "quo\"te\\s" #\Space #\a #\Newline '(a . b) '(1 (2 3) . 4) #(1 #(2)) #*0110
                   (make-array '(2 2) :initial-contents '((1 2) (3 4))) (make-array '(1 2 1) :initial-element 'e)
                   (list "x" #\y 'cl-user::z) (pathname "a/b.c") (vector) "" (string (code-char 955)) '(quote a)
                   '(function b) '(quote) '(quote a b))))
(show "unreadable"
      (handler-case (let ((*print-readably* t)) (prin1-to-string (lambda (x) x)))
        (print-not-readable () :not-readable)) (let ((text (princ-to-string (make-hash-table)))) (subseq text 0 2))
      (let ((text (princ-to-string #'car))) (subseq text 0 2)))
(show "print-unreadable-object"
      (with-output-to-string (out) (print-unreadable-object ('thing out) (write-string "inside" out)))
      (with-output-to-string (out) (print-unreadable-object ((make-point) out :type t) (princ 5 out))))

;;; The functions.
(show "write" (write-to-string '(a "b" 10) :escape nil :base 2) (write-to-string 'sym :case :downcase)
      (write-to-string '(1 2 3 4) :length 2) (write-to-string "x" :escape t) (write-to-string 10 :radix t))
(show "values" (with-output-to-string (out) (print 'a out) (prin1 "b" out) (princ "c" out) (write 1/2 :stream out))
      (let ((*standard-output* (make-broadcast-stream))) (list (print 'x) (prin1 'y) (princ "z"))))
(show "io syntax"
      (let ((*print-base* 2) (*print-case* :downcase))
        (with-standard-io-syntax (let ((*print-readably* nil)) (write-to-string '(10 abc))))))
(show "packages" (let ((*package* (find-package "KEYWORD"))) (text 'show)) (text 'cl:car)
      (let ((*package* (make-package "EMPTY-ONE" :use '()))) (list (text 'car) (text 'show) (text :k) (text nil))))
(show "pretty off" (write-to-string '(let ((x 1)) (when x (print x))) :pretty nil))
(show "pretty right margin"
      (let* ((text (write-to-string (loop for i below 40 collect i) :pretty t :right-margin 40))
             (lines (1+ (count #\Newline text))))
        (list (> lines 1) (equal (read-from-string text) (loop for i below 40 collect i)))))
