;;;; Changes to the symbols of a package: import, export, shadow, unintern, and their name conflicts.

(in-package "CLYSM.LIBRARY")

;;; Conflicts

(defun %package-failure (package control &rest arguments)
  "Signal a PACKAGE-ERROR for PACKAGE, reported by CONTROL with ARGUMENTS."
  (error 'simple-package-error :package package :format-control control :format-arguments arguments))

(defun %choose-symbol (package symbols operation)
  "Signal that OPERATION (a verb phrase) makes SYMBOLS, which have one name, conflict in PACKAGE.
Returns the first of them after the restart CONTINUE, another after USE-VALUE."
  (restart-case (error 'simple-package-error
                       :package package
                       :format-control "to ~A makes a name conflict in package ~A between ~{~S~^ and ~}"
                       :format-arguments (list operation (%package-name package) symbols))
    (continue ()
      :report (lambda (stream) (%report-format "take ~S" (list (car symbols)) stream))
      (car symbols))
    (use-value (symbol)
      :report "say which symbol to take"
      :interactive (lambda () (%ask-for-value "the symbol"))
      symbol)))

;;; Presence

(defun %symbol-name-hash (symbol)
  (%string-hash (%symbol-name symbol)))

(defun %accessible (symbol package)
  "The symbol accessible in PACKAGE under the name of SYMBOL and its status, or NIL and NIL."
  (%find-symbol (%symbol-name symbol) (%symbol-name-hash symbol) package))

(defun %presentp (status)
  (or (eq status :internal) (eq status :external)))

(defun %remove-symbol (symbol package)
  "Remove the present SYMBOL from the tables and the shadowing list of PACKAGE; it loses this home."
  (let ((name (%symbol-name symbol)))
    (%string-table-remove (%package-internal package) name)
    (%string-table-remove (%package-external package) name)
    (setf (%package-shadowing-symbols package)
          (remove symbol (%package-shadowing-symbols package) :test #'eq))
    (when (eq (%symbol-package symbol) package)
      (%set-symbol-package symbol nil))))

(defun %add-shadowing (symbol package)
  (unless (member symbol (%package-shadowing-symbols package) :test #'eq)
    (push symbol (%package-shadowing-symbols package))))

(defun %shadowing-import (symbol package)
  "Make SYMBOL present and shadowing in PACKAGE, in the place of any other symbol of its name."
  (multiple-value-bind (old status) (%accessible symbol package)
    (when (and (%presentp status) (not (eq old symbol)))
      (%remove-symbol old package))
    (unless (and (%presentp status) (eq old symbol))
      (%add-symbol symbol (%symbol-name symbol) (%symbol-name-hash symbol) package))
    (%add-shadowing symbol package)))

(defun %import (symbol package)
  (multiple-value-bind (old status) (%accessible symbol package)
    (cond ((and status (not (eq old symbol)))
           (let ((chosen (%choose-symbol package (list old symbol) "import a symbol")))
             (unless (eq chosen old)
               (%shadowing-import chosen package))))
          ((%presentp status)
           (unless (%symbol-package symbol)
             (%set-symbol-package symbol package)))
          (t (%add-symbol symbol (%symbol-name symbol) (%symbol-name-hash symbol) package)))))

;;; Export

(defun %ensure-accessible (symbol package)
  "Signal a PACKAGE-ERROR unless SYMBOL is accessible in PACKAGE; the restart CONTINUE imports it."
  (multiple-value-bind (found status) (%accessible symbol package)
    (unless (and status (eq found symbol))
      (restart-case (%package-failure package "~S is not accessible in package ~A" symbol (%package-name package))
        (continue ()
          :report "import the symbol"
          (%import symbol package))))))

(defun %resolve-export-conflicts (symbol package)
  "Before SYMBOL is exported from PACKAGE: settle the conflicts in the packages that use it."
  (dolist (user (%package-used-by-list package))
    (multiple-value-bind (other status) (%accessible symbol user)
      (when (and status (not (eq other symbol))
                 (not (member other (%package-shadowing-symbols user) :test #'eq)))
        (%shadowing-import (%choose-symbol user (list other symbol) "export a symbol") user)))))

(defun %export (symbol package)
  (%ensure-accessible symbol package)
  (multiple-value-bind (found status) (%accessible symbol package)
    (declare (ignore found))
    (unless (eq status :external)
      (%resolve-export-conflicts symbol package)
      (when (eq status :inherited)
        (%import symbol package))
      (let ((name (%symbol-name symbol)))
        (%string-table-remove (%package-internal package) name)
        (%string-table-add (%package-external package) name (%string-hash name) symbol)))))

(defun %unexport (symbol package)
  (multiple-value-bind (found status) (%accessible symbol package)
    (unless (and status (eq found symbol))
      (%package-failure package "~S is not accessible in package ~A" symbol (%package-name package)))
    (when (eq status :external)
      (let ((name (%symbol-name symbol)))
        (%string-table-remove (%package-external package) name)
        (%string-table-add (%package-internal package) name (%string-hash name) symbol)))))

;;; Shadow and unintern

(defun %shadow (name package)
  (let ((hash (%string-hash name)))
    (multiple-value-bind (symbol status) (%find-symbol name hash package)
      (unless (%presentp status)
        (setq symbol (%make-symbol name))
        (%add-symbol symbol name hash package))
      (%add-shadowing symbol package))))

(defun %inherited-candidates (symbol package)
  "The different symbols named as SYMBOL that the packages used by PACKAGE export."
  (let ((name (%symbol-name symbol))
        (hash (%symbol-name-hash symbol))
        (candidates '()))
    (dolist (used (%package-use-list package) (nreverse candidates))
      (let* ((cells (%string-table-cells (%package-external used)))
             (place (%string-table-place cells name hash)))
        (when (%fix<= 0 place)
          (let ((candidate (%svref cells (%fix+ place 1))))
            (unless (member candidate candidates :test #'eq)
              (push candidate candidates))))))))

(defun %unintern-shadowing (symbol package)
  "Unintern the shadowing SYMBOL; if it hid a conflict, another symbol shadows from now on."
  (let ((candidates (%inherited-candidates symbol package)))
    (if (and (consp candidates) (consp (cdr candidates)))
        (%shadowing-import (%choose-symbol package candidates "unintern a shadowing symbol") package)
        (%remove-symbol symbol package))))

(defun unintern (symbol &optional (package *package*))
  "Remove SYMBOL from PACKAGE; true if it was present.
Signals PACKAGE-ERROR if this uncovers a conflict among inherited symbols."
  (let ((package (%package package)))
    (multiple-value-bind (found status) (%accessible (%check-symbol symbol) package)
      (cond ((not (and (%presentp status) (eq found symbol))) nil)
            ((member symbol (%package-shadowing-symbols package) :test #'eq)
             (%unintern-shadowing symbol package)
             t)
            (t (%remove-symbol symbol package)
               t)))))

;;; The public operations on one symbol or a list of symbols

(defun %symbol-list (designator)
  "The list of symbols that DESIGNATOR, a symbol or a list of symbols, stands for; NIL is the empty list."
  (if (listp designator)
      (dolist (symbol designator designator)
        (%check-symbol symbol))
      (list (%check-symbol designator))))

(defun import (symbols &optional (package *package*))
  "Make SYMBOLS, a symbol or a list, present in PACKAGE; returns T.  Signals PACKAGE-ERROR for a name conflict."
  (let ((package (%package package)))
    (dolist (symbol (%symbol-list symbols) t)
      (%import symbol package))))

(defun shadowing-import (symbols &optional (package *package*))
  "Make SYMBOLS, a symbol or a list, present and shadowing in PACKAGE; returns T."
  (let ((package (%package package)))
    (dolist (symbol (%symbol-list symbols) t)
      (%shadowing-import symbol package))))

(defun export (symbols &optional (package *package*))
  "Make SYMBOLS, a symbol or a list, external in PACKAGE; returns T.
Signals PACKAGE-ERROR for a symbol that is not accessible and for a conflict in a package that uses PACKAGE."
  (let ((package (%package package)))
    (dolist (symbol (%symbol-list symbols) t)
      (%export symbol package))))

(defun unexport (symbols &optional (package *package*))
  "Make SYMBOLS, a symbol or a list, internal in PACKAGE; returns T.  Signals PACKAGE-ERROR if one is not accessible."
  (let ((package (%package package)))
    (dolist (symbol (%symbol-list symbols) t)
      (%unexport symbol package))))

(defun shadow (names &optional (package *package*))
  "Make sure that PACKAGE has its own, shadowing symbols with NAMES, a string designator or a list; returns T."
  (let ((package (%package package)))
    (dolist (name (if (listp names) names (list names)) t)
      (%shadow (%designated-name name) package))))
