"""No page keeps anyone out: axe-core has no serious finding, light or dark, at a desk or on a phone."""

import pytest
from playwright.sync_api import Browser

from tests.browser.axe import findings
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_walk import PAGES

FOLLOWED = {  # pages whose address only the store knows: from where, and by which link
    "a cluster": ("/?actor=IRN&topic=ratification", "#cluster-cards h3 a"),
    "a story": ("/search?q=step:ratified", "main h3 a"),
    "a pact": ("/pacts?q=kind:strategic-partnership", "th a"),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_serious(browser: Browser, demo: str, size: dict[str, int], scheme: str) -> None:
    faults: dict[str, list[str]] = {}
    with browser.new_context(viewport=size, color_scheme=scheme) as context:
        page = context.new_page()
        for path in PAGES:
            page.goto(demo + path)
            faults[path] = findings(page)
        for name, (start, link) in FOLLOWED.items():
            page.goto(demo + start)
            page.locator(link).first.click()
            page.wait_for_load_state()
            for summary in page.locator("summary").all():
                summary.click()
            faults[name] = findings(page)

    assert {path: found for path, found in faults.items() if found} == {}
