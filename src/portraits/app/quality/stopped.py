"""Stopped: the last build, where rules of quality stopped it before it published, and the rows that stopped it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from portraits.app.audiences.audiences import Exported
from portraits.app.exports import format_of
from portraits.app.paging import pages, within
from portraits.app.quality import stopping
from portraits.app.quality.bad_rows import hand_out, shown
from portraits.app.quality.failing import LARGEST_PAGE, SIZE, FailingRow, FailingRows
from portraits.app.quality.stopping import StoppedBuild, StoppingRule
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import NotFound, all_known
from portraits.vocabulary.phrase import say
from portraits.vocabulary.tables import TABLES

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class StoppedRows(FailingRows):
    """A page of the bad rows of a rule that stopped a build, the last one, whose run would have had that number."""

    build: StoppedBuild
    cause: StoppingRule

    @property
    def found(self) -> int:
        """How many rows are bad; more than `total` where not all of them were kept."""
        return self.cause.sources.get(self.source, 0) if self.source else self.cause.bad


def stopped(workspace: Workspace) -> StoppedBuild | None:
    """The last build, where rules stopped it; None where one was published since, or none was stopped."""
    return stopping.last(workspace)


def stopped_rows(workspace: Workspace, name: str, source: str = "", page: int = 1, size: int = SIZE) -> StoppedRows:
    """A page of the rows for which a rule stopped the last build; they are of no customer yet.

    Args:
        workspace: where to look.
        name: of the rule; NotFound says which rules stopped the build, if any did.
        source: whose rows; empty for those of all sources.
        page: from 1; one past the end gives the last.
        size: rows a page, at most 500.
    """
    build, rule = _stopping(workspace, name)
    table = TABLES[rule.table]
    columns = tuple(table.column(each) for each in rule.columns)
    rows = _rows(workspace, build, rule, source)
    size = min(max(1, size), LARGEST_PAGE)
    page = within(page, rows.num_rows, size)
    part = rows.slice((page - 1) * size, size).select(list(rule.columns)).to_pylist()
    return StoppedRows(
        rule=name,
        source=source,
        columns=columns,
        rows=tuple(FailingRow(None, tuple(shown(each, row[each.name]) for each in columns)) for row in part),
        total=rows.num_rows,
        page=page,
        pages=pages(rows.num_rows, size),
        as_of=build.as_of,
        run=build.run,
        build=build,
        cause=rule,
    )


def export_stopped(
    workspace: Workspace, name: str, path: Path, format: str = "", source: str = "", *, actor: str, now: datetime
) -> Exported:
    """Write the rows for which a rule stopped the last build to a file; all as `export_failing` does with others."""
    kind, (build, rule) = format_of(path, format), _stopping(workspace, name)
    rows = _rows(workspace, build, rule, source)
    detail = {"quality": name, "source": source, "run": build.run, "stopped": True}
    return hand_out(workspace, rows, TABLES[rule.table], (path, kind), detail, actor=actor, now=now)


def _stopping(workspace: Workspace, name: str) -> tuple[StoppedBuild, StoppingRule]:
    build = stopping.last(workspace)
    if build is None:
        hint = say("`portraits quality rows {name}` shows the bad rows of the published run.", name=name)
        raise NotFound(say("No rule of quality stopped the last build."), hint)
    rule = build.rule(name)
    if rule is None:
        hint = all_known([each.name for each in build.rules])
        raise NotFound(say("The rule {name} did not stop the last build.", name=name), hint)
    return build, rule


def _rows(workspace: Workspace, build: StoppedBuild, rule: StoppingRule, source: str) -> pa.Table:
    """The rows that were kept; NotFound where another build has just taken their place."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    try:
        rows = pq.read_table(stopping.rows_file(workspace, build, rule))
    except FileNotFoundError:
        raise NotFound(say("The bad rows of {name} are not kept any more.", name=rule.name), _AGAIN) from None
    return rows.filter(pc.equal(pc.fill_null(rows["source"], ""), source)) if source else rows


_AGAIN = say("Look at `portraits quality stopped` again: another build has ended.")
