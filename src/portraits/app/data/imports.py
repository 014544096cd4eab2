"""Imports: an uploaded file on its way to a source and a mapping, one choice after the other.

Every choice is kept in the store, so that a person may leave and go on, here or elsewhere. What
was chosen later is dropped where an earlier choice no longer carries it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_args

from portraits.app.data.dry_run import DryRun, dry_run, write_failures
from portraits.app.data.staging import Staged, source_block, staged
from portraits.app.data.suggestion import ColumnsView, columns_view
from portraits.app.data.trial import Seen, Trial, tried
from portraits.app.data.uploads import discard
from portraits.app.data.value_matching import ColumnValues, column_values, composed_columns, matched_columns
from portraits.app.jobs import jobs
from portraits.app.reading import defined
from portraits.app.store import here, store
from portraits.engine.audit import Entry
from portraits.engine.batches import all_batches
from portraits.engine.imports import Import, all_imports, change, forget, import_of
from portraits.engine.settings import Settings
from portraits.engine.store import Store
from portraits.engine.workspace import Workspace
from portraits.sources.suggest import source_name
from portraits.vocabulary.errors import BadInput, DefinitionError, Fault, Refused
from portraits.vocabulary.name import NAME
from portraits.vocabulary.phrase import say
from portraits.vocabulary.text import Language

Step = Literal["upload", "sheet", "header", "columns", "values", "check", "review"]
STEPS: tuple[Step, ...] = get_args(Step)
# The key of the choices by which each step is done.
_DONE: Mapping[Step, str] = {
    "sheet": "packed",
    "header": "reading",
    "columns": "columns",
    "values": "values",
    "check": "checked",
}
_READING = ("encoding", "delimiter", "quote", "header", "skip", "decimal")
_COMPLETE = ("done", "queued", "undone")


@dataclass(frozen=True)
class ImportView:
    """An import: the step it stands at, those it does without, and the earlier import of the same file."""

    about: Import
    step: Step
    skipped: tuple[Step, ...]
    twin: int | None = None
    fault: DefinitionError | BadInput | None = None

    def state(self, step: Step) -> Literal["done", "now", "next", "skipped"]:
        """How a step stands."""
        if step in self.skipped:
            return "skipped"
        if self.about.status in _COMPLETE:
            return "done"
        place = STEPS.index(step) - STEPS.index(self.step)
        return "done" if place < 0 else "now" if place == 0 else "next"


@dataclass(frozen=True)
class Plan:
    """What an import will write: the names and blocks of its source and its mapping."""

    name: str
    source: Mapping[str, Any]
    mapping: Mapping[str, Any]


def imports(workspace: Workspace) -> list[Import]:
    """All imports, newest first."""
    with store(workspace) as opened:
        return all_imports(opened)


def import_view(workspace: Workspace, number: int) -> ImportView:
    """One import and the step it stands at; where its file cannot be read, the fault says why."""
    with store(workspace) as opened:
        about = _settled(workspace, opened, import_of(opened, number))
        same = [each.id for each in all_imports(opened) if each.hash == about.hash and each.status == "done"]
    twin = next((each for each in same if each != number), None)
    if about.status in _COMPLETE:
        return ImportView(about, "review", _skipped(about, None), twin)
    try:
        found = staged(workspace, about)
        return ImportView(about, _step(about, found), _skipped(about, found), twin)
    except (BadInput, DefinitionError) as error:
        return ImportView(about, "header", _skipped(about, None), twin, error)


def read_file(workspace: Workspace, number: int) -> Staged:
    """The rows of an import as they are read by what was chosen so far."""
    return staged(workspace, _open(workspace, number))


def columns(workspace: Workspace, number: int, table: str = "") -> ColumnsView:
    """The columns of a table with those of the file that were chosen for them, or are proposed."""
    each = _open(workspace, number)
    return columns_view(each, staged(workspace, each), table, defined(workspace))


def try_columns(
    workspace: Workspace, number: int, table: str, columns: Mapping[str, str], where: str = "", *, now: datetime
) -> Trial:
    """Hold expressions against the rows of an import: faults and samples, nothing is kept."""
    each = _open(workspace, number)
    return tried(table, _said(columns), where, _seen(workspace, staged(workspace, each), now))


def values(workspace: Workspace, number: int, *, now: datetime) -> list[ColumnValues]:
    """The values of the columns that have canonical words, with the words chosen or proposed."""
    each = _open(workspace, number)
    chosen = each.choices
    seen = _seen(workspace, staged(workspace, each), now)
    return column_values(chosen["table"], chosen["columns"], chosen.get("values", {}), seen, chosen.get("where", ""))


def check(workspace: Workspace, number: int, *, now: datetime) -> DryRun:
    """What would land and what would be rejected; nothing is loaded."""
    each = _open(workspace, number)
    found, settings = staged(workspace, each), defined(workspace).settings
    return dry_run(plan_of(each, found).mapping, found, settings, settings.here(now))


def export_failures(workspace: Workspace, number: int, path: Path, language: Language, *, now: datetime) -> int:
    """Write the rows that would be rejected as CSV, each with its reason; how many there are."""
    each = _open(workspace, number)
    found, settings = staged(workspace, each), defined(workspace).settings
    return write_failures(plan_of(each, found).mapping, found, settings, settings.here(now), path, language)


def plan(workspace: Workspace, number: int) -> Plan:
    """What an import will write."""
    each = _open(workspace, number)
    return plan_of(each, staged(workspace, each))


def plan_of(each: Import, found: Staged) -> Plan:
    """What an import will write, from its choices and its staged rows."""
    chosen = each.choices
    written = composed_columns(chosen["table"], chosen["columns"], chosen.get("values", {}), found.layout)
    name = chosen.get("name") or _usual_name(each, chosen["table"])
    mapping = {"source": name, "table": chosen["table"], "columns": written}
    where = {"where": chosen["where"]} if chosen.get("where") else {}
    return Plan(name, source_block(each), mapping | where)


def _usual_name(each: Import, table: str) -> str:
    """A name for the source: the file's where it has Latin letters, else the table's."""
    found = source_name(each.file)
    return table if found == "source" else found


def choose_sheet(workspace: Workspace, number: int, sheet: str = "", inside: str = "", *, now: datetime) -> Import:
    """Choose the sheet of a workbook, or the file in a packed one."""
    return _choose(workspace, number, now, packed={"sheet": sheet, "inside": inside})


def choose_reading(workspace: Workspace, number: int, reading: Mapping[str, Any], *, now: datetime) -> Import:
    """Choose how the text is read; BadInput where it cannot be read so, and nothing is kept then.

    What is empty is as detected. The columns chosen before stay where the file still has them all.
    """
    each = _open(workspace, number)
    known = {name: value for name, value in reading.items() if name in _READING and value not in ("", None)}
    trial = Import(**{**vars(each), "choices": {**each.choices, "reading": known}})
    same = _headings(workspace, each) == staged(workspace, trial).columns.keys()
    kept = {} if same else dict.fromkeys(("table", "columns", "where", "values", "dates"))
    return _choose(workspace, number, now, reading=known, checked=None, **kept)


def choose_columns(
    workspace: Workspace,
    number: int,
    table: str,
    columns: Mapping[str, str],
    *,
    where: str = "",
    dates: Mapping[str, str] | None = None,
    now: datetime,
) -> Import:
    """Choose the table and an expression for each of its columns; DefinitionError lists what is wrong."""
    each = _open(workspace, number)
    stated = {name: form for name, form in (dates or {}).items() if form}
    said = _said(columns)
    trial = Import(**{**vars(each), "choices": {**each.choices, "dates": stated}})
    found = tried(table, said, where, _seen(workspace, staged(workspace, trial), now))
    if found.faults:
        raise DefinitionError(found.faults)
    before = each.choices.get("columns", {})
    values = {
        name: words
        for name, words in (each.choices.get("values") or {}).items()
        if said.get(name) == before.get(name) and table == each.choices.get("table")
    }
    changed = {"table": table, "columns": said, "where": where, "dates": stated}
    return _choose(workspace, number, now, **changed, values=values or None, checked=None)


def choose_values(
    workspace: Workspace, number: int, values: Mapping[str, Mapping[str, str]], *, now: datetime
) -> Import:
    """Choose the canonical words for the source's values, column by column."""
    said = {column: {value: word for value, word in words.items() if word} for column, words in values.items()}
    return _choose(workspace, number, now, values=said, checked=None)


def accept_check(workspace: Workspace, number: int, *, now: datetime) -> Import:
    """Go on with what the dry run has shown."""
    each = _open(workspace, number)
    plan_of(each, staged(workspace, each))
    return _choose(workspace, number, now, checked=True)


def name_source(workspace: Workspace, number: int, name: str, *, now: datetime) -> Import:
    """Name the source and the mapping that the import will write; a name that is taken is refused."""
    if not NAME.fullmatch(name):
        what = say("'{name}' cannot be a name.", name=name)
        raise DefinitionError([Fault(what, field="name", hint=say("Write small letters, digits and _."))])
    if name in _taken(workspace):
        what = say("There is a source or a mapping {name} already.", name=name)
        raise DefinitionError([Fault(what, field="name", hint=say("Choose another name."))])
    return _choose(workspace, number, now, name=name)


def free_name(workspace: Workspace, wanted: str) -> str:
    """A name for a new source: the wanted one, or the first with a number that is free."""
    taken = _taken(workspace)
    numbered = (f"{wanted}_{number}" for number in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(name for name in numbered if name not in taken)


def _taken(workspace: Workspace) -> set[str]:
    """Names of sources and mappings, those included whose rows still count though they are gone."""
    known = defined(workspace).blocks
    names = {name.partition(".")[2] for name in known if name.startswith(("sources.", "mappings."))}
    with store(workspace) as opened:
        return names | {each.source for each in all_batches(opened) if each.counts}


def drop(workspace: Workspace, number: int, *, actor: str, now: datetime) -> None:
    """Forget an import of which nothing was loaded, its file included."""
    with store(workspace) as opened:
        each = import_of(opened, number)
        if each.status in ("done", "queued"):
            raise Refused(say("Import {number} was carried out.", number=number), say("Undo it to take its rows back."))
        at = here(workspace, now)
        forget(opened, number, Entry(at, actor, "drop import", each.file, {"import": number}))
    discard(workspace, each)


def _settled(workspace: Workspace, opened: Store, each: Import) -> Import:
    """An import whose job has ended without carrying it out can be changed and begun again."""
    if each.status != "queued" or each.job is None or jobs.job(workspace, each.job).open:
        return each
    again = import_of(opened, each.id)  # it may have been finished meanwhile
    return change(opened, each.id, each.updated_at, status="failed") if again.status == "queued" else again


def _choose(workspace: Workspace, number: int, now: datetime, **choices: Any) -> Import:
    """Keep choices; one that is None is taken back."""
    each = _open(workspace, number)
    kept = {name: value for name, value in {**each.choices, **choices}.items() if value is not None}
    with store(workspace) as opened:
        return change(opened, number, here(workspace, now), choices=kept, status="open", fault="")


def _open(workspace: Workspace, number: int) -> Import:
    """An import that can still be changed."""
    with store(workspace) as opened:
        each = import_of(opened, number)
    if each.status in _COMPLETE:
        raise Refused(say("Import {number} was carried out.", number=number), say("Upload the file again."))
    return each


def _step(each: Import, found: Staged) -> Step:
    """The first step that is not done."""
    skipped = _skipped(each, found)
    open_ = (step for step, key in _DONE.items() if key not in each.choices and step not in skipped)
    return next(open_, "review")


def _skipped(each: Import, found: Staged | None) -> tuple[Step, ...]:
    """Steps that have nothing to choose."""
    skipped: list[Step] = []
    if found is not None and not _several(found):
        skipped.append("sheet")
    if found is None and "packed" not in each.choices:
        skipped.append("sheet")
    if "columns" in each.choices and found is not None and not _worded(each, found):
        skipped.append("values")
    return tuple(skipped)


def _several(found: Staged) -> bool:
    return any(len(found.facts.get(key, ())) > 1 for key in ("sheets", "members"))


def _worded(each: Import, found: Staged) -> Sequence[str]:
    try:
        return matched_columns(each.choices["table"], each.choices["columns"], found.layout)
    except DefinitionError:
        return ()


def _headings(workspace: Workspace, each: Import) -> object:
    try:
        return staged(workspace, each).columns.keys()
    except (BadInput, DefinitionError):
        return None


def _said(columns: Mapping[str, str]) -> dict[str, str]:
    return {name: written.strip() for name, written in columns.items() if written.strip()}


def _seen(workspace: Workspace, found: Staged, now: datetime) -> Seen:
    settings: Settings = defined(workspace).settings
    return Seen((found.rows,), found.layout, settings, settings.here(now))
