"""The line of source that a diagnostic is about, with a caret under the column, and text made safe to show.

Columns count code points, a tab is one; what is shown is as wide as a terminal shows it. Nothing in a source
file, a file name or a message can move the cursor, change colours or reverse the text.
"""

import unicodedata
from collections.abc import Callable
from enum import StrEnum

WIDTH = 100  # columns of source shown at most
_BEFORE = 60  # of them, before the caret
_HIDDEN = "\ufffd"  # for what must not reach a terminal


class Role(StrEnum):
    """What a piece of a diagnostic is, for whoever colours it."""

    ERROR = "error"
    WARNING = "warning"
    PLACE = "place"
    CARET = "caret"
    QUIET = "quiet"


Paint = Callable[[Role, str], str]
_CODES = {Role.ERROR: "1;31", Role.WARNING: "1;33", Role.PLACE: "1", Role.CARET: "1;32", Role.QUIET: "2"}


def plain(role: Role, text: str) -> str:
    """No colours."""
    return text


def coloured(role: Role, text: str) -> str:
    """The colours of a terminal."""
    return f"\x1b[{_CODES[role]}m{text}\x1b[0m"


def printable(text: str) -> str:
    """The text with control and format characters replaced; line ends and tabs are blanks."""
    return "".join(_shown(char) for char in text)


def excerpt(source: bytes, line: int, column: int, paint: Paint = plain) -> tuple[str, ...]:
    """Two lines: the numbered line of the source and the caret; none if the source has nothing there."""
    text = _line(source, line)
    if text is None or not text.strip() or not 1 <= column <= len(text) + 1:
        return ()
    first = _first_shown(text, column - 1)
    head = ("…" if first else "") + printable(text[first : column - 1])
    tail = printable(text[column - 1 :])
    room = WIDTH - _columns(head)
    cut = _fitting(tail, room)
    shown = head + tail[:cut] + ("…" if cut < len(tail) else "")
    label = f"{line:>5} | "
    caret = paint(Role.CARET, "^")
    return (
        paint(Role.QUIET, label) + shown.rstrip(),
        paint(Role.QUIET, f"{'':>5} | ") + " " * _columns(head) + caret,
    )


def _line(source: bytes, line: int) -> str | None:
    """The text of a line, counted from 1; None if there are fewer."""
    start = 0
    for _ in range(line - 1):
        start = source.find(b"\n", start) + 1
        if not start:
            return None
    if line < 1:
        return None
    end = source.find(b"\n", start)
    return source[start : end if end >= 0 else len(source)].decode(errors="replace").rstrip("\r")


def _first_shown(text: str, caret: int) -> int:
    """The first character to show so that the caret is in view."""
    first, columns = caret, 0
    while first > 0 and columns < _BEFORE:
        first -= 1
        columns += _width(text[first])
    return first


def _fitting(text: str, room: int) -> int:
    """How many characters of the text fit into so many columns."""
    used = 0
    for count, char in enumerate(text):
        used += _width(char)
        if used > room:
            return count
    return len(text)


def _columns(text: str) -> int:
    return sum(_width(char) for char in text)


def _width(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _shown(char: str) -> str:
    if char in "\t\n\r\f\v":
        return " "
    return _HIDDEN if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") else char
