;;;; The order of strings: STRING/=, STRING< ... and the forms that ignore case.

(in-package "CLYSM.LIBRARY")

(defun %compare-strings (fold string-1 start1 end1 string-2 start2 end2)
  "-1, 0 or 1 as the first range is less than, equal to or greater than the second, and the index in STRING-1 of
the first difference. FOLD: ignore case."
  (multiple-value-bind (string-1 low-1 high-1) (%string-range string-1 start1 end1)
    (multiple-value-bind (string-2 low-2 high-2) (%string-range string-2 start2 end2)
      (do ((i low-1 (%fix+ i 1))
           (j low-2 (%fix+ j 1)))
          ((or (%fix>= i high-1) (%fix>= j high-2))
           (values (cond ((%fix< j high-2) -1)
                         ((%fix< i high-1) 1)
                         (t 0))
                   (%fix+ start1 (%fix- i low-1))))
        (let ((a (%schar-code string-1 i))
              (b (%schar-code string-2 j)))
          (when fold
            (setq a (%upcase-code a)
                  b (%upcase-code b)))
          (unless (%fix= a b)
            (return (values (if (%fix< a b) -1 1)
                            (%fix+ start1 (%fix- i low-1))))))))))

(defmacro define-string-orders (&rest rows)
  "Each row is (name fold form documentation); FORM says of ORDER, as %COMPARE-STRINGS gives it, if the name holds."
  `(progn
     ,@(mapcar (lambda (row)
                 (destructuring-bind (name fold form documentation) row
                   `(defun ,name (string-1 string-2 &key (start1 0) end1 (start2 0) end2)
                      ,(concatenate 'string "The index in STRING-1 of the first difference if " documentation
                                    ", else NIL.")
                      (multiple-value-bind (order index)
                          (%compare-strings ,fold string-1 start1 end1 string-2 start2 end2)
                        (if ,form index nil)))))
               rows)))

(define-string-orders
  (string/= nil (not (%fix= order 0)) "the strings differ")
  (string<  nil (%fix< order 0)       "STRING-1 is less than STRING-2")
  (string>  nil (%fix> order 0)       "STRING-1 is greater than STRING-2")
  (string<= nil (%fix<= order 0)      "STRING-1 is not greater than STRING-2")
  (string>= nil (%fix>= order 0)      "STRING-1 is not less than STRING-2")
  (string-not-equal    t (not (%fix= order 0)) "the strings differ in more than case")
  (string-lessp        t (%fix< order 0)       "STRING-1 is less than STRING-2, ignoring case")
  (string-greaterp     t (%fix> order 0)       "STRING-1 is greater than STRING-2, ignoring case")
  (string-not-greaterp t (%fix<= order 0)      "STRING-1 is not greater than STRING-2, ignoring case")
  (string-not-lessp    t (%fix>= order 0)      "STRING-1 is not less than STRING-2, ignoring case"))
