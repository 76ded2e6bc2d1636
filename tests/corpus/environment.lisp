;;;; The environment: time, description, tracing, documentation, identification.
;; rows: 25

(setq *print-pretty* nil)

(defun show (label &rest values)
  (format t "~A:~{ ~S~}~%" label values))

;;; Universal time: what is known of any clock, and exact conversions.
(show "decode" (multiple-value-list (decode-universal-time 0 0))
      (subseq (multiple-value-list (decode-universal-time 3915648000 0)) 0 7)
      (subseq (multiple-value-list (decode-universal-time 3915648000 5)) 0 7))
(show "encode" (encode-universal-time 0 0 0 1 1 1900 0) (encode-universal-time 59 59 23 31 12 1999 0)
      (encode-universal-time 0 0 0 29 2 2000 0) (encode-universal-time 0 30 12 1 3 2024 -2))
(show "round trip" (loop for time from 0 to 4000000000 by 123456789
                         always (multiple-value-bind (second minute hour day month year) (decode-universal-time time 0)
                                  (= time (encode-universal-time second minute hour day month year 0)))))
(show "weekdays"
      (loop for day from 1 to 7
            collect (nth-value 6 (decode-universal-time (encode-universal-time 0 0 12 day 1 2024 0) 0))))
(defun leap-year-p (year) (= 29 (nth-value 3 (decode-universal-time (- (encode-universal-time 0 0 0 1 3 year 0) 1) 0))))
(show "leap years" (remove-if-not #'leap-year-p '(1900 1904 1999 2000 2023 2024 2100)))
(let ((now (get-universal-time)))
  (show "now" (> now 3900000000) (<= now (get-universal-time)) (length (multiple-value-list (get-decoded-time)))
        (multiple-value-bind (s m h d mo y) (get-decoded-time)
          (and (<= 0 s 59) (<= 0 m 59) (<= 0 h 23) (<= 1 d 31) (<= 1 mo 12) (> y 2020)))))
(let ((start (get-internal-real-time)) (run (get-internal-run-time)))
  (show "internal" (integerp start) (<= start (get-internal-real-time)) (<= run (get-internal-run-time))
        (plusp internal-time-units-per-second)))
(show "sleep"
      (let ((start (get-internal-real-time)))
        (sleep 0.02)
        (>= (- (get-internal-real-time) start) (floor internal-time-units-per-second 100))))
(show "time returns values"
      (let ((*trace-output* (make-broadcast-stream)) (*standard-output* (make-broadcast-stream)))
        (multiple-value-list (time (values 1 2)))))

;;; Description: that there is some, and that it names the thing.
(defstruct point (x 1) (y 2))
(defun mentions-p (text name) (and (search name text :test #'char-equal) t))
(defun described (object) (with-output-to-string (out) (describe object out)))
(show "describe" (mentions-p (described 'car) "car") (mentions-p (described (make-point :x 77)) "77")
      (plusp (length (described 5))) (plusp (length (described "text"))) (plusp (length (described (list 1 2))))
      (plusp (length (described (make-hash-table))))
      (multiple-value-list (let ((*standard-output* (make-broadcast-stream))) (describe 1))))
(show "room" (let ((*standard-output* (make-broadcast-stream))) (room nil) :fine))
(show "identification" (stringp (lisp-implementation-type)) (stringp (lisp-implementation-version))
      (every (lambda (x) (or (null x) (stringp x)))
             (list (machine-type) (machine-version) (machine-instance) (software-type) (software-version)
                   (short-site-name) (long-site-name))))

;;; Documentation that is set can be read and removed.
(defun documented (x) x)
(setf (documentation 'documented 'function) "Returns X.")
(setf (documentation '*variable* 'variable) "A variable.")
(show "documentation" (documentation 'documented 'function) (documentation '*variable* 'variable)
      (documentation 'documented 'variable)
      (progn (setf (documentation '*variable* 'variable) nil) (documentation '*variable* 'variable)))

;;; Searching for symbols.
(defpackage "APROPOS-TEST" (:use) (:export "FINDME-ONE" "FINDME-TWO" "OTHER"))
(show "apropos" (sort (mapcar #'symbol-name (apropos-list "findme" "APROPOS-TEST")) #'string<)
      (mentions-p (with-output-to-string (*standard-output*) (apropos "FINDME-T" "APROPOS-TEST")) "findme-two")
      (apropos-list "no-such-name-anywhere" "APROPOS-TEST"))

;;; Tracing reports calls and results, and stops on request.
(defun factorial (n) (if (= n 0) 1 (* n (factorial (- n 1)))))
(declaim (notinline factorial))
(let* ((value nil)
       (text (with-output-to-string (*trace-output*)
               (trace factorial)
               (setq value (funcall 'factorial 3))
               (untrace factorial)
               (funcall 'factorial 2))))
  (show "trace" value (mentions-p text "factorial") (mentions-p text "6") (plusp (count #\Newline text)))
  (show "traced" (trace)))
(show "compiled" (compiled-function-p #'documented) (functionp #'documented))
