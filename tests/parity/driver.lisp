;;;; Builds objects with the compiler loaded, unchanged, into another Common Lisp: SBCL, ECL or CLISP.
;;;; Nothing but standard functions, save the line that keeps ECL from calling a C compiler.

(defpackage "CLYSM.PARITY"
  (:use "COMMON-LISP")
  (:export "LOAD-COMPILER" "BUILD"))

(in-package "CLYSM.PARITY")

(setf *compile-verbose* nil *compile-print* nil *load-verbose* nil)

#+ecl (ext:install-bytecodes-compiler)
#+sbcl (declaim (sb-ext:muffle-conditions sb-ext:compiler-note))

(defun load-compiler (sources directory)
  "Compile and load the source files in order; compiled files go to DIRECTORY, a string that ends in a slash."
  (handler-bind ((warning #'muffle-warning))
    (with-compilation-unit ()
      (dolist (source sources)
        (let* ((name (file-namestring (compile-file-pathname source)))
               (output (merge-pathnames name directory)))
          (load (or (compile-file source :output-file output)
                    (error "~A does not compile" source))))))))

(defun compiler-function (name)
  (symbol-function (find-symbol name "CLYSM.COMPILER")))

(defun text-octets (text)
  (map '(vector (unsigned-byte 8)) #'char-code text))

(defun octets-text (octets)
  (map 'string #'code-char octets))

(defun file-octets (path)
  (with-open-file (stream path :element-type '(unsigned-byte 8))
    (let ((octets (make-array (file-length stream) :element-type '(unsigned-byte 8))))
      (read-sequence octets stream)
      octets)))

(defun write-octets (octets path)
  (ensure-directories-exist path)
  (with-open-file (stream path :element-type '(unsigned-byte 8) :direction :output :if-exists :supersede)
    (write-sequence octets stream)))

(defun successful (what status diagnostics)
  (unless (eql status 0)
    (error "~A: status ~D~%~A" what status (octets-text diagnostics))))

(defun compile-one (root directory path options)
  "Compile the module at PATH below ROOT; its object goes to the same path below DIRECTORY, named .wasm."
  (multiple-value-bind (status object interface diagnostics)
      (funcall (compiler-function "COMPILE-MODULE")
               (file-octets (merge-pathnames path root)) (text-octets options))
    (declare (ignore interface))
    (successful path status diagnostics)
    (write-octets object (make-pathname :type "wasm" :defaults (merge-pathnames path directory)))))

(defun build (root directory modules)
  "Compile MODULES, each a list (path options), in one session."
  (multiple-value-bind (status object interface diagnostics)
      (funcall (compiler-function "SESSION-BEGIN") (text-octets "nil"))
    (declare (ignore object interface))
    (successful "session_begin" status diagnostics))
  (dolist (module modules)
    (compile-one root directory (first module) (second module))))
