"""Related articles without a heading over them: labelled one by one, or named by the page's own markup."""

import re
from collections.abc import Iterator, Sequence

from lxml.html import HtmlElement

from producers import linked_data, listed
from producers.dates import DateReader
from producers.headings import heads_inline
from producers.listed import Line
from producers.urls import canonical, same_page
from stories.model import Related

Found = tuple[Sequence[HtmlElement], Sequence[Related]]

_MARKED = re.compile(
    r"(?:^|[\s_-])(?:related|m[eê]me[_-]sujet|correlat[ieo]|relacionad[oa]s?|verwandte?|read[_-]also|also[_-]read"
    r"|lire[_-]aussi|leggi[_-]anche|lees[_-]ook|meer[_-]over)(?:$|[\s_-])",
    re.IGNORECASE,
)
_MARKED_OTHERWISE = re.compile(
    r"tag|topic|keyword|author|product|newsletter|sponsor|promo|advert|search|nav|menu|popular|trending",
    re.IGNORECASE,
)
_BOXES = ("aside", "section", "div", "ul", "ol")
_OUTSIDE = frozenset(("nav", "footer", "form", "header"))
MAX_LABEL_CHARS = 40
MAX_BOX_CHARS = 4_000


def find(root: HtmlElement, url: str, reader: DateReader) -> Iterator[Found]:
    """Yield the elements that hold related articles, to be left out of the body, and the articles."""
    yield from _labelled(root, url, reader)
    yield from _marked(root, url, reader)
    yield from _stated(root, url, reader)


def _labelled(root: HtmlElement, url: str, reader: DateReader) -> Iterator[Found]:
    """Yield links in the text with a label of their own: "Read also: TITLE"."""
    for link in root.iter("a"):
        if not link.get("href") or _is_outside(link):
            continue
        whole = _text(link)
        title = _behind_label(link, whole)
        holder = link
        if not title:
            holder = _holder(link, whole)
            label = _text(holder).removesuffix(whole)
            title = whole if label.strip() and heads_inline(label) else ""
        if title and (item := _item(title, link, url, reader)):
            yield [holder], [item]


def _behind_label(link: HtmlElement, whole: str) -> str:
    """Return the title in a link that holds its label, too; "" where it has none."""
    label, colon, title = whole.partition(":")
    if colon and heads_inline(f"{label}:"):
        return title.strip()
    first = next((text for part in link.iterdescendants() if (text := _text(part))), "")
    if first and first != whole and whole.startswith(first) and heads_inline(first):
        return whole.removeprefix(first).strip()
    return ""


def _holder(link: HtmlElement, whole: str) -> HtmlElement:
    """Return the widest element around `link` that holds no more than a label beside it."""
    holder = link
    while (parent := holder.getparent()) is not None and parent.tag not in ("body", "html"):
        if _is_longer(parent, len(whole) + MAX_LABEL_CHARS):
            break
        holder = parent
    return holder


def _marked(root: HtmlElement, url: str, reader: DateReader) -> Iterator[Found]:
    """Yield boxes whose class or id says that they are related, the outermost ones."""
    inside: set[HtmlElement] = set()
    for box in root.iter(*_BOXES):
        names = f"{box.get('class') or ''} {box.get('id') or ''}"
        if not _MARKED.search(names) or _MARKED_OTHERWISE.search(names) or _is_outside(box):
            continue
        if any(ancestor in inside for ancestor in box.iterancestors()):
            continue
        if _is_longer(box, MAX_BOX_CHARS):
            continue
        inside.add(box)
        if found := list(listed.items(list(listed.lines_of(box)), url, reader)):
            yield [box], found


def _stated(root: HtmlElement, url: str, reader: DateReader) -> Iterator[Found]:
    """Yield the links that the page's linked data calls related, under the titles that the page shows."""
    stated: set[str] = set()
    for thing in linked_data.things(root):
        said = thing.get("relatedLink")
        addresses = said if isinstance(said, list) else [said]
        stated |= {same_page(canonical(one, url)) for one in addresses if isinstance(one, str)}
    links = root.iter("a") if stated else ()
    named = [link for link in links if same_page(canonical(link.get("href") or "", url)) in stated]
    for link in named:
        if item := _item(_text(link), link, url, reader):
            yield [], [item]


def _item(title: str, link: HtmlElement, url: str, reader: DateReader) -> Related | None:
    address = canonical(link.get("href") or "", url)
    if not address or not listed.is_title(Line(title, address)):
        return None
    return listed.complete(Related(title=title, url=address), reader)


def _is_outside(element: HtmlElement) -> bool:
    return any(ancestor.tag in _OUTSIDE for ancestor in element.iterancestors())


def _text(element: HtmlElement) -> str:
    return " ".join(element.text_content().split()) if isinstance(element.tag, str) else ""


def _is_longer(element: HtmlElement, chars: int) -> bool:
    """Return whether the text of `element` is longer than `chars`, without reading all of it."""
    length = 0
    for piece in element.itertext():
        length += len(" ".join(piece.split()))
        if length > chars:
            return True
    return False
