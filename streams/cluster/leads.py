"""The summary line of a cluster: how the report that gives it its title opens."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from stories.model import Cluster, Story
from stories.text import words
from streams.cluster.records import MEMBERS, Live, member_key
from streams.operator import State
from streams.tag.sentences import spans

MAX_CHARS = 200
READ_CHARS = 800  # of a text: its opening may stand behind the title or a few bullets
BULLETS = "•●▪‣◦·*–—-"  # what begins with one is a list of other headlines


def summed_up(live: Live, stories: Iterable[Story]) -> Live:
    """Return `live` with the summary line of the first of `stories` that has its title and says more."""
    leads = (lead(story) for story in stories if story.title == live.cluster.title)
    cluster = msgspec.structs.replace(live.cluster, summary=next(filter(None, leads), ""))
    return msgspec.structs.replace(live, cluster=cluster)


def reports_of(state: State, cluster: Cluster, homes: Sequence[str], fresh: Story) -> Iterator[Story]:
    """Yield a cluster's stories under its title, newest first: `fresh`, or as they are kept in `homes`."""
    for link in cluster.stories:
        if link.id == fresh.id:
            yield fresh
        elif link.title == cluster.title:
            members = (state.get(MEMBERS, member_key(home, link.id)) for home in homes)
            yield from (member.story for member in members if member is not None)


def lead(story: Story) -> str:
    """Return the first sentences of a story, of its body where its summary has none; "" if both have none."""
    return _opening(story.summary, story.title) or _opening(story.body, story.title)


def _opening(text: str, title: str) -> str:
    """Return what `text` opens with, up to MAX_CHARS: whole sentences, or as many words of the first one."""
    opening = ""
    for start, end in spans(text[:READ_CHARS]):
        if opening and len(opening) + 1 + end - start > MAX_CHARS:
            break
        sentence = " ".join(text[start:end].split())
        if sentence[0] in BULLETS or (not opening and _repeats(sentence, title)):
            if opening:
                break
        else:
            opening = f"{opening} {sentence}" if opening else _cut(sentence)
    return opening


def _repeats(sentence: str, title: str) -> bool:
    """Return whether a sentence is the title again, or how it begins; one without a word says nothing."""
    if len(sentence) > len(title) + 10:  # but for spaces and marks, it has more to say
        return False
    said = words(sentence)
    return said == words(title)[: len(said)]


def _cut(sentence: str) -> str:
    """Return a sentence, or as much of one too long as ends at a space, if it has any."""
    if len(sentence) <= MAX_CHARS:
        return sentence
    short = sentence[:MAX_CHARS]  # one more word may just fit beside the mark of omission
    return (short[:-1].rpartition(" ")[0] or short[:-1]).rstrip(" ,;:–—-") + "…"
