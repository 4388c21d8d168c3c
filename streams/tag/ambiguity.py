"""Whether an ambiguous form stands for its actor here: the words around it and the rest of the story decide."""

import re

from streams.tag.rules import ActorRule

# Words that stand in capitals before a name without being a first name.
_BEFORE = re.compile(
    r"""(?:^|[.!?:;,"“‘(\[—–-]\s*|\b(?:the|in|of|to|for|from|with|and|or|by|at|on|as|after|against|between|near|
    into|over|via|while|when|that|says?|said|northern|southern|eastern|western|central|west|east|north|south|
    neighbou?ring|greater|metro|metropolitan|college|university|russia|president|minister|king|queen|ambassador|like|both|including|visits?|urges?|tells?|
    accuses?|invades?|than|but|its|within|across|throughout|inside|outside|since|if|where|which|until|before|
    blames?|calls?|asks?|joins?|leaves?|hosts?|defeats?|beats?|backs?|supports?|former|republic)\s+)$""",
    re.VERBOSE | re.IGNORECASE,
)
_NEXT_NAME = re.compile(r"\s+(?!I\b)[A-Z][a-z]+")
_STATE_WORDS = re.compile(
    r"\s+(?:President|Prime|Foreign|King|Queen|Parliament|Defen[cs]e|Ambassador|Army|Government|Border|Police|"
    r"Minister|Supreme|Central|National|Constitutional|Airways|And|But|On|In|At|To|For|With|Is|Was|Has)\b"
)
_US_STATE = {
    "Georgia": re.compile(
        r"\b(?:Atlanta|Savannah|Augusta|Macon|Fulton|Kemp|Raffensperger|Warnock|Ossoff|Abrams|Gov\.|Governor|"
        r"Republicans?|Democrats?|Democratic|county|County|Florida|Alabama|Carolina|Tennessee|Texas|Mississippi|"
        r"hurricane|Hurricane|tornado|death row|lethal injection|U\.S\. states?|US states?|college|Bulldogs|NASCAR|NFL)\b"
    ),
    "Washington": re.compile(r"\b(?:Seattle|Spokane|Tacoma|Oregon|Idaho|wildfires?|Mount Rainier)\b"),
}
_GEORGIA_PROPER = re.compile(
    r"\b(?:Tbilisi|Batumi|Saakashvili|Abkhaz\w*|Ossetia\w*|Caucasus|Margvelashvili|Zourabichvili|Kobakhidze|"
    r"Russian?|Kremlin|Moscow|Armenian?|Azerbaijani?|NATO|European Union|EU|Ukrainian?|Moldova|Turkey)\b"
)
# Names of states and capitals that are first names, surnames or places elsewhere: the words around them decide.
READ_BY_SHAPE = frozenset(["Georgia", "Georgian", "Georgians", "Jordan", "Chad", "Holland", "Washington"])
_TITLE_CASE_WORD = re.compile(r"\b[A-Z][\w'’-]*")
_WORD = re.compile(r"\b[A-Za-z][\w'’-]+")


def is_state(form: str, text: str, start: int, end: int) -> bool:
    """Return whether `form` at `text[start:end]` is the country (or capital), no person, place or thing."""
    head = form.rstrip("ns") if form.startswith("Georgian") else form
    around = text[max(0, start - 300) : end + 300]
    us_state = _US_STATE.get(head)
    if us_state and us_state.search(around) and not (head == "Georgia" and _GEORGIA_PROPER.search(around)):
        return False
    if form.endswith(("n", "ns")) and form != "Washington":
        return True
    before = text[max(0, start - 24) : start]
    is_headline = is_title_case(text[max(0, start - 60) : end + 60])
    if not is_headline and re.search(r"[A-Z][\w.'’-]*\s$", before) and not _BEFORE.search(before):
        return False
    after = text[end : end + 24]
    follows = _NEXT_NAME.match(after)
    if form in ("Washington", "Congress") or is_headline:
        return True
    return not follows or bool(_STATE_WORDS.match(after))


def is_title_case(text: str) -> bool:
    """Return whether nearly all words of `text` begin with a capital, as in a headline."""
    words = _WORD.findall(text)
    return len(words) > 3 and len(_TITLE_CASE_WORD.findall(text)) >= 0.8 * len(words)


OFTEN_NO_NAME = frozenset(["US", "AU"])


def is_no_name(form: str, text: str, start: int, end: int) -> bool:
    """Return whether an acronym is something else here: a pronoun in capitals, a currency, a unit of length."""
    if form == "AU":
        return text[max(0, start - 2) : start - 1].isdigit()
    if text[end : end + 1] == "$":
        return True
    line = text[max(0, start - 40) : end + 40]
    if sum(map(str.islower, line)) > len(line) // 8:
        return False
    after = text[end : end + 2].strip()
    before = text[max(0, start - 12) : start].split()
    return (not after or not after[0].isalnum()) and bool(before) and before[-1] in _PRONOUN_BEFORE


# Where a town is that is called like a country or a capital. New York and Washington are left out: they stand beside
# London and Paris in lists.
_PROVINCE = re.compile(
    r""",[ ](?:Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|
    Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|
    Missouri|Montana|Nebraska|Nevada|New[ ](?:Hampshire|Jersey|Mexico|Brunswick|South[ ]Wales)|North[ ](?:Carolina|
    Dakota)|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode[ ]Island|South[ ](?:Carolina|Dakota|Australia)|Tennessee|Texas|
    Utah|Vermont|Virginia|West[ ]Virginia|Wisconsin|Wyoming|Ontario|Alberta|Manitoba|Saskatchewan|Nova[ ]Scotia|
    Newfoundland|British[ ]Columbia|Queensland|Tasmania|Baja[ ]California|
    (?:Ala|Ariz|Ark|Calif|Colo|Conn|Fla|Ga|Ill|Ind|Kan|Ky|La|Mass|Md|Mich|Minn|Miss|Mo|Mont|N\.[ ]?[CDHJMY]|Neb|Okla|
    Ont|Ore|Pa|S\.[ ]?[CD]|Tenn|Tex|Va|Vt|W\.[ ]?Va|Wash|Wis|Wyo)\.|
    A[LKZR]|C[AOT]|DE|FL|GA|I[ADL]|K[SY]|M[ADINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])
    (?=[,;:.)]|$|[ ][a-z])(?!,?[ ](?:and|or|&)\b)""",
    re.VERBOSE,
)
AT_HOME = frozenset(["USA", "CAN", "AUS"])  # Ottawa, Ontario, is the capital
_IN_A_LIST = re.compile(r"(?:,|\band|\bor|&)\s$")


def is_abroad(text: str, start: int, end: int) -> bool:
    """Return whether the name at `text[start:end]` is a town's in the United States, Canada or Australia."""
    if text[end : end + 1] != ",":
        return False
    province = _PROVINCE.match(text, end)
    if not province or _IN_A_LIST.search(text[max(0, start - 5) : start]):
        return False
    is_georgia = province[0].endswith(("Georgia", "GA")) or ", Ga" in province[0]
    return not is_georgia or not _GEORGIA_PROPER.search(text[max(0, start - 300) : end + 300])


_NAME_BEFORE = re.compile(r"[\w,;:)'’”-]\s(?:[A-Z][a-zà-ÿ]+|[dD]e(?: la)?|[A-Z]\.)\s$")  # no first word


def is_part_of_name(text: str, start: int) -> bool:
    """Return whether a capital's name is the end of a longer one: Leila de Lima, Joseph Muscat, Sparta Prague.

    The first word of a sentence says nothing: it has a capital whatever it is.
    """
    before = text[max(0, start - 24) : start]
    if not _NAME_BEFORE.search(before) or _BEFORE.search(before):
        return False
    return not is_title_case(text[max(0, start - 60) : start + 60])


_CONGO_BRAZZAVILLE = re.compile(r"\b(?:Brazzaville|Sassou|Republic of (?:the )?Congo)\b")
_CONGO_KINSHASA = re.compile(
    r"\b(?:Democratic Republic of (?:the )?Congo|D\.?R\.? Congo|DRC|Kinshasa|Kivu|Goma|Tshisekedi|Kabila|M23)\b"
)
_BESIDE_THE_OTHER = re.compile(r"\s+and (?:the )?(?:D\.?R\.? Congo|DRC|Democratic Republic)")
_AFTER_THE_OTHER = re.compile(r"(?:D\.?R\.? Congo|DRC|Democratic Republic of (?:the )?Congo) and (?:the )?$")
_KIM = re.compile(r"\s+(?:(?:[Ss]upreme )?[Ll]eader |dictator |ruler )?Kim (?:Jong|Yo|Il)")


def means(form: str, text: str, start: int, end: int) -> str:
    """Return the code of the state that a name shared by two stands for; empty for other names."""
    if form in ("Congo", "Congolese"):
        beside = _BESIDE_THE_OTHER.match(text, end) or _AFTER_THE_OTHER.search(
            text[max(0, start - 45) : start]
        )
        only = _CONGO_BRAZZAVILLE.search(text) and not _CONGO_KINSHASA.search(text)
        return "COG" if beside or only else "COD"
    if form in ("Korea", "Korean", "Koreans"):
        return "PRK" if _KIM.match(text, end) else "KOR"
    return ""


_PRONOUN_BEFORE = frozenset(
    [
        "LET",
        "GIVE",
        "TELL",
        "ABOUT",
        "FOR",
        "HELP",
        "SHOW",
        "JOIN",
        "ALL",
        "OF",
        "KILL",
        "LEAVE",
        "SAVE",
        "HATE",
        "LOVE",
        "TO",
        "MAKE",
    ]
)


def in_office(actor: ActorRule, day: str) -> bool:
    """Return whether `actor` held office on `day` (YYYY-MM-DD); a bound of a month or year holds throughout."""
    if not day:
        return True
    after = not actor.since or day[: len(actor.since)] >= actor.since
    return after and (not actor.until or day[: len(actor.until)] <= actor.until)
