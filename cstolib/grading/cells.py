"""Files of cells: read, change a cell, and write back with every other byte as it was."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cstolib.errors import CstolibError
from cstolib.grading.roster import decoded


@dataclass
class Table:
    """A file of cells that can be written back byte for byte; ``rows`` hold the cells as they are quoted."""

    rows: list[list[str]]
    ends: list[str]
    delimiter: str
    encoding: str

    @classmethod
    def read(cls, data: bytes) -> Table:
        """Take a file apart."""
        text, encoding = decoded(data)
        head = text.splitlines()[0] if text else ""
        table = cls([[]], [], max(",;\t", key=head.count), encoding)
        cell = re.compile(rf'((?:"(?:[^"]|"")*")?[^{table.delimiter}\r\n]*)({table.delimiter}|\r\n|\r|\n|\Z)')
        at = 0
        while at < len(text) or table.rows[-1]:
            match = cell.match(text, at)
            assert match is not None  # both parts of the pattern match anywhere
            table.rows[-1].append(match[1])
            at = match.end()
            if match[2] != table.delimiter:
                table.ends.append(match[2])
                table.rows.append([])
        return table

    def write(self) -> bytes:
        """Put it together again."""
        lines = [self.delimiter.join(row) + end for row, end in zip(self.rows, self.ends, strict=False)]
        mark = "\ufeff" if self.encoding.startswith("utf-16") else ""
        return (mark + "".join(lines)).encode(self.encoding)

    def value(self, row: int, column: int) -> str:
        """Read a cell; nothing where a row is too short."""
        raw = self.rows[row][column].strip() if column < len(self.rows[row]) else ""
        return raw[1:-1].replace('""', '"').strip() if raw[:1] == raw[-1:] == '"' else raw

    def set(self, row: int, column: int, value: str) -> None:
        """Write a cell, in quotation marks if it was or has to be."""
        quoted = self.rows[row][column].startswith('"') or self.delimiter in value
        self.rows[row][column] = f'"{value}"' if quoted else value

    def decimal_comma(self) -> bool:
        """Say whether the numbers of the file are written with a comma."""
        values = [self.value(row, at) for row, cells in enumerate(self.rows) for at in range(len(cells))]
        comma, point = (re.compile(rf"-?\d+{sign}(?:\d\d?|\d{{4,}})") for sign in (",", r"\."))
        return any(map(comma.fullmatch, values)) and not any(map(point.fullmatch, values))


def harmless(cell: Any) -> Any:
    """Take from a text what a spreadsheet would run.

    Examples
    --------
    >>> harmless("=1+1"), harmless(-2.5), harmless("Ana")
    ("'=1+1", -2.5, 'Ana')
    """
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" ")[:1] in tuple("=+-@\t\r\n") else cell


def replace(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise CstolibError(f"{str(path)!r} cannot be written: {error.strerror}.") from None
