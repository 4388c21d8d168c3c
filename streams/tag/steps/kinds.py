"""What kind of pact a phrase names, and which phrases name no pact between states at all."""

import re
from functools import lru_cache

from stories.model import PactKind

# Organisations that a state joins or leaves: their founding treaty is the pact.
JOINABLE = frozenset([
    "NATO", "EU", "EAEU", "CSTO", "WTO", "ICC", "UN", "UNESCO", "WHO", "SCO", "BRICS", "OPEC", "AU",
    "ASEAN", "MERCOSUR", "UNASUR", "CIS", "OAS", "CELAC", "ECOWAS", "GCC", "OIC", "EFTA", "OECD",
    "COE", "IAEA", "SADC", "EAC", "APEC", "COMMONWEALTH", "ARABLEAGUE", "ALBA", "PIF",
    "CARICOM", "SCHENGEN", "INTERPOL", "NONALIGNEDMOVEMENT", "OPCW", "IWC", "AUKUS", "CPTPP",
    "RCEP", "COMESA", "ECCAS", "SICA", "ANDEANCOMMUNITY", "PROSUR", "AES",
])  # fmt: skip

_KINDS: tuple[tuple[PactKind, str], ...] = (
    ("peace", r"cease-?\s?fire|truce|armistice|\bpeace\b|cessation of hostilities|disengagement|reconciliation"),
    ("accession", r"accession|membership|accede"),
    (
        "arms-control",
        r"nuclear(?!(?: power| energy)? (?:reactor|plant|energy|power|co-?operation))|\barms\b(?! suppl| deal| sale| purchase)|\bSTART\b|missiles?|open skies|non-?proliferation|test[- ]ban|chemical weapons|"
        r"cluster munitions|ottawa treaty|land\s?mines|disarmament|\bINF\b|\bNPT\b|\bCTBT\b|\bJCPOA\b|"
        r"joint comprehensive plan|conventional armed forces",
    ),
    ("strategic-partnership", r"strategic (?:and \w+ )?(?:partnership|pact|cooperation|alliance)|partnership (?:treaty|agreement|pact)"),
    (
        "trade",
        r"\btrade\b|free-trade|customs union|\btariffs?\b|trans-pacific|\bNAFTA\b|\bUSMCA\b|\bCETA\b|\bTPP\b|\bCPTPP\b|"
        r"\bRCEP\b|\bTTIP\b|\bECFA\b|economic (?:partnership|cooperation framework)|united states[–-]mexico|common market",
    ),
    (
        "defense",
        r"defen[cs]e|\bsecurity\b|military|alliance|non-?aggression|\bAUKUS\b|\bNATO\b|status of forces|visiting forces|reciprocal access|"
        r"permanent structured|mutual assistance",
    ),
    ("border", r"border|maritime|boundary|demarcation|prespa|\bsea\b"),
    ("cooperation", r"co-?operation|withdrawal|readmission|visa|grain|fisher\w+|memorand|association agreement|extradition|partnership|energy|transit|framework"),
)  # fmt: skip
_KIND_PATTERNS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _KINDS)

# Bargains of parties, firms, unions, courts and clubs use the words of diplomacy.
_DOMESTIC = re.compile(
    r"\b(?:coalition|form (?:a|the|a new) government|vaccines?|doses|pfizer|moderna|astrazeneca|biontech|sponsor\w*|"
    r"plea|labou?r union|trade union|workers|strike action|airlines?|airbus|boeing|merger|takeover|buyout|contract|"
    r"equal rights amendment|collective bargaining|record label|shareholders?|company|companies|corporation|club|"
    r"football|league|players?|lawsuit|settlement of claims|power-sharing|unity government|confidence and supply|"
    r"debt ceiling|budget deal|teachers|writers|actors guild|google|apple|microsoft|internet protocol|"
    r"health protocols?|breach of protocol)\b",
    re.IGNORECASE,
)
_CONSTITUTIONAL = re.compile(
    r"\b(?:amendment|bill|law|legislation|budget|decree|resolution|contract|ban|executive order|tribunal|mandate|"
    r"nomination|referendum|petition|article \d+|candida\w+|referendum results?|election results?)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def kind_of(words: str) -> PactKind:
    """Return the kind of pact that the words of its name or phrase speak of."""
    for kind, pattern in _KIND_PATTERNS:
        if pattern.search(words):
            return kind
    return "other"


_COMMERCE = re.compile(
    r"\b(?:company|companies|firms?|manufacturers?|corporation|vaccines?|doses|airlines?|carmakers?|automakers?|takeover|merger|baseball|football|families|(?:budget|spending|bailout) (?:deal|agreement|bill))\b",
    re.IGNORECASE,
)


def is_commerce(text: str) -> bool:
    """Return whether a sentence speaks of the bargains of firms."""
    return _COMMERCE.search(text) is not None


def sounds_domestic(text: str) -> bool:
    """Return whether a sentence speaks of parties, firms, unions or clubs, whose bargains are no pacts."""
    return _DOMESTIC.search(text) is not None


def is_domestic_law(words: str) -> bool:
    """Return whether the words between a verb and a pact say that a law, not the pact, is its object."""
    return _CONSTITUTIONAL.search(words) is not None


_YEARS = re.compile(r"\b(\d{1,2}|five|ten|twenty|thirty)[- ]year\b", re.IGNORECASE)
_YEAR_WORDS = {"five": 5, "ten": 10, "twenty": 20, "thirty": 30}


def duration_years(words: str) -> int | None:
    """Return for how many years a pact shall last, where its phrase says so ("a 20-year deal")."""
    match = _YEARS.search(words)
    if match is None:
        return None
    written = match[1].lower()
    return _YEAR_WORDS.get(written) or int(written)
