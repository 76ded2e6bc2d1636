;;;; LOAD (CLHS 24): read a source file and evaluate its forms one after the other.

(in-package "CLYSM.LIBRARY")

(defvar *load-pathname* nil)
(defvar *load-truename* nil)
(defvar *load-verbose* nil)
(defvar *load-print* nil)

(defun %load-stream (stream print)
  "Evaluate the forms of STREAM."
  (let ((end (list 'end)))
    (loop
      (let ((form (read stream nil end)))
        (when (eq form end) (return t))
        (let ((value (eval form)))
          (when print
            (print value)))))))

(defun load (filespec &key (verbose *load-verbose*) (print *load-print*) (if-does-not-exist t) external-format)
  "Evaluate the forms of a source file or of a character stream. Returns true."
  (declare (ignore external-format))
  (let ((*package* *package*) (*readtable* *readtable*))
    (if (streamp filespec)
        (progn
          (when verbose
            (format t "~&; loading from ~S~%" filespec))
          (%load-stream filespec print))
        (let ((pathname (merge-pathnames filespec)))
          (cond ((or if-does-not-exist (probe-file pathname))
                 (when verbose
                   (format t "~&; loading ~A~%" (namestring pathname)))
                 (let ((*load-pathname* pathname) (*load-truename* (truename pathname)))
                   (with-open-file (stream pathname)
                     (%load-stream stream print))))
                (t nil))))))
