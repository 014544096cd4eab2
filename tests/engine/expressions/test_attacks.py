"""Attacks: what must be refused is refused, and what is accepted is clean in DuckDB's own reading."""

from __future__ import annotations

import pytest

from benchmarks.expressions import examine, foreign, fuzz, odd_rows
from portraits.engine.expressions import parse, sql
from portraits.vocabulary.errors import ExpressionError
from tests.engine.expressions.attacks import ATTACKS
from tests.engine.expressions.good import AGGREGATES, CONDITIONS, VALUES
from tests.engine.expressions.scopes import AS_OF, TAGS


def test_the_list_is_long_enough() -> None:
    assert len(set(ATTACKS)) == len(ATTACKS) >= 120
    assert len({*CONDITIONS, *VALUES, *AGGREGATES}) >= 60


@pytest.mark.parametrize("text", ATTACKS, ids=lambda text: ascii(text)[:50])
def test_an_attack_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text, TAGS)
    assert caught.value.what.endswith((".", "?"))
    assert 0 <= caught.value.position <= max(len(text), 4_000)


def test_text_that_looks_like_an_attack_stays_text() -> None:
    for harmless in ("'; drop table x --", "/* x */", "') or true --", "\\' or 1=1", "{# x #}", "$1", "%s"):
        written = harmless.replace("'", "''")
        made = sql(parse(f"city = '{written}'", TAGS), as_of=AS_OF)
        assert f"'{written}'" in made


def test_quotes_in_names_stay_in_the_name() -> None:
    from portraits.engine.expressions import Scope
    from portraits.vocabulary.types import Type

    scope = Scope({'a" or true --': Type.INTEGER})
    made = sql(parse('"a"" or true --" > 1', scope), as_of=AS_OF)
    assert made == 'COALESCE("a"" or true --" > 1, FALSE)'


def test_thousands_of_strings_crash_nothing_and_pass_nothing_foreign() -> None:
    found = fuzz(2_000, seed=7)
    assert found["crashes"] == found["nodes_outside"] == found["failures"] == 0, found["examples"]
    assert found["strings"] == found["accepted"] + found["refused"]
    assert found["accepted"] > 80


def test_the_fuzz_notices_what_is_foreign() -> None:
    connection = odd_rows()
    for odd in ("read_text('x')", "(SELECT 1)", "rowid", "orders + list_sum([1])", "CAST(orders AS BLOB)", "city[1]"):
        assert foreign(odd, connection), odd
    assert foreign("1 FROM odd UNION SELECT 2", connection)
    assert not foreign("orders > 1", connection)


def test_the_fuzz_reads_the_good_ones() -> None:
    found = examine(["orders > 3", "sum(spend)", "select 1"])
    assert (found.accepted, found.refused) == (2, 1)
