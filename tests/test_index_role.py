"""The index role takes from Kafka what its sink can take."""

from pathlib import Path

from streams.kafka.index import BATCH, LEAST, QUICK_S, SLOW_S, IndexRole
from streams.kafka.options import KafkaOptions


def test_it_takes_less_at_once_from_kafka_while_the_sink_is_slow() -> None:
    role = IndexRole(lambda documents: [], KafkaOptions("nowhere:1", Path()))
    taken = [role.at_once]
    for took_s in (*[SLOW_S + 1] * 9, (SLOW_S + QUICK_S) / 2, *[QUICK_S / 2] * 9):
        role.pace(took_s)
        taken.append(role.at_once)

    assert taken[0] == taken[-1] == BATCH
    assert taken[9] == taken[10] == LEAST
