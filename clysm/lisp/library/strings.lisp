;;;; Strings: making them, string designators, STRING= and STRING-EQUAL (CLHS 16).

(in-package "CLYSM.LIBRARY")

(defun make-string (size &key (initial-element nil element-p) (element-type 'character))
  "A simple string of SIZE characters, INITIAL-ELEMENT or those of code 0."
  (unless (eq 'character (%element-type-kind element-type))
    (%wrong-type element-type '(member character base-char standard-char)))
  (let ((string (%make-string (%check-dimension size))))
    (if element-p
        (%data-fill string 0 size initial-element)
        string)))

(defun string (designator)
  "The string that DESIGNATOR stands for: itself, the name of a symbol, a string of one character."
  (cond ((stringp designator) designator)
        ((symbolp designator) (%symbol-name designator))
        ((characterp designator)
         (let ((string (%make-string 1)))
           (%set-schar string 0 designator)
           string))
        (t (%wrong-type designator '(or string symbol character)))))

(defun %string-range (designator start end)
  "The simple string that holds the characters START to END of DESIGNATOR, and the positions of START and END in it."
  (let ((string (if (%simple-string-p designator) designator (string designator))))
    (if (%simple-string-p string)
        (values string start (%check-range start end (%string-length string)))
        (with-vector-data (data base low high) (string start end)
          (values data low high)))))

(defun %string= (string-1 start-1 end-1 string-2 start-2 end-2)
  "True if the ranges of two simple strings hold the same characters."
  (and (%fix= (%fix- end-1 start-1) (%fix- end-2 start-2))
       (do ((i start-1 (%fix+ i 1))
            (j start-2 (%fix+ j 1)))
           ((%fix>= i end-1) t)
         (unless (%fix= (%schar-code string-1 i) (%schar-code string-2 j)) (return nil)))))

(defun %string-equal (string-1 start-1 end-1 string-2 start-2 end-2)
  "%STRING= that ignores case."
  (and (%fix= (%fix- end-1 start-1) (%fix- end-2 start-2))
       (do ((i start-1 (%fix+ i 1))
            (j start-2 (%fix+ j 1)))
           ((%fix>= i end-1) t)
         (let ((a (%schar-code string-1 i))
               (b (%schar-code string-2 j)))
           (unless (or (%fix= a b) (%fix= (%upcase-code a) (%upcase-code b))) (return nil))))))

(defun %strings= (string-1 start1 end1 string-2 start2 end2)
  "STRING= with plain arguments."
  (if (and (%simple-string-p string-1) (%simple-string-p string-2)
           (eq start1 0) (eq start2 0) (null end1) (null end2))
      (%string-equal-p string-1 string-2)
      (multiple-value-bind (string-1 low-1 high-1) (%string-range string-1 start1 end1)
        (multiple-value-bind (string-2 low-2 high-2) (%string-range string-2 start2 end2)
          (%string= string-1 low-1 high-1 string-2 low-2 high-2)))))

(declaim (inline string=))
(defun string= (string-1 string-2 &key (start1 0) end1 (start2 0) end2)
  "True if the ranges of two string designators hold the same characters."
  (%strings= string-1 start1 end1 string-2 start2 end2))

(defun string-equal (string-1 string-2 &key (start1 0) end1 (start2 0) end2)
  "STRING= that ignores case."
  (multiple-value-bind (string-1 low-1 high-1) (%string-range string-1 start1 end1)
    (multiple-value-bind (string-2 low-2 high-2) (%string-range string-2 start2 end2)
      (%string-equal string-1 low-1 high-1 string-2 low-2 high-2))))
