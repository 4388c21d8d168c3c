"""On Kafka, too, an alert reaches its channel, and the log of it the index."""

import json
from pathlib import Path

import pytest

from stories.model import Delivery
from tests.archive import archive
from tests.fakes_webhook import webhook
from tests.stream import Stream

pytestmark = pytest.mark.servers
RULE = """
alerts:
  - name: conflicts
    on: story
    query: "topics:armed-conflict"
    channels: ["$HOOK"]
"""


def test_alerts_reach_their_channel_once(
    bootstrap: str, prefix: str, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "alerts.yaml").write_text(RULE)
    stream = Stream(bootstrap, prefix, tmp_path, config=tmp_path)
    stream.run("setup")
    stream.publish(archive(data, 60))
    with webhook() as hook:
        monkeypatch.setenv("HOOK", hook.url)
        with stream.worker("one", 10) as worker:
            assert worker.wait(200) == 0
        taken = [json.loads(body)["id"] for body in hook.bodies]

    log = stream.documents("deliveries", Delivery)
    assert taken
    assert sorted(taken) == sorted(delivery.alert for delivery in log)
    assert {(delivery.channel, delivery.error) for delivery in log} == {("$HOOK", "")}
