;;;; Growing octet buffers and the integer encodings of the Wasm binary format.

(in-package "CLYSM.COMPILER")

(defstruct (buffer (:constructor %make-buffer (octets)))
  "A growing vector of octets; FILL is the number in use."
  octets
  (fill 0))

(defun make-octets (n)
  (make-array n :element-type '(unsigned-byte 8) :initial-element 0))

(defun make-buffer (&optional (capacity 64))
  (%make-buffer (make-octets capacity)))

(defun ensure-room (buffer n)
  "Make room for N more octets."
  (let* ((old (buffer-octets buffer))
         (needed (+ (buffer-fill buffer) n))
         (capacity (length old)))
    (when (> needed capacity)
      (let ((new (make-octets (max needed (* 2 capacity)))))
        (replace new old :end2 (buffer-fill buffer))
        (setf (buffer-octets buffer) new)))
    nil))

(defun put-byte (buffer byte)
  (let ((fill (buffer-fill buffer)))
    (when (= fill (length (buffer-octets buffer)))
      (ensure-room buffer 1))
    (setf (aref (buffer-octets buffer) fill) byte)
    (setf (buffer-fill buffer) (+ fill 1))
    nil))

(defun put-octets (buffer octets &optional (start 0) (end (length octets)))
  (let ((fill (buffer-fill buffer)))
    (ensure-room buffer (- end start))
    (replace (buffer-octets buffer) octets :start1 fill :start2 start :end2 end)
    (setf (buffer-fill buffer) (+ fill (- end start)))
    nil))

(defun put-buffer (buffer other)
  (put-octets buffer (buffer-octets other) 0 (buffer-fill other)))

(defun buffer-contents (buffer)
  "A fresh octet vector of exactly the octets in use."
  (subseq (buffer-octets buffer) 0 (buffer-fill buffer)))

;;; LEB128: Wasm spec, Binary Format, Integers.

(defun put-u32 (buffer n)
  "Unsigned LEB128 of N in the fewest octets."
  (cond ((< n 128) (put-byte buffer n))
        (t (put-byte buffer (logior 128 (logand n 127)))
           (put-u32 buffer (ash n -7)))))

(defun put-signed (buffer n)
  "Signed LEB128 of N in the fewest octets."
  (cond ((and (<= -64 n) (< n 64)) (put-byte buffer (logand n 127)))
        (t (put-byte buffer (logior 128 (logand n 127)))
           (put-signed buffer (ash n -7)))))

(defun get-u32 (octets position)
  "The unsigned LEB128 at POSITION; second value: the position behind it."
  (let ((result 0) (shift 0))
    (loop
      (let ((byte (aref octets position)))
        (setf position (+ position 1))
        (setf result (logior result (ash (logand byte 127) shift)))
        (when (< byte 128)
          (return (values result position)))
        (setf shift (+ shift 7))))))

(defun get-signed (octets position)
  "The signed LEB128 at POSITION; second value: the position behind it."
  (let ((result 0) (shift 0))
    (loop
      (let ((byte (aref octets position)))
        (setf position (+ position 1))
        (setf result (logior result (ash (logand byte 127) shift)))
        (setf shift (+ shift 7))
        (when (< byte 128)
          (return (values (if (logbitp 6 byte) (- result (ash 1 shift)) result)
                          position)))))))

;;; UTF-8: Unicode standard, table 3-6.

(defun put-code-point (buffer code)
  (cond ((< code #x80) (put-byte buffer code))
        ((< code #x800)
         (put-byte buffer (logior #xC0 (ash code -6)))
         (put-byte buffer (logior #x80 (logand code #x3F))))
        ((< code #x10000)
         (put-byte buffer (logior #xE0 (ash code -12)))
         (put-byte buffer (logior #x80 (logand (ash code -6) #x3F)))
         (put-byte buffer (logior #x80 (logand code #x3F))))
        (t
         (put-byte buffer (logior #xF0 (ash code -18)))
         (put-byte buffer (logior #x80 (logand (ash code -12) #x3F)))
         (put-byte buffer (logior #x80 (logand (ash code -6) #x3F)))
         (put-byte buffer (logior #x80 (logand code #x3F))))))

(defun string-octets (string)
  "The UTF-8 encoding of STRING."
  (let ((buffer (make-buffer (+ 8 (length string)))))
    (dotimes (i (length string))
      (put-code-point buffer (char-code (char string i))))
    (buffer-contents buffer)))

(defun put-name (buffer string)
  "A Wasm name: length in octets, then UTF-8."
  (let ((octets (string-octets string)))
    (put-u32 buffer (length octets))
    (put-octets buffer octets)))

(defun decode-utf-8 (octets start end)
  "The code points of OCTETS between START and END as a simple vector.
Second value: NIL, or the position of the first octet that is not well-formed UTF-8."
  (let ((codes (make-array (- end start)))
        (count 0)
        (position start))
    (loop
      (when (>= position end)
        (return (values (if (= count (length codes)) codes (subseq codes 0 count)) nil)))
      (let ((byte (aref octets position)))
        (cond
          ((< byte #x80)
           (setf (svref codes count) byte)
           (setf position (+ position 1)))
          (t
           (let* ((more (cond ((<= #xC2 byte #xDF) 1)
                              ((<= #xE0 byte #xEF) 2)
                              ((<= #xF0 byte #xF4) 3)
                              (t 0)))
                  (code (and (> more 0)
                             (<= (+ position more 1) end)
                             (decode-sequence octets position more))))
             (unless code
               (return (values (subseq codes 0 count) position)))
             (setf (svref codes count) code)
             (setf position (+ position more 1)))))
        (setf count (+ count 1))))))

(defun decode-sequence (octets position more)
  "The code point of the lead octet at POSITION and MORE continuation octets, or NIL."
  (let ((code (logand (aref octets position) (svref #(0 #x1F #x0F #x07) more))))
    (dotimes (i more)
      (let ((byte (aref octets (+ position i 1))))
        (unless (= (logand byte #xC0) #x80)
          (return-from decode-sequence nil))
        (setf code (logior (ash code 6) (logand byte #x3F)))))
    (if (and (>= code (svref #(0 #x80 #x800 #x10000) more))
             (<= code #x10FFFF)
             (not (<= #xD800 code #xDFFF)))
        code
        nil)))

(defun octets-string (octets &optional (start 0) (end (length octets)))
  "The string whose well-formed UTF-8 encoding is OCTETS."
  (codes-string (decode-utf-8 octets start end)))

(defun codes-string (codes)
  "The string of a simple vector of code points."
  (known-text codes 0 (length codes)))

;;; The same names are read again and again: each is made once.

(defvar *known-texts* (make-hash-table :test #'eql)
  "Hash of a text -> strings.")

(defun text-hash (codes start end)
  (let ((hash 0) (i start))
    (loop
      (when (>= i end) (return hash))
      (setf hash (logand (+ (* hash 31) (svref codes i)) 4194303))
      (setf i (+ i 1)))))

(defun same-text-p (string codes start end)
  (and (= (length string) (- end start))
       (dotimes (i (length string) t)
         (unless (= (char-code (char string i)) (svref codes (+ start i)))
           (return nil)))))

(defun known-text (codes start end)
  "The string, not to be changed, of the code points in the simple vector CODES from START to END."
  (let* ((hash (text-hash codes start end))
         (texts (gethash hash *known-texts*)))
    (dolist (text texts)
      (when (same-text-p text codes start end)
        (return-from known-text text)))
    (let ((text (with-output-to-string (out)
                  (let ((i start))
                    (loop
                      (when (>= i end) (return))
                      (write-char (code-char (svref codes i)) out)
                      (setf i (+ i 1)))))))
      (setf (gethash hash *known-texts*) (cons text texts))
      text)))
