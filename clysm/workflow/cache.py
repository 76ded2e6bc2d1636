"""`CompilationCache`: what earlier runs compiled, and its text, one property list that any Lisp reader can
read.

    (:version 1
     :timestamp "2025-12-27T12:00:00Z"
     :project-root "/abs/project"
     :modules
     (("src/leb128.lisp"
       :mtime 1735300800
       ...))
     :dependency-order
     ("src/leb128.lisp"))

Only lists, lower-case keywords, nil, non-negative integers, and strings with the escapes `\\"` and `\\\\`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from clysm.workflow.checks import is_relative_path, is_sha256, is_timestamp, require
from clysm.workflow.diagnostics import FIELDS, CompilationError
from clysm.workflow.digests import sha256_items
from clysm.workflow.errors import ClysmError, InvalidRecord, ReadError
from clysm.workflow.graph import GraphSnapshot
from clysm.workflow.sexp import List, Number, Sexp, String, Symbol, read_data
from clysm.workflow.states import Severity

VERSION = 1
MAX_DEPTH = 8
MAX_BYTES = 64 << 20


class CacheDamaged(ClysmError):
    """Text that is no cache of this version; it means a full rebuild, never a failure."""


@dataclass(frozen=True, slots=True)
class CachedModule:
    """The result of compiling one module successfully. `compiled_bytes` is None until the object is read."""

    path: str
    mtime: int
    hash: str
    compiled_size: int
    compile_time_ms: int
    dependencies: tuple[str, ...]
    compiled_bytes: bytes | None
    form_results: tuple[tuple[str, str | None], ...]
    warnings: tuple[CompilationError, ...]
    key: str
    object: str
    interface: str

    def __post_init__(self) -> None:
        name = "CachedModule"
        require(is_relative_path(self.path), name, "path", f"`{self.path}`")
        require(self.mtime >= 1, name, "mtime", "not positive")
        for field in ("hash", "key", "object", "interface"):
            require(is_sha256(getattr(self, field)), name, field, "not a SHA-256")
        require(self.compiled_size > 0 and self.compile_time_ms >= 0, name, "compiled_size", "not positive")
        size_agrees = self.compiled_bytes is None or len(self.compiled_bytes) == self.compiled_size
        require(size_agrees, name, "compiled_bytes", "not of compiled_size")


@dataclass(frozen=True, slots=True)
class CompilationCache:
    """`project_root` is the single absolute path that is ever written, and no hash covers it."""

    version: int
    timestamp: str
    project_root: str
    modules: Mapping[str, CachedModule]
    dependency_graph: GraphSnapshot | None

    def __post_init__(self) -> None:
        name = "CompilationCache"
        require(self.version == VERSION, name, "version", f"not {VERSION}")
        require(is_timestamp(self.timestamp), name, "timestamp", "not ISO 8601 UTC to the second")
        require(PurePosixPath(self.project_root).is_absolute(), name, "project_root", "not absolute")
        require(all(key == entry.path for key, entry in self.modules.items()), name, "modules", "wrong key")


# Writing


def to_text(cache: CompilationCache) -> str:
    """The text of the cache file; equal caches give equal text."""
    entries = "\n  ".join(_entry_text(cache.modules[path]) for path in sorted(cache.modules))
    order = cache.dependency_graph.order if cache.dependency_graph else ()
    return (
        f"(:version {cache.version}\n"
        f" :timestamp {_string(cache.timestamp)}\n"
        f" :project-root {_string(cache.project_root)}\n"
        f" :modules\n {_wrapped(entries)}\n"
        f" :dependency-order\n {_strings(order)})\n"
    )


def _entry_text(entry: CachedModule) -> str:
    return "(" + "\n   ".join((*_entry_lines(entry), f":check {_string(_check(entry))}")) + ")"


def _check(entry: CachedModule) -> str:
    """The hash of all that an entry says: nothing else tells that a byte of a warning is damaged. It is none
    of the specified keys, so an entry may lack it.
    """
    return sha256_items(line.encode() for line in _entry_lines(entry))


def _entry_lines(entry: CachedModule) -> tuple[str, ...]:
    form_texts = (f"({_string(kind)} {_text_or_nil(name)})" for kind, name in entry.form_results)
    warning_texts = (_warning_text(warning) for warning in entry.warnings)
    return (
        _string(entry.path),
        f":mtime {entry.mtime}",
        f":hash {_string(entry.hash)}",
        f":compiled-size {entry.compiled_size}",
        f":dependencies {_strings(entry.dependencies)}",
        f":key {_string(entry.key)}",
        f":object {_string(entry.object)}",
        f":interface {_string(entry.interface)}",
        f":compile-time-ms {entry.compile_time_ms}",
        f":forms {_wrapped(' '.join(form_texts))}",
        f":warnings {_wrapped(' '.join(warning_texts))}",
    )


def _warning_text(warning: CompilationError) -> str:
    parts = []
    for field in FIELDS:
        value = getattr(warning, field)
        parts.append(f":{field} {value if isinstance(value, int) else _text_or_nil(value)}")
    return f"({' '.join(parts)})"


def _string(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _text_or_nil(text: str | None) -> str:
    return "nil" if text is None else _string(text)


def _strings(texts: Iterable[str]) -> str:
    return _wrapped(" ".join(_string(text) for text in texts))


def _wrapped(text: str) -> str:
    return f"({text})" if text else "nil"


# Reading


def from_bytes(data: bytes) -> CompilationCache:
    """The cache of a file's bytes; an entry that lacks something is left out. Raises CacheDamaged for
    anything else.
    """
    if len(data) > MAX_BYTES:
        raise CacheDamaged(f"larger than {MAX_BYTES} bytes")
    try:
        expressions = read_data(data.decode(), max_depth=MAX_DEPTH)
        if len(expressions) != 1:
            raise CacheDamaged("not one property list")
        table = _plist(expressions[0])
        entries = [entry for item in _list(table[":modules"]) if (entry := _entry(item)) is not None]
        order = tuple(_text(item) for item in _list(table[":dependency-order"]))
        modules = {entry.path: entry for entry in entries}
        return CompilationCache(
            version=_integer(table[":version"]),
            timestamp=_text(table[":timestamp"]),
            project_root=_text(table[":project-root"]),
            modules=modules,
            dependency_graph=GraphSnapshot(
                order, {path: modules[path].dependencies for path in sorted(modules)}
            ),
        )
    except (UnicodeDecodeError, ReadError, InvalidRecord, KeyError) as error:
        raise CacheDamaged(str(error)) from error


def _entry(item: Sexp) -> CachedModule | None:
    """The entry of `("path" :key value ...)`; None if a required key is missing, a value breaks a rule or a
    check is there and fails.
    """
    if not isinstance(item, List) or not item.items:
        return None
    try:
        table = dict(_pairs(item.items[1:]))
        entry = CachedModule(
            path=_text(item.items[0]),
            mtime=_integer(table[":mtime"]),
            hash=_text(table[":hash"]),
            compiled_size=_integer(table[":compiled-size"]),
            compile_time_ms=_integer(table[":compile-time-ms"]),
            dependencies=tuple(_text(dependency) for dependency in _list(table[":dependencies"])),
            compiled_bytes=None,
            form_results=tuple(_form(form) for form in _list(table[":forms"])),
            warnings=tuple(_warning(warning) for warning in _list(table[":warnings"])),
            key=_text(table[":key"]),
            object=_text(table[":object"]),
            interface=_text(table[":interface"]),
        )
        return entry if ":check" not in table or _text(table[":check"]) == _check(entry) else None
    except (CacheDamaged, InvalidRecord, KeyError, ValueError):
        return None


def _form(item: Sexp) -> tuple[str, str | None]:
    kind, name = _list(item)
    return _text(kind), _optional_text(name)


def _warning(item: Sexp) -> CompilationError:
    table = _plist(item)
    return CompilationError(
        severity=Severity(_text(table[":severity"])),
        category=_text(table[":category"]),
        message=_text(table[":message"]),
        suggestion=_optional_text(table[":suggestion"]),
        path=_text(table[":path"]),
        line=_integer(table[":line"]),
        column=_integer(table[":column"]),
        form=_optional_text(table[":form"]),
        operator=_optional_text(table[":operator"]),
    )


def _plist(item: Sexp) -> dict[str, Sexp]:
    if not isinstance(item, List):
        raise CacheDamaged("not a property list")
    return dict(_pairs(item.items))


def _pairs(items: tuple[Sexp, ...]) -> Iterator[tuple[str, Sexp]]:
    if len(items) % 2:
        raise CacheDamaged("a key without a value")
    for key, value in zip(items[::2], items[1::2], strict=True):
        if not isinstance(key, Symbol) or not key.name.startswith(":"):
            raise CacheDamaged("not a keyword")
        yield key.name, value


def _list(item: Sexp) -> tuple[Sexp, ...]:
    if isinstance(item, List):
        return item.items
    if isinstance(item, Symbol) and item.name == "nil":
        return ()
    raise CacheDamaged("not a list")


def _text(item: Sexp) -> str:
    if isinstance(item, String):
        return item.value
    raise CacheDamaged("not a string")


def _optional_text(item: Sexp) -> str | None:
    return None if isinstance(item, Symbol) and item.name == "nil" else _text(item)


def _integer(item: Sexp) -> int:
    if isinstance(item, Number):
        return item.value
    raise CacheDamaged("not an integer")
