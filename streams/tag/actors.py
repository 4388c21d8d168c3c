"""Who a story names: states, organisations, armed groups and persons, each mention with its exact place."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec

from stories.model import Mention
from stories.text import lowered
from streams.tag.ambiguity import (
    AT_HOME,
    OFTEN_NO_NAME,
    READ_BY_SHAPE,
    in_office,
    is_abroad,
    is_no_name,
    is_part_of_name,
    is_state,
    means,
)
from streams.tag.names import Form, Hit, Names
from streams.tag.rules import ActorRule
from streams.tag.sentences import FIELD_ORDER

# What may follow "Iranian" or "Iran's" and is then part of the mention: it counts for its state.
_INSTITUTION = re.compile(
    r"""(?:['’]s?)?[ ](?:(?:lower|upper|national|foreign|defen[cs]e|prime|supreme|legislative|armed|air|security|
    federal|constitutional|military|state|central|interim|ruling|deputy|vice|naval|ground|special|interior|
    intelligence|house|council|cabinet|government|coast|border|rebel|opposition|finance|trade|nuclear)[ -]){0,2}
    (?:parliament(?:arians?)?|legislature|lawmakers|legislators|senate|congress|assembly|body|bodies|house[ ]of[ ]\w+|
    duma|army|military|navy|forces?|troops|soldiers|government|ministry|ministries|ministers?|president|premier|
    king|queen|chancellor|cabinet|embassy|embassies|ambassadors?|consulate|diplomats?|officials?|authorities|police|
    court|leaders?|leadership|council|spokes(?:man|woman|person)|jets|warplanes|guards?|regime|negotiators?|
    envoys?|delegation)\b""",
    re.VERBOSE,  # and of small letters: trying many words in any case takes five times as long
)
_TITLE_BEFORE = re.compile(
    r"(?:President|Minister|Premier|Chancellor|King|Queen|Secretary|Leader|General|Ayatollah|Taoiseach|Emir|"
    r"Sultan|Marshal|Crown Prince|Mr\.?|chief|leader|president|minister)\s+$"
)
_GIVEN_NAME_AFTER = re.compile(r"\s[A-Z][a-z]+-[a-z]+\b")  # "Minister Choe Son-hui" is no other Choe
_DEFINED = re.compile(r"['’]?s?,?\s*[(\[]([A-Z][A-Za-z0-9-]{1,9})[)\]]")
_GROUP_WORD = re.compile(
    r"[ -](?:militants?|fighters?|forces|group|siege|claim\w*|positions?|jihadists?|leaders?|affiliate|insurgents?)\b"
)
# What is called after the city where it was made or played: the Ottawa Treaty is not Canada.
_NAMED_AFTER = re.compile(
    r"[ ](?:Treaty|Convention|Protocol|Accords?|Agreements?|Declaration|Process|Statute|Consensus|Marathon|"
    r"Stock Exchange|Film Festival|Grand Prix|Open|Olympics|Games|Attacks|[Cc]limate|County|Rally|Parish|Township)\b"
)
# What an agreement's name must be followed by to stand for those who made it.
_MEMBERS = re.compile(
    r"(?:['’]s)?[ -](?:members?|nations|countries|states|bloc|partners?|leaders|ministers|economies|commission|"
    r"governments|signatories|area|zone)\b"
)
_FIRM_USES = {use: f"actor.{use}" for use in ("name", "demonym", "capital")}


class Named(msgspec.Struct, frozen=True, gc=False):
    """A resolved name. `core_end` is where the name itself ends; the mention may go on: "Iran's parliament"."""

    field: str
    start: int
    end: int
    core_end: int
    actor: ActorRule
    alias: str
    rule: str


class ActorFinder:
    """Finds and resolves the names of a story."""

    def __init__(self, actors: Sequence[ActorRule]) -> None:
        self.names = Names(actors)

    def find(self, texts: Mapping[str, str], day: str) -> list[Named]:
        """Return the names in `texts` (field -> text) as of `day`, in order of field and place."""
        story = _Story(texts, day)
        hits = {field: self.names.find(text) for field, text in texts.items() if text}
        for field, found in hits.items():
            story.note(texts[field], found)
        named: list[Named] = []
        for field, found in hits.items():
            reached = 0
            for hit in found:
                if hit.start >= reached and (meant := story.resolve(field, hit)):
                    named += [story.extend(field, hit, form, rule) for form, rule in meant]
                    reached = named[-1].end
        return story.with_defined_acronyms(named)


class _Story:
    """What is known of one story while its names are being resolved."""

    def __init__(self, texts: Mapping[str, str], day: str) -> None:
        self.texts, self.day = texts, day
        self.small = {field: lowered(text) for field, text in texts.items()}
        self.firm: set[str] = set()
        self.codes: set[str] = set()
        self.towns: set[str] = set()

    def note(self, text: str, hits: Sequence[Hit]) -> None:
        """Remember who is named beyond doubt, and which names are those of towns abroad."""
        for hit in hits:
            if text.startswith(",", hit.end) and self._is_town(text, hit):
                self.towns.add(hit.forms[0].alias)
                continue
            for form in hit.forms:
                if form.use in _FIRM_USES:
                    actor = form.actor
                    self.firm.add(actor.id)
                    if actor.code and (actor.kind != "person" or in_office(actor, self.day)):
                        self.codes.add(actor.code)

    def _is_town(self, text: str, hit: Hit) -> bool:
        if not hit.forms or (actor := hit.forms[0].actor).kind != "state" or actor.code in AT_HOME:
            return False
        return is_abroad(text, hit.start, hit.end)

    def resolve(self, field: str, hit: Hit) -> Sequence[tuple[Form, str]]:
        """Return who the hit stands for, and by which rule: nobody, one, or the states that share a name."""
        text, forms = self.texts[field], hit.forms
        if len(forms) > 1:
            forms = tuple(sorted(forms, key=self._rank))
        for form in forms:
            if form.alias in self.towns:
                return ()
            if form.use in _FIRM_USES:
                if not _is_meant(form, text, hit):
                    return ()
                rule = _FIRM_USES[form.use]
                if len(forms) == 1 or form.actor.kind != "state":
                    return ((form, rule),)
                return [(one, rule) for one in forms if one.use == form.use]
            if form.use == "short" and self._is_introduced(form.actor, text, hit):
                return ((form, "actor.short"),)
            if form.use == "context" and self._speaks_for(form, text, hit):
                return ((form, "actor.context"),)
        return ()

    def _rank(self, form: Form) -> tuple[bool, bool, bool]:
        return (
            form.use == "short" and form.actor.id not in self.firm,
            not in_office(form.actor, self.day),
            form.actor.code not in self.codes,
        )

    def _is_introduced(self, actor: ActorRule, text: str, hit: Hit) -> bool:
        """Return whether a surname may stand for `actor`: after the full name, or with the title in office."""
        before = text[max(0, hit.start - 16) : hit.start]
        if _GIVEN_NAME_AFTER.match(text, hit.end):
            return False
        if actor.id in self.firm:
            return not re.search(r"[A-Z][a-z]+\s$", before) or bool(_TITLE_BEFORE.search(before))
        return actor.code in self.codes and in_office(actor, self.day) and bool(_TITLE_BEFORE.search(before))

    def _speaks_for(self, form: Form, text: str, hit: Hit) -> bool:
        """Return whether the story, or the words around, say that an ambiguous form means its actor."""
        actor = form.actor
        if form.alias == "Security Council":
            return not text[: hit.start].endswith("National ") and text[hit.end : hit.end + 4] != " of "
        if form.alias == "IS":
            return bool(_GROUP_WORD.match(text, hit.end))
        if form.alias == "Congress":
            return "USA" in self.codes and "IND" not in self.codes
        if actor.role == "PACT":
            return bool(_MEMBERS.match(text, hit.end))
        if actor.kind == "state":
            if meant := means(form.alias, text, hit.start, hit.end):
                return meant == actor.code
            if form.alias in READ_BY_SHAPE:
                return is_state(form.alias, text, hit.start, hit.end)
        if actor.id in self.firm:
            return True
        return (actor.country or actor.code) in self.codes and actor.kind in ("group", "body")

    def extend(self, field: str, hit: Hit, form: Form, rule: str) -> Named:
        """Return the hit with what follows it, where that is an institution of the state."""
        end = hit.end
        if form.actor.kind in ("state", "org") and form.use != "capital":
            follows = _INSTITUTION.match(self.small[field], hit.end)
            if follows:
                end, rule = follows.end(), "actor.institution"
        return Named(field, hit.start, end, hit.end, form.actor, form.alias, rule)

    def with_defined_acronyms(self, named: list[Named]) -> list[Named]:
        """Return `named` and what the text itself abbreviates: "Front for Change (FFC)" makes FFC a name."""
        found: list[Named] = []
        taken: set[tuple[str, int]] = set()
        for name in named:
            if name.actor.kind not in ("org", "group", "body") or name.rule == "actor.context":
                continue
            defined = _DEFINED.match(self.texts[name.field], name.core_end)
            if not defined:
                continue
            taken = taken or {(name.field, name.start) for name in named}
            acronym = re.compile(rf"(?<!\w){re.escape(defined[1])}(?!\w)")
            for field, text in self.texts.items():
                for match in acronym.finditer(text):
                    if (field, match.start()) not in taken and not _inside(named, field, match.start()):
                        taken.add((field, match.start()))
                        span = (match.start(), match.end(), match.end())
                        found.append(Named(field, *span, name.actor, match[0], "actor.defined"))
        return sorted(named + found, key=_place) if found else named


def _is_meant(form: Form, text: str, hit: Hit) -> bool:
    """Return whether a form that stands for its actor alone is no part of another name here."""
    if form.use == "capital":
        return not _NAMED_AFTER.match(text, hit.end) and not is_part_of_name(text, hit.start)
    return form.alias not in OFTEN_NO_NAME or not is_no_name(form.alias, text, hit.start, hit.end)


def _inside(named: Sequence[Named], field: str, place: int) -> bool:
    return any(name.field == field and name.start <= place < name.end for name in named)


def _place(name: Named) -> tuple[int, int]:
    return FIELD_ORDER[name.field], name.start


def person_id(actor: ActorRule) -> str:
    """Return given name and surname in capitals with hyphens, of the full form that is listed first."""
    usual = next((name for name in actor.names if " " in name), actor.id)
    return _hyphened(usual)


@lru_cache(maxsize=4096)  # the same persons are in the news again and again
def _hyphened(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Z0-9]+", "-", plain.upper()).strip("-")


def mentions_of(name: Named, texts: Mapping[str, str], day: str) -> list[Mention]:
    """Return the receipts of one name: a person has one as person, and one for the state while in office."""
    text = texts[name.field][name.start : name.end]
    actor = name.actor
    found = []
    if actor.kind == "person":
        found.append(_mention("person", person_id(actor), name, text))
    if actor.code and (actor.kind != "person" or in_office(actor, day)):
        found.append(_mention("actor", actor.code, name, text))
    return found


def _mention(kind: str, code: str, name: Named, text: str) -> Mention:
    return Mention(
        kind="person" if kind == "person" else "actor",
        id=code,
        field=name.field,  # type: ignore[arg-type]
        start=name.start,
        end=name.end,
        text=text,
        rule=name.rule if name.actor.kind != "person" else name.rule.replace("actor.", "person."),
        alias=name.alias,
    )
