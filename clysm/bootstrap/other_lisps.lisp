;;;; The compiler loaded, unchanged, into another Common Lisp: SBCL, ECL or CLISP. Scripts that Python writes call this.
;;;; Only standard functions, save a line that keeps ECL from calling a C compiler and one that quiets SBCL.

(defpackage "CLYSM.OTHER-LISPS"
  (:use "COMMON-LISP")
  (:export "LOAD-COMPILER" "COMPILE-MODULES" "LINK-IMAGE" "TIME-MODULES" "TIME-PROGRAM"))

(in-package "CLYSM.OTHER-LISPS")

(setf *compile-verbose* nil *compile-print* nil *load-verbose* nil)

#+sbcl (declaim (sb-ext:muffle-conditions sb-ext:compiler-note))

(defun compiled-file (source directory)
  "Compile the file; the compiled file is in DIRECTORY, a string that ends in a slash."
  (handler-bind ((warning #'muffle-warning))
    (let ((name (file-namestring (compile-file-pathname source))))
      (or (compile-file source :output-file (merge-pathnames name directory))
          (error "~A does not compile" source)))))

(defun load-compiler (sources directory)
  "Compile and load the source files in order; compiled files go to DIRECTORY."
  #+ecl (ext:install-bytecodes-compiler)
  (with-compilation-unit ()
    (dolist (source sources)
      (handler-bind ((warning #'muffle-warning))
        (load (compiled-file source directory))))))

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
path below DIRECTORY, as types wasm and sexp, unless DIRECTORY is NIL."
  (call-compiler "session_begin" "SESSION-BEGIN" (text-octets "nil"))
  (dolist (module modules)
    (destructuring-bind (path options) module
      (multiple-value-bind (object interface)
          (call-compiler path "COMPILE-MODULE" (file-octets (merge-pathnames path root)) (text-octets options))
        (when directory
          (let ((output (merge-pathnames path directory)))
            (write-octets object (make-pathname :type "wasm" :defaults output))
            (write-octets interface (make-pathname :type "sexp" :defaults output))))))))

(defun link-image (path options)
  "Link the objects of the session to an image at PATH."
  (write-octets (call-compiler "link" "LINK" (text-octets options)) path))

;;; Processor time: each run is a line `@ microseconds` of output

(defun time-runs (count function)
  (dotimes (i count)
    (let ((start (get-internal-run-time)))
      (funcall function)
      (let ((units (- (get-internal-run-time) start)))
        (format t "~&@ ~D~%" (floor (* 1000000 units) internal-time-units-per-second))
        (finish-output)))))

(defun time-modules (root modules count)
  "Compile the modules COUNT times."
  (time-runs count (lambda () (compile-modules root nil modules))))

(defun time-program (source directory count)
  "Compile a program once and load it COUNT times; what it printed the last time goes to the file `output` in DIRECTORY."
  (let ((compiled (compiled-file source directory)) (output ""))
    (time-runs count
               (lambda ()
                 (setf output
                       (with-output-to-string (*standard-output*)
                         (handler-bind ((warning #'muffle-warning))
                           (load compiled))))))
    (write-octets (text-octets output) (merge-pathnames "output" directory))))
