"""Search: one text, all kinds of things, the best first."""

from __future__ import annotations

from pathlib import Path

import pytest

from portraits.app.home.search import KINDS, Found, search
from portraits.app.home.sitemap import PAGES
from portraits.engine.workspace import Workspace
from portraits.web.frame import PAGES as NAVIGATION
from portraits.web.words import words
from tests.faces.company import DEFINITIONS, company


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return company(tmp_path_factory.mktemp("shop"))


def names(found: Found, kind: str) -> list[str]:
    return [hit.name for group in found.groups if group.kind == kind for hit in group.hits]


def test_a_text_finds_things_of_every_kind(shop: Workspace) -> None:
    found = search(shop, "s")
    assert [group.kind for group in found.groups] == [kind for kind in KINDS if names(found, kind)]
    assert names(found, "audience") == ["sleepers"]
    assert "spend_365d" in names(found, "tag")
    assert "segments" in names(found, "page")


def test_titles_of_both_languages_and_names_are_searched(shop: Workspace) -> None:
    for text in ("近90天", "orders, last 90", "ORDERS_90D"):
        assert names(search(shop, text), "tag") == ["orders_90d"], text


def test_what_begins_with_the_text_goes_first(shop: Workspace) -> None:
    found = names(search(shop, "rec"), "tag")
    assert found[0] == "recency_days"


def test_customers_are_found_by_id_and_name_and_lead_to_their_portrait(shop: Workspace) -> None:
    [group] = search(shop, "C0042").groups
    [hit] = group.hits
    assert (hit.kind, hit.name, hit.href) == ("customer", "C0042", "/customers/C0042")
    found = search(shop, "欧阳", size=3)
    [people] = [group for group in found.groups if group.kind == "customer"]
    assert (len(people.hits), people.total) == (3, 12)
    assert people.hits[0].about is not None
    assert "****" in people.hits[0].about.en


def test_every_word_must_be_there(shop: Workspace) -> None:
    assert names(search(shop, "last 365 money"), "tag") == ["spend_365d"]
    assert search(shop, "last 365 zebra").total == 0


def test_nothing_typed_finds_nothing(shop: Workspace) -> None:
    assert search(shop, "   ").groups == ()
    assert search(shop, "x" * 5000).total == 0


def test_before_the_first_build_pages_and_definitions_are_found(tmp_path: Path) -> None:
    (tmp_path / "portraits.toml").write_text(DEFINITIONS, encoding="utf-8")
    found = search(Workspace(tmp_path), "s")
    assert names(found, "audience") == ["sleepers"]
    assert names(found, "customer") == []


def test_faults_in_the_files_leave_the_pages_to_be_found(tmp_path: Path) -> None:
    (tmp_path / "portraits.toml").write_text("[settings]\nbusiness = 'retial'\n", encoding="utf-8")
    assert [group.kind for group in search(Workspace(tmp_path), "jobs").groups] == ["page"]


def test_pages_are_called_as_in_the_navigation() -> None:
    named = {each.key: each for each in PAGES}
    for key, href, _ in NAVIGATION:
        assert named[key].href == href
        assert (named[key].title.en, named[key].title.zh) == (words("en")[f"nav.{key}"], words("zh")[f"nav.{key}"])
