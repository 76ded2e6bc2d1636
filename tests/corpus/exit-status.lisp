;;;; A program ends with an exit status, its output written, its cleanups run.
;; rows: tools 5 N52
;; expected: by hand, as EXIT is not in the standard. It unwinds and gives the status to the operating system.

(defvar *open* 0)

(defmacro with-resource ((name) &body body)
  `(progn
     (incf *open*)
     (format t "open ~A (~D)~%" ,name *open*)
     (unwind-protect (progn ,@body)
       (format t "close ~A (~D)~%" ,name *open*)
       (decf *open*))))

(defun check (n)
  "Leave the program from the depth of a recursion."
  (with-resource (n)
    (if (= n 3)
        (exit 3)
        (check (+ n 1)))))

(defun main ()
  (handler-case
      (catch 'done
        (block main
          (with-resource ("main")
            (check 1)
            (format t "not reached~%"))))
    (error () (format t "exit is no error~%")))
  (format t "not reached either~%"))

(format t "start")
(main)
(format t "nor this~%")
