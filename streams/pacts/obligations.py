"""What known pacts promise to the states of a conflict: joined when read, for both change by themselves."""

from collections.abc import Iterable
from typing import NamedTuple

from stories.model import Cluster, Pact, PactKind

CONFLICT = "armed-conflict"
ALLIANCES = frozenset({"NATO", "CSTO", "AES", "ANZUS", "AUKUS"})  # whoever joined them is bound to the others
_BINDING: frozenset[PactKind] = frozenset({"defense", "strategic-partnership", "peace", "arms-control"})
_STANDING = frozenset({"signed", "approved", "partly ratified", "ratified", "in-force"})


class Obligation(NamedTuple):
    """A pact that binds states of a conflict.

    `bound` are those of its parties that the conflict's stories name, `is_between` says that there are two of
    them and more, `promises` are the provisions that the news tells of, each yes or no.
    """

    pact: Pact
    bound: list[str]
    is_between: bool
    promises: dict[str, str]


def obligations(cluster: Cluster, pacts: Iterable[Pact]) -> list[Obligation]:
    """Return the standing pacts that bind the states of a conflict; none for a cluster on something else.

    First those between states of the conflict, then those that promise most, then the last told.
    """
    if CONFLICT not in cluster.topics:
        return []
    found = [
        Obligation(pact, bound, len(bound) > 1, _promises(pact))
        for pact in pacts
        if (bound := sorted(set(cluster.countries) & set(pact.parties))) and binds(pact)
    ]
    return sorted(
        found,
        key=lambda one: (
            not one.is_between, -len(one.promises), -one.pact.last_seen.timestamp(), one.pact.id,
        ),
    )  # fmt: skip


def binds(pact: Pact) -> bool:
    """Return whether a pact stands and binds its parties in a war: by its kind, or by what it promises."""
    if pact.merged_into:
        return False
    if pact.kind == "accession":
        return pact.stage == "acceded" and not ALLIANCES.isdisjoint(pact.parties)
    is_binding = pact.kind in _BINDING or "yes" in _promises(pact).values()
    return pact.stage in _STANDING and is_binding


def _promises(pact: Pact) -> dict[str, str]:
    return {name: promised.value for name, promised in pact.provisions.items() if promised.value != "unknown"}
