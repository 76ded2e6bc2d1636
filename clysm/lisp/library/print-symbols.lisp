;;;; Printing symbols: package prefixes, escapes and case (CLHS 22.1.3.3).

(in-package "CLYSM.LIBRARY")

;;; ---- which names need escapes

(defun %case-changed-p (character case)
  "True if the reader with readtable-case CASE would change CHARACTER."
  (let ((code (%char-code character)))
    (cond ((eq case :upcase)
           (if (%fix< code 128) (and (%fix>= code 97) (%fix<= code 122)) (lower-case-p character)))
          ((eq case :downcase)
           (if (%fix< code 128) (and (%fix>= code 65) (%fix<= code 90)) (upper-case-p character)))
          (t nil))))

(defun %plain-character-p (character readtable)
  "True if CHARACTER can stand in a token without escape, the number syntax apart."
  (and (eql (char-syntax character readtable) +constituent+)
       (not (eq character #\:))
       (not (invalid-constituent-p character))
       (not (%case-changed-p character (%readtable-case readtable)))))

(defun plain-characters (readtable)
  "A simple vector by code, below 128: can the character stand in a token without escape, the number syntax apart?"
  (or (%readtable-plain readtable)
      (let ((table (%make-vector 128 nil)))
        (dotimes (code 128)
          (%svset table code (%plain-character-p (%code-char code) readtable)))
        (setf (%readtable-plain readtable) table))))

(defun %all-plain-p (name readtable)
  "True if no character of NAME needs an escape, the number syntax apart. A non-terminating macro character needs one
only at the start."
  (let ((table (plain-characters readtable)))
    (do ((i 0 (%fix+ i 1)))
        ((%fix= i (%string-length name)) t)
      (let ((code (%schar-code name i)))
        (unless (or (if (%fix< code 128)
                        (%svref table code)
                        (%plain-character-p (%code-char code) readtable))
                    (and (%fix> i 0)
                         (eql (char-syntax (%code-char code) readtable) +non-terminating-macro+)))
          (return nil))))))

(defun %dots-only-p (name)
  (dotimes (i (%string-length name) t)
    (unless (eq (%schar name i) #\.) (return nil))))

(defun %ratio-or-sign-p (character)
  "True for the characters other than digits and letters that may occur in a potential number."
  (or (eq character #\+) (eq character #\-) (eq character #\.) (eq character #\/)
      (eq character #\^) (eq character #\_)))

(defun %potential-number-p (name base)
  "True if the token NAME is a potential number in BASE (CLHS 2.3.1.1)."
  (let* ((length (%string-length name))
         (first (%schar name 0)) (last (%schar name (%fix- length 1)))
         (digit-p nil) (letter-before-p nil))
    (when (or (eq last #\+) (eq last #\-) (eq first #\/)
              (and (alpha-char-p first) (not (digit-char-p first base))))
      (return-from %potential-number-p nil))
    (dotimes (i length)
      (let ((character (%schar name i)))
        (cond ((digit-char-p character base)
               (setq digit-p t letter-before-p nil))
              ((%ratio-or-sign-p character)
               (setq letter-before-p nil))
              ((and (alpha-char-p character) (not letter-before-p))
               (setq letter-before-p t))
              (t (return-from %potential-number-p nil)))))
    digit-p))

(defun %may-start-number-p (character base)
  "True if a number in BASE, or one with a decimal point, may start with CHARACTER."
  (or (%ratio-or-sign-p character)
      (if (<= base 10)
          (let ((code (%char-code character)))
            (and (%fix>= code 48) (%fix<= code 57)))
          (digit-char-p character base))))

(defun %plain-name-p (name readtable)
  "True if the reader with READTABLE makes the symbol name NAME of the token NAME."
  (and (%fix> (%string-length name) 0)
       (%all-plain-p name readtable)
       (not (and (%may-start-number-p (%schar name 0) *print-base*)
                 (or (%potential-number-p name *print-base*) (%dots-only-p name))))))

;;; ---- case

(defun %put-capitalized (stream name first-case rest-case)
  "Write NAME with the first letter of each word changed by FIRST-CASE and the others by REST-CASE."
  (let ((in-word-p nil))
    (dotimes (i (%string-length name))
      (let ((character (%schar name i)))
        (put-char stream (funcall (if in-word-p rest-case first-case) character))
        (setq in-word-p (alphanumericp character))))))

(defun %put-mapped (stream name change)
  (dotimes (i (%string-length name))
    (put-char stream (funcall change (%schar name i)))))

(defun %single-case (name)
  "T if all letters of NAME that have case are upper case, NIL if all are lower case, :mixed if there are both."
  (let ((upper-p nil) (lower-p nil))
    (dotimes (i (%string-length name))
      (let ((character (%schar name i)))
        (cond ((upper-case-p character) (setq upper-p t))
              ((lower-case-p character) (setq lower-p t)))))
    (cond ((and upper-p lower-p) :mixed)
          (t upper-p))))

(defun %put-inverted (stream name)
  (let ((case (%single-case name)))
    (cond ((eq case :mixed) (put-string stream name))
          (case (%put-mapped stream name #'char-downcase))
          (t (%put-mapped stream name #'char-upcase)))))

(defun %keep-lower (change)
  "A function that changes only upper case characters by CHANGE."
  (lambda (character) (if (upper-case-p character) (funcall change character) character)))

(defun %keep-upper (change)
  "A function that changes only lower case characters by CHANGE."
  (lambda (character) (if (lower-case-p character) (funcall change character) character)))

(defun put-symbol-name (stream name readtable)
  "Write NAME as *print-case* and the case of READTABLE ask, without escapes."
  (let ((case (%readtable-case readtable)) (print-case *print-case*))
    (cond ((eq case :upcase)
           (cond ((eq print-case :upcase) (put-string stream name))
                 ((eq print-case :downcase) (%put-mapped stream name #'char-downcase))
                 (t (%put-capitalized stream name #'identity (%keep-lower #'char-downcase)))))
          ((eq case :downcase)
           (cond ((eq print-case :upcase) (%put-mapped stream name #'char-upcase))
                 ((eq print-case :downcase) (put-string stream name))
                 (t (%put-capitalized stream name (%keep-upper #'char-upcase) #'identity))))
          ((eq case :preserve) (put-string stream name))
          (t (%put-inverted stream name)))))

;;; ---- tokens and prefixes

(defun %put-escaped-name (stream name)
  "Write NAME between bars."
  (put-char stream #\|)
  (dotimes (i (%string-length name))
    (let ((character (%schar name i)))
      (when (or (eq character #\|) (eq character #\\)) (put-char stream #\\))
      (put-char stream character)))
  (put-char stream #\|))

(defun put-token (stream name)
  "Write NAME so that the reader (with *print-readably*: one with the standard readtable) makes a symbol or package of
that name of it."
  (let ((readtable (if *print-readably* *standard-readtable* *readtable*)))
    (if (%plain-name-p name readtable)
        (put-symbol-name stream name readtable)
        (%put-escaped-name stream name))))

(defun %put-package-prefix (stream symbol name package)
  "Write what must stand before NAME so that SYMBOL, whose home is PACKAGE, is read back."
  (cond ((null package)
         (when (or *print-gensym* *print-readably*) (put-string stream "#:")))
        ((eq package *package*))
        ((keywordp symbol) (put-char stream #\:))
        (t
         (multiple-value-bind (found status) (find-symbol name *package*)
           (unless (and status (eq found symbol))
             (put-token stream (package-name package))
             (multiple-value-bind (found status) (find-symbol name package)
               (put-string stream (if (and (eq found symbol) (eq status :external)) ":" "::"))))))))

(defun put-symbol (stream symbol escape)
  "Write SYMBOL, with prefix and escapes if ESCAPE is true."
  (let ((name (%symbol-name symbol)))
    (cond (escape
           (%put-package-prefix stream symbol name (%symbol-package symbol))
           (put-token stream name))
          (t (put-symbol-name stream name *readtable*)))))
