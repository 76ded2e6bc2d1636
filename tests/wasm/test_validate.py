"""Validation cannot say yes to damaged bytes (N46)."""

from __future__ import annotations

import pytest

from clysm.engine.engine import shared_engine
from clysm.wasm.errors import InvalidImageError
from clysm.wasm.sections import parse_sections
from clysm.wasm.validate import ValidationFault, require_valid, validate
from tests.wasm.images import assemble, everything


def test_valid() -> None:
    assert validate(shared_engine(), everything()) is None
    require_valid(shared_engine(), everything())


INVALID: tuple[tuple[bytes, str, int], ...] = (
    (b"", "unexpected end-of-file", 0),
    (b"(module)", "magic header not detected: bad magic number", 0),
    (everything()[:-1], "unexpected end", 0),
    (assemble("(module (func (result i64) (i32.const 1)))"), "type mismatch: expected i64, found i32", 0x1A),
)


@pytest.mark.parametrize(("image", "message", "offset"), INVALID)
def test_invalid(image: bytes, message: str, offset: int) -> None:
    fault = validate(shared_engine(), image)
    assert fault is not None
    assert message in fault.message
    assert fault.offset is not None
    assert offset == 0 or fault.offset == offset
    with pytest.raises(InvalidImageError) as caught:
        require_valid(shared_engine(), image)
    assert (caught.value.message, caught.value.offset) == (fault.message, fault.offset)


def test_each_section_can_be_corrupted() -> None:
    """A size that does not fit its section is found in every one of them."""
    image = everything()
    for item in parse_sections(image):
        damaged = bytearray(image)
        damaged[item.start + 1] ^= 0x01
        assert isinstance(validate(shared_engine(), bytes(damaged)), ValidationFault), item.name
