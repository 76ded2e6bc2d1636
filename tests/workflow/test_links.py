"""Links that are not done twice."""

from pathlib import Path

import pytest

from clysm.engine.abi import AbiReply, Status
from clysm.workflow.action_cache import ActionCache
from clysm.workflow.action_cache_local import LocalStore
from clysm.workflow.links import link_key, link_once

REPLY = AbiReply(Status.OK, b"image", b"", b'{"diagnostics": [], "forms": []}')
FAILURE = AbiReply(Status.LINK_ERROR, b"", b"", b'{"diagnostics": [], "forms": []}')
KEY = "a" * 64


class Links:
    """Counts how often it is asked for its reply."""

    def __init__(self, reply: AbiReply) -> None:
        self.reply = reply
        self.count = 0

    def __call__(self) -> AbiReply:
        self.count += 1
        return self.reply


@pytest.fixture
def cache(tmp_path: Path) -> ActionCache:
    return ActionCache(LocalStore(tmp_path, 1 << 20))


@pytest.mark.parametrize(("reply", "count"), [(REPLY, 1), (FAILURE, 3)])
def test_what_went_well_is_kept(cache: ActionCache, reply: AbiReply, count: int) -> None:
    links = Links(reply)
    assert [link_once(cache, KEY, links, read=True) for _ in range(3)] == [reply] * 3
    assert links.count == count


def test_what_may_not_be_read_is_written(cache: ActionCache) -> None:
    links = Links(REPLY)
    for _ in range(2):
        link_once(cache, KEY, links, read=False)
    assert links.count == 2
    link_once(cache, KEY, links, read=True)
    assert links.count == 2


@pytest.mark.parametrize(
    "outputs",
    [
        {"image": b"image"},
        {"image": b"", "diagnostics": REPLY.diagnostics},
        {"image": b"image", "diagnostics": b"{"},
        {"image": b"image", "diagnostics": REPLY.diagnostics, "more": b""},
    ],
)
def test_what_makes_no_sense_is_linked_anew(cache: ActionCache, outputs: dict[str, bytes]) -> None:
    cache.put(KEY, outputs)
    links = Links(REPLY)
    assert [link_once(cache, KEY, links, read=True) for _ in range(2)] == [REPLY] * 2
    assert links.count == 1


def test_everything_is_in_the_key() -> None:
    keys = {
        link_key("c", [b"1", b"2"], {"entry": None}, {}, "way"),
        link_key("d", [b"1", b"2"], {"entry": None}, {}, "way"),
        link_key("c", [b"2", b"1"], {"entry": None}, {}, "way"),
        link_key("c", [b"1"], {"entry": None}, {}, "way"),
        link_key("c", [b"1", b"2"], {"entry": "f"}, {}, "way"),
        link_key("c", [b"1", b"2"], {"entry": None}, {"fold-constants": "off"}, "way"),
        link_key("c", [b"1", b"2"], {"entry": None}, {}, "other way"),
    }
    assert len(keys) == 7
