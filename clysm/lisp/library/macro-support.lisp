;;;; What the expanders that DEFMACRO makes call to take their arguments apart.

(in-package "CLYSM.LIBRARY")

(defun %macro-argument (list name)
  "LIST if it is a cons; else there are too few arguments for NAME."
  (if (consp list)
      list
      (%simple-program-error "too few arguments for ~S" name)))

(defun %macro-end (list name)
  "Nothing may be left of the arguments."
  (when list
    (%simple-program-error "too many arguments for ~S" name)))

(defun %macro-keyword (keyword list)
  "The tail of the property list LIST that starts with the value of KEYWORD, or NIL."
  (loop
    (cond ((atom list) (return nil))
          ((and (eq (car list) keyword) (consp (cdr list))) (return (cdr list))))
    (setq list (cddr list))))

(defun %macro-keywords (allowed list name)
  "All keywords of the property list LIST are ALLOWED."
  (let ((others (%macro-keyword ':allow-other-keys list)))
    (unless (and others (car others))
      (loop
        (when (atom list) (return))
        (unless (consp (cdr list))
          (%simple-program-error "odd number of keyword arguments for ~S" name))
        (unless (or (member (car list) allowed) (eq (car list) ':allow-other-keys))
          (%simple-program-error "unknown keyword ~S for ~S" (car list) name))
        (setq list (cddr list))))))
