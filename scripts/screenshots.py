"""Takes the README's pictures from the demo, so that they show what the page is and not what it was.

`--all FOLDER` takes every page instead, at desk and phone width, light and dark, to be looked at.
Needs playwright and a chromium (PACTWATCH_CHROMIUM names another than /usr/bin/chromium).
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

HOME = Path(__file__).parent.parent
sys.path.insert(0, str(HOME))

from sinks.sqlite.reader import SqliteReader  # noqa: E402
from tests.browser.serving import CHROMIUM_FLAGS, serving  # noqa: E402
from tests.demo_store import fill  # noqa: E402

IMAGES = HOME / "docs" / "images"
CHROMIUM = os.environ.get("PACTWATCH_CHROMIUM", "/usr/bin/chromium")


class Size(NamedTuple):
    """A window."""

    name: str
    width: int
    height: int


DESK, PHONE = Size("desk", 1280, 860), Size("phone", 375, 740)


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", type=Path, help="a folder for pictures of every page")
    parser.add_argument("--store", type=Path, help="take them of this store, not of the demo")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = given.store or fill(Path(folder) / "demo.db")
        with serving(store) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
            if given.all:
                take_all(browser, address, paths(store), given.all)
            else:
                take_readme(browser, address, paths(store))
            browser.close()


def paths(store: Path) -> dict[str, str]:
    """Return a name and an address for every kind of page."""
    reader = SqliteReader(store)
    try:
        pact = reader.pacts("kind:strategic-partnership")[0]
        story = reader.search("step:ratified AND language:en")[-1]
        cluster = reader.story(story.id)
        return {
            "today": "/", "growing": "/?order=growing", "filtered": "/?actor=IRN",
            "story": f"/story?id={story.id}", "cluster": f"/cluster/{cluster.cluster if cluster else ''}",
            "pacts": "/pacts", "pact": f"/pact/{pact.id}", "actors": "/actors", "actor": "/actor/IRN",
            "alerts": "/alerts", "try": "/try?q=actors:RUS&name=russia", "feeds": "/feeds",
            "search": "/search?q=topics:ratification", "search-help": "/search", "search-error": "/search?q=topics:(",
            "missing": "/cluster/none",
        }  # fmt: skip
    finally:
        reader.close()


def take_readme(browser: Browser, address: str, found: dict[str, str]) -> None:
    """Take today, a pact and a story with a receipt, as the README shows them."""
    for name, path in (("today", "growing"), ("pact", "pact"), ("story", "story")):
        page = browser.new_page(viewport={"width": DESK.width, "height": DESK.height}, device_scale_factor=1)
        page.goto(address + found[path])
        if name == "story":
            page.locator("mark.topic").first.focus()
        page.screenshot(path=IMAGES / f"{name}.png")
        page.close()


def take_all(browser: Browser, address: str, found: dict[str, str], folder: Path) -> None:
    """Take every page in both sizes, light and dark."""
    folder.mkdir(parents=True, exist_ok=True)
    for size in (DESK, PHONE):
        for scheme in ("light", "dark"):
            page = browser.new_page(
                viewport={"width": size.width, "height": size.height},
                color_scheme=scheme,
                is_mobile=size is PHONE,
            )
            for name, path in found.items():
                page.goto(address + path)
                _settle(page)
                page.screenshot(path=folder / f"{name}-{size.name}-{scheme}.png", full_page=True)
            page.close()


def _settle(page: Page) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        print(f"{page.url} is {wide} pixels wider than its window")


if __name__ == "__main__":
    main()
