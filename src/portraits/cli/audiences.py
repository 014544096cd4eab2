"""The commands of audiences: count, list and export who a rule chooses, and explain its choice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from portraits.cli import audience_views
from portraits.cli.options import HERE, Folder, Json, PageNumber, PageSize, opened, who
from portraits.cli.screen import Screen
from portraits.cli.values import Values, valued

if TYPE_CHECKING:
    from portraits.app.audiences.audiences import AudienceCount, AudienceLine, Exported, Verdict
    from portraits.app.audiences.rule import Told
    from portraits.app.customers.customers import CustomerList
    from portraits.engine.expressions import Explanation

Rule = Annotated[str, typer.Argument(metavar="RULE")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    audience = typer.Typer(no_args_is_help=True)
    audience.command("count")(count)
    audience.command("list")(members)
    audience.command("export")(export)
    audience_views.add(audience)
    app.add_typer(audience, name="audience")
    app.command()(explain)


def count(rule: Rule, workspace: Folder = HERE, as_json: Json = False) -> None:
    """Count who a rule chooses."""
    from portraits.app import records
    from portraits.app.audiences import audiences

    place, screen = opened(workspace, as_json)
    screen.show(audiences.count(place, rule), _counted, records.count)


def members(
    rule: Annotated[str, typer.Argument(metavar="RULE")] = "",
    page: PageNumber = 1,
    size: PageSize = 50,
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """List who a rule chooses, or the audiences there are."""
    from portraits.app import records
    from portraits.app.audiences import audience_records, audiences

    place, screen = opened(workspace, as_json)
    if rule:
        found = audiences.members(place, rule, page, size)
        screen.show(found, valued(place, _members), records.customers)
    else:
        screen.show(audiences.audiences(place), _audiences, audience_records.audiences)


def export(
    rule: Rule,
    to: Annotated[Path, typer.Option("--to", metavar="FILE")],
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Write who a rule chooses to a file."""
    from portraits.app.audiences import audiences

    place, screen = opened(workspace, as_json)
    screen.show(audiences.export(place, rule, to, **who()), _exported)


def explain(
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER")],
    rule: Rule,
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Show why a rule chooses a customer or does not."""
    from portraits.app.audiences import audiences
    from portraits.app.audiences.rule import told

    place, screen = opened(workspace, as_json)
    found = audiences.explain(place, rule, customer)
    screen.show(
        found, lambda screen, found: _explained(Values.of(place, screen), found, told(place, found.explanation))
    )


def _counted(screen: Screen, found: AudienceCount) -> None:
    screen.line(screen.value(found.sentence))
    screen.say("audience-count", "done", n=found.n, base=found.base, share=f"{found.share:.1%}")


def _audiences(screen: Screen, found: Sequence[AudienceLine]) -> None:
    if not found:
        screen.say("audience-list", "none")
        return
    rows = [(each.name, each.title, each.rule, each.count.n if each.count else None) for each in found]
    screen.table("audience-list", ("audience", "title", "rule_text", "customers"), rows)


def _members(values: Values, found: CustomerList) -> None:
    screen = values.screen
    heads = [screen.word("audience-list", "customer"), screen.word("audience-list", "name")]
    heads += [screen.value(column.title) for column in found.columns]
    rows = [
        (row.person.customer_id, row.person.name, *map(values.tag, found.columns, row.values)) for row in found.rows
    ]
    screen.table("audience-list", heads, rows)
    screen.say("audience-count", "done", n=found.total, base=found.base, share=f"{found.total / (found.base or 1):.1%}")


def _exported(screen: Screen, made: Exported) -> None:
    screen.say("audience-export", "done", n=made.rows, columns=made.columns, to=str(made.path))


def _explained(values: Values, found: Verdict, words: Mapping[str, Told]) -> None:
    """The rule, then each condition in words with what became of it and the value it looked at."""
    screen = values.screen
    screen.line(screen.value(found.sentence))
    if found.listed is not None:
        screen.say("explain", "listed" if found.listed else "not_listed")
    for depth, each in _parts(found.explanation):
        said = words[each.text]
        value = values.tag(said.tag, each.value) if said.tag else screen.value(each.value)
        known = "" if each.group else f"  ({screen.value(said.tag.title) if said.tag else each.subject} = {value})"
        screen.line(f"{'  ' * depth}{screen.word('explain', each.verdict)}: {screen.value(said.sentence)}{known}")


def _parts(explanation: Explanation, depth: int = 0) -> Iterator[tuple[int, Explanation]]:
    """An explanation and all within it, each with its depth."""
    yield depth, explanation
    for part in explanation.parts:
        yield from _parts(part, depth + 1)
