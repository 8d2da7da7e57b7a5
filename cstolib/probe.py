"""Read answers out of the variables of a notebook, in the notebook's own kernel.

What leaves the kernel is JSON: the normalised answers. Judging happens outside, on that JSON.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cstolib.answers import AnswerError, attempted, normalise

if TYPE_CHECKING:
    from collections.abc import Mapping

ANSWERS = "application/vnd.cstolib.answers+json"


def probe(namespace: Mapping[str, Any], questions: Mapping[str, Any]) -> dict[str, Any]:
    """Read answers out of the variables of a notebook; this runs in the notebook's kernel.

    Parameters
    ----------
    namespace : mapping
        The variables.
    questions : mapping
        For each exercise id a mapping with ``kind``, ``variable``, perhaps an ``expression`` to evaluate in
        its place, and ``wrong`` (Python expressions).

    Returns
    -------
    dict
        For each id ``answer`` and ``wrong``: mappings with ``value``, or ``error`` when nothing can be read.

    Examples
    --------
    >>> probe({"l01_e1": 9}, {"l01-e1": {"kind": "number", "variable": "l01_e1", "wrong": ["l01_e1 + 1"]}})
    {'l01-e1': {'answer': {'value': 9}, 'wrong': [{'value': 10}]}}
    """
    return {
        name: {
            "answer": _answer(question, namespace),
            "wrong": [_value(question["kind"], text, namespace) for text in question["wrong"]],
        }
        for name, question in questions.items()
    }


def _answer(question: Mapping[str, Any], namespace: Mapping[str, Any]) -> dict[str, Any]:
    try:
        blank = not attempted(namespace.get(question["variable"]))
    except BaseException:  # an object may do anything when it is asked for its length
        blank = False
    expression = question.get("expression") or question["variable"]
    return {"value": None} if blank else _value(question["kind"], expression, namespace)


def probe_code(questions: Mapping[str, Any]) -> str:
    """Write the cell that runs :func:`probe` and publishes what it finds, under the type ``ANSWERS``."""
    return (
        "__import__('IPython.display').display.publish_display_data({"
        f"{ANSWERS!r}: __import__('cstolib.probe').probe.probe(globals(), {dict(questions)!r})}})"
    )


def _value(kind: str, expression: str, namespace: Mapping[str, Any]) -> dict[str, Any]:
    try:
        value = eval(expression, dict(namespace))
        if kind != "prediction" or not attempted(value):
            return {"value": normalise(kind, value) if attempted(value) else None}
        return {"value": {str(key): normalise("number", number) for key, number in value.items()}}
    except AnswerError as error:
        return {"error": str(error)}
    except BaseException as error:  # the next answer is read whatever this one does
        return {"error": f"{type(error).__name__}: {error}"}
