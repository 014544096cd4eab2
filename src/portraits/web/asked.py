"""Asked: the language in which a program or a person asks to be answered."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from portraits.vocabulary.text import Language
from portraits.web.words import LANGUAGES


def language_asked(request: HTTPConnection) -> Language:
    """As the address says (`?lang=zh`), else as Accept-Language prefers, else English."""
    asked = request.query_params.get("lang")
    accepted = [asked] if asked in LANGUAGES else _preferred(request.headers.get("accept-language", ""))
    return next((language for name in accepted for language in LANGUAGES if name[:2] == language), "en")


def _preferred(header: str) -> list[str]:
    """Names of languages, the most wanted first; what cannot be read is not wanted."""
    weighed = [_weighed(part) for part in header.lower().split(",")]
    return [name for name, weight in sorted(weighed, key=lambda pair: -pair[1]) if weight > 0]


def _weighed(part: str) -> tuple[str, float]:
    name, _, weight = part.strip().partition(";q=")
    try:
        return name, float(weight or 1)
    except ValueError:
        return name, 0.0
