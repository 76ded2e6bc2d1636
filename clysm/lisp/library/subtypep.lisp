;;;; SUBTYPEP: from type specifiers to sets, and the decision.

(in-package "CLYSM.LIBRARY")

;;; What a type specifier means is enclosed between two sets, a lower and an upper bound; they are the same set unless
;;; the type depends on a predicate or on an object that the sets cannot single out.

(defun %exactly (set)
  (values set set))

(defun %at-most (set)
  (values nil set))

;;; Numbers

(defun %finite-float-p (float)
  (if (%singlep float) (%finite-single-p float) (%finite-double-p float)))

(defun %finite-bound (bound)
  "The rational value of BOUND, a real, a list of one, or *; NIL for none or an infinity."
  (let ((number (if (consp bound) (car bound) bound)))
    (cond ((eq number '*) nil)
          ((rationalp number) number)
          ((not (%finite-float-p number)) nil)
          (t (rational number)))))

(defun %interval (low high)
  "Cuts for the reals from LOW to HIGH, bounds as in a type specifier."
  (let* ((low-value (%finite-bound low))
         (high-value (%finite-bound high))
         (cuts (if high-value (list (cons high-value (if (consp high) 0 1))) '())))
    (cond ((null low-value) (cons t cuts))
          (t (let ((cut (cons low-value (if (consp low) 1 0))))
               (if (and cuts (not (%cut< cut (car cuts))))
                   (list nil)
                   (list* nil cut cuts)))))))

(defun %integer-interval (low high)
  "Cuts for the integers from LOW to HIGH, bounds as in a type specifier: each just below an integer."
  (let* ((low-value (%finite-bound low))
         (high-value (%finite-bound high))
         (first (cond ((null low-value) nil)
                      ((consp low) (+ 1 (floor low-value)))
                      (t (ceiling low-value))))
         (end (cond ((null high-value) nil)
                    ((consp high) (ceiling high-value))
                    (t (+ 1 (floor high-value)))))
         (cuts (if end (list (cons end 0)) '())))
    (cond ((null first) (cons t cuts))
          ((and end (<= end first)) (list nil))
          (t (list* nil (cons first 0) cuts)))))

(defun %integers (low high)
  (%kingdom-set 0 (%integer-interval low high)))

(defun %rationals (low high)
  (%set-or (%integers low high)
           (%kingdom-set 1 (%interval low high))))

(defun %floats (kingdom low high)
  (%kingdom-set kingdom (%interval low high)))

(defun %number-set (name low high)
  "The numbers of the type (NAME LOW HIGH)."
  (case name
    (integer (%integers low high))
    (rational (%rationals low high))
    ((single-float short-float) (%floats 2 low high))
    ((double-float long-float) (%floats 3 low high))
    (float (%set-or (%floats 2 low high) (%floats 3 low high)))
    (t (%set-or (%rationals low high)
                (%set-or (%floats 2 low high) (%floats 3 low high))))))

(defun %byte-set (name size type)
  "The integers of the type (NAME SIZE), NAME one of MOD, UNSIGNED-BYTE, SIGNED-BYTE."
  (cond ((eq size '*) (%integers (if (eq name 'signed-byte) '* 0) '*))
        ((not (and (integerp size) (< 0 size))) (%bad-type-arguments type))
        (t (case name
             (mod (%integers 0 (- size 1)))
             (unsigned-byte (%integers 0 (- (ash 1 size) 1)))
             (t (%integers (- (ash 1 (- size 1))) (- (ash 1 (- size 1)) 1)))))))

(defun %complex-set (part)
  "The complex numbers whose parts may be of the type PART."
  (multiple-value-bind (lower upper) (if (eq part '*) (%exactly t) (%type-bounds part))
    (declare (ignore lower))
    (flet ((bit-if (bit set)
             (if (%set-empty-p (%set-and upper set)) 0 bit)))
      (%kingdom-set 7 (logior (bit-if +complex-rational+ (%rationals '* '*))
                              (bit-if +complex-single+ (%floats 2 '* '*))
                              (bit-if +complex-double+ (%floats 3 '* '*)))))))

;;; Characters and symbols

(defun %characters (&rest codes)
  "The characters from the first of CODES up to but not including the second, from the third ..."
  (let ((cuts '()))
    (dolist (code codes)
      (push (cons code 0) cuts))
    (%kingdom-set 4 (cons nil (nreverse cuts)))))

(defun %symbols (&rest symbols)
  "The SYMBOLS, which are not keywords."
  (%kingdom-set 6 (cons nil symbols)))

(defun %all-keywords ()
  (%kingdom-set 5 (%whole-kingdom 5)))

;;; Conses and arrays

(defun %product (cars cdrs)
  (%kingdom-set 9 (if (or (%set-empty-p cars) (%set-empty-p cdrs))
                      '()
                      (list (cons cars cdrs)))))

(defun %dimension-lists (dimensions)
  "The set of the dimension lists that DIMENSIONS, as in an array type, describes."
  (cond ((eq dimensions '*) t)
        ((integerp dimensions) (%dimension-lists (make-list dimensions :initial-element '*)))
        ((null dimensions) (%symbols nil))
        (t (%product (if (eq (car dimensions) '*)
                         (%integers 0 '*)
                         (%integers (car dimensions) (car dimensions)))
                     (%dimension-lists (cdr dimensions))))))

(defun %array-set (kind dimensions simple)
  "The arrays of KIND (* for any) and DIMENSIONS; only simple arrays if SIMPLE."
  (let ((cells (%make-vector +array-cells+ nil))
        (lists (%dimension-lists dimensions)))
    (dolist (each '(t character octet bit double-float))
      (when (or (eq kind '*) (eq kind each))
        (%svset cells (%array-cell each t) lists)
        (unless simple
          (%svset cells (%array-cell each nil) lists))))
    (%kingdom-set 10 cells)))

(defun %array-type-set (name arguments)
  "The arrays of the type (NAME . ARGUMENTS)."
  (let* ((first (%argument arguments 0))
         (second (%argument arguments 1))
         (rank-one (list first)))
    (case name
      ((array simple-array)
       (%array-set (%kind-or-any first) second (eq name 'simple-array)))
      (vector (%array-set (%kind-or-any first) (list second) nil))
      (simple-vector (%array-set t rank-one t))
      ((string base-string) (%array-set 'character rank-one nil))
      ((simple-string simple-base-string) (%array-set 'character rank-one t))
      (bit-vector (%array-set 'bit rank-one nil))
      (t (%array-set 'bit rank-one t)))))

(defun %kind-or-any (element-type)
  (if (eq element-type '*) '* (%element-type-kind element-type)))

;;; Single objects

(defun %point (kingdom value)
  (%kingdom-set kingdom (list nil (cons value 0) (cons value 1))))

(defun %float-bounds (kingdom float)
  "A float alone; the two zeros have the same place among the cuts, infinities and NaN have none."
  (cond ((not (%finite-float-p float)) (%at-most (%floats kingdom '* '*)))
        ((zerop float) (%at-most (%point kingdom 0)))
        (t (%exactly (%point kingdom (rational float))))))

(defun %object-bounds (object)
  "Bounds of the set of which OBJECT is the only element."
  (cond ((integerp object) (%exactly (%integers object object)))
        ((rationalp object) (%exactly (%point 1 object)))
        ((%singlep object) (%float-bounds 2 object))
        ((%doublep object) (%float-bounds 3 object))
        ((characterp object) (%exactly (%characters (char-code object) (+ 1 (char-code object)))))
        ((symbolp object) (%exactly (%kingdom-set (if (keywordp object) 5 6) (list nil object))))
        ((numberp object) (%at-most (%complex-set (type-of (realpart object)))))
        ((consp object) (%at-most (%product t t)))
        ((arrayp object)
         (%at-most (%array-set (%array-kind-of object) (array-dimensions object) (%simple-array-p object))))
        ((functionp object) (%at-most (%kingdom-set 8 +functions-all+)))
        (t (%at-most (%kingdom-set 11 (%whole-kingdom 11))))))

(defun %zeros-bounds (elements)
  "Bounds of the float zeros of the formats of which both zeros are in ELEMENTS."
  (let ((set nil))
    (when (and (member 0.0f0 elements :test #'eql) (member -0.0f0 elements :test #'eql))
      (setq set (%set-or set (%point 2 0))))
    (when (and (member 0.0d0 elements :test #'eql) (member -0.0d0 elements :test #'eql))
      (setq set (%set-or set (%point 3 0))))
    (%exactly set)))

(defun %member-bounds (elements)
  (multiple-value-bind (lower upper) (%zeros-bounds elements)
    (dolist (element elements (values lower upper))
      (multiple-value-bind (element-lower element-upper) (%object-bounds element)
        (setq lower (%set-or lower element-lower))
        (setq upper (%set-or upper element-upper))))))

;;; Type specifiers

(defun %class-set (class)
  (%exactly (%kingdom-set 11 (list (cons (list class) '())))))

(defun %defined-name-bounds (name)
  "Bounds of the type NAME, which a program has defined; all objects may be of a type that is not known."
  (let ((class (%type-cell name)))
    (cond ((%layoutp class) (%class-set class))
          ((%classp class) (%class-set class))
          ((%type-expander name) (%type-bounds (%expand-type name)))
          (t (%at-most t)))))

(defun %name-bounds (name)
  (case name
    ((t) (%exactly t))
    ((nil) (%exactly nil))
    (symbol (%exactly (%set-or (%all-keywords) (%kingdom-set 6 (%whole-kingdom 6)))))
    (keyword (%exactly (%all-keywords)))
    (null (%exactly (%symbols nil)))
    (boolean (%exactly (%symbols nil t)))
    (cons (%exactly (%product t t)))
    (list (%exactly (%set-or (%symbols nil) (%product t t))))
    (atom (%exactly (%set-not (%product t t))))
    (sequence (%exactly (%set-or (%set-or (%symbols nil) (%product t t))
                                 (%array-set '* '(*) nil))))
    ((integer rational real float single-float double-float short-float long-float)
     (%exactly (%number-set name '* '*)))
    ((unsigned-byte signed-byte) (%exactly (%byte-set name '* name)))
    (fixnum (%exactly (%integers -536870912 536870911)))
    (bignum (%exactly (%set-and (%integers '* '*) (%set-not (%integers -536870912 536870911)))))
    (bit (%exactly (%integers 0 1)))
    (ratio (%exactly (%kingdom-set 1 (%interval '* '*))))
    (complex (%exactly (%complex-set '*)))
    (number (%exactly (%set-or (%number-set 'real '* '*) (%complex-set '*))))
    ((character base-char) (%exactly (%kingdom-set 4 (%whole-kingdom 4))))
    (standard-char (%exactly (%characters 10 11 32 127)))
    (extended-char (%exactly nil))
    ((function compiled-function) (%exactly (%kingdom-set 8 +functions-all+)))
    (generic-function (%exactly (%kingdom-set 8 +generic-functions+)))
    (standard-generic-function (%exactly (%kingdom-set 8 +standard-generic-functions+)))
    ((array simple-array vector simple-vector string base-string simple-string simple-base-string bit-vector
      simple-bit-vector)
     (%exactly (%array-type-set name '())))
    ((and or not member eql satisfies values mod) (%bad-type-arguments name))
    (t (%defined-name-bounds name))))

(defun %and-bounds (types)
  (let ((lower t) (upper t))
    (dolist (type types (values lower upper))
      (multiple-value-bind (type-lower type-upper) (%type-bounds type)
        (setq lower (%set-and lower type-lower))
        (setq upper (%set-and upper type-upper))))))

(defun %or-bounds (types)
  (let ((lower nil) (upper nil))
    (dolist (type types (values lower upper))
      (multiple-value-bind (type-lower type-upper) (%type-bounds type)
        (setq lower (%set-or lower type-lower))
        (setq upper (%set-or upper type-upper))))))

(defun %part-bounds (type)
  (if (eq type '*) (%exactly t) (%type-bounds type)))

(defun %cons-bounds (cars cdrs)
  (multiple-value-bind (car-lower car-upper) (%part-bounds cars)
    (multiple-value-bind (cdr-lower cdr-upper) (%part-bounds cdrs)
      (values (%product car-lower cdr-lower)
              (%product car-upper cdr-upper)))))

(defun %function-bounds (arguments)
  "Bounds of (function . ARGUMENTS): what a function accepts and returns is not known."
  (if (and (eq (%argument arguments 0) '*) (eq (%argument arguments 1) '*))
      (%name-bounds 'function)
      (%at-most (%kingdom-set 8 +functions-all+))))

(defun %compound-bounds (type)
  (let* ((name (car type))
         (arguments (cdr type))
         (first (%argument arguments 0)))
    (case name
      ((and) (%and-bounds arguments))
      ((or) (%or-bounds arguments))
      ((not) (multiple-value-bind (lower upper) (%type-bounds first)
               (values (%set-not upper) (%set-not lower))))
      ((member) (%member-bounds arguments))
      ((eql) (%member-bounds (list first)))
      ((satisfies) (%at-most t))
      ((cons) (%cons-bounds first (%argument arguments 1)))
      ((integer rational real float single-float double-float short-float long-float)
       (%exactly (%number-set name first (%argument arguments 1))))
      ((mod unsigned-byte signed-byte) (%exactly (%byte-set name first type)))
      ((complex) (%exactly (%complex-set first)))
      ((array simple-array vector simple-vector string base-string simple-string simple-base-string bit-vector
        simple-bit-vector)
       (%exactly (%array-type-set name arguments)))
      ((function) (%function-bounds arguments))
      ((values) (error 'simple-error :format-control "~S has no subtypes" :format-arguments (list type)))
      (t (multiple-value-bind (expansion found) (%expand-type type)
           (cond (found (%type-bounds expansion))
                 ((and (null arguments) (symbolp name)) (%name-bounds name))
                 (t (%unknown-type type))))))))

(defun %type-bounds (type)
  "The lower and the upper bound of TYPE, a type specifier or class."
  (cond ((symbolp type) (%name-bounds type))
        ((consp type) (%compound-bounds type))
        ((%classp type) (%class-bounds type))
        (t (%unknown-type type))))

(defun %class-bounds (class)
  "Bounds of the instances of CLASS: by its name, if that is of a built-in type."
  (if (%structurep class 'built-in-class)
      (%name-bounds (%class-name class))
      (%class-set (or (%class-layout class) class))))

;;; The decision

(defun %elements-of-type (type)
  "If TYPE is a MEMBER or EQL type, its elements and T, else NIL and NIL."
  (cond ((not (consp type)) (values nil nil))
        ((eq (car type) 'member) (values (cdr type) t))
        ((eq (car type) 'eql) (values (list (%argument (cdr type) 0)) t))
        (t (values nil nil))))

(defun %same-specifier-p (a b)
  "Are the type specifiers A and B built alike? What MEMBER and EQL list has to be the same objects."
  (cond ((eql a b) t)
        ((not (and (consp a) (consp b))) nil)
        ((member (car a) '(member eql))
         (and (eq (car a) (car b)) (= (length a) (length b)) (every #'eql a b)))
        (t (and (%same-specifier-p (car a) (car b))
                (%same-specifier-p (cdr a) (cdr b))))))

(defun %subtype-by-bounds (type-1 type-2)
  (multiple-value-bind (lower-1 upper-1) (%type-bounds type-1)
    (multiple-value-bind (lower-2 upper-2) (%type-bounds type-2)
      (cond ((%subset-p upper-1 lower-2) (values t t))
            ((%subset-p lower-1 upper-2) (values nil nil))
            ;; some object is certainly of TYPE-1 and certainly not of TYPE-2
            (t (values nil t))))))

(defun subtypep (type-1 type-2 &optional environment)
  "Two booleans: is TYPE-1 a subtype of TYPE-2, and is that certain?  NIL NIL says that it is not known."
  (declare (ignore environment))
  (multiple-value-bind (elements enumerated) (%elements-of-type type-1)
    (cond ((%same-specifier-p type-1 type-2) (values t t))
          ((and enumerated (not (and (consp type-2) (member (car type-2) '(function values)))))
           (values (%every-element-p elements type-2) t))
          (t (%subtype-by-bounds type-1 type-2)))))

(defun %every-element-p (elements type)
  (dolist (element elements t)
    (unless (%typep element type) (return nil))))
