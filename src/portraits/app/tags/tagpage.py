"""Tag page: all that there is to say of one tag, built or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portraits.app.customers.subject import shown
from portraits.app.definitions import Definitions
from portraits.app.reading import Reading, TagColumn, defined, reading
from portraits.app.tags.authoring import users
from portraits.app.tags.course import Course, course
from portraits.app.tags.lineage import Lineage, lineage_of
from portraits.app.tags.meaning import Sentence, meaning
from portraits.app.tags.tags import FIGURES, CatalogueEntry, figures_of
from portraits.app.tags.tagtree import State, fresh, owners_of, state_of
from portraits.app.tags.versions import Versions, versions
from portraits.engine.warehouse import quote
from portraits.engine.workspace import Workspace
from portraits.tags.origins import tables_of
from portraits.tags.piece import Stated
from portraits.vocabulary.errors import NotFound, nearest
from portraits.vocabulary.phrase import say
from portraits.vocabulary.tables import TABLES
from portraits.vocabulary.text import Text

EXAMPLES = 8
_LOOKED_AT = 400  # customers, evenly spread, among whom different values are looked for


@dataclass(frozen=True)
class Sample:
    """A customer and the value it has."""

    customer_id: str
    name: str
    value: Any


@dataclass(frozen=True)
class TagPage:
    """One tag; `owner` is the tag whose definition makes it, another one for a companion.

    `sources` are the tables behind each tag it is made of, `titles` the names of all that its
    lineage names, by `tables.orders` or `audiences.sleepers`; `users` would miss it if it were gone.
    """

    entry: CatalogueEntry
    owner: str
    state: State
    manual: bool
    retired: bool
    fresh: datetime | None
    meaning: tuple[Sentence, ...]
    lineage: Lineage
    sources: Mapping[str, tuple[str, ...]]
    titles: Mapping[str, Text]
    versions: Versions
    course: Course
    samples: tuple[Sample, ...]
    users: Mapping[str, tuple[str, ...]]
    as_of: datetime
    run: int

    @property
    def tag(self) -> TagColumn:
        """What it means."""
        return self.entry.tag


def tag_page(workspace: Workspace, name: str) -> TagPage:
    """All about a tag; NotFound names the nearest one."""
    known = defined(workspace)
    with reading(workspace) as run:
        tag = run.tags.get(name) or run.defined_tags.get(name)
        if tag is None:
            raise NotFound(say("There is no tag {name}.", name=name), nearest(name, {**run.tags, **run.defined_tags}))
        owner = owners_of(known).get(name, name)
        rows = run.rows(f"{FIGURES} WHERE tag = ?", [name])
        lineage = lineage_of(name, known, run.entries)
        return TagPage(
            entry=figures_of(tag, rows[0][1:] if rows else None),
            owner=owner,
            state=state_of(run, known, tag, owner),
            manual=isinstance(tag.piece, Stated),
            retired=owner in known.tags and known.tags[owner].retired,
            fresh=fresh(run, name),
            meaning=tuple(meaning(run, name)),
            lineage=lineage,
            sources=_sources(run, lineage),
            titles=dict(_titles(run, known, lineage)),
            versions=versions(workspace, owner) if owner in known.tags else Versions(name, "", "", (), ()),
            course=course(workspace, name) if name in run.tags else Course(name, ()),
            samples=tuple(_samples(run, tag)) if name in run.tags else (),
            users=users(workspace, owner) if owner in known.tags else {},
            as_of=run.as_of,
            run=run.run.info.number,
        )


def _sources(run: Reading, lineage: Lineage) -> dict[str, tuple[str, ...]]:
    return {each: tuple(sorted(tables_of(each, run.entries))) for each in lineage.tags}


def _titles(run: Reading, known: Definitions, lineage: Lineage) -> Iterator[tuple[str, Text]]:
    for table in lineage.tables:
        yield f"tables.{table}", TABLES[table].title
    for tag in (*lineage.tags, *lineage.used_by_tags):
        yield f"tags.{tag}", run.entries[tag].title
    for name in lineage.used_by_segments:
        yield f"segments.{name}", known.segments[name].title
    for name in lineage.used_by_audiences:
        yield f"audiences.{name}", known.audiences[name].title


def _samples(run: Reading, tag: TagColumn) -> Iterator[Sample]:
    """Customers from all over the list, as different in this tag as they can be."""
    column, customers = quote(tag.name), run.rows("SELECT count(*) FROM customers")[0][0]
    apart = max(1, customers // _LOOKED_AT)
    name = "c.name" if "name" in run.columns["customers"] else "NULL"
    found = run.rows(
        f"SELECT p.customer_id, {name}, p.{column} FROM portrait p JOIN customers c USING (customer) "
        f"WHERE p.{column} IS NOT NULL AND p.customer % {apart} = 0 ORDER BY p.customer LIMIT {_LOOKED_AT}"
    )
    seen: dict[Any, int] = {}
    first = [row for place, row in enumerate(found) if seen.setdefault(row[2], place) == place]
    rest = [row for row in found if row not in first]
    for customer_id, called, value in [*first, *rest][:EXAMPLES]:
        yield Sample(customer_id, called or "", shown(tag, value))
