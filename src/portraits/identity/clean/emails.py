"""E-mail addresses: one form of each mailbox; shared and throw-away ones flagged, the network never asked."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from portraits.identity.clean.cleaned import Cleaned, unusable
from portraits.identity.clean.letters import says_nothing, tidy

PARTS = ("mailbox", "local", "domain", "phone")
_PLAIN = re.compile(r"[a-z0-9][a-z0-9._%-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,24}")
_ADDRESS = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]+@[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,24}")
_SHOWN = re.compile(r"<([^<>]+)>")
_MARKS = str.maketrans({"。": ".", "，": ".", "；": ";", "、": ";"})
_PHONE = re.compile(r"[+\d][\d\s().-]{6,}")


@cache
def _known() -> dict[str, frozenset[str]]:
    lists = tomllib.loads(files(__package__).joinpath("emails.toml").read_text(encoding="utf-8"))
    return {name: frozenset(lists[name].split()) for name in ("disposable", "role", "dotless")}


@cache
def _mistyped() -> dict[str, str]:
    lists = tomllib.loads(files(__package__).joinpath("emails.toml").read_text(encoding="utf-8"))
    return dict(lists["mistyped"])


def clean_email(raw: str) -> Cleaned:
    """An e-mail address; `mailbox` is the same for all spellings that reach the same box."""
    if _PLAIN.fullmatch(raw) and ".." not in raw:
        local, _, domain = raw.partition("@")
        return _told(local, domain, ())
    text, repairs = tidy(raw)
    if says_nothing(text):
        return unusable("placeholder")
    if "@" not in text:
        return _no_address(text)
    address = _bare(text)
    if address != text:
        repairs += ("punctuation",)
    lower = address.lower()
    if lower != address:
        repairs += ("case",)
    local, _, domain = lower.rpartition("@")
    tight = re.sub(r"\.{2,}", ".", local).strip(".")
    if tight != local:
        repairs = (*repairs, "punctuation")
    if not _ADDRESS.fullmatch(f"{tight}@{domain}") or "@" in tight:
        return unusable("not_an_email")
    return _told(tight, domain, tuple(dict.fromkeys(repairs)))


def _no_address(text: str) -> Cleaned:
    if _PHONE.fullmatch(text):
        return Cleaned(None, {"phone": text}, (), ("phone_elsewhere",))
    return unusable("not_an_email")


def _bare(text: str) -> str:
    """The address out of what stood around it."""
    shown = _SHOWN.search(text)
    text = (shown[1] if shown else text).translate(_MARKS)
    text = text.removeprefix("mailto:").removeprefix("MAILTO:").split("?")[0]
    first = next((piece for piece in re.split("[;,]", text) if "@" in piece), text)
    return re.sub(r"\s+", "", first).strip(".,;:'\"()[]<>")


def _told(local: str, domain: str, repairs: tuple[str, ...]) -> Cleaned:
    right = _mistyped().get(domain, domain)
    if right != domain:
        repairs, domain = (*repairs, "domain"), right
    known = _known()
    box = local.partition("+")[0] or local if "+" in local else local
    if domain in known["dotless"]:
        box = box.replace(".", "") or box
    at = "gmail.com" if domain == "googlemail.com" else domain
    flags: tuple[str, ...] = ("role_address",) if local in known["role"] else ()
    if domain in known["disposable"]:
        flags += ("disposable",)
    parts = {"mailbox": f"{box}@{at}", "local": box, "domain": at}
    return Cleaned(f"{local}@{domain}", parts, repairs, flags)
