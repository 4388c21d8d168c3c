"""`python -m tests.feeding STORE COUNT`: takes archive stories into a store, batch by batch, to be killed at it."""

import os
import sys
from pathlib import Path

from pactwatch.embedded import Embedded
from pactwatch.pipeline import build
from pactwatch.settings import load
from tests.archive import archive

BATCH = 20


def main(store: Path, count: int) -> None:
    """Offer every story from the first one on, as a poller does that was not told of any acknowledgement."""
    data = Path(os.environ.get("PACTWATCH_DATA", Path(__file__).parents[2] / "shared" / "data"))
    stories = archive(data, count)
    embedded = Embedded(store, build(load(None, {})))
    print("ready", flush=True)
    for start in range(0, count, BATCH):
        embedded.process(stories[start : start + BATCH])
        print(start, flush=True)
    embedded.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
