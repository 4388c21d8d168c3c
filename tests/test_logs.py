"""Log lines: JSON for programs, plain for people, with story and trace, without secrets and terminal tricks."""

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pactwatch import logs
from pactwatch.embedded import Embedded
from pactwatch.logs import LogFormat
from pactwatch.pipeline import build
from pactwatch.settings import load, options
from stories import trace, wire
from stories.model import DeadLetter
from stories.topics import STORIES
from streams.kafka.deciding import decide
from streams.operator import Event, MemoryState
from tests.fakes_http import Reply, rss, serving
from tests.newsroom import DATE
from tests.stories_made import story

SECRET = "marker0f3a"
log = logging.getLogger("tests.logs")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Leave the root logger as pytest has it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


def configured(
    form: LogFormat = LogFormat.JSON, stream: io.StringIO | None = None, **environ: str
) -> io.StringIO:
    stream = stream or io.StringIO()
    logs.configure(form, verbose=True, stream=stream, environ=environ)
    return stream


def lines(stream: io.StringIO) -> list[dict[str, str]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_where_no_terminal_reads_each_line_is_json() -> None:
    stream = configured(LogFormat.AUTO)
    log.warning("%d feeds\nfail", 3)

    [line] = lines(stream)
    assert (line["event"], line["level"], line["logger"]) == ("3 feeds\nfail", "warning", "tests.logs")
    assert line["timestamp"].endswith("Z")


def test_at_a_terminal_lines_are_for_people_and_cannot_steer_it() -> None:
    stream = configured(LogFormat.AUTO, Terminal())
    log.warning("a title \x1b]0;owned\x07 and \x9b31m")

    assert "a title" in stream.getvalue()
    assert "\x1b]0" not in stream.getvalue()
    assert "\x9b" not in stream.getvalue()


class Broken:
    """A step with a fault of its own."""

    name = "admit"
    tables = ()

    def decide(self, state: object, event: Event) -> None:
        log.info("looking")
        password = SECRET  # noqa: F841  (a local variable, which richer tracebacks would show)
        raise ValueError("broken")


def test_what_is_logged_of_a_story_names_it_and_its_trace(tmp_path: Path) -> None:
    one = story("a")

    class Message:
        offset, key, value, timestamp = 7, b"k", wire.encode(one), 0
        headers = trace.headers(str(trace.started(one)))

    stream = configured()
    decide(Broken(), MemoryState(), STORIES, 0, Message())

    looking, aside = lines(stream)
    assert (looking["step"], looking["story"], looking["trace_id"]) == ("admit", "a", trace.started(one).id)
    assert aside["trace_id"] == trace.started(one).id
    assert "ValueError: broken" in aside["event"]
    log.info("afterwards")
    assert "trace_id" not in lines(stream)[-1]


def test_the_embedded_run_names_them_too(tmp_path: Path) -> None:
    stream = configured()
    embedded = Embedded(tmp_path / "a.db", build(load(None, {})))
    embedded.operators[0].decide = Broken().decide
    embedded.process([story("a")])
    [kept] = [
        row[0]
        for row in embedded.connection.execute("SELECT document FROM documents WHERE kind = 'dead-letters'")
    ]
    assert wire.decode(kept, DeadLetter).trace == trace.started(story("a")).id
    embedded.close()

    [aside] = [line for line in lines(stream) if line["level"] == "warning"]
    assert (aside["story"], aside["trace_id"]) == ("a", trace.started(story("a")).id)


@pytest.mark.parametrize("form", [LogFormat.JSON, LogFormat.CONSOLE])
def test_neither_secrets_nor_logins_nor_local_variables_are_told(form: LogFormat) -> None:
    stream = configured(form, PACTWATCH_PAGE_TOKEN=SECRET, PACTWATCH_KAFKA_PASSWORD=f"{SECRET}more")
    try:
        Broken().decide(None, None)
    except ValueError:
        log.exception("http://me:%s@host/ and %s and %smore", "other0f3a", SECRET, SECRET)

    assert "0f3a" not in stream.getvalue()
    assert "ValueError: broken" in stream.getvalue()
    assert "@host/" in stream.getvalue()


def test_the_format_is_an_option_a_variable_and_a_switch(tmp_path: Path) -> None:
    (tmp_path / "pactwatch.yaml").write_text("log: {format: json}\n", encoding="utf-8")

    assert options(None, {}).log.format is LogFormat.AUTO
    assert options(tmp_path, {}).log.format is LogFormat.JSON
    assert options(tmp_path, {"PACTWATCH_LOG_FORMAT": "console"}).log.format is LogFormat.CONSOLE


def test_a_command_logs_as_it_is_told(tmp_path: Path) -> None:
    (tmp_path / "alerts.yaml").write_text(
        "alerts:\n  - name: mine\n    on: story\n    query: treaty\n    channels: ['$NOT_SET']\n",
        encoding="utf-8",
    )
    with serving() as server:
        feed = server.on("/feed", Reply(rss(("a", "Parliament ratified the treaty with Iran", DATE))))
        (tmp_path / "feeds.yaml").write_text(
            f"feeds: [{{url: '{feed}', allow_private: true}}]\n", encoding="utf-8"
        )
        told = {form: run_once(tmp_path, form) for form in ("json", "console")}

    shown = [json.loads(line) for line in told["json"].splitlines()]
    [alert] = [line for line in shown if line["event"].startswith("alert mine: ")]
    assert len(alert["trace_id"]) == 32
    assert alert["story"]
    assert alert["step"] == "deliver"
    assert f"trace_id={alert['trace_id']}" in told["console"]
    assert not any(line.startswith("{") for line in told["console"].splitlines())


def run_once(config: Path, form: str) -> str:
    """Return what a whole run logged."""
    command = [
        sys.executable, "-m", "pactwatch", "--config", str(config), "--store", str(config / f"{form}.db"),
        "--verbose", "--log-format", form, "run", "--once",
    ]  # fmt: skip
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stderr
