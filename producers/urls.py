"""Two views of an address: the canonical one, to be opened, and the page it means, to be compared."""

import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

from stories.twins import page_of

# Parameters that say how a reader came to a page and never which page it is. An explicit list: shorter ones
# ("id", "source", "cid") do choose the page on some sites, so they stay.
_TRACKING = re.compile(
    r"""(?:utm|mtm|pk|piwik|matomo|hsa|mc|oly|vero|ns|itm|at|wt|cmpid|sc|ga|_hs|__hs|__s|trk)_\w*
      | (?:fb|g|gb|ms|tw|dc|ya?|yc|ysc|igsh|li_fat_|wbra|gbra|msclk|s_c)clid | gclsrc | dclid | igshid | igsh
      | msclkid | mkt_tok | ocid | ito | ncid | cmp | cmpid | icid | s_cid | ftag | sref | smid | smtyp | mbid
      | xtor | xts | at_medium | at_campaign | ref_src | ref_url | referrer | feedtype | feedname | rss
      | fromrss
      | maca | wtrid | wt\.mc_id | intcmp | intcid | traffic_source | taid | guccounter | _ga | _gl
      | output[_-]?type | amp | spm | share_from""",
    re.IGNORECASE | re.VERBOSE,
)
_FEED_REFERENCE = re.compile(r"rss|feed|atom|xml|twitter|facebook|newsletter", re.IGNORECASE)
_FRAGMENT_NOISE = re.compile(r"\d{1,2}|.*=.*|:~:.*|comments?|respond|ref-.*|rss.*", re.IGNORECASE)


def canonical(url: str, base: str = "") -> str:
    """Return `url` absolute, without tracking parameters and noisy fragment; "" if it is no web page."""
    if not url.strip():
        return ""  # joined to a base, nothing would be the base itself
    try:
        absolute = urljoin(base, url.strip())
        parts = urlsplit(absolute)
        if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
            return ""
        fragment = "" if _FRAGMENT_NOISE.fullmatch(parts.fragment) else parts.fragment
        cleaned = urlunsplit(parts._replace(query=_clean_query(parts.query), fragment=fragment))
        return str(canonicalize_url(cleaned, keep_fragments=True))
    except ValueError:  # an IPv6 host without its bracket, a port that is no number
        return ""


def same_page(url: str) -> str:
    """Return what all twins of a page share, tracking parameters aside. Not for opening."""
    page = canonical(url)
    return page_of(page) if page else url.strip()


def _clean_query(query: str) -> str:
    if not query:
        return ""
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if not _tracks(name, value)]
    return query if len(kept) == len(pairs) else urlencode(kept)


def _tracks(name: str, value: str) -> bool:
    if name.lower() in ("ref", "source", "from", "src", "via", "cid"):
        return bool(_FEED_REFERENCE.search(value))
    if name.lower().startswith("output"):
        return value.lower() == "amp"
    return bool(_TRACKING.fullmatch(name))
