"""Where the real material lies, and what its absence means."""

import os
from pathlib import Path

import pytest

os.environ.pop("COLUMNS", None)  # pytest-xdist sets it: consoles that are made on import would stay so narrow

SERVERS_REQUIRED = os.environ.get("PACTWATCH_REQUIRE_SERVERS") == "1"


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real feeds, pages, archives and labelled sets; missing, its tests skip (fail in CI)."""
    path = Path(os.environ.get("PACTWATCH_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if not path.is_dir():
        reason = f"no test material at {path}: set PACTWATCH_DATA to the folder that holds it"
        if SERVERS_REQUIRED:
            pytest.fail(reason)
        pytest.skip(reason)
    return path
