;;;; Tables from simple strings (case counts) to values: open addressing with linear probing.

(in-package "CLYSM.LIBRARY")

(defstruct (%string-table (:copier nil)
                          (:predicate nil)
                          (:constructor %new-string-table (cells)))
  cells                        ; simple vector, its length a power of two: key and value of each place
  (used 0)                     ; number of places whose key is not 0
  (live 0))                    ; number of entries

;;; The key of a place is a string, or 0 where nothing has been, or 1 where an entry was removed.

(defun %make-string-table (capacity)
  "An empty table for CAPACITY entries; it grows as needed."
  (let ((length 16))
    (loop
      (when (%fix< (%fix* 3 capacity) length)
        (return (%new-string-table (%make-vector length 0))))
      (setq length (%fix* 2 length)))))

(defun %string-table-place (cells name hash)
  "Index of the key NAME, whose hash is HASH, in CELLS, or -1."
  (let* ((mask (%fix- (%vector-length cells) 1))
         (index (%fix-and (%fix-shl hash 1) mask)))
    (loop
      (let ((key (%svref cells index)))
        (cond ((eq key 0) (return -1))
              ((and (not (eq key 1)) (%string-equal-p key name)) (return index))))
      (setq index (%fix-and (%fix+ index 2) mask)))))

(defun %free-place (cells hash)
  "Index of the first place in CELLS for a key with the hash HASH that holds no entry."
  (let* ((mask (%fix- (%vector-length cells) 1))
         (index (%fix-and (%fix-shl hash 1) mask)))
    (loop
      (when (%fixnump (%svref cells index)) (return index))
      (setq index (%fix-and (%fix+ index 2) mask)))))

(defun %string-table-get (table name hash default)
  "The value for NAME, whose hash is HASH, or DEFAULT."
  (let* ((cells (%string-table-cells table))
         (place (%string-table-place cells name hash)))
    (if (%fix< place 0)
        default
        (%svref cells (%fix+ place 1)))))

(defun %rebuild-string-table (table)
  "Give TABLE new cells with room for twice its entries."
  (let* ((old (%string-table-cells table))
         (length (%vector-length old))
         (new (%string-table-cells (%make-string-table (%fix* 2 (%string-table-live table)))))
         (index 0))
    (loop
      (when (%fix= index length) (return nil))
      (let ((key (%svref old index)))
        (unless (%fixnump key)
          (let ((place (%free-place new (%string-hash key))))
            (%svset new place key)
            (%svset new (%fix+ place 1) (%svref old (%fix+ index 1))))))
      (setq index (%fix+ index 2)))
    (setf (%string-table-cells table) new)
    (setf (%string-table-used table) (%string-table-live table))))

(defun %string-table-add (table name hash value)
  "Enter VALUE for NAME, whose hash is HASH and which must not be in TABLE yet; returns VALUE."
  (when (%fix<= (%vector-length (%string-table-cells table)) (%fix* 3 (%string-table-used table)))
    (%rebuild-string-table table))
  (let* ((cells (%string-table-cells table))
         (place (%free-place cells hash)))
    (when (eq (%svref cells place) 0)
      (setf (%string-table-used table) (%fix+ (%string-table-used table) 1)))
    (setf (%string-table-live table) (%fix+ (%string-table-live table) 1))
    (%svset cells place name)
    (%svset cells (%fix+ place 1) value)))

(defun %string-table-remove (table name)
  "Remove the entry for NAME, if there is one."
  (let* ((cells (%string-table-cells table))
         (place (%string-table-place cells name (%string-hash name))))
    (unless (%fix< place 0)
      (%svset cells place 1)
      (%svset cells (%fix+ place 1) nil)
      (setf (%string-table-live table) (%fix- (%string-table-live table) 1)))
    nil))

(defun %string-table-values (table tail)
  "The values of TABLE, in the order of its places, followed by the list TAIL."
  (let* ((cells (%string-table-cells table))
         (index (%vector-length cells)))
    (loop
      (when (%fix= index 0) (return tail))
      (setq index (%fix- index 2))
      (unless (%fixnump (%svref cells index))
        (setq tail (cons (%svref cells (%fix+ index 1)) tail))))))
