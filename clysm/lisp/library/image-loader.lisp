;;;; Loading an image: the constants that the linker wrote become objects, and symbols get their functions.
;;;;
;;;; This runs before any constant exists, so nothing here may use one: no symbol, no string, no large number.
;;;; The format is that of the compiler's constants.lisp and image-sections.lisp.

(in-package "CLYSM.LIBRARY")

;;; The octets and the place in them, as a vector of two.

(defun %next-octet (cursor)
  (let ((position (%svref cursor 1)))
    (%svset cursor 1 (%fix+ position 1))
    (%octet-ref (%svref cursor 0) position)))

(defun %next-u32 (cursor)
  "An unsigned LEB128 number below 2^29."
  (let ((octet (%next-octet cursor)))
    (if (%fix< octet 128)
        octet
        (let ((result (%fix-and octet 127)) (shift 7))
          (loop
            (setq octet (%next-octet cursor))
            (setq result (%fix-or result (%fix-shl (%fix-and octet 127) shift)))
            (when (%fix< octet 128) (return result))
            (setq shift (%fix+ shift 7)))))))

(defun %next-text (cursor)
  (let* ((length (%next-u32 cursor)) (string (%make-string length)) (i 0))
    (loop
      (when (%fix= i length) (return string))
      (%set-schar-code string i (%next-u32 cursor))
      (setq i (%fix+ i 1)))))

(defun %next-operand (cursor)
  (%operand-value (%next-u32 cursor)))

(defun %operand-value (operand)
  "Kind 0 a constant, 1 a fixnum (zigzag), 2 a character, 3 NIL or T."
  (let ((n (%fix-shr operand 2)) (kind (%fix-and operand 3)))
    (cond ((%fix= kind 0) (%constant n))
          ((%fix= kind 1)
           (if (%fix= (%fix-and n 1) 0)
               (%fix-shr n 1)
               (%fix- -1 (%fix-shr n 1))))
          ((%fix= kind 2) (%code-char n))
          ((%fix= n 0) nil)
          (t t))))

(defun %next-list (cursor)
  "Operands, then the operand of the tail."
  (let ((count (%next-u32 cursor)) (reversed nil) (result nil))
    (loop
      (when (%fix= count 0) (return))
      (setq reversed (cons (%next-operand cursor) reversed))
      (setq count (%fix- count 1)))
    (setq result (%next-operand cursor))
    (loop
      (when (null reversed) (return result))
      (setq result (cons (%car reversed) result))
      (setq reversed (%cdr reversed)))))

(defun %next-vector (cursor)
  (let* ((length (%next-u32 cursor)) (vector (%make-vector length nil)) (i 0))
    (loop
      (when (%fix= i length) (return vector))
      (%svset vector i (%next-operand cursor))
      (setq i (%fix+ i 1)))))

(defun %next-integer (cursor)
  "A sign, then pieces of 16 bits, the highest first."
  (let ((negative (%fix= (%next-octet cursor) 1)) (count (%next-u32 cursor)) (value 0))
    (loop
      (when (%fix= count 0) (return (if negative (- value) value)))
      (setq value (+ (* value 65536) (%next-u32 cursor)))
      (setq count (%fix- count 1)))))

(defun %next-octets (cursor)
  (let* ((length (%next-u32 cursor)) (octets (%make-octets length)) (i 0))
    (loop
      (when (%fix= i length) (return octets))
      (%set-octet octets i (%next-u32 cursor))
      (setq i (%fix+ i 1)))))

(defun %next-bits (cursor)
  (let* ((length (%next-u32 cursor)) (bits (%make-bits length)) (i 0))
    (loop
      (when (%fix= i length) (return bits))
      (%set-bit bits i (%next-u32 cursor))
      (setq i (%fix+ i 1)))))

(defun %symbol-layout (symbol)
  "The layout of the type SYMBOL, made empty if there is none yet."
  (or (%symbol-class symbol)
      (%set-symbol-class symbol (%new-layout))))

(defun %symbol-setf-cell (symbol)
  "The symbol whose function is that named (setf SYMBOL); compiled calls go through it. Its value is SYMBOL."
  (or (%symbol-setf symbol)
      (let ((cell (%make-symbol (%symbol-name symbol))))
        (%set-symbol-value cell symbol)
        (%set-symbol-setf symbol cell))))

(defun %next-constant (cursor)
  (let ((tag (%next-octet cursor)))
    (cond ((%fix= tag 1) (%next-text cursor) (%make-symbol (%next-text cursor)))
          ((%fix= tag 2) (%next-text cursor))
          ((%fix= tag 3) (%next-list cursor))
          ((%fix= tag 4) (%next-vector cursor))
          ((%fix= tag 5) (%next-integer cursor))
          ((%fix= tag 6)
           (let* ((a (%next-u32 cursor)) (b (%next-u32 cursor)) (c (%next-u32 cursor)) (d (%next-u32 cursor)))
             (%make-double a b c d)))
          ((%fix= tag 7)
           (let* ((a (%next-u32 cursor)) (b (%next-u32 cursor)))
             (%make-single a b)))
          ((%fix= tag 8)
           (let* ((a (%next-operand cursor)) (b (%next-operand cursor)))
             (%make-ratio a b)))
          ((%fix= tag 9)
           (let* ((a (%next-operand cursor)) (b (%next-operand cursor)))
             (%make-complex a b)))
          ((%fix= tag 10)
           (let* ((code (%next-u32 cursor)) (info (%next-operand cursor)))
             (%make-function code info nil)))
          ((%fix= tag 11) (%symbol-layout (%next-operand cursor)))
          ((%fix= tag 12) (%next-octets cursor))
          ((%fix= tag 13) (%next-bits cursor))
          ((%fix= tag 14) (%symbol-setf-cell (%next-operand cursor)))
          ((%fix= tag 15) (%next-u32 cursor) nil)
          (t (%setf-name (%next-operand cursor))))))

(defun %setf-name (symbol)
  "(setf SYMBOL) as a name for messages: the symbol SETF itself is not known here, so a list of the other alone."
  (cons symbol nil))

(defun %load-image (octets)
  "Fill the table of constants from OCTETS and give symbols their functions. What is left, the symbols by package, stays
in constant 0 until the packages exist."
  (let* ((cursor (%make-vector 2 0)) (count 0) (i 0))
    (%svset cursor 0 octets)
    (setq count (%next-u32 cursor))
    (loop
      (when (%fix<= count i) (return))
      (%set-constant i (%next-constant cursor))
      (setq i (%fix+ i 1)))
    (setq count (%next-u32 cursor))
    (loop
      (when (%fix= count 0) (return))
      (let* ((symbol (%constant (%next-u32 cursor))) (function (%next-operand cursor)))
        (%install-function symbol function))
      (setq count (%fix- count 1)))
    (%set-constant 0 cursor)
    nil))
