;;;; Work on strings: building, splitting, searching, changing case, comparing and sorting.

(defparameter *text*
  "The quick brown fox jumps over the lazy dog while seven wizards make toxic brew for the evil queen and jack")

(defun split (text)
  "The words of TEXT."
  (let ((words '()) (start 0))
    (loop
      (let ((end (position #\Space text :start start)))
        (push (subseq text start end) words)
        (unless end
          (return (nreverse words)))
        (setf start (+ end 1))))))

(defun join (words)
  (with-output-to-string (out)
    (let ((first t))
      (dolist (word words)
        (unless first (write-char #\- out))
        (setf first nil)
        (write-string word out)))))

(defun capitals (text)
  (count-if #'upper-case-p text))

(defun rotate (text)
  "Every letter thirteen places on."
  (map 'string
       (lambda (char)
         (let ((code (char-code char)))
           (cond ((<= 97 code 122) (code-char (+ 97 (mod (+ 13 (- code 97)) 26))))
                 ((<= 65 code 90) (code-char (+ 65 (mod (+ 13 (- code 65)) 26))))
                 (t char))))
       text))

(defun work (count)
  (let ((text *text*) (capitals 0) (found 0))
    (dotimes (i count)
      (let* ((words (sort (split (string-upcase text)) #'string<))
             (joined (join words)))
        (incf capitals (capitals joined))
        (when (search "QUEEN" joined) (incf found))
        (setf text (substitute #\Space #\- (concatenate 'string (rotate (string-downcase joined)) "")))))
    (list text capitals found)))

(print (work 2000))
