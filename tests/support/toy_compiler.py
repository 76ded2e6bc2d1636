"""A deterministic toy compiler behind the compiler-session interface, to test the build without the real one.

Its language, one operator per top-level form:

    (defun NAME ...)        a function; its text is its code
    (defmacro NAME ...)     goes to the interface with its text; so do `definline` (which is a function
                            besides), `defstruct` and `defconstant`
    (defvar NAME ...)       a variable, kept by name
    (use NAME)              needs what an interface holds as NAME, or the file in an earlier form
    (call NAME)             refers to a function, which must exist when linking
    (print "TEXT")          the program prints TEXT and a newline
    (exit N)                the program ends with status N
    (warn "TEXT")           compiles, with a warning
    (fail CATEGORY NAME)    fails to compile with that category and operator
    (crash)                 kills the process
    (hang)                  never returns
    (wait N)                takes N seconds
    (host-dependent)        compiles to something that depends on which compiler compiles it
    (skip-me)               is reported as skipped
    (invalid)               compiles to an object that is not valid WebAssembly

Objects, interfaces and images are what the ABI promises: objects and images are valid WebAssembly modules.
"""

import hashlib
import json
import os
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import wasmtime

from clysm.engine.abi import AbiReply, Options, Status
from clysm.engine.stage import StageCall
from clysm.workflow.formcount import Atom, Datum, form_name, form_type, scan_bytes

_EXPORTS = """
 (memory (export "memory") 1)
 (func (export "abi_version") (result i32) i32.const 1)
 (func (export "_initialize"))
 (func (export "buffer_alloc") (param i32) (result i32) i32.const 0)
 (func (export "buffer_reset"))
"""


@dataclass
class ToyCompiler:
    """`identity` is what `(host-dependent)` compiles to: who this compiler is."""

    identity: str
    calls: list[StageCall] = field(default_factory=list)
    refused_imports: tuple[str, ...] = ()
    macros: dict[str, tuple[str, str]] | None = None  # name -> module, text
    objects: list[dict[str, Any]] = field(default_factory=list)

    def session_begin(self, options: Options) -> AbiReply:
        self._note("session_begin", b"")
        self.macros = {}
        self.objects = []
        return AbiReply(Status.OK)

    def load_interface(self, interface: bytes) -> AbiReply:
        self._note("load_interface", interface)
        if self.macros is None:
            return _reply(Status.BAD_CALL, [_error("internal-error", "no session")], [])
        loaded = json.loads(interface)
        self.macros.update((name, (loaded["path"], text)) for name, text in loaded["macros"].items())
        return AbiReply(Status.OK)

    def load_object(self, code: bytes) -> AbiReply:
        self._note("load_object", code)
        self.objects.append(_object_of(code))
        return AbiReply(Status.OK)

    def compile_form(self, source: bytes, options: Options) -> AbiReply:
        return _reply(Status.BAD_CALL, [_error("internal-error", "not in the toy")], [])

    def compile_module(self, source: bytes, options: Options) -> AbiReply:
        self._note("compile_module", source)
        path = str(options["path"])
        if self.macros is None:
            return _reply(Status.BAD_CALL, [_error("internal-error", "no session")], [])
        scan = scan_bytes(source)
        forms: list[dict[str, Any]] = []
        errors: list[dict[str, Any]] = []
        warnings: list[dict[str, Any]] = []
        code: dict[str, Any] = {
            "path": path,
            "source": hashlib.sha256(source).hexdigest(),
            "functions": {},
            "variables": [],
            "calls": [],
            "prints": [],
            "exit": None,
        }
        exported: dict[str, str] = {}
        uses: Any = options.get("uses")
        visible = {name: text for name, (home, text) in self.macros.items() if uses is None or home in uses}
        for number, form in enumerate(scan.forms):
            problem, skip = self._form(form.datum, code, visible, exported, form.line, form.column)
            status = "failed" if problem else "skipped" if skip else "success"
            forms.append(_form_json(path, number, form.line, form.column, form.datum, status, problem))
            if form_type(form.datum) == "warn":
                warning = _error("type-error", _operand(form.datum), path, form.line, form.column)
                warnings.append({**warning, "severity": "warning"})
            if problem:
                operator = problem[2] if len(problem) > 2 else None
                errors.append(_error(problem[0], problem[1], path, form.line, form.column, operator))
        if scan.error is not None:
            place = (scan.error.line, scan.error.column)
            problem = ("read-error", scan.error.message)
            forms.append(_form_json(path, len(forms), *place, (), "failed", problem))
            errors.append(_error(*problem, path, *place))
        if errors or any(form["status"] != "success" for form in forms):
            return _reply(Status.SOURCE_ERROR, errors or [_error("internal-error", "skipped")], forms)
        self.macros.update((name, (path, text)) for name, text in exported.items())
        interface = json.dumps({"path": path, "macros": exported}, sort_keys=True).encode()
        ending = b"\x01\x02\x01" if "invalid" in code else b""  # a type section that ends too soon
        return AbiReply(Status.OK, _object_bytes(code) + ending, interface, _diagnostics(warnings, forms))

    def link(self, options: Options) -> AbiReply:
        self._note("link", b"")
        functions: dict[str, str] = {}
        chosen = cast(tuple[int, ...], options.get("objects") or tuple(range(len(self.objects))))
        units = [self.objects[place] for place in chosen]
        for unit in units:
            functions.update(unit["functions"])
        missing = [
            _error("missing-function", f"`{name}` is not defined", unit["path"], line, column, name)
            for unit in units
            for name, line, column in unit["calls"]
            if name not in functions
        ]
        if missing and options["strict"]:
            return _reply(Status.LINK_ERROR, missing, [])
        if not units:
            return _reply(Status.LINK_ERROR, [_error("internal-error", "no objects")], [])
        warnings = [{**problem, "severity": "warning"} for problem in missing]
        return AbiReply(Status.OK, _image(units, functions), b"", _diagnostics(warnings, []))

    def _form(
        self,
        datum: Datum,
        code: dict[str, Any],
        visible: Mapping[str, str],
        exported: dict[str, str],
        line: int,
        column: int,
    ) -> tuple[tuple[str, ...] | None, bool]:
        """Compile one form into `code`; its failure (category, message, operator), and whether it is
        skipped.
        """
        name = form_name(datum) or _operand(datum)
        match form_type(datum):
            case "defun":
                code["functions"][name] = _text(datum)
            case "definline":
                exported[name] = code["functions"][name] = _text(datum)
            case "defmacro" | "defstruct" | "defconstant":
                exported[name] = _text(datum)
                code["functions"][f"macro {name}"] = _text(datum)
            case "defvar":
                code["variables"].append(name)
            case "use":
                known = {**visible, **exported}
                if name not in known:
                    return ("unsupported-macro", f"the macro `{name}` is not known", name), False
                code["functions"][f"expansion of {name}"] = known[name]
            case "call":
                code["calls"].append([name, line, column])
            case "print":
                code["prints"].append(_operand(datum))
            case "exit":
                code["exit"] = int(name)
            case "fail":
                assert isinstance(datum, tuple)
                operator = datum[2].text.lower() if len(datum) > 2 and isinstance(datum[2], Atom) else "?"
                return (name, f"`{operator}` does not compile", operator), False
            case "crash":
                print("the toy crashes", flush=True)
                os.kill(os.getpid(), signal.SIGKILL)
            case "hang":
                time.sleep(3600)
            case "wait":
                time.sleep(float(_operand(datum)))
            case "host-dependent":
                code["functions"]["host-dependent"] = self.identity
            case "skip-me":
                return None, True
            case "invalid":
                code["invalid"] = True
        return None, False

    def _note(self, name: str, data: bytes) -> None:
        self.calls.append(StageCall(name, hashlib.sha256(data).hexdigest()))


def _operand(datum: Datum) -> str:
    if isinstance(datum, tuple) and len(datum) > 1 and isinstance(datum[1], Atom):
        return datum[1].text if datum[1].kind.value == "string" else datum[1].text.lower()
    return ""


def _text(datum: Datum) -> str:
    """The datum on one line, however deep it is."""
    pieces: list[str] = []
    pending: list[Datum | str] = [datum]
    while pending:
        part = pending.pop()
        if isinstance(part, tuple):
            spaced = [item for inner in part for item in (" ", inner)][1:]
            pending += [")", *reversed(spaced), "("]
        else:
            pieces.append(part.text if isinstance(part, Atom) else part)
    return "".join(pieces)


def _error(
    category: str, message: str, path: str = "", line: int = 0, column: int = 0, operator: str | None = None
) -> dict[str, Any]:
    return {
        "severity": "error", "category": category, "message": message, "suggestion": None, "path": path,
        "line": line, "column": column, "form": None, "operator": operator,
    }  # fmt: skip


def _form_json(
    path: str, number: int, line: int, column: int, datum: Datum, status: str, problem: tuple[str, ...] | None
) -> dict[str, Any]:
    return {
        "source_file": path, "id": number, "line": line, "column": column, "form_type": form_type(datum),
        "form_name": form_name(datum), "status": status, "error_category": problem[0] if problem else None,
        "error_message": problem[1] if problem else None, "causes": [],
    }  # fmt: skip


def _diagnostics(errors: list[dict[str, Any]], forms: list[dict[str, Any]]) -> bytes:
    return json.dumps({"diagnostics": errors, "forms": forms}).encode()


def _reply(status: Status, errors: list[dict[str, Any]], forms: list[dict[str, Any]]) -> AbiReply:
    return AbiReply(status, diagnostics=_diagnostics(errors, forms))


def _object_bytes(code: Mapping[str, Any]) -> bytes:
    """A WebAssembly module with one custom section."""
    content = b"\x0cclysm.object" + json.dumps(code, sort_keys=True).encode()
    return b"\0asm\1\0\0\0" + b"\0" + _u32(len(content)) + content


def _object_of(data: bytes) -> dict[str, Any]:
    code: dict[str, Any] = json.loads(data[data.index(b"clysm.object") + 12 :])
    return code


def _u32(number: int) -> bytes:
    encoded = bytearray()
    while number > 127:
        encoded.append(number & 127 | 128)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def image_of(functions: Mapping[str, str], variables: tuple[str, ...] = ()) -> bytes:
    """An image that holds just these functions, by name and text."""
    unit = {"prints": [], "exit": None, "variables": list(variables)}
    return _image([unit], functions)


def _image(objects: list[dict[str, Any]], functions: Mapping[str, str]) -> bytes:
    """An image that prints what its modules print; every function is there by name, with a constant made from
    its text.
    """
    printed = "".join(line + "\n" for unit in objects for line in unit["prints"]).encode()
    exits = [unit["exit"] for unit in objects if unit["exit"] is not None]
    data = "".join(f"\\{byte:02x}" for byte in printed)
    variables = " ".join(name for unit in objects for name in unit["variables"])
    finish = f"(call $exit (i32.const {exits[-1]}))" if exits else ""
    bodies = "\n".join(
        f" (func ${_identifier(name)} i32.const {_constant(text)} drop)" for name, text in functions.items()
    )
    text = f"""(module
 (import "clysm" "fd_write" (func $fd_write (param i32 i32 i32) (result i32)))
 (import "clysm" "exit" (func $exit (param i32)))
 {_EXPORTS}
 (data (i32.const 1024) "{data}")
 (data (i32.const 32768) "{variables}")
 (func $start (export "_start")
  (drop (call $fd_write (i32.const 1) (i32.const 1024) (i32.const {len(printed)}))) {finish})
{bodies})"""
    return bytes(wasmtime.wat2wasm(text))


def _constant(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest()[:7], 16)


def _identifier(name: str) -> str:
    """A quoted identifier of the WebAssembly text format."""
    return f'"{name}"'
