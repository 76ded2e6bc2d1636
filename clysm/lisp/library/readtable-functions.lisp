;;;; Functions that ask for and change macro characters of readtables (CLHS 23.2).

(in-package "CLYSM.LIBRARY")

(defun %readtable-argument (designator)
  "The readtable that DESIGNATOR, a readtable or NIL for the standard one, means."
  (if designator (%check-readtable designator) *standard-readtable*))

(defun %macro-syntax-p (character readtable)
  (let ((syntax (char-syntax character readtable)))
    (or (eql syntax +terminating-macro+) (eql syntax +non-terminating-macro+))))

(defun %drop-dispatch-entry (character readtable)
  (setf (%readtable-dispatch readtable) (remove character (%readtable-dispatch readtable) :key #'car)))

(defun set-macro-character (character function &optional non-terminating-p (readtable *readtable*))
  "Let CHARACTER be a macro character whose FUNCTION is called with a stream and CHARACTER."
  (let ((readtable (%readtable-argument readtable)))
    (set-char-syntax (%check-character character) readtable
                     (if non-terminating-p +non-terminating-macro+ +terminating-macro+)
                     function)
    (%drop-dispatch-entry character readtable)
    t))

(defun get-macro-character (character &optional (readtable *readtable*))
  "Values: the function of the macro CHARACTER or NIL, true if it is non-terminating."
  (let ((readtable (%readtable-argument readtable)))
    (if (%macro-syntax-p (%check-character character) readtable)
        (values (or (macro-function-of character readtable) (standard-macro-function character))
                (eql (char-syntax character readtable) +non-terminating-macro+))
        (values nil nil))))

;;; ---- dispatching macro characters. A readtable has an entry (character standard-p (sub-character . function) ...)
;;; for each but an unchanged #. If standard-p is true, other sub-characters mean what they do after a standard #.

(defun %standard-sharp-p (character readtable)
  "True if CHARACTER is # with its standard meaning in READTABLE."
  (and (eq character #\#)
       (%macro-syntax-p character readtable)
       (null (macro-function-of character readtable))))

(defun %find-dispatch-entry (character readtable)
  "The entry of CHARACTER, which is made for an unchanged #; NIL if CHARACTER does not dispatch."
  (or (assoc character (%readtable-dispatch readtable))
      (if (%standard-sharp-p character readtable)
          (car (push (list character t) (%readtable-dispatch readtable)))
          nil)))

(defun %dispatch-entry (character readtable)
  "The entry of CHARACTER; an error if it does not dispatch."
  (or (%find-dispatch-entry (%check-character character) readtable)
      (error 'simple-error :format-control "~s is no dispatching macro character in ~s"
                           :format-arguments (list character readtable))))

(defun %entry-function (entry sub-character)
  (or (cdr (assoc sub-character (cddr entry)))
      (if (cadr entry) (standard-dispatch-function sub-character) nil)))

(defun dispatch-function (character sub-character readtable)
  "The function for CHARACTER followed by SUB-CHARACTER, which is in upper case, in READTABLE; or NIL."
  (let ((entry (assoc character (%readtable-dispatch readtable))))
    (cond (entry (%entry-function entry sub-character))
          ((%standard-sharp-p character readtable) (standard-dispatch-function sub-character))
          (t nil))))

(defun make-dispatch-macro-character (character &optional non-terminating-p (readtable *readtable*))
  "Let CHARACTER be a dispatching macro character for which no sub-character is defined."
  (let ((readtable (%readtable-argument readtable)))
    (set-macro-character character #'read-dispatching non-terminating-p readtable)
    (push (list character nil) (%readtable-dispatch readtable))
    t))

(defun set-dispatch-macro-character (character sub-character function &optional (readtable *readtable*))
  "Let FUNCTION, called with stream, sub-character and number (or NIL), read CHARACTER followed by SUB-CHARACTER."
  (let ((entry (%dispatch-entry character (%readtable-argument readtable)))
        (sub-character (char-upcase (%check-character sub-character))))
    (when (digit-char-p sub-character)
      (error 'simple-error :format-control "the digit ~s cannot be a sub-character"
                           :format-arguments (list sub-character)))
    (rplacd (cdr entry)
            (cons (cons sub-character function)
                  (remove sub-character (cddr entry) :key #'car)))
    t))

(defun get-dispatch-macro-character (character sub-character &optional (readtable *readtable*))
  "The function for CHARACTER followed by SUB-CHARACTER, or NIL."
  (%entry-function (%dispatch-entry character (%readtable-argument readtable))
                   (char-upcase (%check-character sub-character))))

(defun set-syntax-from-char (to-character from-character &optional (to-readtable *readtable*) from-readtable)
  "Give TO-CHARACTER in TO-READTABLE the syntax that FROM-CHARACTER has in FROM-READTABLE (NIL: the standard one)."
  (let* ((to-readtable (%check-readtable to-readtable))
         (from-readtable (%readtable-argument from-readtable))
         (entry (%find-dispatch-entry (%check-character from-character) from-readtable)))
    (set-char-syntax (%check-character to-character) to-readtable
                     (char-syntax from-character from-readtable)
                     (values (get-macro-character from-character from-readtable)))
    (%drop-dispatch-entry to-character to-readtable)
    (when entry
      (push (cons to-character (copy-tree (cdr entry))) (%readtable-dispatch to-readtable)))
    t))
