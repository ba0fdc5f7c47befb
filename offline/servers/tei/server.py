"""text-embeddings-inference's HTTP protocol over one packaged model.

See ../README.md for the parts that are served.
"""

import argparse
import base64
import os
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import contextmanager
from typing import Any

import numpy as np
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import hub
from model import FOLDER, MODEL_ID, Model
from options import read_arguments
from protocol import (
    BadBody,
    Inputs,
    TeiError,
    as_json,
    json_body,
    metadata,
    read_dimensions,
    read_flag,
    read_inputs,
    wrong_type,
)
from serve import serve

VERSION = "1.9.3"


class Router:
    def __init__(self, model: Model, options: argparse.Namespace):
        self.model = model
        self.options = options
        self.lock = threading.Lock()
        self.in_hand = 0

    def routes(self) -> list[Route]:
        posts = {
            "/": self.embed,
            "/embed": self.embed,
            "/embed_all": self.embed_all,
            "/tokenize": self.tokenize,
            "/decode": self.decode,
            "/v1/embeddings": self.openai,
            "/embeddings": self.openai,
        }
        gets = {
            "/health": self.health,
            "/ping": self.health,
            "/info": self.info,
            "/metrics": self.metrics,
        }
        return [
            *(Route(path, handler, methods=["GET"]) for path, handler in gets.items()),
            *(
                Route(path, answering(handler, openai=handler == self.openai), methods=["POST"])
                for path, handler in posts.items()
            ),
        ]

    async def health(self, _: Request) -> Response:
        return Response()

    async def info(self, _: Request) -> Response:
        return as_json(
            {
                "model_id": MODEL_ID,
                "model_sha": hub.revision(),
                "model_dtype": "float32",
                "model_type": {"embedding": {"pooling": "mean"}},
                "max_concurrent_requests": self.options.max_concurrent_requests,
                "max_input_length": self.model.max_tokens,
                "max_batch_tokens": self.options.max_batch_tokens,
                "max_batch_requests": None,
                "max_client_batch_size": self.options.max_client_batch_size,
                "auto_truncate": self.options.auto_truncate,
                "tokenization_workers": len(os.sched_getaffinity(0)),
                "version": VERSION,
                "sha": None,
                "docker_label": "pulse-stand-in",
            }
        )

    async def metrics(self, _: Request) -> Response:
        return Response(
            f"# TYPE te_queue_size gauge\nte_queue_size {self.in_hand}\n", media_type="text/plain"
        )

    async def embed(self, body: dict[str, Any]) -> Response:
        started = time.perf_counter()
        inputs = read_inputs(body, "inputs", self.options.max_client_batch_size)
        normalise = read_flag(body, "normalize", True)
        dimensions = read_dimensions(body, self.model.dimensions)
        sequences = await self.sequences(inputs, body)
        with self.permit():
            vectors = await run_in_threadpool(self.model.embed, sequences, dimensions, normalise)
        return as_json(vectors.tolist(), metadata(started, sequences))

    async def embed_all(self, body: dict[str, Any]) -> Response:
        started = time.perf_counter()
        sequences = await self.sequences(
            read_inputs(body, "inputs", self.options.max_client_batch_size), body
        )
        with self.permit():
            states = await run_in_threadpool(self.model.token_vectors, sequences)
        return as_json([state.tolist() for state in states], metadata(started, sequences))

    async def openai(self, body: dict[str, Any]) -> Response:
        started = time.perf_counter()
        inputs = read_inputs(body, "input", self.options.max_client_batch_size)
        dimensions = read_dimensions(body, self.model.dimensions)
        encode = encoder(body.get("encoding_format"))
        sequences = await self.sequences(inputs, {})
        with self.permit():
            vectors = await run_in_threadpool(self.model.embed, sequences, dimensions, True)
        tokens = sum(map(len, sequences))
        return as_json(
            {
                "object": "list",
                "data": [
                    {"object": "embedding", "embedding": encode(vector), "index": index}
                    for index, vector in enumerate(vectors)
                ],
                "model": body.get("model") or MODEL_ID,
                "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
            },
            metadata(started, sequences),
        )

    async def tokenize(self, body: dict[str, Any]) -> Response:
        inputs = read_inputs(body, "inputs", self.options.max_client_batch_size)
        encodings = await run_in_threadpool(
            self.model.encode, inputs.texts, read_flag(body, "add_special_tokens", True)
        )
        return as_json(
            [
                [
                    {
                        "id": id,
                        "text": token if special else text[start:stop],
                        "special": bool(special),
                        "start": None if special else start,
                        "stop": None if special else stop,
                    }
                    for id, token, special, (start, stop) in zip(
                        encoding.ids,
                        encoding.tokens,
                        encoding.special_tokens_mask,
                        encoding.offsets,
                    )
                ]
                for text, encoding in zip(inputs.texts, encodings)
            ]
        )

    async def decode(self, body: dict[str, Any]) -> Response:
        ids = body.get("ids")
        if not isinstance(ids, list):
            raise wrong_type("missing field `ids`")
        if not ids:
            raise TeiError("Empty", "`ids` cannot be empty")
        batch = ids if isinstance(ids[0], list) else [ids]
        if not all(isinstance(id, int) and id >= 0 for sequence in batch for id in sequence):
            raise wrong_type("ids: data did not match any variant of untagged enum InputIds")
        return as_json(
            self.model.tokenizer.decode_batch(
                batch, skip_special_tokens=read_flag(body, "skip_special_tokens", True)
            )
        )

    async def sequences(self, inputs: Inputs, body: dict[str, Any]) -> list[list[int]]:
        """Token ids, never longer than the model takes.

        Longer ones are cut when the request or the server's default says so, else refused.
        """
        truncate = read_flag(body, "truncate", self.options.auto_truncate)
        left = str(body.get("truncation_direction", "Right")).lower() == "left"
        if body.get("prompt_name") is not None:
            raise TeiError(
                "Validation",
                "Input validation error: `default-prompt-name` not set: this model has no prompts",
            )
        most = self.model.max_tokens
        encodings = await run_in_threadpool(self.model.encode, inputs.texts)
        longest = max(len(encoding.ids) for encoding in encodings)
        if longest > most and not truncate:
            raise TeiError(
                "Validation",
                "Input validation error: "
                f"`inputs` must have less than {most} tokens. Given: {longest}",
            )
        return [shortened(encoding.ids, most, left) for encoding in encodings]

    @contextmanager
    def permit(self):
        with self.lock:
            if self.in_hand >= self.options.max_concurrent_requests:
                raise TeiError("Overloaded", "Model is overloaded")
            self.in_hand += 1
        try:
            yield
        finally:
            with self.lock:
                self.in_hand -= 1


def shortened(ids: list[int], most: int, left: bool) -> list[int]:
    """The special tokens at both ends stay."""
    if len(ids) <= most:
        return ids
    inner = ids[-(most - 1) : -1] if left else ids[1 : most - 1]
    return [ids[0], *inner, ids[-1]]


def encoder(encoding_format: Any) -> Callable[[np.ndarray], Any]:
    if encoding_format in (None, "float"):
        return lambda vector: vector.tolist()
    if encoding_format == "base64":
        return lambda vector: base64.b64encode(vector.astype("<f4").tobytes()).decode()
    raise wrong_type("encoding_format: unknown variant, expected `float` or `base64`")


def answering(
    handler: Callable[[dict[str, Any]], Awaitable[Response]], openai: bool
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            return await handler(await json_body(request))
        except BadBody as problem:
            return problem.answer()
        except TeiError as problem:
            return problem.answer(openai)
        except Exception as problem:  # TEI's own word for a forward pass that failed
            print(f"inference failed: {problem!r}", file=sys.stderr)
            return TeiError("Backend", f"inference failed: {problem}").answer(openai)

    return endpoint


def main() -> None:
    options = read_arguments()
    if options.model_id != MODEL_ID:
        sys.exit(
            f"this stand-in serves {MODEL_ID} only, not {options.model_id}: "
            "other models need the official image"
        )
    try:
        hub.fill(options.huggingface_hub_cache, MODEL_ID, FOLDER)
    except OSError as error:
        sys.exit(f"cannot fill the Hugging Face cache: {error}")
    router = Router(Model(), options)
    print(f"{MODEL_ID} on {options.hostname}:{options.port}", flush=True)
    serve(Starlette(routes=router.routes()), options.hostname, options.port)


if __name__ == "__main__":
    main()
