;;;; Functions over sequences: MAP, MAP-INTO, REDUCE, EVERY, SOME, NOTEVERY, NOTANY.

(in-package "CLYSM.LIBRARY")

;;; Several sequences are walked by CURSORS, one fresh cons for each: for a list (NIL . rest), for a vector
;;; (vector . index).

(defun %make-cursors (sequences)
  (mapcar (lambda (sequence)
            (cond ((listp sequence) (cons nil sequence))
                  ((%vector-length-or-nil sequence) (cons sequence 0))
                  (t (%wrong-type sequence 'sequence))))
          sequences))

(defun %step-cursors (cursors)
  "The next elements as a list, or NIL at the end of the shortest sequence."
  (let ((elements nil))
    (do-cells (cell cursors (nreverse elements))
      (let* ((cursor (%car cell))
             (vector (%car cursor))
             (place (%cdr cursor)))
        (cond (vector
               (unless (%fix< place (length vector)) (return nil))
               (setq elements (cons (elt vector place) elements))
               (%set-cdr cursor (%fix+ place 1)))
              (t
               (when (endp place) (return nil))
               (setq elements (cons (%car place) elements))
               (%set-cdr cursor (%cdr place))))))))

(defun %walk (function sequence more-sequences)
  "Call FUNCTION on corresponding elements of SEQUENCE and MORE-SEQUENCES."
  (if more-sequences
      (let ((cursors (%make-cursors (cons sequence more-sequences))))
        (loop
          (let ((elements (%step-cursors cursors)))
            (when (null elements) (return))
            (apply function elements))))
      (%each-element function sequence 0 nil nil)))

(defun %map-list (function sequence more-sequences)
  "The results of FUNCTION on corresponding elements, as a list."
  (let* ((head (cons nil nil))
         (tail head))
    (if more-sequences
        (%walk (lambda (&rest elements)
                 (setq tail (%set-cdr tail (cons (apply function elements) nil))))
               sequence more-sequences)
        (%each-element (lambda (x)
                         (setq tail (%set-cdr tail (cons (funcall function x) nil))))
                       sequence 0 nil nil))
    (%cdr head)))

(defun map (result-type function sequence &rest more-sequences)
  "The results of FUNCTION on corresponding elements as a sequence of RESULT-TYPE; with NIL only the calls, and NIL."
  (if (null result-type)
      (progn
        (%walk function sequence more-sequences)
        nil)
      (%list->typed-sequence (%map-list function sequence more-sequences) result-type)))

(defun %map-limit (result sequences)
  "The number of results that MAP-INTO stores: the capacity of RESULT or the length of the shortest of SEQUENCES."
  (let ((limit (if (%fill-vector-p result) (%array-size result) (length result))))
    (do-cells (cell sequences limit)
      (let ((length (length (%car cell))))
        (when (%fix< length limit) (setq limit length))))))

(defun map-into (result function &rest sequences)
  "Store the results of FUNCTION on corresponding elements into RESULT, whose fill pointer, if any, follows."
  (let ((limit (%map-limit result sequences))
        (cursors (%make-cursors sequences)))
    (if (listp result)
        (let ((cell result))
          (dotimes (i limit)
            (%set-car cell (apply function (%step-cursors cursors)))
            (setq cell (%cdr cell))))
        (dotimes (i limit)
          (%aset-slow result i (apply function (%step-cursors cursors)))))
    (when (%fill-vector-p result)
      (setf (fill-pointer result) limit))
    result))

;;; quantifiers

(defun every (predicate sequence &rest more-sequences)
  "True if PREDICATE holds of all corresponding elements."
  (cond (more-sequences
         (%walk (lambda (&rest elements)
                  (unless (apply predicate elements) (return-from every nil)))
                sequence more-sequences)
         t)
        ((listp sequence)
         (do-cells (cell sequence t)
           (unless (funcall predicate (%car cell)) (return nil))))
        (t
         (%each-element (lambda (x)
                          (unless (funcall predicate x) (return-from every nil)))
                        sequence 0 nil nil)
         t)))

(defun some (predicate sequence &rest more-sequences)
  "The first true result of PREDICATE on corresponding elements, or NIL."
  (cond (more-sequences
         (%walk (lambda (&rest elements)
                  (let ((result (apply predicate elements)))
                    (when result (return-from some result))))
                sequence more-sequences)
         nil)
        ((listp sequence)
         (do-cells (cell sequence nil)
           (let ((result (funcall predicate (%car cell))))
             (when result (return result)))))
        (t
         (%each-element (lambda (x)
                          (let ((result (funcall predicate x)))
                            (when result (return-from some result))))
                        sequence 0 nil nil)
         nil)))

(defun notany (predicate sequence &rest more-sequences)
  "True if PREDICATE holds of no corresponding elements."
  (not (apply #'some predicate sequence more-sequences)))

(defun notevery (predicate sequence &rest more-sequences)
  "True unless PREDICATE holds of all corresponding elements."
  (not (apply #'every predicate sequence more-sequences)))

;;; REDUCE

(defun reduce (function sequence &key key from-end (start 0) end (initial-value nil initial-p))
  "Combine the keys of the elements START to END by the two-argument FUNCTION, from the left (FROM-END: right).
Without elements and INITIAL-VALUE the result is that of FUNCTION without arguments."
  (let ((key (%key key))
        (value initial-value)
        (empty (not initial-p)))
    (%each-element
     (lambda (x)
       (let ((x (if key (funcall key x) x)))
         (setq value (cond (empty (setq empty nil) x)
                           (from-end (funcall function x value))
                           (t (funcall function value x))))))
     sequence start end from-end)
    (if empty (funcall function) value)))
