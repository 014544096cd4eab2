"""The actor: in whose name the pages and the API do things."""

from __future__ import annotations

import getpass


def actor() -> str:
    """Who serves this site: whoever reaches it acts in that name, as nobody logs in."""
    return getpass.getuser()
