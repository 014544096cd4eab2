"""Person: what every page about one customer has: who it is, the tabs, the way through the list one came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from portraits.app.customers.customers import Neighbours, neighbours
from portraits.app.customers.portrait import SILENT, Header
from portraits.vocabulary.errors import PortraitsError
from portraits.web.frame import Frame
from portraits.web.page import Page, address, customer_path

TABS = ("overview", "timeline", "tags", "history", "audiences", "identity", "sources")
CAME = ("search", "rule", "sort")  # what the address keeps of the list one came from


@dataclass(frozen=True)
class Tab:
    """A page about the customer, by its key and its address."""

    key: str
    href: str
    here: bool


def head(frame: Frame, page: Page, who: Header, tab: str) -> dict[str, Any]:
    """What the template of a person needs besides the page's own view."""
    came = {name: page.request.query_params.get(name, "") for name in CAME}
    return {
        "who": who,
        "about": list(_about(page, who)),
        "tab": tab,
        "tabs": [Tab(key, address(_path(who, key), came), key == tab) for key in TABS],
        "beside": _beside(frame, who.customer_id, came),
        "back": address("/customers", came),
        "steps": () if tab == TABS[0] else (tab,),  # the last part of the address, the same for the neighbours
    }


def number(text: str) -> int:
    """The number of a page as an address writes it; what is none is the first."""
    return int(text) if text.isdecimal() and len(text) < 10 else 1


def tells(value: Any) -> bool:
    """Whether a value says something to who looks at many."""
    return value is not None and value != 0 and str(value).lower() not in SILENT


def _path(who: Header, key: str) -> str:
    return customer_path(who.customer_id, *(() if key == TABS[0] else (key,)))


def _beside(frame: Frame, customer_id: str, came: dict[str, str]) -> Neighbours:
    """The neighbours in the list one came from; none where that list cannot be read any more."""
    try:
        return neighbours(frame.workspace, customer_id, **came)
    except PortraitsError:
        return Neighbours(None, None, None, 0)


def _about(page: Page, who: Header) -> Iterator[str]:
    if who.name:
        yield who.customer_id
    if who.kind == "company":
        yield page.t("kinds.company")
    if who.gender:
        yield page.known("genders", who.gender)
    if who.birth_date:
        yield page.t("portrait.born", year=who.birth_date[:4])
    yield from (page.value(each.tag, each.value) for each in who.about if tells(each.value))
    yield from filter(None, (who.region, who.city if who.city != who.region else "", who.phone, who.email))
    if who.since:
        yield page.t("portrait.since", day=who.since)
    if who.records > 1:
        yield page.t("portrait.records", n=who.records)
