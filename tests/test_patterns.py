"""The little language of topic rules: which of a token's words is taken, and where a match ends."""

import re

import pytest

from streams.tag.asked import Asked
from streams.tag.patterns import compile_pattern

TEXTS = {
    "peace|peace_deal|pace": "a peace deal and a pace",
    "<pact>": "the peace treaty, a pact, peace treaties and peace",
    "sign ..2 <pact>": "signed the new peace treaty",
}
FOUND = {
    "peace|peace_deal|pace": ["peace deal", "pace"],
    "<pact>": ["peace treaty", "pact", "peace treaties", "peace"],
    "sign ..2 <pact>": ["signed the new peace treaty"],
}
WORDS = {"pact": ["pact", "peace", "peace treaty"]}


@pytest.mark.parametrize("source", TEXTS)
def test_the_longest_choice_is_taken(source):
    pattern = compile_pattern(source, WORDS, Asked())

    assert [match[0] for match in pattern.regex.finditer(TEXTS[source])] == FOUND[source]


def test_a_choice_may_begin_with_a_sign():
    pattern = compile_pattern("=&co|=(sic)|=co", {}, Asked())

    assert re.findall(pattern.expression, "the firm &co and co (sic)") == ["&co", "co", "(sic)"]
