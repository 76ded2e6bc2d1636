;;;; MAPCAR and its family: functions over corresponding elements or tails of lists.

(in-package "CLYSM.LIBRARY")

;;; The functions differ in what they pass (elements or tails) and in what they do with the results
;;; (collect, concatenate, drop). One list is the fast case; more lists go through %STEP-LISTS.

(defun %step-lists (lists tails-p)
  "The arguments of one step, elements or tails of LISTS; LISTS, a fresh list of tails, moves on.
Returns NIL at the end of the shortest list."
  (let ((arguments nil))
    (do-cells (cell lists (nreverse arguments))
      (let ((tail (%car cell)))
        (when (endp tail) (return nil))
        (setq arguments (cons (if tails-p tail (%car tail)) arguments))
        (%set-car cell (%cdr tail))))))

(defun %map-lists (function lists tails-p)
  "Call FUNCTION for each step through LISTS, for effect."
  (let ((lists (copy-list lists)))
    (loop
      (let ((arguments (%step-lists lists tails-p)))
        (when (null arguments) (return nil))
        (apply function arguments)))))

(defun %collect-lists (function lists tails-p)
  "The results of FUNCTION for each step through LISTS."
  (let ((results nil))
    (%map-lists (lambda (&rest arguments)
                  (setq results (cons (apply function arguments) results)))
                lists tails-p)
    (nreverse results)))

(defun %nconc-results (results)
  "Join the lists RESULTS as by NCONC."
  (apply #'nconc results))

(defun mapc (function list &rest more-lists)
  "Call FUNCTION on corresponding elements of the lists; returns the first list."
  (if more-lists
      (%map-lists function (cons list more-lists) nil)
      (do-cells (cell list)
        (funcall function (%car cell))))
  list)

(defun mapl (function list &rest more-lists)
  "Call FUNCTION on corresponding tails of the lists; returns the first list."
  (if more-lists
      (%map-lists function (cons list more-lists) t)
      (do-cells (cell list)
        (funcall function cell)))
  list)

(defun mapcar (function list &rest more-lists)
  "The results of FUNCTION on corresponding elements of the lists, as a list."
  (if more-lists
      (%collect-lists function (cons list more-lists) nil)
      (let* ((head (cons nil nil))
             (end head))
        (do-cells (cell list (%cdr head))
          (setq end (%set-cdr end (cons (funcall function (%car cell)) nil)))))))

(defun maplist (function list &rest more-lists)
  "The results of FUNCTION on corresponding tails of the lists, as a list."
  (if more-lists
      (%collect-lists function (cons list more-lists) t)
      (let* ((head (cons nil nil))
             (end head))
        (do-cells (cell list (%cdr head))
          (setq end (%set-cdr end (cons (funcall function cell) nil)))))))

(defun mapcan (function list &rest more-lists)
  "The results of FUNCTION on corresponding elements of the lists, joined as by NCONC."
  (%nconc-results (apply #'mapcar function list more-lists)))

(defun mapcon (function list &rest more-lists)
  "The results of FUNCTION on corresponding tails of the lists, joined as by NCONC."
  (%nconc-results (apply #'maplist function list more-lists)))
