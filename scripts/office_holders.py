"""Read actors/officeholders.yaml: who held office when, one actor for each span of office."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

_HOLDER = re.compile(
    r"(?P<names>[^\[]+?)(?: \[(?P<alone>[^\]]+)\])? (?P<since>\d{4}-\d\d)(?: (?P<until>\d{4}-\d\d))?"
)
_BETWEEN = re.compile(r"; (?![^\[]*\])")
# surnames of more than one word, after their particle
_SURNAME = re.compile(
    r"(?:(?:[Vv]an|[Vv]on|der|de|del|dos|da|di|Di|De|Le|La|bin|bint|zu|El) )*(?:al-|Al-|el-|El-)?[^ ]+$"
)
FAMILY_NAME_FIRST = frozenset({"CHN", "KOR", "PRK", "TWN", "VNM"})
GAP_MONTHS = 3  # shorter ones are a change of office, no end


def read(table: dict[str, dict[str, str]], no_surnames: frozenset[str]) -> list[dict[str, Any]]:
    """Return the actors of `table` (code -> office -> holders); words in `no_surnames` never stand for a person."""
    spans: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for code, offices in table.items():
        for title, holders in offices.items():
            for actor in _holders(code, title, holders, no_surnames):
                spans.setdefault((code, actor["names"][0]), []).append(actor)
    return [actor for same in spans.values() for actor in _joined(same)]


def absorb(known: list[dict[str, Any]], holders: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the actors of the gazetteer but for persons among `holders`, who take over their names and ids."""
    by_name: dict[str, list[dict[str, Any]]] = {}
    for holder in holders:
        for name in holder["names"]:
            by_name.setdefault(_plain(name), []).append(holder)
    kept = []
    for actor in known:
        full = [name for name in actor.get("names", []) if " " in name]
        same = [holder for name in full for holder in by_name.get(_plain(name), [])]
        if actor.get("kind") != "person" or not same:
            kept.append(actor)
            continue
        for holder in same:
            holder["names"] += [name for name in actor["names"] if name not in holder["names"]]
            holder["short"] += [name for name in actor.get("short", []) if name not in holder["short"]]
            holder |= {key: actor[key] for key in ("wikidata", "languages") if key in actor}
    return kept


def _holders(code: str, title: str, holders: str, no_surnames: frozenset[str]) -> Iterator[dict[str, Any]]:
    for written in _BETWEEN.split(holders):
        found = _HOLDER.fullmatch(written)
        if not found:
            raise ValueError(f"officeholders.yaml, {code}, {title}: {written!r} is no name and span")
        names = found["names"].split("/")
        alone = found["alone"].split("; ") if found["alone"] else []
        shorts = dict.fromkeys(surname(name, code) for name in names if " " in name)
        yield {
            "id": f"{_plain(names[0]).replace(' ', '-')}-{code.lower()}", "kind": "person", "code": code,
            "names": names + [name for name in alone if name not in names],
            "short": [name for name in shorts if name and name not in alone and name not in no_surnames],
            "title": title, "since": found["since"], "until": found["until"] or "",
        }  # fmt: skip


def surname(name: str, code: str) -> str:
    """Return what a story calls `name` once it is introduced."""
    if code in FAMILY_NAME_FIRST:
        return name.split(" ", maxsplit=1)[0]
    found = _SURNAME.search(re.sub(r" (?:Jr\.?|I+|VI|XVI|XIV)$", "", name))
    return found[0] if found and found[0] != name else ""


def _joined(spans: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield one actor for each span, offices that follow on each other made one."""
    current: dict[str, Any] | None = None
    number = 0
    for span in sorted(spans, key=lambda span: str(span["since"])):
        if current and (
            not current["until"] or _months(span["since"]) <= _months(current["until"]) + GAP_MONTHS
        ):
            current["until"] = (
                max(current["until"], span["until"]) if current["until"] and span["until"] else ""
            )
            continue
        if current:
            yield _without_empty(current)
        number += 1
        current = span | ({"id": f"{span['id']}-{number}"} if number > 1 else {})
    if current:
        yield _without_empty(current)


def _without_empty(actor: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in actor.items() if value or key in ("names", "short")}


def _months(day: str) -> int:
    return int(day[:4]) * 12 + int(day[5:7])


def _plain(name: str) -> str:
    """Return `name` in small ASCII letters."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", " ", letters.lower()).strip()
