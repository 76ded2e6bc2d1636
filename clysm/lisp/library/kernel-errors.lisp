;;;; The errors that compiled code signals through the kernel.  None of these functions returns.

(in-package "CLYSM.LIBRARY")

(defun %callable-name (function)
  "What to call FUNCTION, a function or a function name, in a message."
  (or (and (functionp function) (%function-name function))
      function))

(defun %simple-program-error (control &rest arguments)
  (error 'simple-program-error :format-control control :format-arguments arguments))

(defun %type-error (datum expected-type)
  "DATUM is not of EXPECTED-TYPE, a type specifier."
  (error 'type-error :datum datum :expected-type expected-type))

(defun %undefined-function (name)
  "A call of the function NAME, which has no definition: a symbol, (setf symbol), or the symbol that stands for the latter."
  (error 'undefined-function :name (%spoken-name name)))

(defun %spoken-name (name)
  (let ((owner (if (and (symbolp name) (null (%symbol-package name))) (%symbol-value name) nil)))
    (if (and (symbolp owner) (eq (%symbol-setf owner) name))
        (list 'setf owner)
        name)))

(defun %unbound-variable (symbol)
  "A read of the variable SYMBOL, which has no value."
  (error 'unbound-variable :name symbol))

(defun %wrong-argument-count (function arguments)
  "A call of FUNCTION with a wrong number of ARGUMENTS: the number, or the list of them."
  (%simple-program-error "~S was called with ~D argument~:P"
                         (%callable-name function)
                         (if (listp arguments) (length arguments) arguments)))

(defun %unknown-keyword (function keyword)
  "A call of FUNCTION with the argument name KEYWORD, which it does not take."
  (%simple-program-error "~S was called with the unknown keyword argument ~S" (%callable-name function) keyword))

(defun %odd-keywords (function arguments)
  "A call of FUNCTION with keyword ARGUMENTS, a list of odd length."
  (%simple-program-error "~S was called with an odd number of keyword arguments: ~S" (%callable-name function) arguments))

(defun %index-error (array index)
  "An access to ARRAY with INDEX, which is not a valid index."
  (error 'type-error :datum index :expected-type (list 'integer 0 (list (array-total-size array)))))

(defun %dead-exit ()
  "A RETURN-FROM or GO to a block or tag whose extent has ended."
  (error 'simple-control-error :format-control "exit to a block or tag that is no longer active"
                               :format-arguments '()))

(defun %no-catch-tag (tag)
  "A THROW to TAG, for which there is no CATCH."
  (error 'simple-control-error :format-control "there is no catch for the tag ~S" :format-arguments (list tag)))
