;;;; Logical pathnames (CLHS 19.3): HOST:DIRECTORY;NAME.TYPE.VERSION, and their translation to files.
;;;;
;;;; All components are in upper case; a file that one is translated to is in lower case, but for what the translation
;;;; itself says. The structure and the table of hosts are in pathnames.

(in-package "CLYSM.LIBRARY")

;;; ---- parsing

(defun %logical-error (text)
  (error 'simple-parse-error :format-control "~s is not the namestring of a logical pathname"
                             :format-arguments (list text)))

(defun %logical-prefix (text start end)
  "The index of the colon behind the logical host at the start of TEXT, or NIL."
  (let ((colon (position #\: text :start start :end end)))
    (if (and colon (%logical-host (%substring text start colon))) colon nil)))

(defun %logical-word-character-p (character)
  (or (alphanumericp character) (eq character #\-) (eq character #\*)))

(defun %logical-component (text)
  "The component that TEXT, letters, digits, hyphens and asterisks, means."
  (unless (and (plusp (length text)) (every #'%logical-word-character-p text)) (%logical-error text))
  (%component-of-text (string-upcase text) nil))

(defun %logical-version (text)
  "The version that TEXT means."
  (cond ((string= text "*") :wild)
        ((string-equal text "NEWEST") :newest)
        ((and (plusp (length text)) (every #'digit-char-p text)) (values (parse-integer text)))
        (t (%logical-error text))))

(defun %split (text separator)
  "The parts of TEXT between the characters SEPARATOR."
  (let ((parts '()) (start 0))
    (loop
      (let ((end (position separator text :start start)))
        (push (subseq text start end) parts)
        (unless end (return (nreverse parts)))
        (setq start (+ end 1))))))

(defun %logical-directory (words)
  "The directory that WORDS, the parts before semicolons, mean: an empty first one makes it relative."
  (flet ((component (word)
           (if (string= word "**") :wild-inferiors (%logical-component word))))
    (if (equal (car words) "")
        (cons :relative (mapcar #'component (cdr words)))
        (cons :absolute (mapcar #'component words)))))

(defun %parse-logical (text host)
  "The pathname on the logical HOST that TEXT, a namestring without its host, is."
  (let* ((words (%split text #\;))
         (file (car (last words)))
         (parts (if (string= file "") '() (%split file #\.))))
    (when (cdddr parts) (%logical-error text))
    (%make-logical-pathname host :unspecific
                            (%logical-directory (butlast words))
                            (if parts (%logical-component (first parts)) nil)
                            (if (second parts) (%logical-component (second parts)) nil)
                            (if (third parts) (%logical-version (third parts)) nil))))

;;; ---- printing

(defun %put-logical-directory (stream directory)
  (when (eq (car directory) :relative) (put-char stream #\;))
  (dolist (component (cdr directory))
    (%put-component stream component nil)
    (put-char stream #\;)))

(defun %put-logical-version (stream version)
  (when version
    (put-char stream #\.)
    (put-string stream (case version
                         (:wild "*")
                         (:newest "NEWEST")
                         (t (princ-to-string version))))))

;;; ---- hosts

(defun logical-pathname (pathspec)
  "The logical pathname that PATHSPEC, a logical pathname, its namestring or a stream opened with it, means."
  (let ((pathname (cond ((stringp pathspec) (parse-namestring pathspec))
                        ((streamp pathspec) (%pathname-of-stream pathspec))
                        (t pathspec))))
    (if (%logical-pathname-p pathname)
        pathname
        (%wrong-type pathspec 'logical-pathname))))

(defun %known-logical-host (host)
  "The entry of the logical HOST."
  (or (and (stringp host) (%logical-host host))
      (error 'simple-type-error :datum host :expected-type (cons 'member (mapcar #'car *logical-hosts*))
                                :format-control "there is no logical host ~s" :format-arguments (list host))))

(defun logical-pathname-translations (host)
  "The translations of HOST: lists of a pattern and a pathname."
  (cdr (%known-logical-host host)))

(defun (setf logical-pathname-translations) (translations host)
  (let* ((name (string-upcase host))
         (entry (or (%logical-host name)
                    (car (push (list name) *logical-hosts*)))))
    (setf (cdr entry)
          (mapcar (lambda (translation)
                    (list (%logical-pattern (first translation) name) (pathname (second translation))))
                  translations))
    translations))

(defun %logical-pattern (pattern host)
  "The logical pathname PATTERN, whose namestring may leave out HOST."
  (if (stringp pattern)
      (values (parse-namestring pattern host))
      (logical-pathname pattern)))

(defun load-logical-pathname-translations (host)
  "NIL if the logical HOST is known; else an error, as there is no place where others are looked up."
  (unless (%logical-host host)
    (error 'simple-error :format-control "the translations of the logical host ~s are not stored anywhere"
                         :format-arguments (list host)))
  nil)

;;; ---- translation

(defun translate-logical-pathname (pathname &key)
  "The file that PATHNAME means; a file error if no translation of its host fits."
  (let ((pathname (pathname pathname)))
    (if (%logical-pathname-p pathname)
        (translate-logical-pathname (%translate-once pathname))
        pathname)))

(defun %translate-once (pathname)
  "What the first fitting translation makes of the logical PATHNAME."
  (let* ((host (%pathname-host pathname))
         (translation (find pathname (logical-pathname-translations host) :key #'first :test #'pathname-match-p)))
    (unless translation (%file-error pathname "no translation of the host ~a fits ~s" host pathname))
    (translate-pathname pathname (first translation) (second translation))))
