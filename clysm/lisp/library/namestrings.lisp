;;;; Namestrings: pathnames as text, with / between directories and a dot before the type.
;;;;
;;;; In a namestring * and ? are wildcards, [abc] matches one of the characters, and a backslash takes away the meaning
;;;; of the next character.

(in-package "CLYSM.LIBRARY")

(defun %wildcard-p (character)
  (or (eq character #\*) (eq character #\?) (eq character #\[)))

(defun %unescaped-position (predicate text start end)
  "The index of the last character of TEXT from START to END that satisfies PREDICATE and has no backslash before it."
  (let ((found nil) (i start))
    (loop
      (when (>= i end) (return found))
      (cond ((eq (%schar text i) #\\) (incf i))
            ((funcall predicate (%schar text i)) (setq found i)))
      (incf i))))

(defun %without-backslashes (text)
  (let ((output (new-string-output)) (i 0))
    (loop
      (when (>= i (%string-length text)) (return (take-output-string output)))
      (when (and (eq (%schar text i) #\\) (< (+ i 1) (%string-length text))) (incf i))
      (put-char output (%schar text i))
      (incf i))))

(defun %component-of-text (text directory-p)
  "The component that TEXT means; DIRECTORY-P if it is one of a directory."
  (cond ((string= text "*") :wild)
        ((and directory-p (string= text "**")) :wild-inferiors)
        ((and directory-p (string= text "..")) :up)
        ((%unescaped-position #'%wildcard-p text 0 (%string-length text)) (list :pattern text))
        ((find #\\ text) (%without-backslashes text))
        (t text)))

;;; ---- parsing

(defun %parse-directory (text start end)
  "Values: the directory in TEXT from START to END, the index where the file name starts."
  (let ((components '()) (absolute-p (and (< start end) (eq (%schar text start) #\/))) (from start) (slash-p nil))
    (loop
      (let ((slash (%next-slash text from end)))
        (unless slash (return nil))
        (setq slash-p t)
        (let ((component (%substring text from slash)))
          (unless (or (string= component "") (string= component "."))
            (push (%component-of-text component t) components)))
        (setq from (+ slash 1))))
    (values (if slash-p (cons (if absolute-p :absolute :relative) (nreverse components)) nil)
            from)))

(defun %next-slash (text start end)
  "The index of the next slash in TEXT that is not escaped, or NIL."
  (do ((i start (+ i 1)))
      ((>= i end) nil)
    (case (%schar text i)
      (#\\ (incf i))
      (#\/ (return i)))))

(defun %parse-file (text start end)
  "Values: name and type in TEXT from START to END."
  (let ((dot (%unescaped-position (lambda (character) (eq character #\.)) text start end)))
    (cond ((= start end) (values nil nil))
          ((or (null dot) (= dot start))
           (values (%component-of-text (%substring text start end) nil) nil))
          (t (values (%component-of-text (%substring text start dot) nil)
                     (%component-of-text (%substring text (+ dot 1) end) nil))))))

(defun %parse-namestring (text start end)
  "The pathname that TEXT from START to END is. A last part . or .. is a directory."
  (multiple-value-bind (directory file-start) (%parse-directory text start end)
    (let ((file (%substring text file-start end)))
      (cond ((string= file ".") (%make-pathname nil nil (or directory (list :relative)) nil nil nil))
            ((string= file "..")
             (%make-pathname nil nil (append (or directory (list :relative)) (list :up)) nil nil nil))
            (t
             (multiple-value-bind (name type) (%parse-file text file-start end)
               (%make-pathname nil nil directory name type nil)))))))

(defun %parse-on-host (text start end host)
  "The pathname that TEXT from START to END is. HOST is the host of a namestring that names none."
  (let* ((colon (%logical-prefix text start end))
         (entry (cond (colon (%logical-host (%substring text start colon)))
                      ((stringp host) (%logical-host host))
                      (t nil))))
    (if entry
        (%parse-logical (%substring text (if colon (+ colon 1) start) end) (car entry))
        (%parse-namestring text start end))))

(defun parse-namestring (thing &optional host (defaults *default-pathname-defaults*) &key (start 0) end junk-allowed)
  "Values: the pathname that THING (a namestring or other pathname designator) means, the index where parsing ended.
With JUNK-ALLOWED, NIL and START for what is no namestring of a logical host."
  (cond ((stringp thing)
         (let* ((text (%simple-string thing)) (end (%check-range start end (%string-length text)))
                (host (or host (pathname-host defaults))))
           (if junk-allowed
               (handler-case (values (%parse-on-host text start end host) end)
                 (parse-error () (values nil start)))
               (values (%parse-on-host text start end host) end))))
        (t (values (pathname thing) start))))

;;; ---- printing

(defun %put-escaped-component (stream text escape-p)
  "Write the component TEXT, a backslash before what has a meaning if ESCAPE-P."
  (dotimes (i (%string-length text))
    (let ((character (%schar text i)))
      (when (and escape-p (or (%wildcard-p character) (eq character #\\))) (put-char stream #\\))
      (put-char stream character))))

(defun %put-component (stream component escape-p)
  (cond ((%pattern-p component) (put-string stream (cadr component)))
        ((eq component :wild) (put-string stream "*"))
        ((eq component :wild-inferiors) (put-string stream "**"))
        ((member component '(:up :back)) (put-string stream ".."))
        (t (%put-escaped-component stream (%simple-string component) escape-p))))

(defun %put-directory (stream directory escape-p)
  (when directory
    (when (eq (car directory) :absolute) (put-char stream #\/))
    (dolist (component (cdr directory))
      (%put-component stream component escape-p)
      (put-char stream #\/))))

(defun %put-directory-of (stream pathname escape-p)
  (if (%logical-pathname-p pathname)
      (%put-logical-directory stream (%pathname-directories pathname))
      (%put-directory stream (%pathname-directories pathname) escape-p)))

(defun %put-file (stream pathname escape-p)
  (when (%pathname-name pathname) (%put-component stream (%pathname-name pathname) escape-p))
  (when (%pathname-type pathname)
    (put-char stream #\.)
    (%put-component stream (%pathname-type pathname) escape-p))
  (when (%logical-pathname-p pathname)
    (%put-logical-version stream (%pathname-version pathname))))

(defun %namestring (pathname escape-p)
  "The text of PATHNAME, with backslashes if ESCAPE-P."
  (let ((stream (new-string-output)))
    (when (%logical-pathname-p pathname)
      (put-string stream (%pathname-host pathname))
      (put-char stream #\:))
    (%put-directory-of stream pathname escape-p)
    (%put-file stream pathname escape-p)
    (take-output-string stream)))

(defun namestring (pathname)
  "PATHNAME as text."
  (%namestring (pathname pathname) t))

(defun directory-namestring (pathname)
  "The directory of PATHNAME as text, with a slash at its end."
  (let ((stream (new-string-output)))
    (%put-directory-of stream (pathname pathname) t)
    (take-output-string stream)))

(defun file-namestring (pathname)
  "The name and type of PATHNAME as text."
  (let ((stream (new-string-output)))
    (%put-file stream (pathname pathname) t)
    (take-output-string stream)))

(defun host-namestring (pathname)
  "The host of PATHNAME as text; empty unless it is logical."
  (let ((pathname (pathname pathname)))
    (if (%logical-pathname-p pathname) (%pathname-host pathname) "")))

(defun enough-namestring (pathname &optional (defaults *default-pathname-defaults*))
  "A text from which merging with DEFAULTS gives PATHNAME again, as short as leaving out the directory allows."
  (let* ((pathname (pathname pathname)) (defaults (pathname defaults))
         (directory (%pathname-directories pathname)) (prefix (%pathname-directories defaults))
         (count (if (and (eq (car directory) :absolute) prefix (not (%logical-pathname-p pathname)))
                    (mismatch prefix directory :test #'equal)
                    0)))
    (if (or (eql count 0) (and count (< count (length prefix))))
        (namestring pathname)
        (let ((rest (nthcdr (length prefix) directory)))
          (%namestring (%make-pathname nil nil (if rest (cons :relative rest) nil)
                                       (%pathname-name pathname) (%pathname-type pathname) nil)
                       t)))))
