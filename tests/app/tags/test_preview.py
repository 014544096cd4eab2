"""Preview: what a tag would be, before anything is written."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from portraits.app.editing import write_block
from portraits.app.reading import reading
from portraits.app.runs.builds import build
from portraits.app.tags.preview import preview
from portraits.engine.workspace import Workspace
from tests.faces.company import company
from tests.faces.little import little_built

NOW = datetime(2026, 5, 1, 4, tzinfo=UTC)
WHO: dict[str, Any] = {"actor": "anna", "now": NOW}
FACT = {"title": {"en": "Big slips", "zh": "大单"}, "kind": "fact", "table": "orders", "value": "count(*)", "empty": 0}
DRAFTS: dict[str, dict[str, Any]] = {
    "big_slips": {**FACT, "where": "amount > 5"},
    "women": {"title": "Women", "kind": "latest", "column": "gender"},
    "orders_rank": {"title": "Score", "kind": "rank", "of": "orders_all", "into": 4},
    "spend_rank": {"title": "Score", "kind": "rank", "of": "spend_all / orders_all", "into": 3, "where": "loyal"},
    "mean_slip": {"title": "Mean", "kind": "rule", "value": "spend_all / nullif(orders_all, 0)", "unit": "money"},
    "stage": {
        "title": "Stage",
        "kind": "rule",
        "cases": [{"when": "orders_all >= 8", "value": "high"}, {"when": "loyal", "value": "mid"}],
        "otherwise": "low",
    },
    "often": {"title": "Month", "kind": "preference", "table": "orders", "of": "hour(ordered_at)"},
    "by_hand": {"title": "By hand", "kind": "manual"},
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return little_built(tmp_path_factory.mktemp("little") / "shop", NOW)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return company(tmp_path_factory.mktemp("shop"))


def held(place: Workspace, name: str) -> dict[str, Any]:
    with reading(place) as run:
        return dict(run.rows(f'SELECT customer_id, "{name}" FROM portrait'))


@pytest.mark.parametrize("name", ["orders_365d", "spend_365d", "recency_days", "gender", "lifecycle"])
def test_a_preview_of_what_is_there_says_what_is_there(shop: Workspace, name: str) -> None:
    block = next(block for block in shop.blocks.of("tags") if block.name == name)
    found = preview(shop, name, block.values)
    assert found.faults == ()
    assert (found.changed, found.whole, found.base) == (0, True, 120)
    assert {each.customer_id: each.value for each in found.examples}.items() <= held(shop, name).items()


def test_a_preview_equals_what_the_next_build_says(tmp_path: Path) -> None:
    place = little_built(tmp_path / "shop", NOW)
    told = {name: preview(place, name, values) for name, values in DRAFTS.items()}
    assert [each.faults for each in told.values()] == [()] * len(DRAFTS)
    for name, values in DRAFTS.items():
        write_block(place, "tags", name, values, **WHO)
    build(place, now=NOW)
    with reading(place) as run:
        rows = run.rows("SELECT tag, customers, known, low, high, mean FROM tag_statistics")
    built = {tag: figures for tag, *figures in rows}
    for name, found in told.items():
        entry = found.entry
        assert entry is not None
        assert [entry.customers, entry.known, entry.low, entry.high, entry.mean] == built[name], name
        values = held(place, name)
        assert len(found.examples) == 8
        assert all(values[each.customer_id] == each.value for each in found.examples), name


def test_changes_below_a_tag_that_are_not_built_yet_count(tmp_path: Path) -> None:
    place = little_built(tmp_path / "shop", NOW)
    orders = {**FACT, "title": "Orders", "where": "amount > 7"}
    write_block(place, "tags", "orders_all", orders, **WHO)
    found = preview(place, "loyal", {"title": "Loyal", "kind": "rule", "when": "orders_all >= 3"})
    assert found.changed == 4  # those of 3 to 6 slips, each of less than 7
    build(place, now=NOW)
    assert sum(held(place, "loyal").values()) == 6


def test_a_sample_is_spread_over_all_customers(shop: Workspace) -> None:
    found = preview(shop, "big", {**FACT, "value": "sum(amount)"}, size=40)
    entry = found.entry
    assert entry is not None
    assert (entry.customers, found.base, found.whole) == (40, 120, False)
    whole = preview(shop, "big", {**FACT, "value": "sum(amount)"}).entry
    assert whole is not None
    assert whole.customers == 120
    assert sum(bar.n for bar in whole.bars) == whole.known


def test_scores_of_a_sample_are_those_among_all_customers(shop: Workspace) -> None:
    rank = {"title": "Score", "kind": "rank", "of": "spend_365d", "into": 5}
    whole = {each.customer_id: each.value for each in preview(shop, "s", rank).examples}
    part = preview(shop, "s", rank, size=16)
    with reading(shop) as run:
        order = [row[0] for row in run.rows("SELECT customer_id FROM portrait ORDER BY spend_365d")]
    for each in part.examples:
        assert each.value == pytest.approx(1 + order.index(each.customer_id) * 5 // 120, abs=1)
        assert whole.get(each.customer_id, each.value) == each.value


def test_faults_are_part_of_the_answer_and_know_their_field(place: Workspace) -> None:
    found = preview(place, "x", {**FACT, "value": "sum(amout)", "where": "staus = 1"})
    assert found.entry is None
    assert {(fault.field, "amount" in fault.hint or "status" in fault.hint) for fault in found.faults} == {
        ("value", True),
        ("where", True),
    }
    assert [fault.field for fault in preview(place, "x", {"kind": "fact", "title": "X"}).faults] == ["table", "value"]
    assert "kind" in {fault.field for fault in preview(place, "x", {"kind": "fakt", "title": "X"}).faults}
    used = preview(place, "orders_all", {**FACT, "value": "last(status)"}).faults
    assert "audiences.loyal_ones" in {fault.block for fault in used}


def test_nothing_is_written_by_looking(place: Workspace) -> None:
    before = {path.name: path.read_bytes() for path in place.folder.glob("*.toml")}
    preview(place, "big_slips", DRAFTS["big_slips"])
    assert {path.name: path.read_bytes() for path in place.folder.glob("*.toml")} == before
    assert not (place.data / "edit.lock").exists()


def test_personal_values_are_masked(shop: Workspace) -> None:
    phones = preview(shop, "phone", {"title": "Phone", "kind": "latest", "column": "phone"})
    assert phones.tag is not None
    assert phones.tag.personal == ("phone",)
    assert all("*" in each.value for each in phones.examples if each.value)
    assert phones.entry is not None
    assert phones.entry.bars == ()


def test_a_workspace_without_customers_has_a_preview_too(tmp_path: Path) -> None:
    found = preview(company(tmp_path, customers=0), "big", FACT)
    assert found.faults == ()
    assert found.entry is not None
    assert (found.entry.customers, found.examples, found.entry.coverage) == (0, (), 0.0)
