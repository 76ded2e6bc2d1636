;;;; Operations on files through the host: existence, dates, deleting, renaming, directories.

(in-package "CLYSM.LIBRARY")

(defconstant +seconds-before-unix-epoch+ 2208988800)  ; from 1900-01-01 to 1970-01-01

(defun %file-error (pathname control &rest arguments)
  "Signal a file error on PATHNAME, reported by the format CONTROL with ARGUMENTS."
  (error 'simple-file-error :pathname pathname :format-control control :format-arguments arguments))

(defun file-pathname (designator)
  "The pathname of files that DESIGNATOR means, completed by *default-pathname-defaults*. It is not logical."
  (let ((pathname (translate-logical-pathname (merge-pathnames designator *default-pathname-defaults* nil))))
    (if (%logical-pathname-p *default-pathname-defaults*)
        pathname
        (merge-pathnames pathname *default-pathname-defaults* nil))))

(defun %own-pathname (designator file)
  "The pathname that DESIGNATOR means if that is logical, else FILE, the file that DESIGNATOR means."
  (let ((pathname (pathname designator)))
    (if (%logical-pathname-p pathname) pathname file)))

(defun physical-pathname (designator)
  "The file that DESIGNATOR means, completed by *default-pathname-defaults*; a file error if it has wildcards."
  (let ((pathname (file-pathname designator)))
    (when (wild-pathname-p pathname)
      (%file-error pathname "the pathname ~s has wildcards" pathname))
    pathname))

(defun host-path (pathname)
  "PATHNAME as the host wants it: without backslashes, and not empty."
  (let* ((text (%namestring pathname nil)) (length (%string-length text)))
    (cond ((eql length 0) ".")
          ((and (> length 1) (eq (%schar text (- length 1)) #\/)) (%substring text 0 (- length 1)))
          (t text))))

;;; ---- the host's answer about a path

(defun %mem-ref-64 (address)
  (+ (%mem-ref-32 address) (* (%mem-ref-32 (%fix+ address 4)) 4294967296)))

(defun path-status (pathname)
  "Values: the kind of what PATHNAME names (1 file, 2 directory) or a negative host error code; the size in octets; the
time of the last change in seconds since 1970."
  (let* ((address (transfer-address)) (length (string->memory (host-path pathname) address))
         (out (%fix+ address (%fix* 8 (%fix-quotient (%fix+ length 7) 8))))
         (result (%host-path-stat address length out)))
    (if (< result 0)
        (values result 0 0)
        (values (%mem-ref-32 out) (%mem-ref-64 (%fix+ out 8)) (%mem-ref-64 (%fix+ out 16))))))

(defun change-path (operation pathname &optional new-pathname)
  "Let the host delete (OPERATION 1), rename (2) or make the directory (3) PATHNAME; 0 or a negative host error code."
  (let* ((address (transfer-address)) (length (string->memory (host-path pathname) address))
         (new-address (%fix+ address length))
         (new-length (if new-pathname (string->memory (host-path new-pathname) new-address) 0)))
    (%host-path-change operation address length new-address new-length)))

(defun %absent-p (status)
  "True if the host error code STATUS means that a path does not exist."
  (or (eql status -1) (eql status -5)))

(defun %existing-status (pathname operation)
  "PATH-STATUS of a path that must exist; OPERATION is a verb phrase for the error."
  (multiple-value-bind (kind size time) (path-status pathname)
    (when (< kind 0) (%file-host-error kind operation pathname))
    (values kind size time)))

;;; ---- names

(defun %remove-ups (directory)
  "DIRECTORY without :up and :back where the component before them can be dropped."
  (let ((result '()))
    (dolist (component directory (nreverse result))
      (if (and (member component '(:up :back)) (stringp (car result)))
          (pop result)
          (push component result)))))

(defun %as-directory (pathname)
  "PATHNAME with its name and type as the last directory component."
  (if (or (%pathname-name pathname) (%pathname-type pathname))
      (%make-pathname nil nil
                      (append (or (%pathname-directories pathname) (list :relative))
                              (list (let ((stream (new-string-output)))
                                      (%put-file stream pathname nil)
                                      (take-output-string stream))))
                      nil nil nil)
      pathname))

(defun %true-name (pathname kind)
  "The true name of PATHNAME, which exists and is of KIND. The host does not tell what links stand for."
  (let ((pathname (if (eql kind 2) (%as-directory pathname) pathname)))
    (%make-pathname nil nil (%remove-ups (%pathname-directories pathname))
                    (%pathname-name pathname) (%pathname-type pathname) nil)))

(defun probe-file (pathname)
  "The true name of PATHNAME if it exists, else NIL. A directory's true name ends with a slash."
  (let ((pathname (physical-pathname pathname)))
    (let ((kind (path-status pathname)))
      (cond ((> kind 0) (%true-name pathname kind))
            ((%absent-p kind) nil)
            (t (%file-host-error kind "find" pathname))))))

(defun truename (pathname)
  "The true name of PATHNAME; a file error if it does not exist."
  (let ((pathname (physical-pathname pathname)))
    (%true-name pathname (%existing-status pathname "find"))))

(defun file-write-date (pathname)
  "The universal time of the last change of PATHNAME."
  (let ((pathname (physical-pathname pathname)))
    (multiple-value-bind (kind size seconds) (%existing-status pathname "find")
      (declare (ignore kind size))
      (+ seconds +seconds-before-unix-epoch+))))

(defun file-author (pathname)
  "NIL: the host does not tell who wrote PATHNAME. A file error if it does not exist."
  (%existing-status (physical-pathname pathname) "find")
  nil)

;;; ---- changes

(defun delete-file (pathname)
  "Delete the file (or empty directory) PATHNAME."
  (let* ((pathname (physical-pathname pathname)) (result (change-path 1 pathname)))
    (when (< result 0) (%file-host-error result "delete" pathname))
    t))

(defun rename-file (pathname new-name)
  "Rename PATHNAME to NEW-NAME, completed by PATHNAME. Values: the new name, the old and the new true name."
  (let* ((old (physical-pathname pathname))
         (old-true-name (truename old))
         (new (merge-pathnames new-name (%own-pathname pathname old) nil))
         (result (change-path 2 old (physical-pathname new))))
    (when (< result 0) (%file-host-error result "rename" old))
    (values new old-true-name (truename new))))

(defun %ensure-directory (directory verbose)
  "Make the DIRECTORY, a component list, and before that its parents, unless it exists; true if it was made."
  (let* ((pathname (%make-pathname nil nil directory nil nil nil)) (kind (path-status pathname)))
    (cond ((eql kind 2) nil)
          ((eql kind 1) (%file-error pathname "~s is a file, not a directory" pathname))
          ((not (%absent-p kind)) (%file-host-error kind "find" pathname))
          (t
           (when (cddr directory) (%ensure-directory (butlast directory) verbose))
           (let ((result (change-path 3 pathname)))
             (when (and (< result 0) (not (eql result -2))) (%file-host-error result "make the directory" pathname)))
           (when verbose (format t "~&made the directory ~a~%" (namestring pathname)))
           t))))

(defun ensure-directories-exist (pathname &key verbose)
  "Make the directories of PATHNAME that do not exist. Values: PATHNAME, true if any was made."
  (let ((directory (%pathname-directories (physical-pathname pathname))))
    (values pathname
            (if (cdr directory) (%ensure-directory directory verbose) nil))))
