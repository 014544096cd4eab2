"""WeChat ids: the open and union ids of an app, the ids of the client, and those that people choose."""

from __future__ import annotations

import re

from portraits.identity.clean.cleaned import Cleaned, unusable
from portraits.identity.clean.letters import says_nothing, tidy

PARTS = ("kind", "phone")
_OPEN = re.compile(r"o[A-Za-z0-9_-]{27}")
_UNION = re.compile(r"o[A-Za-z0-9_-]{28}|u[A-Za-z0-9_-]{27,28}")
_CLIENT = re.compile(r"wxid_[a-z0-9]{8,22}", re.I)
_CHOSEN = re.compile(r"[A-Za-z][A-Za-z0-9_-]{5,19}")
_PHONE = re.compile(r"(?:\+?86)?1[3-9]\d{9}")
_LABEL = re.compile(r"^(?:微信号?|wechat|weixin|wx|vx)\s*[:：]\s*", re.I)


def clean_wechat(raw: str) -> Cleaned:
    """A WeChat id; `kind` is open, union, client or chosen. Case matters in open and union ids only.

    A phone number typed in its place is flagged and handed on as a part.
    """
    text, repairs = tidy(raw)
    bare = _LABEL.sub("", text).strip()
    if bare != text:
        repairs += ("label",)
    if says_nothing(bare):
        return unusable("placeholder")
    for kind, form in (("open", _OPEN), ("union", _UNION)):
        if form.fullmatch(bare):
            return Cleaned(bare, {"kind": kind}, repairs)
    if _PHONE.fullmatch(bare):
        return Cleaned(None, {"phone": bare}, repairs, ("phone_elsewhere",))
    return _named(bare, repairs)


def _named(bare: str, repairs: tuple[str, ...]) -> Cleaned:
    lower = bare.lower()
    kind = "client" if _CLIENT.fullmatch(lower) else "chosen" if _CHOSEN.fullmatch(lower) else ""
    if not kind:
        return unusable("not_a_wechat_id")
    return Cleaned(lower, {"kind": kind}, repairs if lower == bare else (*repairs, "case"))
