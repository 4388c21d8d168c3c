"""Trying a pattern only where it may begin finds just what trying it everywhere finds."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.tag.openings import Finder, Openings, openings
from streams.tag.steps import phrases, verbs

FINDERS = [*phrases.FINDERS, *verbs.FINDERS]
OPENINGS = Openings(FINDERS)
WORDS = st.lists(
    st.sampled_from(
        [
            "signs", "Signing", "of", "co-signed", "ratification", "instrument", "deposits", "its", "in", "now",
            "effect", "comes into force", "is", "are", "final", "approval", "gives", "vote", "60", "to", "20", "on",
            "against", "withdraws", "troops", "from", "tears up", "treaty", "New START", "START II", "free-trade",
            "area", "ceasefire", "the", "a", "work", "towards", "forming", "rejoins", "TPP-11", "é", "_sign",
        ]
    ),
    max_size=14,
)  # fmt: skip


@given(WORDS, st.sampled_from([" ", "-", ", ", ""]))
def test_a_finder_finds_what_its_pattern_does(words: list[str], joint: str) -> None:
    text = joint.join(words)
    starts = OPENINGS.starts_in(text.lower())

    for finder in FINDERS:
        found = [match.span() for match in finder.finditer(text, starts)]
        assert found == [match.span() for match in finder.pattern.finditer(text)]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("sign(?:s|ed)?|ink", {"sign", "ink"}),
        ("(?:re)?join(?!ed)", {"rejoin", "join"}),
        (r"(?<=\bis )(?:now |in )effect", {"now ef", "in eff"}),
        (r"put \w+ to", {"put "}),
        ("(?:(?:parliamentary|final) )?approval", {"parlia", "final ", "approv"}),
        ("ab?cd", {"abcd", "acd"}),
        ("(?:its |her )*consent", {"its ", "her ", "consen"}),
        (r"no(?!\s(?:longer|less))", {"no"}),
        (r"(?:at )?last|put*ing", {"at las", "last", "pu"}),
        ("be(?:en){0,2}gun", {"been", "begun"}),
    ],
)
def test_openings_of_a_pattern(pattern: str, expected: set[str]) -> None:
    assert openings(pattern) == expected


@pytest.mark.parametrize("pattern", [r"\w+ing", "u(?:p|n)?", "[ab]cde", "(?:up )*x"])
def test_a_pattern_that_may_begin_with_anything_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="fewer than 2 letters"):
        Finder(pattern)


def test_case_is_the_patterns_affair() -> None:
    finder = Finder("treaty", re.IGNORECASE)

    starts = Openings([finder]).starts_in("the treaty")

    assert [match[0] for match in finder.finditer("The TREATY", starts)] == ["TREATY"]
