"""All that was reported of a pact, folded in order of date and story into the pact as it stands."""

from collections.abc import Iterable, Sequence

from stories.model import Pact, PactStep, Provision, StoryLink
from streams.pacts.records import Report

STAGES = (
    "proposed", "negotiated", "initialled", "signed", "approved", "ratified", "acceded", "in-force",
)  # fmt: skip
ENDINGS = ("rejected", "suspended", "withdrawn", "terminated")
CONSENT = ("ratified", "acceded")
MAX_LINKS = 200


def fold(pact_id: str, reports: Iterable[Report], revision: int) -> Pact:
    """Return the pact that `reports` tell of: the same whatever order they came in."""
    ordered = sorted(reports, key=lambda report: (report.when, report.story))
    steps = _steps(ordered)
    parties = sorted({party for step in steps for party in step.parties})
    ratified = sorted(
        {actor for step in steps if step.step in CONSENT and step.status == "done" for actor in step.by}
    )
    links: list[StoryLink] = [report.link for report in reversed(ordered)]
    return Pact(
        id=pact_id,
        name=_name(steps),
        kind=next((step.kind for step in steps if step.kind != "other"), "other"),
        parties=parties,
        duration_years=next((step.duration_years for step in steps if step.duration_years), None),
        steps=steps,
        stage=_stage(steps, parties, ratified),
        ratified=ratified,
        missing=sorted(set(parties) - set(ratified)) if _needs_consent(steps) else [],
        provisions=_provisions(ordered),
        stories=links[:MAX_LINKS],
        first_seen=ordered[0].when,
        last_seen=ordered[-1].when,
        revision=revision,
    )


def fact(step: PactStep) -> tuple[str, tuple[str, ...], str]:
    """Return what makes a step a fact of its own: who did what, done, planned or denied."""
    return step.step, tuple(step.by), step.status


def _steps(reports: Sequence[Report]) -> list[PactStep]:
    """Retellings join the first report; a more precise date of the same act replaces a vaguer one."""
    known: dict[tuple[object, ...], PactStep] = {}
    for report in reports:
        for step in report.steps:
            same = next(
                (key for key, old in known.items() if fact(old) == fact(step) and _agree(old, step)), None
            )
            if same is None:
                known[(*fact(step), step.date)] = step
            elif len(step.date) > len(known[same].date):
                known[same] = step
    return sorted(known.values(), key=lambda step: (step.date or "9999", step.step, step.by, step.status))


def _agree(one: PactStep, other: PactStep) -> bool:
    return (
        not one.date or not other.date or one.date.startswith(other.date) or other.date.startswith(one.date)
    )


def _name(steps: Sequence[PactStep]) -> str:
    names = [step.pact for step in steps if step.pact]
    return max(names, key=lambda name: (len(name), name), default="agreement")


def _stage(steps: Sequence[PactStep], parties: Sequence[str], ratified: Sequence[str]) -> str:
    done = [step for step in steps if step.status == "done"]
    if not done:
        return "proposed" if steps else ""
    last = max(done, key=lambda step: step.date)
    if last.step in ENDINGS:
        return last.step
    reached = max((STAGES.index(step.step) for step in done if step.step in STAGES), default=0)
    if STAGES[reached] == "ratified" and set(ratified) != set(parties):
        return "partly ratified"
    return STAGES[reached]


def _needs_consent(steps: Sequence[PactStep]) -> bool:
    """A scoreboard is kept from the first ratification on, and only where one was told."""
    return any(step.step in ("ratified", "approved") for step in steps)


def _provisions(reports: Sequence[Report]) -> dict[str, Provision]:
    found: dict[str, Provision] = {}
    for report in reports:
        for provision in report.provisions:
            if provision.name not in found:
                found[provision.name] = Provision(value=provision.value, evidence=provision.evidence)
    return dict(sorted(found.items()))
