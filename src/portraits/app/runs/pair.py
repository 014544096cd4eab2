"""Pair: two runs of one workspace, open side by side as `before` and `after`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from portraits.engine import runs as engine
from portraits.engine.warehouse import Warehouse, quote
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import PortraitsError
from portraits.vocabulary.phrase import say


@contextmanager
def pair(workspace: Workspace, before: int, after: int) -> Iterator[Warehouse]:
    """Two runs in one warehouse, as `before` and `after`; neither is pruned while they are open."""
    if before == after:
        raise PortraitsError(say("Run {before} does not differ from itself.", before=before), say("Name two runs."))
    with ExitStack() as opening:
        paths = {}
        for name, number in (("before", before), ("after", after)):
            opening.enter_context(engine.held(workspace, number))
            paths[name] = engine.folder_of(workspace, number) / engine.DATABASE
        yield opening.enter_context(Warehouse.side_by_side(paths))


def _members(name: str) -> str:
    """Who is in which part of which segment, by the id that outlives a run."""
    return f"""(SELECT segment, member, customer_id FROM {name}.segment_members
        JOIN {name}.customers USING (customer)) AS {quote(name)}"""


# Everybody who is in a part in one of the runs; to be joined USING (segment, customer_id).
MEMBERS = f"{_members('before')} FULL JOIN {_members('after')}"
