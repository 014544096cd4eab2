"""Writing: rows into files of many formats, chunk by chunk, the same bytes for the same rows."""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import AbstractContextManager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from xml.sax.saxutils import escape

from portraits.examples.corner_shop.files import File

if TYPE_CHECKING:
    import pyarrow as pa

ZONE_HOURS = 8  # Asia/Shanghai keeps no summer time


class Writer(AbstractContextManager["Writer"]):
    """A file that takes tables one after another; a kind of file is a subclass."""

    def __init__(self, file: File, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.file = file
        self.path = path
        self.empty = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add(self, rows: pa.Table) -> None:
        """Write some rows."""
        raise TypeError(f"{type(self).__name__} does not say how rows are written.")

    def close(self) -> None:
        """Finish the file."""


class Parquet(Writer):
    """Parquet, with the types of the rows."""

    def add(self, rows: pa.Table) -> None:
        """Write some rows as a row group."""
        import pyarrow.parquet as pq

        rows = _instants(rows) if self.file.zulu else rows
        if self.empty:
            self._out = pq.ParquetWriter(self.path, rows.schema, compression="zstd")
            self.empty = False
        self._out.write_table(rows)

    def close(self) -> None:
        """Write the end of the file."""
        if not self.empty:
            self._out.close()


class Csv(Writer):
    """CSV, or with tabs TSV, in the file's encoding."""

    def add(self, rows: pa.Table) -> None:
        """Write some rows; the first ones bring the header."""
        from pyarrow import csv

        buffer = io.BytesIO()
        mark = "\t" if self.file.kind == "tsv" else ","
        options = csv.WriteOptions(include_header=self.empty, quoting_style="needed", delimiter=mark)
        csv.write_csv(_written(rows, self.file), buffer, options)
        text = buffer.getvalue().decode("utf-8")
        encoding = "utf-8" if self.file.encoding == "utf-8-sig" and not self.empty else self.file.encoding
        with self.path.open("wb" if self.empty else "ab") as out:
            out.write(text.encode(encoding))
        self.empty = False


class JsonLines(Writer):
    """JSON lines, in UTF-8; what is unknown is null."""

    def add(self, rows: pa.Table) -> None:
        """Write some rows."""
        with self.path.open("wb" if self.empty else "ab") as out:
            for row in _written(rows, self.file).to_pylist():
                out.write(json.dumps(row, ensure_ascii=False, default=str).encode() + b"\n")
        self.empty = False


class Workbook(Writer):
    """An Excel workbook of one sheet, text and numbers only, written row by row."""

    def __init__(self, file: File, path: Path) -> None:
        super().__init__(file, path)
        self._archive = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)
        for name, content in _WORKBOOK_PARTS.items():
            self._archive.writestr(_member(name), _XML + content)
        self._rows: list[str] = []

    def add(self, rows: pa.Table) -> None:
        """Keep some rows until the sheet is closed."""
        if self.empty:
            self._rows.append(_row(rows.column_names))
        self._rows += [_row(list(row.values())) for row in _written(rows, self.file).to_pylist()]
        self.empty = False

    def close(self) -> None:
        """Write the sheet."""
        sheet = f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(self._rows)}</sheetData></worksheet>'
        self._archive.writestr(_member("xl/worksheets/sheet1.xml"), _XML + sheet)
        self._archive.close()


WRITERS: dict[str, type[Writer]] = {
    "parquet": Parquet,
    "csv": Csv,
    "jsonl": JsonLines,
    "tsv": Csv,
    "xlsx": Workbook,
}


def _written(rows: pa.Table, file: File) -> pa.Table:
    """The rows with days and moments as the file's system writes them."""
    import pyarrow as pa

    columns = [_day_or_moment(column, file) for column in rows.columns]
    return pa.table(columns, names=rows.column_names)


def _day_or_moment(column: pa.ChunkedArray, file: File) -> pa.ChunkedArray:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_date(column.type):
        return pc.strftime(column, "%Y/%m/%d" if file.slashes else "%Y-%m-%d")
    if not pa.types.is_timestamp(column.type):
        return column
    seconds = column.cast(pa.timestamp("s"))
    if file.zulu:
        return pc.strftime(_in_utc(seconds), "%Y-%m-%dT%H:%M:%SZ")
    return pc.strftime(seconds, "%Y/%m/%d %H:%M:%S" if file.slashes else "%Y-%m-%d %H:%M:%S")


def _instants(rows: pa.Table) -> pa.Table:
    """The rows with moments that say their zone."""
    import pyarrow as pa

    utc = [
        _in_utc(column).cast(pa.timestamp("us", "UTC")) if pa.types.is_timestamp(column.type) else column
        for column in rows.columns
    ]
    return pa.table(utc, names=rows.column_names)


def _in_utc(moments: pa.ChunkedArray) -> pa.ChunkedArray:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.subtract(moments, pa.scalar(ZONE_HOURS * 3600, pa.duration("s")))


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_WORKBOOK_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
    '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def _member(name: str) -> zipfile.ZipInfo:
    """A member with a fixed date, so that the same rows make the same bytes."""
    member = zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))
    member.compress_type = zipfile.ZIP_DEFLATED
    return member


def _row(cells: list[Any]) -> str:
    return f"<row>{''.join(_cell(cell) for cell in cells)}</row>"


def _cell(value: Any) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, int | float | Decimal):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'
