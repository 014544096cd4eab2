"""The command line: reads what was typed, calls one use case, prints what it answered."""

from __future__ import annotations

import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command line and leave with its exit code."""
    from portraits.cli.program import run

    sys.exit(run(sys.argv[1:] if arguments is None else list(arguments)))
