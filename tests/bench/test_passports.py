"""The benchmark of passports: it measures what it says, and the baseline makes the same passports by hand."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from clysm.bench import passports
from clysm.bench.passport_baseline import Baseline as ByHand
from clysm.bench.passport_products import RULES, TESTS, lines, rule_lines
from clysm.bench.results import Measurement, Unmeasured
from clysm.issuing.rulebook import publish
from clysm.passport.catalog.values import RulePackage
from clysm.passport.rules.check import CheckedRules, check_rules
from tests.bench.benches import make_bench
from tests.passport.projects import make_project
from tests.support.projects import REPOSITORY

NAMES = [
    "compiled and signed",
    "verified",
    "refused for a changed byte",
    "payload of each",
    "proof of each",
    "nodes of each",
    "10000 lines of rules checked",
    "30 in containers, one process",
    "memory for 30",
    "on disk, each",
    "passport:SKU from nothing",
]


def test_every_name_is_measured(tmp_path: Path) -> None:
    project = make_project(tmp_path / "p")
    bench = replace(make_bench(project, tmp_path / "bench"), passports=30)
    (tmp_path / "bench").mkdir()
    results = list(passports.measure(bench))
    measured = [result for result in results if isinstance(result, Measurement)]
    assert [result.name for result in measured] == NAMES
    assert all(result.group == "passports" and min(result.samples) > 0 for result in measured)
    by_name = {result.name: result for result in measured}
    assert by_name["compiled and signed"].baselines[0].name == "by hand"
    assert 2000 <= by_name["payload of each"].median <= 2200
    assert 25 <= by_name["nodes of each"].median <= 40
    assert by_name["memory for 30"].baselines[0].name == "of 3"
    assert [result for result in results if isinstance(result, Unmeasured)] == []


def test_baseline_and_compiler_agree() -> None:
    one, by_hand = passports.compiler(), ByHand()
    made = [(one(line), by_hand.issue(line)) for line in lines(20)]
    assert all(compiled == hand for compiled, hand in made)
    assert len({compiled.receipt for compiled, _ in made}) == 20


def test_the_lines_are_the_same_every_time() -> None:
    assert list(lines(5)) == list(lines(5)) == list(lines(9))[:5]


def test_the_measured_rules_may_be_published() -> None:
    package = RulePackage("measured", "5c1d7f43-9a0b-4f57-b0f9-2f1f5d9e6b03", RULES.name, TESTS.name)
    report = json.loads(publish(package, ".", RULES.read_bytes(), TESTS.read_bytes()))
    assert report["cases_passed"] == 500


@pytest.mark.parametrize("count", [1, 7, 100, 10_000])
def test_rules_of_so_many_lines(count: int) -> None:
    source = rule_lines(count)
    assert source.count(b"\n") == count
    assert isinstance(check_rules(source, b""), CheckedRules)


def test_a_project_without_a_catalog(tmp_path: Path) -> None:
    project = make_project(tmp_path / "p", {"catalog/catalog.toml": None})
    results = list(passports._single(make_bench(project, tmp_path)))
    assert [type(result) for result in results] == [Unmeasured]


def test_a_single_passport_of_the_repository(tmp_path: Path) -> None:
    (result,) = passports._single(make_bench(REPOSITORY, tmp_path))
    assert isinstance(result, Measurement), result
    assert result.median > 0
