"""One collection: a shard of the engine, its settings beside it, one request at a time.

A folder with a collection's name is a whole collection: it is made and removed under a name that
begins with a dot. The engine writes each change to a log before it answers, so a killed process
loses nothing; flushing is for the machine's crash.
"""

import json
import os
import shutil
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import qdrant_edge as engine

from faults import Fault, from_engine, no_collection
from schema import Body, described, engine_config, kept

# Changes after which the engine may merge its segments and drop what was deleted.
CHANGES_BEFORE_OPTIMIZING = 20_000


class Collection:
    def __init__(self, folder: Path, name: str):
        self.folder = folder
        self.name = name
        self.settings: Body = json.loads((folder / "settings.json").read_text())
        self.lock = threading.Lock()
        self.shard: engine.EdgeShard | None = engine.EdgeShard.load(str(folder / "shard"))
        self.operations = 0
        self.unflushed = 0
        self.unoptimized = 0

    @staticmethod
    def create(folder: Path, body: Body) -> None:
        config = engine_config(body)
        partial = folder.with_name(f".{folder.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        (partial / "shard").mkdir(parents=True)
        engine.EdgeShard.create(str(partial / "shard"), config).close()
        write_whole(partial / "settings.json", kept(body))
        partial.rename(folder)

    @contextmanager
    def using(self):
        """The shard, for one request at a time; a collection deleted meanwhile is not there."""
        with self.lock:
            if self.shard is None:
                raise no_collection(self.name)
            try:
                yield self.shard
            except Fault:
                raise
            except Exception as error:
                raise from_engine(error) from error

    def update(self, updates: list[engine.UpdateOperation]) -> list[int]:
        numbers = []
        with self.using() as shard:
            for update in updates:
                shard.update(update)
                self.operations += 1
                self.unflushed += 1
                self.unoptimized += 1
                numbers.append(self.operations)
        return numbers

    def describe(self) -> Body:
        with self.using() as shard:
            return described(self.settings, shard.info())

    def change(self, body: Body) -> None:
        with self.lock:
            for name in ("metadata", "hnsw_config", "optimizers_config"):
                if isinstance(body.get(name), dict):
                    self.settings[name] = {**self.settings.get(name, {}), **body[name]}
            write_whole(self.folder / "settings.json", self.settings)

    def tidy(self) -> None:
        with self.lock:
            if self.shard is None or self.unflushed == 0:
                return
            if self.unoptimized >= CHANGES_BEFORE_OPTIMIZING:
                self.shard.optimize()
                self.unoptimized = 0
            self.shard.flush()
            self.unflushed = 0

    def close(self) -> None:
        with self.lock:
            if self.shard is not None:
                self.shard.flush()
                self.shard.close()
                self.shard = None

    def remove(self) -> None:
        with self.lock:
            if self.shard is not None:
                self.shard.close()
                self.shard = None
            condemned = self.folder.with_name(f".{self.folder.name}.removed")
            shutil.rmtree(condemned, ignore_errors=True)
            self.folder.rename(condemned)
            shutil.rmtree(condemned)


def write_whole(path: Path, value: Any) -> None:
    """On disk before it has the name."""
    partial = path.with_name(f"{path.name}.partial")
    with partial.open("w") as file:
        json.dump(value, file)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)
