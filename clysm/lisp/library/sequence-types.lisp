;;;; The result types of MAKE-SEQUENCE, CONCATENATE, MAP, MERGE and COERCE.

(in-package "CLYSM.LIBRARY")

;;; A parsed type is a kind of VECTOR-DATA or LIST, and the length that the type asks for: a number, :SOME for one or
;;; more, or NIL for any.

(defun %parse-sequence-type (type)
  "The kind and the length of the sequences that TYPE describes; an ERROR if it describes none that can be made."
  (multiple-value-bind (kind length) (%find-sequence-type type)
    (unless kind
      (error 'simple-type-error
             :datum type :expected-type '(satisfies sequence-type-p)
             :format-control "~s is not a type of sequences that can be made"
             :format-arguments (list type)))
    (values kind length)))

(defun sequence-type-p (type)
  "True if TYPE describes sequences that can be made."
  (if (%find-sequence-type type) t nil))

(defun %find-sequence-type (type)
  "%PARSE-SEQUENCE-TYPE, but NIL if TYPE describes no sequences that can be made."
  (cond ((consp type) (%find-compound-sequence-type type))
        ((%classp type) (%find-sequence-type (%class-name type)))
        (t
         (case type
           (list (values 'list nil))
           ((vector simple-vector) (values t nil))
           ((string simple-string base-string simple-base-string) (values 'character nil))
           ((bit-vector simple-bit-vector) (values 'bit nil))
           (null (values 'list 0))
           (cons (values 'list :some))
           ((array simple-array) (values t nil))
           (t (%find-defined-sequence-type type type))))))

(defun %find-compound-sequence-type (type)
  (let* ((name (car type))
         (first (if (cdr type) (cadr type) '*))
         (second (if (cddr type) (caddr type) '*)))
    (case name
      (simple-vector (%with-length t first))
      ((string simple-string base-string simple-base-string) (%with-length 'character first))
      ((bit-vector simple-bit-vector) (%with-length 'bit first))
      (vector (%with-length (%element-type-kind first) second))
      ((array simple-array)
       (cond ((or (eq second '*) (eql second 1)) (values (%element-type-kind first) nil))
             ((and (consp second) (null (cdr second))) (%with-length (%element-type-kind first) (car second)))
             (t nil)))
      (cons (values 'list :some))
      (t (%find-defined-sequence-type name type)))))

(defun %with-length (kind argument)
  "KIND and the length that ARGUMENT, a part of a type, asks for; NIL if it is none."
  (cond ((eq argument '*) (values kind nil))
        ((and (%fixnump argument) (%fix>= argument 0)) (values kind argument))
        (t nil)))

(defun %find-defined-sequence-type (name type)
  "%FIND-SEQUENCE-TYPE of TYPE, whose operator NAME a DEFTYPE may have defined."
  (let ((expander (and (symbolp name) (%type-expander name))))
    (if expander
        (%find-sequence-type (funcall expander (if (consp type) type (list type)) nil))
        nil)))

(defun %check-result-length (length required type)
  "Signal a TYPE-ERROR unless LENGTH is as REQUIRED, which is part of a parsed type."
  (unless (case required
            ((nil) t)
            (:some (%fix> length 0))
            (t (eq required length)))
    (error 'simple-type-error
           :datum length :expected-type (if (eq required :some) '(integer 1) (list 'eql required))
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
