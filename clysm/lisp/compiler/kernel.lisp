;;;; Kernel functions: registration and assembly of folded Wasm text given as Lisp data.
;;;;
;;;;   (defkernel name ((parameter type)...) (result...) [(:locals (name type)...)] instruction...)
;;;;   (defprimitives (%name (kind...) kind . implementation)...)
;;;;
;;;; Instructions are folded: (operator immediate... operand...). A symbol alone reads a local, an integer alone is an i32
;;;; constant. Besides Wasm's own operators:
;;;;   (call name operand...)   another kernel function        (host name operand...)  a host import
;;;;   (lisp %name operand...)  the primary value of a library function, called with values
;;;;   nil, t, unbound, unsupplied as (imm nil) ...            (fix i32) (unfix value)  between i32 and fixnum

(in-package "CLYSM.COMPILER")

(defvar *kernel-functions* (make-hash-table :test #'eq)
  "Name -> (parameters results locals instructions types-of-parameters).")

(defvar *kernel-names* '()
  "Names of all kernel functions, the newest first.")

(defvar *primitives* (make-hash-table :test #'equal)
  "Name of a primitive, a string -> (parameter kinds, result kind, implementation).")

(defun register-kernel-function (name parameters results instructions)
  (let ((locals (and (consp (car instructions)) (eq (car (car instructions)) ':locals)
                     (cdr (car instructions)))))
    (unless (gethash name *kernel-functions*)
      (push name *kernel-names*))
    (setf (gethash name *kernel-functions*)
          (list parameters results locals (if locals (cdr instructions) instructions) (mapcar #'second parameters)))))

(defmacro defkernel (name parameters results &rest instructions)
  (list 'register-kernel-function (list 'quote name) (list 'quote parameters) (list 'quote results)
        (list 'quote instructions)))

(defun register-primitives (rows)
  (dolist (row rows)
    (setf (gethash (symbol-name (first row)) *primitives*)
          (list (second row) (third row)
                (or (cdddr row)
                    (list 'call (kernel-name-of-primitive (first row))))))))

(defun kernel-name-of-primitive (symbol)
  "%NAME -> NAME, as a symbol of this package."
  (let ((name (symbol-name symbol)))
    (intern (if (char= (char name 0) #\%) (subseq name 1) name) "CLYSM.COMPILER")))

(defmacro defprimitives (&rest rows)
  (list 'register-primitives (list 'quote rows)))

(defun kernel-signature (name)
  (let ((row (gethash name *kernel-functions*)))
    (unless row
      (error "no kernel function `~A`" name))
    (values (fifth row) (second row))))

(defun kernel-reference (name)
  (concatenate 'string "k:" (string-downcase (symbol-name name))))

(defun lisp-reference (package name arity)
  "Reference to the global function PACKAGE:NAME called with ARITY arguments."
  (concatenate 'string "f:" package ":" name "/" (prin1-to-string arity)))

;;; Immediates: fixnum n is n << 1, a character code << 3 | 1, the rest ends in 011.

(defconstant +nil-bits+ 3)
(defconstant +t-bits+ 11)
(defconstant +unbound-bits+ 19)
(defconstant +unsupplied-bits+ 27)

(defconstant +most-positive-fixnum+ 536870911)
(defconstant +most-negative-fixnum+ -536870912)

(defun target-fixnum-p (x)
  (and (integerp x) (<= +most-negative-fixnum+ x +most-positive-fixnum+)))

;;; Tables and globals of an image, in index order.

(defconstant +list-table+ 5)
(defconstant +constant-table+ 6)

(defparameter *image-globals*
  '((nil-symbol $symbol const) (t-symbol $symbol const) (hash-counter i32 var) (values-buffer $vector var)
    (memory-top i32 var) (memory-base i32 var) (abort i32 var) (initialized i32 var)))

(defun global-row (name)
  (or (assoc name *image-globals* :test #'eq)
      (error "no global `~A`" name)))

(defparameter *host-imports*
  '((args_read (i32 i32) (i32)) (fd_read (i32 i32 i32) (i32)) (fd_write (i32 i32 i32) (i32))
    (fd_seek (i32 i64 i32) (i64)) (fd_close (i32) (i32)) (file_open (i32 i32 i32) (i32))
    (path_stat (i32 i32 i32) (i32)) (path_change (i32 i32 i32 i32 i32) (i32)) (path_list (i32 i32 i32 i32) (i32))
    (clock_read (i32) (i64)) (exit (i32) ()) (unit_instantiate (i32 i32) (i32))))

;;; Assembly

(defun assemble-kernel-function (name)
  "The body of kernel function NAME."
  (let* ((row (gethash name *kernel-functions*))
         (emitter (make-emitter (concatenate 'string "kernel." (string-downcase (symbol-name name)))
                                (mapcar #'second (first row)) (second row)))
         (scope '())
         (index 0))
    (dolist (parameter (first row))
      (push (list (first parameter) index (second parameter)) scope)
      (setf index (+ index 1)))
    (dolist (local (third row))
      (push (list (first local) (new-local emitter (second local)) (second local)) scope))
    (dolist (instruction (fourth row))
      (assemble emitter instruction scope '()))
    (finish-body emitter)))

(defun assemble-all (emitter instructions scope labels)
  (dolist (instruction instructions)
    (assemble emitter instruction scope labels)))

(defun scope-local (emitter name scope)
  (or (cdr (assoc name scope :test #'eq))
      (fail-emission emitter 'local.get (list "a local, not" name))))

(defun label-of (emitter name labels)
  (or (cdr (assoc name labels :test #'eq))
      (fail-emission emitter 'br (list "an open label, not" name))))

(defun immediate-bits (name)
  (ecase name
    ((nil) +nil-bits+)
    ((t) +t-bits+)
    (unbound +unbound-bits+)
    (unsupplied +unsupplied-bits+)))

(defun assemble (emitter form scope labels)
  (cond
    ((integerp form) (emit-i32 emitter form))
    ((symbolp form)
     (let ((local (scope-local emitter form scope)))
       (emit-local-get emitter (first local) (second local))))
    ((gethash (car form) *instruction-table*)
     (assemble-all emitter (cdr form) scope labels)
     (emit-op emitter (car form)))
    (t (assemble-special emitter form scope labels))))

(defun assemble-special (emitter form scope labels)
  (let ((op (first form)) (name (second form)) (rest (cddr form)))
    (case op
      (local.get (assemble emitter name scope labels))
      ((local.set local.tee)
       (assemble-all emitter rest scope labels)
       (let ((local (scope-local emitter name scope)))
         (if (eq op 'local.set)
             (emit-local-set emitter (first local) (second local))
             (emit-local-tee emitter (first local) (second local)))))
      (i32.const (emit-i32 emitter name))
      (i64.const (emit-i64 emitter name))
      (f64.bits (emit-float-bits emitter 'f64 name))
      (f32.bits (emit-float-bits emitter 'f32 name))
      (imm (emit-immediate emitter (immediate-bits name)))
      (fix (assemble emitter name scope labels)
       (emit-i32 emitter 1) (emit-op emitter 'i32.shl) (emit-op emitter 'ref.i31))
      (unfix (assemble emitter name scope labels)
       (emit-ref-cast emitter 'i31) (emit-op emitter 'i31.get_s) (emit-i32 emitter 1) (emit-op emitter 'i32.shr_s))
      ((call return_call)
       (multiple-value-bind (parameters results) (kernel-signature name)
         (let ((expression (and (eq op 'call) (kernel-expression name))))
           (cond (expression (assemble-expression emitter name expression rest scope labels))
                 (t (assemble-all emitter rest scope labels)
                    (if (eq op 'call)
                        (emit-call emitter (kernel-reference name) parameters results)
                        (emit-return-call emitter (kernel-reference name) parameters)))))))
      (host (assemble-all emitter rest scope labels)
       (let ((row (assoc name *host-imports* :test #'eq)))
         (emit-call emitter (concatenate 'string "h:" (string-downcase (symbol-name name))) (second row) (third row))))
      (lisp (emit-null-self emitter)
       (assemble-all emitter rest scope labels)
       (emit-call emitter (lisp-reference "CLYSM.LIBRARY" (symbol-name name) (length rest))
                  (lisp-parameters (length rest)) '(eq i32))
       (emit-drop emitter))
      ((if) (assemble-if emitter (cdr form) scope labels))
      ((block loop)
       (multiple-value-bind (results body) (split-results rest)
         (let ((label (if (eq op 'block) (emit-block emitter results) (emit-loop emitter results))))
           (assemble-all emitter body scope (acons name label labels))
           (emit-end emitter))))
      (br (assemble-all emitter rest scope labels) (emit-br emitter (label-of emitter name labels)))
      (br_if (assemble-all emitter rest scope labels) (emit-br-if emitter (label-of emitter name labels)))
      (return (assemble-all emitter (cdr form) scope labels) (emit-return emitter))
      (throw (assemble-all emitter (cdr form) scope labels) (emit-throw emitter))
      (unreachable (emit-unreachable emitter))
      (drop (assemble-all emitter (cdr form) scope labels) (emit-drop emitter))
      (struct.new (assemble-all emitter rest scope labels) (emit-struct-new emitter name))
      (struct.get (assemble-all emitter (cdr rest) scope labels) (emit-struct-get emitter name (car rest)))
      (struct.set (assemble-all emitter (cdr rest) scope labels) (emit-struct-set emitter name (car rest)))
      ((array.new array.new_default array.get array.set array.fill)
       (assemble-all emitter rest scope labels) (emit-array-op emitter op name))
      (array.new_fixed (assemble-all emitter (cdr rest) scope labels) (emit-array-op emitter op name (car rest)))
      (array.copy (assemble-all emitter rest scope labels) (emit-array-op emitter op name))
      (array.len (assemble-array-len emitter (cdr form) scope labels))
      (array.new_data (assemble-all emitter (cdr rest) scope labels) (emit-array-new-data emitter name (car rest)))
      (ref.test (assemble-all emitter rest scope labels) (emit-ref-test emitter name))
      (ref.cast (assemble-all emitter rest scope labels) (emit-ref-cast emitter name))
      (ref.as_non_null (assemble-all emitter (cdr form) scope labels) (emit-self-cast emitter))
      (null-self (emit-null-self emitter))
      (self-null (assemble emitter name scope labels) (emit-self-null-p emitter))
      ((call_indirect return_call_indirect)
       (assemble-all emitter rest scope labels)
       (emit-call-indirect emitter name (if (= name +list-table+) 1 name) (eq op 'return_call_indirect)))
      (constant.get (assemble emitter name scope labels)
       (emit-table-op emitter '(#x25) +constant-table+ '(i32) '(eq-or-null))
       (emit-non-null emitter))
      (constant.set (assemble-all emitter (cdr form) scope labels)
       (emit-table-op emitter '(#x26) +constant-table+ '(i32 eq) '()))
      (constant.grow (emit-immediate emitter +nil-bits+)
       (assemble emitter name scope labels)
       (emit-table-op emitter '(#xFC #x0F) +constant-table+ '(eq i32) '(i32)))
      (code.grow
       (dotimes (table (+ 1 +list-table+))
         (put-byte (emitter-code emitter) #xD0)
         (put-byte (emitter-code emitter) #x73)
         (push-type emitter 'null-function)
         (assemble emitter name scope labels)
         (emit-table-op emitter '(#xFC #x0F) table '(null-function i32) '(i32))
         (when (< table +list-table+) (emit-drop emitter))))
      (global.get
       (emit-global-get emitter (position name *image-globals* :key #'car) (second (global-row name))))
      (global.set (assemble-all emitter rest scope labels)
       (emit-global-set emitter (position name *image-globals* :key #'car) (second (global-row name))))
      (t (fail-emission emitter op "to be an operator of the kernel language")))))

;;; A call between Wasm functions checks the stack and the time limit, so a kernel function that is one small expression is
;;; assembled into those that call it.

(defun kernel-expression (name)
  "What the kernel function NAME computes, if that is one expression without calls and assignments; else NIL."
  (let* ((row (gethash name *kernel-functions*)) (body (fourth row)))
    (if (and (consp body) (null (cdr body)) (null (third row)) (second row) (plain-expression-p (car body)))
        (car body)
        nil)))

(defun plain-expression-p (form)
  (or (atom form)
      (and (or (gethash (car form) *instruction-table*)
               (member (car form) '(if result then else imm fix unfix struct.get array.get array.len ref.test ref.cast)))
           (every #'plain-expression-p (cdr form)))))

(defun assemble-expression (emitter name expression arguments scope labels)
  "The EXPRESSION of kernel function NAME, whose parameters are local variables of the caller where those are passed."
  (let ((inner '()) (new '()))
    (mapc (lambda (parameter argument)
            (if (symbolp argument)
                (push (cons (first parameter) (scope-local emitter argument scope)) inner)
                (let ((index (new-local emitter (second parameter))))
                  (assemble emitter argument scope labels)
                  (emit-local-set emitter index (second parameter))
                  (push (cons (second parameter) index) new)
                  (push (list (first parameter) index (second parameter)) inner))))
          (first (gethash name *kernel-functions*)) arguments)
    (assemble emitter expression inner '())
    (dolist (local new) (release-local emitter (car local) (cdr local)))))

(defun emit-non-null (emitter)
  (pop-type emitter 'eq-or-null 'ref.as_non_null)
  (put-byte (emitter-code emitter) #xD4)
  (push-type emitter 'eq))

(defun assemble-array-len (emitter operands scope labels)
  "(array.len expression): the type of the array is that of the expression."
  (assemble-all emitter operands scope labels)
  (emit-array-len emitter (car (emitter-stack emitter))))

(defun split-results (forms)
  "((result t...) . body) -> result types, body."
  (if (and (consp (car forms)) (eq (car (car forms)) 'result))
      (values (cdr (car forms)) (cdr forms))
      (values '() forms)))

(defun assemble-if (emitter forms scope labels)
  (multiple-value-bind (results rest) (split-results forms)
    (let ((then (find 'then (cdr rest) :key #'car))
          (else (find 'else (cdr rest) :key #'car)))
      (assemble emitter (car rest) scope labels)
      (emit-if emitter results)
      (assemble-all emitter (cdr then) scope labels)
      (when else
        (emit-else emitter)
        (assemble-all emitter (cdr else) scope labels))
      (emit-end emitter))))
