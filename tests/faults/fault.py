"""What a fault is, and what came of making it: the words of the fault suite."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.faults.embedded import EmbeddedRun
    from tests.faults.scaled import ScaledRun

EMBEDDED = "embedded"


class UnavailableError(Exception):
    """This machine cannot make the fault; the message says what it lacks."""


@dataclass(frozen=True)
class Scaled:
    """A fault on Kafka and Elasticsearch. `inject` makes it once and returns when its cause is gone again.

    `nodes` is how many brokers it needs; `polled` has the stories come through pactwatch's own poller;
    `small_disk` keeps the workers' state on a disk that can be filled; `settings` are Elasticsearch's;
    `prepare` is called before the processes start.
    """

    name: str
    what: str
    inject: "Callable[[ScaledRun], None]"
    nodes: int = 1
    polled: bool = False
    small_disk: bool = False
    settings: dict[str, str] = field(default_factory=dict)
    prepare: "Callable[[ScaledRun], None]" = lambda run: None
    times: int = 10


@dataclass(frozen=True)
class Embedded:
    """A fault of `pactwatch run`, all in one process."""

    name: str
    what: str
    inject: "Callable[[EmbeddedRun], None]"
    small_disk: bool = False
    prepare: "Callable[[EmbeddedRun], None]" = lambda run: None
    times: int = 10


Fault = Scaled | Embedded


@dataclass(frozen=True)
class Found:
    """What a check of the end found: ids of stories that lack, ids there twice, and whatever else is wrong."""

    stories: int
    lost: Sequence[str] = ()
    doubled: Sequence[str] = ()
    wrong: Sequence[str] = ()


@dataclass(frozen=True)
class Row:
    """A line of the table: one fault, made `times` times on a stream of `stories`."""

    fault: str
    what: str
    times: int
    stories: int
    lost: int
    doubled: int
    wrong: Sequence[str]
    recoveries_s: Sequence[float]
    slowest_stop_s: float = 0.0

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing was lost, doubled or different."""
        return not (self.lost or self.doubled or self.wrong)

    @property
    def typical_s(self) -> float:
        """Return the median of the times to recover."""
        return median(self.recoveries_s) if self.recoveries_s else 0.0

    @property
    def worst_s(self) -> float:
        """Return the longest time to recover."""
        return max(self.recoveries_s, default=0.0)


def row(
    fault: Fault, times: int, found: Found, recoveries_s: Sequence[float], slowest_stop_s: float,
    complaints: Sequence[str] = (),
) -> Row:  # fmt: skip
    """Return the line of the table that `found`, and `complaints` beside it, make."""
    return Row(
        fault.name, fault.what, times, found.stories, len(found.lost), len(found.doubled),
        [*complaints, *found.wrong], list(recoveries_s), slowest_stop_s,
    )  # fmt: skip
