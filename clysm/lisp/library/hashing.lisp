;;;; Hash codes: SXHASH, and the codes that hash tables use for EQL and EQUAL.
;;;;
;;;; Codes are fixnums >= 0. Codes of contents are the same in every image and run; codes of identity are not, so they
;;;; are used inside hash tables only, whose order does not depend on them.

(in-package "CLYSM.LIBRARY")

(declaim (inline %mix))
(defun %mix (hash more)
  "The code HASH after taking in the fixnum MORE."
  (%fix-and (%fix+ (%fix* hash 1000003) (%fix-xor more (%fix-shr hash 11))) 536870911))

(defun %eql-hash (x)
  "A code that is the same for all objects that are EQL to X."
  (if (%eq-comparable-p x) (%eq-hash x) (%number-hash x)))

;;; FUEL bounds the work: of a list the first FUEL elements count, each with a quarter of the fuel.
;;; STABLE: use nothing but contents.

(defun %content-hash (x fuel stable)
  "A code that is the same for all objects that are EQUAL to X."
  (cond ((consp x) (%list-hash x fuel stable))
        ((%simple-string-p x) (%string-hash x))
        ((or (symbolp x) (%fixnump x) (characterp x))
         (if stable (%immediate-hash x) (%eq-hash x)))
        ((not (%eq-comparable-p x)) (%number-hash x))
        ((stringp x) (%string-hash (copy-seq x)))
        ((bit-vector-p x) (%bit-vector-hash x))
        ((%structurep x 'pathname) (%slots-hash x fuel stable))
        (stable (%type-hash x))
        (t (%eq-hash x))))

(defun %immediate-hash (x)
  "Of a symbol (by its name), a fixnum or a character."
  (cond ((symbolp x) (%mix 3 (%string-hash (%symbol-name x))))
        ((%fixnump x) (%fix-and x 536870911))
        (t (%mix 5 (%char-code x)))))

(defun %list-hash (list fuel stable)
  (let ((hash 7)
        (left fuel))
    (loop
      (when (or (%fix= left 0) (not (consp list))) (return))
      (setq hash (%mix hash (%content-hash (%car list) (%fix-shr fuel 2) stable))
            list (%cdr list)
            left (%fix- left 1)))
    (if (or (consp list) (null list))
        hash
        (%mix hash (%content-hash list 0 stable)))))

(defun %bit-vector-hash (vector)
  (let ((hash (length vector)))
    (multiple-value-bind (data base) (%vector-data vector)
      (dotimes (i (length vector) hash)
        (setq hash (%mix hash (%bit-ref data (%fix+ base i))))))))

(defun %slots-hash (instance fuel stable)
  "Of the slots of a structure whose EQUAL compares them."
  (let ((hash (%type-hash instance)))
    (dotimes (i (%instance-length instance) hash)
      (setq hash (%mix hash (%content-hash (%instance-ref instance i) (%fix-shr fuel 2) stable))))))

(defun %type-hash (x)
  "Of an object that has no contents that EQUAL looks at: the name of its type, if it is an instance."
  (cond ((%array-p x) 13)
        ((%instancep x)
         (let ((name (%instance-ref (%instance-layout x) 0)))
           (if (symbolp name) (%immediate-hash name) 17)))
        ((functionp x) 19)
        (t 23)))

(defun %equal-hash (x)
  "A code for EQUAL hash tables."
  (%content-hash x 16 nil))

(defun sxhash (object)
  "A fixnum >= 0 that is the same for all objects that are EQUAL to OBJECT, in every image and run."
  (%content-hash object 16 t))
