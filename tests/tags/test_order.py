"""The catalogue: every column after those it needs, with its type, and all faults at once."""

from __future__ import annotations

from typing import Any

import pytest

from portraits.tags.order import catalogue, typed
from portraits.tags.tag import Tag
from portraits.vocabulary.errors import DefinitionError
from portraits.vocabulary.types import Type
from tests.tags.rows import fact, tag


def faults(**tags: Tag) -> str:
    with pytest.raises(DefinitionError) as caught:
        catalogue(tags)
    return str(caught.value)


def type_of(*, name: str = "x", **tags: Tag) -> Type:
    return catalogue(tags)[name].type


def test_a_rule_comes_after_the_tags_it_needs() -> None:
    tags = {
        "best": tag("rule", when="score >= 4"),
        "score": tag("rank", of="basket"),
        "basket": tag("rule", value="spend / lines"),
        "spend": fact("sum(amount)"),
        "lines": fact("count(*)"),
    }
    assert list(catalogue(tags)) == ["spend", "lines", "basket", "score", "best"]


@pytest.mark.parametrize(
    ("made", "wanted"),
    [
        (fact("count(*)"), Type.INTEGER),
        (fact("sum(amount)"), Type.MONEY),
        (fact("avg(amount)"), Type.NUMBER),
        (fact("last(channel)"), Type.TEXT),
        (fact("max(ordered_at)"), Type.TIME),
        (fact("date(max(ordered_at))"), Type.DATE),
        (fact("count(*) > 3"), Type.BOOLEAN),
        (fact("sum(line)", type="number"), Type.NUMBER),
        (tag("latest", column="birth_date"), Type.DATE),
        (tag("rule", when="1 < 2"), Type.BOOLEAN),
        (tag("rule", value="1 + 1"), Type.INTEGER),
        (tag("rule", cases=[{"when": "1 < 2", "value": 1}], otherwise=0.5), Type.NUMBER),
        (tag("rule", cases=[{"when": "1 < 2", "value": "a"}]), Type.TEXT),
        (tag("rule", cases=[{"when": "1 < 2", "value": True}]), Type.BOOLEAN),
    ],
)
def test_types_follow_from_the_definition(made: Tag, wanted: Type) -> None:
    assert type_of(x=made) == wanted


def test_a_preference_makes_three_columns_with_titles_of_their_own() -> None:
    found = catalogue({"taste": tag("preference", table="order_lines", of="category")})
    assert {name: entry.type for name, entry in found.items()} == {
        "taste": Type.TEXT,
        "taste_share": Type.NUMBER,
        "taste_entropy": Type.NUMBER,
    }
    assert [entry.title.zh for entry in found.values()] == ["x", "x占比", "x分散度"]


def test_lineage_is_columns_of_facts_and_tags_of_rules() -> None:
    found = catalogue({"a": fact("sum(amount)", where="status = 'completed'"), "b": tag("rule", value="a + 1")})
    assert (found["a"].table, found["a"].names, found["a"].uses) == (
        "order_lines",
        frozenset({"amount", "status"}),
        frozenset[str](),
    )
    assert (found["b"].table, found["b"].uses) == ("", frozenset({"a"}))
    assert catalogue({"c": tag("latest", column="city")})["c"].names == {"city"}


def test_a_circle_is_told_with_its_path_once() -> None:
    told = faults(a=tag("rule", value="b + 1"), b=tag("rule", value="c + 1"), c=tag("rule", value="a + 1"))
    assert told.count("in a circle") == 1
    assert "a -> b -> c -> a" in told
    assert told.count("\n") == 0


def test_an_unknown_tag_says_the_nearest_one() -> None:
    told = faults(spend=fact("sum(amount)"), rich=tag("rule", when="spent > 100"))
    assert "[tags.rich.when]" in told
    assert "Did you mean spend?" in told


def test_all_faults_are_told_at_once_and_followers_are_silent() -> None:
    told = faults(
        a=fact("sum(amout)"),
        b=tag("fact", table="oders", value="count(*)"),
        c=tag("rule", value="a + 1"),
        d=tag("latest", column="citi"),
    )
    assert [line.split(":")[0] for line in told.splitlines()] == ["[tags.a.value]", "[tags.b.table]", "[tags.d.column]"]
    assert "Did you mean amount?" in told and "Did you mean orders?" in told and "Did you mean city?" in told


@pytest.mark.parametrize(
    ("made", "field", "part"),
    [
        (fact("1 + 1"), "value", "taken from no row"),
        (fact("count(*)", type="boolean"), "value", "boolean is needed"),
        (fact("count(*)", empty="none"), "empty", "'none' is text"),
        (tag("fact", table="products", value="count(*)"), "table", "belong to no customer"),
        (tag("rank", of="name"), "of", "not a number"),
        (tag("preference", table="orders", of="channel", by="status"), "by", "not a number"),
        (tag("rule", cases=[{"when": "1 < 2", "value": "a"}], otherwise=1), "otherwise", "several types"),
        (fact("count(*)", where="amount"), "where", "boolean"),
    ],
)
def test_faults_name_their_field(made: Tag, field: str, part: str) -> None:
    told = faults(x=made, name=fact("last(channel)"))
    assert f"[tags.x.{field}]" in told
    assert part in told


def test_two_tags_cannot_make_the_same_column() -> None:
    told = faults(taste=tag("preference", table="orders", of="channel"), taste_share=fact("count(*)"))
    assert "taste_share is made by the tag taste already" in told


@pytest.mark.parametrize("name", ["Orders", "90d", "customer_id", "as_of", "a b"])
def test_names_that_cannot_be_are_refused(name: str) -> None:
    assert "cannot be a name" in faults(**{name: fact("count(*)")})


def test_empty_goes_with_the_tag_and_not_its_companions() -> None:
    fields: dict[str, Any] = {"table": "orders", "of": "channel", "empty": "none"}
    assert "taste_share" in catalogue({"taste": tag("preference", **fields)})


def test_every_wrong_field_of_a_tag_is_told() -> None:
    told = faults(
        a=tag(
            "rule", cases=[{"when": "nme = 1", "value": 1}, {"when": "1 < 2", "value": 2}, {"when": "x", "value": 3}]
        ),
        b=tag("preference", table="order_lines", of="categry", by="amout", where="qty > 1"),
        c=fact("sum(amout)", where="statsu = 'completed'", within="30 days"),
    )
    assert [line.split(":")[0] for line in told.splitlines()] == [
        "[tags.a.cases.0.when]",
        "[tags.a.cases.2.when]",
        "[tags.b.where]",
        "[tags.b.of]",
        "[tags.b.by]",
        "[tags.c.where]",
        "[tags.c.value]",
    ]


def test_what_follows_a_fault_is_read_as_if_that_were_right() -> None:
    told = faults(a=fact("sum(amout)"), b=tag("rank", of="a"), c=tag("rule", value="a + 1 + nme", type="number"))
    assert [line.split(":")[0] for line in told.splitlines()] == ["[tags.a.value]", "[tags.c.value]"]
    assert "nme" in told


def test_tags_whose_blocks_cannot_be_read_fit_everywhere() -> None:
    types, told = typed({"b": tag("rule", when="a > 3 and a2")}, {"a": Type.RAW})
    assert types == {"a": Type.RAW, "b": Type.BOOLEAN}
    assert [(each.block, each.field) for each in told] == [("tags.b", "when")]
