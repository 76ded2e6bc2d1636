"""The errors that the host reports to its caller: one family, each with position, cause and advice.

A Lisp condition that no handler took leaves the host as `LispFailure`. Conditions inside the running program
are Python exceptions of their own (`clysm.host.conditions`) and do not belong to this family.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Position:
    """A place in a source file; line and column count from 1, 0 means unknown."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


NOWHERE: Final = Position("<unknown>")


class HostError(Exception):
    """Something that the host was asked to do cannot be done.

    `message` says what is wrong, `expected` what would have been right, `advice` what to do; the latter two
    may be empty.
    """

    def __init__(
        self, message: str, position: Position = NOWHERE, expected: str = "", advice: str = ""
    ) -> None:
        super().__init__(message, position, expected, advice)
        self.message = message
        self.position = position
        self.expected = expected
        self.advice = advice

    def __str__(self) -> str:
        text = f"{self.position}: {self.message}"
        if self.expected:
            text += f"; expected {self.expected}"
        if self.advice:
            text += f"; {self.advice}"
        return text


class ReadError(HostError):
    """The text is not in the syntax of the dialect."""


class TranslateError(HostError):
    """A form is malformed, or uses what the dialect does not have."""


class LispFailure(HostError):
    """The program signalled a condition that nothing handled; `condition` is that condition."""

    def __init__(self, message: str, position: Position, condition: BaseException) -> None:
        super().__init__(message, position)
        self.condition = condition


class CacheDamage(HostError):
    """A file of the translation cache does not hold what its name promises; the host translates again."""
