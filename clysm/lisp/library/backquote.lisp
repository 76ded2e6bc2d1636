;;;; Backquote (CLHS 2.4.6): the reader makes (quasiquote form); this macro turns it into calls of list functions.

(in-package "CLYSM.LIBRARY")

(eval-when (:compile-toplevel :load-toplevel :execute)

  (defun %unquote-p (form operator)
    (if (consp form)
        (if (eq (car form) operator) (if (consp (cdr form)) (null (cddr form)) nil) nil)
        nil))

  (defun %constant-form-p (form)
    "Is FORM, an expansion, a constant?"
    (if (consp form)
        (eq (car form) 'quote)
        (if (symbolp form) (if (null form) t (eq form t)) t)))

  (defun %constant-form-value (form)
    (if (consp form) (second form) form))

  (defun %quote-form (datum)
    (if (if (consp datum) t (if (symbolp datum) (if (null datum) nil (not (eq datum t))) (vectorp datum)))
        (list 'quote datum)
        datum))

  (defun %cons-form (head tail)
    "The form for a cons of the values of two expansions."
    (if (if (%constant-form-p head) (%constant-form-p tail) nil)
        (%quote-form (cons (%constant-form-value head) (%constant-form-value tail)))
        (if (null tail)
            (list 'list head)
            (if (if (consp tail) (eq (car tail) 'list) nil)
                (list* 'list head (cdr tail))
                (if (if (consp tail) (eq (car tail) 'list*) nil)
                    (list* 'list* head (cdr tail))
                    (list 'list* head tail))))))

  (defun %append-form (head tail)
    (if (null tail)
        head
        (if (if (consp tail) (eq (car tail) 'append) nil)
            (list* 'append head (cdr tail))
            (list 'append head tail))))

  (defun %operator-p (form operator)
    (if (consp form) (eq (car form) operator) nil))

  (defun %unquoted-items (forms tail)
    "The values of FORMS as elements in front of TAIL. One comma has several forms after ,,@ of an outer backquote."
    (if (null forms)
        tail
        (%cons-form (car forms) (%unquoted-items (cdr forms) tail))))

  (defun %spliced-items (forms tail)
    (if (null forms)
        tail
        (%append-form (car forms) (%spliced-items (cdr forms) tail))))

  (defun %expand-quasiquote (form depth)
    "The form whose value is the backquoted FORM, inside DEPTH further backquotes."
    (if (%unquote-p form 'unquote)
        (if (eql depth 0)
            (second form)
            (%cons-form (%quote-form 'unquote) (%expand-quasiquote (cdr form) (- depth 1))))
        (if (%unquote-p form 'quasiquote)
            (%cons-form (%quote-form 'quasiquote) (%expand-quasiquote (cdr form) (+ depth 1)))
            (if (consp form)
                (%expand-quasiquote-cons form depth)
                (if (simple-vector-p form)
                    (let ((expansion (%expand-quasiquote (coerce form 'list) depth)))
                      (if (%constant-form-p expansion)
                          (list 'quote form)
                          (list 'coerce expansion ''simple-vector)))
                    (%quote-form form))))))

  (defun %expand-quasiquote-cons (form depth)
    (let ((item (car form)) (rest (%expand-quasiquote (cdr form) depth)))
      (if (%operator-p item 'unquote-splicing)
          (if (eql depth 0)
              (%spliced-items (cdr item) rest)
              (%cons-form (%cons-form (%quote-form 'unquote-splicing) (%expand-quasiquote (cdr item) (- depth 1)))
                          rest))
          (if (if (%operator-p item 'unquote) (eql depth 0) nil)
              (%unquoted-items (cdr item) rest)
              (%cons-form (%expand-quasiquote item depth) rest))))))

(defmacro quasiquote (form)
  (%expand-quasiquote form 0))
