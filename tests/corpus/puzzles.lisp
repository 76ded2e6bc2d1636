;;;; Classic searches: queens, knight's tour, sudoku, coins, maze, game of life.
;; rows: 5 6 14 15 N20

(setq *print-pretty* nil)

;;; Queens, by lists and by bits.
(defun safe-p (queen queens)
  (loop for other in queens for distance from 1
        never (or (= queen other) (= (abs (- queen other)) distance))))
(defun queens (n)
  (labels ((place (row queens)
             (if (= row n)
                 (list (reverse queens))
                 (loop for column below n
                       when (safe-p column queens) append (place (+ row 1) (cons column queens))))))
    (place 0 '())))
(defun count-queens (n)
  (let ((all (- (ash 1 n) 1)))
    (labels ((try (columns left right)
               (if (= columns all) 1
                   (loop with free = (logandc2 all (logior columns left right))
                         until (zerop free)
                         sum (let ((bit (logand free (- free)))) (setf free (logxor free bit))
                               (try (logior columns bit) (ash (logior left bit) 1) (ash (logior right bit) -1)))))))
      (try 0 0 0))))
(format t "queens: ~S ~S ~S~%" (queens 4) (length (queens 6)) (mapcar #'count-queens '(1 2 3 4 5 6 7 8)))
(format t "~{~{~:[.~;Q~]~}~%~}"
        (let ((solution (first (queens 6))))
          (loop for queen in solution collect (loop for column below 6 collect (= column queen)))))

;;; Sudoku with candidate sets in bits.
(defparameter *sudoku* "530070000600195000098000060800060003400803001700020006060000280000419005000080079")
(defun solve (board)
  (labels ((used (cell)
             (multiple-value-bind (row column) (floor cell 9)
               (let ((mask 0))
                 (dotimes (i 9 mask)
                   (flet ((mark (at) (setf mask (logior mask (ash 1 (aref board at))))))
                     (mark (+ (* 9 row) i))
                     (mark (+ (* 9 i) column))
                     (mark (+ (* 9 (+ (* 3 (floor row 3)) (floor i 3))) (* 3 (floor column 3)) (mod i 3))))))))
           (best-cell ()
             (loop with best = nil and fewest = 10
                   for cell below 81
                   when (zerop (aref board cell))
                     do (let ((open (- 9 (logcount (logandc2 (used cell) 1)))))
                          (when (< open fewest) (setf best cell fewest open)))
                   finally (return best)))
           (search-from ()
             (let ((cell (best-cell)))
               (when (null cell) (return-from solve board))
               (let ((mask (used cell)))
                 (loop for digit from 1 to 9
                       unless (logbitp digit mask)
                         do (setf (aref board cell) digit) (search-from))
                 (setf (aref board cell) 0)))))
    (search-from)
    nil))
(let ((solution (solve (map 'vector #'digit-char-p *sudoku*))))
  (format t "sudoku: ~{~A~}~%" (loop for i below 81 collect (aref solution i))))

;;; Counting change, longest common subsequence, knapsack: by tables.
(defun count-change (amount coins)
  (let ((ways (make-array (+ amount 1) :initial-element 0)))
    (setf (aref ways 0) 1)
    (dolist (coin coins (aref ways amount))
      (loop for i from coin to amount do (incf (aref ways i) (aref ways (- i coin)))))))
(format t "change: ~D ~D~%" (count-change 100 '(50 25 10 5 1)) (count-change 10000 '(50 25 10 5 1)))
(defun common (a b)
  (let ((table (make-array (list (+ 1 (length a)) (+ 1 (length b))) :initial-element '())))
    (dotimes (i (length a))
      (dotimes (j (length b))
        (setf (aref table (+ i 1) (+ j 1))
              (if (eql (elt a i) (elt b j))
                  (cons (elt a i) (aref table i j))
                  (let ((x (aref table i (+ j 1))) (y (aref table (+ i 1) j))) (if (> (length x) (length y)) x y))))))
    (coerce (reverse (aref table (length a) (length b))) 'string)))
(format t "common: ~S ~S~%" (common "AGGTAB" "GXTXAYB") (common "nematode knowledge" "empty bottle"))

;;; Breadth-first search through a maze.
(defparameter *maze* #("#########" "#S..#...#" "#.#.#.#.#" "#.#...#.#" "#.#####.#" "#......E#" "#########"))
(defun cell (row column) (char (aref *maze* row) column))
(defun find-cell (c)
  (dotimes (row (length *maze*))
    (let ((column (position c (aref *maze* row)))) (when column (return (list row column))))))
(defun shortest (from to)
  (let ((seen (make-hash-table :test #'equal)) (queue (list (list from))))
    (setf (gethash from seen) t)
    (loop while queue
          do (let* ((path (pop queue)) (here (first path)))
               (when (equal here to) (return (reverse path)))
               (loop for (dr dc) in '((0 1) (1 0) (0 -1) (-1 0))
                     for next = (list (+ (first here) dr) (+ (second here) dc))
                     unless (or (char= #\# (cell (first next) (second next))) (gethash next seen))
                       do (setf (gethash next seen) t queue (append queue (list (cons next path)))))))))
(let ((path (shortest (find-cell #\S) (find-cell #\E))))
  (format t "maze: ~D steps~%" (- (length path) 1))
  (dotimes (row (length *maze*))
    (format t "~{~C~}~%"
            (loop for column below 9
                  collect (if (and (char= #\. (cell row column)) (member (list row column) path :test #'equal))
                              #\*
                              (cell row column))))))

;;; The game of life on a torus: a glider comes back after four times its width.
(defun step-life (board)
  (destructuring-bind (rows columns) (array-dimensions board)
    (let ((next (make-array (list rows columns) :element-type 'bit :initial-element 0)))
      (dotimes (r rows next)
        (dotimes (c columns)
          (let ((neighbours (loop for dr from -1 to 1
                                  sum (loop for dc from -1 to 1
                                            unless (= dr dc 0)
                                            sum (aref board (mod (+ r dr) rows) (mod (+ c dc) columns))))))
            (setf (aref next r c) (if (or (= neighbours 3) (and (= neighbours 2) (= 1 (aref board r c)))) 1 0))))))))
(let* ((start (make-array '(6 6) :element-type 'bit :initial-contents
                          '((0 1 0 0 0 0) (0 0 1 0 0 0) (1 1 1 0 0 0) (0 0 0 0 0 0) (0 0 0 0 0 0) (0 0 0 0 0 0))))
       (board start))
  (dotimes (i 24) (setf board (step-life board)))
  (format t "life: ~A~%~{~{~[.~;o~]~}~%~}" (equalp board start)
          (let ((after (step-life start)))
            (loop for r below 4 collect (loop for c below 6 collect (aref after r c))))))
