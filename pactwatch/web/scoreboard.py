"""Who of a pact's parties did what: a row for each party, a column for each act that anyone took or owes."""

from collections.abc import Sequence
from typing import NamedTuple

from stories.fields import STEP_KINDS
from stories.model import Pact, PactStep

ALWAYS = ("signed", "ratified")
_WEIGHT = {"done": 2, "denied": 1, "planned": 0}


class Cell(NamedTuple):
    """What is known of one party's act: state is done, planned, denied or missing, or empty for nothing.

    `number` is the fact in the list of facts, 0 where no fact stands behind it.
    """

    state: str
    date: str = ""
    number: int = 0


class Scoreboard(NamedTuple):
    """Columns are step names; rows are (party, cells)."""

    columns: list[str]
    rows: list[tuple[str, list[Cell]]]


def scoreboard(pact: Pact, steps: Sequence[PactStep]) -> Scoreboard:
    """Return the scoreboard of `pact`; `steps` are its steps in the order in which they are numbered."""
    taken = {step.step for step in steps if set(step.by) & set(pact.parties)}
    columns = sorted(taken.union(ALWAYS), key=STEP_KINDS.index)
    rows = [(party, [_cell(pact, party, column, steps) for column in columns]) for party in pact.parties]
    return Scoreboard(columns, rows)


def _cell(pact: Pact, party: str, column: str, steps: Sequence[PactStep]) -> Cell:
    told = [
        (number, step) for number, step in enumerate(steps, 1) if step.step == column and party in step.by
    ]
    if told:
        number, step = max(told, key=lambda one: (_WEIGHT[one[1].status], -one[0]))
        return Cell(step.status, step.date, number)
    if column == "ratified" and party in pact.ratified:
        return Cell("done")
    if column == "ratified" and party in pact.missing:
        return Cell("missing")
    return Cell("")
