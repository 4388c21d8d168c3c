"""In which encoding a feed's bytes are, where what it says of that is wrong or missing."""

import json
import re

import charset_normalizer

from producers.identity import is_utf8

_DECLARED = re.compile(rb"""(\s*<\?xml[^>]{0,100}?encoding\s*=\s*["'])([\w.:-]+)""")
_DECLARATION = re.compile(r"""^(\s*<\?xml[^>]{0,100}?)\s*encoding\s*=\s*["'][\w.:-]+["']""")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_TAG = re.compile(rb"<[^<>]*>")
_LATIN = re.compile(rb"[A-Za-z]")
_HIGH = re.compile(rb"[\x80-\xff]")
GUESSED_FROM_BYTES = 65_536


def in_utf8(payload: bytes, content_type: str) -> tuple[bytes, str, str]:
    """Return payload and content type, freed of what is wrong about the encoding; words on that.

    Text in other encodings is hardly ever valid UTF-8, while a server's or template's claim is often wrong.
    """
    if wide := _from_wide(payload):
        return wide, _CHARSET.sub("charset=utf-8", content_type), ""
    head, charset = _DECLARED.match(payload), _CHARSET.search(content_type)
    claims = [head[2].decode("latin-1")] if head else []
    claims += [charset[1]] if charset else []
    wrong = list(dict.fromkeys(claim for claim in claims if claim.lower() not in ("utf-8", "utf8")))
    unchanged = payload, content_type, ""
    if payload.isascii() or (claims and not wrong):
        return unchanged
    if not is_utf8(payload):
        return unchanged if claims else _guessed(payload, content_type)
    if not wrong:
        return unchanged
    if head:
        payload = head[1] + b"utf-8" + payload[head.end(2) :]
    if charset:
        content_type = content_type[: charset.start(1)] + "utf-8" + content_type[charset.end(1) :]
    return payload, content_type, f"its encoding is not the declared one ({', '.join(wrong)}); read as utf-8"


def _from_wide(payload: bytes) -> bytes | None:
    """Return in UTF-8 what is in UTF-16 or UTF-32, by its mark or its zero bytes; None for all else."""
    encoding = json.detect_encoding(payload)
    if encoding.startswith("utf-8"):
        return None
    try:
        text = payload.decode(encoding)
    except UnicodeDecodeError:
        return None
    return _DECLARATION.sub(r"\1", text.removeprefix("\ufeff")).encode()


def _guessed(payload: bytes, content_type: str) -> tuple[bytes, str, str]:
    """Return what declares nothing in UTF-8, where it is in a script other than Latin; else as it is.

    Latin ones are too alike to guess: feedparser takes them for windows-1252, as browsers do.
    """
    text = _TAG.sub(b" ", payload[:GUESSED_FROM_BYTES])
    if b"\0" in text[:200] or len(_HIGH.findall(text)) <= len(_LATIN.findall(text)):
        return payload, content_type, ""
    best = charset_normalizer.from_bytes(text).best()
    if best is None or best.encoding == "utf_8":
        return payload, content_type, ""
    decoded = payload.decode(best.encoding, "replace")
    return decoded.encode(), content_type, f"it declares no encoding; read as {best.encoding}"
