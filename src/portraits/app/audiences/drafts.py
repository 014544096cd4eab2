"""Drafts: rules that somebody works on, kept in the store with every change, so that nothing typed is lost."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portraits.app.store import here, store
from portraits.engine import audiences as engine
from portraits.engine.audiences import Draft
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import BadInput, NotFound
from portraits.vocabulary.phrase import say

LARGEST = 64_000  # characters of a draft as JSON
_ID = re.compile(r"[a-z0-9]{8,32}")


def drafts(workspace: Workspace) -> list[Draft]:
    """All drafts, the last one worked on first."""
    with store(workspace) as opened:
        return engine.drafts(opened)


def draft(workspace: Workspace, number: str) -> Draft:
    """The draft of that id; NotFound where it was saved or thrown away."""
    with store(workspace) as opened:
        found = engine.draft(opened, number)
    if found is None:
        raise NotFound(say("There is no draft {id}.", id=number), say("It may have been saved as an audience."))
    return found


def keep_draft(
    workspace: Workspace, number: str, content: Mapping[str, Any], audience: str = "", *, actor: str, now: datetime
) -> Draft:
    """Write a draft, over the one of its id where there is one.

    Args:
        workspace: where to keep it.
        number: 8 to 32 small letters and digits, chosen by who begins the draft.
        content: `text`, the rule as far as it can be read, and `tree`, all of it.
        audience: the defined audience that it changes; empty for a new one.
        actor: who works on it.
        now: the present moment, with its zone.
    """
    if not _ID.fullmatch(number):
        raise BadInput(say("'{id}' is no id of a draft.", id=number), say("Write 8 to 32 small letters and digits."))
    if len(json.dumps(content, ensure_ascii=False, default=str)) > LARGEST:
        raise BadInput(say("A draft holds {most} characters at most.", most=LARGEST))
    at = here(workspace, now)
    made = Draft(number, audience, dict(content), actor, at, at)
    with store(workspace) as opened:
        engine.keep_draft(opened, made)
    return made


def drop_draft(workspace: Workspace, number: str) -> bool:
    """Throw a draft away; whether there was one."""
    with store(workspace) as opened:
        return engine.drop_draft(opened, number)
