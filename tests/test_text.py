"""Words are cut as Lucene's standard analyzer cuts them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.text import tokens, words

CUTS = {
    "Iran's pact": ["iran's", "pact"],
    "the U.S. and U.K.-led talks": ["the", "u.s", "and", "u.k", "led", "talks"],
    "3,000 troops; 4.5%": ["3,000", "troops", "4.5"],
    "中国政府": ["中", "国", "政", "府"],
    "НАТО и ЕС": ["нато", "и", "ес"],
    "snake_case F-16": ["snake_case", "f", "16"],
    "カタカナ": ["カタカナ"],
    "--- !": [],
}


@pytest.mark.parametrize("text", CUTS)
def test_words(text):
    assert words(text) == CUTS[text]


@given(st.text(st.sampled_from("ab-' \t東é")), st.integers(0, 9))
def test_the_first_words_are_the_first_of_all(text, most):
    assert words(text, most) == words(text)[:most]


@given(st.text())
def test_a_token_is_what_stands_at_its_place(text):
    for token in tokens(text):
        assert text[token.start : token.end].lower() == token.text


@given(st.text(st.sampled_from("aBz19_.:',;\"- \t’é東カ\u0301\u200d\u00a0İ٣") | st.characters(codec="utf-8")))
def test_words_are_the_tokens(text):
    assert words(text) == [token.text for token in tokens(text)]
