;;;; Pprint dispatch tables, and how lists and vectors are printed while *print-pretty* is true.

(in-package "CLYSM.LIBRARY")

(defstruct (pprint-dispatch-table (:copier nil) (:predicate pprint-dispatch-table-p)
                                  (:constructor make-pprint-dispatch-table (entries))
                                  (:print-object print-opaque))
  entries)  ; list of (type priority function predicate), highest priority first, of equals the newest first

(defun %pprint-nothing-special (stream object)
  "The function that PPRINT-DISPATCH gives for objects without entry."
  (%put-by-type stream object))

;;; ---- forms

(defvar *distinguished-counts*
  '((defun 2) (defmacro 2) (deftype 2) (define-compiler-macro 2) (defmethod 2) (defgeneric 2) (lambda 1) (let 1)
    (let* 1) (flet 1) (labels 1) (macrolet 1) (symbol-macrolet 1) (when 1) (unless 1) (dolist 1) (dotimes 1) (case 1)
    (ecase 1) (ccase 1) (typecase 1) (etypecase 1) (ctypecase 1) (block 1) (catch 1) (eval-when 1)
    (multiple-value-bind 2) (destructuring-bind 2) (do 2) (do* 2) (unwind-protect 1)
    (with-open-file 1) (with-output-to-string 1)
    (with-input-from-string 1) (handler-bind 1) (handler-case 1) (restart-case 1) (progn 0) (tagbody 0) (defstruct 1)
    (defclass 2) (define-condition 2) (print-unreadable-object 1) (pprint-logical-block 1))
  "How many arguments of an operator stand before its body, which is indented by two columns.")

(defun %pprint-body-form (stream form count)
  "Write FORM with COUNT arguments after the operator and the rest below them."
  (pprint-logical-block (stream form :prefix "(" :suffix ")")
    (print-object-to stream (pprint-pop))
    (pprint-exit-if-list-exhausted)
    (pprint-indent :block (if (eql count 0) 1 3) stream)
    (dotimes (i count)
      (put-char stream #\Space)
      (pprint-newline :fill stream)
      (print-object-to stream (pprint-pop))
      (pprint-exit-if-list-exhausted))
    (pprint-indent :block 1 stream)
    (loop
      (put-char stream #\Space)
      (pprint-newline :linear stream)
      (print-object-to stream (pprint-pop))
      (pprint-exit-if-list-exhausted))))

(defun %pprint-call (stream form)
  "Write FORM with its arguments below each other."
  (pprint-logical-block (stream form :prefix "(" :suffix ")")
    (print-object-to stream (pprint-pop))
    (pprint-exit-if-list-exhausted)
    (put-char stream #\Space)
    (pprint-newline :miser stream)
    (pprint-indent :current 0 stream)
    (loop
      (print-object-to stream (pprint-pop))
      (pprint-exit-if-list-exhausted)
      (put-char stream #\Space)
      (pprint-newline :linear stream))))

(defun %pprint-cons (stream list)
  (let ((operator (car list)))
    (cond ((%abbreviation list) (put-list stream list))
          ((and (symbolp operator) (assoc operator *distinguished-counts*))
           (%pprint-body-form stream list (cadr (assoc operator *distinguished-counts*))))
          ((and (symbolp operator) (%symbol-function operator)) (%pprint-call stream list))
          (t (pprint-fill stream list)))))

(defun %pprint-vector (stream vector)
  (let ((elements '()))
    (dotimes (i (length vector)) (push (aref vector (- (length vector) i 1)) elements))
    (pprint-logical-block (stream elements :prefix "#(" :suffix ")")
      (pprint-exit-if-list-exhausted)
      (loop
        (print-object-to stream (pprint-pop))
        (pprint-exit-if-list-exhausted)
        (put-char stream #\Space)
        (pprint-newline :fill stream)))))

(defun %pprint-standard (stream object)
  "Write OBJECT as the standard table asks."
  (cond ((consp object) (%pprint-cons stream object))
        ((and (vectorp object) *print-array* (not (stringp object)) (not (bit-vector-p object)))
         (%pprint-vector stream object))
        (t (%put-by-type stream object))))

;;; ---- tables

(defvar *standard-pprint-dispatch* (make-pprint-dispatch-table '())
  "The table of CLHS *print-pprint-dispatch*, never modified by programs.")

(defvar *print-pprint-dispatch* (make-pprint-dispatch-table '())
  "The table of functions that print objects while *print-pretty* is true.")

(defun %check-pprint-dispatch (object)
  (if (pprint-dispatch-table-p object) object (%wrong-type object 'pprint-dispatch-table)))

(defun copy-pprint-dispatch (&optional (table *print-pprint-dispatch*))
  "A copy of TABLE, NIL for the standard one."
  (make-pprint-dispatch-table
   (copy-list (pprint-dispatch-table-entries (if table (%check-pprint-dispatch table) *standard-pprint-dispatch*)))))

(defun %add-entry (entry entries)
  "ENTRIES with ENTRY before all of no higher priority."
  (if (and entries (> (second (car entries)) (second entry)))
      (cons (car entries) (%add-entry entry (cdr entries)))
      (cons entry entries)))

(defun set-pprint-dispatch (type function &optional (priority 0) (table *print-pprint-dispatch*))
  "Let objects of TYPE be printed by FUNCTION of stream and object; NIL removes the entry of TYPE."
  (unless (realp priority) (%wrong-type priority 'real))
  (let ((entries (remove type (pprint-dispatch-table-entries (%check-pprint-dispatch table))
                         :key #'first :test #'equal)))
    (setf (pprint-dispatch-table-entries table)
          (if function
              (%add-entry (list type priority function (lambda (object) (typep object type))) entries)
              entries))
    nil))

(defun %find-entry (object table)
  (dolist (entry (pprint-dispatch-table-entries table) nil)
    (when (funcall (fourth entry) object) (return entry))))

(defun pprint-dispatch (object &optional (table *print-pprint-dispatch*))
  "Values: the function of stream and object that prints OBJECT by TABLE (NIL: the standard one), true if there is one."
  (let* ((table (if table (%check-pprint-dispatch table) *standard-pprint-dispatch*))
         (entry (%find-entry object table)))
    (cond (entry (values (third entry) t))
          ((or (consp object) (and (vectorp object) (not (stringp object)) (not (bit-vector-p object))))
           (values #'%pprint-standard t))
          (t (values #'%pprint-nothing-special nil)))))

(defun pretty-print-to (stream object)
  "Write OBJECT as *print-pprint-dispatch* asks."
  (let ((entry (and (pprint-dispatch-table-entries *print-pprint-dispatch*)
                    (%find-entry object *print-pprint-dispatch*))))
    (if entry
        (funcall (third entry) stream object)
        (%pprint-standard stream object))))
