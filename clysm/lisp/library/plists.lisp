;;;; Property lists: indicators, compared by EQ, alternate with values.

(in-package "CLYSM.LIBRARY")

(defmacro do-properties ((cell plist) &body body)
  "Run BODY with CELL bound to each cons of PLIST that holds an indicator; an odd or dotted PLIST is a TYPE-ERROR."
  `(do ((,cell ,plist (%cdr (%cdr ,cell))))
       ((not (consp ,cell))
        (when ,cell (%wrong-type ,cell 'list)))
     (unless (consp (%cdr ,cell)) (%wrong-type (%cdr ,cell) 'cons))
     ,@body))

(defun getf (plist indicator &optional default)
  "The value of INDICATOR in PLIST, or DEFAULT."
  (do-properties (cell plist)
    (when (eq (%car cell) indicator)
      (return-from getf (%car (%cdr cell)))))
  default)

(defun get-properties (plist indicators)
  "The first indicator of PLIST that is among INDICATORS, its value, and the tail there; three times NIL if none is."
  (do-properties (cell plist)
    (when (%member-eq (%car cell) indicators)
      (return-from get-properties (values (%car cell) (%car (%cdr cell)) cell))))
  (values nil nil nil))

(defun %putf (plist indicator value)
  "PLIST after storing VALUE under INDICATOR: in place if it has that property, else in front."
  (do-properties (cell plist)
    (when (eq (%car cell) indicator)
      (%set-car (%cdr cell) value)
      (return-from %putf plist)))
  (cons indicator (cons value plist)))

(defun %remf (plist indicator)
  "PLIST after removing the first property INDICATOR in place, and whether there was one."
  (let ((before nil))                           ; the cons in front of CELL
    (do-properties (cell plist)
      (when (eq (%car cell) indicator)
        (let ((after (%cdr (%cdr cell))))
          (return-from %remf
            (values (if before (progn (%set-cdr before after) plist) after) t))))
      (setq before (%cdr cell)))
    (values plist nil)))
