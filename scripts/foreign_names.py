"""Put the names in other languages, as actors/languages.yaml has them, to the actors they stand for."""

import sys
from collections.abc import Iterator
from typing import Any

DECOYS = {"id": "no-name-abroad", "kind": "other"}  # what looks like a name and is none


def put(actors: list[dict[str, Any]], edited: dict[str, Any]) -> None:
    """Add `languages` to those of `actors` that `edited` names, persons by name, and one actor that is none."""
    actors.append(dict(DECOYS))
    meant: dict[str, list[dict[str, Any]]] = {}
    for actor in actors:
        for key in dict.fromkeys((actor["id"], *(actor["names"] if actor["kind"] == "person" else ()))):
            meant.setdefault(key, []).append(actor)
    for language, key, name in (*_written(edited), *_shortened(edited["shortened"])):
        if key not in meant:
            sys.exit(f"languages.yaml names {key} in {language}, which is no actor")
        for actor in meant[key]:
            names = actor.setdefault("languages", {}).setdefault(language, [])
            if name not in names:
                names.append(name)


def _written(edited: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for language, lines in edited.items():
        if language == "shortened":
            continue
        for id_, names in lines.items():
            for name in names.split(", "):
                yield language, DECOYS["id"] if id_ == "none" else id_, name


def _shortened(rules: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield the short forms of Chinese papers: two states' letters, and a state's with a word of office."""
    states = {letter: id_ for id_, letter in rules["letters"].items()}
    for word in (*rules["pairs"].split(), *rules["bound"].split()):
        for letter in word:
            if letter in states:
                yield "zh", states[letter], word
    for letter, id_ in states.items():
        for office in rules["offices"].split():
            if letter + office not in rules["unlike"].split():
                yield "zh", id_, letter + office
    for word in rules["china"].split():
        yield "zh", "chn", word
