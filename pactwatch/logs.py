"""What the log looks like: lines for a person at a terminal, JSON for programs; never a secret."""

import logging
import os
import re
import sys
from collections.abc import Mapping
from enum import StrEnum
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

SECRET = re.compile(r"PACTWATCH_\w*(?:PASSWORD|API_KEY|TOKEN|SECRET)")
HIDDEN = "[hidden]"
LOGIN = re.compile(r"(?<=://)[^/\s@]+@")
# what steers a terminal, as a feed or a message may hold it
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# they name whole addresses where nothing is wrong, and a webhook's address is a secret
TALKATIVE = ("httpx", "httpcore", "apprise")


class LogFormat(StrEnum):
    """`auto` is console at a terminal, else json."""

    AUTO = "auto"
    CONSOLE = "console"
    JSON = "json"


def configure(
    form: LogFormat, *, verbose: bool, stream: TextIO | None = None, environ: Mapping[str, str] = os.environ
) -> None:
    """Have every log line of this process written to `stream` (stderr) in that form.

    Lines carry what is bound where they are written: step, story, trace_id.
    """
    stream = stream or sys.stderr
    if form is LogFormat.AUTO:
        form = LogFormat.CONSOLE if stream.isatty() else LogFormat.JSON
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_formatter(form, stream.isatty(), environ))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO if verbose else logging.WARNING)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def _formatter(form: LogFormat, colours: bool, environ: Mapping[str, str]) -> logging.Formatter:
    collected: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        # plain text on purpose: the richer forms show the local variables, and with them secrets
        structlog.processors.format_exc_info,
        Hiding(environ),
    ]
    written: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if form is LogFormat.JSON:
        written.append(structlog.processors.JSONRenderer(ensure_ascii=False))
    else:
        plain = structlog.dev.plain_traceback
        written += [_harmless, structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=plain)]
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=collected, processors=written)


class Hiding:
    """Takes secrets out of a line: what the environment holds under their names, logins in addresses."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        values = (value.strip() for name, value in environ.items() if SECRET.fullmatch(name))
        self.secrets = sorted(filter(None, values), key=len, reverse=True)

    def __call__(self, logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
        """Return the line without them."""
        return {
            name: self._hidden(value) if isinstance(value, str) else value for name, value in line.items()
        }

    def _hidden(self, text: str) -> str:
        for secret in self.secrets:
            text = text.replace(secret, HIDDEN)
        return LOGIN.sub(f"{HIDDEN}@", text)


def _harmless(logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
    """Return the line without what would steer the terminal."""
    return {
        name: CONTROL.sub("\N{REPLACEMENT CHARACTER}", value) if isinstance(value, str) else value
        for name, value in line.items()
    }
