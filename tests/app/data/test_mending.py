"""Mending: rejected rows go out as a table, come back mended, and are counted all the way."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from portraits.app.data.mending import export_rejects, read_mended, write_rejects
from portraits.app.data.sources import batches, load, rejects, replay, undo
from portraits.engine.audit import entries
from portraits.engine.batches import Batch
from portraits.engine.landing import rows_file
from portraits.engine.store import Store
from portraits.engine.workspace import Workspace
from portraits.sources.rejects import Reject
from portraits.vocabulary.errors import BadInput
from tests.app.company import BAD, GOOD, NOW, shop, till
from tests.app.data.test_sources import amounts
from tests.app.test_exports import FORMULAS, PLAIN, live


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A shop with two good rows and two rejected ones."""
    made = shop(tmp_path / "shop", a=GOOD + BAD)
    load(made, actor="ann", now=NOW)
    return made


def exported(workspace: Workspace, to: Path) -> list[dict[str, str]]:
    export_rejects(workspace, 1, to, actor="ann", now=datetime(2026, 3, 1, 20, tzinfo=UTC))
    with to.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def mended(path: Path, rows: list[dict[str, str]], encoding: str = "utf-8-sig", delimiter: str = ",") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_rejected_rows_go_out_with_their_columns_and_reasons_inert_in_a_spreadsheet(
    workspace: Workspace, tmp_path: Path
) -> None:
    first, second = exported(workspace, tmp_path / "bad.csv")
    assert (first["ticket"], first["price"], first["_row"], first["_field"]) == ("2", "dear", "3", "amount")
    assert first["note"] == "'=1+1"
    assert (second["qty"], second["note"], second["_reason"]) == ("'-1", "客户", "order_id is needed, and missing")


@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-8-sig", ","), ("utf-8", ";"), ("gb18030", "\t")])
def test_mended_rows_are_loaded_and_no_longer_rejected(
    workspace: Workspace, tmp_path: Path, encoding: str, delimiter: str
) -> None:
    first, second = exported(workspace, tmp_path / "bad.csv")
    first["price"], second["ticket"] = "6", "7"
    file = mended(tmp_path / "mended.csv", [first, second], encoding, delimiter)
    batch = replay(workspace, 1, file, actor="ann", now=NOW)
    assert (batch.parent, batch.rows_read, batch.rows_landed, batch.rows_rejected) == (1, 2, 2, 0)
    assert rejects(workspace, 1) == []
    assert amounts(workspace) == [-3.5, 4.2, 6, 7]


def test_a_field_of_two_hundred_kilobytes_is_mended_too(workspace: Workspace, tmp_path: Path) -> None:
    first, _ = exported(workspace, tmp_path / "bad.csv")
    file = mended(tmp_path / "mended.csv", [first | {"price": "6", "note": "很长" * 100_000}])
    batch = replay(workspace, 1, file, actor="ann", now=NOW)
    path = rows_file(workspace, batch.source, batch.name)
    assert pq.read_table(path)["note"].to_pylist() == ["很长" * 100_000]


def test_mended_rows_are_parsed_by_a_fenced_child(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = exported(workspace, tmp_path / "bad.csv")
    file = mended(tmp_path / "mended.csv", [first | {"price": "6"}])
    monkeypatch.setattr(csv, "reader", None)  # the parent reads no text itself
    monkeypatch.setattr(csv, "DictReader", None)
    assert replay(workspace, 1, file, actor="ann", now=NOW).rows_landed == 1


def test_what_is_still_wrong_stays_rejected_and_the_rest_counts(workspace: Workspace, tmp_path: Path) -> None:
    first, second = exported(workspace, tmp_path / "bad.csv")
    first["price"] = "6"
    batch = replay(workspace, 1, mended(tmp_path / "mended.csv", [first, second]), actor="ann", now=NOW)
    assert (batch.rows_landed, batch.rows_rejected) == (1, 1)
    assert [reject.row for reject in rejects(workspace, 1)] == [4]
    assert [reject.row for reject in rejects(workspace, batch.id)] == [4]
    with pytest.raises(BadInput, match="row 3 is not a rejected row"):
        replay(workspace, 1, mended(tmp_path / "mended.csv", [first]), actor="ann", now=NOW)


def test_replayed_rows_go_with_the_batch_they_belong_to(workspace: Workspace, tmp_path: Path) -> None:
    first, _ = exported(workspace, tmp_path / "bad.csv")
    replay(workspace, 1, mended(tmp_path / "mended.csv", [first | {"price": "6"}]), actor="ann", now=NOW)
    till(workspace.folder, "a", GOOD)
    load(workspace, actor="ann", now=NOW)
    assert [batch.counts for batch in batches(workspace)] == [False, False, True]
    undo(workspace, 3, actor="ann", now=NOW)
    assert [batch.counts for batch in batches(workspace)] == [True, True, False]
    assert len(undo(workspace, 1, actor="ann", now=NOW)) == 2


def test_replaying_rows_that_are_undone_can_be_done_again(workspace: Workspace, tmp_path: Path) -> None:
    first, _ = exported(workspace, tmp_path / "bad.csv")
    file = mended(tmp_path / "mended.csv", [first | {"price": "6"}])
    batch = replay(workspace, 1, file, actor="ann", now=NOW)
    undo(workspace, batch.id, actor="ann", now=NOW)
    assert len(rejects(workspace, 1)) == 2
    assert replay(workspace, 1, file, actor="ann", now=NOW).rows_landed == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "does not have the columns"),
        (b"ticket,_row\n1,3\n", "does not have the columns"),
        (b"ticket,card,sku,qty,price,at,note,_row\n1,c,s,1,1,2026-01-01,,1\n", "row 1 is not a rejected row"),
        (b"ticket,card,sku,qty,price,at,note,_row\n1,c,s,1,1,2026-01-01,,x\n", "row x is not a rejected row"),
        (b'ticket,card,sku,qty,price,at,note,_row\n1,c,s,1,1,2026-01-01,"x"y,3\n', "cannot be read as CSV"),
        (b"ticket\xff\xff\xff\n", "encoding of mended.csv is not known"),
        (b"ticket,card,sku,qty,price,at,note,_row\n1,c\n", "line 2: 2 fields where the header has 8"),
    ],
)
def test_a_file_that_is_not_the_mended_rows_is_refused(
    workspace: Workspace, tmp_path: Path, content: bytes, said: str
) -> None:
    (tmp_path / "mended.csv").write_bytes(content)
    with pytest.raises(BadInput, match=said):
        replay(workspace, 1, tmp_path / "mended.csv", actor="ann", now=NOW)
    assert len(batches(workspace)) == 1


def test_rows_that_could_not_be_taken_apart_are_exported_as_written(tmp_path: Path) -> None:
    workspace = shop(tmp_path / "shop", a=GOOD + "9,c1,milk\n")
    load(workspace, actor="ann", now=NOW)
    [row] = exported(workspace, tmp_path / "bad.csv")
    assert (row["ticket"], row["_raw"], row["_row"]) == ("", "9,c1,milk", "3")
    fixed = {**row, "ticket": "9", "sku": "milk", "qty": "1", "price": "2", "at": "2026-01-09"}
    batch = replay(workspace, 1, mended(tmp_path / "mended.csv", [fixed]), actor="ann", now=NOW)
    assert batch.rows_landed == 1


def test_mended_rows_of_a_typed_file_are_of_its_types(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    workspace = shop(tmp_path / "shop")
    text = (workspace.folder / "portraits.toml").read_text().replace("till/*.csv", "till/a.parquet")
    (workspace.folder / "portraits.toml").write_text(text)
    rows = [{"ticket": t, "card": 7, "sku": "m", "qty": 1, "price": 2.5, "at": NOW, "note": None} for t in (1, None)]
    pq.write_table(pa.Table.from_pylist(rows), workspace.folder / "till" / "a.parquet")
    load(Workspace(workspace.folder), actor="ann", now=NOW)
    [row] = exported(workspace, tmp_path / "bad.csv")
    half = replay(workspace, 1, mended(tmp_path / "m.csv", [row | {"ticket": "two"}]), actor="ann", now=NOW)
    [reject] = rejects(workspace, half.id)
    assert (half.rows_rejected, reject.field, reject.reason) == (1, "ticket", "value")
    assert (
        replay(workspace, 1, mended(tmp_path / "m.csv", [row | {"ticket": "2"}]), actor="ann", now=NOW).rows_landed == 1
    )
    assert amounts(workspace) == [2.5, 2.5]


BATCH = Batch(1, "till", "a.csv", "", 0, 0, 0, NOW, "ann", columns={"cell": "VARCHAR", "day": "VARCHAR"})


def passed_through(cells: Sequence[str], path: Path, name: str = "cell") -> list[str]:
    """What a replay reads of texts that an export wrote; nothing of them may be live in between."""
    batch = dataclasses.replace(BATCH, columns={name: "VARCHAR", "day": "VARCHAR"})
    rows = (Reject(n, "day", "nul", json.dumps({name: cell, "day": "1"})) for n, cell in enumerate(cells))
    assert write_rejects(rows, batch, path, "en") == len(cells)
    text = path.read_bytes().decode("utf-8-sig")
    written = list(csv.reader(io.StringIO(text, newline="")))
    assert [cell for row in written for cell in row if live(cell)] == []
    return [row[name] or "" for row in read_mended(path, path.parent)[1]]


def test_every_attack_and_every_plain_text_comes_back_as_it_was(tmp_path: Path) -> None:
    assert passed_through([*FORMULAS, *PLAIN], tmp_path / "bad.csv") == seen([*FORMULAS, *PLAIN])


def seen(cells: Sequence[str]) -> list[str]:
    """Texts as a file can hold them: a NUL by its sign."""
    return [cell.replace("\0", "␀") for cell in cells]


def test_fifty_thousand_random_texts_are_inert_and_come_back(tmp_path: Path) -> None:
    chance = random.Random(20260301)
    letters = "=+-@|%'＝＋－＠｜％−＇ \t\r\n\x00\ufeff\u3000\u200b\u202e\u00ad\u00a0ab1中\x0b\x1f\"，,;"
    cells = ["".join(chance.choices(letters, k=chance.randrange(0, 9))) for _ in range(50_000)]
    assert passed_through(cells, tmp_path / "bad.csv") == seen(cells)


@pytest.mark.parametrize(
    "name", [*(each for each in FORMULAS if "\0" not in each), "a;b;c", "x\ty\tz", 'say "x"', "'quoted"]
)
def test_the_name_of_a_column_is_inert_and_comes_back(name: str, tmp_path: Path) -> None:
    assert passed_through(["=1", "2"], tmp_path / "bad.csv", name) == ["=1", "2"]


def test_a_row_that_is_no_record_is_inert_as_written(tmp_path: Path) -> None:
    write_rejects(
        [Reject(1, "", "field_count", "\u200b=1+1", {"found": 1, "expected": 2})], BATCH, tmp_path / "b", "zh"
    )
    [row] = csv.DictReader((tmp_path / "b").read_text(encoding="utf-8-sig").splitlines())
    assert (row["_raw"], row["_reason"]) == ("'\u200b=1+1", "有 1 个字段，表头为 2 个")


def test_who_takes_rejected_rows_away_is_in_the_audit_trail(workspace: Workspace, tmp_path: Path) -> None:
    exported(workspace, tmp_path / "bad.csv")
    with Store.open(workspace.store) as store:
        last = entries(store)[-1]
    assert (last.actor, last.action, last.subject) == ("ann", "export", "bad.csv")
    assert last.at == datetime(2026, 3, 2, 4)  # as the shop's clocks show it
    assert last.detail == {"batch": 1, "format": "csv", "rows": 2}
