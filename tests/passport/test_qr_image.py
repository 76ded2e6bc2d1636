"""QR images: they hold exactly the text, in the symbol that the specification prescribes (12.1)."""

import hashlib
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clysm.issuing import images
from tests.passport.qr_reader import (
    MASKS,
    SIZE,
    format_check,
    is_function,
    level_and_mask,
    png_modules,
    read_text,
    svg_modules,
)

TEXT = (
    b"BPC1|pv=550e8400-e29b-51d4-a716-446655440000|ph=" + b"|pr=".join([b"A" * 52] * 2) + b"|rh=" + b"7" * 52
)


def penalty(modules: list[list[bool]]) -> int:
    """The score of ISO/IEC 18004, 7.8.3; the mask with the lowest is to be used."""
    columns = [list(column) for column in zip(*modules, strict=True)]
    score = 0
    for line in [*modules, *columns]:
        run, last = 0, None
        for module in line:
            run = run + 1 if module == last else 1
            last = module
            score += 3 if run == 5 else 1 if run > 5 else 0
        text = "".join("1" if module else "0" for module in line)
        padded = "0000" + text + "0000"
        for start in range(len(padded) - 10):
            score += 40 * (padded[start : start + 11] in ("10111010000", "00001011101"))
    for row, below in itertools.pairwise(modules):
        for x in range(len(row) - 1):
            score += 3 * (len({row[x], row[x + 1], below[x], below[x + 1]}) == 1)
    dark = sum(map(sum, modules)) * 100 / len(modules) ** 2
    return score + 10 * int(abs(dark - 50) // 5)


def test_the_text_has_the_length_of_the_specification() -> None:
    assert len(TEXT) == 212


@settings(max_examples=15, deadline=None)
@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", min_size=156, max_size=156))
def test_both_images_hold_the_text(letters: str) -> None:
    text = (
        TEXT[:48] + "|pr=".join([letters[:52], letters[52:104]]).encode() + b"|rh=" + letters[104:].encode()
    )
    modules = png_modules(images.png(text))
    assert read_text(modules) == text
    assert svg_modules(images.svg(text)) == modules
    assert level_and_mask(modules)[0] == "M"


def test_212_and_213_bytes_fit_and_214_do_not() -> None:
    assert read_text(png_modules(images.png(TEXT))) == TEXT
    assert read_text(png_modules(images.png(TEXT + b"="))) == TEXT + b"="
    with pytest.raises(ValueError, match="does not fit"):
        images.png(TEXT + b"==")


def test_the_same_text_gives_the_same_bytes() -> None:
    first = [hashlib.sha256(make(TEXT)).hexdigest() for make in (images.png, images.svg)]
    assert first == [hashlib.sha256(make(TEXT)).hexdigest() for make in (images.png, images.svg)]


def test_a_changed_character_changes_the_image() -> None:
    assert images.png(TEXT) != images.png(TEXT[:-1] + b"6")


def test_the_reader_notices_a_wrong_module() -> None:
    modules = png_modules(images.png(TEXT))
    modules[33][33] = not modules[33][33]
    with pytest.raises(AssertionError, match="damaged"):
        read_text(modules)


def test_the_mask_is_the_best_one() -> None:
    """Among the eight masked forms of the same codewords, the chosen one has the lowest penalty."""
    modules = png_modules(images.png(TEXT))
    chosen = level_and_mask(modules)[1]
    scores = []
    for number, mask in enumerate(MASKS):
        masked = [
            [
                module if is_function(r, c) else module ^ MASKS[chosen](r, c) ^ mask(r, c)
                for c, module in enumerate(row)
            ]
            for r, row in enumerate(modules)
        ]
        _write_format(masked, number)
        scores.append(penalty(masked))
    assert scores.index(min(scores)) == chosen


def _write_format(modules: list[list[bool]], mask: int) -> None:
    """Put the format information for level M and a mask in both its places."""
    value = (mask << 10 | format_check(mask)) ^ 0b101010000010010
    bits = [bool(value >> shift & 1) for shift in range(14, -1, -1)]
    first = [(8, c) for c in (0, 1, 2, 3, 4, 5, 7, 8)] + [(r, 8) for r in (7, 5, 4, 3, 2, 1, 0)]
    second = [(SIZE - 1 - i, 8) for i in range(7)] + [(8, SIZE - 8 + i) for i in range(8)]
    for places in (first, second):
        for (r, c), bit in zip(places, bits, strict=True):
            modules[r][c] = bit
