;;;; Reading tokens: collecting their characters, and making symbols and numbers of them.

(in-package "CLYSM.LIBRARY")

(defun reader-failure (stream control &rest arguments)
  "Signal a reader error on STREAM with the message that the format CONTROL makes of ARGUMENTS, and the position."
  (let ((position (file-position stream)))
    (error 'simple-reader-error :stream stream
                                :format-control "~?~@[ at position ~d~] of ~s"
                                :format-arguments (list control arguments position stream))))

(defun %end-inside (stream)
  "Signal that STREAM ended inside an object."
  (error 'end-of-file :stream stream))

;;; ---- the token being collected. There is only one: nothing else is read before a token is used.

(defstruct (token (:copier nil) (:predicate nil))
  (text (%make-string 64))  ; the characters, in the case that the readtable asks for unless that is :invert
  (length 0)
  (colon nil)               ; index of the first package marker
  (last-colon nil)          ; index of the last one
  (escape-p nil)            ; true if a character was escaped
  (escaped '()))            ; with readtable-case :invert: indices of escaped characters

(defvar *token* (make-token))

(defun %add-token-character (token character)
  (let ((length (token-length token)) (text (token-text token)))
    (when (%fix= length (%string-length text))
      (let ((longer (%make-string (%fix* 2 length))))
        (%string-copy longer 0 text 0 length)
        (setf (token-text token) longer)
        (setq text longer)))
    (%set-schar text length character)
    (setf (token-length token) (%fix+ length 1))))

(defun %add-escaped-character (token character)
  (push (token-length token) (token-escaped token))
  (%add-token-character token character))

(defun %note-package-marker (token)
  (unless (token-colon token) (setf (token-colon token) (token-length token)))
  (setf (token-last-colon token) (token-length token)))

(defun %convert-case (character case)
  (let ((code (%char-code character)))
    (cond ((eq case :upcase)
           (cond ((%fix>= code 128) (char-upcase character))
                 ((and (%fix>= code 97) (%fix<= code 122)) (%code-char (%fix- code 32)))
                 (t character)))
          ((eq case :downcase) (char-downcase character))
          (t character))))

(defun %collect-escaped (stream token)
  "Collect characters up to the closing bar."
  (setf (token-escape-p token) t)
  (loop
    (let ((character (or (take-char stream) (%end-inside stream))))
      (let ((syntax (char-syntax character *readtable*)))
        (cond ((eql syntax +multiple-escape+) (return nil))
              ((eql syntax +single-escape+)
               (%add-escaped-character token (or (take-char stream) (%end-inside stream))))
              (t (%add-escaped-character token character)))))))

(defun %invert-case (token)
  "Change the case of the unescaped letters of TOKEN if all have the same."
  (let ((text (token-text token)) (upper-p nil) (lower-p nil))
    (dotimes (i (token-length token))
      (unless (member i (token-escaped token))
        (let ((character (%schar text i)))
          (cond ((upper-case-p character) (setq upper-p t))
                ((lower-case-p character) (setq lower-p t))))))
    (unless (and upper-p lower-p)
      (dotimes (i (token-length token))
        (unless (member i (token-escaped token))
          (%set-schar text i (if upper-p (char-downcase (%schar text i)) (char-upcase (%schar text i)))))))))

(defun collect-token (stream &optional first)
  "Collect the token that starts with the next character of STREAM and return it. What ends it is not consumed. FIRST is
NIL, or an escaped character that comes before."
  (let* ((token *token*) (readtable *readtable*) (case (%readtable-case readtable)))
    (setf (token-length token) 0
          (token-colon token) nil
          (token-escape-p token) nil
          (token-escaped token) '())
    (when first (%add-escaped-character token first))
    (loop
      (let ((character (peek stream)))
        (when (null character) (return nil))
        (let ((syntax (char-syntax character readtable)))
          (cond ((or (eql syntax +whitespace+) (eql syntax +terminating-macro+)) (return nil))
                (t
                 (take-char stream)
                 (cond ((eql syntax +single-escape+)
                        (setf (token-escape-p token) t)
                        (%add-escaped-character token (or (take-char stream) (%end-inside stream))))
                       ((eql syntax +multiple-escape+) (%collect-escaped stream token))
                       (t
                        (when (eq character #\:) (%note-package-marker token))
                        (when (and (invalid-constituent-p character) (not *read-suppress*))
                          (reader-failure stream "the character ~s is not allowed in a token" character))
                        (%add-token-character token (%convert-case character case)))))))))
    (when (eq case :invert) (%invert-case token))
    token))

;;; ---- what a token means

(defun %only-dots-p (token)
  (and (not (token-escape-p token))
       (%fix> (token-length token) 0)
       (dotimes (i (token-length token) t)
         (unless (eq (%schar (token-text token) i) #\.) (return nil)))))

(defun single-dot-p (token)
  "True if TOKEN is the dot of a dotted list."
  (and (eql (token-length token) 1) (%only-dots-p token)))

(defun %token-package (stream name)
  (or (find-package name)
      (reader-failure stream "there is no package named ~s" name)))

(defun %qualified-symbol (stream token)
  "The symbol that TOKEN, which has package markers, names."
  (let* ((text (token-text token)) (length (token-length token))
         (colon (token-colon token)) (last-colon (token-last-colon token))
         (name (%substring text (%fix+ last-colon 1) length)))
    (when (or (%fix> (%fix- last-colon colon) 1)
              (and (%fix= (%fix+ last-colon 1) length) (not (token-escape-p token))))
      (reader-failure stream "~s has a misplaced package marker" (%substring text 0 length)))
    (cond
      ((eql colon 0)
       (when (eql last-colon 1) (reader-failure stream "~s has two colons, but no package" (%substring text 0 length)))
       (values (intern name (find-package "KEYWORD"))))
      (t
       (let ((package (%token-package stream (%substring text 0 colon))))
         (if (or (%fix> last-colon colon) (eq package (find-package "KEYWORD")))
             (values (intern name package))
             (multiple-value-bind (symbol status) (find-symbol name package)
               (if (eq status :external)
                   symbol
                   (reader-failure stream "the symbol ~s is ~:[not in~;not external in~] the package ~a"
                                   name status (package-name package))))))))))

(defun %token-number (stream token)
  "The number that TOKEN is, or NIL."
  (if (or (token-escape-p token)
          (not (%may-start-number-p (%schar (token-text token) 0) *read-base*)))
      nil
      (multiple-value-bind (number problem) (parse-number-token (token-text token) (token-length token) *read-base*)
        (case problem
          (:zero-denominator (reader-failure stream "a ratio with denominator zero"))
          (:out-of-range (reader-failure stream "the float ~a is out of range"
                                         (%substring (token-text token) 0 (token-length token)))))
        number)))

(defun token-object (stream token)
  "The number or symbol that TOKEN, just read from STREAM, stands for."
  (cond (*read-suppress* nil)
        ((eql (token-length token) 0)
         (values (intern "" *package*)))  ; || or \ before the end
        ((token-colon token) (%qualified-symbol stream token))
        ((%token-number stream token))
        ((%only-dots-p token) (reader-failure stream "a token of dots only"))
        (t (values (intern (%substring (token-text token) 0 (token-length token)) *package*)))))
