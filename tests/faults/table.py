"""The table of what was made and what came of it: on the terminal, kept as JSON, written into the docs."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from tests.faults.fault import Row

DOCS = Path(__file__).parents[2] / "docs" / "operations.md"
KEPT = Path(__file__).with_name("results.json")
HEAD = (
    "fault",
    "times",
    "stories",
    "lost",
    "doubled",
    "different",
    "recovery, median (s)",
    "worst (s)",
    "slowest stop (s)",
)


def keep(rows: Iterable[Row], kept: Path = KEPT) -> dict[str, Row]:
    """Put `rows` beside those of earlier runs, and return all by name; the newest of a name counts."""
    known = {name: Row(**row) for name, row in json.loads(kept.read_text()).items()} if kept.exists() else {}
    known |= {row.fault: row for row in rows}
    kept.write_text(json.dumps({name: asdict(row) for name, row in sorted(known.items())}, indent=1) + "\n")
    return known


def markdown(rows: Iterable[Row]) -> str:
    """Return the table."""
    lines = [HEAD, ("---",) + ("---:",) * (len(HEAD) - 1), *map(_cells, rows)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def put(name: str, text: str, docs: Path = DOCS) -> None:
    """Put `text` between the marks that `make NAME` has in the docs. Raises ValueError where they are missing."""
    begin, end = f"<!-- {name}: begin (written by `make {name}`) -->", f"<!-- {name}: end -->"
    page = docs.read_text()
    if begin not in page or end not in page:
        raise ValueError(f"{docs} lacks {begin!r} or {end!r}")
    before, rest = page.split(begin, 1)
    docs.write_text(f"{before}{begin}\n\n{text.strip()}\n\n{end}{rest.split(end, 1)[1]}")


def _cells(row: Row) -> tuple[str, ...]:
    numbers = (row.times, row.stories, row.lost, row.doubled, len(row.wrong))
    seconds = (row.typical_s, row.worst_s, row.slowest_stop_s)
    return (row.what, *(f"{number:,}" for number in numbers), *(f"{value:.1f}" for value in seconds))
