"""The reports of families as the state keeps them, and as they will be once a story is taken in."""

from collections.abc import Iterable, Mapping, Sequence

from streams.operator import State
from streams.pacts import identity
from streams.pacts.grouping import places
from streams.pacts.records import LINKS, REPORTS, Report, key_of


class Stored:
    """The reports as they are kept."""

    def __init__(self, state: State) -> None:
        self.state = state
        self._read: dict[str, list[Report]] = {}

    def reports(self, family: str) -> Sequence[Report]:
        """Return the reports of a family."""
        if family not in self._read:
            self._read[family] = [report for _, report in self.state.items(REPORTS, key_of(family, ""))]
        return self._read[family]

    def names_at(self, place: str) -> Iterable[str]:
        """Return the named families with a step of exactly these parties."""
        return [link.name for _, link in self.state.items(LINKS, key_of(place, ""))]


class Edited(Stored):
    """The reports as they will be kept, with those of one story replaced."""

    def __init__(self, state: State, story: str, own: Mapping[str, Report | None]) -> None:
        super().__init__(state)
        for family, report in own.items():
            others = [known for known in super().reports(family) if known.story != story]
            self._read[family] = others + ([report] if report else [])
        self._named = {family: places(self._read[family]) for family in own if identity.is_named(family)}

    def names_at(self, place: str) -> Iterable[str]:
        """Return the named families with a step of exactly these parties."""
        kept = {name for name in super().names_at(place) if name not in self._named}
        return kept | {name for name, around in self._named.items() if place in around}
