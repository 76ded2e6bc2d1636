"""What the action cache knows of one action: the names, hashes and sizes of its outputs.

The text is an `ActionResult` of the Remote Execution API, so that servers which look into what they store
accept it. Its `stdout_raw` is a seal over the key and the outputs: an entry that was cut off, altered or
stored under another action's key does not read.

    ActionResult  output_files = 2 (repeated), stdout_raw = 5
    OutputFile    path = 1, digest = 2
    Digest        hash = 1, size_bytes = 2

Source: bazelbuild/remote-apis, build/bazel/remote/execution/v2/remote_execution.proto.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from clysm.workflow.checks import is_sha256, require
from clysm.workflow.digests import sha256_bytes, sha256_items
from clysm.workflow.errors import ClysmError, InvalidRecord

MAX_BYTES = 64 << 10  # of an entry
_SEAL = b"clysm action 1 "
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


class DamagedEntry(ClysmError):
    """Bytes that are no entry of the action; they mean a miss, never a failure."""


@dataclass(frozen=True, slots=True)
class Output:
    """One output of an action; `name` tells outputs of the action apart, `size` is in bytes."""

    name: str
    sha256: str
    size: int

    def __post_init__(self) -> None:
        require(self.name.isidentifier() and self.name.isascii(), "Output", "name", f"`{self.name}`")
        require(is_sha256(self.sha256), "Output", "sha256", "not a SHA-256")
        require(self.size >= 0, "Output", "size", "negative")


def outputs_of(blobs: Mapping[str, bytes]) -> tuple[Output, ...]:
    """Name, hash and size of each, by name."""
    return tuple(Output(name, sha256_bytes(blobs[name]), len(blobs[name])) for name in sorted(blobs))


def encode(key: str, outputs: tuple[Output, ...]) -> bytes:
    """The one text of an entry."""
    files = (_field(2, _field(1, o.name.encode()) + _field(2, _digest(o))) for o in outputs)
    return b"".join(files) + _field(5, _seal(key, outputs))


def decode(key: str, data: bytes) -> tuple[Output, ...]:
    """The outputs of the action with this key. Raises DamagedEntry. Fields that a server added are left
    out.
    """
    if len(data) > MAX_BYTES:
        raise DamagedEntry(f"larger than {MAX_BYTES} bytes")
    try:
        fields = list(_fields(data))
        outputs = tuple(_output(value) for number, value in fields if number == 2)
        seals = [value for number, value in fields if number == 5]
    except (InvalidRecord, UnicodeDecodeError, KeyError, ValueError) as problem:
        raise DamagedEntry(str(problem)) from problem
    if seals != [_seal(key, outputs)]:
        raise DamagedEntry("not sealed for this action")
    return outputs


def _seal(key: str, outputs: tuple[Output, ...]) -> bytes:
    items = [key, *(text for o in outputs for text in (o.name, o.sha256, str(o.size)))]
    return _SEAL + sha256_items(item.encode() for item in items).encode()


def _digest(output: Output) -> bytes:
    size = bytes([2 << 3 | _VARINT]) + _varint(output.size) if output.size else b""
    return _field(1, output.sha256.encode()) + size


def _output(data: bytes | int) -> Output:
    fields = dict(_fields(data))
    digest = dict(_fields(_text(fields[2])))
    size = digest.get(2, 0)
    if not isinstance(size, int):
        raise DamagedEntry("a size that is no number")
    return Output(_text(fields[1]).decode(), _text(digest[1]).decode(), size)


def _text(value: bytes | int) -> bytes:
    if isinstance(value, int):
        raise DamagedEntry("a number where text was expected")
    return value


# The wire format of protocol buffers


def _field(number: int, data: bytes) -> bytes:
    return bytes([number << 3 | _BYTES]) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    data = bytearray()
    while value > 0x7F:
        data.append(value & 0x7F | 0x80)
        value >>= 7
    data.append(value)
    return bytes(data)


def _fields(data: bytes | int) -> Iterator[tuple[int, bytes | int]]:
    """Number and value of each field. Raises DamagedEntry."""
    rest = _text(data)
    position = 0
    while position < len(rest):
        tag, position = _read_varint(rest, position)
        kind = tag & 7
        if kind == _VARINT:
            number, position = _read_varint(rest, position)
            yield tag >> 3, number
            continue
        if kind == _BYTES:
            length, position = _read_varint(rest, position)
        elif kind in (_FIXED32, _FIXED64):
            length = 4 if kind == _FIXED32 else 8
        else:
            raise DamagedEntry(f"a field of kind {kind}")
        if position + length > len(rest):
            raise DamagedEntry("cut off")
        yield tag >> 3, rest[position : position + length]
        position += length


def _read_varint(data: bytes, position: int) -> tuple[int, int]:
    """The number at the position, and the position behind it."""
    value = 0
    for shift in range(0, 64, 7):
        if position >= len(data):
            raise DamagedEntry("cut off")
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
    raise DamagedEntry("a number that does not end")
