"""Repairs of API Gateway, for the list in ``repairs.py``."""

from __future__ import annotations

from typing import Any

from ministack import app
from ministack.services import apigateway_v1


def rest_paths_as_sent() -> None:
    """A REST API decodes a path before it looks for the resource, so an id with %2F in it reaches none, and hands it on so.

    AWS hands the path on as it was sent.
    """
    handle = app._handle_execute_api_request

    async def handle_execute_api_request(
        host: str, path: str, *rest: Any, raw_path: str | None = None, **more: Any
    ) -> Any:
        return await handle(host, raw_path or path, *rest, raw_path=raw_path, **more)

    app._handle_execute_api_request = handle_execute_api_request


def key_of_caller() -> None:
    """The event of a REST API does not tell whose key it was asked with."""
    build = apigateway_v1._build_lambda_event_v1

    def build_lambda_event(*request: Any, **more: Any) -> dict[str, Any]:
        event: dict[str, Any] = build(*request, **more)
        key = apigateway_v1._resolve_api_key(apigateway_v1._api_key_from_request(event["headers"]))
        if key:
            event["requestContext"]["identity"] |= {"apiKey": key["value"], "apiKeyId": key["id"]}
        return event

    apigateway_v1._build_lambda_event_v1 = build_lambda_event
