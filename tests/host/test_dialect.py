"""The written dialect: the host has all of it, and the compiler's sources use nothing else (N58)."""

from __future__ import annotations

from pathlib import Path

import pytest

from clysm.host import Host
from clysm.host.compiler import compiler_sources
from clysm.host.dialect import names_outside, read_dialect
from clysm.host.evaluator.analyze import HANDLERS
from clysm.host.objects import cl
from clysm.host.type_system import TYPE_TESTS


def test_names_are_standard_and_listed_once() -> None:
    dialect = read_dialect()
    for section, names in dialect.sections.items():
        assert len(set(names)) == len(names), section
        assert [name for name in names if cl(name).package != "COMMON-LISP"] == []
    standard = (Path(__file__).parents[2] / "clysm/host/standard_symbols.txt").read_text("utf-8").split()
    unknown = {name for names in dialect.sections.values() for name in names} - set(standard)
    assert unknown == set()


def test_host_has_every_name(host: Host) -> None:
    sections = read_dialect().sections
    world = host.world
    handled = {symbol.name for symbol in HANDLERS} | {symbol.name for symbol in world.macros}
    assert [name for name in sections["SPECIAL-OPERATORS"] if name not in handled] == []
    assert [name for name in sections["MACROS"] if name not in handled] == []
    assert [name for name in sections["FUNCTIONS"] if cl(name).fkey not in world.cells] == []
    assert [name for name in sections["SETF-FUNCTIONS"] if "s" + cl(name).fkey[1:] not in world.cells] == []
    variables = {symbol.name for symbol in (*world.specials, *world.constants)} | {"T", "NIL"}
    assert [name for name in sections["VARIABLES"] if name not in variables] == []
    assert [name for name in sections["TYPES"] if name not in TYPE_TESTS] == []
    assert [name for name in sections["CONDITIONS"] if cl(name) not in world.conditions] == []


def test_compiler_uses_nothing_else(tmp_path: Path) -> None:
    outside = names_outside(read_dialect(), compiler_sources(), tmp_path)
    assert [f"{position}: {name.lower()}" for name, position in outside] == []


@pytest.mark.parametrize(
    ("text", "outside"),
    [
        ("(defun f (x) (car x))", []),
        ("(defun f (x) (cl:loop (return x)) 'mapc-into)", []),
        ("(defun f () '(with-open-file (x)))", []),
        ("(defun f (x) (probe-file x))", ["PROBE-FILE"]),
        ("(defun f (x) (mapcar #'probe-file x))", ["PROBE-FILE"]),
        ("(defun f () *read-base*)", ["*READ-BASE*"]),
        ("(defun f (with-open-file) (car with-open-file))", []),
        ("(defun f () (flet ((g () (machine-type))) (g)))", ["MACHINE-TYPE"]),
        ("(defun f () `(machine-type ,(machine-version)))", ["MACHINE-VERSION"]),
    ],
)
def test_uses_are_found_in_code_only(text: str, outside: list[str], tmp_path: Path) -> None:
    source = tmp_path / "source.lisp"
    source.write_text(text, "utf-8")
    found = names_outside(read_dialect(), [source], tmp_path / "cache")
    assert [name for name, _ in found] == outside
