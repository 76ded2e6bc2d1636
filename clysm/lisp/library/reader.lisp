;;;; READ and its relatives, reading lists.

(in-package "CLYSM.LIBRARY")

(defvar *end-marker* (%make-symbol "END") "What read-object returns at the end of the stream.")
(defvar *no-object* (%make-symbol "NO-OBJECT") "What call-macro-function returns if the function returned no value.")

(defvar *reader-labels* '() "List of (number . object) for #n= in the outermost object that is being read.")

(defun %first-value (&optional (object *no-object*) &rest more)
  (declare (ignore more))
  object)

(defun call-macro-function (function stream character)
  "What the reader macro FUNCTION of CHARACTER reads from STREAM, *no-object* if it returns no value."
  (multiple-value-call #'%first-value (funcall function stream character)))

(defun %skip-blanks (stream)
  "The first character of STREAM that is no whitespace, not consumed; NIL at the end."
  (loop
    (let ((character (peek stream)))
      (cond ((null character) (return nil))
            ((eql (char-syntax character *readtable*) +whitespace+) (take-char stream))
            (t (return character))))))

(defun read-object-at (stream character)
  "The object that starts with CHARACTER, the next one of STREAM; *no-object* for a comment."
  (let ((syntax (char-syntax character *readtable*)))
    (cond ((or (eql syntax +terminating-macro+) (eql syntax +non-terminating-macro+))
           (take-char stream)
           (call-macro-function (or (macro-function-of character *readtable*) (standard-macro-function character))
                                stream character))
          (t (token-object stream (collect-token stream))))))

(defun read-object (stream)
  "The next object of STREAM, *end-marker* if there is none."
  (loop
    (let ((character (%skip-blanks stream)))
      (when (null character) (return *end-marker*))
      (let ((object (read-object-at stream character)))
        (unless (eq object *no-object*) (return object))))))

(defun read-inside (stream)
  "The next object of STREAM inside another one; an error at the end."
  (let ((object (read-object stream)))
    (if (eq object *end-marker*) (%end-inside stream) object)))

;;; ---- lists

(defun %read-dotted-end (stream closing)
  "The object after the dot in a list, and the character CLOSING behind it."
  (let ((tail *no-object*))
    (loop
      (let ((character (or (%skip-blanks stream) (%end-inside stream))))
        (cond ((eq character closing)
               (take-char stream)
               (when (eq tail *no-object*) (reader-failure stream "nothing after the dot of a list"))
               (return tail))
              (t
               (let ((object (read-object-at stream character)))
                 (unless (eq object *no-object*)
                   (unless (eq tail *no-object*) (reader-failure stream "two objects after the dot of a list"))
                   (setq tail object)))))))))

(defun read-list-until (stream closing dot-p)
  "The list of the objects up to the character CLOSING, which is consumed. A dot is allowed if DOT-P."
  (let* ((head (list nil)) (last head))
    (loop
      (let ((character (or (%skip-blanks stream) (%end-inside stream))))
        (when (eq character closing)
          (take-char stream)
          (return (%cdr head)))
        (let* ((syntax (char-syntax character *readtable*))
               (token-p (not (or (eql syntax +terminating-macro+) (eql syntax +non-terminating-macro+))))
               (token (if token-p (collect-token stream) nil)))
          (cond ((and token-p (single-dot-p token) (not *read-suppress*))
                 (unless (and dot-p (not (eq last head))) (reader-failure stream "a dot where none may be"))
                 (%set-cdr last (%read-dotted-end stream closing))
                 (return (%cdr head)))
                (t
                 (let ((object (if token-p (token-object stream token) (read-object-at stream character))))
                   (unless (eq object *no-object*)
                     (let ((cell (cons object nil)))
                       (%set-cdr last cell)
                       (setq last cell)))))))))))

(defun read-delimited-list (character &optional stream recursive-p)
  "The list of the objects of STREAM before CHARACTER, which is consumed."
  (%check-character character)
  (let* ((stream (%input-stream stream))
         (list (if recursive-p
                   (read-list-until stream character nil)
                   (let ((*reader-labels* '())) (read-list-until stream character nil)))))
    (if *read-suppress* nil list)))

;;; ---- READ

(defun %read (stream eof-error-p eof-value recursive-p)
  (let ((object (if recursive-p
                    (read-object stream)
                    (let ((*reader-labels* '())) (read-object stream)))))
    (cond ((not (eq object *end-marker*)) (if *read-suppress* nil object))
          (recursive-p (%end-inside stream))
          (t (%end-of-file stream eof-error-p eof-value)))))

(defun read-preserving-whitespace (&optional stream (eof-error-p t) eof-value recursive-p)
  "The next object of the input STREAM; what follows it is not consumed."
  (%read (%input-stream stream) eof-error-p eof-value recursive-p))

(defun read (&optional stream (eof-error-p t) eof-value recursive-p)
  "The next object of the input STREAM; a whitespace character behind it is consumed."
  (let* ((stream (%input-stream stream))
         (object (%read stream eof-error-p eof-value recursive-p)))
    (unless recursive-p
      (let ((character (peek stream)))
        (when (and character (eql (char-syntax character *readtable*) +whitespace+)) (take-char stream))))
    object))

(defun read-from-string (string &optional (eof-error-p t) eof-value &key (start 0) end preserve-whitespace)
  "Values: the object that STRING holds between START and END, the index of the first character not read."
  (let* ((stream (make-string-input-stream string start end))
         (object (if preserve-whitespace
                     (read-preserving-whitespace stream eof-error-p eof-value)
                     (read stream eof-error-p eof-value))))
    (values object (+ start (file-position stream)))))
