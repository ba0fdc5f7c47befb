"""What text-embeddings-inference accepts and answers: requests, error kinds, status codes."""

import json
import time
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

PAYLOAD_LIMIT_BYTES = 2_000_000

# As in TEI's router: a request that is too large in any way is 413, 422 is left for tokenizing and
# for malformed bodies.
STATUS = {
    "Unhealthy": 503,
    "Backend": 424,
    "Overloaded": 429,
    "Tokenizer": 422,
    "Validation": 413,
    "Empty": 400,
}


class TeiError(Exception):
    def __init__(self, kind: str, message: str):
        super().__init__(message)
        self.kind = kind

    def answer(self, openai: bool) -> Response:
        status = STATUS[self.kind]
        if openai:
            return JSONResponse({"message": str(self), "code": status, "type": self.kind}, status)
        return JSONResponse({"error": str(self), "error_type": self.kind}, status)


class BadBody(Exception):
    """What the body's parser refuses before TEI's own checks begin; answered in plain text."""

    def __init__(self, status: int, message: str):
        super().__init__(message)
        self.status = status

    def answer(self) -> Response:
        return PlainTextResponse(str(self), self.status)


@dataclass(frozen=True)
class Inputs:
    texts: list[str]
    single: bool


async def json_body(request: Request) -> dict[str, Any]:
    if "json" not in request.headers.get("content-type", ""):
        raise BadBody(415, "Expected request with `Content-Type: application/json`")
    body = await request.body()
    if len(body) > PAYLOAD_LIMIT_BYTES:
        raise BadBody(413, "Failed to buffer the request body: length limit exceeded")
    try:
        parsed = await request.json()
    except ValueError as error:
        raise BadBody(400, f"Failed to parse the request body as JSON: {error}") from error
    if not isinstance(parsed, dict):
        raise wrong_type("expected an object")
    return parsed


def wrong_type(problem: str) -> BadBody:
    return BadBody(422, f"Failed to deserialize the JSON body into the target type: {problem}")


def read_inputs(body: dict[str, Any], field: str, max_batch: int) -> Inputs:
    if field not in body:
        raise wrong_type(f"missing field `{field}`")
    value = body[field]
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise wrong_type(f"{field}: data did not match any variant of untagged enum Input")
    if not texts or "" in texts:
        raise TeiError("Empty", f"`{field}` cannot be empty")
    if len(texts) > max_batch:
        raise TeiError(
            "Validation", f"batch size {len(texts)} > maximum allowed batch size {max_batch}"
        )
    return Inputs(texts, isinstance(value, str))


def read_flag(body: dict[str, Any], field: str, default: bool) -> bool:
    value = body.get(field)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise wrong_type(f"{field}: invalid type, expected a boolean")
    return value


def read_dimensions(body: dict[str, Any], most: int) -> int:
    value = body.get("dimensions")
    if value is None:
        return most
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= most:
        raise TeiError(
            "Validation",
            "Input validation error: "
            f"`dimensions` should be positive and less or equal than {most}",
        )
    return value


def metadata(started: float, sequences: list[list[int]]) -> dict[str, str]:
    milliseconds = str(round((time.perf_counter() - started) * 1000))
    return {
        "x-compute-type": "cpu",
        "x-compute-time": milliseconds,
        "x-total-time": milliseconds,
        "x-compute-tokens": str(sum(map(len, sequences))),
    }


def as_json(value: Any, headers: dict[str, str] | None = None) -> Response:
    return Response(
        json.dumps(value, separators=(",", ":")), media_type="application/json", headers=headers
    )
