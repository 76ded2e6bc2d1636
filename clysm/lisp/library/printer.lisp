;;;; The printer: dispatch on the type of the object, lists, strings, arrays, and the functions PRIN1, PRINC, WRITE ...
;;;;
;;;; put-... functions write one type of object. print-object-to is for parts, output-object for whole objects.

(in-package "CLYSM.LIBRARY")

;;; ---- characters and strings

(defun put-character (stream character)
  "Write CHARACTER in the syntax that *print-escape* asks for."
  (cond ((not (or *print-escape* *print-readably*)) (put-char stream character))
        (t
         (put-string stream "#\\")
         (if (graphic-char-p character)
             (put-char stream character)
             (put-any-string stream (or (char-name character) (string character)) 0 nil)))))

(defun put-quoted (stream string)
  "Write STRING between double quotes."
  (let ((string (if (%simple-string-p string) string (subseq string 0))) (start 0))
    (put-char stream #\")
    (dotimes (i (%string-length string))
      (let ((code (%schar-code string i)))
        (when (or (%fix= code 34) (%fix= code 92))
          (put-substring stream string start i)
          (put-char stream #\\)
          (setq start i))))
    (put-substring stream string start (%string-length string))
    (put-char stream #\")))

(defun %put-string-object (stream string)
  (if (or *print-escape* *print-readably*)
      (put-quoted stream string)
      (put-any-string stream string 0 nil)))

;;; ---- lists

(defun %abbreviation (list)
  "The prefix that stands for the operator of a form such as (quote x), or NIL."
  (let ((operator (%car list)) (rest (%cdr list)))
    (if (and (symbolp operator) (consp rest) (null (%cdr rest)))
        (case operator
          (quote "'")
          (function "#'")
          (quasiquote "`")
          (unquote ",")
          (unquote-splicing ",@")
          (t nil))
        nil)))

(defun %put-list-elements (stream list)
  "Write the elements of LIST and its closing parenthesis."
  (let ((limit (%length-limit)) (count 0))
    (loop
      (cond ((and limit (>= count limit))
             (put-string stream "...)")
             (return nil)))
      (print-object-to stream (%car list))
      (setq list (%cdr list)
            count (+ count 1))
      (cond ((null list)
             (put-char stream #\))
             (return nil))
            ((or (atom list) (%tail-labelled-p list))
             (put-string stream " . ")
             (print-object-to stream list)
             (put-char stream #\))
             (return nil)))
      (when *labels* (%label-done-p stream list))  ; the tail occurs, although it is not printed alone
      (put-char stream #\Space))))

(defun put-list (stream list)
  "Write the cons LIST."
  (let ((prefix (%abbreviation list)))
    (cond (prefix
           (put-string stream prefix)
           (print-object-to stream (%car (%cdr list))))
          (t
           (with-nesting (stream)
             (put-char stream #\()
             (%put-list-elements stream list))))))

;;; ---- arrays

(defun %put-bits (stream vector)
  (put-string stream "#*")
  (dotimes (i (length vector))
    (put-char stream (if (eql (bit vector i) 0) #\0 #\1))))

(defun %put-vector-elements (stream vector)
  (let ((limit (%length-limit)))
    (dotimes (i (length vector))
      (when (%fix> i 0) (put-char stream #\Space))
      (when (and limit (>= i limit))
        (put-string stream "...")
        (return nil))
      (print-object-to stream (aref vector i)))))

(defun %put-vector (stream vector)
  (with-nesting (stream)
    (put-string stream "#(")
    (%put-vector-elements stream vector)
    (put-char stream #\))))

(defun %put-array-part (stream array dimensions index)
  "Write the part of ARRAY that has the DIMENSIONS and starts at the row-major INDEX; the index after it."
  (cond
    ((null dimensions)
     (print-object-to stream (row-major-aref array index))
     (+ index 1))
    (t
     (let ((size (reduce #'* (cdr dimensions))) (limit (%length-limit)) (end (+ index (reduce #'* dimensions))))
       (with-nesting (stream)
         (put-char stream #\()
         (dotimes (i (car dimensions))
           (when (%fix> i 0) (put-char stream #\Space))
           (when (and limit (>= i limit))
             (put-string stream "...")
             (return nil))
           (%put-array-part stream array (cdr dimensions) (+ index (* i size))))
         (put-char stream #\)))
       end))))

(defun %similar-readable-p (array)
  "True if #nA syntax, from which arrays of any objects are read, tells all about ARRAY, its dimensions included."
  (let ((after-zero (member 0 (array-dimensions array))))
    (and (eq (array-element-type array) t)
         (every #'zerop after-zero))))

(defun %put-general-array (stream array)
  (when (and *print-readably* (not (%similar-readable-p array))) (error 'print-not-readable :object array))
  (put-char stream #\#)
  (put-decimal stream (array-rank array))
  (put-char stream #\A)
  (%put-array-part stream array (array-dimensions array) 0))

(defun put-array (stream array)
  "Write ARRAY, which is no string."
  (cond ((not (or *print-array* *print-readably*))
         (print-unreadable-object (array stream :type t :identity t)))
        ((bit-vector-p array) (%put-bits stream array))
        ((vectorp array) (%put-vector stream array))
        (t (%put-general-array stream array))))

;;; ---- functions

(defun put-function (stream function)
  "Write FUNCTION as #<FUNCTION name>."
  (let ((name (%function-name function)))
    (print-unreadable-object (function stream)
      (put-string stream (if (%generic-function-p function) "STANDARD-GENERIC-FUNCTION " "FUNCTION "))
      (if name
          (let ((*print-escape* t)) (print-object-to stream name))
          (put-identity stream function)))))

;;; ---- dispatch

(defun %put-by-type (stream object)
  "Write OBJECT, labels apart."
  (cond ((%fixnump object) (put-integer stream object))
        ((symbolp object) (put-symbol stream object (or *print-escape* *print-readably*)))
        ((consp object) (put-list stream object))
        ((stringp object) (%put-string-object stream object))
        ((characterp object) (put-character stream object))
        ((numberp object) (put-number stream object))
        ((arrayp object) (put-array stream object))
        ((functionp object) (put-function stream object))
        ((%instancep object) (put-instance stream object))
        ((%unbound-p object) (put-string stream "#<UNBOUND>"))
        (t (put-string stream "#<UNKNOWN>"))))

(defun print-object-to (stream object)
  "Write OBJECT as the printer variables ask, as part of the object that is being printed."
  (cond ((and *labels* (%label-done-p stream object)))
        ((not *print-pretty*) (%put-by-type stream object))
        (*labels* (let ((*labelled-object* object)) (pretty-print-to stream object)))
        (t (pretty-print-to stream object))))

(defun output-object (stream object)
  "Write OBJECT, a whole one: labels are started if *print-circle* asks for them."
  (if (and *print-circle* (null *labels*) (%may-be-shared-p object))
      (%print-with-labels object stream #'print-object-to)
      (print-object-to stream object)))

;;; ---- the functions of CLHS 22.4

(defun prin1 (object &optional stream)
  "Write OBJECT so that READ can read it; return it."
  (let ((stream (%output-stream stream)))
    (if *print-escape*
        (output-object stream object)
        (let ((*print-escape* t)) (output-object stream object)))
    object))

(defun %princ-to (stream object)
  "Write OBJECT without escapes."
  (cond ((%simple-string-p object) (put-string stream object))
        ((%fixnump object) (put-integer stream object))
        ((and (null *print-escape*) (null *print-readably*)) (output-object stream object))
        (t (let ((*print-escape* nil) (*print-readably* nil)) (output-object stream object)))))

(defun princ (object &optional stream)
  "Write OBJECT for people, without escapes; return it."
  (%princ-to (%output-stream stream) object)
  object)

(defun print (object &optional stream)
  "Write a newline, OBJECT as PRIN1 does, and a space; return OBJECT."
  (let ((stream (%output-stream stream)))
    (put-char stream #\Newline)
    (prin1 object stream)
    (put-char stream #\Space)
    object))

(defun pprint (object &optional stream)
  "Write a newline and OBJECT with the pretty printer."
  (let ((stream (%output-stream stream)))
    (put-char stream #\Newline)
    (let ((*print-pretty* t) (*print-escape* t)) (output-object stream object))
    (values)))

(defun write (object &key stream ((:array *print-array*) *print-array*) ((:base *print-base*) *print-base*)
                       ((:case *print-case*) *print-case*) ((:circle *print-circle*) *print-circle*)
                       ((:escape *print-escape*) *print-escape*) ((:gensym *print-gensym*) *print-gensym*)
                       ((:length *print-length*) *print-length*) ((:level *print-level*) *print-level*)
                       ((:lines *print-lines*) *print-lines*)
                       ((:miser-width *print-miser-width*) *print-miser-width*)
                       ((:pprint-dispatch *print-pprint-dispatch*) *print-pprint-dispatch*)
                       ((:pretty *print-pretty*) *print-pretty*) ((:radix *print-radix*) *print-radix*)
                       ((:readably *print-readably*) *print-readably*)
                       ((:right-margin *print-right-margin*) *print-right-margin*))
  "Write OBJECT to STREAM, each printer variable bound as the keyword of its name says; return OBJECT."
  (output-object (%output-stream stream) object)
  object)

(defun %print-to-string (object)
  (let ((stream (borrow-string-output)))
    (output-object stream object)
    (finish-string-output stream)))

(defun prin1-to-string (object)
  "The text that PRIN1 writes for OBJECT."
  (let ((*print-escape* t)) (%print-to-string object)))

(defun princ-to-string (object)
  "The text that PRINC writes for OBJECT."
  (if (%simple-string-p object)
      (%substring object 0 (%string-length object))
      (let ((*print-escape* nil) (*print-readably* nil)) (%print-to-string object))))

(defun write-to-string (object &rest options)
  "The text that WRITE with the OPTIONS writes for OBJECT."
  (let ((stream (borrow-string-output)))
    (apply #'write object :stream stream options)
    (finish-string-output stream)))
