"""Documents to and from JSON bytes: the same on Kafka, in SQLite and in files."""

from typing import Any, NamedTuple, TypeVar

import msgspec

from stories.errors import PermanentError
from stories.model import FIRST_SCHEMA, SCHEMA_VERSION, Document

D = TypeVar("D", bound=Document)

_sorted = msgspec.json.Encoder(order="deterministic")
_in_its_order = msgspec.json.Encoder()
_decoders: dict[type[Any], msgspec.json.Decoder[Any]] = {}


class Sending(NamedTuple):
    """What is put on a topic: bytes under a key, and the traceparent of what led to it, if any."""

    topic: str
    key: str
    payload: bytes
    trace: str = ""


class WireError(PermanentError):
    """Bytes that are no document of the expected kind; the message says why."""


def encode(document: Document) -> bytes:
    """Return `document` as UTF-8 JSON; equal documents give equal bytes, but for those that keep an order."""
    return (_in_its_order if document.keeps_order else _sorted).encode(document)


def decode(payload: bytes, kind: type[D]) -> D:
    """Return the `kind` that `payload` holds. Raises WireError for anything else, and for newer schemas."""
    decoder = _decoders.get(kind)
    if decoder is None:
        decoder = _decoders[kind] = msgspec.json.Decoder(kind)
    try:
        document: D = decoder.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise WireError(f"not {_a(kind)}: {error}") from error
    version = getattr(document, "schema", FIRST_SCHEMA)
    if version > SCHEMA_VERSION:
        raise WireError(
            f"{_a(kind)} of schema {version}, but this pactwatch reads up to {SCHEMA_VERSION}: upgrade it"
        )
    return document


def to_builtins(document: Document) -> dict[str, Any]:
    """Return `document` as plain JSON types, defaults left out."""
    plain: dict[str, Any] = msgspec.to_builtins(document)
    return plain


def _a(kind: type[Any]) -> str:
    return f"{'an' if kind.__name__[0] in 'AEIOU' else 'a'} {kind.__name__}"
