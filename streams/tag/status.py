"""How a sentence puts what it reports: as fact, plan, denial, possibility, accusation, question or history.

A cue reaches as far as its clause: "ratifies the deal after refusing for a year" is a fact.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import takewhile

from stories.model import Status
from streams.tag.openings import Finder, Openings, Starts
from streams.tag.rules import TopicRule

# Where a clause ends. A comma alone does not end one: "will, he said, sign". One set of characters first: a search for
# that is fast.
_BOUNDARY = re.compile(
    r"""[;:,\s](?:
      (?<=[;:])\s
    | (?<=\s)[–—-]+\s(?![\ue000-\ue4ff])
    | (?:(?<=\s)|(?<=,)\s)(?:but|while|whereas|although|though|after|before|despite|following|because|until|unless|amid|
      when|since|as|if|which|who|whose|where|whether|so|in\sorder\sto|to\s(?:allow|help|enable)|during|ahead\sof|
      on\sthe\seve\sof|in\s(?:protest|response|retaliation|reaction|exchange|return)|due\sto|in\scase)\s
    | (?<=,)\s(?:and|or|with|saying|adding|ending|making|becoming|citing|accusing|including)\s
    )""",
    re.VERBOSE,
)
_NEGATION = Finder(
    r"""(?:not(?!\s(?:only|say|state|specify|comment|disclose|reveal|confirm|rule|clear|certain|sure|yet\sclear|
    (?:be\s)?(?:affect|interfer|hamper|impact|hinder|derail|prevent|stop|avoid|appl)\w*)\b)|
    never|no\slonger|no(?!-|\s(?:longer|fewer|less|more|first|one)\b)|without|neither|nor|
    refus(?:es?|ed|ing|al)|reject(?:s|ed|ing|ion)?|den(?:y|ies|ied|ying|ial)(?!\s(?:any\s)?(?:responsibility|involvement|knowledge|wrongdoing)\b)|
    fail(?:s|ed|ing|ure)?(?!\sto\s(?:condemn|stop|prevent|protect|halt|end|address|comply|respect|hono\w+|pay|meet)\b)|
    declin(?:es?|ed|ing)|rul(?:es?|ed|ing)\sout|block(?:s|ed|ing)?|veto(?:es|ed|ing)?|
    vot(?:es?|ed|ing)\s(?:[\d–-]+\s)?(?:against|down)|turn(?:s|ed|ing)?\sdown|dismiss(?:es|ed|ing)?|
    yet\sto|defeat(?:s|ed)?|unable\sto|
    (?:to|will|would|shall)\soppose|oppos(?:es|ed|ing)|bar(?:s|red|ring)?\b|stop(?:s|ped)?\sshort\sof|defer(?:s|red|ral|ring)?)\b""",
    re.VERBOSE,
)
_CONTRACTED = re.compile(r"\b\w+n['’]t\b")
# "which had refused to talk": what was denied before the news.
_HAD = re.compile(r"\b(?:which|who|that)\shad\s(?:\w+\s)?$")
# "did not deny that it had signed": two denials are none
_NOT_BEFORE = re.compile(r"(?:\bnot|\bnever|n['’]t)\s(?:\w+ly\s)?$")
_DENIAL_NEXT = re.compile(r"\s(?:\w+ly\s)?(?:den(?:y|ied)|refuse|reject|dismiss|block|veto|oppose)\b")
# "threatens to reject", "urges Chad not to sign", "may not attend", "lifts its veto": no denial has been uttered.
_UNUTTERED = re.compile(
    r"""\b(?:(?:demand(?:s|ed|ing)?|urg(?:es?|ed|ing)|call(?:s|ed|ing)?\s(?:on|for)|threaten(?:s|ed|ing)?)\s(?:[^\s,;]+\s){0,6}
    |(?:may|might|could)\s(?:[^\s,;]+\s)?
    |(?:lift|remov|drop|waiv)(?:e|s|es|ed|ing|ping|ped)?\s(?:(?!and\s)[^\s,;]+\s){0,3})$""",
    re.VERBOSE,
)
# "rejects calls for a truce": what a refused call, offer or plan is about.
_REFUSED_CALL = Finder(
    r"""(?:reject(?:s|ed|ing)?|refus(?:es?|ed|ing)|dismiss(?:es|ed|ing)?|turn(?:s|ed|ing)?\sdown|rebuff(?:s|ed)?|
    block(?:s|ed|ing)?|veto(?:es|ed|ing)?|oppos(?:es|ed|ing)|rul(?:es?|ed|ing)\sout)\s(?:[^\s,;]+\s){0,4}?
    (?:calls?|proposals?|offers?|statements?|demands?|requests?|plans?|drafts?|resolutions?|appeals?|invitations?|idea|prospect|bills?|
    motions?|measures?|legislation|support|backing)\s
    (?:[^\s,;]+\s){0,3}?(?:(?:for|of|to|on|calling\sfor|(?:demand|threaten|impos|authori[sz]|extend|renew|back|
    support|endors|allow)ing|that\s\w+)\s)(?:[^\s,;]+\s){0,4}$""",
    re.VERBOSE,
)
_BUT_REJECTED = Finder(r"but\s(?:(?:is|was)\s)?(?:rejected|refused|denied|vetoed|dismissed)\sby\b")
_ADJUNCT = re.compile(
    r",?\s?(?:before|after|following|amid|during|despite|ahead\sof|on\sthe\seve\sof|in\sprotest)\s"
)
_LITTLE_WORDS = frozenset([
    "", "a", "an", "the", "to", "of", "in", "on", "at", "for", "with", "its", "his", "her", "their", "any", "all", "be",
    "been", "able", "further", "new", "round", "package",
])  # fmt: skip
_CONDITION = re.compile(r",?\s?(?:if|unless|should)\s")
_CONSENT = Finder(
    r"(?:ratif\w+|approv\w+|endors\w+|sign(?:s|ed|ing)?|vot(?:es?|ed|ing)|pass(?:es|ed|ing)?)\b"
)
# "has not complied with the truce", "will not renew the sanctions waiver": a truce there is, and sanctions.
_KEEPING = Finder(
    r"""(?:compl(?:y|ied|ying)|respect(?:s|ed|ing)?|observ(?:e|ed|ing)|abid(?:e|ed|ing)|adher(?:e|ed|ing)|
    uph[eo]ld(?:ing)?|violat(?:e|ed|ing)|breach(?:ed|ing)?|hono(?:u?r|u?red|u?ring))\b""",
    re.VERBOSE,
)
_RELIEF_AFTER = re.compile(r"[\w-]+\s(?:exemptions?|waivers?|relief|exceptions?)\b")
# A delay is of what stands beside it: "delays the vote on the deal", not "delays her arrival at the talks".
_DELAY = Finder(r"(?:postpon(?:es?|ed|ement|ing)|delay(?:s|ed|ing)?)\s(?:[^\s,;]+\s){0,4}$")
_PREPARED_NO_MORE = Finder(
    r"""(?:suspend|halt|stop|freez|cancel|abandon|drop|scrap|shelv|paus|postpon)\w*\s(?:[^\s,;]+\s){0,3}
    (?:preparations?|plans?|steps|work|efforts?)\s(?:for|to|of|on|towards?)\s(?:[^\s,;]+\s){0,3}$""",
    re.VERBOSE,
)
_FLAT_DENIAL = Finder(
    r"(?:den(?:y|ies|ied|ying)(?!\s(?:any\s)?(?:responsibility|involvement))|rul(?:es?|ed|ing)\sout|call(?:s|ed|ing)?\soff|abort(?:s|ed|ing)?)\b"
)
# "rejects the offer and voices a wish to restore ties": another verb takes over.
_NEXT_VERB = Finder(r"and\s\w+(?:s|ed)\s(?:a|an|the|its|his|her|their|to|that)\b")
_CALLED_OFF = Finder(
    r"""(?:cancel(?:s|l?ed|l?ing|lation)?|suspend(?:s|ed|ing)?|suspension|call(?:s|ed|ing)?\soff|
    cancellation\sof|halt(?:s|ed|ing)?|abandon(?:s|ed|ing)?|scrap(?:s|ped|ping)?|ceas(?:es?|ed|ing)|
    br(?:eaks?|oke|eaking)\soff|walk(?:s|ed|ing)?\s(?:away|out)|pull(?:s|ed|ing)?\sout\sof|
    withdr(?:aws?|ew|awing)\sfrom|drop(?:s|ped)?|boycott(?:s|ed)?|end\sof|quits?|postpone[sd]?)\b""",
    re.VERBOSE,
)
_NEXT_WORDS = r"[^\w,;]*(?:(?!and\s(?![\ue000-\ue4ff])|(?:that|which)\shad\s|(?:could|may|might|sa(?:ys?|id)|that|it|he|she|they)\s)[\w\ue000-\ue4ff'’-]+\s){0,4}?"
_NEGATION_AFTER = re.compile(
    _NEXT_WORDS
    + r"""(?:(?:is|are|was|were|has\sbeen|have\sbeen|had\sbeen|be|being)\s
    (?:\w+\s)?(?:not|never|cancel\w+|suspended|called\soff|rejected|refused|denied|postponed|halted|abandoned|
    scrapped|blocked|vetoed|broken\soff)\b|
    (?:will|would|could|can|may|did|do|does|has|have|had)\s(?:not|never)\b
    (?!\s(?:apply|cover|include|extend|mean|(?:be\s)?(?:affect|interfer|hamper|impact|hinder|derail)\w*)))""",
    re.VERBOSE,
)
# Talks that collapse are none; a truce that collapses was one.
_COLLAPSE_AFTER = re.compile(
    _NEXT_WORDS
    + r"""(?:collapses?|collapsed|fails?|failed|falters?|break\sdown|broke\sdown|fall\sthrough|fell\sthrough|
    stall(?:s|ed)?|end(?:s|ed)?\s(?:\w+\s)?(?:without|in\s(?:failure|deadlock)|inconclusively))\b""",
    re.VERBOSE,
)
_CALLED_OFF_AFTER = Finder(
    r"(?:is|are|was|were|been|be)\s(?:\w+\s)?(?:cancelled|canceled|suspended|called\soff|postponed|halted|broken\soff)\b"
)
_DENIED_AFTER = Finder(
    r"(?:claims?|allegations?|accusations?|charges?|which(?!\s(?:is|was|are|were)\sreject)|reports?)\b.{0,60}\b(?:den(?:y|ies|ied|ying)|rejects?|rejected)\b"
)
_PLAN = Finder(
    r"""(?:will|would|shall|to\sbe|(?:is|are|was|were)\s(?:\w+\s)?to|plan(?:s|ned|ning)?|inten(?:ds?|ded|tion)|
    expect(?:s|ed)?|schedul(?:es?|ed)|propos(?:es?|ed|al)|agree[sd]?\sto|vow(?:s|ed)?|pledg(?:es?|ed)|
    promis(?:es?|ed)|threaten(?:s|ed|ing)?|prepar(?:es?|ed|ing)|due\sto|set\sto|consider(?:s|ed|ing)?|
    seek(?:s|ing)?|sought|wants?|wanted|hop(?:es?|ed|ing)|call(?:s|ed|ing)?\sfor|urg(?:es?|ed|ing)|demand(?:s|ed)?|
    ask(?:s|ed)?|offer(?:s|ed)?|aim(?:s|ed|ing)|pursu(?:es?|ed|e)|upcoming|calls?\son|ready\sto|willing\sto|
    about\sto|moves?\sto|decid(?:es?|ed)\sto|readi(?:es|ed)|invit(?:es?|ed))\b""",
    re.VERBOSE,
)
_POSSIBLE = Finder(r"(?:may|might|could|possib\w+|potential(?:ly)?|likely|can)\b")
_ALLEGED = Finder(
    r"(?:accus\w+|alleg\w+|claims?|claimed|suspect(?:s|ed)?|reportedly|purported\w*|blam(?:es?|ed))\b"
)
_FOUR_DIGITS = re.compile(r"[12]\d{3}")
# A year is a date where a noun does not follow: "signed in 1949", but not "talks on a 2015 agreement".
_YEAR_AFTER = re.compile(
    r"[^.;]{0,40}?\b(?:in|of|from|on)\s(?:[\w-]+,?\s){0,2}?((?:18|19|20)\d\d)(?=\W*$|[^\w\s]|\s(?:and|or|but|by|at|as|to|with|when|between|in|for|over|during|under|is|was|were|are|has|had|hangs|on|that|which|the)\b)"
)
# "leaves the treaty, an agreement made in 1987": the year is that of another thing.
_WHICH_WAS = re.compile(
    r"[^.;]{0,30}?,\s(?:a|an|the|which|that)\s[^,.;]{0,40}?\b(?:in|of|from|on)\s[12]\d{3}\b"
)
_YEAR_BEFORE = re.compile(
    r"\b(?:in|of|since|from|(?:since|during|after|at)\sthe)\s((?:18|19|20)\d\d)\s(?:[\w\ue000-\ue4ff–-]+\s){0,3}$"
)
_SINCE_ITS_START = re.compile(
    r"\b(?:since|before)\s(?:the\s)?(?:start|beginning|outbreak|end)\sof\s(?:[^\s,;]+\s){0,3}$"
)
_SINCE_DOING = re.compile(r"\bsince\s\w+ing\b")  # "since waging war"
_ANNIVERSARY = Finder(r"(?:anniversary|commemorat\w+|memorial|centenary|mark(?:s|ed|ing)?\s[\w-]+\syears)\b")
_YEARS_SINCE = re.compile(r"\b(?:(?:years|decades)\s(?:since|after|ago)|decade\s(?:ago|on))\b")
# An act is over once done: what tells that it was done before the news.
_MONTH = "(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_SEASON = rf"(?:year|month|spring|summer|autumn|fall|winter|{_MONTH})"
_DONE = re.compile(r"(?:\w+ed|struck|left|quit|withdrew|broke|cut|came|went)\b")
_DONE_BEFORE = re.compile(rf"\b{_DONE.pattern}\s(?:[^\s,;]+\s){{0,2}}$")
_LONG_SINCE = re.compile(
    rf"""\W*(?:(?!\w+ed\b)[^\s.;,]+\s){{0,5}}?(?:last\s{_SEASON}|earlier\s(?:this|in\sthe)\s{_SEASON}|this\s(?:spring|summer|autumn|winter)|
    in\s(?:early\s|late\s|mid-)?{_MONTH}|(?:[\w-]+\s)?(?:weeks|months|years|decades)\s(?:ago|earlier|before|prior))\b""",
    re.VERBOSE,
)
_DONE_EARLIER = re.compile(
    rf"\b(?:last\s{_SEASON}\s(?:(?!to\s)[^\s,;]+\s){{0,2}}|since\s(?:[^\s,;]+\s){{0,4}}|(?:which|who|that)\shad\s(?:\w+\s)?|(?:eventually|previously)\s)$"
)
# "under the accord signed on Monday", not "a deal is signed": what has an article is known.
_KNOWN = re.compile(
    r"\b(?:to|of|with|under|in|by|from|on|against)\s(?:(?:the|its|their|this|that)|[^\s,;]+['’]s)\s(?:[^\s,;]+\s){0,4}$"
)
_BARE_PARTICIPLE = re.compile(
    r"(?:(?!(?:is|are|was|were|be|been|being|to|has|have|had|will)\b)[^\s,;]+\s){1,3}(?:signed|reached|concluded|agreed|struck)$"
)
# "after its withdrawal from the pact"
_AFTERMATH = re.compile(r"\b(?:after|following|despite|because\sof|due\sto)\s(?:[^\s,;]+\s){0,4}$|\($")
_ACT_NOUN = re.compile(r"(?:withdrawal|exit|departure)\b")
_PASSING = re.compile(r",\s(?:which|who|whose|never|not|without|despite|having|but)\b")
_WITHOUT = re.compile(r"\b(?:without|despite)\b")
_CUES = Openings(
    [_NEGATION, _REFUSED_CALL, _BUT_REJECTED, _CONSENT, _KEEPING, _DELAY, _PREPARED_NO_MORE, _FLAT_DENIAL, _NEXT_VERB, _CALLED_OFF, _CALLED_OFF_AFTER,
     _DENIED_AFTER, _PLAN, _POSSIBLE, _ALLEGED, _ANNIVERSARY]
)  # fmt: skip


def status_of(text: str, start: int, head: int, end: int, year: int, topic: TopicRule) -> Status:
    """Return how the masked sentence `text` puts the `topic` it reports from `start` to `end`, by its word at `head`.

    `year` is that of publication, 0 where unknown.
    """
    begin, finish = clause(text, head)
    cues = _cues_in(text)
    if _is_background(text, cues, head, end, finish, year) or (
        topic.act and _is_history(text, cues, begin, (start, head, end))
    ):
        return Status.BACKGROUND
    if _is_negated(text, cues, (begin, finish), (start, head, end), topic):
        return Status.POSSIBLE if _CONDITION.match(text, begin, head) else Status.NEGATED
    if not topic.flatly and _DENIED_AFTER.search(text, cues, end, len(text)):
        return Status.NEGATED
    if text.endswith("?"):
        return Status.QUESTION
    if _ALLEGED.search(text, cues, begin, head):
        return Status.ALLEGED
    if _PLAN.search(text, cues, begin, head):
        return Status.PLANNED
    return Status.POSSIBLE if _POSSIBLE.search(text, cues, begin, head) else Status.AFFIRMED


@lru_cache(maxsize=16)  # what a sentence reports is asked about one after the other
def _cues_in(text: str) -> Starts:
    return _CUES.starts_in(text)


def _is_negated(
    text: str, cues: Starts, bounds: tuple[int, int], places: tuple[int, int, int], topic: TopicRule
) -> bool:
    """Return whether the clause within `bounds` denies or calls off what stands at `places`: start, head, end."""
    begin, finish = bounds
    start, head, end = places
    near = head - len(_last_words(text[begin:head], topic.reach))
    if topic.flatly:
        return bool(_FLAT_DENIAL.search(text, cues, near, head))
    if _RELIEF_AFTER.match(text, head):
        return False
    if _is_denied(text, cues, near, start, head) or (
        topic.called_off and _is_called_off(text, cues, (begin, near, head))
    ):
        return True
    if _DELAY.search(text, cues, begin, head) or _PREPARED_NO_MORE.search(text, cues, begin, head):
        return True
    if _REFUSED_CALL.search(text, cues, begin, head) or _BUT_REJECTED.search(text, cues, end, len(text)):
        return True
    # "on the eve of the talks a rally is called off": what follows is said of another
    if _ADJUNCT.match(text, begin, head):
        return False
    if topic.called_off:
        that = text.find(" that ", head, finish)
        if _CALLED_OFF_AFTER.search(text, cues, head, finish if that < 0 else that):
            return True
    after = (_NEGATION_AFTER, _COLLAPSE_AFTER) if topic.called_off else (_NEGATION_AFTER,)
    rests = (text[head:finish].partition(" ")[2], text[end:finish])
    return any(cue.match(rest) for cue in after for rest in rests)


def _is_denied(text: str, cues: Starts, near: int, start: int, head: int) -> bool:
    """Return whether a denial stands from `near` to `head`, unless spent on a consent: "won't ratify the pact".

    A consent within what is reported, from `start` on, is that itself.
    """
    return any(
        not _CONSENT.search(text, cues, denial.end(), start)
        and not _NEXT_VERB.search(text, cues, denial.end(), head)
        and not _KEEPING.search(text, cues, denial.end(), head)
        and not _UNUTTERED.search(text[: denial.start()])
        and not _NOT_BEFORE.search(text[: denial.start()])
        and not _DENIAL_NEXT.match(text, denial.end())
        and not _HAD.search(text[: denial.start()])
        for denial in _denials(text, cues, near, head)
    )


def _is_called_off(text: str, cues: Starts, bounds: tuple[int, int, int]) -> bool:
    """Return whether what stands at the last of `bounds` is called off from the second on: not as a threat.

    The first is where its clause begins.
    """
    begin, near, head = bounds
    return any(
        cue.end() <= head and not _UNUTTERED.search(text[begin : cue.start()])
        for cue in _CALLED_OFF.finditer(text, cues, near)
    )


def _denials(text: str, cues: Starts, start: int, head: int) -> Iterator[re.Match[str]]:
    yield from takewhile(lambda denial: denial.end() <= head, _NEGATION.finditer(text, cues, start))
    if "n't" in text or "n’t" in text:
        yield from _CONTRACTED.finditer(text, start, head)


def _last_words(text: str, count: int) -> str:
    """Return the end of `text` that holds its last `count` words of content and all little words among them."""
    words = text.split(" ")
    place = len(words)
    while place and count >= 0:
        place -= 1
        count -= words[place] not in _LITTLE_WORDS
    return " ".join(words[place + (count < 0) :])


def clause(text: str, place: int) -> tuple[int, int]:
    """Return the bounds of the clause of `text` in which `place` lies."""
    begin, finish = 0, len(text)
    for start, end in _boundaries(text):
        if end <= place:
            begin = start
        elif start > place:
            finish = start
            break
    return begin, finish


@lru_cache(maxsize=16)
def _boundaries(text: str) -> list[tuple[int, int]]:
    return [boundary.span() for boundary in _BOUNDARY.finditer(text)]


def is_in_passing(text: str, head: int) -> bool:
    """Return whether what stands at `head` is said by the way: "a treaty, never ratified, gave ..."."""
    mark = max(text.rfind(",", 0, head), text.rfind(";", 0, head))
    begins_so = mark >= 0 and _PASSING.match(text, mark, head)
    return bool(begins_so or _WITHOUT.search(text, mark + 1, head))


def _is_background(text: str, cues: Starts, head: int, end: int, finish: int, year: int) -> bool:
    if _SINCE_DOING.match(text, max(0, head - len("since "))):
        return True
    if _ANNIVERSARY.search(text, cues, max(0, head - 60), end + 40):
        return True
    if _YEARS_SINCE.search(text, max(0, head - 60), head) or _SINCE_ITS_START.search(text, 0, head):
        return True
    if not year or not _FOUR_DIGITS.search(text):
        return False
    if _WHICH_WAS.match(text[end : end + 60]):
        return False
    match = _YEAR_AFTER.match(text[end:finish]) or _YEAR_BEFORE.search(text[:head])
    return bool(match) and int(match[1]) < year - 1 if match else False


def _is_history(text: str, cues: Starts, begin: int, places: tuple[int, int, int]) -> bool:
    """Return whether the act at `places` (start, head, end) was done before the news: "the deal signed last May".

    Its clause begins at `begin`.
    """
    start, head, end = places
    if _DONE_EARLIER.search(text, 0, head):
        return True
    if _BARE_PARTICIPLE.fullmatch(text, start, _word_end(text, head)) and _KNOWN.search(text, 0, start):
        return True
    if _ACT_NOUN.match(text, start) and _AFTERMATH.search(text, 0, start):
        return True
    told_as_done = (
        _DONE.match(text, start)
        or _ACT_NOUN.match(text, start)
        or _DONE.match(text, head)
        or _DONE_BEFORE.search(text, begin, head)
    )
    return bool(
        told_as_done
        and (_LONG_SINCE.match(text, end) or _LONG_SINCE.match(text, _word_end(text, head)))
        and not _PLAN.search(text, cues, begin, head)
    )


def _word_end(text: str, place: int) -> int:
    space = text.find(" ", place)
    return len(text) if space < 0 else space
