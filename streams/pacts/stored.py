"""The reports of families as the state keeps them, and as they will be once a story is taken in."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from streams.operator import State
from streams.pacts import identity
from streams.pacts.grouping import places
from streams.pacts.records import LINKS, REPORTS, Report, key_of


class Stored:
    """The reports as they are kept; those of a family are read once."""

    def __init__(self, state: State) -> None:
        self.state = state
        self._reports: dict[str, Sequence[Report]] = {}
        self._places: dict[str, AbstractSet[str]] = {}

    def reports(self, family: str) -> Sequence[Report]:
        """Return the reports of a family."""
        if family not in self._reports:
            self._reports[family] = self._read(family)
        return self._reports[family]

    def places(self, family: str) -> AbstractSet[str]:
        """Return the families that the steps of a named family would belong to without their names."""
        if family not in self._places:
            self._places[family] = places(self.reports(family))
        return self._places[family]

    def names_at(self, place: str) -> Iterable[str]:
        """Return the named families with a step of exactly these parties."""
        return [link.name for _, link in self.state.items(LINKS, key_of(place, ""))]

    def _read(self, family: str) -> Sequence[Report]:
        return [report for _, report in self.state.items(REPORTS, key_of(family, ""))]


class Edited(Stored):
    """The reports as they will be kept, with those of one story replaced."""

    def __init__(self, before: Stored, story: str, own: Mapping[str, Report | None]) -> None:
        super().__init__(before.state)
        self._before = before
        for family, report in own.items():
            others = [known for known in before.reports(family) if known.story != story]
            self._reports[family] = [*others, report] if report else others
        self._named = [family for family in own if identity.is_named(family)]

    def names_at(self, place: str) -> Iterable[str]:
        """Return the named families with a step of exactly these parties."""
        kept = {name for name in self._before.names_at(place) if name not in self._named}
        return kept | {name for name in self._named if place in self.places(name)}

    def _read(self, family: str) -> Sequence[Report]:
        return self._before.reports(family)
