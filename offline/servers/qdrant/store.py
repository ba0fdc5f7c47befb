"""The collections and aliases of one storage folder."""

import json
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote, unquote

from collection import Collection, write_whole
from faults import Fault, collection_exists, from_engine, malformed, no_collection
from schema import Body, check_name


class Store:
    def __init__(self, storage: Path):
        self.folder = storage / "stand-in" / "collections"
        self.alias_file = storage / "stand-in" / "aliases.json"
        self.folder.mkdir(parents=True, exist_ok=True)
        for leftover in self.folder.glob(".*"):
            shutil.rmtree(leftover)
        self.lock = threading.RLock()
        self.collections = {
            name: Collection(folder, name)
            for folder in sorted(self.folder.iterdir())
            for name in [unquote(folder.name)]
        }
        self.aliases: dict[str, str] = (
            json.loads(self.alias_file.read_text()) if self.alias_file.exists() else {}
        )

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
            self.keep_aliases(
                {alias: target for alias, target in self.aliases.items() if target != name}
            )
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

    alias_actions: ClassVar[dict[str, Callable[["Store", dict[str, str], Body], None]]] = {
        "create_alias": create_alias,
        "delete_alias": delete_alias,
        "rename_alias": rename_alias,
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
