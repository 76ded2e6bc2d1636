;;;; The standard places and the macros that read and write them (CLHS 5.1.2, 5.3).

(in-package "CLYSM.LIBRARY")

(defsetf car (list) (value) `(progn (rplaca ,list ,value) ,value))
(defsetf cdr (list) (value) `(progn (rplacd ,list ,value) ,value))

(defsetf first (list) (value) `(progn (rplaca ,list ,value) ,value))
(defsetf rest (list) (value) `(progn (rplacd ,list ,value) ,value))
(defsetf second (list) (value) `(progn (rplaca (cdr ,list) ,value) ,value))
(defsetf third (list) (value) `(progn (rplaca (cddr ,list) ,value) ,value))
(defsetf fourth (list) (value) `(progn (rplaca (cdddr ,list) ,value) ,value))
(defsetf caar (list) (value) `(progn (rplaca (car ,list) ,value) ,value))
(defsetf cadr (list) (value) `(progn (rplaca (cdr ,list) ,value) ,value))
(defsetf cdar (list) (value) `(progn (rplacd (car ,list) ,value) ,value))
(defsetf cddr (list) (value) `(progn (rplacd (cdr ,list) ,value) ,value))
(defsetf caddr (list) (value) `(progn (rplaca (cddr ,list) ,value) ,value))
(defsetf cdddr (list) (value) `(progn (rplacd (cddr ,list) ,value) ,value))
(defsetf nth (n list) (value) `(progn (rplaca (nthcdr ,n ,list) ,value) ,value))
(defsetf symbol-value set)

(define-setf-expander the (type place &environment environment)
  (multiple-value-bind (temporaries values stores storing accessing) (get-setf-expansion place environment)
    (values temporaries values stores
            `(multiple-value-bind ,stores (the ,type (values ,@stores)) ,storing)
            `(the ,type ,accessing))))

(define-setf-expander values (&rest places &environment environment)
  (let ((all-temporaries '()) (all-values '()) (all-stores '()) (storings '()) (accessings '()))
    (dolist (place places)
      (multiple-value-bind (temporaries values stores storing accessing) (get-setf-expansion place environment)
        (setq all-temporaries (append all-temporaries temporaries (cdr stores)))
        (setq all-values (append all-values values (mapcar (lambda (x) (declare (ignore x)) nil) (cdr stores))))
        (setq all-stores (append all-stores (list (car stores))))
        (setq storings (append storings (list storing)))
        (setq accessings (append accessings (list accessing)))))
    (values all-temporaries all-values all-stores `(values ,@storings) `(values ,@accessings))))

(define-setf-expander apply (function &rest arguments)
  (let ((temporaries (%temporaries arguments)) (store (gensym)) (name (cadr function)))
    (values temporaries arguments (list store)
            `(apply #'(setf ,name) ,store ,@temporaries)
            `(apply #',name ,@temporaries))))

(define-setf-expander getf (place indicator &optional default &environment environment)
  (multiple-value-bind (temporaries values stores storing accessing) (get-setf-expansion place environment)
    (let ((key (gensym)) (store (gensym)) (unused (gensym)))
      (values (append temporaries (list key unused))
              (append values (list indicator default))
              (list store)
              `(let ((,(car stores) (%putf ,accessing ,key ,store)))
                 ,storing
                 ,store)
              `(getf ,accessing ,key ,unused)))))

(define-setf-expander ldb (byte place &environment environment)
  (multiple-value-bind (temporaries values stores storing accessing) (get-setf-expansion place environment)
    (let ((field (gensym)) (store (gensym)))
      (values (cons field temporaries)
              (cons byte values)
              (list store)
              `(let ((,(car stores) (dpb ,store ,field ,accessing)))
                 ,storing
                 ,store)
              `(ldb ,field ,accessing)))))

(define-setf-expander mask-field (byte place &environment environment)
  (multiple-value-bind (temporaries values stores storing accessing) (get-setf-expansion place environment)
    (let ((field (gensym)) (store (gensym)))
      (values (cons field temporaries)
              (cons byte values)
              (list store)
              `(let ((,(car stores) (deposit-field ,store ,field ,accessing)))
                 ,storing
                 ,store)
              `(mask-field ,field ,accessing)))))

;;; Modifying macros

(define-modify-macro incf (&optional (delta 1)) +)
(define-modify-macro decf (&optional (delta 1)) -)

(defmacro push (item place &environment environment)
  (if (and (symbolp place) (eq (macroexpand-1 place environment) place))
      `(setq ,place (cons ,item ,place))
      (let ((value (gensym)))
        (multiple-value-bind (temporaries values stores storing accessing) (get-setf-expansion place environment)
          `(let* ((,value ,item)
                  ,@(mapcar #'list temporaries values)
                  (,(car stores) (cons ,value ,accessing)))
             ,storing)))))

(defmacro pushnew (item place &rest keys &environment environment)
  (let ((value (gensym)))
    (multiple-value-bind (temporaries values stores storing accessing) (get-setf-expansion place environment)
      `(let* ((,value ,item)
              ,@(mapcar #'list temporaries values)
              (,(car stores) (adjoin ,value ,accessing ,@keys)))
         ,storing))))

(defmacro pop (place &environment environment)
  (multiple-value-bind (temporaries values stores storing accessing) (get-setf-expansion place environment)
    (let ((list (gensym)))
      `(let* (,@(mapcar #'list temporaries values)
              (,list ,accessing)
              (,(car stores) (cdr ,list)))
         ,storing
         (car ,list)))))

(defmacro remf (place indicator &environment environment)
  (multiple-value-bind (temporaries values stores storing accessing) (get-setf-expansion place environment)
    (let ((key (gensym)) (found (gensym)))
      `(let* (,@(mapcar #'list temporaries values)
              (,key ,indicator))
         (multiple-value-bind (,(car stores) ,found) (%remf ,accessing ,key)
           ,storing
           ,found)))))

(eval-when (:compile-toplevel :load-toplevel :execute)
  (defun %place-rows (places environment)
    "(temporaries values stores storing accessing) of each place."
    (mapcar (lambda (place) (multiple-value-list (get-setf-expansion place environment))) places))

  (defun %row-bindings (rows)
    (mapcan (lambda (row) (mapcar #'list (first row) (second row))) rows)))

(defmacro psetf (&rest pairs &environment environment)
  (let ((places '()) (sources '()))
    (do ((rest pairs (cddr rest)))
        ((null rest))
      (setq places (cons (car rest) places))
      (setq sources (cons (cadr rest) sources)))
    (let ((rows (%place-rows (reverse places) environment)))
      (%psetf-form rows (reverse sources)))))

(eval-when (:compile-toplevel :load-toplevel :execute)
  (defun %psetf-form (rows sources)
    "Subforms and sources in order, then all stores."
    (let ((storings (mapcar #'fourth rows)))
      (%psetf-nest rows sources `(progn ,@storings nil))))

  (defun %psetf-nest (rows sources body)
    (if (null rows)
        body
        `(let* ,(mapcar #'list (first (car rows)) (second (car rows)))
           (multiple-value-bind ,(third (car rows)) ,(car sources)
             ,(%psetf-nest (cdr rows) (cdr sources) body))))))

(defmacro rotatef (&rest places &environment environment)
  (if (null places)
      nil
      (let ((rows (%place-rows places environment)))
        `(let* ,(%row-bindings rows)
           ,(%rotate-nest rows
                          (append (mapcar #'fifth (cdr rows)) (list (fifth (car rows))))
                          `(progn ,@(mapcar #'fourth rows) nil))))))

(eval-when (:compile-toplevel :load-toplevel :execute)
  (defun %rotate-nest (rows sources body)
    (if (null rows)
        body
        `(multiple-value-bind ,(third (car rows)) ,(car sources)
           ,(%rotate-nest (cdr rows) (cdr sources) body)))))

(defmacro shiftf (&rest arguments &environment environment)
  (let* ((places (butlast arguments))
         (rows (%place-rows places environment))
         (values (mapcar (lambda (row) (mapcar (lambda (x) (declare (ignore x)) (gensym)) (third row)))
                         (list (car rows)))))
    `(let* ,(%row-bindings rows)
       (multiple-value-bind ,(car values) ,(fifth (car rows))
         ,(%rotate-nest rows
                        (append (mapcar #'fifth (cdr rows)) (last arguments))
                        `(progn ,@(mapcar #'fourth rows) (values ,@(car values))))))))

(defmacro multiple-value-setq (names form)
  (if names
      `(values (setf (values ,@names) ,form))
      `(values ,form)))
