;;;; Making, using, renaming and deleting packages.

(in-package "CLYSM.LIBRARY")

;;; Use

(defun %resolve-use-conflicts (package used)
  "Before PACKAGE uses the package USED: settle the conflicts between their symbols."
  (dolist (symbol (%string-table-values (%package-external used) '()))
    (multiple-value-bind (other status) (%accessible symbol package)
      (when (and status (not (eq other symbol))
                 (not (member other (%package-shadowing-symbols package) :test #'eq)))
        (%shadowing-import (%choose-symbol package (list other symbol) "use a package") package)))))

(defun %use-package (package used)
  (unless (or (eq package used) (member used (%package-use-list package) :test #'eq))
    (when (eq used *keyword-package*)
      (%package-failure package "the package KEYWORD cannot be used"))
    (%resolve-use-conflicts package used)
    (%link-packages package used)))

(defun %unuse-package (package used)
  (setf (%package-use-list package)
        (remove used (%package-use-list package) :test #'eq))
  (setf (%package-used-by-list used)
        (remove package (%package-used-by-list used) :test #'eq)))

(defun %package-list (designator)
  "The packages that DESIGNATOR, a package designator or a list of them, stands for."
  (if (listp designator)
      (mapcar #'%package designator)
      (list (%package designator))))

(defun use-package (packages &optional (package *package*))
  "Make PACKAGE inherit the external symbols of PACKAGES, a designator or a list; returns T.
Signals PACKAGE-ERROR for name conflicts."
  (let ((package (%package package)))
    (dolist (used (%package-list packages) t)
      (%use-package package used))))

(defun unuse-package (packages &optional (package *package*))
  "Make PACKAGE no longer use PACKAGES, a designator or a list; returns T."
  (let ((package (%package package)))
    (dolist (used (%package-list packages) t)
      (%unuse-package package used))))

;;; Names

(defun %designated-names (designators)
  "The simple strings that the list DESIGNATORS stands for, each once."
  (let ((names '()))
    (dolist (designator designators (nreverse names))
      (let ((name (%designated-name designator)))
        (unless (member name names :test #'%same-name-p)
          (push name names))))))

(defun %same-name-p (a b)
  (%string-equal-p a b))

(defun %check-name-free (name package)
  "Signal a PACKAGE-ERROR if NAME names a package other than PACKAGE (NIL for none)."
  (let ((owner (%registered-package name)))
    (when (and owner (not (eq owner package)))
      (%package-failure owner "there is already a package named ~S" name))))

(defun %set-package-names (package name nicknames)
  "Give PACKAGE the simple strings NAME and NICKNAMES, which must be free, as its names."
  (let ((nicknames (remove name nicknames :test #'%same-name-p)))
    (dolist (new (cons name nicknames))
      (%check-name-free new package))
    (%unregister-package package)
    (setf (%package-name package) name)
    (setf (%package-nicknames package) nicknames)
    (%register-package package)))

(defun rename-package (package name &optional nicknames)
  "Give PACKAGE a new name and new nicknames; returns it.  Signals PACKAGE-ERROR if another package has one of them."
  (let ((package (%package package)))
    (%set-package-names package
                        (%designated-name (if (packagep name) (%package-name name) name))
                        (%designated-names nicknames))))

;;; Making and deleting

(defun %new-named-package (name nicknames)
  "A new registered package with the simple strings NAME and NICKNAMES as names.
Signals PACKAGE-ERROR if one is taken; the restart CONTINUE returns the package that has it or drops the nickname."
  (let ((free '()))
    (when (%registered-package name)
      (restart-case (%check-name-free name nil)
        (continue ()
          :report "take the package that exists"
          (return-from %new-named-package (%registered-package name)))))
    (dolist (nickname (remove name nicknames :test #'%same-name-p))
      (restart-case (progn (%check-name-free nickname nil)
                           (push nickname free))
        (continue ()
          :report "do without the nickname"
          nil)))
    (%make-empty-package name (nreverse free) 8 8)))

(defun make-package (name &key nicknames use)
  "A new package named NAME that uses the packages USE (none by default).
Signals PACKAGE-ERROR if the name or a nickname is taken, or for conflicts among the packages used."
  (let ((package (%new-named-package (%designated-name name) (%designated-names nicknames))))
    (dolist (used (%package-list use) package)
      (%use-package package used))))

(defun %unuse-before-delete (package)
  "If packages use PACKAGE, signal a PACKAGE-ERROR; after the restart CONTINUE, make them stop."
  (let ((users (%package-used-by-list package)))
    (when users
      (restart-case (%package-failure package "package ~A is used by ~{~A~^, ~}"
                                      (%package-name package) (mapcar #'%package-name users))
        (continue ()
          :report "make these packages stop using it"
          (dolist (user users)
            (%unuse-package user package)))))))

(defun %delete-package (package)
  (%unuse-before-delete package)
  (dolist (used (%package-use-list package))
    (%unuse-package package used))
  (dolist (symbol (%present-symbols package))
    (when (eq (%symbol-package symbol) package)
      (%set-symbol-package symbol nil)))
  (%unregister-package package)
  (setf (%package-name package) nil)
  (setf (%package-nicknames package) '())
  (setf (%package-internal package) (%make-string-table 0))
  (setf (%package-external package) (%make-string-table 0))
  (setf (%package-shadowing-symbols package) '())
  t)

(defun delete-package (package)
  "Delete PACKAGE; true, or NIL if it was deleted before.
Signals a correctable PACKAGE-ERROR if there is no such package (CONTINUE returns NIL) or if packages use it."
  (let ((found (find-package package)))
    (cond ((null found)
           (restart-case (%package-failure package "there is no package named ~S" (%designated-name package))
             (continue ()
               :report "return NIL"
               nil)))
          ((null (%package-name found)) nil)
          (t (%delete-package found)))))

;;; Lists of symbols

(defun %present-symbols (package)
  "The symbols present in PACKAGE."
  (%string-table-values (%package-external package)
                        (%string-table-values (%package-internal package) '())))

(defun find-all-symbols (name)
  "The symbols named by the string designator NAME that are present in any package."
  (let* ((name (%designated-name name))
         (hash (%string-hash name))
         (symbols '()))
    (dolist (package (%package-registry-packages *package-registry*) symbols)
      (multiple-value-bind (symbol status) (%find-symbol name hash package)
        (when (%presentp status)
          (pushnew symbol symbols :test #'eq))))))
