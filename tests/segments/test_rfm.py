"""RFM: eleven named segments, every cell exactly once, and settings that are followed."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from portraits.engine.settings import Settings
from portraits.engine.warehouse import Warehouse, quote
from portraits.segments.grid import cell_parts, grid_sql
from portraits.segments.kinds.rfm import RfmSegment, fifth, named_parts
from portraits.segments.reference import markdown
from portraits.segments.segment import Segment
from portraits.tags.kinds.rank import Rank
from portraits.tags.tag import Tag
from portraits.vocabulary.errors import DefinitionError

TITLE = {"en": "RFM", "zh": "RFM分群"}


def rfm(**fields: Any) -> RfmSegment:
    found = Segment.read({"kind": "rfm", "title": TITLE, **fields})
    assert isinstance(found, RfmSegment)
    return found


def triples(into: int = 5) -> list[tuple[int, int, int]]:
    """Every R, F and M."""
    scores = range(1, into + 1)
    return [(r, f, m) for r in scores for f in scores for m in scores]


def given(segment: RfmSegment, scores: list[tuple[int, int, int]]) -> list[list[str]]:
    """For each customer with these scores, the parts whose condition holds, as DuckDB sees it."""
    rows = ", ".join(f"({r}, {(f + m + 1) // 2}, 1, 1)" for r, f, m in scores)
    cases = segment.tags("rfm")["rfm_segment"]["cases"]
    holds = ", ".join(f"CASE WHEN {case['when']} THEN '{case['value']}' END" for case in cases)
    sql = f"SELECT [{holds}] FROM (VALUES {rows}) AS t (rfm_r, rfm_fm, rfm_frequency, rfm_recency)"
    with Warehouse.create() as warehouse:
        return [[part for part in row[0] if part] for row in warehouse.rows(sql)]


def test_there_are_eleven_named_segments_in_both_languages() -> None:
    parts = named_parts()
    assert len(parts) == len({part.value for part in parts}) == 11
    assert parts[0].title.zh == "重要价值客户"
    for part in parts:
        texts = (part.title, part.meaning, part.action)
        assert all(each.en and each.zh and each.en != each.zh for each in texts), part.value


def test_each_of_the_125_score_triples_is_in_exactly_one_segment() -> None:
    found = given(rfm(), triples())
    assert len(found) == 125
    assert all(len(parts) == 1 for parts in found)
    assert {parts[0] for parts in found} == {part.value for part in named_parts()}


def test_conditions_and_python_agree_on_every_triple() -> None:
    segment = rfm()
    assert [parts[0] for parts in given(segment, triples())] == [segment.segment_of(*each) for each in triples()]


@pytest.mark.parametrize("into", [2, 3, 4, 7, 10])
def test_other_numbers_of_scores_leave_nobody_out(into: int) -> None:
    found = given(rfm(into=into), triples(into))
    assert all(len(parts) == 1 for parts in found)


def test_the_best_are_champions_and_the_worst_are_lost() -> None:
    segment = rfm()
    assert segment.segment_of(5, 5, 5) == "champions"
    assert segment.segment_of(1, 1, 1) == "lost"
    assert segment.segment_of(5, 1, 1) == "new"
    assert segment.segment_of(1, 5, 5) == "cannot_lose"
    assert segment.segment_of(2, 3, 4) == "at_risk"  # 3.5 counts as 4


@pytest.mark.parametrize(("into", "expected"), [(2, [2, 4]), (3, [1, 3, 5]), (4, [1, 2, 4, 5]), (5, [1, 2, 3, 4, 5])])
def test_scores_are_read_as_fifths_by_their_middle(into: int, expected: list[int]) -> None:
    assert [fifth(score, into) for score in range(1, into + 1)] == expected


def test_ten_scores_are_two_to_a_fifth() -> None:
    assert [fifth(score, 10) for score in range(1, 11)] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_the_tags_are_readable_and_documented() -> None:
    blocks = rfm().tags("rfm")
    assert list(blocks) == [
        f"rfm_{each}" for each in ("recency", "frequency", "money", *"rfm", "fm", "cell", "segment")
    ]
    for name, block in blocks.items():
        tag = Tag.read(block)
        assert tag.why is not None, name
        assert "{" not in tag.title.en + tag.title.zh + tag.why.en + tag.why.zh, name


def test_the_windows_of_the_settings_are_followed() -> None:
    blocks = rfm(window="180 days").tags("rfm")
    assert blocks["rfm_frequency"]["within"] == "180 days"
    assert blocks["rfm_money"]["title"]["zh"] == "RFM：近180天消费金额"
    assert "within" not in blocks["rfm_recency"]


def test_fixed_cut_points_go_to_the_scores_and_turn_for_recency() -> None:
    cuts = {"recency": [30, 60, 120, 240], "frequency": [2, 3, 5, 8]}
    blocks = rfm(cuts=cuts).tags("rfm")
    recency, frequency = Tag.read(blocks["rfm_r"]), Tag.read(blocks["rfm_f"])
    assert isinstance(recency, Rank)
    assert isinstance(frequency, Rank)
    assert recency.cuts == (240, 120, 60, 30)
    assert frequency.cuts == (2, 3, 5, 8)
    assert Tag.read(blocks["rfm_m"]).model_dump()["cuts"] == ()


def test_the_settings_block_makes_the_segment() -> None:
    settings = Settings.read({"title": "Shop", "business": "finance", "rfm": {"into": 3}})
    segment = rfm(**settings.rfm.model_dump(mode="json"))
    assert (segment.window.far, segment.into) == (1095, 3)


def test_a_cell_given_twice_or_never_is_told() -> None:
    parts = [part.model_dump() for part in named_parts()]
    parts[0]["cells"] = ("55", "54", "44")
    with pytest.raises(DefinitionError, match="cell 44 belongs to 2 parts"):
        rfm(parts=parts)
    parts[0]["cells"] = ("55", "54")
    with pytest.raises(DefinitionError, match="cell 45 belongs to 0 parts"):
        rfm(parts=parts)


def test_a_cell_that_is_none_is_told() -> None:
    parts = [part.model_dump() for part in named_parts()]
    parts[0]["cells"] = ("56",)
    with pytest.raises(DefinitionError, match="'56' is not a cell"):
        rfm(parts=parts)


def test_outside_must_be_a_part() -> None:
    with pytest.raises(DefinitionError, match="outside is 'gone'"):
        rfm(outside="gone")


def test_a_table_without_time_cannot_be_scored() -> None:
    with pytest.raises(DefinitionError, match="listings has no customers in time"):
        rfm(table="listings")


def test_names_of_ones_own_replace_the_eleven() -> None:
    cells = [f"{r}{v}" for r in range(1, 6) for v in range(1, 6)]
    parts = [
        {"value": "good", "title": {"en": "Good", "zh": "好"}, "cells": cells[12:]},
        {"value": "rest", "title": {"en": "Rest", "zh": "其余"}, "cells": cells[:12]},
    ]
    segment = rfm(parts=parts, outside="rest")
    assert [part.value for part in segment.named] == ["good", "rest"]
    assert segment.tags("x")["x_segment"]["labels"]["good"] == {"en": "Good", "zh": "好"}
    assert all(len(found) == 1 for found in given(segment, triples()))


def test_two_digit_scores_do_not_run_into_each_other() -> None:
    assert "'-'" in rfm(into=10).tags("rfm")["rfm_cell"]["value"]
    assert "'-'" not in rfm().tags("rfm")["rfm_cell"]["value"]


def test_the_grid_counts_every_scored_customer_once() -> None:
    rows = [(0, 5, 5, 5, 100), (1, 5, 4, 5, 50), (2, 1, 1, 1, 10), (3, None, None, None, None)]
    values = ", ".join(str(row).replace("None", "NULL") for row in rows)
    names = ", ".join(quote(name) for name in ("customer", "rfm_r", "rfm_f", "rfm_fm", "rfm_money"))
    with Warehouse.create() as warehouse:
        warehouse.execute(f"CREATE TABLE portrait AS SELECT * FROM (VALUES {values}) AS t ({names})")
        cells = warehouse.query(grid_sql("rfm", 5)).to_pylist()
        by_frequency = warehouse.query(grid_sql("rfm", 5, "f")).to_pylist()
    assert len(cells) == 25
    assert (cells[0]["r"], cells[0]["score"]) == (5, 1)
    assert sum(cell["customers"] for cell in cells) == 3
    best = next(cell for cell in cells if (cell["r"], cell["score"]) == (5, 5))
    assert (best["customers"], best["money"], best["mean_money"]) == (2, 150, 75)
    assert best["share"] == pytest.approx(2 / 3)
    empty = next(cell for cell in cells if (cell["r"], cell["score"]) == (3, 3))
    assert (empty["customers"], empty["share"], empty["money"], empty["mean_money"]) == (0, 0, 0, None)
    assert Counter({(c["r"], c["score"]): c["customers"] for c in by_frequency})[(5, 4)] == 1


def test_the_grid_of_nobody_is_empty_cells() -> None:
    with Warehouse.create() as warehouse:
        warehouse.execute("CREATE TABLE portrait (rfm_r INTEGER, rfm_fm INTEGER, rfm_money DECIMAL(18, 4))")
        cells = warehouse.query(grid_sql("rfm", 5)).to_pylist()
    assert len(cells) == 25
    assert {(cell["customers"], cell["share"]) for cell in cells} == {(0, 0.0)}


def test_every_cell_of_the_page_has_a_name() -> None:
    parts = cell_parts(rfm())
    assert len(parts) == 25
    assert parts[(5, 5)] == "champions"
    assert parts[(3, 3)] == "need_attention"
    assert len(cell_parts(rfm(into=3))) == 9


def test_the_reference_page_shows_grid_and_segments_in_both_languages() -> None:
    page = markdown()
    assert page.count("| R ") == 5
    for part in named_parts():
        assert f"## `{part.value}`" in page
        assert part.title.zh in page
        assert part.action.en in page
