;;;; Universal time, decoded time, internal time (CLHS 25.1.4).
;;;;
;;;; The host tells the time, but no time zone: without a zone argument all functions use UTC.

(in-package "CLYSM.LIBRARY")

(defun read-clock (kind)
  "Nanoseconds since 1970-01-01T00:00:00Z (KIND 0) or since some moment (1); an error if the host does not tell."
  (let ((time (%host-clock-read kind)))
    (when (minusp time)
      (error 'simple-error :format-control "cannot read the clock: ~a"
                           :format-arguments (list (%host-error-text time))))
    time))

(defun get-universal-time ()
  "Seconds since 1900-01-01T00:00:00Z."
  (+ (values (floor (read-clock 0) 1000000000)) +seconds-before-unix-epoch+))

;;; ---- calendar

(defun %days-before-year (year)
  "Days from 1900-01-01 to the first day of YEAR in the Gregorian calendar."
  (let ((y (- year 1)))
    (- (+ (* 365 (- year 1900)) (floor y 4) (- (floor y 100)) (floor y 400))
       460)))  ; leap days before 1900

(defun %leap-year-p (year)
  (and (eql (mod year 4) 0)
       (or (not (eql (mod year 100) 0)) (eql (mod year 400) 0))))

(defvar *days-before-month* #(0 31 59 90 120 151 181 212 243 273 304 334) "Of a year that is no leap year.")

(defun %days-before-date (date month year)
  "Days from 1900-01-01 to the DATE of MONTH (1 to 12) of YEAR."
  (+ (%days-before-year year)
     (svref *days-before-month* (- month 1))
     (if (and (> month 2) (%leap-year-p year)) 1 0)
     (- date 1)))

(defun %date-of-day (days)
  "Values: date, month, year of the day that is DAYS after 1900-01-01."
  (let* ((guess (+ 1900 (floor days 366)))
         (year (do ((year guess (+ year 1)))
                   ((> (%days-before-year (+ year 1)) days) year)))
         (month (do ((month 12 (- month 1)))
                    ((<= (%days-before-date 1 month year) days) month))))
    (values (+ 1 (- days (%days-before-date 1 month year))) month year)))

;;; ---- encoding and decoding

(defun %check-zone (zone)
  "ZONE in hours west of Greenwich, as seconds."
  (unless (and (rationalp zone) (<= -24 zone 24) (integerp (* zone 3600)))
    (%wrong-type zone '(rational -24 24)))
  (* zone 3600))

(defun decode-universal-time (universal-time &optional (zone 0))
  "Values: second, minute, hour, date, month, year, day of the week (0 is Monday), false (no daylight saving time), zone
in hours west of Greenwich."
  (unless (integerp universal-time) (%wrong-type universal-time 'integer))
  (let ((zone (or zone 0)))
    (multiple-value-bind (days seconds) (floor (- universal-time (%check-zone zone)) 86400)
      (multiple-value-bind (minutes second) (floor seconds 60)
        (multiple-value-bind (hour minute) (floor minutes 60)
          (multiple-value-bind (date month year) (%date-of-day days)
            (values second minute hour date month year (mod days 7) nil zone)))))))

(defun %check-in-range (value low high)
  (unless (and (integerp value) (<= low value high)) (%wrong-type value (list 'integer low high)))
  value)

(defun %full-year (year)
  "YEAR, or for 0 to 99 the year with these last digits that is nearest to the present."
  (if (<= 0 year 99)
      (let* ((this-year (nth-value 5 (decode-universal-time (get-universal-time))))
             (candidate (+ year (* 100 (floor this-year 100)))))
        (cond ((> (- candidate this-year) 49) (- candidate 100))
              ((< (- candidate this-year) -50) (+ candidate 100))
              (t candidate)))
      year))

(defun encode-universal-time (second minute hour date month year &optional (zone 0))
  "The universal time of a moment, given in ZONE."
  (%check-in-range second 0 59)
  (%check-in-range minute 0 59)
  (%check-in-range hour 0 23)
  (%check-in-range date 1 31)
  (%check-in-range month 1 12)
  (unless (integerp year) (%wrong-type year 'integer))
  (+ second
     (* 60 minute)
     (* 3600 hour)
     (* 86400 (%days-before-date date month (%full-year year)))
     (%check-zone (or zone 0))))

(defun get-decoded-time ()
  "DECODE-UNIVERSAL-TIME of now."
  (decode-universal-time (get-universal-time)))

;;; ---- internal time

(defconstant internal-time-units-per-second 1000000 "Internal time is in microseconds.")

(defvar *first-internal-time* nil "Monotonic clock in microseconds when internal time was first asked for.")

(defun get-internal-real-time ()
  "Microseconds since this was first called."
  (let ((now (values (floor (read-clock 1) 1000))))
    (unless *first-internal-time* (setq *first-internal-time* now))
    (- now *first-internal-time*)))

(defun get-internal-run-time ()
  "The same as GET-INTERNAL-REAL-TIME: the host does not tell how long the program itself ran."
  (get-internal-real-time))

(defun sleep (seconds)
  "Wait for SECONDS, a real number that is not negative, by asking for the time again and again."
  (unless (and (realp seconds) (>= seconds 0)) (%wrong-type seconds '(real 0)))
  (let ((end (+ (read-clock 1) (ceiling (* (rational seconds) 1000000000)))))
    (loop
      (when (>= (read-clock 1) end) (return nil)))))

;;; ---- TIME

(defun %call-timed (function)
  "Call FUNCTION and write to *trace-output* how long it took; its values."
  (let ((start (get-internal-real-time)))
    (multiple-value-prog1 (funcall function)
      (let ((microseconds (- (get-internal-real-time) start)))
        (format *trace-output* "~&Evaluation took ~d.~6,'0d seconds of real time.~%"
                (floor microseconds 1000000) (mod microseconds 1000000))))))

(defmacro time (form)
  "Evaluate FORM, write to *trace-output* how long that took, and return its values."
  `(%call-timed (lambda () ,form)))
