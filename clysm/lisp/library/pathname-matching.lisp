;;;; Wildcards: WILD-PATHNAME-P, PATHNAME-MATCH-P, TRANSLATE-PATHNAME.

(in-package "CLYSM.LIBRARY")

(defun %wild-component-p (component)
  (or (eq component :wild) (eq component :wild-inferiors) (%pattern-p component)))

(defun wild-pathname-p (pathname &optional field)
  "True if PATHNAME, or its component FIELD (:host :device :directory :name :type :version), has wildcards."
  (let ((pathname (pathname pathname)))
    (flet ((wild-p (field)
             (ecase field
               ((:host :device) nil)
               (:directory (some #'%wild-component-p (%pathname-directories pathname)))
               (:name (%wild-component-p (%pathname-name pathname)))
               (:type (%wild-component-p (%pathname-type pathname)))
               (:version (eq (%pathname-version pathname) :wild)))))
      (if field
          (if (wild-p field) t nil)
          (if (some #'wild-p '(:directory :name :type :version)) t nil)))))

;;; ---- patterns

(defun %set-end (pattern start)
  "The index of the bracket that closes the set at START of PATTERN, or NIL."
  (position #\] pattern :start (min (+ start 2) (length pattern))))

(defun %matches-from-p (pattern i text j)
  "True if PATTERN from index I matches all of TEXT from index J."
  (loop
    (when (>= i (length pattern)) (return (= j (length text))))
    (let ((character (char pattern i)))
      (cond
        ((eq character #\*)
         (return (do ((k j (+ k 1)))
                     ((> k (length text)) nil)
                   (when (%matches-from-p pattern (+ i 1) text k) (return t)))))
        ((>= j (length text)) (return nil))
        ((eq character #\?) (incf i))
        ((and (eq character #\[) (%set-end pattern i))
         (let ((end (%set-end pattern i)))
           (unless (find (char text j) pattern :start (+ i 1) :end end) (return nil))
           (setq i (+ end 1))))
        (t
         (when (and (eq character #\\) (< (+ i 1) (length pattern)))
           (incf i)
           (setq character (char pattern i)))
         (unless (eq character (char text j)) (return nil))
         (incf i)))
      (incf j))))

(defun component-matches-p (component wild)
  "True if COMPONENT (a name, type or directory component) matches WILD. NIL as WILD matches only NIL."
  (cond ((eq wild :wild) t)
        ((%pattern-p wild) (and (stringp component) (%matches-from-p (cadr wild) 0 component 0)))
        (t (equal component wild))))

(defun directory-matches-p (components wilds)
  "True if the directory components match the list WILDS."
  (cond ((null wilds) (null components))
        ((eq (car wilds) :wild-inferiors)
         (or (directory-matches-p components (cdr wilds))
             (and components (directory-matches-p (cdr components) wilds))))
        ((null components) nil)
        (t (and (component-matches-p (car components) (car wilds))
                (directory-matches-p (cdr components) (cdr wilds))))))

(defun pathname-match-p (pathname wildcard)
  "True if PATHNAME matches WILDCARD; missing components of WILDCARD match everything."
  (let ((pathname (pathname pathname)) (wildcard (pathname wildcard)))
    (and (or (null (%pathname-host wildcard))
             (equal (%pathname-host pathname) (%pathname-host wildcard)))
         (or (null (%pathname-directories wildcard))
             (directory-matches-p (%pathname-directories pathname) (%pathname-directories wildcard)))
         (or (null (%pathname-name wildcard))
             (component-matches-p (%pathname-name pathname) (%pathname-name wildcard)))
         (or (null (%pathname-type wildcard))
             (component-matches-p (%pathname-type pathname) (%pathname-type wildcard))))))

;;; ---- translation

(defun %translate-component (source from to)
  "What TO becomes when SOURCE matched FROM."
  (cond ((null to) source)
        ((eq to :wild) source)
        ((%pattern-p to) (%fill-pattern (cadr to) (%matched-part source from)))
        (t to)))

(defun %matched-part (source from)
  "The part of SOURCE that the first * of the pattern FROM stands for."
  (let ((star (if (%pattern-p from) (position #\* (cadr from)) nil)))
    (cond ((not (stringp source)) "")
          (star (subseq source star (- (length source) (- (length (cadr from)) star 1))))
          (t source))))

(defun %fill-pattern (pattern part)
  "PATTERN with its first * replaced by PART."
  (let ((star (position #\* pattern)))
    (if star
        (concatenate 'string (subseq pattern 0 star) part (subseq pattern (+ star 1)))
        pattern)))

(defun %inferiors-match (source from)
  "The components of SOURCE that :wild-inferiors at the start of FROM stands for, when FROM matches SOURCE."
  (do ((rest source (cdr rest)) (taken '() (cons (car rest) taken)))
      ((directory-matches-p rest (cdr from)) (values (reverse taken) rest))))

(defun %translate-directory (source from to)
  "The directory TO with its wildcards replaced by what those of FROM matched in SOURCE, in order."
  (let ((matches '()))
    (loop
      (when (null from) (return nil))
      (cond ((eq (car from) :wild-inferiors)
             (multiple-value-bind (taken rest) (%inferiors-match source from)
               (push taken matches)
               (setq source rest)))
            (t
             (when (%wild-component-p (car from)) (push (list (car source)) matches))
             (pop source)))
      (pop from))
    (setq matches (nreverse matches))
    (mapcan (lambda (component)
              (if (%wild-component-p component) (copy-list (pop matches)) (list component)))
            to)))

(defun translate-pathname (source from-wildcard to-wildcard &key)
  "The pathname TO-WILDCARD with wildcards replaced by what those of FROM-WILDCARD match in SOURCE."
  (let ((source (pathname source)) (from (pathname from-wildcard)) (to (pathname to-wildcard)))
    (unless (pathname-match-p source from)
      (error 'simple-error :format-control "~s does not match ~s" :format-arguments (list source from)))
    (when (and (%logical-pathname-p source) (not (%logical-pathname-p to)))
      (setq source (%as-file source) from (%as-file from)))
    (%new-pathname (%pathname-host to)
                   (or (%pathname-device to) (%pathname-device source))
                   (cond ((null (%pathname-directories to)) (%pathname-directories source))
                         ((null (%pathname-directories from)) (%pathname-directories to))
                         (t (%translate-directory (%pathname-directories source) (%pathname-directories from)
                                                  (%pathname-directories to))))
                   (%translate-component (%pathname-name source) (%pathname-name from) (%pathname-name to))
                   (%translate-component (%pathname-type source) (%pathname-type from) (%pathname-type to))
                   (%pathname-version source))))

(defun %as-file (pathname)
  "The logical PATHNAME as that of a file, with its strings in lower case."
  (%make-pathname nil nil (%in-case #'string-downcase (%pathname-directories pathname))
                  (%in-case #'string-downcase (%pathname-name pathname))
                  (%in-case #'string-downcase (%pathname-type pathname)) (%pathname-version pathname)))
