;;;; TRACE and UNTRACE.

(in-package "CLYSM.LIBRARY")

(defvar *traced-functions* '() "List of (name original traced) of the functions that are traced.")

(defvar *trace-depth* 0 "How many calls of traced functions are active.")

(defun %write-trace (name arrow values)
  (format *trace-output* "~&~v@t~d: ~a ~s~{ ~s~}~%" (* 2 *trace-depth*) *trace-depth* arrow name values))

(defun %traced-function (name original)
  "A function that calls ORIGINAL and writes arguments and values to *trace-output*."
  (lambda (&rest arguments)
    (%write-trace name "call" arguments)
    (let ((values (let ((*trace-depth* (+ *trace-depth* 1)))
                    (multiple-value-list (apply original arguments)))))
      (%write-trace name "return" values)
      (values-list values))))

(defun %trace (name)
  "Let calls of the function NAME through its symbol be traced."
  (unless (fboundp name) (error 'undefined-function :name name))
  (%untrace name)
  (let* ((original (fdefinition name)) (traced (%traced-function name original)))
    (push (list name original traced) *traced-functions*)
    (setf (fdefinition name) traced)))

(defun %untrace (name)
  "Undo %trace, unless NAME was redefined meanwhile."
  (let ((entry (assoc name *traced-functions* :test #'equal)))
    (when entry
      (setq *traced-functions* (remove entry *traced-functions* :test #'eq))
      (when (and (fboundp name) (eq (fdefinition name) (third entry)))
        (setf (fdefinition name) (second entry))))))

(defun %traced-names ()
  (mapcar #'first *traced-functions*))

(defmacro trace (&rest names)
  "Write a line at each call and return of the functions NAMES. Without NAMES: the list of traced functions."
  (if names
      `(progn ,@(mapcar (lambda (name) `(%trace ',name)) names) ',names)
      '(%traced-names)))

(defmacro untrace (&rest names)
  "Undo TRACE of the functions NAMES, or of all."
  (if names
      `(progn ,@(mapcar (lambda (name) `(%untrace ',name)) names) nil)
      '(progn (mapc #'%untrace (%traced-names)) nil)))
