;;;; ADJUST-ARRAY and ARRAY-DISPLACEMENT.

(in-package "CLYSM.LIBRARY")

(defun array-displacement (array)
  "The array that ARRAY is displaced to and the offset there; NIL and 0 if it is not displaced."
  (cond ((and (%array-p array) (%array-displaced array))
         (values (%array-data array) (%array-offset array)))
        ((arrayp array) (values nil 0))
        (t (%wrong-type array 'array))))

(defun %copy-common-elements (from to)
  "Store the elements of FROM whose subscripts are valid for TO, an array of the same rank, there."
  (let* ((from-dimensions (array-dimensions from))
         (to-dimensions (array-dimensions to))
         (common (mapcar #'min from-dimensions to-dimensions)))
    (labels ((walk (axes from-rest to-rest from-index to-index)
               (if (null axes)
                   (setf (row-major-aref to to-index) (row-major-aref from from-index))
                   (dotimes (i (car axes))
                     (walk (cdr axes) (cdr from-rest) (cdr to-rest)
                           (+ (* from-index (car from-rest)) i)
                           (+ (* to-index (car to-rest)) i))))))
      (walk common from-dimensions to-dimensions 0 0))))

(defun %become-array (array new)
  "Turn ARRAY into the %ARRAY NEW."
  (setf (%array-data array) (%array-data new)
        (%array-offset array) (%array-offset new)
        (%array-dimensions array) (%array-dimensions new)
        (%array-size array) (%array-size new)
        (%array-fill array) (%array-fill new)
        (%array-displaced array) (%array-displaced new))
  array)

(defun %displaced-through-p (array target)
  "True if ARRAY is TARGET or displaced to it, over any number of steps."
  (loop
    (cond ((eq array target) (return t))
          ((and (%array-p array) (%array-displaced array)) (setq array (%array-data array)))
          (t (return nil)))))

(defun adjust-array (array dimensions &key (element-type t element-type-p) (initial-element nil element-p)
                                        (initial-contents nil contents-p) fill-pointer
                                        displaced-to (displaced-index-offset 0))
  "ARRAY with new DIMENSIONS and its old elements where the subscripts are still valid.
The array itself if it is adjustable, else a new one. With INITIAL-CONTENTS or DISPLACED-TO no old element is kept.
FILL-POINTER NIL keeps the fill pointer of ARRAY."
  (let* ((kind (%array-kind-of array))
         (dimensions (%dimension-list dimensions))
         (fill (%fill-vector-p array)))
    (unless kind (%wrong-type array 'array))
    (unless (= (length dimensions) (array-rank array))
      (error 'simple-error :format-control "the rank of an array can not be changed" :format-arguments nil))
    (when (and element-type-p (not (eq (%element-type-kind element-type) kind)))
      (error 'simple-error :format-control "an array of ~s has no elements of type ~s"
                           :format-arguments (list (array-element-type array) element-type)))
    (when (and fill-pointer (not fill))
      (%wrong-type array '(and vector (satisfies array-has-fill-pointer-p))))
    (when (%displaced-through-p displaced-to array)
      (error 'simple-error :format-control "an array can not be displaced to itself" :format-arguments nil))
    (let ((new (apply #'make-array dimensions
                      :element-type (%kind-element-type kind)
                      :fill-pointer (or fill-pointer fill)
                      :adjustable (adjustable-array-p array)
                      (append (if element-p (list :initial-element initial-element))
                              (if contents-p (list :initial-contents initial-contents))
                              (if displaced-to
                                  (list :displaced-to displaced-to
                                        :displaced-index-offset displaced-index-offset))))))
      (unless (or contents-p displaced-to)
        (%copy-common-elements array new))
      (if (adjustable-array-p array)
          (%become-array array new)
          new))))
