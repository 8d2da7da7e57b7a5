"""Parameters that differ from learner to learner, so that a copied answer shows."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from itertools import product
from math import prod
from typing import Any

from cstolib.errors import CstolibError

MOST_VARIANTS = 200


def draw(variants: Mapping[str, Any], learner: str) -> dict[str, Any]:
    """Draw the parameters of one learner from the course's seed and the learner's id.

    Parameters
    ----------
    variants : mapping
        ``seed``, and ``choices``: the possible values of each parameter. Empty where all learners have the
        same questions.
    learner : str
        The id in the roster; capital letters and blanks around it do not matter.

    Returns
    -------
    dict

    Examples
    --------
    >>> chosen = draw({"seed": "spring", "choices": {"year": [1994, 2003, 2013]}}, "s01")
    >>> chosen == draw({"seed": "spring", "choices": {"year": [1994, 2003, 2013]}}, " S01 ")
    True
    """
    who = unicodedata.normalize("NFC", learner).strip().casefold()
    return {
        name: values[_number(f"{variants['seed']}|{who}|{name}") % len(values)]
        for name, values in sorted(variants.get("choices", {}).items())
    }


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:8], "big")


def every(choices: Mapping[str, list[Any]]) -> list[dict[str, Any]]:
    """List every combination of parameters, as many as there are.

    Examples
    --------
    >>> every({"state": ["ARM", "KAZ"]})
    [{'state': 'ARM'}, {'state': 'KAZ'}]
    >>> every({})
    [{}]
    """
    names = sorted(choices)
    count = prod(len(values) for values in choices.values())
    if count > MOST_VARIANTS:
        raise CstolibError(
            f"The parameters {', '.join(names)} make {count} variants; at most {MOST_VARIANTS} are "
            "allowed. Give fewer values."
        )
    return [dict(zip(names, values, strict=True)) for values in product(*(choices[name] for name in names))]


def name_of(parameters: Mapping[str, Any]) -> str:
    """Name a variant, as in the key: its parameters as JSON, or nothing.

    Examples
    --------
    >>> name_of({"year": 1994}), name_of({})
    ('{"year": 1994}', '')
    """
    return json.dumps(parameters, sort_keys=True, ensure_ascii=False) if parameters else ""
