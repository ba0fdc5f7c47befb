"""Ids, vectors, points and what of them is asked for: JSON to the engine and back."""

from typing import Any
from uuid import UUID

import qdrant_edge as engine

from faults import malformed


def point_id(value: Any) -> int | str:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**64:
        return value
    if isinstance(value, str):
        try:
            return str(UUID(value))
        except ValueError:
            pass
    raise malformed(
        f"value {value} is not a valid point ID, "
        "valid values are either an unsigned integer or a UUID"
    )


def vector(value: Any) -> Any:
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        if set(value) == {"indices", "values"}:
            return engine.SparseVector(value["indices"], value["values"])
        return {name: vector(part) for name, part in value.items()}
    raise malformed("data did not match any variant of untagged enum VectorStruct")


def points(body: dict[str, Any]) -> list[engine.Point]:
    """Both forms of an upsert: a list of points, and a batch of columns."""
    if isinstance(body.get("points"), list):
        return [point(value) for value in body["points"]]
    if isinstance(body.get("batch"), dict):
        return batch(body["batch"])
    raise malformed("data did not match any variant of untagged enum PointInsertOperations")


def point(value: Any) -> engine.Point:
    if not isinstance(value, dict) or "id" not in value or "vector" not in value:
        raise malformed("missing field `id` or `vector`")
    return engine.Point(point_id(value["id"]), vector(value["vector"]), value.get("payload"))


def batch(columns: dict[str, Any]) -> list[engine.Point]:
    ids = columns.get("ids")
    vectors = columns.get("vectors")
    if not isinstance(ids, list) or vectors is None:
        raise malformed("missing field `ids` or `vectors`")
    if isinstance(vectors, dict):
        vectors = [dict(zip(vectors, row)) for row in zip(*vectors.values(), strict=True)]
    payloads = columns.get("payloads") or [None] * len(ids)
    if not len(ids) == len(vectors) == len(payloads):
        raise malformed(
            f"number of ids ({len(ids)}), vectors ({len(vectors)}) "
            f"and payloads ({len(payloads)}) must be equal"
        )
    return [
        engine.Point(point_id(id), vector(row), payload)
        for id, row, payload in zip(ids, vectors, payloads)
    ]


def payload_wanted(value: Any, default: bool) -> Any:
    if value is None:
        return default
    if isinstance(value, dict):
        if "exclude" in value:
            return engine.PayloadSelector.Exclude(value["exclude"])
        return engine.PayloadSelector.Include(value["include"])
    return value


def vector_wanted(body: dict[str, Any]) -> Any:
    """`with_vector` by the protocol; some clients say `with_vectors`."""
    value = body.get("with_vector", body.get("with_vectors"))
    return False if value is None else value


def as_json(found: engine.Record | engine.ScoredPoint) -> dict[str, Any]:
    """What was not asked for is left out, as Qdrant does."""
    value: dict[str, Any] = {"id": id_as_json(found.id)}
    if isinstance(found, engine.ScoredPoint):
        value |= {"version": found.version, "score": found.score}
    if found.payload is not None:
        value["payload"] = found.payload
    if found.vector is not None:
        value["vector"] = vector_as_json(found.vector)
    if found.order_value is not None:
        value["order_value"] = found.order_value
    return value


def id_as_json(id: int | UUID | None) -> int | str | None:
    return str(id) if isinstance(id, UUID) else id


def vector_as_json(value: Any) -> Any:
    if isinstance(value, engine.SparseVector):
        return {"indices": value.indices, "values": value.values}
    if isinstance(value, dict):
        return {name: vector_as_json(part) for name, part in value.items()}
    return value
