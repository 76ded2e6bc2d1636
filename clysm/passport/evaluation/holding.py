"""How values are held while a function is being written: in which variable, in which form, with which text.

How a value is held depends on its kind: a Dec or a quantity as its coefficient; an option whose content is
never None as None or the content; all else as the run-time value it is. In lists and records, and where
operations are called, everything is what it is at run time: that is called plain here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final

from clysm.passport.cjson import SAFE_INTEGER
from clysm.passport.decimals import Dec
from clysm.passport.evaluation.kinds import BOOL, INT, TEXT, Kind, dec, is_present, kind_of_constant
from clysm.passport.evaluation.pieces import Piece, code, constant
from clysm.passport.evaluation.proof import CONST, constant_type
from clysm.passport.evaluation.writer import Cell, Node, Region, Unsuited, Writer, number
from clysm.passport.rules.syntax import Expression
from clysm.passport.units import QTY_SCALE, Qty
from clysm.passport.values import form_text

LONG: Final = 200  # characters of a literal that is not written into the source
FOLDED: Final = 1000  # characters of a text that is written into other texts now, not at run time
FEW: Final = 8  # texts that are joined without asking first how long they are together


@dataclass(eq=False, slots=True)
class Held:
    """A value while writing."""

    kind: Kind
    value: str  # a Python expression without parts: a variable or a constant
    text: Cell
    node: Node
    elements: str | None = None  # for a list, a variable with the texts of its elements
    region: Region = ()  # where the value is known
    plain: Cell | None = None  # the run-time value as it is, where it is held otherwise


def is_raw(kind: Kind) -> bool:
    """Whether it is an option held as None or its content."""
    return kind.name == "opt" and is_present(kind.parts[0])


def is_bounded(held: Held) -> bool:
    """Whether its text is surely short: that of a number, say."""
    if held.kind.name in ("bool", "int", "date", "dec", "qty"):
        return True
    stated = held.text.known[0][1].constant if held.text.known else None
    return stated is not None and len(stated) <= LONG


NOWHERE: Final = Node(constant(""), constant(""))  # of a value whose node is never asked for


class Holder:
    """Makes held values and converts them, writing the lines for that."""

    def __init__(self, out: Writer, kinds: Mapping[Expression, Kind]) -> None:
        self.out = out
        self.kinds = kinds

    def held(
        self, kind: Kind, value: str, node: Node, stated: Cell | None = None, elements: str | None = None
    ) -> Held:
        """A value that has just been computed. Its text, if not given, follows from it."""
        cell = stated or Cell(self.out.region, partial(self._write, kind, value))
        return Held(kind, value, cell, node, elements, self.out.region)

    def known(self, kind: Kind, value: str, stated: str, node: Node = NOWHERE) -> Held:
        """A value whose text is known now."""
        piece = constant(stated) if len(stated) <= FOLDED else code(self.out.constant(stated))
        return Held(kind, value, Cell((), lambda: piece, [((), piece)]), node)

    def constant(self, value: Any) -> Held:
        """A literal, with its CONST node."""
        stated = form_text(value)
        if stated is None:
            raise Unsuited
        stated_type = constant_type(value)
        typed = "" if stated_type is None else f'"type":"{stated_type}",'
        node = self.out.node(CONST, constant(f'{{{typed}"value":{stated}}}'), (), bounded=True)
        return self.known(kind_of_constant(value), self._expression(value), stated, node)

    def _expression(self, value: Any) -> str:
        """A Python expression for a literal, as its kind is held."""
        if isinstance(value, Dec | Qty):
            value = value.coefficient
        if isinstance(value, date) or (isinstance(value, str) and len(value) > LONG):
            return self.out.constant(value)
        return repr(value) if not isinstance(value, int) or value >= 0 else f"({value})"

    def plain(self, held: Held) -> str:
        """A Python expression for the run-time value as it is."""
        make = _PLAIN.get(held.kind.name)
        if make is None or (held.kind.name == "opt" and not is_raw(held.kind)):
            return held.value
        if held.plain is None:
            expression = make(held.kind, held.value)
            held.plain = Cell(held.region, lambda: code(self.out.assign("v", expression)))
        return number(self.out.get(held.plain))

    def from_plain(self, value: str, kind: Kind) -> str:
        """The opposite of `plain`."""
        if kind.name in ("dec", "qty"):
            return self.out.assign("v", f"{value}.coefficient")
        if is_raw(kind):
            return self.out.assign("v", f"None if {value} is None else {value}.value")
        return value

    def as_kind(self, held: Held, kind: Kind) -> str:
        """The value as another kind, which has it, is held."""
        if held.kind == kind or (is_raw(held.kind) and is_raw(kind)):
            return held.value
        return self.from_plain(self.plain(held), kind)

    def require(self, held: Held, kind: Kind) -> None:
        """See that a value is a Bool or a Text, whichever is wanted."""
        if held.kind != kind:
            self.out.unless(f"type({self.plain(held)}) is {_PYTHON_TYPES[kind]}")

    # Texts

    def _write(self, kind: Kind, value: str) -> Piece:
        """Compute the canonical text of a value."""
        if kind == INT:
            self.out.unless(f"-{SAFE_INTEGER} <= {value} <= {SAFE_INTEGER}")
        writer = _WRITERS.get(kind.name, "quote({0}) if type({0}) is str else written({0})")
        if kind == dec(0):
            writer = """'"%d"' % {0}"""
        scale = QTY_SCALE if kind.name == "qty" else kind.parameter
        power = 10**scale if isinstance(scale, int) else None
        return code(self.out.assign("t", writer.format(value, power, scale, kind.parameter)))

    def written(self, piece: Piece) -> Cell:
        """A text that is there already."""
        return Cell(self.out.region, lambda: piece, [(self.out.region, piece)])

    def compound(self, piece: Piece) -> Cell:
        """A text put together from the texts of parts."""

        def compute() -> Piece:
            if piece.constant is not None and len(piece.constant) <= FOLDED:
                return piece
            return code(self.out.assign("t", piece.expression))

        return Cell(self.out.region, compute)

    def joined(self, texts: str) -> Cell:
        """The text of a list, of those of its elements."""

        expression = f"'[' + ','.join({texts}) + ']'"
        return Cell(self.out.region, lambda: code(self.out.assign("t", expression)))

    def bound_size(self, parts: Sequence[Held]) -> None:
        """Before many texts are joined: see that they are not too long together."""
        unbounded = [part for part in parts if not is_bounded(part)]
        if len(unbounded) > FEW:
            texts = [self.out.get(part.text).expression for part in unbounded]
            self.out.line(f"size += sum(map(len, [{', '.join(texts)}]))")
            self.out.unless("size <= MAX_WORK")

    def apply(self, function: str, parts: Sequence[Held], kind: Kind) -> str:
        """Call an operation."""
        value = self.out.assign("v", f"{function}({', '.join(map(self.plain, parts))})")
        self.out.line(f"if isinstance({value}, Failure): raise Unable")
        return self.from_plain(value, kind)

    def in_bounds(self, expression: str) -> str:
        """A coefficient of at most 1000 digits (3.3)."""
        value = self.out.assign("v", expression)
        self.out.unless(f"-BOUND < {value} < BOUND")
        return value


_PYTHON_TYPES: Final[Mapping[Kind, str]] = {BOOL: "bool", TEXT: "str"}

# A value as it is at run time, of a kind that is held otherwise.
_PLAIN: Final[Mapping[str, Callable[[Kind, str], str]]] = {
    "dec": lambda kind, value: f"Dec({value}, {kind.parameter})",
    "qty": lambda kind, value: f"Qty({kind.parameter!r}, {value})",
    "opt": lambda kind, value: f"None if {value} is None else Some({value})",
}

# The canonical text of {0}; {1} is the power of ten of its scale {2}, {3} its unit.
_WRITERS: Final[Mapping[str, str]] = {
    "bool": "'true' if {0} else 'false'",
    "int": "str({0})",
    "text": "quote({0})",
    "date": """'"' + {0}.isoformat() + '"'""",
    "dec": """'"%d.%0{2}d"' % divmod({0}, {1}) if {0} >= 0 else decimal({0}, {2})""",
    "qty": (
        """'{{"unit":"{3}","value":"%d.%06d"}}' % divmod({0}, {1}) if {0} >= 0 else quantity({0}, '{3}')"""
    ),
}
