"""A pact's life drawn as SVG: a lane for each kind of step, time from left to right, a mark for each fact.

The list of facts beside it says the same in words; a mark leads to its sentence there.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from markupsafe import Markup

from stories.days import first_day, last_day
from stories.fields import STEP_KINDS
from stories.model import PactStep

WIDTH, GUTTER, MARGIN = 760, 96, 24
ROW, HEAD, FOOT = 26, 8, 26
LETTER = 7.2  # about how wide a letter of a label is
MOST_NAMED = 4
MOST_TICKS = 6
_STRIDES = (1, 2, 7, 14, 31, 61, 92, 183, 366, 731, 1827, 3653, 9132, 18263)  # days between two ticks


class Fact(NamedTuple):
    """A step with its number in the list of facts."""

    number: int
    step: PactStep


class Mark(NamedTuple):
    """Where a fact is drawn: from `left` to `right`, its label beginning or ending at `label_x`."""

    fact: Fact
    left: float
    right: float
    label: str
    is_label_left: bool

    @property
    def reach(self) -> tuple[float, float]:
        """Return what the mark and its label take of the lane."""
        length = len(self.label) * LETTER + 10
        return (self.left - length, self.right) if self.is_label_left else (self.left, self.right + length)


def timeline(steps: Sequence[PactStep], until: date | None = None) -> Markup:
    """Return the drawing of `steps`, which are numbered in their order; nothing where none has a date.

    `until` is the day as of which the pact is shown.
    """
    dated = [Fact(number, step) for number, step in enumerate(steps, 1) if first_day(step.date)]
    if not dated:
        return Markup("")
    scale = Scale([fact.step for fact in dated], until)
    kinds = sorted({fact.step.step for fact in dated}, key=STEP_KINDS.index)
    y, lanes = float(HEAD), Markup("")
    for kind in kinds:
        rows = _rows([_mark(fact, scale) for fact in dated if fact.step.step == kind])
        lanes += _lane(kind, y, rows)
        y += len(rows) * ROW
    label = "Life-cycle of the pact: " + "; ".join(_told(fact.step) for fact in dated)
    return Markup(
        '<svg class="timeline" viewBox="0 0 {} {:.0f}" role="group" aria-label="{}">{}{}{}</svg>'
    ).format(WIDTH, y + FOOT, label, scale.ticks(y), scale.today(y), lanes)


class Scale:
    """From days to places on the paper."""

    def __init__(self, steps: Sequence[PactStep], until: date | None) -> None:
        first = min(first_day(step.date) or date.max for step in steps)
        last = max(last_day(step.date) or date.min for step in steps)
        room = max(5, (last - first).days // 20)
        self.until = until
        self.first = first.toordinal() - room
        self.last = max(last, until or last).toordinal() + room

    def x(self, day: date) -> float:
        """Return where `day` begins."""
        share = (day.toordinal() - self.first) / (self.last - self.first)
        return GUTTER + share * (WIDTH - GUTTER - MARGIN)

    def ticks(self, height: float) -> Markup:
        """Return the dates along the foot."""
        days = self.last - self.first
        stride = next((one for one in _STRIDES if days / one <= MOST_TICKS), _STRIDES[-1] * 4)
        drawn = Markup("")
        for day in self._ticked(stride):
            name = f"{day:%Y}" if stride >= 366 else f"{day:%b %Y}" if stride >= 31 else f"{day:%d %b %Y}"
            drawn += Markup(
                '<line class="tick" x1="{0:.1f}" x2="{0:.1f}" y1="0" y2="{1:.0f}"/>'
                '<text class="tick" x="{0:.1f}" y="{2:.0f}">{3}</text>'
            ).format(self.x(day), height + 4, height + 18, name)
        return drawn

    def _ticked(self, stride: int) -> list[date]:
        if stride < 31:
            return [date.fromordinal(one) for one in range(self.first + 1, self.last - 1, stride)]
        months, found = max(1, round(stride / 30.5)), []
        begin = date.fromordinal(self.first)
        number = -(-(begin.year * 12 + begin.month - 1) // months) * months
        while (day := date(number // 12, number % 12 + 1, 1)).toordinal() < self.last:
            if day.toordinal() > self.first:
                found.append(day)
            number += months
        return found

    def today(self, height: float) -> Markup:
        """Return the line of the day as of which the pact is shown."""
        if self.until is None:
            return Markup("")
        return Markup('<line class="until" x1="{0:.1f}" x2="{0:.1f}" y1="0" y2="{1:.0f}"/>').format(
            self.x(self.until + timedelta(days=1)), height + 4
        )


def _mark(fact: Fact, scale: Scale) -> Mark:
    step = fact.step
    start, end = first_day(step.date) or date.min, last_day(step.date) or date.min
    left, right = scale.x(start), scale.x(end + timedelta(days=1))
    middle = (left + right) / 2
    if step.precision == "day" or right - left < 12:
        left, right = middle - 6, middle + 6
    named = ", ".join(step.by[:MOST_NAMED]) + (
        f" +{len(step.by) - MOST_NAMED}" if len(step.by) > MOST_NAMED else ""
    )
    return Mark(fact, left, right, named, right + len(named) * LETTER + 10 > WIDTH)


def _rows(marks: Sequence[Mark]) -> list[list[Mark]]:
    """Spread marks over as few rows as keep their labels apart."""
    rows: list[list[Mark]] = []
    for mark in sorted(marks, key=lambda one: one.reach):
        free = (row for row in rows if all(_apart(mark.reach, other.reach) for other in row))
        row = next(free, None)
        if row is None:
            rows.append([mark])
        else:
            row.append(mark)
    return rows


def _apart(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[1] < other[0] or other[1] < one[0]


def _lane(kind: str, y: float, rows: Sequence[Sequence[Mark]]) -> Markup:
    foot = y + len(rows) * ROW
    drawn = Markup(
        '<text class="lane" x="0" y="{:.0f}">{}</text>'
        '<line class="lane" x1="{}" x2="{}" y1="{:.0f}" y2="{:.0f}"/>'
    ).format(y + ROW / 2 + 4, kind, GUTTER, WIDTH - MARGIN, foot, foot)
    for number, row in enumerate(rows):
        for mark in row:
            drawn += _drawn(mark, y + number * ROW + ROW / 2)
    return drawn


def _drawn(mark: Mark, y: float) -> Markup:
    anchor, x = ("end", mark.left - 5) if mark.is_label_left else ("start", mark.right + 5)
    text = Markup('<text class="{}" x="{:.1f}" y="{:.0f}">{}</text>').format(anchor, x, y + 4, mark.label)
    step, told = mark.fact.step, _told(mark.fact.step)
    return Markup(
        '<a href="#fact-{}" aria-label="{}"><title>{}</title>'
        '<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="12" rx="6"/>{}</a>'
    ).format(mark.fact.number, told, told, step.status, mark.left, y - 6, mark.right - mark.left, text)


def _told(step: PactStep) -> str:
    how = {"done": "", "planned": " (planned)", "denied": " (denied)"}[step.status]
    return f"{step.step}{how} {step.date}".rstrip() + (f" by {', '.join(step.by)}" if step.by else "")
