"""The commands of cleaning and matching: what was repaired, what was learnt, who lives together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from portraits.cli.options import HERE, Folder, Json, PageNumber, opened, who
from portraits.cli.screen import Screen

if TYPE_CHECKING:
    from portraits.app.identity.households import Household, HouseholdOf, Households
    from portraits.app.identity.models import Asked, LevelLearnt, Models
    from portraits.app.identity.repairs import RepairedValues, Repairs

Whose = Annotated[str, typer.Argument(metavar="[ID]")]


def repairs(
    customer: Whose = "",
    field: Annotated[str, typer.Option("--field", metavar="FIELD")] = "",
    note: Annotated[str, typer.Option("--note", metavar="NAME")] = "",
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Show what cleaning repaired and flagged."""
    from portraits.app.identity import matching_records
    from portraits.app.identity import repairs as use

    place, screen = opened(workspace, as_json)
    if customer:
        screen.show(use.customer_repairs(place, customer), _values, matching_records.repaired_values)
    elif field or note:
        screen.show(use.repaired_values(place, field, note), _values, matching_records.repaired_values)
    else:
        screen.show(use.repairs(place), _counts, matching_records.repairs)


def households(
    customer: Whose = "",
    page: PageNumber = 1,
    size: Annotated[int, typer.Option("--size", min=1, max=100)] = 20,
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Show customers who live together."""
    from portraits.app.identity import households as use
    from portraits.app.identity import matching_records

    place, screen = opened(workspace, as_json)
    if customer:
        screen.show(use.household_of(place, customer), _household_of, matching_records.household_of)
    else:
        screen.show(use.households(place, page, size), _households, matching_records.households)


def models(workspace: Folder = HERE, as_json: Json = False) -> None:
    """Show what matching has learnt."""
    from portraits.app.identity import matching_records
    from portraits.app.identity import models as use

    place, screen = opened(workspace, as_json)
    screen.show(use.models(place), _models, matching_records.models)


def retrain(workspace: Folder = HERE, as_json: Json = False) -> None:
    """Let the next build learn anew how records are compared."""
    from portraits.app.identity import matching_records
    from portraits.app.identity import models as use

    place, screen = opened(workspace, as_json)
    done = use.retrain(place, **who())
    screen.show(done, _asked, matching_records.asked)


COMMANDS = (repairs, households, models, retrain)


def _counts(screen: Screen, found: Repairs) -> None:
    rows = [(each.column.name, each.note.name, each.note.said, each.records, each.unusable) for each in found.counts]
    screen.table("identity", ("field", "note", "said", "records", "unusable"), rows)
    screen.say("identity", "repaired", n=found.repaired, records=found.records)


def _values(screen: Screen, found: RepairedValues) -> None:
    rows = []
    for each in found.values:
        said = ", ".join(screen.value(note.said) for note in each.notes)
        rows.append((each.record_id, each.column.title, each.raw, each.clean, said))
    screen.table("identity", ("record", "field", "written", "clean", "said"), rows)
    screen.say("identity", "values", n=len(found.values), total=found.total)


def _households(screen: Screen, found: Households) -> None:
    _members(screen, found.households)
    told = {"n": found.total, "customers": found.customers}
    screen.say("identity", "households", page=found.page, pages=found.pages, **told)


def _household_of(screen: Screen, found: HouseholdOf) -> None:
    if found.household:
        _members(screen, [found.household])
    else:
        screen.say("identity", "alone", customer=found.customer_id)


def _members(screen: Screen, found: Iterable[Household]) -> None:
    rows = [
        (each.household, one.customer_id, one.name, ", ".join(screen.word("identity", way) for way in one.shared))
        for each in found
        for one in each.members
    ]
    screen.table("identity", ("household", "customer", "name", "shared"), rows)


def _models(screen: Screen, found: Models) -> None:
    for each in found.models:
        told = {"records": each.records, "again": each.compared_again, "link": each.link, "review": each.review}
        screen.say("identity", f"model_{each.way}", title=each.title, **told)
        rows = [
            (comparison.title, level.title, f"{level.among_true:.2%}", f"{level.among_strangers:.2g}", _worth(level))
            for comparison in each.comparisons
            for level in comparison.levels
        ]
        screen.table("identity", ("compared", "level", "among_true", "among_strangers", "weight"), rows)
        stopped = [(one.field, one.most, one.values, one.records) for one in each.guards]
        if stopped:
            screen.table("identity", ("stopped", "most", "values_stopped", "records"), stopped)
    if found.asked:
        screen.say("identity", "retrain_waits")


def _worth(level: LevelLearnt) -> str:
    return f"{level.weight:+.1f}" + ("*" if level.by_rarity else "")


def _asked(screen: Screen, done: Asked) -> None:
    screen.say("identity", "retrained", training=done.training)
