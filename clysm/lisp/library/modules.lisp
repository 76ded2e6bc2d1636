;;;; PROVIDE and REQUIRE.

(in-package "CLYSM.LIBRARY")

(defvar *modules* '() "Names of the modules that PROVIDE was called for.")

(defun provide (module-name)
  "Note that the module MODULE-NAME, a string designator, is loaded."
  (pushnew (string module-name) *modules* :test #'string=)
  t)

(defun require (module-name &optional pathnames)
  "Load PATHNAMES, one or a list, unless the module MODULE-NAME is provided. Without PATHNAMES a missing module is an
error. Returns the names of the modules that were provided meanwhile."
  (let ((name (string module-name)) (before *modules*))
    (unless (member name *modules* :test #'string=)
      (when (null pathnames)
        (error 'simple-error :format-control "no file is known for the module ~s" :format-arguments (list name)))
      (dolist (pathname (if (listp pathnames) pathnames (list pathnames)))
        (load pathname)))
    (set-difference *modules* before)))
