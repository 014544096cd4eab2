"""Packs: every built-in tag is documented in both languages, labelled, and made of known parts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from portraits.engine.settings import BUSINESSES, GOALS, PACKS, Business
from portraits.tags import kinds
from portraits.tags.order import catalogue as columns_of
from portraits.tags.packs import Block, Pack, catalogue, chosen, emphasis, pack, packs
from portraits.tags.reference import markdown
from portraits.tags.tag import Tag
from portraits.vocabulary.errors import DefinitionError, NotFound
from portraits.vocabulary.name import NAME
from portraits.vocabulary.tables import TABLES

ALL = [(each.name, name, block) for each in catalogue().values() for name, block in each.tags.items()]
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def coded(block: Block) -> set[str]:
    """The values a tag can take that a program chose, not a person."""
    if "cases" in block:
        values = [case["value"] for case in block["cases"]] + [block.get("otherwise")]
        return {value for value in values if isinstance(value, str)}
    if block["kind"] == "latest":
        return set(TABLES["people"].column(block["column"]).choices)
    return set(re.findall(r"(?:then|else) '([^']*)'", block.get("of", "") + block.get("value", "")))


def test_there_are_at_least_ninety_tags_in_every_group() -> None:
    groups = Counter(block["group"] for _, _, block in ALL)
    assert groups.total() >= 90
    assert set(groups) == {
        "natural", "behaviour", "interest", "consumption", "social", "credit", "interaction", "value", "risk",
    }  # fmt: skip


def wrong(is_right: Callable[[str, Block], bool]) -> list[str]:
    """The tags for which something does not hold."""
    return [f"{pack}.{name}" for pack, name, block in ALL if not is_right(name, block)]


def test_each_tag_is_read_by_its_kind() -> None:
    assert "fact" in kinds.__all__
    assert wrong(lambda name, block: Tag.read(block).pieces(name)[0].tag == name) == []
    assert wrong(lambda name, _: bool(NAME.fullmatch(name))) == []


def test_each_tag_has_title_and_why_in_both_languages() -> None:
    def documented(_: str, block: Block) -> bool:
        texts = [block["title"], block["why"]]
        chinese = all(CHINESE.search(each["zh"]) and not re.search(r"[,;?!]", each["zh"]) for each in texts)
        english = not any(CHINESE.search(each["en"]) for each in texts)
        return chinese and english and block["why"]["en"].endswith(".") and block["why"]["zh"].endswith("。")

    assert wrong(documented) == []
    assert wrong(lambda _, block: len(block["title"]["en"]) <= 48 and len(block["title"]["zh"]) <= 24) == []


def test_each_coded_value_has_a_label_in_both_languages() -> None:
    assert wrong(lambda _, block: coded(block) <= set(block.get("labels", {}))) == []
    assert wrong(lambda _, block: all(set(each) == {"en", "zh"} for each in block.get("labels", {}).values())) == []


def test_labels_name_only_values_the_tag_can_take() -> None:
    def fitting(_: str, block: Block) -> bool:
        return not coded(block) or set(block.get("labels", {})) == coded(block)

    assert wrong(fitting) == []


def test_each_sale_is_a_completed_order() -> None:
    def told(_: str, block: Block) -> bool:
        sale = block.get("table") in {"orders", "order_lines"}
        return not sale or "status" in block.get("where", "") + block.get("value", "")

    assert wrong(told) == []


@pytest.mark.parametrize("business", BUSINESSES)
def test_each_business_has_tags_that_fit_together(business: Business) -> None:
    blocks = packs(PACKS[business])
    columns = columns_of({name: Tag.read(block) for name, block in blocks.items()})
    assert len(columns) >= 90
    numbers = {name for name in blocks if columns[name].type.numeric}
    assert numbers == {name for name, block in blocks.items() if block.get("unit")}


def test_all_packs_fit_together() -> None:
    blocks = packs(catalogue())
    columns = columns_of({name: Tag.read(block) for name, block in blocks.items()})
    assert set(blocks) < set(columns)


def test_titles_are_not_given_twice_within_a_business() -> None:
    for business in BUSINESSES:
        blocks = packs(PACKS[business])
        for language in ("en", "zh"):
            titles = Counter(block["title"][language] for block in blocks.values())
            assert [title for title, count in titles.items() if count > 1] == [], business


def test_a_tag_stands_in_one_pack_unless_another_says_it_replaces_it() -> None:
    for name, count in Counter(name for _, name, _ in ALL).items():
        replacing = [each.name for each in catalogue().values() if name in each.replaces]
        assert count == 1 + len(replacing), name


def test_what_a_pack_replaces_is_in_what_it_needs() -> None:
    for each in catalogue().values():
        needed = packs(each.needs)
        assert set(each.replaces) <= set(needed) & set(each.tags), each.name


def test_the_packs_of_each_business_exist_and_are_made_for_it() -> None:
    for business in BUSINESSES:
        for name in PACKS[business]:
            assert not pack(name).businesses or business in pack(name).businesses
        own = [each.name for each in catalogue().values() if business in each.businesses]
        assert own == [business]
        assert set(own) <= set(PACKS[business])


@pytest.mark.parametrize("business", BUSINESSES)
@pytest.mark.parametrize("goal", GOALS)
def test_each_goal_has_tags_that_tell_most(business: Business, goal: str) -> None:
    names = emphasis(PACKS[business], goal)
    assert len(names) >= 5
    blocks = packs(PACKS[business])
    assert set(names) <= set(blocks)


def test_emphasis_names_only_known_goals() -> None:
    for each in catalogue().values():
        assert set(each.emphasis) <= set(GOALS), each.name


def test_a_pack_brings_what_it_needs_first() -> None:
    names = [each.name for each in chosen(["risk"])]
    assert names[-1] == "risk"
    assert names.index("consumption") < names.index("value") < names.index("risk")
    assert len(names) == len(set(names))


def test_finance_has_a_life_cycle_in_years() -> None:
    for order in (["finance", "value"], ["value", "finance"]):
        assert "1095" in packs(order)["lifecycle"]["cases"][2]["when"]
    assert "cycle_days" in packs(["value"])["lifecycle"]["cases"][1]["when"]


def test_no_packs_are_no_tags() -> None:
    assert packs([]) == {}


def test_a_wrong_pack_says_the_right_one() -> None:
    with pytest.raises(NotFound, match="Did you mean consumption"):
        packs(["consumtion"])


def test_a_pack_with_an_unknown_key_is_refused() -> None:
    text = '[pack]\ntitle = "A"\nwhy = "B"\nneed = ["x"]\n[tags]\n'
    with pytest.raises(DefinitionError, match="Did you mean needs"):
        Pack.parse("odd", text)


def test_changing_what_packs_gave_changes_no_pack() -> None:
    given: dict[str, Any] = packs(["natural"])
    given["age"]["title"] = "changed"
    assert packs(["natural"])["age"]["title"] != "changed"


def test_the_reference_page_names_every_tag_and_value() -> None:
    page = markdown()
    for _, name, block in ALL:
        assert f"### `{name}`" in page
        assert block["title"]["zh"] in page
        assert all(f"`{value}`" in page for value in block.get("labels", {}))
    assert f"| all · 合计 | {len(ALL)} |" in page
