;;;; UTF-8 between strings, octets and the linear memory that the host sees.
;;;;
;;;; Source: RFC 3629. Overlong forms, surrogates and codes over #x10FFFF are invalid in both directions.

(in-package "CLYSM.LIBRARY")

(defun encode-utf-8 (string start end address)
  "Write the simple STRING from START to END as UTF-8 to linear memory at ADDRESS, where there are 4 octets for each
character. Values: the address after the last octet, the index reached (less than END at a surrogate)."
  (do ((i start (%fix+ i 1)))
      ((%fix>= i end) (values address end))
    (let ((code (%schar-code string i)))
      (cond ((%fix< code #x80)
             (%set-mem address code)
             (setq address (%fix+ address 1)))
            ((%fix< code #x800)
             (%set-mem address (%fix-or #xC0 (%fix-shr code 6)))
             (%set-mem (%fix+ address 1) (%fix-or #x80 (%fix-and code #x3F)))
             (setq address (%fix+ address 2)))
            ((%fix< code #x10000)
             (when (and (%fix>= code #xD800) (%fix< code #xE000))
               (return (values address i)))
             (%set-mem address (%fix-or #xE0 (%fix-shr code 12)))
             (%set-mem (%fix+ address 1) (%fix-or #x80 (%fix-and (%fix-shr code 6) #x3F)))
             (%set-mem (%fix+ address 2) (%fix-or #x80 (%fix-and code #x3F)))
             (setq address (%fix+ address 3)))
            (t
             (%set-mem address (%fix-or #xF0 (%fix-shr code 18)))
             (%set-mem (%fix+ address 1) (%fix-or #x80 (%fix-and (%fix-shr code 12) #x3F)))
             (%set-mem (%fix+ address 2) (%fix-or #x80 (%fix-and (%fix-shr code 6) #x3F)))
             (%set-mem (%fix+ address 3) (%fix-or #x80 (%fix-and code #x3F)))
             (setq address (%fix+ address 4)))))))

(defun utf-8-length (string start end)
  "The number of octets of the simple STRING from START to END in UTF-8."
  (let ((length 0))
    (do ((i start (%fix+ i 1)))
        ((%fix>= i end) length)
      (let ((code (%schar-code string i)))
        (setq length (%fix+ length (cond ((%fix< code #x80) 1)
                                         ((%fix< code #x800) 2)
                                         ((%fix< code #x10000) 3)
                                         (t 4))))))))

(defun utf-8-sequence-length (lead)
  "How many octets the sequence that starts with the octet LEAD has; 0 if none starts so."
  (cond ((%fix< lead #x80) 1) ((%fix< lead #xC2) 0) ((%fix< lead #xE0) 2)
        ((%fix< lead #xF0) 3) ((%fix< lead #xF5) 4) (t 0)))

(defun utf-8-code (octets i length)
  "The code of the sequence of LENGTH (2 to 4) octets at index I of OCTETS, NIL if it is invalid."
  (let* ((lead (%octet-ref octets i))
         (code (%fix-and lead (%fix-shr #x3F (%fix- length 1)))))
    (do ((k 1 (%fix+ k 1)))
        ((%fix= k length))
      (let ((next (%octet-ref octets (%fix+ i k))))
        (unless (%fix= (%fix-and next #xC0) #x80) (return-from utf-8-code nil))
        (setq code (%fix-or (%fix-shl code 6) (%fix-and next #x3F)))))
    (cond ((%fix= length 2) code)
          ((%fix= length 3)
           (if (or (%fix< code #x800) (and (%fix>= code #xD800) (%fix< code #xE000))) nil code))
          (t (if (or (%fix< code #x10000) (%fix> code #x10FFFF)) nil code)))))

(defun decode-utf-8 (octets start end string index limit)
  "Decode OCTETS from START to END into STRING from INDEX to at most LIMIT. Values: the index of the first octet not
decoded, the index after the last character. Stops early at an invalid or incomplete sequence."
  (loop
    (when (or (%fix>= start end) (%fix>= index limit)) (return (values start index)))
    (let ((octet (%octet-ref octets start)))
      (if (%fix< octet #x80)
          (progn (%set-schar-code string index octet)
                 (setq start (%fix+ start 1)))
          (let ((length (utf-8-sequence-length octet)))
            (when (or (%fix= length 0) (%fix> (%fix+ start length) end)) (return (values start index)))
            (let ((code (utf-8-code octets start length)))
              (unless code (return (values start index)))
              (%set-schar-code string index code)
              (setq start (%fix+ start length)))))
      (setq index (%fix+ index 1)))))
