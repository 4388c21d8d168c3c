"""Sentences as pact steps are read in them: with their actors, the pacts they name and the verbs that act on pacts."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import groupby
from operator import attrgetter

from stories.model import Mention, Story
from stories.text import lowered
from streams.tag.openings import Openings, Starts
from streams.tag.sentences import Sentence, in_each
from streams.tag.steps import phrases, roles
from streams.tag.steps.kinds import JOINABLE
from streams.tag.steps.phrases import PactName
from streams.tag.steps.roles import Actor
from streams.tag.steps.verbs import Verb, verbs_of

# What a pact told before is called, and what an organisation is: the targets say which is meant.
DOCUMENT, UNION = r"(?:document|text)", r"(?:military\s+)?(?:alliance|bloc|union)"
_MAY_POINT_BACK = re.compile(rf"[iI]t\b|he\s+(?:{DOCUMENT}|{UNION})\b")  # begins with letters: found at once
_NAMING = Openings(phrases.FINDERS)


class Clause:
    """One sentence with everything found in it, and what was told before it."""

    def __init__(
        self,
        sentence: Sentence,
        mentions: Sequence[Mention],
        names: list[PactName],
        verbs: list[Verb],
        is_lead: bool,
        org_before: str,
    ) -> None:
        self.sentence, self.text = sentence, sentence.text
        self.names, self.verbs, self.is_lead = names, verbs, is_lead
        self.org_before = org_before  # the organisation that "the alliance" means, named in a sentence before
        self._mentions = mentions

    @cached_property
    def actors(self) -> list[Actor]:
        """Return the states, organisations and groups that it names, in order: few sentences are asked for them."""
        return roles.actors_in(self.sentence, self._mentions)


def clauses(story: Story, sentences: Sequence[Sentence], mentions: Sequence[Mention]) -> Iterator[Clause]:
    """Yield each sentence of `story` with its pact phrases and pact verbs; verbs only where a pact may be meant.

    Of a story that names no pact and no organisation to join or leave, none. Sentences and mentions come in order
    of field and place.
    """
    naming = [mention for mention in mentions if mention.kind == "actor"]
    named = list(_where_pacts_may_be_named(story, sentences))
    if not any(named) and not any(mention.id in JOINABLE for mention in naming):
        return  # as most stories
    fields: set[str] = set()
    org_before, is_pact_before = "", False
    for (sentence, inside), starts in zip(in_each(sentences, naming), named, strict=True):
        joinable = [mention for mention in inside if mention.id in JOINABLE]
        orgs = roles.actors_in(sentence, joinable) if joinable else []
        names = phrases.find(sentence.text, starts) if starts else []
        is_told_before = bool(org_before) or is_pact_before
        means_pact = names or orgs or (is_told_before and _MAY_POINT_BACK.search(sentence.text))
        verbs = verbs_of(sentence) if means_pact else []
        yield Clause(sentence, inside, names, verbs, sentence.field not in fields, org_before)
        org_before, is_pact_before = orgs[-1].code if orgs else org_before, is_pact_before or bool(names)
        fields.add(sentence.field)


def _where_pacts_may_be_named(story: Story, sentences: Sequence[Sentence]) -> Iterator[Starts]:
    """Yield where words of each sentence begin as the names of pacts do."""
    for field, group in groupby(sentences, key=attrgetter("field")):
        yield from _NAMING.starts_in_each(
            lowered(getattr(story, field)), [(one.start, one.end) for one in group]
        )
