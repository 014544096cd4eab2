"""Chosen: the customers that an audience or a rule chooses in a run, as SQL over the portrait."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from portraits.app.customers.choice import condition
from portraits.app.reading import Reading, defined
from portraits.app.store import store
from portraits.engine.audiences import Freeze, freezes
from portraits.engine.expressions import Expression, where
from portraits.engine.warehouse import literal
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import DefinitionError, NotFound
from portraits.vocabulary.phrase import say
from portraits.vocabulary.text import Text

EVERYBODY = "true"


@dataclass(frozen=True)
class Chosen:
    """Who is chosen: `where` is SQL over the portrait `p`.

    `audience` and `title` are those of a defined audience, empty for a bare rule; `expression` is
    None where everybody is chosen; `frozen` says which list a static audience is.
    """

    rule: str
    where: str
    expression: Expression | None
    audience: str = ""
    title: Text | None = None
    frozen: Freeze | None = None

    @property
    def names(self) -> frozenset[str]:
        """The tags that the rule reads."""
        return self.expression.names if self.expression else frozenset()


def chosen(workspace: Workspace, run: Reading, audience: str) -> Chosen:
    """Who a defined audience or a rule chooses; an empty one chooses everybody.

    ExpressionError says what is wrong with a rule, NotFound that a static audience was never frozen.
    """
    known = defined(workspace).audiences.get(audience)
    if known is None:
        return ruled(run, audience)
    if known.members == "live":
        rule = ruled(run, known.rule)
        return Chosen(rule.rule, rule.where, rule.expression, audience, known.title)
    freeze = frozen(workspace).get(audience)
    if freeze is None:
        hint = say("Freeze it: `portraits audience freeze {audience}`.", audience=audience)
        raise NotFound(say("The static audience {audience} has no members yet.", audience=audience), hint)
    return Chosen(known.rule, listed(workspace, run, freeze), _read(run, known.rule), audience, known.title, freeze)


def ruled(run: Reading, rule: str) -> Chosen:
    """Who a rule chooses."""
    if not rule.strip():
        return Chosen("", EVERYBODY, None)
    expression = condition(run, rule)
    return Chosen(rule, f"({where(expression, as_of=run.as_of, rename=lambda name: ('p', name))})", expression)


def listed(workspace: Workspace, run: Reading, freeze: Freeze) -> str:
    """SQL for "is one of those who were frozen".

    Who became one with another customer since is in under the id of both; of one that came apart, the part that kept
    the id is in: the others were never on the list.
    """
    path = literal(str((workspace.frozen / freeze.file).absolute()))
    if "customer_ids" not in run.columns:
        return f"p.customer_id IN (SELECT customer_id FROM read_parquet({path}))"
    led = f"SELECT i.customer_id FROM read_parquet({path}) f JOIN customer_ids i ON i.id = f.customer_id"
    return f"p.customer_id IN ({led})"


def frozen(workspace: Workspace) -> dict[str, Freeze]:
    """Audience -> its newest freeze."""
    with store(workspace) as opened:
        return freezes(opened)


def is_personal(run: Reading, names: frozenset[str]) -> bool:
    """Whether any of these tags shows something personal, so that a rule over them belongs into no address."""
    return any(run.tags[name].personal for name in names if name in run.tags)


@lru_cache(maxsize=8)
def all_customers(run: Reading) -> int:
    """How many customers a run has; a reading is equal to itself alone, and a run never changes."""
    return int(run.rows("SELECT count(*) FROM portrait")[0][0])


def counted(run: Reading, who: Chosen) -> int:
    """How many customers are chosen."""
    return int(run.rows(f"SELECT count(*) FROM portrait p WHERE {who.where}")[0][0])


def _read(run: Reading, rule: str) -> Expression | None:
    """The rule that a list was made by, where this run can still read it: the list does not need it."""
    with suppress(DefinitionError):
        return condition(run, rule) if rule.strip() else None
    return None
