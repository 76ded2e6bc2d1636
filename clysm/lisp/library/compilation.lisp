;;;; What CLHS 3, 24 and 25 ask of a compiler beside EVAL, COMPILE and LOAD: the names of compiled files,
;;;; WITH-COMPILATION-UNIT, FUNCTION-LAMBDA-EXPRESSION, DISASSEMBLE.

(in-package "CLYSM.LIBRARY")

(defvar *compile-file-pathname* nil "The file that is being compiled, or NIL.")
(defvar *compile-file-truename* nil "Its true name, or NIL.")
(defvar *compile-print* nil "What COMPILE-FILE does about its forms without :print.")
(defvar *compile-verbose* nil "What COMPILE-FILE does about files without :verbose.")

(defun compile-file-pathname (input-file &key output-file &allow-other-keys)
  "The file into which COMPILE-FILE compiles INPUT-FILE."
  (let ((default (make-pathname :type "wasm" :defaults (merge-pathnames input-file))))
    (if output-file
        (merge-pathnames output-file default)
        default)))

(defmacro with-compilation-unit ((&key override) &body body)
  "The values of BODY. The compiler defers nothing to the end of a unit, so that units need not be told apart."
  `(progn ,override (progn ,@body)))

(defun function-lambda-expression (function)
  "Values: NIL, as the source of FUNCTION is not kept; T, as FUNCTION may be a closure; its name or NIL."
  (unless (functionp function) (%wrong-type function 'function))
  (values nil t (%function-name function)))

(defun %function-to-disassemble (designator)
  "The function that DESIGNATOR is, names, or is the lambda expression of."
  (cond ((functionp designator) designator)
        ((and (consp designator) (eq (car designator) 'lambda)) (compile nil designator))
        ((and (symbolp designator) (macro-function designator)))
        (t (fdefinition designator))))

(defun disassemble (function)
  "Write what is known about the code of FUNCTION, a function, its name or a lambda expression. A running image cannot
read its own instructions: they are in the WebAssembly module that the host has instantiated."
  (let ((function (%function-to-disassemble function)))
    (format t "~&~S: the code with the number ~D of the image's tables of functions~%"
            function (%function-code function))
    (describe function *standard-output*)
    nil))
