"""Which pact a sentence means: named in it, or told of earlier in the story; and whether it is one of states."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from stories.model import PactKind, StepKind
from streams.tag.steps import roles
from streams.tag.steps.clauses import Clause
from streams.tag.steps.kinds import duration_years, is_commerce, sounds_domestic
from streams.tag.steps.phrases import PactName
from streams.tag.steps.status import has_legislature
from streams.tag.steps.takers import SHARED, WEAK_HEADS
from streams.tag.steps.targets import Target

_MANY = re.compile(
    r"\b(?:nations|countries|states|members|world leaders)\s+(?:\w+ly\s+)?(?:co-)?sign", re.IGNORECASE
)
_WITH = re.compile(r"[^,;.]{0,40}?\bwith\s")
_OWN = re.compile(r"\b(?:its|their|the country['’]s|country['’]s)\s*(?:\w+\s*){0,3}$", re.IGNORECASE)


class Told(NamedTuple):
    """A pact as the story has spoken of it so far."""

    name: str
    kind: PactKind
    parties: tuple[str, ...]
    duration_years: int | None
    proper: bool
    takers: tuple[str, ...] = ()  # who has taken a step of it, party or not


def pact_of(clause: Clause, target: Target, by: Sequence[str], told: Sequence[Told], step: StepKind) -> Told:
    """Return the pact that a target names, filled up from what the story has told of it before."""
    name = target.name
    if name is None:
        return Told(target.org, "accession", tuple(sorted({*by, target.org})), None, True)
    named = roles.partners(clause.text, clause.actors, name)
    partners = roles.codes(named)
    parties = set(partners) | ({target.org} if target.org else set())
    # "an agreement with A and B" is the taker's, too; "the Union's agreement with A" is not
    is_with = all(actor.start >= name.end for actor in named) and _WITH.match(clause.text, name.end)
    if step in SHARED or (name.kind != "accession" and (len(partners) == 1 or (partners and is_with))):
        parties |= set(by)
    if (
        name.kind == "accession"
        and not parties - {target.org}
        and _OWN.search(clause.text[: name.start + 12])
    ):
        parties |= set(by)  # a parliament that approves "the country's accession" speaks of its own
    if (name.pointing or target.start == target.end) and (earlier := _meant(name, set(by) | parties, told)):
        return earlier
    words = clause.text[max(0, name.start - 12) : name.end]
    fuller = next(
        (other for other in reversed(told) if other.name == name.name and len(other.parties) > 1), None
    )
    if fuller and not partners:
        parties |= set(fuller.parties)
    return Told(name.name, name.kind, tuple(sorted(parties)), duration_years(words), name.proper)


def _meant(name: PactName, by: set[str], told: Sequence[Told]) -> Told | None:
    """Return the pact told before that "the agreement" means: one of the takers', of no other kind, the latest."""
    fitting = [
        pact for pact in told
        if (name.kind in ("other", "cooperation") or pact.kind == name.kind or name.kind == "strategic-partnership" == pact.kind)
        and (not by or not pact.parties or pact.kind == "accession" or by & {*pact.parties, *pact.takers})
    ]  # fmt: skip
    whole = [pact for pact in fitting if len(pact.parties) > 1]
    return (whole or fitting or [None])[-1]  # type: ignore[list-item]


def is_between_states(clause: Clause, target: Target, step: StepKind, by: Sequence[str], pact: Told) -> bool:
    """Return whether this is a pact of states at all: the same words serve firms, parties and unions."""
    codes = {*by, *pact.parties}
    if target.name is None:
        return bool(by)
    if re.search(r"\bunilateral", clause.text, re.IGNORECASE) and pact.kind == "peace":
        return False
    is_own = target.name.proper and not target.name.head.startswith(("mou", "memorand"))
    if is_commerce(clause.text) and pact.kind in ("other", "cooperation") and not is_own:
        return False
    if sounds_domestic(clause.text) and len(codes) < 2 and not target.name.proper:
        return False
    if step == "signed" and _MANY.search(clause.text):
        return True
    if (
        step in ("signed", "negotiated", "initialled", "proposed")
        and not target.name.proper
        and not target.name.pointing
    ):
        strong = target.name.head not in WEAK_HEADS or (step == "proposed" and pact.kind != "other")
        return len(codes) >= 2 or (
            bool(codes) and strong and "fire" not in target.name.head and "truce" not in target.name.head
        )
    if target.name.head in WEAK_HEADS and not target.name.proper and pact.kind in ("other", "cooperation"):
        if bool(codes) and pact.kind == "cooperation" and has_legislature(clause.text):
            return True
        return len({actor.code for actor in clause.actors} | codes) >= 2
    return bool(codes) or step == "in-force"


def introduced(clause: Clause) -> list[Told]:
    """Return the pacts that a sentence speaks of without a step, so that a later one may point to them."""
    found: list[Told] = []
    for name in clause.names:
        if not name.pointing:
            words = clause.text[max(0, name.start - 12) : name.end]
            parties = roles.codes(roles.partners(clause.text, clause.actors, name))
            if len(parties) > 1:
                found.append(Told(name.name, name.kind, tuple(parties), duration_years(words), name.proper))
    return found
