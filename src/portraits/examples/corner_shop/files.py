"""Files: which system of the shop exports what, under which names, in which format and encoding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from portraits.examples.corner_shop.lists import lists
from portraits.vocabulary.text import Text

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class File:
    """An exported file: its source, the table it is cut from, and its columns by their names there.

    files.toml says what each of the fields means.
    """

    source: str
    title: Text
    path: str
    table: str
    columns: Mapping[str, str]
    only: tuple[str, tuple[str, ...]] = ("", ())
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    encoding: str = "utf-8"
    slashes: bool = False
    zulu: bool = False

    @property
    def kind(self) -> str:
        """The ending of the file's name."""
        return self.path.rsplit(".", 1)[-1]

    def rows(self, table: pa.Table) -> pa.Table:
        """The file's rows and columns of a chunk's table."""
        import pyarrow as pa
        import pyarrow.compute as pc

        name, values = self.only
        if name:
            table = table.filter(pc.is_in(table[name], value_set=pa.array(values, pa.string())))
        columns = {theirs: table[ours] for theirs, ours in self.columns.items()}
        for theirs, words in self.words.items():
            columns[theirs] = _called(columns[theirs], words)
        return pa.table(columns)


def _called(column: pa.ChunkedArray, words: Mapping[str, str]) -> pa.ChunkedArray:
    import pyarrow as pa
    import pyarrow.compute as pc

    places = pc.index_in(column, value_set=pa.array(list(words), pa.string()))
    called = pa.array(list(words.values()), pa.string())
    return pa.chunked_array([called.take(chunk) for chunk in places.chunks], called.type)


def _columns(names: str) -> dict[str, str]:
    pairs = (name.partition("=") for name in names.split())
    return {theirs: ours or theirs for theirs, _, ours in pairs}


def _file(source: str, block: Mapping[str, Any]) -> File:
    known = dict(block)
    title, columns = Text(**known.pop("title")), _columns(known.pop("columns"))
    column, values = next(iter(known.pop("only", {"": ()}).items()))
    return File(source=source, title=title, columns=columns, only=(column, tuple(values)), **known)


FILES = tuple(_file(source, block) for source, block in lists("files").items())
