;;;; Integers as infinite rows of bits in two's complement: logical operations, shifts, bytes.

(in-package "CLYSM.LIBRARY")

(defmacro %define-logical-slow-path (name operation)
  `(defun ,name (a b)
     ,(format nil "~a of any objects; the compiler's calls with operands that are not fixnums come here." operation)
     (,operation (%check-integer a) (%check-integer b))))

(%define-logical-slow-path %logand-slow %integer-logand)
(%define-logical-slow-path %logior-slow %integer-logior)
(%define-logical-slow-path %logxor-slow %integer-logxor)

(defmacro %define-logical (name identity (a b) operation documentation)
  "Define the logical function NAME of any number of integers, folding OPERATION of A and B from IDENTITY."
  `(defun ,name (&rest integers)
     ,documentation
     (let ((,a ,identity))
       (dolist (,b integers ,a)
         (setq ,a ,operation)))))

(%define-logical logand -1 (a b) (logand a b) "The bitwise and of INTEGERS, -1 for none.")
(%define-logical logior 0 (a b) (logior a b) "The bitwise or of INTEGERS, 0 for none.")
(%define-logical logxor 0 (a b) (logxor a b) "The bitwise exclusive or of INTEGERS, 0 for none.")
(%define-logical logeqv -1 (a b) (lognot (logxor a b)) "The bitwise equivalence of INTEGERS, -1 for none.")

(defun lognot (integer)
  "The bitwise complement, -1 - INTEGER."
  (if (%fixnump integer)
      (%fix-not integer)
      (%integer-lognot (%check-integer integer))))

(defun lognand (a b)
  "The complement of the bitwise and of two integers."
  (lognot (logand a b)))

(defun lognor (a b)
  "The complement of the bitwise or of two integers."
  (lognot (logior a b)))

(defun logandc1 (a b)
  "The bitwise and of the complement of A, and B."
  (logand (lognot a) b))

(defun logandc2 (a b)
  "The bitwise and of A and the complement of B."
  (logand a (lognot b)))

(defun logorc1 (a b)
  "The bitwise or of the complement of A, and B."
  (logior (lognot a) b))

(defun logorc2 (a b)
  "The bitwise or of A and the complement of B."
  (logior a (lognot b)))

(defun logtest (a b)
  "True if two integers have a one bit in common."
  (not (eq (logand a b) 0)))

(defun logbitp (index integer)
  "True if bit INDEX >= 0 of INTEGER is one; bit 0 is the lowest."
  (%check-integer integer)
  (cond ((not (and (integerp index) (>= index 0))) (%wrong-type index 'unsigned-byte))
        ((%fixnump index) (%integer-bit-p integer index))
        (t (minusp integer))))

(defun logcount (integer)
  "The number of one bits of INTEGER, or of zero bits if it is negative."
  (%integer-logcount (%check-integer integer)))

(defun integer-length (integer)
  "The number of bits that INTEGER needs in two's complement, without the sign."
  (%integer-length (%check-integer integer)))

(defun ash (integer count)
  "INTEGER times 2 to the COUNT, rounded down.  Signals an error if the result is over the limit of lengths."
  (ash integer count))

(defun %ash-slow (integer count)
  "ASH of any objects; the kernel does small fixnums."
  (%check-integer integer)
  (%check-integer count)
  (cond ((eq integer 0) 0)
        ((> count 0)
         (%check-integer-length (+ count (integer-length integer)))
         (%integer-ash integer count))
        ((%fixnump count) (%integer-ash integer count))
        (t (if (minusp integer) -1 0))))

;;; Bytes.  A byte specifier is a cons (size . position) of integers >= 0.

(defun byte (size position)
  "The byte specifier of SIZE bits of which the lowest is bit POSITION."
  (unless (and (integerp size) (>= size 0)) (%wrong-type size 'unsigned-byte))
  (unless (and (integerp position) (>= position 0)) (%wrong-type position 'unsigned-byte))
  (cons size position))

(defun byte-size (bytespec)
  "The size in bits of BYTESPEC."
  (if (consp bytespec) (%car bytespec) (%wrong-type bytespec 'cons)))

(defun byte-position (bytespec)
  "The number of the lowest bit of BYTESPEC."
  (if (consp bytespec) (%cdr bytespec) (%wrong-type bytespec 'cons)))

(defun %byte-mask (size)
  "SIZE one bits."
  (if (and (%fixnump size) (%fix<= size 28))
      (%fix- (%fix-shl 1 size) 1)
      (- (ash 1 size) 1)))

(defun %ldb (size position integer)
  "The SIZE bits from bit POSITION of INTEGER, as an integer >= 0."
  (%check-integer integer)
  (cond ((and (%fixnump integer) (%fixnump position) (%fix<= position 28) (%fixnump size) (%fix<= size 28))
         (%fix-and (%fix-shr integer position) (%byte-mask size)))
        ((or (minusp integer) (< (+ position size) (integer-length integer)))
         (logand (ash integer (- position)) (%byte-mask size)))
        (t (ash integer (- position)))))

(defun %dpb (new size position integer)
  "INTEGER with its SIZE bits from bit POSITION replaced by the lowest bits of NEW."
  (let ((mask (%byte-mask size)))
    (logior (ash (logand new mask) position)
            (logandc2 integer (ash mask position)))))

(defun ldb (bytespec integer)
  "The byte BYTESPEC of INTEGER, as an integer >= 0."
  (%ldb (byte-size bytespec) (byte-position bytespec) integer))

(defun ldb-test (bytespec integer)
  "True if the byte BYTESPEC of INTEGER is not zero."
  (not (eq (ldb bytespec integer) 0)))

(defun mask-field (bytespec integer)
  "INTEGER with all bits outside the byte BYTESPEC cleared."
  (ash (ldb bytespec integer) (byte-position bytespec)))

(defun dpb (new bytespec integer)
  "INTEGER with its byte BYTESPEC replaced by the lowest bits of NEW."
  (%dpb new (byte-size bytespec) (byte-position bytespec) integer))

(defun deposit-field (new bytespec integer)
  "INTEGER with its byte BYTESPEC replaced by the same byte of NEW."
  (dpb (ldb bytespec new) bytespec integer))
