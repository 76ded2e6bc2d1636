;;;; FORMAT: ~A ~S ~W ~C, padding.

(in-package "CLYSM.LIBRARY")

(defun put-padded (stream string left-p mincol colinc minpad padchar)
  "Write the simple STRING and, on the left if LEFT-P, MINPAD times PADCHAR and then more, COLINC at a time, until
MINCOL characters are written."
  (let ((padding (if (< minpad 0) 0 minpad)) (step (if (< colinc 1) 1 colinc)) (length (%string-length string)))
    (do () ((>= (+ length padding) mincol))
      (incf padding step))
    (when left-p (put-repeated stream padchar padding))
    (put-string stream string)
    (unless left-p (put-repeated stream padchar padding))))

(defun put-right-aligned (stream string width padchar)
  "Write the simple STRING after as many times PADCHAR as make it WIDTH (NIL: 0) characters wide."
  (when width (put-repeated stream padchar (- width (%string-length string))))
  (put-string stream string))

(defun %format-object (stream directive state string-function write-function)
  "~A and ~S: without parameters WRITE-FUNCTION writes to the stream, else the text of STRING-FUNCTION is padded."
  (if (and (null (directive-parameters directive)) (not (directive-colon-p directive)))
      (funcall write-function (next-argument state directive) stream)
      (with-parameters ((mincol 0) (colinc 1) (minpad 0) (padchar #\Space)) (directive state)
        (let* ((argument (next-argument state directive))
               (text (if (and (null argument) (directive-colon-p directive)) "()" (funcall string-function argument))))
          (put-padded stream text (directive-at-p directive) mincol colinc minpad padchar)))))

(defun %princ-text (object)
  "PRINC-TO-STRING without making a copy of a string."
  (if (%simple-string-p object) object (princ-to-string object)))

(define-directive format-aesthetic (stream directive state)
  (if (directive-parameters directive)
      (%format-object stream directive state #'%princ-text #'princ)
      (let ((argument (next-argument state directive)))
        (if (and (null argument) (directive-colon-p directive))
            (put-string stream "()")
            (%princ-to stream argument)))))

(define-directive format-standard (stream directive state)
  (%format-object stream directive state #'prin1-to-string #'prin1))

(define-directive format-write (stream directive state)
  (with-parameters () (directive state)
    (let ((argument (next-argument state directive))
          (*print-pretty* (or (directive-colon-p directive) *print-pretty*)))
      (if (directive-at-p directive)
          (let ((*print-level* nil) (*print-length* nil)) (output-object stream argument))
          (output-object stream argument)))))

(define-directive format-character (stream directive state)
  (with-parameters () (directive state)
    (let ((character (next-argument state directive)))
      (unless (characterp character) (directive-error directive "~s is no character" character))
      (cond ((directive-colon-p directive)
             (if (and (graphic-char-p character) (not (eq character #\Space)))
                 (put-char stream character)
                 (put-any-string stream (or (char-name character) (string character)) 0 nil)))
            ((directive-at-p directive)
             (let ((*print-escape* t)) (put-character stream character)))
            (t (put-char stream character))))))
