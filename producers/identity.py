"""Which story is this? The id an entry keeps through edits, feeds, twins and tracking parameters."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import urlsplit

from producers.urls import host_of, same_page

# A URI names one thing for everybody. Other schemes of the form "word:" are mostly internal numbers.
_URI = re.compile(r"(?:tag:|urn:|doi:|info:|at://|did:|ni:)\S+", re.IGNORECASE)
_WEB = re.compile(r"https?://[^\s/]+", re.IGNORECASE)
_NOT_WORD = re.compile(r"[\W_]+")
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


def shared_guids(entries: Iterable[tuple[str, str, str]]) -> frozenset[str]:
    """Return the guids that name nothing: entries with other titles on other pages have them, too.

    `entries` are a document's (guid, canonical URL, title). A guid that comes again with the page or the
    title of before is the same entry once more.
    """
    pages: dict[str, set[str]] = {}
    titles: dict[str, set[str]] = {}
    for guid, url, title in entries:
        if (guid := guid.strip()) and url:
            # on a front page, titles are all that tells entries apart
            page = normalised_title(title) if _is_front_page(url) else same_page(url)
            pages.setdefault(guid, set()).add(page)
            titles.setdefault(guid, set()).add(normalised_title(title))
    return frozenset(guid for guid in pages if len(pages[guid]) > 1 and len(titles[guid]) > 1)


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


def _is_front_page(url: str) -> bool:
    """Tell whether `url` leads to a site and to no page of it: some feeds link every entry there."""
    parts = urlsplit(url)
    return not (parts.path.strip("/") or parts.query or parts.fragment)


def normalised_title(title: str) -> str:
    """Return `title` with case, forms of letters, punctuation and white space levelled."""
    return _NOT_WORD.sub(" ", unicodedata.normalize("NFKC", title).casefold()).strip()
