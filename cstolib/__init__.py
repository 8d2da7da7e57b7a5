"""An open, sourced, testable course on the Collective Security Treaty Organization.

Names are imported when first used, so that ``import cstolib`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cstolib.charts import members_over_time, membership_timeline
    from cstolib.citations import cite
    from cstolib.codings import coding_agreement
    from cstolib.data import describe, load, missing_reasons, tables
    from cstolib.exercises import check, hint, solution
    from cstolib.explorers import explore_membership
    from cstolib.figure import Figure
    from cstolib.finder import find
    from cstolib.handin import submit, variant
    from cstolib.journal import progress
    from cstolib.membership import bound_on, spells
    from cstolib.panels import ask
    from cstolib.predictions import calibration, predict, reveal

__version__ = "0.1.0"

_HOME = {
    "Figure": "figure",
    "ask": "panels",
    "bound_on": "membership",
    "calibration": "predictions",
    "check": "exercises",
    "cite": "citations",
    "coding_agreement": "codings",
    "describe": "data",
    "explore_membership": "explorers",
    "find": "finder",
    "hint": "exercises",
    "load": "data",
    "members_over_time": "charts",
    "membership_timeline": "charts",
    "missing_reasons": "data",
    "predict": "predictions",
    "progress": "journal",
    "reveal": "predictions",
    "solution": "exercises",
    "spells": "membership",
    "submit": "handin",
    "tables": "data",
    "variant": "handin",
}

__all__ = [
    "Figure",
    "ask",
    "bound_on",
    "calibration",
    "check",
    "cite",
    "coding_agreement",
    "describe",
    "explore_membership",
    "find",
    "hint",
    "load",
    "members_over_time",
    "membership_timeline",
    "missing_reasons",
    "predict",
    "progress",
    "reveal",
    "solution",
    "spells",
    "submit",
    "tables",
    "variant",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'cstolib' has no attribute {name!r}")
    return getattr(import_module(f"cstolib.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
