"""The article that this project starts from: as a news site would show it, and what is expected of it."""

import json
from pathlib import Path
from typing import Any

KINDS = {"free-trade": "trade"}  # the labels' word: the model's (decision 0032)


def text_of(data: Path) -> str:
    """Return the article as it was copied from its page, everything around it included."""
    return next((data / "seed").glob("*.txt")).read_text(encoding="utf-8")


def labels_of(data: Path) -> dict[str, Any]:
    """Return what a careful reader takes from it."""
    labels: dict[str, Any] = json.loads((data / "seed" / "expected.json").read_text(encoding="utf-8"))
    return labels


def page(text: str) -> bytes:
    """Return the article as the page of a news site, built from its lines."""
    head, rest = text.split("Related Articles")
    lines = [line for line in head.splitlines() if line.strip()]
    listed = [line for line in rest.split("Post a comment")[0].splitlines() if line.strip()]
    cards = "".join(
        f'<div class="card"><h4><a href="/story-number-{n}.html">{listed[n]}</a></h4><span>{listed[n + 1]}</span></div>'
        for n in range(0, len(listed), 2)
    )
    body = "".join(f"<h2>{line}</h2>" if len(line) < 60 else f"<p>{line}</p>" for line in lines[2:])
    return f"""<!doctype html><html lang="en"><head><title>{lines[0]}</title></head><body>
        <nav><a href="/">Home</a> <a href="/world">World</a></nav>
        <main><article><h1>{lines[0]}</h1><p class="lead">{lines[1]}</p>{body}</article>
        <section><h3>Related Articles</h3>{cards}</section>
        <section id="comments"><h3>Post a comment</h3><h3>Leave a Reply</h3><form>
        <p>{text.strip().splitlines()[-1]}</p><textarea></textarea></form></section></main>
        <footer>About us</footer></body></html>""".encode()


def feed(text: str, link: str) -> bytes:
    """Return a feed whose one entry is the headline and the link to the page."""
    return f"""<rss version="2.0"><channel><title>T</title><item><title>{text.splitlines()[0]}</title>
        <link>{link}</link><pubDate>Wed, 21 May 2025 09:00:00 GMT</pubDate></item></channel></rss>""".encode()


def as_labelled(pact: Any, labels: dict[str, Any]) -> dict[str, Any]:
    """Return what `labels` say of a pact, as `pact` has it."""
    steps = [
        {"step": step.step, "by": step.by, "date": step.date, "precision": step.precision}
        for step in pact.steps
    ]
    said = {
        "parties": pact.parties, "kind": pact.kind, "duration_years": pact.duration_years, "steps": steps,
        "provisions": {name: provision.value for name, provision in pact.provisions.items()},
        "ratified": pact.ratified, "missing": pact.missing,
    }  # fmt: skip
    return {name: value for name, value in said.items() if name in labels}


def plain(labels: dict[str, Any]) -> dict[str, Any]:
    """Return the labels of one pact without their notes."""
    steps = [{name: value for name, value in step.items() if name != "note"} for step in labels["steps"]]
    told = {name: value for name, value in labels.items() if name != "note"}
    told |= {"steps": steps, "kind": KINDS.get(labels["kind"], labels["kind"])}
    if "provisions" in labels:
        told["provisions"] = {name: said["value"] for name, said in labels["provisions"].items()}
    return told
