"""The rules of the catalog: their own tests, the duties of all 71 data points, and the three batteries."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import pytest

from clysm.passport.catalog import Catalog, parse_catalog
from clysm.passport.catalog.facts import SeriesProduct, parse_series_line, snapshot_facts
from clysm.passport.cjson import Json
from clysm.passport.evaluation.reference import Evaluation, evaluate
from clysm.passport.facts import Fact, make_fact
from clysm.passport.rules.check import CheckedRules, check_rules
from clysm.passport.rules.package import RulePackage, Status, create, publish, validate
from clysm.passport.rules.testing import run_tests
from clysm.passport.snapshot import facts_by_name
from clysm.passport.verification.nodes import MAX_PROOF_SIZE
from tests.passport.test_catalog import FOLDER, read
from tests.passport.vectors import real

PACKAGE = "eu-battery-passport"
CATEGORIES = {"EV": "ev", "LMT": "lmt", "INDUSTRIAL": "industrial"}

# What a data point without a value amounts to on the first day of passports, by its duty in the guidance.
ABSENT = {
    "mandatory": "MISSING",
    "optional": "OMITTED",
    "conditional": "UNDECLARED",
    "notToBeFilled": "NOT_APPLICABLE",
    "pending": "NOT_YET_REQUIRED",
}
TIERS = {
    "public": "public",
    "legitimateInterest": "legitimate interest",
    "notifiedBodiesAndAuthorities": "authorities",
}
AGGREGATE = "BR Annex XIII 1 (b)"  # what the guidance leaves without a source


@cache
def catalog() -> Catalog:
    parsed = parse_catalog((FOLDER / "catalog.toml").read_bytes(), "catalog.toml")
    assert isinstance(parsed, Catalog)
    return parsed


@cache
def sources(name: str = PACKAGE) -> tuple[bytes, bytes]:
    package = catalog().rules[name]
    assert package.tests is not None
    return (FOLDER / package.rules).read_bytes(), (FOLDER / package.tests).read_bytes()


@cache
def rules(name: str = PACKAGE) -> CheckedRules:
    checked = check_rules(*sources(name))
    assert isinstance(checked, CheckedRules)
    return checked


def subject(category: str, assessed_on: str = "2027-02-18", model: str = "m", item: str = "i") -> Fact:
    payload: Json = {"model": model, "item": item, "category": category, "assessed_on": assessed_on}
    fact = make_fact("subject", "passport", 1, payload)
    assert isinstance(fact, Fact)
    return fact


def evaluation(facts: tuple[Fact, ...], package: str = PACKAGE) -> Evaluation:
    by_name = facts_by_name(facts)
    assert isinstance(by_name, dict)
    found = evaluate(rules(package), by_name)
    assert isinstance(found, Evaluation), found
    return found


def emissions(facts: tuple[Fact, ...]) -> dict[str, dict[str, str]]:
    listed = json.loads(evaluation(facts).compliance)
    by_id = {emission["id"]: emission for emission in listed}
    assert len(by_id) == len(listed)
    return by_id


def facts_of(sku: str) -> tuple[Fact, ...]:
    return snapshot(catalog().products[sku].snapshot)


def snapshot(name: str) -> tuple[Fact, ...]:
    source = catalog().snapshots[name]
    facts = snapshot_facts(source, read(source.files()))
    assert isinstance(facts, tuple)
    return facts


@cache
def guidance() -> list[dict[str, Any]]:
    points: list[dict[str, Any]] = json.loads(real("openepcis/ec-guidance-datapoints.json").read_bytes())[
        "dataPoints"
    ]
    assert len(points) == 71
    return points


def point_id(point: dict[str, Any]) -> str:
    return f"EC-DP-{point['nr']:02}"


def citation(source: str) -> str:
    """The provision as our evidence spells it: `BR Annex XIII 1 (h)` -> `Annex XIII, point 1(h)`."""
    spelled = source.removeprefix("BR ")
    spelled = re.sub(r"^Article (\d+) \((\d+)\)$", r"Article \1(\2)", spelled)
    spelled = re.sub(r"^Annex VI A \((\d+)\)$", r"Annex VI, Part A, point \1", spelled)
    spelled = re.sub(r"^Annex XIII (\d)$", r"Annex XIII, point \1", spelled)
    return re.sub(r"^Annex XIII (\d) \(([a-z])\)$", r"Annex XIII, point \1(\2)", spelled)


# The packages


@pytest.mark.parametrize("name", catalog().rules)
def test_publish_gate_opens(name: str) -> None:
    report = run_tests(rules(name))
    assert [outcome for outcome in report.outcomes if outcome.failure] == []
    assert (report.failed, report.passed >= 500) == (0, True)
    draft = create(catalog().rules[name].rule_package_version_id, *sources(name))
    assert isinstance(draft, RulePackage)
    validated = validate(draft, report)
    assert isinstance(validated, RulePackage)
    published = publish(validated, report)
    assert isinstance(published, RulePackage)
    assert published.status is Status.PUBLISHED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('date("2027-02-18") then', 'date("2027-02-19") then'),
        ("> qty(2, kWh)", ">= qty(2, kWh)"),
        ('else "D"', 'else "E"'),
        ('"half_up"', '"floor"'),
        ("* 100.000000", "* 99.000000"),
        ("middle < toDec", "middle <= toDec"),
        ("qty(26, pct)", "qty(25, pct)"),
        ('date("2031-08-18")', 'date("2031-08-19")'),
    ],
)
def test_changed_rules_fail_their_tests(old: str, new: str) -> None:
    source, tests = sources()
    assert old.encode() in source
    checked = check_rules(source.replace(old.encode(), new.encode(), 1), tests)
    assert isinstance(checked, CheckedRules)
    assert run_tests(checked).failed > 0


# The 71 data points


@pytest.mark.parametrize("category", CATEGORIES)
def test_an_absent_point_gets_the_verdict_of_its_duty(category: str) -> None:
    found = emissions((subject(category),))
    expected = {
        point_id(point): ABSENT[point["applicability"][CATEGORIES[category]]["status"]]
        for point in guidance()
    }
    assert {name: found[name]["status"] for name in found if name.startswith("EC-DP-")} == expected


def test_evidence_cites_provision_tier_and_lifecycle() -> None:
    found = emissions((subject("EV"),))
    for point in guidance():
        evidence = found[point_id(point)]["evidence"]
        begin = (
            f"Regulation (EU) 2023/1542, {citation(point['source'] or AGGREGATE)}; "
            f"{TIERS[point['accessTier']]}, {point['lifecycle']}"
        )
        assert evidence.startswith((begin + ": ", begin + "; from 2027-02-18: "))


def test_not_yet_required_says_a_day() -> None:
    for category in CATEGORIES:
        for day in ("2027-02-17", "2027-02-18"):
            for emission in emissions((subject(category, day),)).values():
                if emission["status"] == "NOT_YET_REQUIRED":
                    assert re.search(r"20\d\d-\d\d-\d\d", emission["evidence"])


# The batteries of the catalog


@pytest.mark.parametrize("sku", catalog().products)
def test_passports_of_the_catalog_lack_nothing(sku: str) -> None:
    found = evaluation(facts_of(sku))
    assert json.loads(found.fields)["subject.category"] == catalog().products[sku].category
    statuses = {emission["id"]: emission["status"] for emission in json.loads(found.compliance)}
    assert set(statuses.values()) == {"PRESENT", "NOT_YET_REQUIRED", "NOT_APPLICABLE", "REQUIRED", "PASS"}
    assert len(statuses) == 75
    assert len(found.proof) < 262144
    assert len(found.fields) + len(found.compliance) < 131072 - 1000


@pytest.mark.parametrize(
    ("sku", "path", "value"),
    [
        ("AM-82-000142", "energy_density", "171.5"),
        ("AM-82-000142", "footprint.total", {"unit": "kgCO2e", "value": "5109.000000"}),
        ("AM-82-000142", "footprint.per_kWh", {"unit": "gCO2e_per_kWh", "value": "51.889092"}),
        ("AM-82-000142", "footprint.class", "B"),
        ("AM-82-000142", "share.cobalt", {"unit": "pct", "value": "18.000000"}),
        ("RV-504-7700318", "energy_density", "190.2"),
        ("RV-504-7700318", "footprint.per_kWh", {"unit": "gCO2e_per_kWh", "value": "159.660218"}),
        ("RV-504-7700318", "share.lithium", {"unit": "pct", "value": "3.000000"}),
        ("BS-10-000417", "energy_density", "105.1"),
        ("BS-10-000417", "footprint.class", "B"),
        ("BS-10-000417", "share.cobalt", None),
    ],
)
def test_computed_fields_of_the_catalog(sku: str, path: str, value: Json) -> None:
    assert json.loads(evaluation(facts_of(sku)).fields)[path] == value


@pytest.mark.parametrize("sku", catalog().products)
def test_without_a_fact_its_points_are_no_longer_present(sku: str) -> None:
    facts = facts_of(sku)
    before = emissions(facts)
    topics = {path.removeprefix("verdict.") for path in rules().order if path.startswith("verdict.")}
    stated = [fact for fact in facts if fact.fact_type in topics]
    assert len(stated) >= len(topics) - 1  # an industrial battery needs no state of health
    for fact in stated:
        after = emissions(tuple(other for other in facts if other is not fact))
        lost = {
            name
            for name in before
            if (before[name]["status"], after[name]["status"]) == ("PRESENT", "MISSING")
        }
        pending = fact.fact_type == "footprint"
        excused = fact.fact_type == "performance" and catalog().products[sku].category == "INDUSTRIAL"
        assert bool(lost) == (not pending and not excused), fact.fact_type


# The series


@pytest.mark.parametrize("name", catalog().series)
def test_products_of_a_series(name: str) -> None:
    series = catalog().series[name]
    shared = snapshot(series.snapshot) if series.snapshot is not None else ()
    lines = (FOLDER / series.products).read_bytes().splitlines()
    products = [parse_series_line(series, line, number) for number, line in enumerate(lines, 1)]
    assert all(isinstance(product, SeriesProduct) for product in products), products
    for members in zip(
        *[
            (product.sku, product.battery_product_id, product.snapshot_id)
            for product in products
            if isinstance(product, SeriesProduct)
        ],
        strict=True,
    ):
        assert len(set(members)) == len(products) >= 20
    for product in products:
        assert isinstance(product, SeriesProduct)
        found = evaluation((*shared, *product.facts), series.rules)
        assert [emission["status"] for emission in json.loads(found.compliance)] == ["PASS"]
        assert len(json.loads(found.proof)["nodes"]) < 60


@pytest.mark.parametrize("sku", catalog().products)
def test_there_is_room_for_longer_facts(sku: str) -> None:
    """Whichever fact says 2,000 characters more, the proof keeps its size; README.md counts on it."""
    facts = facts_of(sku)
    for place, fact in enumerate(facts):
        longer = make_fact(fact.fact_type, fact.fact_key, 1, {**fact.payload, "remarks": "x" * 2000})
        assert isinstance(longer, Fact)
        found = evaluation((*facts[:place], longer, *facts[place + 1 :]))
        assert len(found.proof) <= MAX_PROOF_SIZE, fact.fact_type
