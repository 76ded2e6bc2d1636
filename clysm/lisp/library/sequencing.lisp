;;;; PROG and NTH-VALUE (CLHS 5.3).

(in-package "CLYSM.LIBRARY")

(defmacro prog (bindings &rest body)
  (multiple-value-bind (declarations statements) (%split-declarations body)
    `(block nil
       (let ,bindings
         ,@declarations
         (tagbody ,@statements)))))

(defmacro prog* (bindings &rest body)
  (multiple-value-bind (declarations statements) (%split-declarations body)
    `(block nil
       (let* ,bindings
         ,@declarations
         (tagbody ,@statements)))))

(defmacro nth-value (n form)
  (if (and (integerp n) (< -1 n 10))
      (let ((names '()))
        (dotimes (i (+ n 1)) (setq names (cons (gensym) names)))
        `(multiple-value-bind ,(reverse names) ,form
           (declare (ignore ,@(cdr names)))
           ,(car names)))
      `(nth ,n (multiple-value-list ,form))))
