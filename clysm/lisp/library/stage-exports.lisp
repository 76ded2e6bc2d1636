;;;; The exports of a stage: the compiler's session functions behind addresses in linear memory.
;;;; Source: the contracts, section 3.1. A return record is six u32: address and length of three buffers. While a call
;;;; runs, the first two are line and column of the top-level form that is compiled: a host that stops the call sees where.

(in-package "CLYSM.LIBRARY")

(defun %memory-octets (address length)
  (let ((octets (%make-octets length)))
    (%mem->octets address octets 0 length)
    octets))

(defun %write-buffer (record octets)
  "Put OCTETS into a new buffer, its address and length into the return record."
  (let* ((length (length octets))
         (address (if (eql length 0) 0 (%buffer-alloc length))))
    (%octets->mem octets 0 address length)
    (%set-mem-32 record address)
    (%set-mem-32 (+ record 4) length)))

(defun %write-reply (record status output interface diagnostics)
  (%write-buffer record output)
  (%write-buffer (+ record 8) interface)
  (%write-buffer (+ record 16) diagnostics)
  status)

(defun %call-session (record function &rest arguments)
  (let ((clysm.compiler::*evaluate* #'%evaluate-in-session)
        (clysm.compiler::*note-place* (lambda (line column)
                                        (%set-mem-32 record line)
                                        (%set-mem-32 (+ record 4) column))))
    (multiple-value-bind (status output interface diagnostics) (apply function arguments)
      (finish-output *standard-output*) ; of what ran at compile time
      (%write-reply record status output interface diagnostics))))

(defun %stage-session-begin (options length record)
  (%call-session record #'clysm.compiler:session-begin (%memory-octets options length)))

(defun %stage-load-interface (octets length record)
  (%call-session record #'clysm.compiler:load-interface (%memory-octets octets length)))

(defun %stage-load-object (octets length record)
  (%call-session record #'clysm.compiler:load-object (%memory-octets octets length)))

(defun %stage-compile-form (source source-length options options-length record)
  (%call-session record #'clysm.compiler:compile-one-form
                 (%memory-octets source source-length) (%memory-octets options options-length)))

(defun %stage-compile-module (source source-length options options-length record)
  (%call-session record #'clysm.compiler:compile-module
                 (%memory-octets source source-length) (%memory-octets options options-length)))

(defun %stage-link (options length record)
  (%call-session record #'clysm.compiler:link (%memory-octets options length)))

(%declare-export "session_begin" 3 %stage-session-begin)
(%declare-export "load_interface" 3 %stage-load-interface)
(%declare-export "load_object" 3 %stage-load-object)
(%declare-export "compile_form" 5 %stage-compile-form)
(%declare-export "compile_module" 5 %stage-compile-module)
(%declare-export "link" 3 %stage-link)
