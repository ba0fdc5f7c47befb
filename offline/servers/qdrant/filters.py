"""Qdrant's JSON filters as the engine's."""

from typing import Any

import qdrant_edge as engine

from faults import malformed
from values import point_id

MATCHES = {
    "value": engine.MatchValue,
    "any": engine.MatchAny,
    "except": engine.MatchExcept,
    "text": engine.MatchText,
    "text_any": engine.MatchTextAny,
    "phrase": engine.MatchPhrase,
    "prefix": engine.MatchPrefix,
    "substring": engine.MatchSubstring,
}


class Truth:
    """A boolean that is no integer.

    The engine's bindings try integers first, and Python's True is one: it would match 1.
    """

    def __init__(self, value: bool):
        self.value = value

    def __bool__(self) -> bool:
        return self.value


# Besides Python's own, the bindings take numpy's boolean, and know it by this name alone.
EngineBool = type("bool_", (Truth,), {"__module__": "numpy"})

CLAUSES = ("must", "should", "must_not", "min_should")


def read_filter(value: Any) -> engine.Filter | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise malformed("invalid type, expected a filter")
    unknown = set(value) - set(CLAUSES)
    if unknown:
        raise malformed(
            f"unknown field `{min(unknown)}`, "
            "expected one of `should`, `min_should`, `must`, `must_not`"
        )
    clauses = {
        name: conditions(value[name])
        for name in ("must", "should", "must_not")
        if value.get(name) is not None
    }
    if value.get("min_should") is not None:
        least = value["min_should"]
        clauses["min_should"] = engine.MinShould(
            conditions(least["conditions"]), least["min_count"]
        )
    return engine.Filter(**clauses)


def conditions(value: Any) -> list[Any]:
    return [condition(entry) for entry in (value if isinstance(value, list) else [value])]


def condition(value: Any) -> Any:
    if not isinstance(value, dict):
        raise malformed("invalid type, expected a condition")
    if "key" in value:
        return field_condition(value)
    if "is_empty" in value:
        return engine.IsEmptyCondition(value["is_empty"]["key"])
    if "is_null" in value:
        return engine.IsNullCondition(value["is_null"]["key"])
    if "has_id" in value:
        return engine.HasIdCondition({point_id(id) for id in value["has_id"]})
    if "has_vector" in value:
        return engine.HasVectorCondition(value["has_vector"])
    if "nested" in value:
        return engine.NestedCondition(
            value["nested"]["key"], read_filter(value["nested"]["filter"])
        )
    if value and set(value) <= set(CLAUSES):
        return read_filter(value)
    raise malformed("data did not match any variant of untagged enum Condition")


def field_condition(value: dict[str, Any]) -> engine.FieldCondition:
    tests: dict[str, Any] = {}
    if value.get("match") is not None:
        tests["match"] = match(value["match"])
    if value.get("range") is not None:
        tests["range"] = value_range(value["range"])
    if value.get("values_count") is not None:
        tests["values_count"] = engine.ValuesCount(**value["values_count"])
    if value.get("geo_bounding_box") is not None:
        box = value["geo_bounding_box"]
        tests["geo_bounding_box"] = engine.GeoBoundingBox(
            geo(box["top_left"]), geo(box["bottom_right"])
        )
    if value.get("geo_radius") is not None:
        circle = value["geo_radius"]
        tests["geo_radius"] = engine.GeoRadius(geo(circle["center"]), circle["radius"])
    for name in ("is_empty", "is_null"):
        if value.get(name) is not None:
            tests[name] = value[name]
    if not tests:
        raise malformed(f"no condition on field `{value['key']}`")
    return engine.FieldCondition(value["key"], **tests)


def match(value: dict[str, Any]) -> Any:
    if isinstance(value.get("value"), bool):
        return engine.MatchValue(EngineBool(value["value"]))
    for name, kind in MATCHES.items():
        if name in value:
            return kind(value[name])
    raise malformed("data did not match any variant of untagged enum Match")


def value_range(value: dict[str, Any]) -> engine.RangeFloat | engine.RangeDateTime:
    bounds = {
        name: bound
        for name, bound in value.items()
        if name in ("gt", "gte", "lt", "lte") and bound is not None
    }
    dates = any(isinstance(bound, str) for bound in bounds.values())
    return engine.RangeDateTime(**bounds) if dates else engine.RangeFloat(**bounds)


def geo(point: dict[str, float]) -> engine.GeoPoint:
    return engine.GeoPoint(point["lon"], point["lat"])
