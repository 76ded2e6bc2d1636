;;;; PPRINT-LOGICAL-BLOCK and the functions used in it.
;;;;
;;;; While *print-pretty* is false a block just writes its prefix, contents and suffix.

(in-package "CLYSM.LIBRARY")

(defstruct (block-list (:copier nil) (:predicate nil) (:constructor make-block-list (rest)))
  "What PPRINT-POP takes from."
  rest
  (count 0))

(defun call-with-logical-block (stream object prefix per-line-p suffix function)
  "Call FUNCTION with a stream and a block-list for OBJECT inside a logical block; write OBJECT alone if it is no list,
and only its label if *print-circle* asks for that."
  (let ((stream (%output-stream stream)))
    (if (listp object)
        (call-with-label stream object
                         (lambda () (call-with-plain-block stream object prefix per-line-p suffix function)))
        (print-object-to stream object))
    nil))

(defun call-with-plain-block (stream list prefix per-line-p suffix function)
  "CALL-WITH-LOGICAL-BLOCK for a LIST that gets no label."
  (unless (stringp prefix) (%wrong-type prefix 'string))
  (unless (stringp suffix) (%wrong-type suffix 'string))
  (with-nesting (stream)
    (cond ((not *print-pretty*)
           (put-any-string stream prefix 0 nil)
           (funcall function stream (make-block-list list))
           (put-any-string stream suffix 0 nil))
          ((pretty-stream-p stream) (%call-in-block stream list prefix per-line-p suffix function))
          (t (%call-in-block (new-pretty-stream stream) list prefix per-line-p suffix function)))))

(defun %call-in-block (stream object prefix per-line-p suffix function)
  (open-layout-block stream (subseq prefix 0) per-line-p (subseq suffix 0))
  (funcall function stream (make-block-list object))
  (close-layout-block stream))

(defun block-list-more-p (list stream)
  "True if PPRINT-POP may take from LIST; else what stands for the rest is written."
  (let ((rest (block-list-rest list)) (limit (%length-limit)))
    (cond ((not (listp rest))
           (put-string stream ". ")
           (print-object-to stream rest)
           nil)
          ((and limit (>= (block-list-count list) limit))
           (put-string stream "...")
           nil)
          ((and (> (block-list-count list) 0) (%tail-labelled-p rest))
           (put-string stream ". ")
           (print-object-to stream rest)
           nil)
          (t
           (when (and *labels* (consp rest) (> (block-list-count list) 0)) (%label-done-p stream rest))
           t))))

(defun block-list-pop (list)
  (incf (block-list-count list))
  (pop (block-list-rest list)))

(defmacro pprint-logical-block ((stream object &key (prefix "" prefix-p) (per-line-prefix "" per-line-prefix-p)
                                                  (suffix ""))
                                &body body)
  "Run BODY, which writes OBJECT to STREAM (a variable, NIL or T) with PPRINT-POP and PPRINT-EXIT-IF-LIST-EXHAUSTED,
inside a logical block."
  (when (and prefix-p per-line-prefix-p)
    (error 'simple-error :format-control "both :prefix and :per-line-prefix are given" :format-arguments nil))
  (let ((list (gensym "LIST")) (name (gensym "BLOCK"))
        (variable (if (member stream '(nil t)) (gensym "STREAM") stream)))
    (multiple-value-bind (declarations forms) (split-declarations body)
      `(call-with-logical-block
        ,stream ,object ,(if per-line-prefix-p per-line-prefix prefix) ,per-line-prefix-p ,suffix
        (lambda (,variable ,list)
          (declare (ignorable ,variable ,list))
          ,@declarations
          (block ,name
            (macrolet ((pprint-pop ()
                         '(if (block-list-more-p ,list ,variable)
                           (block-list-pop ,list)
                           (return-from ,name nil)))
                       (pprint-exit-if-list-exhausted ()
                         '(if (null (block-list-rest ,list)) (return-from ,name nil) nil)))
              ,@forms)))))))

(defmacro pprint-pop ()
  "The next element of the list that PPRINT-LOGICAL-BLOCK prints. Only defined inside it."
  (error 'simple-error :format-control "pprint-pop outside of pprint-logical-block" :format-arguments nil))

(defmacro pprint-exit-if-list-exhausted ()
  "Leave PPRINT-LOGICAL-BLOCK if its list is at its end. Only defined inside it."
  (error 'simple-error :format-control "pprint-exit-if-list-exhausted outside of pprint-logical-block"
                       :format-arguments nil))

(defun %pretty-target (stream)
  "The pretty stream that STREAM means, or NIL if newlines, indentation and tabs have no effect on it."
  (let ((stream (%output-stream stream)))
    (if (and *print-pretty* (pretty-stream-p stream) (pretty-blocks stream)) stream nil)))

(defun pprint-newline (kind &optional stream)
  "Allow (or with :mandatory demand) a line break here; KIND is :linear, :fill, :miser or :mandatory."
  (unless (member kind '(:linear :fill :miser :mandatory))
    (%wrong-type kind '(member :linear :fill :miser :mandatory)))
  (let ((stream (%pretty-target stream)))
    (when stream (add-layout-item stream (make-layout-newline kind))))
  nil)

(defun pprint-indent (base count &optional stream)
  "Set the indentation of the current block to COUNT columns from its start (BASE :block) or from here (:current)."
  (unless (member base '(:block :current)) (%wrong-type base '(member :block :current)))
  (unless (realp count) (%wrong-type count 'real))
  (let ((stream (%pretty-target stream)))
    (when stream (add-layout-item stream (make-layout-indent base (round count)))))
  nil)

(defun pprint-tab (kind column increment &optional stream)
  "Move to a column as FORMAT's ~T does; KIND is :line, :line-relative, :section or :section-relative."
  (unless (member kind '(:line :line-relative :section :section-relative))
    (%wrong-type kind '(member :line :line-relative :section :section-relative)))
  (let ((stream (%pretty-target stream)))
    (when stream (add-layout-item stream (make-layout-tab kind column increment))))
  nil)

;;; ---- standard list styles

(defun %pprint-list (stream list parentheses-p function)
  "Write LIST in a block; FUNCTION is called with the stream between two elements."
  (pprint-logical-block (stream list :prefix (if parentheses-p "(" "") :suffix (if parentheses-p ")" ""))
    (pprint-exit-if-list-exhausted)
    (loop
      (print-object-to stream (pprint-pop))
      (pprint-exit-if-list-exhausted)
      (put-char stream #\Space)
      (funcall function stream))))

(defun pprint-fill (stream list &optional (parentheses-p t) at-sign-p)
  "Write LIST with as many elements on a line as fit."
  (declare (ignore at-sign-p))
  (%pprint-list (%output-stream stream) list parentheses-p (lambda (stream) (pprint-newline :fill stream))))

(defun pprint-linear (stream list &optional (parentheses-p t) at-sign-p)
  "Write LIST on one line, or each element on its own."
  (declare (ignore at-sign-p))
  (%pprint-list (%output-stream stream) list parentheses-p (lambda (stream) (pprint-newline :linear stream))))

(defun pprint-tabular (stream list &optional (parentheses-p t) at-sign-p (tab-size 16))
  "Write LIST in columns of TAB-SIZE."
  (declare (ignore at-sign-p))
  (%pprint-list (%output-stream stream) list parentheses-p
                (lambda (stream)
                  (pprint-tab :section-relative 0 (or tab-size 16) stream)
                  (pprint-newline :fill stream))))
