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

(end-checks 13)
