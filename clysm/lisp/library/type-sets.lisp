;;;; Sets of objects as data: the algebra under SUBTYPEP.

(in-package "CLYSM.LIBRARY")

;;; A set is T (everything), NIL (nothing), or a simple vector with one subset of each kingdom, the disjoint parts of
;;; the universe.  Every kingdom has its own representation:
;;;
;;;   0 integers, 1 ratios, 2 singles, 3 doubles, 4 characters (by code)
;;;        (in . cuts): cuts are pairs (value . side) in ascending order, side 0 just below VALUE and 1 just above it;
;;;        IN says whether the elements below the first cut belong to the subset, and each cut changes that
;;;   5 keywords, 6 other symbols
;;;        (inverted . elements): the elements, or all others if INVERTED
;;;   7 complex numbers, 8 functions
;;;        bits, one for each of some disjoint classes
;;;   9 conses
;;;        list of products (set of cars . set of cdrs), whose union is meant
;;;  10 arrays
;;;        simple vector with a set of dimension lists for each element kind, simple and not (see %ARRAY-CELL)
;;;  11 instances
;;;        list of conjunctions (classes . classes): instances of all of the former and none of the latter

(defconstant +kingdoms+ 12)
(defconstant +array-cells+ 10)

(defconstant +complex-rational+ 1)
(defconstant +complex-single+ 2)
(defconstant +complex-double+ 4)
(defconstant +complex-all+ 7)

(defconstant +standard-generic-functions+ 1)
(defconstant +generic-functions+ 3)
(defconstant +functions-all+ 7)

;;; Cuts

(defun %cut< (a b)
  (or (< (car a) (car b))
      (and (= (car a) (car b))
           (%fix< (cdr a) (cdr b)))))

(defun %merge-cuts (a b both)
  "Intersection (if BOTH) or union of the subsets A and B."
  (let* ((in-a (car a)) (in-b (car b))
         (cuts-a (cdr a)) (cuts-b (cdr b))
         (in (if both (and in-a in-b) (or in-a in-b)))
         (first in)
         (result '()))
    (loop
      (when (and (null cuts-a) (null cuts-b))
        (return (cons first (nreverse result))))
      (let ((cut (cond ((null cuts-a) (car cuts-b))
                       ((null cuts-b) (car cuts-a))
                       ((%cut< (car cuts-b) (car cuts-a)) (car cuts-b))
                       (t (car cuts-a)))))
        (when (and cuts-a (not (%cut< cut (car cuts-a))))
          (setq in-a (not in-a))
          (pop cuts-a))
        (when (and cuts-b (not (%cut< cut (car cuts-b))))
          (setq in-b (not in-b))
          (pop cuts-b))
        (let ((now (if both (and in-a in-b) (or in-a in-b))))
          (unless (eq now in)
            (setq in now)
            (push cut result)))))))

(defun %ratio-cuts-empty-p (subset)
  "True if no ratio lies between the cuts of SUBSET: each interval is a single integer."
  (let ((in (car subset)) (cuts (cdr subset)))
    (if in
        nil
        (loop
          (when (null cuts) (return t))
          (when (or (null (cdr cuts))
                    (not (integerp (car (car cuts))))
                    (not (eql (car (car cuts)) (car (cadr cuts)))))
            (return nil))
          (setq cuts (cddr cuts))))))

;;; Finite sets and their complements

(defun %meet-elements (a b)
  (let ((elements-a (cdr a)) (elements-b (cdr b)))
    (cond ((and (car a) (car b))
           (cons t (union elements-a elements-b :test #'eql)))
          ((car a)
           (cons nil (set-difference elements-b elements-a :test #'eql)))
          ((car b)
           (cons nil (set-difference elements-a elements-b :test #'eql)))
          (t (cons nil (intersection elements-a elements-b :test #'eql))))))

(defun %invert-elements (a)
  (cons (not (car a)) (cdr a)))

;;; Conses

(defun %meet-products (a b)
  (let ((result '()))
    (dolist (x a (nreverse result))
      (dolist (y b)
        (let ((cars (%set-and (car x) (car y))))
          (unless (%set-empty-p cars)
            (let ((cdrs (%set-and (cdr x) (cdr y))))
              (unless (%set-empty-p cdrs)
                (push (cons cars cdrs) result)))))))))

(defun %invert-products (a)
  (let ((result (list (cons t t))))
    (dolist (product a result)
      (setq result (%meet-products result
                                   (list (cons (%set-not (car product)) t)
                                         (cons (car product) (%set-not (cdr product)))))))))

;;; Arrays

(defun %array-cell (kind simple)
  "Index in an array subset of the cell for arrays of KIND (see vector-data) that are SIMPLE or not."
  (+ (case kind
       ((t) 0)
       (character 2)
       (octet 4)
       (bit 6)
       (t 8))
     (if simple 1 0)))

(defun %map-cells (function a b)
  (let ((result (%make-vector +array-cells+ nil)))
    (dotimes (i +array-cells+ result)
      (%svset result i (funcall function (%svref a i) (%svref b i))))))

(defun %cells-empty-p (cells)
  (dotimes (i +array-cells+ t)
    (unless (%set-empty-p (%svref cells i)) (return nil))))

;;; Instances

(defun %class-ancestor-p (ancestor class)
  "Is the class or layout ANCESTOR CLASS itself or one of its supers?"
  (cond ((eq ancestor class) t)
        ((%layoutp ancestor) (and (%layoutp class) (%layout-ancestor-p ancestor class)))
        ((%layoutp class) (and (%layout-class class) (%subclassp (%layout-class class) ancestor)))
        (t (%subclassp class ancestor))))

(defun %structure-layout-p (class)
  (and (%layoutp class)
       (dolist (super (%layout-supers class) nil)
         (when (eq (%layout-name super) 'structure-object) (return t)))))

(defun %disjoint-classes-p (a b)
  "True if no class can ever inherit from both A and B."
  (and (or (%structure-layout-p a) (%structure-layout-p b))
       (not (%class-ancestor-p a b))
       (not (%class-ancestor-p b a))))

(defun %inhabited-p (class positive negative)
  "Does CLASS or a subclass of it that exists inherit from all classes in POSITIVE and from none in NEGATIVE?"
  (or (and (every (lambda (other) (%class-ancestor-p other class)) positive)
           (notany (lambda (other) (%class-ancestor-p other class)) negative))
      (some (lambda (subclass) (%inhabited-p subclass positive negative))
            (%class-direct-subclasses class))))

(defun %contradiction-p (positive negative)
  "True if nothing can be an instance of all classes in POSITIVE and of none in NEGATIVE. A class that DEFCLASS defined
has the subclasses that there are now (CLHS 4.2.2), a structure or condition type may get others."
  (let ((class (find-if-not #'%layoutp positive)))
    (if class
        (not (%inhabited-p class positive negative))
        (dolist (class positive nil)
          (when (or (dolist (other negative nil)
                      (when (%class-ancestor-p other class) (return t)))
                    (dolist (other positive nil)
                      (when (%disjoint-classes-p class other) (return t))))
            (return t))))))

(defun %meet-conjunctions (a b)
  (let ((result '()))
    (dolist (x a (nreverse result))
      (dolist (y b)
        (let ((positive (union (car x) (car y) :test #'eq))
              (negative (union (cdr x) (cdr y) :test #'eq)))
          (unless (%contradiction-p positive negative)
            (push (cons positive negative) result)))))))

(defun %invert-conjunctions (a)
  (let ((result (list (cons '() '()))))
    (dolist (conjunction a result)
      (setq result
            (%meet-conjunctions result
                                (append (mapcar (lambda (class) (cons '() (list class))) (car conjunction))
                                        (mapcar (lambda (class) (cons (list class) '())) (cdr conjunction))))))))

;;; Kingdoms

(defun %whole-kingdom (kingdom)
  (cond ((%fix<= kingdom 6) (list t))
        ((eql kingdom 7) +complex-all+)
        ((eql kingdom 8) +functions-all+)
        ((eql kingdom 9) (list (cons t t)))
        ((eql kingdom 10) (%make-vector +array-cells+ t))
        (t (list (cons '() '())))))

(defun %no-kingdom (kingdom)
  (cond ((%fix<= kingdom 6) (list nil))
        ((%fix<= kingdom 8) 0)
        ((eql kingdom 10) (%make-vector +array-cells+ nil))
        (t '())))

(defun %meet (kingdom a b)
  "Intersection of the subsets A and B of KINGDOM."
  (cond ((%fix<= kingdom 4) (%merge-cuts a b t))
        ((%fix<= kingdom 6) (%meet-elements a b))
        ((%fix<= kingdom 8) (logand a b))
        ((eql kingdom 9) (%meet-products a b))
        ((eql kingdom 10) (%map-cells #'%set-and a b))
        (t (%meet-conjunctions a b))))

(defun %join (kingdom a b)
  "Union of the subsets A and B of KINGDOM."
  (cond ((%fix<= kingdom 4) (%merge-cuts a b nil))
        ((%fix<= kingdom 6) (%invert-elements (%meet-elements (%invert-elements a) (%invert-elements b))))
        ((%fix<= kingdom 8) (logior a b))
        ((eql kingdom 10) (%map-cells #'%set-or a b))
        (t (append a b))))

(defun %invert (kingdom a)
  "Complement of the subset A in KINGDOM."
  (cond ((%fix<= kingdom 6) (%invert-elements a))
        ((eql kingdom 7) (logxor a +complex-all+))
        ((eql kingdom 8) (logxor a +functions-all+))
        ((eql kingdom 9) (%invert-products a))
        ((eql kingdom 10) (%map-cells (lambda (x y) (declare (ignore y)) (%set-not x)) a a))
        (t (%invert-conjunctions a))))

(defun %kingdom-empty-p (kingdom a)
  (cond ((eql kingdom 1) (%ratio-cuts-empty-p a))
        ((%fix<= kingdom 6) (and (not (car a)) (null (cdr a))))
        ((%fix<= kingdom 8) (eql a 0))
        ((eql kingdom 10) (%cells-empty-p a))
        (t (null a))))

;;; Sets

(defun %kingdom-set (kingdom subset)
  "The set that is SUBSET of KINGDOM."
  (let ((set (%make-vector +kingdoms+ nil)))
    (dotimes (i +kingdoms+ set)
      (%svset set i (if (eql i kingdom) subset (%no-kingdom i))))))

(defun %map-kingdoms (function a b)
  (let ((set (%make-vector +kingdoms+ nil)))
    (dotimes (i +kingdoms+ set)
      (%svset set i (funcall function i (%svref a i) (%svref b i))))))

(defun %set-and (a b)
  "Intersection of two sets."
  (cond ((or (null a) (null b)) nil)
        ((eq a t) b)
        ((eq b t) a)
        (t (%map-kingdoms #'%meet a b))))

(defun %set-or (a b)
  "Union of two sets."
  (cond ((or (eq a t) (eq b t)) t)
        ((null a) b)
        ((null b) a)
        (t (%map-kingdoms #'%join a b))))

(defun %set-not (a)
  "Complement of a set."
  (cond ((null a) t)
        ((eq a t) nil)
        (t (%map-kingdoms (lambda (kingdom x y) (declare (ignore y)) (%invert kingdom x)) a a))))

(defun %set-empty-p (a)
  (cond ((null a) t)
        ((eq a t) nil)
        (t (dotimes (i +kingdoms+ t)
             (unless (%kingdom-empty-p i (%svref a i)) (return nil))))))

(defun %subset-p (a b)
  (%set-empty-p (%set-and a (%set-not b))))
