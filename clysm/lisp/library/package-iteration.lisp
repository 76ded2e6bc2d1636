;;;; Walks over the symbols of packages, and APROPOS.

(in-package "CLYSM.LIBRARY")

(defun %external-symbols (package)
  "The external symbols of PACKAGE, a designator."
  (%string-table-values (%package-external (%package package)) '()))

(defun %accessible-symbols (package)
  "The symbols accessible in PACKAGE, a designator, each once."
  (let* ((package (%package package))
         (symbols (%present-symbols package)))
    (dolist (used (%package-use-list package) symbols)
      (dolist (symbol (%string-table-values (%package-external used) '()))
        (let ((name (%symbol-name symbol)))
          ;; neither shadowed nor already met in another package
          (multiple-value-bind (found status) (%find-symbol name (%string-hash name) package)
            (when (and (eq status :inherited) (eq found symbol)
                       (eq used (%first-exporter name package)))
              (push symbol symbols))))))))

(defun %first-exporter (name package)
  "The first of the packages used by PACKAGE that has an external symbol NAME."
  (let ((hash (%string-hash name)))
    (dolist (used (%package-use-list package) nil)
      (when (%fix<= 0 (%string-table-place (%string-table-cells (%package-external used)) name hash))
        (return used)))))

(defun %all-symbols ()
  "The symbols present in any package; one that is present in several may occur several times."
  (let ((symbols '()))
    (dolist (package (%package-registry-packages *package-registry*) symbols)
      (setq symbols (append (%present-symbols package) symbols)))))

(defmacro do-symbols ((variable &optional (package '*package*) result) &body body)
  "Run BODY with VARIABLE bound to each symbol accessible in PACKAGE; returns RESULT."
  `(dolist (,variable (%accessible-symbols ,package) ,result) ,@body))

(defmacro do-external-symbols ((variable &optional (package '*package*) result) &body body)
  "Run BODY with VARIABLE bound to each external symbol of PACKAGE; returns RESULT."
  `(dolist (,variable (%external-symbols ,package) ,result) ,@body))

(defmacro do-all-symbols ((variable &optional result) &body body)
  "Run BODY with VARIABLE bound to each symbol of every package; returns RESULT."
  `(dolist (,variable (%all-symbols) ,result) ,@body))

;;; WITH-PACKAGE-ITERATOR

(defun %symbols-of-kinds (package kinds)
  "List of (symbol status package) for the symbols of PACKAGE whose status is in the list KINDS."
  (let ((entries '()))
    (dolist (symbol (%accessible-symbols package) entries)
      (multiple-value-bind (found status) (%accessible symbol package)
        (declare (ignore found))
        (when (member status kinds :test #'eq)
          (push (list symbol status package) entries))))))

(defun %iterated-symbols (packages kinds)
  "As %SYMBOLS-OF-KINDS, for all PACKAGES: a package designator or a list of them."
  (let ((entries '()))
    (dolist (package (%package-list packages) entries)
      (setq entries (append (%symbols-of-kinds package kinds) entries)))))

(defmacro with-package-iterator ((name packages &rest kinds) &body body)
  "Run BODY with a local macro NAME: each call gives T, the next symbol of PACKAGES whose status is one of KINDS
(:internal :external :inherited), its status and its package; NIL at the end."
  (when (or (null kinds)
            (dolist (kind kinds nil)
              (unless (member kind '(:internal :external :inherited)) (return t))))
    (error 'program-error :format-control "with-package-iterator: wrong symbol types ~S"
                          :format-arguments (list kinds)))
  (let ((entries (gensym "ENTRIES")))
    `(let ((,entries (%iterated-symbols ,packages ',kinds)))
       (macrolet ((,name ()
                    '(if (null ,entries)
                         nil
                         (let ((entry (pop ,entries)))
                           (values t (car entry) (cadr entry) (caddr entry))))))
         ,@body))))

;;; APROPOS

(defun apropos-list (string &optional package)
  "The symbols accessible in PACKAGE (of all packages, if NIL) whose names contain STRING, in either case."
  (let ((string (%designated-name string))
        (found '()))
    (dolist (symbol (if package (%accessible-symbols package) (%all-symbols)) (nreverse found))
      (when (search string (%symbol-name symbol) :test #'char-equal)
        (pushnew symbol found :test #'eq)))))

(defun apropos (string &optional package)
  "Print the symbols that APROPOS-LIST finds and what they are bound to; returns no values."
  (dolist (symbol (apropos-list string package) (values))
    (fresh-line)
    (prin1 symbol)
    (when (boundp symbol)
      (write-string ", variable"))
    (when (fboundp symbol)
      (write-string ", function"))
    (terpri)))
