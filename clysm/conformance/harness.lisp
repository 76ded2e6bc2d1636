;;;; The program that runs the tests of one category of a conformance suite:  SUITE CATEGORY SKIP
;;;;
;;;; A test is a form (deftest name [key value]... form value...): FORM has to return the VALUES. Tests run when all files
;;;; have been loaded, without the SKIP first ones. Each form of a file is evaluated on its own, so that one that cannot be
;;;; costs itself only.
;;;;
;;;; What happens is told in lines that start with the character RS, with tabs between the fields (see protocol.py):
;;;;   begin name;  end status milliseconds reason actual;  problem file message;  done

(defpackage "REGRESSION-TEST"
  (:nicknames "RTEST" "RT")
  (:use "COMMON-LISP")
  (:export "DEFTEST" "DEFNOTE" "DISABLE-NOTE" "DO-TESTS" "MY-AREF" "REM-ALL-TESTS" "*COMPILE-TESTS*"))

(in-package "REGRESSION-TEST")

(defvar *report* *standard-output*)
(defvar *suite* "" "The suite's directory, with a slash at the end.")
(defvar *category* "")
(defvar *tests* '() "Lists (name form value...), the newest first.")

;;; Telling

(defun write-field (text)
  (loop for character across text
        do (case character
             (#\Tab (write-string "\\t" *report*))
             (#\Newline (write-string "\\n" *report*))
             (#\\ (write-string "\\\\" *report*))
             (t (write-char character *report*)))))

(defun tell (&rest fields)
  (fresh-line *report*)
  (write-char (code-char 30) *report*)
  (loop for (field . more) on fields
        do (write-field field)
           (when more (write-char #\Tab *report*)))
  (terpri *report*)
  (finish-output *report*))

(defun text (object)
  "OBJECT as a text of bounded length."
  (let ((text (handler-case (let ((*print-length* 20) (*print-level* 5) (*print-circle* t) (*print-readably* nil)
                                  (*print-pretty* nil) (*print-base* 10) (*print-radix* nil) (*print-escape* t))
                              (prin1-to-string object))
                (error () "an object that cannot be printed"))))
    (subseq text 0 (min 1000 (length text)))))

(defun report-of (condition)
  (format nil "~(~A~): ~A" (type-of condition)
          (handler-case (princ-to-string condition)
            (error () "a condition that cannot be printed"))))

;;; Tests

(defun same-p (actual wanted)
  "Are both built alike of the same numbers, characters, symbols and other objects?"
  (cond ((and (consp actual) (consp wanted))
         (and (same-p (car actual) (car wanted))
              (same-p (cdr actual) (cdr wanted))))
        ((and (vectorp actual) (vectorp wanted))
         (and (= (length actual) (length wanted))
              (every #'same-p actual wanted)))
        ((and (arrayp actual) (arrayp wanted))
         (and (equal (array-dimensions actual) (array-dimensions wanted))
              (loop for index below (array-total-size actual)
                    always (same-p (row-major-aref actual index) (row-major-aref wanted index)))))
        ((and (pathnamep actual) (pathnamep wanted)) (equal actual wanted))
        (t (eql actual wanted))))

(defun suite-directory (name)
  (pathname (concatenate 'string *suite* name "/")))

(defun values-of (form)
  "List of the values of FORM, and NIL; or NIL and the condition that ended it."
  (block nil
    (handler-bind ((serious-condition (lambda (condition) (return (values nil condition)))))
      (values (multiple-value-list (eval form)) nil))))

(defun run-test (name form &rest wanted)
  (let ((start (get-internal-real-time)))
    (tell "begin" (text name))
    (multiple-value-bind (actual condition) (values-of form)
      (let ((passed (and (null condition) (same-p actual wanted)))
            (milliseconds (round (* 1000 (- (get-internal-real-time) start)) internal-time-units-per-second)))
        (tell "end" (if passed "pass" "fail") (format nil "~D" milliseconds)
              (cond (passed "")
                    (condition (report-of condition))
                    (t (format nil "expected ~A" (text wanted))))
              (if (or passed condition) "" (text actual)))))))

(defmacro deftest (name &rest properties)
  (loop while (keywordp (first properties))
        do (setq properties (cddr properties)))
  `(progn (push '(,name ,@properties) *tests*)
          ',name))

;;; What the suite expects of its own harness

(defvar *compile-tests* nil)

(defmacro defnote (&rest arguments)
  (declare (ignore arguments))
  nil)

(defun disable-note (note)
  (declare (ignore note)))

(defun my-aref (array &rest subscripts)
  (apply #'aref array subscripts))

;;; Files

(defun evaluate-form (form path)
  (handler-case (eval form)
    (serious-condition (condition)
      (tell "problem" path (format nil "~A in ~A" (report-of condition) (text form))))))

(defun evaluate-file (path)
  "Read the forms of the file PATH, relative to the suite, and evaluate each."
  (let* ((name (concatenate 'string *suite* path))
         (*load-pathname* (pathname name))
         (*load-truename* *load-pathname*)
         (*package* *package*))
    (with-open-file (stream name)
      (handler-case (loop for form = (read stream nil stream)
                          until (eq form stream)
                          do (evaluate-form form path))
        (error (condition) (tell "problem" path (report-of condition)))))))

(defun auxiliary-file (name)
  "Path of the file NAME, as a loader of the suite gives it."
  (let ((end (position #\; name :from-end t)))
    (if end
        (concatenate 'string "auxiliary/" (subseq name (+ end 1)))
        (concatenate 'string *category* "/" name))))

(defun cl-user::compile-and-load (name)
  (evaluate-file (auxiliary-file name)))

(defun cl-user::compile-and-load* (name)
  (evaluate-file (auxiliary-file name)))

(defun loaded-files (form)
  "The files that FORM, of a loader, loads, in order."
  (cond ((atom form) '())
        ((and (symbolp (first form)) (stringp (second form))
              (search "LOAD" (symbol-name (first form))))
         (list (auxiliary-file (if (pathname-type (second form))
                                   (second form)
                                   (concatenate 'string (second form) ".lsp")))))
        (t (loop for part on form
                 append (loaded-files (first part))
                 while (listp (rest part))))))

(defun files-of-category ()
  (with-open-file (stream (concatenate 'string *suite* *category* "/load.lsp"))
    (loop for form = (read stream nil stream)
          until (eq form stream)
          append (loaded-files form))))

(defparameter *preparation*
  '("cl-test-package.lsp" "auxiliary/ansi-aux-macros.lsp" "universe.lsp" "auxiliary/random-aux.lsp"
    "auxiliary/ansi-aux.lsp" "cl-symbol-names.lsp")
  "What every category needs.")

(defun run-category (suite category skip)
  (setq *suite* suite
        *category* category)
  (let ((*package* (find-package "COMMON-LISP-USER")))
    (evaluate-file (first *preparation*)))
  (let ((*package* (find-package "CL-TEST"))
        (*default-pathname-defaults* (pathname suite)))
    (mapc #'evaluate-file (rest *preparation*))
    (setq *default-pathname-defaults* (suite-directory category))
    (mapc #'evaluate-file (files-of-category))
    (setq *default-pathname-defaults* (suite-directory "sandbox"))
    (loop for test in (nthcdr skip (reverse *tests*))
          do (apply #'run-test test)))
  (tell "done"))

(destructuring-bind (suite category skip) clysm:*command-line-arguments*
  (run-category suite category (parse-integer skip)))
