"""Read the notebooks: the welcome, the numbered lessons, and the crisis atlas, which is no lesson."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LESSONS = [path for path in NOTEBOOKS if path.name[:2].isdigit() and not path.name.startswith("00")]
ATLAS = ROOT / "notebooks" / "crisis-atlas.ipynb"


def read(path: Path) -> Any:
    """Return one notebook."""
    return nbformat.read(path, as_version=4)


def markdown_cells(path: Path) -> list[Any]:
    """Return the notebook's cells of prose."""
    return [cell for cell in read(path).cells if cell.cell_type == "markdown"]


def code_cells(path: Path) -> list[Any]:
    """Return the notebook's cells of code."""
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def sections(path: Path) -> dict[str, list[Any]]:
    """Return the cells that carry a contract item, by the name of the item."""
    found: dict[str, list[Any]] = {}
    for cell in read(path).cells:
        name = cell.metadata.get("cstolib", {}).get("section")
        if name:
            found.setdefault(name, []).append(cell)
    return found
