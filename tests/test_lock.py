"""requirements.lock: what the image installs is pinned, hashed, and what pyproject.toml asks for."""

import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.composing import ROOT

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PINNED = dict(re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", LOCK, re.MULTILINE))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_every_dependency_is_pinned_as_the_project_asks() -> None:
    extras = PROJECT["optional-dependencies"]
    wanted = [*PROJECT["dependencies"], *extras["kafka"], *extras["elasticsearch"], *extras["channels"]]
    for line in wanted:
        asked = Requirement(line)
        version = PINNED[canonicalize_name(asked.name)]
        assert asked.specifier.contains(version), f"{line}, but {version} is locked: run make lock"


def test_every_pin_has_hashes_and_no_host_is_named() -> None:
    blocks = re.split(r"\n(?=[A-Za-z0-9])", LOCK.split("\n", 2)[2])
    assert len(blocks) >= len(PINNED) > 60  # one package may be pinned for each Python
    assert all(re.match(r"[A-Za-z0-9._-]+==\d\S*", block) for block in blocks)
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in LOCK
    assert re.findall(r"--(?!hash=sha256:[0-9a-f]{64}(?: |$))\S+", LOCK, re.MULTILINE) == []
    assert not re.search(r"^-", LOCK, re.MULTILINE)


def test_the_image_installs_nothing_else() -> None:
    installs = re.findall(r"pip install .*", (ROOT / "Dockerfile").read_text(encoding="utf-8"))

    assert installs == [
        "pip install --require-hashes --requirement requirements.lock",
        "pip install --no-deps .",
    ]
