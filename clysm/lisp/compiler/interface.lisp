;;;; Interfaces: the compile-time effects of a module as text, for the modules that use it.
;;;;
;;;;   (:abi 1 :path "library/control.lisp" :needs (("library/backquote.lisp" . digest) ...))
;;;;   then one effect after the other (effects.lisp)
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
         (needs (mapcar (lambda (use) (cons use (gethash use (environment-digests *environment*)))) uses)))
    (string-octets
     (with-output-to-string (out)
       (write-datum (list :abi +abi-number+ :path path :needs needs) out)
       (terpri out)
       (dolist (effect effects)
         (write-datum (cons (intern (symbol-name (first effect)) "KEYWORD") (cdr effect)) out)
         (terpri out))))))

(defun add-interface (octets)
  "Apply the effects of an interface; the value is the path of its module."
  (multiple-value-bind (codes bad) (decode-utf-8 octets 0 (length octets))
    (when bad
      (error 'bad-object :message "an interface is UTF-8 text"))
    (let* ((source (make-source codes (environment-world *environment*) (find-package "COMMON-LISP")))
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
            (apply-effect (cons (effect-kind (first effect)) (cdr effect)))))
        path))))

(defun note-module (path octets)
  (setf (gethash path (environment-digests *environment*)) (digest octets 0 (length octets))))

(defparameter *effect-kinds*
  '((:macro . macro) (:helper . helper) (:function . function) (:inline . inline) (:notinline . notinline) (:declaration . declaration)
    (:variable . variable) (:constant . constant) (:symbol-macro . symbol-macro) (:structure . structure) (:type . type)
    (:setf . setf) (:package . package) (:evaluate . evaluate)))

(defun effect-kind (keyword)
  (or (cdr (assoc keyword *effect-kinds* :test #'eq))
      (error 'bad-object :message "an interface has an unknown effect")))
