;;;; The standard macro characters other than # (CLHS 2.4).

(in-package "CLYSM.LIBRARY")

(defun read-string-macro (stream closing)
  "A string up to the character CLOSING."
  (let ((output (borrow-string-output)))
    (loop
      (let ((character (or (take-char stream) (%end-inside stream))))
        (cond ((eq character closing) (return (finish-string-output output)))
              ((eql (char-syntax character *readtable*) +single-escape+)
               (put-char output (or (take-char stream) (%end-inside stream))))
              (t (put-char output character)))))))

(defun read-quote-macro (stream character)
  (declare (ignore character))
  (list 'quote (read-inside stream)))

(defun read-comment-macro (stream character)
  "Skips the rest of the line."
  (declare (ignore character))
  (loop
    (let ((character (take-char stream)))
      (when (or (null character) (eq character #\Newline)) (return (values))))))

(defun read-list-macro (stream character)
  (declare (ignore character))
  (read-list-until stream #\) t))

(defun read-closing-macro (stream character)
  (reader-failure stream "~s without an opening parenthesis" character))

;;; Backquote reads as a form; its meaning is the macro's affair.
(defvar *backquote-depth* 0 "How many backquotes, less commas, are around what is being read.")

(defun read-backquote-macro (stream character)
  (declare (ignore character))
  (let ((*backquote-depth* (+ *backquote-depth* 1)))
    (list 'quasiquote (read-inside stream))))

(defun read-comma-macro (stream character)
  (declare (ignore character))
  (when (and (eql *backquote-depth* 0) (not *read-suppress*))
    (reader-failure stream "a comma without backquote"))
  (let ((operator (case (peek stream)
                    ((#\@ #\.) (take-char stream) 'unquote-splicing)
                    (t 'unquote)))
        (*backquote-depth* (- *backquote-depth* 1)))
    (list operator (read-inside stream))))

(defun standard-macro-function (character)
  "The function of the macro CHARACTER in the standard readtable, or NIL."
  (case character
    (#\" #'read-string-macro)
    (#\' #'read-quote-macro)
    (#\; #'read-comment-macro)
    (#\( #'read-list-macro)
    (#\) #'read-closing-macro)
    (#\` #'read-backquote-macro)
    (#\, #'read-comma-macro)
    (#\# #'read-dispatching)
    (t nil)))
