"""Sex, as systems code it and people write it."""

from __future__ import annotations

from portraits.identity.clean.cleaned import Cleaned, unusable
from portraits.identity.clean.letters import tidy

PARTS = ()
_WORDS = {
    **dict.fromkeys(("male", "m", "man", "男", "男性", "男士", "先生", "1", "nan", "mr"), "male"),
    **dict.fromkeys(
        ("female", "f", "w", "woman", "女", "女性", "女士", "小姐", "2", "nv", "ms", "mrs", "miss"), "female"
    ),
    **dict.fromkeys(("other", "diverse", "x", "其他", "non-binary", "nonbinary"), "other"),
}


def clean_gender(raw: str) -> Cleaned:
    """`male`, `female` or `other`; codes 1 and 2 as in ISO 5218 and in GB/T 2261.1."""
    text, repairs = tidy(raw)
    word = _WORDS.get(text.lower().rstrip("."))
    if not word:
        return unusable("placeholder")
    return Cleaned(word, {}, repairs if word == text else (*repairs, "form"))
