"""Views: questions to the list of customers that are kept under a name, to be asked again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from portraits.app.customers.customers import customers, sound
from portraits.app.store import here, store
from portraits.engine import views as engine
from portraits.engine.audit import Entry
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import BadInput, NotFound, nearest
from portraits.vocabulary.phrase import say

PAGE = "customers"
LONGEST = 80  # characters of a name


@dataclass(frozen=True)
class Asked:
    """What a list of customers is asked for: whom, in which order, with which columns."""

    search: str = ""
    rule: str = ""
    sort: str = ""
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class SavedView:
    """A question with its name, and who saved it when."""

    name: str
    asked: Asked
    actor: str
    saved_at: datetime


def views(workspace: Workspace) -> list[SavedView]:
    """The saved views of the list of customers, in the order of their names."""
    with store(workspace) as opened:
        return [_saved(each) for each in engine.kept(opened, PAGE)]


def view(workspace: Workspace, name: str) -> SavedView:
    """The view of that name; NotFound names the nearest one."""
    known = {each.name: each for each in views(workspace)}
    if name not in known:
        raise _missing(name, list(known))
    return known[name]


def save_view(workspace: Workspace, name: str, asked: Asked, *, actor: str, now: datetime) -> SavedView:
    """Keep a question under a name, in the place of an older one of that name.

    DefinitionError where the question cannot be asked, BadInput where the name cannot be one.
    """
    name = _named(name)
    sound(customers(workspace, asked.search, asked.rule, asked.sort, size=1, columns=asked.columns))
    at = here(workspace, now)
    kept = engine.View(name, actor, at, asdict(asked))
    with store(workspace) as opened:
        engine.keep(opened, PAGE, kept, Entry(at, actor, "save view", name, kept.state))
    return _saved(kept)


def remove_view(workspace: Workspace, name: str, *, actor: str, now: datetime) -> None:
    """Forget a view; NotFound names the nearest one."""
    with store(workspace) as opened:
        if not engine.drop(opened, PAGE, name, Entry(here(workspace, now), actor, "remove view", name)):
            raise _missing(name, [each.name for each in engine.kept(opened, PAGE)])


def _named(name: str) -> str:
    plain = " ".join(name.split())
    if not plain:
        raise BadInput(
            say("A view needs a name."), say("Write what the list shows, for example “Sleeping for a year”.")
        )
    if len(plain) > LONGEST:
        raise BadInput(say("A name of a view has at most {most} characters.", most=LONGEST))
    return plain


def _saved(kept: engine.View) -> SavedView:
    return SavedView(kept.name, _asked(**kept.state), kept.actor, kept.saved_at)


def _asked(columns: Sequence[str] = (), **texts: Any) -> Asked:
    return Asked(columns=tuple(columns), **texts)


def _missing(name: str, known: Sequence[str]) -> NotFound:
    return NotFound(say("There is no view {name}.", name=name), nearest(name, known))
