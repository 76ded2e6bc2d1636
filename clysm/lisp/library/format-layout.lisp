;;;; FORMAT: ~% ~& ~| ~~ ~T, justification ~<...~>, case conversion ~(...~).

(in-package "CLYSM.LIBRARY")

(defun %format-repeated (stream directive state character)
  (with-parameters ((count 1)) (directive state)
    (put-repeated stream character (or count 1))))

(define-directive format-newline (stream directive state)
  (%format-repeated stream directive state #\Newline))

(define-directive format-page (stream directive state)
  (%format-repeated stream directive state #\Page))

(define-directive format-tilde (stream directive state)
  (%format-repeated stream directive state #\~))

(define-directive format-fresh-line (stream directive state)
  (with-parameters ((count 1)) (directive state)
    (when (plusp count)
      (put-fresh-line stream)
      (put-repeated stream #\Newline (- count 1)))))

;;; ---- tabulation

(define-directive format-tabulate (stream directive state)
  (with-parameters ((column 1) (increment 1)) (directive state)
    (if (directive-colon-p directive)
        (pprint-tab (if (directive-at-p directive) :section-relative :section) column increment stream)
        (let ((current (column-of stream)))
          (put-repeated stream #\Space
                        (cond ((directive-at-p directive) (%spaces-relative (or current 0) column increment))
                              (current (%spaces-to-column current column increment))
                              (t 2)))))))

;;; ---- text that is changed before it is written

(defun call-for-text (stream function)
  "The text that FUNCTION writes to the stream it gets, which starts at the column of STREAM; and, second, its value."
  (let ((output (borrow-string-output)))
    (set-out-column-of output (or (column-of stream) 0))
    (let ((value (funcall function output)))
      (values (finish-string-output output) value))))

(defun format-case (stream directive state)
  "~(...~)"
  (with-parameters () (directive state)
    (multiple-value-bind (text exit)
        (call-for-text stream (lambda (output) (run-items output (car (directive-clauses directive)) state)))
      (let ((colon-p (directive-colon-p directive)) (at-p (directive-at-p directive)))
        (put-string stream
                    (cond ((and colon-p at-p) (string-upcase text))
                          (colon-p (string-capitalize text))
                          (at-p (%capitalized-once text))
                          (t (string-downcase text)))))
      exit)))

(defun %capitalized-once (text)
  "TEXT in lower case, but for the first character of the first word."
  (let* ((text (string-downcase text)) (start (position-if #'alphanumericp text)))
    (when start (%set-schar text start (char-upcase (%schar text start))))
    text))

;;; ---- justification

(defun overflow-segment-p (directive)
  "True if the first clause of ~< is what to write before a text that is too long for the line."
  (let ((separator (car (directive-separators directive))))
    (and separator (directive-colon-p separator))))

(defun check-justification (directive)
  "Called when ~< is parsed: only the first separator may have a colon."
  (dolist (separator (cdr (directive-separators directive)))
    (when (directive-colon-p separator) (directive-error separator "only the first ~~; may have a colon"))))

(defun %justified-segments (directive state)
  "The texts of the clauses of DIRECTIVE, in order, up to one that ~^ ends."
  (let ((segments '()))
    (dolist (clause (directive-clauses directive) (nreverse segments))
      (let* ((output (new-string-output)) (exit (run-items output clause state)))
        (when exit (return (nreverse segments)))
        (push (take-output-string output) segments)))))

(defun %distribute (total places)
  "A list of PLACES integers, as equal as possible, with sum TOTAL; the larger ones come last."
  (let ((result '()))
    (do ((left places (- left 1)))
        ((<= left 0) (nreverse result))
      (let ((share (floor total left)))
        (push share result)
        (decf total share)))))

(defun %put-justified (stream segments mincol colinc minpad padchar before-p after-p)
  "Write SEGMENTS with padding between them, before the first if BEFORE-P, and after the last if AFTER-P."
  (let* ((gaps (+ (- (length segments) 1) (if before-p 1 0) (if after-p 1 0)))
         (text-length (reduce #'+ segments :key #'length))
         (least (+ text-length (* gaps minpad))) (step (max colinc 1)) (width mincol))
    (do () ((>= width least))
      (incf width step))
    (let* ((before-p (or before-p (eql gaps 0)))     ; a single segment is right-justified
           (paddings (%distribute (- width text-length) (max gaps 1))))
      (when before-p (put-repeated stream padchar (pop paddings)))
      (do ((rest segments (cdr rest)))
          ((null rest))
        (put-string stream (car rest))
        (when (cdr rest) (put-repeated stream padchar (pop paddings))))
      (when after-p (put-repeated stream padchar (pop paddings))))
    width))

(define-directive format-justification (stream directive state)
  (with-parameters ((mincol 0) (colinc 1) (minpad 0) (padchar #\Space)) (directive state)
    (let* ((separator (car (directive-separators directive)))
           (overflow-p (overflow-segment-p directive))
           (extra 0) (line-width 72))
      (when overflow-p
        (setq extra (or (parameter-value separator 0 state nil) 0)
              line-width (or (parameter-value separator 1 state nil) 72)))
      (let* ((segments (%justified-segments directive state))
             (prefix (if (and overflow-p segments) (pop segments) nil))
             (output (new-string-output))
             (width (%put-justified output (or segments (list "")) mincol colinc minpad padchar
                                    (directive-colon-p directive) (directive-at-p directive))))
        (when (and prefix (> (+ (or (column-of stream) 0) width extra) line-width))
          (put-string stream prefix))
        (put-string stream (take-output-string output))))))
