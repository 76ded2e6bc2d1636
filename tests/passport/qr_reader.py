"""A reader of QR symbols of version 10-M, written from ISO/IEC 18004 and independent of what draws them.

It reads a clean picture only: modules in place, no damage. Error correction is checked, not used.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable

SIZE = 57  # modules of version 10
QUIET = 4
ALIGNMENT = (6, 28, 50)
BLOCKS = (43, 43, 43, 43, 44)  # data codewords of each block of 10-M
CORRECTION = 26  # further codewords of each
MASKS: tuple[Callable[[int, int], bool], ...] = (
    lambda r, c: (r + c) % 2 == 0,
    lambda r, c: r % 2 == 0,
    lambda r, c: c % 3 == 0,
    lambda r, c: (r + c) % 3 == 0,
    lambda r, c: (r // 2 + c // 3) % 2 == 0,
    lambda r, c: (r * c) % 2 + (r * c) % 3 == 0,
    lambda r, c: ((r * c) % 2 + (r * c) % 3) % 2 == 0,
    lambda r, c: ((r + c) % 2 + (r * c) % 3) % 2 == 0,
)
Modules = list[list[bool]]  # True is dark


def png_modules(image: bytes) -> Modules:
    """The modules of a one-bit greyscale PNG without its quiet zone, which must be light."""
    assert image[:8] == b"\x89PNG\r\n\x1a\n"
    width, height, depth, colour = struct.unpack(">IIBB", image[16:26])
    assert (width, depth, colour) == (height, 1, 0)
    data, place = b"", 8
    while place < len(image):
        length, name = struct.unpack(">I4s", image[place : place + 8])
        chunk = image[place + 8 : place + 8 + length]
        assert zlib.crc32(name + chunk) == struct.unpack(">I", image[place + 8 + length :][:4])[0]
        data += chunk if name == b"IDAT" else b""
        place += length + 12
    rows = zlib.decompress(data)
    stride = -(-width // 8) + 1
    scale = width // (SIZE + 2 * QUIET)
    pixels = []
    line = bytes(stride - 1)
    for y in range(height):
        kind, part = rows[y * stride], rows[y * stride + 1 : (y + 1) * stride]
        assert kind in (0, 2), "a row is filtered otherwise than by the one above"
        line = bytes((a + b) % 256 for a, b in zip(part, line, strict=True)) if kind == 2 else part
        bits = "".join(f"{byte:08b}" for byte in line)[:width]
        pixels.append([bit == "0" for bit in bits])
    grid = [[pixels[y * scale][x * scale] for x in range(width // scale)] for y in range(width // scale)]
    for y, row in enumerate(pixels):
        assert row == [grid[y // scale][x // scale] for x in range(width)], "modules are not squares"
    return _inside(grid)


def svg_modules(image: bytes) -> Modules:
    """The modules of an SVG whose dark modules are horizontal strokes of one path."""
    text = image.decode()
    assert f'viewBox="0 0 {SIZE + 2 * QUIET} {SIZE + 2 * QUIET}"' in text
    found = re.search(r'stroke="#000" d="([^"]*)"', text)
    assert found is not None
    grid = [[False] * (SIZE + 2 * QUIET) for _ in range(SIZE + 2 * QUIET)]
    x = y = 0.0
    for command, arguments in re.findall(r"([Mmh])([^Mmh]*)", found[1]):
        numbers = [float(number) for number in arguments.split()]
        if command == "h":
            for column in range(int(numbers[0])):
                grid[int(y)][int(x) + column] = True
            x += numbers[0]
        elif command == "m":
            x, y = x + numbers[0], y + numbers[1]
        else:
            x, y = numbers
    return _inside(grid)


def _inside(grid: Modules) -> Modules:
    assert len(grid) == SIZE + 2 * QUIET
    for index, row in enumerate(grid):
        quiet = index < QUIET or index >= SIZE + QUIET
        assert not any(row if quiet else row[:QUIET] + row[-QUIET:]), "the quiet zone is not quiet"
    return [row[QUIET:-QUIET] for row in grid[QUIET:-QUIET]]


def level_and_mask(modules: Modules) -> tuple[str, int]:
    """The error correction level and the number of the mask, from beside the upper left finder."""
    places = [(8, c) for c in (0, 1, 2, 3, 4, 5, 7, 8)] + [(r, 8) for r in (7, 5, 4, 3, 2, 1, 0)]
    value = int("".join("1" if modules[r][c] else "0" for r, c in places), 2) ^ 0b101010000010010
    assert format_check(value >> 10) == value & 0b1111111111
    return {0: "M", 1: "L", 2: "H", 3: "Q"}[value >> 13], value >> 10 & 7


def read_text(modules: Modules) -> bytes:
    """The bytes of the one segment, which must be in byte mode. Padding behind it is nobody's to read."""
    mask = MASKS[level_and_mask(modules)[1]]
    bits = "".join(
        "1" if modules[r][c] != mask(r, c) else "0" for r, c in _placement() if not is_function(r, c)
    )
    codewords = [int(bits[i : i + 8], 2) for i in range(0, len(bits) // 8 * 8, 8)]
    data = _checked_data(codewords)
    stream = "".join(f"{byte:08b}" for byte in data)
    assert stream[:4] == "0100", "not byte mode"
    count = int(stream[4:20], 2)
    text = bytes(int(stream[20 + 8 * i : 28 + 8 * i], 2) for i in range(count))
    assert set(stream[20 + 8 * count :][:4]) <= {"0"}, "a second segment"
    return text


def format_check(five_bits: int) -> int:
    """The ten bits that protect the format information."""
    value = five_bits << 10
    for shift in range(4, -1, -1):
        if value >> (shift + 10) & 1:
            value ^= 0b10100110111 << shift
    return value


def _placement() -> list[tuple[int, int]]:
    """All modules in the order of the data: columns in pairs from the right, up and down in turn."""
    order, upwards = [], True
    for right in [*range(SIZE - 1, 6, -2), *range(5, 0, -2)]:
        rows = range(SIZE - 1, -1, -1) if upwards else range(SIZE)
        order += [(row, column) for row in rows for column in (right, right - 1)]
        upwards = not upwards
    return order


def is_function(r: int, c: int) -> bool:
    """Whether a module belongs to a pattern or to format or version information, and so not to the data."""
    finder = (r < 9 and (c < 9 or c >= SIZE - 8)) or (r >= SIZE - 8 and c < 9)
    version = (r < 6 and c >= SIZE - 11) or (c < 6 and r >= SIZE - 11)
    alignment = any(
        abs(r - y) <= 2 and abs(c - x) <= 2
        for y in ALIGNMENT
        for x in ALIGNMENT
        if (y, x) not in ((6, 6), (6, 50), (50, 6))
    )
    return finder or version or alignment or r == 6 or c == 6


def _checked_data(codewords: list[int]) -> list[int]:
    """Data codewords in order, after a check of every block's syndromes."""
    total = sum(BLOCKS) + CORRECTION * len(BLOCKS)
    assert len(codewords) == total
    stream = iter(codewords)
    blocks: list[list[int]] = [[] for _ in BLOCKS]
    for place in range(max(BLOCKS)):
        for block, size in zip(blocks, BLOCKS, strict=True):
            if place < size:
                block.append(next(stream))
    corrections: list[list[int]] = [[] for _ in BLOCKS]
    for _ in range(CORRECTION):
        for correction in corrections:
            correction.append(next(stream))
    for block, correction in zip(blocks, corrections, strict=True):
        for power in range(CORRECTION):
            value = 0
            for codeword in block + correction:
                value = _times(value, POWERS[power]) ^ codeword
            assert value == 0, "a block is damaged"
    return [byte for block in blocks for byte in block]


def _times(a: int, b: int) -> int:
    """The product in GF(256) modulo x^8 + x^4 + x^3 + x^2 + 1."""
    product = 0
    while b:
        product ^= a if b & 1 else 0
        a = a << 1 ^ (0x11D if a & 0x80 else 0)
        b >>= 1
    return product


POWERS = [1]  # of the root 2
for _ in range(CORRECTION - 1):
    POWERS.append(_times(POWERS[-1], 2))
