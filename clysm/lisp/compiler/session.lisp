;;;; The stage ABI as Lisp functions: the contracts, section 3. Octets in, four values out: status, output, interface,
;;;; diagnostics, each a vector of octets but the first.

(in-package "CLYSM.COMPILER")

(defconstant +ok+ 0)
(defconstant +source-error+ 1)
(defconstant +link-error+ 2)
(defconstant +bad-object+ 3)
(defconstant +bad-call+ 4)
(defconstant +limit+ 5)
(defconstant +internal+ 7)

(defvar *session-objects* '()
  "Objects of the session, the newest first.")

(define-condition bad-call (error)
  ((message :initarg :message :reader bad-call-message))
  (:report (lambda (condition stream) (write-string (bad-call-message condition) stream)))
  (:documentation "The host does not follow the protocol."))

(defun no-octets () (make-octets 0))

(defun reply (status output interface diagnostics forms path)
  (values status output interface (diagnostics-octets diagnostics forms path)))

(defun failure-reply (status category message path)
  (reply status (no-octets) (no-octets) (list (unplaced-diagnostic category message path)) '() path))

(defun unplaced-diagnostic (category message path)
  (make-diagnostic "error" category (one-line message) (remediation category) path 0 0 nil nil))

(defmacro with-reply (path &rest body)
  "The values of BODY; an error that it does not handle becomes a reply."
  (list 'call-with-reply path (list* 'lambda '() body)))

(defun call-with-reply (path body)
  (handler-case (funcall body)
    (bad-object (condition) (failure-reply +bad-object+ "internal-error" (bad-object-message condition) path))
    (bad-call (condition) (failure-reply +bad-call+ "internal-error" (bad-call-message condition) path))
    (source-failure (condition)
      (failure-reply +source-error+ (failure-category condition) (failure-message condition) path))
    (error (condition) (failure-reply +internal+ "internal-error" (condition-text condition) path))))

(defun read-options (octets allowed)
  "The options as a property list; keys beyond ALLOWED are a BAD-CALL."
  (multiple-value-bind (codes bad) (decode-utf-8 octets 0 (length octets))
    (when bad
      (error 'bad-call :message "options are UTF-8 text"))
    (let ((options (handler-case (read-form (make-source codes (environment-world *environment*)
                                                         (find-package "COMMON-LISP")))
                     (source-failure (condition) (error 'bad-call :message (failure-message condition))))))
      (let ((rest options))
        (loop
          (when (atom rest) (return))
          (unless (and (member (car rest) allowed) (consp (cdr rest)))
            (error 'bad-call :message (message-text (list "unknown option " (car rest)))))
          (setf rest (cddr rest))))
      options)))

(defun session-begin (options)
  (when *environment*
    (delete-world (environment-world *environment*)))
  (setf *environment* (make-environment))
  (setf *session-objects* '())
  (install-kernel-functions)
  (with-reply ""
    (let ((code-options (getf (read-options options '(:code-options)) :code-options)))
      (setf *fold-constants* (not (equal (getf code-options :fold-constants) "off")))
      (reply +ok+ (no-octets) (no-octets) '() '() ""))))

(defun need-session ()
  (unless *environment*
    (error 'bad-call :message "no session: call session_begin first")))

(defun load-interface (octets)
  (with-reply ""
    (need-session)
    (let ((path (add-interface octets)))
      (reply +ok+ (no-octets) (no-octets) '() '() path))))

;;; Limits: the contracts, section 7

(defconstant +longest-source+ 16777216)
(defparameter *longest-object* 67108864)
(defconstant +most-diagnostics+ 1000)

(defun too-long-object-p (octets)
  (> (length octets) *longest-object*))

(defun too-long-object-diagnostic (path)
  (unplaced-diagnostic "limit-exceeded" "the object is longer than 64 MiB" path))

(defun limited-diagnostics (diagnostics path)
  "DIAGNOSTICS of a module, at most +MOST-DIAGNOSTICS+; then the last of them says how many are left out, as an error if
any of all is one. The second value is true in that case."
  (let ((left-out (nthcdr (- +most-diagnostics+ 1) diagnostics)))
    (if (null (cdr left-out))
        (values diagnostics nil)
        (let ((last (make-diagnostic (if (some #'error-diagnostic-p diagnostics) "error" "warning")
                                     "limit-exceeded"
                                     (concatenate 'string "more than " (decimal-text +most-diagnostics+)
                                                  " diagnostics of one module: "
                                                  (decimal-text (length left-out)) " are not shown")
                                     (remediation "limit-exceeded") path
                                     (diagnostic-line (car left-out)) (diagnostic-column (car left-out)) nil nil)))
          (values (append (ldiff diagnostics left-out) (list last))
                  (error-diagnostic-p last))))))

(defun error-diagnostic-p (diagnostic)
  (string= (diagnostic-severity diagnostic) "error"))

(defun load-object (octets)
  (with-reply ""
    (need-session)
    (if (too-long-object-p octets)
        (reply +limit+ (no-octets) (no-octets) (list (too-long-object-diagnostic "")) '() "")
        (let ((object (read-object octets)))
          (push object *session-objects*)
          (reply +ok+ (no-octets) (no-octets) '() '() (object-path object))))))

;;; Compiling

(defun compile-module (octets options)
  (with-reply ""
    (need-session)
    (let* ((options (read-options options '(:path :source-sha256 :uses :compile-time)))
           (path (getf options :path)))
      (unless (stringp path)
        (error 'bad-call :message "compile_module needs the option :path"))
      (with-reply path
        (multiple-value-bind (source bad) (octets-source octets 1)
          (if bad
              (bad-source-reply source bad path)
              (let ((*times* (module-times (getf options :compile-time)))
                    (module (make-module path (getf options :source-sha256))))
                (multiple-value-bind (status object interface diagnostics rows)
                    (compile-module-source source module path (getf options :uses))
                  (reply status object interface diagnostics rows path)))))))))

(defun module-times (option)
  "When the forms of a module are evaluated: if OPTION is \"all\", also for the modules that use it."
  (cond ((null option) '(:load))
        ((equal option "all") '(:load :use))
        (t (error 'bad-call :message "the option :compile-time is \"all\" or absent"))))

(defun octets-source (octets line)
  "A source for OCTETS, UTF-8 whose first line has the number LINE. The second value is NIL, or :TOO-LONG, or the index of
an octet that is not UTF-8: then the source is the text up to there."
  (let ((too-long (> (length octets) +longest-source+)) (world (environment-world *environment*)))
    (multiple-value-bind (codes bad) (if too-long (vector) (decode-utf-8 octets 0 (length octets)))
      (let ((source (make-source codes world (find-world-package world "COMMON-LISP-USER"))))
        (setf (source-first-line source) line)
        (values source (if too-long :too-long bad))))))

(defun bad-source-reply (source bad path)
  (if (eq bad :too-long)
      (failure-reply +limit+ "limit-exceeded" "the source is longer than 16 MiB" path)
      (reply +source-error+ (no-octets) (no-octets)
             (list (make-positioned-diagnostic "error" "read-error"
                                               (message-text (list "not UTF-8: octet " (decimal-text bad)
                                                                   " starts no well-formed sequence"))
                                               (length (source-codes source)) source path nil nil))
             '() path)))

(defun compile-module-source (source module path uses)
  "Status, object, interface, diagnostics and rows of forms for MODULE, made of SOURCE, which is of the file PATH."
  (let ((*fresh-names* (make-hash-table :test #'eq)) (name (module-path module)))
    (apply-pending-effects uses)
    (begin-module name uses)
    (multiple-value-bind (forms diagnostics references effects) (compile-source source module path)
      (multiple-value-bind (diagnostics many)
          (limited-diagnostics (append diagnostics (undeclared-uses path uses)) path)
        (let ((rows (form-rows forms source))
              (failed (some (lambda (record) (string/= (form-record-status record) "success")) forms)))
          (if (or failed (some #'error-diagnostic-p diagnostics))
              (values (if many +limit+ +source-error+) (no-octets) (no-octets) diagnostics rows)
              (let* ((*module* module) (*source* source)
                     (interface (interface-octets name effects))
                     (object (module-octets module rows references (reverse (module-exports module)))))
                (cond ((too-long-object-p object)
                       (values +limit+ (no-octets) (no-octets)
                               (append diagnostics (list (too-long-object-diagnostic path))) '()))
                      (t (note-module name interface)
                         (push (read-object object) *session-objects*)
                         (values +ok+ object interface diagnostics rows))))))))))

(defun undeclared-uses (path uses)
  "Errors for modules whose definitions this one uses without declaring it."
  (if (null uses)
      '()
      (mapcar (lambda (use)
                (make-diagnostic "error" "missing-module"
                                 (message-text (list "uses definitions of " use " but does not declare it"))
                                 (remediation "missing-module") path 1 1 nil nil))
              (remove-if (lambda (use) (member use uses :test #'equal)) (used-modules)))))

(defun form-rows (forms source)
  (mapcar (lambda (record)
            (multiple-value-bind (line column) (source-line-and-column source (form-record-position record))
              (list (form-record-id record) line column (form-record-type record) (form-record-name record)
                    (form-record-status record) (form-record-category record) (form-record-message record)
                    (form-record-causes record))))
          forms))

;;; Linking

(defun chosen-objects (numbers)
  "The objects of the session in the order in which it got them: those with the NUMBERS, or all if there are none."
  (let ((all (reverse *session-objects*)))
    (if (null numbers)
        all
        (let ((vector (coerce all 'simple-vector)))
          (mapcar (lambda (number)
                    (unless (and (integerp number) (< -1 number (length vector)))
                      (error 'bad-call :message "an object to link is not in the session"))
                    (svref vector number))
                  numbers)))))

(defun link (options)
  (with-reply ""
    (need-session)
    (let* ((options (read-options options '(:entry :strict :names :keep-all :objects)))
           (objects (chosen-objects (getf options :objects))))
      (if (null objects)
          (failure-reply +link-error+ "missing-module" "no objects to link" "")
          (multiple-value-bind (octets undefined duplicates)
              (link-image objects (getf options :keep-all) (getf options :entry) (getf options :names))
            (let* ((strict (getf options :strict))
                   (severity (if strict "error" "warning"))
                   (diagnostics (append (undefined-diagnostics undefined severity nil)
                                        (duplicate-diagnostics duplicates severity))))
              (if (and strict diagnostics)
                  (reply +link-error+ (no-octets) (no-octets) diagnostics '() "")
                  (reply +ok+ octets (no-octets) diagnostics '() ""))))))))

(defun undefined-diagnostics (rows severity path)
  "For each of ROWS a diagnostic; PATH is NIL or the file of all of them."
  (mapcar (lambda (row)
            (let* ((object (car row)) (reference (cdr row))
                   (function (eq (first reference) :function))
                   (category (if function "missing-function" "missing-variable"))
                   (name (if (fourth reference)
                             (concatenate 'string "(setf " (string-downcase (third reference)) ")")
                             (string-downcase (third reference)))))
              (make-diagnostic severity category
                               (concatenate 'string (if function "undefined function `" "undefined variable `") name "`"
                                            (if (seventh reference)
                                                (concatenate 'string " in `" (seventh reference) "`")
                                                ""))
                               (remediation category) (or path (object-path object)) (fifth reference) (sixth reference)
                               nil name)))
          rows))

(defun duplicate-diagnostics (rows severity)
  (mapcar (lambda (row)
            (let ((new (first row)) (old (second row)))
              (make-diagnostic severity "duplicate-definition"
                               (concatenate 'string "function `" (string-downcase (global-definition-name new))
                                            "` is already defined in " (object-path (global-definition-object old)))
                               (remediation "duplicate-definition")
                               (object-path (global-definition-object new))
                               (global-definition-line new) (global-definition-column new)
                               nil (string-downcase (global-definition-name new)))))
          rows))

;;; One form: a module of its own in the session, with a name that no file has

(defun compile-one-form (octets options)
  (with-reply ""
    (need-session)
    (let* ((options (read-options options '(:path :line :print)))
           (path (getf options :path "form")) (line (getf options :line 1)))
      (unless (and (stringp path) (integerp line) (> line 0))
        (error 'bad-call :message "compile_form takes a string as :path and a positive integer as :line"))
      (with-reply path
        (if (null *session-objects*)
            (failure-reply +link-error+ "missing-module" "load the library first" path)
            (multiple-value-bind (source bad) (octets-source octets line)
              (if bad
                  (bad-source-reply source bad path)
                  (compile-form-source source path (getf options :print)))))))))

(defun compile-form-source (source path print)
  (multiple-value-bind (form failure) (read-only-form source)
    (if failure
        (reply +source-error+ (no-octets) (no-octets) (list (failure-diagnostic failure nil 0 source path)) '() path)
        (let ((name (concatenate 'string path "#" (decimal-text (length *session-objects*)))))
          (multiple-value-bind (status object interface diagnostics rows)
              (compile-module-source (if print (printing-source source form) (restarted-source source))
                                     (make-module name nil) path '())
            (declare (ignore object interface))
            (if (= status +ok+)
                (link-form diagnostics rows path)
                (reply status (no-octets) (no-octets) diagnostics rows path)))))))

(defun read-only-form (source)
  "The form that SOURCE consists of, or NIL and the condition if it does not consist of one."
  (handler-case (only-form source)
    (source-failure (condition) (values nil condition))))

(defun only-form (source)
  "The form that SOURCE consists of. Signals a SOURCE-FAILURE if it does not consist of one."
  (multiple-value-bind (form present) (read-form source)
    (unless present
      (read-failure source 0 "expected exactly one form, found none"))
    (skip-blanks source)
    (let ((position (source-position source)))
      (multiple-value-bind (more present) (read-form source)
        (declare (ignore more))
        (when present
          (read-failure source position "expected exactly one form, found another"))))
    form))

(defun restarted-source (source)
  "SOURCE from its beginning."
  (changed-source source (source-codes source) 0))

(defun changed-source (source codes origin)
  (let ((changed (make-source codes (source-world source) (source-package source))))
    (setf (source-first-line changed) (source-first-line source))
    (setf (source-origin changed) origin)
    changed))

(defun printing-source (source form)
  "A source that evaluates FORM, of which SOURCE consists, and prints its primary value. A definition stays at top level,
and its value is the name that it defines."
  (let ((name (defined-name form)) (codes (source-codes source)))
    (if name
        (changed-source source
                        (concatenate 'simple-vector codes (vector 10)
                                     (text-codes (concatenate 'string "(progn (prin1 '" (data-text name) ") (terpri))")))
                        0)
        (let ((before (text-codes "(progn (prin1 ")))
          (changed-source source
                          (concatenate 'simple-vector before codes (vector 10) (text-codes ") (terpri))"))
                          (length before))))))

(defun defined-name (form)
  "The name that the definition FORM, (def... name ...), gives a meaning; else NIL."
  (if (and (consp form) (symbolp (car form)) (eql 0 (search "DEF" (symbol-name (car form)))) (consp (cdr form)))
      (let ((name (second form)))
        (if (and (consp name) (not (eq (car name) 'setf))) (car name) name))
      nil))

(defun text-codes (text)
  (map 'simple-vector #'char-code text))

(defun link-form (diagnostics rows path)
  "The image of the newest object with all that the session has. What only runs, runs this once."
  (let ((object (car *session-objects*)))
    (multiple-value-bind (octets undefined) (link-image (reverse *session-objects*) nil nil t)
      (setf (object-inits object) (remove-if #'null (object-inits object) :key #'first))
      (let ((own (remove-if-not (lambda (row) (eq (car row) object)) undefined)))
        (reply +ok+ octets (no-octets) (append diagnostics (undefined-diagnostics own "warning" path)) rows path)))))
