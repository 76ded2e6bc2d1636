;;;; EQUALP, and its hash code.

(in-package "CLYSM.LIBRARY")

(defun equalp (a b)
  "EQUAL, or numbers that are =, characters and strings that differ in case, arrays of the same dimensions, structures
of the same type or hash tables of the same test, with EQUALP parts."
  (loop
    (cond ((eq a b) (return t))
          ((consp a)
           (unless (and (consp b) (equalp (%car a) (%car b))) (return nil))
           (setq a (%cdr a) b (%cdr b)))
          ((characterp a) (return (and (characterp b) (char-equal a b))))
          ((symbolp a) (return nil))
          ((numberp a) (return (and (numberp b) (= a b))))
          ((arrayp a) (return (and (arrayp b) (%equalp-arrays a b))))
          (t (return (%equalp-instances a b))))))

(defun %active-dimensions (array)
  "The dimensions of ARRAY, of a vector its active length."
  (if (vectorp array) (list (length array)) (array-dimensions array)))

(defun %equalp-arrays (a b)
  (let ((dimensions (%active-dimensions a)))
    (and (equal dimensions (%active-dimensions b))
         (dotimes (i (apply #'* dimensions) t)
           (unless (equalp (row-major-aref a i) (row-major-aref b i)) (return nil))))))

(defun %equalp-instances (a b)
  (cond ((not (and (%instancep a) (%instancep b))) nil)
        ((hash-table-p a) (and (hash-table-p b) (%equalp-tables a b)))
        ((%structurep a 'pathname) (equal a b))
        ((and (%structurep a 'structure-object)
              (eq (%instance-layout a) (%instance-layout b)))
         (dotimes (i (%instance-length a) t)
           (unless (equalp (%instance-ref a i) (%instance-ref b i)) (return nil))))))

(defun %equalp-tables (a b)
  (and (eq (hash-table-test a) (hash-table-test b))
       (= (hash-table-count a) (hash-table-count b))
       (progn
         (maphash (lambda (key value)
                    (multiple-value-bind (other found) (gethash key b)
                      (unless (and found (equalp value other))
                        (return-from %equalp-tables nil))))
                  a)
         t)))

;;; hash codes

(defun %equalp-hash (x)
  "A code that is the same for all objects that are EQUALP to X."
  (%equalp-content-hash x 16))

(defun %equalp-content-hash (x fuel)
  "FUEL is as for %CONTENT-HASH."
  (cond ((consp x)
         (let ((hash 7))
           (dotimes (i fuel)
             (unless (consp x) (return))
             (setq hash (%mix hash (%equalp-content-hash (%car x) (%fix-shr fuel 2)))
                   x (%cdr x)))
           hash))
        ((characterp x) (%fold-code x))
        ((symbolp x) (%eq-hash x))
        ((numberp x) (%number-value-hash x))
        ((arrayp x)
         (let ((hash 11))
           (do-cells (cell (%active-dimensions x))
             (setq hash (%mix hash (%car cell))))
           (dotimes (i (min fuel (apply #'* (%active-dimensions x))) hash)
             (setq hash (%mix hash (%equalp-content-hash (row-major-aref x i) (%fix-shr fuel 2)))))))
        ((hash-table-p x) (hash-table-count x))
        ((%structurep x 'pathname) (%equal-hash x))
        ((%structurep x 'structure-object)
         (let ((hash (%type-hash x)))
           (dotimes (i (min fuel (%instance-length x)) hash)
             (setq hash (%mix hash (%equalp-content-hash (%instance-ref x i) (%fix-shr fuel 2)))))))
        (t (%eq-hash x))))
