;;;; Case conversion and trimming of strings.

(in-package "CLYSM.LIBRARY")

(defun %upcase-range (string start end)
  "Convert the range of a simple string to upper case, in place."
  (do ((i start (%fix+ i 1)))
      ((%fix>= i end) string)
    (%set-schar-code string i (%upcase-code (%schar-code string i)))))

(defun %downcase-range (string start end)
  "Convert the range of a simple string to lower case, in place."
  (do ((i start (%fix+ i 1)))
      ((%fix>= i end) string)
    (%set-schar-code string i (%downcase-code (%schar-code string i)))))

(defun %capitalize-range (string start end)
  "Convert each word, a run of letters and digits, of the range to lower case but for its first character, in place."
  (let ((inside nil))                            ; was the previous character part of a word?
    (do ((i start (%fix+ i 1)))
        ((%fix>= i end) string)
      (let ((code (%schar-code string i)))
        (%set-schar-code string i (if inside (%downcase-code code) (%upcase-code code)))
        (setq inside (alphanumericp (%code-char code)))))))

(defun %string-copy-range (designator start end)
  "A fresh simple string of all characters of DESIGNATOR, and START and END as checked positions in it."
  (let* ((string (copy-seq (string designator)))
         (end (%check-range start end (%string-length string))))
    (values string start end)))

(defun %string-place (string start end)
  "%STRING-RANGE of an argument that must be a string, to be changed."
  (unless (stringp string) (%wrong-type string 'string))
  (%string-range string start end))

(defmacro define-case-conversions (&rest rows)
  "Each row is (name destructive-name range-function documentation)."
  `(progn
     ,@(mapcan (lambda (row)
                 (destructuring-bind (name destructive-name convert documentation) row
                   (list `(defun ,name (string &key (start 0) end)
                            ,(concatenate 'string "A copy of the string designator STRING, its characters START to END "
                                          documentation ".")
                            (multiple-value-bind (copy start end) (%string-copy-range string start end)
                              (,convert copy start end)))
                         `(defun ,destructive-name (string &key (start 0) end)
                            ,(concatenate 'string "STRING, its characters START to END " documentation
                                          ", in place.")
                            (multiple-value-bind (data low high) (%string-place string start end)
                              (,convert data low high))
                            string))))
               rows)))

(define-case-conversions
  (string-upcase nstring-upcase %upcase-range "in upper case")
  (string-downcase nstring-downcase %downcase-range "in lower case")
  (string-capitalize nstring-capitalize %capitalize-range "in lower case but for the first of each word"))

;;; trimming

(defun %trim (bag designator left-p right-p)
  "A copy of the characters of DESIGNATOR without those at its ends that are in the sequence BAG."
  (multiple-value-bind (string start end) (%string-range designator 0 nil)
    (when left-p
      (loop
        (unless (and (%fix< start end) (find (%schar string start) bag)) (return))
        (setq start (%fix+ start 1))))
    (when right-p
      (loop
        (unless (and (%fix< start end) (find (%schar string (%fix- end 1)) bag)) (return))
        (setq end (%fix- end 1))))
    (%data-part string start end)))

(defun string-trim (character-bag string)
  "A copy of STRING without the characters at both ends that are in the sequence CHARACTER-BAG."
  (%trim character-bag string t t))

(defun string-left-trim (character-bag string)
  "A copy of STRING without the characters at its start that are in the sequence CHARACTER-BAG."
  (%trim character-bag string t nil))

(defun string-right-trim (character-bag string)
  "A copy of STRING without the characters at its end that are in the sequence CHARACTER-BAG."
  (%trim character-bag string nil t))
