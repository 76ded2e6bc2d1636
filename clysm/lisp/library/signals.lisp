;;;; SIGNAL, ERROR, CERROR, WARN, BREAK and the way to the debugger.

(in-package "CLYSM.LIBRARY")

(defvar *break-on-signals* nil
  "A type specifier; signalling a condition of this type calls BREAK first.")

(defvar *debugger-hook* nil
  "NIL or a function of a condition and itself that INVOKE-DEBUGGER calls first.")

(defun %coerce-to-condition (datum arguments default-type)
  "The condition that DATUM and ARGUMENTS designate.  Source: ANSI 9.1.2.1.
DEFAULT-TYPE is the type made for a format control.  Signals TYPE-ERROR for anything else."
  (cond ((%structurep datum 'condition)
         (when arguments
           (error 'simple-type-error
                  :datum arguments :expected-type 'null
                  :format-control "arguments ~S after a condition object"
                  :format-arguments (list arguments)))
         datum)
        ((or (symbolp datum) (%classp datum))
         (%make-condition datum arguments))
        ((or (stringp datum) (functionp datum))
         (%make-condition default-type (list :format-control datum :format-arguments arguments)))
        (t (error 'type-error :datum datum :expected-type '(or condition symbol string function)))))

(defun %signal (condition)
  "Offer CONDITION to the active handlers; returns if all of them decline."
  (when (and *break-on-signals* (typep condition *break-on-signals*))
    (let ((*break-on-signals* nil))
      (break "~A~%(a break because of *BREAK-ON-SIGNALS*)" condition)))
  (%run-handlers condition)
  nil)

(defun signal (datum &rest arguments)
  "Signal the condition that DATUM and ARGUMENTS designate; returns NIL if no handler takes it."
  (%signal (%coerce-to-condition datum arguments 'simple-condition)))

(defun invoke-debugger (condition)
  "Call *DEBUGGER-HOOK* if there is one; then the program ends with the report of CONDITION."
  (let ((hook *debugger-hook*))
    (when hook
      (let ((*debugger-hook* nil))
        (funcall hook condition hook)))
    (%uncaught condition)))

(defun error (datum &rest arguments)
  "Signal the condition that DATUM and ARGUMENTS designate; goes to the debugger if no handler takes it."
  (let ((condition (%coerce-to-condition datum arguments 'simple-error)))
    (%signal condition)
    (invoke-debugger condition)))

(defun %cerror-condition (datum arguments)
  "The condition that CERROR signals: with a condition object as DATUM, ARGUMENTS are only for its restart."
  (if (%structurep datum 'condition)
      datum
      (%coerce-to-condition datum arguments 'simple-error)))

(defun %cerror (continue-control condition arguments)
  "Signal CONDITION as ERROR does, with a restart CONTINUE that makes this return NIL."
  (restart-case (error condition)
    (continue ()
      :report (lambda (stream) (%report-format continue-control arguments stream))
      nil)))

(defun cerror (continue-control datum &rest arguments)
  "As ERROR, with a restart CONTINUE, reported by CONTINUE-CONTROL with ARGUMENTS, that makes CERROR return NIL."
  (%cerror continue-control (%cerror-condition datum arguments) arguments))

(defun warn (datum &rest arguments)
  "Signal the warning that DATUM and ARGUMENTS designate and print it on *ERROR-OUTPUT* unless it is muffled.
Returns NIL.  Signals TYPE-ERROR if the condition is not a warning."
  (let ((condition (%coerce-to-condition datum arguments 'simple-warning)))
    (unless (%structurep condition 'warning)
      (error 'type-error :datum condition :expected-type 'warning))
    (restart-case (signal condition)
      (muffle-warning ()
        :report "skip the warning"
        (return-from warn nil)))
    (fresh-line *error-output*)
    (write-string (if (%structurep condition 'style-warning) "STYLE-WARNING: " "WARNING: ") *error-output*)
    (%report-condition condition *error-output*)
    (terpri *error-output*)
    nil))

(defun break (&optional (control "break") &rest arguments)
  "Go to the debugger, without signalling and without *DEBUGGER-HOOK*; the restart CONTINUE returns NIL."
  (with-simple-restart (continue "return from BREAK")
    (let ((*debugger-hook* nil))
      (invoke-debugger (%make-condition 'simple-condition
                                        (list :format-control control :format-arguments arguments)))))
  nil)
