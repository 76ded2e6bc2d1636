;;;; The modules of Clysm, in reading order: the one list of files. The core is the compiler and the part of the library
;;;; that it uses; the library is the rest of COMMON-LISP. A dependency is one at compile time (a macro, structure, inline
;;;; function, constant of the other module) or at load time (a top-level form runs its code).

(defsystem "clysm/core"
  :components
  ((:file "library/backquote")
   (:file "library/control"
    :depends-on ("library/backquote"))
   (:file "library/simple-loop"
    :depends-on ("library/backquote"))
   (:file "library/iteration"
    :depends-on ("library/backquote" "library/control" "library/simple-loop"))
   (:file "library/sequencing"
    :depends-on ("library/backquote" "library/control" "library/iteration"))
   (:file "library/case"
    :depends-on ("library/backquote" "library/control" "library/iteration"))
   (:file "library/setf"
    :depends-on ("library/backquote" "library/control" "library/iteration"))
   (:file "library/places"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/setf"))
   (:file "library/evaluation-constants")
   (:file "library/image-loader"
    :depends-on ("library/backquote" "library/control" "library/simple-loop"))
   (:file "library/checks"
    :depends-on ("library/backquote" "library/control"))
   (:file "library/structures"
    :depends-on ("library/control" "library/iteration"))
   (:file "library/layouts"
    :depends-on ("library/control" "library/simple-loop"))
   (:file "library/runtime-environment"
    :depends-on ("library/backquote" "library/setf" "library/checks"))
   (:file "library/macro-support"
    :depends-on ("library/backquote" "library/control" "library/simple-loop"))
   (:file "library/define-condition"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/places"))
   (:file "library/primitive-functions"
    :depends-on ("library/setf"))
   (:file "library/equality"
    :depends-on ("library/control" "library/simple-loop" "library/iteration"))
   (:file "library/element-tests"
    :depends-on ("library/control" "library/equality"))
   (:file "library/lists"
    :depends-on ("library/backquote" "library/control" "library/simple-loop" "library/iteration" "library/places"
                 "library/checks"))
   (:file "library/cxr"
    :depends-on ("library/backquote"))
   (:file "library/membership"
    :depends-on ("library/control" "library/iteration" "library/checks"))
   (:file "library/alists"
    :depends-on ("library/control" "library/iteration" "library/checks"))
   (:file "library/plists"
    :depends-on ("library/backquote" "library/control" "library/iteration"))
   (:file "library/list-mapping"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/checks"))
   (:file "library/integers"
    :depends-on ("library/backquote" "library/control" "library/iteration"))
   (:file "library/number-identity"
    :depends-on ("library/control"))
   (:file "library/integer-division"
    :depends-on ("library/backquote" "library/control" "library/simple-loop" "library/iteration" "library/integers"))
   (:file "library/integer-bits"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/integers"))
   (:file "library/vector-data"
    :depends-on ("library/backquote" "library/control" "library/simple-loop" "library/iteration" "library/case"
                 "library/structures" "library/membership" "library/integers"))
   (:file "library/arrays"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/setf" "library/checks"
                 "library/integers" "library/vector-data"))
   (:file "library/make-array"
    :depends-on ("library/control" "library/iteration" "library/checks" "library/vector-data" "library/arrays"))
   (:file "library/sequences"
    :depends-on ("library/backquote" "library/control" "library/simple-loop" "library/iteration" "library/checks"))
   (:file "library/find"
    :depends-on ("library/control" "library/iteration" "library/checks" "library/sequences"))
   (:file "library/remove"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/setf" "library/checks"
                 "library/sequences"))
   (:file "library/sequence-types"
    :depends-on ("library/control" "library/iteration" "library/case" "library/checks"))
   (:file "library/concatenate"
    :depends-on ("library/control" "library/iteration" "library/checks" "library/sequences"))
   (:file "library/map"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/setf" "library/checks"
                 "library/vector-data"))
   (:file "library/sort"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/sequences"))
   (:file "library/character-case"
    :depends-on ("library/control" "library/iteration"))
   (:file "library/characters"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/checks" "library/integers"))
   (:file "library/strings"
    :depends-on ("library/control" "library/iteration" "library/sequences"))
   (:file "library/string-case"
    :depends-on ("library/backquote" "library/control" "library/simple-loop" "library/iteration" "library/find"))
   (:file "library/string-order"
    :depends-on ("library/backquote" "library/control" "library/iteration"))
   (:file "library/hashing"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/equality"
                 "library/vector-data"))
   (:file "library/hash-tables"
    :depends-on ("library/backquote" "library/control" "library/simple-loop" "library/iteration" "library/case"
                 "library/equality" "library/element-tests" "library/integers" "library/vector-data" "library/find"))
   (:file "library/data-and-control"
    :depends-on ("library/control" "library/iteration"))
   (:file "library/control-support"
    :depends-on ("library/control" "library/simple-loop" "library/setf" "library/layouts"))
   (:file "library/string-tables"
    :depends-on ("library/control" "library/simple-loop" "library/setf" "library/vector-data" "library/sequences"))
   (:file "library/class-precedence"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/setf" "library/places"
                 "library/membership" "library/remove"))
   (:file "library/condition-classes"
    :depends-on ("library/backquote" "library/control" "library/simple-loop" "library/iteration" "library/setf"
                 "library/places" "library/layouts" "library/membership" "library/alists" "library/vector-data"
                 "library/remove"))
   (:file "library/handlers"
    :depends-on ("library/backquote" "library/control" "library/simple-loop" "library/iteration" "library/alists"
                 "library/remove"))
   (:file "library/restarts"
    :depends-on ("library/backquote" "library/control" "library/simple-loop" "library/iteration" "library/setf"
                 "library/places" "library/membership" "library/alists" "library/vector-data" "library/sequences"))
   (:file "library/signals"
    :depends-on ("library/backquote" "library/control" "library/case" "library/handlers" "library/restarts"))
   (:file "library/symbols"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/setf" "library/places"
                 "library/integers"))
   (:file "library/packages"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/case" "library/setf"
                 "library/places" "library/lists" "library/remove" "library/string-tables" "library/handlers"
                 "library/restarts"))
   (:file "library/image-packages"
    :depends-on ("library/control" "library/iteration" "library/image-loader" "library/runtime-environment"
                 "library/plists" "library/list-mapping" "library/number-identity" "library/hashing"
                 "library/hash-tables" "library/control-support" "library/condition-classes" "library/signals"
                 "library/symbols" "library/packages"))
   (:file "library/standard-symbols"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/string-tables" "library/packages"
                 "library/image-packages"))
   (:file "library/package-symbols"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/membership" "library/remove" "library/string-tables" "library/handlers" "library/restarts"
                 "library/symbols" "library/packages"))
   (:file "library/package-operations"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/case" "library/setf"
                 "library/places" "library/membership" "library/remove" "library/handlers" "library/restarts"
                 "library/packages"))
   (:file "library/package-definition"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/case" "library/setf"
                 "library/places" "library/membership" "library/alists" "library/handlers" "library/restarts"
                 "library/packages"))
   (:file "library/package-iteration"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/setf" "library/places"
                 "library/membership" "library/string-tables" "library/packages"))
   (:file "library/print-variables"
    :depends-on ("library/backquote"))
   (:file "library/standard-conditions"
    :depends-on ("library/backquote" "library/layouts" "library/runtime-environment" "library/define-condition"
                 "library/plists" "library/list-mapping" "library/number-identity" "library/integer-division"
                 "library/integer-bits" "library/arrays" "library/sequence-types" "library/concatenate"
                 "library/map" "library/character-case" "library/characters" "library/strings" "library/string-case"
                 "library/hashing" "library/hash-tables" "library/control-support" "library/condition-classes"
                 "library/signals" "library/symbols" "library/packages" "library/print-variables"))
   (:file "library/standard-restarts"
    :depends-on ("library/control"))
   (:file "library/assertions"
    :depends-on ("library/backquote" "library/control" "library/case" "library/handlers" "library/restarts"))
   (:file "library/kernel-errors"
    :depends-on ("library/control"))
   (:file "library/integer-text"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/places"
                 "library/define-condition" "library/standard-conditions"))
   (:file "library/classes"
    :depends-on ("library/control" "library/iteration" "library/layouts"))
   (:file "library/deftype"
    :depends-on ("library/backquote" "library/control" "library/simple-loop" "library/iteration" "library/places"
                 "library/evaluation-constants" "library/membership"))
   (:file "library/type-forms"
    :depends-on ("library/backquote" "library/control" "library/case" "library/membership" "library/alists"
                 "library/integers" "library/remove"))
   (:file "library/typep"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/case" "library/layouts"
                 "library/membership" "library/integers"))
   (:file "library/type-of"
    :depends-on ("library/control" "library/layouts" "library/integers" "library/classes"))
   (:file "library/coerce"
    :depends-on ("library/control" "library/case" "library/layouts" "library/integers"))
   (:file "library/stream-conditions"
    :depends-on ("library/control" "library/case" "library/define-condition" "library/assertions"
                 "library/kernel-errors" "library/integer-text" "library/classes" "library/type-of"))
   (:file "library/streams"
    :depends-on ("library/backquote" "library/control" "library/setf" "library/integers"
                 "library/standard-conditions"))
   (:file "library/stream-output"
    :depends-on ("library/control" "library/iteration" "library/integers" "library/streams"))
   (:file "library/stream-input"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/setf" "library/places"
                 "library/type-forms" "library/streams" "library/readtables"))
   (:file "library/string-streams"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/streams"))
   (:file "library/stream-macros"
    :depends-on ("library/backquote" "library/control" "library/simple-loop" "library/setf" "library/places"))
   (:file "library/utf8"
    :depends-on ("library/control" "library/simple-loop" "library/iteration"))
   (:file "library/host-memory"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/places"))
   (:file "library/file-streams"
    :depends-on ("library/backquote" "library/control" "library/simple-loop" "library/iteration" "library/setf"
                 "library/places" "library/streams" "library/host-memory"))
   (:file "library/composite-streams"
    :depends-on ("library/backquote" "library/control" "library/simple-loop" "library/iteration" "library/setf"
                 "library/streams"))
   (:file "library/standard-streams"
    :depends-on ("library/control" "library/streams" "library/file-streams" "library/composite-streams"))
   (:file "library/program"
    :depends-on ("library/control" "library/layouts" "library/control-support" "library/standard-streams"))
   (:file "library/queries"
    :depends-on ("library/control" "library/simple-loop" "library/standard-streams"))
   (:file "library/readtables"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/membership" "library/alists"
                 "library/remove" "library/case" "library/standard-conditions"))
   (:file "library/print-nesting"
    :depends-on ("library/backquote" "library/print-variables"))
   (:file "library/print-unreadable"
    :depends-on ("library/backquote" "library/control" "library/print-variables"))
   (:file "library/print-symbols"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/packages" "library/print-variables"
                 "library/readtables"))
   (:file "library/print-numbers"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/integers"
                 "library/print-variables" "library/streams"))
   (:file "library/print-circle"
    :depends-on ("library/control" "library/case" "library/setf" "library/places" "library/integers"
                 "library/print-variables"))
   (:file "library/print-instances"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/layouts" "library/hash-tables"
                 "library/packages" "library/print-variables" "library/print-nesting" "library/print-unreadable"))
   (:file "library/printer"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/case" "library/integers"
                 "library/print-variables" "library/print-nesting" "library/print-unreadable" "library/print-circle"))
   (:file "library/print-streams"
    :depends-on ("library/control" "library/iteration" "library/layouts" "library/print-variables"
                 "library/file-streams" "library/print-unreadable" "library/pathnames"))
   (:file "library/pretty-streams"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/case" "library/setf"
                 "library/places" "library/membership" "library/control-support" "library/print-variables"
                 "library/streams"))
   (:file "library/pretty-blocks"
    :depends-on ("library/backquote" "library/control" "library/simple-loop" "library/setf" "library/places"
                 "library/membership" "library/integers" "library/print-variables" "library/stream-macros"
                 "library/print-nesting" "library/print-circle" "library/pretty-streams"))
   (:file "library/pprint-dispatch"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/setf" "library/places"
                 "library/alists" "library/integers" "library/remove" "library/print-variables"
                 "library/stream-macros" "library/pretty-blocks"))
   (:file "library/format-directives"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/setf" "library/places"
                 "library/define-condition" "library/integers" "library/condition-classes"
                 "library/standard-conditions"))
   (:file "library/format-parser"
    :depends-on ("library/backquote" "library/control" "library/simple-loop" "library/case" "library/setf"
                 "library/places" "library/membership" "library/integers" "library/find" "library/format-directives"))
   (:file "library/format-objects"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/setf" "library/places"
                 "library/print-variables" "library/format-directives"))
   (:file "library/number-words"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/setf" "library/places"))
   (:file "library/format-integers"
    :depends-on ("library/control" "library/iteration" "library/integers" "library/print-variables"
                 "library/format-directives" "library/number-words"))
   (:file "library/format-floats"
    :depends-on ("library/control" "library/integers" "library/find" "library/strings" "library/print-variables"
                 "library/format-directives"))
   (:file "library/format-layout"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/places" "library/find"
                 "library/streams" "library/format-directives"))
   (:file "library/format-control"
    :depends-on ("library/control" "library/case" "library/simple-loop" "library/iteration" "library/setf" "library/places"
                 "library/integers" "library/find" "library/format-directives"))
   (:file "library/format-blocks"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/places" "library/print-circle"
                 "library/pretty-blocks" "library/format-directives"))
   (:file "library/format"
    :depends-on ("library/backquote" "library/control" "library/format-directives"))
   (:file "library/trees"
    :depends-on ("library/control" "library/simple-loop" "library/alists"))
   (:file "library/sets"
    :depends-on ("library/control" "library/iteration" "library/checks" "library/equality" "library/element-tests"))
   (:file "library/substitute"
    :depends-on ("library/control" "library/iteration" "library/checks" "library/sequences"))
   (:file "library/remove-duplicates"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/checks" "library/element-tests"))
   (:file "library/compare-sequences"
    :depends-on ("library/control" "library/iteration" "library/sequences"))
   (:file "library/bit-arrays"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/setf"))
   (:file "library/character-names"
    :depends-on ("library/control" "library/iteration" "library/membership" "library/find" "library/characters"))
   (:file "library/equalp"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/checks" "library/integers"
                 "library/hashing" "library/hash-tables"))
   (:file "library/ratios"
    :depends-on ("library/backquote" "library/control" "library/integers"))
   (:file "library/floats"
    :depends-on ("library/backquote" "library/control" "library/simple-loop" "library/iteration" "library/integers"))
   (:file "library/number-tower"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/integers" "library/floats"))
   (:file "library/number-compare"
    :depends-on ("library/control" "library/integers" "library/floats"))
   (:file "library/real-division"
    :depends-on ("library/control" "library/case" "library/integers" "library/ratios" "library/floats"))
   (:file "library/complex"
    :depends-on ("library/control" "library/integers"))
   (:file "library/double-double"
    :depends-on ("library/backquote"))
   (:file "library/double-exponential"
    :depends-on ("library/backquote" "library/control" "library/floats" "library/double-double"))
   (:file "library/double-trigonometry"
    :depends-on ("library/control" "library/simple-loop" "library/floats" "library/double-double"))
   (:file "library/double-arc"
    :depends-on ("library/control" "library/floats" "library/double-double"))
   (:file "library/double-hyperbolic"
    :depends-on ("library/control" "library/floats" "library/double-double"))
   (:file "library/double-complex"
    :depends-on ("library/control" "library/floats" "library/double-double"))
   (:file "library/elementary-functions"
    :depends-on ("library/backquote" "library/control" "library/integers" "library/floats" "library/double-double"))
   (:file "library/powers"
    :depends-on ("library/control" "library/integers" "library/ratios" "library/floats" "library/double-double"))
   (:file "library/random"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/setf" "library/integers"
                 "library/standard-conditions"))
   (:file "library/float-text"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/places" "library/floats"))
   (:file "library/type-sets"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/case" "library/setf"
                 "library/places" "library/layouts" "library/integers" "library/classes"))
   (:file "library/subtypep"
    :depends-on ("library/control" "library/iteration" "library/case" "library/places" "library/membership"
                 "library/integers" "library/floats" "library/type-sets"))
   (:file "library/loop-state"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/setf" "library/places"
                 "library/membership"))
   (:file "library/loop-clauses"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/places" "library/membership"
                 "library/alists" "library/strings"))
   (:file "library/loop-accumulation"
    :depends-on ("library/backquote" "library/control" "library/simple-loop" "library/alists"))
   (:file "library/loop-iteration"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/places" "library/membership"
                 "library/alists" "library/integers" "library/strings"))
   (:file "library/loop"
    :depends-on ("library/backquote" "library/control" "library/iteration"))
   (:file "library/number-tokens"
    :depends-on ("library/backquote" "library/control" "library/case" "library/handlers" "library/print-variables"
                 "library/loop"))
   (:file "library/reader-tokens"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/membership" "library/packages" "library/print-variables" "library/readtables"
                 "library/loop"))
   (:file "library/reader"
    :depends-on ("library/control" "library/print-variables" "library/readtables" "library/loop"))
   (:file "library/reader-macros"
    :depends-on ("library/control" "library/case" "library/print-variables" "library/readtables" "library/loop"))
   (:file "library/reader-labels"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/places" "library/layouts"
                 "library/alists" "library/integers" "library/print-variables" "library/loop" "library/reader"))
   (:file "library/readtable-functions"
    :depends-on ("library/control" "library/setf" "library/places" "library/alists" "library/remove"
                 "library/readtables"))
   (:file "library/sharp-macros"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/case" "library/setf"
                 "library/places" "library/layouts" "library/membership" "library/integers" "library/find"
                 "library/packages" "library/print-variables" "library/type-forms" "library/readtables"
                 "library/loop" "library/reader-tokens"))
   (:file "library/pathnames"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/places" "library/membership"
                 "library/file-streams" "library/composite-streams"))
   (:file "library/namestrings"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/membership" "library/find" "library/strings" "library/handlers" "library/loop"
                 "library/pathnames"))
   (:file "library/logical-pathnames"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/case" "library/setf"
                 "library/places" "library/find" "library/sequences" "library/strings" "library/pathnames"))
   (:file "library/pathname-merging"
    :depends-on ("library/control" "library/pathnames"))
   (:file "library/pathname-matching"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/case" "library/setf"
                 "library/places" "library/find" "library/loop" "library/pathnames"))
   (:file "library/files"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/places" "library/membership"
                 "library/pathnames"))
   (:file "library/open"
    :depends-on ("library/control" "library/case" "library/setf" "library/membership" "library/integers"
                 "library/file-streams" "library/pathnames"))
   (:file "library/environment"
    :depends-on ("library/control" "library/membership" "library/host-memory"))
   (:file "compiler/packages"
    :depends-on ("library/package-symbols" "library/package-operations" "library/package-definition"
                 "library/assertions" "library/stream-output" "library/standard-streams" "library/pathnames"))
   (:file "compiler/bytes"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/setf" "library/stream-macros"
                 "library/loop" "compiler/packages"))
   (:file "compiler/types"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/find"
                 "compiler/packages"))
   (:file "compiler/instructions"
    :depends-on ("library/iteration" "library/setf" "compiler/packages"))
   (:file "compiler/emitter"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/define-condition" "library/alists" "library/find" "library/condition-classes"
                 "library/stream-macros" "library/loop" "compiler/packages" "compiler/bytes" "compiler/types"
                 "compiler/instructions"))
   (:file "compiler/kernel"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/alists" "library/integers" "library/find" "compiler/packages" "compiler/instructions"
                 "compiler/emitter"))
   (:file "compiler/kernel-data"
    :depends-on ("compiler/packages" "compiler/kernel"))
   (:file "compiler/kernel-numbers"
    :depends-on ("compiler/packages" "compiler/kernel"))
   (:file "compiler/kernel-control"
    :depends-on ("compiler/packages" "compiler/kernel"))
   (:file "compiler/kernel-bignum"
    :depends-on ("compiler/packages" "compiler/kernel"))
   (:file "compiler/diagnostics"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/places" "library/define-condition"
                 "library/alists" "library/integers" "library/condition-classes" "library/stream-macros"
                 "library/loop" "compiler/packages"))
   (:file "compiler/world"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/sort" "compiler/packages" "compiler/kernel"))
   (:file "compiler/reader"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/membership" "library/alists" "library/integers" "library/find" "library/strings"
                 "library/stream-macros" "library/loop" "compiler/packages" "compiler/world"))
   (:file "compiler/ir"
    :depends-on ("library/backquote" "library/control" "library/case" "library/places" "compiler/packages"
                 "compiler/emitter"))
   (:file "compiler/environment"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/case" "library/setf"
                 "library/places" "library/membership" "library/alists" "library/find" "library/remove"
                 "library/handlers" "library/loop" "compiler/packages" "compiler/world" "compiler/reader"
                 "compiler/ir"))
   (:file "compiler/literals"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/places" "library/loop"
                 "compiler/packages" "compiler/world" "compiler/reader" "compiler/environment"))
   (:file "compiler/lambda-lists"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/membership" "library/remove" "library/loop" "compiler/packages"))
   (:file "compiler/convert"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/evaluation-constants" "library/membership" "library/alists" "library/readtables"
                 "library/random" "library/loop" "compiler/packages" "compiler/diagnostics" "compiler/types"
                 "compiler/kernel" "compiler/ir" "compiler/environment" "compiler/lambda-lists"))
   (:file "compiler/special-forms"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/places" "library/membership"
                 "library/alists" "library/integers" "library/find" "library/typep" "library/coerce"
                 "library/stream-conditions" "library/stream-input" "library/string-streams" "library/print-symbols"
                 "library/print-numbers" "library/print-instances" "library/printer" "library/pprint-dispatch"
                 "library/sets" "library/substitute" "library/remove-duplicates" "library/bit-arrays"
                 "library/character-names" "library/ratios" "library/complex" "library/float-text"
                 "library/subtypep" "library/loop" "compiler/packages" "compiler/diagnostics" "compiler/ir"
                 "compiler/environment" "compiler/convert"))
   (:file "compiler/calls"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/membership" "library/alists" "library/handlers" "library/loop" "compiler/packages"
                 "compiler/kernel" "compiler/world" "compiler/ir" "compiler/environment" "compiler/lambda-lists"
                 "compiler/convert" "compiler/special-forms"))
   (:file "compiler/effects"
    :depends-on ("library/control" "library/case" "library/places" "compiler/packages" "compiler/environment"))
   (:file "compiler/structures"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/evaluation-constants" "library/membership" "library/find" "library/strings"
                 "compiler/packages" "compiler/reader" "compiler/lambda-lists"))
   (:file "compiler/toplevel"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/membership" "library/alists" "library/integers" "library/make-array" "library/find"
                 "library/strings" "library/compare-sequences" "compiler/packages" "compiler/reader" "compiler/ir"
                 "compiler/environment" "compiler/lambda-lists" "compiler/convert" "compiler/calls"
                 "compiler/effects" "compiler/structures"))
   (:file "compiler/generate"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/membership" "library/alists" "library/integers" "library/strings" "library/loop"
                 "compiler/packages" "compiler/types" "compiler/emitter" "compiler/kernel" "compiler/world"
                 "compiler/reader" "compiler/ir" "compiler/environment" "compiler/toplevel"))
   (:file "compiler/generate-control"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/places" "library/membership"
                 "library/find" "library/remove" "library/loop" "compiler/packages" "compiler/kernel" "compiler/ir"))
   (:file "compiler/generate-code"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/places" "library/membership"
                 "library/alists" "library/loop" "compiler/packages" "compiler/types" "compiler/kernel"
                 "compiler/ir" "compiler/toplevel" "compiler/generate"))
   (:file "compiler/data-text"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/places" "library/integers"
                 "library/find" "library/handlers" "library/type-forms" "library/stream-macros" "library/loop"
                 "compiler/packages" "compiler/reader" "compiler/environment"))
   (:file "compiler/constants"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/define-condition" "library/alists" "library/integers" "library/find" "library/strings"
                 "library/condition-classes" "library/stream-macros" "library/loop" "compiler/packages"
                 "compiler/bytes" "compiler/environment"))
   (:file "compiler/object"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/case" "library/setf"
                 "library/places" "library/alists" "library/integers" "library/find" "library/sort"
                 "library/strings" "library/loop" "compiler/packages" "compiler/bytes" "compiler/emitter"
                 "compiler/kernel" "compiler/reader" "compiler/ir" "compiler/environment" "compiler/toplevel"
                 "compiler/constants"))
   (:file "compiler/compile"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/places" "library/handlers"
                 "library/loop" "compiler/packages" "compiler/diagnostics" "compiler/reader" "compiler/ir"
                 "compiler/environment" "compiler/lambda-lists" "compiler/convert" "compiler/special-forms"
                 "compiler/calls" "compiler/effects" "compiler/toplevel"))
   (:file "compiler/interface"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/membership" "library/alists"
                 "library/sort" "library/handlers" "library/stream-macros" "library/loop" "compiler/packages"
                 "compiler/reader" "compiler/environment" "compiler/object"))
   (:file "compiler/json"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/integers" "library/stream-macros"
                 "compiler/packages" "compiler/diagnostics"))
   (:file "compiler/linker"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/membership" "library/integers" "library/find" "library/strings" "library/loop"
                 "compiler/packages" "compiler/emitter" "compiler/kernel" "compiler/object"))
   (:file "compiler/image"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/membership" "library/alists" "library/integers" "library/find" "library/remove"
                 "library/strings" "compiler/packages" "compiler/types" "compiler/emitter" "compiler/kernel"
                 "compiler/generate" "compiler/constants" "compiler/object" "compiler/linker"))
   (:file "compiler/image-sections"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/membership" "library/alists" "library/find" "library/loop" "compiler/packages"
                 "compiler/bytes" "compiler/emitter" "compiler/kernel" "compiler/constants" "compiler/object"
                 "compiler/linker" "compiler/image"))
   (:file "compiler/unit"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/membership" "library/remove" "compiler/packages" "compiler/bytes" "compiler/emitter"
                 "compiler/kernel" "compiler/world" "compiler/ir" "compiler/convert" "compiler/special-forms"
                 "compiler/calls" "compiler/toplevel" "compiler/object"))
   (:file "compiler/session"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/define-condition" "library/membership" "library/remove" "library/sort" "library/strings"
                 "library/condition-classes" "library/handlers" "library/loop" "compiler/packages"
                 "compiler/diagnostics" "compiler/reader" "compiler/environment" "compiler/calls"
                 "compiler/toplevel" "compiler/object" "compiler/compile" "compiler/linker"))
   (:file "library/compiler-macros"
    :depends-on ("library/control" "library/setf" "library/hash-tables"))
   (:file "library/evaluator"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/runtime-environment"
                 "library/handlers" "library/packages" "library/loop" "compiler/reader" "compiler/environment"
                 "compiler/convert" "compiler/toplevel"))
   (:file "library/load"
    :depends-on ("library/backquote" "library/control" "library/packages" "library/streams" "library/stream-macros"
                 "library/readtables" "library/loop"))
   (:file "library/repl"
    :depends-on ("library/control" "library/iteration" "library/case" "library/layouts" "library/handlers"
                 "library/packages" "library/standard-streams" "library/loop" "library/environment"))
   (:file "library/stage-exports"
    :depends-on ("compiler/environment"))))

(defsystem "clysm/library"
  :depends-on ("clysm/core")
  :components
  ((:file "library/adjust-array"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/setf" "library/vector-data"))
   (:file "library/number-constants")
   (:file "library/boole"
    :depends-on ("library/control" "library/case" "library/integers"))
   (:file "library/directory"
    :depends-on ("library/control" "library/iteration" "library/places" "library/find" "library/host-memory"
                 "library/pathnames"))
   (:file "library/time"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/sequencing" "library/integers"
                 "library/standard-streams" "library/loop" "library/files"))
   (:file "library/modules"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/places" "library/membership"))
   (:file "library/documentation"
    :depends-on ("library/backquote" "library/control" "library/setf" "library/places" "library/packages"
                 "library/standard-conditions"))
   (:file "library/compilation"
    :depends-on ("library/backquote" "library/control" "library/standard-streams"))
   (:file "library/describe"
    :depends-on ("library/control" "library/iteration" "library/layouts" "library/integers" "library/hash-tables"
                 "library/packages" "library/standard-streams"))
   (:file "library/trace"
    :depends-on ("library/backquote" "library/control" "library/setf" "library/places" "library/alists"
                 "library/remove" "library/standard-streams"))
   (:file "library/dribble"
    :depends-on ("library/control" "library/standard-streams"))
   (:file "library/class-objects"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/places" "library/layouts"
                 "library/list-mapping" "library/alists" "library/membership" "library/condition-classes"
                 "library/classes"))
   (:file "library/standard-classes"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/setf" "library/places"
                 "library/layouts" "library/classes" "library/class-objects"))
   (:file "library/generic-functions"
    :depends-on ("library/control" "library/simple-loop" "library/case" "library/iteration" "library/setf"
                 "library/places" "library/classes" "library/print-unreadable" "library/standard-classes"))
   (:file "library/dispatch"
    :depends-on ("library/backquote" "library/control" "library/simple-loop" "library/case" "library/iteration"
                 "library/setf" "library/places" "library/layouts" "library/classes" "library/class-objects"
                 "library/standard-classes" "library/generic-functions"))
   (:file "library/method-combination"
    :depends-on ("library/control" "library/simple-loop" "library/case" "library/iteration"
                 "library/generic-functions"))
   (:file "library/slot-access"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/places" "library/layouts"
                 "library/condition-classes" "library/standard-classes"))
   (:file "library/defclass"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/places"
                 "library/define-condition"))
   (:file "library/defmethod"
    :depends-on ("library/backquote" "library/control" "library/simple-loop" "library/case" "library/iteration"
                 "library/setf" "library/places" "library/evaluation-constants" "library/defclass"))
   (:file "library/make-instance"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/places" "library/layouts"
                 "library/class-objects" "library/standard-classes" "library/generic-functions" "library/dispatch"
                 "library/method-combination" "library/slot-access" "library/defmethod"))
   (:file "library/constructors"
    :depends-on ("library/backquote" "library/control" "library/simple-loop" "library/setf" "library/places"
                 "library/class-objects" "library/standard-classes" "library/generic-functions" "library/slot-access"
                 "library/make-instance"))
   (:file "library/object-protocol"
    :depends-on ("library/backquote" "library/control" "library/setf" "library/class-objects"
                 "library/generic-functions" "library/dispatch" "library/method-combination" "library/defmethod"))
   (:file "library/print-object"
    :depends-on ("library/control" "library/iteration" "library/layouts" "library/print-instances" "library/describe"
                 "library/dispatch" "library/method-combination" "library/defmethod"))
   (:file "library/define-method-combination"
    :depends-on ("library/backquote" "library/control" "library/simple-loop" "library/iteration" "library/setf"
                 "library/places" "library/generic-functions" "library/defclass"))))
