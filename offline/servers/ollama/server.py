"""The part of Ollama's protocol that says who is there: alive, a version, and no models."""

import os

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from serve import serve

VERSION = "0.0.0-pulse-stand-in"
# The fields that name a model in Ollama's requests.
MODEL_FIELDS = ("model", "name")


async def alive(_: Request) -> Response:
    return PlainTextResponse("Ollama is running")


async def version(_: Request) -> Response:
    return JSONResponse({"version": VERSION})


async def no_models(_: Request) -> Response:
    return JSONResponse({"models": []})


async def model_not_found(request: Request) -> Response:
    try:
        body = await request.json()
    except ValueError:
        return JSONResponse({"error": "invalid JSON"}, 400)
    name = next(
        (body[field] for field in MODEL_FIELDS if isinstance(body, dict) and body.get(field)), None
    )
    if name is None:
        return JSONResponse({"error": "model is required"}, 400)
    return JSONResponse({"error": f"model '{name}' not found"}, 404)


async def unknown_path(_: Request, __: Exception) -> Response:
    return PlainTextResponse("404 page not found", 404)


def main() -> None:
    host, _, port = os.environ.get("OLLAMA_HOST", "0.0.0.0:11434").rpartition(":")
    routes = [
        Route("/", alive),
        Route("/api/version", version),
        Route("/api/tags", no_models),
        Route("/api/ps", no_models),
        *(
            Route(f"/api/{verb}", model_not_found, methods=["POST"])
            for verb in ("generate", "chat", "embed", "embeddings", "show")
        ),
    ]
    serve(
        Starlette(routes=routes, exception_handlers={404: unknown_path, 405: unknown_path}),
        host or "0.0.0.0",
        int(port),
    )


if __name__ == "__main__":
    main()
