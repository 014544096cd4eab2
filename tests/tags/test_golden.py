"""Golden SQL: what a few tags are compiled to, kept as files, so that a change of the planner is read by somebody.

Where the change is meant, `python -m tests.tags.test_golden` writes the files anew.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

import portraits.tags.kinds  # noqa: F401 (names the kinds)
from portraits.engine.warehouse import Step
from portraits.tags.plan import plan
from portraits.tags.tag import Tag
from tests.tags.rows import fact, tag

GOLDEN = Path(__file__).with_name("golden")
AS_OF = datetime(2024, 7, 1, 12)
SOLD = "status <> 'returned'"
TAGS: dict[str, dict[str, Tag]] = {
    "counts_and_sums_in_one_pass": {
        "lines": fact("count(*)", empty=0),
        "lines_90d": fact("count(*)", within="90 days", empty=0),
        "spend_90d": fact("sum(amount)", where=SOLD, within="90 days", empty=0),
        "mean_amount": fact("avg(amount)"),
    },
    "distinct_counts_by_their_key": {
        "orders": fact("count(distinct order_id)", empty=0),
        "spend": fact("sum(amount)"),
    },
    "first_and_last_values": {"first_channel": fact("first(channel)"), "last_channel": fact("last(channel)")},
    "a_favourite_with_its_share_and_variety": {
        "taste": tag("preference", table="order_lines", of="category", by="amount", where=SOLD)
    },
    "a_rule_over_facts": {
        "lines": fact("count(*)", empty=0),
        "spend": fact("sum(amount)", empty=0),
        "basket": tag("rule", value="spend / nullif(lines, 0)"),
        "stage": tag("rule", cases=[{"when": "lines = 0", "value": "new"}], otherwise="known"),
    },
    "a_rank_by_quantiles": {
        "spend": fact("sum(amount)", empty=0),
        "score": tag("rank", of="spend", where="spend > 0", into=3),
    },
    "a_rank_by_given_cuts": {
        "recency": fact("days_since(max(ordered_at))"),
        "score": tag("rank", of="recency", order="descending", into=3, cuts=[90, 30]),
    },
}


def compiled(tags: dict[str, Tag]) -> str:
    """The steps of a plan with their SQL, one after the other."""
    steps = plan(tags, as_of=AS_OF, tables={"order_lines"})
    return "\n".join(f"-- {_head(step)}\n{step.sql.strip()};\n" for step in steps)


def _head(step: Step) -> str:
    facts = {"in ranges of": step.ranges, "weighed by": ", ".join(step.weighed), "in order of": step.order}
    told = [f"{name} {fact}" for name, fact in facts.items() if fact]
    return ", ".join([step.name, *(["temporary"] if step.temporary else []), *told])


@pytest.mark.parametrize("name", TAGS)
def test_tags_are_compiled_to_the_very_sql_that_was_read(name: str) -> None:
    assert compiled(TAGS[name]) == (GOLDEN / f"{name}.sql").read_text(encoding="utf-8")


def test_no_golden_file_is_left_of_what_is_tried_no_more() -> None:
    assert sorted(path.stem for path in GOLDEN.glob("*")) == sorted(TAGS)


if __name__ == "__main__":
    for name, tags in TAGS.items():
        (GOLDEN / f"{name}.sql").write_text(compiled(tags), encoding="utf-8")
