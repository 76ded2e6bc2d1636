;;;; *print-circle*: finding shared objects and printing their labels.
;;;;
;;;; An object is printed twice. The first time the text is dropped and the table *labels* learns which objects occur
;;;; more than once; the second time these get labels. So only what is really printed counts, whatever user-defined
;;;; print functions do.

(in-package "CLYSM.LIBRARY")

(defvar *labels* nil
  "NIL, or while an object is printed with *print-circle* a table: object -> :once, :shared, or number of its label.")

(defvar *label-count* nil "How many labels were given; NIL while shared objects are being found.")

(defun %may-be-shared-p (object)
  "True if OBJECT gets a label when it occurs twice."
  (cond ((consp object) t)
        ((symbolp object) (null (%symbol-package object)))
        ((or (characterp object) (numberp object) (functionp object)) nil)
        (t (or (arrayp object) (%instancep object)))))

(defun %note-occurrence (object)
  "First printing: remember OBJECT. True if it was seen before, so that it need not be printed again."
  (case (gethash object *labels*)
    ((nil) (setf (gethash object *labels*) :once) nil)
    (t (setf (gethash object *labels*) :shared) t)))

(defun %put-label (stream object)
  "Second printing: write the label of OBJECT if it has one. True if that stands for OBJECT."
  (let ((state (gethash object *labels*)))
    (cond ((eq state :shared)
           (incf *label-count*)
           (setf (gethash object *labels*) *label-count*)
           (put-char stream #\#)
           (put-decimal stream *label-count*)
           (put-char stream #\=)
           nil)
          ((%fixnump state)
           (put-char stream #\#)
           (put-decimal stream state)
           (put-char stream #\#)
           t)
          (t nil))))

(defun %label-done-p (stream object)
  "Called before OBJECT is printed while *labels* is a table. True if nothing but the label is to be printed."
  (cond ((not (%may-be-shared-p object)) nil)
        ((null *label-count*) (%note-occurrence object))
        (t (%put-label stream object))))

;;; A function that prints a list, from a pprint dispatch table for instance, usually starts a logical block for it. The
;;; block must not ask again for the label of an object whose label was written just before.

(defvar *labelled-object* nil "The object whose label, if any, was just written by PRINT-OBJECT-TO.")

(defun call-with-label (stream list function)
  "Call FUNCTION, which writes LIST to STREAM, after the label of LIST, or not at all if the label stands for it."
  (cond (*labels*
         (unless (and (not (eq list *labelled-object*)) (%label-done-p stream list))
           (let ((*labelled-object* nil)) (funcall function))))
        ((and *print-circle* (consp list))
         (let ((*labels* (make-hash-table :test 'eq)) (*label-count* nil) (*labelled-object* nil))
           (print-object-to (make-broadcast-stream) list)
           (setq *label-count* 0)
           (%label-done-p stream list)
           (funcall function)))
        (t (funcall function))))

(defun %tail-labelled-p (tail)
  "True if the list tail TAIL must be printed after a dot, because it is shared."
  (and *labels*
       (consp tail)
       (let ((state (gethash tail *labels*)))
         (if *label-count*
             (or (eq state :shared) (%fixnump state))
             (not (null state))))))

(defun %print-with-labels (object stream function)
  "Call FUNCTION on a stream and OBJECT twice, the second time on STREAM with the labels known."
  (let ((*labels* (make-hash-table :test 'eq)) (*label-count* nil))
    (funcall function (make-broadcast-stream) object)
    (setq *label-count* 0)
    (funcall function stream object)))
