;;;; Function objects for the primitives that are standard functions: #'CAR, (apply 'cons ...). A call in a body here
;;;; is the primitive itself.

(in-package "CLYSM.LIBRARY")

;;; predicates

(defun eq (a b)
  "True if A and B are one object."
  (eq a b))

(defun null (object)
  "True of NIL."
  (null object))

(defun not (object)
  "True of NIL."
  (null object))

(defun consp (object)
  "True of conses."
  (consp object))

(defun atom (object)
  "True of everything but conses."
  (atom object))

(defun listp (object)
  "True of conses and NIL."
  (listp object))

(defun symbolp (object)
  "True of symbols, NIL and T included."
  (symbolp object))

(defun characterp (object)
  "True of characters."
  (characterp object))

(defun functionp (object)
  "True of functions."
  (functionp object))

(defun simple-vector-p (object)
  "True of vectors of any objects that are neither displaced nor adjustable and have no fill pointer."
  (simple-vector-p object))

;;; conses

(defun cons (first rest)
  "A new cons of FIRST and REST."
  (cons first rest))

(defun car (list)
  "The first part of the cons LIST; NIL of NIL. Anything else is a TYPE-ERROR."
  (car list))

(defun cdr (list)
  "The second part of the cons LIST; NIL of NIL. Anything else is a TYPE-ERROR."
  (cdr list))

(defun rplaca (cons object)
  "CONS after storing OBJECT as its first part."
  (rplaca cons object))

(defun rplacd (cons object)
  "CONS after storing OBJECT as its second part."
  (rplacd cons object))

(defun (setf car) (value cons)
  "Store VALUE as the first part of CONS."
  (rplaca cons value)
  value)

(defun (setf cdr) (value cons)
  "Store VALUE as the second part of CONS."
  (rplacd cons value)
  value)

;;; vectors

(defun svref (vector index)
  "Element INDEX of the simple VECTOR."
  (svref vector index))

(defun (setf svref) (value vector index)
  "Store VALUE as element INDEX of the simple VECTOR."
  (setf (svref vector index) value))

(defun char (string index)
  "The character of STRING at INDEX, which may be past the fill pointer."
  (char string index))

(defun (setf char) (value string index)
  "Store the character VALUE in STRING at INDEX."
  (setf (char string index) value))

(defun schar (string index)
  "The character of the simple STRING at INDEX."
  (schar string index))

(defun (setf schar) (value string index)
  "Store the character VALUE in the simple STRING at INDEX."
  (setf (schar string index) value))

;;; calls

(defun funcall (function &rest arguments)
  "The values of FUNCTION, a function or the name of one, with ARGUMENTS."
  (apply function arguments))

(defun apply (function argument &rest more)
  "The values of FUNCTION with all but the last of ARGUMENT and MORE, and with the elements of the last, a list."
  (apply function (if more (apply #'list* argument more) argument)))
