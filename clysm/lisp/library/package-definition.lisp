;;;; IN-PACKAGE and DEFPACKAGE.

(in-package "CLYSM.LIBRARY")

(defun %in-package (name)
  "Make the package named NAME (a string) the current one.  Signals PACKAGE-ERROR if there is none."
  (setq *package* (%package name)))

(defmacro in-package (name)
  "Make the package that the string designator NAME names the current one."
  `(eval-when (:compile-toplevel :load-toplevel :execute)
     (%in-package ,(string name))))

(defmacro defpackage (name &rest options)
  "Make the package NAME, or add to it.
OPTIONS: (:nicknames n...) (:documentation s) (:shadow n...) (:shadowing-import-from p n...) (:use p...)
(:import-from p n...) (:intern n...) (:export n...) (:size i).  Signals PROGRAM-ERROR for wrong options."
  `(eval-when (:compile-toplevel :load-toplevel :execute)
     (%defpackage ,(string name) ',options)))

;;; Options

(defun %defpackage-error (control &rest arguments)
  (error 'program-error :format-control control :format-arguments arguments))

(defun %option-name (designator)
  "The simple string that DESIGNATOR, a string designator or package, stands for."
  (if (packagep designator) (%package-name designator) (%designated-name designator)))

(defun %option-names (key options)
  "The names in all options (KEY name...) of OPTIONS, as simple strings."
  (let ((names '()))
    (dolist (option options names)
      (when (eq (car option) key)
        (setq names (append names (mapcar #'%option-name (cdr option))))))))

(defun %option-imports (key options)
  "The options (KEY package name...) of OPTIONS as a list of (package-name name...), all simple strings."
  (let ((imports '()))
    (dolist (option options (nreverse imports))
      (when (eq (car option) key)
        (push (mapcar #'%option-name (cdr option)) imports)))))

(defun %imported-names (imports)
  (let ((names '()))
    (dolist (import imports names)
      (setq names (append names (cdr import))))))

(defun %check-disjoint (name lists)
  "Signal a PROGRAM-ERROR if a string is in two of LISTS."
  (do ((rest lists (cdr rest)))
      ((null rest))
    (dolist (other (cdr rest))
      (dolist (string (car rest))
        (when (member string other :test #'%same-name-p)
          (%defpackage-error "defpackage ~A: ~S is in two options that exclude each other" name string))))))

(defun %check-option-keys (name options)
  "Signal a PROGRAM-ERROR for unknown OPTIONS and for repeated ones that may occur only once."
  (let ((once '()))
    (dolist (option options)
      (unless (and (consp option)
                   (member (car option) '(:nicknames :documentation :shadow :shadowing-import-from :use :import-from
                                          :intern :export :size)
                           :test #'eq))
        (%defpackage-error "defpackage ~A: unknown option ~S" name option))
      (when (member (car option) '(:documentation :size) :test #'eq)
        (when (member (car option) once :test #'eq)
          (%defpackage-error "defpackage ~A: the option ~S is given twice" name (car option)))
        (push (car option) once)))))

(defun %check-defpackage-options (name options)
  "Signal a PROGRAM-ERROR for unknown, repeated or contradictory OPTIONS."
  (%check-option-keys name options)
  (let ((interned (%option-names :intern options)))
    (%check-disjoint name (list (%option-names :shadow options)
                                interned
                                (%imported-names (%option-imports :import-from options))
                                (%imported-names (%option-imports :shadowing-import-from options))))
    (%check-disjoint name (list interned (%option-names :export options)))))

;;; Effects

(defun %symbol-of-package (name package)
  "The symbol NAME accessible in PACKAGE.  Signals PACKAGE-ERROR if there is none; the restart CONTINUE interns it."
  (multiple-value-bind (symbol status) (%find-symbol name (%string-hash name) package)
    (if status
        symbol
        (restart-case (%package-failure package "there is no symbol ~S in package ~A" name (%package-name package))
          (continue ()
            :report "intern it"
            (values (%intern name package)))))))

(defun %import-names (imports package importer)
  "For each (package-name name...) of IMPORTS, call IMPORTER on each symbol and PACKAGE."
  (dolist (import imports)
    (let ((source (%package (car import))))
      (dolist (name (cdr import))
        (funcall importer (%symbol-of-package name source) package)))))

(defun %defpackage-target (name nicknames)
  "The package NAME, new or with NICKNAMES added to those it has."
  (let ((package (%registered-package name)))
    (if package
        (%set-package-names package
                            (%package-name package)
                            (%designated-names (append (%package-nicknames package) nicknames)))
        (%new-named-package name (%designated-names nicknames)))))

(defun %defpackage (name options)
  "Make the package NAME (a simple string), or add to it, as OPTIONS, those of DEFPACKAGE, say; returns it.
Signals PROGRAM-ERROR for wrong options, PACKAGE-ERROR for missing packages and symbols and for name conflicts."
  (%check-defpackage-options name options)
  (let ((package (%defpackage-target name (%option-names :nicknames options)))
        (documentation (assoc :documentation options :test #'eq)))
    (when documentation
      (setf (%package-doc package) (cadr documentation)))
    (dolist (name (%option-names :shadow options))
      (%shadow name package))
    (%import-names (%option-imports :shadowing-import-from options) package #'%shadowing-import)
    (dolist (used (%option-names :use options))
      (%use-package package (%package used)))
    (%import-names (%option-imports :import-from options) package #'%import)
    (dolist (name (%option-names :intern options))
      (%intern name package))
    (dolist (name (%option-names :export options))
      (%export (values (%intern name package)) package))
    package))
