"""axe-core, which looks for what keeps people from using a page; fetched by npm once, as it is not ours to ship."""

import contextlib
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browser.serving import without
from tests.servers_kafka import cache

VERSION = "4.14.1"
GRAVE = ("serious", "critical")


def script() -> Path:
    """Return axe's script, fetched the first time; without it the test is skipped."""
    path = cache() / f"axe-core-{VERSION}.min.js"
    if path.is_file():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    npm = shutil.which("npm")
    with tempfile.TemporaryDirectory() as folder:
        if npm:
            with contextlib.suppress(subprocess.SubprocessError):
                subprocess.run(
                    [npm, "pack", "--silent", f"axe-core@{VERSION}"], cwd=folder, check=True, timeout=120
                )
        found = next(Path(folder).glob("*.tgz"), None)
        if found is None:
            without("no axe-core: install npm, and let it reach its registry")
        with tarfile.open(found) as archive:
            member = archive.extractfile("package/axe.min.js")
            assert member
            path.write_bytes(member.read())
    return path


def findings(page: Page) -> list[str]:
    """Return what is seriously wrong on `page`, each finding in one line."""
    page.evaluate(
        script().read_text("utf-8")
    )  # as the debugger does it: the page's policy refuses a script tag
    result: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{found['id']} ({found['impact']}): {found['help']}: {node['target']} {node['html'][:200]}"
        for found in result["violations"]
        if found["impact"] in GRAVE
        for node in found["nodes"][:3]
    ]
