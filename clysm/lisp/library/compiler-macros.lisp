;;;; Compiler macros (CLHS 3.2.2.1): they are remembered, and the compiler never expands one, as it may.

(in-package "CLYSM.LIBRARY")

(defvar *compiler-macros* (make-hash-table :test #'equal) "Function name -> expander of its compiler macro.")

(defun compiler-macro-function (name &optional environment)
  "The expander of the compiler macro of the function NAME, or NIL."
  (declare (ignore environment))
  (values (gethash name *compiler-macros*)))

(defun (setf compiler-macro-function) (expander name &optional environment)
  "Give the function NAME a compiler macro, or none if EXPANDER is NIL."
  (declare (ignore environment))
  (if expander
      (setf (gethash name *compiler-macros*) expander)
      (remhash name *compiler-macros*))
  expander)

(defun %add-compiler-macro (name expander)
  (setf (compiler-macro-function name) expander)
  name)
