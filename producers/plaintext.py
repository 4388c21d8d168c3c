"""HTML, as feeds carry it, to the text a reader would see."""

import html
import re

import nh3
from lxml import etree
from lxml.html import fragment_fromstring

BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure",
    "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre",
    "section", "table", "td", "th", "tr", "ul",
))  # fmt: skip
_UNSEEN = frozenset((
    "script", "style", "noscript", "noembed", "noframes", "template", "textarea", "iframe", "object",
    "svg", "head", "title",
))  # fmt: skip
_MARKUP = re.compile(r"<[a-zA-Z/!?]")
_ENTITY = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]*);")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")


def strip(markup: str, *, one_line: bool = False) -> str:
    """Return the text of `markup`, blocks on lines of their own, or everything on one line."""
    text = _NOT_XML.sub("", markup)
    if _MARKUP.search(text):
        text = _text_of(text)
    elif _ENTITY.search(text):
        text = html.unescape(text)
    text = _INVISIBLE.sub("", text)
    if one_line:
        return " ".join(text.split())
    return _LINES.sub("\n", _SPACES.sub(" ", text)).strip()


def _text_of(markup: str) -> str:
    clean = nh3.clean(
        markup, tags=set(BLOCKS), clean_content_tags=set(_UNSEEN), attributes={}, link_rel=None
    )  # read as a browser would: what a browser runs or hides is none of the text
    try:
        root = fragment_fromstring(clean, create_parent="div")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return html.unescape(re.sub(r"<[^>]*>", " ", clean))
    pieces: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    hidden = 0
    for event, element in walk:
        if event in ("comment", "pi"):
            if not hidden:
                pieces.append(element.tail or "")
            continue
        name = element.tag
        if event == "start":
            hidden += name in _UNSEEN
            if not hidden:
                pieces.append("\n" if name in BLOCKS else "")
                pieces.append(element.text or "")
        else:
            hidden -= name in _UNSEEN
            if not hidden:
                pieces.append("\n" if name in BLOCKS else "")
                pieces.append((element.tail or "") if element is not root else "")
    return "".join(pieces)
