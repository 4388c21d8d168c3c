"""Is this story new, edited, or seen before? Only the first two go on, each with its revision."""

import hashlib
import re
import unicodedata
from datetime import datetime

import msgspec

from stories import topics
from stories.model import Story
from streams.operator import NOTHING, Change, Decision, Event, State, Stateless, Table


class Known(msgspec.Struct, frozen=True):
    """What is kept of an admitted story: enough to tell an edit from a retelling."""

    digest: str
    revision: int
    feed: str
    first_published: datetime


class Twin(msgspec.Struct, frozen=True):
    """The id under which a URL and title were first admitted."""

    id: str


KNOWN = Table("admit.known", Known)
TWINS = Table("admit.twins", Twin)

_NOT_WORD = re.compile(r"[\W_]+")


def normalised_title(title: str) -> str:
    """Return `title` with case, accents' forms, punctuation and white space levelled."""
    return _NOT_WORD.sub(" ", unicodedata.normalize("NFKC", title).casefold()).strip()


class AdmitOperator(Stateless):
    """Gives each story its revision: 1 when new, one more for each edit of its title or text.

    A new id with the URL and the normalised title of a known story is that story. A story that a second feed
    carries too is not an edit: only the feed that brought it first can change it. A story with the version of
    the rules that tagged it comes back from the store, to be tagged anew: that is a revision, too.
    """

    name = "admit"
    tables = (KNOWN, TWINS)

    def decide(self, state: State, event: Event) -> Decision:
        """Return the story to be passed on, or nothing if it was seen before."""
        story = event.document
        if not isinstance(story, Story):
            raise TypeError(f"admit takes stories, not a {type(story).__name__}")
        twin_key = _twin_key(story)
        story_id, known = _find(state, story, twin_key)
        digest = _digest(story)
        if known is not None and story.rules:
            return _again(story, known, digest, twin_key)
        if known is None:
            return _admit(story, story_id, Known(digest, 1, story.feed.url, story.first_published), twin_key)
        if known.digest == digest or known.feed != story.feed.url:
            return NOTHING
        edited = Known(digest, known.revision + 1, known.feed, known.first_published)
        return _admit(story, story_id, edited, twin_key)


def _find(state: State, story: Story, twin_key: str) -> tuple[str, Known | None]:
    known = state.get(KNOWN, story.id)
    if known is None and twin_key and (twin := state.get(TWINS, twin_key)):
        return twin.id, state.get(KNOWN, twin.id)
    return story.id, known


def _admit(story: Story, story_id: str, known: Known, twin_key: str) -> Decision:
    changes: list[Change] = [KNOWN.put(story_id, known)]
    if twin_key:
        changes.append(TWINS.put(twin_key, Twin(story_id)))
    admitted = msgspec.structs.replace(
        story, id=story_id, revision=known.revision, first_published=known.first_published
    )
    return Decision(changes, [Event(topics.ADMITTED.name, story_id, admitted)])


def _again(story: Story, known: Known, digest: str, twin_key: str) -> Decision:
    """Return a stored story for tagging, unless it was edited or sent for tagging since it was read."""
    if known.digest != digest or story.revision < known.revision:
        return NOTHING
    return _admit(story, story.id, msgspec.structs.replace(known, revision=story.revision + 1), twin_key)


def _twin_key(story: Story) -> str:
    return _hash(story.url, normalised_title(story.title)) if story.url and story.title else ""


def _digest(story: Story) -> str:
    return _hash(*(" ".join(text.split()) for text in (story.title, story.summary, story.body)))


def _hash(*parts: str) -> str:
    joined = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(joined, digest_size=12).hexdigest()
