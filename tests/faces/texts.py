"""Companies whose every text is chosen: names, categories, stores, channels, events and feedback."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import patch

import tests.faces.company as made
from portraits.engine.workspace import Workspace

LATIN = ("Anna Schmidt", "Bob Miller", "Carla Rossi", "David Jones", "Eva Novak", "Frank Weber")
HOSTILE = (
    "<script>window.hit=1</script>",
    "<img src=x onerror=window.hit=1>",
    "<svg onload=window.hit=1>",
    '"><script>window.hit=1</script>',
    "'><img src=x onerror=window.hit=1>",
    "</script><script>window.hit=1</script>",
    "javascript:window.hit=1",
    "{{constructor.constructor('window.hit=1')()}}",
    "${window.hit=1}",
    "<a href=javascript:window.hit=1>x</a>",
    "<iframe srcdoc='<script>parent.hit=1</script>'>",
    "<style>@import 'javascript:window.hit=1'</style>",
    "<math><mtext></mtext><script>window.hit=1</script></math>",
    "<body onload=window.hit=1>",
    "<details open ontoggle=window.hit=1>",
    "{a|<b>}{b|rich}",
    "\u2028window.hit=1",
    "]]><script>window.hit=1</script>",
    "<!--<script>window.hit=1</script>-->",
    "\\u003cscript\\u003ewindow.hit=1\\u003c/script\\u003e",
    "<object data=javascript:window.hit=1>",
    "<embed src=javascript:window.hit=1>",
    "<form action=javascript:window.hit=1><button autofocus>x</button></form>",
    "<input autofocus onfocus=window.hit=1>",
    "<video><source onerror=window.hit=1></video>",
    "<marquee onstart=window.hit=1>x</marquee>",
    "<link rel=stylesheet href=javascript:window.hit=1>",
    "<meta http-equiv=refresh content='0;url=javascript:window.hit=1'>",
    "<base href=//evil.example/>",
    "' onmouseover=window.hit=1 x='",
    '" autofocus onfocus=window.hit=1 x="',
    "`-(window.hit=1)-`",
    "<xss style=animation-name:x onanimationstart=window.hit=1>",
    "<template><script>window.hit=1</script></template>",
    "%3Cscript%3Ewindow.hit=1%3C/script%3E",
    "&lt;script&gt;window.hit=1&lt;/script&gt;",
    "欧阳·买买提" * 20,
    "😀🇨🇳👩‍👩‍👧",
    "\u202eأهلا وسهلا\u202c",
    "x" * 200,
)


def company_of(folder: Path, texts: Sequence[str], customers: int = 24) -> Workspace:
    """The small company with these texts wherever a source may hold one."""
    person, order, event, feedback = made._person, made._order, made._event, made._feedback

    def one(number: int) -> str:
        return texts[number % len(texts)]

    def its_person(number: int, chance: Any) -> dict[str, Any]:
        return {**person(number, chance), "name": one(number), "city": one(number + 1)}

    def its_order(number: int, customer: int, at: Any, chance: Any) -> Any:
        head, lines = order(number, customer, at, chance)
        own = {"store": one(number), "channel": one(number + 2)}
        return {**head, **own}, [{**line, **own} for line in lines]

    def its_event(number: int, at: Any, chance: Any) -> dict[str, Any]:
        return {**event(number, at, chance), "kind": one(number), "object": one(number + 3)}

    def its_feedback(number: int, chance: Any) -> dict[str, Any]:
        return {**feedback(number, chance), "text": one(number), "about": one(number + 1)}

    changed = {"_person": its_person, "_order": its_order, "_event": its_event, "_feedback": its_feedback}
    with ExitStack() as patches:
        for name, value in {**changed, "CATEGORIES": tuple(texts[:9]), "PATHS": {}}.items():
            patches.enter_context(patch.object(made, name, value))
        return made.company(folder, customers=customers)
