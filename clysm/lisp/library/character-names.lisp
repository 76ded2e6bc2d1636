;;;; Names of characters.

(in-package "CLYSM.LIBRARY")

;;; Code and names; the first name of a code is the one that CHAR-NAME gives. Every other character that is not graphic
;;; is called U+ and its code in four to six hexadecimal digits; graphic ones can be read by such a name.

(defparameter *character-names*
  '((32 "Space") (10 "Newline" "Linefeed" "LF") (9 "Tab" "HT") (12 "Page" "FF") (13 "Return" "CR")
    (8 "Backspace" "BS") (127 "Rubout" "Delete" "DEL") (0 "Null" "Nul") (7 "Bell" "BEL") (27 "Escape" "Esc" "Altmode")
    (11 "Vt") (1 "Soh") (2 "Stx") (3 "Etx") (4 "Eot") (5 "Enq") (6 "Ack") (14 "So") (15 "Si") (16 "Dle") (17 "Dc1")
    (18 "Dc2") (19 "Dc3") (20 "Dc4") (21 "Nak") (22 "Syn") (23 "Etb") (24 "Can") (25 "Em") (26 "Sub") (28 "Fs")
    (29 "Gs") (30 "Rs") (31 "Us") (160 "No-break_space" "Nbsp") (#xFEFF "Zero_width_no-break_space" "Bom"))
  "List of (code name*).")

(defun %hexadecimal (code)
  "CODE in upper case hexadecimal, at least four digits."
  (let ((digits nil))
    (dotimes (i 6)
      (when (or (%fix< i 4) (%fix> code 0))
        (setq digits (cons (digit-char (%fix-and code 15) 16) digits)
              code (%fix-shr code 4))))
    (%list->data digits 'character)))

(defun char-name (character)
  "The name of CHARACTER if it has one of its own or is not graphic, else NIL."
  (let* ((code (%character-code character))
         (row (%assoc-eq code *character-names*)))
    (cond (row (cadr row))
          ((graphic-char-p character) nil)
          (t (concatenate 'string "U+" (%hexadecimal code))))))

(defun %code-of-hexadecimal-name (name)
  "The code of NAME, U+ or U and hexadecimal digits, or NIL."
  (let ((start (cond ((and (> (length name) 2) (string-equal "U+" name :end2 2)) 2)
                     ((and (> (length name) 1) (char-equal #\U (char name 0))) 1)))
        (code 0))
    (when (and start (<= (length name) 8))
      (do ((i start (+ i 1)))
          ((= i (length name)) (if (< code char-code-limit) code nil))
        (let ((weight (digit-char-p (char name i) 16)))
          (unless weight (return nil))
          (setq code (+ (* code 16) weight)))))))

(defun name-char (name)
  "The character called NAME, a string designator, in any case; NIL if there is none."
  (let* ((name (string name))
         (row (find-if (lambda (row) (member name (cdr row) :test #'string-equal)) *character-names*))
         (code (if row (car row) (%code-of-hexadecimal-name name))))
    (if code (%code-char code) nil)))
