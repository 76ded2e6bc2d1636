;;;; The compiler's own package.

(defpackage "CLYSM.COMPILER"
  (:use "COMMON-LISP")
  (:export "SESSION-BEGIN" "LOAD-INTERFACE" "LOAD-OBJECT" "COMPILE-MODULE" "COMPILE-ONE-FORM" "LINK"))
