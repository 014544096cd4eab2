"""Checking: every planted fault of many kinds is told, and nothing else, each at its line."""

from __future__ import annotations

from pathlib import Path

from portraits.app.workspaces import check
from tests.app.company import DEFINITIONS, GOOD, shop, write

FIRST = """
[settings]
title = "Shop"
business = "retial"  # settings.business
time_zone = "Asia/Shangai"  # settings.time_zone
currency = "CNY"
kep_runs = 5  # settings.kep_runs
customer_key = "lower(emial)"  # settings.customer_key

[sources.till]
kind = "files"
path = "till/*.csv"
dates = { att = "%Q" }  # sources.till.dates.att

[sources.web]
kind = "flies"  # sources.web.kind
path = "web"

[mappings.lines]
source = "till"
table = "order_lines"
where = "price > dear"  # mappings.lines.where
[mappings.lines.columns]
order_id = "tickt"  # mappings.lines.columns.order_id
record_id = "card"
product_id = "sku"
amount = "price * qty"
quantity = "qty +"  # mappings.lines.columns.quantity
ordered_at = "at"

[mappings.others]
source = "tll"  # mappings.others.source
table = "people"
columns = { record_id = "id" }
"""
TAGS = """
[tags.customer_id]  # tags.customer_id
title = "x"
kind = "fact"
table = "orders"
value = "count(*)"

[tags.sum_all]
title = "x"
kind = "fact"
table = "order_lines"
group = "consumtion"  # tags.sum_all.group
value = "sum(amout)"  # tags.sum_all.value
where = "statsu = 'completed'"  # tags.sum_all.where
within = "soon"  # tags.sum_all.within
why = { fr = "x" }  # tags.sum_all.why.fr

[tags.tiers]
title = "x"
kind = "rule"
cases = [
  { when = "sum_all > 1", value = "a" },
  { when = "sum_al > 2", value = "b" },  # tags.tiers.cases.1.when
  # one that is right
  { when = "recency_days > 3", value = "c" },
  { when = "recency_dys > 4", value = "d" },  # tags.tiers.cases.3.when
]
otherwise = 1  # tags.tiers.otherwise

[tags.score]
title = "x"
kind = "rank"
off = "recency_days"  # tags.score.off
into = 1  # tags.score.into

[tags.taste]
title = "x"
kind = "preference"
table = "order_lines"
of = "categry"  # tags.taste.of
by = "amout"  # tags.taste.by

[tags.loop]
title = "x"
kind = "rule"
value = "loop + 1"  # tags.loop.value

[tags.after]
title = "x"
kind = "rule"
when = "loop > 1 and taste_share > 0.5 and score = 1 and nothing"  # tags.after.when
"""
OTHERS = """
[segments.s]
title = "x"
kind = "rules"
parts = [
  { value = "a", title = "x", when = "sum_all > 3" },
  { value = "b", title = "x", when = "sum_alll > 3" },  # segments.s.parts.1.when
]

[segments.rfm]
title = "x"
kind = "rfm"
where = "statu = 'completed'"  # segments.rfm.where
frequency = "count(*"  # segments.rfm.frequency

[segments.t]
title = "x"
kind = "tag"
of = "lifecycl"  # segments.t.of

[audiences.a]
titel = "x"  # audiences.a.titel
rule = "s_segment = 'a' and tier = 'b'"  # audiences.a.rule

[audiences.b]
title = "x"
rule = 3  # audiences.b.rule

[audience.c]  # audience.c
title = "x"
"""


def planted(name: str, text: str) -> set[str]:
    """Places of faults by the comments that plant them; several may stand on one line."""
    lines = enumerate(text.split("\n"), 1)
    marked = ((number, line.partition("  # ")[2]) for number, line in lines)
    return {f"{name}:{number}:{mark}" for number, mark in marked if mark and " " not in mark}


def test_every_planted_fault_is_told_at_its_line_and_nothing_else(tmp_path: Path) -> None:
    shop(tmp_path, a=GOOD)
    texts = {"portraits.toml": FIRST, "tags.toml": TAGS, "others.toml": OTHERS}
    for name, text in texts.items():
        write(tmp_path, text, name)
    wanted = set().union(*(planted(name, text) for name, text in texts.items()))
    assert len(wanted) > 30
    found = check(tmp_path)
    places = [f"{each.file}:{each.line}:{'.'.join(filter(None, (each.block, each.field)))}" for each in found]
    assert sorted(places) == sorted(wanted)


def test_faults_name_the_nearest_right_word(tmp_path: Path) -> None:
    shop(tmp_path, a=GOOD)
    for name, text in {"portraits.toml": FIRST, "tags.toml": TAGS, "others.toml": OTHERS}.items():
        write(tmp_path, text, name)
    hints = {".".join((each.block, each.field)): each.hint + each.what for each in check(tmp_path)}
    for field, word in {
        "settings.business": "retail",
        "settings.time_zone": "Asia/Shanghai",
        "settings.kep_runs": "keep_runs",
        "settings.customer_key": "email",
        "sources.web.kind": "files",
        "mappings.lines.columns.order_id": "ticket",
        "tags.sum_all.group": "consumption",
        "tags.tiers.cases.1.when": "sum_all",
        "segments.s.parts.1.when": "sum_all",
        "segments.rfm.where": "status",
        "segments.t.of": "lifecycle",
    }.items():
        assert f"Did you mean {word}?" in hints[field]


def test_a_date_format_is_checked_and_so_is_the_column_it_is_of(tmp_path: Path) -> None:
    shop(tmp_path, a=GOOD)
    dated = DEFINITIONS.replace('path = "till/*.csv"', 'path = "till/*.csv"\ndates = {{ {} = "{}" }}')
    for column, form, what in (("at", "%Q", "no format"), ("att", "%d.%m.%Y", "no column att")):
        write(tmp_path, dated.format(column, form), "portraits.toml")
        assert [each.field for each in check(tmp_path)] == [f"dates.{column}"]
        assert what in check(tmp_path)[0].what
    write(tmp_path, dated.format("at", "%Y/%m/%d %H:%M:%S%z"), "portraits.toml")
    assert check(tmp_path) == []


def test_a_block_written_twice_is_told_in_plain_words(tmp_path: Path) -> None:
    shop(tmp_path)
    write(tmp_path, '[audiences.q]\ntitle = "x"\nrule = "true"\n[audiences.q]\ntitle = "y"\n')
    assert str(check(tmp_path)[0]) == "more.toml:4: [audiences.q] is written twice. Rename or remove one."


def test_a_file_that_is_not_toml_hides_no_other_fault_and_makes_none(tmp_path: Path) -> None:
    shop(tmp_path, a=GOOD)
    more = """
[tags.often]
title = "Often"
kind = "fact"
table = "orders"
value = count(*)

[tags.rich]
title = "Rich"
kind = "rule"
when = "often > 3 and ofen > 2"

[audiences.all_of_them]
title = "All"
rule = "often > 1"
"""
    write(tmp_path, more)
    write(tmp_path, '[tags.odd]\ntitle = "Odd"\nkind = "rle"\nwhen = "often > 1"\n', "other.toml")
    found = [(fault.file, fault.line) for fault in check(tmp_path)]
    assert found == [("more.toml", 6), ("more.toml", 11), ("other.toml", 3)]


def test_a_bad_line_of_the_settings_leaves_the_others_as_they_are(tmp_path: Path) -> None:
    shop(tmp_path, a=GOOD)
    text = (tmp_path / "portraits.toml").read_text(encoding="utf-8")
    packed = text.replace('currency = "CNY"', 'currency = CNY\npacks = ["consumption"]')
    write(tmp_path, packed, "portraits.toml")
    write(tmp_path, '[audiences.big]\ntitle = "Big"\nrule = "orders_365d > 3 and nobody"\n')
    found = [str(fault) for fault in check(tmp_path)]
    assert len(found) == 2
    assert "[audiences.big.rule]" in found[0] and "nobody" in found[0]
    assert found[1].startswith("portraits.toml:6: is not TOML")
