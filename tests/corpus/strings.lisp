;;;; Strings: comparison, case, trimming, searching, characters of any size.
;; rows: 16 N11 N51

(setq *print-pretty* nil)

(defun show (label &rest values)
  (format t "~A:~{ ~S~}~%" label values))

(show "make" (make-string 3 :initial-element #\x) (string 'abc) (string #\a) (string "s")
      (concatenate 'string "ab" '(#\c) #(#\d)) (copy-seq "x") (length ""))
(show "access" (char "abc" 1) (schar "abc" 2) (aref "abc" 0) (elt "abc" 1) (subseq "hello" 1 3) (subseq "hello" 3)
      (reverse "abc") (stringp "a") (stringp #\a) (simple-string-p "a"))
(show "equal" (string= "abc" "abc") (string= "abc" "ABC") (string-equal "abc" "ABC") (string= 'abc "ABC")
      (string= "a" #\a) (string/= "abc" "abd") (string/= "a" "a") (string-not-equal "a" "A"))
(show "order" (string< "abc" "abd") (string< "abc" "ab") (string< "ab" "abc") (string> "b" "a") (string<= "abc" "abc")
      (string>= "abc" "abd") (string< "" "a") (string-lessp "ABC" "abd") (string-greaterp "B" "a")
      (string-not-greaterp "abc" "ABC") (string-not-lessp "abc" "ABD"))
(show "regions" (string= "xabcx" "abc" :start1 1 :end1 4) (string= "abc" "xxabc" :start2 2)
      (string< "xa" "xb" :start1 1 :start2 1) (string-equal "FOObar" "foo" :end1 3)
      (string/= "abcdef" "abcxef" :start1 2 :start2 2))
(show "case" (string-upcase "Hello 1") (string-downcase "Hello 1") (string-capitalize "hello wORLD o'neil 3rd")
      (string-upcase "hello" :start 1 :end 3) (string-downcase 'foo) (string-capitalize "ab cd" :start 1))
(show "trim" (string-trim " " "  a b  ") (string-left-trim "x" "xxaxx") (string-right-trim '(#\x #\y) "axyxy")
      (string-trim "abc" "cabbac") (string-trim " " 'sym))
(let ((s (copy-seq "hello world")))
  (show "in place" (nstring-upcase s :end 5) (nstring-capitalize s :start 6) (nstring-downcase s)
        (eq s (nstring-upcase s)) (fill s #\- :start 5 :end 6) (replace s "JELLY" :end1 5) (nreverse s)))
(show "search" (search "lo" "hello") (search "xyz" "hello") (search "l" "hello" :from-end t)
      (search "LO" "hello" :test #'char-equal) (position #\l "hello") (position #\l "hello" :from-end t)
      (find #\z "abc") (count #\l "hello") (position-if #'digit-char-p "ab3d") (mismatch "hello" "help")
      (remove #\l "hello") (substitute #\L #\l "hello") (remove-duplicates "aabbca"))

;;; Characters of every size replace each other in place.
(let ((s (copy-seq "abcd")) (lambda-char (code-char 955)) (han (code-char 20013)) (balloon (code-char 127880)))
  (setf (char s 1) balloon)
  (show "replace" (length s) (char-code (char s 1)) (char s 0) (char s 2))
  (setf (char s 3) lambda-char (char s 0) han (char s 2) (code-char 233))
  (show "mixed" (map 'list #'char-code s) (position balloon s) (map 'list #'char-code (reverse s))
        (string< s (string lambda-char)))
  (format t "utf-8: ~A ~A ~A~%" s (string-upcase s) (concatenate 'string (list han balloon)))
  (show "compare" (string= s (map 'string #'code-char '(20013 127880 233 955))) (char< #\z lambda-char balloon)
        (string< "z" (string balloon))))
(format t "literal: ~A ~S ~D~%" "naïve λ 中文 🎈" "é\"\\" (length "naïve λ 中文 🎈"))

;;; Streams to and from strings.
(show "output" (with-output-to-string (out) (write-string "abc" out) (princ 42 out) (write-char #\! out))
      (princ-to-string '(1 "a")) (prin1-to-string '(1 "a")))
(show "input" (with-input-from-string (in "line one
line two") (list (read-line in) (read-char in) (peek-char nil in) (read-line in) (read-line in nil :eof))))

;;; A toolkit of the usual functions.
(defun split (text separator)
  (loop for start = 0 then (+ end 1)
        for end = (position separator text :start start)
        collect (subseq text start end)
        while end))
(defun join (parts separator)
  (with-output-to-string (out)
    (loop for (part . more) on parts do (write-string part out) (when more (write-string separator out)))))
(defun replace-all (text old new)
  (loop with start = 0
        for position = (search old text :start2 start)
        collect (subseq text start position) into parts
        while position
        do (setf start (+ position (length old)))
        finally (return (join parts new))))
(defun palindrome-p (text)
  (let ((letters (remove-if-not #'alpha-char-p text))) (string-equal letters (reverse letters))))
(defun edit-distance (a b)
  (let ((row (loop for j from 0 to (length b) collect j)))
    (loop for x across a for i from 1
          do (setf row (loop with left = i
                             for (diagonal above) on row for y across b
                             collect left into new
                             do (setf left (min (+ left 1) (+ above 1) (if (char= x y) diagonal (+ diagonal 1))))
                             finally (return (append new (list left))))))
    (car (last row))))
(show "split, join" (split "a,b,,c" #\,) (split "" #\,) (join '("x" "y" "z") "--") (join '() ","))
(show "replace-all" (replace-all "the cat the hat" "the" "a") (replace-all "aaa" "a" "bb") (replace-all "abc" "x" "y"))
(show "palindromes" (palindrome-p "A man, a plan, a canal: Panama!") (palindrome-p "Lisp"))
(show "distance" (edit-distance "kitten" "sitting") (edit-distance "" "abc") (edit-distance "same" "same")
      (edit-distance "sunday" "saturday"))
(show "order of words" (sort (split "the quick brown fox Jumps over a lazy dog" #\Space) #'string-lessp))
(show "errors" (handler-case (char "abc" (+ 1 2)) (error () :error))
      (handler-case (string (+ 1 2)) (type-error () :type-error))
      (handler-case (subseq "abc" 2 (+ 0 9)) (error () :error))
      (handler-case (string-upcase (list 1)) (error () :error)))
