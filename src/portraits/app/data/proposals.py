"""Proposals: an import whose proposed columns and words are all accepted, for who does not look at each."""

from __future__ import annotations

from datetime import datetime

from portraits.app.data import imports
from portraits.engine.imports import Import
from portraits.engine.workspace import Workspace


def accept_proposals(workspace: Workspace, number: int, table: str = "", name: str = "", *, now: datetime) -> Import:
    """Choose what is proposed in every step; DefinitionError names what the table needs and the file has not.

    Args:
        workspace: where.
        number: of the import.
        table: what the rows are, where the proposal guesses wrong.
        name: of the source, where another one than the file's is wanted.
        now: the present moment, with its zone.
    """
    imports.choose_reading(workspace, number, {}, now=now)
    found = imports.columns(workspace, number, table)
    chosen = {each.column.name: each.expression for each in found.columns}
    imports.choose_columns(workspace, number, found.table.name, chosen, where=found.where, now=now)
    words = {
        each.column.name: {one.value: one.word for one in each.values}
        for each in imports.values(workspace, number, now=now)
    }
    imports.choose_values(workspace, number, words, now=now)
    wanted = name or imports.free_name(workspace, imports.plan(workspace, number).name)
    imports.name_source(workspace, number, wanted, now=now)
    return imports.accept_check(workspace, number, now=now)
