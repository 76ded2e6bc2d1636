"""An independent reader of Lisp text, enough to find, count and name the top-level forms of a file.

It shares nothing with the compiler's reader or the Python host's, so that a count of forms can be checked
against something else than itself. It also names the forms of modules that were never compiled, and feeds the
inference of dependencies.

Data are trees: tuples are lists, `Atom`s the leaves. Numbers, characters and other literals are atoms of kind
OTHER.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from clysm.workflow.errors import ReadError

FEATURES = frozenset({"CLYSM", "COMMON-LISP", "ANSI-CL"})


class Kind(Enum):
    SYMBOL = "symbol"
    STRING = "string"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Atom:
    """`text` is a symbol's name in the reader's case (upper, except where escaped), a string's contents, or a
    literal.
    """

    kind: Kind
    text: str
    package: str | None = None  # of `package:name`; "KEYWORD" for keywords, "" for uninterned symbols


Datum = Atom | tuple["Datum", ...]


@dataclass(frozen=True, slots=True)
class ScannedForm:
    """A top-level form; byte offsets with the end exclusive, 1-based line and column (in code points)."""

    datum: Datum
    start: int
    end: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Scan:
    """The forms up to the end of the text, or up to `error`."""

    forms: tuple[ScannedForm, ...]
    error: ReadError | None


_CONSTITUENT = r"[^\s()\"';`,\\|]"
_TOKEN = rf"(?:{_CONSTITUENT}|\\.|\|(?:[^|\\]|\\.)*\|)+"
_LEXER = re.compile(
    rf"""
      (?P<blank>[ \t\r\n\f]+|;[^\n]*)
    | (?P<comment>\#\|)
    | (?P<open>\()
    | (?P<close>\))
    | (?P<string>"(?:[^"\\]|\\.)*")
    | (?P<character>\#\\.(?:{_CONSTITUENT})*)
    | (?P<prefix>\#'|'|`|,@|,\.|,|\#\.)
    | (?P<feature>\#[+-])
    | (?P<reference>\#\d+\#)
    | (?P<array>\#\d*[aAsScCpP](?=[("])|\#\d*=|\#\d*(?=\())
    | (?P<number>\#(?:[xXoObB]|\d+[rR])[^\s()\"';`,]+|\#\*[01]*)
    | (?P<uninterned>\#:(?P<bare>{_TOKEN}))
    | (?P<token>(?!\#){_TOKEN})
    """,
    re.VERBOSE | re.DOTALL,
)
_OPERATORS = {
    "#'": "FUNCTION",
    "'": "QUOTE",
    "`": "QUASIQUOTE",
    ",": "UNQUOTE",
    ",@": "UNQUOTE",
    ",.": "UNQUOTE",
    "#.": "EVAL",
}
_NUMBER = re.compile(
    r"[+-]?(?:\d+\.?|\d+/\d+|\d*\.\d+(?:[esfdlESFDL][+-]?\d+)?|\d+(?:\.\d*)?[esfdlESFDL][+-]?\d+)"
)


def scan(text: str, features: frozenset[str] = FEATURES) -> Scan:
    """Every top-level form of the text that the given features leave in it."""
    return _Scanner(text, features).scan()


def scan_bytes(data: bytes) -> Scan:
    """The same for the bytes of a file; bytes that are not UTF-8 end the scan with an error at their
    place.
    """
    try:
        return scan(data.decode())
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        line = before.count("\n") + 1
        column = len(before) - before.rfind("\n")
        return Scan(scan(before).forms, ReadError("this is not UTF-8", line, column))


def form_type(datum: Datum) -> str:
    """The operator of a list in lower case, `atom` for anything else."""
    if isinstance(datum, tuple) and datum and isinstance(datum[0], Atom) and datum[0].kind is Kind.SYMBOL:
        return datum[0].text.lower()
    return "atom"


def form_name(datum: Datum) -> str | None:
    """The name that a defining form defines, such as `foo` or `(setf foo)`; None for other forms."""
    if not isinstance(datum, tuple) or len(datum) < 2 or not form_type(datum).startswith("def"):
        return None
    name = datum[1]
    if isinstance(name, Atom):
        return name.text.lower() if name.kind is Kind.SYMBOL else name.text
    if name and form_type(name) == "setf":
        return "(setf " + " ".join(part.text.lower() for part in name[1:] if isinstance(part, Atom)) + ")"
    if name and isinstance(name[0], Atom):
        return name[0].text.lower()
    return None


_FEATURE_OPERATORS: dict[str, Callable[[list[bool]], bool]] = {
    "and": all,
    "or": any,
    "not": lambda parts: not any(parts),
}


@dataclass(slots=True)
class _ListFrame:
    items: list[Datum]
    offset: int


@dataclass(slots=True)
class _PrefixFrame:
    operator: str
    offset: int


@dataclass(slots=True)
class _FeatureFrame:
    wanted: bool
    offset: int


@dataclass(slots=True)
class _SkipFrame:
    offset: int


_Frame = _ListFrame | _PrefixFrame | _FeatureFrame | _SkipFrame


class _Scanner:
    """A stack machine over the tokens, so that nesting is bounded by memory only."""

    def __init__(self, text: str, features: frozenset[str]) -> None:
        self.text = text
        self.features = features
        self.stack: list[_Frame] = []
        self.forms: list[ScannedForm] = []
        self.top_start = 0
        self.counted_to = 0  # characters already counted in the three numbers below
        self.bytes_before = 0
        self.line = 1
        self.line_start = 0

    def scan(self) -> Scan:
        position = 0
        try:
            while position < len(self.text):
                position = self.step(position)
            if self.stack:
                raise self.error("this form is never closed", self.stack[0].offset)
        except ReadError as error:
            return Scan(tuple(self.forms), error)
        return Scan(tuple(self.forms), None)

    def step(self, position: int) -> int:
        """Consume the token at the position; return the position after it."""
        match = _LEXER.match(self.text, position)
        if match is None:
            if self.text[position] == '"':
                raise self.error("this string is never closed", position)
            raise self.error(f"`{self.text[position : position + 10].split()[0]}` cannot be read", position)
        kind = match.lastgroup if match.lastgroup != "bare" else "uninterned"
        end = match.end()
        if kind == "blank":
            return end
        if kind == "comment":
            return self.block_comment(position)
        if not self.stack:
            self.top_start = position
        token = match.group()
        match kind:
            case "open":
                self.stack.append(_ListFrame([], position))
            case "close":
                if not self.stack or not isinstance(self.stack[-1], _ListFrame):
                    raise self.error("unmatched close parenthesis", position)
                frame = self.stack.pop()
                assert isinstance(frame, _ListFrame)
                self.deliver(tuple(frame.items), end)
            case "prefix":
                self.stack.append(_PrefixFrame(_OPERATORS[token], position))
            case "array":
                self.stack.append(_PrefixFrame("LITERAL", position))
            case "feature":
                self.stack.append(_FeatureFrame(token == "#+", position))
            case "string":
                self.deliver(Atom(Kind.STRING, re.sub(r"\\(.)", r"\1", token[1:-1], flags=re.DOTALL)), end)
            case "uninterned":
                self.deliver(Atom(Kind.SYMBOL, _symbol_name(match["bare"]), ""), end)
            case "token":
                self.deliver(_token(token), end)
            case _:
                self.deliver(Atom(Kind.OTHER, token), end)
        return end

    def block_comment(self, start: int) -> int:
        depth = 0
        for match in re.compile(r"#\||\|#").finditer(self.text, start):
            depth += 1 if match.group() == "#|" else -1
            if depth == 0:
                return match.end()
        raise self.error("this comment is never closed", start)

    def deliver(self, datum: Datum, end: int) -> None:
        """Give a complete datum to whatever waits for it."""
        while self.stack:
            frame = self.stack[-1]
            match frame:
                case _ListFrame():
                    frame.items.append(datum)
                    return
                case _PrefixFrame():
                    self.stack.pop()
                    datum = (Atom(Kind.SYMBOL, frame.operator), datum)
                case _FeatureFrame():
                    self.stack.pop()
                    if self.has_feature(datum) != frame.wanted:
                        self.stack.append(_SkipFrame(frame.offset))
                    return
                case _SkipFrame():
                    self.stack.pop()
                    return
        start = self.top_start
        line, column = self.place(start)
        start_byte = self.bytes_before
        length = len(self.text[start:end].encode())
        self.forms.append(ScannedForm(datum, start_byte, start_byte + length, line, column))

    def has_feature(self, datum: Datum) -> bool:
        """Whether a feature expression holds: its parts are decided before it, last one first."""
        order: list[Datum] = [datum]
        for item in order:
            order += item[1:] if isinstance(item, tuple) else ()
        truths: list[bool] = []
        for item in reversed(order):
            if isinstance(item, Atom):
                truths.insert(0, item.text in self.features)
                continue
            count = max(0, len(item) - 1)
            parts = truths[len(truths) - count :]
            del truths[len(truths) - count :]
            combine = _FEATURE_OPERATORS.get(form_type(item))
            truths.insert(0, combine is not None and combine(parts))
        return truths[0]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset at or after the last one asked for; counts the bytes before it on the
        way.
        """
        if offset > self.counted_to:
            between = self.text[self.counted_to : offset]
            self.bytes_before += len(between.encode())
            self.line += between.count("\n")
            newline = between.rfind("\n")
            if newline >= 0:
                self.line_start = self.counted_to + newline + 1
            self.counted_to = offset
        return self.line, offset - self.line_start + 1

    def error(self, message: str, offset: int) -> ReadError:
        line = self.text.count("\n", 0, offset) + 1
        return ReadError(message, line, offset - self.text.rfind("\n", 0, offset))


def _token(token: str) -> Atom:
    if _NUMBER.fullmatch(token) or token == ".":
        return Atom(Kind.OTHER, token)
    prefix = re.match(r"(?P<package>(?:[^\\|:]|\\.|\|[^|]*\|)*)::?", token, re.DOTALL)
    if prefix is None:
        return Atom(Kind.SYMBOL, _symbol_name(token))
    package = _symbol_name(prefix["package"]) if prefix["package"] else "KEYWORD"
    return Atom(Kind.SYMBOL, _symbol_name(token[prefix.end() :]), package)


def _symbol_name(token: str) -> str:
    """Upper case, except characters after a backslash or between bars."""
    parts = re.findall(r"\\(.)|\|((?:[^|\\]|\\.)*)\||([^\\|]+)", token, re.DOTALL)
    unescape = re.compile(r"\\(.)", re.DOTALL)
    return "".join(single or unescape.sub(r"\1", bars) or plain.upper() for single, bars, plain in parts)
