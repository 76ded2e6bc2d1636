;;;; Typed emission of one Wasm function body.
;;;;
;;;; Every instruction is checked against the types on the operand stack as it is emitted: what would not validate is an
;;;; EMISSION-ERROR at the instruction, not a bad binary later. Source: Wasm spec, Validation, Instructions.
;;;;
;;;; References to functions, constants and code numbers are not encoded: they are kept as relocations, each a list
;;;; (position kind reference), and filled in when the place of everything is known.
;;;;   function  index of a function            (unsigned LEB128)
;;;;   constant  index of a constant            (signed LEB128, operand of i32.const)
;;;;   code      index into the code tables     (signed LEB128, operand of i32.const)

(in-package "CLYSM.COMPILER")

(define-condition emission-error (error)
  ((message :initarg :message :reader emission-error-message))
  (:report (lambda (condition stream)
             (write-string "cannot emit: " stream)
             (write-string (emission-error-message condition) stream))))

(defstruct (frame (:constructor make-frame (kind results height branch-types)))
  "An open block. BRANCH-TYPES: what a branch to it carries (nothing for a loop)."
  kind results height branch-types
  (unreachable nil))

(defstruct (emitter (:constructor %make-emitter (name parameters results locals local-count code frames)))
  "A function body under construction. LOCALS: types of all locals, the last one first, parameters included."
  name parameters results locals local-count code frames
  (stack nil)
  (height 0)
  (relocations nil)
  (free-locals nil))

(defun make-emitter (name parameters results)
  (%make-emitter name parameters results (reverse parameters) (length parameters) (make-buffer 256)
                 (list (make-frame 'function results 0 results))))

(defun fail-emission (emitter what expected)
  (error 'emission-error
         :message (with-output-to-string (out)
                    (princ what out)
                    (write-string " wants " out)
                    (princ expected out)
                    (write-string ", stack is " out)
                    (princ (emitter-stack emitter) out)
                    (write-string " in " out)
                    (princ (emitter-name emitter) out))))

;;; The operand stack

(defun push-type (emitter type)
  (setf (emitter-stack emitter) (cons type (emitter-stack emitter)))
  (setf (emitter-height emitter) (+ 1 (emitter-height emitter))))

(defun pop-type (emitter type what)
  (let ((frame (car (emitter-frames emitter)))
        (stack (emitter-stack emitter)))
    (cond ((= (emitter-height emitter) (frame-height frame))
           (unless (frame-unreachable frame)
             (fail-emission emitter what type)))
          ((or (eq (car stack) type) (subtype-p (car stack) type))
           (setf (emitter-stack emitter) (cdr stack))
           (setf (emitter-height emitter) (- (emitter-height emitter) 1)))
          (t (fail-emission emitter what type)))))

(defun pop-types (emitter types what)
  "Pop TYPES, the last one first."
  (when types
    (when (cdr types) (pop-types emitter (cdr types) what))
    (pop-type emitter (car types) what)))

(defun push-types (emitter types)
  (dolist (type types) (push-type emitter type)))

(defun mark-unreachable (emitter)
  "The rest of the current block cannot run: forget its operands."
  (let ((frame (car (emitter-frames emitter))))
    (loop
      (when (= (emitter-height emitter) (frame-height frame)) (return))
      (setf (emitter-stack emitter) (cdr (emitter-stack emitter)))
      (setf (emitter-height emitter) (- (emitter-height emitter) 1)))
    (setf (frame-unreachable frame) t)))

(defun reachable-p (emitter)
  (not (frame-unreachable (car (emitter-frames emitter)))))

(defun dead-end-p (emitter)
  "Does the current block end here: what follows cannot run, and no operands are left over?"
  (and (not (reachable-p emitter))
       (= (emitter-height emitter) (frame-height (car (emitter-frames emitter))))))

;;; Locals

(defun new-local (emitter type)
  "Index of a local of TYPE that nobody uses: a released one if there is one."
  (let ((free (assoc type (emitter-free-locals emitter) :test #'eq)))
    (cond ((and free (cdr free))
           (pop (cdr free)))
          (t
           (push type (emitter-locals emitter))
           (setf (emitter-local-count emitter) (+ 1 (emitter-local-count emitter)))
           (- (emitter-local-count emitter) 1)))))

(defun release-local (emitter type index)
  (let ((free (assoc type (emitter-free-locals emitter) :test #'eq)))
    (if free
        (push index (cdr free))
        (push (list type index) (emitter-free-locals emitter)))
    nil))

(defun emit-local-get (emitter index type)
  (put-byte (emitter-code emitter) #x20)
  (put-u32 (emitter-code emitter) index)
  (push-type emitter type))

(defun emit-local-set (emitter index type)
  (pop-type emitter type 'local.set)
  (put-byte (emitter-code emitter) #x21)
  (put-u32 (emitter-code emitter) index))

(defun emit-local-tee (emitter index type)
  (pop-type emitter type 'local.tee)
  (put-byte (emitter-code emitter) #x22)
  (put-u32 (emitter-code emitter) index)
  (push-type emitter type))

;;; Constants and plain instructions

(defun emit-i32 (emitter n)
  (put-byte (emitter-code emitter) #x41)
  (put-signed (emitter-code emitter) n)
  (push-type emitter 'i32))

(defun emit-i64 (emitter n)
  (put-byte (emitter-code emitter) #x42)
  (put-signed (emitter-code emitter) n)
  (push-type emitter 'i64))

(defun emit-immediate (emitter bits)
  "An i31 value."
  (emit-i32 emitter bits)
  (emit-op emitter 'ref.i31))

(defun emit-float-bits (emitter type bits)
  "A float constant given by its bits, 32 for f32 and 64 for f64."
  (let ((code (emitter-code emitter)))
    (put-byte code (if (eq type 'f32) #x43 #x44))
    (dotimes (i (if (eq type 'f32) 4 8))
      (put-byte code (logand 255 (ash bits (* -8 i)))))
    (push-type emitter type)))

(defun emit-op (emitter name)
  (let ((row (gethash name *instruction-table*)))
    (unless row
      (fail-emission emitter name "to be an instruction"))
    (pop-types emitter (second row) name)
    (dolist (octet (first row)) (put-byte (emitter-code emitter) octet))
    (push-types emitter (third row))))

(defun emit-drop (emitter)
  (let ((frame (car (emitter-frames emitter))))
    (if (= (emitter-height emitter) (frame-height frame))
        (pop-type emitter 'eq 'drop)
        (pop-type emitter (car (emitter-stack emitter)) 'drop)))
  (put-byte (emitter-code emitter) #x1A))

(defun emit-relocation (emitter kind reference)
  (push (list (buffer-fill (emitter-code emitter)) kind reference) (emitter-relocations emitter)))

(defun emit-number-relocation (emitter kind reference)
  "i32.const of a number that is known later."
  (put-byte (emitter-code emitter) #x41)
  (emit-relocation emitter kind reference)
  (push-type emitter 'i32))

(defun emit-null-self (emitter)
  (put-byte (emitter-code emitter) #xD0)
  (put-byte (emitter-code emitter) #x71)
  (push-type emitter 'null))

;;; Calls

(defun emit-call (emitter reference parameters results)
  (pop-types emitter parameters reference)
  (put-byte (emitter-code emitter) #x10)
  (emit-relocation emitter 'function reference)
  (push-types emitter results))

(defun emit-return-call (emitter reference parameters)
  (pop-types emitter parameters reference)
  (put-byte (emitter-code emitter) #x12)
  (emit-relocation emitter 'function reference)
  (mark-unreachable emitter))

(defun emit-call-indirect (emitter table arity tail)
  "Call through a code table; on the stack: function object or null, ARITY values, code number."
  (pop-type emitter 'i32 'call_indirect)
  (pop-types emitter (lisp-parameters arity) 'call_indirect)
  (put-byte (emitter-code emitter) (if tail #x13 #x11))
  (put-u32 (emitter-code emitter) (lisp-type-index arity))
  (put-u32 (emitter-code emitter) table)
  (if tail
      (mark-unreachable emitter)
      (push-types emitter '(eq i32))))

;;; Heap objects

(defun emit-gc-op (emitter opcode)
  (put-byte (emitter-code emitter) #xFB)
  (put-byte (emitter-code emitter) opcode))

(defun emit-type-index (emitter type)
  (put-u32 (emitter-code emitter) (type-index type)))

(defun unpacked (type)
  (if (eq type 'i8) 'i32 type))

(defun emit-struct-new (emitter type)
  (pop-types emitter (mapcar #'second (cdr (gethash type *type-definitions*))) 'struct.new)
  (emit-gc-op emitter #x00)
  (emit-type-index emitter type)
  (push-type emitter type))

(defun emit-struct-get (emitter type field)
  (multiple-value-bind (position field-type) (struct-field type field)
    (pop-type emitter type 'struct.get)
    (emit-gc-op emitter #x02)
    (emit-type-index emitter type)
    (put-u32 (emitter-code emitter) position)
    (push-type emitter field-type)))

(defun emit-struct-set (emitter type field)
  (multiple-value-bind (position field-type mutability) (struct-field type field)
    (unless (eq mutability 'var)
      (fail-emission emitter 'struct.set "a mutable field"))
    (pop-types emitter (list type field-type) 'struct.set)
    (emit-gc-op emitter #x05)
    (emit-type-index emitter type)
    (put-u32 (emitter-code emitter) position)))

(defun emit-array-op (emitter name type &optional count)
  "array.new, array.new_default, array.new_fixed, array.get, array.get_u, array.set, array.len, array.copy, array.fill
on arrays of one TYPE."
  (let* ((element (and type (array-element type)))
         (value (unpacked element)))
    (ecase name
      (array.new (pop-types emitter (list value 'i32) name)
       (emit-gc-op emitter #x06) (emit-type-index emitter type) (push-type emitter type))
      (array.new_default (pop-types emitter '(i32) name)
       (when (eq element 'eq) (fail-emission emitter name "a type with a default"))
       (emit-gc-op emitter #x07) (emit-type-index emitter type) (push-type emitter type))
      (array.new_fixed (pop-types emitter (make-list count :initial-element value) name)
       (emit-gc-op emitter #x08) (emit-type-index emitter type)
       (put-u32 (emitter-code emitter) count) (push-type emitter type))
      (array.get (pop-types emitter (list type 'i32) name)
       (emit-gc-op emitter (if (eq element 'i8) #x0D #x0B)) (emit-type-index emitter type) (push-type emitter value))
      (array.set (pop-types emitter (list type 'i32 value) name)
       (emit-gc-op emitter #x0E) (emit-type-index emitter type))
      (array.copy (pop-types emitter (list type 'i32 type 'i32 'i32) name)
       (emit-gc-op emitter #x11) (emit-type-index emitter type) (emit-type-index emitter type))
      (array.fill (pop-types emitter (list type 'i32 value 'i32) name)
       (emit-gc-op emitter #x10) (emit-type-index emitter type)))))

(defun emit-array-len (emitter type)
  (array-element type)
  (pop-type emitter type 'array.len)
  (emit-gc-op emitter #x0F)
  (push-type emitter 'i32))

(defun emit-array-new-data (emitter type segment)
  "Array of octets from a data segment; on the stack: offset, length."
  (pop-types emitter '(i32 i32) 'array.new_data)
  (emit-gc-op emitter #x09)
  (emit-type-index emitter type)
  (put-u32 (emitter-code emitter) segment)
  (push-type emitter type))

(defun put-heap-type-reference (code type)
  (if (eq type 'i31)
      (put-byte code #x6C)
      (put-signed code (type-index type))))

(defun emit-ref-test (emitter type)
  (pop-type emitter 'eq 'ref.test)
  (emit-gc-op emitter #x14)
  (put-heap-type-reference (emitter-code emitter) type)
  (push-type emitter 'i32))

(defun emit-ref-cast (emitter type)
  (pop-type emitter 'eq 'ref.cast)
  (emit-gc-op emitter #x16)
  (put-heap-type-reference (emitter-code emitter) type)
  (push-type emitter type))

(defun emit-self-cast (emitter)
  "From (ref null $function) to (ref $function)."
  (pop-type emitter 'self 'ref.as_non_null)
  (put-byte (emitter-code emitter) #xD4)
  (push-type emitter '$function))

(defun emit-self-null-p (emitter)
  (pop-type emitter 'self 'ref.is_null)
  (put-byte (emitter-code emitter) #xD1)
  (push-type emitter 'i32))

;;; Tables and globals, by index. Their types are in image.lisp.

(defun emit-table-op (emitter opcodes table operands results)
  (pop-types emitter operands 'table)
  (dolist (octet opcodes) (put-byte (emitter-code emitter) octet))
  (put-u32 (emitter-code emitter) table)
  (push-types emitter results))

(defun emit-global-get (emitter index type)
  (put-byte (emitter-code emitter) #x23)
  (put-u32 (emitter-code emitter) index)
  (push-type emitter type))

(defun emit-global-set (emitter index type)
  (pop-type emitter type 'global.set)
  (put-byte (emitter-code emitter) #x24)
  (put-u32 (emitter-code emitter) index))

;;; Control

(defun put-block-type (emitter results)
  (let ((code (emitter-code emitter)))
    (cond ((null results) (put-byte code #x40))
          ((null (cdr results)) (put-value-type code (car results)))
          ((equal results '(eq i32)) (put-signed code (values-type-index)))
          ((equal results '(eq eq i32)) (put-signed code (exit-type-index)))
          (t (fail-emission emitter 'block results)))))

(defun open-frame (emitter kind results branch-types)
  (let ((frame (make-frame kind results (emitter-height emitter) branch-types)))
    (push frame (emitter-frames emitter))
    frame))

(defun emit-block (emitter results)
  "Open a block; the value is its label."
  (put-byte (emitter-code emitter) #x02)
  (put-block-type emitter results)
  (open-frame emitter 'block results results))

(defun emit-loop (emitter results)
  (put-byte (emitter-code emitter) #x03)
  (put-block-type emitter results)
  (open-frame emitter 'loop results '()))

(defun emit-if (emitter results)
  (pop-type emitter 'i32 'if)
  (put-byte (emitter-code emitter) #x04)
  (put-block-type emitter results)
  (open-frame emitter 'if results results))

(defun check-frame-end (emitter what)
  (let ((frame (car (emitter-frames emitter))))
    (pop-types emitter (frame-results frame) what)
    (unless (= (emitter-height emitter) (frame-height frame))
      (fail-emission emitter what (frame-results frame)))
    frame))

(defun emit-else (emitter)
  (let ((frame (check-frame-end emitter 'else)))
    (unless (eq (frame-kind frame) 'if)
      (fail-emission emitter 'else "an open if"))
    (put-byte (emitter-code emitter) #x05)
    (setf (frame-kind frame) 'else)
    (setf (frame-unreachable frame) nil)))

(defun emit-end (emitter)
  (let ((frame (check-frame-end emitter 'end)))
    (when (and (eq (frame-kind frame) 'if) (frame-results frame))
      (fail-emission emitter 'end "an else branch"))
    (put-byte (emitter-code emitter) #x0B)
    (pop (emitter-frames emitter))
    (push-types emitter (frame-results frame))))

(defun label-depth (emitter label)
  (or (position label (emitter-frames emitter) :test #'eq)
      (fail-emission emitter 'br "an open label")))

(defun emit-br (emitter label)
  (pop-types emitter (frame-branch-types label) 'br)
  (put-byte (emitter-code emitter) #x0C)
  (put-u32 (emitter-code emitter) (label-depth emitter label))
  (mark-unreachable emitter))

(defun emit-br-if (emitter label)
  (pop-type emitter 'i32 'br_if)
  (pop-types emitter (frame-branch-types label) 'br_if)
  (push-types emitter (frame-branch-types label))
  (put-byte (emitter-code emitter) #x0D)
  (put-u32 (emitter-code emitter) (label-depth emitter label)))

(defun emit-br-table (emitter labels)
  "Branch to one of LABELS (none carries a value) by the i32 on the stack; the last one is the default."
  (pop-type emitter 'i32 'br_table)
  (put-byte (emitter-code emitter) #x0E)
  (put-u32 (emitter-code emitter) (- (length labels) 1))
  (dolist (label labels)
    (when (frame-branch-types label)
      (fail-emission emitter 'br_table "labels without values"))
    (put-u32 (emitter-code emitter) (label-depth emitter label)))
  (mark-unreachable emitter))

(defun emit-return (emitter)
  (pop-types emitter (emitter-results emitter) 'return)
  (put-byte (emitter-code emitter) #x0F)
  (mark-unreachable emitter))

(defun emit-unreachable (emitter)
  (put-byte (emitter-code emitter) #x00)
  (mark-unreachable emitter))

(defun emit-try-table (emitter results label)
  "Open a try_table whose exits (exit, value, count) go to LABEL."
  (unless (equal (frame-branch-types label) '(eq eq i32))
    (fail-emission emitter 'try_table "a label for exits"))
  (put-byte (emitter-code emitter) #x1F)
  (put-block-type emitter results)
  (put-u32 (emitter-code emitter) 1)
  (put-byte (emitter-code emitter) #x00)
  (put-u32 (emitter-code emitter) 0)
  (put-u32 (emitter-code emitter) (label-depth emitter label))
  (open-frame emitter 'try results results))

(defun emit-throw (emitter)
  "Throw the exit on the stack: exit, value, count."
  (pop-types emitter '(eq eq i32) 'throw)
  (put-byte (emitter-code emitter) #x08)
  (put-u32 (emitter-code emitter) 0)
  (mark-unreachable emitter))

;;; The finished body

(defstruct (body (:constructor make-body (name parameters results locals octets relocations)))
  "A function without its final indices. LOCALS: types of the locals behind the parameters.
RELOCATIONS: (position kind reference), ascending; the operand itself is not in OCTETS."
  name parameters results locals octets relocations)

(defun finish-body (emitter)
  (let ((frame (check-frame-end emitter 'end)))
    (unless (eq (frame-kind frame) 'function)
      (fail-emission emitter 'end "all blocks closed"))
    (put-byte (emitter-code emitter) #x0B)
    (make-body (emitter-name emitter) (emitter-parameters emitter) (emitter-results emitter)
               (nthcdr (length (emitter-parameters emitter)) (reverse (emitter-locals emitter)))
               (buffer-contents (emitter-code emitter))
               (reverse (emitter-relocations emitter)))))
