"""An old workbook (.xls), written by hand: a compound file that holds BIFF8 records."""

from __future__ import annotations

import struct

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def workbook(rows: list[list[str | float]]) -> bytes:
    """A workbook of one sheet named S."""
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0)) + _cells(rows) + _record(0x0A, b"")
    start = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    start += _record(0x42, struct.pack("<H", 1200))
    name = struct.pack("<HBB", 0, 1, 0) + b"S"
    place = len(start) + 4 + 4 + len(name) + 4
    return _compound(start + _record(0x85, struct.pack("<I", place) + name) + _record(0x0A, b"") + sheet)


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _cells(rows: list[list[str | float]]) -> bytes:
    out = b""
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            place = struct.pack("<HHH", row, column, 0)
            if isinstance(cell, str):
                out += _record(0x0204, place + struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le"))
            else:
                out += _record(0x0203, place + struct.pack("<d", cell))
    return out


def _compound(stream: bytes) -> bytes:
    """A compound file: header, allocation table, directory, and the stream `Workbook`."""
    sectors = max(8, -(-len(stream) // _SECTOR))  # shorter streams would lie in another place
    stream = stream.ljust(sectors * _SECTOR, b"\0")
    chain = [_FAT, _END, *range(3, 2 + sectors), _END]
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(_SECTOR, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, _END, 0, _END, 0) + struct.pack("<I", 0)
    root = _entry("Root Entry", 5, 1, _END, 0)
    directory = root + _entry("Workbook", 2, _FREE, 2, len(stream)) + bytes(2 * 128)
    return head.ljust(_SECTOR, b"\xff") + table + directory + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    written = (name + "\0").encode("utf-16-le")
    entry = written.ljust(64, b"\0") + struct.pack("<HBB", len(written), kind, 1)
    entry += struct.pack("<III", _FREE, _FREE, child) + bytes(36)
    return entry + struct.pack("<IQ", start, size)
