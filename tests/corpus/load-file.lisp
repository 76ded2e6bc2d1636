;;;; LOAD, modules and features.
;; rows: 24 19 N35

(setq *print-pretty* nil)

(defun show (label &rest values)
  (format t "~A:~{ ~S~}~%" label values))

(defun write-lines (name &rest lines)
  (with-open-file (out name :direction :output :if-exists :supersede)
    (format out "~{~A~%~}" lines)))

(defvar *log* '())
(defun note (x) (push x *log*) x)

;;; A file with definitions, effects and another package.
(write-lines "corpus-load.lisp"
             "(note :start)"
             "(defvar *loaded* (list 1 2 3)) ; a variable"
             "(defun square (x) \"X times X.\" (* x x))"
             "(defmacro twice (form) `(progn ,form ,form))"
             "(twice (note (square 3)))"
             "#| a comment #| inside |# another |#"
             "(defpackage \"LOADED\" (:use \"CL\") (:export \"VISIBLE\"))"
             "(in-package \"LOADED\")"
             "(defun visible () (list 'hidden (package-name *package*)))"
             "(cl-user::note (package-name *package*))"
             "(cl-user::note (pathname-name *load-pathname*))"
             "#+common-lisp (cl-user::note :featured) #-common-lisp (cl-user::note :never)")
(show "value" (and (load "corpus-load.lisp") t) (package-name *package*))
(show "log" (reverse *log*))
(show "definitions" (funcall 'square 12) (symbol-value '*loaded*) (macroexpand-1 '(twice x)))
(show "package" (funcall (find-symbol "VISIBLE" "LOADED"))
      (second (multiple-value-list (find-symbol "VISIBLE" "LOADED"))))

;;; Loading again redefines; a stream loads as well.
(write-lines "corpus-load.lisp" "(defun square (x) (list x x))" "(note :second)")
(load "corpus-load.lisp")
(show "redefined" (funcall 'square 12) (first *log*))
(with-input-from-string (in "(note 'from-stream) (note (+ 1 2))") (load in))
(show "stream" (first *log*) (second *log*))

;;; Failures leave the variables as they were.
(write-lines "corpus-load.lisp" "(in-package \"KEYWORD\")" "(cl:error \"in the file\")")
(show "error" (handler-case (load "corpus-load.lisp") (error (c) (princ-to-string c))) (package-name *package*))
(write-lines "corpus-load.lisp" "(note :before" " (list 1 2)")
(show "unbalanced" (handler-case (load "corpus-load.lisp") (error () :error)) (first *log*))
(delete-file "corpus-load.lisp")
(show "missing" (handler-case (load "corpus-load.lisp") (file-error () :file-error))
      (load "corpus-load.lisp" :if-does-not-exist nil))

;;; Modules and features.
(provide "CORPUS-MODULE")
(show "provide" (and (member "CORPUS-MODULE" *modules* :test #'string=) t) (progn (require "CORPUS-MODULE") :fine))
(show "features" (and (member :common-lisp *features*) t) (listp *features*) (every #'symbolp *features*))
(show "conditional reading"
      '(#+common-lisp 1 #-common-lisp 2 #+ (or no-such-feature common-lisp) 3 #+ (and common-lisp no-such-feature) 4
        #- (not common-lisp) 5))
