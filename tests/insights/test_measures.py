"""Measures: what one pass counts is what plain SQL and plain Python count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portraits.engine.warehouse import Step, Warehouse
from portraits.insights.measures import RELIABILITY, RESULTS, STEADY, Measure, measures, quality_steps, tally
from portraits.insights.quality import QualityRule
from portraits.vocabulary.tables import TABLES

AS_OF = datetime(2026, 1, 1)
PEOPLE = [
    ("a1", "crm", "Ann", "ann@x.cn", "1990-01-01"),
    ("a2", "crm", "Bo", "bo", "1850-01-01"),
    ("a3", "crm", None, "ann@x.cn", None),
    ("b1", "web", None, None, None),
    ("b2", "web", "Cy", "ann@x.cn", None),
]
RULES: dict[str, dict[str, Any]] = {
    "named": {"dimension": "completeness", "rule": "name is not null"},
    "mail": {"dimension": "validity", "where": "email is not null", "rule": "email like '%@%'"},
    "born": {
        "dimension": "range",
        "field": "birth_date",
        "where": "birth_date is not null",
        "rule": "birth_date >= date '1900-01-01'",
    },
    "once": {"dimension": "uniqueness", "unique": ["email"]},
    "once_each": {"dimension": "uniqueness", "unique": ["source", "email"]},
    "known": {"dimension": "referential", "field": "email", "refers": "consents.proof"},
}
EXPECTED = {
    ("born", "crm"): (2, 1),
    ("known", "crm"): (3, 1),
    ("known", "web"): (1, 0),
    ("mail", "crm"): (3, 1),
    ("mail", "web"): (1, 0),
    ("named", "crm"): (3, 1),
    ("named", "web"): (2, 1),
    ("once", "crm"): (3, 2),
    ("once", "web"): (1, 1),
    ("once_each", "crm"): (3, 2),
    ("once_each", "web"): (1, 0),
}


def rules(blocks: Mapping[str, Mapping[str, Any]] = RULES) -> dict[str, QualityRule]:
    return {name: QualityRule.read({"title": name, "table": "people", **block}) for name, block in blocks.items()}


def people(rows: Sequence[tuple[Any, ...]]) -> Step:
    """The table of person records with these columns, all others empty."""
    own = ("record_id", "source", "name", "email", "birth_date")
    rest = "".join(
        f", NULL::{each.type.duckdb} AS {each.name}" for each in TABLES["people"].columns if each.name not in own
    )
    values = ", ".join(f"({', '.join('NULL' if cell is None else repr(cell) for cell in row)})" for row in rows)
    return Step(
        "people",
        f"SELECT * REPLACE (CAST(birth_date AS DATE) AS birth_date){rest} FROM (VALUES {values}) p({', '.join(own)})",
    )


def consents() -> Step:
    return Step("consents", "SELECT 'ann@x.cn' AS proof UNION ALL SELECT 'ann@x.cn' UNION ALL SELECT NULL")


def measured(blocks: Mapping[str, Mapping[str, Any]] = RULES, given: Any = None) -> dict[str, list[Measure]]:
    tables = {name: TABLES[name].types for name in ("people", "consents")}
    return measures(rules(blocks), tables, given or {}, AS_OF)


def found(warehouse: Warehouse) -> dict[tuple[str, str], tuple[int, int]]:
    rows = warehouse.rows(f"SELECT rule, source, rows, bad FROM {RESULTS}")
    return {(rule, source): (n, bad) for rule, source, n, bad in rows}


def test_all_rules_of_a_table_are_counted_in_one_statement() -> None:
    with Warehouse.create(threads=1) as warehouse:
        warehouse.run([people(PEOPLE), consents()])
        steps = quality_steps(measured())
        assert [step.name for step in steps] == ["quality_people", RESULTS, RELIABILITY]
        warehouse.run(steps)
        assert found(warehouse) == EXPECTED
        [(table, field, dimension, score)] = warehouse.rows(
            f"""SELECT "table", field, dimension, score FROM {RESULTS} WHERE rule = 'once_each' AND source = 'crm'"""
        )
        assert (table, field, dimension, score) == ("people", "email", "uniqueness", pytest.approx(1 / 3))


@pytest.mark.parametrize("name", RULES)
def test_the_bad_rows_are_as_many_as_were_counted(name: str) -> None:
    [measure] = [each for each in measured()["people"] if each.name == name]
    with Warehouse.create(threads=1) as warehouse:
        warehouse.run([people(PEOPLE), consents()])
        listed = warehouse.rows(measure.rows("t.record_id, t.source"))
        alone = {source: (rows, bad) for source, rows, bad in warehouse.rows(tally(measure))}
        of_web = warehouse.rows(measure.rows("t.record_id", "web"))
    expected = {source: counts for (rule, source), counts in EXPECTED.items() if rule == name}
    assert alone == expected
    assert len(listed) == len(set(listed)) == sum(bad for _, bad in expected.values())
    assert len(of_web) == expected.get("web", (0, 0))[1]


def test_a_source_that_gives_none_of_the_columns_is_not_judged() -> None:
    given = {"people": {"name": {"crm", "web"}, "email": {"web"}}}
    with Warehouse.create(threads=1) as warehouse:
        warehouse.run([people(PEOPLE), consents(), *quality_steps(measured(given=given))])
        judged = found(warehouse)
    assert {source for rule, source in judged if rule == "named"} == {"crm", "web"}
    assert {source for rule, source in judged if rule in ("mail", "once", "known")} == {"web"}
    assert not any(rule == "born" for rule, _ in judged)  # nobody gives it


def test_rules_that_cannot_be_judged_make_no_step() -> None:
    others = {"sold": {"table": "orders", "dimension": "range", "rule": "amount > 0"}}
    off = {"named": {**RULES["named"], "retired": True}}
    elsewhere = {"in_list": {"dimension": "referential", "field": "name", "refers": "products.name"}}
    assert [quality_steps(measured(blocks)) for blocks in (others, off, elsewhere, {})] == [[], [], [], []]


def test_a_table_without_rows_gives_no_results() -> None:
    with Warehouse.create(threads=1) as warehouse:
        empty = Step("people", f"SELECT * FROM ({people(PEOPLE).sql}) WHERE false")
        warehouse.run([empty, consents(), *quality_steps(measured())])
        assert found(warehouse) == {}
        assert warehouse.rows(f"SELECT * FROM {RELIABILITY}") == []


def test_reliability_counts_what_is_wrong_and_not_what_is_missing_or_said_twice() -> None:
    with Warehouse.create(threads=1) as warehouse:
        warehouse.run([people(PEOPLE), consents(), *quality_steps(measured())])
        reliability = dict(warehouse.rows(f"SELECT source, reliability FROM {RELIABILITY}"))
    telling = [name for name, rule in RULES.items() if rule["dimension"] not in ("completeness", "uniqueness")]
    for source in ("crm", "web"):
        own = {name: EXPECTED[name, source] for name in telling if (name, source) in EXPECTED}
        shares = []
        for name, (rows, bad) in own.items():
            every = [counts for (rule, _), counts in EXPECTED.items() if rule == name]
            everywhere = 1 - sum(each[1] for each in every) / sum(each[0] for each in every)
            shares.append((rows - bad + STEADY * everywhere) / (rows + STEADY))
        assert reliability[source] == pytest.approx(sum(shares) / len(shares))


NAMES = st.sampled_from([None, "Ann", "Bo"])
MAILS = st.sampled_from([None, "a@x", "b@x", "none"])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["crm", "web"]), NAMES, MAILS), min_size=1, max_size=25))
def test_counts_are_those_of_plain_python(drawn: list[tuple[str, str | None, str | None]]) -> None:
    rows = [(f"r{n}", source, name, mail, None) for n, (source, name, mail) in enumerate(drawn)]
    mails = [mail for _, _, mail in drawn if mail]
    expected: dict[str, list[bool | None]] = {
        "named": [name is None for _, name, _ in drawn],
        "mail": [None if mail is None else "@" not in mail for _, _, mail in drawn],
        "once": [None if mail is None else mails.count(mail) > 1 for _, _, mail in drawn],
    }
    with Warehouse.create(threads=1) as warehouse:
        warehouse.run([people(rows), consents(), *quality_steps(measured({name: RULES[name] for name in expected}))])
        counted = found(warehouse)
    for name, verdicts in expected.items():
        for source in ("crm", "web"):
            own = [bad for bad, (of, *_) in zip(verdicts, drawn, strict=True) if of == source and bad is not None]
            assert counted.get((name, source), (0, 0)) == (len(own), sum(own))
