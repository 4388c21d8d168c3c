"""What an analyst writes about names and topics: the structs that actors.yaml and topics.yaml decode to."""

from typing import Literal

import msgspec

ActorKind = Literal["state", "org", "group", "person", "body", "other"]


class ActorRule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One actor and the forms it is written in.

    `code` is what a mention counts for: ISO alpha-3, or the acronym or slug of an organisation or group; empty
    for none. `names` match alone, `short` only after one of `names` in the same story, `context` only where
    the story or the words around speak for it. Persons count for `code` while they hold office: `since` and
    `until` are ISO dates, or parts of them, either end open. `country` is where a group is at home. `languages`
    holds names by ISO 639-1 code of the language they are read in; * stands for any letters ("российск*").
    Names of kind "other" are no actors: they keep shorter names inside them from matching (Michael Jordan).
    """

    id: str
    kind: ActorKind
    code: str = ""
    country: str = ""
    names: list[str] = []
    demonyms: list[str] = []
    capitals: list[str] = []
    short: list[str] = []
    context: list[str] = []
    languages: dict[str, list[str]] = {}
    role: str = ""
    title: str = ""
    wikidata: str = ""
    since: str = ""
    until: str = ""


class Rule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One way a sentence reports a topic: any of the patterns, all of `needs`, none of `unless`.

    `example` must fire the rule and `counter` must not: both run as tests. `status` fixes the status where
    the words themselves settle it ("rejects the treaty" is negated). `actors` is how many different ones the
    sentence must name.
    """

    id: str
    any: list[str]
    needs: list[str] = []
    unless: list[str] = []
    actors: int = 0
    status: str = ""
    example: str = ""
    counter: str = ""


class TopicRule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A topic, its codes in other schemes, its rules, and the word lists they share with every topic.

    `called_off`: suspending, cancelling or ending it means that it is not the case (talks, an exercise).
    `reach` is how many words before it a denial may stand: a thing is not denied by "will not ratify" it.
    `flatly`: only a flat denial negates it: a failed attack is an attack, and "no one died" denies none.
    `act`: it is over once done: "the treaty signed last May" and "since it recognised Kosovo" are history.
    """

    id: str
    iptc: list[str] = []
    cameo: list[str] = []
    plover: str = ""
    called_off: bool = False
    reach: int = 14
    flatly: bool = False
    act: bool = False
    words: dict[str, list[str]] = {}
    rules: list[Rule] = []
