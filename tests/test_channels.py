"""Alerts reach their channels, a failing one is tried again, and the log says how each fared."""

import asyncio
import json
import logging
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pactwatch import cli
from pactwatch.pipeline import build
from pactwatch.service import Service
from pactwatch.settings import load
from sinks.channels import TRIES, Channels
from stories.model import Alert, FeedState, Receipt, Subject
from tests import stories_made as made
from tests.fakes_webhook import Webhook, webhook
from tests.stories_made import NOON

ALERT = Alert(
    id="a", subscription="s", subject=Subject(kind="pact", id="p"), title="t", when=NOON,
    receipt=Receipt(query="*:*"),
)  # fmt: skip


@pytest.fixture
def hook():
    with webhook() as running:
        yield running


def deliver(addresses: list[str], secrets: dict[str, str]):
    return asyncio.run(Channels({"s": addresses}, secrets, first_pause_s=0.01).deliver(ALERT))


def test_a_webhook_gets_the_alert_as_json(hook: Webhook) -> None:
    [delivery] = deliver(["$HOOK"], {"HOOK": hook.url})

    assert json.loads(hook.bodies[0])["id"] == "a"
    assert (delivery.channel, delivery.tries, delivery.error) == ("$HOOK", 1, "")


def test_a_failing_channel_is_tried_again(hook: Webhook) -> None:
    hook.answers = [503, 500, 200]

    [delivery] = deliver([hook.url], {})

    assert (delivery.tries, delivery.error, len(hook.bodies)) == (3, "", 3)


def test_what_no_try_helped_is_said_without_the_address(
    hook: Webhook, caplog: pytest.LogCaptureFixture
) -> None:
    hook.answers = [500] * TRIES
    with caplog.at_level(logging.DEBUG, logger="sinks"):
        given_up, unset = deliver([f"{hook.url}?token=s3cret", "$UNSET"], {})

    assert (given_up.tries, given_up.error) == (TRIES, "answered 500")
    assert unset.error == "$UNSET is not set in the environment"
    assert "s3cret" not in caplog.text + str(given_up)


def test_the_same_delivery_has_the_same_id(hook: Webhook) -> None:
    assert deliver([hook.url], {})[0].id == deliver([hook.url], {})[0].id


def test_the_log_of_deliveries_is_listed(hook: Webhook, tmp_path: Path) -> None:
    (tmp_path / "alerts.yaml").write_text(
        "alerts:\n  - {name: s, on: pact, query: 'step:ratified', channels: ['$HOOK']}\n"
    )
    store = tmp_path / "store.db"
    steps = build(load(tmp_path, {}))
    service = Service(store, steps, [], Channels({"s": ["$HOOK"]}, {"HOOK": hook.url}))
    story = made.story(title="Iran's parliament ratifies the strategic pact with Russia", language="en")

    async def live() -> None:
        await service.publish(FeedState(url="https://news.test/feed"), [story])
        await service.deliver()

    asyncio.run(live())
    service.close()
    listed = CliRunner().invoke(cli.app, ["--store", str(store), "alerts", "deliveries", "--json"])

    [delivery] = json.loads(listed.stdout)
    assert delivery["channel"] == "$HOOK"
    assert [json.loads(body)["id"] for body in hook.bodies] == [delivery["alert"]]


def test_check_names_channels_without_an_address(tmp_path: Path) -> None:
    (tmp_path / "alerts.yaml").write_text(
        'alerts:\n  - {name: mine, on: pact, query: "step:signed", channels: ["$NOT_SET", "$SET"]}\n'
    )
    checked = CliRunner().invoke(
        cli.app, ["--config", str(tmp_path), "check"], env={"SET": "https://hook.test"}
    )

    assert checked.exit_code == 0
    assert "$NOT_SET, a channel of mine, is not set in the environment" in checked.stdout
    assert "$SET" not in checked.stdout
