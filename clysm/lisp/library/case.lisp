;;;; CASE and TYPECASE with their relatives (CLHS 5.3).

(in-package "CLYSM.LIBRARY")

(eval-when (:compile-toplevel :load-toplevel :execute)

  (defun %case-test (variable keys)
    "The test for the keys of one clause: a list, or a single key that is no list."
    (cond ((not (listp keys)) `(eql ,variable ',keys))
          ((null keys) nil)
          ((null (cdr keys)) `(eql ,variable ',(car keys)))
          (t `(or ,@(mapcar (lambda (key) `(eql ,variable ',key)) keys)))))

  (defun %case-clauses (variable clauses test otherwise)
    "Clauses of COND. TEST: function of variable and keys. OTHERWISE: may T and OTHERWISE end the clauses?"
    (let ((result '()))
      (do ((rest clauses (cdr rest)))
          ((null rest) (reverse result))
        (let* ((clause (car rest)) (keys (car clause)) (forms (or (cdr clause) '(nil))))
          (if (and otherwise (null (cdr rest)) (or (eq keys 't) (eq keys 'otherwise)))
              (setq result (cons `(t ,@forms) result))
              (setq result (cons `(,(funcall test variable keys) ,@forms) result)))))))

  (defun %all-keys (clauses)
    (let ((keys '()))
      (dolist (clause clauses)
        (if (listp (car clause))
            (setq keys (append keys (car clause)))
            (setq keys (append keys (list (car clause))))))
      keys))

  (defun %typecase-test (variable type)
    `(typep ,variable ',type))

  (defun %correctable-case (place clauses test type)
    "CCASE and CTYPECASE: ask for a new value of PLACE until a clause fits."
    (let ((value (gensym)) (again (gensym)) (block (gensym)))
      `(block ,block
         (tagbody
            ,again
            (let ((,value ,place))
              (return-from ,block
                (cond ,@(%case-clauses value clauses test nil)
                      (t (restart-case (error 'type-error :datum ,value :expected-type ',type)
                           (store-value (new)
                             :report "supply a new value"
                             :interactive (lambda () (%ask-for-value "the new value"))
                             (setf ,place new)))
                         (go ,again))))))))))

(defmacro case (key &rest clauses)
  (let ((value (gensym)))
    `(let ((,value ,key))
       (declare (ignorable ,value))
       (cond ,@(%case-clauses value clauses #'%case-test t)))))

(defmacro ecase (key &rest clauses)
  (let ((value (gensym)))
    `(let ((,value ,key))
       (cond ,@(%case-clauses value clauses #'%case-test nil)
             (t (error 'type-error :datum ,value :expected-type '(member ,@(%all-keys clauses))))))))

(defmacro ccase (place &rest clauses)
  (%correctable-case place clauses #'%case-test `(member ,@(%all-keys clauses))))

(defmacro typecase (key &rest clauses)
  (let ((value (gensym)))
    `(let ((,value ,key))
       (declare (ignorable ,value))
       (cond ,@(%case-clauses value clauses #'%typecase-test t)))))

(defmacro etypecase (key &rest clauses)
  (let ((value (gensym)))
    `(let ((,value ,key))
       (cond ,@(%case-clauses value clauses #'%typecase-test nil)
             (t (error 'type-error :datum ,value :expected-type '(or ,@(mapcar #'car clauses))))))))

(defmacro ctypecase (place &rest clauses)
  (%correctable-case place clauses #'%typecase-test `(or ,@(mapcar #'car clauses))))
