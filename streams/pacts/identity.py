"""Which pact a step belongs to: by a name of its own, else by its parties, kind and time.

Reports that may tell of one pact share a family, which is what a new report makes us look at again:
the distinctive words of the name ("prespa", "new start") where it has any, else the set of parties.
Within a family of parties, kind and time tell pacts apart: a second signing long after the first is a
second pact, a truce after the end of a truce is a new truce.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from stories.model import PactKind, PactStep
from streams.pacts.records import Report
from streams.tag import dates

_WORDS = re.compile(r"[^\W_][\w.'’-]*")
_PLAIN = frozenset((
    "a", "accession", "accord", "accords", "african", "against", "agreement", "agreement's", "agreements",
    "an", "and", "area", "armistice", "arms", "asean", "association", "between", "bilateral", "border",
    "cease-fire", "ceasefire", "charter", "climate", "compact", "comprehensive", "constitution",
    "constitutive", "convention", "cooperation", "customs", "deal", "deals", "defence", "defense", "draft",
    "economic", "eu", "european", "final", "for", "forces", "framework", "free", "free-trade", "in",
    "international", "its", "maritime", "membership", "memorandum", "mou", "mutual", "nations", "nato",
    "new", "nuclear", "of", "on", "pact", "pacts", "partnership", "peace", "plan", "protocol", "protocols",
    "security", "status", "statute", "strategic", "the", "their", "to", "trade", "treaties", "treaty",
    "truce", "u.s", "uk", "un", "understanding", "union", "united", "us", "with", "withdrawal", "zone",
))  # fmt: skip
_COMPOUND = re.compile(
    r"\w–[A-Z]|\b(?:US|EU|UK|U\.S\.)-[A-Z]"
)  # "EU–Canada agreement" names no more than its parties
_NOT_OWN = re.compile(r"['’]s$|-(?:brokered|backed|led|mediated|sponsored|proposed)$|–", re.IGNORECASE)
# Names under which the same pact goes; the left one is how a newspaper shortens it.
_ALIASES = {
    "jcpoa": "joint comprehensive action", "inf": "intermediate-range", "npt": "non-proliferation",
    "ctbt": "comprehensive nuclear-test-ban", "nafta": "north american", "usmca": "mexico states–canada",
    "tpp": "trans-pacific", "cptpp": "progressive trans-pacific", "ceta": "canada comprehensive-trade",
    "cfe": "conventional europe", "tpnw": "prohibition weapons",
}  # fmt: skip
_OPENINGS = frozenset({"signed", "in-force", "negotiated", "initialled", "proposed"})
_CLOSINGS = frozenset({"terminated", "rejected"})
_VAGUE_KINDS: frozenset[PactKind] = frozenset({"other", "cooperation"})
_TRUCE_GAP = timedelta(days=21)
_SIGNING_GAP = timedelta(days=120)
_LIFE = timedelta(days=365 * 12)


class Told(NamedTuple):
    """One step as one story tells it; `day` is when it happened, or else when it was told."""

    report: Report
    step: PactStep
    day: date


def families(steps: Iterable[PactStep]) -> dict[str, list[PactStep]]:
    """Return the steps by family. A step that tells neither two parties nor a name belongs to none."""
    found: dict[str, list[PactStep]] = {}
    for step in steps:
        if family := family_of(step):
            found.setdefault(family, []).append(step)
    return found


def family_of(step: PactStep) -> str:
    """Return the family of a step's pact, empty where the text leaves it open."""
    if step.kind != "accession" and (words := distinctive_words(step.pact, len(step.parties) >= 2)):
        return "name:" + " ".join(words)
    if len(step.parties) >= 2:
        kind = "accession:" if step.kind == "accession" else ""
        return f"{kind}parties:" + "/".join(sorted(step.parties))
    return ""


def distinctive_words(name: str, parties_known: bool) -> list[str]:
    """Return the words that make a pact's name its own, sorted; none for "free trade agreement"."""
    words = _WORDS.findall(name)
    if parties_known and _COMPOUND.search(name):
        return []
    own = {
        folded
        for word in words
        if word[0].isupper() and not _NOT_OWN.search(word)
        for folded in _ALIASES.get(word.casefold(), word.casefold()).split()
        if folded not in _PLAIN
    }
    if "start" in own:  # New START is not the START of 1991
        own |= {"new"} & {word.casefold() for word in words}
    return sorted(own)


def partition(family: str, reports: Iterable[Report]) -> list[list[Told]]:
    """Return a family's pacts in order of time, each as its steps, whatever order the reports came in."""
    told = [
        Told(report, step, dates.first_day(step.date) or report.when.date())
        for report in sorted(reports, key=lambda report: (report.when, report.story))
        for step in report.steps
    ]
    if family.startswith(("name:", "accession:")):
        return [told] if told else []
    told.sort(key=lambda one: (one.day, one.report.when, one.report.story))
    pacts: list[list[Told]] = []
    for one in told:
        home = next((pact for pact in reversed(pacts) if _belongs(one, pact)), None)
        if home is None:
            pacts.append([one])
        else:
            home.append(one)
    return pacts


def pact_id(family: str, number: int) -> str:
    """Return the id of a family's pact; `number` counts from 0 in order of time."""
    parts = (family,) if number == 0 else (family, str(number))
    return "p-" + hashlib.blake2b("\x1f".join(parts).encode(), digest_size=8).hexdigest()


def _belongs(one: Told, pact: Sequence[Told]) -> bool:
    """Return whether a step continues a pact rather than opening another one of the same parties."""
    kinds = {told.step.kind for told in pact} - _VAGUE_KINDS
    if one.step.kind not in _VAGUE_KINDS and kinds and one.step.kind not in kinds:
        return False
    last = max(told.day for told in pact)
    if one.day - last > _LIFE:
        return False
    if "peace" in kinds | {one.step.kind}:
        ended = any(told.step.step in _CLOSINGS and told.step.status == "done" for told in pact)
        opens = one.step.step in _OPENINGS and one.step.status == "done"
        return not (opens and (ended or one.day - last > _TRUCE_GAP))
    if one.step.step == "signed" and one.step.status == "done":
        signed = [told.day for told in pact if told.step.step == "signed" and told.step.status == "done"]
        in_force = [told.day for told in pact if told.step.step == "in-force" and told.step.status == "done"]
        return not (signed and one.day - max(signed) > _SIGNING_GAP) and not in_force
    return True
