"""What two texts have in common, weighed against what chance gives any two: decision 48."""

import math
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

SURE = 1.0  # nats beyond chance from which one event, or one long story, is believed
MAX_EVIDENCE = 8  # shared terms that are weighed, the rarest
MAX_COMPARED = 300  # a term of more places is no part of a name


class Shared(NamedTuple):
    """A shared term: its rarity, where it occurs, the place in question too, and how far it counts, to 1."""

    rarity: float
    places: AbstractSet[str]
    part: float = 1.0


def beyond_chance(shared: Sequence[Shared], terms: int, among: int) -> float:
    """Return how unlikely it is, in nats, that one of so many `terms` shares so much with any of `among`.

    `shared` begins with the rarest. The more terms there are to choose from, and the more there is to be
    compared with, the more is shared by chance.
    """
    told = chosen = most = 0.0
    for number, one in enumerate(shared[:MAX_EVIDENCE]):
        told += _told_beside(shared[:number], one) * one.part
        chosen += math.log((terms - number) / (number + 1))  # in how many ways as many could be chosen
        most = max(most, told - chosen)
    return most - math.log(among)


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
