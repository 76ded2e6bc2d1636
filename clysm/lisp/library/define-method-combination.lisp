;;;; DEFINE-METHOD-COMBINATION.  Source: CLHS 7.7.
;;;;
;;;; The effective method of the long form is a form that the program computes: it is evaluated, so that a program that
;;;; uses the long form has the evaluator in its image.

(in-package "CLYSM.LIBRARY")

;;; The long form at run time

(defun %matching-qualifiers-p (pattern qualifiers)
  "Do QUALIFIERS match PATTERN, a list with * for anything, or * itself, or the name of a predicate?"
  (cond ((eq pattern '*) t)
        ((null pattern) (null qualifiers))
        ((symbolp pattern) (funcall pattern qualifiers))
        (t (loop
             (cond ((eq pattern '*) (return t))
                   ((or (null pattern) (null qualifiers)) (return (and (null pattern) (null qualifiers))))
                   ((not (or (eq (car pattern) '*) (equal (car pattern) (car qualifiers)))) (return nil)))
             (setq pattern (cdr pattern))
             (setq qualifiers (cdr qualifiers))))))

(defun %in-group-p (method patterns)
  (some (lambda (pattern) (%matching-qualifiers-p pattern (%method-qualifiers method))) patterns))

(defun %group-methods (generic methods groups)
  "List of the methods of each of GROUPS, (patterns order required-p description)."
  (let ((left methods) (lists '()))
    (dolist (group groups)
      (let ((members (remove-if-not (lambda (method) (%in-group-p method (first group))) left)))
        (setq left (remove-if (lambda (method) (member method members :test #'eq)) left))
        (when (and (third group) (null members))
          (%no-primary-method generic methods))
        (push (if (eq (second group) :most-specific-last) (reverse members) members) lists)))
    (dolist (method left)
      (invalid-method-error method "its qualifiers ~S are those of no group of ~S method combination"
                            (%method-qualifiers method) (%combination-name (%generic-combination generic))))
    (nreverse lists)))

(defun %evaluate-effective (form generic)
  "The effective method that does what FORM says, in which CALL-METHOD and MAKE-METHOD have their meaning."
  (cons (eval `(lambda (generic &rest %arguments)
                 (declare (ignorable generic %arguments))
                 (macrolet ((call-method (method &optional next-methods)
                              (list '%call-combined 'generic (list 'quote method) (list 'quote next-methods)
                                    '%arguments)))
                   ,form)))
        generic))

(defun %combined-call (generic method next)
  "METHOD, a method or (make-method form), as an effective method; NEXT is the next one or NIL."
  (cond ((%methodp method)
         (cons (%method-function method) (or next (%end-of-methods generic method))))
        ((and (consp method) (eq (car method) 'make-method)) (%evaluate-effective (cadr method) generic))
        (t (method-combination-error "~S in CALL-METHOD is no method" method))))

(defun %combined-chain (generic methods)
  "The effective method of the first of METHODS, whose next methods are the others; NIL of none."
  (if (null methods)
      nil
      (%combined-call generic (car methods) (%combined-chain generic (cdr methods)))))

(defun %call-combined (generic method next-methods arguments)
  "What (call-method METHOD NEXT-METHODS) does."
  (let ((call (%combined-call generic method (%combined-chain generic next-methods))))
    (apply (%car call) (%cdr call) arguments)))

;;; The macro

(eval-when (:compile-toplevel :load-toplevel :execute)

  (defun %group-options (rest name)
    "The patterns and the options at the head of REST, which is behind the name of a method group."
    (let ((patterns '()))
      (loop
        (when (or (null rest) (member (car rest) '(:description :order :required))) (return))
        (push (pop rest) patterns))
      (unless patterns
        (%definition-error "a method group of ~S has no qualifier pattern" name))
      (values (nreverse patterns) rest)))

  (defun %group-form (group name)
    "Form for (patterns order required-p description) of GROUP, (variable pattern... option...)."
    (multiple-value-bind (patterns options) (%group-options (cdr group) name)
      `(list ',patterns ,(getf options :order :most-specific-first) ,(getf options :required)
             ,(getf options :description))))

  (defun %short-combination (name options environment)
    (let ((operator (getf options :operator name)))
      (when (and (not (member operator '(progn and or)))
                 (or (special-operator-p operator) (macro-function operator environment)))
        (%definition-error "the operator ~S of the method combination ~S is no function: of macros and special operators
only PROGN, AND and OR are implemented in the short form" operator name))
      (do ((rest options (cddr rest)))
          ((null rest))
        (unless (and (consp (cdr rest)) (member (car rest) '(:documentation :identity-with-one-argument :operator)))
          (%definition-error "unknown option ~S of the method combination ~S" (car rest) name)))
      `(%define-combination ',name ,(getf options :documentation)
                            (%operator-combination ',name ',operator ,(getf options :identity-with-one-argument)))))

  (defun %long-combination (name lambda-list groups body)
    (let ((generic-name (gensym "GENERIC-FUNCTION")) (documentation nil))
      (loop
        (cond ((and (consp (car body)) (eq (caar body) :generic-function))
               (setq generic-name (cadr (pop body))))
              ((and (consp (car body)) (eq (caar body) :arguments))
               (%definition-error "the option :ARGUMENTS of the method combination ~S is not implemented" name))
              ((and (stringp (car body)) (cdr body) (null documentation))
               (setq documentation (pop body)))
              (t (return))))
      `(%define-combination
        ',name ,documentation
        (lambda (generic methods arguments options)
          (declare (ignore arguments))
          (let ((,generic-name (%generic-function generic)))
            (declare (ignorable ,generic-name))
            (%evaluate-effective
             (apply (lambda ,lambda-list
                      (apply (lambda ,(mapcar #'car groups)
                               ,@body)
                             (%group-methods generic methods
                                             (list ,@(mapcar (lambda (group) (%group-form group name)) groups)))))
                    options)
             generic)))))))

(defmacro define-method-combination (name &rest rest &environment environment)
  "Define the method combination NAME: (name option...) in the short form, (name lambda-list groups form...) in the long."
  (unless (and name (symbolp name))
    (%definition-error "~S is not a name for a method combination" name))
  (if (and (consp rest) (listp (car rest)))
      (%long-combination name (first rest) (second rest) (cddr rest))
      (%short-combination name rest environment)))
