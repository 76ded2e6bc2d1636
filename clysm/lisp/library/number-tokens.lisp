;;;; Tokens that are numbers (CLHS 2.3.1, figure 2-9).

(in-package "CLYSM.LIBRARY")

(defun %skip-token-digits (text index end base)
  "The index of the first character of TEXT from INDEX that is no digit in BASE, or END."
  (loop
    (if (and (%fix< index end) (digit-char-p (%schar text index) base))
        (setq index (%fix+ index 1))
        (return index))))

(defun %sign-end (text index end)
  "INDEX, or the index after it if a sign is there."
  (if (and (%fix< index end)
           (let ((character (%schar text index))) (or (eq character #\+) (eq character #\-))))
      (%fix+ index 1)
      index))

(defun %signed (value text)
  (if (eq (%schar text 0) #\-) (- value) value))

(defun %float-format (marker)
  "The type of a float with the exponent MARKER (lower case), NIL if it is none."
  (case marker
    (#\e *read-default-float-format*)
    ((#\s #\f) 'single-float)
    ((#\d #\l) 'double-float)
    (t nil)))

(defun %parse-exponent (text index end)
  "Values: float type and exponent that TEXT has from INDEX up to END, NIL if that is no exponent."
  (let* ((format (%float-format (char-downcase (%schar text index))))
         (digits (%sign-end text (%fix+ index 1) end))
         (stop (%skip-token-digits text digits end 10)))
    (if (and format (%fix< digits stop) (%fix= stop end))
        (let ((exponent (%string->integer text digits stop 10)))
          (values format (if (eq (%schar text (%fix+ index 1)) #\-) (- exponent) exponent)))
        nil)))

(defun %make-float-token (text first point fraction-end format exponent)
  "The float with digits from FIRST to FRACTION-END, a point at POINT (or NIL) among them; :out-of-range if there is
none."
  (let* ((fraction-length (if point (%fix- (%fix- fraction-end point) 1) 0))
         (whole (%string->integer text first (or point fraction-end) 10))
         (digits (if (eql fraction-length 0)
                     whole
                     (+ (* whole (expt 10 fraction-length))
                        (%string->integer text (%fix+ point 1) fraction-end 10)))))
    (handler-case (%make-float-from-decimal (if (eq (%schar text 0) #\-) -1 1)
                                            digits
                                            (- exponent fraction-length)
                                            (case format
                                              ((single-float short-float) 'single-float)
                                              (t 'double-float)))
      (arithmetic-error () :out-of-range))))

(defun %parse-float (text first end)
  "The float that TEXT up to END is, with digits or a point at FIRST; NIL if it is none."
  (let* ((whole-end (%skip-token-digits text first end 10))
         (point (if (and (%fix< whole-end end) (eq (%schar text whole-end) #\.)) whole-end nil))
         (fraction-end (if point (%skip-token-digits text (%fix+ point 1) end 10) whole-end)))
    (cond
      ((and point (%fix= fraction-end end) (%fix> fraction-end (%fix+ point 1)))
       (%make-float-token text first point end *read-default-float-format* 0))
      ((%fix= fraction-end end) nil)
      ((%fix= fraction-end (if point (%fix+ first 1) first)) nil)  ; no digit
      (t
       (multiple-value-bind (format exponent) (%parse-exponent text fraction-end end)
         (if format
             (%make-float-token text first point fraction-end format exponent)
             nil))))))

(defun %parse-rational (text first end base)
  "The integer or ratio in BASE that TEXT up to END is, with the first digit at FIRST; NIL if it is none. Values: that,
and :zero-denominator if it is a ratio over zero."
  (let ((stop (%skip-token-digits text first end base)))
    (cond ((%fix= stop first) nil)
          ((%fix= stop end) (%signed (%string->integer text first end base) text))
          ((and (eq (%schar text stop) #\/)
                (%fix< (%fix+ stop 1) end)
                (%fix= (%skip-token-digits text (%fix+ stop 1) end base) end))
           (let ((denominator (%string->integer text (%fix+ stop 1) end base)))
             (if (eql denominator 0)
                 (values nil :zero-denominator)
                 (/ (%signed (%string->integer text first stop base) text) denominator))))
          (t nil))))

(defun %parse-decimal (text first end)
  "The integer with a decimal point at its end that TEXT up to END is, NIL if it is none."
  (let ((stop (%skip-token-digits text first end 10)))
    (if (and (%fix> stop first) (%fix= (%fix+ stop 1) end) (eq (%schar text stop) #\.))
        (%signed (%string->integer text first stop 10) text)
        nil)))

(defun parse-number-token (text end base)
  "The number that the characters of the simple string TEXT before END are in BASE, NIL if they are none. The second
value is :zero-denominator for a ratio over zero, :out-of-range for a float that is too large or too small."
  (let ((first (%sign-end text 0 end)))
    (if (%fix>= first end)
        nil
        (multiple-value-bind (rational problem) (%parse-rational text first end base)
          (cond (rational rational)
                (problem (values nil problem))
                ((%parse-decimal text first end))
                (t
                 (let ((float (%parse-float text first end)))
                   (if (eq float :out-of-range) (values nil float) float))))))))
