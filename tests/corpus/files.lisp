;;;; Files: writing, reading, positions, renaming, deleting, what happens when it fails.
;; rows: 19 20 21

(setq *print-pretty* nil)

(defun show (label &rest values)
  (format t "~A:~{ ~S~}~%" label values))

(defun write-text (name text &rest options)
  (with-open-stream (out (apply #'open name :direction :output options))
    (write-string text out)))
(defun lines (name)
  (with-open-file (in name)
    (loop for line = (read-line in nil) while line collect line)))

(show "before" (probe-file "corpus-a.txt"))
(write-text "corpus-a.txt" (format nil "first~%second~%third"))
(show "written" (lines "corpus-a.txt") (and (probe-file "corpus-a.txt") t)
      (file-namestring (probe-file "corpus-a.txt")))
(write-text "corpus-a.txt" (format nil "~%fourth~%") :if-exists :append)
(show "appended" (lines "corpus-a.txt"))
(with-open-file (in "corpus-a.txt")
  (show "length" (file-length in) (file-position in) (read-char in) (file-position in)
        (progn (file-position in 6) (read-line in))))
(write-text "corpus-a.txt" "short" :if-exists :supersede)
(show "superseded" (lines "corpus-a.txt"))
(with-open-file (out "corpus-a.txt" :direction :output :if-exists :overwrite) (write-string "SH" out))
(show "overwritten" (lines "corpus-a.txt"))
(show "open options" (open "corpus-a.txt" :direction :output :if-exists nil)
      (open "corpus-missing.txt" :if-does-not-exist nil)
      (handler-case (open "corpus-missing.txt") (file-error (c) (file-namestring (file-error-pathname c))))
      (handler-case (open "corpus-a.txt" :direction :output :if-exists :error) (file-error () :file-error))
      (streamp (let ((s (open "corpus-a.txt" :direction :probe))) s)))
(with-open-file (io "corpus-a.txt" :direction :io :if-exists :overwrite)
  (show "both ways" (read-char io)
        (progn (file-position io 0) (write-string "xyz" io) (file-position io 0) (read-line io nil))))

;;; Objects, written and read back.
(let ((objects (list 1 'a "s\"q" #\c 1.5 '(1 (2 . 3)) #(1 2) 1/2 :k (expt 2 70))))
  (with-open-file (out "corpus-b.txt" :direction :output :if-exists :supersede)
    (with-standard-io-syntax (dolist (object objects) (print object out))))
  (show "read back" (with-open-file (in "corpus-b.txt")
                      (equalp objects (loop for object = (read in nil in) until (eq object in) collect object)))))

;;; Octets.
(with-open-file (out "corpus-c.bin" :direction :output :element-type '(unsigned-byte 8) :if-exists :supersede)
  (dotimes (i 256) (write-byte i out))
  (show "write-sequence" (length (write-sequence #(9 8 7) out)) (subtypep (stream-element-type out) 'integer)))
(with-open-file (in "corpus-c.bin" :element-type '(unsigned-byte 8))
  (let ((buffer (make-array 4 :element-type '(unsigned-byte 8) :initial-element 0)))
    (show "octets" (file-length in) (read-byte in) (read-sequence buffer in) buffer (file-position in 255)
          (loop for b = (read-byte in nil) while b collect b) (read-byte in nil :eof)
          (handler-case (read-byte in) (end-of-file () :end-of-file)))))
(write-text "corpus-a.txt" (map 'string #'code-char '(233 955 20013 127880)) :if-exists :supersede)
(show "text is utf-8"
      (with-open-file (in "corpus-a.txt" :element-type '(unsigned-byte 8))
        (loop for b = (read-byte in nil) while b collect b)) (map 'list #'char-code (first (lines "corpus-a.txt"))))

;;; Closing: also when leaving by an error; a closed stream is an error.
(defvar *stream* nil)
(show "closed on error"
      (handler-case (with-open-file (in "corpus-a.txt") (setq *stream* in) (error "inside"))
        (error (c) (princ-to-string c))) (open-stream-p *stream*)
      (handler-case (read-char *stream*) (error () :error)))

;;; Directory operations.
(rename-file "corpus-b.txt" "corpus-d.txt")
(show "renamed" (probe-file "corpus-b.txt") (and (probe-file "corpus-d.txt") t))
(show "date" (<= (file-write-date "corpus-d.txt") (get-universal-time)) (integerp (file-write-date "corpus-d.txt")))
(show "directory" (sort (mapcar #'file-namestring (directory "corpus-*.*")) #'string<))
(show "directories exist" (multiple-value-list (ensure-directories-exist "corpus-x.txt")))
(show "deleted" (loop for name in '("corpus-a.txt" "corpus-c.bin" "corpus-d.txt") collect (and (delete-file name) t))
      (directory "corpus-*.txt") (probe-file "corpus-a.txt"))
(show "failures" (handler-case (delete-file "corpus-a.txt") (file-error () :file-error))
      (handler-case (rename-file "corpus-none.txt" "corpus-x.txt") (file-error () :file-error))
      (handler-case (file-write-date "corpus-none.txt") (file-error () :file-error))
      (handler-case (open "corpus-none/x.txt" :direction :output) (file-error () :file-error)))
