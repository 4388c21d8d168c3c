"""One message through one step: what it leads to, how it fared, and the trace that goes on from it."""

import logging
import sqlite3
from typing import NamedTuple

from structlog.contextvars import bound_contextvars

from stories import wire
from stories.topics import Topic
from stories.trace import Trace, story_of
from streams.kafka.letters import Message, dead_letter, reason_of, text, trace_of
from streams.operator import Decision, Event, Operator, State
from streams.watching import DEAD_LETTER, ENDED, PASSED, Outcome

log = logging.getLogger(__name__)


class Decided(NamedTuple):
    """`trace` is what the decision's events are sent under."""

    decision: Decision
    outcome: Outcome
    trace: Trace


def decide(operator: Operator, state: State, topic: Topic, partition: int, message: Message) -> Decided:
    """Return what `message` leads to; a poison one leads to a dead letter. Raises sqlite3.Error."""
    step, trace = operator.name, trace_of(message, topic.name, partition)
    try:
        document = wire.decode(message.value or b"", topic.document)
        trace = trace_of(message, topic.name, partition, document)
        with bound_contextvars(step=step, story=story_of(document), trace_id=trace.id):
            decision = operator.decide(state, Event(topic.name, text(message.key), document))
    except sqlite3.Error:  # the database's fault, not the message's: the process ends, nothing is lost
        raise
    except Exception as error:  # one poison message must not stop the partition
        letter = set_aside(topic.name, partition, message, reason_of(step, error), trace)
        return Decided(Decision(events=[letter]), DEAD_LETTER, trace.after(step))
    return Decided(decision, PASSED if decision.events else ENDED, trace.after(step))


def set_aside(topic: str, partition: int, message: Message, reason: str, trace: Trace) -> Event:
    """Return the dead letter of `message`, and say so in the log."""
    letter = dead_letter(topic, partition, message, reason, trace)
    with bound_contextvars(trace_id=trace.id):
        log.warning("set aside as a dead letter: %s/%d at %d: %s", topic, partition, message.offset, reason)
    return letter
