"""Dockerfile: what it copies is enough to build from, and it ends with a user of its own and a health check."""

import fnmatch
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.composing import COMPOSE, ROOT

TEXT = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
LINES = [line.split(maxsplit=1) for line in TEXT.splitlines() if line and not line.startswith("#")]
EXTRAS = "[kafka,elasticsearch,channels]"


def values(instruction: str, start: int = 0) -> list[str]:
    """Return what stands behind each `instruction` from line `start` on."""
    return [line[1] for line in LINES[start:] if line[0] == instruction]


def last_stage() -> int:
    """Return where the stage that is shipped begins."""
    return max(number for number, line in enumerate(LINES) if line[0] == "FROM")


def copied() -> list[str]:
    """Return what is copied out of the checkout."""
    from_checkout = [value.split() for value in values("COPY") if not value.startswith("--from")]
    return [source for parts in from_checkout for source in parts[:-1]]


def is_sent(path: str) -> bool:
    """Tell whether .dockerignore lets a path of the checkout through; the last line that fits decides."""
    sent = True
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        pattern = line.removeprefix("!").removeprefix("**/")
        parts = path.split("/")
        steps = parts if line.startswith("**/") else ["/".join(parts[: n + 1]) for n in range(len(parts))]
        if line and not line.startswith("#") and any(fnmatch.fnmatch(step, pattern) for step in steps):
            sent = line.startswith("!")
    return sent


def test_the_image_holds_what_was_built_and_no_tools_to_build_with() -> None:
    stages = values("FROM")

    assert len(stages) == 2
    assert all(re.search(r"^python:\$\{PYTHON_VERSION\}-slim\b", stage) for stage in stages)
    assert "--requirement requirements.lock" in " ".join(values("RUN"))
    assert not any("pip install" in run for run in values("RUN", last_stage()))


def test_it_runs_as_a_user_of_its_own_with_a_health_check() -> None:
    end = last_stage()
    user = values("USER", end)[-1]

    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user), "a number, which a runtime can tell from root"
    assert f"--uid {user.split(':')[0]}" in " ".join(values("RUN", end))
    assert len(values("HEALTHCHECK", end)) == 1
    assert values("ENTRYPOINT", end) == ['["pactwatch"]']


def test_its_scripts_and_folders_are_those_that_compose_names() -> None:
    compose, shipped = COMPOSE.read_text(encoding="utf-8"), TEXT.split("FROM")[-1]

    assert set(re.findall(r"/opt/pactwatch/[\w.]+\.py", compose)) == {"/opt/pactwatch/health.py"}
    assert "COPY docker/health.py /opt/pactwatch/health.py" in shipped
    assert "XDG_DATA_HOME=/var/lib " in shipped
    assert "/var/lib/pactwatch/partitions" in compose


@pytest.mark.parametrize("source", copied())
def test_what_is_copied_is_there_and_sent(source: str) -> None:
    assert (ROOT / source).exists()
    assert is_sent(source)


@pytest.mark.parametrize(
    "path",
    [".env", "config/.env", ".git/config", ".venv/bin/python", "tests/test_compose.py", "pactwatch.db", "config/x.db",
     "config/x.db-wal", "stories/__pycache__/model.cpython-311.pyc", "docker/other.py"],
)  # fmt: skip
def test_what_is_private_or_of_no_use_stays_behind(path: str) -> None:
    assert not is_sent(path)


@pytest.mark.slow
def test_what_is_copied_is_enough_for_the_whole_package(tmp_path: Path) -> None:
    """The wheel is built from the copied files alone and holds every module and every file beside them."""
    context = tmp_path / "context"
    tracked = subprocess.run(
        ["git", "ls-files", "--", *copied()], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    files = [name for name in tracked if name and is_sent(name) and (ROOT / name).exists()]
    for name in files:
        (context / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, context / name)

    built = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(context)],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    if built.returncode and "No matching distribution" in built.stderr:
        unreachable = "no wheel can be built: setuptools can't be fetched"
        assert os.environ.get("PACTWATCH_REQUIRE_SERVERS") != "1", unreachable
        pytest.skip(unreachable)
    assert built.returncode == 0, built.stderr
    with zipfile.ZipFile(next(tmp_path.glob("pactwatch-*.whl"))) as wheel:
        shipped = set(wheel.namelist())
    packaged = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    folders = {name.split(".")[0] for name in packaged["packages"]} | {"config"}
    wanted = {
        re.sub(r"^config/", "pactwatch/defaults/", name) for name in files if name.split("/")[0] in folders
    }

    assert wanted - shipped == set()
