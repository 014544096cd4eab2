"""Laying: customers that were made anew on a bench, put over those of a run's copy; the rest of it follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portraits.app.identity.bench import OF_CUSTOMERS, RUN, Ground, born
from portraits.app.identity.resolving import TOLD, decided_step
from portraits.engine.progress import Progress
from portraits.engine.warehouse import Step, Timing, Warehouse, quote
from portraits.identity.match.households import households
from portraits.segments.members import members_step
from portraits.tags.order import catalogue
from portraits.tags.relative import REFITTED, RELATIVE, Anew
from portraits.tags.stated import RELATION
from portraits.tags.statistics import statistics_steps
from portraits.vocabulary.tables import TABLES

if TYPE_CHECKING:
    import pyarrow as pa

_LINKS, _IDS, _KNOWN = "identity_links", "customer_ids", "identity_known_ids"


@dataclass(frozen=True)
class Fresh:
    """What the bench has made: relation -> rows, and how many customers there are in it."""

    tables: Mapping[str, pa.Table]
    customers: int


def taken(bench: Warehouse, ground: Ground) -> Fresh:
    """What is to be put over the run."""
    made = [_LINKS, _IDS, _KNOWN, *(name for name in OF_CUSTOMERS if _makes(name, ground))]
    made += [f"regrouped_{kind}_{part}" for kind in ground.matched for part in ("clusters", "reviews")]
    there = {row[0] for row in bench.rows("SELECT table_name FROM duckdb_tables() WHERE database_name = 'memory'")}
    found = {name: bench.query(f"SELECT * FROM {quote(name)}") for name in made if name in there}
    return Fresh(found, found["customers"].num_rows)


def _makes(name: str, ground: Ground) -> bool:
    return name != RELATION or bool(ground.said.num_rows)


def lay(run: Warehouse, ground: Ground, fresh: Fresh, anew: Anew, progress: Progress) -> list[Timing]:
    """Put what is fresh into the copy of a run, and make what all customers have a part in follow it."""
    for name, rows in fresh.tables.items():
        run.register(f"fresh_{name}", rows)
    run.run([Step("laid_over", _laid_over())])
    _move(run, ground)
    _ids(run, ground)
    for name in OF_CUSTOMERS:
        if name in fresh.tables:
            _replace(run, name, ground)
    run.drop("laid_over")
    _groups(run, ground, fresh)
    timings = _follow(run, anew, progress)
    timings += _counted(run, ground, progress)
    for name in fresh.tables:
        run.forget(f"fresh_{name}")
    return timings


def _laid_over() -> str:
    """The numbers of all customers that are made anew, before and now."""
    return f"""SELECT customer FROM {_LINKS} SEMI JOIN fresh_{_LINKS} USING (record_id)
        UNION SELECT customer FROM fresh_{_LINKS}"""


def _move(run: Warehouse, ground: Ground) -> None:
    """Give the rows of records to the customers they have now; rows stay where they are."""
    told = f"SELECT record_id, customer FROM fresh_{_LINKS}"
    for name in ground.names:
        if TABLES[name].of_customers:
            run.overwrite(name, ["customer"], told, "record_id")
    run.take_out(_LINKS, f"record_id IN (SELECT record_id FROM fresh_{_LINKS})")
    run.append(_LINKS, f"SELECT * FROM fresh_{_LINKS}")


def _ids(run: Warehouse, ground: Ground) -> None:
    """The ids that lead to customers, and what people decided."""
    if _IDS not in ground.held:
        known = f"SELECT DISTINCT customer_id AS id, customer_id, {born(ground.recalled)} AS born FROM {_LINKS}"
        run.run([Step(_IDS, f"{known} ANTI JOIN fresh_{_LINKS} USING (record_id)", order="id")])
    run.take_out(_IDS, f"id IN (SELECT id FROM fresh_{_KNOWN})")
    run.append(_IDS, f"SELECT * FROM fresh_{_IDS}")
    if "identity_decided" in ground.held:
        run.drop("identity_decided")
    run.run([decided_step(run, ground.recalled.of_pairs)])
    run.forget(TOLD)


def _replace(run: Warehouse, name: str, ground: Ground) -> None:
    """Rows of customers that were made anew, for those there were."""
    if name not in ground.held:
        run.run([Step(name, f"SELECT * FROM fresh_{name}")])
        return
    run.take_out(name, "customer IN (FROM laid_over)")
    run.append(name, f"SELECT * FROM fresh_{name}")


def _groups(run: Warehouse, ground: Ground, fresh: Fresh) -> None:
    """What matching keeps of the records that were clustered anew."""
    for kind in ground.matched:
        mine, new = f"match_{kind}", f"fresh_regrouped_{kind}"
        if f"regrouped_{kind}_clusters" in fresh.tables:
            inside = f"IN (SELECT record_id FROM {new}_clusters)"
            run.take_out(f"{mine}_reviews", f"left_id {inside} AND right_id {inside}")
            run.take_out(f"{mine}_clusters", f"record_id {inside}")
            for part in ("clusters", "reviews"):
                run.append(f"{mine}_{part}", f"SELECT * FROM {new}_{part}")
    if "households" in ground.held:
        run.drop("households")
        households(run)


def _follow(run: Warehouse, anew: Anew, progress: Progress) -> list[Timing]:
    """What is relative to all customers, where that has changed."""
    if not anew.cuts:
        return []
    timings = run.run(anew.cuts, progress)
    run.drop("cut_points")
    run.rename(REFITTED, "cut_points")
    if anew.relative_step:
        timings += run.run([anew.relative_step], progress)
        run.overwrite("portrait", anew.relative, f"SELECT * FROM {RELATIVE}", "customer")
        run.drop(RELATIVE)
    return timings


def _counted(run: Warehouse, ground: Ground, progress: Progress) -> list[Timing]:
    """Statistics of all tags and the members of all segments."""
    tags = catalogue(ground.known.tags)
    shown = {name: entry.type for name, entry in tags.items() if not entry.tag.retired}
    run.drop("tag_statistics", "segment_members")
    return run.run([*statistics_steps(shown), members_step(ground.known.segments)], progress)


def rows_of(run: Warehouse, names: Iterable[str]) -> dict[str, int]:
    """Relation -> how many rows it has."""
    return {name: run.rows(f"SELECT count(*) FROM {quote(name)}")[0][0] for name in names}


def strangers(bench: Warehouse) -> list[str]:
    """Relations that tell of customers by their number and that nobody here knows how to follow."""
    known = {*OF_CUSTOMERS, _LINKS, "segment_members", *TABLES}
    sql = """SELECT DISTINCT table_name FROM information_schema.columns
        WHERE table_catalog = ? AND column_name = 'customer' ORDER BY 1"""
    return [name for (name,) in bench.rows(sql, [RUN]) if name not in known]
