"""Actor codes as people read them: a flag and a name for states, the code itself for all others."""

from functools import cache, lru_cache
from typing import NamedTuple
from urllib.parse import quote

from babel import Locale
from babel.core import get_global
from markupsafe import Markup

_FORMER = {"SUN": "Soviet Union", "YUG": "Yugoslavia", "XKX": "Kosovo"}
_REGIONAL_A = 0x1F1E6  # the flag letters of Unicode begin here


class ActorView(NamedTuple):
    """`flag` is empty where there is none."""

    code: str
    name: str
    flag: str


@cache
def actor(code: str) -> ActorView:
    """Return how to show the actor `code` (ISO 3166-1 alpha-3, or an organisation's or group's own code)."""
    aliases = get_global("territory_aliases").get(code, [])
    alpha2 = "XK" if code == "XKX" else next((alias for alias in aliases if len(alias) == 2), "")
    if not alpha2:
        return ActorView(code, _FORMER.get(code, code), "")
    name = str(Locale("en").territories.get(alpha2, code))
    return ActorView(code, name, "".join(chr(_REGIONAL_A + ord(letter) - ord("A")) for letter in alpha2))


@lru_cache(maxsize=5_000)
def flagged(code: str) -> Markup:
    """Return a code with its flag, as HTML."""
    flag = actor(code).flag
    drawn = Markup('<span class="flag" aria-hidden="true">{}</span> ').format(flag) if flag else ""
    return Markup('<span class="code">{}{}</span>').format(drawn, code)


@lru_cache(maxsize=5_000)
def chip(code: str) -> Markup:
    """Return the link to an actor's page, as HTML: a page has a hundred of them."""
    return Markup('<a class="actor" href="/actor/{}" title="{}">{}</a>').format(
        quote(code, safe=""), actor(code).name, flagged(code)
    )
