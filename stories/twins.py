"""What the twins of a story share: the page behind several addresses, and the title behind its typography."""

import re
import unicodedata
from urllib.parse import urlsplit

_HOST_TWIN = re.compile(r"^(?:www\d?|m|mobile|amp)\.(?=[^.]+\.)")
_PATH_TWIN = re.compile(r"^/amp(?=/)|/amp/?$|\.amp(?=\.html?$|$)|/(?:index\.(?:html?|php))?$")
_NOT_WORD = re.compile(r"[\W_]+")


def page_of(url: str) -> str:
    """Return what all twins of `url` share: http or https, www, mobile and AMP ones. Not for opening."""
    try:
        parts = urlsplit(url)
        number = parts.port
    except ValueError:  # a port that is no number
        return url
    if not parts.hostname:
        return url
    port = f":{number}" if number not in (None, 80, 443) else ""
    path = parts.path
    while (shorter := _PATH_TWIN.sub("", path)) != path:
        path = shorter
    query = f"?{parts.query}" if parts.query else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return f"{host_of(url)}{port}{path}{query}{fragment}"


def host_of(url: str) -> str:
    """Return the host of `url` as twins share it, "" where there is none."""
    try:
        return _HOST_TWIN.sub("", (urlsplit(url).hostname or "").lower())
    except ValueError:
        return ""


def normalised_title(title: str) -> str:
    """Return `title` with case, forms of letters, punctuation and white space levelled."""
    return _NOT_WORD.sub(" ", unicodedata.normalize("NFKC", title).casefold()).strip()
