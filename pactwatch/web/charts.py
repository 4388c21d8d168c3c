"""Bars as SVG, drawn here so that a page needs neither a script nor a picture from elsewhere.

No style attributes: the page's policy refuses them; style.css colours the classes.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from markupsafe import Markup, escape

HOURS = 24
SPARK = (96, 22)
WIDTH, HEIGHT, FOOT = 960, 140, 32
MOST_LABELS = 7


def hourly(moments: Iterable[datetime], end: datetime, hours: int = HOURS) -> list[int]:
    """Return how many `moments` fall into each of the last `hours` up to `end`, the oldest first."""
    last = end.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    counts = [0] * hours
    for moment in moments:
        before = -int((moment - last).total_seconds() // 3600) - 1
        if 0 <= before < hours:
            counts[hours - 1 - before] += 1
    return counts


def sparkline(counts: Sequence[int], label: str) -> Markup:
    """Return a small row of bars, with `label` for those who do not see it."""
    width, height = SPARK
    step, highest = width / max(1, len(counts)), max([1, *counts])
    drawn = "".join(
        f'<rect x="{number * step:.1f}" y="{height - size:.1f}" width="{step * 0.8:.1f}" '
        f'height="{size:.1f}"/>'
        for number, count in enumerate(counts)
        if (size := max(2.0, count / highest * height) if count else 0.0)
    )
    bars = Markup(drawn)  # noqa: S704  (numbers only; formatting each as Markup took half of a page's time)
    return Markup(
        '<svg class="spark" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}">'
        '<line x1="0" x2="{}" y1="{}" y2="{}"/>{}</svg>'
    ).format(width, height, width, height, label, width, height, height, bars)


def bars(points: Sequence[tuple[str, int]], label: str) -> Markup:
    """Return a bar chart of (name, count); a bar tells its figure on hover, `label` what it shows."""
    highest, step = max([1, *(count for _, count in points)]), WIDTH / max(1, len(points))
    rects = "".join(_bar(number, *point, highest, step) for number, point in enumerate(points))
    drawn = Markup(rects)  # noqa: S704  (numbers, and names that are escaped)
    every = max(1, -(-len(points) // MOST_LABELS))
    names = Markup("").join(
        Markup('<text x="{:.1f}" y="{}">{}</text>').format(number * step, HEIGHT + FOOT - 4, name)
        for number, (name, _) in enumerate(points)
        if number % every == 0 and (len(points) - number) * step > WIDTH / MOST_LABELS * 0.7
    )
    return Markup(
        '<svg class="bars" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        '<text class="top" x="0" y="11">{}</text><line x1="0" x2="{}" y1="{}" y2="{}"/>{}{}</svg>'
    ).format(WIDTH, HEIGHT + FOOT, label, highest, WIDTH, HEIGHT, HEIGHT, drawn, names)


def _bar(number: int, name: str, count: int, highest: int, step: float) -> str:
    size = count / highest * (HEIGHT - 16)
    return (
        f'<rect x="{number * step:.1f}" y="{HEIGHT - size:.1f}" width="{max(1.0, step * 0.85):.1f}" '
        f'height="{size:.1f}"><title>{escape(name)}: {count}</title></rect>'
    )
