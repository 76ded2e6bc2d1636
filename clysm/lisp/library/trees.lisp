;;;; Conses as binary trees: copying, comparing, substituting (CLHS 14).

(in-package "CLYSM.LIBRARY")

(defun copy-tree (tree)
  "A copy of all conses of TREE."
  (if (consp tree)
      (let* ((head (cons (copy-tree (%car tree)) nil))
             (end head))
        (loop
          (setq tree (%cdr tree))
          (unless (consp tree)
            (%set-cdr end tree)
            (return head))
          (setq end (%set-cdr end (cons (copy-tree (%car tree)) nil)))))
      tree))

(defun tree-equal (tree-1 tree-2 &key test test-not)
  "True if both trees have the same shape and matching leaves."
  (%tree-equal tree-1 tree-2 (%pair-matcher test test-not nil)))

(defun %tree-equal (tree-1 tree-2 matcher)
  (loop
    (unless (consp tree-1)
      (return (and (not (consp tree-2)) (if (funcall matcher tree-1 tree-2) t nil))))
    (unless (and (consp tree-2) (%tree-equal (%car tree-1) (%car tree-2) matcher))
      (return nil))
    (setq tree-1 (%cdr tree-1)
          tree-2 (%cdr tree-2))))

;;; SUBST: all subtrees that match are replaced by one object.

(defun %subst (new matcher tree)
  "TREE with NEW for each subtree that MATCHER accepts; unchanged parts are shared."
  (cond ((funcall matcher tree) new)
        ((consp tree)
         (let ((head (%subst new matcher (%car tree)))
               (tail (%subst new matcher (%cdr tree))))
           (if (and (eq head (%car tree)) (eq tail (%cdr tree)))
               tree
               (cons head tail))))
        (t tree)))

(defun %nsubst (new matcher tree)
  "%SUBST in place."
  (cond ((funcall matcher tree) new)
        ((consp tree)
         (let ((cell tree))
           (loop                                 ; along the CDRs, so that long lists need no stack
             (%set-car cell (%nsubst new matcher (%car cell)))
             (let ((next (%cdr cell)))
               (cond ((funcall matcher next) (%set-cdr cell new) (return tree))
                     ((consp next) (setq cell next))
                     (t (return tree)))))))
        (t tree)))

(defun subst (new old tree &key key test test-not)
  "TREE with NEW for each subtree that OLD matches."
  (%subst new (%element-matcher old test test-not key) tree))

(defun subst-if (new predicate tree &key key)
  "TREE with NEW for each subtree that satisfies PREDICATE."
  (%subst new (%predicate-matcher predicate key) tree))

(defun subst-if-not (new predicate tree &key key)
  "TREE with NEW for each subtree that does not satisfy PREDICATE."
  (%subst new (%complement-matcher predicate key) tree))

(defun nsubst (new old tree &key key test test-not)
  "SUBST in place."
  (%nsubst new (%element-matcher old test test-not key) tree))

(defun nsubst-if (new predicate tree &key key)
  "SUBST-IF in place."
  (%nsubst new (%predicate-matcher predicate key) tree))

(defun nsubst-if-not (new predicate tree &key key)
  "SUBST-IF-NOT in place."
  (%nsubst new (%complement-matcher predicate key) tree))

;;; SUBLIS: an association list says what replaces what. The test gets the key of the subtree, then that of the entry.

(defun %alist-finder (alist test test-not key)
  "A function of a subtree: the entry of ALIST that it matches."
  (%check-tests test test-not)
  (let ((key (%key key)))
    (lambda (subtree)
      (assoc (if key (funcall key subtree) subtree) alist :test test :test-not test-not))))

(defun %sublis (finder tree)
  "TREE with the datum of the entry for each subtree that FINDER has one for; unchanged parts are shared."
  (let ((entry (funcall finder tree)))
    (cond (entry (cdr entry))
          ((consp tree)
           (let ((head (%sublis finder (%car tree)))
                 (tail (%sublis finder (%cdr tree))))
             (if (and (eq head (%car tree)) (eq tail (%cdr tree)))
                 tree
                 (cons head tail))))
          (t tree))))

(defun sublis (alist tree &key key test test-not)
  "TREE with the datum of the matching entry of ALIST for each subtree that has one."
  (%sublis (%alist-finder alist test test-not key) tree))

(defun %nsublis (finder tree)
  "%SUBLIS in place."
  (let ((entry (funcall finder tree)))
    (cond (entry (cdr entry))
          ((consp tree)
           (%set-car tree (%nsublis finder (%car tree)))
           (%set-cdr tree (%nsublis finder (%cdr tree)))
           tree)
          (t tree))))

(defun nsublis (alist tree &key key test test-not)
  "SUBLIS in place."
  (%nsublis (%alist-finder alist test test-not key) tree))
