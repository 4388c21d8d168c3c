"""What is told by name, brought together with what is told by parties alone: "the arms pact" is New START.

A named pact gathers the unnamed steps of exactly its parties that fit it in kind and lie near it in time.
What fits is decided by the named steps alone, so it depends on no order, and a report touches few families:
its own, and those that share its parties.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import timedelta
from typing import NamedTuple, Protocol

from streams.pacts import identity
from streams.pacts.course import Course, Told
from streams.pacts.records import Report

_NEAR = timedelta(days=400)
_NEAR_IF_VAGUE = timedelta(days=60)

Pacts = list[list[Told]]


class Known(Protocol):
    """The reports that there are, and which named families tell of which parties."""

    def reports(self, family: str) -> Sequence[Report]:
        """Return the reports of a family, in any order."""
        ...

    def places(self, family: str) -> AbstractSet[str]:
        """Return the families that the steps of a named family would belong to without their names."""
        ...

    def names_at(self, place: str) -> Iterable[str]:
        """Return the named families with a step of exactly the parties that the family `place` stands for."""
        ...


class _Home(NamedTuple):
    family: str
    number: int


class _Core:
    """A named pact that unnamed steps may belong to; it is asked of them in order of time."""

    def __init__(self, told: Sequence[Told]) -> None:
        self.told = told
        self.days = [one.day for one in told]
        self.kinds = Course(told).kinds
        self.before = Course()  # its steps up to the day of the one that was asked of last

    def fits(self, one: Told) -> bool:
        """Return whether `one` is near this pact in time and continues it, or would be continued by it."""
        near = _NEAR if one.step.kind in self.kinds else _NEAR_IF_VAGUE
        if self.distance(one) > near:
            return False
        for place in range(len(self.before.steps), bisect_right(self.days, one.day)):
            self.before.add(self.told[place])
        if self.before.steps:
            return identity.belongs_to(one, self.before)
        return identity.belongs_to(self.told[0], Course([one]))

    def distance(self, one: Told) -> timedelta:
        """Return how far `one` is from the nearest step."""
        after = bisect_right(self.days, one.day)
        return min(abs(one.day - day) for day in self.days[max(after - 1, 0) : after + 1])


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
        for place in sorted(self.known.places(family)):
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
                _Home(name, number): _Core(pact)
                for name in sorted(self.known.names_at(place))
                for number, pact in enumerate(self._core(name))
                if any(is_at(told, place) for told in pact)
            }
            taken: dict[_Home, list[Told]] = {}
            rest: list[Told] = []
            for one in identity.told_of(self.known.reports(place)):
                fitting = [home for home, core in cores.items() if core.fits(one)]
                home = min(fitting, key=lambda home: cores[home].distance(one), default=None)
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
    around |= {place for known in stages for name in names for place in known.places(name)}
    names |= {name for known in stages for place in around for name in known.names_at(place)}
    return sorted(names | around)
