;;;; Hash tables with small integers, symbols and strings as keys.

(defun next-random (state)
  "A linear congruential generator that stays within small integers."
  (mod (+ (* state 1103) 12345) 65521))

(defun count-integers (count)
  (let ((table (make-hash-table)) (state 1))
    (dotimes (i count)
      (setf state (next-random state))
      (incf (gethash (mod state 5000) table 0)))
    table))

(defun count-strings (count)
  (let ((table (make-hash-table :test #'equal)) (state 7)
        (letters "abcdefghij"))
    (dotimes (i count)
      (setf state (next-random state))
      (let ((key (make-string 3)))
        (dotimes (k 3)
          (setf (char key k) (char letters (mod (floor state (expt 10 k)) 10))))
        (incf (gethash key table 0))))
    table))

(defun count-symbols (count)
  (let ((table (make-hash-table :test #'eq)) (state 3)
        (symbols (vector 'red 'green 'blue 'cyan 'magenta 'yellow 'black 'white)))
    (dotimes (i count)
      (setf state (next-random state))
      (push i (gethash (svref symbols (mod state 8)) table))
      (when (= (mod i 1000) 0)
        (clrhash table)))
    table))

(defun summary (table)
  (let ((keys 0) (sum 0))
    (maphash (lambda (key value)
               (declare (ignore key))
               (incf keys)
               (incf sum (if (listp value) (length value) value)))
             table)
    (list keys sum)))

(defun removed (table)
  "The summary of TABLE without the even keys."
  (maphash (lambda (key value)
             (declare (ignore value))
             (when (evenp key) (remhash key table)))
           table)
  (summary table))

(print (removed (count-integers 300000)))
(print (summary (count-strings 100000)))
(print (summary (count-symbols 300000)))
