"""A wall clock that jumps, for one process alone: a library preloaded, built from jump.c."""

import shutil
import subprocess
from pathlib import Path

from tests.faults.fault import UnavailableError


class JumpingClock:
    """`jump(seconds)` moves the wall clock of every process that runs with `environ`; their monotonic one runs on."""

    def __init__(self, folder: Path) -> None:
        if not shutil.which("cc"):
            raise UnavailableError("no C compiler: the wall clock of a process cannot be moved")
        library, self.file = folder / "jump.so", folder / "jump"
        source = Path(__file__).with_name("jump.c")
        subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", library, source, "-ldl"], check=True)
        self.jump(0)
        self.environ = {"LD_PRELOAD": str(library), "CLOCK_JUMP": str(self.file)}

    def jump(self, seconds: int) -> None:
        """Set the clock so many seconds beside the real one."""
        fresh = self.file.with_suffix(".new")
        fresh.write_text(str(seconds))
        fresh.rename(self.file)
