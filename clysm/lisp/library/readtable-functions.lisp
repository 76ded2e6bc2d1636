;;;; Functions that ask for and change macro characters of readtables (CLHS 23.2).

(in-package "CLYSM.LIBRARY")

(defun %readtable-argument (designator)
  "The readtable that DESIGNATOR, a readtable or NIL for the standard one, means."
  (if designator (%check-readtable designator) *standard-readtable*))

(defun set-macro-character (character function &optional non-terminating-p (readtable *readtable*))
  "Let CHARACTER be a macro character whose FUNCTION is called with a stream and CHARACTER."
  (set-char-syntax (%check-character character) (%readtable-argument readtable)
                   (if non-terminating-p +non-terminating-macro+ +terminating-macro+)
                   function)
  t)

(defun get-macro-character (character &optional (readtable *readtable*))
  "Values: the function of the macro CHARACTER or NIL, true if it is non-terminating."
  (let* ((readtable (%readtable-argument readtable))
         (function (macro-function-of (%check-character character) readtable)))
    (values function
            (and function (eql (char-syntax character readtable) +non-terminating-macro+)))))

(defun make-dispatch-macro-character (character &optional non-terminating-p (readtable *readtable*))
  "Let CHARACTER be a dispatching macro character for which no sub-character is defined."
  (let ((readtable (%readtable-argument readtable)))
    (set-macro-character character #'read-dispatching non-terminating-p readtable)
    (setf (%readtable-dispatch readtable)
          (cons (list character)
                (remove character (%readtable-dispatch readtable) :key #'car)))
    t))

(defun %dispatch-entry (character readtable)
  "The dispatch table entry of CHARACTER; an error if it does not dispatch."
  (or (dispatch-table (%check-character character) readtable)
      (error 'simple-error :format-control "~s is no dispatching macro character in ~s"
                           :format-arguments (list character readtable))))

(defun set-dispatch-macro-character (character sub-character function &optional (readtable *readtable*))
  "Let FUNCTION, called with stream, sub-character and number (or NIL), read CHARACTER followed by SUB-CHARACTER."
  (let ((entry (%dispatch-entry character (%readtable-argument readtable)))
        (sub-character (char-upcase (%check-character sub-character))))
    (when (digit-char-p sub-character)
      (error 'simple-error :format-control "the digit ~s cannot be a sub-character"
                           :format-arguments (list sub-character)))
    (rplacd entry (cons (cons sub-character function)
                        (remove sub-character (cdr entry) :key #'car)))
    t))

(defun get-dispatch-macro-character (character sub-character &optional (readtable *readtable*))
  "The function for CHARACTER followed by SUB-CHARACTER, or NIL."
  (cdr (assoc (char-upcase (%check-character sub-character))
              (cdr (%dispatch-entry character (%readtable-argument readtable))))))

(defun set-syntax-from-char (to-character from-character &optional (to-readtable *readtable*) from-readtable)
  "Give TO-CHARACTER in TO-READTABLE the syntax that FROM-CHARACTER has in FROM-READTABLE (NIL: the standard one)."
  (let* ((to-readtable (%check-readtable to-readtable))
         (from-readtable (%readtable-argument from-readtable))
         (table (dispatch-table (%check-character from-character) from-readtable)))
    (set-char-syntax (%check-character to-character) to-readtable
                     (char-syntax from-character from-readtable)
                     (macro-function-of from-character from-readtable))
    (when table
      (setf (%readtable-dispatch to-readtable)
            (cons (cons to-character (copy-tree (cdr table)))
                  (remove to-character (%readtable-dispatch to-readtable) :key #'car))))
    t))
