"""Profiles, overlaps and suggestions: every number is one that plain SQL gives too."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from portraits.app.audiences.keeping import save
from portraits.app.audiences.overlaps import MOST, overlap
from portraits.app.audiences.profiles import FEWEST, LEAST, Trait, compare, profile
from portraits.app.reading import reading
from portraits.app.tags.suggesting import values
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import BadInput, ExpressionError, NotFound
from tests.faces.company import company

NOW = datetime(2025, 7, 1, 9, tzinfo=UTC)
RULE = "orders_365d >= 12"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return company(tmp_path_factory.mktemp("shop"))


def direct(shop: Workspace, where: str) -> int:
    with reading(shop) as run:
        return int(run.rows(f"SELECT count(*) FROM portrait WHERE {where}")[0][0])


def condition(trait: Trait) -> str:
    """A trait as SQL written by hand."""
    name = trait.tag.name
    if not trait.banded:
        return f"{name} = '{trait.value}'"
    ends = [f"{name} >= {trait.value}"] if trait.value is not None else []
    return " AND ".join([*ends, *([f"{name} < {trait.upto}"] if trait.upto is not None else [])])


def test_every_trait_is_what_plain_sql_counts_among_the_known(shop: Workspace) -> None:
    found = profile(shop, RULE)
    assert found.traits
    for trait in found.traits:
        name = trait.tag.name
        assert trait.n == direct(shop, f"{RULE} AND {condition(trait)}")
        assert trait.known == direct(shop, f"{RULE} AND {name} IS NOT NULL")
        assert trait.other_n == direct(shop, condition(trait))
        assert trait.other_known == direct(shop, f"{name} IS NOT NULL")
        wanted = 100 * (trait.n / trait.known) / (trait.other_n / trait.other_known)
        assert trait.index == (pytest.approx(wanted) if trait.other_n >= FEWEST else None)


def test_traits_are_ranked_by_how_clear_they_are_one_of_each_sign_a_tag(shop: Workspace) -> None:
    traits = profile(shop, RULE).traits
    strengths = [abs(each.strength) for each in traits]
    assert strengths == sorted(strengths, reverse=True)
    assert min(strengths) >= 2
    signs = [(each.tag.name, each.strength > 0) for each in traits]
    assert len(signs) == len(set(signs))


def test_what_the_rule_reads_and_its_relatives_say_nothing(shop: Workspace) -> None:
    found = profile(shop, RULE)
    left_out = {tag.name for tag in found.left_out}
    assert {
        "orders_365d",
        "basket_value",
        "rfm_f",
        "rfm_m",
    } <= left_out  # made of it, or only asked where it is more than 0
    assert left_out.isdisjoint(each.tag.name for each in found.traits)
    assert "birth_date" not in {each.tag.name for each in found.traits}  # personal


def test_a_small_audience_has_no_profile(shop: Workspace) -> None:
    found = profile(shop, "orders_365d >= 38")
    assert 0 < found.side.n < LEAST
    assert (found.small, found.traits) == (True, ())


def test_a_value_that_is_mostly_unknown_is_told_of_the_known_alone(shop: Workspace) -> None:
    for trait in profile(shop, "recency_days > 30 or recency_days is null").traits:
        assert min(trait.known, trait.other_known) >= LEAST


def test_a_share_of_a_handful_is_nothing_to_divide_by(shop: Workspace) -> None:
    with reading(shop) as run:
        gender = run.tag("gender")
    assert Trait(gender, "male", None, False, 20, 40, FEWEST - 1, 100).index is None
    assert Trait(gender, "male", None, False, 20, 40, 0, 100).strength > 2
    assert Trait(gender, "male", None, False, 20, 40, 25, 100).index == 200
    assert Trait(gender, "male", None, False, 40, 40, 100, 100).strength == 0


def test_two_audiences_are_compared_both_ways(shop: Workspace) -> None:
    one, other = "recency_days > 60", "recency_days <= 60"
    found, turned = compare(shop, one, other), compare(shop, other, one)
    assert (found.side.n, found.other.n, found.both) == (direct(shop, one), direct(shop, other), 0)
    mirrored = {(each.tag.name, str(each.value)): (each.other_n, each.n) for each in turned.traits}
    for trait in found.traits:
        assert mirrored[trait.tag.name, str(trait.value)] == (trait.n, trait.other_n)


def test_a_comparison_with_itself_finds_nothing(shop: Workspace) -> None:
    found = compare(shop, "", "")
    assert (found.traits, found.both, found.small) == ((), 120, False)


def test_a_wrong_rule_says_what_is_right(shop: Workspace) -> None:
    with pytest.raises(ExpressionError, match="Did you mean recency_days"):
        profile(shop, "recncy_days > 1")


def test_an_overlap_counts_every_pair(shop: Workspace) -> None:
    rules = ["recency_days <= 60", "orders_365d >= 12", "gender = 'male'"]
    found = overlap(shop, rules)
    for row, one in enumerate(rules):
        for column, other in enumerate(rules):
            assert found.cells[row][column] == direct(shop, f"{one} AND {other}")
    assert found.share(0, 1) == found.cells[0][1] / found.sets[0].n
    assert [each.personal for each in found.sets] == [False, False, False]


def test_an_overlap_is_of_two_to_twelve(shop: Workspace) -> None:
    for rules in (["gender = 'male'"] * 3, [f"rfm_r > {n}" for n in range(MOST + 1)]):
        with pytest.raises(BadInput, match="2 to 12"):
            overlap(shop, rules)


def test_a_static_audience_overlaps_by_its_list(tmp_path_factory: pytest.TempPathFactory) -> None:
    shop = company(tmp_path_factory.mktemp("static"))
    save(shop, "kept", {"title": "Kept", "rule": RULE, "members": "static"}, actor="anna", now=NOW)
    found = overlap(shop, ["kept", "gender = 'male'"])
    assert found.sets[0].static
    assert found.cells[0][1] == direct(shop, f"{RULE} AND gender = 'male'")
    assert profile(shop, "kept").side.n == direct(shop, RULE)


def test_values_come_with_counts_and_labels_the_most_frequent_first(shop: Workspace) -> None:
    found = values(shop, "lifecycle")
    assert sum(each.n for each in found.values) == found.known == direct(shop, "lifecycle is not null")
    assert [each.n for each in found.values] == sorted((each.n for each in found.values), reverse=True)
    [cooling] = values(shop, "lifecycle", "Cooling").values
    assert [each.value for each in values(shop, "lifecycle", "降温").values] == ["cooling"] == [cooling.value]
    assert cooling.label is not None
    assert cooling.label.zh == "降温"
    assert values(shop, "lifecycle", "nowhere").values == ()


def test_values_of_numbers_come_with_their_range(shop: Workspace) -> None:
    found = values(shop, "rfm_r")
    assert {each.value for each in found.values} <= {1, 2, 3, 4, 5}
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.high


def test_personal_values_are_never_suggested(shop: Workspace) -> None:
    found = values(shop, "birth_date", "19")
    assert (found.values, found.personal) == ((), True)
    with pytest.raises(NotFound, match="Did you mean gender"):
        values(shop, "gander")
