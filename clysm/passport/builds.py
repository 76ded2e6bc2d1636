"""Which compiler this is, and which builds it reproduces (specification, 13, step 4).

A change of semantics takes a new id; an id stays in the set only as long as its passports come out the same.
"""

from __future__ import annotations

from typing import Final

BUILD_ID: Final = "clysm-passport-1"
REPRODUCED: Final = frozenset({BUILD_ID})
