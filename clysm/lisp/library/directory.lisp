;;;; DIRECTORY: the files that match a pathname with wildcards.

(in-package "CLYSM.LIBRARY")

(defun directory-entries (pathname)
  "The names, sorted, of what is in the directory PATHNAME; NIL if there is none."
  (let* ((address (transfer-address)) (length (string->memory (host-path pathname) address))
         (out (%fix+ address length)) (room (%fix- +transfer-size+ length))
         (count (%host-path-list address length out room)))
    (cond ((< count 0)
           (if (%absent-p count) '() (%file-host-error count "list" pathname)))
          ((<= count room) (nul-terminated-strings (memory->octets out count)))
          (t
           (let ((large (%mem-alloc count)))
             (%host-path-list address length large count)
             (nul-terminated-strings (memory->octets large count)))))))

(defun %entry-pathname (directory entry)
  "The pathname of the file ENTRY, a literal name, in DIRECTORY, a component list."
  (let ((dot (position #\. entry :from-end t)))
    (if (or (null dot) (eql dot 0))
        (%make-pathname nil nil directory entry nil nil)
        (%make-pathname nil nil directory (subseq entry 0 dot) (subseq entry (+ dot 1)) nil))))

(defun %subdirectories (directory)
  "The names of the directories in DIRECTORY, a component list."
  (let ((names '()))
    (dolist (entry (directory-entries (%make-pathname nil nil directory nil nil nil)) (nreverse names))
      (when (eql (path-status (%make-pathname nil nil (append directory (list entry)) nil nil nil)) 2)
        (push entry names)))))

(defun %matching-directories (directory wilds)
  "All directories, as component lists, that DIRECTORY followed by a match of the components WILDS can be."
  (let ((wild (car wilds)))
    (cond ((null wilds) (list directory))
          ((eq wild :wild-inferiors)
           (append (%matching-directories directory (cdr wilds))
                   (mapcan (lambda (name) (%matching-directories (append directory (list name)) wilds))
                           (%subdirectories directory))))
          ((%wild-component-p wild)
           (mapcan (lambda (name)
                     (if (component-matches-p name wild)
                         (%matching-directories (append directory (list name)) (cdr wilds))
                         '()))
                   (%subdirectories directory)))
          (t (%matching-directories (append directory (list wild)) (cdr wilds))))))

(defun %matching-files (directory name type)
  "The true names of the entries of DIRECTORY that match NAME and TYPE."
  (let ((result '()))
    (dolist (entry (directory-entries (%make-pathname nil nil directory nil nil nil)) (nreverse result))
      (let ((pathname (%entry-pathname directory entry)))
        (when (and (component-matches-p (%pathname-name pathname) name)
                   (component-matches-p (%pathname-type pathname) type))
          (let ((kind (path-status pathname)))
            (when (> kind 0) (push (%true-name pathname kind) result))))))))

(defun directory (pathname &key)
  "The true names of all files and directories that match PATHNAME, those of each directory sorted by name."
  (let* ((pathname (file-pathname pathname))
         (name (%pathname-name pathname)) (type (%pathname-type pathname))
         (directory (or (%pathname-directories pathname) (list :relative))))
    (cond ((not (wild-pathname-p pathname))
           (let ((true-name (probe-file pathname)))
             (if true-name (list true-name) '())))
          (t
           (mapcan (lambda (directory)
                     (if (or name type)
                         (%matching-files directory name type)
                         (list (%make-pathname nil nil (%remove-ups directory) nil nil nil))))
                   (%matching-directories (list (car directory)) (cdr directory)))))))
