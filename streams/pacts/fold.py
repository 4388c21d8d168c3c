"""All that was reported of a pact, folded in order of date and story into the pact as it stands."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import msgspec

from stories import days
from stories.model import Pact, PactKind, PactStep, Provision, StoryLink
from streams.pacts import identity
from streams.pacts.course import Told
from streams.pacts.records import Report
from streams.pacts.wellknown import common_name
from streams.tag.steps.takers import SHARED

STAGES = ("proposed", "negotiated", "initialled", "signed", "approved", "ratified", "acceded", "in-force")
ENDINGS = ("rejected", "suspended", "withdrawn", "terminated")
_OVER = ("rejected", "withdrawn", "terminated")  # nobody's ratification is awaited any more
CONSENT = ("ratified", "acceded")
MAX_LINKS = 200
_MAKES_PARTIES = frozenset((
    "negotiated", "initialled", "signed", "ratified", "acceded", "in-force", "suspended", "withdrawn",
    "terminated",
))  # fmt: skip
_RETOLD = timedelta(days=14)  # within which "today" of a second story is the first one's day, told late


def fold_family(family: str, told: Iterable[Sequence[Told]]) -> list[Pact]:
    """Return the pacts of a family, revision 1, from their steps: the same in whatever order these came."""
    return [fold(identity.pact_id(family, number), pact) for number, pact in enumerate(told)]


def fold(pact_id: str, told: Sequence[Told]) -> Pact:
    """Return the pact that these steps, of one pact and at least one, make up."""
    ordered = sorted(told, key=lambda one: (one.report.when, one.report.story))
    reports = list({one.report.story: one.report for one in ordered}.values())
    steps = facts(ordered)
    kind = _kind(ordered)
    parties = _parties(steps, kind)
    ratified = _takers(steps, CONSENT)
    stage = _stage(steps, parties, kind)
    missing = [] if stage in _OVER else _missing(steps, parties, kind)
    links: list[StoryLink] = [report.link for report in reversed(reports)]
    return Pact(
        id=pact_id, name=_name(steps), kind=kind, parties=parties,
        duration_years=next((step.duration_years for step in steps if step.duration_years), None),
        steps=steps, stage=stage, ratified=ratified, missing=missing,
        provisions=_provisions(reports, parties),
        stories=links[:MAX_LINKS], first_seen=reports[0].when, last_seen=reports[-1].when,
    )  # fmt: skip


def facts(told: Sequence[Told]) -> list[PactStep]:
    """Return each fact once, in order of date: retellings join it, a more precise date replaces a vaguer one.

    Reports that contradict each other (other dates, done and denied) stay side by side.
    """
    known: list[Told] = []
    for one in told:
        if _sums_up(one, known):
            continue
        place = next((number for number, old in enumerate(known) if _retells(one, old)), None)
        if place is None:
            known.append(one)
        elif _tells_more(one, known[place]):
            known[place] = one
    steps = [one.step for one in known]
    return sorted(steps, key=lambda step: (_order(step), STAGE_ORDER.get(step.step, 9), step.by, step.status))


def fact(step: PactStep) -> tuple[str, tuple[str, ...], str]:
    """Return what makes a step a fact of its own: who did what, done, planned or denied."""
    return step.step, tuple(step.by), step.status


STAGE_ORDER = {step: number for number, step in enumerate((*STAGES, *ENDINGS))}


def _order(step: PactStep) -> date:
    return days.first_day(step.date) or date.max


def _sums_up(one: Told, known: Sequence[Told]) -> bool:
    """Return whether a report without a date only says together what was told of each of its takers."""
    if one.step.step in SHARED or one.step.date or len(one.step.by) < 2:
        return False
    told = {actor for old in known if _is_same_act(one, old) for actor in old.step.by}
    return told.issuperset(one.step.by)


def _is_same_act(one: Told, old: Told) -> bool:
    return one.step.step == old.step.step and one.step.status == old.step.status


def _retells(one: Told, old: Told) -> bool:
    if not _is_same_act(one, old):
        return False
    mine, theirs = set(one.step.by), set(old.step.by)
    if not (mine <= theirs or theirs <= mine):
        return False
    if mine != theirs and one.step.step not in SHARED and not (one.step.date and old.step.date):
        return False  # who takes a step alone took it on a day
    if days.agree(one.step.date, old.step.date):
        return True
    is_todays = one.step.date == one.report.when.date().isoformat()
    return is_todays and timedelta() <= one.day - old.day <= _RETOLD


def _tells_more(one: Told, old: Told) -> bool:
    if set(one.step.by) != set(old.step.by):
        return set(one.step.by) > set(old.step.by)
    if len(one.step.parties) != len(old.step.parties) and one.step.date == old.step.date:
        return len(one.step.parties) > len(old.step.parties)
    return days.agree(one.step.date, old.step.date) and len(one.step.date) > len(old.step.date)


def _name(steps: Sequence[PactStep]) -> str:
    if known := Counter(filter(None, map(common_name, steps))):
        return min(known, key=lambda name: (-known[name], name))
    names = [step.pact for step in steps if step.pact and step.pact != "it"]
    proper = [name for name in names if identity.distinctive_words(name, parties_known=False)]
    counted = Counter(proper or names)
    return min(counted, key=lambda name: (-counted[name], -len(name), name), default="agreement")


def _parties(steps: Sequence[PactStep], kind: PactKind) -> list[str]:
    """Return the parties that acts tell of: whom a plan or a wish would add is none.

    Whoever signs, ratifies or leaves a pact is one of its parties; whoever ratifies an accession need not be.
    """
    telling = [step for step in steps if step.status == "done" and step.step in _MAKES_PARTIES] or steps
    stated = {party for step in telling for party in step.parties}
    if kind != "accession" and len(stated) < 2:
        stated |= {actor for step in telling if step.status == "done" for actor in step.by}
    return sorted(stated)


def _kind(told: Sequence[Told]) -> PactKind:
    kinds: Counter[PactKind] = Counter(one.step.kind for one in told if one.step.kind != "other")
    return min(kinds, key=lambda kind: (-kinds[kind], kind), default="other")


def _takers(steps: Iterable[PactStep], kinds: Sequence[str]) -> list[str]:
    return sorted(
        {actor for step in steps if step.step in kinds and step.status == "done" for actor in step.by}
    )


def _stage(steps: Sequence[PactStep], parties: Sequence[str], kind: PactKind) -> str:
    done = [step for step in steps if step.status == "done"]
    if not done:
        return "proposed" if steps else ""
    dated = [step for step in done if step.date] or done
    last = max(dated, key=lambda step: (_order(step), STAGE_ORDER.get(step.step, 0)))
    if last.step in ENDINGS and not (last.step == "withdrawn" and len(parties) > 2):
        return last.step
    reached = max((STAGES.index(step.step) for step in done if step.step in STAGES), default=-1)
    if reached < 0:
        return done[-1].step
    if STAGES[reached] == "ratified" and (
        _missing(steps, parties, kind) or kind == "accession" or len(parties) < 2
    ):
        return "partly ratified"
    return STAGES[reached]


def _missing(steps: Sequence[PactStep], parties: Sequence[str], kind: PactKind) -> list[str]:
    """Return who has still to ratify: every party once one has, and whoever the news says is awaited.

    An accession is for the members to ratify, so of it only those named as awaited are missing.
    """
    consented = set(_takers(steps, CONSENT))
    awaited = {
        actor
        for step in steps
        if step.step in ("ratified", "approved") and step.status != "done"
        for actor in step.by
    }
    done = {step.step for step in steps if step.status == "done"}
    if "acceded" in done and kind == "accession":
        return []
    if kind == "accession":
        consented |= set(_takers(steps, ("approved",)))
    expected = set(parties) if done & {"ratified", "approved"} and kind != "accession" else set()
    if "in-force" in done and len(parties) <= 2:
        return []
    return sorted((expected | awaited) - consented)


def _provisions(reports: Sequence[Report], parties: Sequence[str]) -> dict[str, Provision]:
    """Return the first word on each provision, and beside it the first that says the opposite."""
    found: dict[str, Provision] = {}
    for report in reports:
        for promised in report.provisions:
            if not set(promised.parties) <= set(parties):
                continue
            known = found.get(promised.name)
            if known is None:
                found[promised.name] = Provision(value=promised.value, evidence=promised.evidence)
            elif known.contrary is None and known.value != promised.value:
                found[promised.name] = msgspec.structs.replace(known, contrary=promised.evidence)
    return dict(sorted(found.items()))


def same(one: Pact, other: Pact) -> bool:
    """Return whether two states of a pact say the same, their revisions aside."""
    return msgspec.structs.replace(one, revision=1) == msgspec.structs.replace(other, revision=1)
