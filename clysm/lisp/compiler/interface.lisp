;;;; Interfaces: the compile-time effects of a module as text, for the modules that use it.
;;;;
;;;;   (:abi 1 :path "library/control.lisp" :needs (("library/backquote.lisp" . digest) ...))
;;;;   then one effect after the other (effects.lisp): a list, or of one that is read when it is needed
;;;;   :kind NAME LENGTH VALUE, with the number of characters of the value
;;;;
;;;; NEEDS names the interfaces that the code in this one can reach: so a change in a helper reaches the users of the
;;;; macro that calls it.

(in-package "CLYSM.COMPILER")

(defun digest (octets start end)
  "A checksum of 48 bits, in arithmetic of small integers."
  (let ((a 1) (b 1))
    (loop
      (when (>= start end) (return))
      (let ((octet (aref octets start)))
        (setf a (rem (+ (* a 31) octet) 16777213))
        (setf b (rem (+ (* b 29) octet) 16777199)))
      (setf start (+ start 1)))
    (logior (ash a 24) b)))

(defun expanding-effect-p (effect)
  (member (first effect) '(macro helper inline type setf evaluate)))

(defun interface-octets (path effects)
  "The interface of the module that has just been compiled."
  (let* ((uses (if (some #'expanding-effect-p effects) (used-modules) '()))
         (needs (mapcar (lambda (use) (cons use (interface-digest use))) uses)))
    (string-octets
     (with-output-to-string (out)
       (write-datum (list :abi +abi-number+ :path path :needs needs) out)
       (terpri out)
       (dolist (effect (settled-effects effects))
         (write-effect effect out)
         (terpri out))))))

(defun settled-effects (effects)
  "EFFECTS without those that say that a function is inline before a later one says what it is."
  (let ((defined '()) (settled '()))
    (dolist (effect (reverse effects) settled)
      (when (and (eq (first effect) 'inline) (third effect))
        (push (second effect) defined))
      (unless (and (eq (first effect) 'inline) (null (third effect)) (member (second effect) defined :test #'equal))
        (push effect settled)))))

(defparameter *late-kinds* '(macro helper inline type setf)
  "Kinds of effects whose value is a form that is read when it is needed.")

(defun write-effect (effect out)
  (let ((kind (intern (symbol-name (first effect)) "KEYWORD")))
    (cond ((member (first effect) *late-kinds*)
           (let ((text (data-text (third effect))))
             (dolist (item (list kind (second effect) (length text)))
               (write-datum item out)
               (write-char #\Space out))
             (write-string text out)))
          (t (write-datum (cons kind (cdr effect)) out)))))

(defun add-interface (octets)
  "Apply the effects of an interface; the value is the path of its module."
  (multiple-value-bind (codes bad) (decode-utf-8 octets 0 (length octets))
    (when bad
      (error 'bad-object :message "an interface is UTF-8 text"))
    (let* ((source (make-data-source codes (environment-world *environment*)))
           (header (handler-case (read-form source)
                     (source-failure () (error 'bad-object :message "not an interface")))))
      (unless (and (consp header) (eq (car header) :abi) (eql (getf header :abi) +abi-number+)
                   (stringp (getf header :path)))
        (error 'bad-object :message "not an interface of this ABI number"))
      (let ((path (getf header :path)))
        (note-module path octets)
        (begin-module path '())
        (loop
          (setf (source-fresh source) (make-hash-table :test #'equal))
          (multiple-value-bind (effect present) (read-form source)
            (unless present (return))
            (apply-effect (if (consp effect)
                              (cons (effect-kind (first effect)) (cdr effect))
                              (read-late-effect (effect-kind effect) source)))))
        path))))

(defun read-late-effect (kind source)
  "The effect of KIND whose name comes next."
  (let* ((name (read-form source)) (length (read-form source)) (start (+ 1 (source-position source))))
    (setf (source-position source) (+ start length))
    (list kind name (make-unread source start))))

(defun note-module (path octets)
  (setf (gethash path (environment-interfaces *environment*)) octets))

(defun interface-digest (path)
  "The digest of the interface of the module PATH, made when it is needed; NIL if there is none."
  (let ((known (gethash path (environment-interfaces *environment*))))
    (if (or (null known) (integerp known))
        known
        (setf (gethash path (environment-interfaces *environment*)) (digest known 0 (length known))))))

(defparameter *effect-kinds*
  '((:macro . macro) (:helper . helper) (:function . function) (:inline . inline) (:notinline . notinline) (:declaration . declaration)
    (:variable . variable) (:constant . constant) (:symbol-macro . symbol-macro) (:structure . structure) (:type . type)
    (:setf . setf) (:package . package) (:evaluate . evaluate)))

(defun effect-kind (keyword)
  (or (cdr (assoc keyword *effect-kinds* :test #'eq))
      (error 'bad-object :message "an interface has an unknown effect")))
