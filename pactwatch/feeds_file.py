"""Adds entries to a person's feeds.yaml and leaves every other letter of it, comments included, as it is."""

import os
import shutil
import tempfile
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec
import yaml
from platformdirs import user_config_path

from pactwatch import yaml_lines
from pactwatch.settings import DEFAULTS, FeedsFile
from producers.source import FeedSource
from stories.errors import ConfigError

NAME = "feeds.yaml"


class Added(NamedTuple):
    """What was written to `file`; `known` were there before. `made`: it began as the built-in list."""

    file: Path
    added: list[FeedSource]
    known: list[FeedSource]
    made: bool


def own_folder(config: Path | None) -> Path:
    """Return the folder that may be written to. Raises ConfigError with what to do where there is none."""
    if config is None:
        mine = user_config_path("pactwatch", appauthor=False)
        raise ConfigError(
            "the built-in feeds can't be changed. Make a folder of your own and name it, as in\n"
            f"  mkdir -p {mine}\n  pactwatch --config {mine} feeds add URL"
        )
    if not config.is_dir():
        raise ConfigError(f"there is no such folder; make it: mkdir -p {config}", str(config))
    return config


def add(folder: Path, feeds: Sequence[FeedSource]) -> Added:
    """Append those of `feeds` that are not in `folder`'s feeds.yaml yet. Raises ConfigError.

    A folder without that file gets the built-in list to begin with, as its own would replace it.
    """
    file = (folder / NAME).resolve()
    made = not file.exists()
    text = (files(DEFAULTS) / NAME).read_text(encoding="utf-8") if made else _text(file)
    present = _feeds(text, file)
    addresses = {_same(feed.url) for feed in present}
    added: list[FeedSource] = []
    known: list[FeedSource] = []
    for feed in feeds:
        (known if _same(feed.url) in addresses else added).append(feed)
        addresses.add(_same(feed.url))
    if added:
        longer = appended(text, added)
        if not _holds(longer, [*present, *added]):
            lines = block(added, "  ")
            raise ConfigError(f"can't be extended as it is written: add this yourself\n{lines}", str(file))
        _replace(file, longer)
    return Added(file, added, known, made and bool(added))


def appended(text: str, feeds: Sequence[FeedSource]) -> str:
    """Return the YAML `text` with `feeds` at the end of its list."""
    end_of_line = "\r\n" if "\r\n" in text else "\n"
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    assert root is not None, "only what was read as a list of feeds comes here"
    listed = next(value for key, value in root.value if key.value == "feeds")
    if listed.flow_style and listed.value:
        place = listed.end_mark.index - 1
        before = text[:place].rstrip()
        comma = "" if before.endswith(",") else ","
        return before + comma + " " + ", ".join(_flow(feed) for feed in feeds) + text[place:]
    if listed.flow_style:
        text = text[: listed.start_mark.index].rstrip(" ") + text[listed.end_mark.index :]
        line, indent = listed.start_mark.line, "  "
    else:
        line = _last_line(listed)
        first = listed.value[0].start_mark
        indent = text.splitlines()[first.line][: first.column].split("-", 1)[0]
    lines = text.splitlines(keepends=True)
    if not lines[line].endswith(("\n", "\r")):
        lines[line] += end_of_line
    lines.insert(line + 1, block(feeds, indent).replace("\n", end_of_line))
    return "".join(lines)


def block(feeds: Sequence[FeedSource], indent: str) -> str:
    """Return `feeds` as items of a YAML list, only what differs from the defaults."""
    written = []
    for feed in feeds:
        lines = [f"{key}: {_scalar_or_list(value)}" for key, value in _plain(feed).items()]
        written += [f"{indent}{'- ' if number == 0 else '  '}{line}\n" for number, line in enumerate(lines)]
    return "".join(written)


def _plain(feed: FeedSource) -> dict[str, object]:
    defaults = msgspec.to_builtins(FeedSource(url=feed.url))
    plain = msgspec.to_builtins(feed)
    return {key: value for key, value in plain.items() if key == "url" or value != defaults[key]}


def _scalar_or_list(value: object) -> str:
    """Return `value` on one line."""
    return _dumped(value).removesuffix("...\n").strip()  # the end of a document that is a mere scalar


def _flow(feed: FeedSource) -> str:
    return _dumped(_plain(feed)).strip()


def _dumped(value: object) -> str:
    return str(
        yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=1_000_000)
    )


def _last_line(node: yaml.Node) -> int:
    """Return the line on which the last scalar of `node` ends: its own end lies behind later comments."""
    while isinstance(node, yaml.CollectionNode) and node.value and not node.flow_style:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    mark = node.end_mark
    return int(mark.line if mark.column else max(mark.line - 1, 0))


def _same(url: str) -> str:
    """Return what addresses of one feed share: http or https, with or without www and a last slash."""
    parts = urlsplit(url)
    host = (parts.netloc.rpartition("@")[2]).lower().removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}?{parts.query}"


def _feeds(text: str, file: Path) -> list[FeedSource]:
    return yaml_lines.convert(yaml_lines.load(text, str(file)), FeedsFile, text, str(file)).feeds


def _holds(text: str, feeds: list[FeedSource]) -> bool:
    try:
        return _feeds(text, Path(NAME)) == feeds
    except ConfigError:
        return False


def _text(file: Path) -> str:
    try:
        with file.open(encoding="utf-8", newline="") as opened:  # line ends stay what they are
            return opened.read()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot be read: {error}", str(file)) from error


def _replace(file: Path, text: str) -> None:
    """Write all of `text` or nothing, with the file's own mode."""
    try:
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{NAME}.")
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as opened:
            opened.write(text)
        if file.exists():
            shutil.copymode(file, name)
        else:
            Path(name).chmod(0o644)
        Path(name).replace(file)
    except OSError as error:
        raise ConfigError(f"cannot be written: {error}", str(file)) from error
