"""Tag tree: the catalogue by groups, as somebody looks for a tag in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from portraits.app.customers.goal import goal_first
from portraits.app.customers.portrait import GROUPS
from portraits.app.definitions import BUILT_IN, Definitions
from portraits.app.reading import Method, Reading, TagColumn, columns_to_be, defined, readable, reading
from portraits.app.tags.tags import FIGURES, CatalogueEntry, figures_of
from portraits.app.tags.versions import how_many
from portraits.engine.expressions import Scope, parse
from portraits.engine.runs import current
from portraits.engine.workspace import Workspace
from portraits.tags.order import Entry
from portraits.tags.origins import tables_of
from portraits.vocabulary.errors import DefinitionError
from portraits.vocabulary.types import Type

State = Literal["built", "new", "changed", "retired"]


@dataclass(frozen=True)
class TreeTag:
    """A tag in the tree; `state` says how its definition stands to the published run.

    `fresh` is the newest row of the oldest of the tables that it is made of; `versions` counts the
    definitions it has had; `own` is whether the workspace writes it itself.
    """

    entry: CatalogueEntry
    state: State
    fresh: datetime | None
    used_by: int
    versions: int
    own: bool

    @property
    def tag(self) -> TagColumn:
        """What it means."""
        return self.entry.tag


@dataclass(frozen=True)
class TagTree:
    """The tags that were asked for, by group; `groups`, `methods` and `states` count all tags there are.

    Before the first build there is neither a moment nor a run, and all tags are new.
    """

    tags: Mapping[str, tuple[TreeTag, ...]]
    shown: int
    total: int
    groups: Mapping[str, int]
    methods: Mapping[Method, int]
    states: Mapping[State, int]
    owners: tuple[str, ...]
    as_of: datetime | None
    run: int | None


def tag_tree(
    workspace: Workspace, search: str = "", group: str = "", method: str = "", state: str = "", owner: str = ""
) -> TagTree:
    """The tags by group; retired ones only where their state is asked for.

    Args:
        workspace: whose tags they are.
        search: parts of a name or a title, in either language; all of them must be there.
        group: only of this group.
        method: only made this way: fact, rule or model.
        state: only built, new, changed or retired ones.
        owner: only of this owner.
    """
    known = defined(workspace)
    if current(workspace) is None:
        everything, as_of, number = list(_to_be(known, workspace)), None, None
    else:
        with reading(workspace) as run:
            everything, as_of, number = list(_everything(run, known, workspace)), run.as_of, run.run.info.number
    of_state = [each for each in everything if (each.state == state if state else each.state != "retired")]
    found = [each for each in of_state if _chosen(each.tag, search, group, method, owner)]
    return _tree(everything, found, as_of, number)


def _tree(
    everything: Sequence[TreeTag], found: Sequence[TreeTag], as_of: datetime | None, number: int | None
) -> TagTree:
    living = [each for each in everything if each.state != "retired"]
    return TagTree(
        tags={name: tags for name in GROUPS if (tags := tuple(each for each in found if each.tag.group == name))},
        shown=len(found),
        total=len(living),
        groups={name: n for name in GROUPS if (n := sum(each.tag.group == name for each in living))},
        methods=Counter(each.tag.method for each in living),
        states=Counter(each.state for each in everything),
        owners=tuple(sorted({each.tag.owner for each in living} - {""})),
        as_of=as_of,
        run=number,
    )


def _chosen(tag: TagColumn, search: str, group: str, method: str, owner: str) -> bool:
    """Whether a tag is asked for; what is empty asks for nothing."""
    kept = group in ("", tag.group) and method in ("", tag.method) and owner in ("", tag.owner)
    text = f"{tag.name} {tag.title.en} {tag.title.zh}".casefold()
    return kept and all(word in text for word in search.casefold().split())


def state_of(run: Reading, known: Definitions, tag: TagColumn, owner: str) -> State:
    """How a tag's definition stands to the run."""
    if owner in known.tags and known.tags[owner].retired:
        return "retired"
    if not tag.held:
        return "new"
    then: Mapping[str, str] = run.run.info.figures.get("definitions", {})
    title = f"tags.{owner}"
    return "changed" if then and then.get(title) != known.marks.get(title) else "built"


def owners_of(known: Definitions) -> dict[str, str]:
    """Column -> the tag whose definition makes it; a companion (`<name>_share`) has its tag's."""
    return {piece.tag: name for name, tag in known.tags.items() for piece in tag.pieces(name)}


def fresh(run: Reading, name: str) -> datetime | None:
    """The newest row of the oldest table that a tag is made of; None where no rows with a time reach it."""
    if name not in run.entries:
        return None
    tables = tables_of(name, run.entries)
    return min((run.newest[table] for table in tables if table in run.newest), default=None)


def _everything(run: Reading, known: Definitions, workspace: Workspace) -> Iterator[TreeTag]:
    figures = {row[0]: row[1:] for row in run.rows(FIGURES)}
    owners = owners_of(known)
    versions = how_many(workspace, known.tags)
    used = _used_by(known, run.entries)
    held = list(goal_first(run))
    names = {tag.name for tag in held}
    for tag in [*held, *(each for each in run.defined_tags.values() if each.name not in names)]:
        owner = owners.get(tag.name, tag.name)
        block = known.blocks.get(f"tags.{owner}")
        yield TreeTag(
            entry=figures_of(tag, figures.get(tag.name)),
            state=state_of(run, known, tag, owner),
            fresh=fresh(run, tag.name),
            used_by=used[tag.name],
            versions=versions.get(owner, 0),
            own=block is not None and block.file != BUILT_IN,
        )


def _to_be(known: Definitions, workspace: Workspace) -> Iterator[TreeTag]:
    """The tags as they are defined, before the first build."""
    owners = owners_of(known)
    versions = how_many(workspace, known.tags)
    used = _used_by(known, readable(known.tags))
    for tag in columns_to_be(known.tags).values():
        owner = owners.get(tag.name, tag.name)
        yield TreeTag(
            entry=figures_of(tag, None),
            state="retired" if known.tags[owner].retired else "new",
            fresh=None,
            used_by=used[tag.name],
            versions=versions.get(owner, 0),
            own=known.blocks[f"tags.{owner}"].file != BUILT_IN,
        )


def _used_by(known: Definitions, entries: Mapping[str, Entry]) -> Counter[str]:
    """How many tags, segments and audiences are made of each column; every rule is read once."""
    used: Counter[str] = Counter()
    for entry in entries.values():
        used.update(entry.uses)
    for names in (*_in_audiences(known, entries), *_in_segments(known, entries)):
        used.update(names)
    return used


def _in_audiences(known: Definitions, entries: Mapping[str, Entry]) -> Iterator[Iterable[str]]:
    scope = Scope(columns={name: entry.type for name, entry in entries.items()}, subject="tags")
    for audience in known.audiences.values():
        try:
            yield parse(audience.rule, scope, Type.BOOLEAN).names
        except DefinitionError:
            continue


def _in_segments(known: Definitions, entries: Mapping[str, Entry]) -> Iterator[Iterable[str]]:
    for name, segment in known.segments.items():
        own = {segment.column(name), *segment.tags(name)}
        yield own.union(*(entries[each].uses for each in own if each in entries))
