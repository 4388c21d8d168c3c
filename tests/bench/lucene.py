"""Lucene Monitor on the same queries and stories, in a Java process of its own."""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from stories.fields import STORY, values
from stories.model import Story
from stories.query import Query
from stories.query_render import render
from tests.servers_kafka import cache

HERE = Path(__file__).parent / "lucene_monitor"


class Measured(NamedTuple):
    """Stories a second, and how many matches there were in all."""

    rate: float
    matches: int


def measure(queries: Sequence[Query], stories: Sequence[Story]) -> Measured | None:
    """Return what Lucene Monitor does; None where there is no java or no mvn."""
    if not shutil.which("java") or not shutil.which("mvn"):
        return None
    with tempfile.TemporaryDirectory() as folder:
        asked, told = Path(folder) / "queries.txt", Path(folder) / "stories.tsv"
        asked.write_text("\n".join(render(query, STORY) for query in queries), encoding="utf-8")
        told.write_text("\n".join(map(_line, stories)), encoding="utf-8")
        command = [
            "java",
            "-Xmx1g",
            "-cp",
            f"{_jars()}/*",
            str(HERE / "MonitorBench.java"),
            str(asked),
            str(told),
        ]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rate, matches = printed.strip().splitlines()[-1].split("\t")
    return Measured(float(rate), int(matches))


def _jars() -> Path:
    folder = cache() / "lucene-monitor"
    if not list(folder.glob("lucene-monitor-*.jar")):
        plugin = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
        command = ["mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), plugin, f"-DoutputDirectory={folder}"]
        subprocess.run(command, check=True, timeout=600)
    return folder


def _line(story: Story) -> str:
    pairs = [
        f"{field}\t{' '.join(str(value).split())}"
        for field, found in values(story).items()
        if STORY.types.get(field) in ("keyword", "text")
        for value in found
    ]
    return "\t".join(pairs)
