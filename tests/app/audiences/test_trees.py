"""Trees of rules: every part is counted right, whatever is missing; tree and text are one rule."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from portraits.app.audiences.audiences import count
from portraits.app.audiences.trees import LEVELS, MOST_NODES, TreeCount, count_text, count_tree
from portraits.app.reading import reading
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import BadInput, ExpressionError
from tests.app.rule_trees import direct, random_tree
from tests.faces.company import company


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return company(tmp_path_factory.mktemp("shop"))


def rule(name: str, operator: str, value: Any = None) -> dict[str, Any]:
    return {"name": name, "operator": operator} | ({} if value is None else {"value": value})


def group(join: str, *rules: Mapping[str, Any]) -> dict[str, Any]:
    return {"group": join, "rules": list(rules)}


def parts(found: TreeCount) -> dict[str, tuple[int | None, int | None]]:
    return {part.path: (part.n, part.matches) for part in found.parts}


def nodes(tree: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield path, tree
    for at, part in enumerate(tree.get("rules", ())):
        yield from nodes(part, f"{path}.{at}" if path else str(at))


@pytest.mark.parametrize("seed", range(50))
def test_every_part_of_a_random_tree_is_counted_as_direct_sql_counts_it(shop: Workspace, seed: int) -> None:
    tree = random_tree(random.Random(seed))
    found = count_tree(shop, tree)
    told = parts(found)
    with reading(shop) as run:
        assert found.n == told[""][0] == run.rows(f"SELECT count(*) FROM portrait WHERE {direct(tree)}")[0][0]
        for path, part in nodes(tree):
            n, matches = told[path]
            assert n == run.rows(f"SELECT count(*) FROM portrait WHERE {direct(part)}")[0][0], path
            if part.get("group") == "none":
                inside = direct({"group": "any", "rules": part["rules"]})
                assert matches == run.rows(f"SELECT count(*) FROM portrait WHERE {inside}")[0][0], path


@pytest.mark.parametrize("seed", range(20))
def test_tree_and_text_are_the_same_rule(shop: Workspace, seed: int) -> None:
    found = count_tree(shop, random_tree(random.Random(seed)))
    again = count_text(shop, found.text)
    assert again.n == found.n == count(shop, found.text).n
    assert again.tree is not None
    assert count_tree(shop, again.tree).text == count_text(shop, count_tree(shop, again.tree).text).text


def test_all_counts_are_one_question(shop: Workspace, asked: list[str]) -> None:
    tree = group(
        "all", rule("recency_days", ">", 60), group("none", rule("gender", "=", "male"), rule("orders_90d", ">", 3))
    )
    count_tree(shop, tree)
    asked.clear()
    count_tree(shop, tree)
    [sql] = asked
    assert sql.count("UNION ALL") == 5  # the whole, three conditions, what the group finds and what it leaves
    assert "FILTER" not in sql


def test_a_group_that_excludes_says_what_it_finds_and_what_it_leaves(shop: Workspace) -> None:
    found = count_tree(shop, group("all", group("none", rule("gender", "=", "male"))))
    [leaves, matches] = parts(found)["0"]
    unknown = count(shop, "gender is null").n
    assert matches == count(shop, "gender = 'male'").n > 0
    assert leaves == count(shop, "gender <> 'male'").n
    assert leaves + matches + unknown == found.base == 120
    assert unknown > 0


def test_an_empty_tree_chooses_everybody(shop: Workspace) -> None:
    found = count_tree(shop, group("all"))
    assert (found.n, found.base, found.share, found.text, found.sentence) == (120, 120, 1.0, "", None)
    assert count_text(shop, "  ").tree == group("all")


def test_an_unfinished_condition_is_left_out_with_its_fault_in_place(shop: Workspace) -> None:
    tree = group(
        "all", rule("orders_365d", ">=", 3), rule("recncy_days", ">", 3), group("any"), rule("gender", "in", [])
    )
    found = count_tree(shop, tree)
    assert found.n == count(shop, "orders_365d >= 3").n
    assert not found.complete
    faults = {part.path: part.fault for part in found.parts if part.fault}
    assert faults.keys() == {"1", "3"}
    assert "recncy_days" in faults["1"].en
    assert next(part for part in found.parts if part.path == "1").hint.en == "Did you mean recency_days?"  # type: ignore[union-attr]
    assert parts(found)["2"] == (None, None)


def test_a_text_becomes_a_tree(shop: Workspace) -> None:
    found = count_text(shop, "orders_365d >= 3 and (gender = 'male' or lifecycle in ('lost', 'cooling'))")
    assert found.tree == group(
        "all",
        rule("orders_365d", ">=", 3),
        group("any", rule("gender", "=", "male"), rule("lifecycle", "in", ["lost", "cooling"])),
    )
    assert found.reason is None
    assert "orders" in str(found.sentence and found.sentence.en).lower()
    assert found.sentence is not None
    assert "近365天订单数" in found.sentence.zh


def test_a_denial_at_the_top_is_a_group_that_excludes(shop: Workspace) -> None:
    found = count_text(shop, "not (gender = 'male' or orders_90d > 3)")
    assert found.tree is not None
    assert [each["group"] for each in found.tree["rules"]] == ["none"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("spend_365d / orders_365d > 100", "more than a tag held against a value"),
        (
            "gender = 'male' and (orders_90d > 1 or (orders_365d > 2 and (rfm_r > 3 or (rfm_f > 3 and rfm_m > 3))))",
            "levels",
        ),
    ],
)
def test_a_text_that_is_no_tree_of_the_page_says_why_and_is_counted(shop: Workspace, text: str, reason: str) -> None:
    found = count_text(shop, text)
    assert found.tree is None
    assert found.reason is not None
    assert reason in found.reason.en
    assert found.reason.zh != found.reason.en
    assert found.n == count(shop, text).n
    assert (found.parts, found.complete) == ((), True)


def test_a_wrong_text_says_what_is_right(shop: Workspace) -> None:
    with pytest.raises(ExpressionError, match="Did you mean recency_days"):
        count_text(shop, "recncy_days > 3")


def test_a_rule_over_something_personal_is_known_as_such(shop: Workspace) -> None:
    assert count_text(shop, "birth_date < date '1980-01-01'").personal
    assert not count_text(shop, "orders_365d >= 3").personal


@pytest.mark.parametrize(
    "tree",
    [
        {"group": "some", "rules": []},
        {"group": "all", "rules": "no list"},
        {"group": "all", "rules": [7]},
        group("all", group("any", group("all", group("any", rule("gender", "is null"))))),
        group("all", *(rule("gender", "is null") for _ in range(MOST_NODES))),
    ],
)
def test_what_is_no_tree_of_the_page_is_refused(shop: Workspace, tree: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        count_tree(shop, tree)


def test_a_tree_may_be_as_deep_as_the_page_shows(shop: Workspace) -> None:
    deep: dict[str, Any] = rule("gender", "is not null")
    for _ in range(LEVELS):
        deep = group("any", deep)
    assert count_tree(shop, deep).n == count(shop, "gender is not null").n


def test_a_truth_is_asked_for_in_one_way(shop: Workspace) -> None:
    with reading(shop) as run:
        assert run.tags["gender"].type == "text"
    found = count_text(shop, "gender = 'male' or gender is null")
    assert found.tree == group("any", rule("gender", "=", "male"), rule("gender", "is null"))
