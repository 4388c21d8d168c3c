"""Which actors a story names, each mention with its receipt: names alone, short forms after the full name."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

from stories.model import Mention, Story
from streams.tag.ambiguity import in_office, is_pronoun, is_state
from streams.tag.names import Form, Hit, NameIndex
from streams.tag.rules import ActorRule

Field = Literal["title", "summary", "body"]
_FIELDS: tuple[Field, ...] = ("title", "summary", "body")


class ActorTagger:
    """Finds actors, countries and persons in a story."""

    def __init__(self, actors: Sequence[ActorRule]) -> None:
        self.index = NameIndex(actors)

    def tag(self, story: Story) -> list[Mention]:
        """Return the actor and person mentions of `story`, in the order of the text."""
        when = story.timestamp.date()
        named: set[str] = set()  # rules whose full name stands in the story: their short forms count, too
        hits: list[tuple[Field, Hit]] = []
        for field in _FIELDS:
            text = getattr(story, field)
            for hit in self.index.find(text):
                hits.append((field, hit))
                named |= {form.rule.id for form in hit.forms if form.how == "names"}
        mentions: list[Mention] = []
        for field, hit in hits:
            text = getattr(story, field)
            form = _chosen(hit, text, named, when)
            if form is not None:
                mentions += _mentions(field, text, hit, form)
        return mentions


def _chosen(hit: Hit, text: str, named: set[str], when: date) -> Form | None:
    """Return the form a hit counts for: one that may match alone or by its context, in office on that day."""
    day = when.isoformat()
    candidates = [form for form in hit.forms if _counts(form, hit, text, named) and in_office(form.rule, day)]
    return min(candidates, key=lambda form: (form.how != "names", form.rule.id), default=None)


def _counts(form: Form, hit: Hit, text: str, named: set[str]) -> bool:
    if form.how == "short":
        return form.rule.id in named
    if form.how == "context":
        by_name = form.rule.id in named
        return by_name or (form.rule.kind == "state" and is_state(form.text, text, hit.start, hit.end))
    return not (form.text == "US" and is_pronoun(text, hit.start, hit.end))


def _mentions(field: Field, text: str, hit: Hit, form: Form) -> list[Mention]:
    def mention(kind: Literal["actor", "person"], code: str) -> Mention:
        return Mention(
            kind=kind, id=code, field=field, start=hit.start, end=hit.end, text=text[hit.start : hit.end],
            rule=form.rule.id, alias=form.text,
        )  # fmt: skip

    found: list[Mention] = []
    if form.rule.kind == "person":
        found.append(mention("person", person_id(_usual_name(form.rule.names))))
    if form.rule.code:
        found.append(mention("actor", form.rule.code))
    return found


def _usual_name(names: Sequence[str]) -> str:
    """Return given name and surname: of the forms with several words the shortest."""
    return min((name for name in names if " " in name), key=len, default=names[0])


def person_id(name: str) -> str:
    """Return a person's id: given name and surname in capitals, joined by a hyphen."""
    return name.upper().replace(" ", "-").replace(".", "")
