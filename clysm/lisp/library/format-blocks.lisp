;;;; FORMAT: ~_ ~I ~<...~:>, the directives of the pretty printer.

(in-package "CLYSM.LIBRARY")

(define-directive format-conditional-newline (stream directive state)
  (with-parameters () (directive state)
    (let ((colon-p (directive-colon-p directive)) (at-p (directive-at-p directive)))
      (pprint-newline (cond ((and colon-p at-p) :mandatory) (colon-p :fill) (at-p :miser) (t :linear)) stream))))

(define-directive format-indent (stream directive state)
  (with-parameters ((count 0)) (directive state)
    (pprint-indent (if (directive-colon-p directive) :current :block) count stream)))

(defun %constant-clause (directive clause)
  "The text of CLAUSE, a prefix or suffix of ~<...~:>, which may hold no directive."
  (cond ((null clause) "")
        ((and (%simple-string-p (car clause)) (null (cdr clause))) (car clause))
        (t (directive-error directive "prefix and suffix must be plain text"))))

(defun %with-fill-newlines (items)
  "ITEMS with a fill-style newline after each group of blanks in the text, for ~:@>. Blocks inside are left alone."
  (mapcan (lambda (item)
            (cond ((%simple-string-p item) (%text-with-fill-newlines item))
                  ((member (directive-character item) '(#\{ #\[ #\()) (list (%directive-with-fill-newlines item)))
                  (t (list item))))
          items))

(defun %text-with-fill-newlines (text)
  "A list of the parts of TEXT, with a fill-style newline after each group of blanks."
  (let ((result '()) (start 0) (length (%string-length text)))
    (dotimes (i length)
      (when (and (eq (%schar text i) #\Space)
                 (not (and (< (+ i 1) length) (eq (%schar text (+ i 1)) #\Space))))
        (push (%substring text start (+ i 1)) result)
        (push (%fill-newline-directive) result)
        (setq start (+ i 1))))
    (when (or (< start length) (null result))
      (push (%substring text start length) result))
    (nreverse result)))

(defun %directive-with-fill-newlines (directive)
  "A copy of the bracketing DIRECTIVE with fill-style newlines in its clauses."
  (let ((copy (copy-directive directive)))
    (setf (directive-clauses copy) (mapcar #'%with-fill-newlines (directive-clauses directive)))
    copy))

(defun %fill-newline-directive ()
  (let ((directive (%make-directive #\_ t nil '() "~:_" 2)))
    (setf (directive-function directive) #'format-conditional-newline)
    directive))

(defun %pop-block-argument (state list stream leave)
  "NEXT-ARGUMENT inside a logical block: take from LIST as PPRINT-POP does, or call LEAVE."
  (unless (block-list-more-p list stream) (funcall leave))
  (prog1 (block-list-pop list)
    (setf (state-arguments state) (block-list-rest list))))

(defun %run-block-items (stream list items)
  "Carry out ITEMS in a logical block that prints the block-list LIST."
  (let ((state (make-format-state (block-list-rest list))))
    (block leave
      (setf (state-pop state)
            (lambda (state) (%pop-block-argument state list stream (lambda () (return-from leave nil)))))
      (run-items stream items state))))

(defun format-logical-block (stream directive state)
  "~<...~:>"
  (let* ((clauses (directive-clauses directive)) (count (length clauses))
         (colon-p (directive-colon-p directive)) (at-p (directive-at-p directive))
         (prefix (if (> count 1) (%constant-clause directive (first clauses)) (if colon-p "(" "")))
         (suffix (if (> count 2) (%constant-clause directive (third clauses)) (if colon-p ")" "")))
         (per-line-p (and (> count 1) (directive-at-p (first (directive-separators directive)))))
         (items (if (> count 1) (second clauses) (first clauses)))
         (items (if (directive-at-p (directive-closer directive)) (%with-fill-newlines items) items))
         (object (if at-p (state-arguments state) (next-argument state directive))))
    (when (> count 3) (directive-error directive "~~<...~~:> has more than three clauses"))
    (when at-p (setf (state-arguments state) '()))
    (funcall (if at-p #'call-with-plain-block #'call-with-logical-block)
             stream object prefix per-line-p suffix
             (lambda (stream list) (%run-block-items stream list items)))
    nil))
