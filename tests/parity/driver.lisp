;;;; Builds objects with the compiler loaded, unchanged, into another Common Lisp: SBCL, ECL or CLISP.
;;;; Only standard functions, save one line that keeps ECL from calling a C compiler and one that quiets SBCL.

(defpackage "CLYSM.PARITY"
  (:use "COMMON-LISP")
  (:export "LOAD-COMPILER" "COMPILE-MODULES" "LINK-IMAGE"))

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
               (output (compile-file source :output-file (merge-pathnames name directory))))
          (load (or output (error "~A does not compile" source))))))))

;;; Octets and files

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

;;; Calls of the stage ABI: status, output, interface and diagnostics are their values

(defun call-compiler (what name &rest buffers)
  "Output and interface of the compiler's function NAME; its diagnostics as an error about WHAT if it fails."
  (multiple-value-bind (status output interface diagnostics)
      (apply (find-symbol name "CLYSM.COMPILER") buffers)
    (unless (eql status 0)
      (error "~A: status ~D~%~A" what status (octets-text diagnostics)))
    (values output interface)))

(defun compile-modules (root directory modules)
  "Compile MODULES, each a list (path options), in one session. Object and interface of PATH below ROOT go to the same
path below DIRECTORY, as types wasm and sexp; both are strings that end in a slash."
  (call-compiler "session_begin" "SESSION-BEGIN" (text-octets "nil"))
  (dolist (module modules)
    (destructuring-bind (path options) module
      (multiple-value-bind (object interface)
          (call-compiler path "COMPILE-MODULE" (file-octets (merge-pathnames path root)) (text-octets options))
        (let ((output (merge-pathnames path directory)))
          (write-octets object (make-pathname :type "wasm" :defaults output))
          (write-octets interface (make-pathname :type "sexp" :defaults output)))))))

(defun link-image (path options)
  "Link the objects of the session to an image at PATH."
  (write-octets (call-compiler "link" "LINK" (text-octets options)) path))
