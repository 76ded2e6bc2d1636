;;;; The symbols of an image get their packages, as soon as there are packages.

(in-package "CLYSM.LIBRARY")

(defun %image-package (name)
  "The package NAME of the image, made without any use list if it is not one of the standard ones."
  (or (find-package name)
      (make-package name :use '())))

(defun %intern-image-symbols ()
  "Intern what %LOAD-IMAGE left in constant 0: for each package its name and the constants that are its symbols."
  (let* ((cursor (%constant 0))
         (common-lisp (find-package "COMMON-LISP"))
         (extensions (find-package "CLYSM"))
         (packages (%next-u32 cursor)))
    (%set-symbol-name nil "NIL")
    (%set-symbol-name t "T")
    (%intern-new common-lisp "NIL" nil t)
    (%intern-new common-lisp "T" t t)
    (dotimes (i packages)
      (let* ((package (%image-package (%next-text cursor)))
             (external (or (eq package common-lisp) (eq package extensions) (eq package *keyword-package*))))
        (dotimes (j (%next-u32 cursor))
          (let ((symbol (%constant (%next-u32 cursor))))
            (%intern-new package (%symbol-name symbol) symbol external)))))
    (%set-constant 0 nil)))

(%intern-image-symbols)
