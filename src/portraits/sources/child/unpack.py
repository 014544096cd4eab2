"""Unpack: files inside gz and zip files, copied out by a bounded stream."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

from portraits.sources.child.formats import readable
from portraits.sources.fence import Limits
from portraits.vocabulary.errors import BadInput, nearest
from portraits.vocabulary.phrase import say

_CHUNK = 1 << 20
_MEMBERS = 1_000


class Member(NamedTuple):
    """A file inside a zip file: its name, where it was unpacked to, and all that could be read there."""

    name: str
    path: Path
    beside: list[str]


def gunzip(path: Path, spool: Path, label: str, limits: Limits) -> Path:
    """The file inside a gz file, as a file in the spool folder."""
    target = spool / "unpacked"
    try:
        with gzip.open(path) as packed:
            _copy(packed, target, allowed(path.stat().st_size, limits), label)
    except (EOFError, OSError, zlib.error) as error:
        raise BadInput(
            say("{label} is not a whole gz file: {error}.", label=label, error=error), say("Make or download it again.")
        ) from None
    return target


def allowed(packed: int, limits: Limits) -> int:
    """How many bytes a packed file of that size may become."""
    return min(limits.unpacked, max(limits.always, packed * limits.ratio))


def members(path: Path, spool: Path, label: str, limits: Limits, inside: str = "") -> Iterator[Member]:
    """The files inside a zip file, or the one that is asked for; one is on disk at a time."""
    target = spool / "unpacked"
    try:
        with zipfile.ZipFile(path) as archive:
            found = wanted(archive, label, allowed(path.stat().st_size, limits))
            chosen = readable(each.filename for each in found)
            if not chosen:
                raise BadInput(
                    say("{label} holds no file that can be read.", label=label),
                    say("CSV, Excel, Parquet or JSON lines can."),
                )
            if inside and inside not in chosen:
                raise BadInput(say("{label} holds no file {name}.", label=label, name=inside), nearest(inside, chosen))
            for each in (each for each in found if each.filename in ([inside] if inside else chosen)):
                with archive.open(each) as packed:
                    _copy(packed, target, each.file_size, f"{label}/{each.filename}")
                yield Member(each.filename, target, chosen)
    # zipfile tells a compression that it does not know, and a password, by RuntimeErrors.
    except (zipfile.BadZipFile, EOFError, zlib.error, RuntimeError, OSError) as error:
        raise BadInput(
            say("{label} is not a whole zip file: {error}.", label=label, error=error),
            say("Make or download it again."),
        ) from None


def wanted(archive: zipfile.ZipFile, label: str, most: int) -> list[zipfile.ZipInfo]:
    """The files of an archive in order of name, after all it says of itself was checked."""
    found = [each for each in archive.infolist() if not each.is_dir()]
    if len(found) > _MEMBERS:
        raise BadInput(say("{label} holds {n} files, more than {most}.", label=label, n=len(found), most=_MEMBERS))
    if sum(each.file_size for each in found) > most:
        raise BadInput(
            say("{label} would unpack to more than {mb} MB.", label=label, mb=most >> 20),
            say("Unpack it and check what it holds."),
        )
    for each in found:
        if each.flag_bits & 1:
            raise BadInput(say("{label} is protected by a password.", label=label), say("Save it without one."))
        name = PurePosixPath(each.filename.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts:
            raise BadInput(
                say(
                    "{label} holds a file whose name points outside of it: {filename}.",
                    label=label,
                    filename=repr(each.filename),
                )
            )
    return sorted((each for each in found if not _hidden(each.filename)), key=lambda each: each.filename)


def _hidden(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)


def _copy(packed: IO[bytes] | gzip.GzipFile, target: Path, most: int, label: str) -> None:
    """Copy at most so many bytes; what is larger is refused, whatever it claimed."""
    left = most
    with target.open("wb") as out:
        while chunk := packed.read(min(_CHUNK, left + 1)):
            left -= len(chunk)
            if left < 0:
                raise BadInput(
                    say("{label} unpacks to more than {mb} MB.", label=label, mb=most >> 20),
                    say("Unpack it yourself and check what it holds."),
                )
            out.write(chunk)
