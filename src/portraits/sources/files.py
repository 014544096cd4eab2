"""Files: a source of CSV, Excel, Parquet and JSON lines files, packed or not."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, field_validator

from portraits.sources import fence, frames
from portraits.sources.frames import Frame
from portraits.sources.paths import files
from portraits.sources.rejects import RejectFile
from portraits.sources.source import Part, Place, Source
from portraits.vocabulary.errors import BadInput, Unfit
from portraits.vocabulary.phrase import say

_OWN = {"kind", "title", "path"}


def _known_format(written: str) -> str:
    from portraits.engine.expressions.conversions import DIRECTIVES, known_format

    if not known_format(written):
        known = " ".join(f"%{each}" for each in DIRECTIVES)
        hint = say("Write '%d.%m.%Y', of {signs} and plain signs.", signs=known)
        raise Unfit(say("'{written}' is no format of a day or moment.", written=written), hint)
    return written


DateFormat = Annotated[str, AfterValidator(_known_format)]


class Files(Source, kind="files"):
    """Files of a folder: CSV, TSV, Excel, Parquet or JSON lines, also inside gz and zip.

    `path` is one file, a folder or a glob, within the workspace; `package:NAME/FILE` is a file of
    an installed package. How text is written is detected and shown; each key below overrules it.
    Of a zip file all files are read, or the one that `inside` names. A file that was loaded is not
    loaded again, whatever its name. With `cursor`, a column that only
    grows, only rows above the greatest value loaded are taken, and they add to the earlier ones.
    """

    path: str = Field(min_length=1)
    format: Literal["", "csv", "excel", "parquet", "jsonl"] = ""
    encoding: str = ""
    delimiter: str = Field("", max_length=1)
    quote: str | None = Field(None, max_length=1)
    header: bool | None = None
    skip: int | None = Field(None, ge=0)
    sheet: str | tuple[str, ...] = ""
    inside: str = ""
    decimal: Literal["", ".", ","] = ""
    dates: dict[str, DateFormat] = Field(default_factory=dict)
    cursor: str = ""

    @field_validator("encoding")
    @classmethod
    def _encoding(cls, name: str) -> str:
        try:
            codecs.lookup(name or "utf-8")
        except LookupError:
            hint = say("Write utf-8, gb18030, utf-16 or another.")
            raise Unfit(say("there is no encoding {name}.", name=repr(name)), hint) from None
        return name

    def parts(self, place: Place) -> Iterator[Part]:
        """One part for each file, sheet or packed file that is new."""
        for label, file in files(self.path, place.folder):
            identity = _digest(file)
            if identity in place.landed:
                continue
            with TemporaryDirectory(dir=place.spool, prefix="portraits-") as spool:
                yield from self._of_file(label, file, identity, place, Path(spool))

    def _of_file(self, label: str, file: Path, identity: str, place: Place, spool: Path) -> Iterator[Part]:
        job = self._job(label, file, identity, place) | {"spool": str(spool)}
        with closing(fence.frames(job, fence.Limits())) as told:
            while True:
                try:
                    frame = next(told, None)
                except BadInput as error:
                    yield _unreadable(label, identity, error)
                    return
                if frame is None:
                    return
                part = self._part(frame, told)
                yield part
                _drain(part)

    def _job(self, label: str, file: Path, identity: str, place: Place) -> dict[str, Any]:
        landed = [each for each in place.landed if each.startswith(identity)]
        return {
            "path": str(file.resolve()),
            "label": label,
            "identity": identity,
            "size": file.stat().st_size,
            "options": self.model_dump(exclude=_OWN, exclude_none=True),
            "landed": landed,
            "cursor": place.cursor,
        }

    def _part(self, frame: Frame, told: Iterator[Frame]) -> Part:
        head, schema = frames.unpart(frame.payload)
        part = Part(head["label"], schema, iter(()), head["identity"], snapshot=not self.cursor, facts=head["facts"])
        part.stream = _stream(part, told)
        return part


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _stream(part: Part, told: Iterator[Frame]) -> Iterator[Any]:
    """The part's batches; its counts are set when its end is told."""
    import pyarrow as pa

    for frame in told:
        if frame.kind == frames.END:
            end = frame.facts
            part.rejects = RejectFile(Path(end.pop("rejects")))
            for name, value in end.items():
                setattr(part, name, value)
            return
        batch = pa.ipc.read_record_batch(pa.py_buffer(frame.payload), part.schema)
        batch.validate(full=True)
        yield batch
    raise BadInput(say("{label} cannot be read to its end.", label=part.label))


def _drain(part: Part) -> None:
    """What a reader left unread is passed over, up to the next part."""
    try:
        for _ in part.stream:
            continue
    except BadInput:
        return


def _unreadable(label: str, identity: str, error: BadInput) -> Part:
    """A part that raises when it is read: one bad file keeps no other out."""
    import pyarrow as pa

    def stream() -> Iterator[Any]:
        raise error
        yield

    return Part(label, pa.schema([]), stream(), identity, facts={"fault": str(error)})
