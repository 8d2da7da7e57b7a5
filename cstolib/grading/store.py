"""The file below the gradebook: an SQLite database that is ours, and survives a power cut."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cstolib.errors import CstolibError

APPLICATION, VERSION = 0x4353544F, 2  # how the file says that it is ours, and in which form
SCHEMA = Path(__file__).with_suffix(".sql")


class Store:
    """Open the database, and make it if need be; a change is one transaction, on the disk when it ends."""

    def __init__(self, path: Path | str, *, create: bool = True) -> None:
        self.path = Path(path)
        if not create and not self.path.is_file():
            raise CstolibError(f"There is no gradebook {str(path)!r}. `cstolib grade` makes one.")
        try:
            if not self.path.exists():
                self.path.touch(0o600)  # grades are nobody else's
            self._db = sqlite3.connect(self.path, timeout=30, isolation_level=None)
            self._db.row_factory = sqlite3.Row
            self._open()
        except (sqlite3.Error, OSError) as error:
            raise CstolibError(f"{str(path)!r} cannot be used as a gradebook: {error}.") from None

    def _open(self) -> None:
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA foreign_keys = ON")
        if self._one("PRAGMA application_id") == 0:
            self._make()
        if self._one("PRAGMA application_id") != APPLICATION:
            raise CstolibError(f"{str(self.path)!r} is a database of something else. Give another name.")
        version = self._one("PRAGMA user_version")
        if version > VERSION:
            raise CstolibError(f"{str(self.path)!r} was written by a newer cstolib: install that one.")
        if version < VERSION:
            raise CstolibError(
                f"{str(self.path)!r} was written by an older cstolib, in another form. Give another name and "
                "grade again, or go on with the older cstolib."
            )

    def _make(self) -> None:
        with self._transaction():
            if self._one("SELECT count(*) FROM sqlite_master"):  # somebody else's, or made this very moment
                return
            for statement in SCHEMA.read_text(encoding="utf-8").split(";\n"):
                self._db.execute(statement)
            self._db.execute(f"PRAGMA application_id = {APPLICATION}")
            self._db.execute(f"PRAGMA user_version = {VERSION}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self._db.close()

    def check(self) -> list[str]:
        """Say what is wrong inside the file: nothing, if all is well."""
        found = [row[0] for row in self._db.execute("PRAGMA integrity_check") if row[0] != "ok"]
        return found + [f"{row[0]}: row {row[1]}" for row in self._db.execute("PRAGMA foreign_key_check")]

    def _run(self, sql: str, *values: object) -> sqlite3.Cursor:
        return self._db.execute(sql, tuple(map(storable, values)))

    def _one(self, sql: str, *values: object) -> Any:
        row = self._run(sql, *values).fetchone()
        return None if row is None else row[0]

    def _rows(self, sql: str, *values: object) -> list[dict[str, Any]]:
        return [dict(row) for row in self._run(sql, *values)]

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")


def storable(value: object) -> Any:
    """Replace in a text what is no character: SQLite stores UTF-8 alone."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
