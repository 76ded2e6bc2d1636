;;;; File streams: characters or integers over a descriptor of the host.
;;;;
;;;; A character stream decodes a chunk of octets into its input buffer and encodes its output buffer when that is full.
;;;; A stream for both directions is at any time either reading (output limit 0) or writing (input buffer empty).
;;;; Text that is not valid in the external format is a stream-decoding-error; the bad octet is skipped before.

(in-package "CLYSM.LIBRARY")

(defconstant +character-buffer-size+ 4096)  ; characters; four times this is +transfer-size+

(defstruct (file-stream (:include stream) (:constructor %make-file-stream) (:copier nil)
                        (:predicate %file-stream-p) (:conc-name file-))
  descriptor                     ; of the host
  (source nil)                   ; the pathname that was opened, NIL for the standard streams
  (direction :input)             ; :input, :output or :io
  (octets nil)                   ; octet vector, made when it is first needed
  (octet-index 0)                ; octets octet-index <= i < octet-limit are read, but not decoded
  (octet-limit 0)
  (pending nil)                  ; octet vector with binary output
  (pending-count 0)
  (descriptor-position 0)        ; position of the descriptor, in octets
  (external-format :utf-8)       ; :utf-8 or :latin-1
  (element-type 'character)
  (element-size 1)               ; octets of an element, if that is an integer
  (line-buffered-p nil)          ; output is passed on at each newline
  (abort-action nil))            ; function to call after closing with :abort t

;;; ---- octets from and to the descriptor

(defun %write-memory (stream address count)
  "Pass COUNT octets of linear memory from ADDRESS to the host."
  (loop
    (when (%fix<= count 0) (return nil))
    (let ((written (%host-fd-write (file-descriptor stream) address count)))
      (when (<= written 0)
        (%stream-host-error (if (eql written 0) -8 written) "write to" stream))
      (incf (file-descriptor-position stream) written)
      (setq address (%fix+ address written)
            count (%fix- count written)))))

(defun %fill-octets (stream)
  "Read more octets behind those not yet decoded; NIL at the end of the file."
  (when (eql (file-descriptor stream) 0) (%flush-standard-streams))
  (let* ((octets (or (file-octets stream)
                     (setf (file-octets stream) (%make-octets +transfer-size+))))
         (start (file-octet-index stream))
         (kept (%fix- (file-octet-limit stream) start))
         (address (transfer-address)))
    (%octets-copy octets 0 octets start kept)
    (let ((count (%host-fd-read (file-descriptor stream) address (%fix- +transfer-size+ kept))))
      (when (< count 0) (%stream-host-error count "read from" stream))
      (%mem->octets address octets kept count)
      (setf (file-octet-index stream) 0
            (file-octet-limit stream) (%fix+ kept count))
      (incf (file-descriptor-position stream) count)
      (%fix> count 0))))

;;; ---- character input

(defun %decode (stream buffer index limit)
  "Decode the octets of STREAM into BUFFER from INDEX to LIMIT; the index after the last character."
  (let ((octets (file-octets stream)) (start (file-octet-index stream)) (end (file-octet-limit stream)))
    (if (eq (file-external-format stream) :utf-8)
        (multiple-value-bind (next-octet next-index) (decode-utf-8 octets start end buffer index limit)
          (setf (file-octet-index stream) next-octet)
          next-index)
        (let ((count (min (%fix- end start) (%fix- limit index))))
          (dotimes (i count)
            (%set-schar-code buffer (%fix+ index i) (%octet-ref octets (%fix+ start i))))
          (setf (file-octet-index stream) (%fix+ start count))
          (%fix+ index count)))))

(defun %decoding-error (stream)
  "Skip the octet that cannot be decoded and signal the error."
  (let ((octet (%octet-ref (file-octets stream) (file-octet-index stream))))
    (incf (file-octet-index stream))
    (error 'stream-decoding-error :stream stream
                                  :format-control "the octet ~d of ~s does not belong to valid UTF-8 text"
                                  :format-arguments (list octet stream))))

(defun %refill (stream)
  "Put the next characters of STREAM into its empty input buffer; NIL at the end of the file. The last character read
stays before them, so that it can be unread."
  (%begin-reading stream)
  (let* ((index (in-index-of stream)) (buffer (in-buffer-of stream)))
    (when (eql (%string-length buffer) 0)
      (setq buffer (%make-string +character-buffer-size+))
      (set-in-buffer-of stream buffer))
    (let ((first (if (%fix> index 0) 1 0)))
      (when (%fix> index 0)
        (%set-schar buffer 0 (%schar buffer (%fix- index 1))))
      (set-in-index-of stream first)
      (set-in-limit-of stream first)
      (loop
        (when (%fix< (file-octet-index stream) (file-octet-limit stream))
          (let ((limit (%decode stream buffer first +character-buffer-size+)))
            (when (%fix> limit first)
              (set-in-limit-of stream limit)
              (return t))))
        (let ((rest (%fix- (file-octet-limit stream) (file-octet-index stream))))
          ;; four octets that give no character are invalid, fewer may be the start of one
          (when (%fix>= rest 4) (%decoding-error stream))
          (unless (%fill-octets stream)
            (if (%fix> rest 0)
                (%decoding-error stream)
                (return nil))))))))

(defun %file-read-char (stream)
  (if (%refill stream) (take-char stream) nil))

(defun %file-peek-char (stream)
  (if (%refill stream) (peek stream) nil))

(defun %file-read-line (stream)
  (%read-line-refilling stream #'%refill))

(defun %file-listen (stream)
  (or (%fix< (in-index-of stream) (in-limit-of stream))
      (%refill stream)))

;;; ---- character output

(defun %encode (stream end address)
  "Encode the output buffer of STREAM up to END at ADDRESS. Values: the address after it, the index reached."
  (let ((buffer (out-buffer-of stream)))
    (if (eq (file-external-format stream) :utf-8)
        (encode-utf-8 buffer 0 end address)
        (do ((i 0 (%fix+ i 1)))
            ((%fix>= i end) (values (%fix+ address i) i))
          (let ((code (%schar-code buffer i)))
            (when (%fix> code 255) (return (values (%fix+ address i) i)))
            (%set-mem (%fix+ address i) code))))))

(defun %flush-characters (stream)
  "Pass the output buffer of STREAM to the host. A character without code is dropped with an error."
  (let ((address (transfer-address)) (end (out-index-of stream)) (buffer (out-buffer-of stream)))
    (multiple-value-bind (end-address index) (%encode stream end address)
      (set-out-column-of stream (%buffer-column stream))
      ;; empty before the call: if the host fails, the exit of the program does not try again
      (set-out-index-of stream 0)
      (%write-memory stream address (%fix- end-address address))
      (when (%fix< index end)
        (let ((rest (%fix- end (%fix+ index 1))) (code (%schar-code buffer index)))
          (%string-copy buffer 0 buffer (%fix+ index 1) rest)
          (set-out-index-of stream rest)
          (error 'stream-encoding-error
                 :stream stream
                 :format-control "the character with code ~d cannot be written to ~s in ~s"
                 :format-arguments (list code stream (file-external-format stream))))))))

(defun %flush (stream)
  "Pass all buffered output of the file STREAM to the host."
  (when (%fix> (out-index-of stream) 0) (%flush-characters stream))
  (let ((count (file-pending-count stream)) (start 0))
    (when (%fix> count 0)
      (setf (file-pending-count stream) 0)
      (loop
        (let ((chunk (min count +transfer-size+)))
          (when (%fix<= chunk 0) (return nil))
          (%octets->mem (file-pending stream) start (transfer-address) chunk)
          (%write-memory stream (transfer-address) chunk)
          (setq start (%fix+ start chunk)
                count (%fix- count chunk)))))))

(defun %file-write-char (stream character)
  (%begin-writing stream)
  (when (%fix>= (out-index-of stream) +character-buffer-size+) (%flush-characters stream))
  (let ((index (out-index-of stream)))
    (%set-schar (out-buffer-of stream) index character)
    (set-out-index-of stream (%fix+ index 1)))
  (when (and (file-line-buffered-p stream) (eq character #\Newline))
    (%flush-characters stream)))

(defun %file-write-string (stream string start end)
  (%begin-writing stream)
  (let ((line-end-p (and (file-line-buffered-p stream) (%find-newline string start end))))
    (loop
      (let* ((index (out-index-of stream))
             (count (min (%fix- end start) (%fix- +character-buffer-size+ index))))
        (%string-copy (out-buffer-of stream) index string start count)
        (set-out-index-of stream (%fix+ index count))
        (setq start (%fix+ start count))
        (when (%fix>= start end) (return nil))
        (%flush-characters stream)))
    (when line-end-p (%flush-characters stream))))

(defun %file-clear-output (stream)
  (set-out-column-of stream (%buffer-column stream))
  (set-out-index-of stream 0)
  (setf (file-pending-count stream) 0)
  nil)

;;; ---- both directions

(defun %encoded-length (stream string start end)
  "The number of octets of the simple STRING from START to END in the external format of STREAM."
  (if (eq (file-external-format stream) :utf-8)
      (utf-8-length string start end)
      (%fix- end start)))

(defun %unread-octet-count (stream)
  "How many octets were read from the descriptor, but not by the program."
  (%fix+ (%fix- (file-octet-limit stream) (file-octet-index stream))
         (%encoded-length stream (in-buffer-of stream) (in-index-of stream) (in-limit-of stream))))

(defun %seek (stream offset whence)
  "Move the descriptor; true if the host could."
  (let ((position (%host-fd-seek (file-descriptor stream) offset whence)))
    (cond ((< position 0) nil)
          (t (setf (file-descriptor-position stream) position)
             t))))

(defun %drop-input (stream)
  (set-in-index-of stream 0)
  (set-in-limit-of stream 0)
  (setf (file-octet-index stream) 0
        (file-octet-limit stream) 0))

(defun %begin-reading (stream)
  "Make a stream for both directions ready for input."
  (when (eq (file-direction stream) :io)
    (%flush stream)
    (set-out-limit-of stream 0)))

(defun %begin-writing (stream)
  "Make STREAM ready for output: it has a buffer, and its descriptor stands where the program has read to."
  (when (eq (file-direction stream) :io)
    (let ((unread (%unread-octet-count stream)))
      (when (%fix> unread 0)
        (unless (%seek stream (- unread) 1) (%stream-error stream "cannot write where ~s is read" stream)))
      (%drop-input stream)))
  (when (eql (%string-length (out-buffer-of stream)) 0)
    (set-out-buffer-of stream (%make-string +character-buffer-size+)))
  (unless (file-line-buffered-p stream)
    (set-out-limit-of stream +character-buffer-size+)))

;;; ---- integers; an element is a little-endian group of octets

(defun %read-element (stream)
  "The next integer of the binary STREAM, NIL at the end (also if fewer octets than one element are left)."
  (let ((size (file-element-size stream)))
    (when (eq (file-direction stream) :io) (%flush stream))
    (loop
      (when (%fix<= (%fix+ (file-octet-index stream) size) (file-octet-limit stream)) (return nil))
      (unless (%fill-octets stream) (return-from %read-element nil)))
    (let ((octets (file-octets stream)) (index (file-octet-index stream)))
      (setf (file-octet-index stream) (%fix+ index size))
      (if (and (eql size 1) (eq (car (file-element-type stream)) 'unsigned-byte))
          (%octet-ref octets index)
          (let ((value 0))
            (do ((i (%fix- size 1) (%fix- i 1)))
                ((%fix< i 0))
              (setq value (+ (* value 256) (%octet-ref octets (%fix+ index i)))))
            (if (and (eq (car (file-element-type stream)) 'signed-byte)
                     (%fix>= (%octet-ref octets (%fix+ index (%fix- size 1))) 128))
                (- value (ash 1 (* 8 size)))
                value))))))

(defun %read-octets (stream octets start end)
  "The read-octets operation for streams of octets."
  (cond
    ((not (equal (file-element-type stream) '(unsigned-byte 8))) (%read-each-octet stream octets start end))
    (t
     (when (eq (file-direction stream) :io) (%flush stream))
     (loop
       (when (%fix>= start end) (return end))
       (let* ((index (file-octet-index stream))
              (count (min (%fix- end start) (%fix- (file-octet-limit stream) index))))
         (cond ((%fix> count 0)
                (%octets-copy octets start (file-octets stream) index count)
                (setf (file-octet-index stream) (%fix+ index count))
                (setq start (%fix+ start count)))
               ((not (%fill-octets stream)) (return start))))))))

(defun %begin-writing-octets (stream)
  (when (eq (file-direction stream) :io)
    (let ((unread (%fix- (file-octet-limit stream) (file-octet-index stream))))
      (when (%fix> unread 0) (%seek stream (- unread) 1))
      (%drop-input stream)))
  (unless (file-pending stream)
    (setf (file-pending stream) (%make-octets +transfer-size+))))

(defun %write-octet (stream octet)
  (when (%fix>= (file-pending-count stream) +transfer-size+) (%flush stream))
  (let ((index (file-pending-count stream)))
    (%set-octet (file-pending stream) index octet)
    (setf (file-pending-count stream) (%fix+ index 1))))

(defun %write-element-octets (stream integer)
  "The write-byte operation: INTEGER must be of the element type of STREAM."
  (unless (typep integer (file-element-type stream))
    (%wrong-type integer (file-element-type stream)))
  (%begin-writing-octets stream)
  (dotimes (i (file-element-size stream))
    (%write-octet stream (logand integer 255))
    (setq integer (ash integer -8))))

(defun %write-octets (stream octets start end)
  "The write-octets operation for streams of octets."
  (cond
    ((not (equal (file-element-type stream) '(unsigned-byte 8))) (%write-each-octet stream octets start end))
    (t
     (%begin-writing-octets stream)
     (loop
       (let* ((index (file-pending-count stream))
              (count (min (%fix- end start) (%fix- +transfer-size+ index))))
         (%octets-copy (file-pending stream) index octets start count)
         (setf (file-pending-count stream) (%fix+ index count))
         (setq start (%fix+ start count))
         (when (%fix>= start end) (return nil))
         (%flush stream))))))

;;; ---- position, length, closing

(defun %file-position (stream position)
  (cond ((null position)
         (let ((octets (- (+ (file-descriptor-position stream)
                             (%encoded-length stream (out-buffer-of stream) 0 (out-index-of stream))
                             (file-pending-count stream))
                          (%unread-octet-count stream))))
           (values (floor octets (file-element-size stream)))))
        (t
         (%flush stream)
         (%drop-input stream)
         (cond ((eq position :end) (%seek stream 0 2))
               ((eq position :start) (%seek stream 0 0))
               (t (%seek stream (* position (file-element-size stream)) 0))))))

(defun %file-length (stream)
  (%flush stream)
  (let ((position (file-descriptor-position stream)))
    (unless (%seek stream 0 2) (%no-file stream))
    (let ((length (file-descriptor-position stream)))
      (%seek stream position 0)
      (values (floor length (file-element-size stream))))))

(defun %file-string-length (stream string)
  (%encoded-length stream string 0 (length string)))

(defun %file-close (stream abort)
  (if abort (%file-clear-output stream) (%flush stream))
  (let ((result (%host-fd-close (file-descriptor stream))))
    (when (and abort (file-abort-action stream))
      (funcall (file-abort-action stream)))
    (when (and (< result 0) (not abort))
      (%stream-host-error result "close" stream))))

(defun %file-input-p (stream)
  (not (eq (file-direction stream) :output)))

(defun %file-output-p (stream)
  (not (eq (file-direction stream) :input)))

(defun %file-element-type (stream)
  (file-element-type stream))

;;; ---- the tables

(defun %make-file-operations (input-p output-p)
  "Operations of a character stream that can read if INPUT-P and write if OUTPUT-P."
  (let ((operations (make-stream-operations
                     :on-finish-output #'%no-output :on-close #'%file-close :on-input-p #'%file-input-p
                     :on-output-p #'%file-output-p :on-element-type #'%file-element-type
                     :on-position #'%file-position :on-length #'%file-length)))
    (when input-p
      (setf (on-read-char operations) #'%file-read-char
            (on-peek-char operations) #'%file-peek-char
            (on-unread-char operations) #'%unread-in-buffer
            (on-read-line operations) #'%file-read-line
            (on-listen operations) #'%file-listen
            (on-clear-input operations) #'%nothing))
    (when output-p
      (setf (on-write-char operations) #'%file-write-char
            (on-write-string operations) #'%file-write-string
            (on-column operations) #'%buffer-column
            (on-string-length operations) #'%file-string-length
            (on-finish-output operations) #'%flush
            (on-clear-output operations) #'%file-clear-output))
    operations))

(defun %make-binary-file-operations (input-p output-p)
  "Operations of a stream of integers that can read if INPUT-P and write if OUTPUT-P."
  (let ((operations (make-stream-operations
                     :on-finish-output #'%no-output :on-close #'%file-close :on-input-p #'%file-input-p
                     :on-output-p #'%file-output-p :on-element-type #'%file-element-type
                     :on-position #'%file-position :on-length #'%file-length)))
    (when input-p
      (setf (on-read-byte operations) #'%read-element
            (on-read-octets operations) #'%read-octets
            (on-clear-input operations) #'%nothing))
    (when output-p
      (setf (on-write-byte operations) #'%write-element-octets
            (on-write-octets operations) #'%write-octets
            (on-finish-output operations) #'%flush
            (on-clear-output operations) #'%file-clear-output))
    operations))

(defvar *file-operations*
  (list :input (%make-file-operations t nil) :output (%make-file-operations nil t) :io (%make-file-operations t t)))

(defvar *binary-file-operations*
  (list :input (%make-binary-file-operations t nil) :output (%make-binary-file-operations nil t)
        :io (%make-binary-file-operations t t)))

(defun make-descriptor-stream (descriptor direction &key pathname (element-type 'character) (element-size 1)
                                                      (external-format :utf-8) line-buffered-p)
  "A stream over the host's DESCRIPTOR. DIRECTION is :input, :output or :io. ELEMENT-TYPE is character or a list such as
(unsigned-byte 8), whose elements have ELEMENT-SIZE octets."
  (%make-file-stream :operations (getf (if (eq element-type 'character) *file-operations* *binary-file-operations*)
                                       direction)
                     :descriptor descriptor :direction direction :source pathname
                     :element-type element-type :element-size element-size
                     :external-format external-format :line-buffered-p line-buffered-p))

(defun stream-external-format (stream)
  "The external format of a file STREAM, :default for others."
  (%check-stream stream)
  (if (%file-stream-p stream) (file-external-format stream) :default))
