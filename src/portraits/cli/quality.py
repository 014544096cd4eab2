"""The commands of quality: how good the data is, what a rule finds bad, and the rules themselves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from portraits.cli.keys import Change, Drop, From, Set
from portraits.cli.options import HERE, Folder, Json, PageNumber, opened, who
from portraits.cli.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Callable

    from portraits.app.audiences.audiences import Exported
    from portraits.app.quality.failing import FailingRows
    from portraits.app.quality.results import Score
    from portraits.app.quality.rulebook import Trial
    from portraits.app.quality.scores import QualityView, RuleView
    from portraits.app.quality.stopped import StoppedRows
    from portraits.app.quality.stopping import StoppedBuild
    from portraits.engine.workspace import Workspace

Name = Annotated[str, typer.Argument(metavar="RULE")]
Source = Annotated[str, typer.Option("--source", metavar="SOURCE")]
OfStopped = Annotated[bool, typer.Option("--stopped")]
Size = Annotated[int, typer.Option(min=1, max=500)]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    quality = typer.Typer(no_args_is_help=True)
    for name, command in (
        ("list", listed),
        ("show", show),
        ("rows", rows),
        ("stopped", stopped),
        ("export", export),
        ("try", tried),
        ("edit", edit),
        ("retire", retire),
        ("restore", restore),
        ("remove", remove),
    ):
        quality.command(name)(command)
    app.add_typer(quality, name="quality")


def listed(workspace: Folder = HERE, as_json: Json = False) -> None:
    """Show how good the data is."""
    from portraits.app.quality import quality_records, scores

    place, screen = opened(workspace, as_json)
    screen.show(scores.quality(place), _listed, quality_records.quality)


def show(name: Name, workspace: Folder = HERE, as_json: Json = False) -> None:
    """Tell all about one rule."""
    from portraits.app.quality import quality_records, scores

    place, screen = opened(workspace, as_json)
    screen.show(scores.quality_rule(place, name), _shown, quality_records.rule)


def rows(
    name: Name,
    source: Source = "",
    of_stopped: OfStopped = False,
    page: PageNumber = 1,
    size: Size = 25,
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Show the rows that a rule finds bad."""
    from portraits.app.quality import failing, quality_records, stopped

    place, screen = opened(workspace, as_json)
    if of_stopped:
        found = stopped.stopped_rows(place, name, source, page, size)
        screen.show(found, _stopped_rows, quality_records.stopped_rows)
    else:
        screen.show(failing.failing(place, name, source, page, size), _rows, quality_records.failing)


def stopped(workspace: Folder = HERE, as_json: Json = False) -> None:
    """Show what stopped the last build."""
    from portraits.app.quality import quality_records
    from portraits.app.quality import stopped as use

    place, screen = opened(workspace, as_json)
    screen.show(use.stopped(place), _stopped, quality_records.stopped)


def export(
    name: Name,
    path: Annotated[Path, typer.Argument(metavar="FILE")],
    source: Source = "",
    of_stopped: OfStopped = False,
    format: Annotated[str, typer.Option("--format", metavar="csv|xlsx|parquet")] = "",
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Write the rows that a rule finds bad to a file."""
    from portraits.app.quality import failing, stopped

    place, screen = opened(workspace, as_json)
    taken = stopped.export_stopped if of_stopped else failing.export_failing
    screen.show(taken(place, name, path, format, source, **who()), _exported)


def tried(
    name: Name,
    change: Set = None,
    drop: Drop = None,
    file: From = None,
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Show what a rule would find."""
    from portraits.app.quality import quality_records, rulebook

    place, screen = opened(workspace, as_json)
    found = rulebook.try_rule(place, name, _keys(place, name, Change(change, drop, file)))
    screen.show(found, _tried, quality_records.trial)


def edit(
    name: Name,
    change: Set = None,
    drop: Drop = None,
    file: From = None,
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Write a rule."""
    from portraits.app.quality import quality_records, rulebook

    place, screen = opened(workspace, as_json)
    values, known = _keys(place, name, Change(change, drop, file)), rulebook.is_rule(place, name)
    (rulebook.edit_rule if known else rulebook.create_rule)(place, name, values, **who())
    told = quality_records.written(name, rulebook.rule_definition(place, name))
    screen.show(told, lambda screen, _: screen.say("quality-edit", "done", name=name))


def retire(name: Name, workspace: Folder = HERE, as_json: Json = False) -> None:
    """Switch a rule off."""
    from portraits.app.quality import rulebook

    _changed(name, workspace, as_json, "quality-retire", rulebook.retire_rule)


def restore(name: Name, workspace: Folder = HERE, as_json: Json = False) -> None:
    """Switch a rule on again."""
    from portraits.app.quality import rulebook

    _changed(name, workspace, as_json, "quality-restore", rulebook.restore_rule)


def remove(name: Name, workspace: Folder = HERE, as_json: Json = False) -> None:
    """Remove a rule from the workspace's files."""
    from portraits.app.quality import rulebook

    _changed(name, workspace, as_json, "quality-remove", rulebook.remove_rule)


def _changed(name: str, workspace: Path, as_json: bool, section: str, change: Callable[..., None]) -> None:
    place, screen = opened(workspace, as_json)
    change(place, name, **who())
    screen.show({"name": name}, lambda screen, _: screen.say(section, "done", name=name))


def _keys(place: Workspace, name: str, change: Change) -> dict[str, Any]:
    from portraits.app.quality import rulebook

    known = rulebook.rule_definition(place, name) if rulebook.is_rule(place, name) else {}
    return change.of("quality", name, known)


def _listed(screen: Screen, view: QualityView) -> None:
    if view.run is None:
        screen.say("quality-list", "unbuilt")
    elif view.sources:
        heads = [screen.word("quality-list", name) for name in view.dimensions]
        lines = [
            (
                each.source,
                *(_share(each.dimensions.get(name)) for name in view.dimensions),
                _share(each.score),
                None if each.reliability is None else f"{each.reliability:.3f}",
            )
            for each in view.sources
        ]
        screen.table("quality-list", ("source", *heads, "all", "reliability"), lines)
    _rules(screen, view)


def _rules(screen: Screen, view: QualityView) -> None:
    rules = [
        (
            each.name,
            each.rule.title,
            screen.word("quality-list", each.state),
            _share(each.score),
            each.score.rows,
            each.score.bad,
        )
        for each in view.rules
        if each.state != "unjudged"
    ]
    if rules:
        screen.table("quality-list", ("rule", "title", "state", "share", "rows", "bad"), rules)
    if silent := len(view.rules) - len(rules):
        screen.say("quality-list", "silent", n=silent)


def _shown(screen: Screen, view: RuleView) -> None:
    line = view.line
    state = screen.word("quality-list", line.state)
    screen.say("quality-show", "about", title=line.rule.title, state=state, table=line.rule.target.title)
    if line.score.rows:
        screen.say("quality-show", "found", share=_share(line.score), bad=line.score.bad, rows=line.score.rows)
    sources = [(each.source, _share(each.score), each.score.rows, each.score.bad) for each in line.sources]
    if sources:
        screen.table("quality-show", ("source", "share", "rows", "bad"), sources)
    if len(view.course) > 1:
        course = [(str(each.run), each.as_of, _share(each.score), each.score.bad) for each in view.course]
        screen.table("quality-show", ("run", "as_of", "share", "bad"), course)
    for family in ("tags", "audiences"):
        if names := [each.name for each in getattr(view.harm, family)]:
            screen.say("quality-show", family, names=", ".join(names))


def _rows(screen: Screen, found: FailingRows) -> None:
    if not found.total:
        screen.say("quality-rows", "none")
        return
    _table(screen, ["customer"], found, [(row.customer_id, *row.values) for row in found.rows])


def _table(screen: Screen, heads: list[str], found: FailingRows, lines: list[tuple[Any, ...]]) -> None:
    screen.table("quality-rows", (*heads, *(screen.value(column.title) for column in found.columns)), lines)
    screen.say("quality-rows", "where", n=found.total, page=found.page, pages=found.pages)


def _stopped(screen: Screen, build: StoppedBuild | None) -> None:
    if build is None:
        screen.say("quality-stopped", "none")
        return
    screen.say("quality-stopped", "about", at=build.at)
    screen.say("quality-stopped", "stays" if build.stays else "nothing", run=str(build.stays))
    lines = [
        (
            *(each.name, each.title, f"{each.share:.1%}", f"{each.least:.1%}", each.rows, each.bad),
            ", ".join(f"{source} {n:,}" for source, n in each.sources.items()),
        )
        for each in build.rules
    ]
    screen.table("quality-stopped", ("rule", "title", "share", "least", "rows", "bad", "sources"), lines)
    screen.say("quality-stopped", "next", rule=build.rules[0].name)


def _stopped_rows(screen: Screen, found: StoppedRows) -> None:
    _table(screen, [], found, [row.values for row in found.rows])
    if found.found > found.total:
        screen.say("quality-stopped", "cut", n=found.total, found=found.found)


def _exported(screen: Screen, done: Exported) -> None:
    screen.say("quality-export", "done", n=done.rows, path=str(done.path))


def _tried(screen: Screen, found: Trial) -> None:
    from portraits.app.said import both

    for fault in found.faults:
        screen.line(screen.value(both(fault.phrase)))
    for each in found.said:
        screen.line(screen.value(each))
    if found.score is not None:
        screen.say("quality-try", "found", share=_share(found.score), bad=found.score.bad, rows=found.score.rows)


def _share(score: Score | None) -> str | None:
    return None if score is None or score.share is None else f"{score.share:.1%}"
