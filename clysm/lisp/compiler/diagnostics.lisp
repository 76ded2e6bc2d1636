;;;; What the compiler says about a program: conditions while it works, diagnostics as the result.

(in-package "CLYSM.COMPILER")

(defstruct (diagnostic (:constructor make-diagnostic
                           (severity category message suggestion path line column form operator)))
  "One error or warning. SEVERITY: the string error or warning. CATEGORY: a name of the contracts, section 6.
LINE and COLUMN are 1-based, 0 when unknown. FORM and OPERATOR: printed, or NIL."
  severity category message suggestion path line column form operator)

(defvar *place* nil
  "Position of the innermost list around what is converted that was read from the source.")

(define-condition source-failure (error)
  ((category :initarg :category :reader failure-category)
   (message :initarg :message :reader failure-message)
   (form :initarg :form :initform nil :reader failure-form)
   (position :initarg :position :initform nil :reader failure-position)
   (place :initarg :place :initform nil :reader failure-place)
   (operator :initarg :operator :initform nil :reader failure-operator)
   (needs :initarg :needs :initform nil :reader failure-needs))
  (:report (lambda (condition stream)
             (write-string (failure-message condition) stream)))
  (:documentation "A top-level form cannot be compiled. FORM: the innermost form to blame, for its position, unless
POSITION, an index into the source, is given. PLACE: the position if FORM was not read. NEEDS: name of the definition
whose failure is the cause, if known."))

(defparameter *remediations*
  '(("read-error" . "correct the text at the position; the rest of the file was not attempted")
    ("package-error" . "define, export or shadow the name before its use")
    ("syntax-error" . "correct the form's shape")
    ("unsupported-special-form" . "implement it in the compiler, or write the form another way")
    ("unsupported-macro" . "add the macro to the library module")
    ("unsupported-declaration" . "remove it or teach the compiler to accept it")
    ("unsupported-literal" . "construct it at load time, or define `make-load-form`")
    ("macro-error" . "fix the macro; its definition's position is attached")
    ("missing-function" . "define it or add the module that does")
    ("missing-variable" . "declare it with `defvar`, or bind it")
    ("missing-type" . "define it in a module this one depends on")
    ("missing-module" . "add the file to the module list or patterns")
    ("dependency-cycle" . "move the shared definitions to a third module")
    ("duplicate-definition" . "remove or rename one")
    ("type-error" . "correct the operand; expected and actual types are attached")
    ("dependency-failed" . "fix the root named in `causes`")
    ("limit-exceeded" . "split the input or stop the expansion")
    ("host-error" . "grant the directory, or remove the access from compile-time code")
    ("wasm-validation-error" . "report a compiler bug with the form")
    ("internal-error" . "report a compiler bug with the form"))
  "Category -> what to do about it: the contracts, section 6.")

(defun remediation (category)
  (cdr (assoc category *remediations* :test #'string=)))

(defun fail (category form &rest parts)
  "Signal that FORM cannot be compiled; PARTS, strings and names, make the message."
  (error 'source-failure :category category :form form :place *place* :message (message-text parts)
                         :operator (if (and (consp form) (symbolp (car form))) (symbol-name (car form)) nil)))

(defun message-text (parts)
  "PARTS as one line: strings as they are, other data printed in backquotes."
  (with-output-to-string (out)
    (dolist (part parts)
      (cond ((stringp part) (write-string part out))
            (t (write-char #\` out)
               (write-string (brief-text part) out)
               (write-char #\` out))))))

(defun brief-text (datum)
  "DATUM printed without packages, at most 200 characters."
  (let ((text (with-output-to-string (out) (write-brief datum out 6))))
    (if (> (length text) 200)
        (concatenate 'string (subseq text 0 197) "...")
        text)))

(defun write-brief (datum out depth)
  (cond ((symbolp datum)
         (when (keywordp datum) (write-char #\: out))
         (write-string (string-downcase (symbol-name datum)) out))
        ((stringp datum) (write-char #\" out) (write-string datum out) (write-char #\" out))
        ((characterp datum) (write-string "#\\" out) (write-char datum out))
        ((integerp datum) (write-string (decimal-text datum) out))
        ((consp datum)
         (if (= depth 0)
             (write-string "..." out)
             (write-brief-list datum out (- depth 1))))
        ((vectorp datum) (write-string "#(...)" out))
        (t (write-string "#<object>" out))))

(defun write-brief-list (list out depth)
  (let ((count 0))
    (write-char #\( out)
    (loop
      (when (atom list)
        (when list
          (write-string " . " out)
          (write-brief list out depth))
        (return))
      (when (> count 0) (write-char #\Space out))
      (when (> count 20)
        (write-string "..." out)
        (return))
      (write-brief (car list) out depth)
      (setf list (cdr list))
      (setf count (+ count 1)))
    (write-char #\) out)))

(defun decimal-text (n)
  "The decimal digits of the integer N, independent of the host's printer settings."
  (cond ((< n 0) (concatenate 'string "-" (decimal-text (- n))))
        ((< n 10) (string (code-char (+ 48 n))))
        (t (let ((digits '()))
             (loop
               (when (= n 0) (return))
               (multiple-value-bind (quotient digit) (floor n 10)
                 (push (code-char (+ 48 digit)) digits)
                 (setf n quotient)))
             (coerce digits 'string)))))
