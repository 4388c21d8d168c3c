"""Sentences to pact steps: who signed, ratified, rejected, joined or left which pact, when, and how surely."""

from collections.abc import Sequence
from datetime import date

import msgspec

from stories import days
from stories.model import Evidence, Mention, PactStep, Story
from streams.tag.sentences import Sentence
from streams.tag.steps.clauses import Clause, clauses
from streams.tag.steps.status import fails, status_of
from streams.tag.steps.takers import takers_of
from streams.tag.steps.targets import kind_of_step, pronoun_target, target_of
from streams.tag.steps.told import Told, introduced, is_between_states, pact_of
from streams.tag.steps.when import date_of

UNDATED = date(1970, 1, 1)  # when a story was published of which nothing tells it


def read(story: Story, sentences: Sequence[Sentence], mentions: Sequence[Mention]) -> list[PactStep]:
    """Return the pact steps that `story` reports, in the order of its text, each told once.

    `mentions` are the actors of the story with exact spans; `sentences` are those of streams.tag.sentences.
    """
    published = (story.published or story.timestamp).date()
    told: list[Told] = []
    steps: list[PactStep] = []
    earlier: list[Clause] = []
    for clause in clauses(story, sentences, mentions):
        if clause.verbs:
            for step in _steps_of(story, clause, published, told, earlier):
                steps.append(step)
                told.append(_told(step))
        if clause.names:
            told.extend(introduced(clause))
        earlier.append(clause)
    return _once(steps)


def _steps_of(
    story: Story, clause: Clause, published: date, told: Sequence[Told], earlier: Sequence[Clause]
) -> list[PactStep]:
    found: list[PactStep] = []
    for verb in clause.verbs:
        target = target_of(clause, verb) or (pronoun_target(clause, verb) if told else None)
        if target is None:
            continue
        status = status_of(clause.text, verb)
        if status is None:
            continue
        step = kind_of_step(clause, verb, target)
        if step is None:
            continue
        if fails(clause.text, verb) and step in ("ratified", "approved"):
            step, status = "rejected", "done"
        by = takers_of(clause, verb, target, step, earlier)
        pact = pact_of(clause, target, by, told, step)
        if not is_between_states(clause, target, step, by, pact):
            continue
        written = _anchored(date_of(clause, verb, target, status, published), published)
        found.append(
            PactStep(
                step=step, by=sorted(set(by)), pact=pact.name, date=written, precision=days.precision_of(written),
                status=status, parties=sorted(set(pact.parties)), kind=pact.kind,
                duration_years=pact.duration_years, evidence=_evidence(story, clause.sentence),
            )
        )  # fmt: skip
    return found


def _anchored(written: str, published: date) -> str:
    """Return a date, but none that was reckoned from the day of a story that has no day."""
    return "" if published == UNDATED and abs(int(written[:4] or 0) - UNDATED.year) <= 1 else written


def _evidence(story: Story, sentence: Sentence) -> Evidence:
    return Evidence(
        story=story.id, field=sentence.field, start=sentence.start, end=sentence.end, text=sentence.text
    )


def _told(step: PactStep) -> Told:
    return Told(step.pact, step.kind, tuple(step.parties), step.duration_years, False, tuple(step.by))


def _once(steps: Sequence[PactStep]) -> list[PactStep]:
    """Drop what one story tells twice, and the approval that turns out to be the final consent."""
    kept: list[PactStep] = []
    ratified = {
        code for step in steps if step.step == "ratified" and step.status == "done" for code in step.by
    }
    seen: dict[tuple[str, tuple[str, ...], str, str], int] = {}
    for step in steps:
        if _is_told_below(step, steps):
            continue
        if (
            step.step == "approved"
            and step.status == "done"
            and step.by
            and set(step.by) <= ratified
            and step.kind != "accession"
        ):
            continue
        key = (
            step.step,
            tuple(step.by),
            step.status,
            step.pact.lower() if step.step not in ("signed",) else "",
        )
        if key in seen and (not step.date or days.agree(kept[seen[key]].date, step.date)):
            if len(step.date) > len(kept[seen[key]].date):
                kept[seen[key]] = _with_kind(step, steps)
            continue
        seen[key] = len(kept)
        kept.append(_with_kind(step, steps))
    return kept


def _is_told_below(step: PactStep, steps: Sequence[PactStep]) -> bool:
    """Return whether a headline's step is told again by the text, which says more of the pact than "the deal"."""
    return step.evidence.field == "title" and any(_tells(other, step) for other in steps)


def _tells(step: PactStep, headline: PactStep) -> bool:
    same = (step.step, step.by, step.status) == (headline.step, headline.by, headline.status)
    return same and step.evidence.field != "title" and set(headline.parties) <= set(step.parties)


def _with_kind(step: PactStep, steps: Sequence[PactStep]) -> PactStep:
    """Return a step of "an agreement" with the kind of pact that the headline tells it of."""
    if step.kind != "other":
        return step
    told = (other.kind for other in steps if other.evidence.field == "title" and _tells(step, other))
    return msgspec.structs.replace(step, kind=next(told, step.kind))
