;;;; The dialect of Common Lisp that the compiler is written in: what a host of the compiler must have, and all that the
;;;; compiler may use. Names are symbols of COMMON-LISP. The compiler compiles every one of them itself.
;;;;
;;;; LOOP is the simple loop only. FORMAT has ~A ~S ~D ~X ~C ~% ~& ~~. Strings are never modified in place.
;;;; Vectors with a fill pointer do not hold characters. Hash tables have the tests EQ, EQL and EQUAL.

(dialect
  (:special-operators
    block catch eval-when flet function go if labels let let* load-time-value locally macrolet
    multiple-value-call multiple-value-prog1 progn progv quote return-from setq symbol-macrolet tagbody the
    throw unwind-protect)

  (:macros
    and case cond decf declaim defconstant define-condition define-modify-macro define-setf-expander
    define-symbol-macro defmacro defpackage defparameter defsetf defstruct deftype defun defvar
    destructuring-bind do do* dolist dotimes ecase etypecase handler-case ignore-errors in-package incf
    lambda loop multiple-value-bind multiple-value-list multiple-value-setq nth-value or pop prog prog* prog1
    prog2 psetf psetq push pushnew remf return rotatef setf shiftf typecase unless when with-output-to-string)

  (:functions
    ;; equality and types
    arrayp atom bit-vector-p characterp compiled-function-p complexp consp eq eql equal equalp floatp
    functionp hash-table-p identity integerp keywordp listp not null numberp packagep rationalp realp
    simple-string-p simple-vector-p streamp stringp symbolp type-of typep vectorp

    ;; conses
    acons append assoc assoc-if butlast caaaar caaadr caaar caadar caaddr caadr caar cadaar cadadr cadar
    caddar cadddr caddr cadr car cdaaar cdaadr cdaar cdadar cdaddr cdadr cdar cddaar cddadr cddar cdddar
    cddddr cdddr cddr cdr cons copy-alist copy-list copy-tree eighth endp fifth first fourth get
    get-properties getf last ldiff list list* list-length make-list nbutlast nconc ninth nreconc nth nthcdr
    pairlis rassoc rassoc-if remprop rest revappend rplaca rplacd second seventh sixth sublis subst subst-if
    symbol-plist tailp tenth third tree-equal

    ;; sets and mapping
    adjoin intersection mapc mapcan mapcar mapcon mapl maplist member member-if member-if-not nintersection
    nset-difference nunion set-difference subsetp union

    ;; sequences
    coerce concatenate copy-seq delete-duplicates elt every fill length make-sequence map map-into merge
    mismatch notany notevery nreverse nsubstitute nsubstitute-if reduce remove-duplicates replace reverse
    search some sort stable-sort subseq substitute substitute-if

    ;; finding and removing
    count count-if count-if-not delete delete-if delete-if-not find find-if find-if-not position position-if
    position-if-not remove remove-if remove-if-not

    ;; numbers
    * + - / /= 1+ 1- < <= = > >= abs ash byte byte-position byte-size ceiling complex decode-float
    denominator deposit-field dpb evenp expt float float-digits float-radix float-sign floor gcd imagpart
    integer-decode-float integer-length isqrt lcm ldb ldb-test logand logandc1 logandc2 logbitp logcount
    logior lognot logtest logxor mask-field max min minusp mod numerator oddp plusp rational realpart rem
    round scale-float signum sqrt truncate zerop

    ;; characters
    alpha-char-p alphanumericp both-case-p char-code char-downcase char-equal char-greaterp char-int
    char-lessp char-name char-not-equal char-not-greaterp char-not-lessp char-upcase char/= char< char<=
    char= char> char>= character code-char digit-char digit-char-p graphic-char-p lower-case-p name-char
    standard-char-p upper-case-p

    ;; strings
    char make-string nstring-capitalize nstring-downcase nstring-upcase parse-integer schar string
    string-capitalize string-downcase string-equal string-greaterp string-left-trim string-lessp
    string-not-equal string-not-greaterp string-not-lessp string-right-trim string-trim string-upcase
    string/= string< string<= string= string> string>=

    ;; arrays
    adjustable-array-p aref array-dimension array-dimensions array-element-type array-has-fill-pointer-p
    array-rank array-total-size fill-pointer make-array row-major-aref svref vector vector-pop vector-push
    vector-push-extend

    ;; hash tables
    clrhash gethash hash-table-count hash-table-size hash-table-test make-hash-table maphash remhash

    ;; symbols and packages
    boundp copy-symbol delete-package export fboundp fdefinition find-package find-symbol fmakunbound gensym
    import intern list-all-packages macro-function make-package make-symbol makunbound package-name
    package-nicknames package-use-list set shadow shadowing-import symbol-function symbol-name symbol-package
    symbol-value unintern unuse-package use-package

    ;; functions and evaluation
    apply compile complement constantly constantp eval funcall get-setf-expansion macroexpand macroexpand-1
    proclaim special-operator-p values values-list

    ;; conditions
    arithmetic-error-operands arithmetic-error-operation cell-error-name error file-error-pathname
    make-condition package-error-package simple-condition-format-arguments simple-condition-format-control
    stream-error-stream type-error-datum type-error-expected-type warn

    ;; output
    finish-output force-output format fresh-line get-output-stream-string make-string-output-stream prin1
    prin1-to-string princ princ-to-string print terpri write-char write-line write-string write-to-string)

  ;; (setf (name ...) value)
  (:setf-functions
    aref caaaar caaadr caaar caadar caaddr caadr caar cadaar cadadr cadar caddar cadddr caddr cadr car cdaaar
    cdaadr cdaar cdadar cdaddr cdadr cdar cddaar cddadr cddar cdddar cddddr cdddr cddr cdr char eighth elt
    fdefinition fifth fill-pointer first fourth get gethash macro-function ninth nth rest row-major-aref
    schar second seventh sixth subseq svref symbol-function symbol-plist symbol-value tenth third)

  (:variables
    *error-output* *gensym-counter* *package* *standard-output* array-dimension-limit array-rank-limit
    array-total-size-limit call-arguments-limit char-code-limit lambda-list-keywords lambda-parameters-limit
    most-negative-fixnum most-positive-fixnum multiple-values-limit nil t)

  (:types
    array atom base-char base-string bignum bit bit-vector boolean character compiled-function complex
    condition cons double-float fixnum float function hash-table integer keyword list long-float nil null
    number package ratio rational real sequence short-float signed-byte simple-array simple-bit-vector
    simple-string simple-vector single-float standard-char stream string structure-object symbol t
    unsigned-byte vector)

  (:conditions
    arithmetic-error cell-error condition control-error division-by-zero end-of-file error file-error
    floating-point-overflow package-error parse-error program-error reader-error serious-condition
    simple-condition simple-error simple-type-error simple-warning storage-condition stream-error
    style-warning type-error unbound-slot unbound-variable undefined-function warning))
