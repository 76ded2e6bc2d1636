;;;; Characters: codes, comparison, digits (CLHS 13).

(in-package "CLYSM.LIBRARY")

(defconstant char-code-limit 1114112 "One more than the highest character code.")

(defun char-code (character)
  "The code point of CHARACTER."
  (%character-code character))

(defun char-int (character)
  "The code point of CHARACTER, as it has no other attributes."
  (%character-code character))

(defun code-char (code)
  "The character of the code point CODE. Each integer under CHAR-CODE-LIMIT has one."
  (if (and (%fixnump code) (%fix<= 0 code) (%fix< code char-code-limit))
      (%code-char code)
      (%wrong-type code (list 'integer 0 (list char-code-limit)))))

(defun character (designator)
  "The character that DESIGNATOR, a character or a string or symbol of length 1, stands for."
  (cond ((characterp designator) designator)
        ((and (or (stringp designator) (symbolp designator))
              (eql (length (string designator)) 1))
         (char (string designator) 0))
        (t (%wrong-type designator '(or character (string 1) symbol)))))

;;; comparison

(defun %fold-code (character)
  "The code that stands for CHARACTER when case is ignored."
  (%upcase-code (%character-code character)))

(defmacro define-character-comparisons (&rest rows)
  "Each row is (name code-of relation documentation): the characters are ordered by RELATION of their codes."
  `(progn
     ,@(mapcar (lambda (row)
                 (destructuring-bind (name code-of relation documentation) row
                   `(defun ,name (character &optional (next nil next-p) &rest more)
                      ,documentation
                      (let ((code (,code-of character)))
                        (if next-p
                            (let ((next-code (,code-of next)))
                              (if more
                                  (if (,relation code next-code)
                                      (apply #',name next more)
                                      (progn (%check-characters more) nil))
                                  (,relation code next-code)))
                            t)))))
               rows)))

(defun %check-characters (list)
  "Signal a TYPE-ERROR unless all elements of LIST are characters."
  (do-cells (cell list)
    (%character-code (%car cell))))

(define-character-comparisons
  (char=  %character-code %fix=  "True if all characters are the same.")
  (char<  %character-code %fix<  "True if the codes of the characters increase.")
  (char>  %character-code %fix>  "True if the codes of the characters decrease.")
  (char<= %character-code %fix<= "True if the codes of the characters do not decrease.")
  (char>= %character-code %fix>= "True if the codes of the characters do not increase.")
  (char-equal        %fold-code %fix=  "True if all characters are the same, ignoring case.")
  (char-lessp        %fold-code %fix<  "True if the characters increase, ignoring case.")
  (char-greaterp     %fold-code %fix>  "True if the characters decrease, ignoring case.")
  (char-not-greaterp %fold-code %fix<= "True if the characters do not decrease, ignoring case.")
  (char-not-lessp    %fold-code %fix>= "True if the characters do not increase, ignoring case."))

(defun %all-different-p (codes)
  "True if no two elements of the list CODES are the same."
  (do-cells (cell codes t)
    (when (%member-eq (%car cell) (%cdr cell)) (return nil))))

(defun char/= (character &rest more)
  "True if all characters are different."
  (%all-different-p (mapcar #'%character-code (cons character more))))

(defun char-not-equal (character &rest more)
  "True if all characters are different, ignoring case."
  (%all-different-p (mapcar #'%fold-code (cons character more))))

;;; digits

(defun %check-radix (radix)
  (unless (and (%fixnump radix) (%fix<= 2 radix) (%fix<= radix 36))
    (%wrong-type radix '(integer 2 36))))

(defun digit-char-p (character &optional (radix 10))
  "The weight of CHARACTER as a digit in RADIX, or NIL. Only ASCII digits and letters are digits."
  (%check-radix radix)
  (let* ((code (%character-code character))
         (weight (cond ((and (%fix<= 48 code) (%fix<= code 57)) (%fix- code 48))
                       ((and (%fix<= 65 code) (%fix<= code 90)) (%fix- code 55))
                       ((and (%fix<= 97 code) (%fix<= code 122)) (%fix- code 87)))))
    (if (and weight (%fix< weight radix)) weight nil)))

(defun digit-char (weight &optional (radix 10))
  "The digit, in upper case, of WEIGHT in RADIX, or NIL."
  (%check-radix radix)
  (unless (and (integerp weight) (>= weight 0))
    (%wrong-type weight 'unsigned-byte))
  (if (< weight radix)
      (%code-char (if (%fix< weight 10) (%fix+ 48 weight) (%fix+ 55 weight)))
      nil))

;;; classes

;;; Rows of first and last code points of letters. Source: Unicode Character Database, general category L*; gaps of
;;; unassigned code points and of a few marks inside a script are included.
(defparameter *letter-ranges*
  '#(65 90  97 122  #xAA #xAA  #xB5 #xB5  #xBA #xBA  #xC0 #xD6  #xD8 #xF6  #xF8 #x2C1  #x2C6 #x2D1  #x2E0 #x2E4
     #x2EC #x2EC  #x2EE #x2EE  #x370 #x374  #x376 #x37D  #x37F #x37F  #x386 #x386  #x388 #x3F5  #x3F7 #x481
     #x48A #x559  #x560 #x588  #x5D0 #x5F2  #x620 #x64A  #x66E #x66F  #x671 #x6D3  #x904 #x939  #xE01 #xE30
     #x10A0 #x10FA  #x10FC #x135A  #x1380 #x138F  #x13A0 #x13FD  #x1D00 #x1DBF  #x1E00 #x1FBC  #x1FBE #x1FBE
     #x1FC2 #x1FCC  #x1FD0 #x1FDB  #x1FE0 #x1FEC  #x1FF2 #x1FFC  #x2071 #x2071  #x207F #x207F  #x2090 #x209C
     #x2C00 #x2CE4  #x2D00 #x2D6F  #x3005 #x3006  #x3031 #x3035  #x3041 #x3096  #x309D #x309F  #x30A1 #x30FA
     #x30FC #x318E  #x31A0 #x31BF  #x31F0 #x31FF  #x3400 #x4DBF  #x4E00 #xA48C  #xA640 #xA66E  #xA680 #xA69D
     #xAC00 #xD7A3  #xF900 #xFAD9  #xFB00 #xFB17  #xFF21 #xFF3A  #xFF41 #xFF5A  #xFF66 #xFFDC
     #x10000 #x100FA  #x10400 #x1049D  #x1D400 #x1D6C0  #x20000 #x323AF)
  "Flat vector of pairs, as described above.")

(defun %letter-code-p (code)
  (do ((i 0 (%fix+ i 2)))
      ((%fix>= i (%vector-length *letter-ranges*)) nil)
    (when (and (%fix<= (%svref *letter-ranges* i) code)
               (%fix<= code (%svref *letter-ranges* (%fix+ i 1))))
      (return t))))

(defun alpha-char-p (character)
  "True if CHARACTER is a letter."
  (%letter-code-p (%character-code character)))

(defun alphanumericp (character)
  "True if CHARACTER is a letter or an ASCII digit."
  (let ((code (%character-code character)))
    (or (and (%fix<= 48 code) (%fix<= code 57))
        (%letter-code-p code))))

(defun graphic-char-p (character)
  "True unless CHARACTER is a control character, a surrogate or a non-character."
  (let ((code (%character-code character)))
    (not (or (%fix< code 32)
             (and (%fix<= 127 code) (%fix< code 160))
             (and (%fix<= #xD800 code) (%fix<= code #xDFFF))
             (%fix= #xFFFE (%fix-and code #xFFFE))))))

(defun standard-char-p (character)
  "True of newline and the printing ASCII characters."
  (let ((code (%character-code character)))
    (or (%fix= code 10)
        (and (%fix<= 32 code) (%fix<= code 126)))))
