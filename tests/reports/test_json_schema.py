"""The published schemas: what the tables give, valid, and of one mind with the tables (I1, N57)."""

import copy
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from clysm.bootstrap import fixpoint_report
from clysm.reports.json_schema import json_schema
from clysm.reports.published import TABLES, generated, published, schema_of
from clysm.workflow.schema import Record, Text, problems
from tests.reports import examples

GOOD = examples.failing()
INSTANCES = [
    ("stage", GOOD["stage0.json"]),
    ("stage", GOOD["stage1.json"]),
    ("fixpoint", GOOD["fixpoint.json"]),
    ("history", GOOD["history.jsonl"][1]),
    ("modules", GOOD["modules.json"]),
    ("passports", GOOD["passports.json"]),
]
JUNK = [None, True, -1, 0, 101, 2.5, "", "x", ".", "a/../b", "/", "z" * 64, [], ["x"], {}, {"x": 1}]


@pytest.mark.parametrize("name", TABLES)
def test_the_package_ships_what_the_tables_give(name: str) -> None:
    assert published(name) == generated(name), "run `python -m clysm.reports`"


@pytest.mark.parametrize("name", TABLES)
def test_the_schemas_are_of_the_dialect_they_name(name: str) -> None:
    document = json.loads(published(name))
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert document["$id"] == f"urn:clysm:report:{name}"
    Draft202012Validator.check_schema(document)


@pytest.mark.parametrize(("name", "instance"), INSTANCES)
def test_good_reports_are_valid(name: str, instance: dict[str, Any]) -> None:
    Draft202012Validator(schema_of(name)).validate(instance)


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [path]
    if isinstance(value, dict):
        found += [place for key in value for place in places(value[key], (*path, key))]
    elif isinstance(value, list):
        found += [place for index in range(len(value)) for place in places(value[index], (*path, index))]
    return found


@given(st.data())
def test_schema_and_table_refuse_the_same(data: st.DataObject) -> None:
    name, good = data.draw(st.sampled_from(INSTANCES))
    instance = copy.deepcopy(good)
    *path, last = data.draw(st.sampled_from([place for place in places(good) if place]))
    inner = instance
    for step in path:
        inner = inner[step]
    if isinstance(inner, dict) and data.draw(st.booleans()):
        del inner[last]
    else:
        inner[last] = data.draw(st.sampled_from(JUNK))
    valid = Draft202012Validator(schema_of(name)).is_valid(instance)
    assert valid == (not problems(instance, TABLES[name][1]))


@pytest.mark.parametrize(("name", "good"), INSTANCES)
def test_unknown_keys_are_refused_everywhere(name: str, good: dict[str, Any]) -> None:
    table = TABLES[name][1]
    assert problems(good, table) == ()
    for place in places(good):
        changed = copy.deepcopy(good)
        inner: Any = changed
        for step in place:
            inner = inner[step]
        if isinstance(inner, dict):
            inner["unknown"] = None
            assert problems(changed, table), place


def keys_of(schema: Any) -> set[str]:
    """Every key that a schema names."""
    if isinstance(schema, list):
        return set().union(*map(keys_of, schema))
    if not isinstance(schema, dict):
        return set()
    own = schema.get("properties")
    return set().union(own if isinstance(own, dict) else (), *map(keys_of, schema.values()))


# N42: one spelling of keys.
@pytest.mark.parametrize("name", TABLES)
def test_keys_are_words_with_underscores(name: str) -> None:
    keys = keys_of(schema_of(name))
    assert len(keys) > 4
    assert {key for key in keys if not re.fullmatch("[a-z0-9]+(_[a-z0-9]+)*", key)} == set()


def test_the_history_has_a_schema_for_each_line() -> None:
    line = fixpoint_report.history_line(GOOD["fixpoint.json"], None)
    Draft202012Validator(schema_of("history")).validate(json.loads(line))


def test_a_text_without_a_pattern_cannot_be_published() -> None:
    with pytest.raises(KeyError):
        json_schema("x", "x", Record({"x": Text("odd", lambda text: False)}))
