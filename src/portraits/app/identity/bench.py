"""The bench: customers that changed, made anew beside the run by the steps of a build, from their own rows alone.

Who is touched: the records of a decision, all that hang together with them by links of matching, clusters, customers,
former ids and other decisions, before and after. So on the bench nothing is missing that decides who they are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from portraits.app.definitions import Definitions
from portraits.app.identity.comparing import fitted, found_sql, kept_model, mark_of, ties_sql
from portraits.app.identity.key import key_sql
from portraits.app.identity.resolving import NO_TIES, Recalled, decide
from portraits.engine.deciding import Pair
from portraits.engine.warehouse import Step, Warehouse, literal, quote
from portraits.identity.exact import found_step
from portraits.identity.golden import RELIABILITY, Survival, customers_step
from portraits.identity.ids import id_steps
from portraits.identity.lookup import lookup_step
from portraits.identity.match.matching import Decisions, cluster
from portraits.identity.match.model import Model
from portraits.identity.match.pack import Pack
from portraits.tags.claims import evidence
from portraits.tags.order import catalogue
from portraits.tags.relative import Anew
from portraits.tags.stated import JOURNAL, RELATION, manual_step
from portraits.vocabulary.tables import TABLES

if TYPE_CHECKING:
    import pyarrow as pa

RUN = "run"  # the run's database, as the bench reads it
OF_CUSTOMERS = ("customers", "portrait", "evidence", "identity_lookup", RELATION)  # beside the canonical tables


@dataclass(frozen=True)
class Ground:
    """What the customers are made anew from: the run's relations, the definitions, and what was known before."""

    known: Definitions
    recalled: Recalled
    held: Collection[str]  # relations of the run
    said: pa.Table  # statements made by hand
    present: datetime

    @property
    def names(self) -> list[str]:
        """The canonical tables there are."""
        return [name for name in TABLES if name in self.held]

    @property
    def tables(self) -> list[str]:
        """The relations that tags are computed from."""
        return [*self.names, *([RELATION] if self.said.num_rows else [])]

    @property
    def matched(self) -> tuple[str, ...]:
        """The kinds that matching found; none where customers are found by a key or stand alone."""
        settings = self.known.settings
        by_match = settings.one_customer_by == "match" and "people" in self.held
        return settings.identity.packs if by_match else ()


def touched(bench: Warehouse, ground: Ground, pairs: Collection[Pair]) -> set[str]:
    """The records whose customers may be others now; makes `clusters_now` (record_id, cluster, kind) on the way.

    Args:
        bench: with the run attached.
        ground: what there is.
        pairs: that were decided about since the run, or taken back.
    """
    partners = _partners(ground.recalled.of_pairs)
    near = _regroup(bench, ground, pairs, partners)
    bench.run([Step("clusters_now", _clusters_now(ground, near))])
    named = sorted({record for pair in pairs for record in pair} | {r for each in near.values() for r in each})
    seeds = _rows(bench, f"SELECT record_id FROM {RUN}.identity_links WHERE record_id IN {_GIVEN}", named)
    return grown(bench, seeds | _stated(bench, ground), _nearby(ground), partners)


def make(bench: Warehouse, ground: Ground, records: Collection[str], anew: Anew) -> None:
    """Make the customers of these records anew, in relations named as those of a run."""
    _told(bench, "records", records)
    bench.run([*_people(ground), *_found(ground)])
    bench.run(_known(ground))
    decisions = [each for each in ground.recalled.decisions if set(each.pair) <= set(records)]
    decide(bench, replace(ground.recalled, decisions=decisions))
    bench.run(id_steps(ground.present))
    _number(bench)
    settings = ground.known.settings.identity
    steps = [_rows_of(name) for name in ground.names if TABLES[name].of_customers]
    steps.append(customers_step(ground.held, Survival(settings.fields, settings.trusted), ground.held))
    steps += lookup_step(ground.held)
    if ground.said.num_rows:
        bench.register(JOURNAL, ground.said)
        steps.append(manual_step(["customer_ids"]))
    steps += [Step("cut_points", f"SELECT * FROM {RUN}.cut_points"), anew.own]
    bench.run([*steps, evidence(catalogue(ground.known.tags), ground.names)])


def grown(
    bench: Warehouse, seeds: Iterable[str], nearby: Sequence[str], partners: Mapping[str, Collection[str]]
) -> set[str]:
    """Records and all that hang together with them, by SELECTs of what is near to `$records` and by partners."""
    found: set[str] = set()
    open_ = set(seeds)
    while open_:
        found |= open_
        near = {other for record in open_ for other in partners.get(record, ())}
        for sql in nearby:
            near |= _rows(bench, sql, sorted(open_))
        open_ = near - found
    return found


_GIVEN = "(SELECT unnest($records))"


def _rows(bench: Warehouse, sql: str, records: Sequence[str]) -> set[str]:
    return {row[0] for row in bench.rows(sql, {"records": list(records)})} if records else set()


def _partners(decisions: Decisions) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one, other in (*decisions.together, *decisions.apart):
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return found


def _regroup(
    bench: Warehouse, ground: Ground, pairs: Collection[Pair], partners: Mapping[str, Collection[str]]
) -> dict[str, set[str]]:
    """Cluster the components anew that the decisions are about; by kind, the records in them.

    Makes `regrouped_<kind>_clusters` and `_reviews`.
    """
    found = {}
    settings = ground.known.settings.identity
    named = sorted({record for pair in pairs for record in pair})
    for kind in ground.matched:
        mine, links = f"{RUN}.match_{kind}_clusters", f"{RUN}.match_{kind}_links"
        seeds = _rows(bench, f"SELECT record_id FROM {mine} WHERE record_id IN {_GIVEN}", named)
        nearby = [
            f"SELECT record_id FROM {mine} WHERE cluster IN (SELECT cluster FROM {mine} WHERE record_id IN {_GIVEN})",
            f"SELECT right_id FROM {links} WHERE left_id IN {_GIVEN}",
            f"SELECT left_id FROM {links} WHERE right_id IN {_GIVEN}",
        ]
        every = grown(bench, seeds, nearby, partners)
        near = _rows(bench, f"SELECT record_id FROM {mine} WHERE record_id IN {_GIVEN}", sorted(every))
        pack, model = fitted(kind, settings), kept_model(bench, RUN, kind, mark_of(settings))
        if near and model:
            _cluster(bench, pack, model, near, ground.recalled.of_pairs)
            found[kind] = near
    return found


def _cluster(bench: Warehouse, pack: Pack, model: Model, near: set[str], decisions: Decisions) -> None:
    mine, there = f"match_{pack.kind}", f"{RUN}.match_{pack.kind}"
    _told(bench, "near", near)
    within = "left_id IN (FROM near) AND right_id IN (FROM near)"
    steps = [Step(f"{mine}_records", f"SELECT * FROM {there}_records SEMI JOIN near USING (record_id)")]
    steps += [Step(f"{mine}_{part}", f"SELECT * FROM {there}_{part} WHERE {within}") for part in ("links", "pairs")]
    steps += [Step(model.tf(column), f"SELECT * FROM {RUN}.{quote(model.tf(column))}") for column in model.rare]
    bench.run(steps)
    together = frozenset(pair for pair in decisions.together if near.issuperset(pair))
    cluster(bench, pack, model, Decisions(together, decisions.apart))
    for part in ("clusters", "reviews"):
        bench.rename(f"{mine}_{part}", f"regrouped_{pack.kind}_{part}")
    bench.drop(f"{mine}_links", "near")


def _clusters_now(ground: Ground, near: Mapping[str, Collection[str]]) -> str:
    if not ground.matched:
        key = key_sql(ground.known) if ground.known.settings.one_customer_by == "key" else ""
        people = f"people AS (SELECT * FROM {RUN}.people), " if "people" in ground.held else ""
        found = found_step(ground.held, key).sql
        return f"""WITH {people} records AS (SELECT record_id FROM {RUN}.identity_links)
            SELECT record_id, cluster, '' AS kind FROM ({found})"""
    each = []
    for kind in ground.matched:
        columns = f"SELECT record_id, cluster, {literal(kind)} AS kind FROM"
        kept = f"{columns} {RUN}.match_{kind}_clusters"
        if kind in near:
            kept += f" ANTI JOIN regrouped_{kind}_clusters USING (record_id)"
            each.append(f"{columns} regrouped_{kind}_clusters")
        each.append(kept)
    return " UNION ALL ".join(each)


def _nearby(ground: Ground) -> list[str]:
    """SELECTs of the records that have to do with `$records`: by cluster, by customer, and by ids named after them."""
    links = f"{RUN}.identity_links"
    customers = [f"SELECT customer_id FROM {links} WHERE record_id IN {_GIVEN}", "SELECT unnest($records)"]
    if "customer_ids" in ground.held:
        customers.append(f"SELECT customer_id FROM {RUN}.customer_ids WHERE id IN {_GIVEN}")
    mates = "SELECT cluster FROM clusters_now WHERE record_id IN"
    return [
        f"SELECT record_id FROM clusters_now WHERE cluster IN ({mates} {_GIVEN})",
        *(f"SELECT record_id FROM {links} WHERE customer_id IN ({each})" for each in customers),
    ]


def _stated(bench: Warehouse, ground: Ground) -> set[str]:
    """Records of the customers about whom something was said by hand since the run."""
    if not ground.said.num_rows:
        return set()
    bench.register("said_now", ground.said)
    known = f"ANTI JOIN {RUN}.{RELATION} k USING (id)" if RELATION in ground.held else ""
    bench.run([Step("said_anew", f"SELECT DISTINCT s.customer_id AS id FROM said_now s {known}")])
    bench.forget("said_now")
    links = f"{RUN}.identity_links"
    sql = f"SELECT record_id FROM {links} WHERE record_id IN (FROM said_anew) OR customer_id IN (FROM said_anew)"
    if "customer_ids" in ground.held:
        sql += f" OR customer_id IN (SELECT customer_id FROM {RUN}.customer_ids SEMI JOIN said_anew USING (id))"
    return {row[0] for row in bench.rows(sql)}


def _told(bench: Warehouse, name: str, records: Collection[str]) -> None:
    """Make a table of record ids."""
    import pyarrow as pa

    bench.register("told_records", pa.table({"record_id": pa.array(sorted(records), pa.string())}))
    bench.run([Step(name, "SELECT record_id FROM told_records")])
    bench.forget("told_records")


def _people(ground: Ground) -> Iterator[Step]:
    """The person records as they were landed, and what cleaning made of them."""
    if "people" in ground.held:
        sql = f"SELECT * EXCLUDE (customer) FROM {RUN}.people SEMI JOIN records USING (record_id)"
        yield Step("people", sql, temporary=True)
    for name in ("people_clean", "people_repairs"):
        if name in ground.held:
            yield Step(name, f"SELECT * FROM {RUN}.{name} SEMI JOIN records USING (record_id)")
    if RELIABILITY in ground.held:
        yield Step(RELIABILITY, f"SELECT * FROM {RUN}.{RELIABILITY}", temporary=True)


def _found(ground: Ground) -> Iterator[Step]:
    if not ground.matched:
        key = key_sql(ground.known) if ground.known.settings.one_customer_by == "key" else ""
        yield found_step(ground.held, key)
        yield Step("identity_ties", NO_TIES, temporary=True)
        return
    for kind in ground.matched:
        sql = f"""SELECT record_id, cluster, count(*) OVER (PARTITION BY cluster) AS records
            FROM clusters_now SEMI JOIN records USING (record_id) WHERE kind = {literal(kind)}"""
        yield Step(f"match_{kind}_clusters", sql)
        ours = "left_id IN (FROM records) OR right_id IN (FROM records)"
        yield Step(f"match_{kind}_links", f"SELECT * FROM {RUN}.match_{kind}_links WHERE {ours}")
    yield Step("identity_found", found_sql(ground.matched), temporary=True)
    yield Step("identity_ties", ties_sql(ground.matched), temporary=True)


def _known(ground: Ground) -> list[Step]:
    """Who the records were until now, and the ids that have to do with them."""
    links = f"SELECT record_id, customer_id FROM {RUN}.identity_links SEMI JOIN records USING (record_id)"
    if "customer_ids" in ground.held:
        ids = f"""SELECT id, customer_id, born FROM {RUN}.customer_ids
            WHERE customer_id IN (SELECT customer_id FROM identity_known) OR id IN (FROM records)"""
    else:
        ids = f"SELECT DISTINCT customer_id AS id, customer_id, {born(ground.recalled)} AS born FROM identity_known"
    return [Step("identity_known", links), Step("identity_known_ids", ids)]


def born(recalled: Recalled) -> str:
    """When the customers of a run that kept no ids were born."""
    return f"TIMESTAMP '{recalled.run.created_at}'" if recalled.run else "TIMESTAMP '1970-01-01'"


def _number(bench: Warehouse) -> None:
    """A customer keeps the number it has in the run; a new one is numbered after all others."""
    free = f"(SELECT coalesce(max(customer), -1) FROM {RUN}.identity_links)"
    sql = f"""
        WITH living AS (SELECT DISTINCT customer_id FROM identity_links),
        before AS (SELECT DISTINCT customer_id, customer FROM {RUN}.identity_links SEMI JOIN living USING (customer_id))
        SELECT customer_id, CAST(coalesce(customer, {free}
            + row_number() OVER (PARTITION BY customer IS NULL ORDER BY customer_id)) AS INTEGER) AS customer
        FROM living LEFT JOIN before USING (customer_id)"""
    bench.run([Step("numbers", sql)])
    bench.overwrite("identity_links", ["customer"], "SELECT * FROM numbers", "customer_id")


def _rows_of(name: str) -> Step:
    """The rows of a canonical table that tell of the customers, as the run holds them."""
    sql = f"""SELECT l.customer, t.* EXCLUDE (customer) FROM {RUN}.{quote(name)} t
        JOIN identity_links l ON l.record_id = t.record_id"""
    time = TABLES[name].time
    return Step(name, sql, order=f"customer, {quote(time)}" if time else "customer")
