"""A chromium that is there already, and the demo's store behind a served page."""

import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.serving import CHROMIUM_FLAGS, serving, without
from tests.demo_store import fill

DESK, PHONE = {"width": 1280, "height": 860}, {"width": 375, "height": 740}


@pytest.fixture(scope="package")  # its event loop must not outlive these tests
def browser() -> Iterator[Browser]:
    """One browser for all tests."""
    path = os.environ.get("PACTWATCH_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        without("no chromium: install it, or name one with PACTWATCH_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the page over the demo's store."""
    with ThreadPoolExecutor(1) as thread:  # the demo has an event loop of its own, too
        store = thread.submit(fill, tmp_path_factory.mktemp("demo") / "demo.db").result()
    with serving(store) as address:
        yield address


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def anyway(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A window with scripts, and one without."""
    with browser.new_context(viewport=DESK, java_script_enabled=request.param) as context:
        yield watched(context)


@pytest.fixture
def window(browser: Browser) -> Iterator[Page]:
    """A window at a desk."""
    with browser.new_context(viewport=DESK) as context:
        yield watched(context)


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A window in a hand."""
    with browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True) as context:
        yield watched(context)


def watched(context: BrowserContext) -> Page:
    """Return a page on which a dialog, an error of a script or a breach of the policy fails the test."""
    page = context.new_page()
    page.set_default_timeout(15_000)
    faults: list[str] = []
    page.on("dialog", lambda dialog: (faults.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda told: faults.append(told.text) if told.type == "error" else None)
    page.faults = faults  # type: ignore[attr-defined]
    return page
