"""Packs: what is written in them can be run, and reads well."""

from __future__ import annotations

import pytest

from portraits.engine.warehouse import literal
from portraits.identity.clean.people import CLEAN
from portraits.identity.match.learning import columns_of
from portraits.identity.match.pack import PACKS, Rule, pack
from portraits.vocabulary.errors import NotFound
from portraits.vocabulary.text import text
from tests.identity.match.records import bare

COLUMNS = {*CLEAN, "company_start"}


@pytest.mark.parametrize("name", PACKS)
def test_a_pack_speaks_only_of_columns_that_cleaning_makes(name: str) -> None:
    chosen = pack(name)
    spoken = {column for each in chosen.comparisons for column in columns_of(each.unknown)}
    spoken |= {c for each in chosen.comparisons for level in each.levels for c in columns_of(level.when)}
    spoken |= {
        column for keys in (*chosen.blocking, *chosen.training, *chosen.sure, *chosen.certain) for column in keys.on
    }
    assert spoken <= COLUMNS
    assert {*chosen.guards, *chosen.population} <= COLUMNS


@pytest.mark.parametrize("name", PACKS)
def test_every_comparison_ends_with_all_that_is_left_and_its_shares_are_of_one_whole(name: str) -> None:
    for comparison in pack(name).comparisons:
        *levels, rest = comparison.levels
        assert rest.when == ""
        assert all(level.when for level in levels)
        assert sum(level.m for level in comparison.levels) == pytest.approx(1, abs=0.06)
        assert len({level.name for level in comparison.levels}) == len(comparison.levels)


@pytest.mark.parametrize("name", PACKS)
def test_every_title_is_in_both_languages(name: str) -> None:
    chosen = pack(name)
    titles = [chosen.title, *(rule.title for rule in chosen.certain)]
    titles += [title for each in chosen.comparisons for title in (each.title, *(level.title for level in each.levels))]
    for title in titles:
        assert title.en
        assert any("\u4e00" <= letter <= "\u9fff" for letter in title.zh)


@pytest.mark.parametrize("name", PACKS)
def test_every_condition_runs_and_knows_the_doubt_of_its_shares(name: str) -> None:
    chosen = pack(name)
    with bare([{"record_id": "a", "name_key": "a b", "company_key": "a"}]) as warehouse:
        sides = ", ".join(f'l."{c}" AS "{c}_l", r."{c}" AS "{c}_r"' for c in CLEAN)
        both = f"(SELECT {sides} FROM people_clean l, people_clean r)"
        for comparison in chosen.comparisons:
            for condition in (comparison.unknown, *(level.when for level in comparison.levels if level.when)):
                assert len(warehouse.rows(f"SELECT ({condition})::BOOLEAN FROM {both}")) == 1
        shares = ", ".join(f"0.0 AS w_{c.name}, {literal(c.levels[0].name)} AS l_{c.name}" for c in chosen.comparisons)
        assert warehouse.rows(f"SELECT ({chosen.doubts(0)})::BOOLEAN FROM (SELECT {shares})")


def test_a_rule_can_be_spoken_against() -> None:
    rule = Rule(on=("phone",), name="phone", title=text("Phone", "电话"), unless="l.family <> r.family")
    assert rule.sql == 'l."phone" = r."phone" AND NOT coalesce(l.family <> r.family, false)'


def test_a_wrong_name_says_the_right_one() -> None:
    with pytest.raises(NotFound, match="Did you mean person"):
        pack("persom")


def test_a_pack_doubts_more_where_there_are_few_records_to_learn_from() -> None:
    person, company = pack("person"), pack("company")
    assert person.doubts(person.few) == person.doubt
    assert person.doubts(person.few - 1) == f"({person.doubt}) OR ({person.careful})"
    assert company.doubts(0) == company.doubt
