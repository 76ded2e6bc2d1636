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
    :depends-on ("library/backquote" "library/iteration" "library/setf"))
   (:file "library/evaluation-constants")
   (:file "library/image-loader"
    :depends-on ("library/control" "library/simple-loop"))
   (:file "library/checks"
    :depends-on ("library/backquote" "library/control"))
   (:file "library/structures"
    :depends-on ("library/control" "library/iteration"))
   (:file "library/layouts"
    :depends-on ("library/control" "library/simple-loop"))
   (:file "library/runtime-environment"
    :depends-on ("library/setf" "library/checks"))
   (:file "library/macro-support"
    :depends-on ("library/control" "library/simple-loop"))
   (:file "library/define-condition"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/setf" "library/places"
                 "library/runtime-environment" "library/macro-support"))
   (:file "library/primitive-functions"
    :depends-on ("library/setf"))
   (:file "library/equality"
    :depends-on ("library/control" "library/simple-loop" "library/iteration"))
   (:file "library/element-tests"
    :depends-on ("library/control" "library/equality"))
   (:file "library/lists"
    :depends-on ("library/backquote" "library/control" "library/simple-loop" "library/iteration" "library/setf"
                 "library/places" "library/checks" "library/runtime-environment"))
   (:file "library/cxr"
    :depends-on ("library/backquote" "library/runtime-environment"))
   (:file "library/membership"
    :depends-on ("library/control" "library/iteration" "library/checks" "library/element-tests"))
   (:file "library/alists"
    :depends-on ("library/control" "library/iteration" "library/checks" "library/element-tests"))
   (:file "library/plists"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/checks"
                 "library/runtime-environment" "library/macro-support" "library/membership"))
   (:file "library/list-mapping"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/checks" "library/lists"))
   (:file "library/integers"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/checks"
                 "library/runtime-environment" "library/macro-support"))
   (:file "library/number-identity"
    :depends-on ("library/control"))
   (:file "library/integer-division"
    :depends-on ("library/backquote" "library/control" "library/simple-loop" "library/iteration" "library/checks"
                 "library/runtime-environment" "library/macro-support" "library/integers"))
   (:file "library/integer-bits"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/checks"
                 "library/runtime-environment" "library/macro-support" "library/integers" "library/integer-division"))
   (:file "library/vector-data"
    :depends-on ("library/backquote" "library/control" "library/simple-loop" "library/iteration" "library/case"
                 "library/checks" "library/structures" "library/runtime-environment" "library/macro-support"
                 "library/membership" "library/integers"))
   (:file "library/arrays"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/checks" "library/lists"
                 "library/integers" "library/vector-data"))
   (:file "library/make-array"
    :depends-on ("library/control" "library/iteration" "library/checks" "library/vector-data" "library/arrays"))
   (:file "library/sequences"
    :depends-on ("library/backquote" "library/control" "library/simple-loop" "library/iteration" "library/checks"
                 "library/runtime-environment" "library/macro-support" "library/lists" "library/vector-data"))
   (:file "library/find"
    :depends-on ("library/control" "library/iteration" "library/checks" "library/element-tests" "library/lists"
                 "library/membership" "library/vector-data" "library/sequences"))
   (:file "library/remove"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/setf" "library/checks"
                 "library/element-tests" "library/lists" "library/vector-data" "library/arrays" "library/sequences"))
   (:file "library/sequence-types"
    :depends-on ("library/control" "library/iteration" "library/case" "library/checks" "library/lists"
                 "library/vector-data" "library/sequences"))
   (:file "library/concatenate"
    :depends-on ("library/control" "library/iteration" "library/checks" "library/lists" "library/vector-data"
                 "library/make-array" "library/sequences" "library/find" "library/sequence-types"))
   (:file "library/map"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/setf" "library/checks"
                 "library/element-tests" "library/list-mapping" "library/vector-data" "library/arrays"
                 "library/sequences" "library/find" "library/sequence-types"))
   (:file "library/sort"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/checks"
                 "library/element-tests" "library/vector-data" "library/sequences" "library/sequence-types"))
   (:file "library/character-case"
    :depends-on ("library/control" "library/iteration" "library/checks"))
   (:file "library/characters"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/checks"
                 "library/runtime-environment" "library/macro-support" "library/membership" "library/list-mapping"
                 "library/integers" "library/vector-data" "library/sequences" "library/character-case"))
   (:file "library/strings"
    :depends-on ("library/control" "library/iteration" "library/checks" "library/vector-data" "library/make-array"
                 "library/sequences" "library/character-case"))
   (:file "library/string-case"
    :depends-on ("library/backquote" "library/control" "library/simple-loop" "library/iteration" "library/checks"
                 "library/runtime-environment" "library/macro-support" "library/list-mapping" "library/vector-data"
                 "library/sequences" "library/find" "library/concatenate" "library/character-case"
                 "library/characters" "library/strings"))
   (:file "library/string-order"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/runtime-environment"
                 "library/macro-support" "library/list-mapping" "library/concatenate" "library/character-case"
                 "library/strings"))
   (:file "library/hashing"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/equality"
                 "library/number-identity" "library/vector-data" "library/sequences"))
   (:file "library/hash-tables"
    :depends-on ("library/backquote" "library/control" "library/simple-loop" "library/iteration" "library/case"
                 "library/checks" "library/structures" "library/runtime-environment" "library/macro-support"
                 "library/equality" "library/element-tests" "library/integers" "library/find" "library/hashing"))
   (:file "library/data-and-control"
    :depends-on ("library/control" "library/iteration" "library/checks"))
   (:file "library/control-support"
    :depends-on ("library/control" "library/simple-loop" "library/setf" "library/layouts"))
   (:file "library/string-tables"
    :depends-on ("library/control" "library/simple-loop" "library/setf" "library/structures"
                 "library/runtime-environment" "library/sequences"))
   (:file "library/condition-classes"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/setf" "library/places"
                 "library/structures" "library/layouts" "library/runtime-environment" "library/element-tests"
                 "library/lists" "library/membership" "library/alists" "library/plists" "library/sequences"
                 "library/remove"))
   (:file "library/handlers"
    :depends-on ("library/backquote" "library/control" "library/simple-loop" "library/iteration" "library/layouts"
                 "library/runtime-environment" "library/macro-support" "library/element-tests" "library/alists"
                 "library/list-mapping" "library/remove"))
   (:file "library/restarts"
    :depends-on ("library/backquote" "library/control" "library/simple-loop" "library/iteration" "library/setf"
                 "library/places" "library/structures" "library/runtime-environment" "library/macro-support"
                 "library/lists" "library/membership" "library/alists" "library/plists" "library/list-mapping"
                 "library/vector-data" "library/sequences" "library/handlers"))
   (:file "library/signals"
    :depends-on ("library/control" "library/case" "library/layouts" "library/vector-data"
                 "library/condition-classes" "library/handlers" "library/restarts"))
   (:file "library/symbols"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/setf" "library/places"
                 "library/lists" "library/integers" "library/integer-division" "library/vector-data"
                 "library/sequences" "library/signals"))
   (:file "library/packages"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/case" "library/setf"
                 "library/places" "library/structures" "library/runtime-environment" "library/element-tests"
                 "library/lists" "library/sequences" "library/remove" "library/string-tables" "library/restarts"
                 "library/signals" "library/symbols"))
   (:file "library/image-packages"
    :depends-on ("library/control" "library/iteration" "library/evaluation-constants" "library/image-loader"
                 "library/integer-bits" "library/map" "library/sort" "library/string-case" "library/hash-tables"
                 "library/control-support" "library/packages"))
   (:file "library/package-symbols"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/element-tests" "library/membership" "library/sequences" "library/remove"
                 "library/string-tables" "library/restarts" "library/signals" "library/symbols" "library/packages"))
   (:file "library/package-operations"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/element-tests" "library/membership" "library/list-mapping" "library/sequences"
                 "library/remove" "library/string-tables" "library/restarts" "library/symbols" "library/packages"
                 "library/package-symbols"))
   (:file "library/package-definition"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/case" "library/setf"
                 "library/places" "library/runtime-environment" "library/macro-support" "library/lists"
                 "library/membership" "library/alists" "library/list-mapping" "library/sequences" "library/strings"
                 "library/restarts" "library/signals" "library/symbols" "library/packages" "library/package-symbols"
                 "library/package-operations"))
   (:file "library/package-iteration"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/setf" "library/places"
                 "library/runtime-environment" "library/macro-support" "library/lists" "library/membership"
                 "library/sequences" "library/string-tables" "library/signals" "library/symbols" "library/packages"
                 "library/package-symbols" "library/package-operations"))
   (:file "library/print-variables"
    :depends-on ("library/backquote" "library/runtime-environment"))
   (:file "library/standard-conditions"
    :depends-on ("library/evaluation-constants" "library/image-loader" "library/layouts" "library/define-condition"
                 "library/integer-bits" "library/map" "library/sort" "library/string-case" "library/hash-tables"
                 "library/control-support" "library/condition-classes" "library/symbols" "library/packages"
                 "library/print-variables"))
   (:file "library/standard-restarts"
    :depends-on ("library/control" "library/restarts" "library/signals"))
   (:file "library/assertions"
    :depends-on ("library/backquote" "library/control" "library/case" "library/runtime-environment"
                 "library/macro-support" "library/list-mapping" "library/restarts" "library/signals"
                 "library/symbols" "library/standard-conditions"))
   (:file "library/kernel-errors"
    :depends-on ("library/control" "library/arrays" "library/sequences" "library/signals"))
   (:file "library/integer-text"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/setf" "library/places"
                 "library/checks" "library/define-condition" "library/integer-division" "library/integer-bits"
                 "library/vector-data" "library/sequences" "library/characters" "library/condition-classes"
                 "library/signals" "library/standard-conditions"))
   (:file "library/program"
    :depends-on ("library/control" "library/layouts" "library/control-support"))
   (:file "library/classes"
    :depends-on ("library/control" "library/layouts" "library/signals" "library/kernel-errors"))
   (:file "library/deftype"
    :depends-on ("library/backquote" "library/control" "library/simple-loop" "library/iteration" "library/setf"
                 "library/places" "library/evaluation-constants" "library/runtime-environment"
                 "library/macro-support" "library/lists" "library/membership" "library/vector-data"
                 "library/sequences" "library/symbols"))
   (:file "library/type-forms"
    :depends-on ("library/backquote" "library/control" "library/case" "library/element-tests" "library/lists"
                 "library/membership" "library/alists" "library/list-mapping" "library/integers"
                 "library/integer-division" "library/remove" "library/symbols"))
   (:file "library/typep"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/case" "library/layouts"
                 "library/equality" "library/lists" "library/membership" "library/integers" "library/integer-bits"
                 "library/vector-data" "library/arrays" "library/sequences" "library/characters" "library/signals"
                 "library/packages" "library/classes"))
   (:file "library/type-of"
    :depends-on ("library/control" "library/layouts" "library/integers" "library/vector-data" "library/arrays"
                 "library/characters" "library/packages" "library/classes"))
   (:file "library/coerce"
    :depends-on ("library/control" "library/case" "library/layouts" "library/integers" "library/vector-data"
                 "library/sequence-types" "library/characters" "library/signals" "library/symbols"
                 "library/kernel-errors" "library/classes" "library/typep"))
   (:file "library/stream-conditions"
    :depends-on ("library/control" "library/case" "library/define-condition" "library/condition-classes"
                 "library/signals" "library/standard-conditions" "library/assertions" "library/integer-text"
                 "library/type-of" "library/coerce"))
   (:file "library/streams"
    :depends-on ("library/backquote" "library/control" "library/setf" "library/checks" "library/structures"
                 "library/runtime-environment" "library/macro-support" "library/list-mapping" "library/integers"
                 "library/signals" "library/stream-conditions"))
   (:file "library/stream-output"
    :depends-on ("library/control" "library/iteration" "library/checks" "library/lists" "library/integers"
                 "library/integer-division" "library/vector-data" "library/sequences" "library/streams"))
   (:file "library/stream-input"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/setf" "library/places"
                 "library/checks" "library/lists" "library/integers" "library/vector-data" "library/sequences"
                 "library/signals" "library/type-forms" "library/stream-conditions" "library/streams"))
   (:file "library/string-streams"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/checks" "library/structures"
                 "library/runtime-environment" "library/integers" "library/vector-data" "library/arrays"
                 "library/sequences" "library/concatenate" "library/streams" "library/stream-output"
                 "library/stream-input"))
   (:file "library/stream-macros"
    :depends-on ("library/backquote" "library/control" "library/simple-loop" "library/setf" "library/places"
                 "library/runtime-environment" "library/macro-support" "library/equality" "library/lists"
                 "library/sequences" "library/symbols"))
   (:file "library/utf8"
    :depends-on ("library/control" "library/simple-loop" "library/iteration"))
   (:file "library/host-memory"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/setf" "library/places"
                 "library/sequences" "library/signals" "library/stream-input" "library/utf8"))
   (:file "library/file-streams"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/setf" "library/places"
                 "library/checks" "library/structures" "library/runtime-environment" "library/equality"
                 "library/plists" "library/integers" "library/integer-division" "library/integer-bits"
                 "library/sequences" "library/strings" "library/signals" "library/typep" "library/stream-conditions"
                 "library/streams" "library/stream-output" "library/stream-input" "library/utf8"
                 "library/host-memory"))
   (:file "library/composite-streams"
    :depends-on ("library/backquote" "library/control" "library/simple-loop" "library/iteration" "library/setf"
                 "library/checks" "library/structures" "library/runtime-environment" "library/macro-support"
                 "library/lists" "library/list-mapping" "library/strings" "library/symbols" "library/streams"
                 "library/stream-output" "library/stream-input" "library/string-streams"))
   (:file "library/standard-streams"
    :depends-on ("library/control" "library/streams" "library/file-streams" "library/composite-streams"))
   (:file "library/queries"
    :depends-on ("library/control" "library/simple-loop" "library/strings" "library/string-case"
                 "library/stream-output" "library/stream-input" "library/standard-streams"))
   (:file "library/readtables"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/checks" "library/structures"
                 "library/runtime-environment" "library/element-tests" "library/membership" "library/alists"
                 "library/sequences" "library/remove" "library/standard-conditions"))
   (:file "library/print-nesting"
    :depends-on ("library/backquote" "library/runtime-environment" "library/macro-support" "library/symbols"
                 "library/print-variables"))
   (:file "library/print-unreadable"
    :depends-on ("library/backquote" "library/control" "library/runtime-environment" "library/macro-support"
                 "library/signals" "library/print-variables" "library/integer-text" "library/type-of"
                 "library/streams" "library/stream-output"))
   (:file "library/print-symbols"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/character-case" "library/characters"
                 "library/packages" "library/print-variables" "library/stream-output" "library/readtables"))
   (:file "library/print-numbers"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/integers" "library/signals"
                 "library/print-variables" "library/integer-text" "library/streams" "library/stream-output"))
   (:file "library/print-circle"
    :depends-on ("library/control" "library/case" "library/setf" "library/places" "library/integers"
                 "library/vector-data" "library/hash-tables" "library/stream-output" "library/composite-streams"
                 "library/print-numbers"))
   (:file "library/print-instances"
    :depends-on ("library/control" "library/iteration" "library/layouts" "library/plists" "library/hash-tables"
                 "library/condition-classes" "library/packages" "library/print-variables" "library/stream-output"
                 "library/print-nesting" "library/print-unreadable" "library/print-symbols" "library/print-numbers"))
   (:file "library/printer"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/case" "library/integers"
                 "library/vector-data" "library/arrays" "library/sequences" "library/map" "library/characters"
                 "library/strings" "library/print-variables" "library/streams" "library/stream-output"
                 "library/stream-input" "library/string-streams" "library/print-nesting" "library/print-unreadable"
                 "library/print-symbols" "library/print-numbers" "library/print-circle" "library/print-instances"))
   (:file "library/print-streams"
    :depends-on ("library/control" "library/iteration" "library/layouts" "library/print-variables"
                 "library/streams" "library/stream-output" "library/file-streams" "library/print-unreadable"
                 "library/print-numbers" "library/printer"))
   (:file "library/pretty-streams"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/case" "library/setf"
                 "library/places" "library/structures" "library/runtime-environment" "library/membership"
                 "library/integers" "library/sequences" "library/control-support" "library/print-variables"
                 "library/streams" "library/stream-output" "library/stream-input" "library/string-streams"))
   (:file "library/pretty-blocks"
    :depends-on ("library/backquote" "library/control" "library/simple-loop" "library/setf" "library/places"
                 "library/checks" "library/structures" "library/runtime-environment" "library/macro-support"
                 "library/lists" "library/membership" "library/integers" "library/integer-division"
                 "library/sequences" "library/signals" "library/symbols" "library/print-variables" "library/streams"
                 "library/stream-output" "library/stream-macros" "library/print-nesting" "library/print-circle"
                 "library/printer" "library/pretty-streams"))
   (:file "library/pprint-dispatch"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/setf" "library/places"
                 "library/checks" "library/structures" "library/runtime-environment" "library/element-tests"
                 "library/lists" "library/alists" "library/integers" "library/vector-data" "library/sequences"
                 "library/remove" "library/print-variables" "library/typep" "library/stream-output"
                 "library/printer" "library/pretty-blocks"))
   (:file "library/format-directives"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/setf" "library/places"
                 "library/structures" "library/runtime-environment" "library/macro-support"
                 "library/define-condition" "library/lists" "library/list-mapping" "library/integers"
                 "library/sequences" "library/condition-classes" "library/signals" "library/symbols"
                 "library/standard-conditions" "library/stream-output"))
   (:file "library/format-parser"
    :depends-on ("library/control" "library/simple-loop" "library/case" "library/setf" "library/places"
                 "library/structures" "library/runtime-environment" "library/membership" "library/integers"
                 "library/sequences" "library/find" "library/character-case" "library/characters" "library/strings"
                 "library/string-case" "library/hash-tables" "library/stream-input" "library/string-streams"
                 "library/format-directives"))
   (:file "library/format-objects"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/places" "library/characters"
                 "library/strings" "library/print-variables" "library/stream-output" "library/printer"
                 "library/format-directives"))
   (:file "library/number-words"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/setf" "library/places"
                 "library/integers" "library/integer-division" "library/sequences" "library/stream-output"))
   (:file "library/format-integers"
    :depends-on ("library/control" "library/iteration" "library/integers" "library/integer-division"
                 "library/print-variables" "library/integer-text" "library/stream-output" "library/stream-input"
                 "library/string-streams" "library/print-numbers" "library/printer" "library/format-directives"
                 "library/format-objects" "library/number-words"))
   (:file "library/format-floats"
    :depends-on ("library/control" "library/integers" "library/integer-division" "library/find" "library/strings"
                 "library/string-case" "library/print-variables" "library/integer-text" "library/coerce"
                 "library/stream-output" "library/stream-input" "library/string-streams" "library/print-numbers"
                 "library/printer" "library/format-directives" "library/format-objects"))
   (:file "library/format-layout"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/places" "library/element-tests"
                 "library/integers" "library/integer-division" "library/sequences" "library/find" "library/map"
                 "library/character-case" "library/string-case" "library/streams" "library/stream-output"
                 "library/string-streams" "library/pretty-blocks" "library/format-directives"))
   (:file "library/format-control"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/setf" "library/places"
                 "library/lists" "library/integers" "library/vector-data" "library/sequences" "library/find"
                 "library/packages" "library/format-directives" "library/format-parser"))
   (:file "library/format-blocks"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/places" "library/sequences"
                 "library/stream-input" "library/print-circle" "library/pretty-blocks" "library/format-directives"))
   (:file "library/format"
    :depends-on ("library/backquote" "library/control" "library/checks" "library/runtime-environment"
                 "library/macro-support" "library/vector-data" "library/streams" "library/string-streams"
                 "library/format-directives" "library/format-parser"))
   (:file "library/trees"
    :depends-on ("library/control" "library/simple-loop" "library/element-tests" "library/alists"))
   (:file "library/sets"
    :depends-on ("library/control" "library/iteration" "library/checks" "library/equality" "library/element-tests"
                 "library/lists" "library/membership"))
   (:file "library/substitute"
    :depends-on ("library/control" "library/iteration" "library/checks" "library/element-tests" "library/lists"
                 "library/vector-data" "library/sequences"))
   (:file "library/remove-duplicates"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/checks" "library/element-tests"
                 "library/lists" "library/vector-data" "library/sequences" "library/remove" "library/sequence-types"
                 "library/concatenate" "library/hash-tables"))
   (:file "library/compare-sequences"
    :depends-on ("library/control" "library/iteration" "library/checks" "library/element-tests"
                 "library/vector-data" "library/sequences" "library/sequence-types"))
   (:file "library/bit-arrays"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/setf" "library/checks"
                 "library/runtime-environment" "library/macro-support" "library/equality" "library/list-mapping"
                 "library/vector-data" "library/arrays" "library/make-array" "library/concatenate"))
   (:file "library/character-names"
    :depends-on ("library/control" "library/iteration" "library/element-tests" "library/membership"
                 "library/alists" "library/sequences" "library/find" "library/sequence-types" "library/concatenate"
                 "library/character-case" "library/characters" "library/strings"))
   (:file "library/equalp"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/checks" "library/equality"
                 "library/integers" "library/vector-data" "library/arrays" "library/sequences" "library/characters"
                 "library/hashing" "library/hash-tables"))
   (:file "library/ratios"
    :depends-on ("library/backquote" "library/control" "library/checks" "library/runtime-environment"
                 "library/macro-support" "library/integers" "library/integer-division"))
   (:file "library/floats"
    :depends-on ("library/backquote" "library/control" "library/simple-loop" "library/iteration" "library/checks"
                 "library/runtime-environment" "library/macro-support" "library/integers" "library/integer-division"
                 "library/integer-bits" "library/signals" "library/ratios"))
   (:file "library/number-tower"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/checks"
                 "library/runtime-environment" "library/macro-support" "library/integers" "library/ratios"
                 "library/floats"))
   (:file "library/number-compare"
    :depends-on ("library/control" "library/checks" "library/integers" "library/number-identity" "library/ratios"
                 "library/floats"))
   (:file "library/real-division"
    :depends-on ("library/control" "library/case" "library/checks" "library/integers" "library/integer-division"
                 "library/ratios" "library/floats"))
   (:file "library/complex"
    :depends-on ("library/control" "library/checks" "library/integers" "library/integer-division" "library/signals"
                 "library/floats" "library/number-tower"))
   (:file "library/double-double"
    :depends-on ("library/backquote" "library/runtime-environment" "library/macro-support" "library/symbols"))
   (:file "library/double-exponential"
    :depends-on ("library/control" "library/floats" "library/double-double"))
   (:file "library/double-trigonometry"
    :depends-on ("library/control" "library/simple-loop" "library/integers" "library/integer-bits" "library/floats"
                 "library/double-double"))
   (:file "library/double-arc"
    :depends-on ("library/control" "library/integers" "library/floats" "library/double-double"))
   (:file "library/double-hyperbolic"
    :depends-on ("library/control" "library/integers" "library/floats" "library/double-double"
                 "library/double-exponential" "library/double-arc"))
   (:file "library/double-complex"
    :depends-on ("library/control" "library/integers" "library/integer-division" "library/floats"
                 "library/double-double" "library/double-exponential" "library/double-trigonometry"
                 "library/double-arc" "library/double-hyperbolic"))
   (:file "library/elementary-functions"
    :depends-on ("library/backquote" "library/control" "library/checks" "library/runtime-environment"
                 "library/macro-support" "library/integers" "library/integer-division" "library/integer-bits"
                 "library/symbols" "library/floats" "library/number-tower" "library/complex" "library/double-double"
                 "library/double-exponential" "library/double-trigonometry" "library/double-arc"
                 "library/double-hyperbolic" "library/double-complex"))
   (:file "library/powers"
    :depends-on ("library/control" "library/checks" "library/integers" "library/integer-division" "library/ratios"
                 "library/floats" "library/number-tower" "library/complex" "library/double-double"
                 "library/double-exponential" "library/double-trigonometry" "library/elementary-functions"))
   (:file "library/random"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/setf" "library/checks"
                 "library/structures" "library/runtime-environment" "library/integers" "library/integer-bits"
                 "library/data-and-control" "library/standard-conditions"))
   (:file "library/float-text"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/setf" "library/places"
                 "library/integers" "library/integer-division" "library/integer-bits" "library/sequences"
                 "library/signals" "library/floats"))
   (:file "library/type-sets"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/case" "library/setf"
                 "library/places" "library/layouts" "library/lists" "library/list-mapping" "library/integers"
                 "library/sequences" "library/classes" "library/sets"))
   (:file "library/subtypep"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/layouts" "library/equality" "library/lists" "library/membership" "library/integers"
                 "library/integer-division" "library/integer-bits" "library/vector-data" "library/arrays"
                 "library/sequences" "library/characters" "library/signals" "library/packages" "library/classes"
                 "library/typep" "library/type-of" "library/floats" "library/complex" "library/type-sets"))
   (:file "library/loop-state"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/setf" "library/places"
                 "library/lists" "library/membership" "library/plists" "library/list-mapping" "library/sequences"
                 "library/signals" "library/symbols"))
   (:file "library/loop-clauses"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/setf" "library/places"
                 "library/equality" "library/lists" "library/membership" "library/alists" "library/plists"
                 "library/sequences" "library/strings" "library/symbols" "library/loop-state"))
   (:file "library/loop-accumulation"
    :depends-on ("library/backquote" "library/control" "library/simple-loop" "library/lists" "library/alists"
                 "library/symbols" "library/loop-state"))
   (:file "library/loop-iteration"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/setf" "library/places"
                 "library/equality" "library/lists" "library/membership" "library/alists" "library/plists"
                 "library/list-mapping" "library/integers" "library/sequences" "library/strings" "library/symbols"
                 "library/loop-state"))
   (:file "library/loop"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/runtime-environment"
                 "library/macro-support" "library/lists" "library/loop-clauses"))
   (:file "library/number-tokens"
    :depends-on ("library/control" "library/case" "library/integer-division" "library/character-case"
                 "library/characters" "library/handlers" "library/print-variables" "library/integer-text"
                 "library/float-text" "library/loop"))
   (:file "library/reader-tokens"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/structures" "library/runtime-environment" "library/membership" "library/character-case"
                 "library/signals" "library/packages" "library/print-variables" "library/streams"
                 "library/stream-input" "library/readtables" "library/print-symbols" "library/loop"
                 "library/number-tokens"))
   (:file "library/reader"
    :depends-on ("library/control" "library/print-variables" "library/streams" "library/stream-input"
                 "library/string-streams" "library/readtables" "library/loop" "library/reader-tokens"))
   (:file "library/reader-macros"
    :depends-on ("library/control" "library/case" "library/print-variables" "library/stream-output"
                 "library/stream-input" "library/string-streams" "library/readtables" "library/loop"
                 "library/reader-tokens" "library/reader"))
   (:file "library/reader-labels"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/places" "library/structures"
                 "library/layouts" "library/runtime-environment" "library/alists" "library/integers"
                 "library/vector-data" "library/arrays" "library/hash-tables" "library/print-variables"
                 "library/loop" "library/reader-tokens" "library/reader"))
   (:file "library/readtable-functions"
    :depends-on ("library/control" "library/setf" "library/places" "library/element-tests" "library/alists"
                 "library/remove" "library/character-case" "library/characters" "library/signals"
                 "library/readtables" "library/trees" "library/reader-macros"))
   (:file "library/sharp-macros"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/layouts" "library/membership" "library/integers" "library/vector-data"
                 "library/make-array" "library/sequences" "library/find" "library/concatenate" "library/map"
                 "library/character-case" "library/characters" "library/strings" "library/symbols"
                 "library/packages" "library/print-variables" "library/type-forms" "library/coerce"
                 "library/stream-input" "library/readtables" "library/character-names" "library/complex"
                 "library/loop" "library/reader-tokens" "library/reader" "library/readtable-functions"))
   (:file "library/pathnames"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/places" "library/checks"
                 "library/structures" "library/runtime-environment" "library/membership" "library/vector-data"
                 "library/sequences" "library/map" "library/integer-text" "library/file-streams"
                 "library/composite-streams"))
   (:file "library/namestrings"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/checks" "library/lists" "library/membership" "library/vector-data" "library/sequences"
                 "library/find" "library/strings" "library/integer-text" "library/stream-output"
                 "library/stream-input" "library/string-streams" "library/compare-sequences" "library/loop"
                 "library/pathnames"))
   (:file "compiler/packages"
    :depends-on ("library/package-definition" "library/standard-streams" "library/pprint-dispatch" "library/trees"
                 "library/substitute" "library/bit-arrays" "library/character-names" "library/subtypep"
                 "library/reader-macros" "library/pathnames"))
   (:file "compiler/bytes"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/structures"
                 "library/runtime-environment" "library/integers" "library/integer-bits" "library/make-array"
                 "library/sequences" "library/concatenate" "library/characters" "library/data-and-control"
                 "library/streams" "library/stream-output" "library/string-streams" "library/stream-macros"
                 "library/loop" "compiler/packages"))
   (:file "compiler/types"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/lists"
                 "library/sequences" "library/find" "library/hash-tables" "library/signals" "compiler/packages"
                 "compiler/bytes"))
   (:file "compiler/instructions"
    :depends-on ("library/iteration" "library/setf" "library/hash-tables" "compiler/packages"))
   (:file "compiler/emitter"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/structures" "library/runtime-environment" "library/define-condition" "library/equality"
                 "library/lists" "library/alists" "library/list-mapping" "library/integer-bits" "library/sequences"
                 "library/find" "library/hash-tables" "library/data-and-control" "library/condition-classes"
                 "library/signals" "library/streams" "library/stream-output" "library/string-streams"
                 "library/stream-macros" "library/printer" "library/loop" "compiler/packages" "compiler/bytes"
                 "compiler/types" "compiler/instructions"))
   (:file "compiler/kernel"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/runtime-environment" "library/macro-support" "library/alists" "library/list-mapping"
                 "library/integers" "library/sequences" "library/find" "library/concatenate" "library/string-case"
                 "library/hash-tables" "library/signals" "library/symbols" "library/packages" "library/printer"
                 "compiler/packages" "compiler/bytes" "compiler/types" "compiler/instructions" "compiler/emitter"))
   (:file "compiler/kernel-data"
    :depends-on ("compiler/packages" "compiler/kernel"))
   (:file "compiler/kernel-numbers"
    :depends-on ("compiler/packages" "compiler/kernel"))
   (:file "compiler/kernel-control"
    :depends-on ("compiler/packages" "compiler/kernel"))
   (:file "compiler/kernel-bignum"
    :depends-on ("compiler/packages" "compiler/kernel"))
   (:file "compiler/diagnostics"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/places" "library/structures"
                 "library/runtime-environment" "library/define-condition" "library/alists" "library/integers"
                 "library/integer-division" "library/vector-data" "library/sequences" "library/concatenate"
                 "library/characters" "library/strings" "library/string-case" "library/data-and-control"
                 "library/condition-classes" "library/signals" "library/symbols" "library/packages" "library/coerce"
                 "library/streams" "library/stream-output" "library/string-streams" "library/stream-macros"
                 "library/loop" "compiler/packages"))
   (:file "compiler/world"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/structures" "library/runtime-environment" "library/vector-data" "library/concatenate"
                 "library/sort" "library/strings" "library/string-order" "library/hash-tables"
                 "library/data-and-control" "library/signals" "library/symbols" "library/packages"
                 "library/package-symbols" "library/package-operations" "compiler/packages" "compiler/kernel"
                 "compiler/diagnostics"))
   (:file "compiler/reader"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/structures" "library/runtime-environment" "library/lists" "library/membership"
                 "library/alists" "library/integers" "library/integer-division" "library/integer-bits"
                 "library/make-array" "library/sequences" "library/find" "library/concatenate" "library/map"
                 "library/character-case" "library/characters" "library/strings" "library/string-case"
                 "library/hash-tables" "library/data-and-control" "library/signals" "library/symbols"
                 "library/packages" "library/coerce" "library/streams" "library/stream-output"
                 "library/string-streams" "library/stream-macros" "library/ratios" "library/floats"
                 "library/complex" "library/loop" "compiler/packages" "compiler/diagnostics" "compiler/world"))
   (:file "compiler/ir"
    :depends-on ("library/control" "library/case" "library/setf" "library/places" "library/structures"
                 "library/runtime-environment" "library/list-mapping" "library/data-and-control" "library/signals"
                 "compiler/packages" "compiler/emitter"))
   (:file "compiler/environment"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/structures" "library/runtime-environment" "library/equality" "library/membership"
                 "library/alists" "library/hash-tables" "library/data-and-control" "library/handlers"
                 "library/signals" "library/symbols" "library/packages" "library/printer" "library/trees"
                 "library/substitute" "library/loop" "compiler/packages" "compiler/diagnostics" "compiler/world"
                 "compiler/ir"))
   (:file "compiler/lambda-lists"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/structures" "library/runtime-environment" "library/element-tests" "library/lists"
                 "library/membership" "library/list-mapping" "library/integers" "library/vector-data"
                 "library/sequences" "library/remove" "library/concatenate" "library/data-and-control"
                 "library/signals" "library/symbols" "library/packages" "library/remove-duplicates" "library/loop"
                 "compiler/packages" "compiler/diagnostics" "compiler/environment"))
   (:file "compiler/convert"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/evaluation-constants" "library/runtime-environment" "library/macro-support"
                 "library/lists" "library/membership" "library/alists" "library/list-mapping" "library/integers"
                 "library/sequences" "library/map" "library/hash-tables" "library/signals" "library/packages"
                 "library/random" "library/loop" "compiler/packages" "compiler/types" "compiler/kernel"
                 "compiler/diagnostics" "compiler/ir" "compiler/environment" "compiler/lambda-lists"))
   (:file "compiler/special-forms"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/places" "library/lists"
                 "library/membership" "library/alists" "library/list-mapping" "library/integers" "library/sequences"
                 "library/find" "library/map" "library/hash-tables" "library/loop" "compiler/packages"
                 "compiler/diagnostics" "compiler/reader" "compiler/ir" "compiler/environment"
                 "compiler/lambda-lists" "compiler/convert"))
   (:file "compiler/calls"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/runtime-environment" "library/macro-support" "library/equality" "library/lists"
                 "library/membership" "library/alists" "library/list-mapping" "library/integers" "library/sequences"
                 "library/concatenate" "library/map" "library/hash-tables" "library/handlers" "library/signals"
                 "library/symbols" "library/loop" "compiler/packages" "compiler/kernel" "compiler/diagnostics"
                 "compiler/world" "compiler/ir" "compiler/environment" "compiler/lambda-lists" "compiler/convert"
                 "compiler/special-forms"))
   (:file "compiler/effects"
    :depends-on ("library/control" "library/case" "library/setf" "library/places" "library/signals"
                 "compiler/packages" "compiler/world" "compiler/environment"))
   (:file "compiler/structures"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/evaluation-constants" "library/lists" "library/membership" "library/plists"
                 "library/list-mapping" "library/vector-data" "library/sequences" "library/find"
                 "library/concatenate" "library/strings" "library/signals" "library/symbols" "library/packages"
                 "compiler/packages" "compiler/diagnostics" "compiler/reader" "compiler/environment"
                 "compiler/lambda-lists"))
   (:file "compiler/toplevel"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/structures" "library/runtime-environment" "library/macro-support" "library/equality"
                 "library/membership" "library/alists" "library/list-mapping" "library/integers"
                 "library/vector-data" "library/sequences" "library/find" "library/map" "library/strings"
                 "library/hash-tables" "library/data-and-control" "library/symbols" "library/packages"
                 "library/compare-sequences" "compiler/packages" "compiler/diagnostics" "compiler/world"
                 "compiler/reader" "compiler/ir" "compiler/environment" "compiler/lambda-lists" "compiler/convert"
                 "compiler/special-forms" "compiler/calls" "compiler/effects" "compiler/structures"))
   (:file "compiler/generate"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/structures" "library/runtime-environment" "library/equality" "library/membership"
                 "library/alists" "library/list-mapping" "library/integers" "library/integer-bits"
                 "library/vector-data" "library/arrays" "library/sequences" "library/concatenate"
                 "library/characters" "library/strings" "library/hash-tables" "library/data-and-control"
                 "library/signals" "library/symbols" "library/loop" "compiler/packages" "compiler/types"
                 "compiler/emitter" "compiler/kernel" "compiler/diagnostics" "compiler/world" "compiler/reader"
                 "compiler/ir" "compiler/environment" "compiler/calls" "compiler/toplevel"))
   (:file "compiler/generate-control"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/places" "library/element-tests"
                 "library/membership" "library/sequences" "library/find" "library/remove" "library/map"
                 "library/loop" "compiler/packages" "compiler/types" "compiler/emitter" "compiler/kernel"
                 "compiler/ir" "compiler/generate"))
   (:file "compiler/generate-code"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/places" "library/lists"
                 "library/membership" "library/alists" "library/sequences" "library/concatenate"
                 "library/string-case" "library/symbols" "library/loop" "compiler/packages" "compiler/types"
                 "compiler/emitter" "compiler/kernel" "compiler/diagnostics" "compiler/ir" "compiler/toplevel"
                 "compiler/generate"))
   (:file "compiler/data-text"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/places" "library/element-tests"
                 "library/integers" "library/integer-bits" "library/vector-data" "library/sequences" "library/find"
                 "library/map" "library/characters" "library/symbols" "library/packages" "library/type-forms"
                 "library/coerce" "library/streams" "library/stream-output" "library/string-streams"
                 "library/stream-macros" "library/ratios" "library/floats" "library/complex" "library/loop"
                 "compiler/packages" "compiler/diagnostics" "compiler/world" "compiler/reader"
                 "compiler/environment"))
   (:file "compiler/constants"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/structures" "library/runtime-environment" "library/define-condition" "library/alists"
                 "library/integers" "library/integer-bits" "library/vector-data" "library/make-array"
                 "library/sequences" "library/find" "library/concatenate" "library/characters" "library/strings"
                 "library/hash-tables" "library/data-and-control" "library/condition-classes" "library/signals"
                 "library/symbols" "library/type-forms" "library/coerce" "library/streams" "library/stream-output"
                 "library/string-streams" "library/stream-macros" "library/ratios" "library/complex" "library/loop"
                 "compiler/packages" "compiler/bytes" "compiler/diagnostics" "compiler/world" "compiler/reader"
                 "compiler/environment" "compiler/data-text"))
   (:file "compiler/object"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/structures" "library/runtime-environment" "library/lists" "library/alists"
                 "library/plists" "library/list-mapping" "library/make-array" "library/sequences" "library/find"
                 "library/concatenate" "library/sort" "library/strings" "library/hash-tables"
                 "library/data-and-control" "library/signals" "library/symbols" "library/packages" "library/coerce"
                 "library/loop" "compiler/packages" "compiler/bytes" "compiler/types" "compiler/emitter"
                 "compiler/kernel" "compiler/world" "compiler/reader" "compiler/ir" "compiler/environment"
                 "compiler/toplevel" "compiler/generate" "compiler/data-text" "compiler/constants"))
   (:file "compiler/compile"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/places" "library/structures"
                 "library/runtime-environment" "library/vector-data" "library/sequences" "library/string-case"
                 "library/hash-tables" "library/data-and-control" "library/handlers" "library/symbols"
                 "library/substitute" "library/compare-sequences" "library/loop" "compiler/packages"
                 "compiler/diagnostics" "compiler/world" "compiler/reader" "compiler/ir" "compiler/environment"
                 "compiler/lambda-lists" "compiler/convert" "compiler/special-forms" "compiler/calls"
                 "compiler/effects" "compiler/toplevel" "compiler/generate" "compiler/generate-code"
                 "compiler/object"))
   (:file "compiler/interface"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/lists" "library/membership"
                 "library/alists" "library/plists" "library/list-mapping" "library/integer-division"
                 "library/integer-bits" "library/vector-data" "library/sequences" "library/map" "library/sort"
                 "library/hash-tables" "library/handlers" "library/signals" "library/symbols" "library/packages"
                 "library/streams" "library/stream-output" "library/string-streams" "library/stream-macros"
                 "library/loop" "compiler/packages" "compiler/bytes" "compiler/reader" "compiler/environment"
                 "compiler/effects" "compiler/data-text" "compiler/object"))
   (:file "compiler/json"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/lists" "library/list-mapping"
                 "library/integers" "library/vector-data" "library/sequences" "library/characters"
                 "library/string-case" "library/streams" "library/stream-output" "library/string-streams"
                 "library/stream-macros" "compiler/packages" "compiler/bytes" "compiler/diagnostics"
                 "compiler/data-text"))
   (:file "compiler/linker"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/structures" "library/runtime-environment" "library/lists" "library/membership"
                 "library/list-mapping" "library/integers" "library/integer-bits" "library/sequences" "library/find"
                 "library/concatenate" "library/map" "library/strings" "library/hash-tables"
                 "library/data-and-control" "library/signals" "library/symbols" "library/loop" "compiler/packages"
                 "compiler/emitter" "compiler/kernel" "compiler/diagnostics" "compiler/reader" "compiler/object"))
   (:file "compiler/image"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/structures" "library/runtime-environment" "library/element-tests" "library/lists"
                 "library/membership" "library/alists" "library/list-mapping" "library/integers"
                 "library/integer-bits" "library/sequences" "library/find" "library/remove" "library/concatenate"
                 "library/strings" "library/string-case" "library/string-order" "library/hash-tables"
                 "library/data-and-control" "library/signals" "library/symbols" "compiler/packages" "compiler/types"
                 "compiler/emitter" "compiler/kernel" "compiler/diagnostics" "compiler/reader" "compiler/generate"
                 "compiler/constants" "compiler/object" "compiler/linker"))
   (:file "compiler/image-sections"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/equality" "library/lists" "library/membership" "library/alists" "library/integers"
                 "library/sequences" "library/find" "library/concatenate" "library/map" "library/string-case"
                 "library/hash-tables" "library/signals" "library/symbols" "library/loop" "compiler/packages"
                 "compiler/bytes" "compiler/types" "compiler/emitter" "compiler/kernel" "compiler/diagnostics"
                 "compiler/constants" "compiler/object" "compiler/linker" "compiler/image"))
   (:file "compiler/unit"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/element-tests" "library/lists" "library/membership" "library/list-mapping"
                 "library/sequences" "library/remove" "library/concatenate" "library/hash-tables" "library/signals"
                 "library/coerce" "compiler/packages" "compiler/bytes" "compiler/types" "compiler/emitter"
                 "compiler/kernel" "compiler/diagnostics" "compiler/world" "compiler/ir" "compiler/environment"
                 "compiler/convert" "compiler/special-forms" "compiler/calls" "compiler/toplevel"
                 "compiler/generate" "compiler/generate-code" "compiler/object" "compiler/image"))
   (:file "compiler/session"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/runtime-environment" "library/macro-support" "library/define-condition"
                 "library/element-tests" "library/lists" "library/membership" "library/plists"
                 "library/list-mapping" "library/integers" "library/vector-data" "library/make-array"
                 "library/sequences" "library/remove" "library/concatenate" "library/map" "library/sort"
                 "library/strings" "library/string-case" "library/string-order" "library/hash-tables"
                 "library/condition-classes" "library/handlers" "library/signals" "library/packages"
                 "library/stream-output" "library/loop" "compiler/packages" "compiler/bytes" "compiler/diagnostics"
                 "compiler/world" "compiler/reader" "compiler/environment" "compiler/calls" "compiler/toplevel"
                 "compiler/constants" "compiler/object" "compiler/compile" "compiler/interface" "compiler/json"
                 "compiler/linker" "compiler/image"))
   (:file "library/evaluator"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/image-loader"
                 "library/runtime-environment" "library/sequences" "library/hash-tables" "library/handlers"
                 "library/signals" "library/symbols" "library/packages" "library/loop" "compiler/diagnostics"
                 "compiler/world" "compiler/reader" "compiler/environment" "compiler/convert" "compiler/calls"
                 "compiler/toplevel" "compiler/unit"))
   (:file "library/stage-exports"
    :depends-on ("library/sequences" "compiler/environment"))))

(defsystem "clysm/library"
  :depends-on ("clysm/core")
  :components
  ((:file "library/adjust-array"
    :depends-on ("library/control" "library/simple-loop" "library/iteration" "library/setf" "library/checks"
                 "library/lists" "library/list-mapping" "library/vector-data" "library/arrays" "library/make-array"
                 "library/sequences" "library/signals"))
   (:file "library/number-constants")
   (:file "library/boole"
    :depends-on ("library/control" "library/case" "library/checks" "library/integers" "library/integer-bits"))
   (:file "library/pathname-merging"
    :depends-on ("library/control" "library/lists" "library/pathnames"))
   (:file "library/pathname-matching"
    :depends-on ("library/control" "library/iteration" "library/case" "library/setf" "library/places"
                 "library/equality" "library/lists" "library/list-mapping" "library/integers" "library/vector-data"
                 "library/sequences" "library/find" "library/concatenate" "library/map" "library/signals"
                 "library/loop" "library/pathnames"))
   (:file "library/files"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/places" "library/lists"
                 "library/membership" "library/vector-data" "library/sequences" "library/signals"
                 "library/stream-conditions" "library/stream-input" "library/string-streams" "library/host-memory"
                 "library/format" "library/pathnames" "library/namestrings" "library/pathname-merging"
                 "library/pathname-matching"))
   (:file "library/directory"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/places" "library/lists"
                 "library/list-mapping" "library/sequences" "library/find" "library/stream-conditions"
                 "library/host-memory" "library/pathnames" "library/pathname-merging" "library/pathname-matching"
                 "library/files"))
   (:file "library/open"
    :depends-on ("library/control" "library/case" "library/setf" "library/checks" "library/membership"
                 "library/integers" "library/integer-division" "library/integer-bits" "library/concatenate"
                 "library/signals" "library/stream-conditions" "library/streams" "library/host-memory"
                 "library/file-streams" "library/subtypep" "library/pathnames" "library/files"))
   (:file "library/time"
    :depends-on ("library/backquote" "library/control" "library/iteration" "library/sequencing" "library/checks"
                 "library/runtime-environment" "library/macro-support" "library/integers" "library/integer-division"
                 "library/signals" "library/stream-conditions" "library/standard-streams" "library/format"
                 "library/floats" "library/loop" "library/files"))
   (:file "library/environment"
    :depends-on ("library/control" "library/checks" "library/membership" "library/stream-output"
                 "library/host-memory"))
   (:file "library/modules"
    :depends-on ("library/control" "library/iteration" "library/setf" "library/places" "library/membership"
                 "library/strings" "library/signals" "library/sets"))
   (:file "library/documentation"
    :depends-on ("library/control" "library/setf" "library/places" "library/plists" "library/hash-tables"
                 "library/packages" "library/standard-conditions"))
   (:file "library/describe"
    :depends-on ("library/control" "library/iteration" "library/layouts" "library/list-mapping" "library/integers"
                 "library/integer-bits" "library/vector-data" "library/arrays" "library/characters"
                 "library/hash-tables" "library/symbols" "library/packages" "library/type-of" "library/streams"
                 "library/standard-streams" "library/format" "library/documentation"))
   (:file "library/trace"
    :depends-on ("library/backquote" "library/control" "library/setf" "library/places"
                 "library/runtime-environment" "library/element-tests" "library/lists" "library/alists"
                 "library/list-mapping" "library/remove" "library/signals" "library/symbols"
                 "library/standard-streams" "library/format"))
   (:file "library/dribble"
    :depends-on ("library/control" "library/macro-support" "library/streams" "library/composite-streams"
                 "library/standard-streams" "library/open"))
   (:file "library/load"
    :depends-on ("library/control" "library/packages" "library/streams" "library/stream-macros"
                 "library/readtables" "library/printer" "library/format" "library/loop" "library/reader"
                 "library/namestrings" "library/pathname-merging" "library/files" "library/open" "library/evaluator"))))
