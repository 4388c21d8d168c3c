"""Two kinds of error settle every retry: one that a later try can help, and one that it can't.

A message says what happened, to what, and what to do.
"""


class PactwatchError(Exception):
    """Base of every error that pactwatch raises on purpose."""


class PermanentError(PactwatchError):
    """Retries are useless: the caller sets the input aside (dead letter, feed health) and goes on."""


class TemporaryError(PactwatchError):
    """A later try may succeed: the caller waits `retry_after_s` seconds and tries the same input again."""

    def __init__(self, message: str, retry_after_s: float = 30.0) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class ConfigError(PermanentError):
    """A fault in what a person wrote, with its place: file, line, key and what was expected."""

    def __init__(self, message: str, file: str = "", line: int = 0, key: str = "") -> None:
        self.file, self.line, self.key = file, line, key
        place = f"{file}:{line}: " if file and line else f"{file}: " if file else ""
        super().__init__(place + message)


class QueryError(PermanentError):
    """A query that cannot be read, with the column (1 is the first character) and what to write instead."""

    def __init__(self, message: str, column: int = 1, suggestion: str = "") -> None:
        self.column, self.suggestion = column, suggestion
        cure = f"; {suggestion}" if suggestion else ""
        super().__init__(f"column {column}: {message}{cure}")


class MissingExtraError(PermanentError):
    """An optional part is not installed; the message names the command that installs it."""

    def __init__(self, part: str, extra: str) -> None:
        super().__init__(f'{part} needs an extra that is not installed: run pip install "pactwatch[{extra}]"')
