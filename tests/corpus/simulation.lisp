;;;; A bank with accounts, a journal and failures: structures, conditions, restarts, reports.
;; rows: 8 9 18 22 N14 N24 N25

(setq *print-pretty* nil)

(defstruct (account (:constructor make-account (owner &optional (balance 0))) (:print-function print-account))
  (owner "" :type string :read-only t)
  (balance 0 :type rational)
  (history '() :type list))
(defstruct (savings (:include account) (:constructor make-savings (owner balance rate))
                    (:print-function print-account)) (rate 1/100 :type ratio))
(defun print-account (account stream depth)
  (declare (ignore depth))
  (format stream "#<~(~A~) ~A ~,2F>" (type-of account) (account-owner account) (account-balance account)))

(define-condition bank-error (error) ((account :initarg :account :reader failed-account)))
(define-condition overdrawn (bank-error) ((missing :initarg :missing :reader missing))
  (:report (lambda (c stream) (format stream "~A lacks ~,2F" (account-owner (failed-account c)) (missing c)))))
(define-condition frozen (bank-error) () (:report "the account is frozen"))
(define-condition large-transfer (condition) ((amount :initarg :amount :reader amount)))

(defvar *journal* (make-array 0 :adjustable t :fill-pointer 0))
(defvar *frozen* (make-hash-table))
(defvar *transaction* nil "Undo functions of the current transaction, the latest first.")

(defun record (account what amount)
  (vector-push-extend (list (account-owner account) what amount) *journal*)
  (push (cons what amount) (account-history account)))

(defun change (account what amount)
  "Add AMOUNT, which may be negative. Signals OVERDRAWN and FROZEN; offers to allow it or to take what is there."
  (when (gethash account *frozen*) (error 'frozen :account account))
  (let ((rest (+ (account-balance account) amount)))
    (when (and (< rest 0) (< amount 0))
      (restart-case (error 'overdrawn :account account :missing (- rest))
        (allow () :report "Let the balance fall below zero.")
        (take-all () :report "Take only what is there."
          (setf amount (- (account-balance account))))))
    (let ((old (account-balance account)))
      (push (lambda () (setf (account-balance account) old)) *transaction*)
      (incf (account-balance account) amount)
      (record account what amount)
      amount)))

(defmacro with-transaction (() &body body)
  "If BODY does not end normally, all changes are taken back."
  (let ((done (gensym "DONE")))
    `(let ((*transaction* '()) (,done nil))
       (unwind-protect (multiple-value-prog1 (progn ,@body) (setq ,done t))
         (unless ,done (mapc #'funcall *transaction*))))))

(defun transfer (from to amount)
  (when (>= amount 1000) (signal 'large-transfer :amount amount))
  (with-transaction ()
    (change to :in amount)
    (change from :out (- amount))
    (values amount :transferred)))

(defparameter *ada* (make-account "Ada" 500))
(defparameter *bob* (make-account "Bob"))
(defparameter *eve* (make-savings "Eve" 2000 3/100))
(defun state (&optional (label "state")) (format t "~A: ~{~A~^, ~}~%" label (list *ada* *bob* *eve*)))

(state "start")
(format t "~S~%" (multiple-value-list (transfer *ada* *bob* 12345/100)))
(state)
(format t "failed: ~A~%" (handler-case (transfer *bob* *eve* 1000) (bank-error (c) (princ-to-string c))))
(state "taken back")
(format t "allowed: ~S~%"
        (handler-bind ((overdrawn (lambda (c) (if (< (missing c) 1000) (invoke-restart 'allow) nil))))
          (multiple-value-list (transfer *bob* *ada* 200))))
(format t "partial: ~S~%"
        (handler-bind ((overdrawn (lambda (c) (declare (ignore c)) (invoke-restart 'take-all))))
          (with-transaction () (change *ada* :fee -10000))))
(state)
(setf (gethash *eve* *frozen*) t)
(format t "frozen: ~A~%"
        (block attempt
          (handler-bind ((frozen (lambda (c)
                                   (return-from attempt (format nil "~A: ~A" (account-owner (failed-account c)) c)))))
            (transfer *eve* *bob* 50))))
(remhash *eve* *frozen*)
(state "thawed")
(let ((large '()))
  (handler-bind ((large-transfer (lambda (c) (push (amount c) large))))
    (transfer *eve* *ada* 1500)
    (transfer *eve* *ada* 1/3))
  (format t "large transfers: ~S~%" large))

(defun pay-interest (account)
  (typecase account
    (savings (change account :interest (* (savings-rate account) (account-balance account))))
    (account 0)))
(format t "interest: ~S~%" (mapcar #'pay-interest (list *ada* *eve*)))
(catch 'give-up
  (with-transaction ()
    (change *ada* :in 1000000)
    (throw 'give-up nil)))
(state "end")

;;; Reports.
(format t "~&~%~10A|~10@A|~8@A~%~10,,,'-A+~10,,,'-A+~8,,,'-A~%" "Owner" "Balance" "Changes" "" "" "")
(dolist (account (sort (list *ada* *bob* *eve*) #'> :key #'account-balance))
  (format t "~10A|~10,2F|~8D~%" (account-owner account) (account-balance account) (length (account-history account))))
(let ((totals (make-hash-table :test #'equal)))
  (loop for (owner what amount) across *journal* do (incf (gethash (list owner what) totals 0) amount))
  (format t "~{~{~A ~(~A~): ~,2@F~}~%~}"
          (sort (loop for (owner what) being the hash-keys of totals using (hash-value sum)
                      collect (list owner what sum))
                (lambda (a b)
                  (string< (format nil "~A ~A" (first a) (second a)) (format nil "~A ~A" (first b) (second b)))))))
(format t "journal: ~D entries, exact total ~S~%" (length *journal*)
        (reduce #'+ (mapcar #'account-balance (list *ada* *bob* *eve*))))
(format t "savings are accounts: ~S ~S ~S~%" (account-p *eve*) (savings-p *ada*) (equalp (copy-account *bob*) *bob*))
