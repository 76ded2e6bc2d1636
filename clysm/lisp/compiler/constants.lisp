;;;; Constants in objects: a compact binary form. Each item is a tag and operands; an operand is a number n << 2 | kind:
;;;; 0 item n, 1 the fixnum n (zigzag), 2 the character n, 3 NIL (0) or T (1). The library's image loader reads the same.

(in-package "CLYSM.COMPILER")

(defparameter *constant-tags*
  '((symbol . 1) (string . 2) (list . 3) (vector . 4) (integer . 5) (double . 6) (single . 7) (ratio . 8) (complex . 9)
    (function . 10) (layout . 11) (octets . 12) (bits . 13) (setf . 14) (load-time . 15) (setf-name . 16)))

(defun constant-tag (kind)
  (or (cdr (assoc kind *constant-tags* :test #'eq))
      (error "no constant of kind ~A" kind)))

;;; A pool: items in order, each a list (kind . parts) whose parts name other items by index. Data are taken apart here.

(defstruct (pool (:constructor make-pool ()))
  (items '()) (count 0) (cells '())
  (symbols (make-hash-table :test #'equal)))

(defun add-item (pool item)
  (let ((index (pool-count pool)))
    (push item (pool-items pool))
    (setf (pool-count pool) (+ index 1))
    index))

(defun item-operand (index) (ash index 2))

(defun pool-symbol (pool home name)
  "Index of the symbol NAME of package HOME, a string."
  (let ((key (concatenate 'string home ":" name)))
    (or (gethash key (pool-symbols pool))
        (setf (gethash key (pool-symbols pool))
              (add-item pool (list 'symbol home name))))))

(defun datum-operand (pool datum fresh)
  "DATUM as an operand; FRESH: table of the uninterned symbols met in this module."
  (cond ((null datum) 3)
        ((eq datum t) 7)
        ((and (integerp datum) (<= -33554432 datum 33554431))
         (logior 1 (ash (if (< datum 0) (- (* -2 datum) 1) (* 2 datum)) 2)))
        ((characterp datum) (logior 2 (ash (char-code datum) 2)))
        (t (item-operand (datum-item pool datum fresh)))))

(defun datum-item (pool datum fresh)
  "Index of an item for DATUM, which is no immediate."
  (cond ((symbolp datum)
         (let ((home (symbol-home (environment-world *environment*) datum)))
           (if home
               (pool-symbol pool home (symbol-name datum))
               (or (gethash datum fresh)
                   (setf (gethash datum fresh) (add-item pool (list 'symbol nil (fresh-name datum))))))))
        ((stringp datum) (add-item pool (list 'string datum)))
        ((consp datum)
         (let ((operands '()))
           (loop
             (when (atom datum) (return))
             (push (datum-operand pool (car datum) fresh) operands)
             (setf datum (cdr datum)))
           (add-item pool (list 'list (reverse operands) (datum-operand pool datum fresh)))))
        ((integerp datum) (add-item pool (list 'integer datum)))
        ((literal-float-p datum)
         (add-item pool (list (if (= (float-width datum) 64) 'double 'single) (float-bits datum))))
        ((rationalp datum)
         (add-item pool (list 'ratio (datum-operand pool (numerator datum) fresh)
                              (datum-operand pool (denominator datum) fresh))))
        ((complexp datum)
         (add-item pool (list 'complex (datum-operand pool (realpart datum) fresh)
                              (datum-operand pool (imagpart datum) fresh))))
        ((bit-vector-p datum) (add-item pool (list 'bits (coerce datum 'list))))
        ((simple-vector-p datum)
         (let ((operands '()))
           (dotimes (i (length datum)) (push (datum-operand pool (svref datum i) fresh) operands))
           (add-item pool (list 'vector (reverse operands)))))
        ((vectorp datum) (add-item pool (list 'octets (coerce datum 'list))))
        (t (fail "unsupported-literal" nil "a literal of this kind cannot be stored in an object"))))

(defun put-text (buffer string)
  "Length and code points."
  (put-u32 buffer (length string))
  (dotimes (i (length string))
    (put-u32 buffer (char-code (char string i)))))

(defun put-item (buffer item)
  (put-byte buffer (constant-tag (car item)))
  (ecase (car item)
    (symbol (put-text buffer (or (second item) ""))
     (put-text buffer (third item)))
    (string (put-text buffer (second item)))
    (list (put-operands buffer (second item))
     (put-u32 buffer (third item)))
    (vector (put-operands buffer (second item)))
    (integer
     (let ((magnitude (abs (second item))) (pieces '()))
       (loop
         (when (= magnitude 0) (return))
         (push (logand magnitude 65535) pieces)
         (setf magnitude (ash magnitude -16)))
       (put-byte buffer (if (< (second item) 0) 1 0))
       (put-operands buffer pieces)))
    (double (put-pieces buffer (second item) 4))
    (single (put-pieces buffer (second item) 2))
    ((ratio complex) (put-u32 buffer (second item)) (put-u32 buffer (third item)))
    (function (put-u32 buffer (second item)) (put-u32 buffer (third item)))
    ((layout setf setf-name) (put-u32 buffer (second item)))
    ((octets bits) (put-operands buffer (second item)))
    (load-time (put-u32 buffer (second item)))))

(defun put-operands (buffer operands)
  (put-u32 buffer (length operands))
  (dolist (operand operands) (put-u32 buffer operand)))

(defun put-pieces (buffer bits count)
  "The 16-bit pieces of BITS, the highest first."
  (dotimes (i count)
    (put-u32 buffer (logand 65535 (ash bits (* -16 (- count i 1)))))))

(defun put-pool (buffer pool)
  "For an object: the number of items, then each with its length in front."
  (put-u32 buffer (pool-count pool))
  (dolist (item (reverse (pool-items pool)))
    (let ((octets (make-buffer 32)))
      (put-item octets item)
      (put-u32 buffer (buffer-fill octets))
      (put-buffer buffer octets))))

(defun pool-octets (pool)
  (let ((buffer (make-buffer 1024)))
    (put-u32 buffer (pool-count pool))
    (dolist (item (reverse (pool-items pool)))
      (put-item buffer item))
    (buffer-contents buffer)))

;;; Reading an object's pool back, for the linker

(define-condition bad-object (error)
  ((message :initarg :message :reader bad-object-message))
  (:report (lambda (condition stream) (write-string (bad-object-message condition) stream)))
  (:documentation "The octets are no object or interface of this compiler."))

(defstruct (cursor (:constructor make-cursor (octets position)))
  octets position)

(defun take-u32 (cursor)
  (multiple-value-bind (value position) (get-u32 (cursor-octets cursor) (cursor-position cursor))
    (setf (cursor-position cursor) position)
    value))

(defun take-byte (cursor)
  (let ((position (cursor-position cursor)))
    (setf (cursor-position cursor) (+ position 1))
    (aref (cursor-octets cursor) position)))

(defun take-text (cursor)
  (let ((count (take-u32 cursor)))
    (with-output-to-string (out)
      (dotimes (i count) (write-char (code-char (take-u32 cursor)) out)))))

(defun take-operands (cursor)
  (let ((count (take-u32 cursor)) (operands '()))
    (dotimes (i count) (push (take-u32 cursor) operands))
    (reverse operands)))

(defun take-pieces (cursor count)
  (let ((bits 0))
    (dotimes (i count) (setf bits (logior (ash bits 16) (take-u32 cursor))))
    bits))

(defun take-item (cursor)
  (let* ((tag (take-byte cursor))
         (kind (car (find tag *constant-tags* :key #'cdr))))
    (case kind
      (symbol (let* ((home (take-text cursor)) (name (take-text cursor)))
                (list 'symbol (if (string= home "") nil home) name)))
      (string (list 'string (take-text cursor)))
      (list (let* ((operands (take-operands cursor)) (tail (take-u32 cursor)))
              (list 'list operands tail)))
      (vector (list 'vector (take-operands cursor)))
      (integer (let ((negative (= (take-byte cursor) 1)) (value 0))
                 (dolist (piece (take-operands cursor)) (setf value (logior (ash value 16) piece)))
                 (list 'integer (if negative (- value) value))))
      (double (list 'double (take-pieces cursor 4)))
      (single (list 'single (take-pieces cursor 2)))
      ((ratio complex function)
       (let* ((a (take-u32 cursor)) (b (take-u32 cursor))) (list kind a b)))
      ((layout setf setf-name load-time) (list kind (take-u32 cursor)))
      ((octets bits) (list kind (take-operands cursor)))
      (t (error 'bad-object :message "unknown constant")))))

(defun take-item-positions (cursor)
  "A vector of the items' positions."
  (let* ((count (take-u32 cursor)) (positions (make-array count)))
    (dotimes (i count)
      (let ((size (take-u32 cursor)))
        (setf (svref positions i) (cursor-position cursor))
        (setf (cursor-position cursor) (+ (cursor-position cursor) size))))
    positions))
