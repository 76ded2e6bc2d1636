;;;; Pathnames and their components (CLHS 19).
;;;;
;;;; Host, device and version are kept, but mean nothing to our file system. A directory is NIL or a list that starts
;;;; with :absolute or :relative. A name, type or directory with wildcards is (:pattern text), one that matches all is
;;;; :wild. Strings are literal: only namestrings are searched for wildcards.
;;;;
;;;; Slots are not named after functions where that can be helped: the linker keeps what a symbol in the image names.
;;;; What else logical pathnames need is in logical-pathnames.

(in-package "CLYSM.LIBRARY")

(defstruct (pathname (:constructor %make-pathname (host device directories name type version)) (:copier nil)
                     (:predicate pathnamep) (:conc-name %pathname-) (:print-object print-pathname))
  host device directories name type version)

(defstruct (logical-pathname (:include pathname) (:copier nil) (:predicate %logical-pathname-p)
                             (:constructor %make-logical-pathname (host device directories name type version)))
  "Its host is a name in *logical-hosts*, and all its strings are in upper case.")

(defvar *logical-hosts* '()
  "List of (name . translations), where a translation is a list of a logical pathname with wildcards and a pathname.")

(defun %logical-host (name)
  "The entry of the logical host NAME, in any case, or NIL."
  (assoc name *logical-hosts* :test #'string-equal))

(defun %in-case (convert component)
  "COMPONENT of a pathname, or a directory, with its strings as the function CONVERT makes them."
  (cond ((stringp component) (funcall convert component))
        ((consp component) (mapcar (lambda (part) (%in-case convert part)) component))
        (t component)))

(defun %new-pathname (host device directories name type version)
  "A pathname of components that are checked; a logical one if HOST is the name of a logical host."
  (let ((entry (and (stringp host) (%logical-host host))))
    (if entry
        (%make-logical-pathname (car entry) :unspecific (%in-case #'string-upcase directories)
                                (%in-case #'string-upcase name) (%in-case #'string-upcase type) version)
        (%make-pathname host device directories name type version))))

(defvar *default-pathname-defaults* (%make-pathname nil nil nil nil nil nil)
  "What fills the missing components of pathnames given to file operations.")

(defun pathname (designator)
  "The pathname that DESIGNATOR means: a pathname, a namestring, a file stream or a synonym stream to one."
  (cond ((pathnamep designator) designator)
        ((stringp designator) (values (parse-namestring designator)))
        ((%pathname-of-stream designator))
        (t (%wrong-type designator '(or pathname string file-stream)))))

(defun %pathname-of-stream (stream)
  "The pathname that STREAM, a file stream or a synonym stream that leads to one, was opened with; else NIL."
  (cond ((%file-stream-p stream) (file-source stream))
        ((typep stream 'synonym-stream) (%pathname-of-stream (%synonym-target stream)))
        (t nil)))

;;; ---- making pathnames

(defun %check-directory (directory)
  "DIRECTORY as a list (:absolute or :relative, component ...), or NIL."
  (cond ((null directory) nil)
        ((eq directory :unspecific) nil)
        ((eq directory :wild) (list :absolute :wild-inferiors))
        ((stringp directory) (list :absolute directory))
        ((and (consp directory)
              (member (car directory) '(:absolute :relative))
              (every #'%directory-component-p (cdr directory)))
         (%check-ups directory)
         (%without-ups directory))
        (t (%wrong-type directory '(or list string (member :wild :unspecific nil))))))

(defun %check-ups (directory)
  "A file error if an :up or :back in DIRECTORY has nothing before it that it could undo."
  (do ((part directory (cdr part)))
      ((null part))
    (when (and (member (car part) '(:absolute :wild-inferiors))
               (member (cadr part) '(:up :back)))
      (%file-error (%make-pathname nil nil directory nil nil nil)
                   "~s cannot follow ~s in a directory" (cadr part) (car part)))))

(defun %directory-component-p (x)
  (or (stringp x)
      (member x '(:wild :wild-inferiors :up :back))
      (%pattern-p x)))

(defun %pattern-p (x)
  (and (consp x) (eq (car x) :pattern)))

(defun %without-ups (directory)
  "DIRECTORY with each :back and the component before it removed."
  (let ((result '()))
    (dolist (component directory (nreverse result))
      (if (and (eq component :back) (consp result)
               (or (stringp (car result)) (eq (car result) :wild) (%pattern-p (car result))))
          (pop result)
          (push component result)))))

(defun %check-name (name)
  "NAME, a name or type, as a component."
  (cond ((or (null name) (eq name :wild) (%pattern-p name)) name)
        ((eq name :unspecific) nil)
        ((stringp name) (%simple-string name))
        (t (%wrong-type name '(or string (member :wild :unspecific nil))))))

(defun make-pathname (&key (host nil host-p) (device nil device-p) (directory nil directory-p) (name nil name-p)
                        (type nil type-p) (version nil version-p) (defaults nil) (case :local))
  "A pathname of the components given; missing ones come from DEFAULTS."
  (unless (member case '(:local :common)) (%wrong-type case '(member :local :common)))
  (let ((defaults (if defaults
                      (pathname defaults)
                      (%make-pathname (%pathname-host *default-pathname-defaults*) nil nil nil nil nil))))
    (%new-pathname (if host-p host (%pathname-host defaults))
                   (if device-p device (%pathname-device defaults))
                   (if directory-p (%check-directory directory) (%pathname-directories defaults))
                   (if name-p (%check-name name) (%pathname-name defaults))
                   (if type-p (%check-name type) (%pathname-type defaults))
                   (if version-p version (%pathname-version defaults)))))

;;; ---- components

(defun pathname-host (pathname &key case)
  "The host of PATHNAME."
  (declare (ignore case))
  (%pathname-host (pathname pathname)))

(defun pathname-device (pathname &key case)
  "The device of PATHNAME."
  (declare (ignore case))
  (%pathname-device (pathname pathname)))

(defun pathname-directory (pathname &key case)
  "The directory of PATHNAME: NIL or a list such as (:absolute \"a\" \"b\")."
  (declare (ignore case))
  (%pathname-directories (pathname pathname)))

(defun pathname-name (pathname &key case)
  "The name of PATHNAME: a string, :wild, a pattern or NIL."
  (declare (ignore case))
  (%pathname-name (pathname pathname)))

(defun pathname-type (pathname &key case)
  "The type of PATHNAME: a string, :wild, a pattern or NIL."
  (declare (ignore case))
  (%pathname-type (pathname pathname)))

(defun pathname-version (pathname)
  "The version of PATHNAME."
  (%pathname-version (pathname pathname)))

(defun user-homedir-pathname (&optional host)
  "The directory that programs start in: the host has no other notion of a home."
  (declare (ignore host))
  (%make-pathname nil nil (list :relative) nil nil nil))
