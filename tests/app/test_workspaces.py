"""Workspaces: made whole, opened by their first file, checked to the last fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from portraits.app.data.sources import load
from portraits.app.definitions import definitions
from portraits.app.workspaces import check, init, open_workspace
from portraits.engine.settings import BUSINESSES, GOALS, MEASURED_BY, PACKS
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import DefinitionError, NotFound, Refused
from tests.app.company import DEFINITIONS, GOOD, HEAD, NOW, shop, till, write


def told(folder: Path) -> list[str]:
    return [str(fault) for fault in check(folder)]


@pytest.mark.parametrize("business", BUSINESSES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_new_workspace_has_no_fault_and_says_what_was_chosen(tmp_path: Path, business: str, language: str) -> None:
    made = init(
        tmp_path / "shop",
        business,  # type: ignore[arg-type]
        title='Ann\'s "Shop" $1 \\ 小店',
        language=language,  # type: ignore[arg-type]
        time_zone="Asia/Shanghai",
        currency="CNY",
        week_starts="sunday",
    )
    assert told(made.folder) == []
    settings = definitions(made).settings
    assert settings.title.en == 'Ann\'s "Shop" $1 \\ 小店'
    assert (settings.business, settings.language, settings.currency) == (business, language, "CNY")
    assert settings.packs == PACKS[settings.business]
    text = (made.folder / "portraits.toml").read_text(encoding="utf-8")
    assert ("业务模式" in text) == (language == "zh")
    assert (made.folder / ".gitignore").read_text() == "data/\n"
    assert not made.data.exists()


@pytest.mark.parametrize("goal", GOALS)
def test_the_goal_is_written_down_with_the_metric_that_measures_it(tmp_path: Path, goal: str) -> None:
    settings = definitions(init(tmp_path / "a", goal=goal)).settings  # type: ignore[arg-type]
    assert (settings.goal, settings.metric) == (goal, MEASURED_BY[settings.goal])
    assert definitions(init(tmp_path / "b", metric="revenue")).settings.metric == "revenue"


def test_what_the_template_proposes_is_right_when_its_comment_signs_are_taken_off(tmp_path: Path) -> None:
    for language in ("en", "zh"):
        made = init(tmp_path / language, language=language)
        path = made.folder / "portraits.toml"
        lines = path.read_text(encoding="utf-8").splitlines()
        code = [line.removeprefix("# ") for line in lines if line.startswith(("# [", "# packs", "# into", "# window"))]
        keys = [
            line.removeprefix("# ") for line in lines if line.startswith("# ") and '" ' not in line and ' = "' in line
        ]
        assert len(code) >= 6
        assert len(keys) >= 8
        path.write_text("\n".join(line.removeprefix("# ") if line.removeprefix("# ") in {*code, *keys} else line
                                  for line in lines), encoding="utf-8")  # fmt: skip
        assert told(made.folder) == []


def test_a_folder_that_holds_something_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(Refused, match="is not empty"):
        init(tmp_path)
    with pytest.raises(Refused):
        init(tmp_path / "notes.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    (tmp_path / "new" / ".git").mkdir(parents=True)
    assert init(tmp_path / "new").folder.name == "new"


def test_settings_that_cannot_be_are_told_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="Did you mean Asia/Shanghai"):
        init(tmp_path / "shop", time_zone="Asia/Shangai")
    assert not (tmp_path / "shop").exists()


def test_a_folder_without_a_workspace_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="portraits init"):
        open_workspace(tmp_path)
    init(tmp_path / "shop")
    assert isinstance(open_workspace(tmp_path / "shop"), Workspace)


def test_every_expression_is_checked_against_what_it_may_name(tmp_path: Path) -> None:
    shop(tmp_path, a=GOOD)
    write(tmp_path, DEFINITIONS.replace('"ticket"', '"tickt"').replace('"qty"', '"qty +"'), "portraits.toml")
    write(
        tmp_path,
        """
[mappings.people]
source = "tll"
table = "people"
columns = { record_id = "id" }
[tags.large]
title = "x"
kind = "fact"
table = "orders"
value = "sum(amont)"
[tags.loop]
title = "x"
kind = "rule"
value = "loop + 1"
[tags.after]
title = "x"
kind = "rule"
when = "large > 3"
[audiences.a]
title = "x"
rule = "large > 1 and orders_al > 2"
[audiences.b]
title = "x"
rule = "recency_days"
[segments.s]
title = "x"
kind = "tag"
of = "lifecycl"
""",
    )
    found = told(tmp_path)
    for expected in (
        "[mappings.lines.columns.order_id]: 'tickt'",
        "[mappings.lines.columns.quantity]",
        "more.toml:3 [mappings.people.source]: there is no source tll. Did you mean till?",
        "more.toml:10 [tags.large.value]: 'amont'",
        "loop -> loop",
        "more.toml:21 [audiences.a.rule]: 'orders_al'",
        "more.toml:24 [audiences.b.rule]",
        "more.toml:28 [segments.s.of]: there is no tag lifecycl. Did you mean lifecycle?",
    ):
        assert any(expected in each for each in found), expected
    assert len(found) == 8
    assert not any("tags.after" in each for each in found)


def test_columns_are_known_from_landed_rows_and_from_files_that_lie_ready(tmp_path: Path) -> None:
    workspace = shop(tmp_path, a=GOOD)
    load(workspace, actor="ann", now=NOW)
    (tmp_path / "till" / "a.csv").unlink()
    assert told(tmp_path) == []
    write(tmp_path, DEFINITIONS + 'discount = "rebate"\n', "portraits.toml")
    assert any("rebate" in each for each in told(tmp_path))
    till(tmp_path, "b", "", HEAD.replace("note", "note,rebate"))
    assert told(tmp_path) == []


def test_with_no_row_to_look_at_only_the_form_of_expressions_is_checked(tmp_path: Path) -> None:
    shop(tmp_path)
    assert told(tmp_path) == []
    write(tmp_path, DEFINITIONS.replace("price * qty", "price * "), "portraits.toml")
    assert len(told(tmp_path)) == 1


def test_lines_without_time_and_without_orders_are_a_fault(tmp_path: Path) -> None:
    shop(tmp_path)
    write(tmp_path, DEFINITIONS.replace('ordered_at = "at"\n', ""), "portraits.toml")
    assert "order_lines needs the column ordered_at" in told(tmp_path)[0]


def test_the_customer_key_is_an_expression_over_people(tmp_path: Path) -> None:
    shop(tmp_path)
    for key, wrong in (("lower(emial)", True), ("lower(email)", False)):
        text = DEFINITIONS.replace('currency = "CNY"', f'currency = "CNY"\ncustomer_key = "{key}"')
        write(tmp_path, text, "portraits.toml")
        found = told(tmp_path)
        assert bool(found) == wrong
        assert not wrong or "[settings.customer_key]" in found[0]


@pytest.mark.parametrize(
    "key", ["age_in_years(birth_date)", "days_since(created_at)", "case when created_at < as_of then email end"]
)
def test_a_customer_key_that_changes_from_day_to_day_is_refused(tmp_path: Path, key: str) -> None:
    shop(tmp_path)
    text = DEFINITIONS.replace('currency = "CNY"', f'currency = "CNY"\ncustomer_key = "{key}"')
    write(tmp_path, text, "portraits.toml")
    (found,) = told(tmp_path)
    assert "[settings.customer_key]: a customer's key must be the same at every moment" in found
