"""Many products: shards by doit in worker processes, which are killed, interrupted, changed and resumed."""

import hashlib
import json
import os
import random
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from clysm.issuing.artifacts import FILES, Artifacts
from clysm.issuing.container import Container
from clysm.passport.keyring import read_keyring
from clysm.passport.verification.passport import verify_with_keyring
from tests.passport.projects import (
    CATALOG,
    KEY,
    build,
    built,
    fact,
    identity,
    line,
    make_project,
    product,
    series,
    series_files,
    snapshot,
)
from tests.support.builds import copy_project, edit, executed, failure
from tests.support.projects import environment, run_doit, start_doit

COUNT = 10  # products of the small series: three shards of at most four
SERIES = "catalog/series/cells.jsonl"
SHARDS = [f"passports:cells/{number:04}" for number in (1, 2, 3)]
ALL = "passports:cells/all"


@pytest.fixture(autouse=True)
def _a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLYSM_SIGNING_KEY", KEY)


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a small series, built; tests work on copies."""
    files = series_files([line(number) for number in range(COUNT)])
    return build(tmp_path_factory.mktemp("series"), "passports", changes=files, CLYSM_SIGNING_KEY=KEY)


@pytest.fixture
def project(pristine: Path, tmp_path: Path) -> Path:
    return copy_project(pristine, tmp_path / "p")


def container(root: Path, number: int) -> Path:
    return root / f"build/series/cells/{number:04}.passports"


def passports(root: Path) -> dict[str, Artifacts]:
    """All passports of the series."""
    found: dict[str, Artifacts] = {}
    for path in sorted((root / "build/series/cells").glob("*.passports")):
        with Container(path) as opened:
            found |= dict(opened)
    return found


def folder(root: Path, sku: str) -> Artifacts:
    return Artifacts(*((root / "build/passports" / sku / name).read_bytes() for name in FILES))


def processes_of(root: Path) -> list[str]:
    """Processes whose working directory is the project."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").resolve() == root.resolve():
                found.append(process.name)
        except OSError:
            continue
    return found


def wait_for_no_process(root: Path, seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while processes_of(root) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert processes_of(root) == []


def test_every_product_has_a_passport_that_holds(pristine: Path) -> None:
    found = passports(pristine)
    assert list(found) == [f"CELL-{number:04}" for number in range(COUNT)]
    keyring = read_keyring((pristine / "build/keyring.json").read_bytes())
    for number, artifacts in enumerate(found.values()):
        assert verify_with_keyring(artifacts.files(), keyring).holds
        payload = json.loads(artifacts.payload)
        assert payload["fields"]["capacity"] == f"{number + 1}.500"
        assert payload["fields"]["maker"] == "Maker & Søn"
    assert not (pristine / "build/qr").exists()
    assert not (pristine / "build/passports/CELL-0000").exists()


def test_tasks_of_a_series(pristine: Path) -> None:
    listed = run_doit(pristine, "list", "--all").stdout
    assert all(name in listed for name in SHARDS)
    assert "compile and sign lines 9 to 10 of `series/cells.jsonl`" in listed
    assert "CELL-" not in listed


def test_nothing_to_do(project: Path) -> None:
    assert executed(project, "passports") == []
    for path in project.rglob("*"):
        os.utime(path)
    assert executed(project, "passports") == []


def test_a_passport_is_taken_out_as_a_folder(project: Path) -> None:
    before = built(project)
    assert executed(project, "passport:CELL-0005") == ["passport:CELL-0005"]
    assert folder(project, "CELL-0005") == passports(project)["CELL-0005"]
    assert executed(project, "verify:CELL-0005", "replay:CELL-0005", "qr:CELL-0005") == [
        "qr:CELL-0005",
        "replay:CELL-0005",
        "verify:CELL-0005",
    ]
    new = {path for path in built(project) if path not in before}
    assert new == {f"passports/CELL-0005/{name}" for name in FILES} | {"qr/CELL-0005.png", "qr/CELL-0005.svg"}
    assert executed(project, "passports") == []


def test_only_the_shard_of_the_product_is_made(tmp_path: Path) -> None:
    root = make_project(tmp_path, series_files([line(number) for number in range(COUNT)]))
    ran = executed(root, "passport:CELL-0004")
    assert [name for name in ran if name.startswith("passports:")] == [SHARDS[1]]
    assert not container(root, 1).exists()


def test_a_product_that_is_nowhere(project: Path) -> None:
    for name in ("passport:CELL-9999", "passport:CELL-000", "verify:CELL", "qr:%22"):
        assert run_doit(project, name).returncode == 3


def test_a_series_and_the_catalog_give_the_same_bytes(pristine: Path, tmp_path: Path) -> None:
    """The product of a line, listed as a product of its own, has the same artifacts."""
    sku = "CELL-0003"
    own = snapshot("own", "facts/own.json", "facts/maker.toml")
    files = {
        "catalog/catalog.toml": CATALOG
        + own.replace(identity("snapshot", "own"), identity("snapshot", sku))
        + product(sku, "own", "full"),
        "catalog/facts/own.json": json.dumps([fact("Battery", "battery", capacity_kwh="4.5")]),
    }
    root = make_project(tmp_path, files)
    assert run_doit(root, f"passport:{sku}").returncode == 0
    assert folder(root, sku) == passports(pristine)[sku]


def test_a_changed_line_makes_its_shard_again(project: Path) -> None:
    before = built(project)
    edit(project, SERIES, '"6.5"', '"66.5"')
    assert executed(project, "passports") == [SHARDS[1], ALL]
    after = built(project)
    assert {path for path in after if after[path] != before.get(path)} == {
        "series/cells/0002.passports",
        "series/cells/series.json",
    }
    assert json.loads(passports(project)["CELL-0005"].payload)["fields"]["capacity"] == "66.500"


def test_lines_are_added_and_removed(project: Path) -> None:
    with (project / SERIES).open("a") as stream:
        stream.write("".join(f"{line(number)}\n" for number in range(COUNT, COUNT + 3)))
    assert executed(project, "passports") == [SHARDS[2], "passports:cells/0004", ALL]
    assert len(passports(project)) == COUNT + 3
    (project / SERIES).write_text("".join(f"{line(number)}\n" for number in range(3)))
    assert executed(project, "passports") == [SHARDS[0], ALL]
    assert [path.name for path in sorted((project / "build/series/cells").iterdir())] == [
        "0001.passports",
        "series.json",
    ]


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("facts/maker.toml", "Søn", "Co"),
        ("rules/full.rules", "100.000 /", "200.000 /"),
        ("catalog.toml", "2026-08-01", "2026-08-02"),
    ],
)
def test_what_all_products_share_makes_all_shards_again(project: Path, path: str, old: str, new: str) -> None:
    edit(project, f"catalog/{path}", old, new)
    assert [name for name in executed(project, "passports") if name.startswith("passports:")] == [
        *SHARDS,
        ALL,
    ]


def test_a_damaged_or_removed_container_is_made_again(project: Path) -> None:
    before = built(project)
    data = container(project, 2).read_bytes()
    container(project, 2).write_bytes(data[:100] + b"x" + data[101:])
    container(project, 3).unlink()
    assert executed(project, "passports") == SHARDS[1:]  # with the same bytes, so that the list stays
    assert built(project) == before


@pytest.mark.parametrize(
    ("arguments", "changes"),
    [
        (("-n", "0"), {"PYTHONHASHSEED": "1"}),
        (("-n", "1"), {"PYTHONHASHSEED": "2", "TZ": "Asia/Kathmandu", "LC_ALL": "C"}),
        (("-n", "3"), {"PYTHONHASHSEED": "3"}),
    ],
)
def test_the_same_bytes_however_it_is_built(
    pristine: Path, tmp_path: Path, arguments: tuple[str, ...], changes: dict[str, str]
) -> None:
    root = make_project(tmp_path / "elsewhere", series_files([line(number) for number in range(COUNT)]))
    result = run_doit(root, *arguments, "passports", **changes)
    assert result.returncode == 0, result.stdout
    assert built(root) == built(pristine)


def test_a_product_that_fails_fails_its_shard_only(project: Path) -> None:
    before = container(project, 2).read_bytes()
    edit(project, SERIES, '"6.5"', "0")
    edit(project, SERIES, '"10.5"', '"110.5"')
    said = failure(project, "passports")
    assert f"FAILED {SHARDS[1]}\n1 of 4 products fail\n{SERIES}:6: `CELL-0005`: error: " in said
    assert "catalog/rules/full.rules:7:31\n  division by zero in field `ratio`" in said
    assert SHARDS[2] in said
    assert "FAILED passports:cells/0003" not in said
    assert container(project, 2).read_bytes() == before
    assert not list(project.rglob("*.tmp"))
    edit(project, SERIES, ": 0}", ': "7.5"}')
    assert executed(project, "passports") == [SHARDS[1], ALL]


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        ("{]", "error: catalog/series/cells.jsonl:6:2\n"),
        ("", "error: catalog/series/cells.jsonl:6:1\n"),
        ('{"sku":"x"}', "error: catalog/series/cells.jsonl:6:1\n"),
        (line(4), "catalog/series/cells.jsonl:6: `CELL-0004` stands in line 5 already"),
        (line(5).replace('"Battery"', '"Maker"').replace('"battery"', '"maker"'), "of type `Maker` and key"),
        (line(5).replace('"payload"', '"other"'), "error: catalog/series/cells.jsonl:6:1\n"),
        ('"' + "x" * (1 << 20) + '"', "products fail\nerror: catalog/series/cells.jsonl:6:"),
    ],
)  # fmt: skip
def test_bad_lines(project: Path, bad: str, expected: str) -> None:
    edit(project, SERIES, line(5), bad)
    said = failure(project, "passports")
    assert f"FAILED {SHARDS[1]}" in said
    assert expected in said
    assert executed(project, SHARDS[0], SHARDS[2]) == []


def test_the_manifest(pristine: Path) -> None:
    data = json.loads((pristine / "build/series/cells/series.json").read_text())
    assert (data["series"], data["passports"]) == ("cells", COUNT)
    assert data["containers"] == [
        {
            "file": f"{number:04}.passports",
            "passports": count,
            "sha256": hashlib.sha256(container(pristine, number).read_bytes()).hexdigest(),
        }
        for number, count in ((1, 4), (2, 4), (3, 2))
    ]


def test_a_product_in_two_shards(project: Path) -> None:
    edit(project, SERIES, line(9), line(2))
    said = failure(project, "passports")
    assert f"FAILED {ALL}\n`CELL-0002` is in `0001.passports` and again in `0003.passports`" in said


def test_many_bad_lines_are_counted(tmp_path: Path) -> None:
    root = make_project(tmp_path, series_files(["{}"] * 30))
    edit(root, "pyproject.toml", "shard-lines = 4", "shard-lines = 100")
    said = failure(root, "passports")
    assert "30 of 30 products fail" in said
    assert said.count("error: ") == 10
    assert "and 20 more" in said


def test_a_series_without_products_and_without_a_file(tmp_path: Path) -> None:
    root = make_project(tmp_path, series_files([]))
    assert executed(root, "passports").count("passports:cells/0001") == 0
    (root / SERIES).unlink()
    assert f"`{SERIES}` does not exist" in failure(root, "passports")


def test_a_series_without_shared_facts(tmp_path: Path) -> None:
    files = {**series_files([line(1)]), "catalog/catalog.toml": CATALOG + series("cells", "short", None)}
    root = make_project(tmp_path, files)
    assert executed(root, "passports", "replay:CELL-0001").count("passports:cells/0001") == 1
    assert json.loads(passports(root)["CELL-0001"].payload)["fields"] == {"known": True, "weight": 7}


def test_unpublished_rules_stop_the_series(project: Path) -> None:
    edit(project, "catalog/rules/full.tests", "cases(500)", "cases(499)")
    said = failure(project, "passports")
    assert all(f"SKIPPED {name} (needs rules:full)" in said for name in SHARDS)


def test_progress_is_told_in_lines(pristine: Path, tmp_path: Path) -> None:
    root = make_project(tmp_path, series_files([line(number) for number in range(COUNT)]))
    said = run_doit(root, "-n", "1", "passports").stdout
    told = [text for text in said.splitlines() if text.startswith("passports:cells/")]
    assert len(told) == 3
    assert f"passports: {COUNT}/{COUNT}, " in told[-1]
    assert all("passports/s" in text for text in told)
    assert " s left" in told[0]


def test_a_bar_on_a_terminal(tmp_path: Path) -> None:
    root = make_project(tmp_path, series_files([line(number) for number in range(COUNT)]))
    done = subprocess.run(
        ["script", "-qec", f"{shlex.quote(sys.executable)} -m doit passports", "/dev/null"],
        cwd=root,
        env=environment(COLUMNS="100", TERM="xterm"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "passports/s" in done.stdout
    assert "tasks: " in done.stdout
    assert "Traceback" not in done.stdout


# Interruptions. Shards of 300 products take long enough to be met in the middle.

MANY, SIZE = 1500, 300


def many(root: Path) -> Path:
    files = series_files([line(number, text="x" * 300) for number in range(MANY)])
    make_project(root, files)
    edit(root, "pyproject.toml", "shard-lines = 4", f"shard-lines = {SIZE}")
    return root


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What is built when nothing happens."""
    root = many(tmp_path_factory.mktemp("many"))
    assert run_doit(root, "passports", CLYSM_SIGNING_KEY=KEY).returncode == 0
    return built(root)


@pytest.mark.parametrize("attempt", range(10))
def test_a_killed_build_loses_at_most_the_running_shards(
    tmp_path: Path, undisturbed: dict[str, bytes], attempt: int
) -> None:
    root = many(tmp_path)
    process = start_doit(root, "-n", "1", "passports")
    pause = random.Random(attempt)
    deadline = time.monotonic() + 30
    while not list((root / "build/series/cells").glob("*.passports")):
        assert time.monotonic() < deadline
        time.sleep(0.005)
    time.sleep(pause.random() * 0.1)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=20)
    wait_for_no_process(root)
    finished = {path.name for path in (root / "build/series/cells").glob("*.passports")}
    ran = [name for name in executed(root, "passports") if name.startswith("passports:")]
    remaining = MANY // SIZE - len(finished)
    assert len(set(ran) - {ALL}) <= remaining + 1  # that one was renamed, but not yet recorded
    assert built(root) == undisturbed
    assert not list(root.rglob(".*.tmp"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_build_is_picked_up(
    tmp_path: Path, undisturbed: dict[str, bytes], number: signal.Signals
) -> None:
    root = many(tmp_path)
    process = start_doit(root, "-n", "1", "passports")
    deadline = time.monotonic() + 30
    while not list((root / "build/series/cells").glob("*.passports")):
        assert time.monotonic() < deadline
        time.sleep(0.005)
    process.send_signal(number)
    output, _ = process.communicate(timeout=20)
    assert process.returncode == 128 + number
    assert "Traceback" not in output
    wait_for_no_process(root)
    assert not list(root.rglob(".*.tmp"))
    finished = len(list((root / "build/series/cells").glob("*.passports")))
    ran = [name for name in executed(root, "passports") if name.startswith("passports:")]
    assert len(set(ran) - {ALL}) <= MANY // SIZE - finished + 1
    assert built(root) == undisturbed


def test_a_killed_worker_fails_its_shard(tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    root = many(tmp_path)
    process = start_doit(root, "-n", "1", "passports")
    deadline = time.monotonic() + 30
    while not list((root / "build/series/cells").glob(".*.tmp")):
        assert time.monotonic() < deadline
        time.sleep(0.005)
    workers = [number for number in processes_of(root) if int(number) != process.pid]
    for worker in workers:
        os.kill(int(worker), signal.SIGKILL)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "the worker ended with status -9" in output
    assert output.count("FAILED passports:cells/") == 1
    assert run_doit(root, "passports").returncode == 0
    assert built(root) == undisturbed
    assert not list(root.rglob(".*.tmp"))


def test_an_edit_while_the_shard_is_made_fails_it(tmp_path: Path) -> None:
    root = many(tmp_path)
    process = start_doit(root, "-n", "1", "passports")
    deadline = time.monotonic() + 30
    while not list((root / "build/series/cells").glob(".*.tmp")):
        assert time.monotonic() < deadline
        time.sleep(0.005)
    text = (root / SERIES).read_text()
    with (root / SERIES).open("r+") as stream:  # in place, where the worker reads
        stream.write(text.replace("x" * 300, "y" * 300))
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "the file of the series changed while it was read" in output
    assert run_doit(root, "passports").returncode == 0
    assert all(b"yyyy" in artifacts.payload for artifacts in passports(root).values())


def test_the_key_is_nowhere_but_in_the_environment(pristine: Path) -> None:
    for path in pristine.rglob("*"):
        assert not path.is_file() or KEY.encode() not in path.read_bytes()


def test_an_interrupt_gives_the_terminal_back(tmp_path: Path) -> None:
    root = many(tmp_path)
    process = subprocess.Popen(
        ["script", "-qec", f"exec {shlex.quote(sys.executable)} -m doit -n 1 passports", "/dev/null"],
        cwd=root,
        env=environment(TERM="xterm"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 30
    while not list((root / "build/series/cells").glob("*.passports")):
        assert time.monotonic() < deadline
        time.sleep(0.005)
    doit = next(
        number for number in processes_of(root) if b"doit" in command_of(number) and is_python(number)
    )
    os.kill(int(doit), signal.SIGINT)
    output, _ = process.communicate(timeout=30)
    assert output.count("\x1b[?25l") == output.count("\x1b[?25h") == 1  # the cursor is hidden and shown again
    wait_for_no_process(root)


def command_of(number: str) -> bytes:
    return Path(f"/proc/{number}/cmdline").read_bytes()


def is_python(number: str) -> bool:
    return b"python" in command_of(number).split(b"\0")[0]
