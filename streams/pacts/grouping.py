"""What is told by name, brought together with what is told by parties alone: "the arms pact" is New START.

A named pact gathers the unnamed steps of exactly its parties that fit it in kind and lie near it in time.
What fits is decided by the named steps alone, so it depends on no order, and a report touches few families:
its own, and those that share its parties.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import NamedTuple, Protocol

from streams.pacts import identity
from streams.pacts.identity import Told
from streams.pacts.records import Report

_NEAR = timedelta(days=400)
_NEAR_IF_VAGUE = timedelta(days=60)

Pacts = list[list[Told]]


class Known(Protocol):
    """The reports that there are, and which named families tell of which parties."""

    def reports(self, family: str) -> Sequence[Report]:
        """Return the reports of a family, in any order."""
        ...

    def names_at(self, place: str) -> Iterable[str]:
        """Return the named families with a step of exactly the parties that the family `place` stands for."""
        ...


class _Home(NamedTuple):
    family: str
    number: int


class Grouping:
    """The pacts of families, each worked out once; made anew for every event."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self._named: dict[str, Pacts] = {}
        self._shared: dict[str, tuple[dict[_Home, list[Told]], list[Told]]] = {}

    def pacts(self, family: str) -> Pacts:
        """Return the pacts of `family` in order of time, each as its steps in order of time."""
        if not identity.is_named(family):
            return identity.partition(family, self._share(family)[1])
        gathered = [list(pact) for pact in self._core(family)]
        for place in sorted(places(self.known.reports(family))):
            for home, told in self._share(place)[0].items():
                if home.family == family:
                    gathered[home.number] += told
        return [sorted(pact, key=lambda one: one.order) for pact in gathered]

    def _core(self, family: str) -> Pacts:
        if family not in self._named:
            told = identity.told_of(self.known.reports(family))
            self._named[family] = identity.partition(family, told)
        return self._named[family]

    def _share(self, place: str) -> tuple[dict[_Home, list[Told]], list[Told]]:
        """Return the unnamed steps of some parties by the named pact they belong to, and the rest."""
        if place not in self._shared:
            cores = {
                _Home(name, number): pact
                for name in sorted(self.known.names_at(place))
                for number, pact in enumerate(self._core(name))
                if any(is_at(told, place) for told in pact)
            }
            taken: dict[_Home, list[Told]] = {}
            rest: list[Told] = []
            for one in identity.told_of(self.known.reports(place)):
                fitting = [home for home, pact in cores.items() if _fits(one, pact)]
                home = min(fitting, key=lambda home: _distance(one, cores[home]), default=None)
                (rest if home is None else taken.setdefault(home, [])).append(one)
            self._shared[place] = taken, rest
        return self._shared[place]


def places(reports: Iterable[Report]) -> set[str]:
    """Return the families that the steps of `reports` would belong to without their names."""
    return {
        identity.parties_family(step) for report in reports for step in report.steps if len(step.parties) >= 2
    }


def is_at(told: Told, place: str) -> bool:
    """Return whether a step names exactly the parties that `place` stands for."""
    return len(told.step.parties) >= 2 and identity.parties_family(told.step) == place


def touched(families: Iterable[str], *stages: Known) -> list[str]:
    """Return the families whose pacts may change where the reports of `families` do, before or after."""
    names = {family for family in families if identity.is_named(family)}
    around = {family for family in families if not identity.is_named(family)}
    around |= {place for known in stages for name in names for place in places(known.reports(name))}
    names |= {name for known in stages for place in around for name in known.names_at(place)}
    return sorted(names | around)


def _fits(one: Told, pact: Sequence[Told]) -> bool:
    near = _NEAR if one.step.kind in identity.kinds_of(pact) else _NEAR_IF_VAGUE
    if _distance(one, pact) > near:
        return False
    before = [told for told in pact if told.day <= one.day]
    return identity.belongs_to(one, before) if before else identity.belongs_to(pact[0], [one])


def _distance(one: Told, pact: Sequence[Told]) -> timedelta:
    return min(abs(one.day - told.day) for told in pact)
