"""Which story is this? The id an entry keeps through edits, feeds, twins and tracking parameters."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from producers.urls import canonical, same_page
from stories.twins import host_of, normalised_title

# A URI names one thing for everybody. Other schemes of the form "word:" are mostly internal numbers.
_URI = re.compile(r"(?:tag:|urn:|doi:|info:|at://|did:|ni:)\S+", re.IGNORECASE)
_WEB = re.compile(r"https?://[^\s/]+", re.IGNORECASE)
DIGEST_BYTES = 12


def story_id(guid: str, url: str, feed_url: str, title: str) -> str:
    """Return the id: from the guid if that is a URI; else link host and guid; else URL; else feed and title.

    A site's front page is no address of a story. `url` is canonical. Only the
    last form is scoped by feed, so a story that two feeds carry is one story.
    """
    guid = guid.strip()
    if _WEB.match(guid):
        return digest("page", same_page(guid))
    if _URI.fullmatch(guid):
        return digest("uri", guid)
    if guid and (host := host_of(url)):
        return digest("guid", host, guid)
    if url and not _is_front_page(url):
        return digest("page", same_page(url))
    if guid:
        return digest("guid", host_of(feed_url), guid)
    return digest("title", feed_url, normalised_title(title))


def shared_guids(entries: Iterable[tuple[str, str, str]], base: str) -> frozenset[str]:
    """Return the guids that name nothing: entries with other titles on other pages have them, too.

    `entries` are a document's (guid, link, title), links relative to `base`. A guid that comes again with
    the page or the title of before is the same entry once more.
    """
    claims: dict[str, list[tuple[str, str]]] = {}
    for guid, link, title in entries:
        if guid.strip() and link.strip():
            claims.setdefault(guid.strip(), []).append((link, normalised_title(title)))
    repeated = {guid: claimed for guid, claimed in claims.items() if len(claimed) > 1}
    return frozenset(guid for guid, claimed in repeated.items() if _are_several(claimed, base))


def _are_several(claimed: Sequence[tuple[str, str]], base: str) -> bool:
    """Tell whether (link, title) pairs are stories of their own, and not one that is told again."""
    pages = set()
    for link, title in claimed:
        url = canonical(link, base)
        # on a front page, titles are all that tells entries apart
        pages.add(title if _is_front_page(url) else same_page(url))
    return len(pages) > 1 and len({title for _, title in claimed}) > 1


def content_hash(*texts: str) -> str:
    """Return what changes when an entry's text changes, and not when only its white space does."""
    return digest(*(" ".join(text.split()) for text in texts))


def digest(*parts: str) -> str:
    """Return a short hash of `parts`, the same on every machine."""
    joined = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(joined, digest_size=DIGEST_BYTES).hexdigest()


def digest_bytes(payload: bytes) -> str:
    """Return a short hash of a document's bytes."""
    return hashlib.blake2b(payload, digest_size=DIGEST_BYTES).hexdigest()


def is_utf8(payload: bytes) -> bool:
    """Tell whether `payload` can be read as UTF-8."""
    try:
        payload.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_front_page(url: str) -> bool:
    """Tell whether `url` leads to a site and to no page of it: some feeds link every entry there."""
    parts = urlsplit(url)
    return not (parts.path.strip("/") or parts.query or parts.fragment)
