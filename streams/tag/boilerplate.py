"""What stands in a text without being its news: captions, pointers to other articles, requests to subscribe."""

import re

import msgspec

from stories.model import Story

_FIELDS = ("summary", "body")  # a title is never a caption
_LABELS = (
    r"Related(?: (?:articles?|stories|story|news|coverage|content|links?|topics?))?|Read (?:more|also|next|on)|"
    r"Also read|See also|More (?:on this(?: story| topic)?|stories|from)|Recommended|(?:File )?(?:Photo|Image|Picture)s?|"
    r"Caption|Advertisement|Sponsored(?: content)?|Comments?|Most (?:read|popular|viewed)|Trending(?: now)?|"
    r"You (?:may|might) also (?:like|be interested in)|Don['’]t miss|In case you missed it|"
    r"(?:Watch|Listen)(?: (?:now|live|more|next))?|Video|Podcast"
)
_REQUESTS = r"(?:Sign up|Subscribe|Follow us|Join us|Click here|Download|Get our|Support our)\b"
_OFFERED = r"(?:newsletters?|briefing|alerts?|channel|podcast|inbox|app|updates|here|twitter|facebook|telegram|whatsapp)"
_WORKS = ("Reporting", "Writing", "Editing", "Translation", "Graphics", "Compiled", "Written", "Edited")
_WORK = f"(?:{'|'.join(f'[{work[0]}{work[0].lower()}]{work[1:]}' for work in _WORKS)})"
_NAME = r"[A-Z](?:\.|[\w'’-]*+)"
_NAMES = rf"{_NAME}(?:(?:,| and| in| at| for|;)? (?:the )?(?!{_WORK} by){_NAME}){{0,30}}+"
_CREDIT = " by (?:" + "|".join(f"(?<={work[1:]} by )" for work in _WORKS) + ")"
# Who wrote it and from where, at the end of a wire's report; and what a site's feed puts below each of its posts: each
# with what any such text has, which begins with letters only, so that a search finds it at once.
_CLOSINGS = (
    (re.compile(_CREDIT), re.compile(rf"\(?(?:\bAdditional |\bFurther )?\b{_WORK} by {_NAMES}(?:[;,.]? (?:additional |and )?{_WORK} by {_NAMES}){{0,5}}+\)?(?=\s*$|[.\n])")),
    (re.compile("contributed"), re.compile(r"(?:^|(?<=[.!?…\n)]))[^\n.!?…]*\bcontributed(?: (?:to this (?:report|story|article)|reporting)\b[^\n.!?…]*|(?=\s*(?:[.\n]|$)))")),
    (re.compile("appeared"), re.compile(r"\bThe post [^\n]{1,300}? (?:appeared first|first appeared) on [^\n.]*")),
)  # fmt: skip
# a label in any case ("ALSO READ:") goes to the end of its sentence, a request only where it offers something
_PIECE = (
    rf"[ \t•·*>-]*"
    rf"(?:(?i:{_LABELS})[ \t]?[:|»>][^\n.!?]*|(?i:{_REQUESTS})[^\n.!?]*?\b(?i:{_OFFERED})\b[^\n.!?]*)"
)
_AT_START = re.compile(_PIECE)
# what stands before it comes first in the pattern, as one set: a search for one of a few characters is fast
_AFTER_MARK = re.compile(rf"([.!?…\n](?:(?<=\n)|(?<!\n)['\"”’)]?\s)){_PIECE}")


def blanked(story: Story) -> Story:
    """Return `story` with boilerplate turned to spaces: what else it says stays at its place."""
    texts = {field: _blanked(text) for field in _FIELDS if (text := getattr(story, field))}
    changed = {field: text for field, text in texts.items() if text != getattr(story, field)}
    return msgspec.structs.replace(story, **changed) if changed else story


def _blanked(text: str) -> str:
    if first := _AT_START.match(text):
        text = " " * first.end() + text[first.end() :]
    text = _AFTER_MARK.sub(lambda match: match[1] + " " * (len(match[0]) - len(match[1])), text)
    for sign, closing in _CLOSINGS:
        if sign.search(text):
            text = closing.sub(lambda match: " " * len(match[0]), text)
    return text
