"""HTML as text that cannot be wrong: everything is escaped once, here."""

import html
import re
from collections.abc import Iterable
from typing import Final

# What has no place in HTML, or no UTF-8 form: controls, halves of pairs, noncharacters.
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_VOID: Final = frozenset(("meta", "br", "link"))


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Content = str | Iterable["Content"]
Attribute = str | int | float | bool | None


def clean(text: str) -> str:
    """The text with U+FFFD for each character that HTML forbids, in one kind of line ends."""
    return _FORBIDDEN.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def escape(text: str) -> Markup:
    """Any text as HTML that shows it."""
    return Markup(html.escape(clean(text)))


def join(*content: Content) -> Markup:
    """The content as it follows one another; plain text in it is escaped."""
    return Markup("".join(_pieces(content)))


def _pieces(content: Content) -> Iterable[str]:
    if isinstance(content, Markup):
        yield content
    elif isinstance(content, str):
        yield escape(content)
    else:
        for part in content:
            yield from _pieces(part)


def tag(name: str, /, *content: Content, **attributes: Attribute) -> Markup:
    """An element. In names of attributes `_` stands for `-`, one at the end for nothing; None and False leave
    an attribute out, True gives it no value.
    """
    head = "".join((name, *(_attribute(key, value) for key, value in attributes.items())))
    if name in _VOID:
        return Markup(f"<{head}>")
    return Markup(f"<{head}>{join(*content)}</{name}>")


def _attribute(key: str, value: Attribute) -> str:
    name = key.removesuffix("_").replace("_", "-")
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
