"""How names change in the languages of the news: endings, particles before them, letters written in two ways."""

import re
from functools import cache

CASE, ENDING = "~", "&"  # in a name: an ending of the language may, or must, stand here
ANY_ENDING = r"\w{0,9}"  # what * stands for

_FEWEST_LETTERS = {"zh": 2, "ja": 2, "th": 2, "ko": 2, "ar": 3, "fa": 3, "ur": 3, "he": 3}
_WITHOUT_SPACES = frozenset({"zh", "ja", "th"})
_SOUTH_SLAVIC = "a e i o u om em oj og om omu ima ama ih im ju iju ijom а е и о у ом ем ој ог има ама их"
_WEST_SLAVIC = (
    "a á e é ě ę ą i í y ý o u ů ou ej ej ego emu em ém ém im ím om ym ých ých ich ích iem ie ia iu ii ią ię "
    "ach ám ách am ami om ow ov ów owi ovi"
)
_ENDINGS = {
    "ru": "а я у ю е ё и ы ь о й ая яя ую юю ое ее ого его ому ему ой ою ей ею ью ом ем им ым ам ям ами ями ах ях ов ев "
    "ий ый ие ые их ых ими ыми",
    "uk": "а я у ю е є и і ї ь о й ої ій ому ого ою ею єю ом ем єм им ім ам ям ами ями ах ях ів їв ові еві их ими",
    "be": "а я у ю е э ы і ь о й ай яй ой ую ае яе аму ага ым ім ам ом ем ах ях амі ямі аў яў ых іх",
    "bg": "а я о е и та та ят ът то те",
    "mk": "а о е и та то те от",
    "pl": _WEST_SLAVIC, "cs": _WEST_SLAVIC, "sk": _WEST_SLAVIC,
    "sr": _SOUTH_SLAVIC, "hr": _SOUTH_SLAVIC, "bs": _SOUTH_SLAVIC, "sl": _SOUTH_SLAVIC,
    "de": "s", "nl": "s", "sv": "s", "no": "s", "da": "s", "fa": "ي يي ها يها هاي يهاي",
}  # fmt: skip
_GROWING = {
    "fi": 5,
    "hu": 5,
    "et": 4,
    "lt": 4,
    "lv": 4,
    "ro": 4,
    "ko": 3,
    "el": 1,
}  # too many endings to list
_SOFT = re.compile(r"(?:[аяоеёэиіїйьыюaeiouyáéíýąęěůα-ω])$", re.IGNORECASE)
_ADJECTIVAL = re.compile(r"(?:ая|яя|ое|ее|ые|ие|[ыио]й|[аеіия]|ná|né|ní|[aeéáyý])$", re.IGNORECASE)
# "and", "in", "for", "the" grow together with the name in Arabic and Hebrew
_BEFORE = {"ar": re.compile("[وف]?(?:[بكل]?ال|لل|[بكل])?"), "he": re.compile("[ובלמהשכ]{0,2}")}

_APOSTROPHES = {"ʼ": "'", "’": "'", "‘": "'"}
_ARABIC_SCRIPT = {
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ة": "ه", "ۀ": "ه", "ہ": "ه", "ھ": "ه", "ک": "ك", "\u200c": " ",
}  # fmt: skip
_TRADITIONAL = str.maketrans(
    "國烏蘭羅韓緬軍聯歐約臺灣爾亞達馬魯倫納維鮮陸島貝長總統報對訪華駐圖紐門賓麥瑞哥倫尼內聖義幾贊烏茲別倫敘黎",
    "国乌兰罗韩缅军联欧约台湾尔亚达马鲁伦纳维鲜陆岛贝长总统报对访华驻图纽门宾麦瑞哥伦尼内圣义几赞乌兹别伦叙黎",
)
_MARKS = re.compile("[\u0610-\u061a\u064b-\u065f\u0670]")


def has_spaces(language: str) -> bool:
    """Return whether words of `language` stand apart."""
    return language not in _WITHOUT_SPACES


def fewest_letters(language: str) -> int:
    """Return how long a country's name must be: shorter ones are words of the language, too."""
    return _FEWEST_LETTERS.get(language, 4)


@cache
def _folding(language: str) -> dict[int, str]:
    letters = dict(_APOSTROPHES)
    if language in ("ar", "fa", "ur", "ps"):
        letters |= _ARABIC_SCRIPT
    if language in ("fa", "ur", "ps"):
        letters["ی"] = "ي"
    if language in ("ru", "be"):
        letters |= {"ё": "е", "Ё": "Е"} if language == "ru" else {}
    folding = {ord(letter): plain for letter, plain in letters.items()}
    return {**_TRADITIONAL, **folding} if language == "zh" else folding  # type: ignore[dict-item]


def fold(text: str, language: str) -> str:
    """Return `text` with letters that are written in two ways written in one, each in its place."""
    return text.translate(_folding(language))


def in_any_case(name: str, language: str) -> str:
    """Return `name` with CASE where its words change their endings; Arabic names without their vowel signs."""
    name = _MARKS.sub("", name)
    if language not in _ENDINGS and language not in _GROWING:
        return name
    *before, last = name.split(" ")
    return " ".join([*(_ADJECTIVAL.sub(CASE, word) for word in before), _with_case(last, language)])


def _with_case(word: str, language: str) -> str:
    if language in ("de", "nl", "sv", "no", "da", "fa", "ko"):
        return word + CASE  # grows and keeps its last letter
    may_be_bare = word[-1].lower() not in "аяaę"  # the genitive of a plural is: Филиппин
    return _SOFT.sub("", word) + (CASE if may_be_bare else ENDING)


def may_precede(letters: str, language: str) -> bool:
    """Return whether a word that begins with `letters` may go on with a name."""
    particles = _BEFORE.get(language)
    return bool(particles.fullmatch(letters)) if particles else not letters


def rest_of(written: str, language: str) -> str:
    """Return the regular expression of what follows a stem: * for any letters, CASE and ENDING for an ending."""
    endings = _endings(language)
    meant = {"*": ANY_ENDING, CASE: f"{endings}?" if endings else "", ENDING: endings}
    return "".join(
        meant.get(piece) or re.escape(piece) for piece in re.split(rf"([*{CASE}{ENDING}])", written) if piece
    )


def stem_of(written: str) -> str:
    """Return how `written` begins in every case."""
    return re.split(rf"[*{CASE}{ENDING}]", written, maxsplit=1)[0]


@cache
def _endings(language: str) -> str:
    if language in _GROWING:
        return rf"(?:\w{{0,{_GROWING[language]}}})"
    endings = sorted(set(_ENDINGS.get(language, "").split()), key=len, reverse=True)
    return f"(?:{'|'.join(endings)})" if endings else ""
