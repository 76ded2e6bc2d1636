;;;; OPEN.

(in-package "CLYSM.LIBRARY")

;;; Flags of the host's file_open.
(defconstant +read-flag+ 1)
(defconstant +write-flag+ 2)
(defconstant +create-flag+ 4)
(defconstant +truncate-flag+ 8)
(defconstant +append-flag+ 16)
(defconstant +exclusive-flag+ 32)

;;; ---- element types

(defun %bits-type (kind bits)
  "Values: the element type (KIND BITS), the octets of an element."
  (values (list kind bits) (max 1 (ceiling bits 8))))

(defun %range-type (low high)
  "Element type and octets for the integers from LOW to HIGH."
  (if (minusp low)
      (%bits-type 'signed-byte (+ 1 (max (integer-length low) (integer-length high))))
      (%bits-type 'unsigned-byte (max 1 (integer-length high)))))

(defun %range-bound (bound step)
  "The integer that BOUND, an integer or a list of an exclusive one, stands for; NIL for *."
  (cond ((integerp bound) bound)
        ((consp bound) (+ (car bound) step))
        (t nil)))

(defun %element-type-and-size (type)
  "Values: character or a list such as (unsigned-byte 8); octets of an element."
  (let ((name (if (consp type) (car type) type)) (arguments (if (consp type) (cdr type) '())))
    (case name
      ((character base-char standard-char extended-char :default string-char) (values 'character 1))
      (bit (%bits-type 'unsigned-byte 1))
      ((unsigned-byte signed-byte) (%bits-type name (if (integerp (car arguments)) (car arguments) 8)))
      (mod (%range-type 0 (- (car arguments) 1)))
      (integer
       (let ((low (%range-bound (first arguments) 1)) (high (%range-bound (second arguments) -1)))
         (cond ((and low high) (%range-type low high))
               ((and low (>= low 0)) (%bits-type 'unsigned-byte 8))
               (t (%bits-type 'signed-byte 8)))))
      (t (cond ((subtypep type 'character) (values 'character 1))
               ((subtypep type 'unsigned-byte) (%bits-type 'unsigned-byte 8))
               ((subtypep type 'integer) (%bits-type 'signed-byte 8))
               (t (error 'simple-type-error
                         :datum type :expected-type '(or (member character) cons)
                         :format-control "~s is no element type of streams" :format-arguments (list type))))))))

(defun %external-format (format)
  "The external format that FORMAT names."
  (case (if (consp format) (car format) format)
    ((:default :utf-8 :utf8) :utf-8)
    ((:latin-1 :latin1 :iso-8859-1) :latin-1)
    (t (error 'simple-error :format-control "the external format ~s is not supported; utf-8 and latin-1 are"
                            :format-arguments (list format)))))

;;; ---- opening

(defun host-open (pathname flags)
  "The host's descriptor for PATHNAME opened with FLAGS, or a negative error code."
  (let ((address (transfer-address)))
    (%host-file-open address (string->memory (host-path pathname) address) flags)))

(defun %open-or-fail (pathname flags)
  (let ((descriptor (host-open pathname flags)))
    (if (< descriptor 0) (%file-host-error descriptor "open" pathname) descriptor)))

(defun %create-empty (pathname)
  "Make PATHNAME an empty file."
  (%host-fd-close (%open-or-fail pathname (+ +write-flag+ +create-flag+))))

(defun %absent-file (pathname if-does-not-exist)
  "What OPEN does with the PATHNAME of a missing file: NIL, an error, or create it and return true."
  (case if-does-not-exist
    ((nil) nil)
    (:create (%create-empty pathname) t)
    (t (%file-host-error -1 "open" pathname))))

(defun %open-for-input (pathname if-does-not-exist)
  "A descriptor for reading PATHNAME, or NIL."
  (let ((descriptor (host-open pathname +read-flag+)))
    (cond ((>= descriptor 0) descriptor)
          ((not (%absent-p descriptor)) (%file-host-error descriptor "open" pathname))
          ((%absent-file pathname if-does-not-exist) (%open-or-fail pathname +read-flag+))
          (t nil))))

(defun %existing-flags (pathname if-exists)
  "The flags for writing to the existing file PATHNAME as IF-EXISTS asks; NIL for none. May rename or delete the file."
  (case if-exists
    ((nil) nil)
    (:overwrite 0)
    (:append +append-flag+)
    ((:supersede :new-version) +truncate-flag+)
    ((:rename :rename-and-delete)
     (change-path 2 pathname (%backup-pathname pathname))
     (when (eq if-exists :rename-and-delete) (change-path 1 (%backup-pathname pathname)))
     +create-flag+)
    (:error (%file-host-error -2 "create" pathname))
    (t (%wrong-type if-exists '(member :error :new-version :rename :rename-and-delete :overwrite :append
                                :supersede nil)))))

(defun %backup-pathname (pathname)
  (%make-pathname nil nil (%pathname-directories pathname)
                  (%pathname-name pathname)
                  (concatenate 'string (or (%pathname-type pathname) "") "~")
                  nil))

(defun %open-for-output (pathname direction if-exists if-does-not-exist)
  "Values: a descriptor for writing PATHNAME, or NIL; true if the file is new."
  (let* ((basic-flags (if (eq direction :io) (+ +read-flag+ +write-flag+) +write-flag+))
         (kind (path-status pathname)))
    (cond ((eql kind 1)
           (let ((flags (%existing-flags pathname if-exists)))
             (values (if flags (%open-or-fail pathname (+ basic-flags flags)) nil)
                     nil)))
          ((eql kind 2) (%file-host-error -5 "open" pathname))
          ((not (%absent-p kind)) (%file-host-error kind "open" pathname))
          ((not (eq if-does-not-exist :create))
           (%absent-file pathname if-does-not-exist)
           (values nil nil))
          (t (values (%open-or-fail pathname (+ basic-flags +create-flag+ +exclusive-flag+)) t)))))

(defun %new-file-stream (descriptor direction filename pathname new-p type size external-format)
  "The stream that OPEN returns for FILENAME, which means the file PATHNAME."
  (let ((stream (make-descriptor-stream descriptor direction :pathname (%own-pathname filename pathname)
                                                             :element-type type :element-size size
                                                             :external-format external-format)))
    (when new-p
      (setf (file-abort-action stream) (lambda () (change-path 1 pathname))))
    stream))

(defun open (filename &key (direction :input) (element-type 'character) (if-exists nil if-exists-p)
                        (if-does-not-exist nil if-does-not-exist-p) (external-format :default))
  "A stream to the file FILENAME; NIL if the file does not exist, or exists, and the argument for that case is NIL.
Closing with :abort t deletes a file that OPEN created. With :direction :probe the stream is closed already."
  (let* ((pathname (physical-pathname filename))
         (format (%external-format external-format))
         (if-exists (cond (if-exists-p if-exists)
                          ((eq (%pathname-version pathname) :newest) :new-version)
                          (t :error)))
         (if-does-not-exist (cond (if-does-not-exist-p if-does-not-exist)
                                  ((eq direction :probe) nil)
                                  ((or (eq direction :input) (member if-exists '(:overwrite :append))) :error)
                                  (t :create))))
    (unless (member if-does-not-exist '(:error :create nil))
      (%wrong-type if-does-not-exist '(member :error :create nil)))
    (multiple-value-bind (type size) (%element-type-and-size element-type)
      (ecase direction
        ((:input :probe)
         (let ((descriptor (%open-for-input pathname if-does-not-exist)))
           (cond ((null descriptor) nil)
                 (t
                  (let ((stream (%new-file-stream descriptor :input filename pathname nil type size format)))
                    (when (eq direction :probe) (close stream))
                    stream)))))
        ((:output :io)
         (multiple-value-bind (descriptor new-p) (%open-for-output pathname direction if-exists if-does-not-exist)
           (cond ((null descriptor) nil)
                 (t
                  (let ((stream (%new-file-stream descriptor direction filename pathname new-p type size format)))
                    (when (eq if-exists :append) (%file-position stream :end))
                    stream)))))))))
