"""The OpenAPI description: FastAPI's own, with the documents as msgspec knows them."""

from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from pactwatch.web.problems import Problem
from stories.model import Alert, Cluster, FeedState, Pact, PactChange, Story

DOCUMENTS = (Story, Cluster, Pact, PactChange, Alert, FeedState, Problem)
PLACE = "#/components/schemas/"


def ref(kind: type[Any]) -> dict[str, Any]:
    """Return the reference to a document's schema."""
    return {"$ref": PLACE + kind.__name__}


def returns(schema: dict[str, Any], what: str, paged: bool = False) -> dict[int | str, dict[str, Any]]:
    """Return how a route that answers with `schema` is described."""
    headers = {"ETag": {"description": "Send it back in If-None-Match.", "schema": {"type": "string"}}}
    if paged:
        link = "The next page, rel=next; missing on the last one."
        headers["Link"] = {"description": link, "schema": {"type": "string"}}
    return {
        200: {"description": what, "content": {"application/json": {"schema": schema}}, "headers": headers},
        304: {"description": "Nothing has changed since the ETag in If-None-Match."},
    }


def many(kind: type[Any]) -> dict[str, Any]:
    """Return the schema of a list of documents."""
    return {"type": "array", "items": ref(kind)}


def install(app: FastAPI) -> None:
    """Have `app` describe itself with our schemas."""

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(
                title="pactwatch",
                version="1",
                description="Stories, clusters, pacts and alerts; queries are Lucene query strings.",
                routes=app.routes,
            )
            _, ours = msgspec.json.schema_components(DOCUMENTS, ref_template=PLACE + "{name}")
            schema.setdefault("components", {}).setdefault("schemas", {}).update(ours)
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]
