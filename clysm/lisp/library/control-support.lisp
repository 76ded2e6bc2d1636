;;;; What compiled code and the kernel call: type errors of primitives, function designators, catch and progv.

(in-package "CLYSM.LIBRARY")

(defun %not-a-list (object) (%type-error object 'list))
(defun %not-a-cons (object) (%type-error object 'cons))
(defun %not-a-character (object) (%type-error object 'character))
(defun %not-a-symbol (object) (%type-error object 'symbol))

(defun %not-a-structure (object layout)
  "OBJECT is no instance of LAYOUT."
  (%type-error object (%layout-name layout)))

(defun %svref-error (vector index)
  (if (simple-vector-p vector)
      (%index-error vector index)
      (%type-error vector 'simple-vector)))

(defun %function-designator (object)
  "The function that OBJECT, which is none and no symbol with one, designates: none."
  (if (symbolp object)
      (%undefined-function object)
      (%type-error object '(or function symbol))))

(defun values (&rest objects)
  "OBJECTS as multiple values."
  (values-list objects))

(defun %set-fdefinition (name function)
  "What a DEFUN that is not at top level does."
  (setf (fdefinition name) function)
  name)

;;; The evaluator and the reader are large: what needs them in rare cases only finds them by name, so that they are not
;;; linked because of it.

(defun %call-if-linked (name argument)
  "Call the standard function NAME, a string, with ARGUMENT, or say that the program was linked without it."
  (let ((function (find-symbol name "COMMON-LISP")))
    (if (and function (%symbol-function function))
        (funcall function argument)
        (error 'simple-error :format-control "this needs ~A, which the program was linked without: mention it"
                             :format-arguments (list name)))))

(defun %evaluate-if-linked (form)
  (%call-if-linked "EVAL" form))

(defun %read-if-linked (stream)
  (%call-if-linked "READ" stream))

;;; catch and throw: each catch has an entry (tag . exit point), the innermost first.

(defvar *catchers* '())

(defun %find-catcher (tag)
  "The exit point of the innermost catch of TAG."
  (let ((rest *catchers*))
    (loop
      (when (null rest) (%no-catch-tag tag))
      (let ((entry (%car rest)))
        (when (eq (%car entry) tag)
          (return (%cdr entry))))
      (setq rest (%cdr rest)))))

(defun %progv (symbols values thunk)
  "Call THUNK with SYMBOLS bound to VALUES; those without a value are unbound."
  (if (null symbols)
      (funcall thunk)
      (let* ((symbol (car symbols))
             (old (%symbol-value symbol)))
        (%set-symbol-value symbol (if (null values) (%unbound) (car values)))
        (unwind-protect (%progv (cdr symbols) (cdr values) thunk)
          (%set-symbol-value symbol old)))))
