;;;; The packages of the program being compiled.
;;;;
;;;; They are separate from the packages of the running compiler: only COMMON-LISP and KEYWORD are shared. So a new version
;;;; of the compiler's own sources is made of other symbols than the code that compiles it, and defining a helper at
;;;; compile time can not change the compiler.

(in-package "CLYSM.COMPILER")

(defvar *world-counter* 0
  "Number of worlds made so far: makes the package names of each different.")

(defparameter *kernel-operators*
  '("%SLOT-REF" "%SLOT-SET" "%MAKE-STRUCTURE" "%STRUCTUREP" "%LAYOUT" "%ASSIGNED-FUNCTION" "%SETF-EXPANDER"
    "%DEFINE-SETF-EXPANDER" "%TYPE-EXPANDER" "%DEFINE-TYPE-EXPANDER" "%STRUCTURE" "%DECLARE-EXPORT")
  "Operators of CLYSM.KERNEL that are not primitives.")

(defparameter *extension-names* '("EXIT" "*COMMAND-LINE-ARGUMENTS*")
  "What the package CLYSM exports for programs: it is used by COMMON-LISP-USER.")

(defstruct (world (:constructor %make-world (prefix packages names)))
  "PACKAGES: target name -> package of the host. NAMES: package of the host -> target name.
PREFIX is NIL for the world of the running image itself, whose packages are those of the host. REGISTRY: what the host
keeps for it."
  prefix packages names
  (registry nil))

(defvar *register-in-world* nil
  "Function of world, target name and package: a host with registries of packages enters the package into that of the
world, where code of the program finds it by name at compile time. NIL on other hosts.")

(defvar *call-in-world* nil
  "Function of world, function, form and scope: calls the function with these two so that packages are found in the world's
registry; or NIL.")

(defun call-in-world (world function form scope)
  (if (and *call-in-world* (world-prefix world))
      (funcall *call-in-world* world function form scope)
      (funcall function form scope)))

(defun make-running-world ()
  (%make-world nil nil nil))

(defun make-world ()
  (setf *world-counter* (+ *world-counter* 1))
  (let ((world (%make-world (concatenate 'string "CLYSM-WORLD-" (decimal-text *world-counter*) "/")
                            (make-hash-table :test #'equal)
                            (make-hash-table :test #'eq))))
    (register-package world "COMMON-LISP" (find-package "COMMON-LISP"))
    (register-package world "KEYWORD" (find-package "KEYWORD"))
    (register-nickname world "CL" (find-package "COMMON-LISP"))
    (let ((kernel (world-make-package world "CLYSM.KERNEL"))
          (extensions (world-make-package world "CLYSM"))
          (library (world-make-package world "CLYSM.LIBRARY"))
          (user (world-make-package world "COMMON-LISP-USER")))
      (register-nickname world "CL-USER" user)
      (dolist (name (kernel-package-names))
        (export (list (intern name kernel)) kernel))
      (dolist (name *extension-names*)
        (export (list (intern name extensions)) extensions))
      (dolist (package (list library user))
        (use-package extensions package))
      (use-package (find-package "COMMON-LISP") library)
      (use-package kernel library)
      (use-package (find-package "COMMON-LISP") user))
    world))

(defun register-package (world name package)
  (setf (gethash name (world-packages world)) package)
  (setf (gethash package (world-names world)) name)
  (when *register-in-world*
    (funcall *register-in-world* world name package))
  package)

(defun register-nickname (world name package)
  (setf (gethash name (world-packages world)) package)
  (when *register-in-world*
    (funcall *register-in-world* world name package)))

(defun world-make-package (world name)
  (register-package world name
                    (make-package (concatenate 'string (world-prefix world) name) :use '())))

(defun delete-world (world)
  "Let go of the host's packages."
  (let ((mine '()))
    (maphash (lambda (name package)
               (when (and (string/= name "COMMON-LISP") (string/= name "KEYWORD") (string/= name "CL")
                          (string/= name "CL-USER"))
                 (push package mine)))
             (world-packages world))
    (call-in-world world #'delete-packages mine nil)))

(defun delete-packages (packages scope)
  (declare (ignore scope))
  (dolist (package packages)
    (dolist (used (package-use-list package)) (unuse-package used package)))
  (dolist (package packages)
    (delete-package package)))

(defun kernel-package-names ()
  "Names of all primitives and operators of the package CLYSM.KERNEL, sorted."
  (let ((names (list "QUASIQUOTE" "UNQUOTE" "UNQUOTE-SPLICING")))
    (dolist (operator *kernel-operators*)
      (push operator names))
    (maphash (lambda (name row)
               (declare (ignore row))
               (when (char= (char name 0) #\%) (push name names)))
             *primitives*)
    (sort names #'string<)))

(defun find-world-package (world name)
  "The package of that name or nickname, or NIL."
  (if (world-prefix world)
      (values (gethash name (world-packages world)))
      (find-package name)))

(defun package-target-name (world package)
  "The name of PACKAGE in the program, or NIL if it is not one of its packages."
  (if (world-prefix world)
      (values (gethash package (world-names world)))
      (package-name package)))

(defvar *live-literals* nil
  "Is the code for the running image itself, where a literal is any object?")

(defun symbol-home (world symbol)
  "Name of the home package of SYMBOL in the program; NIL for an uninterned symbol."
  (let ((package (symbol-package symbol)))
    (cond ((null package) nil)
          ((package-target-name world package))
          ((eq (find-symbol (symbol-name symbol) "COMMON-LISP") symbol) "COMMON-LISP")
          (*live-literals* (package-name package))
          (t (error "symbol `~A` is of no package of the program" (symbol-name symbol))))))

(defun define-package (world form name options)
  "The effect of (defpackage NAME . OPTIONS): make or complete the package."
  (let ((package (or (find-world-package world name) (world-make-package world name))))
    (dolist (option options)
      (unless (and (consp option) (keywordp (car option)))
        (fail "syntax-error" form "a defpackage option is a list that starts with a keyword, not " option))
      (define-package-option world form name package (car option) (cdr option)))
    package))

(defun designated-name (form x)
  (cond ((stringp x) x)
        ((symbolp x) (symbol-name x))
        ((characterp x) (string x))
        (t (fail "syntax-error" form "expected a name, found " x))))

(defun needed-package (world form x)
  (or (find-world-package world (designated-name form x))
      (fail "package-error" form "no package " x)))

(defun define-package-option (world form name package option arguments)
  (case option
    (:use (dolist (used arguments) (use-package (needed-package world form used) package)))
    (:export (dolist (x arguments) (export (list (intern (designated-name form x) package)) package)))
    (:intern (dolist (x arguments) (intern (designated-name form x) package)))
    (:shadow (dolist (x arguments) (shadow (list (designated-name form x)) package)))
    ((:import-from :shadowing-import-from)
     (let ((from (needed-package world form (car arguments))))
       (dolist (x (cdr arguments))
         (multiple-value-bind (symbol status) (find-symbol (designated-name form x) from)
           (unless status
             (fail "package-error" form "no symbol " x " in package " (car arguments)))
           (if (eq option :import-from)
               (import (list symbol) package)
               (shadowing-import (list symbol) package))))))
    (:nicknames
     (dolist (x arguments)
       (let ((other (find-world-package world (designated-name form x))))
         (when (and other (not (eq other package)))
           (fail "package-error" form x " is already a name of another package than " name)))
       (register-nickname world (designated-name form x) package)))
    ((:documentation :size) nil)
    (t (fail "syntax-error" form "unknown defpackage option " option))))
