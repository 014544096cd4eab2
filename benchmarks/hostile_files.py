"""Hostile files: each made to hurt who reads it, with what a careful reader makes of it."""

from __future__ import annotations

import gzip
import io
import json
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

REFUSED = "refused"
_MB = 1 << 20


@dataclass(frozen=True)
class Hostile:
    """A hostile file: its name, its bytes, and the rows that land and are rejected (or REFUSED)."""

    name: str
    make: Callable[[], bytes]
    expected: tuple[int, int] | str
    options: dict[str, Any] = field(default_factory=dict)

    def write(self, folder: Path) -> Path:
        """Make the file."""
        path = folder / self.name
        path.write_bytes(self.make())
        return path


def _rows(count: int, start: int = 1, text: str = "name {}") -> str:
    return "".join(f"{number},{text.format(number)},{number / 4}\n" for number in range(start, start + count))


def _csv(body: str, encoding: str = "utf-8") -> Callable[[], bytes]:
    return lambda: ("id,name,amount\n" + body).encode(encoding)


def _bytes(body: bytes) -> Callable[[], bytes]:
    return lambda: body


def texts() -> Iterator[Hostile]:
    """Delimited text."""
    head, tail = _rows(2500), _rows(2500, 2502)
    yield Hostile("quote_never_closed.csv", _csv(f'{head}2501,"open,1\n{tail}'), (5000, 1))
    yield Hostile("quote_in_the_last_row.csv", _csv(f'{head}2501,"open,1'), (2500, 1))
    quoted = _rows(2500, 2502, '"name {}"')
    yield Hostile("quote_closed_by_the_next_row.csv", _csv(f'{head}2501,"open,1\n{quoted}'), (5000, 1))
    yield Hostile("quote_in_every_row.csv", _csv(_rows(20_000, text='"open {}')), (0, 20_000))
    yield Hostile("quotes_in_the_middle.csv", _csv('1,5" screen,2\n2,say "hi",3\n'), (2, 0))
    yield Hostile("quotes_only.csv", _csv("1," + '"' * 200_000 + ",2\n2,b,3\n"), (2, 0))
    yield Hostile("lines_in_quotes.csv", _csv('1,"a\n\nb, ""c""",2\n\n2,"\r\n",3\n'), (2, 0))
    yield Hostile("gbk.csv", _csv(_rows(5000, text="客户张伟 {}"), "gbk"), (5000, 0))
    yield Hostile("gbk_said_to_be_utf8.csv", _csv(_rows(5000, text="客户 {}"), "gbk"), REFUSED, {"encoding": "utf-8"})
    broken = _csv(_rows(5000))().replace(b"name 4000", b"name \xff\xfe4000")
    yield Hostile("broken_utf8.csv", _bytes(broken), REFUSED)
    yield Hostile("latin1.csv", _csv(_rows(2000, text="M\u00fcller Ren\u00e9 {}"), "latin-1"), REFUSED)
    yield Hostile("overlong_utf8.csv", _bytes(b"id,name\n1,\xc0\x80\xc1\x81\n" * 50), REFUSED)
    yield Hostile("utf16.csv", _csv(_rows(500, text="客户 {}"), "utf-16"), (500, 0))
    yield Hostile("utf16_without_a_mark.csv", _csv(_rows(500), "utf-16-le"), REFUSED)
    yield Hostile("utf32.csv", _csv(_rows(500), "utf-32"), (500, 0))
    yield Hostile("mark_and_quotes.csv", _bytes(b'\xef\xbb\xbf"id","name"\n"1","a"\n'), (1, 0))
    yield Hostile("field_of_40_mb.csv", _csv(f"1,a,2\n2,{'x' * (40 * _MB)},3\n3,c,4\n"), (2, 1))
    yield Hostile("quoted_field_of_40_mb.csv", _csv(f'1,a,2\n2,"{"x" * (40 * _MB)}",3\n3,c,4\n'), (2, 1))
    yield Hostile("columns_20000.csv", _bytes((",".join(f"c{n}" for n in range(20_000)) + "\n").encode() * 2), REFUSED)
    yield Hostile("a_million_commas.csv", _csv("1,a,2\n" + "," * 1_000_000 + "\n3,c,4\n"), (2, 1))
    yield Hostile("twice_the_same_header.csv", _bytes(b"id,ID,,,_row\n1,2,3,4,5\n"), (1, 0))
    yield Hostile("nul_bytes.csv", _csv(_rows(10) + "11,a\0b,1\n" + _rows(10, 12)), (20, 1))
    yield Hostile("old_mac_lines.csv", lambda: _csv(_rows(1000))().replace(b"\n", b"\r"), (1000, 0))
    yield Hostile("mixed_lines.csv", _csv("1,a,2\r\n2,b,3\r3,c,4\n\n\r\n4,d,5"), (4, 0))
    yield Hostile("ragged.csv", _csv("1,a\n2,b,3\n3\n4,d,5,6\n5,e,6\n"), (2, 3))
    yield Hostile(
        "all_ragged.csv", _csv("1,a,2\n" * 3 + "1,2,3,4\n" * 200_000), (3, 200_000), {"skip": 0, "header": True}
    )
    yield Hostile("empty.csv", _bytes(b""), (0, 0))
    yield Hostile("blank_lines.csv", _bytes(b"\n\r\n" * 1000), (0, 0))
    yield Hostile("header_only.csv", _csv(""), (0, 0))
    yield Hostile("formulas.csv", _csv("1,=cmd|' /C calc'!A0,2\n2,@SUM(A1),3\n"), (2, 0))
    yield Hostile("picture.csv", _bytes(b"\x89PNG\r\n\x1a\n" + random.Random(1).randbytes(5000)), REFUSED)
    yield Hostile("noise.csv", _bytes(random.Random(2).randbytes(100_000)), REFUSED)
    yield Hostile("lite.csv", _bytes(b"SQLite format 3\0" + bytes(4000)), REFUSED)


def _gz(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def _gz_bomb() -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(bytes(_MB)) for _ in range(1024)) + packer.flush()


def _zip(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.csv", "w") as file:
        for _ in range(1024):
            file.write(bytes(_MB))
    return out.getvalue()


def _lying_zip() -> bytes:
    """A zip whose file is said to be small."""
    true = _zip({"a.csv": b"a,b\n" * (20 * _MB)})
    return true.replace(struct.pack("<I", 80 * _MB), struct.pack("<I", 1000))


def _locked_zip() -> bytes:
    """A zip whose file is marked as encrypted."""
    whole = bytearray(_zip({"a.csv": b"a,b\n1,2\n"}))
    whole[6] |= 1
    whole[whole.index(b"PK\x01\x02") + 8] |= 1
    return bytes(whole)


def packed() -> Iterator[Hostile]:
    """Packed files."""
    good = _csv(_rows(1000))
    yield Hostile("bomb.csv.gz", _gz_bomb, REFUSED)
    yield Hostile("cut.csv.gz", lambda: _gz(good())[:-400], REFUSED)
    yield Hostile("twice.csv.gz", lambda: _gz(_gz(good())), REFUSED)
    yield Hostile("not_packed.csv.gz", good, (1000, 0))
    yield Hostile("bomb.zip", _zip_bomb, REFUSED)
    yield Hostile("slip.zip", lambda: _zip({"../../etc/cron.d/a.csv": b"a,b\n1,2\n"}), REFUSED)
    yield Hostile("locked.zip", _locked_zip, REFUSED)
    yield Hostile("lying.zip", _lying_zip, REFUSED)
    yield Hostile("many.zip", lambda: _zip({f"{n}.csv": b"a\n1\n" for n in range(5000)}), REFUSED)
    yield Hostile("cut.zip", lambda: _zip({"a.csv": good()})[:-100], REFUSED)
    yield Hostile("zip_in_zip.zip", lambda: _zip({"a.zip": _zip({"a.csv": good()})}), REFUSED)


_NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_GOOD = '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c></row><row r="2"><c r="A2"><v>1</v></c></row>'


def workbook(rows: str = _GOOD, strings: str = "", head: str = "", more: dict[str, bytes] | None = None) -> bytes:
    """A workbook of one sheet, written by hand."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    files = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override '
        f'PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/><Override '
        f'PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/><Override '
        f'PartName="/xl/sharedStrings.xml" ContentType="{kind}.sharedStrings+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{_RELS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_NS}" xmlns:r="{_RELS}"><sheets>'
        '<sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{_RELS}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" '
        f'Type="{_RELS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'{head}<worksheet xmlns="{_NS}"><sheetData>{rows}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{_NS}">{strings}</sst>',
    }
    own = {name: text.encode() for name, text in files.items()}
    return _zip(own | {f"xl/{name}": each for name, each in (more or {}).items()})


def _far() -> bytes:
    return workbook(_GOOD + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


def _shared() -> bytes:
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 20_001))
    return workbook(cells, f"<si><t>{'x' * (5 * _MB)}</t></si>")


def _entities() -> bytes:
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "lol">{lines}]>'
    return workbook('<row r="1"><c r="A1" t="inlineStr"><is><t>&e9;</t></is></c></row>', head=head)


def _outside() -> bytes:
    head = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    return workbook('<row r="1"><c r="A1" t="inlineStr"><is><t>&e;</t></is></c></row>', head=head)


def _wide() -> bytes:
    return workbook('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>')


def _long_cell() -> bytes:
    row = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>{1}</t></is></c></row>'
    return workbook("".join(row.format(n, "x" * size) for n, size in enumerate((2, 5, 2 * _MB, 5), 1)))


def _encrypted() -> bytes:
    """A compound file, as a workbook with a password is."""
    return _old_noise() + "EncryptedPackage".encode("utf-16-le") + bytes(100)


def _old_noise() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + random.Random(3).randbytes(4000)


def workbooks() -> Iterator[Hostile]:
    """Workbooks."""
    yield Hostile("far_cell.xlsx", _far, REFUSED)
    yield Hostile("shared_string.xlsx", _shared, REFUSED)
    yield Hostile("entities.xlsx", _entities, REFUSED)
    yield Hostile("outside_entity.xlsx", _outside, REFUSED)
    yield Hostile("bomb.xlsx", lambda: workbook(more={"bomb": bytes(400 * _MB)}), REFUSED)
    yield Hostile("slip.xlsx", lambda: workbook(more={"../../../evil.xml": b"<a/>"}), REFUSED)
    yield Hostile("macro.xlsm", lambda: workbook(more={"vbaProject.bin": b"Sub AutoOpen()"}), (1, 0))
    yield Hostile("wide.xlsx", _wide, REFUSED)
    yield Hostile("long_cell.xlsx", _long_cell, (2, 1))
    yield Hostile("locked.xlsx", _encrypted, REFUSED)
    yield Hostile("noise.xls", _old_noise, REFUSED)
    yield Hostile("text.xlsx", _csv("1,a,2\n"), REFUSED)
    yield Hostile("workbook.csv", workbook, REFUSED)
    yield Hostile("cut.xlsx", lambda: workbook()[:-200], REFUSED)
    yield Hostile("no_sheet.xlsx", lambda: _zip({"[Content_Types].xml": b"<Types/>"}), REFUSED)


def _parquet(rows: int = 10_000) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    table = pa.table({"id": range(rows), "name": [f"name {n}" for n in range(rows)]})
    pq.write_table(table, out, write_page_checksum=True, compression="none", use_dictionary=False)
    return out.getvalue()


def _damaged() -> bytes:
    whole = bytearray(_parquet())
    middle = len(whole) // 2
    whole[middle : middle + 64] = bytes(byte ^ 0xFF for byte in whole[middle : middle + 64])
    return bytes(whole)


def _parquet_bomb() -> bytes:
    """Forty million equal rows in some kilobytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    table = pa.table({"x": pa.repeat(7, 1_000_000)})
    with pq.ParquetWriter(out, table.schema, compression="zstd") as writer:
        for _ in range(40):
            writer.write_table(table)
    return out.getvalue()


def _bad_text() -> bytes:
    """A Parquet file whose text is not UTF-8."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    text = pa.array([b"ok", b"\xff\xfe\xfa"], pa.binary())
    array = pa.Array.from_buffers(pa.string(), 2, text.buffers())
    pq.write_table(pa.table({"t": array}), out)
    return out.getvalue()


def columnar() -> Iterator[Hostile]:
    """Parquet."""
    yield Hostile("cut.parquet", lambda: _parquet()[:-2000], REFUSED)
    yield Hostile("cut_inside.parquet", lambda: _parquet()[:5000] + _parquet()[-2000:], REFUSED)
    yield Hostile("damaged.parquet", _damaged, REFUSED)
    yield Hostile("footer.parquet", lambda: _parquet()[:-8] + b"\xff\xff\xff\x7fPAR1", REFUSED)
    yield Hostile("text.parquet", _csv("1,a,2\n"), REFUSED)
    yield Hostile("bomb.parquet", _parquet_bomb, REFUSED)
    yield Hostile("bad_text.parquet", _bad_text, REFUSED)


def _long_line() -> bytes:
    good = '{"a": "x"}\n'
    return (good + json.dumps({"a": "x" * (40 * _MB)}) + "\n" + good).encode()


def lines() -> Iterator[Hostile]:
    """JSON lines."""
    good = '{"a": 1, "b": "x"}\n'
    bad = '{"a": 1\n[1, 2]\nnull\n{"a": NaN}\n{"a": "\\ud800"}\n{"a": "\\u0000"}\n'
    yield Hostile("bad_lines.jsonl", _bytes((good + bad + good).encode()), (2, 6))
    yield Hostile("deep.jsonl", _bytes((good + '{"a": ' + "[" * 200_000 + "\n" + good).encode()), (2, 1))
    yield Hostile("huge_number.jsonl", _bytes((good + '{"a": ' + "9" * 100_000 + "}\n").encode()), (1, 1))
    yield Hostile("line_of_40_mb.jsonl", _long_line, (2, 1))
    yield Hostile("keys_10000.jsonl", _bytes(json.dumps({f"k{n}": n for n in range(10_000)}).encode()), REFUSED)
    yield Hostile("no_objects.jsonl", _bytes(b"1\n2\n"), REFUSED)


def files() -> list[Hostile]:
    """All of them."""
    return [*texts(), *packed(), *workbooks(), *columnar(), *lines()]
