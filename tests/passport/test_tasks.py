"""doit for real on a project with a small catalog: what is made, what is made again, what is refused."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from clysm.cli.main import main
from clysm.issuing.artifacts import FILES
from clysm.issuing.images import png, svg
from tasks.run import concerns_passports_only
from tests.passport.projects import (
    CATALOG,
    KEY,
    RULES,
    TESTS,
    build,
    built,
    make_project,
    product,
)
from tests.support.builds import copy_project, edit, executed, failure
from tests.support.projects import REPOSITORY, environment, run_doit, start_doit

EVERYTHING = ["passports", "verify"]


@pytest.fixture(autouse=True)
def _a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key of the environment, which signs wherever a test does not ask for a demo key."""
    monkeypatch.setenv("CLYSM_SIGNING_KEY", KEY)


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in which everything is built; tests work on copies."""
    return build(tmp_path_factory.mktemp("catalog"), *EVERYTHING, CLYSM_SIGNING_KEY=KEY)


@pytest.fixture
def project(pristine: Path, tmp_path: Path) -> Path:
    """A copy in which nothing is to be done."""
    return copy_project(pristine, tmp_path / "p")


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that was built with a demo key."""
    monkeypatch.delenv("CLYSM_SIGNING_KEY")
    return build(tmp_path / "p", *EVERYTHING)


def receipt(root: Path, sku: str) -> dict[str, str]:
    data: dict[str, str] = json.loads((root / f"build/passports/{sku}/receipt.json").read_bytes())
    return data


def names(kind: str, *skus: str) -> list[str]:
    return [f"{kind}:{sku}" for sku in skus]


# What there is


def test_the_list_of_tasks(project: Path) -> None:
    lines = dict(line.split(None, 1) for line in run_doit(project, "list").stdout.splitlines())
    assert {
        "catalog",
        "keygen",
        "rules",
        "snapshot",
        "passport",
        "passports",
        "verify",
        "replay",
        "qr",
    } <= set(lines)
    every = run_doit(project, "list", "--all").stdout
    assert all(f"{name} " in every for name in (*names("passport", "ONE", "TWO", "ALONE"), "rules:full"))
    assert all(line.split(None, 1)[1:] for line in every.splitlines())


def test_what_is_made(pristine: Path) -> None:
    files = built(pristine)
    folders = {f"passports/{sku}/{name}" for sku in ("ONE", "TWO", "ALONE") for name in FILES}
    assert folders <= files.keys()
    assert {path for path in files if path.startswith(("passports/", "qr/"))} == folders
    assert not list(pristine.rglob("*.tmp"))
    payload = json.loads(files["passports/ONE/payload.json"])
    assert payload["fields"]["capacity"] == "75.500"
    assert payload["compliance"] == [{"evidence": "Maker & Søn", "id": "ART-7", "status": "DECLARED"}]


def test_what_is_made_holds(pristine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for sku in ("ONE", "TWO", "ALONE"):
        folder = pristine / "build/passports" / sku
        assert main(["verify", str(folder), "--keyring", str(pristine / "build/keyring.json")]) == 0
    assert "fails" not in capsys.readouterr().out


def test_the_report_of_rules(pristine: Path) -> None:
    report = json.loads((pristine / "build/rules/full.json").read_text())
    assert (report["status"], report["cases_passed"]) == ("PUBLISHED", 500)
    assert report["fields"] == ["battery", "capacity", "maker", "declared", "ratio"]
    assert receipt(pristine, "ONE")["dsl_sha256"] == report["dsl_sha256"]


def test_loading_is_light(demo: Path) -> None:
    """Neither listing nor a run with nothing to do loads what signs, draws, compresses and displays."""
    code = (
        "import sys; from doit.doit_cmd import DoitMain; status = DoitMain().run(sys.argv[1:]);"
        "heavy = {'cryptography', 'segno', 'rich', 'zstandard'} & set(sys.modules);"
        "print('heavy:', sorted(heavy)); sys.exit(status or 0)"
    )
    for arguments in (["list", "--all"], ["passports"]):
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            cwd=demo, env=environment(), capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert done.stdout.endswith("heavy: []\n")


# What is made again


def test_nothing_to_do(demo: Path) -> None:
    assert executed(demo, "passports") == []
    assert "nothing to do" in run_doit(demo, "passports").stdout
    for path in demo.rglob("*"):
        if path.name != "demo.key":
            os.utime(path)
    assert executed(demo, "passports") == []


@pytest.mark.parametrize(
    ("path", "old", "new", "rerun"),
    [
        ("facts/one.json", "75.5", "76.5", ["snapshot:one", *names("passport", "ONE")]),
        ("facts/alone.json", '"1"', '"2"', ["snapshot:alone", *names("passport", "ALONE")]),
        ("facts/maker.toml", "Søn", "Co", ["snapshot:one", "snapshot:two", *names("passport", "ONE", "TWO")]),
        ("facts/one.json", "[{", "[\n {", ["snapshot:one"]),
        ("facts/maker.toml", "[[fact]]", "# who made it\n[[fact]]", ["snapshot:one", "snapshot:two"]),
        ("rules/short.rules", "7", "14 / 2", ["rules:short", *names("passport", "ALONE")]),
        ("rules/short.tests", "seed(2)", "seed(3)", ["rules:short", *names("passport", "ALONE")]),
        ("rules/full.rules", "100.000 /", "200.000 /", ["rules:full", *names("passport", "ONE", "TWO")]),
    ],
)
def test_a_change_makes_again_what_depends_on_it(
    project: Path, path: str, old: str, new: str, rerun: list[str]
) -> None:
    before = built(project)
    edit(project, f"catalog/{path}", old, new)
    assert executed(project, "passports") == sorted(rerun)
    after = built(project)
    for sku in ("ONE", "TWO", "ALONE"):
        name = f"passports/{sku}/receipt.json"
        assert (after[name] != before[name]) == (f"passport:{sku}" in rerun)
    edit(project, f"catalog/{path}", new, old)
    executed(project, "passports")
    assert built(project) == before


def test_the_order_of_facts_does_not_matter(project: Path) -> None:
    one, maker = '"facts/one.json"', '"facts/maker.toml"'
    edit(project, "catalog/catalog.toml", f"[{one}, {maker}]", f"[{maker}, {one}]")
    before = built(project)
    assert executed(project, "passports") == ["catalog", "snapshot:one"]
    assert built(project) == before


def test_a_changed_product_is_made_again(project: Path) -> None:
    edit(project, "catalog/catalog.toml", 'sku = "TWO"\nname = "A battery"', 'sku = "TWO"\nname = "Another"')
    assert executed(project, "passports") == ["catalog", "passport:TWO"]
    payload = json.loads((project / "build/passports/TWO/payload.json").read_text())
    assert payload["battery_product"]["name"] == "Another"


def test_a_changed_head_makes_every_passport_again(project: Path) -> None:
    edit(project, "catalog/catalog.toml", "2026-08-01", "2026-08-02")
    assert set(names("passport", "ALONE", "ONE", "TWO")) <= set(executed(project, "passports"))
    assert receipt(project, "ONE")["issued_at"] == "2026-08-02T00:00:00Z"


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", ["flip", "remove"])
def test_damage_is_mended(project: Path, name: str, damage: str) -> None:
    before = built(project)
    path = project / "build/passports/ONE" / name
    data = path.read_bytes()
    if damage == "flip":
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    else:
        path.unlink()
    assert executed(project, "passports") == ["passport:ONE"]
    assert built(project) == before


def test_everything_anew_gives_the_same_bytes(demo: Path) -> None:
    before = built(demo)
    shutil.rmtree(demo / "build")
    assert run_doit(demo, *EVERYTHING).returncode == 0
    assert built(demo) == before
    os.rename(demo / ".clysm-cache/keys", demo / "keys")
    shutil.rmtree(demo / ".clysm-cache")
    (demo / ".clysm-cache").mkdir()
    os.rename(demo / "keys", demo / ".clysm-cache/keys")
    assert run_doit(demo, *EVERYTHING).returncode == 0
    assert built(demo) == before


@pytest.mark.parametrize(
    ("arguments", "changes"),
    [
        (("-n", "0"), {"PYTHONHASHSEED": "1"}),
        (("-n", "8"), {"PYTHONHASHSEED": "2", "TZ": "Asia/Kathmandu", "LC_ALL": "C"}),
        (("-n", "1"), {"PYTHONHASHSEED": "3", "LC_ALL": "tr_TR.UTF-8", "TZ": "Pacific/Chatham"}),
    ],
)
def test_the_same_bytes_however_it_is_built(
    tmp_path: Path, arguments: tuple[str, ...], changes: dict[str, str]
) -> None:
    results = []
    for number, options in enumerate(((), arguments)):
        root = make_project(tmp_path / f"number {number}")
        result = run_doit(root, *options, *EVERYTHING, CLYSM_SIGNING_KEY=KEY, **(changes if number else {}))
        assert result.returncode == 0, result.stdout
        results.append(built(root))
    assert results[0] == results[1]


def test_one_passport_by_its_name(tmp_path: Path) -> None:
    root = make_project(tmp_path)
    ran = executed(root, "passport:TWO")
    assert ran == ["keygen", "passport:TWO", "rules:full", "snapshot:two"]
    assert run_doit(root, "passport:NONE").returncode == 3


def test_clean_removes_what_was_built_and_keeps_the_keys(demo: Path) -> None:
    key = (demo / ".clysm-cache/keys/demo.key").read_bytes()
    ring = (demo / ".clysm-cache/keys/keyring.json").read_bytes()
    assert run_doit(demo, "clean", "passports", "passport", "rules", "snapshot", "keygen").returncode == 0
    assert built(demo) == {}
    assert (demo / ".clysm-cache/keys/demo.key").read_bytes() == key
    assert (demo / ".clysm-cache/keys/keyring.json").read_bytes() == ring


# Verification and replay


@pytest.mark.parametrize("name", FILES)
def test_verify_judges_what_is_there(project: Path, name: str) -> None:
    path = project / "build/passports/ONE" / name
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2] + bytes([data[len(data) // 2] ^ 1]) + data[len(data) // 2 + 1 :])
    said = failure(project, "verify:ONE")
    assert "`ONE` does not hold" in said
    assert f"  {name}: " in said
    assert run_doit(project, "verify:TWO").returncode == 0
    assert run_doit(project, "passports").returncode == 0
    assert run_doit(project, "verify:ONE").returncode == 0


def test_verify_makes_what_is_not_there(tmp_path: Path) -> None:
    root = make_project(tmp_path)
    assert "passport:ONE" in executed(root, "verify:ONE")


def test_a_foreign_file_fails_verification(project: Path) -> None:
    (project / "build/passports/ONE/note.txt").write_text("hello")
    assert "note.txt: file: the file does not belong" in failure(project, "verify")


def test_replay_of_what_did_not_change(project: Path) -> None:
    assert run_doit(project, "replay").returncode == 0
    before = built(project)
    assert run_doit(project, "replay:ONE").returncode == 0
    assert built(project) == before


@pytest.mark.parametrize(
    ("path", "old", "new", "named"),
    [
        ("facts/one.json", "75.5", "76.5", "facts/Battery/battery"),
        ("facts/maker.toml", "Søn", "Co", "facts/Maker/maker"),
        ("rules/full.rules", "100.000", "200.000", "dsl_sha256"),
        ("rules/full.tests", "seed(1)", "seed(9)", "tests_sha256"),
        ("catalog.toml", 'sku = "ONE"\nname = "A', 'sku = "ONE"\nname = "Another', "payload_hash"),
        ("catalog.toml", "2026-08-01", "2026-08-02", "issued_at"),
        ("catalog.toml", "3f0c1a52", "3f0c1a53", "tenant_id"),
    ],
)
def test_replay_says_what_differs(project: Path, path: str, old: str, new: str, named: str) -> None:
    before = built(project)
    edit(project, f"catalog/{path}", old, new)
    said = failure(project, "replay:ONE")
    assert "`ONE` cannot be made again" in said
    assert f"  {named}: stored " in said
    assert built(project) == before


def test_replay_notices_ids_and_keys(demo: Path) -> None:
    catalog = (demo / "catalog/catalog.toml").read_text()
    for identifier, named in (
        (receipt(demo, "ONE")["battery_product_id"], "battery_product_id"),
        (receipt(demo, "ONE")["snapshot_id"], "snapshot_id"),
        (receipt(demo, "ONE")["rule_package_version_id"], "rule_package_version_id"),
    ):
        changed = identifier[:-1] + ("0" if identifier[-1] != "0" else "1")
        (demo / "catalog/catalog.toml").write_text(catalog.replace(identifier, changed))
        assert f"  {named}: stored " in failure(demo, "replay:ONE")
    (demo / "catalog/catalog.toml").write_text(catalog)
    assert "  signing_key_id: stored " in failure(demo, "replay:ONE", CLYSM_SIGNING_KEY=KEY)
    ring = demo / "build/keyring.json"
    ring.write_text(ring.read_text().replace('"ACTIVE"', '"REVOKED"'))
    assert "  signature: stored null" in failure(demo, "replay:ONE")


@pytest.mark.parametrize("name", ["payload.json", "proof.json", "receipt.json", "qr.txt", "snapshot.json"])
def test_replay_notices_a_changed_byte(project: Path, name: str) -> None:
    path = project / "build/passports/ONE" / name
    data = path.read_bytes()
    path.write_bytes(data[:-20] + bytes([data[-20] ^ 1]) + data[-19:])
    assert "`ONE`" in failure(project, "replay:ONE")


def test_the_catalog_of_the_repository(tmp_path: Path) -> None:
    root = make_project(tmp_path)
    shutil.rmtree(root / "catalog")
    shutil.copytree(REPOSITORY / "clysm/catalog", root / "catalog")
    result = run_doit(root, *EVERYTHING, "replay")
    assert result.returncode == 0, result.stdout
    categories = set()
    for folder in (root / "build/passports").iterdir():
        fields = json.loads((folder / "payload.json").read_text())["fields"]
        categories.add(fields["subject.category"])
        assert all(main(["explain", str(folder), path]) == 0 for path in list(fields)[::12])
    assert categories == {"EV", "LMT", "INDUSTRIAL"}


# Images


def test_images_are_made_when_asked_for(project: Path) -> None:
    assert not (project / "build/qr").exists()
    assert executed(project, "qr:ONE") == ["qr:ONE"]
    assert executed(project, "qr:ONE") == []
    text = (project / "build/passports/ONE/qr.txt").read_bytes()
    assert (project / "build/qr/ONE.png").read_bytes() == png(text)
    assert (project / "build/qr/ONE.svg").read_bytes() == svg(text)
    assert run_doit(project, "verify:ONE").returncode == 0


# Keys


def test_a_demo_key_is_made_and_marked(demo: Path) -> None:
    path = demo / ".clysm-cache/keys/demo.key"
    assert path.stat().st_mode & 0o777 == 0o600
    name = receipt(demo, "ONE")["signing_key_id"]
    assert name.startswith("demo-")
    assert set(json.loads((demo / "build/keyring.json").read_text())["keys"]) == {name}


def test_the_private_key_is_in_its_file_only(demo: Path) -> None:
    text = (demo / ".clysm-cache/keys/demo.key").read_text().strip()
    with sqlite3.connect(demo / ".clysm-cache/doit.sqlite3") as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
    files = [path for path in demo.rglob("*") if path.is_file() and path.name != "demo.key"]
    assert len(files) > 20
    assert all(text.encode() not in path.read_bytes() for path in files)
    assert all(
        text not in run_doit(demo, *arguments).stdout
        for arguments in (["info", "keygen"], ["-v", "2", "keygen"])
    )


def test_a_key_in_the_environment(demo: Path) -> None:
    old = receipt(demo, "ONE")["signing_key_id"]
    ran = executed(demo, "passports", CLYSM_SIGNING_KEY=KEY)
    assert ran == sorted(["keygen", *names("passport", "ONE", "TWO", "ALONE")])
    new = receipt(demo, "ONE")["signing_key_id"]
    assert new.startswith("key-")
    assert set(json.loads((demo / "build/keyring.json").read_text())["keys"]) == {old, new}
    assert executed(demo, "passports", CLYSM_SIGNING_KEY=KEY) == []
    assert run_doit(demo, "verify", CLYSM_SIGNING_KEY=KEY).returncode == 0
    for path in demo.rglob("*"):
        assert not path.is_file() or KEY.encode() not in path.read_bytes()


def test_a_bad_key_in_the_environment_is_not_repeated(project: Path) -> None:
    said = failure(project, "passports", CLYSM_SIGNING_KEY=KEY[:-2])
    assert "$CLYSM_SIGNING_KEY does not hold a private key" in said
    assert KEY[:-2] not in said


def test_a_key_file_open_to_others_is_refused(demo: Path) -> None:
    path = demo / ".clysm-cache/keys/demo.key"
    path.chmod(0o644)
    assert "has mode 0644 and must have 0600" in failure(demo, "passports")
    path.chmod(0o600)
    assert run_doit(demo, "passports").returncode == 0


def test_a_key_of_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLYSM_SIGNING_KEY")
    root = make_project(tmp_path)
    settings = 'signing-key = "keys/plant.key"\nsigning-key-id = "plant-7"\nkeyring = "keys/keyring.json"\n'
    with (root / "pyproject.toml").open("a") as stream:
        stream.write(settings)
    assert "`doit keygen` makes one" in failure(root, "passports")
    assert not (root / "keys/plant.key").exists()
    assert run_doit(root, "keygen").returncode == 0
    assert run_doit(root, *EVERYTHING).returncode == 0
    assert receipt(root, "ONE")["signing_key_id"] == "plant-7"
    assert set(json.loads((root / "keys/keyring.json").read_text())["keys"]) == {"plant-7"}
    (root / "keys/plant.key").unlink()
    said = failure(root, "keygen")
    assert "`plant-7` names another key" in said


def test_retired_and_revoked_keys(demo: Path) -> None:
    old = receipt(demo, "ONE")["signing_key_id"]
    assert f"key `{old}` is RETIRED and signs no more" in failure(demo, "keygen", "--retire", old)
    assert run_doit(demo, "verify:ONE").returncode == 0
    (demo / ".clysm-cache/keys/demo.key").unlink()
    assert run_doit(demo, "passports").returncode == 0
    assert receipt(demo, "ONE")["signing_key_id"] not in ("", old)
    ring = json.loads((demo / "build/keyring.json").read_text())["keys"]
    assert {name: key["status"] for name, key in ring.items()} == {
        old: "RETIRED",
        receipt(demo, "ONE")["signing_key_id"]: "ACTIVE",
    }
    assert run_doit(demo, "keygen", "--revoke", old).returncode == 0
    assert json.loads((demo / "build/keyring.json").read_text())["keys"][old]["status"] == "REVOKED"


# What is refused


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        (
            "rules/full.rules", 'field("capacity");', 'field("capacity") + true;',
            "error: catalog/rules/full.rules:7:51\n  TypeMismatch in field `ratio`",
        ),
        ("rules/full.rules", "100.000 /", "100.000 /;", "error: catalog/rules/full.rules:7:32\n  ParseError"),
        ("rules/full.tests", "== c", "== d", "error: catalog/rules/full.tests:3:59\n  UnknownIdentifier"),
        ("rules/full.rules", "100.000 / f", 'field("ratio") / f', "fields need each other: `ratio`"),
        ("rules/full.tests", "cases(500)", "cases(499)", "499 cases pass, 500 are needed"),
        (
            "rules/full.tests", "== c)", "!= c)",
            "500 of its test cases fail\n  property `capacity_is_read`, case 0 with {\"c\": ",
        ),
    ],
)  # fmt: skip
def test_rules_that_may_not_be_published(project: Path, path: str, old: str, new: str, expected: str) -> None:
    edit(project, f"catalog/{path}", old, new)
    said = failure(project, "passports")
    assert "FAILED rules:full" in said
    assert expected in said
    assert "SKIPPED passport:ONE (needs rules:full)" in said
    assert "passport:ALONE" not in said
    assert not (project / "build/rules/full.json").exists()


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        ('{"capacity_kwh": 0}', "error: catalog/rules/full.rules:7:31\n  division by zero in field `ratio`"),
        (
            "{}",
            "error: catalog/rules/full.rules:4:12\n  NO-CAPACITY: there is no capacity in field `capacity`",
        ),
        ('{"capacity_kwh": "1.2345"}', "`1.2345` has more than 3 decimals in field `capacity`"),
        ('{"capacity_kwh": true}', "error: catalog/rules/full.rules:4:3\n"),
    ],
)
def test_facts_that_the_rules_refuse(project: Path, fact: str, expected: str) -> None:
    record = f'[{{"fact_type":"Battery","fact_key":"battery","schema_version":1,"payload":{fact}}}]'
    (project / "catalog/facts/one.json").write_text(record)
    before = built(project)
    said = failure(project, "passports")
    assert "FAILED passport:ONE" in said
    assert f"`ONE`: {expected}" in said or expected in said
    assert "FAILED passport:TWO" not in said
    assert built(project)["passports/ONE/receipt.json"] == before["passports/ONE/receipt.json"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("[{]", "error: catalog/facts/one.json:1:3\n"),
        ("[]", "NO-BATTERY"),
        (
            '[{"fact_type":"Maker","fact_key":"maker","schema_version":1,"payload":{}}]',
            "two different facts of type `Maker` and key `maker`",
        ),
    ],
)
def test_bad_facts(project: Path, content: str, expected: str) -> None:
    (project / "catalog/facts/one.json").write_text(content)
    assert expected in failure(project, "passports")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("[[rules]]", "[[rule", "error: catalog/catalog.toml:6:"),
        ('snapshot = "one"', 'snapshot = "none"', "error: catalog/catalog.toml:"),
        ('sku = "TWO"', 'sku = "ONE"', "error: catalog/catalog.toml:"),
        ("clysm-passport-1", "other", "`compiler_build_id` is not `clysm-passport-1`"),
        ("facts/two.json", "facts/none.json", "`catalog/facts/none.json` does not exist"),
        ('sku = "ONE"', f'sku = "{"x" * 300}"', "error: catalog/catalog.toml:"),
        ('sku = "ONE"', 'sku = ""', "error: catalog/catalog.toml:"),
        ('sku = "ONE"', 'sku = "a\\u0000"', "error: catalog/catalog.toml:"),
        ("facts/two.json", "../two.json", "error: catalog/catalog.toml:"),
    ],
)
def test_bad_catalogs_are_told(project: Path, old: str, new: str, expected: str) -> None:
    edit(project, "catalog/catalog.toml", old, new)
    said = failure(project, "passports")
    assert "FAILED catalog" in said
    assert expected in said
    assert run_doit(project, "list", "--all").returncode == 0


def test_a_catalog_that_is_not_there(tmp_path: Path) -> None:
    root = make_project(tmp_path, {"catalog/catalog.toml": None})
    assert "cannot read `catalog/catalog.toml`" in failure(root, "passports")
    settings = 'signing-key = ""\n[tool.clysm]\nsystem = "lisp/toy.asd"\n'
    (root / "pyproject.toml").write_text(settings.split("\n", 1)[1])
    assert executed(root, *EVERYTHING) == ["catalog"]
    assert not (root / ".clysm-cache/keys").exists()


HOSTILE = [
    "../../evil",
    "/etc/evil",
    "with spaces and = * ? [x]",
    "a/b/c",
    "..",
    ".hidden",
    "-n",
    "100%",
    "Ünïcödé \U0001f50b",
    "x" * 200,
    "\u00e9" * 200,
    "list",
]


def test_hostile_names_stay_inside(tmp_path: Path) -> None:
    root = make_project(tmp_path / "deep/down/project")
    with (root / "catalog/catalog.toml").open("a", encoding="utf-8") as stream:
        stream.write("".join(product(sku, "alone", "short") for sku in HOSTILE))
    outside = {path for path in tmp_path.rglob("*") if root not in path.parents}
    assert run_doit(root, *EVERYTHING, "qr").returncode == 0
    assert {path for path in tmp_path.rglob("*") if root not in path.parents} == outside
    assert {path.name for path in root.iterdir()} - {"__pycache__"} == {
        "build", "catalog", "dodo.py", "lisp", "pyproject.toml", ".clysm-cache",
    }  # fmt: skip
    folders = list((root / "build/passports").iterdir())
    assert len(folders) == 3 + len(HOSTILE)
    found = {
        json.loads((folder / "payload.json").read_bytes())["battery_product"]["sku"] for folder in folders
    }
    assert found == {"ONE", "TWO", "ALONE", *HOSTILE}
    assert run_doit(root, "replay:%2E.%2F..%2Fevil").returncode == 0
    assert "nothing to do" in run_doit(root, "passports").stdout


def test_the_first_of_two_faulty_sources_is_named(project: Path) -> None:
    edit(project, "catalog/rules/full.rules", 'field("capacity");', 'field("capacity") + true;')
    edit(project, "catalog/rules/full.tests", "property", "properly")
    assert "error: catalog/rules/full.tests:1:1\n  ParseError" in failure(project, "rules:full")


def test_two_builds_at_once(tmp_path: Path) -> None:
    root = make_project(tmp_path)
    both = [start_doit(root, *EVERYTHING) for _ in range(2)]
    outputs = [process.communicate(timeout=60)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs
    assert run_doit(root, "verify", "replay").returncode == 0
    assert executed(root, "passports") == []
    assert len(json.loads((root / "build/keyring.json").read_text())["keys"]) == 1


def test_a_package_without_tests_cannot_be_published(tmp_path: Path) -> None:
    catalog = CATALOG.replace('tests = "rules/short.tests"\n', "")
    root = make_project(tmp_path, {"catalog/catalog.toml": catalog})
    assert "`short` may not be published: 0 cases pass, 500 are needed" in failure(root, "passports")


def test_tests_in_the_rules_source_count(tmp_path: Path) -> None:
    catalog = CATALOG.replace('tests = "rules/full.tests"\n', "")
    root = make_project(
        tmp_path, {"catalog/catalog.toml": catalog, "catalog/rules/full.rules": RULES + TESTS}
    )
    assert run_doit(root, *EVERYTHING).returncode == 0


@pytest.mark.parametrize(
    ("words", "made"),
    [
        (["passport:A"], False),
        (["verify:A", "qr:A", "-v", "2"], True),  # a value of an option may be a task
        (["passport:A", "--verbosity=2"], False),
        (["passports"], True),
        (["passport:A", "stage:1"], True),
        (["list", "passport"], True),
        ([], True),
    ],
)
def test_tasks_of_modules_are_made_unless_passports_alone_are_named(
    monkeypatch: pytest.MonkeyPatch, words: list[str], made: bool
) -> None:
    monkeypatch.setattr(sys, "argv", ["doit", *words])
    assert concerns_passports_only() is not made
