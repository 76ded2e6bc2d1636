"""Random values from a seed, for properties that run ten thousand times: hypothesis would take minutes."""

from __future__ import annotations

from random import Random
from typing import Any

from clysm.passport.cjson import SAFE_INTEGER

KEY_CHARACTERS = 'abz019 ._-"\\/\x00\x1f\x7f\n\té€\u2028\ud7ff'
TEXT_CHARACTERS = KEY_CHARACTERS + "\ue000\uffff\U00010000\U0001f50b\U0010ffff"
INTEGERS = (0, 1, -1, 9, 10, 2**31, -(2**31), SAFE_INTEGER, -SAFE_INTEGER)


def random_text(random: Random, characters: str = TEXT_CHARACTERS) -> str:
    """Up to eight characters, among them every kind that canonical JSON treats in its own way."""
    return "".join(random.choices(characters, k=random.randrange(9)))


def random_value(random: Random, levels: int = 4) -> Any:
    """A value that canonical JSON can hold, at most `levels` deep."""
    match random.randrange(8 if levels else 5):
        case 0:
            return random.choice((None, True, False))
        case 1:
            return random.choice(INTEGERS)
        case 2:
            return random.randint(-SAFE_INTEGER, SAFE_INTEGER)
        case 3 | 4:
            return random_text(random)
        case 5:
            return [random_value(random, levels - 1) for _ in range(random.randrange(5))]
    members = range(random.randrange(6))
    return {random_text(random, KEY_CHARACTERS): random_value(random, levels - 1) for _ in members}
