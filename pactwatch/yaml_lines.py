"""YAML into structs, with the file, line and key of every fault: quick when there is none."""

import difflib
import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import msgspec
import yaml

from stories.errors import ConfigError

T = TypeVar("T")


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML 1.2's booleans: `on` is a key of alerts.yaml, and `no` is Norwegian."""

    yaml_implicit_resolvers: ClassVar = {
        first: [(tag, expression) for tag, expression in pairs if tag != "tag:yaml.org,2002:bool"]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|false|True|False)$"), list("tTfF")
)
_PATH = re.compile(r"at `\$?([^`]*)`")
_UNKNOWN = re.compile(r"unknown field `([^`]+)`")


def load(text: str, file: str) -> Any:
    """Return what `text` holds as plain types. Raises ConfigError with the line."""
    try:
        with _nothing_collected():
            return yaml.load(text, Loader=_Loader)  # noqa: S506  (the safe loader, in C where there is one)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise ConfigError(f"this is no YAML: {error.problem}", file, line) from error
    except yaml.YAMLError as error:
        raise ConfigError(f"this is no YAML: {error}", file) from error


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Keep the garbage collector from walking a tree that only grows: it doubles the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def convert(plain: Any, kind: type[T], text: str, file: str, known: list[str] | None = None) -> T:
    """Return `plain` as a `kind`. Raises ConfigError naming line, key, and the nearest known key."""
    try:
        return msgspec.convert(plain, kind)
    except msgspec.ValidationError as error:
        raise _fault(str(error), text, file, known or _keys(kind)) from error


def read(path: Path, kind: type[T]) -> T:
    """Return the `kind` that the file at `path` describes. Raises ConfigError."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot be read: {error}", str(path)) from error
    return convert(load(text, str(path)), kind, text, str(path))


def _fault(message: str, text: str, file: str, known: list[str]) -> ConfigError:
    found = _PATH.search(message)
    steps = [
        int(step) if step.isdigit() else step for step in re.findall(r"[^.\[\]]+", found[1] if found else "")
    ]
    words = message.split(" - at ", maxsplit=1)[0]
    key = str(steps[-1]) if steps else ""
    if unknown := _UNKNOWN.search(words):
        key = unknown[1]
        steps.append(key)
        near = difflib.get_close_matches(key, known, n=1)
        words = f"unknown key “{key}”" + (
            f", did you mean {near[0]}?" if near else f"; known: {', '.join(known)}"
        )
    elif key:
        words = f"{key}: {words}"
    return ConfigError(words, file, _line(text, steps), key)


def _line(text: str, steps: list[int | str]) -> int:
    """Return the line of the node that `steps` lead to, or of the nearest above it."""
    node, line = yaml.compose(text, Loader=_Loader), 1
    for step in steps:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        elif isinstance(node, yaml.MappingNode):
            pair = next(((key, value) for key, value in node.value if key.value == str(step)), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
    return line


def _keys(kind: Any) -> list[str]:
    """Return every key that a struct, or the structs inside it, may hold."""
    found: set[str] = set()
    waiting, seen = [kind], set()
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        if isinstance(one, type) and issubclass(one, msgspec.Struct):
            found |= set(one.__struct_encode_fields__)
            waiting += [field.type for field in msgspec.structs.fields(one)]
        else:
            waiting += [
                argument for argument in getattr(one, "__args__", ()) if not isinstance(argument, str)
            ]
    return sorted(found)
