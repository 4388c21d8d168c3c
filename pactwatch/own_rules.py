"""A person's own names and rules beside the shipped ones: of one id, their own win."""

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

import msgspec

from streams.tag.rules import Rule, TopicRule


class _Named(Protocol):
    @property
    def id(self) -> str: ...


N = TypeVar("N", bound=_Named)


def beside(shipped: Sequence[N], own: Iterable[N]) -> list[N]:
    """Return both, in order; an own one takes the place of the shipped one with its id."""
    by_id = {one.id: one for one in shipped} | {one.id: one for one in own}
    return list(by_id.values())


def topics(shipped: Sequence[TopicRule], own: Sequence[TopicRule]) -> list[TopicRule]:
    """Return both; rules and word lists of one topic stand beside each other, own ones win by their id."""
    known = {topic.id: topic for topic in shipped}
    return beside(shipped, [_joined(known[topic.id], topic) if topic.id in known else topic for topic in own])


def _joined(shipped: TopicRule, own: TopicRule) -> TopicRule:
    rules: list[Rule] = beside(shipped.rules, own.rules)
    given = {name: getattr(own, name) for name in own.__struct_fields__ if getattr(own, name)}
    return msgspec.structs.replace(shipped, **given | {"rules": rules, "words": shipped.words | own.words})
