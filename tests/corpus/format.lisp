;;;; FORMAT: all directives.
;; rows: 22

(setq *print-pretty* nil)

(defmacro show (control &rest arguments)
  `(progn (princ "[") (princ (format nil ,control ,@arguments)) (princ "]") (terpri)))

;;; Objects, columns, newlines.
(show "~A ~S ~A ~S" "x" "x" #\y #\y)
(show "~5A|~5@A|~8,,2A|~5,,,'*A|~5S|~:A|~:S" "ab" "ab" "ab" "ab" "ab" nil '(nil))
(show "~W ~A" '(1 "a") '(1 "a"))
(show "~C~@C~:C" #\a #\b #\c)
(show "a~%b~2%c~&d~&~&e")
(show "~~~3~")
(show "one ~
       two ~@
       three")
(show "ab~5Tc~10,4Td~2@Te")
(show "tab~8Tstop~3,5@Tx")

;;; Integers.
(show "~D ~6D ~6,'0D ~@D ~:D ~6,' ,'.,2:D" 42 42 42 42 1234567 12345)
(show "~B ~O ~X ~3R ~:X" 10 64 255 8 65536)
(show "~R ~:R ~@R ~:@R" 42 42 42 4)
(show "~R ~R ~R ~:R" 1000000 -5 (expt 10 15) 100)
(show "~D cat~:P, ~D fl~:@P, ~P" 1 2 2)

;;; Floats.
(show "~F ~,2F ~8,2F ~8,2,,,'*F ~@F ~,1F" 1.5 3.14159 2.5 2.5 1.0 0.05)
(show "~,2,2F ~5F ~3,1F ~F" 0.5 1.2345 12345.6 7)
(show "~,3E ~10,2E ~,2,2E" 1234.5 1234.5 1234.5)
(show "~$ ~2,4$ ~2,4,10$ ~@$ ~:$" 2.5 2.5 2.5 2.5 -2.5)

;;; Conditionals.
(show "~[zero~;one~;two~:;many~] ~[zero~;one~;two~:;many~]" 1 9)
(show "~[a~;b~]~[a~;b~]" 5 0)
(show "~:[false~;true~] ~:[false~;true~]" nil 'x)
(show "~@[x=~D ~]~@[y=~D~]" 1 nil)
(show "~#[none~;one: ~A~;two: ~A ~A~:;more~]" 'a 'b)
(show "~V[zero~;one~;two~]" 2)

;;; Iteration.
(show "~{~A~^, ~}" '(1 2 3))
(show "~{~A=~A~^; ~}" '(a 1 b 2))
(show "~:{(~A ~A)~}" '((1 2) (3 4 5)))
(show "~@{~A~^-~}" 1 2 3)
(show "~:@{<~A>~}" '(1) '(2))
(show "~2{~A ~}" '(1 2 3))
(show "~{~}" "~A!" '(1 2))
(show "~{none~}~:{none~}~{once~:}" '() '() '())
(show "~{~{~A~^,~}~^ | ~}" '((1 2) () (3)))
(show "~{~A~#[~; and ~:;, ~]~}" '(a b c))
(show "~V{~A~}" 2 '(x y z))

;;; Arguments.
(show "~A ~*~A ~:*~A ~0@*~A ~2@*~A" 1 2 3)
(show "~? ~@?" "~A+~A" '(1 2) "<~A>" 3)
(show "~VD ~V,'0D ~#D" 5 42 4 7 1)
(show "~A~^ ~A~^ ~A" 1 2)
(show "surplus ~A" 1 2 3)

;;; Case conversion and justification.
(show "~(HELLO World~) ~:(hello WORLD~) ~@(hELLO world~) ~:@(hello~)")
(show "~(~A ~:(~A~)~)" "LOUD" "words")
(show "~20<left~;right~>")
(show "~20:<right~>")
(show "~20@<left~>")
(show "~20:@<a~;b~;c~>")
(show "~10<toolongtofit~>")
(show "~15,,,'.<a~;b~>")
(show "~30<~A~;~A~^~;never~>" 1 2)

;;; Calls of functions, and FORMATTER.
(defun in-brackets (stream argument colon at &rest parameters)
  (format stream "~:[~;:~]~:[~;@~](~A~{ ~A~})" colon at argument parameters))
(show "~/in-brackets/ ~:/in-brackets/ ~3,'x@/cl-user::in-brackets/" 'a 'b 'c)
(show "~A" (in-brackets nil 'direct nil nil))
(show "~A" (with-output-to-string (out) (funcall (formatter "~D-~D") out 1 2)))

;;; Destinations.
(let ((text (make-array 0 :element-type 'character :fill-pointer 0 :adjustable t)))
  (show "~A ~A" (format text "~A" 'into) text))
(show "~S" (format nil "~A" nil))
(show "~S" (with-output-to-string (*standard-output*) (format t "~&x~&") (format t "~&y")))

;;; Errors: malformed control strings, too few arguments.
(dolist (case '(("~A") ("~D ~D" 1) ("~{~A") ("~]" 1) ("~Q" 1) ("~[x" 1) ("~1{~A~}" 5) ("~(x")))
  (show "~S: ~A" (first case) (handler-case (apply #'format nil case) (error () :error))))

;;; A table.
(defun table (rows)
  (let ((widths (apply #'mapcar
                       (lambda (&rest column) (reduce #'max (mapcar #'length (mapcar #'princ-to-string column))))
                       rows)))
    (dolist (row rows) (format t "|~{ ~VA |~}~%" (mapcan #'list widths row)))))
(table '((name age city) ("Ada" 36 "London") ("Grace" 85 "Arlington")))
