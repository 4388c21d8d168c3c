"""Imports the dashboard and what it is made of into Kibana."""

from collections.abc import Mapping
from importlib.resources import files

import httpx

from pactwatch.settings import Options
from stories.errors import PermanentError, TemporaryError

TIMEOUT_S = 60.0


def objects(prefix: str = "") -> bytes:
    """Return the saved objects as NDJSON; `prefix` stands before the names of the indices they look at."""
    exported = (files("sinks.elasticsearch") / "kibana.ndjson").read_text("utf-8")
    for kind in ("stories", "clusters", "pacts", "pact-changes", "alerts", "feeds"):
        exported = exported.replace(f'"title":"{kind}-*"', f'"title":"{prefix}{kind}-*"')
    return exported.encode()


def import_objects(options: Options, environ: Mapping[str, str]) -> int:
    """Import the objects, over older ones of the same ids, and return how many. Raises PactwatchError."""
    url = f"{options.kibana.url.rstrip('/')}/api/saved_objects/_import?overwrite=true"
    headers, auth = {"kbn-xsrf": "pactwatch"}, None
    if api_key := environ.get("PACTWATCH_ELASTICSEARCH_API_KEY"):
        headers["Authorization"] = f"ApiKey {api_key}"
    elif options.elasticsearch.username:
        password = environ.get("PACTWATCH_ELASTICSEARCH_PASSWORD", "")
        auth = httpx.BasicAuth(options.elasticsearch.username, password)
    export = {"file": ("pactwatch.ndjson", objects(options.elasticsearch.prefix), "application/ndjson")}
    try:
        answer = httpx.post(url, files=export, headers=headers, auth=auth, timeout=TIMEOUT_S)
    except httpx.HTTPError as error:
        raise TemporaryError(
            f"Kibana at {options.kibana.url} does not answer ({error}): "
            "start it, or unset PACTWATCH_KIBANA_URL"
        ) from error
    body = answer.json() if "json" in answer.headers.get("content-type", "") else {}
    if answer.status_code != httpx.codes.OK or not body.get("success"):
        reason = body.get("errors") or answer.text[:500]
        raise PermanentError(f"Kibana did not take the dashboard ({answer.status_code}): {reason}")
    return int(body["successCount"])
