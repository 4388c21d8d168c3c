"""Two readers of compose files for the tests: composecheck (compose-go), and Docker's own where it answers."""

import functools
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
COMPOSE = ROOT / "docker-compose.yml"
MODULE = Path(__file__).parent / "composecheck"
READERS = ("composecheck", "docker compose")


class RefusedError(Exception):
    """The reader does not take the file; its own words."""


def resolve(reader: str, file: Path, variables: dict[str, str], folder: Path) -> dict[str, Any]:
    """Return the project that `file` describes with `variables`, as `reader` resolves it.

    Raises RefusedError. Skips the test where the reader cannot be had; composecheck must be in CI.
    """
    command = _composecheck() if reader == "composecheck" else _docker()
    env = folder / "variables.env"
    env.write_text("".join(f"{name}={value}\n" for name, value in variables.items()), encoding="utf-8")
    if reader == "composecheck":
        command += ["-env", str(env), str(file)]
    else:
        command += ["--env-file", str(env), "--file", str(file), "config", "--format", "json"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, cwd=MODULE)
    if ran.returncode:
        raise RefusedError(ran.stderr)
    project: dict[str, Any] = json.loads(ran.stdout)
    return project


@functools.cache
def _fetched() -> str:
    """Fetch the modules once; return why that failed, "" where it did not."""
    if not shutil.which("go"):
        return "no go on the PATH"
    ran = subprocess.run(
        ["go", "mod", "download"], capture_output=True, text=True, timeout=300, check=False, cwd=MODULE
    )
    return ran.stderr.strip()[-500:] if ran.returncode else ""


def _composecheck() -> list[str]:
    if why := _fetched():
        reason = f"composecheck can't be built: {why}"
        if os.environ.get("PACTWATCH_REQUIRE_SERVERS") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return ["go", "run", "."]


@functools.cache
def _has_docker_compose() -> bool:
    if not shutil.which("docker"):
        return False
    asked = subprocess.run(["docker", "compose", "version"], capture_output=True, timeout=30, check=False)
    return asked.returncode == 0


def _docker() -> list[str]:
    if not _has_docker_compose():
        pytest.skip("no docker compose here")
    return ["docker", "compose"]
