;;;; Constants of evaluation (CLHS 3, 5): lambda list keywords and limits.

(in-package "CLYSM.LIBRARY")

(defconstant lambda-list-keywords
  '(&optional &rest &body &key &allow-other-keys &aux &whole &environment))

(defconstant lambda-parameters-limit 1024)
(defconstant call-arguments-limit 4096)
(defconstant multiple-values-limit 1024)
