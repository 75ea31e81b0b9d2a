"""Repairs of API Gateway, for the list in ``repairs.py``."""

from __future__ import annotations

import contextvars
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


def preflights_by_origin() -> None:
    """A preflight is answered with the first origin that may call, whoever asks: the templates of a mock are not run.

    CDK writes one that compares the origin that asks with each of the others.
    """
    execute, mock = apigateway_v1._execute_in_scope, apigateway_v1._invoke_mock_v1
    asking: contextvars.ContextVar[str] = contextvars.ContextVar("asking", default="")

    async def execute_in_scope(request: dict[str, Any], *rest: Any) -> Any:
        token = asking.set(apigateway_v1._header_ci(request["headers"], "origin"))
        try:
            return await execute(request, *rest)
        finally:
            asking.reset(token)

    def invoke_mock(integration: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        status, fields, template = mock(integration)
        origin = asking.get()
        if origin and f'$origin == "{origin}"' in template.decode():
            fields["Access-Control-Allow-Origin"] = origin
        return status, fields, b""

    apigateway_v1._execute_in_scope = execute_in_scope
    apigateway_v1._invoke_mock_v1 = invoke_mock
