;;;; Exponential, logarithm and power of doubles, with errors little above half a unit in the last place.
;;;;
;;;; The methods are those of P. T. P. Tang (1989, 1990): a table reduces the argument to one for a short series.

(in-package "CLYSM.LIBRARY")

;;; Exponential: x = n * log(2) / 32 + r; e^x = 2^(n / 32) * e^r

(defparameter *powers-of-two*
  '#(1.0d0 0.0d0 1.0218971486541166d0 5.109225028973444d-17
     1.0442737824274138d0 8.551889705537965d-17 1.0671404006768237d0 -7.899853966841582d-17
     1.0905077326652577d0 -3.046782079812471d-17 1.1143867425958924d0 1.0410278456845571d-16
     1.1387886347566916d0 8.912812676025408d-17 1.1637248587775775d0 3.8292048369240935d-17
     1.189207115002721d0 3.982015231465646d-17 1.215247359980469d0 -7.712630692681488d-17
     1.241857812073484d0 4.658027591836937d-17 1.2690509571917332d0 2.667932131342186d-18
     1.2968395546510096d0 2.5382502794888315d-17 1.3252366431597413d0 -2.8587312100388614d-17
     1.3542555469368927d0 7.70094837980299d-17 1.383909881963832d0 -6.770511658794786d-17
     1.4142135623730951d0 -9.667293313452913d-17 1.4451808069770467d0 -3.0237581349939873d-17
     1.4768261459394993d0 -3.483994556892796d-17 1.5091644275934228d0 -1.016455327754295d-16
     1.5422108254079407d0 7.949834809697621d-17 1.5759808451078865d0 -1.0136916471278304d-17
     1.6104903319492543d0 2.4707192569797888d-17 1.645755478153965d0 -1.0125679913674773d-16
     1.681792830507429d0 8.199010020581497d-17 1.718619298122478d0 -1.851380418263111d-17
     1.7562521603732995d0 2.960140695448873d-17 1.7947090750031072d0 1.8227458427912087d-17
     1.8340080864093424d0 3.283107224245627d-17 1.8741676341103d0 -6.122763413004143d-17
     1.9152065613971474d0 -1.0619946056195963d-16 1.9571441241754002d0 8.960767791036668d-17)
  "For j from 0 to 31 the high and the low part of 2^(j / 32).")

(defun %exp-parts (xh xl)
  "High and low part of a double-double in [1, 2], and integer k: e^(XH + XL) is their sum times 2^k; |XH| < 760."
  (let* ((n (%double->fix (%double-nearest (d* xh 46.16624130844683d0))))
         (steps (%fix->double n))
         ;; log(2) / 32 in two parts, of which the first has few enough bits for an exact product.
         (r (d+ (d- xh (d* steps 0.021660849391992087d0) (d* steps 5.062034433330175d-13)) xl))
         (growth (d+ r (d* r r (d-polynomial r 0.5d0 0.16666666666666666d0 0.041666666666666664d0 0.008333333333333333d0
                                              0.001388888888888889d0 0.0001984126984126984d0))))
         (index (%fix* 2 (%fix-and n 31)))
         (power (%svref *powers-of-two* index))
         (rest (d+ (%svref *powers-of-two* (%fix+ index 1)) (d* power growth))))
    (with-fast-two-sum (h l) (power rest)
      (values h l (%fix-shr n 5)))))

(defun %double-exp-sum (xh xl)
  "e^(XH + XL); infinite or zero if it is out of range, a NaN for a NaN."
  (cond ((%double< xh -750d0) 0d0)
        ((%double< xh 750d0)
         (multiple-value-bind (h l k) (%exp-parts xh xl)
           (declare (ignore l))
           (%double-scale h k)))
        (t (d* xh 1d308))))

(defun %double-exp (x)
  "e^X; infinite or zero if it is out of range, a NaN for a NaN."
  (%double-exp-sum x 0d0))

;;; Logarithm: x = 2^k * m; with f near m, log(m) = log(f) + 2 atanh((m - f) / (m + f))

(defparameter *logarithms*
  '#(-0.3522205935893521d0 -5.7233316949182485d-18 -0.33024168687057687d0 1.0828321637483858d-17
     -0.3087354816496133d0 1.6199186085148102d-17 -0.2876820724517809d0 -2.607160616442564d-17
     -0.26706278524904525d0 7.32891532732017d-18 -0.24686007793152578d0 -1.361743371748368d-17
     -0.22705745063534608d0 -9.551415762738488d-18 -0.2076393647782445d0 -1.2053243216686129d-17
     -0.18859116980755003d0 7.432164219196925d-18 -0.16989903679539747d0 4.868008764439071d-19
     -0.15154989812720093d0 -5.1669593684615594d-18 -0.13353139262452263d0 3.664457663660085d-18
     -0.1158318155251217d0 -4.338484369808096d-18 -0.09844007281325252d0 4.439009633675136d-18
     -0.0813456394539524d0 -5.07707635593117d-18 -0.06453852113757118d0 6.470486661692933d-18
     -0.048009219186360606d0 -1.4390903347292205d-18 -0.0317486983145803d0 -3.0382263084680858d-18
     -0.015748356968139168d0 -1.0021578630528974d-18 0.0d0 0.0d0
     0.015504186535965254d0 -3.278321022892429d-19 0.030771658666753687d0 1.0431732029005968d-18
     0.0458095360312942d0 1.902959866474257d-18 0.06062462181643484d0 2.6424025938726934d-18
     0.07522342123758753d0 -5.930604196293241d-18 0.08961215868968714d0 -5.4268129336647135d-18
     0.10379679368164356d0 5.47772415726659d-18 0.11778303565638346d0 -1.1971685747593677d-18
     0.13157635778871926d0 1.1123000879729588d-17 0.1451820098444979d0 8.242418783022475d-18
     0.15860503017663857d0 1.1257003872182592d-17 0.17185025692665923d0 -6.0224538210113705d-18
     0.184922338494012d0 3.0236614153574064d-18 0.19782574332991987d0 1.2821194372980142d-17
     0.21056476910734964d0 -4.249405314729895d-18 0.22314355131420976d0 -9.091270597324799d-18
     0.2355660713127669d0 -2.3943371495187355d-18 0.24783616390458127d0 -1.2432209578702523d-17
     0.25995752443692605d0 2.069806938978935d-17 0.27193371548364176d0 7.83319637697442d-19
     0.2837681731306446d0 -2.032665581126656d-17 0.2954642128938359d0 -2.16461086040599d-17
     0.3070250352949119d0 -1.2319916200101964d-17 0.3184537311185346d0 2.7114779367326236d-17
     0.329753286372468d0 2.122020616196946d-18 0.3409265869705932d0 1.7467136443544747d-17
     0.3519764231571782d0 -1.2953893030191963d-17)
  "For j from 45 to 91 the high and the low part of log(j / 64).")

(defun %log-near-one (m k)
  "High and low part of log(M * 2^K) for M in [0.7, 1.42]."
  (let* ((j (%double->fix (%double-nearest (d* m 64d0))))
         (f (d* (%fix->double j) 0.015625d0))
         (index (%fix* 2 (%fix- j 45)))
         (scale (%fix->double k))
         (difference (d- m f)))
    (with-two-sum (sum sum-low) (m f)
      (let ((s (d/ difference sum)))
        (with-two-product (product product-low) (s sum)
          (let* ((s-low (d/ (d- difference product product-low (d* s sum-low)) sum))
                 (square (d* s s))
                 (series (d* s square (d-polynomial square 0.6666666666666666d0 0.4d0 0.2857142857142857d0
                                                    0.2222222222222222d0)))
                 ;; log(2) in two parts, of which the first has few enough bits for an exact product.
                 (whole (d* scale 0.6931471805592082d0))
                 (entry (%svref *logarithms* index))
                 (twice (d* 2d0 s)))
            (with-two-sum (a a-low) (whole entry)
              (with-two-sum (b b-low) (a twice)
                (let ((rest (d+ (d* scale 7.371002565167799d-13) (%svref *logarithms* (%fix+ index 1))
                                (d* 2d0 s-low) series a-low b-low)))
                  (with-fast-two-sum (h l) (b rest)
                    (values h l)))))))))))

(defun %double-log-parts (x)
  "High and low part of the natural logarithm of X, positive and finite."
  (let ((biased (%double-biased-exponent x)))
    (if (eq biased 0)
        (multiple-value-bind (h l) (%double-log-parts (%double-scale x 54))
          (dd+ h l -37.42994775023705d0 1.1902053746983427d-15))
        (let* ((k (%fix- biased 1023))
               (m (%double-scale x (%fix- 0 k))))
          (if (%double< m 1.4140625d0)
              (%log-near-one m k)
              (%log-near-one (d* m 0.5d0) (%fix+ k 1)))))))

(defun %double-log (x)
  "The natural logarithm of the double X > 0; X itself if it is infinite or a NaN."
  (if (%finite-double-p x)
      (values (%double-log-parts x))
      x))

(defun %log1p-parts (xh xl)
  "High and low part of log(1 + XH + XL) for XH + XL > -1."
  (with-two-sum (h l) (1d0 xh)
    (let ((rest (d/ (d+ l xl) h)))
      (multiple-value-bind (logarithm low) (%double-log-parts h)
        (dd+ logarithm low rest 0d0)))))

;;; Power: x^y = e^(y * log(x))

(defun %double-power (x y)
  "X^Y for doubles X > 0 and Y, both finite; infinite or zero if it is out of range."
  (multiple-value-bind (h l) (%double-log-parts x)
    (let ((estimate (d* y h)))
      (if (%double< (%double-abs estimate) 750d0)
          (with-two-product (high low) (y h)
            (%double-exp-sum high (d+ low (d* y l))))
          (%double-exp estimate)))))
