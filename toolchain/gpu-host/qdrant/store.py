"""The collections and aliases of one storage folder.

A folder with a collection's name is a whole collection: it is made and removed under a name that begins with a dot.
The engine writes each change to a log before it answers, so a killed process loses nothing; flushing is for the machine's crash.
"""
import json
import os
import shutil
import threading
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import qdrant_edge as engine

from faults import Fault, collection_exists, from_engine, malformed, no_collection
from schema import Body, check_name, described, engine_config, kept

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


class Store:
    def __init__(self, storage: Path):
        self.folder = storage / "stand-in" / "collections"
        self.alias_file = storage / "stand-in" / "aliases.json"
        self.folder.mkdir(parents=True, exist_ok=True)
        for leftover in self.folder.glob(".*"):
            shutil.rmtree(leftover)
        self.lock = threading.RLock()
        self.collections = {
            name: Collection(folder, name) for folder in sorted(self.folder.iterdir()) for name in [unquote(folder.name)]
        }
        self.aliases: dict[str, str] = json.loads(self.alias_file.read_text()) if self.alias_file.exists() else {}

    def find(self, name: str) -> Collection:
        with self.lock:
            collection = self.collections.get(self.aliases.get(name, name))
        if collection is None:
            raise no_collection(name)
        return collection

    def create(self, name: str, body: Body) -> None:
        check_name(name)
        with self.lock:
            if name in self.collections or name in self.aliases:
                raise collection_exists(name)
            folder = self.folder / quote(name, safe="").replace(".", "%2E")
            try:
                Collection.create(folder, body)
            except Fault:
                raise
            except Exception as error:
                raise from_engine(error) from error
            self.collections[name] = Collection(folder, name)

    def delete(self, name: str) -> bool:
        with self.lock:
            collection = self.collections.pop(name, None)
            if collection is None:
                return False
            self.keep_aliases({alias: target for alias, target in self.aliases.items() if target != name})
            collection.remove()
            return True

    def change_aliases(self, actions: list[Body]) -> None:
        """All of them or none."""
        with self.lock:
            aliases = dict(self.aliases)
            for action in actions:
                ((kind, value),) = action.items()
                if kind not in self.alias_actions:
                    raise malformed(f"unknown alias action `{kind}`")
                self.alias_actions[kind](self, aliases, value)
            self.keep_aliases(aliases)

    def create_alias(self, aliases: dict[str, str], value: Body) -> None:
        target, alias = value["collection_name"], value["alias_name"]
        if target not in self.collections:
            raise no_collection(target)
        if alias in self.collections:
            raise collection_exists(alias)
        check_name(alias)
        aliases[alias] = target

    def delete_alias(self, aliases: dict[str, str], value: Body) -> None:
        aliases.pop(value["alias_name"], None)

    def rename_alias(self, aliases: dict[str, str], value: Body) -> None:
        old, new = value["old_alias_name"], value["new_alias_name"]
        if old not in aliases:
            raise Fault(404, f"Not found: Alias {old} does not exists!")
        self.create_alias(aliases, {"collection_name": aliases.pop(old), "alias_name": new})

    alias_actions: dict[str, Callable[["Store", dict[str, str], Body], None]] = {
        "create_alias": create_alias, "delete_alias": delete_alias, "rename_alias": rename_alias,
    }

    def keep_aliases(self, aliases: dict[str, str]) -> None:
        if aliases != self.aliases:
            write_whole(self.alias_file, aliases)
            self.aliases = aliases

    def tidy(self) -> None:
        with self.lock:
            collections = list(self.collections.values())
        for collection in collections:
            collection.tidy()

    def close(self) -> None:
        with self.lock:
            for collection in self.collections.values():
                collection.close()


def write_whole(path: Path, value: Any) -> None:
    """On disk before it has the name."""
    partial = path.with_name(f"{path.name}.partial")
    with partial.open("w") as file:
        json.dump(value, file)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)
