"""The facts of a test, spec 6.2, productions `fixtures`, `object` and `json`."""

from __future__ import annotations

from clysm.passport.errors import IngestError
from clysm.passport.ingest.numbers import exact_number
from clysm.passport.rules.cursor import Cursor, Stop
from clysm.passport.rules.lexer import DEC, IDENT, INT, TEXT
from clysm.passport.rules.syntax import Fixture, FixtureJson, FixtureVariable


class FixtureParser(Cursor):
    """The methods are productions, or parts of one."""

    def fixtures(self) -> tuple[Fixture, ...]:
        """{ fact ... }, in braces"""
        self.take("{")
        fixtures: list[Fixture] = []
        while not self.skip("}"):
            fixtures.append(self.fixture())
        return tuple(fixtures)

    def fixture(self) -> Fixture:
        """fact ident ( text , text ) = object ;"""
        self.take("fact", "`fact` or `}`")
        alias_at = self.here()
        alias = self.take(IDENT, "an alias")
        self.take("(")
        type_at = self.here()
        fact_type = self.take(TEXT, "a fact type")
        self.take(",")
        fact_key = self.take(TEXT, "a fact key")
        self.take(")")
        self.take("=")
        self.take("{")
        payload = self.json_members()
        self.take(";")
        return Fixture(alias, alias_at, fact_type, type_at, fact_key, payload)

    def json(self) -> FixtureJson:
        """object | list | text | number | true | false | null | variable"""
        kind = self.kinds[self.next]
        at = self.here()
        if kind == "-" or kind in (INT, DEC):
            return self.json_number()
        self.next += 1
        value = self.values[self.next - 1]
        match kind:
            case "{":
                return self.json_members()
            case "[":
                return self.json_elements()
            case "TEXT":
                return value
            case "true" | "false":
                return kind == "true"
            case "IDENT":
                return None if value == "null" else FixtureVariable(value, at)
            case _:
                self.next -= 1
                raise self.unexpected("a value")

    def json_members(self) -> dict[str, FixtureJson]:
        """[ text : json { , text : json } ] }"""
        members: dict[str, FixtureJson] = {}
        if not self.skip("}"):
            key = self.key(members)
            members[key] = self.json()
            while self.skip(","):
                key = self.key(members)
                members[key] = self.json()
            self.take("}", "`,` or `}`")
        return members

    def json_elements(self) -> list[FixtureJson]:
        """[ json { , json } ] ]"""
        elements: list[FixtureJson] = []
        if not self.skip("]"):
            elements.append(self.json())
            while self.skip(","):
                elements.append(self.json())
            self.take("]", "`,` or `]`")
        return elements

    def json_number(self) -> int | str:
        """[ - ] ( int | dec ), as ingest reads a number (spec 4.2)"""
        sign = "-" if self.skip("-") else ""
        at = self.here()
        if self.kinds[self.next] not in (INT, DEC):
            raise self.unexpected("a number")
        self.next += 1
        number = exact_number(sign + self.values[self.next - 1])
        if isinstance(number, IngestError):
            raise Stop(at, "a fact cannot hold this number")
        return number
