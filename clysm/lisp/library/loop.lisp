;;;; LOOP and LOOP-FINISH.

(in-package "CLYSM.LIBRARY")

(defmacro loop (&rest forms)
  "Run FORMS, all of them lists, again and again; or run the iteration that the LOOP clauses FORMS describe."
  (if (dolist (form forms t)
        (unless (consp form) (return nil)))
      `(block nil (tagbody %loop-next ,@forms (go %loop-next)))
      (%expand-loop forms)))

;;; Every extended LOOP has the tag %loop-end; the innermost one is meant.
(defmacro loop-finish ()
  "End the innermost LOOP with clauses as if a clause had ended it: run its FINALLY clauses and return its value."
  '(go %loop-end))
