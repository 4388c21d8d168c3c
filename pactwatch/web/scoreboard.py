"""Who of a pact's parties did what: a row for each party, a column for each act that anyone took or owes."""

from collections.abc import Sequence
from typing import NamedTuple

from stories.fields import STEP_KINDS
from stories.model import Pact, PactStep

ALWAYS = ("signed", "ratified")
STANDINGS = {
    "ratified": "Ratified", "missing": "Ratification missing", "signed": "Signed", "rejected": "Rejected",
    "withdrawn": "Withdrawn", "": "No act reported",
}  # fmt: skip
_BINDING = ("signed", "approved", "ratified", "acceded", "rejected", "withdrawn")
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
    return Scoreboard(columns, rows, _standings(pact, steps))


def _standings(pact: Pact, steps: Sequence[PactStep]) -> list[Standing]:
    """Gather the parties by where they stand, those furthest first; what cannot be placed comes last."""
    found: dict[str, list[Tile]] = {state: [] for state in STANDINGS}
    for party in pact.parties:
        state, tile = _placed(pact, party, steps)
        found[state].append(tile)
    return [Standing(state, STANDINGS[state], tiles) for state, tiles in found.items() if tiles]


def _placed(pact: Pact, party: str, steps: Sequence[PactStep]) -> tuple[str, Tile]:
    """Return where `party` stands: who left or refused may have come back, so its last act tells."""
    acts = {
        step.step: Tile(party, step.date, number)
        for number, step in enumerate(steps, 1)
        if step.status == "done" and party in step.by and step.step in _BINDING
    }
    last, act = max(acts.items(), key=lambda one: one[1].number, default=("", Tile(party)))
    if last in ("withdrawn", "rejected"):
        return last, act
    if party in pact.ratified:
        return "ratified", acts.get("ratified") or acts.get("acceded") or Tile(party)
    signed = acts.get("signed", Tile(party))
    if party in pact.missing:
        return "missing", signed._replace(told=f"signed {signed.told}".strip() if signed.number else "")
    return ("signed" if signed.number else ""), signed


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
