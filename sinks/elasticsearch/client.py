"""The connection to Elasticsearch, and its faults told apart: those a retry can help, and the others."""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from stories.errors import MissingExtraError, PactwatchError, PermanentError, TemporaryError

try:
    import elastic_transport
    from elasticsearch import ApiError, Elasticsearch
except ImportError as error:
    raise MissingExtraError("reading and writing Elasticsearch", "elasticsearch") from error

RETRY_AFTER_S = 5.0
_MAY_PASS = frozenset({408, 429, 500, 502, 503, 504})
_NOT_ALLOWED = frozenset({401, 403})


@dataclass(frozen=True)
class ElasticsearchOptions:
    """Where Elasticsearch is, who asks, and what stands before every index's name (`prefix`).

    `ca_certs` is a file; `api_key` goes before `username` and `password`.
    """

    url: str
    prefix: str = ""
    api_key: str = ""
    username: str = ""
    password: str = ""
    ca_certs: str = ""
    timeout_s: float = 30.0


def connect(options: ElasticsearchOptions) -> Elasticsearch:
    """Return a client; nothing is asked of the server yet. Raises PermanentError for an odd address."""
    login: dict[str, Any] = {}
    if options.api_key:
        login["api_key"] = options.api_key
    elif options.username:
        login["basic_auth"] = (options.username, options.password)
    if options.ca_certs:
        login["ca_certs"] = options.ca_certs
    try:
        return Elasticsearch(options.url.split(","), request_timeout=options.timeout_s, **login)
    except ValueError:
        raise PermanentError(
            f"{without_login(options.url)!r} is no address of an Elasticsearch: "
            "write PACTWATCH_ELASTICSEARCH_URL as https://host:9200"
        ) from None  # the client's own message repeats the address, login and all


def without_login(url: str) -> str:
    """Return `url` without what stands before its host."""
    return re.sub(r"[^/@,\s]*@", "", url)


@contextlib.contextmanager
def told_apart(what: str) -> Iterator[None]:
    """Turn the client's errors while doing `what` into TemporaryError and PermanentError."""
    try:
        yield
    except ApiError as error:
        raise api_fault(what, error) from error
    except elastic_transport.TransportError as error:
        raise TemporaryError(
            f"{what}: Elasticsearch does not answer ({without_login(str(error))}): "
            "check that it is up and its address is right",
            RETRY_AFTER_S,
        ) from error


def api_fault(what: str, error: ApiError) -> PactwatchError:
    """Return which kind of fault an answer of the server is, with what to do."""
    status, reason = error.status_code, reason_of(error.body)
    if status in _MAY_PASS or "cluster_block" in reason:
        return TemporaryError(f"{what}: Elasticsearch answered {status} ({reason})", RETRY_AFTER_S)
    if status in _NOT_ALLOWED:
        return PermanentError(
            f"{what}: Elasticsearch does not allow it ({status}, {reason}): "
            "check the API key or the user, and its role"
        )
    return PermanentError(f"{what}: Elasticsearch answered {status} ({reason})")


def reason_of(body: Any) -> str:
    """Return an error body in one line: the innermost cause is what says most."""
    error = body.get("error", body) if isinstance(body, dict) else body
    if not isinstance(error, dict):
        return str(error)
    parts = [f"{error.get('type', '')}: {error.get('reason', '')}"]
    cause = error.get("caused_by") or next(iter(error.get("root_cause", [])), None)
    if isinstance(cause, dict) and cause.get("reason") not in (None, error.get("reason")):
        parts.append(str(cause["reason"]))
    return "; ".join(parts)
