"""Places in a listing as short opaque words, so that news on top neither hides nor repeats a document."""

import base64
import binascii
from datetime import datetime

from fastapi import HTTPException

from sinks.reader import Place
from stories.model import Alert, Cluster, Document, Pact, Story


def cursor(document: Document) -> str:
    """Return the cursor that goes on after `document`."""
    match document:
        case Story():
            place = _place(document.timestamp, document.id)
        case Cluster() | Pact():
            place = _place(document.last_seen, document.id)
        case Alert():
            place = _place(document.when, document.id)
        case _:
            raise TypeError(f"no listing goes on after a {type(document).__name__}")
    text = f"{place.moment_ms} {place.id}".encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def place(word: str) -> Place | None:
    """Return where `word` goes on, None for the beginning. Raises HTTPException (400)."""
    if not word:
        return None
    try:
        padded = word.encode("ascii") + b"=" * (-len(word) % 4)
        moment, space, identity = base64.b64decode(padded, b"-_", validate=True).decode().partition(" ")
        moment_ms = int(moment)
    except (binascii.Error, ValueError) as error:
        raise HTTPException(400, "cursor: take it from the Link header of the page before") from error
    if not space or abs(moment_ms) > 2**52:
        raise HTTPException(400, "cursor: take it from the Link header of the page before")
    return Place(moment_ms, identity)


def _place(moment: datetime, identity: str) -> Place:
    return Place(int(moment.timestamp() * 1000), identity)
