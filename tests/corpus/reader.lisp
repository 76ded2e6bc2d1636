;;;; The reader: tokens, macro characters, packages, and what it prints back.
;; rows: 2 23 N4 N5 N35

(setq *print-pretty* nil)

(defun show (label &rest values)
  (format t "~A:~{ ~S~}~%" label values))

(defun read-all (text)
  "Everything in TEXT, in order."
  (with-input-from-string (in text)
    (loop for form = (read in nil in)
          until (eq form in)
          collect form)))

(show "integers" (read-all "1 -1 +1 007 1. -0 123456789012345678901234567890"))
(show "ratios" (read-all "1/2 -6/4 +10/5"))
(show "floats" (read-all "1.5 -0.25 .5 1e2 1.0d0 2.5d-1 1.0f0 12.0e-1"))
(show "bases" (read-all "#b1010 #o17 #xFf #36rZz #b-101/11"))
(show "read base" (let ((*read-base* 16)) (read-all "ff 10 beef 10.")))
(show "symbols" (read-all "abc |a b| a\\bc FooBar + - 1+ -1+ a.b |x|y"))
(show "not numbers" (mapcar #'symbolp (read-all "1e 1/ /2 +. - 1.2.3 \\1")))
(show "keywords" (read-all ":abc :|x y| keyword:zz"))
(show "strings" (read-all "\"a\\\"b\\\\c\" \"two
lines\""))
(show "characters" (read-all "#\\a #\\A #\\newline #\\( #\\; #\\x"))
(show "lists" (read-all "() (a) (a . b) (a b . c) (a . (b . (c))) ((a) . ((b)))"))
(show "quote read" (equal (read-all "'a #'b") '((quote a) (function b))))
(show "vectors" (read-all "#(1 2 3) #() #5(a b) #(a (b #(c)))"))
(show "bits" (read-all "#*10110 #* #6*10"))
(show "arrays" (read-all "#2A((1 2) (3 4)) #0A5 #3A(((1) (2)))"))
(show "complex" (read-all "#c(1 2) #C(1/2 -3) #c(5 0)"))
(show "comments" (read-all "1 ; to the end of the line
2 #| block #| nested |# still |# 3 a#|glued|#b"))
(show "labels" (let ((x (first (read-all "(#1=(a b) #1# #1#)"))))
                 (list x (eq (first x) (second x)) (eq (second x) (third x)))))
(show "circle" (let ((x (first (read-all "#9=(1 2 . #9#)")))) (eq x (cddr x))))
(show "features" (let ((*features* '(:one :two)))
                   (read-all "#+one a #-one b #+(and one (not three)) c #+(or four two) d #-two e #+four f")))
(show "read-time value" (read-all "#.(+ 1 2) (a #.(list 1 2))") (eval (first (read-all "(+ 1 2)"))))
(show "uninterned" (let ((x (first (read-all "#:temp")))) (list (symbol-name x) (symbol-package x))))
(show "pathname" (pathnamep (first (read-all "#p\"a/b.lisp\""))))

;;; Packages in tokens.
(defpackage "READER-TEST" (:use) (:export "SHOWN"))
(intern "HIDDEN" "READER-TEST")
(show "external" (eq (first (read-all "reader-test:shown")) (find-symbol "SHOWN" "READER-TEST")))
(show "internal" (eq (first (read-all "reader-test::hidden")) (find-symbol "HIDDEN" "READER-TEST")))
(show "same symbol" (eq (first (read-all "car")) 'car) (eq (first (read-all "cl:car")) 'car)
      (eq (first (read-all "show")) 'show))

;;; Errors have types.
(defun outcome (text)
  (handler-case (progn (read-from-string text) :read)
    (end-of-file () :end-of-file)
    (reader-error () :reader-error)
    (error () :other-error)))
(show "cut short" (mapcar #'outcome '("" "(a" "\"abc" "#(1" "'" "|a" "#|x")))
(show "malformed" (mapcar #'outcome '(")" "(a . b c)" "( . a)" "#\\nosuchname" "#<x>" "#)" "car:nosuch")))

;;; Positions and the other functions of the reader.
(show "position" (multiple-value-list (read-from-string "(a b) c"))
      (multiple-value-list (read-from-string "abc def" t nil :start 4))
      (multiple-value-list (read-from-string "abc  def" t nil :preserve-whitespace t))
      (multiple-value-list (read-from-string "   " nil 'eof)))
(show "delimited" (with-input-from-string (in "1 2 ] 3") 
                    (let ((*readtable* (copy-readtable)))
                      (set-syntax-from-char #\] #\))
                      (list (read-delimited-list #\] in) (read in)))))

;;; Readtables: case and new macro characters.
(defun read-with-case (case text)
  (let ((*readtable* (copy-readtable nil)))
    (setf (readtable-case *readtable*) case)
    (mapcar #'symbol-name (read-all text))))
(dolist (case '(:upcase :downcase :preserve :invert))
  (show case (read-with-case case "foo BAR Baz q|Ux|")))
(let ((*readtable* (copy-readtable)))
  (set-macro-character #\! (lambda (stream char)
                             (declare (ignore char))
                             (list 'not (read stream t nil t))))
  (set-dispatch-macro-character #\# #\? (lambda (stream char argument)
                                          (list char argument (read stream t nil t))))
  (show "macro characters" (read-all "!a (b !c) #?x #7?y a!b")))
(show "standard again" (read-all "!a"))
