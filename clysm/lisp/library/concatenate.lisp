;;;; Making sequences and storing into them: MAKE-SEQUENCE, CONCATENATE, FILL, REPLACE.

(in-package "CLYSM.LIBRARY")

(defun make-sequence (result-type size &key (initial-element nil element-p))
  "A sequence of RESULT-TYPE with SIZE elements, each INITIAL-ELEMENT if given."
  (let ((sequence (%make-typed-sequence result-type (%check-dimension size))))
    (if element-p
        (fill sequence initial-element)
        sequence)))

(defun fill (sequence item &key (start 0) end)
  "Store ITEM for the elements START to END of SEQUENCE."
  (if (listp sequence)
      (let ((end (%list-end sequence start end))
            (index start))
        (do-cells (cell (nthcdr start sequence))
          (when (and end (%fix>= index end)) (return))
          (%set-car cell item)
          (setq index (%fix+ index 1))))
      (with-vector-data (data base low high) (sequence start end)
        (%data-fill data low high item)))
  sequence)

;;; REPLACE

(defun replace (sequence-1 sequence-2 &key (start1 0) end1 (start2 0) end2)
  "Copy the elements START2 to END2 of SEQUENCE-2 to START1 to END1 of SEQUENCE-1, as many as both ranges have."
  (if (and (%simple-string-p sequence-1) (%simple-string-p sequence-2))
      (let ((room (%fix- (%check-range start1 end1 (%string-length sequence-1)) start1))
            (supply (%fix- (%check-range start2 end2 (%string-length sequence-2)) start2)))
        (%string-copy sequence-1 start1 sequence-2 start2 (if (%fix< room supply) room supply)))
      (let* ((end-1 (%check-range start1 end1 (length sequence-1)))
             (end-2 (%check-range start2 end2 (length sequence-2)))
             (room (%fix- end-1 start1))
             (supply (%fix- end-2 start2)))
        (%copy-elements sequence-1 start1 sequence-2 start2 (if (%fix< room supply) room supply))))
  sequence-1)

(defun %copy-elements (to to-start from from-start count)
  "Copy COUNT elements of the sequence FROM to the sequence TO. The ranges must be valid.
Within one sequence the elements are copied as if through a buffer."
  (cond ((and (listp to) (eq to from) (%fix< from-start to-start))
         (%copy-elements to to-start (subseq from from-start (%fix+ from-start count)) 0 count))
        ((listp to)
         (let ((cell (nthcdr to-start to)))
           (%each-element (lambda (x)
                            (%set-car cell x)
                            (setq cell (%cdr cell)))
                          from from-start (%fix+ from-start count) nil)))
        ((listp from)
         (multiple-value-bind (data base) (%vector-data to)
           (let ((cell (nthcdr from-start from)))
             (dotimes (i count)
               (%data-set data (%fix+ base (%fix+ to-start i)) (%car cell))
               (setq cell (%cdr cell))))))
        (t
         (multiple-value-bind (to-data to-base) (%vector-data to)
           (multiple-value-bind (from-data from-base) (%vector-data from)
             (%data-copy to-data (%fix+ to-base to-start) from-data (%fix+ from-base from-start) count))))))

;;; CONCATENATE

(defun concatenate (result-type &rest sequences)
  "A new sequence of RESULT-TYPE with the elements of all SEQUENCES."
  (multiple-value-bind (kind required) (%parse-sequence-type result-type)
    (if (eq kind 'list)
        (let ((list (%concatenate-list sequences)))
          (%check-result-length (if required (length list) nil) required result-type)
          list)
        (%concatenate-data kind required sequences result-type))))

(defun %concatenate-list (sequences)
  (let* ((head (cons nil nil))
         (tail head))
    (do-cells (cell sequences (%cdr head))
      (%each-element (lambda (x) (setq tail (%set-cdr tail (cons x nil))))
                     (%car cell) 0 nil nil))))

(defun %concatenate-data (kind required sequences type)
  (let ((size 0))
    (do-cells (cell sequences)
      (setq size (%fix+ size (length (%car cell)))))
    (%check-result-length size required type)
    (let ((data (%make-data kind size))
          (position 0))
      (do-cells (cell sequences data)
        (let* ((sequence (%car cell))
               (count (length sequence)))
          (if (and (eq kind 'character) (%simple-string-p sequence))
              (%string-copy data position sequence 0 count)
              (%copy-elements data position sequence 0 count))
          (setq position (%fix+ position count)))))))
