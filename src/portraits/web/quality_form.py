"""Quality form: what is typed into the form of a rule, as the keys of its block, and the other way round."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from portraits.insights.quality import QualityRule
from portraits.vocabulary.errors import Fault

Inputs = Mapping[str, str]
TEXTS = ("title", "why")
WORDS = ("table", "dimension", "field", "rule", "where", "refers", "owner")
SHARES = ("warn_below", "stop_below")
LANGUAGES = ("en", "zh")
HUNDRED = 100


def meant(inputs: Inputs, before: Mapping[str, Any]) -> dict[str, Any]:
    """The keys that the inputs mean; what says no more than the default is left out, as is what was emptied."""
    said: dict[str, Any] = {name: _both(inputs, name) for name in TEXTS}
    said |= {name: _line(inputs, name) for name in WORDS}
    said["unique"] = [each for each in re.split(r"[,，;\s]+", inputs.get("unique", "")) if each]
    said |= {name: _share(_line(inputs, name)) for name in SHARES}
    kept = {name: value for name, value in said.items() if value not in (None, "", []) and not _usual(name, value)}
    return {**kept, **({"retired": True} if before.get("retired") else {})}


def written(values: Mapping[str, Any]) -> dict[str, str]:
    """The inputs of a rule as it is written."""
    inputs = {name: str(values.get(name, "")) for name in WORDS}
    for name in TEXTS:
        text = values.get(name) or ""
        for language in LANGUAGES:
            inputs[f"{name}.{language}"] = text if isinstance(text, str) else str(text.get(language, ""))
    inputs["unique"] = ", ".join(values.get("unique", ()))
    for name in SHARES:
        share = values.get(name, QualityRule.model_fields[name].default)
        inputs[name] = f"{share * HUNDRED:g}" if isinstance(share, int | float) else str(share)
    return inputs


def placed(faults: Iterable[Fault], told: Any) -> dict[str, list[str]]:
    """What is wrong, by the field that it is told beside."""
    found: dict[str, list[str]] = {}
    for fault in faults:
        found.setdefault(fault.field.partition(".")[0], []).append(told(fault.told))
    return found


def _line(inputs: Inputs, name: str) -> str:
    return inputs.get(name, "").strip().replace("\r\n", "\n")


def _both(inputs: Inputs, name: str) -> Any:
    """A text in both languages; what is said in one alone serves for both."""
    en, zh = (_line(inputs, f"{name}.{language}") for language in LANGUAGES)
    if not (en or zh):
        return None
    return en or zh if en == zh or not (en and zh) else {"en": en, "zh": zh}


def _share(text: str) -> Any:
    """A percentage as a share; what is no number stays as it is, to be refused by its field."""
    if not text:
        return 0
    try:
        return round(float(text.rstrip("%％ ")) / HUNDRED, 6)
    except ValueError:
        return text


def _usual(name: str, value: Any) -> bool:
    return bool(value == QualityRule.model_fields[name].default)
