"""From the patterns of a command line to the source files they mean.

`*`, `?`, `[...]` and `**` (any depth, also none) are expanded here and not by the shell, relative to the
working directory.
"""

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_MAGIC = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class Matches:
    """`files` are resolved, unique and sorted; `missing` are literal paths that do not exist; `notes` are
    warnings, and `refused` literal paths whose names cannot be written down.
    """

    files: tuple[Path, ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...]
    refused: tuple[str, ...] = ()


def expand(patterns: Iterable[str], directory: Path) -> Matches:
    """The `.lisp` and `.asd` files that the patterns mean."""
    files: set[Path] = set()
    missing: list[str] = []
    notes: list[str] = []
    refused: list[str] = []
    for pattern in patterns:
        if _MAGIC.search(pattern) and not (directory / pattern).exists():
            found = sorted(_glob(directory, pattern))
            for path in found:
                if not is_writable_name(os.path.relpath(os.path.realpath(path), directory)):
                    notes.append(f"{os.path.relpath(path, directory)!a} is no name for a module: ignored")
                elif path.suffix == ".lisp":
                    files.add(path.resolve())
                else:
                    notes.append(f"`{os.path.relpath(path, directory)}` is not a .lisp file and is ignored")
            if not found:
                notes.append(f"no file matches `{pattern}`")
        elif not is_writable_name(os.path.relpath(os.path.realpath(directory / pattern), directory)):
            refused.append(pattern)
        elif (directory / pattern).is_file():
            files.add((directory / pattern).resolve())
        else:
            missing.append(pattern)
    return Matches(tuple(sorted(files)), tuple(missing), tuple(notes), tuple(refused))


def is_writable_name(path: str) -> bool:
    """Whether a path can stand in a report, on a line, in UTF-8: no control characters, no other bytes."""
    return not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in path)


def project_root(directory: Path, files: Iterable[Path]) -> Path:
    """The deepest directory that holds the working directory and all files, so that no path needs `..`."""
    return Path(os.path.commonpath([directory, *(path.parent for path in files)]))


def _glob(directory: Path, pattern: str) -> Iterator[Path]:
    """Files that match. Directories that begin with a dot match only a part that does; links are not followed
    by `**`.
    """
    start = Path("/") if pattern.startswith("/") else directory
    parts = [part for part in pattern.split("/") if part not in ("", ".")]
    yield from (path for path in _match(start, parts) if path.is_file())


def _match(directory: Path, parts: list[str]) -> Iterator[Path]:
    if not parts:
        return
    part, rest = parts[0], parts[1:]
    if part == "**":
        yield from _match(directory, rest or ["*"])
        for name in _names(directory):
            child = directory / name
            if not name.startswith(".") and child.is_dir() and not child.is_symlink():
                yield from _match(child, parts)
        return
    if not _MAGIC.search(part):
        candidates = [directory / part] if (directory / part).exists() else []
    else:
        wanted = _compile(part)
        candidates = [
            directory / name
            for name in _names(directory)
            if wanted.fullmatch(name) and (part.startswith(".") or not name.startswith("."))
        ]
    for path in candidates:
        if not rest:
            yield path
        elif path.is_dir():
            yield from _match(path, rest)


def _names(directory: Path) -> list[str]:
    try:
        return sorted(os.listdir(directory))
    except OSError:
        return []


def _compile(part: str) -> re.Pattern[str]:
    """The regular expression of one part of a pattern."""
    result = ""
    position = 0
    while position < len(part):
        char = part[position]
        close = part.find("]", position + 2)
        if char == "[" and close > 0:
            inside = part[position + 1 : close].replace("\\", "\\\\").replace("^", "\\^")
            result += f"[^{inside[1:]}]" if inside.startswith("!") else f"[{inside}]"
            position = close + 1
            continue
        result += {"*": "[^/]*", "?": "[^/]"}.get(char, re.escape(char))
        position += 1
    return re.compile(result, re.DOTALL)
