;;;; Streams and pathnames, as far as they need no files.
(defpackage "STREAMS" (:use "COMMON-LISP" "CHECKS"))
(in-package "STREAMS")

;;; PEEK-CHAR with T skips what is whitespace in the readtable.
(defun peek-behind (character like string)
  "What PEEK-CHAR with T finds in STRING when CHARACTER has the syntax of LIKE."
  (let ((*readtable* (copy-readtable nil)))
    (set-syntax-from-char character like)
    (with-input-from-string (stream string)
      (peek-char t stream))))
(check "peek-char stops at a blank that is a constituent" (peek-behind #\Space #\a " x") #\Space)
(check "peek-char skips a letter that is whitespace" (peek-behind #\x #\Space "xxy") #\y)
(check "peek-char skips a tab" (peek-behind #\x #\y (format nil "~C z" #\Tab)) #\z)

;;; FILE-STRING-LENGTH asks the last component of a broadcast stream.
(check "file-string-length of a broadcast to nobody" (file-string-length (make-broadcast-stream) "abc") 1)
(signals "file-string-length of no stream" (file-string-length (hide 1) "abc") type-error)

;;; The element type of WITH-OUTPUT-TO-STRING is evaluated outside of the declarations of the body.
(defun element-type-scope ()
  (let ((x 'special-one))
    (declare (special x))
    (let ((x 'lexical-one) (text (make-array 3 :element-type 'character :fill-pointer 0)) (seen nil))
      (with-output-to-string (stream text :element-type (progn (setq seen x) 'character))
        (declare (special x))
        (write-string "a" stream)
        (list seen x text)))))
(check "with-output-to-string scopes" (element-type-scope) (list 'lexical-one 'special-one "a"))

;;; A synonym stream is a pathname designator only if it leads to a file.
(defvar *no-file* (make-two-way-stream (make-string-input-stream "") (make-broadcast-stream)))
(check "the datum is the synonym stream"
       (let ((stream (make-synonym-stream '*no-file*)))
         (handler-case (pathname stream)
           (type-error (condition) (eq (type-error-datum condition) stream))))
       t)

;;; Nothing can be undone behind the root or behind any number of directories.
(defun files-in (directory)
  (directory (make-pathname :directory directory)))
(signals "up behind the root" (files-in '(:absolute :up "a")) file-error)
(signals "back behind the root" (files-in '(:absolute :back)) file-error)
(signals "up behind many" (files-in '(:relative "a" :wild-inferiors :up)) file-error)
(check "up behind a name" (pathname-directory (make-pathname :directory (hide '(:relative "a" :up))))
       '(:relative "a" :up))

;;; A pathname is printed readably only if its namestring means it.
(defun readable-p (pathname)
  (handler-case (with-standard-io-syntax
                  (equal pathname (read-from-string (prin1-to-string pathname))))
    (print-not-readable () :refused)))
(check "a pathname with name and type" (readable-p (make-pathname :name "a" :type "b")) t)
(check "a pathname with a type alone" (readable-p (make-pathname :name nil :type "b")) :refused)

;;; Logical pathnames. What a host's name or a version is in any case, is one thing.
(setf (logical-pathname-translations "CLYSM-CHECKS")
      '(("SOURCES;**;*.LISP.*" "/code/src/**/*.lisp")
        ("**;*.*.*" "/code/**/*.*")))
(check "logical: it is one" (typep (pathname "clysm-checks:a.b") 'logical-pathname) t)
(check "logical: a namestring in upper case" (namestring "clysm-checks:dir;foo.txt.newest") "CLYSM-CHECKS:DIR;FOO.TXT.NEWEST")
(check "logical: components"
       (let ((pathname (pathname "CLYSM-CHECKS:A;**;B*;NAME-1.*.12")))
         (list (host-namestring pathname) (pathname-device pathname) (second (pathname-directory pathname))
               (third (pathname-directory pathname)) (pathname-name pathname) (pathname-type pathname)
               (pathname-version pathname)))
       (list "CLYSM-CHECKS" :unspecific "A" :wild-inferiors "NAME-1" :wild 12))
(check "logical: absolute without directories" (pathname-directory "CLYSM-CHECKS:NAME") '(:absolute))
(check "logical: a semicolon makes relative" (pathname-directory "CLYSM-CHECKS:;A;NAME") '(:relative "A"))
(check "logical: versions" (mapcar #'pathname-version '("CLYSM-CHECKS:A.B.newest" "CLYSM-CHECKS:A.B.*" "CLYSM-CHECKS:A.B"))
       '(:newest :wild nil))
(check "logical: parts of the namestring"
       (mapcar (lambda (part) (funcall part "CLYSM-CHECKS:A;B;C.D.3"))
               (list #'host-namestring #'directory-namestring #'file-namestring))
       '("CLYSM-CHECKS" "A;B;" "C.D.3"))
(check "logical: made of components"
       (namestring (make-pathname :host "CLYSM-CHECKS" :directory '(:absolute "a") :name "b" :type "c"))
       "CLYSM-CHECKS:A;B.C")
(check "logical: printed and read" (readable-p (pathname "CLYSM-CHECKS:A;B.C.1")) t)
(check "logical: a host given" (namestring (parse-namestring "A;B" "CLYSM-CHECKS")) "CLYSM-CHECKS:A;B")
(check "logical: no host of that name" (typep (pathname "nobody:a.b") 'logical-pathname) nil)
(check "logical: the first pattern that fits"
       (mapcar (lambda (name) (namestring (translate-logical-pathname name)))
               '("CLYSM-CHECKS:SOURCES;A;B.LISP" "CLYSM-CHECKS:SOURCES;B.TXT" "CLYSM-CHECKS:B.TXT.NEWEST"))
       '("/code/src/a/b.lisp" "/code/sources/b.txt" "/code/b.txt"))
(check "logical: a file is translated to itself" (let ((file (pathname "/a/b"))) (eq file (translate-logical-pathname file))) t)
(check "logical: no pathname of a file matches" (pathname-match-p "/a/b.c" "CLYSM-CHECKS:**;*.*.*") nil)
(check "logical: merging" (namestring (merge-pathnames "CLYSM-CHECKS:A;B" "/x/y.z" nil)) "CLYSM-CHECKS:A;B.Z")
(signals "logical: a namestring of a file" (logical-pathname (hide "/a/b")) type-error)
(signals "logical: unknown host" (logical-pathname-translations (hide "NOBODY")) error)
(check "logical: a host that is known needs no file" (load-logical-pathname-translations "CLYSM-CHECKS") nil)
(signals "logical: a host without a file" (load-logical-pathname-translations (hide "NOBODY")) error)

(end-checks 32)
