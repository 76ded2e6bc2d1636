;;;; MEMBER and ADJOIN.
;;;;
;;;; Here and in the other files on lists and sequences, functions with keyword arguments that are called often are
;;;; inline: a call becomes one of a function with plain arguments, and no keywords are looked up at run time.

(in-package "CLYSM.LIBRARY")

(defun %member-eq (item list)
  "The tail of LIST that starts with ITEM, compared by EQ."
  (do-cells (cell list)
    (when (eq item (%car cell)) (return cell))))

(defun %member-if (matcher list)
  "The tail of LIST that starts with the first element that MATCHER accepts."
  (do-cells (cell list)
    (when (funcall matcher (%car cell)) (return cell))))

(defun %member (item list key test test-not)
  "MEMBER with plain arguments."
  (if (and (null key) (null test-not) (%eq-test-p test item))
      (%member-eq item list)
      (%member-if (%element-matcher item test test-not key) list)))

(declaim (inline member member-if member-if-not adjoin))

(defun member (item list &key key test test-not)
  "The tail of LIST that starts with the first element that matches ITEM."
  (%member item list key test test-not))

(defun member-if (predicate list &key key)
  "The tail of LIST that starts with the first element that satisfies PREDICATE."
  (%member-if (%predicate-matcher predicate key) list))

(defun member-if-not (predicate list &key key)
  "The tail of LIST that starts with the first element that does not satisfy PREDICATE."
  (%member-if (%complement-matcher predicate key) list))

(defun %adjoin (item list key test test-not)
  "ADJOIN with plain arguments."
  (if (%member (if key (funcall key item) item) list key test test-not)
      list
      (cons item list)))

(defun adjoin (item list &key key test test-not)
  "LIST, with ITEM in front unless an element matches the key of ITEM."
  (%adjoin item list key test test-not))
