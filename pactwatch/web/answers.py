"""Answers that know whether the asker has them already: ETags over what is sent."""

import hashlib
from collections.abc import Mapping

from fastapi import Request
from fastapi.responses import Response

JSON = "application/json"
ATOM = "application/atom+xml"
CSV = "text/csv; charset=utf-8"


def answer(
    request: Request, body: bytes, media_type: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Return `body`, or only that it has not changed (304) where the request names its ETag."""
    tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    more = {"ETag": tag, "Cache-Control": "no-cache", **(headers or {})}
    if _names(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=more)
    return Response(body, media_type=media_type, headers=more)


def _names(header: str, tag: str) -> bool:
    tags = [one.strip().removeprefix("W/") for one in header.split(",")]
    return "*" in tags or tag in tags
