"""Address: where the site is found, for a program that serves it and for one that only names it."""

from __future__ import annotations

HOST, PORT = "127.0.0.1", 8600
ANYWHERE = ("0.0.0.0", "::")  # noqa: S104 - named only to be told apart


def address(host: str, port: int) -> str:
    """Where a browser on this machine finds the site."""
    name = HOST if host in ANYWHERE else host
    return f"http://[{name}]:{port}/" if ":" in name else f"http://{name}:{port}/"
