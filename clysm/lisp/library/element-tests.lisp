;;;; The :TEST, :TEST-NOT and :KEY arguments of lists and sequences (CLHS 17.2), as one function of one or two elements.
;;;;
;;;; A public function turns its arguments into a MATCHER once; its worker then takes the matcher and plain positions.

(in-package "CLYSM.LIBRARY")

(defun %key (key)
  "KEY as a function, NIL if it is the identity."
  (if (or (eq key #'identity) (eq key 'identity)) nil key))

(declaim (inline %eq-function-p %eql-function-p))
(defun %eq-function-p (test) (or (eq test #'eq) (eq test 'eq)))
(defun %eql-function-p (test) (or (null test) (eq test #'eql) (eq test 'eql)))

(defun %eq-test-p (test item)
  "True if comparing ITEM with anything by TEST (NIL means EQL) is the same as by EQ."
  (cond ((%eql-function-p test) (%eq-comparable-p item))
        ((%eq-function-p test) t)
        ((or (eq test #'equal) (eq test 'equal))
         (or (symbolp item) (%fixnump item) (characterp item)))))

(defun %check-tests (test test-not)
  "Refuse that both TEST and TEST-NOT are given."
  (when (and test test-not)
    (error 'simple-error :format-control "both :test and :test-not are given" :format-arguments nil)))

(defun %element-matcher (item test test-not key)
  "A function of an element: does ITEM match it? TEST is called with ITEM first."
  (%check-tests test test-not)
  (let ((key (%key key)))
    (cond (test-not
           (if key
               (lambda (x) (not (funcall test-not item (funcall key x))))
               (lambda (x) (not (funcall test-not item x)))))
          ((%eq-test-p test item)
           (if key
               (lambda (x) (eq item (funcall key x)))
               (lambda (x) (eq item x))))
          (t
           (let ((test (or test #'eql)))
             (if key
                 (lambda (x) (funcall test item (funcall key x)))
                 (lambda (x) (funcall test item x))))))))

(defun %predicate-matcher (predicate key)
  "A function of an element: does PREDICATE hold of its key?"
  (let ((key (%key key)))
    (if key
        (lambda (x) (funcall predicate (funcall key x)))
        predicate)))

(defun %complement-matcher (predicate key)
  "A function of an element: does PREDICATE fail for its key?"
  (let ((key (%key key)))
    (if key
        (lambda (x) (not (funcall predicate (funcall key x))))
        (lambda (x) (not (funcall predicate x))))))

(defun %pair-matcher (test test-not key)
  "A function of two elements: do their keys match?"
  (%check-tests test test-not)
  (let ((key (%key key))
        (test (or test #'eql)))
    (cond ((and test-not key)
           (lambda (a b) (not (funcall test-not (funcall key a) (funcall key b)))))
          (test-not (lambda (a b) (not (funcall test-not a b))))
          (key (lambda (a b) (funcall test (funcall key a) (funcall key b))))
          (t test))))
