;;;; CAAR to CDDDDR and their writers.

(in-package "CLYSM.LIBRARY")

(eval-when (:compile-toplevel :load-toplevel :execute)
  (defun cxr-form (name start)
    "The nested CAR and CDR calls on LIST that the letters of NAME from START to the final R stand for."
    (if (= start (- (length name) 1))
        'list
        (list (if (char= (char name start) #\A) 'car 'cdr)
              (cxr-form name (+ start 1))))))

(defmacro define-cxrs (&rest names)
  "Define a reader and a writer for each of NAMES, whose letters say what they do."
  `(progn
     ,@(mapcan (lambda (name)
                 (let* ((spelling (symbol-name name))
                        (form (cxr-form spelling 1)))
                   (list `(defun ,name (list)
                            ,(concatenate 'string "The " spelling " of LIST.")
                            ,form)
                         `(defun (setf ,name) (value list)
                            ,(concatenate 'string "Store VALUE as the " spelling " of LIST.")
                            (,(if (eq (car form) 'car) 'rplaca 'rplacd) ,(car (cdr form)) value)
                            value))))
               names)))

(declaim (inline caar cadr cdar cddr caddr cdddr))

(define-cxrs
  caar cadr cdar cddr
  caaar caadr cadar caddr cdaar cdadr cddar cdddr
  caaaar caaadr caadar caaddr cadaar cadadr caddar cadddr
  cdaaar cdaadr cdadar cdaddr cddaar cddadr cdddar cddddr)
