;;;; The standard condition types.  Source: ANSI 9.1.1 and the dictionaries of the chapters that use them.

(in-package "CLYSM.LIBRARY")

;;; CONDITION has no parents, so it cannot be defined by DEFINE-CONDITION.
(%define-condition (%layout condition) 'condition '() '() '() nil "The root of all condition types.")

(define-condition warning (condition) ())
(define-condition style-warning (warning) ())
(define-condition serious-condition (condition) ())
(define-condition storage-condition (serious-condition) ())
(define-condition error (serious-condition) ())

;;; Conditions with a message

(defun %report-format (control arguments stream)
  "Write the message made of a format CONTROL (string or function) and its ARGUMENTS."
  (apply #'format stream control arguments))

(define-condition simple-condition (condition)
  ((format-control :initarg :format-control :initform nil :reader simple-condition-format-control)
   (format-arguments :initarg :format-arguments :initform '() :reader simple-condition-format-arguments))
  (:report (lambda (condition stream)
             (let ((control (simple-condition-format-control condition)))
               (if control
                   (%report-format control (simple-condition-format-arguments condition) stream)
                   (prin1 (%layout-name (%instance-layout condition)) stream))))))

(define-condition simple-warning (simple-condition warning) ())
(define-condition simple-error (simple-condition error) ())

;;; Types and cells

(define-condition type-error (error)
  ((datum :initarg :datum :reader type-error-datum)
   (expected-type :initarg :expected-type :reader type-error-expected-type))
  (:report (lambda (condition stream)
             (%report-format "the value ~S is not of type ~S"
                             (list (type-error-datum condition) (type-error-expected-type condition))
                             stream))))

(define-condition simple-type-error (simple-condition type-error) ())

(define-condition cell-error (error)
  ((name :initarg :name :reader cell-error-name)))

(define-condition unbound-variable (cell-error) ()
  (:report (lambda (condition stream)
             (%report-format "the variable ~S has no value" (list (cell-error-name condition)) stream))))

(define-condition undefined-function (cell-error) ()
  (:report (lambda (condition stream)
             (%report-format "the function ~S is not defined" (list (cell-error-name condition)) stream))))

(define-condition unbound-slot (cell-error)
  ((instance :initarg :instance :reader unbound-slot-instance))
  (:report (lambda (condition stream)
             (%report-format "the slot ~S of ~S has no value"
                             (list (cell-error-name condition) (unbound-slot-instance condition))
                             stream))))

;;; Programs and control

(define-condition program-error (error)
  ((format-control :initarg :format-control :initform nil :reader %program-error-control)
   (format-arguments :initarg :format-arguments :initform '() :reader %program-error-arguments))
  (:documentation "Wrong syntax or a wrong call.  Macros give it a message, so it takes one as SIMPLE-CONDITION does.")
  (:report (lambda (condition stream)
             (let ((control (%program-error-control condition)))
               (if control
                   (%report-format control (%program-error-arguments condition) stream)
                   (write-string "incorrect program" stream))))))

(define-condition simple-program-error (simple-condition program-error) ())
(define-condition control-error (error) ())
(define-condition simple-control-error (simple-condition control-error) ())

;;; Arithmetic

(define-condition arithmetic-error (error)
  ((operation :initarg :operation :initform nil :reader arithmetic-error-operation)
   (operands :initarg :operands :initform '() :reader arithmetic-error-operands))
  (:report (lambda (condition stream)
             (%report-format "~A in (~S~{ ~S~})"
                             (list (string-downcase (symbol-name (%layout-name (%instance-layout condition))))
                                   (arithmetic-error-operation condition)
                                   (arithmetic-error-operands condition))
                             stream))))

(define-condition division-by-zero (arithmetic-error) ())
(define-condition floating-point-overflow (arithmetic-error) ())
(define-condition floating-point-underflow (arithmetic-error) ())
(define-condition floating-point-inexact (arithmetic-error) ())
(define-condition floating-point-invalid-operation (arithmetic-error) ())

;;; Packages, streams, files, reader, printer

(define-condition package-error (error)
  ((package :initarg :package :initform nil :reader package-error-package))
  (:report (lambda (condition stream)
             (%report-format "error in package ~A" (list (package-error-package condition)) stream))))

(define-condition simple-package-error (simple-condition package-error) ())

(define-condition parse-error (error) ())
(define-condition simple-parse-error (simple-condition parse-error) ())

(define-condition stream-error (error)
  ((stream :initarg :stream :initform nil :reader stream-error-stream))
  (:report (lambda (condition stream)
             (%report-format "error on stream ~S" (list (stream-error-stream condition)) stream))))

(define-condition end-of-file (stream-error) ()
  (:report (lambda (condition stream)
             (%report-format "end of file on ~S" (list (stream-error-stream condition)) stream))))

(define-condition reader-error (parse-error stream-error) ())
(define-condition simple-reader-error (simple-condition reader-error) ())

(define-condition file-error (error)
  ((pathname :initarg :pathname :initform nil :reader file-error-pathname))
  (:report (lambda (condition stream)
             (%report-format "error on file ~S" (list (file-error-pathname condition)) stream))))

(define-condition print-not-readable (error)
  ((object :initarg :object :reader print-not-readable-object))
  (:report (lambda (condition stream)
             (let ((*print-readably* nil))
               (%report-format "~S cannot be printed readably"
                               (list (print-not-readable-object condition))
                               stream)))))
