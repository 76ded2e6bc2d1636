"""The closed list of failure categories, each with the remedy that is shown to the user.

There is no category for the unknown: what cannot be classified is `internal-error` and keeps its full
message.
"""

from collections.abc import Mapping

REMEDIATION: Mapping[str, str] = {
    "read-error": "correct the text at the position; the rest of the file was not attempted",
    "package-error": "define, export or shadow the name before its use",
    "syntax-error": "correct the form's shape",
    "unsupported-special-form": "implement it in the compiler, or write the form another way",
    "unsupported-macro": "add the macro to the library module",
    "unsupported-declaration": "remove it or teach the compiler to accept it",
    "unsupported-literal": "construct it at load time, or define `make-load-form`",
    "macro-error": "fix the macro; its definition's position is attached",
    "missing-function": "define it or add the module that does",
    "missing-variable": "declare it with `defvar`, or bind it",
    "missing-type": "define it in a module this one depends on",
    "missing-module": "add the file to the module list or patterns",
    "dependency-cycle": "move the shared definitions to a third module",
    "duplicate-definition": "remove or rename one",
    "type-error": "correct the operand; expected and actual types are attached",
    "dependency-failed": "fix the root named in `causes`",
    "limit-exceeded": "split the input or stop the expansion",
    "host-error": "grant the directory, or remove the access from compile-time code",
    "wasm-validation-error": "report a compiler bug with the form",
    "internal-error": "report a compiler bug with the form",
}

CATEGORIES: frozenset[str] = frozenset(REMEDIATION)
