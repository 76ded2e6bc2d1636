;;;; MAKE-ARRAY and VECTOR.

(in-package "CLYSM.LIBRARY")

(defun %check-dimension (dimension)
  (if (and (%fixnump dimension) (%fix<= 0 dimension) (%fix< dimension array-dimension-limit))
      dimension
      (%wrong-type dimension (list 'integer 0 (list array-dimension-limit)))))

(defun %dimension-list (dimensions)
  "DIMENSIONS, an integer or a list of integers, as a checked fresh list."
  (if (listp dimensions)
      (let ((result nil))
        (do-cells (cell dimensions)
          (setq result (cons (%check-dimension (%car cell)) result)))
        (unless (< (length result) array-rank-limit)
          (%wrong-type (length result) (list 'integer 0 (list array-rank-limit))))
        (nreverse result))
      (list (%check-dimension dimensions))))

(defun %dimensions-size (dimensions)
  "The product of DIMENSIONS, which must be under ARRAY-TOTAL-SIZE-LIMIT."
  (let ((size 1))
    (do-cells (cell dimensions)
      (setq size (* size (%car cell))))
    (if (< size array-total-size-limit)
        size
        (%wrong-type size (list 'integer 0 (list array-total-size-limit))))))

(defun %fill-with-contents (data index dimensions contents)
  "Store CONTENTS, sequences nested as deep as DIMENSIONS is long, from INDEX on. Returns the index after them."
  (cond ((null dimensions)
         (%data-set data index contents)
         (%fix+ index 1))
        ((not (eql (length contents) (%car dimensions)))
         (error 'simple-error
                :format-control "initial contents of length ~s where the dimension is ~s"
                :format-arguments (list (length contents) (%car dimensions))))
        (t
         (map nil
              (lambda (part)
                (setq index (%fill-with-contents data index (%cdr dimensions) part)))
              contents)
         index)))

(defun %checked-fill-pointer (fill-pointer dimensions size)
  "The fill pointer that the argument FILL-POINTER of MAKE-ARRAY or ADJUST-ARRAY asks for, or NIL."
  (cond ((null fill-pointer) nil)
        ((or (null dimensions) (%cdr dimensions))
         (error 'simple-error :format-control "only vectors have a fill pointer" :format-arguments nil))
        ((eq fill-pointer t) size)
        ((and (%fixnump fill-pointer) (%fix<= 0 fill-pointer) (%fix<= fill-pointer size)) fill-pointer)
        (t (%wrong-type fill-pointer (list 'or 'boolean (list 'integer 0 size))))))

(defun %check-displacement (target offset size kind)
  "Refuse to displace an array of KIND and SIZE elements to TARGET at OFFSET unless it has room and the same kind."
  (unless (eq (%array-kind-of target) kind)
    (%wrong-type target (list 'array (%kind-element-type kind))))
  (unless (and (%fixnump offset) (%fix<= 0 offset) (<= (+ offset size) (array-total-size target)))
    (error 'simple-error
           :format-control "~s elements at offset ~s do not fit into an array of ~s elements"
           :format-arguments (list size offset (array-total-size target)))))

(defun make-array (dimensions &key (element-type t) (initial-element nil element-p) (initial-contents nil contents-p)
                                adjustable fill-pointer displaced-to (displaced-index-offset 0))
  "An array of DIMENSIONS (an integer or a list of integers).
ELEMENT-TYPE is upgraded as by UPGRADED-ARRAY-ELEMENT-TYPE. Without initial values the elements are NIL, 0, 0.0 or
the character of code 0. Bad dimensions and elements are TYPE-ERRORs, options that exclude each other are ERRORs."
  (when (if element-p (or contents-p displaced-to) (and contents-p displaced-to))
    (error 'simple-error
           :format-control "only one of :initial-element, :initial-contents and :displaced-to can be given"
           :format-arguments nil))
  (let ((kind (%element-type-kind element-type)))
    (if (and (%fixnump dimensions) (not adjustable) (not fill-pointer) (not displaced-to))
        (%make-simple-array kind (%check-dimension dimensions) initial-element element-p initial-contents contents-p)
        (let* ((dimensions (%dimension-list dimensions))
               (size (%dimensions-size dimensions))
               (fill (%checked-fill-pointer fill-pointer dimensions size)))
          (if displaced-to
              (progn
                (%check-displacement displaced-to displaced-index-offset size kind)
                (%make-array-object kind displaced-to displaced-index-offset dimensions size
                                    fill (if adjustable t nil) t))
              (let ((data (%make-data kind size)))
                (when element-p (%data-fill data 0 size initial-element))
                (when contents-p (%fill-with-contents data 0 dimensions initial-contents))
                (if (or adjustable fill-pointer (null dimensions) (%cdr dimensions))
                    (%make-array-object kind data 0 dimensions size fill (if adjustable t nil) nil)
                    data)))))))

(defun %make-simple-array (kind size element element-p contents contents-p)
  "A simple vector of SIZE elements."
  (if (eq kind t)
      (let ((data (%make-vector size element)))
        (when contents-p (%fill-with-contents data 0 (list size) contents))
        data)
      (let ((data (%make-data kind size)))
        (when element-p (%data-fill data 0 size element))
        (when contents-p (%fill-with-contents data 0 (list size) contents))
        data)))

(defun vector (&rest objects)
  "A simple vector of OBJECTS."
  (let* ((size (length objects))
         (vector (%make-vector size nil))
         (i 0))
    (do-cells (cell objects vector)
      (%svset vector i (%car cell))
      (setq i (%fix+ i 1)))))
