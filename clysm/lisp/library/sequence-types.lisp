;;;; The result types of MAKE-SEQUENCE, CONCATENATE, MAP, MERGE and COERCE.

(in-package "CLYSM.LIBRARY")

;;; A parsed type is a kind of VECTOR-DATA or LIST, and the exact length that the type asks for, or NIL.

(defun %parse-sequence-type (type)
  "The kind and the length of the sequences that TYPE describes; an ERROR if it describes none that can be made."
  (if (consp type)
      (%parse-compound-sequence-type type)
      (case type
        (list (values 'list nil))
        ((vector simple-vector) (values t nil))
        ((string simple-string base-string simple-base-string) (values 'character nil))
        ((bit-vector simple-bit-vector) (values 'bit nil))
        (null (values 'list 0))
        (cons (values 'list nil))
        ((array simple-array) (values t nil))
        (t (%parse-defined-sequence-type type type)))))

(defun %parse-compound-sequence-type (type)
  (let* ((name (car type))
         (first (if (cdr type) (cadr type) '*))
         (second (if (cddr type) (caddr type) '*)))
    (case name
      (simple-vector (values t (%length-argument first type)))
      ((string simple-string base-string simple-base-string)
       (values 'character (%length-argument first type)))
      ((bit-vector simple-bit-vector) (values 'bit (%length-argument first type)))
      (vector (values (%element-type-kind first) (%length-argument second type)))
      ((array simple-array)
       (values (%element-type-kind first)
               (cond ((or (eq second '*) (eql second 1)) nil)
                     ((and (consp second) (null (cdr second))) (%length-argument (car second) type))
                     (t (%bad-sequence-type type)))))
      (cons (values 'list nil))
      (t (%parse-defined-sequence-type name type)))))

(defun %length-argument (argument type)
  (cond ((eq argument '*) nil)
        ((and (%fixnump argument) (%fix>= argument 0)) argument)
        (t (%bad-sequence-type type))))

(defun %parse-defined-sequence-type (name type)
  "%PARSE-SEQUENCE-TYPE of TYPE, whose operator NAME a DEFTYPE may have defined."
  (let ((expander (and (symbolp name) (%type-expander name))))
    (if expander
        (%parse-sequence-type (funcall expander (if (consp type) type (list type)) nil))
        (%bad-sequence-type type))))

(defun %bad-sequence-type (type)
  (error 'simple-type-error
         :datum type :expected-type '(satisfies sequence-type-p)
         :format-control "~s is not a type of sequences that can be made"
         :format-arguments (list type)))

(defun %check-result-length (length required type)
  "Signal a TYPE-ERROR unless the REQUIRED length (NIL: any) is LENGTH."
  (unless (or (null required) (eq required length))
    (error 'simple-type-error
           :datum length :expected-type (list 'eql required)
           :format-control "~s elements for a sequence of type ~s"
           :format-arguments (list length type))))

(defun %make-typed-sequence (type length)
  "A sequence of TYPE with LENGTH elements, and its kind."
  (multiple-value-bind (kind required) (%parse-sequence-type type)
    (%check-result-length length required type)
    (values (if (eq kind 'list)
                (make-list length)
                (%make-data kind length))
            kind)))

(defun %list->typed-sequence (list type)
  "A sequence of TYPE with the elements of LIST, which may become part of it."
  (multiple-value-bind (kind required) (%parse-sequence-type type)
    (%check-result-length (length list) required type)
    (if (eq kind 'list)
        list
        (%list->data list kind))))

(defun %list->data (list kind)
  "A simple vector of KIND with the elements of LIST."
  (let ((data (%make-data kind (length list)))
        (i 0))
    (do-cells (cell list data)
      (%data-set data i (%car cell))
      (setq i (%fix+ i 1)))))

(defun %convert-sequence (sequence type)
  "SEQUENCE if it is a simple vector or a list as TYPE asks for, else a new sequence of TYPE with its elements."
  (multiple-value-bind (kind required) (%parse-sequence-type type)
    (let ((length (length sequence)))
      (%check-result-length length required type)
      (cond ((listp sequence)
             (if (eq kind 'list) sequence (%list->data sequence kind)))
            ((eq kind 'list) (%vector->list sequence))
            ((eq kind (%data-kind sequence)) sequence)
            (t (multiple-value-bind (data base) (%vector-data sequence)
                 (%data-copy (%make-data kind length) 0 data base length)))))))

(defun %vector->list (vector)
  "A list of the elements of VECTOR."
  (let ((list nil))
    (multiple-value-bind (data base) (%vector-data vector)
      (do ((i (%fix- (length vector) 1) (%fix- i 1)))
          ((%fix< i 0) list)
        (setq list (cons (%data-ref data (%fix+ base i)) list))))))
