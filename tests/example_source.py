"""The example source, and ways to spoil a copy of it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

EXAMPLE = Path(__file__).parent / "examples" / "exercises" / "99-every-kind.ipynb"
Change = Callable[[dict[str, Any]], object]


def cell_of(notebook: dict[str, Any], exercise: str, part: str = "answer") -> dict[str, Any]:
    wanted = {"exercise": exercise, "part": part}
    return next(
        cell for cell in notebook["cells"] if wanted.items() <= cell["metadata"].get("cstolib", {}).items()
    )


def spoilt(folder: Path, change: Change, name: str = EXAMPLE.name) -> Path:
    """Write the example with one thing changed."""
    notebook = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    change(notebook)
    path = folder / name
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


def fields(exercise: str, **changes: Any) -> Change:
    return lambda notebook: cell_of(notebook, exercise)["metadata"]["cstolib"].update(changes)
