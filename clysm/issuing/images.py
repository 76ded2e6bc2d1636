"""The image of a QR text (specification, 12.1), as PNG and as SVG, made on demand and never hashed or signed.

One segment in byte mode, version 10, level M exactly, quiet zone of four modules, mask by the penalty rules.
The same text gives the same image bytes.
"""

import io

import segno

VERSION = 10
LEVEL = "M"
QUIET_ZONE = 4  # modules
PNG_SCALE = 8  # pixels for each module


def png(text: bytes) -> bytes:
    """The symbol in black on white."""
    out = io.BytesIO()
    _symbol(text).save(out, kind="png", border=QUIET_ZONE, scale=PNG_SCALE)
    return out.getvalue()


def svg(text: bytes) -> bytes:
    """The symbol as one path, which scales to any size, on white."""
    out = io.BytesIO()
    _symbol(text).save(out, kind="svg", border=QUIET_ZONE, light="white", omitsize=True)
    return out.getvalue()


def _symbol(text: bytes) -> segno.QRCode:
    return segno.make_qr(
        text.decode("ascii"), error=LEVEL, version=VERSION, mode="byte", boost_error=False, encoding="ascii"
    )
