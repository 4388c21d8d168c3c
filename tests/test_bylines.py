"""Names out of bylines, in the forms that pages write them in."""

import pytest
from lxml import html as lxml_html

from producers import bylines
from producers.articles import extract


@pytest.mark.parametrize(
    ("written", "names"),
    [
        (["By Ada Lovelace"], ["Ada Lovelace"]),
        (["Ada Lovelace and Grace Hopper"], ["Ada Lovelace", "Grace Hopper"]),
        (["Von Ada Lovelace und Grace Hopper"], ["Ada Lovelace", "Grace Hopper"]),
        (["Par Émilie du Châtelet"], ["Émilie du Châtelet"]),
        (["José Ortega y Gasset"], ["José Ortega y Gasset"]),  # one man
        (["Ada Lovelace před"], ["Ada Lovelace"]),
        (["Анна Ахматова", "アンナ"], ["Анна Ахматова", "アンナ"]),
        (["Ada Lovelace", "Ada Lovelace", ""], ["Ada Lovelace"]),
        (["Smith and Sons"], ["Smith and Sons"]),
        (["dpa"], ["dpa"]),
    ],
)
def test_names_in_bylines(written: list[str], names: list[str]) -> None:
    assert bylines.names(written) == names


def test_what_the_markup_calls_an_authors_name_is_one() -> None:
    page = (
        "<p class='authors'>Many</p><p>By <span class='authorname'> Ada  Lovelace</span></p>"
        "<aside><a class='author__name'>Grace Hopper</a></aside>"
    )

    assert bylines.marked(lxml_html.document_fromstring(page)) == ["Ada Lovelace"]
    assert bylines.marked(lxml_html.document_fromstring("<p class='author-name'>our reporters</p>")) == []


def test_an_articles_authors_are_people_each() -> None:
    told = "Delegates met in the old town hall on Monday and talked about the treaty until late. " * 8
    page = (
        '<html><head><script type="application/ld+json">{"@type": "NewsArticle", "author": '
        '{"@type": "Person", "name": "Ada Lovelace and Grace Hopper"}}</script></head>'
        f"<body><article><h1>The treaty is done</h1><p>{told}</p><p>{told[::-1]}</p></article></body></html>"
    )

    assert extract(page.encode(), "https://news.test/a").authors == ("Ada Lovelace", "Grace Hopper")
