;;;; Readtables: what each character means to the reader.
;;;;
;;;; The printer asks them too, to know which symbol names need escapes.

(in-package "CLYSM.LIBRARY")

;;; Syntax types (CLHS 2.1.4). A constituent has further traits, which do not depend on the readtable.
(defconstant +constituent+ 0)
(defconstant +whitespace+ 1)
(defconstant +terminating-macro+ 2)
(defconstant +non-terminating-macro+ 3)
(defconstant +single-escape+ 4)
(defconstant +multiple-escape+ 5)

(defstruct (readtable (:constructor %make-readtable) (:copier nil) (:predicate readtablep) (:conc-name %readtable-)
                      (:print-object print-opaque))
  syntax             ; simple vector of 128 syntax types, by character code
  functions          ; simple vector of 128 macro functions; NIL for other characters, and standard macro characters
  (others nil)       ; list of (character syntax-type . function) for codes over 127 that are no constituents
  (plain nil)        ; NIL, or for the printer: see plain-characters
  (dispatch nil)     ; list of (character standard-p (sub-character . function) ...); see dispatch-function
  (case :upcase))

(defun %check-character (object)
  (if (characterp object) object (%wrong-type object 'character)))

(defun %check-readtable (object)
  (if (readtablep object) object (%wrong-type object 'readtable)))

(defun char-syntax (character readtable)
  "The syntax type of CHARACTER in READTABLE."
  (let ((code (%char-code character)))
    (if (%fix< code 128)
        (%svref (%readtable-syntax readtable) code)
        (let ((entry (assoc character (%readtable-others readtable))))
          (if entry (cadr entry) +constituent+)))))

(defun macro-function-of (character readtable)
  "The macro function that READTABLE has for CHARACTER; NIL also for a macro character with its standard meaning."
  (let ((code (%char-code character)))
    (if (%fix< code 128)
        (%svref (%readtable-functions readtable) code)
        (let ((entry (assoc character (%readtable-others readtable))))
          (if entry (cddr entry) nil)))))

(defun invalid-constituent-p (character)
  "True if CHARACTER cannot be part of a token, even where it is a constituent (CLHS 2.1.4.2): whitespace, controls."
  (case (%char-code character)
    ((8 9 10 12 13 32 127) t)
    (t nil)))

(defun set-char-syntax (character readtable syntax function)
  "Give CHARACTER the SYNTAX type and the macro FUNCTION (NIL unless it is a macro character) in READTABLE."
  (let ((code (%char-code character)))
    (setf (%readtable-plain readtable) nil)
    (cond ((%fix< code 128)
           (%svset (%readtable-syntax readtable) code syntax)
           (%svset (%readtable-functions readtable) code function))
          (t
           (setf (%readtable-others readtable)
                 (cons (list* character syntax function)
                       (remove character (%readtable-others readtable) :key #'car)))))
    t))

(defun new-readtable ()
  "A readtable with the standard whitespace and escapes, but without macro characters."
  (let ((readtable (%make-readtable :syntax (%make-vector 128 +constituent+) :functions (%make-vector 128 nil))))
    (dolist (code '(9 10 12 13 32))
      (set-char-syntax (%code-char code) readtable +whitespace+ nil))
    (set-char-syntax #\\ readtable +single-escape+ nil)
    (set-char-syntax #\| readtable +multiple-escape+ nil)
    readtable))

(defun mark-standard-macro-characters (readtable)
  "Give the standard macro characters their syntax in READTABLE. Without a function there they have their standard
meaning, which only the reader knows: a program that only prints does without it."
  (dolist (character '(#\" #\' #\( #\) #\, #\; #\`))
    (set-char-syntax character readtable +terminating-macro+ nil))
  (set-char-syntax #\# readtable +non-terminating-macro+ nil)
  readtable)

(defvar *standard-readtable* (mark-standard-macro-characters (new-readtable))
  "The readtable of CLHS 2.1.4, never modified by programs.")

(defun %copy-readtable-contents (from to)
  (setf (%readtable-syntax to) (copy-seq (%readtable-syntax from))
        (%readtable-functions to) (copy-seq (%readtable-functions from))
        (%readtable-others to) (copy-tree (%readtable-others from))
        (%readtable-dispatch to) (copy-tree (%readtable-dispatch from))
        (%readtable-plain to) nil
        (%readtable-case to) (%readtable-case from))
  to)

(defvar *readtable* (%copy-readtable-contents *standard-readtable* (new-readtable))
  "The readtable that READ and the printer use.")

(defun copy-readtable (&optional (from *readtable*) to)
  "A copy of the readtable FROM (NIL: the standard one), made in TO if that is given."
  (%copy-readtable-contents (if from (%check-readtable from) *standard-readtable*)
                            (if to (%check-readtable to) (new-readtable))))

(defun readtable-case (readtable)
  "How the reader changes the case of unescaped letters: :upcase, :downcase, :preserve or :invert."
  (%readtable-case (%check-readtable readtable)))

(defun (setf readtable-case) (case readtable)
  (unless (member case '(:upcase :downcase :preserve :invert))
    (%wrong-type case '(member :upcase :downcase :preserve :invert)))
  (setf (%readtable-plain (%check-readtable readtable)) nil)
  (setf (%readtable-case (%check-readtable readtable)) case))
