"""Reasons: what a tag's value rests on, put on a terminal part by part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portraits.cli.screen import Screen
from portraits.cli.values import Values

if TYPE_CHECKING:
    from portraits.app.customers.evidence import CaseVerdict, Claim, Cut, Evidence, Scored, WhyView
    from portraits.app.reading import TagColumn


def write_reasons(values: Values, found: WhyView) -> None:
    """The value beside everybody's, then the method, the rows, the verdicts, the claims."""
    screen = values.screen
    screen.line(f"{screen.value(found.tag.title)} · {found.customer_id}: {values.tag(found.tag, found.value)}")
    mean = values.tag(found.tag, found.mean) if found.mean is not None else "–"
    screen.say("why", "beside", mean=mean, coverage=f"{found.coverage:.0%}", as_of=found.as_of, run=str(found.run))
    for note in found.notes:
        screen.line(values.say(note.key, note.values))
    _method(screen, values, found)
    evidence = found.evidence
    _rows(screen, evidence)
    for case in evidence.cases:
        _case(values, found.tag, case)
    if evidence.inputs:
        inputs = [(each.tag.title, values.tag(each.tag, each.value), each.tag.name) for each in evidence.inputs]
        screen.table("why", ("made_of", "value", "tag_name"), inputs)
    if evidence.weights:
        weights = [(each.value, each.weight, f"{each.share:.0%}") for each in evidence.weights]
        screen.table("why", ("value", "weight", "share"), weights)
    if evidence.cuts:
        screen.table("why", ("score", "range", "here"), [_cut(values, evidence, each) for each in evidence.cuts])
    if evidence.claims:
        claims = [_claim(values, found.tag, each) for each in evidence.claims]
        heads = ("value", "source", values.word("why", "batch"), "record", "at", "chosen")
        screen.table("why", heads, claims)


def _method(screen: Screen, values: Values, found: WhyView) -> None:
    evidence = found.evidence
    facts = {
        "method": values.word("methods", found.tag.method),
        "formula": evidence.formula,
        "table": evidence.table,
        "where": evidence.where,
        "window": f"{screen.value(evidence.since)} – {screen.value(evidence.until)}" if evidence.since else "",
        "confidence": f"{evidence.confidence:.0%}",
        "of": _scored(screen, values, evidence.of) if evidence.of else "",
    }
    for key, fact in facts.items():
        if fact:
            screen.line(f"  {screen.word('why', key)}: {fact}")


def _scored(screen: Screen, values: Values, of: Scored) -> str:
    named = screen.value(of.tag.title) if of.tag else of.formula
    return f"{named} = {values.tag(of.tag, of.value) if of.tag else screen.value(of.value)}"


def _claim(values: Values, tag: TagColumn, each: Claim) -> tuple[object, ...]:
    return values.tag(tag, each.value), each.source, each.batch, each.record_id, each.at, _mark(each.chosen)


def _rows(screen: Screen, evidence: Evidence) -> None:
    if evidence.rows is None:
        return
    screen.say("why", "rows", n=len(evidence.rows.rows), total=evidence.rows.total)
    if evidence.rows.rows:
        screen.table("why", [screen.value(column.title) for column in evidence.rows.columns], evidence.rows.rows)


def _case(values: Values, tag: TagColumn, case: CaseVerdict) -> None:
    """A condition in words, the value it gives by its label, what became of it, and a mark where it decided."""
    screen = values.screen
    verdict = screen.word("explain", case.explanation.verdict) if case.explanation else ""
    when = screen.value(case.sentence) if case.sentence else screen.word("why", "otherwise")
    screen.line(f"  {_mark(case.chosen) or ' '} {when} → {values.tag(tag, case.value)}  {verdict}".rstrip())


def _cut(values: Values, evidence: Evidence, cut: Cut) -> tuple[object, ...]:
    """A score and the values it covers, said with the end that belongs to it, as on the pages."""
    of = evidence.of.tag if evidence.of else None
    bounds = (("low", cut.low), ("high", cut.high))
    ends = {name: values.tag(of, end) if of else values.screen.value(end) for name, end in bounds if end is not None}
    way = "falls" if evidence.falling else "rises"
    covers = values.say(f"cuts.{way}_{'_'.join(ends)}", ends) if ends else "–"
    return str(cut.score), covers, _mark(cut.here)


def _mark(chosen: bool) -> str:
    return "*" if chosen else ""
