"""The bundled day of news, served over loopback HTTP and taken through the real pipeline."""

import json
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import msgspec
from rich.console import Console

from pactwatch import render, yaml_lines
from pactwatch.settings import DEFAULTS, load
from producers.fetch import Fetcher
from producers.source import FeedSource


class DemoStory(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One story of the day."""

    at: datetime
    title: str
    text: str


class Outlet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One feed of the day; format is rss, atom, rdf, json or broken."""

    name: str
    slug: str
    format: str
    language: str
    stories: list[DemoStory]
    later: bool = False  # polled when the day is over, as its stories are of another month


class Day(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The bundled day."""

    outlets: list[Outlet]


def day() -> Day:
    """Return the bundled day of news."""
    text = (files(DEFAULTS) / "demo" / "day.yaml").read_text(encoding="utf-8")
    return yaml_lines.convert(yaml_lines.load(text, "day.yaml"), Day, text, "day.yaml")


@contextmanager
def served(outlets: list[Outlet]) -> Iterator[list[FeedSource]]:
    """Serve `outlets` on a free loopback port while inside, and give their feeds."""
    pages: dict[str, tuple[str, bytes]] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, body = pages.get(self.path, ("text/html", b"<html><body>Service unavailable</body></html>"))
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """The demo's own requests are no news."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    home = f"http://127.0.0.1:{server.server_port}"
    for outlet in outlets:
        if outlet.format in _FORMATS:
            pages[f"/{outlet.slug}.xml"] = _FORMATS[outlet.format](outlet, f"{home}/{outlet.slug}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield [
            FeedSource(
                url=f"{home}/{outlet.slug}.xml",
                name=outlet.name,
                language=outlet.language,
                allow_private=True,
            )
            for outlet in outlets
        ]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _rss(outlet: Outlet, home: str) -> tuple[str, bytes]:
    items = "".join(
        f"<item><title>{escape(story.title)}</title><link>{home}/{n}</link><guid>{home}/{n}</guid>"
        f"<pubDate>{format_datetime(story.at)}</pubDate><description>{escape(story.text)}</description></item>"
        for n, story in enumerate(outlet.stories)
    )
    return "application/rss+xml", (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>'
        f"<title>{escape(outlet.name)}</title><link>{home}</link><description>{escape(outlet.name)}</description>{items}</channel></rss>"
    ).encode()


def _atom(outlet: Outlet, home: str) -> tuple[str, bytes]:
    entries = "".join(
        f'<entry><id>{home}/{n}</id><title>{escape(story.title)}</title><link href="{home}/{n}"/>'
        f"<updated>{story.at.isoformat()}</updated><published>{story.at.isoformat()}</published>"
        f"<summary>{escape(story.text)}</summary></entry>"
        for n, story in enumerate(outlet.stories)
    )
    return "application/atom+xml", (
        f'<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom"><id>{home}</id>'
        f"<title>{escape(outlet.name)}</title><updated>2025-05-21T00:00:00Z</updated>{entries}</feed>"
    ).encode()


def _rdf(outlet: Outlet, home: str) -> tuple[str, bytes]:
    items = "".join(
        f'<item rdf:about="{home}/{n}"><title>{escape(story.title)}</title><link>{home}/{n}</link>'
        f"<description>{escape(story.text)}</description><dc:date>{story.at.isoformat()}</dc:date></item>"
        for n, story in enumerate(outlet.stories)
    )
    return "application/rdf+xml", (
        '<?xml version="1.0" encoding="UTF-8"?><rdf:RDF xmlns="http://purl.org/rss/1.0/" '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<channel rdf:about="{home}"><title>{escape(outlet.name)}</title><link>{home}</link>'
        f"<description>{escape(outlet.name)}</description></channel>{items}</rdf:RDF>"
    ).encode()


def _json(outlet: Outlet, home: str) -> tuple[str, bytes]:
    items = [
        {
            "id": f"{home}/{n}", "url": f"{home}/{n}", "title": story.title, "content_text": story.text,
            "date_published": story.at.isoformat(),
        }
        for n, story in enumerate(outlet.stories)
    ]  # fmt: skip
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "home_page_url": home,
        "items": items,
    }
    return "application/feed+json", json.dumps(feed).encode()


_FORMATS = {"rss": _rss, "atom": _atom, "rdf": _rdf, "json": _json}


async def show(config: Path | None, keep: Path | None, staying: bool, out: Console) -> None:
    """Run the day through the pipeline, print what came of it, and serve the page while `staying`.

    `keep` is where the store stays, for other commands to read; without it, it goes with the demo.
    """
    from pactwatch.pipeline import build
    from pactwatch.service import Service, free_port, serve, until_stopped
    from sinks.channels import Channels

    settings = load(config)
    with tempfile.TemporaryDirectory(prefix="pactwatch-demo-") as folder, served(day().outlets) as sources:
        outlets = {outlet.name: outlet for outlet in day().outlets}
        store = keep or Path(folder) / "demo.db"
        service = Service(store, build(settings), sources, Channels({}, {}))
        try:
            async with Fetcher() as fetcher:
                for is_later in (False, True):
                    service.sources = [one for one in sources if outlets[one.name].later is is_later]
                    evening = _evening(outlets[one.name] for one in service.sources)
                    service.now = lambda evening=evening: evening  # type: ignore[misc]
                    await service.poll_once(fetcher)
            await service.deliver()
            page = settings.options.page
            listener = free_port(page.host, page.port)
            address = f"http://{page.host}:{listener.getsockname()[1]}"
            _print(service, out)
            if staying:
                out.print(f"\nThe page is at [bold]{address}[/]; Ctrl-C ends.")
                await until_stopped(lambda stop: serve(service.reader, listener, stop, settings.subscribed))
            listener.close()
        finally:
            service.close()


def _evening(outlets: Iterable[Outlet]) -> datetime:
    """Return the hour after the last story of `outlets`: when their feeds are polled."""
    return max(story.at for outlet in outlets for story in outlet.stories) + timedelta(hours=1)


def _print(service: Any, out: Console) -> None:
    reader = service.reader
    out.print("[bold]Clusters[/]")
    out.print(render.clusters(reader.clusters(limit=12)))
    out.print("\n[bold]Pacts[/]")
    for pact in reader.pacts():
        out.print(render.pact(pact))
    alerts = sorted(reader.alerts(), key=lambda alert: alert.subject.kind != "pact")
    out.print(f"\n[bold]Alerts[/]: {len(alerts)}; the first with its receipt:")
    for alert in alerts[:1]:
        out.print(render.alert(alert))
    for letter in reader.dead_letters(3):
        out.print(f"[red]dead letter[/]: {letter.reason}")
    out.print("\n[bold]Feeds[/]")
    out.print(render.feeds(reader.feeds()))
