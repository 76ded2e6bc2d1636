;;;; MERGE-PATHNAMES.

(in-package "CLYSM.LIBRARY")

(defun %merge-directories (directory default)
  "DIRECTORY completed by DEFAULT: a relative one is appended. Source: CLHS MERGE-PATHNAMES."
  (cond ((null directory) default)
        ((and (eq (car directory) :relative) default)
         (%without-ups (append default (cdr directory))))
        (t directory)))

(defun merge-pathnames (pathname &optional (defaults *default-pathname-defaults*) (default-version :newest))
  "PATHNAME with missing components from DEFAULTS; DEFAULT-VERSION is used if neither has a version."
  (let ((pathname (pathname pathname)) (defaults (pathname defaults)))
    (%new-pathname (or (%pathname-host pathname) (%pathname-host defaults))
                   (or (%pathname-device pathname) (%pathname-device defaults))
                   (%merge-directories (%pathname-directories pathname) (%pathname-directories defaults))
                   (or (%pathname-name pathname) (%pathname-name defaults))
                   (or (%pathname-type pathname) (%pathname-type defaults))
                   (or (%pathname-version pathname)
                       (if (%pathname-name pathname) nil (%pathname-version defaults))
                       default-version))))
