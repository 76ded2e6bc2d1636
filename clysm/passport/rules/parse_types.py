"""The types that a source writes, spec 6.2, production `type`.

A fault that a type shows by itself is noted beside it, for the checker to report when it gets there.
"""

from __future__ import annotations

from typing import Final

from clysm.passport.decimals import MAX_SCALE, text_integer
from clysm.passport.rules.cursor import Cursor
from clysm.passport.rules.lexer import INT
from clysm.passport.rules.syntax import Fault, Position
from clysm.passport.rules.types import (
    Atom,
    DecType,
    ListType,
    MapType,
    OptType,
    QtyType,
    Type,
    record_type,
)
from clysm.passport.units import UNITS

_ATOMS: Final = {atom.value: atom for atom in (Atom.BOOL, Atom.INT, Atom.TEXT, Atom.DATE)}


class TypeParser(Cursor):
    """The methods are productions, or parts of one."""

    def __init__(self, source: bytes) -> None:
        super().__init__(source)
        self.fault: Fault | None = None  # the first one in the type being read

    def written_type(self) -> tuple[Type, Fault | None]:
        """A type and the first fault in it; the type of a faulty one is of no use."""
        self.fault = None
        written = self.type()
        return written, self.fault

    def note(self, kind: str, at: Position, message: str) -> None:
        """Remember the first fault of a type."""
        self.fault = self.fault or Fault(kind, at, message)

    def type(self) -> Type:
        """Bool | ... | Record [ ( word : type { , word : type } ) ]"""
        kind = self.kinds[self.next]
        if kind in _ATOMS:
            self.next += 1
            return _ATOMS[kind]
        match kind:
            case "Opt":
                return OptType(self.type_argument())
            case "List":
                return ListType(self.type_argument())
            case "Map":
                return MapType(self.type_argument("Text", ","))
            case "Dec":
                return self.dec_type()
            case "Qty":
                return self.qty_type()
            case "Record":
                self.next += 1
                return self.record_members() if self.skip("(") else Atom.RECORD
            case _:
                raise self.unexpected("a type")

    def type_argument(self, *before: str) -> Type:
        """( type ), with these tokens before the type; the name of the constructor is the next token."""
        self.next += 1
        self.take("(")
        for kind in before:
            self.take(kind)
        argument = self.type()
        self.take(")")
        return argument

    def dec_type(self) -> Type:
        """Dec ( int )"""
        self.next += 1
        self.take("(")
        at = self.here()
        scale = text_integer(self.take(INT, "a scale"))
        if scale > MAX_SCALE:
            self.note("ScaleOutOfRange", at, f"a scale is at most {MAX_SCALE}")
        self.take(")")
        return DecType(scale)

    def qty_type(self) -> Type:
        """Qty ( word )"""
        self.next += 1
        self.take("(")
        at = self.here()
        unit = self.word("a unit")
        if unit not in UNITS:
            self.note("UnknownUnit", at, f"`{unit}` is no unit")
        self.take(")")
        return QtyType(unit)

    def record_members(self) -> Type:
        """word : type { , word : type } )"""
        members: dict[str, Type] = {}
        while True:
            at = self.here()
            name = self.word("the name of a member")
            if name in members:
                self.note("DuplicateName", at, f"the record has a member `{name}` already")
            self.take(":")
            members[name] = self.type()
            if not self.skip(","):
                self.take(")", "`,` or `)`")
                return record_type(members.items())
