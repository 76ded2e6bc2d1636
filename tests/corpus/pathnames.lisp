;;;; Pathnames: parsing, parts, merging, wild cards.
;; rows: 19 20

(setq *print-pretty* nil)

(defun show (label &rest values)
  (format t "~A:~{ ~S~}~%" label values))

(defun parts (pathname)
  (list (pathname-directory pathname) (pathname-name pathname) (pathname-type pathname)))

(dolist (text '("file.lisp" "dir/file.lisp" "/abs/dir/file.tar.gz" "dir/" "/" "" "noext" ".hidden" "../up/x.y" "a.b/c"))
  (show text (parts (pathname text)) (namestring (pathname text))))
(show "predicate" (pathnamep (pathname "x")) (pathnamep "x") (eq (pathname (pathname "x")) 'x) (typep (pathname "x") 'pathname))

(show "make" (namestring (make-pathname :name "a" :type "b")) (namestring (make-pathname :directory '(:absolute "usr" "lib") :name "x"))
      (namestring (make-pathname :directory '(:relative "src") :name "main" :type "lisp"))
      (namestring (make-pathname :name "new" :defaults (pathname "old/old.txt")))
      (parts (make-pathname :directory "top" :name "n")) (namestring (make-pathname :directory '(:relative :up "x") :name "y")))
(show "namestrings" (file-namestring (pathname "a/b/c.d")) (directory-namestring (pathname "a/b/c.d"))
      (enough-namestring (pathname "/a/b/c.d") (pathname "/a/")))
(show "merge" (namestring (merge-pathnames "x" "dir/y.lisp")) (namestring (merge-pathnames "sub/x.txt" "dir/y.lisp")) (namestring (merge-pathnames "/abs/x" "dir/y.lisp"))
      (namestring (merge-pathnames (make-pathname :type "out") "dir/prog.lisp")) (namestring (merge-pathnames "../z" "a/b/c.d")))
(show "parse" (multiple-value-list (parse-namestring "a.b" nil *default-pathname-defaults* :start 0 :end 3))
      (namestring (parse-namestring "xxdir/f.t" nil *default-pathname-defaults* :start 2)))
(show "equality" (equal (pathname "a/b.c") (pathname "a/b.c")) (equal (pathname "a") (pathname "b")) (equalp (pathname "a") (pathname "a")))
(show "wild" (and (wild-pathname-p (pathname "*.lisp")) t) (wild-pathname-p (pathname "a.lisp")) (and (wild-pathname-p (pathname "x.*") :type) t) (wild-pathname-p (pathname "x.*") :name)
      (pathname-name (pathname "*.txt")))
(show "match" (and (pathname-match-p "a.lisp" "*.lisp") t) (pathname-match-p "a.txt" "*.lisp") (and (pathname-match-p "d/a.txt" "d/*.*") t) (pathname-match-p "e/a.txt" "d/*.*"))
(show "translate" (namestring (translate-pathname "foo.lisp" "*.lisp" "*.fasl")) (namestring (translate-pathname "src/foo.lisp" "src/*.*" "build/*.*")))
(show "printed" (prin1-to-string (pathname "a/b.c")) (princ-to-string (pathname "a/b.c")) (equal (read-from-string (prin1-to-string (pathname "q/r.s"))) (pathname "q/r.s")))
(show "as strings" (string= (namestring "a/b") "a/b") (pathname-name "d/n.t") (pathname-type "d/n.t"))

;;; The usual helpers.
(defun with-type (type pathname) (namestring (make-pathname :type type :defaults pathname)))
(defun parent (pathname) (butlast (pathname-directory pathname)))
(defun inside-p (pathname directory)
  (let ((path (pathname-directory pathname)) (root (pathname-directory directory)))
    (and (<= (length root) (length path)) (equal root (subseq path 0 (length root))))))
(show "helpers" (with-type "html" (pathname "docs/index.md")) (parent (pathname "/a/b/c/d.e")) (inside-p (pathname "a/b/c.d") (pathname "a/")) (inside-p (pathname "b/c.d") (pathname "a/")))
