"""The target of the metric: written into the settings with their comments kept, or refused with a reason."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from portraits.app.home.target import Aim, drop_target, set_target
from portraits.app.home.today import today
from portraits.engine.audit import entries
from portraits.engine.settings import Target
from portraits.engine.store import Store
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import BadInput, DefinitionError
from tests.app.home.test_today import built
from tests.faces.little import little_shop

NOW = datetime(2026, 4, 1, 8, tzinfo=UTC)


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    little_shop(tmp_path)
    path = tmp_path / "portraits.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("[settings]", "# Ours.\n[settings]", 1), encoding="utf-8")
    return Workspace(tmp_path)


def written(place: Workspace) -> str:
    return (place.folder / "portraits.toml").read_text(encoding="utf-8")


def test_a_target_is_written_beside_what_people_wrote(place: Workspace) -> None:
    aim = set_target(place, "120000", "2026-12-31", "revenue", actor="ann", now=NOW)
    assert aim == Aim("revenue", Target(amount=120000, by=date(2026, 12, 31)))
    assert "# Ours.\n[settings]" in written(place)
    assert "target = {amount = 120000, by = 2026-12-31}" in written(place).replace("{ ", "{").replace(" }", "}")
    with Store.open(place.store) as store:
        assert [(each.actor, each.subject) for each in entries(store)][-1:] == [("ann", "settings")]


def test_without_a_metric_that_of_the_settings_stays(place: Workspace) -> None:
    set_target(place, 12.5, "2026-12-31", "retained customers", actor="ann", now=NOW)
    assert set_target(place, 50, "2026-06-30", actor="ann", now=NOW).metric == "retained customers"


def test_a_target_is_taken_away_and_the_metric_stays(place: Workspace) -> None:
    set_target(place, 50, "2026-06-30", "revenue", actor="ann", now=NOW)
    assert drop_target(place, actor="ann", now=NOW) == Aim("revenue", None)
    assert "target" not in written(place)


@pytest.mark.parametrize(
    ("amount", "by", "fields"),
    [
        ("much", "soon", ["amount", "by"]),
        (0, "2026-12-31", ["amount"]),
        (float("inf"), "2026-12-31", ["amount"]),
        ("", "2026-02-30", ["amount", "by"]),
    ],
)
def test_what_cannot_be_a_target_is_named_and_nothing_is_written(
    place: Workspace, amount: float | str, by: str, fields: list[str]
) -> None:
    before = written(place)
    with pytest.raises(DefinitionError) as error:
        set_target(place, amount, by, actor="ann", now=NOW)
    assert [fault.field for fault in error.value.faults] == fields
    assert written(place) == before


def test_a_metric_that_there_is_not_is_told(place: Workspace) -> None:
    with pytest.raises(BadInput, match="Did you mean revenue"):
        set_target(place, 50, "2026-06-30", "revenu", actor="ann", now=NOW)


def test_the_first_page_holds_the_value_against_it_at_once(tmp_path: Path) -> None:
    workspace = built(tmp_path)
    set_target(workspace, 1000, "2026-06-30", "revenue", actor="ann", now=NOW)
    kpi = today(workspace, now=NOW).kpi
    assert kpi is not None
    assert [said.key for said in kpi.said] == ["kpi.short"]
    assert kpi.share == pytest.approx(0.689, abs=0.001)


def test_a_target_of_what_cannot_be_measured_is_said_to_be_one(tmp_path: Path) -> None:
    workspace = built(tmp_path)
    set_target(workspace, 1000, "2026-06-30", "profit", actor="ann", now=NOW)
    kpi = today(workspace, now=NOW).kpi
    assert kpi is not None
    assert (kpi.metric, kpi.target, kpi.aimed) == ("revenue", None, Target(amount=1000, by=date(2026, 6, 30)))
    assert [said.key for said in kpi.said] == ["kpi.of_another"]
