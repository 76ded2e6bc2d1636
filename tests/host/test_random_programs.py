"""The evaluator against SBCL on random programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from clysm.host import Host, HostError
from tests.host import sbcl
from tests.host.programs import PRELUDE, ProgramMaker

COUNT = 150  # programs per seed


@pytest.mark.skipif(sbcl.PROGRAM is None, reason="SBCL is not installed")
@pytest.mark.parametrize("seed", [1, 20261120])
def test_random_programs(seed: int, host: Host, tmp_path: Path) -> None:
    maker = ProgramMaker(seed)
    programs = [maker.program() for _ in range(COUNT)]
    expected = sbcl.run_forms([*PRELUDE, *programs], tmp_path)[len(PRELUDE) :]
    for form in PRELUDE:
        host.eval_string(form)
    wrong = []
    compared = 0
    for program, result in zip(programs, expected, strict=True):
        if result.startswith("error"):  # the program itself fails, in a way that need not be the same
            continue
        compared += 1
        try:
            printed = host.prin1(host.eval_string(program))
        except HostError as problem:
            printed = str(problem)
        if printed != result:
            wrong.append((program, printed, result))
    shortest = min(wrong, key=lambda case: len(case[0]), default=None)
    assert shortest is None, f"seed {seed}: {len(wrong)} of {compared} differ, the shortest: {shortest}"
    assert compared > COUNT // 2
