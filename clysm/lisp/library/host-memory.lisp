;;;; The piece of linear memory through which text and octets go to and come from the host.

(in-package "CLYSM.LIBRARY")

(defconstant +transfer-size+ 16384)  ; octets

(defvar *transfer-address* nil
  "Address of +transfer-size+ octets for one host call at a time. To be set to NIL when all memory is freed.")

(defun transfer-address ()
  "The address of +transfer-size+ octets, good until the next host call that moves data."
  (or *transfer-address*
      (setq *transfer-address* (%mem-alloc +transfer-size+))))

(defun string->memory (string address)
  "Write STRING as UTF-8 to memory at ADDRESS, which must be in the transfer area; the number of octets."
  (let* ((string (if (%simple-string-p string) string (subseq string 0)))
         (length (%string-length string)))
    (when (%fix> (%fix+ (%fix* 4 length) address) (%fix+ (transfer-address) +transfer-size+))
      (error 'simple-error :format-control "the text of ~d characters is too long for the host"
                           :format-arguments (list length)))
    (multiple-value-bind (end-address index) (encode-utf-8 string 0 length address)
      (unless (%fix= index length)
        (error 'simple-error :format-control "the character with code ~d cannot be passed to the host"
                             :format-arguments (list (%schar-code string index))))
      (%fix- end-address address))))

(defun memory->octets (address count)
  "A new octet vector with COUNT octets of memory from ADDRESS."
  (let ((octets (%make-octets count)))
    (%mem->octets address octets 0 count)
    octets))

(defun octets->string (octets start end)
  "The text that the octets from START to END encode; each octet that is not UTF-8 becomes U+FFFD."
  (let ((string (%make-string (%fix- end start))) (index 0))
    (loop
      (multiple-value-bind (next-octet next-index) (decode-utf-8 octets start end string index (%string-length string))
        (when (%fix= next-octet end)
          (return (%substring string 0 next-index)))
        (%set-schar-code string next-index #xFFFD)
        (setq start (%fix+ next-octet 1)
              index (%fix+ next-index 1))))))

(defun nul-terminated-strings (octets)
  "The list of strings that end with a zero octet each in OCTETS."
  (let ((strings '()) (start 0))
    (dotimes (i (%octets-length octets))
      (when (%fix= (%octet-ref octets i) 0)
        (push (octets->string octets start i) strings)
        (setq start (%fix+ i 1))))
    (nreverse strings)))
