"""The example subscriptions that ship are valid, and say what they mean to."""

from pathlib import Path

import msgspec
import yaml

from streams.match.subscription import Subscription


class Loader(yaml.SafeLoader):
    """YAML 1.2's booleans: in 1.1 the key `on` would be one."""

    yaml_implicit_resolvers = {  # noqa: RUF012
        first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:bool"]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def test_the_examples_are_valid():
    text = (Path(__file__).parents[1] / "config" / "alerts.yaml").read_text(encoding="utf-8")
    entries = yaml.load(text, Loader)["alerts"]

    examples = msgspec.convert(entries, list[Subscription])

    assert [one.on for one in examples] == ["pact", "story", "cluster"]
    assert examples[2].threshold.origins == 3
