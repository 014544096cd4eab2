"""Corner Shop (街角小店): a bilingual company made from a seed, with the truth kept beside it.

Nobody in it is real: names, addresses and companies are put together from lists, mail domains are
those reserved for examples, phone numbers are arithmetic, and any likeness is chance. Everything
follows from the number of customers, the seed and `as_of`: the same three, the same bytes.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from portraits.examples.corner_shop.world import AS_OF
from portraits.vocabulary.text import Language

if TYPE_CHECKING:
    import pyarrow as pa

    from portraits.examples.corner_shop.workspace import Form

__all__ = ["AS_OF", "tables", "write"]


def write(
    folder: Path,
    customers: int = 300,
    seed: int = 1,
    as_of: datetime = AS_OF,
    *,
    form: Form = "mixed",
    language: Language = "en",
) -> None:
    """Write a whole workspace: definitions, the systems' exported files, and the truth.

    Args:
        folder: made where it is missing; files of the same names are written over.
        customers: how many there truly are; about a fifth of the person records are doubles.
        seed: from which everything follows.
        as_of: the midnight at which the two years of data end.
        form: `mixed` writes the formats and encodings of real systems, `parquet` the same columns
            as Parquet, which suits a million customers.
        language: of the pages, the product names and the categories.
    """
    from portraits.examples.corner_shop.company import Company
    from portraits.examples.corner_shop.export import export
    from portraits.examples.corner_shop.workspace import write_definitions

    write_definitions(folder, language, form)
    export(Company(customers, seed, as_of), folder, form)


def tables(
    customers: int = 300, seed: int = 1, as_of: datetime = AS_OF, *, language: Language = "en"
) -> dict[str, pa.Table]:
    """The canonical tables of the company, in memory: about 1 GB for each 200,000 customers."""
    from portraits.examples.corner_shop.canonical import canonical
    from portraits.examples.corner_shop.company import Company

    return canonical(Company(customers, seed, as_of), language)
