;;;; LOOP in its simple form, for the modules before the whole of it.

(in-package "CLYSM.LIBRARY")

(defmacro loop (&rest forms)
  (let ((next (gensym)))
    `(block nil
       (tagbody
          ,next
          ,@forms
          (go ,next)))))
