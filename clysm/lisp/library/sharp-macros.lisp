;;;; The standard dispatching macro character # (CLHS 2.4.8).

(in-package "CLYSM.LIBRARY")

(defun %read-number-argument (stream)
  "The decimal number at STREAM, or NIL."
  (let ((value nil))
    (loop
      (let* ((character (or (peek stream) (%end-inside stream)))
             (digit (if (%fix< (%char-code character) 128) (digit-char-p character) nil)))
        (unless digit (return value))
        (take-char stream)
        (setq value (+ (* (or value 0) 10) digit))))))

(defun read-dispatching (stream character)
  "The function of dispatching macro characters."
  (let* ((number (%read-number-argument stream))
         (sub-character (char-upcase (take-char stream)))
         (function (dispatch-function character sub-character *readtable*)))
    (cond (function (funcall function stream sub-character number))
          (*read-suppress* (collect-token stream) nil)
          (t (reader-failure stream "no syntax is defined for ~c~c" character sub-character)))))

;;; ---- characters, functions, symbols, evaluation

(defun read-sharp-backslash (stream sub-character number)
  (declare (ignore sub-character number))
  (let* ((first (or (take-char stream) (%end-inside stream)))
         (token (collect-token stream first)))
    (cond (*read-suppress* nil)
          ((eql (token-length token) 1) first)
          (t
           (let ((name (%substring (token-text token) 0 (token-length token))))
             (or (name-char name) (reader-failure stream "there is no character named ~a" name)))))))

(defun read-sharp-quote (stream sub-character number)
  (declare (ignore sub-character number))
  (list 'function (read-inside stream)))

(defun read-sharp-colon (stream sub-character number)
  (declare (ignore sub-character number))
  (let ((token (collect-token stream)))
    (cond (*read-suppress* nil)
          ((token-colon token) (reader-failure stream "a package marker in the name after #:"))
          (t (make-symbol (%substring (token-text token) 0 (token-length token)))))))

(defun read-sharp-dot (stream sub-character number)
  "#.form. EVAL is looked up by its name, so that a program that reads does not hold the compiler for that alone."
  (declare (ignore sub-character number))
  (let ((form (read-inside stream)))
    (cond (*read-suppress* nil)
          ((not *read-eval*) (reader-failure stream "#. while *read-eval* is false"))
          (t
           (let ((eval (find-symbol "EVAL" "COMMON-LISP")))
             (if (and eval (%symbol-function eval))
                 (funcall eval form)
                 (reader-failure stream "#. in a program that was linked without eval")))))))

;;; ---- numbers

(defun %read-rational (stream base)
  (let ((number (let ((*read-base* base)) (read-inside stream))))
    (cond (*read-suppress* nil)
          ((rationalp number) number)
          (t (reader-failure stream "~s is no rational in base ~d" number base)))))

(defun read-sharp-b (stream sub-character number)
  (declare (ignore sub-character number))
  (%read-rational stream 2))

(defun read-sharp-o (stream sub-character number)
  (declare (ignore sub-character number))
  (%read-rational stream 8))

(defun read-sharp-x (stream sub-character number)
  (declare (ignore sub-character number))
  (%read-rational stream 16))

(defun read-sharp-r (stream sub-character number)
  (declare (ignore sub-character))
  (cond (*read-suppress* (read-inside stream) nil)
        ((and number (<= 2 number 36)) (%read-rational stream number))
        (t (reader-failure stream "#~@[~d~]r needs a radix from 2 to 36" number))))

(defun read-sharp-c (stream sub-character number)
  (declare (ignore sub-character number))
  (let ((parts (read-inside stream)))
    (cond (*read-suppress* nil)
          ((and (consp parts) (consp (cdr parts)) (null (cddr parts))
                (realp (first parts)) (realp (second parts)))
           (complex (first parts) (second parts)))
          (t (reader-failure stream "#C needs a list of two real numbers, not ~s" parts)))))

;;; ---- vectors and arrays

(defun %extended-vector (stream elements number vector filler-p)
  "VECTOR, made of NUMBER elements, with ELEMENTS and, if they are fewer, the last one again and again."
  (let ((length (length elements)))
    (when (> length number) (reader-failure stream "more than ~d elements" number))
    (when (and (eql length 0) (> number 0) filler-p) (reader-failure stream "no element to fill a vector with"))
    (let ((rest elements) (element nil))
      (dotimes (i number vector)
        (when rest (setq element (pop rest)))
        (setf (aref vector i) element)))))

(defun read-sharp-parenthesis (stream sub-character number)
  (declare (ignore sub-character))
  (let ((elements (read-list-until stream #\) nil)))
    (cond (*read-suppress* nil)
          (number (%extended-vector stream elements number (make-array number) t))
          (t (coerce elements 'simple-vector)))))

(defun read-sharp-star (stream sub-character number)
  (declare (ignore sub-character))
  (let ((token (collect-token stream)) (bits '()))
    (cond
      (*read-suppress* nil)
      (t
       (dotimes (i (token-length token))
         (case (%schar (token-text token) i)
           (#\0 (push 0 bits))
           (#\1 (push 1 bits))
           (t (reader-failure stream "#* takes only the digits 0 and 1"))))
       (let ((length (or number (token-length token))))
         (%extended-vector stream (nreverse bits) length (make-array length :element-type 'bit) t))))))

(defun %contents-dimensions (stream contents rank)
  "The dimensions of an array of RANK with the nested sequences CONTENTS."
  (let ((dimensions '()))
    (dotimes (i rank (nreverse dimensions))
      (unless (typep contents 'sequence) (reader-failure stream "the contents of an array are not nested deep enough"))
      (push (length contents) dimensions)
      (setq contents (if (plusp (length contents)) (elt contents 0) '())))))

(defun read-sharp-a (stream sub-character number)
  (declare (ignore sub-character))
  (let ((contents (read-inside stream)))
    (cond (*read-suppress* nil)
          ((null number) (reader-failure stream "#A needs a rank"))
          (t (make-array (%contents-dimensions stream contents number) :initial-contents contents)))))

;;; ---- structures and pathnames

(defun %slot-position (name layout)
  "The index of the slot of LAYOUT whose name is the text of the string designator NAME, or NIL."
  (position (string name) (%layout-slot-names layout) :key #'symbol-name :test #'string=))

(defun %unknown-slots-allowed-p (slots)
  "True if SLOTS, like keyword arguments of a constructor, has a true value for :ALLOW-OTHER-KEYS."
  (do ((rest slots (cddr rest)))
      ((not (and (consp rest) (consp (cdr rest)))) nil)
    (when (eq (car rest) :allow-other-keys) (return (cadr rest)))))

(defun %fill-structure (stream structure layout slots)
  "Set the slots of STRUCTURE as the list SLOTS of names and values says; of equal names the first counts. True if all
are set."
  (let* ((count (%instance-length structure)) (set (%make-vector count nil))
         (others-p (%unknown-slots-allowed-p slots)))
    (loop
      (when (null slots) (return (every #'identity set)))
      (unless (and (consp slots) (typep (car slots) '(or symbol string character)) (consp (cdr slots)))
        (reader-failure stream "~s is no list of slot names and values" slots))
      (let ((index (%slot-position (car slots) layout)))
        (cond ((null index)
               (unless (or others-p (eq (car slots) :allow-other-keys))
                 (reader-failure stream "the structure ~s has no slot named ~a" (%layout-name layout) (car slots))))
              ((not (%svref set index))
               (%svset set index t)
               (%instance-set structure index (cadr slots)))))
      (setq slots (cddr slots)))))

(defun %constructor-call (stream name slots)
  "The structure that the function MAKE-name makes with SLOTS as keyword arguments."
  (let ((constructor (find-symbol (concatenate 'string "MAKE-" (symbol-name name)) (symbol-package name)))
        (arguments '()))
    (unless (and constructor (%symbol-function constructor))
      (reader-failure stream "#S(~s ...) lacks slots, and there is no function make-~(~a~)" name name))
    (do ((rest slots (cddr rest)))
        ((null rest))
      (push (intern (string (first rest)) "KEYWORD") arguments)
      (push (second rest) arguments))
    (apply constructor (nreverse arguments))))

(defun read-sharp-s (stream sub-character number)
  "#S(name slot value ...). Slots that are not given get their default from the constructor MAKE-name."
  (declare (ignore sub-character number))
  (let ((contents (read-inside stream)))
    (cond
      (*read-suppress* nil)
      ((not (and (consp contents) (symbolp (car contents))))
       (reader-failure stream "#S needs a list that starts with a structure's name, not ~s" contents))
      (t
       (let ((layout (%find-layout (car contents))))
         (unless (and layout (%layout-ancestor-p (%layout structure-object) layout))
           (reader-failure stream "there is no structure named ~s" (car contents)))
         (let ((structure (%make-instance layout (%vector-length (%layout-slot-names layout)))))
           (if (%fill-structure stream structure layout (cdr contents))
               structure
               (%constructor-call stream (car contents) (cdr contents)))))))))

(defun read-sharp-p (stream sub-character number)
  (declare (ignore sub-character number))
  (let ((namestring (read-inside stream)))
    (cond (*read-suppress* nil)
          ((stringp namestring) (values (parse-namestring namestring)))
          (t (reader-failure stream "#P needs a string, not ~s" namestring)))))

;;; ---- features and comments

(defvar *features* (list :clysm :common-lisp :ansi-cl)
  "Keywords that #+ and #- test.")

(defun %feature-present-p (stream expression)
  "True if the feature EXPRESSION holds."
  (cond ((symbolp expression) (not (null (member expression *features*))))
        ((atom expression) (reader-failure stream "~s is no feature expression" expression))
        (t
         (flet ((present-p (expression) (%feature-present-p stream expression)))
           (case (car expression)
             ((:and) (every #'present-p (cdr expression)))
             ((:or) (some #'present-p (cdr expression)))
             ((:not) (not (present-p (cadr expression))))
             (t (reader-failure stream "~s is no feature expression" expression)))))))

(defun %read-conditionally (stream wanted)
  "Read a feature expression and an object, which is dropped unless the expression's truth is WANTED."
  (let ((present-p (%feature-present-p stream (let ((*package* (find-package "KEYWORD")) (*read-suppress* nil))
                                                (read-inside stream)))))
    (cond ((eq present-p wanted) (read-inside stream))
          (t (let ((*read-suppress* t)) (read-inside stream))
             (values)))))

(defun read-sharp-plus (stream sub-character number)
  (declare (ignore sub-character number))
  (%read-conditionally stream t))

(defun read-sharp-minus (stream sub-character number)
  (declare (ignore sub-character number))
  (%read-conditionally stream nil))

(defun read-sharp-bar (stream sub-character number)
  "Skips up to the matching |#."
  (declare (ignore sub-character number))
  (let ((depth 1) (previous #\Space))
    (loop
      (let ((character (or (take-char stream) (%end-inside stream))))
        (cond ((and (eq previous #\|) (eq character #\#))
               (setq depth (%fix- depth 1) previous #\Space)
               (when (eql depth 0) (return (values))))
              ((and (eq previous #\#) (eq character #\|))
               (setq depth (%fix+ depth 1) previous #\Space))
              (t (setq previous character)))))))

(defun read-sharp-error (stream sub-character number)
  (declare (ignore number))
  (reader-failure stream "#~a cannot be read"
                  (if (graphic-char-p sub-character) sub-character (char-name sub-character))))

(defun standard-dispatch-function (sub-character)
  "The function for # followed by SUB-CHARACTER (in upper case) in the standard readtable, or NIL."
  (case sub-character
    (#\\ #'read-sharp-backslash) (#\' #'read-sharp-quote) (#\( #'read-sharp-parenthesis) (#\* #'read-sharp-star)
    (#\: #'read-sharp-colon) (#\. #'read-sharp-dot) (#\B #'read-sharp-b) (#\O #'read-sharp-o) (#\X #'read-sharp-x)
    (#\R #'read-sharp-r) (#\C #'read-sharp-c) (#\A #'read-sharp-a) (#\S #'read-sharp-s) (#\P #'read-sharp-p)
    (#\+ #'read-sharp-plus) (#\- #'read-sharp-minus) (#\| #'read-sharp-bar) (#\= #'read-label-definition)
    (#\# #'read-label-reference)
    ((#\) #\< #\Space #\Tab #\Newline #\Return #\Page) #'read-sharp-error)
    (t nil)))
