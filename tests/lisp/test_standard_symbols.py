"""The library's list of the symbols of COMMON-LISP is the host's (N55)."""

import re

from clysm.host.packages import STANDARD_SYMBOLS
from tests.support.projects import REPOSITORY

MODULE = REPOSITORY / "clysm/lisp/library/standard-symbols.lisp"


def test_library_and_host_agree() -> None:
    strings = re.findall(r'"([^"]*)"', MODULE.read_text(encoding="utf-8"))
    (names,) = (text.split() for text in strings if text.startswith("&ALLOW-OTHER-KEYS"))
    assert names == STANDARD_SYMBOLS.read_text(encoding="utf-8").split()
    assert (len(names), names) == (978, sorted(set(names)))
