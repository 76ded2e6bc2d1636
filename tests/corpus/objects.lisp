;;;; Objects: a catalogue of shapes, a machine shop, an interpreter and a visitor of two arguments.
;; rows: 7 N49

(setq *print-pretty* nil)

(defun show (label &rest values)
  (format t "~A:~{ ~S~}~%" label values))

;;; Shapes: accessors, a protocol with a default, PRINT-OBJECT.
(defgeneric area (shape) (:documentation "The area of SHAPE."))
(defgeneric scale (shape factor) (:documentation "Make SHAPE larger by FACTOR; returns it."))

(defclass shape () ((name :initarg :name :reader name) (drawn :initform 0 :allocation :class :accessor drawn)))
(defclass rectangle (shape) ((width :initarg :width :accessor width) (height :initarg :height :accessor height)))
(defclass square (rectangle) ())
(defclass circle (shape) ((radius :initarg :radius :initform 1 :accessor radius)) (:default-initargs :name "circle"))

(defmethod initialize-instance :after ((shape square) &key side)
  (when side
    (setf (width shape) side
          (height shape) side)))
(defmethod area ((shape rectangle)) (* (width shape) (height shape)))
(defmethod area ((shape circle)) (* 22/7 (expt (radius shape) 2)))
(defmethod scale ((shape rectangle) factor)
  (with-accessors ((w width) (h height)) shape
    (setf w (* w factor)
          h (* h factor)))
  shape)
(defmethod scale ((shape circle) factor)
  (with-slots (radius) shape (setf radius (* radius factor)))
  shape)
(defmethod scale :around ((shape shape) (factor (eql 1))) shape)
(defmethod print-object ((shape shape) stream)
  (print-unreadable-object (shape stream :type t)
    (format stream "~A ~A" (name shape) (area shape)))
  (incf (drawn shape)))

(defvar *shapes* (list (make-instance 'rectangle :name "door" :width 2 :height 3) (make-instance 'circle :radius 7)
                       (make-instance 'square :side 4 :name "tile")))
(format t "~{~A~%~}" *shapes*)
(show "sorted" (mapcar #'name (sort (copy-list *shapes*) #'> :key #'area)))
(show "scaled" (mapcar (lambda (shape) (area (scale shape 1/2))) *shapes*) (scale (first *shapes*) 1))
(show "printed" (drawn (second *shapes*)) "times")
(show "no shape" (handler-case (area 5) (error () :error)))
(show "no width" (handler-case (area (make-instance 'square :name "empty")) (unbound-slot (c) (cell-error-name c))))

;;; A machine shop: mixins, standard method combination, CHANGE-CLASS.
(defclass machine () ((id :initarg :id :reader id) (made :initform 0 :accessor made)))
(defclass logging () ((log :initform '() :accessor entries)))
(defclass limited () ((limit :initarg :limit :initform 2 :accessor limit)))
(defclass press (limited logging machine) ())
(defclass broken-machine () ((id :reader id) (made :reader made) (reason :initarg :reason :reader reason)))

(defgeneric work (machine part)
  (:method ((machine machine) part)
    (incf (made machine))
    (list (id machine) part)))
(defmethod work :before ((machine logging) part) (push part (entries machine)))
(defmethod work :after ((machine logging) part) (push (list part :done) (entries machine)))
(defmethod work :around ((machine limited) part)
  (cond ((< (made machine) (limit machine)) (call-next-method))
        (t (change-class machine 'broken-machine :reason (list :worn-out-before part))
           (work machine part))))
(defmethod work ((machine broken-machine) part) (list :refused part (reason machine)))

(let ((press (make-instance 'press :id 7)))
  (show "press" (mapcar (lambda (part) (work press part)) '(a b c d)))
  (show "afterwards" (type-of press) (id press) (made press) (slot-exists-p press 'log)))
(let ((machine (make-instance 'press :id 8 :limit 5)))
  (work machine 'bolt)
  (show "log" (entries machine)))

;;; An interpreter: one generic function, methods on classes of the language itself and on EQL.
(defgeneric evaluate (form environment)
  (:method (form environment) (declare (ignore environment)) form)
  (:method ((form symbol) environment) (cdr (or (assoc form environment) (error "no variable ~A" form))))
  (:method ((form cons) environment) (evaluate-operator (first form) (rest form) environment)))
(defgeneric evaluate-operator (operator operands environment)
  (:method ((operator symbol) operands environment)
    (apply operator (mapcar (lambda (operand) (evaluate operand environment)) operands)))
  (:method ((operator (eql 'if)) operands environment)
    (evaluate (if (evaluate (first operands) environment) (second operands) (third operands)) environment))
  (:method ((operator (eql 'let)) operands environment)
    (evaluate (third operands) (acons (first operands) (evaluate (second operands) environment) environment))))
(show "evaluated" (evaluate '(let x (+ 1 2) (if (> x 2) (* x x) nothing)) '())
      (handler-case (evaluate '(if (> 1 2) 1 nothing) '()) (error (c) (princ-to-string c))))
(defmethod evaluate-operator ((operator (eql 'twice)) operands environment)
  (evaluate `(progn ,@operands ,@operands) environment))
(defmethod evaluate-operator ((operator (eql 'progn)) operands environment)
  (let ((value nil)) (dolist (operand operands value) (setf value (evaluate operand environment)))))
(show "extended" (with-output-to-string (*standard-output*) (evaluate '(twice (princ (* y 2))) '((y . 21)))))

;;; Two arguments: what happens when things meet; costs add up over the classes.
(defgeneric meet (a b) (:method (a b) (list (type-of a) :ignores (type-of b))))
(defmethod meet ((a circle) (b rectangle)) (list :rolls-over (name b)))
(defmethod meet ((a rectangle) (b circle)) (reverse (meet b a)))
(defmethod meet ((a square) (b square)) (list :tiles (call-next-method)))
(show "met" (loop for a in *shapes* collect (loop for b in *shapes* collect (meet a b))))
(defgeneric cost (thing) (:method-combination + :most-specific-last))
(defmethod cost + ((thing machine)) 100)
(defmethod cost + ((thing limited)) (limit thing))
(defmethod cost + ((thing press)) 1000)
(show "cost" (cost (make-instance 'press :limit 30)))

;;; The program changes while it runs: instances stay the same objects.
(defvar *door* (first *shapes*))
(defclass shape () ((name :initarg :name :accessor name) (tags :initarg :tags :initform (list :new) :accessor tags)))
(defmethod print-object ((shape shape) stream) (format stream "<~A~{ ~A~}>" (name shape) (tags shape)))
(setf (name *door*) "gate")
(push :old (tags *door*))
(format t "~{~A ~}~%" *shapes*)
(show "redefined" (eq *door* (first *shapes*)) (area *door*) (slot-exists-p *door* 'drawn) (make-instance 'circle :tags '(:made)))
