"""New, edited, seen before: what admit lets through, and with which revision."""

from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from stories.model import Feed, Story
from streams.admit import AdmitOperator, normalised_title
from streams.operator import Event, MemoryState, run

NOON = datetime(2025, 5, 21, 12, tzinfo=UTC)


def fetched(story_id="a", title="Senate ratifies the accord", url="https://news.test/a", **fields):
    fields.setdefault("feed", Feed(url="https://news.test/feed"))
    return Story(
        id=story_id, title=title, url=url, first_published=NOON, fetched=NOON, timestamp=NOON, **fields
    )


class Gate:
    """An admit step with its state, fed story by story."""

    def __init__(self):
        self.operator, self.state = AdmitOperator(), MemoryState()

    def __call__(self, story):
        return [event.document for event in run(self.operator, self.state, Event("stories", "", story))]


def test_a_new_story_goes_on_with_revision_one():
    [story] = Gate()(fetched())

    assert story.revision == 1


def test_a_story_seen_before_goes_nowhere():
    gate = Gate()
    gate(fetched())

    assert gate(fetched()) == []
    assert gate(fetched(title="Senate  ratifies the accord ")) == []


def test_an_edit_is_the_next_revision_and_keeps_the_first_date():
    gate = Gate()
    gate(fetched())
    later = msgspec.structs.replace(
        fetched(title="Senate ratifies the accord 62-30"), first_published=NOON + timedelta(days=40)
    )

    [story] = gate(later)

    assert (story.revision, story.first_published) == (2, NOON)


def test_a_new_id_for_the_same_url_and_title_is_the_same_story():
    gate = Gate()
    gate(fetched("a"))

    assert gate(fetched("b")) == []
    [edited] = gate(fetched("c", title="SENATE ratifies the accord!", summary="With 62 votes."))
    assert (edited.id, edited.revision) == ("a", 2)


def test_a_second_feed_carrying_the_story_is_no_edit():
    gate = Gate()
    gate(fetched())

    assert gate(fetched(summary="Cut short", feed=Feed(url="https://other.test/feed"))) == []


@given(st.text())
def test_a_normalised_title_is_stable(title):
    once = normalised_title(title)

    assert normalised_title(once) == once


def test_a_stored_story_comes_back_to_be_tagged_once():
    gate = Gate()
    [admitted] = gate(fetched())
    stored = msgspec.structs.replace(admitted, rules="v1", revision=4)  # merges counted, too

    assert [one.revision for one in gate(stored)] == [5]
    assert gate(stored) == []
    assert [one.revision for one in gate(fetched(title="Senate ratifies the accord, 70 to 30"))] == [6]
    assert gate(stored) == []
