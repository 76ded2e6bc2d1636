;;;; Characters: codes, names, case, digits, comparison.
;; rows: 13 N4

(setq *print-pretty* nil)

(defun show (label &rest values)
  (format t "~A:~{ ~S~}~%" label values))

(show "not numbers" (characterp 65) (characterp #\A) (eql #\A 65) (= 65 (char-code #\A)) (eq (code-char 65) #\A)
      (numberp #\A))
(show "codes" (char-code #\a) (char-code #\Newline) (char-code (code-char 955)) (char-code (code-char 128512))
      (eql (code-char 65) #\A) (char-int #\A))
(show "beyond the plane" (let ((c (code-char #x1F600))) (list (characterp c) (char= c (code-char #x1F600)) (char< #\z c)
                                                             (char-code (char (string c) 0)) (length (string c)))))
(show "limit" (>= char-code-limit 1114112) (characterp (code-char (- char-code-limit 1))))
(show "names" (char-name #\Newline) (char-name #\Space) (char-name #\Tab) (char-name #\Backspace) (char-name #\Rubout)
      (char-name #\Page) (char-name #\Return) (name-char "newline") (eql (name-char "SPACE") #\Space)
      (name-char "nosuchname"))
(show "read" (eql #\space (code-char 32)) (eql #\Linefeed #\Newline) (eql #\a (read-from-string "#\\a"))
      (read-from-string "#\\TAB"))
(show "printed" (prin1-to-string #\a) (prin1-to-string #\Newline) (princ-to-string #\a)
      (format nil "~C ~@C ~:C" #\a #\a #\Space))

(show "alpha" (mapcar #'alpha-char-p '(#\a #\Z #\5 #\- #\Space)))
(show "alphanumeric" (mapcar #'alphanumericp '(#\a #\5 #\_)))
(show "graphic" (mapcar #'graphic-char-p '(#\a #\Space #\Newline #\Tab)))
(show "standard" (mapcar (lambda (c) (typep c 'standard-char)) (list #\a #\Newline #\Tab (code-char 955))))
(show "case" (mapcar #'upper-case-p '(#\A #\a #\1)) (mapcar #'lower-case-p '(#\A #\a #\1))
      (mapcar #'both-case-p '(#\a #\1)))
(show "change" (char-upcase #\a) (char-downcase #\A) (char-upcase #\1) (char-code (char-upcase (code-char 955)))
      (char-code (char-downcase (code-char 1046))) (char-code (char-upcase (code-char 233))))
(show "digits" (loop for code from 48 to 57 collect (digit-char-p (code-char code))) (digit-char-p #\a)
      (digit-char-p #\a 16) (digit-char-p #\z 36) (digit-char-p #\Z 36) (digit-char-p #\9 8)
      (loop for w below 16 collect (digit-char w 16)) (digit-char 10 10))

;;; Comparison, in both modes, with any number of arguments.
(show "exact" (char= #\a #\a) (char= #\a #\A) (char= #\a #\a #\a) (char= #\a #\a #\b) (char/= #\a #\b #\c)
      (char/= #\a #\b #\a) (char< #\a #\b #\c) (char< #\a #\c #\b) (char<= #\a #\a #\b) (char> #\c #\b #\a)
      (char>= #\b #\b #\a) (char= #\x))
(show "equal" (char-equal #\a #\A) (char-equal #\a #\b) (char-equal #\a #\A #\a) (char-not-equal #\a #\A)
      (char-lessp #\a #\B) (char-lessp #\B #\a) (char-greaterp #\B #\a) (char-not-greaterp #\a #\A)
      (char-not-lessp #\A #\a))
(show "order" (char< #\A #\Z) (char< #\a #\z) (char< #\0 #\9) (char< #\0 #\A) (sort (list #\q #\a #\Z #\5) #'char<))
(show "equality" (eql #\a #\a) (equal #\a #\A) (equalp #\a #\A))
(show "conversion" (character "x") (character 'y) (character #\z) (string #\q) (coerce "w" 'character))
(show "errors" (handler-case (char-code (car (list 65))) (type-error () :type-error))
      (handler-case (apply #'char= #\a '(97)) (type-error () :type-error))
      (handler-case (character "xy") (error () :error))
      (handler-case (funcall #'char-upcase "a") (type-error () :type-error)))

;;; Ciphers.
(defun rotate (c n)
  (flet ((shift (base) (code-char (+ (char-code base) (mod (+ n (- (char-code c) (char-code base))) 26)))))
    (cond ((char<= #\a c #\z) (shift #\a))
          ((char<= #\A c #\Z) (shift #\A))
          (t c))))
(defun caesar (text n) (map 'string (lambda (c) (rotate c n)) text))
(show "caesar" (caesar "Hello, World!" 3) (caesar (caesar "Hello, World!" 3) -3))
(show "atbash"
      (map 'string (lambda (c) (if (alpha-char-p c) (code-char (- (+ 97 122) (char-code (char-downcase c)))) c))
           "wizard"))
(show "all standard"
      (loop for code from 32 to 126
            always (and (graphic-char-p (code-char code)) (= code (char-code (code-char code)))
                        (eql (code-char code) (read-from-string (prin1-to-string (code-char code)))))))
