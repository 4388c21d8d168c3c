"""Rebuild config/actors.yaml from the gazetteer of facts and from what an editor adds by hand.

    python scripts/build_actors.py ../shared/data/actors/actors.jsonl > config/actors.yaml

The gazetteer says what may match alone; this script decides what each actor counts for, drops the forms that
the tagger makes by itself (a demonym and an institution) and those that are words of the language. The files of
scripts/actors/ are the editor's: forms.yaml (how forms of the gazetteer are taken), languages.yaml (names in
other languages), and lists of actors put beside or over those of the gazetteer (the rest).
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

import foreign_names
import office_holders
import yaml

ROLE_KINDS = {"country": "state", "org": "org", "armed_group": "group", "person": "person", "body": "body"}
KIND_ORDER = ("state", "org", "group", "body", "person", "other")
EDITED = Path(__file__).with_name("actors")
GENERIC = re.compile(
    r"(?i)\b(parliament|lawmakers|senate|national assembly|armed forces|army|military|troops|soldiers|forces|navy|"
    r"air force|government|president|prime minister|foreign minist\w+|officials?|authorities|defen[cs]e minist\w+|"
    r"embassy|ambassador|diplomats|police|congress|legislature|chamber of deputies|house of representatives|"
    r"supreme court|state department|spokes\w+)$"
)
ACRONYM = re.compile(r"[A-Z][A-Za-z0-9+&.-]{0,6}")


def edited(name: str) -> dict[str, Any]:
    """Return what the editor's file `name` holds."""
    text = (EDITED / f"{name}.yaml").read_text(encoding="utf-8")
    return dict(yaml.load(text, Loader=yaml.CSafeLoader))


FORMS = edited("forms")
SAFE_ACRONYMS, DROPPED_FORMS = frozenset(FORMS["safe_acronyms"]), frozenset(FORMS["dropped"])
ORG_CODES = {member: code for code, members in FORMS["org_codes"].items() for member in members}
GROUP_CODES = {member: code for code, members in FORMS["group_codes"].items() for member in members}
UNSAFE_SURNAMES, NO_SURNAMES = frozenset(FORMS["unsafe_surnames"]), frozenset(FORMS["no_surnames"])
NOT_IN_OFFICE = frozenset(FORMS["not_in_office"])
SHARED, UNSAFE_CAPITALS = frozenset(FORMS["shared"]), frozenset(FORMS["unsafe_capitals"])
PREFIXES, SUFFIXES = tuple(FORMS["person_prefixes"]), tuple(FORMS["person_suffixes"])
OTHERS_NAMES = {row: frozenset(names) for row, names in FORMS["others_names"].items()}
LISTS = ("extra", "institutions")


def main(gazetteer: Path) -> None:
    """Write the YAML to stdout."""
    rows = [json.loads(line) for line in gazetteer.read_text(encoding="utf-8").splitlines()]
    added = [entry for name in LISTS for entry in edited(name)["actors"]]
    holders = office_holders.read(edited("officeholders"), NO_SURNAMES)
    actors = office_holders.absorb([actor for row in rows if (actor := convert(row))], holders)
    merged = merge(actors + holders, added)
    single_out(merged, {entry["id"] for entry in added})
    foreign_names.put(merged, edited("languages"))
    print("# Names of states, organisations, armed groups, bodies and persons: one actor a line.")
    print("# Built by scripts/build_actors.py; edit freely, or put own names in an actors.yaml of your own.")
    print(
        "# names match alone; short after one of the names; context where the story speaks for it; languages are"
    )
    print("# names in other languages than English, where * stands for any letters.")
    print("actors:")
    for actor in merged:
        print("  -", as_line(actor))


def as_line(actor: dict[str, Any]) -> str:
    """Return `actor` as one line of YAML."""
    text: str = yaml.dump(
        actor,
        default_flow_style=True,
        allow_unicode=True,
        width=10**6,
        sort_keys=False,
        Dumper=yaml.CSafeDumper,
    )
    return text.strip()


def convert(row: dict[str, Any]) -> dict[str, Any] | None:
    """Return the rule for one row of the gazetteer, or None where nothing of it may match."""
    kind = ROLE_KINDS[row["type"]]
    if kind == "body" and row["sources"] == ["generated"]:
        return None
    code = code_of(row, kind)
    if not code and kind != "person":
        return None
    if kind == "person":
        row = row | {"names": names_of_person(row)}
    wanted = [name for name in row["names"] if usable(name, row, kind)]
    unsure = [name for name in wanted if needs_context(name, row, kind)]
    capitals = [name for name in row.get("capitals", []) if usable(name, row, kind)]
    safe = set(row.get("short_safe", [])) - UNSAFE_SURNAMES
    shorts = [name for name in row.get("short_names", []) if len(name) > 2 and name not in NO_SURNAMES]
    actor = {
        "id": row["id"].split(":", 1)[1], "kind": kind, "code": code,
        "country": (row["country"] or "") if kind == "group" else "",
        "names": [name for name in wanted if name not in unsure and name not in capitals],
        "demonyms": [name for name in row.get("demonyms", []) if usable(name, row, kind)],
        "capitals": [name for name in capitals if name not in UNSAFE_CAPITALS],
        "short": [name for name in shorts if name not in row["names"]],
        "context": unsure + [name for name in capitals if name in UNSAFE_CAPITALS and name not in DROPPED_FORMS],
        "role": role_of(row, kind),
        "title": row.get("title", ""),
        "wikidata": row.get("wikidata") or "",
        "since": (row.get("valid_from") or "") if kind == "person" else "",
        "until": row.get("valid_to", "") if kind == "person" else "",
    }  # fmt: skip
    if safe and actor["short"]:
        actor["names"] += [name for name in actor["short"] if name in safe and len(name) > 5]
        actor["short"] = [name for name in actor["short"] if name not in actor["names"]]
    if not actor["names"] and not actor["demonyms"]:
        return None
    return {key: value for key, value in actor.items() if value}


def role_of(row: dict[str, Any], kind: str) -> str:
    """Return the role of an actor, "" where its kind says it. The gazetteer counts some police as armed forces."""
    if kind == "body" and any(re.search(r"\bPolice\b", name) for name in row["names"]):
        return "COP"
    return "" if row["role"] in (None, "REB", "IGO") else str(row["role"])


def names_of_person(row: dict[str, Any]) -> list[str]:
    """Return the names of the person of `row` without titles; what a title leaves of a surname alone is none."""
    found = []
    for name in row["names"]:
        bare = name
        for prefix in PREFIXES:
            bare = bare.removeprefix(prefix + " ")
        for suffix in SUFFIXES:
            bare = bare.removesuffix(" " + suffix)
        if (bare == name or " " in bare) and name not in OTHERS_NAMES.get(row["id"], ()):
            found.append(bare)
    return list(dict.fromkeys(found))


def code_of(row: dict[str, Any], kind: str) -> str:
    """Return what a mention of the row counts for."""
    slug = row["id"].split(":", 1)[1]
    if kind in ("state", "body"):
        return str(row["country"] or ("EU" if ":euu:" in row["id"] else ""))
    if kind == "person":
        return "" if row["role"] in NOT_IN_OFFICE else str(row["country"] or "")
    if kind == "org":
        return str(ORG_CODES.get(slug) or re.sub(r"[^A-Z0-9]", "", slug.upper()))
    if slug in GROUP_CODES:
        return GROUP_CODES[slug]
    acronyms = [name for name in row["names"] if re.fullmatch(r"[A-Z][A-Z0-9-]{2,5}", name)]
    name = acronyms[0] if len(acronyms) == 1 else row["names"][0]
    return re.sub(r"[^A-Z0-9]", "", name.upper())[:24]


def usable(name: str, row: dict[str, Any], kind: str) -> bool:
    """Return whether `name` can be a name at all."""
    if name in DROPPED_FORMS or len(name) < 2 or "*" in name or not name[0].isupper():
        return name[:3] in ("al-", "al ") and len(name) > 6
    if kind == "body" and (GENERIC.search(name) or name.lower() == name):
        return False
    known = "own-knowledge" in row["sources"]
    if kind == "group" and not known:
        return len(name.split()) > 1 and not re.match(
            r"(?i)\d|republic of|government of|.* (faction|clan)$", name
        )
    return kind != "body" or known or len(name.split()) > 1 or bool(ACRONYM.fullmatch(name))


def needs_context(name: str, row: dict[str, Any], kind: str) -> bool:
    """Return whether `name` means other things, too."""
    if name in SAFE_ACRONYMS or kind in ("state", "person"):
        return False
    flagged = f"needs-context:{name}" in row.get("flags", [])
    shared = any(entry["form"] == name for entry in row.get("ambiguous", []))
    letters = re.sub(r"[^A-Za-z]", "", name)
    acronym = " " not in name and sum(map(str.isupper, letters)) > 1 and len(letters) <= 6
    return flagged or shared or acronym


def merge(actors: list[dict[str, Any]], added: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the actors with the editor's entries put over or beside them, states first."""
    codes = {actor["code"] for actor in actors if actor["kind"] == "state"}
    by_id: dict[str, dict[str, Any]] = {}
    for actor in sorted(actors, key=lambda actor: KIND_ORDER.index(actor["kind"])):
        if actor["id"] in by_id:  # CAN is Canada and the Andean Community
            actor["id"] += f"-{actor['kind']}"
            if actor["kind"] in ("org", "group") and actor["code"] in codes:
                actor["code"] = re.sub(r"[^A-Z]", "", actor["names"][0].upper())[:24]
        by_id[actor["id"]] = actor
    for entry in added:
        base = by_id.setdefault(entry["id"], {"id": entry["id"]})
        if entry.pop("drop", False):
            del by_id[entry["id"]]
            continue
        for key, value in entry.items():
            base[key] = base.get(key, []) + value if isinstance(value, list) else value
    strays = [actor["id"] for actor in by_id.values() if "kind" not in actor]
    if strays:
        sys.exit(f"the extra file adds to actors that the gazetteer has not: {', '.join(strays)}")
    return sorted(by_id.values(), key=lambda actor: (KIND_ORDER.index(actor["kind"]), actor["id"]))


def may_share(actor: dict[str, Any], key: str, name: str) -> bool:
    """Return whether several may go by `name`: a surname, a holder of one office after another, the two Congos."""
    return key == "short" or actor.get("kind") == "person" or name in SHARED


def single_out(actors: list[dict[str, Any]], edited: set[str]) -> None:
    """Leave each form to one actor: what an editor touched first, then states before organisations."""
    owners: dict[str, str] = {}
    ranked = sorted(actors, key=lambda actor: actor["id"] not in edited)
    for key in ("names", "demonyms", "capitals", "context", "short"):
        for actor in ranked:
            actor[key] = [
                name
                for name in dict.fromkeys(actor.get(key, []))
                if owners.setdefault(name, actor["id"]) == actor["id"] or may_share(actor, key, name)
            ]
    for actor in actors:
        for key in [key for key, value in actor.items() if value == []]:
            del actor[key]
    actors[:] = [actor for actor in actors if {"names", "demonyms", "context", "languages"} & actor.keys()]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
