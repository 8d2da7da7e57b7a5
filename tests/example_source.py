"""The example source, ways to spoil a copy of it, and to answer its exercises."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cstolib import bank
from cstolib.judging import judge
from cstolib.messages import Feedback

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


def judged(name: str, answer: object) -> Feedback:
    """Judge an answer to an exercise of the example."""
    exercise = bank.exercise(name)
    return judge(exercise, bank.open_key(exercise), answer)
