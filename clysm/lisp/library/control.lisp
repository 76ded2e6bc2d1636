;;;; Macros of conditional and sequential control (CLHS 5.3).

(in-package "CLYSM.LIBRARY")

(defmacro when (test &rest forms)
  `(if ,test (progn ,@forms) nil))

(defmacro unless (test &rest forms)
  `(if ,test nil (progn ,@forms)))

(defmacro and (&rest forms)
  (if (null forms)
      t
      (if (null (cdr forms))
          (car forms)
          `(if ,(car forms) (and ,@(cdr forms)) nil))))

(defmacro or (&rest forms)
  (if (null forms)
      nil
      (if (null (cdr forms))
          (car forms)
          (let ((value (gensym)))
            `(let ((,value ,(car forms)))
               (if ,value ,value (or ,@(cdr forms))))))))

(defmacro cond (&rest clauses)
  (if (null clauses)
      nil
      (let ((clause (car clauses)))
        (if (atom clause)
            (error 'simple-error :format-control "a clause of COND is a list, not ~S" :format-arguments (list clause))
            (if (null (cdr clause))
                (if (cdr clauses)
                    `(or ,(car clause) (cond ,@(cdr clauses)))
                    `(values ,(car clause)))
                `(if ,(car clause)
                     (progn ,@(cdr clause))
                     ,(if (cdr clauses) `(cond ,@(cdr clauses)) nil)))))))

(defmacro return (&optional value)
  `(return-from nil ,value))

(defmacro prog1 (first &rest forms)
  (let ((value (gensym)))
    `(let ((,value ,first))
       ,@forms
       ,value)))

(defmacro prog2 (first second &rest forms)
  `(progn ,first (prog1 ,second ,@forms)))
