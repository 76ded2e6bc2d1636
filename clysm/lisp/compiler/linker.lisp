;;;; The linker, first half: which functions, constants and codes of the session's objects an image holds.

(in-package "CLYSM.COMPILER")

(defstruct (image (:constructor make-image (objects keep-all entry)))
  "An image being linked. FUNCTIONS: table key -> definition. MARKED: what is in: bodies, kernel functions, constants.
A key of a function is PACKAGE:NAME as in references; (setf f) is PACKAGE:(SETF F)."
  objects keep-all entry
  (functions (make-hash-table :test #'equal))
  (bodies '()) (body-numbers (make-hash-table :test #'eql))
  (kernel '()) (kernel-marks (make-hash-table :test #'equal))
  (mentioned (make-hash-table :test #'equal))
  (keyed (make-hash-table :test #'equal))
  (used-inits (make-hash-table :test #'eql))
  (constant-marks (make-hash-table :test #'eql))
  (used-codes (make-hash-table :test #'eql))
  (code-list '())
  (called (make-hash-table :test #'equal)) (calls '())
  (work '())
  (undefined '()) (duplicates '()))

(defstruct (global-definition (:constructor make-global-definition (key object number home name setf line column)))
  key object number home name setf line column (redefined nil))

(defun function-key (home name setf)
  (if setf
      (concatenate 'string home ":(SETF " name ")")
      (concatenate 'string home ":" name)))

(defun number-objects (image)
  (let ((ordinal 0))
    (dolist (object (image-objects image))
      (setf (object-ordinal object) ordinal)
      (setf ordinal (+ ordinal 1)))))

(defun collect-definitions (image)
  (number-objects image)
  (dolist (object (image-objects image))
    (dolist (row (object-definitions object))
      (let* ((home (first row)) (name (second row)) (setf (third row))
             (key (function-key home name setf))
             (old (gethash key (image-functions image)))
             (new (make-global-definition key object (fourth row) home name setf (fifth row) (sixth row))))
        (when old
          (setf (global-definition-redefined new) t)
          (push (list new old) (image-duplicates image)))
        (setf (gethash key (image-functions image)) new)))))

;;; Keys of init functions: (kind home name). Kept when the symbol is mentioned; definitions for the evaluator only when
;;; that is in the image.

(defun symbol-key (home name) (concatenate 'string (or home "#") ":" name))

(defun init-symbol-key (key)
  "The symbol that KEY is about, as a mention, or NIL."
  (if (and (cddr key) (third key))
      (symbol-key (second key) (third key))
      nil))

(defparameter *evaluator-keys* '("MACRO" "SYMBOL-MACRO" "TYPE" "SETF" "PACKAGE" "DESCRIPTION" "VARIABLES")
  "Kinds of definitions that only an image with an evaluator or a reader needs.")

(defun evaluator-key-p (key)
  (and key (member (symbol-name (car key)) *evaluator-keys* :test #'string=)))

(defun schedule-inits (image)
  "All inits that run in any case are work; the keyed ones wait for their symbol."
  (dolist (object (image-objects image))
    (let ((index 0))
      (dolist (init (object-inits object))
        (let* ((key (first init)) (mention (and key (init-symbol-key key))))
          (cond ((or (image-keep-all image) (not (object-system object)))
                 (use-init image object index))
                ((or (evaluator-key-p key) (eq (object-system object) :compiler))
                 (push (cons object index) (gethash "evaluator" (image-keyed image))))
                ((or (null key) (string= (symbol-name (car key)) "LOAD-TIME"))
                 (use-init image object index))
                (mention
                 (push (cons object index) (gethash mention (image-keyed image))))
                (t (use-init image object index))))
        (setf index (+ index 1))))))

(defun object-key (object index)
  "A number for the body, code, constant or init INDEX of OBJECT."
  (+ (* (object-ordinal object) 262144) index))

(defun use-init (image object index)
  (let ((key (object-key object index)))
    (unless (gethash key (image-used-inits image))
      (setf (gethash key (image-used-inits image)) t)
      (mark-body image object (token-number (reference-name (second (nth index (object-inits object)))))))))

;;; Marking

(defun mark-body (image object index)
  (let ((key (object-key object index)))
    (unless (gethash key (image-body-numbers image))
      (setf (gethash key (image-body-numbers image)) t)
      (push (list object index) (image-bodies image))
      (push (list 'body object index) (image-work image)))))

(defun mark-kernel (image reference)
  (unless (gethash reference (image-kernel-marks image))
    (setf (gethash reference (image-kernel-marks image)) (assemble-kernel-function (kernel-name-of reference)))
    (push reference (image-kernel image))
    (push (list 'kernel reference) (image-work image))))

(defun call-key (reference)
  "The function key in a reference f:KEY/COUNT."
  (subseq reference 2 (position #\/ reference :from-end t)))

(defun mark-call (image reference)
  "A call of a global function by name and count."
  (unless (gethash reference (image-called image))
    (setf (gethash reference (image-called image)) t)
    (push reference (image-calls image))
    (mark-function image (call-key reference))))

(defun mark-function (image key)
  "The function KEY is in the image; without a definition, what gives it one when it runs."
  (let ((definition (gethash key (image-functions image))))
    (if definition
        (mark-code image (global-definition-object definition) (global-definition-number definition))
        (mention-key image (owner-key key)))))

(defun owner-key (key)
  "The symbol that the function KEY is named after, as a mention."
  (let ((place (search ":(SETF " key)))
    (if place
        (concatenate 'string (subseq key 0 (+ place 1)) (subseq key (+ place 7) (- (length key) 1)))
        key)))

(defun mark-code (image object number)
  "The function object of code NUMBER of OBJECT is in the image, with all its entries."
  (let ((key (object-key object number)))
    (unless (gethash key (image-used-codes image))
      (setf (gethash key (image-used-codes image)) t)
      (push (list object number) (image-code-list image))
      (let ((code (svref (object-codes object) number)))
        (dolist (entry (cons (third code) (append (second code) (mapcar #'cdr (fourth code)))))
          (mark-reference image object entry))
        (when (first code)
          (mark-constant image object (first code)))))))

(defun mark-reference (image object reference)
  (if (integerp reference)
      (mark-body image object reference)
      (ecase (reference-kind reference)
        (#\b (mark-body image object (token-number (reference-name reference))))
        (#\k (mark-kernel image reference))
        (#\f (mark-call image reference))
        (#\h nil))))

(defun mention (image home name)
  "The symbol is in the image: so is what it names."
  (mention-key image (symbol-key home name)))

(defun mention-key (image key)
  (unless (gethash key (image-mentioned image))
    (setf (gethash key (image-mentioned image)) t)
    (push (list 'mention key) (image-work image))))

(defun mark-constant (image object index)
  (let ((key (object-key object index)))
    (unless (gethash key (image-constant-marks image))
      (setf (gethash key (image-constant-marks image)) t)
      (mark-operand image object (svref (object-operands object) index)))))

(defun mark-operand (image object operand)
  (when (= (logand operand 3) 0)
    (let ((item (object-item object (ash operand -2))))
      (case (car item)
        (symbol (mention image (second item) (third item)))
        (list (dolist (x (second item)) (mark-operand image object x))
         (mark-operand image object (third item)))
        (vector (dolist (x (second item)) (mark-operand image object x)))
        ((layout setf-name) (mark-operand image object (second item)))
        (setf (mark-operand image object (second item))
         (let ((symbol (object-item object (ash (second item) -2))))
           (mark-function image (function-key (second symbol) (third symbol) t))))
        (function (mark-code image object (second item)))
        (t nil)))))

(defun mark-relocation (image object relocation)
  (let ((kind (third relocation)) (reference (fourth relocation)))
    (ecase kind
      (function (mark-reference image object reference))
      (constant (mark-constant image object reference))
      (code (mark-code image object reference)))))

(defun do-work (image work)
  (ecase (first work)
    (body
     (let ((object (second work)))
       (dolist (relocation (linkable-relocation-list (svref (object-bodies object) (third work))))
         (mark-relocation image object relocation))))
    (kernel
     (dolist (relocation (body-relocations (gethash (second work) (image-kernel-marks image))))
       (when (eq (second relocation) 'function)
         (mark-reference image nil (third relocation)))))
    (mention
     (let ((key (second work)))
       (mark-function image key)
       (dolist (row (gethash key (image-keyed image)))
         (use-init image (car row) (cdr row)))))))

(defparameter *evaluator-functions* '("CLYSM.LIBRARY:%RUNNING-DEFINITION")
  "Functions that look up definitions for the evaluator at run time.")

(defun mark-program-functions (image object)
  "All functions of a module of the program: a name that is read, or made, at run time may call them."
  (dolist (row (object-definitions object))
    (mark-code image object (fourth row))
    (unless (third row)
      (mention image (first row) (second row)))))

(defun mark-standard-functions (image object)
  "What an evaluator offers to the forms that it gets: the functions of COMMON-LISP and CLYSM, also those that get their
definition when the image starts."
  (dolist (row (object-definitions object))
    (when (member (first row) '("COMMON-LISP" "CLYSM") :test #'equal)
      (mark-code image object (fourth row))))
  (dolist (row (object-assigned object))
    (when (equal (first row) "COMMON-LISP")
      (mention image (first row) (second row)))))

(defun mark-all (image)
  "Everything that can be reached from the roots."
  (schedule-inits image)
  (dolist (object (image-objects image))
    (cond ((image-keep-all image)
           (dotimes (i (length (object-codes object))) (mark-code image object i))
           (dotimes (i (length (object-bodies object))) (mark-body image object i)))
          ((not (object-system object))
           (mark-program-functions image object))))
  (dolist (reference (image-roots image)) (mark-reference image nil reference))
  (finish-work image)
  (when (evaluator-needed-p image)
    (mark-evaluator image)
    (finish-work image))
  ;; units may call any kernel function
  (when (unit-host-p image)
    (dolist (reference (kernel-references)) (mark-reference image nil reference))
    (finish-work image)))

(defun finish-work (image)
  (loop
    (when (null (image-work image)) (return))
    (do-work image (pop (image-work image)))))

(defun evaluator-needed-p (image)
  (some (lambda (key)
          (let ((definition (gethash key (image-functions image))))
            (and definition
                 (gethash (object-key (global-definition-object definition) (global-definition-number definition))
                          (image-used-codes image)))))
        *evaluator-functions*))

(defun mark-evaluator (image)
  "An image with an evaluator holds the compiler, and all macros and functions that a form may name."
  (dolist (row (gethash "evaluator" (image-keyed image)))
    (use-init image (car row) (cdr row)))
  (dolist (object (image-objects image))
    (mark-standard-functions image object)))

(defun image-roots (image)
  (append '("f:CLYSM.LIBRARY:%LOAD-IMAGE/1" "k:buffer-alloc" "k:buffer-reset" "k:set-constant" "k:constant")
          '("f:CLYSM.LIBRARY:%RUN-PROGRAM/1" "k:make-function" "k:collect-0" "k:wrong-0" "k:wrong-1" "k:wrong-2" "k:wrong-3" "k:wrong-4"
            "k:spread" "k:list2" "k:cons" "k:funcall0" "k:funcall1" "k:funcall2" "k:funcall3" "k:funcall4" "k:global-function" "k:apply-list" "k:function-of" "k:wrong-list")
          (mapcar #'export-reference (image-exports image))
          (if (image-entry image) (list (entry-reference image)) '())
          (if (image-keep-all image) (kernel-references) '())))

(defun kernel-references ()
  (mapcar #'kernel-reference (reverse *kernel-names*)))

(defun image-exports (image)
  "(name arity home function) of what the modules export; a program does not export what the compiler would."
  (if (image-keep-all image)
      (apply #'append (mapcar #'object-exports (image-objects image)))
      '()))

(defun export-reference (export)
  (concatenate 'string "f:" (third export) ":" (fourth export) "/" (decimal-text (second export))))

(defun entry-reference (image)
  "The call of the function PACKAGE:NAME that is the entry."
  (concatenate 'string "f:" (image-entry image) "/0"))

(defun unit-host-p (image)
  "Does the image take units: does any of its code call the host's unit_instantiate?"
  (or (image-keep-all image)
      (gethash "CLYSM.LIBRARY:%INSTANTIATE-UNIT" (image-mentioned image))))

;;; Diagnostics

(defun undefined-references (image)
  "(object . row) for each reference to a function or variable that no object defines. What the library of a program
refers to was looked up when the stage with the same library was linked."
  (let ((variables (make-hash-table :test #'equal)) (assigned (make-hash-table :test #'equal)) (rows '()))
    (dolist (object (image-objects image))
      (dolist (init (object-inits object))
        (let ((key (first init)))
          (when (and key (string= (symbol-name (car key)) "VARIABLE"))
            (setf (gethash (init-symbol-key key) variables) t)))))
    (dolist (object (image-objects image))
      (dolist (row (object-assigned object))
        (when (first row)
          (setf (gethash (function-key (first row) (second row) (third row)) assigned) t))))
    (dolist (object (image-objects image))
      (when (or (image-keep-all image) (not (object-system object)))
        (dolist (reference (keyed-references object))
          (let ((row (cdr reference)))
            (unless (if (eq (first row) :function)
                        (or (gethash (car reference) (image-functions image)) (gethash (car reference) assigned))
                        (gethash (car reference) variables))
              (push (cons object row) rows))))))
    (reverse rows)))

(defun keyed-references (object)
  "(key . row) for each reference, read at the first link of the session."
  (when (eq (object-keyed-references object) :unread)
    (setf (object-keyed-references object)
          (mapcar (lambda (row)
                    (let ((kind (first row)) (home (second row)) (name (third row)) (setf (fourth row)))
                      (cons (if (eq kind :function) (function-key home name setf) (symbol-key home name)) row)))
                  (object-references object))))
  (object-keyed-references object))
