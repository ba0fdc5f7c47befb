"""Requests that read points, answered by one shard."""

from typing import Any

import qdrant_edge as engine

from faults import Fault, invalid, malformed, wrong_input
from filters import read_filter
from values import as_json, id_as_json, payload_wanted, point_id, vector, vector_wanted

Body = dict[str, Any]
Shard = engine.EdgeShard

# What is asked for where a request does not say; as Qdrant.
DEFAULT_LIMIT = 10
RRF_K = 2


def retrieve(shard: Shard, body: Body) -> list[Body]:
    if not isinstance(body.get("ids"), list):
        raise malformed("missing field `ids`")
    ids = [point_id(id) for id in body["ids"]]
    return [
        as_json(record)
        for record in shard.retrieve(
            ids, payload_wanted(body.get("with_payload"), True), vector_wanted(body)
        )
    ]


def retrieve_one(shard: Shard, id: str) -> Body:
    found = shard.retrieve([point_id(int(id) if id.isdigit() else id)], True, True)
    if not found:
        raise Fault(404, f"Not found: Point with id {id} does not exists!")
    return as_json(found[0])


def scroll(shard: Shard, body: Body) -> Body:
    offset = body.get("offset")
    records, following = shard.scroll(
        engine.ScrollRequest(
            offset=None if offset is None else point_id(offset),
            limit=count_of(body, "limit", DEFAULT_LIMIT, least=1),
            filter=read_filter(body.get("filter")),
            with_payload=payload_wanted(body.get("with_payload"), True),
            with_vector=vector_wanted(body),
            order_by=None if body.get("order_by") is None else order(body["order_by"]),
        )
    )
    return {
        "points": [as_json(record) for record in records],
        "next_page_offset": id_as_json(following),
    }


def count(shard: Shard, body: Body) -> Body:
    return {
        "count": shard.count(
            engine.CountRequest(
                exact=body.get("exact", True), filter=read_filter(body.get("filter"))
            )
        )
    }


def facet(shard: Shard, body: Body) -> Body:
    if not isinstance(body.get("key"), str):
        raise malformed("missing field `key`")
    request = engine.FacetRequest(
        body["key"],
        count_of(body, "limit", DEFAULT_LIMIT, least=1),
        body.get("exact", False),
        read_filter(body.get("filter")),
    )
    return {"hits": [{"value": hit.value, "count": hit.count} for hit in shard.facet(request).hits]}


def search(shard: Shard, body: Body) -> list[Body]:
    """The older form of a nearest query: the vector's name travels with the vector."""
    wanted = body.get("vector")
    if wanted is None or "limit" not in body:
        raise malformed("missing field `vector` or `limit`")
    named = isinstance(wanted, dict) and "name" in wanted
    using = wanted["name"] if named else None
    return query(shard, {**body, "query": wanted["vector"] if named else wanted, "using": using})[
        "points"
    ]


def query(shard: Shard, body: Body) -> Body:
    found = shard.query(
        engine.QueryRequest(
            limit=count_of(body, "limit", DEFAULT_LIMIT, least=1),
            offset=count_of(body, "offset", 0, least=0),
            query=scoring(shard, body),
            prefetches=prefetches(shard, body),
            filter=without_itself(body, read_filter(body.get("filter"))),
            score_threshold=body.get("score_threshold"),
            params=search_params(body),
            with_payload=payload_wanted(body.get("with_payload"), False),
            with_vector=vector_wanted(body),
        )
    )
    return {"points": [as_json(point) for point in found]}


def prefetches(shard: Shard, body: Body) -> list[engine.Prefetch]:
    value = body.get("prefetch") or []
    return [
        engine.Prefetch(
            limit=count_of(entry, "limit", DEFAULT_LIMIT, least=1),
            query=scoring(shard, entry),
            prefetches=prefetches(shard, entry),
            params=search_params(entry),
            filter=without_itself(entry, read_filter(entry.get("filter"))),
            score_threshold=entry.get("score_threshold"),
        )
        for entry in (value if isinstance(value, list) else [value])
    ]


def scoring(shard: Shard, body: Body) -> Any:
    """What ranks the points: nearness, a fusion of the prefetches, a payload field, or chance."""
    value = body.get("query")
    if value is None:
        return None
    if not isinstance(value, dict) or "indices" in value:
        return engine.Query.Nearest(example(shard, value, body.get("using")), body.get("using"))
    if "nearest" in value and value.get("mmr") is None:
        return engine.Query.Nearest(
            example(shard, value["nearest"], body.get("using")), body.get("using")
        )
    if "fusion" in value:
        return fusion(value["fusion"])
    if "rrf" in value:
        return engine.Fusion.Rrf(
            k=value["rrf"].get("k", RRF_K), weights=value["rrf"].get("weights")
        )
    if "order_by" in value:
        return order(value["order_by"])
    if "sample" in value:
        return engine.Sample.Random
    raise wrong_input(f"this stand-in does not serve the query {', '.join(sorted(value))}")


def fusion(name: str) -> Any:
    if name == "rrf":
        return engine.Fusion.Rrf(k=RRF_K)
    if name == "dbsf":
        return engine.Fusion.Dbsf()
    raise malformed(f"unknown variant `{name}`, expected `rrf` or `dbsf`")


def example(shard: Shard, value: Any, using: str | None) -> Any:
    """A vector, or the id of a point whose vector is meant."""
    if not isinstance(value, (int, str)):
        return vector(value)
    found = shard.retrieve([point_id(value)], False, [using] if using else True)
    if not found:
        raise Fault(404, f"Not found: No point with id {value} found")
    own = found[0].vector
    return own[using] if isinstance(own, dict) and using else own


def without_itself(body: Body, given: engine.Filter | None) -> engine.Filter | None:
    """A point that is the example of its own query is not among the results."""
    value = body.get("query")
    nearest = value.get("nearest") if isinstance(value, dict) else value
    if not isinstance(nearest, (int, str)):
        return given
    itself = engine.HasIdCondition({point_id(nearest)})
    return engine.Filter(must=[given] if given else None, must_not=[itself])


def order(value: Any) -> engine.OrderBy:
    if isinstance(value, str):
        return engine.OrderBy(value)
    descending = value.get("direction", "asc") == "desc"
    return engine.OrderBy(
        value["key"],
        engine.Direction.Desc if descending else engine.Direction.Asc,
        value.get("start_from"),
    )


def search_params(body: Body) -> engine.SearchParams | None:
    params = body.get("params")
    if params is None:
        return None
    return engine.SearchParams(
        hnsw_ef=params.get("hnsw_ef"),
        exact=params.get("exact", False),
        indexed_only=params.get("indexed_only", False),
    )


def count_of(body: Body, field: str, default: int, least: int) -> int:
    value = body.get(field)
    if value is None:
        return default
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise malformed(f"{field}: invalid value, expected usize")
    if value < least:
        raise invalid(f"{field}: value {value} invalid, must be {least} or larger")
    return value
