;;;; Symbols: cells, property lists, function names, fresh symbols.

(in-package "CLYSM.LIBRARY")

(declaim (inline %check-symbol))

(defun %check-symbol (object)
  "OBJECT, if it is a symbol; else TYPE-ERROR."
  (if (symbolp object) object (%type-error object 'symbol)))

(defun symbol-name (symbol)
  "The name of SYMBOL, a string that must not be changed."
  (%symbol-name (%check-symbol symbol)))

(defun symbol-package (symbol)
  "The home package of SYMBOL, or NIL."
  (%symbol-package (%check-symbol symbol)))

;;; Values

(defun symbol-value (symbol)
  "The current dynamic value of SYMBOL.  Signals UNBOUND-VARIABLE."
  (let ((value (%symbol-value (%check-symbol symbol))))
    (if (%unbound-p value) (%unbound-variable symbol) value)))

(defun %constant-symbol-p (symbol)
  "True for NIL, T and keywords, which must keep their values."
  (or (null symbol) (eq symbol t)
      (and (eq (%symbol-value symbol) symbol) (keywordp symbol))))

(defun set (symbol value)
  "Make VALUE the current dynamic value of SYMBOL.  Signals PROGRAM-ERROR for NIL, T and keywords."
  (when (%constant-symbol-p (%check-symbol symbol))
    (error 'program-error :format-control "the constant ~S cannot be assigned" :format-arguments (list symbol)))
  (%set-symbol-value symbol value))

(defun (setf symbol-value) (value symbol)
  (set symbol value))

(defun boundp (symbol)
  "True if SYMBOL has a value."
  (not (%unbound-p (%symbol-value (%check-symbol symbol)))))

(defun makunbound (symbol)
  "Take SYMBOL's value away; returns SYMBOL."
  (%set-symbol-value (%check-symbol symbol) (%unbound))
  symbol)

;;; Property lists

(defun %plist-tail (plist indicator)
  "The tail of PLIST that starts with INDICATOR, or NIL."
  (loop
    (when (null plist) (return nil))
    (when (eq (car plist) indicator) (return plist))
    (setq plist (cddr plist))))

(defun symbol-plist (symbol)
  "The property list of SYMBOL."
  (%symbol-plist (%check-symbol symbol)))

(defun (setf symbol-plist) (plist symbol)
  (%set-symbol-plist (%check-symbol symbol) plist))

(defun get (symbol indicator &optional default)
  "The value of the property INDICATOR of SYMBOL, or DEFAULT."
  (let ((tail (%plist-tail (symbol-plist symbol) indicator)))
    (if tail (cadr tail) default)))

(defun (setf get) (value symbol indicator &optional default)
  (declare (ignore default))
  (let* ((plist (symbol-plist symbol))
         (tail (%plist-tail plist indicator)))
    (if tail
        (rplaca (cdr tail) value)
        (%set-symbol-plist symbol (cons indicator (cons value plist))))
    value))

(defun remprop (symbol indicator)
  "Remove the property INDICATOR of SYMBOL; true if there was one."
  (let ((plist (symbol-plist symbol))
        (previous nil))                 ; the cons before the cons under examination
    (loop
      (when (null plist) (return nil))
      (when (eq (car plist) indicator)
        (if previous
            (rplacd previous (cddr plist))
            (%set-symbol-plist symbol (cddr plist)))
        (return t))
      (setq previous (cdr plist))
      (setq plist (cdr previous)))))

;;; Functions

(defun %setf-function (symbol)
  "The function named (setf SYMBOL), or NIL."
  (and (%symbol-setf symbol)
       (%symbol-function (%symbol-setf symbol))))

(defun %set-setf-function (symbol function)
  "Make FUNCTION (or nothing, if NIL) the function named (setf SYMBOL); returns FUNCTION."
  (%set-symbol-function (%symbol-setf-cell symbol) function))

(defun %setf-name-p (name)
  "True if NAME is (setf symbol)."
  (and (consp name) (eq (%car name) 'setf)
       (consp (%cdr name)) (symbolp (cadr name)) (null (cddr name))))

(defun %function-named (name)
  "The function object with the function name NAME, or NIL.  Signals TYPE-ERROR if NAME is not a function name."
  (cond ((symbolp name) (%symbol-function name))
        ((%setf-name-p name) (%setf-function (cadr name)))
        (t (%type-error name '(or symbol (cons (eql setf) (cons symbol null)))))))

(defun fboundp (name)
  "True if the function name NAME has a definition as function, macro or special operator."
  (if (or (%function-named name)
          (and (symbolp name)
               (or (%runtime-macro name) (special-operator-p name))))
      t
      nil))

(defun fdefinition (name)
  "The function named NAME; for a macro its expander, for a special operator (special-operator NAME).
Signals UNDEFINED-FUNCTION."
  (cond ((%function-named name))
        ((and (symbolp name) (%runtime-macro name)))
        ((and (symbolp name) (special-operator-p name)) (list 'special-operator name))
        (t (%undefined-function name))))

(defun %forget-macro (symbol)
  (when (%runtime-macro symbol)
    (%remove-macro symbol)))

(defun (setf fdefinition) (function name)
  (unless (functionp function)
    (%type-error function 'function))
  (%function-named name)
  (cond ((symbolp name)
         (%forget-macro name)
         (%set-symbol-function name function))
        (t (%set-setf-function (cadr name) function))))

(defun symbol-function (symbol)
  "The function named SYMBOL, as FDEFINITION gives it."
  (fdefinition (%check-symbol symbol)))

(defun (setf symbol-function) (function symbol)
  (setf (fdefinition (%check-symbol symbol)) function))

(defun fmakunbound (name)
  "Remove the function or macro definition of NAME; returns NAME."
  (%function-named name)
  (cond ((symbolp name)
         (%forget-macro name)
         (%set-symbol-function name nil))
        (t (%set-setf-function (cadr name) nil)))
  name)

;;; Fresh symbols

(defun make-symbol (name)
  "A new symbol named NAME, without a package."
  (%make-symbol (%simple-name name)))

(defun copy-symbol (symbol &optional copy-properties)
  "A new symbol with the name of SYMBOL; also with its value, function and properties if COPY-PROPERTIES."
  (let ((copy (%make-symbol (symbol-name symbol))))
    (when copy-properties
      (%set-symbol-value copy (%symbol-value symbol))
      (%set-symbol-function copy (%symbol-function symbol))
      (%set-symbol-plist copy (copy-list (symbol-plist symbol))))
    copy))

(defun %simple-name (name)
  "The string NAME as a simple string.  Signals TYPE-ERROR if it is not a string."
  (cond ((%simple-string-p name) name)
        ((stringp name)
         (let* ((length (length name))
                (copy (%make-string length)))
           (dotimes (i length copy)
             (%set-schar copy i (char name i)))))
        (t (%type-error name 'string))))

(defun %designated-name (designator)
  "The simple string that DESIGNATOR, a string, symbol or character, stands for.  Signals TYPE-ERROR."
  (cond ((%simple-string-p designator) designator)
        ((symbolp designator) (%symbol-name designator))
        ((characterp designator)
         (let ((name (%make-string 1)))
           (%set-schar name 0 designator)
           name))
        ((stringp designator) (%simple-name designator))
        (t (%type-error designator '(or string symbol character)))))

(defun %append-decimal (prefix number)
  "The simple string PREFIX followed by the decimal digits of NUMBER, a non-negative integer."
  (let* ((digits '())
         (prefix-length (%string-length prefix))
         (length prefix-length))
    (loop
      (multiple-value-bind (quotient digit) (truncate number 10)
        (push (%fix+ 48 digit) digits)
        (setq length (%fix+ length 1))
        (setq number quotient))
      (when (eql number 0) (return nil)))
    (let ((result (%make-string length))
          (index prefix-length))
      (%string-copy result 0 prefix 0 prefix-length)
      (dolist (digit digits result)
        (%set-schar-code result index digit)
        (setq index (%fix+ index 1))))))

(defvar *gensym-counter* 1
  "The number in the name of the next symbol from GENSYM.")

(defun gensym (&optional (x "G"))
  "A new symbol without a package, named by the string X (or \"G\") and *GENSYM-COUNTER*, or by the integer X."
  (cond ((and (integerp x) (<= 0 x))
         (%make-symbol (%append-decimal "G" x)))
        ((stringp x)
         (let ((counter *gensym-counter*))
           (unless (and (integerp counter) (<= 0 counter))
             (%type-error counter 'unsigned-byte))
           (setq *gensym-counter* (+ counter 1))
           (%make-symbol (%append-decimal (%simple-name x) counter))))
        (t (%type-error x '(or string unsigned-byte)))))
