"""What an edit changed is shown word by word, and both wordings can be read back from it."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactwatch.web.wording import MOST_WORDS, changed

TEXTS = st.text(st.sampled_from("ab <>&\"'ж\n"), max_size=40)


def told(html: str, without: str) -> str:
    """Return the wording that is left of `html` without one kind of change."""
    kept = re.sub(rf"<{without}>.*?</{without}>", "", html, flags=re.DOTALL)
    return unescape(re.sub(r'<span class="hidden">.*?</span>|</?(?:ins|del)>', "", kept))


def test_words_are_taken_out_and_put_in() -> None:
    html = changed("Parliament approves the pact", "Parliament rejects the pact, again")

    assert '<del><span class="hidden">removed: </span>approves</del>' in html
    assert '<ins><span class="hidden">added: </span>rejects</ins>' in html
    assert html.startswith("Parliament ")


@given(TEXTS, TEXTS)
def test_both_wordings_are_there(before: str, after: str) -> None:
    html = changed(before, after)

    assert (told(html, "ins"), told(html, "del")) == (before, after)


def test_no_wording_is_markup() -> None:
    assert "<script" not in changed("<script>", "<script >alert(1)</script>")


@pytest.mark.parametrize("words", [MOST_WORDS + 1, 20_000])
def test_long_wordings_are_shown_whole(words: int) -> None:
    html = changed("word " * words, "other " * words)

    assert html.count("<del>") == html.count("<ins>") == 1
