;;;; A read-eval-print loop in the program, over prepared input: history, redefinition, errors reported.
;; rows: tools 2 3 N48 N53

(setq *print-pretty* nil)

(defvar *inputs* '() "Forms read so far, the latest first.")
(defvar *outputs* '() "Lists of their values.")

(defun explain (condition)
  (typecase condition
    (end-of-file "the input ends inside a form")
    (unbound-variable (format nil "the variable ~A has no value" (cell-error-name condition)))
    (undefined-function (format nil "the function ~A is not defined" (cell-error-name condition)))
    (division-by-zero "division by zero")
    (type-error (format nil "~S is not of type ~S" (type-error-datum condition) (type-error-expected-type condition)))
    (t (princ-to-string condition))))

(defun evaluate (form)
  "The values of FORM; * + / and - are the last value, form, values and the current form."
  (let ((* (first (first *outputs*))) (** (first (second *outputs*))) (+ (first *inputs*)) (/ (first *outputs*))
        (- form))
    (multiple-value-list (eval form))))

(defun run (text)
  (with-input-from-string (in text)
    (loop
      (let ((form (handler-case (read in nil in)
                    (error (condition) (format t "! ~A~%" (explain condition)) (return)))))
        (when (eq form in) (return))
        (handler-case
            (let ((values (evaluate form)))
              (push form *inputs*)
              (push values *outputs*)
              (format t "~D>~{ ~S~}~%" (length *inputs*) values))
          (error (condition) (format t "! ~A~%" (explain condition))))))))

(run "(+ 1 2)
      (* * 10)
      (list * ** +)
      (floor 17 5)
      /
      ; a comment with an unbalanced (
      #| and a block ) comment |#
      #\\(
      \"a string with ) and ;\"
      '|(|
      (values)
      (defvar *counter* 0)
      (defun next ()
        (incf *counter*))
      (next) (next)
      (defun next () (decf *counter* 10))
      (next)
      (defmacro unless-even (n form) `(if (evenp ,n) :even ,form))
      (unless-even 3 (list 'odd *counter*))
      (/ 1 0)
      (car 5)
      no-such-variable
      (no-such-function 1)
      (error \"my own ~A\" 'error)
      (handler-case (error \"x\") (error () :handled))
      (let ((f (lambda (x) (* x x)))) (mapcar f '(1 2 3)))
      (block nil (return (values 1 2)))
      `(1 ,(+ 1 1) ,@(list 3 4))
      (loop for x in '(a b) for i from 0 collect (cons x i))
      (list 1 2")
(run "(quote after) :end")
(format t "~D forms, ~D values~%" (length *inputs*) (reduce #'+ (mapcar #'length *outputs*)))
