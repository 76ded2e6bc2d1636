;;;; Sequences as such: length, element, part, copy, reversal (CLHS 17).

(in-package "CLYSM.LIBRARY")

(defun %list-count (list)
  "The number of conses of a proper list."
  (let ((count 0))
    (do-cells (cell list count)
      (setq count (%fix+ count 1)))))

(defun length (sequence)
  "The number of elements of SEQUENCE, up to the fill pointer if it has one."
  (if (listp sequence)
      (%list-count sequence)
      (or (%vector-length-or-nil sequence)
          (%wrong-type sequence 'sequence))))

(defun elt (sequence index)
  "Element INDEX of SEQUENCE; an INDEX past the end or the fill pointer is a TYPE-ERROR."
  (if (listp sequence)
      (%car (%elt-cons sequence index))
      (multiple-value-bind (data base) (%elt-place sequence index)
        (%data-ref data (%fix+ base index)))))

(defun (setf elt) (value sequence index)
  "Store VALUE as element INDEX of SEQUENCE."
  (if (listp sequence)
      (%set-car (%elt-cons sequence index) value)
      (multiple-value-bind (data base) (%elt-place sequence index)
        (%data-set data (%fix+ base index) value))))

(defun %elt-cons (list index)
  "Cons number INDEX of LIST."
  (if (and (%fixnump index) (%fix>= index 0))
      (let ((count 0))
        (do-cells (cell list (%bad-index index count))
          (when (%fix= count index) (return cell))
          (setq count (%fix+ count 1))))
      (%bad-index index (%list-count list))))

(defun %elt-place (vector index)
  "%VECTOR-DATA of VECTOR after checking INDEX against its length."
  (%check-index index (length vector))
  (%vector-data vector))

(defmacro with-vector-data ((data base start end) (vector start-argument end-argument) &body body)
  "Run BODY with DATA and BASE bound as by %VECTOR-DATA and START and END to checked positions in DATA."
  (let ((v (gensym)))
    `(let ((,v ,vector))
       (multiple-value-bind (,data ,base) (%vector-data ,v)
         (let* ((,end (%fix+ ,base (%check-range ,start-argument ,end-argument (length ,v))))
                (,start (%fix+ ,base ,start-argument)))
           (declare (ignorable ,start))
           ,@body)))))

(defun %list-end (list start end)
  "END as %CHECK-RANGE gives it, without counting LIST if the range is the whole of it: then NIL."
  (if (and (eq start 0) (null end))
      nil
      (%check-range start end (%list-count list))))

(defun %list-part (list start end)
  "A copy of the elements START to END of LIST; END NIL is the end."
  (let* ((head (cons nil nil))
         (tail head)
         (left (and end (%fix- end start))))
    (do-cells (cell (nthcdr start list) (%cdr head))
      (when left
        (when (%fix= left 0) (return (%cdr head)))
        (setq left (%fix- left 1)))
      (setq tail (%set-cdr tail (cons (%car cell) nil))))))

(defun subseq (sequence start &optional end)
  "A fresh sequence of the elements START to END of SEQUENCE; of a vector a simple one of the same element type."
  (cond ((listp sequence)
         (%list-part sequence start (%list-end sequence start end)))
        ((%simple-string-p sequence)
         (let* ((size (%fix- (%check-range start end (%string-length sequence)) start))
                (part (%make-string size)))
           (%string-copy part 0 sequence start size)
           part))
        ((%vector-length-or-nil sequence)
         (with-vector-data (data base from to) (sequence start end)
           (%data-part data from to)))
        (t (%wrong-type sequence 'sequence))))

(defun (setf subseq) (new sequence start &optional end)
  "Replace the elements START to END of SEQUENCE by those of NEW, as many as there are."
  (replace sequence new :start1 start :end1 end)
  new)

(defun copy-seq (sequence)
  "A copy of SEQUENCE: a list, or a simple vector of the same element type."
  (subseq sequence 0))

(defun reverse (sequence)
  "A fresh sequence of the elements of SEQUENCE in reverse order."
  (if (listp sequence)
      (revappend sequence nil)
      (%reverse-data (copy-seq sequence))))

(defun nreverse (sequence)
  "SEQUENCE with its elements in reverse order, in place."
  (cond ((listp sequence) (nreconc sequence nil))
        ((%data-kind sequence) (%reverse-data sequence))
        ((%vector-length-or-nil sequence)
         (with-vector-data (data base start end) (sequence 0 nil)
           (%reverse-range data start end))
         sequence)
        (t (%wrong-type sequence 'sequence))))

(defun %reverse-data (data)
  "Reverse a simple vector in place."
  (%reverse-range data 0 (%data-length data)))

(defun %reverse-range (data start end)
  "Reverse the elements START to END of a simple vector in place."
  (let ((low start)
        (high (%fix- end 1)))
    (loop
      (when (%fix>= low high) (return data))
      (let ((x (%data-ref data low)))
        (%data-set data low (%data-ref data high))
        (%data-set data high x))
      (setq low (%fix+ low 1)
            high (%fix- high 1)))))
