;;;; Case of characters: the table of letters that have two cases, and what follows from it.

(in-package "CLYSM.LIBRARY")

;;; Rows (first last distance): the upper case letters FIRST to LAST have their lower case letter DISTANCE further on.
;;; Distance 1: upper and lower case alternate, starting with an upper case letter. ASCII is decided by arithmetic.
;;; Source: Unicode Character Database, simple case mappings that are one to one and form regular rows: Latin, Greek,
;;; Cyrillic, Armenian, Glagolitic, Coptic, Deseret and the full-width forms. All other characters have no case.

(defparameter *case-table*
  '#(#xC0 #xD6 32      #xD8 #xDE 32      #x100 #x12F 1     #x132 #x137 1     #x139 #x148 1
     #x14A #x177 1     #x178 #x178 -121  #x179 #x17E 1     #x1CD #x1DC 1     #x1DE #x1EF 1
     #x1F8 #x21F 1     #x222 #x233 1     #x370 #x373 1     #x376 #x377 1     #x386 #x386 38
     #x388 #x38A 37    #x38C #x38C 64    #x38E #x38F 63    #x391 #x3A1 32    #x3A3 #x3AB 32
     #x3CF #x3CF 8     #x3D8 #x3EF 1     #x400 #x40F 80    #x410 #x42F 32    #x460 #x481 1
     #x48A #x4BF 1     #x4C0 #x4C0 15    #x4C1 #x4CE 1     #x4D0 #x52F 1     #x531 #x556 48
     #x1E00 #x1E95 1   #x1EA0 #x1EFF 1   #x1F08 #x1F0F -8  #x1F18 #x1F1D -8  #x1F28 #x1F2F -8
     #x1F38 #x1F3F -8  #x1F48 #x1F4D -8  #x1F68 #x1F6F -8  #x2C00 #x2C2E 48  #x2C80 #x2CE3 1
     #xA640 #xA66D 1   #xA680 #xA69B 1   #xFF21 #xFF3A 32  #x10400 #x10427 40)
  "Flat vector of rows of three code points, as described above.")

(defun %table-lower (code)
  "The code of the lower case form of the upper case letter CODE above ASCII, or NIL if it is no such letter."
  (do ((i 0 (%fix+ i 3)))
      ((%fix>= i (%vector-length *case-table*)) nil)
    (let ((first (%svref *case-table* i))
          (last (%svref *case-table* (%fix+ i 1)))
          (distance (%svref *case-table* (%fix+ i 2))))
      (when (and (%fix<= first code) (%fix<= code last))
        (return (if (and (eq distance 1) (%fix= 1 (%fix-and 1 (%fix- code first))))
                    nil
                    (%fix+ code distance)))))))

(defun %table-upper (code)
  "The code of the upper case form of the lower case letter CODE above ASCII, or NIL if it is no such letter."
  (do ((i 0 (%fix+ i 3)))
      ((%fix>= i (%vector-length *case-table*)) nil)
    (let* ((first (%svref *case-table* i))
           (last (%svref *case-table* (%fix+ i 1)))
           (distance (%svref *case-table* (%fix+ i 2)))
           (upper (%fix- code distance)))
      (when (and (%fix<= first upper) (%fix<= upper last)
                 (not (and (eq distance 1) (%fix= 1 (%fix-and 1 (%fix- upper first))))))
        (return upper)))))

(defun %upcase-code (code)
  "The code of the upper case form of the character CODE, CODE itself if there is none."
  (cond ((%fix< code 128)
         (if (and (%fix<= 97 code) (%fix<= code 122)) (%fix- code 32) code))
        (t (or (%table-upper code) code))))

(defun %downcase-code (code)
  "The code of the lower case form of the character CODE, CODE itself if there is none."
  (cond ((%fix< code 128)
         (if (and (%fix<= 65 code) (%fix<= code 90)) (%fix+ code 32) code))
        (t (or (%table-lower code) code))))

(defun %character-code (x)
  "The code of the character X; a TYPE-ERROR if it is none."
  (if (characterp x)
      (%char-code x)
      (%wrong-type x 'character)))

(defun char-upcase (character)
  "The upper case form of CHARACTER, or CHARACTER."
  (%code-char (%upcase-code (%character-code character))))

(defun char-downcase (character)
  "The lower case form of CHARACTER, or CHARACTER."
  (%code-char (%downcase-code (%character-code character))))

(defun upper-case-p (character)
  "True if CHARACTER has a lower case form."
  (let ((code (%character-code character)))
    (not (%fix= code (%downcase-code code)))))

(defun lower-case-p (character)
  "True if CHARACTER has an upper case form."
  (let ((code (%character-code character)))
    (not (%fix= code (%upcase-code code)))))

(defun both-case-p (character)
  "True if CHARACTER has a form in the other case."
  (or (upper-case-p character) (lower-case-p character)))
