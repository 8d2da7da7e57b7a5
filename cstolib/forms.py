"""How an answer of each kind is read: from Python, pandas or NumPy values to a form that JSON can carry.

:mod:`cstolib.answers` documents the rules and compares what is read here.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from cstolib.dates import MONTHS
from cstolib.errors import CstolibError, brief

LARGEST = 2**53  # beyond this, a float no longer tells two whole numbers apart


class AnswerError(CstolibError):
    """The answer has a form that cannot be read; the message says which form is needed."""


def token(value: object) -> str:
    """Write a normalised value so that ``1``, ``True`` and ``"1"`` stay different."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _is_missing(value: object) -> bool:
    """NaN and NaT are unlike themselves; comparing pandas' NA gives no truth value at all."""
    try:
        return value is None or not bool(value == value)
    except (TypeError, ValueError):
        return type(value).__name__ == "NAType"


def _describe(value: object) -> str:
    """Name a value of the wrong form: short values as they are, collections by their size."""
    if hasattr(value, "__len__") and not isinstance(value, str | bytes | type):
        size = len(value)
        return f"a {type(value).__name__} with {size} {'value' if size == 1 else 'values'}"
    return brief(value)


def _plain(value: Any) -> Any:
    """Take the Python value out of a NumPy scalar, or out of a column or array that holds exactly one."""
    if not callable(getattr(value, "item", None)) or getattr(value, "size", 1) != 1:
        return value
    dtype = getattr(value, "dtype", None)
    if getattr(dtype, "kind", "") == "M" and getattr(dtype, "tz", None) is None:
        value = value.astype("datetime64[s]")  # finer time stamps would come out as a count of nanoseconds
    return value.item()


def _single(answer: object, needed: str) -> object:
    value = _plain(answer)
    if hasattr(value, "__len__") and not isinstance(value, str):
        raise AnswerError(f"{needed} is needed here, and this is {_describe(value)}.")
    if _is_missing(value):
        raise AnswerError(f"{needed} is needed here, and this is a missing value: the calculation met a gap.")
    return value


def _clean_number(value: float) -> int | float:
    if not math.isfinite(value) or abs(value) > LARGEST:
        raise AnswerError(f"{value} is not a number that can be compared.")
    rounded = float(f"{value:.12g}")
    return int(rounded) if rounded.is_integer() else rounded


def _number(answer: object) -> int | float:
    value = _single(answer, "A number")
    if isinstance(value, bool):
        raise AnswerError(f"A number is needed here, and {value} is a truth value.")
    if isinstance(value, int) and abs(value) <= LARGEST:
        return value
    try:
        number = float(value.strip() if isinstance(value, str) else value)  # type: ignore[arg-type]
    except OverflowError:
        raise AnswerError("This number is too large to be compared.") from None
    except (TypeError, ValueError):
        raise AnswerError(
            f"A number is needed here, and this is {_describe(value)}. Write digits, such as 61 or 6.5."
        ) from None
    return _clean_number(number)


def _text(value: str) -> str:
    return " ".join(value.split()).casefold()


def _choice(answer: object) -> str:
    needed = 'The letter of one option, such as "a",'
    value = _single(answer, needed)
    if not isinstance(value, str):
        raise AnswerError(f"{needed} is needed here, and this is {_describe(value)}.")
    return _text(value)


def _date(answer: object) -> str:
    needed = 'A date, such as "1992-05-15" (year-month-day),'
    value = _single(answer, needed)
    if isinstance(value, dt.date):
        return dt.date(value.year, value.month, value.day).isoformat()
    if not isinstance(value, str):
        raise AnswerError(f"{needed} is needed here, and this is {_describe(value)}.")
    try:
        return _parse_date(value).isoformat()
    except ValueError:
        raise AnswerError(
            f'{_describe(value)} cannot be read as one day. Write year-month-day, such as "1992-05-15".'
        ) from None


def _parse_date(text: str) -> dt.date:
    iso = re.fullmatch(r"\s*(\d{4})-(\d\d?)-(\d\d?)(?:[T ]00:00(?::00(?:\.0+)?)?)?\s*", text)
    if iso:
        year, month, day = (int(part) for part in iso.groups())
        return dt.date(year, month, day)
    words = re.fullmatch(r"\s*(\d\d?)\s+([a-z]+)\s+(\d{4})\s*", text.casefold())
    if not words:
        raise ValueError(text)
    return dt.date(int(words[3]), MONTHS.index(words[2].capitalize()) + 1, int(words[1]))


def _items(answer: object, needed: str) -> list[Any]:
    if isinstance(answer, str | bytes | Mapping) or not isinstance(answer, Iterable):
        raise AnswerError(f"{needed}, is needed here, and this is {_describe(answer)}.")
    if hasattr(answer, "columns"):
        raise AnswerError(f"{needed}, is needed here, and this is a whole table. Choose one of its columns.")
    items = [_cell(item) for item in answer]
    if None in items:
        raise AnswerError(
            "One of the items is a missing value. Leave it out; a column has .dropna() for that."
        )
    return items


def _cell(item: object) -> Any:
    """Read one item of a list or one cell of a table; a missing value is ``None``."""
    value = _plain(item)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool) or _is_missing(value):
        return None if _is_missing(value) else value
    if isinstance(value, dt.date):
        return _date(value)
    if isinstance(value, int | float):
        return _number(value)
    raise AnswerError(f"Each item must be one text, number or date, and one of them is {_describe(value)}.")


def _set(answer: object) -> list[Any]:
    items = _items(answer, 'A set, such as {"ARM", "KAZ"}')
    return [json.loads(text) for text in sorted({token(item) for item in items})]


def _order(answer: object) -> list[Any]:
    if isinstance(answer, set | frozenset):
        raise AnswerError('The order matters here, and a set has none. Write a list, such as ["ARM", "KAZ"].')
    items = _items(answer, 'A list in order, such as ["ARM", "KAZ"]')
    tokens = [token(item) for item in items]
    for place, text in enumerate(tokens):
        if text in tokens[:place]:
            raise AnswerError(f"{text} stands in the list twice. Name every item once.")
    return items


def _table(answer: object) -> dict[str, Any]:
    columns, rows = _columns_and_rows(answer)
    names = [_text(str(column)) for column in columns]
    if len(set(names)) < len(names):
        raise AnswerError("Two columns of the table have the same name.")
    if any(len(row) != len(names) for row in rows):
        raise AnswerError("The rows of the table have different lengths.")
    return {"columns": names, "rows": [[_cell(value) for value in row] for row in rows]}


def _columns_and_rows(answer: object) -> tuple[list[Any], list[list[Any]]]:
    if hasattr(answer, "reset_index"):  # a pandas table, or a column such as value_counts() gives
        frame: Any = answer if hasattr(answer, "columns") else answer.to_frame()  # type: ignore[attr-defined]
        if any(frame.index.names) and not set(frame.index.names) & set(frame.columns):
            frame = frame.reset_index()
        if frame.columns.nlevels > 1:
            raise AnswerError("The table needs one row of column names, and it has several.")
        return list(frame.columns), [list(row) for row in frame.itertuples(index=False, name=None)]
    if isinstance(answer, Mapping):
        if set(answer) == {"columns", "rows"}:
            return _list(answer["columns"]), [_list(row) for row in _list(answer["rows"])]
        columns = {name: _list(values) for name, values in answer.items()}
        if len({len(values) for values in columns.values()}) > 1:
            raise AnswerError("The columns of the table have different lengths.")
        return list(columns), [list(row) for row in zip(*columns.values(), strict=True)]
    if isinstance(answer, list) and all(isinstance(row, Mapping) for row in answer):
        names = list(answer[0])
        return names, [[row.get(name) for name in [*names, *(set(row) - set(names))]] for row in answer]
    raise AnswerError(f"A table is needed here (a pandas DataFrame), and this is {_describe(answer)}.")


def _list(values: object) -> list[Any]:
    if isinstance(values, str | Mapping) or not isinstance(values, Iterable):
        raise AnswerError("A table is needed here, with a list of values for every column.")
    return list(values)


READERS: dict[str, Callable[[object], Any]] = {
    "choice": _choice,
    "date": _date,
    "number": _number,
    "order": _order,
    "set": _set,
    "table": _table,
}
