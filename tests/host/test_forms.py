"""Every form of the tables in cases/, in the host and, where it is installed, in SBCL."""

from __future__ import annotations

from pathlib import Path

import pytest

from clysm.host import Host
from tests.host import sbcl
from tests.host.forms import read_table, tables


@pytest.mark.parametrize("path", tables(), ids=lambda path: path.stem)
def test_table(path: Path, host: Host) -> None:
    cases = read_table(path)
    assert cases, f"{path} is empty"
    wrong = []
    for case in cases:
        result = host.eval_string(case.form, f"{path.name}")
        values = result if isinstance(result, tuple) else (result,)
        printed = " ".join(host.prin1(value) for value in values)
        if printed != case.values:
            wrong.append(
                f"{path.name}:{case.line}: {case.form}\n  gives    {printed}\n  expected {case.values}"
            )
    assert not wrong, "\n".join(wrong)


@pytest.mark.skipif(sbcl.PROGRAM is None, reason="SBCL is not installed")
@pytest.mark.parametrize("path", tables(), ids=lambda path: path.stem)
def test_table_agrees_with_sbcl(path: Path, tmp_path: Path) -> None:
    cases = read_table(path)
    results = sbcl.run_forms([case.form for case in cases], tmp_path)
    wrong = [
        f"{path.name}:{case.line}: {case.form}\n  SBCL gives {result}\n  expected   {case.values}"
        for case, result in zip(cases, results, strict=True)
        if result != case.values
    ]
    assert not wrong, "\n".join(wrong)
