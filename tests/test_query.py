"""Queries are read once, refused with a place and a cure, and written back so that Lucene reads the same."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.errors import QueryError
from stories.fields import STORY
from stories.query import MAX_DEPTH, All, And, Exists, Not, Or, Pattern, Range, Term, parse
from stories.query_match import Subjected, explain, failed, matches
from stories.query_render import render
from tests.stories_made import NOON, story

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)

REFUSED = {
    "a OR b AND c": (6, "parentheses"),
    "topicz:ratification": (1, "did you mean topics?"),
    "*pact": (1, "begin with at least one letter"),
    "pact~": (1, "spellings"),
    "/pa.t/": (1, "trailing"),
    "(pact": (1, "add “)”"),
    'title:"pact': (7, "add"),
    "published:yesterday": (11, "a date such as"),
    "title:[a TO b]": (7, "no order"),
    "[a TO b]": (1, "field:"),
    "-pact treaty": (1, "AND or OR"),
    'title:"---"': (7, "write a word"),
    "(" * (MAX_DEPTH + 2) + "pact" + ")" * (MAX_DEPTH + 2): (MAX_DEPTH + 1, "flatter"),
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_the_stores_would_read_differently_is_refused(text):
    column, cure = REFUSED[text]

    with pytest.raises(QueryError) as refused:
        parse(text, STORY, NOW)
    assert cure in str(refused.value)
    if not text.startswith("(" * 5):
        assert refused.value.column == column


def test_dates_are_resolved_against_now():
    parsed = parse("published:[now-7d/d TO now]", STORY, NOW)

    assert isinstance(parsed, Range)
    assert (parsed.low, parsed.high) == (datetime(2025, 5, 25, tzinfo=UTC), NOW)


def test_not_is_rendered_so_that_lucene_keeps_it():
    query = parse("topics:ratification AND NOT negated:ratification", STORY, NOW)

    assert render(query, STORY) == '(topics:"ratification" AND (*:* NOT negated:"ratification"))'


words = st.sampled_from(["pact", "iran's", "treaty", "rat", "中"])
leaves = st.one_of(
    st.just(All()),
    st.builds(Term, st.sampled_from([("title",), STORY.default]), words),
    st.builds(Term, st.sampled_from([("actors",), ("feed.name",)]), st.text(min_size=1, max_size=8)),
    st.builds(Pattern, st.just(("title",)), st.sampled_from(["pa*", "p?ct"])),
    st.builds(Exists, st.sampled_from(["summary", "actors"])),
    st.builds(
        Range, st.just("revision"), st.none() | st.just(1.0), st.just(3.0), st.booleans(), st.booleans()
    ),
)
queries = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(lambda parts: And(tuple(parts)), st.lists(inner, min_size=2, max_size=3)),
        st.builds(lambda parts: Or(tuple(parts)), st.lists(inner, min_size=2, max_size=3)),
        st.builds(Not, inner),
    ),
    max_leaves=8,
)
titles = st.lists(words, max_size=4).map(" ".join)
stories = st.builds(
    lambda title, summary, actors, revision: story(
        title=title, summary=summary, actors=actors, revision=revision
    ),
    titles,
    titles,
    st.lists(st.sampled_from(["RUS", "IRN"]), max_size=2, unique=True),
    st.integers(1, 4),
)


@given(queries, stories)
def test_a_rendered_query_means_the_same(query, document):
    subject = Subjected(document, STORY)
    again = parse(render(query, STORY), STORY, NOW)

    assert matches(again, subject) == matches(query, subject)


@given(queries, stories)
def test_a_receipt_quotes_the_text_and_a_refusal_names_a_clause(query, document):
    subject = Subjected(document, STORY)

    for clause in explain(query, subject):
        if clause.start is not None:
            assert getattr(document, clause.field)[clause.start : clause.end] == clause.value
    assert bool(failed(query, subject)) != matches(query, subject)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        parse(text, STORY, NOW)
    except QueryError as refused:
        assert refused.column >= 1


def test_why_not_names_the_clauses_that_failed():
    subject = Subjected(story(title="A pact", topics=["ratification"], negated=["ratification"]), STORY)
    query = parse("topics:ratification AND actors:RUS AND NOT negated:ratification", STORY, NOON)

    assert failed(query, subject) == ["actors:RUS", "NOT negated:ratification"]


def test_threads_read_their_own_queries() -> None:
    def read(number: int) -> bool:
        query = f"actors:A{number} AND (title:word{number} OR NOT topics:t{number})"
        expected = [f"A{number}", f"word{number}", f"t{number}"]
        for _ in range(50):
            tree = parse(query, STORY)
            assert isinstance(tree, And)
            assert all(text in repr(tree) for text in expected)
        return True

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(read, range(16)))
