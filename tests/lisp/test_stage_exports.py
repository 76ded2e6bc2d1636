"""What a stage answers comes out of its image: one with other words in it says and writes those (N34)."""

from __future__ import annotations

import io
import json

from clysm.engine.abi import Status
from clysm.engine.engine import Effort
from clysm.engine.image import load_image
from clysm.engine.stage import StageCompiler
from clysm.wasm.sections import parse_sections
from clysm.workflow.digests import sha256_bytes
from tests.lisp.workbench import Workbench

# What the compiler writes into objects, and what it says of a list with too much behind its dot.
WORDS = {b"clysm.object": b"other.object", b"more than one datum": b"two and more things"}
GOOD, BAD = b"(defun f (x) x)", b"(print '(1 . 2 3))"


def test_a_stage_with_other_words(workbench: Workbench) -> None:
    image = workbench.stage_image
    for word, other in WORDS.items():
        assert image.count(word) == 1
        image = image.replace(word, other)
    with StageCompiler(load_image(image, effort=Effort.BRIEF), io.BytesIO()) as stage:
        assert stage.session_begin({}).status is Status.OK
        good, bad = (stage.compile_module(source, {"path": "a.lisp"}) for source in (GOOD, BAD))
        calls = [(call.name, call.sha256) for call in stage.calls]
    assert [name for name, _ in calls] == ["session_begin", "compile_module", "compile_module"]
    assert [digest for _, digest in calls[1:]] == [sha256_bytes(GOOD), sha256_bytes(BAD)]
    assert "custom:other.object" in [section.name for section in parse_sections(good.output)]
    (problem,) = json.loads(bad.diagnostics)["diagnostics"]
    assert (bad.status, problem["message"]) == (Status.SOURCE_ERROR, "two and more things after the dot")
