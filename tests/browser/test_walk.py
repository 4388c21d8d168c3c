"""What a reader does, in a real browser: with scripts and without, by mouse and by keyboard, desk and phone."""

from pathlib import Path

import feedparser
import msgspec
import pytest
from playwright.sync_api import Page, expect

from stories.model import Cluster, Story
from tests.browser.serving import serving
from tests.web_documents import CLUSTER, DOCUMENTS, NOON, PACT, STORY, write

PAGES = [
    "/", "/?order=growing", "/?actor=IRN", "/search", "/search?q=topics:ratification", "/search?q=topics:(", "/pacts",
    "/actors", "/actor/IRN", "/alerts", "/alerts/ratifications", "/try", "/try?q=actors:RUS", "/feeds",
    "/cluster/none",
]  # fmt: skip


def quiet(page: Page) -> bool:
    """Whether nothing went wrong on the page; asking for what is not there is told as an error, too."""
    faults: list[str] = page.faults  # type: ignore[attr-defined]
    return not [fault for fault in faults if "status of 40" not in fault]


def test_from_the_news_to_the_pact_to_a_subscription(anyway: Page, demo: str) -> None:
    page = anyway
    page.goto(demo)
    page.get_by_label("Actor").select_option("IRN")
    page.get_by_label("Topic").select_option("ratification")
    page.get_by_role("button", name="Show", exact=True).click()
    cards = page.locator("#cluster-cards article")
    expect(cards.first).to_contain_text("strategic partnership")

    cards.first.get_by_role("link").first.click()
    page.get_by_role("link", name="Iran's parliament approves").last.click()
    mark = page.locator("mark.topic").first
    receipt = mark.locator("[role=tooltip]")
    expect(receipt).to_be_hidden()
    mark.focus()
    expect(receipt).to_be_visible()
    expect(receipt).to_contain_text("rule")
    page.locator("h1").first.click()
    mark.hover()
    expect(receipt).to_be_visible()

    page.get_by_role("link", name="20-year strategic partnership").first.click()
    row = (
        page.get_by_role("region", name="Scoreboard", exact=True).get_by_role("row").filter(has_text="Russia")
    )
    expect(row).to_contain_text("2025-04")
    row.get_by_role("link", name="2025-04").click()
    expect(page.locator("li:target")).to_contain_text("State Duma ratified")
    page.locator(".timeline a").first.click()
    expect(page.locator("li:target")).to_contain_text("signed")

    page.goto(f"{demo}/alerts")
    page.get_by_text("Why").first.click()
    page.get_by_role("link", name="Try a query of your own").click()
    page.get_by_label("Query").fill("step:ratified AND parties:IRN")
    page.get_by_label("asked of each").select_option("pact")
    page.get_by_label("Name").fill("iran")
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_role("heading", name="2 alerts in the 30 days")).to_be_visible()
    expect(page.locator("pre")).to_contain_text("query: step:ratified AND parties:IRN")
    assert quiet(page)


def test_the_atom_link_is_a_feed(anyway: Page, demo: str) -> None:
    anyway.goto(f"{demo}/alerts")
    link = anyway.get_by_role("link", name="Atom feed of ratifications").get_attribute("href")
    response = anyway.request.get(f"{demo}{link}")
    read = feedparser.parse(response.body())

    assert (read.bozo, len(read.entries)) == (False, 2)


def test_search_is_narrowed_by_a_facet_and_kept_as_a_link(anyway: Page, demo: str) -> None:
    anyway.goto(f"{demo}/search?q=Iran")
    anyway.get_by_label("Narrow and help").get_by_role("link", name="ISR").click()
    expect(anyway.get_by_role("heading", name="1 story")).to_be_visible()
    kept = anyway.get_by_label("Saved as a link").input_value()
    anyway.goto(kept)

    expect(anyway.get_by_role("heading", name="1 story")).to_be_visible()


def test_a_pact_on_an_earlier_day(anyway: Page, demo: str) -> None:
    anyway.goto(f"{demo}/pacts")
    anyway.get_by_role("link", name="20-year strategic partnership").click()
    slider = anyway.get_by_role("slider", name="As known on")
    slider.focus()
    slider.press("ArrowLeft")
    anyway.get_by_role("button", name="Show", exact=True).click()

    expect(anyway.get_by_text("Nothing had been told of it by then")).to_be_visible()
    anyway.get_by_role("link", name="2025-05-21").first.click()
    expect(anyway.get_by_text("As known at the end of 2025-05-21")).to_be_visible()
    expect(anyway.get_by_role("region", name="Scoreboard", exact=True)).to_contain_text("Russia")


def test_the_slider_tells_its_day_as_it_moves(window: Page, demo: str) -> None:
    window.goto(f"{demo}/pacts")
    window.get_by_role("link", name="20-year strategic partnership").click()
    window.get_by_role("slider").press("ArrowLeft")

    expect(window.locator(".asof-form output")).to_have_text("2025-05-20")
    assert window.get_by_role("slider").get_attribute("aria-valuetext") == "2025-05-20"


def test_the_keyboard_reaches_the_content_first(anyway: Page, demo: str) -> None:
    anyway.goto(demo)
    anyway.keyboard.press("Tab")
    skip = anyway.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    anyway.keyboard.press("Enter")

    expect(anyway).to_have_url(f"{demo}/#main")


def cluster(identity: str, title: str, hour: int) -> Cluster:
    return msgspec.structs.replace(
        CLUSTER,
        id=identity,
        title=title,
        last_seen=NOON.replace(hour=hour),
        revision=hour,
        stories=[],
        actors=["IRN"],
    )


def test_news_arrives_without_reload(window: Page, tmp_path: Path) -> None:
    store = tmp_path / "live.db"
    write(store, DOCUMENTS)
    with serving(store) as address:
        window.goto(address)
        expect(window.get_by_text("Live: new ones appear")).to_be_visible()
        write(store, [("clusters", cluster("c2", "News <b>just</b> in", 13))])
        first = window.locator("#cluster-cards article").first
        expect(first).to_contain_text("News <b>just</b> in")
        expect(window.get_by_role("status")).to_contain_text("one cluster is new")

        write(store, [("clusters", cluster("c2", "News that grew", 14))])
        expect(first).to_contain_text("News that grew")
        assert window.locator("#cluster-cards article").count() == 2

        window.get_by_role("button", name="Pause").click()
        write(store, [("clusters", cluster("c3", "Unseen", 15))])
        window.wait_for_timeout(3_000)
        assert window.get_by_text("Unseen").count() == 0
        window.get_by_role("button", name="Go on").click()
        expect(first).to_contain_text("Unseen")
        window.goto("about:blank")
    assert quiet(window)


def test_only_what_the_filter_lets_through_arrives(window: Page, tmp_path: Path) -> None:
    store = tmp_path / "live.db"
    write(store, DOCUMENTS)
    with serving(store) as address:
        window.goto(f"{address}/?actor=IRN")
        expect(window.get_by_text("No story fits")).to_be_visible()
        for identity, actor in (("c7", "CHN"), ("c8", "IRN")):
            story = msgspec.structs.replace(STORY, id=identity, actors=[actor], cluster=identity)
            write(store, [("clusters", cluster(identity, f"News of {actor}", 13)), ("clustered", story)])
        expect(window.get_by_text("News of IRN")).to_be_visible()
        assert window.get_by_text("News of CHN").count() == 0
        assert window.get_by_text("No story fits").count() == 0
        window.goto("about:blank")


HOSTILE = {
    "markup": "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "attribute": '" onmouseover="alert(3)" x="',
    "turned": "\u202egnihtemos sdaer siht",
    "long": "x" * 10_000,
    "words": "a title without an end " * 430,
}  # fmt: skip


def hostile(title: str) -> Story:
    return msgspec.structs.replace(STORY, title=title, outlet=title[:500], mentions=[], revision=2)


@pytest.mark.parametrize("title", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_title_harms_nothing(phone: Page, tmp_path: Path, title: str) -> None:
    store = tmp_path / "hostile.db"
    documents = [
        (topic, msgspec.structs.replace(one, title=title) if hasattr(one, "title") else one)
        for topic, one in DOCUMENTS
    ]
    pact = msgspec.structs.replace(PACT, name=title)
    link = msgspec.structs.replace(CLUSTER.stories[0], title=title)
    known = msgspec.structs.replace(CLUSTER, title=title, stories=[link])
    write(store, [*documents, ("clustered", hostile(title)), ("pacts", pact), ("clusters", known)])
    with serving(store) as address:
        for path in (
            "/",
            "/search",
            f"/story?id={STORY.id.replace('&', '%26')}",
            "/cluster/c1",
            "/pacts",
            "/pact/p1",
            "/alerts",
        ):
            phone.goto(address + path)
            for element in phone.locator("main h3 a, main li a, main h1").all()[:6]:
                element.hover()
            assert not wider(phone), path
            assert phone.locator("main img").count() == 0
            assert "\u202e" not in phone.title()
        phone.goto("about:blank")
    assert quiet(phone)


def wider(page: Page) -> bool:
    """Whether the page is wider than its window."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


@pytest.mark.parametrize(
    ("title", "direction"), [("مجلس الشورى يصادق على الاتفاق", "rtl"), ("Majlis votes", "ltr")]
)
def test_a_title_is_shown_in_its_own_direction(
    window: Page, tmp_path: Path, title: str, direction: str
) -> None:
    store = tmp_path / "rtl.db"
    write(store, [*DOCUMENTS, ("clustered", hostile(title))])
    with serving(store) as address:
        window.goto(f"{address}/search")
        found = window.get_by_role("link", name=title).first
        assert found.evaluate("one => getComputedStyle(one).direction") == direction
        window.goto("about:blank")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_fits_a_phone(phone: Page, demo: str, path: str) -> None:
    phone.goto(demo + path)

    assert not wider(phone)
    assert quiet(phone)


def test_a_scoreboard_of_many_acts_fits_a_phone(phone: Page, tmp_path: Path) -> None:
    kinds = ("proposed", "negotiated", "initialled", "signed", "approved", "ratified", "withdrawn")
    steps = [
        msgspec.structs.replace(PACT.steps[0], step=kind, by=PACT.parties, date="2025-01-17")
        for kind in kinds
    ]
    write(
        tmp_path / "wide.db", [*DOCUMENTS, ("pacts", msgspec.structs.replace(PACT, steps=steps, revision=9))]
    )
    with serving(tmp_path / "wide.db") as address:
        phone.goto(f"{address}/pact/p1")
        expect(phone.locator(".scoreboard thead th")).to_have_count(len(kinds) + 1)

        assert not wider(phone)
        phone.goto("about:blank")


def test_a_receipt_fits_a_phone(phone: Page, demo: str) -> None:
    phone.goto(f"{demo}/search?q=step:ratified")
    phone.locator("main h3 a").first.click()
    mark = phone.locator("mark").last
    mark.tap()
    box = mark.locator("[role=tooltip]").bounding_box()

    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 375


def test_dark_where_the_reader_wants_it(window: Page, demo: str) -> None:
    window.goto(demo)
    light = window.evaluate("getComputedStyle(document.body).backgroundColor")
    window.emulate_media(color_scheme="dark")

    assert window.evaluate("getComputedStyle(document.body).backgroundColor") != light


def test_a_server_with_listeners_stops_at_once(window: Page, tmp_path: Path) -> None:
    store = tmp_path / "stop.db"
    write(store, DOCUMENTS)
    with serving(store, stops_within_s=5) as address:
        window.goto(address)
        expect(window.get_by_text("Live: new ones appear")).to_be_visible()
