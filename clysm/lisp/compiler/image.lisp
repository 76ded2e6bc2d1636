;;;; The linker, second half: numbering and the bytes of the image.

(in-package "CLYSM.COMPILER")

(defstruct (layout-plan (:constructor make-layout-plan (image)))
  "Where everything goes. FUNCTION-INDICES: key -> index. CODES: code numbers. POOL: the constants."
  image
  (signatures (make-signatures))
  (host-imports '())
  (function-indices (make-hash-table :test #'equal))
  (bodies '())                          ; bodies made here: trampolines and the program's entries
  (function-count 0)
  (body-indices (make-hash-table :test #'eql))
  (code-indices (make-hash-table :test #'eql))
  (codes '()) (code-count 0)
  (pool (make-pool))
  (constant-indices (make-hash-table :test #'eql))
  (merged-operands (make-hash-table :test #'eql))
  (item-operands (make-hash-table :test #'equal)))

(defun link-image (objects keep-all entry names)
  "Values: octets of the image, undefined references, duplicate definitions."
  (let ((image (make-image objects keep-all entry)))
    (collect-definitions image)
    (mark-all image)
    (let ((plan (make-layout-plan image)))
      (add-item (layout-plan-pool plan) '(list () 3)) ; constant 0 is the image loader's
      (number-functions plan)
      (number-codes plan)
      (let ((main (make-entry-bodies plan)))
        (values (image-octets plan main names)
                (undefined-references image)
                (reverse (image-duplicates image)))))))

;;; Numbering: host imports, kernel functions, bodies in order of modules, then trampolines.

(defun next-function-index (plan)
  (let ((index (layout-plan-function-count plan)))
    (setf (layout-plan-function-count plan) (+ index 1))
    index))

(defun take-index (plan key)
  (setf (gethash key (layout-plan-function-indices plan)) (next-function-index plan)))

(defun number-functions (plan)
  (let* ((image (layout-plan-image plan)) (kernel (reverse (image-kernel image))) (hosts '()))
    (dolist (reference kernel)
      (dolist (relocation (body-relocations (gethash reference (image-kernel-marks image))))
        (when (and (eq (second relocation) 'function) (char= (reference-kind (third relocation)) #\h))
          (unless (member (third relocation) hosts :test #'string=)
            (push (third relocation) hosts)))))
    (setf (layout-plan-host-imports plan) (reverse hosts))
    (dolist (reference (layout-plan-host-imports plan)) (take-index plan reference))
    (dolist (reference kernel) (take-index plan reference))
    (dolist (object (image-objects image))
      (dotimes (i (length (object-bodies object)))
        (when (gethash (object-key object i) (image-body-numbers image))
          (setf (gethash (object-key object i) (layout-plan-body-indices plan)) (next-function-index plan)))))))

(defun number-codes (plan)
  (let ((image (layout-plan-image plan)))
    (dolist (object (image-objects image))
      (dotimes (i (length (object-codes object)))
        (when (gethash (object-key object i) (image-used-codes image))
          (setf (gethash (object-key object i) (layout-plan-code-indices plan)) (layout-plan-code-count plan))
          (push (list object (svref (object-codes object) i)) (layout-plan-codes plan))
          (setf (layout-plan-code-count plan) (+ 1 (layout-plan-code-count plan))))))))

(defun function-index (plan object reference)
  "Index of the function that REFERENCE in OBJECT means."
  (if (integerp reference)
      (gethash (object-key object reference) (layout-plan-body-indices plan))
      (ecase (reference-kind reference)
        (#\b (gethash (object-key object (token-number (reference-name reference)))
                      (layout-plan-body-indices plan)))
        ((#\k #\h #\g) (or (gethash reference (layout-plan-function-indices plan))
                           (error "no function ~A in the image" reference)))
        (#\f (call-index plan reference)))))

;;; Calls of global functions

(defun call-index (plan reference)
  "The definition's own body where nobody can redefine it, else a trampoline."
  (or (gethash reference (layout-plan-function-indices plan))
      (let* ((image (layout-plan-image plan))
             (definition (gethash (call-key reference) (image-functions image)))
             (arity (lisp-reference-arity reference)))
        (if (and definition (bound-directly-p image definition))
            (bound-call-index plan reference arity definition)
            (late-trampoline plan reference arity)))))

(defun bound-call-index (plan reference arity definition)
  "The body of DEFINITION that takes ARITY arguments, or a trampoline to the one that takes all parameters."
  (let* ((object (global-definition-object definition))
         (code (svref (object-codes object) (global-definition-number definition)))
         (direct (assoc arity (fourth code)))
         (open (fifth code))
         (arguments (open-arguments open arity (reference-keywords reference))))
    (cond (direct
           (setf (gethash reference (layout-plan-function-indices plan))
                 (function-index plan object (cdr direct))))
          (arguments
           (open-trampoline plan reference arity (function-index plan object (first open)) arguments))
          (t (late-trampoline plan reference arity)))))

(defun bound-directly-p (image definition)
  (and (not (global-definition-redefined definition))
       (or (object-system (global-definition-object definition))
           (and (not (image-keep-all image))
                (not (gethash "k:set-symbol-function" (image-kernel-marks image)))))))

(defun made-body (plan key body)
  "A function made by the linker."
  (push body (layout-plan-bodies plan))
  (take-index plan key))

(defun with-emitter (label parameters results generate)
  (let ((*context* (make-context (make-emitter label parameters results) nil)))
    (funcall generate)
    (finish-body (em))))

(defun emit-argument-list (arity)
  (dotimes (i arity) (emit-local-get (em) (+ i 1) 'eq))
  (emit-immediate (em) +nil-bits+)
  (dotimes (i arity) (emit-kernel 'cons)))

;;; A function with a rest list or keywords has a body that takes all parameters. Where the linker sees which argument belongs
;;; to which parameter, it makes no list of the arguments and looks at no keyword.

(defun open-arguments (open arity keywords)
  "What each parameter of the body that OPEN tells of gets when ARITY arguments, of which KEYWORDS are known, are passed: the
index of an argument, NIL, or (:rest index...). The value is NIL if that is not known."
  (let* ((least (or (second open) 0)) (positional (+ least (or (third open) 0))) (rest (fourth open))
         (names (mapcar #'symbol-name (cddddr open))))
    (cond ((or (null open) (< arity least)) nil)
          ((<= arity positional)
           (append (argument-indices positional arity) (if rest (list (list :rest)) '())
                   (make-list (length names) :initial-element nil)))
          ((and rest names) nil)
          (rest (append (argument-indices positional arity) (list (cons :rest (nthcdr positional (argument-indices arity arity))))))
          ((oddp (- arity positional)) nil)
          (t (let ((found (keyword-indices names positional arity keywords)))
               (if (eq found :unknown) nil (append (argument-indices positional arity) found)))))))

(defun argument-indices (count arity)
  (let ((indices '()))
    (dotimes (i count (reverse indices))
      (push (if (< i arity) i nil) indices))))

(defun keyword-indices (names start arity keywords)
  "For each of NAMES the index of the value among the arguments from START to ARITY, or NIL; :UNKNOWN if one has no such name."
  (let ((pairs '()))
    (do ((index start (+ index 2)))
        ((>= index arity))
      (let ((name (cdr (assoc index keywords))))
        (unless (member name names :test #'equal)
          (return-from keyword-indices :unknown))
        (push (cons name (+ index 1)) pairs)))
    (let ((pairs (reverse pairs)))       ; the first of two equal keywords holds
      (mapcar (lambda (name) (cdr (assoc name pairs :test #'equal))) names))))

(defun open-trampoline (plan reference arity target arguments)
  "Call the body of a function whose parameters get ARGUMENTS, see OPEN-ARGUMENTS."
  (let ((key (concatenate 'string "g:" (decimal-text target))))
    (setf (gethash key (layout-plan-function-indices plan)) target)
    (made-body plan reference
               (with-emitter (concatenate 'string "call " (string-downcase (reference-name reference)))
                 (lisp-parameters arity) '(eq i32)
                 (lambda ()
                   (emit-null-self (em))
                   (dolist (argument arguments)
                     (cond ((null argument) (emit-immediate (em) +unsupplied-bits+))
                           ((consp argument) (emit-rest-list (cdr argument)))
                           (t (emit-local-get (em) (+ argument 1) 'eq))))
                   (emit-return-call (em) key (lisp-parameters (length arguments))))))))

(defun emit-rest-list (indices)
  (dolist (index indices) (emit-local-get (em) (+ index 1) 'eq))
  (emit-immediate (em) +nil-bits+)
  (dolist (index indices) (emit-kernel 'cons)))

(defun late-trampoline (plan reference arity)
  "Call what the symbol names at that time."
  (made-body plan reference
             (trampoline-body arity (function-name-operand plan (call-key reference))
                              (concatenate 'string "late " (string-downcase (reference-name reference))))))

(defun trampoline-body (arity constant label)
  "A function of ARITY values that calls the function of the symbol in CONSTANT."
  (with-emitter label (lisp-parameters arity) '(eq i32)
    (lambda ()
      (emit-number-relocation (em) 'constant constant)
      (emit-kernel 'global-function)
      (cond ((< arity +table-arities+)
             (dotimes (i arity) (emit-local-get (em) (+ i 1) 'eq))
             (emit-kernel-values (svref #(funcall0 funcall1 funcall2 funcall3 funcall4) arity) 'tail))
            (t (emit-argument-list arity)
               (emit-kernel-values 'apply-list 'tail))))))

(defun function-name-operand (plan key)
  "Index in the pool of the symbol of a function key."
  (let* ((definition (gethash key (image-functions (layout-plan-image plan))))
         (colon (or (and definition (length (global-definition-home definition))) (package-end key)))
         (home (subseq key 0 colon))
         (name (subseq key (+ colon 1)))
         (pool (layout-plan-pool plan)))
    (if (setf-key-p name)
        (shared-item plan (list 'setf (item-operand (pool-symbol pool home (subseq name 6 (- (length name) 1))))))
        (pool-symbol pool home name))))

(defun setf-key-p (name)
  (and (> (length name) 6) (string= (subseq name 0 6) "(SETF ")))

(defun package-end (key)
  "Where the package name ends in a function key of no definition: package names hold no colon."
  (position #\: key))

(defun shared-item (plan item)
  (or (gethash item (layout-plan-item-operands plan))
      (setf (gethash item (layout-plan-item-operands plan))
            (add-item (layout-plan-pool plan) item))))

;;; Constants: those of the objects, merged into one pool. Symbols are shared, so are layouts and function objects.

(defun pool-index (plan object index)
  "Index in the image's pool of the constant INDEX of OBJECT."
  (let ((key (object-key object index)))
    (or (gethash key (layout-plan-constant-indices plan))
        (setf (gethash key (layout-plan-constant-indices plan))
              (operand-index plan (merge-operand plan object (svref (object-operands object) index)))))))

(defun operand-index (plan operand)
  (if (= (logand operand 3) 0)
      (ash operand -2)
      (shared-item plan (list 'list '() operand))))

(defun merge-operand (plan object operand)
  (if (/= (logand operand 3) 0)
      operand
      (let* ((index (ash operand -2))
             (key (object-key object index)))
        (or (gethash key (layout-plan-merged-operands plan))
            (setf (gethash key (layout-plan-merged-operands plan))
                  (item-operand (merge-item plan object (object-item object index))))))))

(defun merge-item (plan object item)
  (let ((pool (layout-plan-pool plan)))
    (flet ((merged (operand) (merge-operand plan object operand)))
      (ecase (car item)
        (symbol (if (second item)
                    (pool-symbol pool (second item) (third item))
                    (add-item pool item)))
        ((string integer double single octets bits) (add-item pool item))
        (list (let* ((operands (mapcar #'merged (second item))) (tail (merged (third item))))
                (add-item pool (list 'list operands tail))))
        (vector (add-item pool (list 'vector (mapcar #'merged (second item)))))
        ((ratio complex)
         (let* ((a (merged (second item))) (b (merged (third item))))
           (add-item pool (list (car item) a b))))
        ((layout setf setf-name) (shared-item plan (list (car item) (merged (second item)))))
        (function (function-item plan object (second item)))
        (load-time (add-item pool (list 'load-time 0)))))))

(defun function-item (plan object number)
  "The function object of a code."
  (let* ((index (gethash (object-key object number) (layout-plan-code-indices plan)))
         (info (first (svref (object-codes object) number)))
         (operand (if info (item-operand (pool-index plan object info)) 3)))
    (shared-item plan (list 'function index operand))))

;;; The program's own entries

(defun program-init-p (object) (not (object-system object)))

(defun make-entry-bodies (plan)
  "Functions that run the inits. The value: (initialize start abi-version exports)."
  (let* ((system (make-init-body plan "load" (remove-if #'program-init-p (image-objects (layout-plan-image plan))) nil))
         (program (make-init-body plan "program" (remove-if-not #'program-init-p
                                                                (image-objects (layout-plan-image plan)))
                                  t))
         (main-code (layout-plan-code-count plan)))
    (setf (gethash "g:system" (layout-plan-function-indices plan)) system)
    (setf (gethash "g:program" (layout-plan-function-indices plan)) program)
    (setf (layout-plan-code-count plan) (+ main-code 1))
    (push (list nil (list nil (list "g:program" "k:wrong-1" "k:wrong-2" "k:wrong-3" "k:wrong-4") "k:wrong-list" '()))
          (layout-plan-codes plan))
    (let* ((initialize (made-body plan "g:initialize" (initialize-body)))
           (start (made-body plan "g:start" (start-body main-code)))
           (version (made-body plan "g:version" (version-body)))
           (exports '()))
      (dolist (export (image-exports (layout-plan-image plan)))
        (push (list (first export)
                    (made-body plan (concatenate 'string "g:export " (first export)) (export-body export)))
              exports))
      (list initialize start version (reverse exports)))))

(defun make-init-body (plan label objects program)
  "A function that runs the inits of OBJECTS. What only an evaluator asks for comes last in the system: it is kept in
tables that the other inits make. PROGRAM: does the image's entry follow?"
  (made-body plan (concatenate 'string "g:" label)
             (with-emitter label '(self) '(eq i32)
               (lambda ()
                 (emit-inits plan objects nil)
                 (emit-inits plan objects t)
                 (when (and program (image-entry (layout-plan-image plan)))
                   (emit-null-self (em))
                   (emit-call (em) (entry-reference (layout-plan-image plan)) '(self) '(eq i32))
                   (emit-drop (em))
                   (emit-drop (em)))
                 (emit-immediate (em) +nil-bits+)
                 (emit-i32 (em) 1)))))

(defun late-init-p (object key)
  (and (object-system object) (evaluator-key-p key) (string/= (symbol-name (car key)) "PACKAGE")))

(defun emit-inits (plan objects late)
  (dolist (object objects)
    (let ((index 0))
      (dolist (init (object-inits object))
        (when (and (gethash (object-key object index) (image-used-inits (layout-plan-image plan)))
                   (eq late (if (late-init-p object (first init)) t nil)))
          (emit-init plan object init))
        (setf index (+ index 1))))))

(defun emit-init (plan object init)
  (let* ((key (first init))
         (load-time (and key (string= (symbol-name (car key)) "LOAD-TIME")))
         (target (concatenate 'string "g:body " (object-path object) (second init))))
    (setf (gethash target (layout-plan-function-indices plan)) (function-index plan object (second init)))
    (when load-time
      (emit-number-relocation (em) 'constant (pool-index plan object (second key))))
    (emit-null-self (em))
    (emit-call (em) target '(self) '(eq i32))
    (emit-drop (em))
    (when load-time
      (emit-kernel 'set-constant))
    (emit-drop (em))))

(defun global-position (name)
  (position name *image-globals* :key #'car))

(defun initialize-body ()
  (with-emitter "_initialize" '() '()
    (lambda ()
      (let ((em (em)))
        (emit-global-get em (global-position 'initialized) 'i32)
        (emit-if em '())
        (emit-return em)
        (emit-end em)
        (emit-i32 em 1)
        (emit-global-set em (global-position 'initialized) 'i32)
        (emit-null-self em)
        (emit-i32 em 0)
        (emit-number-relocation em 'code 'data-size)
        (emit-array-new-data em '$octets 0)
        (emit-call em "f:CLYSM.LIBRARY:%LOAD-IMAGE/1" '(self eq) '(eq i32))
        (emit-drop em)
        (emit-drop em)
        (emit-null-self em)
        (emit-call em "g:system" '(self) '(eq i32))
        (emit-drop em)
        (emit-drop em)))))

(defun start-body (main-code)
  (with-emitter "_start" '() '()
    (lambda ()
      (let ((em (em)))
        (emit-call em "g:initialize" '() '())
        (emit-null-self em)
        (emit-i32 em main-code)
        (emit-immediate em +nil-bits+)
        (emit-immediate em +nil-bits+)
        (emit-kernel 'make-function)
        (emit-call em "f:CLYSM.LIBRARY:%RUN-PROGRAM/1" '(self eq) '(eq i32))
        (emit-drop em)
        (emit-drop em)))))

(defun version-body ()
  (with-emitter "abi_version" '() '(i32)
    (lambda () (emit-i32 (em) +abi-number+))))

(defun export-body (export)
  "i32 parameters become fixnums, a fixnum result an i32."
  (let ((arity (second export)))
    (with-emitter (first export) (make-list arity :initial-element 'i32) '(i32)
      (lambda ()
        (let ((em (em)))
          (emit-null-self em)
          (dotimes (i arity)
            (emit-local-get em i 'i32)
            (deliver 'fix 'value))
          (emit-call em (export-reference export)
                     (lisp-parameters arity) '(eq i32))
          (emit-drop em)
          (deliver 'value 'fix))))))
