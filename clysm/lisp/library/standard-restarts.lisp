;;;; The functions that invoke the five standard restarts.

(in-package "CLYSM.LIBRARY")

(defun abort (&optional condition)
  "Invoke the restart ABORT.  Signals CONTROL-ERROR if there is none."
  (invoke-restart (or (find-restart 'abort condition) 'abort))
  (error 'simple-control-error :format-control "the restart ABORT returned" :format-arguments '()))

(defun muffle-warning (&optional condition)
  "Invoke the restart MUFFLE-WARNING.  Signals CONTROL-ERROR if there is none."
  (invoke-restart (or (find-restart 'muffle-warning condition) 'muffle-warning)))

(defun continue (&optional condition)
  "Invoke the restart CONTINUE; returns NIL if there is none."
  (let ((restart (find-restart 'continue condition)))
    (if restart (invoke-restart restart) nil)))

(defun store-value (value &optional condition)
  "Invoke the restart STORE-VALUE with VALUE; returns NIL if there is none."
  (let ((restart (find-restart 'store-value condition)))
    (if restart (invoke-restart restart value) nil)))

(defun use-value (value &optional condition)
  "Invoke the restart USE-VALUE with VALUE; returns NIL if there is none."
  (let ((restart (find-restart 'use-value condition)))
    (if restart (invoke-restart restart value) nil)))
