"""The list of learners, and how names and texts from elsewhere are read."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from pathlib import Path
from typing import Any

from cstolib.errors import CstolibError, brief, unknown

ROSTER = (
    "learner name canvas_id sis_user_id sis_login_id moodle_id email idnumber blackboard_username "
    "section group extra_minutes"
).split()
UNIQUE = (ROSTER[0], *ROSTER[2:9])


def decoded(data: bytes) -> tuple[str, str]:
    r"""Read text as spreadsheets and learning management systems save it; give it with its encoding.

    Examples
    --------
    >>> decoded("\ufeffid;name".encode())
    ('id;name', 'utf-8-sig')
    """
    marks = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
    for mark, encoding in marks.items():
        if data.startswith(mark):
            return data.decode(encoding).removeprefix("\ufeff"), encoding
    for encoding in ("utf-8", "cp1252"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1"), "latin-1"


def read_roster(path: Path | str) -> list[dict[str, Any]]:
    """Read the list of learners: CSV with the columns ``learner`` and ``name``, and any of the others.

    Commas, semicolons and tabs, byte order marks and Latin-1 are read as they come.
    """
    try:
        text, _ = decoded(Path(path).read_bytes())
    except FileNotFoundError:
        raise CstolibError(f"There is no roster {str(path)!r}. Give the path of its file.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise CstolibError(f"The roster {str(path)!r} cannot be read: {error}.") from None
    head = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count))
    columns = [name.strip().casefold() for name in next(rows, [])]
    if wrong := [name for name in columns if name not in ROSTER]:
        raise unknown("roster column", wrong[0], ROSTER)
    for name in ("learner", "name"):
        if columns.count(name) != 1:
            has = ", ".join(columns)
            raise CstolibError(f"The roster {str(path)!r} needs one column {name!r}; it has {has}.")
    learners: list[dict[str, Any]] = []
    seen: dict[tuple[str, str], int] = {}
    for number, cells in enumerate(rows, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        row: dict[str, Any] = {name: plain(cell) for name, cell in zip(columns, cells, strict=False)}
        if len(cells) != len(columns) or not row["learner"]:
            raise CstolibError(f"Row {number} of the roster {str(path)!r} is not complete: {brief(cells)}.")
        for name in UNIQUE:
            first = seen.setdefault((name, alike(row.get(name, ""))), number)
            if row.get(name) and first != number:
                same = f"the same {name} {row[name]!r}"
                raise CstolibError(f"Rows {first} and {number} of the roster have {same}.")
        try:
            row["extra_minutes"] = minutes = float(row.get("extra_minutes") or 0)
            if not 0 <= minutes <= 10**6:
                raise ValueError
        except ValueError:
            told = brief(row["extra_minutes"])
            raise CstolibError(f"extra_minutes in row {number} is no number: {told}.") from None
        learners.append(row)
    return learners


def plain(text: str) -> str:
    """Write a name in the one form of its characters, with single blanks."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def alike(text: str) -> str:
    """Give what two spellings of a name or an id must share to be the same.

    Examples
    --------
    >>> alike("Ana  DOE"), alike("90001.0")  # the second as spreadsheets write numbers
    ('ana doe', '90001')
    """
    return re.sub(r"^(\d+)\.0$", r"\1", plain(text).casefold())
