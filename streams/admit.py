"""Is this story new, edited, or seen before? Only the first two go on, each with its revision."""

import hashlib
from datetime import datetime
from typing import Literal

import msgspec

from stories import topics
from stories.model import Edit, Story
from stories.twins import normalised_title, page_of
from streams.operator import NOTHING, Change, Decision, Event, State, Stateless, Table

MAX_EDITS = 20  # some titles flap between two wordings for weeks


class Known(msgspec.Struct, frozen=True):
    """What is kept of an admitted story: enough to tell an edit from a retelling, and what was edited.

    `title` and `summary` are None where an older version kept the digest alone. `linked`: nothing but a line
    under another article, so far.
    """

    digest: str
    revision: int
    feed: str
    first_published: datetime
    title: str | None = None
    summary: str | None = None
    edits: list[Edit] = []
    linked: bool = False
    withdrawn: bool = False


class Twin(msgspec.Struct, frozen=True):
    """The id under which a page, or a page and its title, were admitted."""

    id: str


KNOWN = Table("admit.known", Known)
TWINS = Table("admit.twins", Twin)


class AdmitOperator(Stateless):
    """Gives each story its revision: 1 when new, one more for each edit of its title or text.

    A new id with the page and the normalised title of a known story is that story. A story that a second feed
    carries too is not an edit: only the feed that brought it first can change it. But what was only listed
    under an article gives way to the first feed that has it as an entry, and never replaces one. A story with
    the version of the rules that tagged it comes back from the store, to be tagged anew: a revision, too.
    """

    name = "admit"
    tables = (KNOWN, TWINS)

    def decide(self, state: State, event: Event) -> Decision:
        """Return the story to be passed on, or nothing if it was seen before."""
        story = event.document
        if not isinstance(story, Story):
            raise TypeError(f"admit takes stories, not a {type(story).__name__}")
        story_id, known = _find(state, story)
        if known is not None and known.withdrawn:
            return NOTHING  # it was taken out for good, whoever brings it
        if story.withdrawn:
            return _withdraw(story, known)
        fresh = Known(
            _digest(story), 1, story.feed.url, story.first_published, story.title, story.summary,
            linked=bool(story.linked_from),
        )  # fmt: skip
        if known is None:
            return _admit(story, story_id, fresh)
        if story.rules:
            return _again(story, known, fresh.digest)
        follows = msgspec.structs.replace(
            fresh, revision=known.revision + 1, first_published=known.first_published
        )
        if known.linked and not story.linked_from:
            return _admit(story, story_id, follows)
        if story.linked_from or known.digest == fresh.digest or known.feed != story.feed.url:
            return NOTHING
        return _admit(story, story_id, msgspec.structs.replace(follows, edits=_edits(known, story)))


def _find(state: State, story: Story) -> tuple[str, Known | None]:
    """Return the id under which `story` is known, and what is; its own id and None where it is new."""
    if known := state.get(KNOWN, story.id):
        return story.id, known
    titled, paged = _twin_keys(story)
    for key in (titled, paged):
        twin = state.get(TWINS, key) if key else None
        known = state.get(KNOWN, twin.id) if twin else None
        # one page may hold many entries, as live blogs do; what a list names is the page itself
        if twin and known and (key == titled or known.linked or story.linked_from):
            return twin.id, known
    return story.id, None


def _admit(story: Story, story_id: str, known: Known) -> Decision:
    changes: list[Change] = [KNOWN.put(story_id, known)]
    changes += [TWINS.put(key, Twin(story_id)) for key in _twin_keys(story) if key]
    admitted = msgspec.structs.replace(
        story,
        id=story_id,
        revision=known.revision,
        first_published=known.first_published,
        edits=list(known.edits),
    )
    return Decision(changes, [Event(topics.ADMITTED.name, story_id, admitted)])


def _withdraw(story: Story, known: Known | None) -> Decision:
    """Pass on that a story is to be dropped everywhere, and remember never to admit it again."""
    revision = max(story.revision, known.revision + 1 if known else 1)
    kept = Known("", revision, "", story.first_published, withdrawn=True)
    return _admit(story, story.id, kept)


def _again(story: Story, known: Known, digest: str) -> Decision:
    """Return a stored story for tagging, unless it was edited or sent for tagging since it was read."""
    if known.digest != digest or story.revision < known.revision:
        return NOTHING
    return _admit(story, story.id, msgspec.structs.replace(known, revision=story.revision + 1))


def _edits(known: Known, story: Story) -> list[Edit]:
    """Return the edits of a story with the ones that `story` brings."""
    edits = [*known.edits, *_changed("title", known.title, story), *_changed("summary", known.summary, story)]
    return edits if len(edits) <= MAX_EDITS else [edits[0], *edits[1 - MAX_EDITS :]]


def _changed(field: Literal["title", "summary"], before: str | None, story: Story) -> list[Edit]:
    after: str = getattr(story, field)
    if before is None or before.split() == after.split():
        return []
    return [Edit(when=story.fetched, field=field, before=before, after=after)]


def _twin_keys(story: Story) -> tuple[str, str]:
    """Return under what a twin finds `story`: its page with its title, and its page; "" for what it lacks."""
    if not story.url:
        return "", ""
    page = page_of(story.url)
    return _hash(page, normalised_title(story.title)) if story.title else "", _hash(page)


def _digest(story: Story) -> str:
    return _hash(*(" ".join(text.split()) for text in (story.title, story.summary, story.body)))


def _hash(*parts: str) -> str:
    joined = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(joined, digest_size=12).hexdigest()
