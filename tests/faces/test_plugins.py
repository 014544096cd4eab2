"""A workspace's own kinds: a source and a tag of one plug-in file, seen on the command line and on the pages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portraits.cli.program import run
from portraits.engine.workspace import Workspace
from portraits.sources.source import Source
from portraits.tags.tag import Tag
from tests.faces.visits import text, visitor

PLUGIN = '''
"""What this shop alone has: orders on tapes, and how far a customer's orders lie apart."""

import datetime

import pyarrow as pa

from portraits.sources.source import Part, Source
from portraits.tags import piece
from portraits.tags.tag import Tag


class Tape(Source, kind="tape"):
    """Orders read from a tape."""

    amounts: list[int]

    def parts(self, place):
        identity = f"tape-{len(self.amounts)}"
        if identity not in place.landed:
            schema = pa.schema(
                [("_row", pa.int64()), ("who", pa.string()), ("at", pa.timestamp("us")), ("sum", pa.int64())]
            )
            yield Part("tape", schema, self._rows(schema), identity)

    def _rows(self, schema):
        at = datetime.datetime(2026, 1, 1)
        rows = [{"_row": n, "who": f"c{n % 2}", "at": at, "sum": sum} for n, sum in enumerate(self.amounts, 1)]
        yield pa.RecordBatch.from_pylist(rows, schema=schema)


class Span(Tag, kind="span"):
    """The distance from the smallest to the largest value of a customer's rows."""

    table: str
    of: str

    def pieces(self, name):
        return (piece.Fact(name, self.table, f"max({self.of}) - min({self.of})"),)
'''
DEFINITIONS = """
[settings]
title = "Tape shop"
business = "retail"
currency = "CNY"
packs = []

[sources.tapes]
kind = "tape"
amounts = [10, 20, 70, 25]

[mappings.tapes]
source = "tapes"
table = "orders"
columns = { order_id = "concat(who, '-', text(sum))", record_id = "who", ordered_at = "at", amount = "sum" }

[tags.distance]
kind = "span"
title = { en = "Distance of orders", zh = "订单金额跨度" }
group = "consumption"
unit = "money"
table = "orders"
of = "amount"
"""

Typed = Callable[..., str]


@pytest.fixture(scope="module", autouse=True)
def _no_kinds_left() -> Iterator[None]:
    """What a plug-in names is known in the whole process."""
    yield
    Source.kinds.pop("tape", None)
    Tag.kinds.pop("span", None)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    (folder / "plugins").mkdir()
    (folder / "plugins" / "own.py").write_text(PLUGIN, encoding="utf-8")
    (folder / "portraits.toml").write_text(DEFINITIONS, encoding="utf-8")
    return folder


@pytest.fixture
def typed(shop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Types a command line in the shop and gives what it printed."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.delenv("PORTRAITS_LANG", raising=False)

    def type_(*arguments: str) -> str:
        assert run([*arguments, "-w", str(shop)]) == 0, capsys.readouterr().err
        return capsys.readouterr().out

    return type_


def test_both_kinds_are_listed_with_their_fields(typed: Typed) -> None:
    told = {(each["family"], each["kind"]): each for each in json.loads(typed("kinds", "--json"))}
    tape, span = told["source", "tape"], told["tag", "span"]
    assert tape["about"] == "Orders read from a tape."
    assert "amounts" in {each["name"] for each in tape["fields"]}
    assert {"table", "of"} <= {each["name"] for each in span["fields"]}
    assert "Orders read from a tape." in typed("kinds", "source")
    assert "span" in typed("kinds", "tag")


def test_from_the_plugged_in_source_to_the_plugged_in_tag_on_the_command_line(typed: Typed) -> None:
    assert "no fault" in typed("check")
    assert "4 rows read: 4 landed, 0 rejected." in typed("load")
    assert "2 customers" in typed("build")
    assert "Distance of orders" in typed("tags")
    told = typed("tags", "distance")
    assert "Kind: span" in told
    assert "From the columns: orders.amount" in told
    assert "¥60" in typed("portrait", "c1")
    why = typed("why", "c1", "distance")
    assert "max(amount) - min(amount)" in why
    assert "2 of 2 rows" in why  # each row once, though orders are all there is
    assert "订单金额跨度" in typed("--lang", "zh", "portrait", "c0")


def test_both_are_on_the_pages(shop: Path, typed: Typed) -> None:
    typed("load")
    typed("build")
    with visitor(Workspace(shop)) as client:
        portrait = text(client.get("/customers/c1").text)
        why = text(client.get("/customers/c1/why/distance").text)
        chinese = text(client.get("/customers/c0?lang=zh").text)
    assert re.search(r"Distance of orders.{0,40}¥60", portrait)
    assert "max(amount) - min(amount)" in why
    assert "¥70" in why and "¥10" in why
    assert re.search(r"订单金额跨度.{0,40}¥5", chinese)
