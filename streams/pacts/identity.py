"""Which pact a step belongs to: by a name of its own, else by its parties, kind and time.

Reports that may tell of one pact share a family: the name where it has one of its own, else the set of
parties, and for an accession the state and what it joins. Within a family, kind and time tell pacts apart:
a second signing long after the first is a second pact, a truce after the end of a truce is a new truce.
streams/pacts/grouping.py brings together what is told by name here and by parties there.
"""

import hashlib
import re
from collections.abc import Iterable
from datetime import timedelta

import msgspec

from stories import days
from stories.model import PactStep
from streams.pacts.course import VAGUE_KINDS, Course, Told
from streams.pacts.records import Report
from streams.pacts.wellknown import common_name
from streams.tag.steps.kinds import JOINABLE

_WORDS = re.compile(r"[^\W_][\w.'’-]*")
_PLAIN = frozenset((
    "a", "accession", "accord", "accords", "african", "against", "agreement", "agreement's", "agreements",
    "an", "and", "area", "armistice", "arms", "asean", "association", "between", "bilateral", "border",
    "cease-fire", "ceasefire", "charter", "climate", "cold", "compact", "comprehensive", "constitution",
    "constitutive", "convention", "cooperation", "customs", "deal", "deals", "defence", "defense", "draft",
    "economic", "era", "eu", "european", "final", "for", "forces", "framework", "free", "free-trade", "in",
    "international", "its", "maritime", "membership", "memorandum", "mou", "mutual", "nations", "nato",
    "new", "nuclear", "of", "on", "pact", "pacts", "partnership", "peace", "plan", "protocol", "protocols",
    "security", "status", "statute", "strategic", "the", "their", "to", "trade", "treaties", "treaty",
    "truce", "u.s", "uk", "un", "understanding", "union", "united", "us", "war", "war-era", "with",
    "withdrawal", "zone",
))  # fmt: skip
_COMPOUND = re.compile(
    r"\w–[A-Z]|\b(?:[A-Z]\w+|U\.S\.)-[A-Z]"
)  # "EU–Canada agreement" names no more than its parties
_NOT_OWN = re.compile(r"['’]s$|-(?:brokered|backed|led|mediated|sponsored|proposed)$|–", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")

_OPENINGS = frozenset({"signed", "in-force", "negotiated", "initialled", "proposed"})
_CLOSINGS = frozenset({"terminated", "rejected"})
_TRUCE_GAP = timedelta(days=21)
_SIGNING_GAP = timedelta(days=120)
_VAGUE_GAP = timedelta(days=400)  # how long "the agreement" of two states still means the same one
_TALKS_GAP = timedelta(days=365 * 3)  # how long talks on the same thing may pause
_LIFE = timedelta(days=365 * 12)


def families(steps: Iterable[PactStep]) -> dict[str, list[PactStep]]:
    """Return the steps by family. A step that tells neither two parties nor a name belongs to none."""
    found: dict[str, list[PactStep]] = {}
    for step in steps:
        for part in _candidates(step):
            if family := family_of(part):
                found.setdefault(family, []).append(part)
    return found


def _candidates(step: PactStep) -> list[PactStep]:
    """Return an accession of several states as one of each: every one of them is ratified by itself."""
    joined = [party for party in step.parties if party in JOINABLE]
    states = [party for party in step.parties if party not in JOINABLE]
    if step.kind != "accession" or len(joined) != 1 or len(states) < 2:
        return [step]
    return [
        msgspec.structs.replace(
            step, parties=sorted((state, *joined)), by=[state] if state in step.by else step.by
        )
        for state in states
    ]


def family_of(step: PactStep) -> str:
    """Return the family of a step's pact, empty where the text leaves it open."""
    if step.kind != "accession" and (name := name_of(step)):
        return f"name:{name}"
    if len(step.parties) >= 2:
        return parties_family(step)
    return ""


def parties_family(step: PactStep) -> str:
    """Return the family that a step belongs to by its parties alone."""
    kind = "accession:" if step.kind == "accession" else ""
    return f"{kind}parties:" + "/".join(sorted(step.parties))


def is_named(family: str) -> bool:
    """Return whether a family is held together by a name."""
    return family.startswith("name:")


def name_of(step: PactStep) -> str:
    """Return the name that tells a step's pact from others, empty where it has none of its own."""
    known = common_name(step)
    return known.casefold() or " ".join(distinctive_words(step.pact, len(step.parties) >= 2))


def distinctive_words(name: str, parties_known: bool) -> list[str]:
    """Return the words that make a pact's name its own, sorted; none for "free trade agreement"."""
    if parties_known and _COMPOUND.search(name):
        return []
    before = re.split(r" (?:of|on|for|to|against) ", name, maxsplit=1)[0]
    return _own_words(before) or _own_words(name)  # "UNASUR Constitutive Treaty of the Union of ..."


def _own_words(name: str) -> list[str]:
    return sorted({
        word.casefold()
        for word in _WORDS.findall(name)
        if word[0].isupper() and not _NOT_OWN.search(word) and word.casefold() not in _PLAIN
    })  # fmt: skip


def told_of(reports: Iterable[Report]) -> list[Told]:
    """Return every step of `reports`, in order of time."""
    told = [
        Told(report, step, days.first_day(step.date) or report.when.date())
        for report in reports
        for step in report.steps
    ]
    return sorted(told, key=lambda one: one.order)


def partition(family: str, told: Iterable[Told]) -> list[list[Told]]:
    """Return the pacts of one family, in order of time, each as its steps; `told` comes in order of time."""
    belongs = _shares_name if is_named(family) else _is_one if "accession:" in family else belongs_to
    pacts: list[Course] = []
    for one in told:
        homes = [pact for pact in pacts if belongs(one, pact)]
        if homes:
            max(homes, key=lambda pact: (one.step.kind in pact.kinds, pact.day)).add(one)
        else:
            pacts.append(Course([one]))
    return [pact.steps for pact in pacts]


def pact_id(family: str, number: int) -> str:
    """Return the id of a family's pact; `number` counts from 0 in order of time."""
    parts = (family,) if number == 0 else (family, str(number))
    return "p-" + hashlib.blake2b("\x1f".join(parts).encode(), digest_size=8).hexdigest()


def _is_one(one: Told, pact: Course) -> bool:
    return True


def _shares_name(one: Told, pact: Course) -> bool:
    """Return whether a named step is of this pact: two Geneva agreements share no party and no kind."""
    mine = set(one.step.parties)
    if len(mine) < 2 or len(pact.parties) < 2 or mine & pact.parties:
        return True
    return one.step.kind in pact.kinds


def belongs_to(one: Told, pact: Course) -> bool:
    """Return whether a step continues a pact of its parties rather than opening another one."""
    kind = one.step.kind
    if kind not in VAGUE_KINDS and pact.kinds and kind not in pact.kinds:
        return False
    if not _fits_year(one, pact):
        return False
    gap = one.day - pact.day
    if gap > _LIFE or (gap > _VAGUE_GAP and (kind in VAGUE_KINDS) != (not pact.kinds)):
        return False
    if kind == "peace" or "peace" in pact.kinds:
        if gap > _VAGUE_GAP:
            return False  # a truce that ends years later is another one
        opens = one.step.step in _OPENINGS and one.step.status == "done"
        return not (opens and (gap > _TRUCE_GAP or not _CLOSINGS.isdisjoint(pact.latest)))
    return not _opens_anew(one, pact, gap)


def _opens_anew(one: Told, pact: Course, gap: timedelta) -> bool:
    """Return whether a step begins what this pact has long behind it."""
    signed, in_force = pact.latest.get("signed"), pact.latest.get("in-force")
    if one.step.step == "signed" and one.step.status == "done":
        if in_force is not None or "ratified" in pact.latest:
            return True
        return signed is not None and one.day - signed > _SIGNING_GAP
    if one.step.step in ("negotiated", "proposed", "initialled", "signed"):
        concluded = max(filter(None, (signed, in_force)), default=None)
        if concluded is not None:
            return one.day - concluded > _SIGNING_GAP
        return gap > (_SIGNING_GAP if one.step.kind in VAGUE_KINDS else _TALKS_GAP)
    return False


def _fits_year(one: Told, pact: Course) -> bool:
    """Return whether the year in a pact's name ("the 2013 agreement") is one in which this pact was made."""
    if not pact.made or not (named := _YEAR.search(one.step.pact)):
        return True
    return int(named[0]) in pact.made
