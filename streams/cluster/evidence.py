"""What two texts have in common, weighed against what chance gives any two: decision 48."""

import math
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

SURE = 1.0  # nats beyond chance from which one event, or one long story, is believed
MAX_EVIDENCE = 8  # shared terms that are weighed, the rarest
MAX_COMPARED = 60  # a term of more places is no part of a name


class Shared(NamedTuple):
    """A shared term: its rarity, where it occurs, the place in question too, and how far it counts, to 1."""

    rarity: float
    places: AbstractSet[str]
    part: float = 1.0


def outweighs_chance(shared: Sequence[Shared], terms: int, among: int, sure: float = SURE) -> bool:
    """Return whether one of so many `terms` shares with one of `among` what is `sure` nats beyond chance.

    `shared` begins with the rarest. The more terms there are to choose from, and the more there is to be
    compared with, the more is shared by chance. No more is weighed once that is settled either way.
    """
    weighed = shared[:MAX_EVIDENCE]
    # in how many ways as many could be chosen
    chosen = [math.log((terms - number) / (number + 1)) for number in range(len(weighed))]
    lacking = sure + math.log(among)
    for number, hope in enumerate(_hopes(weighed, chosen)):
        if lacking <= 0.0 or lacking > hope:
            break
        one = weighed[number]
        lacking -= _told_beside(weighed[:number], one) * one.part - chosen[number]
    return lacking <= 0.0


def _hopes(weighed: Sequence[Shared], chosen: Sequence[float]) -> list[float]:
    """Return what from each term on can be told at most, if no term has another beside it anyway."""
    hope, hopes = 0.0, []
    for one, ways in zip(reversed(weighed), reversed(chosen), strict=True):
        hope = max(0.0, hope + max(0.0, one.rarity) * one.part - ways)
        hopes.append(hope)
    return hopes[::-1]


def _told_beside(rarer: Sequence[Shared], one: Shared) -> float:
    """Return a term's rarity, or less where other places of a rarer one have it anyway.

    So the words of a name or a fixed phrase count about once.
    """
    told = one.rarity
    for known in rarer:
        others = len(known.places) - 1  # all but the place in question, which has both
        if 0 < others <= MAX_COMPARED:
            both = len(known.places & one.places) - 1
            told = min(told, math.log((others + 1.0) / (both + math.exp(-one.rarity))))
    return max(0.0, told)
