"""Who of a pact's parties did what: a row for each party, a column for each act that anyone took or owes."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from stories.fields import STEP_KINDS
from stories.model import Pact, PactStep

ALWAYS = ("signed", "ratified")
STANDINGS = {
    "ratified": "Ratified", "acceded": "Acceded", "missing": "Ratification missing", "signed": "Signed",
    "rejected": "Rejected", "withdrawn": "Withdrawn", "": "No act reported",
}  # fmt: skip
_BY_WEIGHT = ("withdrawn", "rejected", "ratified", "acceded", "signed")  # the first that was done tells
_WEIGHT = {"done": 2, "denied": 1, "planned": 0}


class Cell(NamedTuple):
    """What is known of one party's act: state is done, planned, denied or missing, or empty for nothing.

    `number` is the fact in the list of facts, 0 where no fact stands behind it.
    """

    state: str
    date: str = ""
    number: int = 0


class Tile(NamedTuple):
    """A party under the act that says where it stands; `told` is when, `number` the fact behind it or 0."""

    party: str
    told: str = ""
    number: int = 0


class Standing(NamedTuple):
    """Parties that stand alike: `state` is the act (or missing, or empty), `label` says it to a reader."""

    state: str
    label: str
    tiles: list[Tile]


class Scoreboard(NamedTuple):
    """Columns are step names; rows are (party, cells); each party has one tile in one of the standings."""

    columns: list[str]
    rows: list[tuple[str, list[Cell]]]
    standings: list[Standing]


def scoreboard(pact: Pact, steps: Sequence[PactStep]) -> Scoreboard:
    """Return the scoreboard of `pact`; `steps` are its steps in the order in which they are numbered."""
    taken = {step.step for step in steps if set(step.by) & set(pact.parties)}
    columns = sorted(taken.union(ALWAYS), key=STEP_KINDS.index)
    rows = [(party, [_cell(pact, party, column, steps) for column in columns]) for party in pact.parties]
    return Scoreboard(columns, rows, _standings(pact, columns, rows))


def _standings(
    pact: Pact, columns: Sequence[str], rows: Sequence[tuple[str, Sequence[Cell]]]
) -> list[Standing]:
    """Gather the parties by where they stand, those furthest first; what cannot be placed comes last."""
    found: dict[str, list[Tile]] = {state: [] for state in STANDINGS}
    for party, cells in rows:
        state, tile = _placed(pact, party, dict(zip(columns, cells, strict=True)))
        found[state].append(tile)
    return [Standing(state, STANDINGS[state], tiles) for state, tiles in found.items() if tiles]


def _placed(pact: Pact, party: str, cells: Mapping[str, Cell]) -> tuple[str, Tile]:
    for state in _BY_WEIGHT:
        cell = cells.get(state, Cell(""))
        if cell.state == "done" and not (state == "signed" and party in pact.missing):
            return state, Tile(party, cell.date, cell.number)
    signed = cells.get("signed", Cell(""))
    told = f"signed {signed.date}".strip() if signed.state == "done" else ""
    return "missing" if party in pact.missing else "", Tile(party, told, signed.number if told else 0)


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
