"""A collection's configuration.

It is checked as Qdrant does, given to the engine, and told back with Qdrant's defaults.
"""

from typing import Any

import qdrant_edge as engine

from faults import invalid, malformed, wrong_input

Body = dict[str, Any]

DISTANCES = {
    "Cosine": engine.Distance.Cosine,
    "Euclid": engine.Distance.Euclid,
    "Dot": engine.Distance.Dot,
    "Manhattan": engine.Distance.Manhattan,
}
LARGEST_SIZE = 65536
LONGEST_NAME = 255
FORBIDDEN_IN_NAMES = '<>:"/\\|?*\0\x1f'


def check_name(name: str) -> None:
    if not 1 <= len(name) <= LONGEST_NAME:
        raise invalid(f"collection_name: value length must be from 1 to {LONGEST_NAME}")
    for character in FORBIDDEN_IN_NAMES:
        if character in name:
            raise invalid(f'collection_name: collection name cannot contain "{character}" char')


def engine_config(body: Body) -> engine.EdgeConfig:
    vectors = body.get("vectors") or {}
    sparse = body.get("sparse_vectors") or {}
    if not isinstance(vectors, dict) or not isinstance(sparse, dict):
        raise malformed("data did not match any variant of untagged enum VectorsConfig")
    if not vectors and not sparse:
        raise wrong_input("this stand-in needs at least one vector in a collection")
    named = {"": vectors} if "size" in vectors else vectors
    return engine.EdgeConfig(
        vectors={name: dense(name, params) for name, params in named.items()},
        sparse_vectors={name: sparse_params(params or {}) for name, params in sparse.items()},
    )


def dense(name: str, params: Body) -> engine.EdgeVectorParams:
    path = f"vectors.{name}.size" if name else "vectors.size"
    size = params.get("size")
    if not isinstance(size, int):
        raise malformed(f"{path}: invalid type, expected u64")
    if not 1 <= size <= LARGEST_SIZE:
        raise invalid(f"{path}: value {size} invalid, must be from 1 to {LARGEST_SIZE}")
    distance = params.get("distance")
    if distance not in DISTANCES:
        raise malformed(
            f"unknown variant `{distance}`, expected one of `Cosine`, `Euclid`, `Dot`, `Manhattan`"
        )
    multi = (
        engine.MultiVectorConfig(engine.MultiVectorComparator.MaxSim)
        if params.get("multivector_config")
        else None
    )
    return engine.EdgeVectorParams(size, DISTANCES[distance], multivector_config=multi)


def sparse_params(params: Body) -> engine.EdgeSparseVectorParams:
    return engine.EdgeSparseVectorParams(
        modifier=engine.Modifier.Idf if params.get("modifier") == "idf" else None
    )


def kept(body: Body) -> Body:
    """What of a creation's request is remembered."""
    return {
        name: body[name]
        for name in ("vectors", "sparse_vectors", "metadata", "hnsw_config", "optimizers_config")
        if body.get(name) is not None
    }


def described(settings: Body, info: Any) -> Body:
    config: Body = {
        "params": {
            "vectors": settings.get("vectors", {}),
            **(
                {"sparse_vectors": settings["sparse_vectors"]}
                if "sparse_vectors" in settings
                else {}
            ),
            "shard_number": 1,
            "replication_factor": 1,
            "write_consistency_factor": 1,
            "on_disk_payload": True,
        },
        "hnsw_config": {
            "m": 16,
            "ef_construct": 100,
            "full_scan_threshold": 10000,
            "max_indexing_threads": 0,
            "on_disk": False,
            **settings.get("hnsw_config", {}),
        },
        "optimizer_config": {
            "deleted_threshold": 0.2,
            "vacuum_min_vector_number": 1000,
            "default_segment_number": 0,
            "max_segment_size": None,
            "memmap_threshold": None,
            "indexing_threshold": 10000,
            "flush_interval_sec": 5,
            "max_optimization_threads": None,
            **settings.get("optimizers_config", {}),
        },
        "wal_config": {"wal_capacity_mb": 32, "wal_segments_ahead": 0},
        "quantization_config": None,
    }
    if "metadata" in settings:
        config["metadata"] = settings["metadata"]
    return {
        "status": "green",
        "optimizer_status": "ok",
        "indexed_vectors_count": info.indexed_vectors_count,
        "points_count": info.points_count,
        "segments_count": info.segments_count,
        "config": config,
        "payload_schema": {
            field: {
                "data_type": str(index.data_type).rpartition(".")[2].lower(),
                "points": index.points,
            }
            for field, index in info.payload_schema.items()
        },
    }
