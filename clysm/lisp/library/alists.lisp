;;;; Association lists. An element of one is a cons (key . datum) or NIL, which is skipped.

(in-package "CLYSM.LIBRARY")

(defun acons (key datum alist)
  "ALIST with (KEY . DATUM) in front."
  (cons (cons key datum) alist))

(defun %assoc-eq (item alist)
  "The first entry of ALIST whose key is EQ to ITEM."
  (do-cells (cell alist)
    (let ((entry (%car cell)))
      (when (and (eq item (car entry)) entry)
        (return entry)))))

(defun %assoc-if (matcher alist)
  "The first entry of ALIST whose key MATCHER accepts."
  (do-cells (cell alist)
    (let ((entry (%car cell)))
      (when (and entry (funcall matcher (car entry)))
        (return entry)))))

(defun %rassoc-if (matcher alist)
  "The first entry of ALIST whose datum MATCHER accepts."
  (do-cells (cell alist)
    (let ((entry (%car cell)))
      (when (and entry (funcall matcher (cdr entry)))
        (return entry)))))

(defun %assoc (item alist key test test-not)
  "ASSOC with plain arguments."
  (if (and (null key) (null test-not) (%eq-test-p test item))
      (%assoc-eq item alist)
      (%assoc-if (%element-matcher item test test-not key) alist)))

(declaim (inline assoc assoc-if assoc-if-not rassoc rassoc-if rassoc-if-not))

(defun assoc (item alist &key key test test-not)
  "The first entry of ALIST whose key matches ITEM."
  (%assoc item alist key test test-not))

(defun assoc-if (predicate alist &key key)
  "The first entry of ALIST whose key satisfies PREDICATE."
  (%assoc-if (%predicate-matcher predicate key) alist))

(defun assoc-if-not (predicate alist &key key)
  "The first entry of ALIST whose key does not satisfy PREDICATE."
  (%assoc-if (%complement-matcher predicate key) alist))

(defun rassoc (item alist &key key test test-not)
  "The first entry of ALIST whose datum matches ITEM."
  (%rassoc-if (%element-matcher item test test-not key) alist))

(defun rassoc-if (predicate alist &key key)
  "The first entry of ALIST whose datum satisfies PREDICATE."
  (%rassoc-if (%predicate-matcher predicate key) alist))

(defun rassoc-if-not (predicate alist &key key)
  "The first entry of ALIST whose datum does not satisfy PREDICATE."
  (%rassoc-if (%complement-matcher predicate key) alist))

(defun pairlis (keys data &optional alist)
  "ALIST with the pairs of corresponding elements of KEYS and DATA in front, in their order."
  (let* ((head (cons nil nil))
         (end head)
         (rest data))
    (do-cells (cell keys)
      (unless (listp rest) (%wrong-type rest 'list))
      (when (null rest)
        (error 'simple-error :format-control "pairlis: there are more keys than data" :format-arguments nil))
      (setq end (%set-cdr end (cons (cons (%car cell) (%car rest)) nil))
            rest (%cdr rest)))
    (when rest
      (error 'simple-error :format-control "pairlis: there are more data than keys" :format-arguments nil))
    (%set-cdr end alist)
    (%cdr head)))

(defun copy-alist (alist)
  "A copy of ALIST and of its entries."
  (let* ((head (cons nil nil))
         (end head))
    (do-cells (cell alist (%cdr head))
      (let ((entry (%car cell)))
        (setq end (%set-cdr end (cons (if (consp entry) (cons (%car entry) (%cdr entry)) entry)
                                      nil)))))))
