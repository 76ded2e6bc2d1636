"""The predicates that records share: what a hash, a relative path, a one-line message and a rate look
like.
"""

import re

from clysm.workflow.errors import InvalidRecord

_SHA256 = re.compile(r"[0-9a-f]{64}")
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def is_sha256(text: str) -> bool:
    """True for 64 lower-case hexadecimal digits."""
    return _SHA256.fullmatch(text) is not None


def is_timestamp(text: str) -> bool:
    """True for ISO 8601 UTC to the second."""
    return _TIMESTAMP.fullmatch(text) is not None


def is_relative_path(text: str) -> bool:
    """True for a non-empty `/`-separated path without empty, `.` or `..` parts."""
    return bool(text) and all(part not in ("", ".", "..") for part in text.split("/"))


def require(condition: bool, record: str, field: str, problem: str) -> None:
    """Raise InvalidRecord unless the condition holds."""
    if not condition:
        raise InvalidRecord(record, field, problem)


def truncated_rate(success: int, total: int) -> float:
    """Percent of `success` in `total`, cut (never rounded up) to two decimals, so that 100.0 means all; 0.0
    of none.
    """
    return (success * 10_000 // total) / 100 if total else 0.0
