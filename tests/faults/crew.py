"""Processes under a supervisor that starts them again whenever they end, as a service manager does."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

PAUSE_S = 0.3
STOP_WITHIN_S = 30.0


class Member:
    """One command, kept running. `exits` are the codes it ended with, oldest first; its output goes to `log`."""

    def __init__(self, name: str, command: Sequence[str], environ: Mapping[str, str], log: Path) -> None:
        self.name, self.command, self.environ, self.log = name, list(command), dict(environ), log
        self.exits: list[int] = []
        self.wanted = True
        self.process = self._start()
        self.thread = threading.Thread(target=self._watch, name=f"supervisor-{name}", daemon=True)
        self.thread.start()

    def kill(self) -> None:
        """Kill the process without warning; it is started again."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGKILL)

    def terminate(self, timeout_s: float = STOP_WITHIN_S) -> float:
        """Ask the process to stop, and return the seconds it took; it is started again. Raises TimeoutError."""
        process, started = self.process, time.monotonic()
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            raise TimeoutError(f"{self.name} did not stop within {timeout_s:.0f} s of SIGTERM") from None
        return time.monotonic() - started

    def retire(self) -> float:
        """Ask the process to stop for good, and return the seconds it took."""
        self.wanted = False
        try:
            took_s = self.terminate() if self.process.poll() is None else 0.0
        except TimeoutError:
            self.kill()
            raise
        self.thread.join(STOP_WITHIN_S)
        return took_s

    def said(self, last: int = 2000) -> str:
        """Return the end of what the process wrote."""
        return self.log.read_text(errors="replace")[-last:]

    def _start(self) -> "subprocess.Popen[bytes]":
        with self.log.open("ab") as log:
            return subprocess.Popen(
                self.command, env=os.environ | self.environ, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                start_new_session=True,  # as a service has: the scheduler takes sessions, not processes, for equals
            )  # fmt: skip

    def _watch(self) -> None:
        while True:
            self.exits.append(self.process.wait())
            if not self.wanted:
                return
            time.sleep(PAUSE_S)
            if not self.wanted:
                return
            self.process = self._start()


class Crew:
    """The members of one run, by name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.members: dict[str, Member] = {}
        self.stops_s: list[float] = []

    def hire(self, name: str, command: Sequence[str], environ: Mapping[str, str]) -> Member:
        """Start a command and keep it running."""
        self.members[name] = Member(name, command, environ, self.folder / f"{name}.log")
        return self.members[name]

    def dismiss(self, name: str) -> None:
        """Stop a member for good, by SIGTERM."""
        self.stops_s.append(self.members.pop(name).retire())

    def named(self, start: str) -> list[Member]:
        """Return the members whose names begin with `start`."""
        return [member for name, member in self.members.items() if name.startswith(start)]

    def disband(self) -> list[str]:
        """Stop everybody; return complaints about those that did not stop well."""
        complaints = []
        for name in list(self.members):
            try:
                self.dismiss(name)
            except TimeoutError as error:
                complaints.append(str(error))
        return complaints
