"""Source: a family of definitions that say where rows come from.

A kind has one method, `parts(place)`. It yields one `Part` for each thing that is loaded as a
whole: a file, a sheet of a workbook, the new rows of a database table. The protocol:

1. `source.parts(place)` yields only parts that may hold something new: a part whose `identity`
   is in `place.landed`, or rows whose cursor is not above `place.cursor`, are left out. They are
   read one by one: asking for the next one drops what is left of the last.
2. `part.label`, `part.schema`, `part.columns`, `part.facts` and `part.snapshot` are known at once.
   Where nothing of the source is there (no file, no database) `parts` itself raises BadInput.
   A part that cannot be read at all has an empty schema and raises BadInput in step 3, so that
   one bad file does not keep the others out.
3. `part.batches()` streams Arrow record batches of `part.schema`, once. The first column is
   `_row` (int64): the number of the row in the source, from 1, header and blank lines not
   counted. It raises BadInput where the source cannot be read; nothing of the part is then valid.
4. After the last batch, and only then, these are final: `read`, `landed`, `rejected`, `skipped`,
   `cursor`, `identity`, and `rejects`, an iterable that can be walked more than once while the
   generator of step 1 has not moved on. `read = landed + rejected + skipped` was checked.
5. Where a kind learns the identity only from the rows (a table without a cursor), the reader
   compares it with what it has landed and drops the part if it is there already.
6. `part.snapshot` says that the part is the whole of its label: it takes the place of an earlier
   batch of the same label. Otherwise (there is a cursor) it adds to the earlier ones.

Columns of text have the type RAW: text from outside is read as whatever type its place asks for.
A moment whose source says its zone is `timestamp[us, tz=UTC]`, any other `timestamp[us]`.
"""

from __future__ import annotations

import tempfile
from abc import abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portraits.sources.rejects import Reject
from portraits.vocabulary.errors import BadInput
from portraits.vocabulary.families import Family
from portraits.vocabulary.phrase import Phrase, say
from portraits.vocabulary.text import Text
from portraits.vocabulary.types import Type

if TYPE_CHECKING:
    import pyarrow as pa

ROW = "_row"


@dataclass(frozen=True)
class Place:
    """Where a source is read: the workspace's folder, and what has been landed from it before.

    `landed` holds identities of parts, `cursor` the greatest cursor value (empty: none), `spool`
    the folder for temporary files.
    """

    folder: Path
    landed: frozenset[str] = frozenset()
    cursor: str = ""
    spool: Path = field(default_factory=lambda: Path(tempfile.gettempdir()))


@dataclass
class Part:
    """What is loaded as a whole; the module's text says when each of its fields is final.

    A kind gives `stream`, an iterator of record batches which sets `rejected`, `skipped`, `cursor`
    and, where it counts the rows by another way, `read` before it ends.
    """

    label: str
    schema: pa.Schema
    stream: Iterator[pa.RecordBatch] = field(repr=False)
    identity: str = ""
    snapshot: bool = True
    facts: dict[str, Any] = field(default_factory=dict)
    rejects: Iterable[Reject] = field(default=(), repr=False)
    read: int = -1
    landed: int = 0
    rejected: int = 0
    skipped: int = 0
    cursor: str = ""

    @property
    def columns(self) -> dict[str, Type]:
        """Column name -> type, without `_row`."""
        return {each.name: type_of(each.type) for each in self.schema if each.name != ROW}

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows; BadInput where they cannot be read or do not add up."""
        for batch in self.stream:
            self.landed += batch.num_rows
            yield batch
        counted = self.landed + self.rejected + self.skipped
        self.read = counted if self.read < 0 else self.read
        if self.read != counted:
            raise BadInput(
                _unequal(self), say("Nothing of it was kept. Set delimiter, quote and encoding of the source by hand.")
            )


def _unequal(part: Part) -> Phrase:
    return say(
        "{label}: {read} rows were read, but {landed} landed, {rejected} were rejected and {skipped} skipped.",
        label=part.label,
        read=part.read,
        landed=part.landed,
        rejected=part.rejected,
        skipped=part.skipped,
    )


class Source(Family):
    """Where rows come from."""

    title: Text | None = None

    @abstractmethod
    def parts(self, place: Place) -> Iterator[Part]:
        """The parts that may hold something new, oldest first."""


def type_of(arrow: pa.DataType) -> Type:
    """The type a column of that Arrow type has in expressions."""
    import pyarrow.types as kinds

    if kinds.is_integer(arrow):
        return Type.INTEGER
    if kinds.is_floating(arrow):
        return Type.NUMBER
    if kinds.is_decimal(arrow):
        return Type.MONEY
    if kinds.is_boolean(arrow):
        return Type.BOOLEAN
    if kinds.is_date(arrow):
        return Type.DATE
    return Type.TIME if kinds.is_timestamp(arrow) else Type.RAW
