;;;; Objects: a compiled module as a valid Wasm module whose imports are what it uses from elsewhere.
;;;;
;;;; Imported functions are named by their references: module "k" kernel functions, module "f" Lisp functions
;;;; PACKAGE:NAME/COUNT. Custom sections: clysm.object, clysm.references, clysm.forms (printed data), clysm.constants (the
;;;; pool), clysm.relocations (where the code refers to functions, constants and code numbers), name. What the linker needs
;;;; only of some bodies and constants has its length in front, so that the rest can be passed over.

(in-package "CLYSM.COMPILER")

(defconstant +abi-number+ 1)

(defstruct (object (:constructor make-object (path system bodies codes items operands definitions inits exports
                                              assigned octets sections)))
  "BODIES: vector of linkable bodies. CODES: vector of (info entries list-entry direct open), see CODE-ROW. ITEMS: vector of pool items, each
its position until it is asked for. OPERANDS: vector of the module's constants. DEFINITIONS: (home name setf code-number
line column). INITS: (key reference), see INIT-ROW. EXPORTS: (name arity home function).
ASSIGNED: (home name setf) of functions that code defines when it runs."
  path system bodies codes items operands definitions inits exports assigned octets sections
  (ordinal 0)
  (keyed-references :unread))

(defstruct (linkable (:constructor make-linkable (name arity octets start end relocation-start imports)))
  "A body in an object. Its relocations are read when they are asked for."
  name arity octets start end relocation-start imports
  (relocations nil) (read nil))

(defun linkable-relocation-list (body)
  "(position end kind reference) of each relocation: the operand's octets lie from POSITION to END."
  (unless (linkable-read body)
    (setf (linkable-relocations body)
          (take-relocations (make-cursor (linkable-octets body) (linkable-relocation-start body))
                            (linkable-octets body) (linkable-start body) (linkable-imports body)))
    (setf (linkable-read body) t))
  (linkable-relocations body))

(defun object-item (object index)
  "Item INDEX of the object's pool."
  (let ((item (svref (object-items object) index)))
    (if (integerp item)
        (setf (svref (object-items object) index)
              (take-item (make-cursor (object-octets object) item)))
        item)))

(defun object-references (object)
  "(kind home name setf line column definition) of all uses of functions and undeclared variables."
  (read-data-section (object-octets object) "clysm.references" (object-sections object)))

;;; Sections

(defun put-section (buffer id content)
  (put-byte buffer id)
  (put-u32 buffer (buffer-fill content))
  (put-buffer buffer content))

(defun put-custom-section (buffer name content)
  (let ((section (make-buffer (+ 64 (buffer-fill content)))))
    (put-name section name)
    (put-buffer section content)
    (put-section buffer 0 section)))

(defun put-header (buffer)
  (dolist (octet '(0 #x61 #x73 #x6D 1 0 0 0)) (put-byte buffer octet)))

(defun put-locals (buffer locals)
  "Declarations of LOCALS, runs of one type together."
  (let ((runs '()))
    (dolist (type locals)
      (if (and runs (eq (cdr (car runs)) type))
          (setf (car (car runs)) (+ 1 (car (car runs))))
          (push (cons 1 type) runs)))
    (put-u32 buffer (length runs))
    (dolist (run (reverse runs))
      (put-u32 buffer (car run))
      (put-value-type buffer (cdr run)))))

(defun put-function-names (buffer names first)
  "The content of a name section: names of the functions from index FIRST on."
  (let ((map (make-buffer 1024)))
    (put-u32 map (length names))
    (dolist (name names)
      (put-u32 map first)
      (put-name map name)
      (setf first (+ first 1)))
    (put-byte buffer 1)
    (put-u32 buffer (buffer-fill map))
    (put-buffer buffer map)))

;;; Function types beyond the fixed table

(defstruct (signatures (:constructor make-signatures ()))
  "Further function types, numbered as they are met."
  (table (make-hash-table :test #'equal))
  (list '()))

(defun signature-index (signatures parameters results)
  (let ((key (list parameters results)))
    (or (gethash key (signatures-table signatures))
        (setf (gethash key (signatures-table signatures))
              (prog1 (+ (fixed-type-count) (length (signatures-list signatures)))
                (push key (signatures-list signatures)))))))

(defun signature-types (signatures)
  (reverse (signatures-list signatures)))

(defun reference-kind (reference)
  "k, f, b or h."
  (char reference 0))

(defun reference-name (reference)
  (subseq reference 2))

(defun lisp-reference-arity (reference)
  (let ((start (+ 1 (position #\/ reference :from-end t))))
    (values (token-number (subseq reference start (position #\, reference :start start))))))

;;; A reference may end with the constant keywords among the arguments: f:HOME:NAME/4,2:START,... The function may be called
;;; without looking at them, see OPEN-TRAMPOLINE.

(defun keyword-suffix (arguments)
  "The end of a reference for a call with ARGUMENTS, nodes. Arguments by keyword end with a keyword and a value."
  (let ((suffix "") (index 0))
    (when (keyword-node-p (car (last arguments 2)))
      (dolist (node (butlast arguments))
        (when (keyword-node-p node)
          (setf suffix (concatenate 'string suffix "," (decimal-text index) ":" (symbol-name (constant-value node)))))
        (setf index (+ index 1))))
    suffix))

(defun keyword-node-p (node)
  (and (constant-p node) (keywordp (constant-value node))
       (plain-name-chars-p (symbol-name (constant-value node)))
       (not (find #\/ (symbol-name (constant-value node))))))

(defun reference-keywords (reference)
  "(argument index . name of the keyword) for each constant keyword that REFERENCE tells of."
  (let ((comma (position #\, reference :start (position #\/ reference :from-end t)))
        (keywords '()))
    (loop
      (unless comma (return (reverse keywords)))
      (let ((colon (position #\: reference :start comma))
            (end (position #\, reference :start (+ comma 1))))
        (push (cons (token-number (subseq reference (+ comma 1) colon)) (subseq reference (+ colon 1) end)) keywords)
        (setf comma end)))))

(defun function-type-of (signatures reference)
  "Type index of an imported function."
  (ecase (reference-kind reference)
    (#\k (multiple-value-bind (parameters results) (kernel-signature (kernel-name-of reference))
           (signature-index signatures parameters results)))
    (#\f (lisp-type-index (lisp-reference-arity reference)))))

(defvar *kernel-names-by-reference* nil
  "Reference -> name of the kernel function.")

(defun kernel-name-of (reference)
  (unless *kernel-names-by-reference*
    (setf *kernel-names-by-reference* (make-hash-table :test #'equal))
    (dolist (name *kernel-names*)
      (setf (gethash (kernel-reference name) *kernel-names-by-reference*) name)))
  (or (gethash reference *kernel-names-by-reference*)
      (error 'bad-object :message (concatenate 'string "no kernel function " reference))))

;;; Writing

(defun module-octets (module forms references exports)
  "The object of a module whose forms are all compiled."
  (let* ((bodies (module-bodies-in-order module))
         (imports (imported-references bodies (module-codes module)))
         (indices (make-hash-table :test #'equal))
         (signatures (make-signatures))
         (buffer (make-buffer 4096))
         (count 0))
    (dolist (reference imports)
      (setf (gethash reference indices) count)
      (setf count (+ count 1)))
    (dotimes (i (length bodies))
      (setf (gethash (body-reference i) indices) (+ count i)))
    (let ((import-section (object-imports imports signatures))
          (function-section (make-buffer 256))
          (code-section (make-buffer 4096))
          (relocations (make-buffer 1024))
          (types (make-buffer 1024)))
      (put-u32 function-section (length bodies))
      (put-u32 code-section (length bodies))
      (dotimes (i (length bodies))
        (let ((body (svref bodies i)))
          (put-u32 function-section (lisp-type-index (- (length (body-parameters body)) 1)))
          (put-object-body code-section relocations body indices)))
      (put-type-section types (signature-types signatures))
      (put-header buffer)
      (put-section buffer 1 types)
      (put-section buffer 2 import-section)
      (put-section buffer 3 function-section)
      (put-section buffer 10 code-section)
      (put-object-data buffer module bodies indices relocations forms references exports)
      (buffer-contents buffer))))

(defun module-bodies-in-order (module)
  (let ((bodies (make-array (module-body-count module))))
    (dolist (row (module-bodies module))
      (setf (svref bodies (token-number (reference-name (car row)))) (cdr row)))
    bodies))

(defun imported-references (bodies codes)
  "References to functions of elsewhere, by first occurrence."
  (let ((seen (make-hash-table :test #'equal)) (list '()))
    (flet ((note (reference)
             (unless (or (char= (reference-kind reference) #\b) (gethash reference seen))
               (setf (gethash reference seen) t)
               (push reference list))))
      (dotimes (i (length bodies))
        (dolist (relocation (body-relocations (svref bodies i)))
          (when (eq (second relocation) 'function)
            (note (third relocation)))))
      (dolist (code (reverse codes))
        (dolist (entry (third code)) (note entry))
        (note (fourth code))))
    (reverse list)))

(defun object-imports (imports signatures)
  (let ((section (make-buffer 1024)))
    (put-u32 section (+ 1 (length imports)))
    (put-name section "rt")
    (put-name section "exit")
    (put-byte section 4)
    (put-byte section 0)
    (put-u32 section (exit-tag-type-index))
    (dolist (reference imports)
      (put-name section (string (reference-kind reference)))
      (put-name section (reference-name reference))
      (put-byte section 0)
      (put-u32 section (function-type-of signatures reference)))
    section))

(defun relocation-code (kind)
  (ecase kind (function 0) (constant 1) (code 2)))

(defun put-object-body (section relocations body indices)
  "BODY with the object's own indices; RELOCATIONS gets the distances between its relocated operands."
  (let ((code (make-buffer 256)) (position 0) (last 0) (octets (body-octets body)) (rows (make-buffer 64)))
    (put-locals code (body-locals body))
    (put-u32 rows (length (body-relocations body)))
    (dolist (relocation (body-relocations body))
      (let ((at (first relocation)) (kind (second relocation)))
        (put-octets code octets position at)
        (setf position at)
        (put-u32 rows (- (buffer-fill code) last))
        (setf last (buffer-fill code))
        (put-byte rows (relocation-code kind))
        (if (eq kind 'function)
            (put-u32 code (gethash (third relocation) indices))
            (put-signed code (third relocation)))))
    (put-octets code octets position)
    (put-u32 relocations (buffer-fill rows))
    (put-buffer relocations rows)
    (put-u32 section (buffer-fill code))
    (put-buffer section code)))

(defun put-object-data (buffer module bodies indices relocations forms references exports)
  (let* ((data (make-buffer 1024))
         (names (make-buffer 1024))
         (import-count (- (hash-table-count indices) (length bodies)))
         (pool (make-pool))
         (own (module-constant-list module)))
    (put-octets data (string-octets (data-text
                                     (list :abi +abi-number+ :path (module-path module)
                                           :source-sha256 (module-source-sha256 module) :system (module-system module)
                                           :codes (mapcar #'code-row (reverse-codes module))
                                           :definitions (definition-rows module)
                                           :inits (mapcar #'init-row (reverse (module-inits module)))
                                           :exports exports
                                           :assigned (mapcar #'function-name-row
                                                             (reverse (module-assigned module)))))))
    (put-custom-section buffer "clysm.object" data)
    (put-data-section buffer "clysm.references" references)
    (put-data-section buffer "clysm.forms" forms)
    (let ((operands (fill-pool pool (reverse own))) (constants (make-buffer 1024)))
      (put-pool constants pool)
      (put-operands constants operands)
      (put-custom-section buffer "clysm.constants" constants))
    (put-custom-section buffer "clysm.relocations" relocations)
    (put-function-names names (mapcar (lambda (body) (body-name body)) (coerce bodies 'list)) import-count)
    (put-custom-section buffer "name" names)))

(defun put-data-section (buffer name data)
  (let ((content (make-buffer 1024)))
    (put-octets content (string-octets (data-text data)))
    (put-custom-section buffer name content)))

;;; Entries of a code as numbers: 0 takes another number of arguments, 1 takes a list, n + 2 is body n.
;;; Of the list entry: 0 spreads the list, n + 2 is body n.

(defun code-row (code)
  "(info entries list-entry direct open) of a code record (number info entries list-entry direct open). OPEN is NIL or
(body required optional rest keyword...): the body that takes all parameters of a function with a rest list or keywords."
  (list (second code)
        (let ((arity -1))
          (mapcar (lambda (entry) (setf arity (+ arity 1)) (entry-number entry arity)) (third code)))
        (if (string= (fourth code) "k:spread") 0 (entry-number (fourth code) 0))
        (mapcar (lambda (row) (cons (car row) (entry-number (cdr row) 0))) (fifth code))
        (let ((open (sixth code)))
          (and open (cons (token-number (reference-name (car open))) (cdr open))))))

(defun entry-number (entry arity)
  (cond ((char= (reference-kind entry) #\b) (+ 2 (token-number (reference-name entry))))
        ((string= entry (wrong-entry arity)) 0)
        (t 1)))

(defun read-code-row (row)
  "The row with references again: a number for a body of the object."
  (list (first row)
        (let ((arity -1))
          (mapcar (lambda (number)
                    (setf arity (+ arity 1))
                    (case number
                      (0 (wrong-entry arity))
                      (1 (collect-entry arity))
                      (t (- number 2))))
                  (second row)))
        (if (= (third row) 0) "k:spread" (- (third row) 2))
        (mapcar (lambda (pair) (cons (car pair) (- (cdr pair) 2))) (fourth row))
        (fifth row)))

(defun reverse-codes (module)
  "The code records by number."
  (sort (copy-list (module-codes module)) #'< :key #'first))

(defun init-row (init)
  "(key reference) with names as strings: the key is NIL, (:load-time index) or (kind home name)."
  (let ((key (first init)))
    (if (or (null key) (eq (car key) :load-time))
        init
        (let ((symbol (key-symbol (second key))))
          (list (list (car key)
                      (and symbol (symbol-home (environment-world *environment*) symbol))
                      (and symbol (symbol-name symbol)))
                (second init))))))

(defun key-symbol (name)
  "The symbol that NAME, a symbol, a quoted one or (setf symbol), is about; else NIL."
  (cond ((symbolp name) name)
        ((consp name) (key-symbol (second name)))
        (t nil)))

(defun function-name-row (name)
  "(home name setf) of a function name."
  (let ((symbol (if (consp name) (second name) name)))
    (list (symbol-home (environment-world *environment*) symbol) (symbol-name symbol) (if (consp name) t nil))))

(defun definition-rows (module)
  (let ((rows '()))
    (dolist (definition (module-definitions module))
      (let ((name (first definition)) (code (second definition)))
        (multiple-value-bind (line column) (position-line (third definition))
          (push (append (function-name-row name) (list (code-number code) line column))
                rows))))
    rows))

(defun position-line (position)
  (if (and position *source*)
      (source-line-and-column *source* position)
      (values 0 0)))

(defun fill-pool (pool specifications)
  "Put the module's constants into POOL; the value is a list of their operands."
  (let ((fresh (make-hash-table :test #'eq)))
    (mapcar (lambda (specification)
              (let ((kind (first specification)) (value (second specification)))
                (ecase kind
                  (datum (datum-operand pool value fresh))
                  ((layout setf setf-name)
                   (item-operand (add-item pool (list kind (datum-operand pool value fresh)))))
                  (function (item-operand (add-item pool (list 'function value 3))))
                  (load-time (item-operand (add-item pool (list 'load-time value)))))))
            specifications)))

;;; Reading

(defun read-object (octets)
  "The object that OCTETS are; BAD-OBJECT if they are none."
  (unless (and (> (length octets) 8) (= (aref octets 0) 0) (= (aref octets 1) #x61))
    (error 'bad-object :message "not a Wasm module"))
  (let ((sections (section-positions octets)))
    (flet ((cursor (key)
             (let ((row (assoc key sections :test #'equal)))
               (unless row
                 (error 'bad-object :message "a section of an object is missing"))
               (make-cursor octets (cdr row)))))
      (let* ((imports (take-imports (cursor 2)))
             (arities (take-arities (cursor 3)))
             (names (take-names (cursor "name")))
             (data (read-data-section octets "clysm.object" sections))
             (constants (cursor "clysm.constants"))
             (items (take-item-positions constants))
             (operands (coerce (take-operands constants) 'simple-vector))
             (bodies (take-bodies (cursor 10) (cursor "clysm.relocations") imports arities names)))
        (unless (eql (getf data :abi) +abi-number+)
          (error 'bad-object :message "the object has another ABI number"))
        (make-object (getf data :path) (getf data :system) bodies
                     (coerce (mapcar #'read-code-row (getf data :codes)) 'simple-vector)
                     items operands (getf data :definitions) (getf data :inits) (getf data :exports)
                     (getf data :assigned) octets sections)))))

(defun section-positions (octets)
  "(id or custom name . position of the content); the end of a custom section's content under (name end)."
  (let ((position 8) (rows '()) (end (length octets)))
    (loop
      (when (>= position end) (return rows))
      (let ((id (aref octets position)))
        (multiple-value-bind (size start) (get-u32 octets (+ position 1))
          (when (> (+ start size) end)
            (error 'bad-object :message "a section is cut off"))
          (if (= id 0)
              (multiple-value-bind (length from) (get-u32 octets start)
                (let ((name (octets-string octets from (+ from length))))
                  (push (cons name (+ from length)) rows)
                  (push (cons (list name 'end) (+ start size)) rows)))
              (push (cons id start) rows))
          (setf position (+ start size)))))))

(defun take-name (cursor)
  (let* ((length (take-u32 cursor)) (start (cursor-position cursor)))
    (setf (cursor-position cursor) (+ start length))
    (octets-string (cursor-octets cursor) start (+ start length))))

(defun take-imports (cursor)
  "Vector of references."
  (let ((count (take-u32 cursor)) (references '()))
    (dotimes (i count)
      (let* ((module (take-name cursor)) (name (take-name cursor)))
        (if (= (take-byte cursor) 4)
            (progn (take-byte cursor) (take-u32 cursor))
            (progn (take-u32 cursor)
                   (push (concatenate 'string module ":" name) references)))))
    (coerce (reverse references) 'simple-vector)))

(defun take-arities (cursor)
  "Argument counts of the bodies: their type indices are of the fixed table."
  (let* ((count (take-u32 cursor)) (arities (make-array count)))
    (dotimes (i count)
      (setf (svref arities i) (- (take-u32 cursor) (lisp-type-index 0))))
    arities))

(defun take-names (cursor)
  "Function names of a name section that holds nothing else, in order."
  (take-byte cursor)
  (take-u32 cursor)
  (let* ((count (take-u32 cursor)) (names (make-array count)))
    (dotimes (i count)
      (take-u32 cursor)
      (setf (svref names i) (take-name cursor)))
    names))

(defun read-data-section (octets name sections)
  "The datum that a custom section holds as text."
  (let ((start (cdr (assoc name sections :test #'equal)))
        (end (cdr (assoc (list name 'end) sections :test #'equal))))
    (unless start
      (error 'bad-object :message (concatenate 'string "not an object: no section " name)))
    (values (read-form (make-data-source (decode-utf-8 octets start end) (environment-world *environment*))))))

(defun take-bodies (code relocations imports arities names)
  (let* ((count (take-u32 code)) (bodies (make-array count)) (octets (cursor-octets code)))
    (dotimes (i count)
      (let* ((size (take-u32 code)) (start (cursor-position code)) (end (+ start size)))
        (setf (svref bodies i)
              (make-linkable (svref names i) (svref arities i) octets start end (skip-relocations relocations) imports))
        (setf (cursor-position code) end)))
    bodies))

(defun skip-relocations (cursor)
  "The position of the relocations of one body."
  (let* ((size (take-u32 cursor)) (start (cursor-position cursor)))
    (setf (cursor-position cursor) (+ start size))
    start))

(defun take-relocations (cursor octets start imports)
  (let ((count (take-u32 cursor)) (position start) (list '()))
    (dotimes (i count)
      (setf position (+ position (take-u32 cursor)))
      (let ((kind (take-byte cursor)))
        (push (if (= kind 0)
                  (multiple-value-bind (index end) (get-u32 octets position)
                    (list position end 'function
                          (if (< index (length imports))
                              (svref imports index)
                              (- index (length imports)))))
                  (multiple-value-bind (number end) (get-signed octets position)
                    (list position end (if (= kind 1) 'constant 'code) number)))
              list)))
    (reverse list)))
