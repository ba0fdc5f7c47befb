"""Requests that change points or payload indexes, as the engine's operations."""

from collections.abc import Callable
from typing import Any

import qdrant_edge as engine

from faults import malformed, wrong_input
from filters import read_filter
from values import point_id, points, vector

Update = engine.UpdateOperation
Body = dict[str, Any]

MODES = {
    "upsert": engine.UpdateMode.Upsert,
    "insert_only": engine.UpdateMode.InsertOnly,
    "update_only": engine.UpdateMode.UpdateOnly,
}
INDEX_PARAMS = {
    "keyword": engine.KeywordIndexParams,
    "integer": engine.IntegerIndexParams,
    "float": engine.FloatIndexParams,
    "geo": engine.GeoIndexParams,
    "text": engine.TextIndexParams,
    "bool": engine.BoolIndexParams,
    "datetime": engine.DatetimeIndexParams,
    "uuid": engine.UuidIndexParams,
}


def upsert(body: Body) -> Update:
    mode = body.get("update_mode")
    if mode is not None and mode not in MODES:
        raise malformed(
            f"update_mode: unknown variant `{mode}`, "
            "expected one of `upsert`, `insert_only`, `update_only`"
        )
    return Update.upsert_points(
        points(body), read_filter(body.get("update_filter")), MODES.get(mode)
    )


def delete(body: Body) -> Update:
    return chosen(body, Update.delete_points, Update.delete_points_by_filter)


def set_payload(body: Body) -> Update:
    payload = required(body, "payload")
    return chosen(body, Update.set_payload, Update.set_payload_by_filter, payload, body.get("key"))


def overwrite_payload(body: Body) -> Update:
    payload = required(body, "payload")
    return chosen(
        body, Update.overwrite_payload, Update.overwrite_payload_by_filter, payload, body.get("key")
    )


def delete_payload(body: Body) -> Update:
    return chosen(
        body, Update.delete_payload, Update.delete_payload_by_filter, required(body, "keys")
    )


def clear_payload(body: Body) -> Update:
    return chosen(body, Update.clear_payload, Update.clear_payload_by_filter)


def update_vectors(body: Body) -> Update:
    entries = required(body, "points")
    changed = [
        engine.PointVectors(point_id(required(entry, "id")), vector(required(entry, "vector")))
        for entry in entries
    ]
    return Update.update_vectors(changed, read_filter(body.get("update_filter")))


def delete_vectors(body: Body) -> Update:
    return chosen(
        body, Update.delete_vectors, Update.delete_vectors_by_filter, required(body, "vector")
    )


# The names of these in a batch of operations.
OPERATIONS: dict[str, Callable[[Body], Update]] = {
    operation.__name__: operation
    for operation in (
        upsert,
        delete,
        set_payload,
        overwrite_payload,
        delete_payload,
        clear_payload,
        update_vectors,
        delete_vectors,
    )
}


def operations(body: Body) -> list[Update]:
    updates = []
    for entry in required(body, "operations"):
        ((name, request),) = entry.items()
        if name not in OPERATIONS:
            raise malformed(f"unknown operation `{name}`")
        updates.append(OPERATIONS[name](request))
    return updates


def create_index(body: Body) -> Update:
    schema = body.get("field_schema")
    if schema is None:
        raise wrong_input("field_schema is required")
    params = {"type": schema} if isinstance(schema, str) else dict(schema)
    kind = params.pop("type", None)
    if kind not in INDEX_PARAMS:
        raise malformed(f"unknown field type `{kind}`, expected one of {', '.join(INDEX_PARAMS)}")
    if isinstance(params.get("tokenizer"), str):
        params["tokenizer"] = getattr(engine.TokenizerType, params["tokenizer"].capitalize())
    return Update.create_field_index(required(body, "field_name"), INDEX_PARAMS[kind](**params))


def chosen(
    body: Body, by_ids: Callable[..., Update], by_filter: Callable[..., Update], *rest: Any
) -> Update:
    """A list of ids, or a filter: one of the two says which points."""
    if isinstance(body.get("points"), list):
        return by_ids([point_id(id) for id in body["points"]], *rest)
    if isinstance(body.get("filter"), dict):
        return by_filter(read_filter(body["filter"]), *rest)
    raise malformed(
        "data did not match any variant of untagged enum PointsSelector: "
        "`points` or `filter` is needed"
    )


def required(body: Body, field: str) -> Any:
    if not isinstance(body, dict) or body.get(field) is None:
        raise malformed(f"missing field `{field}`")
    return body[field]
