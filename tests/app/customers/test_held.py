"""The tags a customer holds, and the search of its timeline."""

from __future__ import annotations

import pytest

from portraits.app.customers.held import held_tags
from portraits.app.customers.timeline import moments
from portraits.app.reading import reading
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import NotFound
from tests.faces.company import company


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return company(tmp_path_factory.mktemp("shop"), customers=40)


def names(shop: Workspace, search: str = "", *, empty: bool = True, customer: str = "C0003") -> list[str]:
    found = held_tags(shop, customer, search, empty=empty)
    return [each.tag.name for tags in found.groups.values() for each in tags]


def test_all_tags_are_there_and_counted(shop: Workspace) -> None:
    found = held_tags(shop, "C0001")
    with reading(shop) as run:
        assert sorted(names(shop, customer="C0001")) == sorted(run.tags)
        assert found.total == len(run.tags)
    assert found.known == sum(each.value is not None for tags in found.groups.values() for each in tags)


def test_tags_without_a_value_can_be_left_out(shop: Workspace) -> None:
    assert "recency_days" in names(shop)  # who never bought has none
    assert "recency_days" not in names(shop, empty=False)


@pytest.mark.parametrize("text", ["Days since", "距上次", "recency", "  RECENCY "])
def test_a_tag_is_found_by_its_title_in_either_language_and_by_its_name(shop: Workspace, text: str) -> None:
    assert "recency_days" in names(shop, text)
    assert "orders_90d" not in names(shop, text)


def test_how_sure_a_value_is_and_how_often_it_is_known_stand_beside_it(shop: Workspace) -> None:
    found = {each.tag.name: each for tags in held_tags(shop, "C0001").groups.values() for each in tags}
    assert (found["gender"].confidence, found["orders_365d"].confidence) == (0.7, 0.9)
    assert 0 < found["gender"].coverage < 1
    assert found["gender"].mean is None
    assert found["orders_365d"].mean is not None


def test_conflicts_are_the_tags_whose_records_disagree(shop: Workspace) -> None:
    with reading(shop) as run:
        disputed = run.rows(
            "SELECT count(*) FROM (SELECT customer FROM evidence GROUP BY ALL HAVING count(DISTINCT value) > 1)"
        )
    assert disputed == [(0,)]
    assert held_tags(shop, "C0001").conflicts == 0


def test_nobody_holds_no_tags(shop: Workspace) -> None:
    with pytest.raises(NotFound, match="no customer nobody"):
        held_tags(shop, "nobody")


def test_a_timeline_is_searched_in_what_the_sources_say(shop: Workspace) -> None:
    whole = moments(shop, "C0001", size=500).timeline
    found = moments(shop, "C0001", search="人民路", size=500).timeline
    wanted = [each for each in whole.moments if "人民路" in each.place]
    assert wanted
    assert [(each.at, each.name) for each in found.moments] == [(each.at, each.name) for each in wanted]
    assert found.counts == {"order": len(wanted)}


def test_words_of_a_face_find_what_the_data_calls_otherwise(shop: Workspace) -> None:
    whole = moments(shop, "C0001", size=500).timeline.moments
    kinds = {each.what for each in whole if each.kind == "event"}
    one = sorted(kinds)[0]
    found = moments(shop, "C0001", search="任何说法", spoken=(one,), size=500).timeline
    assert len(found.moments) == sum(each.what == one for each in whole)
    feedback = moments(shop, "C0001", search="反馈", spoken=("feedback",), size=500).timeline
    assert feedback.counts == {"feedback": 1}


def test_search_kind_and_page_go_together(shop: Workspace) -> None:
    first = moments(shop, "C0001", "order", "web", size=5).timeline
    rest = [
        each
        for page in range(1, first.pages + 1)
        for each in moments(shop, "C0001", "order", "web", page, 5).timeline.moments
    ]
    assert len(rest) == first.total == len({(each.at, each.name) for each in rest})
    assert {each.channel for each in rest} == {"web"}


@pytest.mark.parametrize("text", ["%", "'", "$text", "\\", "{{7*7}}", "x" * 500, "'); DROP TABLE orders; --"])
def test_any_text_can_be_looked_for(shop: Workspace, text: str) -> None:
    found = moments(shop, "C0001", search=text).timeline
    assert all(
        text.strip()[:200].lower() in " ".join((m.what, m.name, m.channel, m.place, m.text)).lower()
        for m in found.moments
    )


def test_nobody_has_no_timeline(shop: Workspace) -> None:
    with pytest.raises(NotFound, match="no customer nobody"):
        moments(shop, "nobody")
