"""Export: the company written out, every chunk into all files before the next one is made."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from portraits.examples.corner_shop.company import Company
from portraits.examples.corner_shop.files import FILES, File
from portraits.examples.corner_shop.workspace import Form, path
from portraits.examples.corner_shop.writing import WRITERS, Parquet
from portraits.vocabulary.text import text

TRUTHS = ("records", "customers", "campaigns", "extra_orders")


def export(company: Company, folder: Path, form: Form) -> None:
    """Write what the systems export, and `truth/` beside it, which no build ever reads."""
    with ExitStack() as opened:
        writers = {}
        for file in FILES:
            place = folder / path(file, form)
            writers[file.source] = opened.enter_context(WRITERS[place.suffix[1:]](file, place))
        truths = {name: opened.enter_context(_truth(name, folder)) for name in TRUTHS}
        for tables, truth in company.parts():
            for file in FILES:
                if file.table in tables:
                    writers[file.source].add(file.rows(tables[file.table]))
            for name, table in truth.items():
                truths[name].add(table)


def _truth(name: str, folder: Path) -> Parquet:
    place = folder / "truth" / f"{name}.parquet"
    return Parquet(File(name, text(name, name), place.name, name, {}), place)
