;;;; FORMAT: parsing control strings.

(in-package "CLYSM.LIBRARY")

(defstruct (control-parser (:conc-name parser-) (:copier nil) (:predicate nil)
                           (:constructor make-control-parser (control)))
  control
  (index 0)
  (pretty nil)      ; the last directive of the pretty printer so far
  (overflow nil))   ; a ~<...~:;...~> so far: one excludes the other

(defun %parser-error (parser message &rest arguments)
  (apply #'%format-error (parser-control parser) (min (parser-index parser) (- (length (parser-control parser)) 1))
         message arguments))

(defun %parser-peek (parser)
  "The next character of the control string inside a directive; an error at the end."
  (let ((control (parser-control parser)) (index (parser-index parser)))
    (if (< index (%string-length control))
        (%schar control index)
        (%parser-error parser "the control string ends inside a directive"))))

(defun %parser-skip (parser)
  (incf (parser-index parser)))

;;; ---- one directive

(defun %parse-integer-parameter (parser)
  (let ((sign 1) (value 0) (digits-p nil))
    (case (%parser-peek parser)
      (#\+ (%parser-skip parser))
      (#\- (setq sign -1) (%parser-skip parser)))
    (loop
      (let ((digit (digit-char-p (%parser-peek parser))))
        (unless digit (return nil))
        (setq value (+ (* value 10) digit)
              digits-p t)
        (%parser-skip parser)))
    (unless digits-p (%parser-error parser "a sign without digits"))
    (* sign value)))

(defun %parse-parameter (parser)
  "The next parameter, NIL if there is none before the comma or directive character."
  (let ((character (%parser-peek parser)))
    (cond ((or (digit-char-p character) (eq character #\+) (eq character #\-)) (%parse-integer-parameter parser))
          ((eq character #\')
           (%parser-skip parser)
           (prog1 (%parser-peek parser) (%parser-skip parser)))
          ((char-equal character #\v)
           (%parser-skip parser)
           :argument)
          ((eq character #\#)
           (%parser-skip parser)
           :count)
          (t nil))))

(defun %parse-parameters (parser)
  "The list of parameters, NIL if there are none at all."
  (let ((first (%parse-parameter parser)) (parameters '()))
    (cond ((and (null first) (not (eq (%parser-peek parser) #\,))) '())
          (t
           (push first parameters)
           (loop
             (unless (eq (%parser-peek parser) #\,) (return (nreverse parameters)))
             (%parser-skip parser)
             (push (%parse-parameter parser) parameters))))))

(defun %parse-directive (parser)
  "The directive after the tilde at the parser's index."
  (%parser-skip parser)
  (let ((parameters (%parse-parameters parser)) (colon-p nil) (at-p nil))
    (loop
      (case (%parser-peek parser)
        (#\: (when colon-p (%parser-error parser "two colons")) (setq colon-p t))
        (#\@ (when at-p (%parser-error parser "two at-signs")) (setq at-p t))
        (t (return nil)))
      (%parser-skip parser))
    (let ((directive (%make-directive (char-upcase (%parser-peek parser)) colon-p at-p parameters
                                      (parser-control parser) (parser-index parser))))
      (%parser-skip parser)
      directive)))

;;; ---- directives that need no run-time work: they become text

(defun %skip-newline (parser directive)
  "The text for ~newline: the newline itself with @, and the blanks after it are skipped unless there is a colon."
  (when (directive-parameters directive) (directive-error directive "~~newline takes no parameters"))
  (unless (directive-colon-p directive)
    (loop
      (let ((index (parser-index parser)) (control (parser-control parser)))
        (unless (and (< index (%string-length control))
                     (%blank-code-p (%schar-code control index)))
          (return nil))
        (%parser-skip parser))))
  (if (directive-at-p directive) (string #\Newline) ""))

(defun %constant-text (parser directive)
  "The text that DIRECTIVE always produces, NIL if it depends on anything."
  (let* ((character (directive-character directive))
         (parameters (directive-parameters directive))
         (count (cond ((null parameters) 1) ((cdr parameters) nil) (t (or (car parameters) 1)))))
    (cond ((eq character #\Newline) (%skip-newline parser directive))
          ((not (and (integerp count) (<= 0 count 1000))) nil)
          ((or (directive-colon-p directive) (directive-at-p directive)) nil)
          (t (case character
               (#\% (%repeated #\Newline count))
               (#\~ (%repeated #\~ count))
               (#\| (%repeated #\Page count))
               (t nil))))))

;;; ---- what carries out a directive

(defun %justification-p (directive)
  "True if DIRECTIVE, whose clauses are read, is ~<...~>."
  (and (eq (directive-character directive) #\<)
       (not (directive-colon-p (directive-closer directive)))))

(defun %directive-function (directive)
  "The function for DIRECTIVE, whose clauses are read; NIL if there is no such directive."
  (case (directive-character directive)
    (#\A #'format-aesthetic) (#\S #'format-standard) (#\W #'format-write) (#\C #'format-character)
    (#\D #'format-decimal) (#\B #'format-binary) (#\O #'format-octal) (#\X #'format-hexadecimal)
    (#\R #'format-radix) (#\P #'format-plural)
    (#\F #'format-fixed) (#\E #'format-exponential) (#\G #'format-general) (#\$ #'format-monetary)
    (#\% #'format-newline) (#\& #'format-fresh-line) (#\| #'format-page) (#\~ #'format-tilde)
    (#\T #'format-tabulate) (#\_ #'format-conditional-newline) (#\I #'format-indent)
    (#\( #'format-case) (#\[ #'format-conditional) (#\{ #'format-iteration) (#\^ #'format-escape)
    (#\< (if (%justification-p directive) #'format-justification #'format-logical-block))
    (#\* #'format-go-to) (#\? #'format-recursive) (#\/ #'format-call)
    (t nil)))

;;; ---- sequences of items

(defun %parse-item (parser)
  "The next string or directive without its clauses; NIL at the end."
  (let* ((control (parser-control parser)) (start (parser-index parser)) (length (%string-length control)))
    (cond ((>= start length) nil)
          ((eq (%schar control start) #\~)
           (let ((directive (%parse-directive parser)))
             (or (%constant-text parser directive) directive)))
          (t
           (let ((end (or (position #\~ control :start start) length)))
             (setf (parser-index parser) end)
             (%substring control start end))))))

(defun %add-text (text items)
  "ITEMS, in reverse order, with TEXT added, joined to a string that comes before. An empty TEXT counts if it is all
there is: ~{ takes its body from the arguments only if nothing stands between the braces."
  (cond ((and items (eql (%string-length text) 0)) items)
        ((and (consp items) (%simple-string-p (car items)))
         (cons (%join-strings (car items) text 0 (%string-length text)) (cdr items)))
        (t (cons text items))))

(defun %closing-character (character)
  "What closes the bracketing directive CHARACTER, or NIL."
  (case character (#\( #\)) (#\[ #\]) (#\{ #\}) (#\< #\>) (t nil)))

(defun %parse-until (parser opener)
  "Items up to a ~; or closing directive, which is the second value; up to the end if OPENER, a directive, is NIL."
  (let ((items '()))
    (loop
      (let ((item (%parse-item parser)))
        (cond ((null item)
               (when opener
                 (directive-error opener "~~~c has no ~~~c" (directive-character opener)
                                  (%closing-character (directive-character opener))))
               (return (values (nreverse items) nil)))
              ((%simple-string-p item) (setq items (%add-text item items)))
              ((member (directive-character item) '(#\; #\) #\] #\} #\>))
               (unless (and opener
                            (or (eq (directive-character item) #\;)
                                (eq (directive-character item)
                                    (%closing-character (directive-character opener)))))
                 (directive-error item "~~~c does not belong here" (directive-character item)))
               (return (values (nreverse items) item)))
              (t (push (%complete-directive parser item) items)))))))

(defun %parse-clauses (parser directive)
  "Read the clauses of the bracketing DIRECTIVE up to and with its closer."
  (let ((clauses '()) (separators '()))
    (loop
      (multiple-value-bind (items end) (%parse-until parser directive)
        (push items clauses)
        (unless (eq (directive-character end) #\;)
          (setf (directive-clauses directive) (nreverse clauses)
                (directive-separators directive) (nreverse separators)
                (directive-closer directive) end)
          (return directive))
        (when (member (directive-character directive) '(#\( #\{))
          (directive-error end "~~; does not belong here"))
        (push end separators)))))

(defun %pretty-directive-p (directive)
  "True if DIRECTIVE belongs to the pretty printer: ~W ~_ ~I ~:T ~<...~:>."
  (case (directive-character directive)
    ((#\W #\_ #\I) t)
    (#\T (directive-colon-p directive))
    (#\< (not (%justification-p directive)))
    (t nil)))

(defun %note-layout (parser directive pretty-before)
  "Refuse DIRECTIVE if ~<...~> and the pretty printer meet in it, or in the control string (CLHS 22.3.5.2, 22.3.6.2).
PRETTY-BEFORE is the slot pretty of PARSER before the clauses of DIRECTIVE were read."
  (cond ((%justification-p directive)
         (check-justification directive)
         (unless (eq pretty-before (parser-pretty parser))
           (directive-error (parser-pretty parser) "this directive cannot stand inside ~~<...~~>"))
         (when (overflow-segment-p directive) (setf (parser-overflow parser) directive)))
        ((%pretty-directive-p directive) (setf (parser-pretty parser) directive)))
  (when (and (parser-overflow parser) (parser-pretty parser))
    (directive-error directive "~~<...~~:;...~~> cannot be used together with directives of the pretty printer")))

(defun %complete-directive (parser directive)
  "DIRECTIVE with its function and, if it opens a bracket, its clauses."
  (let ((character (directive-character directive)) (pretty-before (parser-pretty parser)))
    (when (eq character #\/) (%parse-function-name parser directive))
    (when (%closing-character character) (%parse-clauses parser directive))
    (setf (directive-function directive)
          (or (%directive-function directive)
              (directive-error directive "~~~c is no directive" character)))
    (%note-layout parser directive pretty-before)
    directive))

(defun %parse-function-name (parser directive)
  "Read the name after ~/ and the closing slash; it becomes the only clause of DIRECTIVE."
  (let* ((start (parser-index parser))
         (end (position #\/ (parser-control parser) :start start)))
    (unless end (directive-error directive "~~/ has no closing slash"))
    (setf (directive-clauses directive) (string-upcase (subseq (parser-control parser) start end))
          (parser-index parser) (+ end 1))))

(defun parse-control (control)
  "The items of the control string CONTROL, a simple string."
  (values (%parse-until (make-control-parser control) nil)))

;;; ---- remembering parsed strings

(defvar *parsed-controls* (make-hash-table :test 'equal) "Control string -> (items), for up to 500 strings.")

(defun control-items (control)
  "The items of CONTROL, any string, from the table if it was parsed before."
  (let ((entry (gethash control *parsed-controls*)))
    (cond (entry (car entry))
          (t
           (let* ((copy (subseq control 0)) (items (parse-control copy)))
             (when (> (hash-table-count *parsed-controls*) 500) (clrhash *parsed-controls*))
             (setf (gethash copy *parsed-controls*) (list items))
             items)))))
