"""Qdrant's REST API over its own engine. See ../README.md for the parts that are served."""

import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

import queries
import updates
from faults import Fault, from_engine, malformed
from schema import Body
from serve import serve
from store import Store

# The REST API's version that is spoken; clients compare theirs with it.
VERSION = "1.19.0"
TIDY_SECONDS = 5

Handler = Callable[[Request, Body], Any]


class Api:
    def __init__(self, store: Store):
        self.store = store

    def routes(self) -> list[Route]:
        read = {
            "scroll": queries.scroll,
            "count": queries.count,
            "search": queries.search,
            "query": queries.query,
        }
        batches = {"search": queries.search, "query": queries.query}
        collection = "/collections/{name}"
        return [
            Route(
                "/",
                lambda _: as_json(
                    {
                        "title": "qdrant - vector search engine",
                        "version": VERSION,
                        "commit": "pulse-stand-in",
                    }
                ),
            ),
            Route("/healthz", lambda _: PlainTextResponse("healthz check passed")),
            Route("/livez", lambda _: PlainTextResponse("livez check passed")),
            Route("/readyz", lambda _: PlainTextResponse("all shards are ready")),
            route(
                "GET",
                "/collections",
                lambda *_: {
                    "collections": [{"name": name} for name in sorted(self.store.collections)]
                },
            ),
            route("GET", "/aliases", lambda *_: self.aliases(None)),
            route("POST", "/collections/aliases", self.change_aliases),
            route("GET", collection, lambda request, _: self.collection(request).describe()),
            route("PUT", collection, self.create),
            route("PATCH", collection, self.change),
            route(
                "DELETE",
                collection,
                lambda request, _: self.store.delete(request.path_params["name"]),
            ),
            route("GET", f"{collection}/exists", self.exists),
            route(
                "GET",
                f"{collection}/aliases",
                lambda request, _: self.aliases(self.collection(request).name),
            ),
            route("PUT", f"{collection}/index", self.update(updates.create_index)),
            route("DELETE", f"{collection}/index/{{field:path}}", self.delete_index),
            route("PUT", f"{collection}/points", self.update(updates.upsert)),
            route("POST", f"{collection}/points", self.answer(queries.retrieve)),
            route("POST", f"{collection}/points/delete", self.update(updates.delete)),
            route("POST", f"{collection}/points/payload", self.update(updates.set_payload)),
            route("PUT", f"{collection}/points/payload", self.update(updates.overwrite_payload)),
            route(
                "POST", f"{collection}/points/payload/delete", self.update(updates.delete_payload)
            ),
            route("POST", f"{collection}/points/payload/clear", self.update(updates.clear_payload)),
            route("PUT", f"{collection}/points/vectors", self.update(updates.update_vectors)),
            route(
                "POST", f"{collection}/points/vectors/delete", self.update(updates.delete_vectors)
            ),
            route("POST", f"{collection}/points/batch", self.batch),
            *(
                route("POST", f"{collection}/points/{name}", self.answer(handler))
                for name, handler in read.items()
            ),
            *(
                route("POST", f"{collection}/points/{name}/batch", self.answer_all(handler))
                for name, handler in batches.items()
            ),
            route("POST", f"{collection}/facet", self.answer(queries.facet)),
            route("GET", f"{collection}/points/{{id}}", self.retrieve_one),
        ]

    def collection(self, request: Request):
        return self.store.find(request.path_params["name"])

    def create(self, request: Request, body: Body) -> bool:
        self.store.create(request.path_params["name"], body)
        return True

    def change(self, request: Request, body: Body) -> bool:
        self.collection(request).change(body)
        return True

    def exists(self, request: Request, _: Body) -> Body:
        name = request.path_params["name"]
        return {"exists": name in self.store.collections or name in self.store.aliases}

    def aliases(self, collection: str | None) -> Body:
        pairs = sorted(self.store.aliases.items())
        return {
            "aliases": [
                {"alias_name": alias, "collection_name": target}
                for alias, target in pairs
                if collection in (None, target)
            ]
        }

    def change_aliases(self, _: Request, body: Body) -> bool:
        self.store.change_aliases(updates.required(body, "actions"))
        return True

    def update(self, operation: Callable[[Body], Any]) -> Handler:
        def handler(request: Request, body: Body) -> Body:
            collection = self.collection(request)
            return updated(request, collection.update([operation(body)])[0])

        return handler

    def batch(self, request: Request, body: Body) -> list[Body]:
        collection = self.collection(request)
        return [updated(request, number) for number in collection.update(updates.operations(body))]

    def delete_index(self, request: Request, _: Body) -> Body:
        field = request.path_params["field"]
        return updated(
            request, self.collection(request).update([updates.Update.delete_field_index(field)])[0]
        )

    def answer(self, read: Callable[[Any, Body], Any]) -> Handler:
        def handler(request: Request, body: Body) -> Any:
            with self.collection(request).using() as shard:
                return read(shard, body)

        return handler

    def answer_all(self, read: Callable[[Any, Body], Any]) -> Handler:
        def handler(request: Request, body: Body) -> list[Any]:
            with self.collection(request).using() as shard:
                return [read(shard, search) for search in updates.required(body, "searches")]

        return handler

    def retrieve_one(self, request: Request, _: Body) -> Body:
        with self.collection(request).using() as shard:
            return queries.retrieve_one(shard, request.path_params["id"])


def updated(request: Request, number: int) -> Body:
    """What answers a change.

    Every change is made before the answer; the word for it follows the request's `wait`, as
    Qdrant's does.
    """
    waited = request.query_params.get("wait") == "true"
    return {"operation_id": number, "status": "completed" if waited else "acknowledged"}


def route(method: str, path: str, handler: Handler) -> Route:
    async def endpoint(request: Request) -> Response:
        started = time.perf_counter()
        try:
            body = read_json(await request.body())
            result = await run_in_threadpool(handler, request, body)
            answer, status = {"result": result, "status": "ok"}, 200
        except Fault as fault:
            answer, status = {"status": {"error": str(fault)}}, fault.status
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            # A body of another shape than the protocol's fails wherever it is read; the trace
            # shows whether the fault is ours.
            traceback.print_exc(file=sys.stderr)
            answer, status = {"status": {"error": str(from_engine(error))}}, 400
        return as_json({**answer, "time": time.perf_counter() - started}, status)

    return Route(path, endpoint, methods=[method])


def read_json(raw: bytes) -> Body:
    if not raw:
        return {}
    try:
        body = orjson.loads(raw)
    except ValueError as error:
        raise malformed(str(error)) from error
    if not isinstance(body, dict):
        raise malformed("invalid type, expected a map")
    return body


def as_json(value: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(value), status, media_type="application/json")


def main() -> None:
    storage = Path(os.environ.get("QDRANT__STORAGE__STORAGE_PATH", "/qdrant/storage"))
    port = int(os.environ.get("QDRANT__SERVICE__HTTP_PORT", "6333"))
    try:
        store = Store(storage)
    except OSError as error:
        sys.exit(f"cannot use the storage folder: {error}")
    stopping = threading.Event()

    def tidy() -> None:
        while not stopping.wait(TIDY_SECONDS):
            store.tidy()

    @asynccontextmanager
    async def lifespan(_: Starlette):
        threading.Thread(target=tidy, name="tidy", daemon=True).start()
        print(f"{len(store.collections)} collections, serving on port {port}", flush=True)
        yield
        stopping.set()
        store.close()

    serve(Starlette(routes=Api(store).routes(), lifespan=lifespan), "0.0.0.0", port)


if __name__ == "__main__":
    main()
