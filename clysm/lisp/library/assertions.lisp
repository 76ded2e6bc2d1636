;;;; ASSERT and CHECK-TYPE.

(in-package "CLYSM.LIBRARY")

(defvar *query-io*)

(defun %ask-for-value (what)
  "List of one value: that of a form which the user types after being asked for WHAT."
  (format *query-io* "~&Form for ~A: " what)
  (list (%evaluate-if-linked (%read-if-linked *query-io*))))

(defun %check-type-failed (value place type description)
  "Signal that VALUE of PLACE is not of TYPE; returns what the restart STORE-VALUE gives."
  (restart-case (error 'simple-type-error
                       :datum value :expected-type type
                       :format-control "the value of ~S is ~S, which is not ~:[of type ~S~;~A~]"
                       :format-arguments (list place value description (or description type)))
    (store-value (new-value)
      :report (lambda (stream) (%report-format "supply a new value of ~S" (list place) stream))
      :interactive (lambda () (%ask-for-value "the new value"))
      new-value)))

(defmacro check-type (place type &optional description)
  "Signal a correctable TYPE-ERROR unless the value of PLACE is of TYPE; returns NIL.
DESCRIPTION is a form for a string such as \"a positive integer\"."
  (let ((value (gensym "VALUE")))
    `(do ((,value ,place ,place))
         ((typep ,value ',type) nil)
       (setf ,place (%check-type-failed ,value ',place ',type ,description)))))

(defun %assertion-failed (test places datum arguments)
  "Signal that TEST is false; returns if the restart CONTINUE is invoked."
  (restart-case (error (if datum
                           (%coerce-to-condition datum arguments 'simple-error)
                           (%coerce-to-condition "the assertion ~S failed" (list test) 'simple-error)))
    (continue ()
      :report (lambda (stream)
                (%report-format "test again~@[ with new values for ~{~S~^, ~}~]" (list places) stream))
      nil)))

(defun %ask-for-place (place value)
  "VALUE of PLACE, or a new value if the user wants to give one."
  (if (y-or-n-p "The value of ~S is ~S. Change it?" place value)
      (car (%ask-for-value "the new value"))
      value))

(defmacro assert (test &optional places datum &rest arguments)
  "Signal a correctable error unless TEST is true; returns NIL.
The restart CONTINUE lets the user change PLACES and tests again."
  `(do ()
       (,test nil)
     (%assertion-failed ',test ',places ,datum (list ,@arguments))
     ,@(mapcar (lambda (place) `(setf ,place (%ask-for-place ',place ,place))) places)))
