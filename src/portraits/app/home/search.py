"""Search: customers, tags, audiences, segments and pages found by one text, in one request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Literal
from urllib.parse import quote

from portraits.app.customers.customers import Person, customers
from portraits.app.home.sitemap import PAGES
from portraits.app.reading import TagColumn, defined, reading
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import NotFound, PortraitsError
from portraits.vocabulary.text import Text

Kind = Literal["page", "customer", "tag", "audience", "segment"]
KINDS: tuple[Kind, ...] = ("page", "customer", "tag", "audience", "segment")
LONGEST = 200


@dataclass(frozen=True)
class Hit:
    """Something that was found: what it is called, what else is known of it, and where it is."""

    kind: Kind
    name: str
    title: Text
    about: Text | None
    href: str


@dataclass(frozen=True)
class Group:
    """Hits of one kind, the best first; `total` counts those that are not among them, too."""

    kind: Kind
    hits: tuple[Hit, ...]
    total: int


@dataclass(frozen=True)
class Found:
    """What a text finds, a group a kind; kinds of which nothing was found are left out."""

    text: str
    groups: tuple[Group, ...]

    @property
    def total(self) -> int:
        """How many hits there are in all."""
        return sum(group.total for group in self.groups)


def search(workspace: Workspace, text: str, size: int = 5) -> Found:
    """Everything that a text finds: names, titles in both languages, the beginning of an id.

    Args:
        workspace: where to look.
        text: what somebody typed; an empty one finds nothing.
        size: hits of a kind, at most.
    """
    wanted = text.strip()[:LONGEST]
    if not wanted:
        return Found("", ())
    groups = (_group(kind, list(hits), size) for kind, hits in _named(workspace, wanted).items())
    every = [*groups, _customers(workspace, wanted, size)]
    ordered = sorted((each for each in every if each.hits), key=lambda group: KINDS.index(group.kind))
    return Found(wanted, tuple(ordered))


def _customers(workspace: Workspace, text: str, size: int) -> Group:
    try:
        found = customers(workspace, search=text, size=size)
    except PortraitsError:
        return Group("customer", (), 0)  # before the first build there are none
    return Group("customer", tuple(_person(row.person) for row in found.rows), found.total)


def _person(person: Person) -> Hit:
    known = (person.customer_id if person.name else "", person.phone)
    said = " · ".join(part for part in known if part)
    title = _same(person.name or person.customer_id)
    return Hit("customer", person.customer_id, title, _same(said) if said else None, _path(person.customer_id))


def _path(customer_id: str) -> str:
    return f"/customers/{quote(customer_id, safe='')}"


def _named(workspace: Workspace, text: str) -> Mapping[Kind, Iterator[Hit]]:
    """What has a name and a title, by kind; where the definitions have faults, only pages."""
    pages = (Hit("page", each.key, each.title, each.about, each.href) for each in PAGES)
    found: dict[Kind, Iterator[Hit]] = {"page": chain(_caller(text), _matching(pages, text))}
    try:
        known = defined(workspace)
    except PortraitsError:
        return found
    audiences = (_defined("audience", name, each.title) for name, each in known.audiences.items())
    segments = (_defined("segment", name, each.title) for name, each in known.segments.items())
    found |= {"audience": _matching(audiences, text), "segment": _matching(segments, text)}
    found["tag"] = _matching((_tag(each) for each in _tags(workspace)), text)
    return found


def _caller(text: str) -> Iterator[Hit]:
    """The page that knows who has a telephone number or an e-mail address, if the text is one."""
    field = "email" if _MAIL.fullmatch(text) else "phone" if _PHONE.fullmatch(text) else ""
    if field:
        title = Text(en=f"Who is calling: {text}", zh=f"识别来客：{text}")
        yield Hit("page", "identify", title, None, f"/identify?{field}={quote(text, safe='')}")


_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"\+?\d(?:[\s()-]*\d){6,14}")


def _defined(kind: Kind, name: str, title: Text) -> Hit:
    return Hit(kind, name, title, _same(name), f"/{kind}s/{name}")


def _tags(workspace: Workspace) -> Iterable[TagColumn]:
    try:
        with reading(workspace) as run:
            return tuple(run.tags.values())
    except NotFound:
        return ()


def _tag(tag: TagColumn) -> Hit:
    return Hit("tag", tag.name, tag.title, _same(tag.name), f"/tags/{tag.name}")


def _matching(hits: Iterable[Hit], text: str) -> Iterator[Hit]:
    """Hits that hold every word of a text; those that begin with it go first."""
    words = text.lower().split()
    ranked = [(_rank(hit, text.lower()), place, hit) for place, hit in enumerate(hits) if _holds(hit, words)]
    return (hit for _, _, hit in sorted(ranked, key=lambda each: each[:2]))


def _texts(hit: Hit) -> tuple[str, ...]:
    about = (hit.about.en, hit.about.zh) if hit.about else ()
    return tuple(text.lower() for text in (hit.name, hit.title.en, hit.title.zh, *about))


def _holds(hit: Hit, words: Iterable[str]) -> bool:
    texts = " ".join(_texts(hit))
    return all(word in texts for word in words)


def _rank(hit: Hit, text: str) -> int:
    name, *others = _texts(hit)
    return 0 if name.startswith(text) else 1 if any(each.startswith(text) for each in others) else 2


def _group(kind: Kind, hits: list[Hit], size: int) -> Group:
    return Group(kind, tuple(hits[:size]), len(hits))


def _same(text: str) -> Text:
    return Text(en=text, zh=text)
