"""Patterns of the command line (N41)."""

from pathlib import Path

import pytest

from clysm.workflow.patterns import expand, project_root

FILES = (
    "a.lisp",
    "b.lisp",
    "notes.txt",
    "src/c.lisp",
    "src/deep/d.lisp",
    "src/.hidden/e.lisp",
    "x[1].lisp",
    "s.asd",
)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / "src" / "loop").symlink_to(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("a.lisp", ["a.lisp"]),
        ("./a.lisp", ["a.lisp"]),
        ("s.asd", ["s.asd"]),
        ("*.lisp", ["a.lisp", "b.lisp", "x[1].lisp"]),
        ("?.lisp", ["a.lisp", "b.lisp"]),
        ("[!a].lisp", ["b.lisp"]),
        ("[ab].lisp", ["a.lisp", "b.lisp"]),
        ("x[1].lisp", ["x[1].lisp"]),
        ("**/*.lisp", ["a.lisp", "b.lisp", "src/c.lisp", "src/deep/d.lisp", "x[1].lisp"]),
        ("src/**/*.lisp", ["src/c.lisp", "src/deep/d.lisp"]),
        ("src/**/d.lisp", ["src/deep/d.lisp"]),
        ("src/.hidden/*.lisp", ["src/.hidden/e.lisp"]),
        ("**", ["a.lisp", "b.lisp", "src/c.lisp", "src/deep/d.lisp", "x[1].lisp"]),
    ],
)
def test_matches(directory: Path, pattern: str, expected: list[str]) -> None:
    found = expand([pattern], directory)
    assert [path.relative_to(directory).as_posix() for path in found.files] == expected
    assert found.missing == ()


def test_duplicates_notes_and_missing(directory: Path) -> None:
    found = expand(["a.lisp", "*.lisp", "*.txt", "*.cl", "gone.lisp", "src"], directory)
    assert [path.name for path in found.files] == ["a.lisp", "b.lisp", "x[1].lisp"]
    assert found.missing == ("gone.lisp", "src")
    assert found.notes == ("`notes.txt` is not a .lisp file and is ignored", "no file matches `*.cl`")


def test_project_root_is_the_deepest_common_directory(directory: Path) -> None:
    assert project_root(directory / "src", [directory / "src" / "c.lisp"]) == directory / "src"
    assert project_root(directory / "src", [directory / "a.lisp"]) == directory
