"""Options as plists, replies of the host, and the tables of the ABI."""

from __future__ import annotations

import json

import pytest

from clysm.engine.abi import (
    IMAGE_EXPORTS,
    OPTION_KEYS,
    STAGE_EXPORTS,
    CompilerSession,
    Options,
    Status,
    encode_options,
    host_reply,
)
from clysm.engine.stage import StageCompiler

OPTIONS: tuple[tuple[Options, str], ...] = (
    ({}, "nil"),
    ({"path": "a/b.lisp"}, '(:path "a/b.lisp")'),
    ({"path": 'a "q" \\ ü 🎈'}, '(:path "a \\"q\\" \\\\ ü 🎈")'),
    ({"print": True, "line": 12, "path": "x"}, '(:line 12 :path "x" :print t)'),
    ({"entry": None, "strict": False, "keep-all": True}, "(:entry nil :keep-all t :strict nil)"),
    ({"code-options": {}}, "(:code-options nil)"),
    ({"code-options": {"fold": "on", "debug": "1"}}, '(:code-options (:debug "1" :fold "on"))'),
)


@pytest.mark.parametrize(("options", "text"), OPTIONS)
def test_options_are_plists(options: Options, text: str) -> None:
    assert encode_options(options) == text.encode()


@pytest.mark.parametrize("key", ["", "Path", "a b", "a_b", "-a", "a-", ":path", "é"])
def test_bad_option_keys(key: str) -> None:
    with pytest.raises(ValueError, match="bad option key"):
        encode_options({key: True})


def test_the_order_of_options_does_not_matter() -> None:
    assert encode_options({"a": 1, "b": 2}) == encode_options({"b": 2, "a": 1})


@pytest.mark.parametrize(
    ("status", "category"),
    [
        (Status.TRAP, "internal-error"),
        (Status.LIMIT, "limit-exceeded"),
        (Status.HOST_ERROR, "host-error"),
        (Status.BAD_CALL, "internal-error"),
    ],
)
def test_host_replies_have_one_diagnostic(status: Status, category: str) -> None:
    reply = host_reply(status, "what happened: ü", ("note",))
    assert json.loads(reply.diagnostics) == {
        "diagnostics": [
            {
                "severity": "error",
                "category": category,
                "message": "what happened: ü",
                "suggestion": None,
                "path": "",
                "line": 0,
                "column": 0,
                "form": None,
                "operator": None,
            }
        ],
        "forms": [],
    }
    assert (reply.status, reply.output, reply.interface, reply.notes) == (status, b"", b"", ("note",))


def test_tables() -> None:
    """3.1 and 3.2 of the contracts (I11, N57)."""
    assert [(int(status), status.name) for status in Status] == [
        (0, "OK"),
        (1, "SOURCE_ERROR"),
        (2, "LINK_ERROR"),
        (3, "BAD_OBJECT"),
        (4, "BAD_CALL"),
        (5, "LIMIT"),
        (6, "HOST_ERROR"),
        (7, "INTERNAL"),
        (128, "TRAP"),
    ]
    assert sorted(IMAGE_EXPORTS) == ["_initialize", "_start", "abi_version", "buffer_alloc", "buffer_reset"]
    assert {name: len(params) for name, (params, _) in STAGE_EXPORTS.items()} == {
        "session_begin": 3,
        "load_interface": 3,
        "load_object": 3,
        "compile_form": 5,
        "compile_module": 5,
        "link": 3,
    }
    assert set(OPTION_KEYS) <= set(STAGE_EXPORTS)


def test_the_stage_compiler_is_a_compiler_session() -> None:
    """Checked by the type checker; at run time it says that the names agree."""
    session: type[CompilerSession] = StageCompiler
    assert all(hasattr(session, name) for name in STAGE_EXPORTS)
