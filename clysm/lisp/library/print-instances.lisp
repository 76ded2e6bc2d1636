;;;; Printing instances: structures, conditions, and the library's own types such as hash tables and streams.
;;;;
;;;; CLOS sets *print-object-hook* to a function that calls PRINT-OBJECT; the default method calls print-instance.

(in-package "CLYSM.LIBRARY")

(defvar *print-object-hook* nil "NIL, or a function of instance and stream that prints instead of print-instance.")

(defun %print-function-of (layout)
  "The entry (key . function) for the print function that LAYOUT or its nearest super with one has, or NIL. The key is
:print-function (called with object, stream and depth) or :print-object (called with object and stream)."
  (dolist (super (%layout-supers layout) nil)
    (let ((info (%layout-info super)))
      (when (consp info)
        (let ((object-function (getf info :print-object)) (function (getf info :print-function)))
          (cond (object-function (return (cons :print-object object-function)))
                (function (return (cons :print-function function)))))))))

(defun %put-structure (stream structure)
  "Write STRUCTURE as #S(name :slot value ...)."
  (let* ((layout (%instance-layout structure)) (names (%layout-slot-names layout)) (limit (%length-limit)))
    (with-nesting (stream)
      (put-string stream "#S(")
      (print-object-to stream (%layout-name layout))
      (dotimes (i (%vector-length names))
        (put-char stream #\Space)
        (when (and limit (>= i limit))
          (put-string stream "...")
          (return nil))
        (put-char stream #\:)
        (put-token stream (%symbol-name (%svref names i)))
        (put-char stream #\Space)
        (print-object-to stream (%instance-ref structure i)))
      (put-char stream #\)))))

(defun %put-condition (stream condition)
  (if (or *print-escape* *print-readably*)
      (print-unreadable-object (condition stream :type t :identity t))
      (%report-condition condition stream)))

(defun %put-hash-table (stream table)
  (print-unreadable-object (table stream :type t :identity t)
    (put-string stream ":test ")
    (print-object-to stream (hash-table-test table))
    (put-string stream " :count ")
    (put-decimal stream (hash-table-count table))))

(defun %put-package (stream package)
  (print-unreadable-object (package stream :type t)
    (if (package-name package)
        (let ((*print-escape* t)) (print-object-to stream (package-name package)))
        (put-string stream "deleted"))))

(defun %print-class (class stream)
  (print-unreadable-object (class stream :type t)
    (print-object-to stream (%class-name class))))

(defun %put-restart (stream restart)
  (if *print-escape*
      (print-unreadable-object (restart stream :type t :identity t)
        (print-object-to stream (restart-name restart)))
      (%report-restart restart stream)))

(defun print-instance (object stream)
  "Print the instance OBJECT as its definition asks, or in the default way of its type."
  (let* ((layout (%instance-layout object))
         (printer (if (%layoutp layout) (%print-function-of layout) nil)))
    (cond
      ((null printer)
       (cond ((%structurep object 'condition) (%put-condition stream object))
             ((hash-table-p object) (%put-hash-table stream object))
             ((packagep object) (%put-package stream object))
             ((%structurep object 'restart) (%put-restart stream object))
             ((%structurep object 'structure-object) (%put-structure stream object))
             (t (print-unreadable-object (object stream :type t :identity t)))))
      ((eq (car printer) :print-object) (funcall (cdr printer) object stream))
      (t (funcall (cdr printer) object stream *print-depth*)))
    object))

(defun put-instance (stream object)
  "Write the instance OBJECT: by PRINT-OBJECT if that exists."
  (if *print-object-hook*
      (funcall *print-object-hook* object stream)
      (print-instance object stream)))
