"""Mending: rejected rows go out as a table, come back mended, and are counted all the way."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portraits.app.mending import _alive, _inert
from portraits.app.sources import batches, export_rejects, load, rejects, replay, undo
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import BadInput
from tests.app.company import BAD, GOOD, NOW, shop, till
from tests.app.test_sources import amounts


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A shop with two good rows and two rejected ones."""
    made = shop(tmp_path / "shop", a=GOOD + BAD)
    load(made, actor="ann", now=NOW)
    return made


def exported(workspace: Workspace, to: Path) -> list[dict[str, str]]:
    export_rejects(workspace, 1, to)
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
    assert (second["qty"], second["note"], second["_reason"]) == ("-1", "客户", "order_id is needed, and missing")


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
        (b"ticket\xff\xff\xff\n", "is not text"),
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
    assert replay(workspace, 1, mended(tmp_path / "m.csv", [row | {"ticket": "2"}]), actor="ann").rows_landed == 1
    assert amounts(workspace) == [2.5, 2.5]


@given(st.text(alphabet="'=+-@|% \t\r\n\x00ab1.,＝", max_size=8))
def test_whatever_is_made_inert_comes_back_as_it_was(cell: str) -> None:
    written = _inert(cell)
    assert (_alive(written) or "") == cell
    assert written.lstrip()[:1] not in {"=", "@", "|", "＝"}
