;;;; Hash tables (CLHS 18). Iteration is in the order in which the keys were first stored.

(in-package "CLYSM.LIBRARY")

;;; A table keeps its entries in one vector, in order of insertion, and finds them through an open-addressed index:
;;;
;;;   ENTRIES   key hash value  key hash value ...       three elements for each entry, FILL elements in use
;;;   INDEX     positions in ENTRIES, or -1              a power of two of places, at most half of them in use
;;;
;;; A removed entry stays, with the unbound marker as its key, until the table grows or is packed. So positions do not
;;; move while a table is walked, except when new keys are stored.

(defstruct (hash-table (:constructor %make-hash-table-object (test kind rehash-size rehash-threshold))
                       (:conc-name %table-)
                       (:predicate hash-table-p)
                       (:copier nil))
  "A hash table."
  test                    ; symbol: EQ, EQL, EQUAL or EQUALP
  kind                    ; 0 to 3 for these
  (count 0)               ; entries that are not removed
  (fill 0)                ; elements of ENTRIES in use, removed entries included
  entries                 ; simple vector
  index                   ; simple vector of fixnums
  shift                   ; 30 - log2 of the length of INDEX
  rehash-size             ; as given to MAKE-HASH-TABLE; the table grows by doubling
  rehash-threshold)

(defmacro %table-slot (table name)
  "The slot NAME of TABLE, which must be a hash table: not checked."
  `(%instance-ref ,table ,(position name '(test kind count fill entries index shift))))

(defmacro %set-table-slot (table name value)
  "Store VALUE in the slot NAME of TABLE, which must be a hash table: not checked."
  `(%instance-set ,table ,(position name '(test kind count fill entries index shift)) ,value))

;;; making

(defun %table-test-name (test)
  "The symbol for TEST, a function or its name."
  (cond ((%eql-function-p test) 'eql)
        ((%eq-function-p test) 'eq)
        ((or (eq test 'equal) (eq test #'equal)) 'equal)
        ((or (eq test 'equalp) (eq test (%symbol-function 'equalp))) 'equalp)
        (t (%wrong-type test '(member eq eql equal equalp)))))

(defun %allocate-table (table bits)
  "Give TABLE empty vectors with an index of 2 ^ BITS places."
  (let ((places (%fix-shl 1 bits)))
    (%set-table-slot table count 0)
    (%set-table-slot table fill 0)
    (%set-table-slot table entries (%make-vector (%fix* 3 (%fix-shr places 1)) nil))
    (%set-table-slot table index (%make-vector places -1))
    (%set-table-slot table shift (%fix- 30 bits))
    table))

(defun %index-bits (size)
  "The logarithm of the index length for SIZE entries, from 4 to 20: SIZE is only a hint."
  (let ((bits 4))
    (loop
      (when (or (%fix= bits 20) (<= size (%fix-shl 1 (%fix- bits 1))))
        (return bits))
      (setq bits (%fix+ bits 1)))))

(defun make-hash-table (&key (test 'eql) (size 8) (rehash-size 2.0 rehash-size-p)
                             (rehash-threshold 0.5 rehash-threshold-p))
  "An empty hash table for about SIZE entries whose keys are compared by TEST: EQ, EQL, EQUAL or EQUALP.
REHASH-SIZE and REHASH-THRESHOLD are kept as hints and change nothing."
  (unless (and (integerp size) (>= size 0))
    (%wrong-type size 'unsigned-byte))
  (when rehash-size-p
    (unless (or (and (integerp rehash-size) (> rehash-size 0))
                (and (floatp rehash-size) (> rehash-size 1)))
      (%wrong-type rehash-size '(or (integer 1) (float (1.0))))))
  (when rehash-threshold-p
    (unless (and (realp rehash-threshold) (<= 0 rehash-threshold 1))
      (%wrong-type rehash-threshold '(real 0 1))))
  (let ((name (%table-test-name test)))
    (%allocate-table (%make-hash-table-object name (position name '(eq eql equal equalp))
                                              rehash-size rehash-threshold)
                     (%index-bits size))))

;;; finding

(declaim (inline %index-place))
(defun %index-place (hash shift)
  "The place in an index where the search for HASH starts: its top bits after multiplication by 2 ^ 30 / phi."
  (%fix-and (%fix-shr (%fix* hash -410132883) shift)
            (%fix- (%fix-shl 1 (%fix- 30 shift)) 1)))

(defun %find-eq (table key hash)
  "The position of the entry of TABLE whose key is EQ to KEY, or -1."
  (let* ((entries (%table-slot table entries))
         (index (%table-slot table index))
         (mask (%fix- (%vector-length index) 1))
         (place (%index-place hash (%table-slot table shift))))
    (loop
      (let ((position (%svref index place)))
        (when (or (%fix< position 0) (eq key (%svref entries position)))
          (return position)))
      (setq place (%fix-and (%fix+ place 1) mask)))))

(defun %find-by-test (table key hash test)
  "The position of the entry of TABLE with the code HASH and a key that TEST finds the same as KEY, or -1."
  (let* ((entries (%table-slot table entries))
         (index (%table-slot table index))
         (mask (%fix- (%vector-length index) 1))
         (place (%index-place hash (%table-slot table shift))))
    (loop
      (let ((position (%svref index place)))
        (when (or (%fix< position 0)
                  (and (eq hash (%svref entries (%fix+ position 1)))
                       (let ((other (%svref entries position)))
                         (and (not (%unbound-p other)) (funcall test key other)))))
          (return position)))
      (setq place (%fix-and (%fix+ place 1) mask)))))

(defun %hash-key (table key)
  "The code of KEY for the test of TABLE. EQUALP, no part of the core, is called by name, here and in %FIND-KEY."
  (case (%table-slot table kind)
    (0 (%eq-hash key))
    (1 (%eql-hash key))
    (2 (%equal-hash key))
    (t (funcall '%equalp-hash key))))

(defun %find-key (table key hash)
  "The position of the entry of TABLE for KEY, whose code is HASH, or -1."
  (case (%table-slot table kind)
    (0 (%find-eq table key hash))
    (1 (if (%eq-comparable-p key)
           (%find-eq table key hash)
           (%find-by-test table key hash #'eql)))
    (2 (if (or (symbolp key) (%fixnump key) (characterp key))
           (%find-eq table key hash)
           (%find-by-test table key hash #'equal)))
    (t (%find-by-test table key hash 'equalp))))

(defun %check-table (table)
  (unless (%structurep table 'hash-table)
    (%wrong-type table 'hash-table)))

(defun gethash (key table &optional default)
  "The value of KEY in TABLE and T, or DEFAULT and NIL."
  (%check-table table)
  (let ((position (%find-key table key (%hash-key table key))))
    (if (%fix< position 0)
        (values default nil)
        (values (%svref (%table-slot table entries) (%fix+ position 2)) t))))

;;; storing

(defun %add-to-index (index position hash shift)
  "Enter POSITION into the first free place of INDEX for HASH."
  (let ((mask (%fix- (%vector-length index) 1))
        (place (%index-place hash shift)))
    (loop
      (when (%fix< (%svref index place) 0)
        (%svset index place position)
        (return))
      (setq place (%fix-and (%fix+ place 1) mask)))))

(defun %rebuild-table (table)
  "Drop the removed entries of TABLE, which is full, and double it unless that frees half of it."
  (let* ((entries (%table-slot table entries))
         (fill (%table-slot table fill))
         (count (%table-slot table count))
         (bits (%fix- 30 (%table-slot table shift)))
         (bits (if (%fix<= (%fix* count 6) fill) bits (%fix+ bits 1)))
         (to 0))
    (when (%fix> bits 26)
      (error 'storage-condition))
    (%allocate-table table bits)
    (let ((new (%table-slot table entries))
          (index (%table-slot table index))
          (shift (%table-slot table shift)))
      (do ((from 0 (%fix+ from 3)))
          ((%fix>= from fill))
        (unless (%unbound-p (%svref entries from))
          (%vector-copy new to entries from 3)
          (%add-to-index index to (%svref entries (%fix+ from 1)) shift)
          (setq to (%fix+ to 3)))))
    (%set-table-slot table count count)
    (%set-table-slot table fill to)))

(defun (setf gethash) (value key table &optional default)
  "Store VALUE for KEY in TABLE."
  (declare (ignore default))
  (%check-table table)
  (let* ((hash (%hash-key table key))
         (position (%find-key table key hash)))
    (if (%fix>= position 0)
        (%svset (%table-slot table entries) (%fix+ position 2) value)
        (progn
          (when (%fix= (%table-slot table fill) (%vector-length (%table-slot table entries)))
            (%rebuild-table table))
          (let ((entries (%table-slot table entries))
                (fill (%table-slot table fill)))
            (%svset entries fill key)
            (%svset entries (%fix+ fill 1) hash)
            (%svset entries (%fix+ fill 2) value)
            (%add-to-index (%table-slot table index) fill hash (%table-slot table shift))
            (%set-table-slot table fill (%fix+ fill 3))
            (%set-table-slot table count (%fix+ (%table-slot table count) 1))
            value)))))

(defun remhash (key table)
  "Remove the entry for KEY from TABLE. True if there was one."
  (%check-table table)
  (let ((position (%find-key table key (%hash-key table key))))
    (if (%fix< position 0)
        nil
        (let ((entries (%table-slot table entries)))
          (%svset entries position (%unbound))
          (%svset entries (%fix+ position 2) nil)
          (%set-table-slot table count (%fix- (%table-slot table count) 1))
          t))))

(defun clrhash (table)
  "Remove all entries of TABLE and return it."
  (%check-table table)
  (%allocate-table table 4))

;;; looking at the whole

(defun %next-entry (table position)
  "The position of the first entry of TABLE at or after POSITION that is not removed, or -1."
  (let ((entries (%table-slot table entries))
        (fill (%table-slot table fill)))
    (loop
      (when (%fix>= position fill) (return -1))
      (unless (%unbound-p (%svref entries position)) (return position))
      (setq position (%fix+ position 3)))))

(defun maphash (function table)
  "Call FUNCTION on each key and value of TABLE. FUNCTION may change or remove the entry that it is called for."
  (%check-table table)
  (let ((position (%next-entry table 0)))
    (loop
      (when (%fix< position 0) (return nil))
      (let ((entries (%table-slot table entries)))
        (funcall function (%svref entries position) (%svref entries (%fix+ position 2))))
      (setq position (%next-entry table (%fix+ position 3))))))

(defun %hash-table-iterator (table)
  "A function that returns T, a key and its value for the next entry of TABLE at each call, then NIL."
  (%check-table table)
  (let ((next 0))
    (lambda ()
      (let ((position (%next-entry table next)))
        (if (%fix< position 0)
            nil
            (let ((entries (%table-slot table entries)))
              (setq next (%fix+ position 3))
              (values t (%svref entries position) (%svref entries (%fix+ position 2)))))))))

(defmacro with-hash-table-iterator ((name table) &body body)
  "Run BODY where (NAME) gives T, a key and a value of TABLE at each call, and NIL after the last."
  (let ((iterator (gensym)))
    `(let ((,iterator (%hash-table-iterator ,table)))
       (macrolet ((,name () '(funcall ,iterator)))
         ,@body))))

(defun hash-table-count (table)
  "The number of entries of TABLE."
  (%table-count table))

(defun hash-table-test (table)
  "The symbol EQ, EQL, EQUAL or EQUALP."
  (%table-test table))

(defun hash-table-size (table)
  "The number of entries for which TABLE has room."
  (%fix-shr (%vector-length (%table-index table)) 1))

(defun hash-table-rehash-size (table)
  "The hint that was given to MAKE-HASH-TABLE."
  (%table-rehash-size table))

(defun hash-table-rehash-threshold (table)
  "The hint that was given to MAKE-HASH-TABLE."
  (%table-rehash-threshold table))
