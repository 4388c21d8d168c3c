"""Where Kafka is and how its clients behave: handed in by the front door."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from streams.watching import UNWATCHED, Watcher


@dataclass(frozen=True)
class KafkaOptions:
    """`state` is the folder of the partitions' databases, `instance` this process as a static member.

    With an `instance`, a process back within `session_timeout_s` keeps its partitions; two processes
    must not share one. `security` holds aiokafka's own options (security_protocol, ssl_context…).
    `accept_gaps` takes events that retention deleted before they were processed for lost, and goes on.
    `watch` hears how the steps fare.
    """

    bootstrap: str
    state: Path
    prefix: str = ""
    instance: str = ""
    batch: int = 200
    linger_ms: int = 5
    session_timeout_s: float = 10.0
    max_fetch_bytes: int = 16 * 1024 * 1024
    max_message_bytes: int = 5_000_000
    accept_gaps: bool = False
    security: dict[str, Any] = field(default_factory=dict)
    watch: Watcher = UNWATCHED

    def topic(self, name: str) -> str:
        """Return the name that Kafka knows a topic of the topology by."""
        return f"{self.prefix}{name}"

    def plain(self, topic: str) -> str:
        """Return the topology's name of one of Kafka's topics."""
        return topic.removeprefix(self.prefix)

    def group(self, step: str) -> str:
        """Return the consumer group of a step."""
        return f"{self.prefix}pactwatch-{step}"
