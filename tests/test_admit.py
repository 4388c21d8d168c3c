"""New, edited, seen before: what admit lets through, and with which revision."""

from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from stories.model import Feed, Story
from stories.twins import normalised_title
from streams.admit import MAX_EDITS, AdmitOperator
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


def test_an_edit_keeps_the_earlier_wording_of_title_and_summary():
    gate = Gate()
    gate(fetched(summary="A vote."))
    later = NOON + timedelta(hours=3)

    [story] = gate(
        msgspec.structs.replace(fetched(title="Senate rejects the accord", summary="No vote."), fetched=later)
    )
    [back] = gate(fetched(summary="No vote."))

    told = [(edit.field, edit.before, edit.after) for edit in back.edits]
    assert told[:2] == [
        ("title", "Senate ratifies the accord", "Senate rejects the accord"),
        ("summary", "A vote.", "No vote."),
    ]
    assert [edit.when for edit in story.edits] == [later, later]
    assert told[2:] == [("title", "Senate rejects the accord", "Senate ratifies the accord")]


def test_of_many_edits_the_first_and_the_latest_are_kept():
    gate = Gate()
    titles = [f"Talks enter day {day}" for day in range(MAX_EDITS + 10)]
    *_, last = [gate(fetched(title=title)) for title in titles]

    edits = last[0].edits
    assert len(edits) == MAX_EDITS
    assert (edits[0].before, edits[1].before, edits[-1].after) == (titles[0], titles[10], titles[-1])


def test_an_edit_of_the_body_alone_is_a_revision_without_an_edited_wording():
    gate = Gate()
    gate(fetched(body="Sixty voted for it."))

    [story] = gate(fetched(body="Sixty-two voted for it."))

    assert (story.revision, story.edits) == (2, [])


def test_twins_of_an_address_with_the_same_title_are_one_story():
    gate = Gate()
    gate(fetched("a", url="https://www.news.test/world/1"))

    for number, twin in enumerate(
        ("http://news.test/world/1", "https://m.news.test/world/1/", "https://www.news.test/world/1/amp")
    ):
        assert gate(fetched(f"b{number}", url=twin)) == []
    assert len(gate(fetched("c", url="https://news.test/world/1", title="Another entry of the page"))) == 1


def test_what_was_only_listed_gives_way_to_an_entry_of_any_feed():
    gate = Gate()
    [listed] = gate(fetched("page", title="Accord ratified", linked_from="x"))
    entry = fetched("guid", summary="With 62 votes.", feed=Feed(url="https://news.test/politics"))

    [story] = gate(entry)

    assert (story.id, story.revision, story.linked_from) == (listed.id, 2, "")
    assert (story.title, story.edits) == (entry.title, [])
    assert gate(entry) == []
    [edited] = gate(msgspec.structs.replace(entry, summary="With 63 votes."))
    assert [edit.field for edit in edited.edits] == ["summary"]


def test_an_entry_never_gives_way_to_a_line_under_another_article():
    gate = Gate()
    gate(fetched("guid", summary="With 62 votes."))

    assert gate(fetched("page", title="The accord, ratified", linked_from="x")) == []
    assert gate(fetched("guid", title="The accord, ratified", linked_from="x")) == []
