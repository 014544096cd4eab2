"""Outline: what every page says of a workspace: its name, its ways of writing, how fresh it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portraits.app.reading import defined, reading
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import NotFound, PortraitsError
from portraits.vocabulary.text import Language, Text


@dataclass(frozen=True)
class Outline:
    """A workspace from afar; `as_of` and `run` are None before the first build."""

    title: Text
    language: Language
    currency: str
    as_of: datetime | None = None
    run: int | None = None


def outline(workspace: Workspace) -> Outline:
    """The outline of a workspace; it never fails, so that an error page can be shown of any."""
    try:
        settings = defined(workspace).settings
    except PortraitsError:
        return Outline(Text(en=workspace.name, zh=workspace.name), "en", "USD")
    known = Outline(settings.title, settings.language, settings.currency)
    try:
        with reading(workspace) as run:
            return Outline(known.title, known.language, known.currency, run.as_of, run.run.info.number)
    except NotFound:
        return known
