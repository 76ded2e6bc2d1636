"""What generated code calls beside the operations of the language: see `codegen`.

Generated code knows the successful outcome only. Whatever else happens it raises `Unable`, and the
interpreter evaluates again and says what it is.

Nesting is not looked at. A value gets a level deeper than a fact can be only through a node that states the
value before, so one that is too deep for its place stands in a proof that is too large.
"""

from __future__ import annotations

from typing import Final

from clysm.passport.decimals import decimal_text
from clysm.passport.evaluation.proof import CONST, MAX_PROOF_SIZE, NODE, node_hash
from clysm.passport.units import QTY_SCALE
from clysm.passport.values import Value, form_text

MAX_NODES: Final = MAX_PROOF_SIZE // len(NODE % (b"", b'{"value":0}', b"0" * 64, 0, CONST))  # in any proof
MAX_WORK: Final = 4 * MAX_PROOF_SIZE  # bytes hashed; more than a proof in the limits needs, and not much
MEMORY: Final = 256  # constants remembered for each place in a package


class Unable(Exception):
    """Generated code leaves this evaluation to the interpreter."""


class Constants(dict[int, tuple[str, str]]):
    """The hash and the node of one constant, by id, for places whose ids are known at run time only."""

    def __init__(self, data: str) -> None:
        super().__init__()
        self._data = data.encode()

    def __missing__(self, node_id: int) -> tuple[str, str]:
        if len(self) >= MEMORY:
            self.clear()
        digest = node_hash(node_id, CONST, self._data, ())
        made = digest.decode(), (NODE % (b"", self._data, digest, node_id, CONST)).decode()
        self[node_id] = made
        return made


def written(value: Value) -> str:
    """The canonical text of a value."""
    text = form_text(value)
    if text is None:
        raise Unable
    return text


def decimal(coefficient: int, scale: int) -> str:
    """The canonical text of a Dec."""
    return f'"{decimal_text(coefficient, scale)}"'


def quantity(coefficient: int, unit: str) -> str:
    """The canonical text of a quantity."""
    return f'{{"unit":"{unit}","value":"{decimal_text(coefficient, QTY_SCALE)}"}}'
