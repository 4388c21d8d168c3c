"""`make fuzz`: each door for FUZZ_SECONDS under atheris, which grows inputs by the branches that they reach.

    python -m tests.fuzz [TARGET...]     all of them where none is named
    python -m tests.fuzz --one TARGET FOLDER SECONDS

An input that breaks a promise stays in build/fuzz/TARGET/crash-…; it becomes a case of tests/data/hostile.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

SECONDS = int(os.environ.get("FUZZ_SECONDS", "60"))
FOLDER = Path("build/fuzz")
MAX_BYTES = 20_000
WORDS = Path(__file__).parent / "words"  # of a target: what its inputs are made of, for libFuzzer


def main(names: list[str]) -> int:
    """Fuzz the targets that are named, print a line for each, and return how many broke."""
    from tests.fuzz.seeds import seeds
    from tests.fuzz.targets import TARGETS

    broken = 0
    for name in names or list(TARGETS):
        folder = FOLDER / name
        (folder / "corpus").mkdir(parents=True, exist_ok=True)
        for number, seed in enumerate(seeds(name)):
            (folder / "corpus" / f"seed-{number:03}").write_bytes(seed)
        command = [sys.executable, "-m", "tests.fuzz", "--one", name, str(folder), str(SECONDS)]
        ended = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        (folder / "log").write_text(ended.stdout + ended.stderr, encoding="utf-8")
        done = re.search(r"Done (\d+) runs in (\d+) second", ended.stderr)
        crashes = sorted(path.name for path in folder.glob("crash-*")) if ended.returncode else []
        last = ended.stderr.strip().splitlines()[-1:] or [""]
        print(
            f"{name:14} {done[1] + ' runs in ' + done[2] + ' s' if done else 'BROKE: ' + str(crashes or last)}"
        )
        broken += ended.returncode != 0
    return broken


def one(name: str, folder: str, seconds: str) -> None:
    """Run one target in this process; libFuzzer ends it."""
    import atheris

    with atheris.instrument_imports(
        include=["producers", "stories", "sinks", "pactwatch", "feedparser", "luqum", "yaml"]
    ):
        from tests.fuzz.seeds import seeds
        from tests.fuzz.targets import TARGETS

    for seed in sorted(Path(folder, "corpus").glob("seed-*")):
        TARGETS[name](seed.read_bytes())  # what is compiled at first use would pass for a slow input
    longest = max(map(len, seeds(name)))
    options = [
        f"-max_total_time={seconds}", f"-max_len={min(2 * longest, MAX_BYTES)}", "-timeout=60", "-rss_limit_mb=1500",
    ]  # fmt: skip
    words = WORDS / f"{name}.dict"
    if words.exists():
        options.append(f"-dict={words}")
    atheris.Setup([sys.argv[0], *options, f"-artifact_prefix={folder}/", f"{folder}/corpus"], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(*sys.argv[2:])
    else:
        sys.exit(main(sys.argv[1:]))
