"""The store of a workspace, and the present moment by its clocks: what writing something down takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from portraits.app.reading import settings
from portraits.engine.store import Store
from portraits.engine.workspace import Workspace


@contextmanager
def store(workspace: Workspace) -> Iterator[Store]:
    """The open store of a workspace."""
    with Store.open(workspace.store, settings(workspace).store) as opened:
        yield opened


def has_store(workspace: Workspace) -> bool:
    """Whether anything can have been written down yet; opening the store would make one."""
    return workspace.store.exists() or bool(settings(workspace).store)


def here(workspace: Workspace, now: datetime) -> datetime:
    """A moment as the workspace's clocks show it."""
    return settings(workspace).here(now)
