;;;; The pretty printer's stream: it keeps the items of the outermost logical block and lays them out at its end.
;;;;
;;;; Since the whole block is in memory, "fits on the line" is exact: a block is written on one line if it and what
;;;; follows it up to the next conditional newline fit, else its newlines are decided one by one. Source: CLHS 22.2.1.

(in-package "CLYSM.LIBRARY")

(defstruct (pretty-stream (:include stream) (:constructor %make-pretty-stream) (:copier nil)
                          (:predicate pretty-stream-p) (:conc-name pretty-))
  target              ; the stream that gets the laid out text
  (start-column 0)    ; its column before the outermost block
  (blocks '()))       ; blocks that are open, innermost first

;;; The items of a block are simple strings and these:
(defstruct (layout-block (:copier nil) (:conc-name layout-))
  (prefix "") (per-line-p nil) (suffix "")
  (items '())    ; in reverse order until the block is closed
  (width 0))     ; columns it takes on one line, prefix and suffix included; NIL if it has a newline that must be

(defstruct (layout-newline (:copier nil) (:constructor make-layout-newline (kind)))
  kind)          ; :linear, :fill, :miser, :mandatory or :literal (a newline character in the text)

(defstruct (layout-indent (:copier nil) (:constructor make-layout-indent (base count)))
  base count)    ; :block or :current

(defstruct (layout-tab (:copier nil) (:constructor make-layout-tab (kind column increment)))
  kind column increment)

;;; ---- collecting

(defun %add-item (stream item)
  (push item (layout-items (car (pretty-blocks stream)))))

(defun %collect-text (stream)
  "Move the text in the output buffer of STREAM to the items of the innermost block, newlines as items of their own."
  (let ((buffer (out-buffer-of stream)) (end (out-index-of stream)) (start 0))
    (loop
      (let ((newline (%find-newline buffer start end)))
        (when (%fix< start (or newline end))
          (%add-item stream (%substring buffer start (or newline end))))
        (unless newline (return nil))
        (%add-item stream (make-layout-newline :literal))
        (setq start (%fix+ newline 1))))
    (set-out-column-of stream (%buffer-column stream))
    (set-out-index-of stream 0)))

(defun %pretty-write-char (stream character)
  (%collect-text stream)
  (put-char stream character))

(defun %pretty-write-string (stream string start end)
  (%collect-text stream)
  (when (%fix> (%fix- end start) (out-limit-of stream))
    (let ((length (%fix- end start)))
      (set-out-buffer-of stream (%make-string length))
      (set-out-limit-of stream length)))
  (put-substring stream string start end))

(defvar *pretty-operations*
  (make-stream-operations :on-write-char #'%pretty-write-char :on-write-string #'%pretty-write-string
                          :on-column #'%buffer-column :on-finish-output #'%nothing :on-clear-output #'%nothing
                          :on-output-p #'%yes))

(defun new-pretty-stream (target)
  "A pretty stream for one outermost block that is to be written to TARGET."
  (let ((column (or (column-of target) 0)))
    (%make-pretty-stream :operations *pretty-operations* :target target :start-column column
                         :out-buffer (%make-string 128) :out-limit 128 :out-column column)))

(defun open-layout-block (stream prefix per-line-p suffix)
  "Start a block in the pretty STREAM."
  (when (pretty-blocks stream) (%collect-text stream))
  (push (make-layout-block :prefix prefix :per-line-p per-line-p :suffix suffix) (pretty-blocks stream)))

(defun close-layout-block (stream)
  "End the innermost block of the pretty STREAM; the outermost one is then laid out."
  (%collect-text stream)
  (let ((block (pop (pretty-blocks stream))))
    (setf (layout-items block) (nreverse (layout-items block))
          (layout-width block) (%flat-width block))
    (if (pretty-blocks stream)
        (%add-item stream block)
        (lay-out block (pretty-target stream) (pretty-start-column stream)))))

(defun add-layout-item (stream item)
  "Add the newline, indent or tab ITEM to the pretty STREAM."
  (%collect-text stream)
  (%add-item stream item))

;;; ---- widths

(defun %tab-width (tab column)
  "How many spaces TAB takes at COLUMN, counted from where its own counting starts."
  (if (member (layout-tab-kind tab) '(:line-relative :section-relative))
      (%spaces-relative column (layout-tab-column tab) (layout-tab-increment tab))
      (%spaces-to-column column (layout-tab-column tab) (layout-tab-increment tab))))

(defun %item-width (item column)
  "The columns that ITEM takes on one line, NIL if it must be on several. COLUMN counts from the start of the section; a
tab that counts from the start of the line is taken for one that does not."
  (cond ((%simple-string-p item) (%string-length item))
        ((layout-block-p item) (layout-width item))
        ((layout-newline-p item)
         (if (member (layout-newline-kind item) '(:mandatory :literal)) nil 0))
        ((layout-tab-p item) (%tab-width item column))
        (t 0)))

(defun %flat-width (block)
  (let ((width (+ (length (layout-prefix block)) (length (layout-suffix block)))) (column 0))
    (dolist (item (layout-items block) width)
      (let ((item-width (%item-width item column)))
        (unless item-width (return nil))
        (setq column (if (layout-newline-p item) 0 (+ column item-width)))
        (incf width item-width)))))

(defun %width-to-newline (items after)
  "The width of ITEMS up to the next newline of any kind; AFTER is added if there is none. NIL if a block in it must be
on several lines."
  (let ((width 0))
    (dolist (item items (+ width after))
      (when (layout-newline-p item) (return width))
      (let ((item-width (%item-width item width)))
        (unless item-width (return nil))
        (incf width item-width)))))

;;; ---- layout

(defstruct (layout-writer (:copier nil) (:predicate nil) (:conc-name writer-))
  target
  column           ; of the next character
  (spaces 0)       ; spaces counted in column, but not yet written: they are dropped at the end of a line
  margin           ; columns of a line
  (line 0)         ; number of line breaks so far
  (line-prefix "") ; what each line starts with
  (suffixes '()))  ; of the open blocks, for a text that *print-lines* cuts off

(defun %write-spaces (writer count)
  (incf (writer-spaces writer) count)
  (incf (writer-column writer) count))

(defun %write-text (writer string)
  (let* ((end (%string-length string)) (visible end))
    (loop
      (when (or (eql visible 0) (not (eq (%schar string (- visible 1)) #\Space))) (return nil))
      (decf visible))
    (when (> visible 0)
      (put-repeated (writer-target writer) #\Space (writer-spaces writer))
      (setf (writer-spaces writer) 0)
      (put-substring (writer-target writer) string 0 visible)
      (incf (writer-column writer) visible))
    (%write-spaces writer (- end visible))))

(defun %cut-off-p (writer)
  "True if *print-lines* forbids another line; the text is then ended."
  (cond ((and *print-lines* (not *print-readably*) (>= (+ (writer-line writer) 1) *print-lines*))
         (setf (writer-spaces writer) 0)
         (put-string (writer-target writer) " ..")
         (dolist (suffix (writer-suffixes writer)) (put-string (writer-target writer) suffix))
         t)
        (t nil)))

(defun %break-line (writer indentation)
  "Start a new line at the column INDENTATION. Leaves the layout by THROW if there may be no more lines."
  (when (%cut-off-p writer) (throw 'cut-off nil))
  (let ((target (writer-target writer)) (prefix (writer-line-prefix writer)))
    (setf (writer-spaces writer) 0)
    (put-char target #\Newline)
    (put-string target prefix)
    (setf (writer-column writer) (length prefix))
    (incf (writer-line writer))
    (%write-spaces writer (max 0 (- indentation (length prefix))))))

(defun %write-tab (writer tab section-column)
  (let ((start (if (member (layout-tab-kind tab) '(:section :section-relative)) section-column 0)))
    (%write-spaces writer (%tab-width tab (- (writer-column writer) start)))))

(defun %write-flat (writer block)
  "Write BLOCK on one line."
  (%write-text writer (layout-prefix block))
  (let ((section-column (writer-column writer)))
    (dolist (item (layout-items block))
      (cond ((%simple-string-p item) (%write-text writer item))
            ((layout-block-p item) (%write-flat writer item))
            ((layout-newline-p item) (setq section-column (writer-column writer)))
            ((layout-tab-p item) (%write-tab writer item section-column)))))
  (%write-text writer (layout-suffix block)))

(defun %fits-p (writer width)
  (and width (<= (+ (writer-column writer) width) (writer-margin writer))))

(defun %misering-p (writer block-column)
  (and *print-miser-width*
       (<= (- (writer-margin writer) block-column) *print-miser-width*)))

(defun %break-here-p (writer kind rest after block-column section-line)
  "True if the newline of KIND is to break the line: REST are the items behind it, AFTER the width behind the block."
  (case kind
    ((:linear :mandatory :literal) t)
    (:miser (%misering-p writer block-column))
    (t (or (%misering-p writer block-column)
           (> (writer-line writer) section-line)
           (not (%fits-p writer (%width-to-newline rest after)))))))

(defun %write-broken (writer block after)
  "Write BLOCK, which does not fit on the line; AFTER is the width of what follows it on its last line."
  (let ((outer-prefix (writer-line-prefix writer)) (start (writer-column writer))
        (after (+ after (length (layout-suffix block)))))
    (%write-text writer (layout-prefix block))
    (let* ((block-column (writer-column writer)) (indentation block-column)
           (section-column block-column) (section-line (writer-line writer)))
      (when (layout-per-line-p block)
        (setf (writer-line-prefix writer)
              (%concatenated outer-prefix
                             (%repeated #\Space (max 0 (- start (length outer-prefix))))
                             (layout-prefix block))))
      (push (layout-suffix block) (writer-suffixes writer))
      (do ((rest (layout-items block) (cdr rest)))
          ((null rest))
        (let ((item (car rest)))
          (cond
            ((%simple-string-p item) (%write-text writer item))
            ((layout-block-p item) (%write-block writer item (or (%width-to-newline (cdr rest) after) 0)))
            ((layout-tab-p item) (%write-tab writer item section-column))
            ((layout-indent-p item)
             (unless (%misering-p writer block-column)
               (setq indentation (+ (layout-indent-count item)
                                    (if (eq (layout-indent-base item) :block) block-column (writer-column writer))))))
            (t
             (let ((kind (layout-newline-kind item)))
               (when (%break-here-p writer kind (cdr rest) after block-column section-line)
                 (%break-line writer (if (eq kind :literal) 0 indentation)))
               (setq section-line (writer-line writer)
                     section-column (writer-column writer)))))))
      (pop (writer-suffixes writer))
      (setf (writer-line-prefix writer) outer-prefix)
      (%write-text writer (layout-suffix block)))))

(defun %write-block (writer block after)
  "Write BLOCK; AFTER is the width of what must stay on its last line."
  (if (%fits-p writer (and (layout-width block) (+ (layout-width block) after)))
      (%write-flat writer block)
      (%write-broken writer block after)))

(defun lay-out (block target column)
  "Write BLOCK to TARGET, whose next column is COLUMN."
  (let ((writer (make-layout-writer :target target :column column :margin (or *print-right-margin* 80))))
    (catch 'cut-off
      (%write-block writer block 0)
      (put-repeated target #\Space (writer-spaces writer)))))
