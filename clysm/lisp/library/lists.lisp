;;;; Lists as chains of conses: making, indexing, copying, joining and cutting them (CLHS 14).

(in-package "CLYSM.LIBRARY")

;;; making

(defun list (&rest objects)
  "A fresh list of OBJECTS. The rest list is copied, as APPLY may share it."
  (copy-list objects))

(defun list* (object &rest more)
  "A list of the arguments whose tail is the last argument."
  (if (null more)
      object
      (let* ((head (cons object nil))
             (tail head))
        (loop
          (when (null (%cdr more))
            (%set-cdr tail (%car more))
            (return head))
          (setq tail (%set-cdr tail (cons (%car more) nil))
                more (%cdr more))))))

(defun make-list (size &key initial-element)
  "A list of SIZE times INITIAL-ELEMENT."
  (unless (and (%fixnump size) (%fix>= size 0))
    (%wrong-type size '(integer 0 (536870912))))
  (let ((list nil))
    (dotimes (i size list)
      (setq list (cons initial-element list)))))

(defun copy-list (list)
  "A copy of the conses of LIST, which may be dotted."
  (if (consp list)
      (let* ((head (cons (%car list) nil))
             (tail head))
        (loop
          (setq list (%cdr list))
          (unless (consp list)
            (%set-cdr tail list)
            (return head))
          (setq tail (%set-cdr tail (cons (%car list) nil)))))
      (if (null list) nil (%wrong-type list 'list))))

;;; positions

(declaim (inline endp first second third rest))
(defun endp (list)
  "True of NIL, false of a cons; anything else is a TYPE-ERROR."
  (cond ((consp list) nil)
        ((null list) t)
        (t (%wrong-type list 'list))))

(defun nthcdr (n list)
  "LIST without its first N conses; NIL once it is exhausted."
  (cond ((not (and (integerp n) (>= n 0))) (%wrong-type n 'unsigned-byte))
        ((not (listp list)) (%wrong-type list 'list))
        ((%fixnump n)
         (loop
           (when (or (%fix= n 0) (null list)) (return list))
           (setq list (cdr list)
                 n (%fix- n 1))))
        ((list-length list) nil)                 ; a bignum is past the end of any proper list
        (t (dotimes (i n list)
             (setq list (%cdr list))))))

(defun nth (n list)
  "Element N of LIST, counted from 0; NIL past the end."
  (car (nthcdr n list)))

(defun (setf nth) (value n list)
  "Store VALUE as element N of LIST, which must have one."
  (%set-car (%cons-at n list) value))

(defun %cons-at (n list)
  "The Nth cons of LIST, which must have one; else a TYPE-ERROR."
  (let ((cell (nthcdr n list)))
    (if (consp cell) cell (%wrong-type cell 'cons))))

(defmacro define-ordinals (&rest names)
  "Define FIRST, SECOND ... and their writers."
  (let ((index -1)
        (forms '()))
    (dolist (name names (cons 'progn (nreverse forms)))
      (setq index (+ index 1))
      (push `(defun ,name (list)
               ,(concatenate 'string "Element " (string (code-char (+ 48 index))) " of LIST, counted from 0.")
               (car (nthcdr ,index list)))
            forms)
      (push `(defun (setf ,name) (value list)
               ,(concatenate 'string "Store element " (string (code-char (+ 48 index))) " of LIST.")
               (%set-car (%cons-at ,index list) value))
            forms))))

(define-ordinals first second third fourth fifth sixth seventh eighth ninth tenth)

(defun rest (list)
  "LIST without its first element."
  (cdr list))

(defun (setf rest) (value list)
  "Store VALUE as the CDR of LIST."
  (rplacd list value)
  value)

(defun list-length (list)
  "The number of conses of LIST; NIL if it is circular. A dotted end is a TYPE-ERROR."
  (let ((slow list)
        (count 0))
    (do-cells (fast list count)
      (when (and (%fix> count 0) (eq fast slow)) (return nil))
      (setq count (%fix+ count 1))
      (when (%fix= 0 (%fix-and count 1))
        (setq slow (%cdr slow))))))

(defun last (list &optional (n 1))
  "The last N conses of LIST; its end atom if N is 0."
  (unless (and (integerp n) (>= n 0)) (%wrong-type n 'unsigned-byte))
  (unless (listp list) (%wrong-type list 'list))
  (if (eql n 1)
      (%last-cons list)
      (let ((ahead list))
        (loop
          (when (or (eql n 0) (not (consp ahead))) (return))
          (setq ahead (%cdr ahead)
                n (- n 1)))
        (loop
          (when (not (consp ahead)) (return list))
          (setq ahead (%cdr ahead)
                list (%cdr list))))))

(defun %last-cons (list)
  "The last cons of LIST, or LIST itself if it has none."
  (loop
    (let ((next (if (consp list) (%cdr list) nil)))
      (if (consp next)
          (setq list next)
          (return list)))))

;;; joining

(defun append (&rest lists)
  "The elements of all LISTS in one list; the last argument is its tail, shared and of any type."
  (cond ((null lists) nil)
        ((null (%cdr lists)) (%car lists))
        ((null (%cdr (%cdr lists))) (%append-2 (%car lists) (%car (%cdr lists))))
        (t (%append-2 (%car lists) (apply #'append (%cdr lists))))))

(defun %append-2 (list tail)
  "A copy of the proper list LIST that ends in TAIL."
  (if (null list)
      tail
      (let* ((head (cons nil nil))
             (end head))
        (do-cells (cell list)
          (setq end (%set-cdr end (cons (%car cell) nil))))
        (%set-cdr end tail)
        (%cdr head))))

(defun nconc (&rest lists)
  "Join LISTS by changing the last cons of each but the last."
  (let ((result nil)
        (end nil))                              ; last cons of RESULT
    (do-cells (cell lists result)
      (let ((list (%car cell)))
        (cond ((consp list)
               (if end (%set-cdr end list) (setq result list))
               (when (%cdr cell) (setq end (%last-cons list))))
              ((null list))
              ((null (%cdr cell))                ; the last argument may be any object
               (if end (%set-cdr end list) (setq result list)))
              (t (%wrong-type list 'list)))))))

(defun revappend (list tail)
  "The elements of LIST in reverse order, in front of TAIL."
  (do-cells (cell list tail)
    (setq tail (cons (%car cell) tail))))

(defun nreconc (list tail)
  "REVAPPEND that reuses the conses of LIST."
  (loop
    (unless (consp list)
      (if (null list) (return tail) (%wrong-type list 'list)))
    (let ((next (%cdr list)))
      (%set-cdr list tail)
      (setq tail list
            list next))))

;;; cutting

(defun butlast (list &optional (n 1))
  "A copy of LIST without its last N conses."
  (let ((cut (last list n)))
    (if (and (consp cut) (eq cut list))
        nil
        (ldiff list cut))))

(defun nbutlast (list &optional (n 1))
  "LIST itself, cut before its last N conses; NIL if it has no more than those."
  (unless (listp list) (%wrong-type list 'list))
  (let ((before (last list (+ n 1)))
        (cut (last list n)))
    (cond ((eq cut list) nil)
          ((consp before)
           (%set-cdr before nil)
           list))))

(defun ldiff (list object)
  "A copy of LIST up to the tail that is EQL to OBJECT; of the whole if there is none."
  (unless (listp list) (%wrong-type list 'list))
  (let* ((head (cons nil nil))
         (end head))
    (loop
      (when (eql list object) (return (%cdr head)))
      (unless (consp list)
        (%set-cdr end list)
        (return (%cdr head)))
      (setq end (%set-cdr end (cons (%car list) nil))
            list (%cdr list)))))

(defun tailp (object list)
  "True if OBJECT is EQL to LIST or one of its tails, the end atom included."
  (unless (listp list) (%wrong-type list 'list))
  (loop
    (when (eql object list) (return t))
    (unless (consp list) (return nil))
    (setq list (%cdr list))))
