;;;; Macros that open a stream around a body.

(in-package "CLYSM.LIBRARY")

(eval-when (:compile-toplevel :load-toplevel :execute)
  (defun split-declarations (body)
    "The declarations at the start of BODY and, second value, the forms."
    (let ((declarations '()))
      (loop
        (if (and (consp body) (consp (car body)) (eq (caar body) 'declare))
            (push (pop body) declarations)
            (return (values (reverse declarations) body)))))))

(defmacro with-open-stream ((variable stream) &body body)
  "Run BODY with VARIABLE bound to STREAM, which is closed at the end, with :abort t on a non-local exit."
  (multiple-value-bind (declarations forms) (split-declarations body)
    (let ((abort (gensym "ABORT")))
      `(let ((,variable ,stream) (,abort t))
         ,@declarations
         (unwind-protect (multiple-value-prog1 (progn ,@forms) (setq ,abort nil))
           (when ,variable (close-stream ,variable ,abort)))))))

(defmacro with-open-file ((variable pathname &rest options) &body body)
  "Run BODY with VARIABLE bound to the stream that OPEN makes of PATHNAME and OPTIONS; see WITH-OPEN-STREAM."
  `(with-open-stream (,variable (open ,pathname ,@options)) ,@body))

(defmacro with-output-to-string ((variable &optional string &key (element-type ''character)) &body body)
  "Run BODY with VARIABLE bound to an output stream. The value is the text, or with STRING (which gets the text at its
fill pointer) the values of BODY."
  (multiple-value-bind (declarations forms) (split-declarations body)
    (if string
        `(let ((,variable ,(if (constantp element-type)
                               `(make-fill-pointer-output ,string)
                               `(prog1 (make-fill-pointer-output ,string) ,element-type))))
           ,@declarations
           (unwind-protect (progn ,@forms) (close-stream ,variable nil)))
        `(let ((,variable ,(if (equal element-type ''character)
                               '(new-string-output)
                               `(make-string-output-stream :element-type ,element-type))))
           ,@declarations
           (unwind-protect (progn ,@forms (get-output-stream-string ,variable))
             (close-stream ,variable nil))))))

(defmacro with-input-from-string ((variable string &key index (start 0) end) &body body)
  "Run BODY with VARIABLE bound to a stream that reads STRING from START to END. The place INDEX is set to the index of
the first character not read if BODY ends normally."
  (multiple-value-bind (declarations forms) (split-declarations body)
    (let ((string-variable (gensym "STRING")) (start-variable (gensym "START")))
      `(let* ((,string-variable ,string)
              (,start-variable ,start)
              (,variable (make-string-input-stream ,string-variable ,start-variable ,end)))
         ,@declarations
         (unwind-protect
              ,(if index
                   `(multiple-value-prog1 (progn ,@forms)
                      (setf ,index (+ ,start-variable (file-position ,variable))))
                   `(progn ,@forms))
           (close-stream ,variable nil))))))
