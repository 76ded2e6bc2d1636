"""A SKU as the name of a file or task: any text in, one harmless and unique path component out."""

import hashlib
import string

MAX_LENGTH = 140  # of a name; leaves room for suffixes within the 255 bytes of file systems
_PLAIN = frozenset((string.ascii_letters + string.digits + "_-.").encode())
_KEPT = 60  # characters that stay readable in the name of a very long SKU


def safe_name(sku: str) -> str:
    """Letters, digits and `_-.` stand for themselves, other bytes of the UTF-8 form are `%` and two digits.

    A name never begins with a point and is never empty. Where it would be longer than MAX_LENGTH it is cut
    and ends with `~` and the hash of the SKU. Different SKUs have different names: `%` and `~` always
    introduce what stands for something else.
    """
    data = sku.encode("utf-8", "surrogatepass")
    name = "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in data)
    if name.startswith("."):
        name = f"%2E{name[1:]}"
    if len(name) > MAX_LENGTH:
        return f"{name[:_KEPT]}~{hashlib.sha256(data).hexdigest()}"
    return name or "%"
