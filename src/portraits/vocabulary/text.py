"""Text: something a person reads, in English and Chinese."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator

Language = Literal["en", "zh"]


class Text(BaseModel):
    """A sentence or title in both languages; a plain string serves for both."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    en: str
    zh: str

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return {"en": value, "zh": value} if isinstance(value, str) else value

    def in_(self, language: Language) -> str:
        """The text in one language."""
        return self.zh if language == "zh" else self.en


def text(en: str, zh: str) -> Text:
    """A text from its two forms."""
    return Text(en=en, zh=zh)
