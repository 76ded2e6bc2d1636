;;;; Method combination: from sorted applicable methods to one effective method.  Source: CLHS 7.6.6.2 to 7.6.6.4.

(in-package "CLYSM.LIBRARY")

;;; Calls.  A pair (function . next), see dispatch.lisp.

(defun %call-no-next-method (data &rest arguments)
  "What CALL-NEXT-METHOD of the last method calls; DATA: (generic . method)."
  (apply #'no-next-method (%generic-function (%car data)) (%cdr data) arguments))

(defun %end-of-methods (generic method)
  "The next effective method of METHOD, after which there is none."
  (cons #'%call-no-next-method (cons generic method)))

(defun %next-method-p (next)
  (not (eq (%car next) #'%call-no-next-method)))

(defun %method-call (method next arguments)
  "METHOD as an effective method. ARGUMENTS: those of the generic function, if METHOD is called before anything else; then
accessors read and write the slot at its place for the layout of the argument. Else NIL: the instance may be another one."
  (or (case (%method-accessor method)
        (:reader (%direct-reader (%method-slot-name method) (car arguments)))
        (:writer (%direct-writer (%method-slot-name method) (cadr arguments))))
      (cons (%method-function method) next)))

(defun %chain (generic methods end arguments)
  "The effective method that calls the first of METHODS, whose CALL-NEXT-METHOD calls the second ...; that of the last calls
END, or signals an error if that is NIL. ARGUMENTS: as for %METHOD-CALL of the first."
  (let* ((method (car methods))
         (next (cond ((cdr methods) (%chain generic (cdr methods) end '()))
                     (end end)
                     (t (%end-of-methods generic method)))))
    (%method-call method next arguments)))

(defun %single-calls (generic methods)
  "An effective method for each of METHODS, in which CALL-NEXT-METHOD is an error."
  (mapcar (lambda (method) (%method-call method (%end-of-methods generic method) '())) methods))

(defun %with-qualifiers (qualifiers methods)
  (remove-if-not (lambda (method) (equal (%method-qualifiers method) qualifiers)) methods))

;;; The standard combination

(defun %call-with-others (data &rest arguments)
  "DATA: (before methods, the primary one, after methods)."
  (dolist (before (first data))
    (apply (%car before) (%cdr before) arguments))
  (let ((primary (second data)))
    (multiple-value-prog1 (apply (%car primary) (%cdr primary) arguments)
      (dolist (after (third data))
        (apply (%car after) (%cdr after) arguments)))))

(defun %check-qualifiers (generic methods allowed)
  "An error if a method has qualifiers that are not in the list ALLOWED."
  (dolist (method methods)
    (unless (member (%method-qualifiers method) allowed :test #'equal)
      (invalid-method-error method "the qualifiers ~S are not those of ~S method combination"
                            (%method-qualifiers method)
                            (%combination-name (%generic-combination generic))))))

(defun %no-primary-method (generic methods)
  (error 'simple-error :format-control "the applicable methods of ~S have no primary one among them: ~S"
                       :format-arguments (list (%generic-function generic) methods)))

(defun %combine-standard (generic methods arguments options)
  (declare (ignore options))
  (%check-qualifiers generic methods '(() (:before) (:after) (:around)))
  (let ((primary (%with-qualifiers '() methods))
        (before (%with-qualifiers '(:before) methods))
        (after (%with-qualifiers '(:after) methods))
        (around (%with-qualifiers '(:around) methods)))
    (when (null primary)
      (%no-primary-method generic methods))
    (let* ((main (%chain generic primary nil (if (or before around) '() arguments)))
           (inner (if (or before after)
                      (cons #'%call-with-others
                            (list (%single-calls generic before)
                                  main
                                  (%single-calls generic (reverse after))))
                      main)))
      (if around
          (%chain generic around inner '())
          inner))))

(defvar *standard-combination* (%make-combination 'standard '() #'%combine-standard)
  "The combination of generic functions that ask for no other.")

;;; Combinations by an operator: the built-in ones and the short form of DEFINE-METHOD-COMBINATION

(defun %call-all-collecting (calls arguments)
  (mapcar (lambda (call) (apply (%car call) (%cdr call) arguments)) calls))

(defun %call-progn (calls &rest arguments)
  (loop
    (when (null (cdr calls))
      (return (apply (%car (car calls)) (%cdr (car calls)) arguments)))
    (apply (%car (car calls)) (%cdr (car calls)) arguments)
    (setq calls (cdr calls))))

(defun %call-and (calls &rest arguments)
  (loop
    (when (null (cdr calls))
      (return (apply (%car (car calls)) (%cdr (car calls)) arguments)))
    (unless (apply (%car (car calls)) (%cdr (car calls)) arguments)
      (return nil))
    (setq calls (cdr calls))))

(defun %call-or (calls &rest arguments)
  (loop
    (when (null (cdr calls))
      (return (apply (%car (car calls)) (%cdr (car calls)) arguments)))
    (let ((value (apply (%car (car calls)) (%cdr (car calls)) arguments)))
      (when value (return value)))
    (setq calls (cdr calls))))

(defun %call-operator (data &rest arguments)
  "DATA: (operator . calls)."
  (apply (car data) (%call-all-collecting (cdr data) arguments)))

(defun %call-of-operator (operator calls)
  "The effective method that does what (OPERATOR call...) does."
  (case operator
    (progn (cons #'%call-progn calls))
    (and (cons #'%call-and calls))
    (or (cons #'%call-or calls))
    (t (cons #'%call-operator (cons operator calls)))))

(defun %combine-by-operator (name operator identity-p generic methods options)
  "Methods with the qualifier NAME give the operands of OPERATOR. OPTIONS: their order."
  (%check-qualifiers generic methods (list (list name) '(:around)))
  (let ((primary (%with-qualifiers (list name) methods))
        (around (%with-qualifiers '(:around) methods)))
    (when (null primary)
      (%no-primary-method generic methods))
    (let* ((ordered (if (eq (car options) :most-specific-last) (reverse primary) primary))
           (calls (%single-calls generic ordered))
           (main (if (and identity-p (null (cdr calls)))
                     (car calls)
                     (%call-of-operator operator calls))))
      (if around
          (%chain generic around main '())
          main))))

(defun %operator-combination (name operator identity-p)
  "The function of a combination by OPERATOR."
  (lambda (generic methods arguments options)
    (declare (ignore arguments))
    (%combine-by-operator name operator identity-p generic methods options)))

(defvar *combinations* '()
  "List of (name documentation . function) of the combinations that programs define; the function is called with generic
function, sorted methods, arguments and options.")

(defun %built-in-combination (name)
  "The function of one of the combinations of the standard, or NIL."
  (case name
    (standard #'%combine-standard)
    ((progn and or) (%operator-combination name name t))
    ((+ append list max min nconc) (%operator-combination name name (not (eq name 'list))))
    (t nil)))

(defun %find-combination (name options)
  "The method combination NAME (NIL: the standard one) with OPTIONS."
  (let ((function (or (cddr (assoc name *combinations* :test #'eq)) (%built-in-combination name))))
    (cond ((null name) *standard-combination*)
          (function (%make-combination name options function))
          (t (%class-error "there is no method combination named ~S" name)))))

(defun %define-combination (name documentation function)
  (setq *combinations*
        (cons (list* name documentation function)
              (remove name *combinations* :key #'car :test #'eq)))
  name)

;;; Keyword arguments.  Source: CLHS 7.6.5.

(defun %call-checking-keywords (data &rest arguments)
  "DATA: (effective generic number-of-other-arguments . keywords)."
  (let ((effective (first data))
        (function (%generic-function (second data)))
        (pairs (nthcdr (third data) arguments))
        (keywords (cdddr data)))
    (when (oddp (length pairs))
      (%odd-keywords function pairs))
    (unless (getf pairs :allow-other-keys)
      (do ((rest pairs (cddr rest)))
          ((null rest))
        (unless (or (member (car rest) keywords :test #'eq) (eq (car rest) :allow-other-keys))
          (%unknown-keyword function (car rest)))))
    (apply (%car effective) (%cdr effective) arguments)))

(defun %checking-keywords (generic methods effective)
  "EFFECTIVE, or what calls it after a look at the keyword arguments, if GENERIC or one of METHODS has any."
  (let ((shapes (cons (%generic-shape generic) (mapcar #'%method-shape methods))))
    (if (or (notany #'%shape-key-p shapes)
            (some #'%shape-allow-p shapes))
        effective
        (let ((keywords '()) (shape (car shapes)))
          (dolist (each shapes)
            (setq keywords (union (%shape-keys each) keywords :test #'eq)))
          (cons #'%call-checking-keywords
                (list* effective generic (+ (%shape-required shape) (%shape-optional shape)) keywords))))))

(defun invalid-method-error (method control &rest arguments)
  "Signal an error: METHOD cannot be combined, for the reason that CONTROL and ARGUMENTS give."
  (error 'simple-error :format-control "~S is not valid: ~?" :format-arguments (list method control arguments)))

(defun method-combination-error (control &rest arguments)
  "Signal an error about the combination of methods."
  (error 'simple-error :format-control control :format-arguments arguments))
