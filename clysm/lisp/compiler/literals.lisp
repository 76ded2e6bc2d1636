;;;; Literals that an object cannot hold as they are: arrays other than simple vectors, strings, octets and bits, data with
;;;; labels (#n=), and cycles. They are built when the code is loaded.
;;;;
;;;; '#2A((1 2) (3 4)) ==> (load-time-value (fill-array (make-array '(2 2)) '(1 2 3 4)))
;;;; '#1=(a . #1#)     ==> (load-time-value (let ((part (cons nil nil))) (rplaca part 'a) (rplacd part part) part))
;;;;
;;;; Parts that are the same object are kept so where the source says it with a label, and on cycles. Other sharing is that
;;;; of the host's macro functions, which may not reach the output.

(in-package "CLYSM.COMPILER")

(defconstant +most-plain-parts+ 1000000)
(defconstant +deepest-plain-part+ 1000)

(defun convert-literal (datum scope)
  (if (or *live-literals* (storable-p datum))
      (make-constant datum)
      (convert (list 'load-time-value (building-form datum)) scope)))

;;; What an object holds: a tree of atoms, conses and simple vectors.

(defun labelled-p (datum)
  "Did the source give DATUM a label?"
  (and *source* (gethash datum (source-labelled *source*))))

(defun storable-p (datum)
  (if (or (consp datum) (and (arrayp datum) (not (stringp datum))))
      (if (count-parts datum 0 +most-plain-parts+) t nil)
      t))

(defun count-parts (datum depth most)
  "What is left of MOST after counting the parts of DATUM; NIL if DATUM cannot be stored or goes on for ever."
  (loop
    (cond ((= most 0) (return nil))
          ((consp datum)
           (when (or (labelled-p datum) (= depth +deepest-plain-part+)) (return nil))
           (setf most (count-parts (car datum) (+ depth 1) (- most 1)))
           (unless most (return nil))
           (setf datum (cdr datum)))
          ((not (arrayp datum)) (return most))
          ((or (stringp datum) (bit-vector-p datum) (octets-p datum)) (return most))
          (t (return (and (simple-vector-p datum) (not (labelled-p datum)) (< depth +deepest-plain-part+)
                          (count-elements datum (+ depth 1) (- most 1))))))))

(defun count-elements (vector depth most)
  (dotimes (i (length vector) most)
    (setf most (and (> most 0) (count-parts (svref vector i) depth (- most 1))))
    (unless most (return nil))))

(defun octets-p (datum)
  (and (vectorp datum) (equal (array-element-type datum) '(unsigned-byte 8))))

;;; Which parts need a name

(defstruct (survey (:constructor make-survey ()))
  "OPEN: the parts around the one that is visited. JOINED: part that is met again -> its variable; NAMED: these parts."
  (open (make-hash-table :test #'eq)) (done (make-hash-table :test #'eq)) (joined (make-hash-table :test #'eq))
  (named '()) (circular nil))

(defun compound-p (datum)
  (or (consp datum)
      (and (arrayp datum) (not (stringp datum)) (not (bit-vector-p datum)) (not (octets-p datum)))))

(defun survey-again (survey datum)
  "DATUM, a compound, has been met before."
  (when (gethash datum (survey-open survey))
    (setf (survey-circular survey) t))
  (when (and (or (gethash datum (survey-open survey)) (labelled-p datum))
             (not (gethash datum (survey-joined survey))))
    (setf (gethash datum (survey-joined survey)) (make-symbol "PART"))
    (push datum (survey-named survey))))

(defun survey-datum (survey datum)
  (let ((cells '()))
    (loop
      (unless (compound-p datum) (return))
      (when (or (gethash datum (survey-open survey)) (gethash datum (survey-done survey)))
        (survey-again survey datum)
        (return))
      (setf (gethash datum (survey-open survey)) t)
      (push datum cells)
      (cond ((consp datum)
             (survey-datum survey (car datum))
             (setf datum (cdr datum)))
            (t (dotimes (i (array-total-size datum))
                 (survey-datum survey (row-major-aref datum i)))
               (return))))
    (dolist (cell cells)
      (remhash cell (survey-open survey))
      (setf (gethash cell (survey-done survey)) t))))

(defun circular-p (datum)
  (let ((survey (make-survey)))
    (survey-datum survey datum)
    (survey-circular survey)))

;;; The form that builds

(defun building-form (datum)
  (let ((survey (make-survey)))
    (survey-datum survey datum)
    (let ((named (reverse (survey-named survey))))
      (if named
          (list* 'let (mapcar (lambda (part) (list (joined-name survey part) (skeleton-form part))) named)
                 (append (mapcan (lambda (part) (filling-forms survey part)) named)
                         (list (part-form survey datum))))
          (part-form survey datum)))))

(defun joined-name (survey part)
  (values (gethash part (survey-joined survey))))

(defun skeleton-form (part)
  (if (consp part) (list 'cons nil nil) (new-array-form part)))

(defun new-array-form (array)
  (list 'make-array (list 'quote (literal-dimensions array))
        :element-type (list 'quote (array-element-type array))))

(defun literal-dimensions (array)
  "A literal vector is what is in front of the fill pointer."
  (if (vectorp array) (list (length array)) (array-dimensions array)))

(defun filling-forms (survey part)
  (let ((name (joined-name survey part)))
    (if (consp part)
        (list (list 'rplaca name (part-form survey (car part)))
              (list 'rplacd name (part-form survey (cdr part))))
        (list (filled-array-form survey part name)))))

(defun part-form (survey datum)
  (cond ((not (compound-p datum)) (list 'quote datum))
        ((joined-name survey datum))
        ((storable-p datum) (list 'quote datum))
        ((consp datum) (list-form survey datum))
        (t (filled-array-form survey datum (new-array-form datum)))))

(defun list-form (survey list)
  "(list* elements... tail), where the tail is the first that is no cons of its own."
  (let ((parts '()))
    (loop
      (push (part-form survey (car list)) parts)
      (setf list (cdr list))
      (when (or (atom list) (joined-name survey list) (storable-p list))
        (return (cons 'list* (reverse (cons (part-form survey list) parts))))))))

(defun filled-array-form (survey array form)
  "FORM's value, an array like ARRAY, with the elements of ARRAY."
  (let ((elements '()) (name (make-symbol "ARRAY")) (index (make-symbol "INDEX")) (element (make-symbol "ELEMENT")))
    (dotimes (i (reduce #'* (literal-dimensions array)))
      (push (row-major-aref array i) elements))
    (list 'let (list (list name form) (list index 0))
          (list 'dolist (list element (part-form survey (reverse elements)) name)
                (list 'setf (list 'row-major-aref name index) element)
                (list 'setq index (list '+ index 1))))))
