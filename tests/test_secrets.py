"""A marker in every secret, every command at servers that fail: no output, log or file of ours may hold a marker."""

import os
import re
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.fakes_http import Reply, rss, serving
from tests.fakes_webhook import webhook
from tests.newsroom import DATE

KAFKA, PASSWORD, API_KEY, TOKEN, HOOK, LOGIN = (
    f"marker{name}0f3a" for name in ("kafka", "password", "apikey", "token", "hook", "login")
)
SECRETS = {
    "PACTWATCH_KAFKA_PASSWORD": KAFKA, "PACTWATCH_ELASTICSEARCH_PASSWORD": PASSWORD, "PACTWATCH_PAGE_TOKEN": TOKEN,
    "MY_HOOK": f"http://me:{LOGIN}@127.0.0.1:9/{HOOK}?key={HOOK}", "OTHER_HOOK": f"slack://{HOOK}/{HOOK}/{HOOK}",
}  # fmt: skip
ALERTS = (
    "alerts:\n  - name: mine\n    on: story\n    query: 'topics:ratification OR title:treaty'\n"
    '    channels: ["$MY_HOOK", "$OTHER_HOOK", "$NOT_SET"]\n'
)
COMMANDS = (
    ("check",), ("status",), ("status", "--json"), ("search", "x"), ("setup",), ("alerts", "list"), ("alerts", "deliveries"),
    ("feeds", "list"), ("dead-letters", "list"), ("poll", "--once"), ("work", "--until-idle", "1"), ("prune", "--days", "9"),
    ("forget", "x"),
)  # fmt: skip


def ran(environment: dict[str, str], *arguments: str, timeout_s: float = 40) -> str:
    """Return all that a command said; one that still waits for its servers is ended."""
    command = [sys.executable, "-m", "pactwatch", "--verbose", *arguments]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PACTWATCH_")}
    with subprocess.Popen(
        command,
        env=clean | SECRETS | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            said, _ = process.communicate(timeout=timeout_s)
        except subprocess.TimeoutExpired:
            process.kill()
            said, _ = process.communicate()
    return said


def markers(text: str) -> list[str]:
    return re.findall(r"marker\w+0f3a", text)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "alerts.yaml").write_text(ALERTS, encoding="utf-8")
    return folder


@pytest.fixture
def closed() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.mark.slow
def test_no_secret_is_told_when_servers_are_away(config: Path, closed: int, tmp_path: Path) -> None:
    address = f"127.0.0.1:{closed}"
    servers = {
        "PACTWATCH_KAFKA_BOOTSTRAP": address, "PACTWATCH_KAFKA_USERNAME": "me",
        "PACTWATCH_KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT", "PACTWATCH_KAFKA_SASL_MECHANISM": "PLAIN",
        "PACTWATCH_ELASTICSEARCH_URL": f"http://me:{LOGIN}@{address}", "PACTWATCH_ELASTICSEARCH_API_KEY": API_KEY,
        "PACTWATCH_KIBANA_URL": f"http://me:{LOGIN}@{address}",
    }  # fmt: skip
    shared = ("--config", str(config), "--store", str(tmp_path / "store.db"))
    with ThreadPoolExecutor(4) as several:
        told = list(several.map(lambda command: ran(servers, *shared, *command, timeout_s=30), COMMANDS))

    assert {
        command: markers(text) for command, text in zip(COMMANDS, told, strict=True) if markers(text)
    } == {}
    assert address in told[1]


def test_no_secret_is_told_where_an_option_does_not_fit(config: Path, tmp_path: Path) -> None:
    for broken in (
        {"PACTWATCH_ELASTICSEARCH_URL": f"me:{LOGIN}@nowhere"},
        {"PACTWATCH_ELASTICSEARCH_URL": f"http://me:{LOGIN}@127.0.0.1:99999"},
        {"PACTWATCH_KAFKA_SECURITY_PROTOCOL": "SASL_SSL", "PACTWATCH_KAFKA_CA_CERTS": "/no/such/file", "PACTWATCH_KAFKA_BOOTSTRAP": "x:1"},
    ):  # fmt: skip
        said = ran(broken, "--config", str(config), "--store", str(tmp_path / "store.db"), "check")
        assert "Elasticsearch" in said or "certificates" in said
        assert markers(said) == []


def test_no_secret_is_told_or_kept_by_a_whole_run(config: Path, tmp_path: Path) -> None:
    """Alerts to channels that refuse: neither what is printed nor a byte of the store holds their addresses."""
    store = tmp_path / "store.db"
    with serving() as server:
        feed = server.on("/feed", Reply(rss(("a", "Parliament ratified the treaty with Iran", DATE))))
        (config / "feeds.yaml").write_text(
            f"feeds:\n  - url: {feed}\n    allow_private: true\n", encoding="utf-8"
        )
        shared = ("--config", str(config), "--store", str(store))
        said = [ran({}, *shared, "run", "--once")]
    said += [ran({}, *shared, "alerts", "deliveries", "--json"), ran({}, *shared, "alerts", "list", "--json")]

    assert "1 stories" in said[0]
    assert '"mine"' in said[2]
    assert markers("".join(said)) == []
    assert markers(store.read_bytes().decode("latin-1")) == []


def test_a_webhook_that_takes_its_alert_is_not_told_by_its_address(config: Path, tmp_path: Path) -> None:
    """The client's own log names every address it asks."""
    with serving() as server, webhook() as hook:
        feed = server.on("/feed", Reply(rss(("a", "Parliament ratified the treaty with Iran", DATE))))
        (config / "feeds.yaml").write_text(
            f"feeds:\n  - url: {feed}\n    allow_private: true\n", encoding="utf-8"
        )
        shared = ("--config", str(config), "--store", str(tmp_path / "store.db"))
        said = ran({"MY_HOOK": f"{hook.url}?key={HOOK}"}, *shared, "run", "--once")

    assert len(hook.bodies) == 1
    assert markers(said) == []
