"""Formats: what a file holds, told by its first bytes, and checked against its name."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from portraits.vocabulary.errors import BadInput
from portraits.vocabulary.phrase import Phrase, say

FORMATS = ("csv", "excel", "parquet", "jsonl")

_ENDINGS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".txt": "csv",
    ".xlsx": "excel",
    ".xlsm": "excel",
    ".xlsb": "excel",
    ".xls": "excel",
    ".ods": "excel",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".gz": "gz",
    ".zip": "zip",
}
_MAGIC = (
    (b"PAR1", "parquet"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "excel"),
    (b"\x1f\x8b", "gz"),
    (b"\x89PNG", say("a picture")),
    (b"\xff\xd8\xff", say("a picture")),
    (b"GIF8", say("a picture")),
    (b"%PDF", say("a PDF document")),
    (b"Rar!", say("a RAR archive")),
    (b"7z\xbc\xaf", say("a 7z archive")),
    (b"BZh", say("a bzip2 file")),
    (b"\xfd7zXZ", say("an xz file")),
    (b"\x28\xb5\x2f\xfd", say("a zstd file")),
    (b"SQLite format 3\0", say("an SQLite database")),
    (b"\x7fELF", say("a program")),
    (b"MZ\x90\0", say("a program")),
)
_NAMED = {
    "csv": say("text"),
    "jsonl": say("JSON lines"),
    "excel": say("an Excel workbook"),
    "parquet": say("Parquet"),
    "gz": say("gz"),
    "zip": say("zip"),
}
PACKED = ("gz", "zip")


def of_name(name: str) -> str:
    """The format a file's name claims, empty where it claims none."""
    return _ENDINGS.get(PurePosixPath(name).suffix.lower(), "")


def readable(names: Iterable[str]) -> list[str]:
    """The names of files that can be read, in order; plain .txt only where there is nothing else."""
    found = sorted(name for name in names if of_name(name))
    return [name for name in found if not name.lower().endswith(".txt")] or found


def inner(name: str) -> str:
    """The name of the file inside a gz file."""
    return name[:-3] if name.lower().endswith(".gz") else name


def of_file(path: Path, name: str, stated: str, label: str) -> str:
    """The format of a file; BadInput where it is not what its name or the source says."""
    found, claimed = _seen(path), of_name(name)
    if found not in _NAMED and found:
        raise BadInput(
            say("{label} is {what}.", label=label, what=found),
            say("Portraits reads CSV, Excel, Parquet and JSON lines."),
        )
    if found in PACKED and claimed != "excel":
        return found
    if found == "zip":
        return claimed  # a workbook that lacks its end: the reader says so
    claimed = stated or ("" if claimed in PACKED else claimed)
    if not claimed:
        return found or _text(path)
    if claimed != found and (found or claimed in ("excel", "parquet")):
        what = _NAMED.get(found) or say("plain text")
        said = say("{label} says it is {claimed} but holds {what}.", label=label, claimed=_NAMED[claimed], what=what)
        raise BadInput(said, _hint(found))
    return claimed


def _hint(found: str) -> Phrase:
    return say('Name it by what it is, or write format = "{format}" in the source.', format=found or "csv")


def _seen(path: Path) -> str:
    """The format the first bytes tell, empty for text."""
    with path.open("rb") as file:
        head = file.read(16)
    found = next((each for magic, each in _MAGIC if head.startswith(magic)), "")
    return "excel" if found == "zip" and _is_workbook(path) else found


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError):
        return False
    return "[Content_Types].xml" in names or {"mimetype", "content.xml"} <= names


def _text(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()
    return "jsonl" if head.startswith(b"{") else "csv"
