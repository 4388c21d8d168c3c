"""The index of queries finds what a loop over all of them finds; the matcher agrees with a naive one."""

from hypothesis import given
from hypothesis import strategies as st

from stories.fields import STORY, values
from stories.query import All, And, Exists, Not, Or, Pattern, Query, Range, Term, parse
from stories.query_match import Subjected, matches
from stories.text import words
from streams.match.index import QueryIndex
from tests.stories_made import NOON, story
from tests.test_query import queries, stories


@given(st.lists(queries, max_size=12), stories)
def test_every_match_is_a_candidate(asked, document):
    subject = Subjected(document, STORY)
    candidates = QueryIndex(asked, STORY).candidates(subject)

    naive = [number for number, query in enumerate(asked) if matches(query, subject)]
    assert naive == [number for number in candidates if matches(asked[number], subject)]


def test_a_query_is_asked_only_for_what_it_requires():
    texts = ["topics:ratification AND actors:RUS", "topics:ratification AND actors:IRN", "NOT actors:RUS",
             "ceasefire OR truce", "*:*"]  # fmt: skip
    index = QueryIndex([parse(text, STORY, NOON) for text in texts], STORY)
    document = story(title="A truce", topics=["ratification"], actors=["IRN"])

    assert index.candidates(Subjected(document, STORY)) == [1, 2, 3, 4]


def naive_match(query: Query, held: dict[str, list]) -> bool:
    """Evaluate by the words of each definition alone."""
    match query:
        case All():
            return True
        case And(parts):
            return False not in [naive_match(part, held) for part in parts]
        case Or(parts):
            return True in [naive_match(part, held) for part in parts]
        case Not(part):
            return not naive_match(part, held)
        case Exists(field):
            return field in held
        case Term(fields, text) if fields[0] in ("title", "summary", "body"):
            wanted = f" {' '.join(words(text))} "
            return any(wanted in f" {' '.join(words(''.join(held.get(field, []))))} " for field in fields)
        case Term((field,), text):
            return text in held.get(field, [])
        case Pattern(_, "pa*"):
            return any(word.startswith("pa") for word in words("".join(held.get("title", []))))
        case Pattern(_, "p?ct"):
            return any(len(word) == 4 and (word[0], word[2:]) == ("p", "ct")
                       for word in words("".join(held.get("title", []))))  # fmt: skip
        case Range(field, low, high, include_low, include_high):
            return any(
                (low is None or value > low or (include_low and value == low))
                and (value < high or (include_high and value == high))
                for value in held.get(field, [])
            )
    raise AssertionError(query)


@given(queries, stories)
def test_the_matcher_agrees_with_a_naive_one(query, document):
    assert naive_match(query, dict(values(document))) == matches(query, Subjected(document, STORY))
