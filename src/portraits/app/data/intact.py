"""Intact: whether the landing files that a build reads are as they were loaded."""

from __future__ import annotations

from collections.abc import Iterator

from portraits.app.data.sources import counting
from portraits.app.definitions import Definitions
from portraits.engine.landing import file_hash, rows_file
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import BadInput
from portraits.vocabulary.phrase import Phrase, Phrases, say


def check_intact(workspace: Workspace, known: Definitions) -> None:
    """BadInput that names every batch whose landing file is gone or was changed since it was loaded."""
    if told := list(_damage(workspace, known)):
        raise BadInput(
            Phrases(told, "lines"), say("Restore the files of data/landing, or undo these batches and load again.")
        )


def _damage(workspace: Workspace, known: Definitions) -> Iterator[Phrase]:
    for each in counting(workspace, known):
        path = rows_file(workspace, each.source, each.name)
        of = {"id": each.id, "source": each.source, "label": each.label}
        if not path.is_file():
            yield say("The landing file of batch {id} ({source}, {label}) is gone.", **of)
        elif each.hash and file_hash(path) != each.hash:
            yield say("The landing file of batch {id} ({source}, {label}) was changed since it was loaded.", **of)
