"""Related articles of a page: what is listed, labelled or marked as related, with its day; nothing else."""

from datetime import UTC, datetime

from trafilatura.utils import load_html

from producers import related
from producers.articles import extract

URL = "https://news.test/world/accord-signed-in-paris"
PROSE = "The delegations met for a third day and spoke at length about the border. " * 4


def found(body: str) -> dict[str, datetime | None]:
    root = load_html(f"<html><body><article><h1>Accord signed</h1>{body}</article></body></html>")
    return {item.url.rpartition("/")[2]: item.published for item in related.find(root, URL).items}


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_day_in_an_address_is_the_articles_day_in_each_usual_form() -> None:
    listed = "".join(
        f"<li><a href='/world/{path}'>What the parties agreed on, part {part}</a></li>"
        for part, path in enumerate(
            ("talks-go-on-2024-03-07", "talks-resume-20240308", "2024/03/09/talks-end-now", "talks-9712345")
        )
    )

    assert found(f"<h2>Related articles</h2><ul>{listed}</ul>") == {
        "talks-go-on-2024-03-07": day("2024-03-07"),
        "talks-resume-20240308": day("2024-03-08"),
        "talks-end-now": day("2024-03-09"),
        "talks-9712345": None,
    }


def test_a_date_behind_a_teaser_belongs_to_the_title_before_it() -> None:
    card = (
        "<div><h3><a href='/world/a-{0}'>Parliament debates accord number {0}</a></h3>"
        "<a href='/world/a-{0}'>The debate about the accord is expected to take {0} days.</a>"
        "<p>World</p><time>0{0}.05.2024</time></div>"
    )

    assert found(f"<h2>Mehr zum Thema</h2><div>{card.format(1)}{card.format(2)}</div>") == {
        "a-1": day("2024-05-01"),
        "a-2": day("2024-05-02"),
    }


def test_long_teasers_between_titles_end_no_list_but_the_article_going_on_does() -> None:
    card = (
        "<div><h3><a href='/w/accord-{0}-debated'>Accord {0} comes before parliament</a></h3><p>{1}</p></div>"
    )
    cards = "".join(card.format(number, PROSE) for number in range(3))
    boxed = "<div><a href='/w/one-boxed-story'>One story that is boxed in here</a></div>"
    after = f"<p>{PROSE}</p><p><a href='/w/cited-in-the-text'>Something cited in the text itself</a></p>"

    assert len(found(f"<h2>Read more</h2><div>{cards}</div>")) == 3
    assert list(found(f"<div><h4>Related</h4>{boxed}{after}</div>")) == ["one-boxed-story"]


def test_counts_of_comments_end_no_list_but_comments_do() -> None:
    item = (
        "<div><a href='/w/accord-{0}-debated'>Accord {0} comes before parliament</a><p>Comments: 4</p></div>"
    )
    cards = item.format(1) + item.format(2)
    comment = "<p>Comments</p><p><a href='/w/not-one-of-them'>I read of it in another paper first</a></p>"

    assert list(found(f"<h2>Related</h2><div>{cards}{comment}</div>")) == [
        "accord-1-debated",
        "accord-2-debated",
    ]


def test_a_label_before_a_single_link_is_enough() -> None:
    labelled = (
        f"<p>{PROSE}</p>"
        "<p><a href='/w/first-round-2024'>Related: How the first round of talks ended</a></p>"
        "<p><strong>Lire : <a href='/w/second-round-2024'>How the second round of talks ended</a></strong></p>"
        "<p><a href='/w/third-round-2024'><span>Read also</span> How the third round of talks ended</a></p>"
        f"<p>{PROSE} <a href='/w/cited-in-2024'>cited in the middle of a sentence</a></p>"
    )

    assert list(found(labelled)) == ["first-round-2024", "second-round-2024", "third-round-2024"]


def test_a_box_that_its_markup_calls_related_is_read_and_most_read_is_not() -> None:
    link = "<li><a href='/w/{0}-story-2024'>The {0} of the stories in a list</a></li>"
    boxes = (
        f"<aside class='box related-content'><ul>{link.format('first')}</ul></aside>"
        f"<aside class='most-read'><h3>Most read</h3><ul>{link.format('second')}</ul></aside>"
        f"<div class='related-tags'><ul>{link.format('third')}</ul></div>"
        f"<nav><div class='related-articles'><ul>{link.format('fourth')}</ul></div></nav>"
    )

    assert list(found(f"<p>{PROSE}</p>{boxes}")) == ["first-story-2024"]


def test_linked_data_names_related_pages_whose_titles_the_page_shows() -> None:
    script = '<script type="application/ld+json">{"@type": "WebPage", "relatedLink": ["/w/named-in-2024"]}</script>'
    links = (
        "<p><a href='/w/named-in-2024'>Named by the data behind the page</a></p>"
        "<p><a href='/w/not-named-2024'>Named nowhere but in this list</a></p>"
    )

    assert list(found(f"{script}<p>{PROSE}</p>{links}")) == ["named-in-2024"]


def test_authors_are_the_people_that_linked_data_names() -> None:
    script = (
        '<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "author": '
        '[{"@type": "Person", "name": "Ann  Lee"}, {"@type": "Organization", "name": "The News"}]}]}</script>'
    )
    page = f"<html><head>{script}</head><body><article><h1>Accord</h1><p>{PROSE}</p></article></body></html>"

    assert extract(page.encode(), URL).authors == ("Ann Lee",)
