;;;; MISMATCH and SEARCH.

(in-package "CLYSM.LIBRARY")

(defun %elements (sequence start end)
  "The simple vector that holds the elements of SEQUENCE and the positions of START and END in it; a list is copied."
  (if (listp sequence)
      (let* ((end (%check-range start end (%list-count sequence)))
             (part (%list->data (%list-part sequence start end) t)))
        (values part 0 (%vector-length part)))
      (with-vector-data (data base low high) (sequence start end)
        (values data low high))))

(defun mismatch (sequence-1 sequence-2 &key from-end key test test-not (start1 0) end1 (start2 0) end2)
  "NIL if the ranges match element by element, else the index in SEQUENCE-1 of the first difference.
FROM-END: the ranges are aligned at their ends; one more than the index of the last difference."
  (let ((matcher (%pair-matcher test test-not key)))
    (multiple-value-bind (data-1 low-1 high-1) (%elements sequence-1 start1 end1)
      (multiple-value-bind (data-2 low-2 high-2) (%elements sequence-2 start2 end2)
        (let* ((size-1 (%fix- high-1 low-1))
               (size-2 (%fix- high-2 low-2))
               (common (if (%fix< size-1 size-2) size-1 size-2)))
          (dotimes (i common)
            (unless (if from-end
                        (funcall matcher (%data-ref data-1 (%fix- (%fix- high-1 i) 1))
                                         (%data-ref data-2 (%fix- (%fix- high-2 i) 1)))
                        (funcall matcher (%data-ref data-1 (%fix+ low-1 i))
                                         (%data-ref data-2 (%fix+ low-2 i))))
              (return-from mismatch
                (if from-end
                    (%fix+ start1 (%fix- size-1 i))
                    (%fix+ start1 i)))))
          (cond ((%fix= size-1 size-2) nil)
                (from-end (%fix+ start1 (%fix- size-1 common)))
                (t (%fix+ start1 common))))))))

(defun search (sequence-1 sequence-2 &key from-end key test test-not (start1 0) end1 (start2 0) end2)
  "The index in SEQUENCE-2 where the first (FROM-END: last) part that matches SEQUENCE-1 starts, or NIL."
  (let ((matcher (%pair-matcher test test-not key)))
    (multiple-value-bind (data-1 low-1 high-1) (%elements sequence-1 start1 end1)
      (multiple-value-bind (data-2 low-2 high-2) (%elements sequence-2 start2 end2)
        (let* ((size (%fix- high-1 low-1))
               (last (%fix- high-2 size))        ; the last position where a match can start
               (step (if from-end -1 1)))
          (do ((place (if from-end last low-2) (%fix+ place step)))
              ((not (and (%fix<= low-2 place) (%fix<= place last))) nil)
            (when (dotimes (i size t)
                    (unless (funcall matcher (%data-ref data-1 (%fix+ low-1 i)) (%data-ref data-2 (%fix+ place i)))
                      (return nil)))
              (return (%fix+ start2 (%fix- place low-2))))))))))
