"""The hostile corpus, tests/data/hostile: what each door is given there, and how it is made."""

import gzip
import zlib
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "data" / "hostile"
Case = dict[str, Any]


def cases(door: str) -> dict[str, Case]:
    """Return the cases of a door by name."""
    listed: list[Case] = yaml.safe_load((FOLDER / f"{door}.yaml").read_text(encoding="utf-8"))
    found = {case["name"]: case for case in listed}
    assert len(found) == len(listed), f"{door}.yaml: two cases of one name"
    return found


def made(case: Case) -> bytes:
    """Return the bytes of a case: `hex`, or the text of `make`, encoded and compressed as it says."""
    if "hex" in case:
        return bytes.fromhex(case["hex"])
    payload = text(case).encode(case.get("encode", "utf-8"), "surrogatepass")
    for _ in range(case.get("gzip", 0)):
        payload = gzip.compress(payload, 9, mtime=0)
    for _ in range(case.get("zlib", 0)):
        payload = zlib.compress(payload, 9)
    return payload


def text(case: Case) -> str:
    """Return the text of a case: `input`, or the parts of `make`, some of them repeated."""
    if "input" in case:
        return str(case["input"])
    parts = case["make"] if isinstance(case["make"], list) else [case["make"]]
    return "".join(part if isinstance(part, str) else part["repeat"] * part["times"] for part in parts)
