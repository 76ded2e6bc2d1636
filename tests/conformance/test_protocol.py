"""The lines of the harness among all others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clysm.conformance.protocol import Begin, Done, End, Event, parse_line
from clysm.conformance.results import Problem, Verdict


@pytest.mark.parametrize(
    ("line", "event"),
    [
        ("\x1ebegin\tCAR.1\n", Begin("CAR.1")),
        ("\x1eend\tpass\t12\t\t\n", End(Verdict.PASS, 12, "", "")),
        ("\x1eend\tfail\t0\texpected (1)\t(2)\n", End(Verdict.FAIL, 0, "expected (1)", "(2)")),
        ("\x1eproblem\ta.lsp\tone\\ntwo\\tthree\n", Problem("a.lsp", "one\ntwo\tthree")),
        ("\x1ebegin\ta\\\\tb\\\\\n", Begin("a\\tb\\")),
        ("\x1edone\n", Done()),
        ("begin\tCAR.1\n", None),
        ("\x1eend\tperhaps\t12\t\t\n", None),
        ("\x1eend\tpass\tsoon\t\t\n", None),
        ("\x1ebegin\n", None),
        ("\x1e\n", None),
        ("", None),
    ],
)
def test_lines(line: str, event: Event | None) -> None:
    assert parse_line(line) == event


def escape(text: str) -> str:
    """As WRITE-FIELD of the harness does."""
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


@given(st.text(alphabet=st.sampled_from("ab\\\t\ntn")))
def test_any_text_survives(text: str) -> None:
    assert parse_line(f"\x1eproblem\tfile\t{escape(text)}\n") == Problem("file", text)


@given(st.text())
def test_no_line_is_an_error(text: str) -> None:
    parse_line(text)
    parse_line("\x1e" + text)
