;;;; Package objects, the registry of packages, finding and interning symbols.

(in-package "CLYSM.LIBRARY")

(defstruct (package (:conc-name %package-)
                    (:copier nil)
                    (:predicate packagep)
                    (:constructor %new-package (name nicknames internal external)))
  name                         ; simple string; NIL after DELETE-PACKAGE
  nicknames                    ; list of simple strings
  (use-list '())               ; packages
  (used-by-list '())           ; packages
  internal                     ; %string-table from names to present internal symbols
  external                     ; %string-table from names to external symbols
  (shadowing-symbols '())
  (doc nil))                   ; string or NIL; a slot named DOCUMENTATION would bring that function into every image

(defstruct (%package-registry (:copier nil) (:predicate nil)
                              (:constructor %new-package-registry (table)))
  table                        ; %string-table from names and nicknames to packages
  (packages '()))              ; the packages, latest first

(defun %make-package-registry ()
  "A registry without packages."
  (%new-package-registry (%make-string-table 64)))

(defvar *package-registry* (%make-package-registry)
  "Where packages are found by name; a compiler may bind it to another registry.")

(defvar *keyword-package* nil
  "The package KEYWORD; its symbols are external and have themselves as values.")

(defvar *package* nil
  "The current package.")

;;; Registry

(defun %registered-package (name)
  "The package with the name or nickname NAME (a simple string), or NIL."
  (%string-table-get (%package-registry-table *package-registry*) name (%string-hash name) nil))

(defun %register-name (name package)
  (%string-table-add (%package-registry-table *package-registry*) name (%string-hash name) package))

(defun %register-package (package)
  "Enter PACKAGE, whose names must be free, under its name and nicknames; returns PACKAGE."
  (%register-name (%package-name package) package)
  (dolist (nickname (%package-nicknames package))
    (%register-name nickname package))
  (push package (%package-registry-packages *package-registry*))
  package)

(defun %unregister-package (package)
  (let ((table (%package-registry-table *package-registry*)))
    (%string-table-remove table (%package-name package))
    (dolist (nickname (%package-nicknames package))
      (%string-table-remove table nickname))
    (setf (%package-registry-packages *package-registry*)
          (remove package (%package-registry-packages *package-registry*) :test #'eq))))

(defun find-package (name)
  "The package that NAME, a string designator, names, or NIL.  A package stands for itself."
  (if (packagep name)
      name
      (%registered-package (%designated-name name))))

(defun %package (designator)
  "The package that DESIGNATOR stands for.  Signals PACKAGE-ERROR if there is none; restart USE-VALUE takes another."
  (or (find-package designator)
      (restart-case (error 'simple-package-error :package designator
                                                 :format-control "there is no package named ~S"
                                                 :format-arguments (list (%designated-name designator)))
        (use-value (other)
          :report "use another package"
          :interactive (lambda () (%ask-for-value "the package"))
          (%package other)))))

(defun list-all-packages ()
  "A new list of all packages, oldest first."
  (reverse (%package-registry-packages *package-registry*)))

;;; Finding and interning

(defun %find-inherited (name hash package)
  "The symbol NAME that PACKAGE inherits and the status :INHERITED, or NIL and NIL."
  (dolist (used (%package-use-list package) (values nil nil))
    (let* ((cells (%string-table-cells (%package-external used)))
           (place (%string-table-place cells name hash)))
      (unless (%fix< place 0)
        (return (values (%svref cells (%fix+ place 1)) :inherited))))))

(defun %find-symbol (name hash package)
  "The symbol NAME (a simple string with the hash HASH) accessible in PACKAGE and its status, or NIL and NIL."
  (let* ((external (%string-table-cells (%package-external package)))
         (place (%string-table-place external name hash)))
    (if (%fix<= 0 place)
        (values (%svref external (%fix+ place 1)) :external)
        (let* ((internal (%string-table-cells (%package-internal package)))
               (place (%string-table-place internal name hash)))
          (if (%fix<= 0 place)
              (values (%svref internal (%fix+ place 1)) :internal)
              (%find-inherited name hash package))))))

(defun %add-symbol (symbol name hash package)
  "Make SYMBOL present in PACKAGE, where its NAME is not present; give it a home if it has none."
  (unless (%symbol-package symbol)
    (%set-symbol-package symbol package))
  (cond ((eq package *keyword-package*)
         (%set-symbol-value symbol symbol)
         (%string-table-add (%package-external package) name hash symbol))
        (t (%string-table-add (%package-internal package) name hash symbol))))

(defun %intern-new (package name symbol externalp)
  "Make SYMBOL, named NAME (a simple string not present in PACKAGE), present in and at home in PACKAGE; returns SYMBOL."
  (%set-symbol-package symbol package)
  (when (eq package *keyword-package*)
    (%set-symbol-value symbol symbol))
  (%string-table-add (if externalp (%package-external package) (%package-internal package))
                     name (%string-hash name) symbol))

(defun %intern (name package)
  "The symbol NAME (a simple string) accessible in PACKAGE, made if necessary, and its status (NIL if made)."
  (let ((hash (%string-hash name)))
    (multiple-value-bind (symbol status) (%find-symbol name hash package)
      (if status
          (values symbol status)
          (values (%add-symbol (%make-symbol name) name hash package) nil)))))

(defun intern (name &optional (package *package*))
  "The symbol NAME accessible in PACKAGE, made if necessary, and :INTERNAL, :EXTERNAL, :INHERITED or NIL if made."
  (%intern (%simple-name name) (%package package)))

(defun find-symbol (name &optional (package *package*))
  "The symbol NAME accessible in PACKAGE and :INTERNAL, :EXTERNAL or :INHERITED, or NIL and NIL."
  (let ((name (%simple-name name)))
    (%find-symbol name (%string-hash name) (%package package))))

(defun keywordp (object)
  "True if OBJECT is a symbol of the package KEYWORD."
  (and (symbolp object)
       (eq (%symbol-package object) *keyword-package*)))

;;; Names and lists of a package

(defun package-name (package)
  "The name of PACKAGE, or NIL if it was deleted."
  (%package-name (%package package)))

(defun package-nicknames (package)
  "The nicknames of PACKAGE, a list of strings."
  (copy-list (%package-nicknames (%package package))))

(defun package-use-list (package)
  "The packages that PACKAGE uses."
  (copy-list (%package-use-list (%package package))))

(defun package-used-by-list (package)
  "The packages that use PACKAGE."
  (copy-list (%package-used-by-list (%package package))))

(defun package-shadowing-symbols (package)
  "The shadowing symbols of PACKAGE."
  (copy-list (%package-shadowing-symbols (%package package))))

(defvar *gentemp-counter* 0
  "The number in the name of the latest symbol from GENTEMP.")

(defun gentemp (&optional (prefix "T") (package *package*))
  "A new symbol of PACKAGE whose name is PREFIX and a number that makes it new."
  (let ((prefix (%simple-name prefix))
        (package (%package package)))
    (loop
      (setq *gentemp-counter* (+ *gentemp-counter* 1))
      (let ((name (%append-decimal prefix *gentemp-counter*)))
        (multiple-value-bind (symbol status) (%intern name package)
          (unless status (return symbol)))))))

;;; The packages that exist from the start

(defun %make-empty-package (name nicknames internal-capacity external-capacity)
  "A registered package without symbols, with room for so many."
  (%register-package (%new-package name nicknames
                                   (%make-string-table internal-capacity)
                                   (%make-string-table external-capacity))))

(defun %link-packages (user used)
  "Make the package USER use the package USED, without a check for conflicts."
  (setf (%package-use-list user) (append (%package-use-list user) (list used)))
  (push user (%package-used-by-list used)))

(defun %make-standard-packages ()
  "Register COMMON-LISP, KEYWORD, COMMON-LISP-USER and the packages of the system, all without symbols."
  (let ((common-lisp (%make-empty-package "COMMON-LISP" '("CL") 0 1000))
        (keyword (%make-empty-package "KEYWORD" '() 0 500))
        (user (%make-empty-package "COMMON-LISP-USER" '("CL-USER") 50 0))
        (extensions (%make-empty-package "CLYSM" '() 0 10))
        (kernel (%make-empty-package "CLYSM.KERNEL" '() 0 250))
        (library (%make-empty-package "CLYSM.LIBRARY" '() 2500 0)))
    (%link-packages user common-lisp)
    (%link-packages user extensions)
    (%link-packages library extensions)
    (%link-packages library common-lisp)
    (%link-packages library kernel)
    (setq *keyword-package* keyword)
    (setq *package* user)))

(%make-standard-packages)
