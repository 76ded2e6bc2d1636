;;;; The constants of the chapter on numbers.

(in-package "CLYSM.LIBRARY")

(defconstant most-positive-fixnum 536870911 "2^29 - 1.")
(defconstant most-negative-fixnum -536870912 "-2^29.")

(defconstant pi 3.141592653589793d0 "The double nearest to pi; long-float is double-float.")

(defconstant most-positive-single-float 3.4028235e38)
(defconstant most-negative-single-float -3.4028235e38)
(defconstant least-positive-single-float 1.4012985e-45 "2^-149.")
(defconstant least-negative-single-float -1.4012985e-45)
(defconstant least-positive-normalized-single-float 1.1754944e-38 "2^-126.")
(defconstant least-negative-normalized-single-float -1.1754944e-38)
(defconstant single-float-epsilon 5.960465e-8 "2^-24 * (1 + 2^-23): the least single that changes 1 by being added.")
(defconstant single-float-negative-epsilon 2.9802326e-8 "2^-25 * (1 + 2^-23).")

(defconstant most-positive-double-float 1.7976931348623157d308)
(defconstant most-negative-double-float -1.7976931348623157d308)
(defconstant least-positive-double-float 4.9406564584124654d-324 "2^-1074.")
(defconstant least-negative-double-float -4.9406564584124654d-324)
(defconstant least-positive-normalized-double-float 2.2250738585072014d-308 "2^-1022.")
(defconstant least-negative-normalized-double-float -2.2250738585072014d-308)
(defconstant double-float-epsilon 1.1102230246251568d-16 "2^-53 * (1 + 2^-52).")
(defconstant double-float-negative-epsilon 5.551115123125784d-17 "2^-54 * (1 + 2^-52).")

;;; short-float is single-float, long-float is double-float.

(defconstant most-positive-short-float 3.4028235e38)
(defconstant most-negative-short-float -3.4028235e38)
(defconstant least-positive-short-float 1.4012985e-45)
(defconstant least-negative-short-float -1.4012985e-45)
(defconstant least-positive-normalized-short-float 1.1754944e-38)
(defconstant least-negative-normalized-short-float -1.1754944e-38)
(defconstant short-float-epsilon 5.960465e-8)
(defconstant short-float-negative-epsilon 2.9802326e-8)

(defconstant most-positive-long-float 1.7976931348623157d308)
(defconstant most-negative-long-float -1.7976931348623157d308)
(defconstant least-positive-long-float 4.9406564584124654d-324)
(defconstant least-negative-long-float -4.9406564584124654d-324)
(defconstant least-positive-normalized-long-float 2.2250738585072014d-308)
(defconstant least-negative-normalized-long-float -2.2250738585072014d-308)
(defconstant long-float-epsilon 1.1102230246251568d-16)
(defconstant long-float-negative-epsilon 5.551115123125784d-17)
