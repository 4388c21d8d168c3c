"""The summary line of a cluster: how the report that gives it its title opens."""

from collections.abc import Iterable

import msgspec

from stories.model import Cluster, Story
from stories.text import words
from streams.tag.sentences import spans

MAX_CHARS = 200
READ_CHARS = 2000  # of a text; whole sentences of it are looked at
BULLETS = "•●▪‣◦·*–—-"  # what begins with one is a list of other headlines


def summed_up(cluster: Cluster, stories: Iterable[Story]) -> Cluster:
    """Return `cluster` with the summary line of the first of `stories` that has its title and says more."""
    leads = (lead(story) for story in stories if story.title == cluster.title)
    return msgspec.structs.replace(cluster, summary=next(filter(None, leads), ""))


def lead(story: Story) -> str:
    """Return the first sentences of a story, of its body where its summary has none; "" if both have none."""
    return _opening(story.summary, story.title) or _opening(story.body, story.title)


def _opening(text: str, title: str) -> str:
    """Return what `text` opens with, up to MAX_CHARS: whole sentences, or as many words of the first one."""
    said, opening = words(title), ""
    for start, end in spans(text[:READ_CHARS]):
        sentence = " ".join(text[start:end].split())
        if sentence[0] in BULLETS or _repeats(words(sentence), said):
            if opening:
                break
        elif not opening:
            opening = _cut(sentence)
        elif len(opening) + 1 + len(sentence) > MAX_CHARS:
            break
        else:
            opening = f"{opening} {sentence}"
    return opening


def _repeats(sentence: list[str], title: list[str]) -> bool:
    """Return whether a sentence is the title again, or how it begins; one without a word says nothing."""
    return sentence == title[: len(sentence)]


def _cut(sentence: str) -> str:
    """Return a sentence, or as much of one too long as ends at a space, if it has any."""
    if len(sentence) <= MAX_CHARS:
        return sentence
    short = sentence[:MAX_CHARS]  # one more word may just fit beside the mark of omission
    return (short[:-1].rpartition(" ")[0] or short[:-1]).rstrip(" ,;:–—-") + "…"
