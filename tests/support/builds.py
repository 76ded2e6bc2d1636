"""What builds of toy projects did: the tasks that ran, and the bytes they made."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

from clysm.workflow.digests import content_digest
from tests.support.projects import run_doit

CORE = ("packages", "reader", "writer", "main")
ALL_STAGE = (*(f"compiler/{name}" for name in CORE), "library/lists", "library/loop")
EVERYTHING = 21  # tasks of the toy: system, host, 16 modules and 3 stages
# Tasks without actions.
GROUPS = {"module", "stage", "object", "plan", "program"} | {
    *("rules", "snapshot", "passport", "passports", "verify", "replay", "qr")
}
# What tells of builds, and not of what was built: also written when one fails, with its times.
SHOWN = ("history.jsonl", "summary.txt", "index.html", "modules.json", "passports.json")


def copy_project(built: Path, to: Path) -> Path:
    """A copy in which what is up to date stays so."""
    shutil.copytree(built, to, copy_function=shutil.copy2)
    return to


def executed(root: Path, *arguments: str, **changes: str) -> list[str]:
    """The tasks that a successful run of doit executed, groups left out."""
    path = root / "out.json"
    result = run_doit(root, "-r", "json", "-o", str(path), *(arguments or ("stage",)), **changes)
    assert result.returncode == 0, result.stdout
    return successful(path)


def failure(root: Path, *arguments: str, **changes: str) -> str:
    """What a run of doit says that fails as it should."""
    result = run_doit(root, *arguments, **changes)
    assert result.returncode == 1, result.stdout
    assert "Traceback" not in result.stdout
    return result.stdout


def successful(path: Path) -> list[str]:
    """The tasks that doit's JSON reporter tells to have run, groups left out."""
    tasks = json.loads(path.read_text())["tasks"]
    names = {task["name"] for task in tasks if task["result"] == "success"}
    return sorted(names - GROUPS)


def digests(root: Path) -> dict[str, str]:
    """The hash of every object, interface and image."""
    files = (path for path in (root / "build").rglob("*") if path.suffix in (".wasm", ".sexp"))
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def comparable(root: Path) -> dict[str, str]:
    """The hash of everything that was built, times left out."""
    files = (path for path in (root / "build").rglob("*") if path.is_file() and path.name not in SHOWN)
    return {str(path.relative_to(root)): content_digest(path) for path in files}


def report(root: Path, name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((root / f"build/reports/{name}.json").read_text())
    return data


def modules(stage: int, *names: str) -> list[str]:
    """The names of the tasks that compile these modules for a stage."""
    return [f"module:{stage}/lisp/{name}.lisp" for name in names]


def edit(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text(encoding="utf-8")
    assert old in text
    (root / path).write_text(text.replace(old, new), encoding="utf-8")
