"""Quality: a rule that the good rows of a canonical table fulfil, written as a TOML block.

What a good row is, is said in one of three ways: `rule`, a condition over the columns of the row;
`unique`, columns whose values no two rows share; `refers`, the column of another table where the
value of `field` is to be found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, Self, get_args

from portraits.engine.expressions import Scope, parse
from portraits.vocabulary.definition import Definition, says
from portraits.vocabulary.errors import DefinitionError, ExpressionError, Fault, all_known, nearest
from portraits.vocabulary.phrase import Phrase, say
from portraits.vocabulary.table import Table
from portraits.vocabulary.tables import TABLES
from portraits.vocabulary.text import Text
from portraits.vocabulary.types import Type

Dimension = Literal["completeness", "validity", "uniqueness", "timeliness", "referential", "range", "cross_field"]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
WAYS = ("rule", "unique", "refers")
PROVENANCE = frozenset({"source", "batch"})


class QualityRule(Definition):
    """What a good row is, and from which share of bad ones on somebody should know, or the build stops."""

    title: Text = says("What the rule asks for, in a few words.", "用几个字说明规则的要求。")
    table: str = says("The canonical table whose rows are judged.", "检查哪张标准表的行。")
    dimension: Dimension = says("The side of quality it is about.", "所属的质量维度。")
    field: str = says(
        "The column it is about; with refers, the one looked up.", "针对的列；与 refers 连用时为外键列。", ""
    )
    rule: str = says("A condition that a good row fulfils.", "合格的行应满足的条件。", "")
    where: str = says("Which rows are judged; empty, all.", "检查哪些行；留空则全部。", "")
    unique: tuple[str, ...] = says("Columns that no two rows share.", "不允许两行相同的列组合。", ())
    refers: str = says("Where the value of field is to be found: table.column.", "field 的值应存在于：表.列。", "")
    warn_below: float = says(
        "The share of good rows below which it warns; 0 only watches.",
        "合格率低于此值时告警；0 表示只观察。",
        0.95,
        ge=0,
        le=1,
    )
    stop_below: float = says(
        "The share of good rows below which a build stops; 0 never.",
        "合格率低于此值时停止构建；0 表示从不。",
        0.0,
        ge=0,
        le=1,
    )
    why: Text | None = says("Why it matters.", "为什么重要。", None)
    owner: str = says("Who answers for it.", "负责人。", "")
    retired: bool = says("Whether it is switched off.", "是否停用。", False)

    @classmethod
    def read(cls, block: Mapping[str, Any]) -> Self:
        """Read one block; DefinitionError lists all its faults, names that no table has included."""
        found = super().read(block)
        if faults := [*found._of_names(), *found._of_ways()]:
            raise DefinitionError(faults)
        return found

    @property
    def watched(self) -> bool:
        """Whether it is only looked at, so that it says nothing against anybody."""
        return not (self.warn_below or self.stop_below)

    @property
    def target(self) -> Table:
        """The table whose rows are judged."""
        return TABLES[self.table]

    @property
    def referred(self) -> tuple[str, str]:
        """The table and the column where the values of the field are to be found."""
        table, _, column = self.refers.partition(".")
        return table, column

    def faults(self) -> tuple[Fault, ...]:
        """Faults of its conditions."""
        return tuple(fault for field in ("rule", "where") for fault in self._of_condition(field))

    def names(self, *fields: str) -> frozenset[str]:
        """The columns that these conditions read."""
        scope, texts = self.scope, [getattr(self, field) for field in fields]
        return frozenset().union(*(parse(text, scope, Type.BOOLEAN).names for text in texts if text))

    @property
    def columns(self) -> frozenset[str]:
        """The columns that it says something about; those that only choose the rows are left out."""
        named = frozenset(self.unique) | ({self.field} if self.field else frozenset())
        return (named | self.names("rule")) - PROVENANCE

    @property
    def about(self) -> str:
        """The one column it is about, empty where it is about the whole row."""
        columns = self.columns
        return self.field or (next(iter(columns)) if len(columns) == 1 else "")

    @property
    def scope(self) -> Scope:
        """What its conditions may name."""
        return Scope(columns=self.target.types, subject=self.table)

    def _of_condition(self, field: str) -> Iterator[Fault]:
        text: str = getattr(self, field)
        if text:
            try:
                parse(text, self.scope, Type.BOOLEAN)
            except ExpressionError as error:
                yield Fault(error.what, field=field, hint=error.hint)

    def _of_names(self) -> Iterator[Fault]:
        if self.table not in TABLES:
            hint = nearest(self.table, TABLES) or all_known(TABLES)
            yield Fault(say("there is no table {table}.", table=self.table), field="table", hint=hint)
            return
        if self.field:
            yield from _unknown(self.field, self.target, "field")
        for place, name in enumerate(self.unique):
            yield from _unknown(name, self.target, f"unique.{place}")
        if self.refers:
            yield from self._of_reference()

    def _of_reference(self) -> Iterator[Fault]:
        table, column = self.referred
        if table not in TABLES or not column:
            hint = nearest(table, TABLES) or say('Write refers = "products.product_id".')
            yield Fault(say("'{refers}' is no column of a table.", refers=self.refers), field="refers", hint=hint)
            return
        yield from _unknown(column, TABLES[table], "refers")
        if not self.field:
            hint = say('Write field = "<a column of {table}>".', table=self.table)
            yield Fault(say("is missing: a reference is looked up from a column."), field="field", hint=hint)

    def _of_ways(self) -> Iterator[Fault]:
        said = [way for way in WAYS if getattr(self, way)]
        if not said:
            yield Fault(say("says nothing that a good row fulfils."), field="rule", hint=_ONE_WAY)
        elif len(said) > 1:
            yield Fault(say("says in two ways what a good row is."), field=said[1], hint=_ONE_WAY)
        if self.warn_below and self.stop_below > self.warn_below:
            hint = say("Write a share of at most {most}.", most=self.warn_below)
            yield Fault(say("stops a build before anybody is warned."), field="stop_below", hint=hint)


_ONE_WAY: Phrase = say('Write one of: rule = "<a condition>", unique = ["<columns>"], refers = "<table.column>".')


def _unknown(name: str, table: Table, field: str) -> Iterator[Fault]:
    if name not in table.types:
        hint = nearest(name, table.types) or all_known(table.types)
        yield Fault(say("{table} has no column {name}.", table=table.name, name=name), field=field, hint=hint)
