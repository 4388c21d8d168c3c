"""How right the pact steps are: F1 of the step, with its actors, with its date; how often the status."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec
from rich.console import Group, RenderableType
from rich.table import Table

from pactwatch.evaluation.tagging import Score, story_of
from stories.model import PactStep, Story

PARTS = ("step", "step and actors", "step and date")
Key = tuple[str, ...]


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """One step, as labelled or as read: what the scores compare."""

    step: str
    by: list[str] = []
    date: str | None = None
    status: str = "done"
    pact: str | None = None

    def key(self, part: str) -> Key:
        """Return what must be equal for `part`; a missing date is the empty one."""
        actors = "/".join(sorted(set(self.by)))
        keys: dict[str, Key] = {
            "step": (self.step,),
            "step and actors": (self.step, actors),
            "step and date": (self.step, actors, self.date or ""),
        }
        return keys[part]

    def __str__(self) -> str:
        return " ".join((self.step, "/".join(sorted(self.by)) or "-", self.date or "-", self.status))


class Wrong(msgspec.Struct, kw_only=True):
    """One item that was read wrongly in some part."""

    id: str
    text: str
    given: list[str] = []
    labelled: list[str] = []


class Report(msgspec.Struct, kw_only=True):
    """The whole evaluation; `statuses_right` of `statuses` steps that were found have the labelled status."""

    items: int = 0
    scores: dict[str, Score] = {}
    statuses: int = 0
    statuses_right: int = 0
    wrong: list[Wrong] = []

    @property
    def status_accuracy(self) -> float:
        """Return the share of found steps with the right status, 1 where there are none."""
        return self.statuses_right / self.statuses if self.statuses else 1.0


def evaluate(lines: Iterable[dict[str, Any]], tag: Callable[[Story], Story]) -> Report:
    """Return how the steps that `tag` finds do on labelled `lines`: id, date, text, steps, steps_optional.

    Raises msgspec.ValidationError for a label that is no step.
    """
    report = Report(scores={part: Score() for part in PARTS}, wrong=[])
    for line in lines:
        if "steps" not in line:
            continue  # labelled for something else
        report.items += 1
        given = [_given(step) for step in tag(story_of(line)).steps]
        required = msgspec.convert(line["steps"], list[Given])
        optional = msgspec.convert(line.get("steps_optional", []), list[Given])
        right = [_count(report.scores[part], part, given, required, optional) for part in PARTS]
        if not (all(right) and _statuses(report, given, required)):
            texts = [str(one) for one in given], [str(one) for one in required]
            report.wrong.append(
                Wrong(id=str(line["id"]), text=line["text"], given=texts[0], labelled=texts[1])
            )
    return report


def _given(step: PactStep) -> Given:
    return Given(step=step.step, by=step.by, date=step.date or None, status=step.status, pact=step.pact)


def _count(
    score: Score, part: str, given: Sequence[Given], required: Sequence[Given], optional: Sequence[Given]
) -> bool:
    """Add one item to `score`; return whether nothing was missed or made up."""
    found = Counter(one.key(part) for one in given)
    wanted = Counter(one.key(part) for one in required)
    free = {one.key(part) for one in optional}
    missed = sum((wanted - found).values())
    extra = sum(count for key, count in (found - wanted).items() if key not in free)
    score.hits += sum((found & wanted).values())
    score.missed += missed
    score.extra += extra
    return not missed and not extra


def _statuses(report: Report, given: Sequence[Given], required: Sequence[Given]) -> bool:
    """Compare the status of each labelled step with those of the steps of its kind that were found."""
    right = True
    for label in required:
        same = [one for one in given if one.step == label.step]
        closest = [one for one in same if set(one.by) == set(label.by)] or same
        if closest:
            report.statuses += 1
            fits = any(one.status == label.status for one in closest)
            report.statuses_right += fits
            right = right and fits
    return right


def render(report: Report) -> RenderableType:
    """Return the report as tables: the scores, then the items that were read wrongly."""
    scores = Table(title=f"{report.items} items")
    for column in ("part", "precision", "recall", "F1", "right", "extra", "missed"):
        scores.add_column(column, justify="left" if column == "part" else "right")
    for part, score in report.scores.items():
        figures = [f"{figure:.3f}" for figure in (score.precision, score.recall, score.f1)]
        scores.add_row(part, *figures, str(score.hits), str(score.extra), str(score.missed))
    status = f"{report.status_accuracy:.3f} ({report.statuses_right} of {report.statuses})"
    wrong = Table(title=f"status accuracy {status}; {len(report.wrong)} items wrong")
    for column in ("item", "read", "labelled", "text"):
        wrong.add_column(column, overflow="fold")
    for item in report.wrong:
        wrong.add_row(item.id, "\n".join(item.given), "\n".join(item.labelled), item.text)
    return Group(scores, wrong)
