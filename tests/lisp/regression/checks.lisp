;;;; The check forms of the regression programs: one line of output for each check.
;;;;
;;;; `ok NAME` or `FAIL NAME got VALUE expected VALUE`, and at the end of a file `done COUNT of COUNT`.

(defpackage "CHECKS"
  (:use "COMMON-LISP")
  (:export "CHECK" "SIGNALS" "HIDE" "SAME" "END-CHECKS"))

(in-package "CHECKS")

(defvar *count* 0 "The number of checks of this file so far.")

(declaim (notinline hide))

(defun hide (x)
  "X, as a value that the compiler does not know."
  x)

(defun same-elements (a b)
  (dotimes (i (array-total-size a) t)
    (unless (same (row-major-aref a i) (row-major-aref b i))
      (return nil))))

(defun same (a b)
  "Are A and B EQL, or conses or arrays of the same shape with parts that are the same?"
  (cond ((and (consp a) (consp b))
         (and (same (car a) (car b)) (same (cdr a) (cdr b))))
        ((and (vectorp a) (vectorp b))
         (and (= (length a) (length b)) (eq (stringp a) (stringp b)) (every #'same a b)))
        ((and (arrayp a) (arrayp b))
         (and (equal (array-dimensions a) (array-dimensions b)) (same-elements a b)))
        (t (eql a b))))

(defun report (name got expected)
  (incf *count*)
  (let ((*print-pretty* nil))
    (if (same got expected)
        (format t "ok ~A~%" name)
        (format t "FAIL ~A got ~S expected ~S~%" name got expected))))

(defun run-check (name thunk expected)
  "Report the value of THUNK; an unexpected condition is the value (:CONDITION type report)."
  (report name
          (handler-case (funcall thunk)
            (serious-condition (condition)
              (list :condition (type-of condition) (princ-to-string condition))))
          expected))

(defmacro check (name form expected)
  "Check that FORM's value is the same as that of EXPECTED. NAME is a string that starts with the row."
  `(run-check ,name (lambda () ,form) ,expected))

(defmacro signals (name form type)
  "Check that FORM signals a condition of TYPE, a symbol that is not evaluated."
  `(run-check ,name
              (lambda ()
                (handler-case (list :value ,form)
                  (,type () ',type)))
              ',type))

(defun end-checks (expected)
  "Print the number of checks of a file, which has to be EXPECTED, and start anew."
  (format t "done ~D of ~D~%" *count* expected)
  (setq *count* 0))
