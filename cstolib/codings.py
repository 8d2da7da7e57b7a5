"""How far two coding passes agree that did not see each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cstolib.data import Table, load, package

if TYPE_CHECKING:
    from numpy.typing import NDArray

RESAMPLES = 2000
SEED = 20261121  # the interval is the same each time


def quadratic_kappa(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Compute Cohen's kappa with quadratic weights.

    With quadratic weights kappa compares two mean squared distances: between the two codes of the same
    case, and between any code of one coder and any code of the other (Cohen 1968; Fleiss and Cohen 1973).

    Parameters
    ----------
    first, second : numpy.ndarray
        The codes of the two coders, case by case.

    Returns
    -------
    float
        1 when all codes agree, 0 for the agreement expected by chance; not a number when nothing varies.

    Examples
    --------
    >>> quadratic_kappa(np.array([0.0, 1, 2]), np.array([0.0, 1, 2]))
    1.0
    >>> round(quadratic_kappa(np.array([0.0, 1, 2, 0]), np.array([0.0, 1, 1, 1])), 2)
    0.43
    """
    expected = np.mean((first[:, None] - second[None, :]) ** 2)
    if expected == 0:
        return float("nan")
    return float(1 - np.mean((first - second) ** 2) / expected)


def coding_agreement() -> Table:
    """Say how far the two coders of the positions agree.

    Returns
    -------
    Table
        One row per field (`said`, `did`): `n` cases to which both gave a number, the share of them with the
        same code and with codes at most one step apart, quadratic-weighted `kappa` with a 95 % interval
        (percentile bootstrap over cases), and `one_only`: cases that only one of the two left uncoded.

    Examples
    --------
    >>> list(coding_agreement()["field"])
    ['did', 'said']
    """
    codes = load("codings").pivot(
        index=["crisis_id", "iso3", "towards", "field"], columns="coder", values="value"
    )
    rows = [_agreement(str(field), pair) for field, pair in codes.groupby("field")]
    note = (
        "Both passes were made by an AI language model from the same evidence by the same rules; neither saw "
        "the other's codes (docs/codebook.md). Agreement says how repeatable codes are, not how true."
    )
    caption = (
        f"Agreement of two coders on positions; codes as of {package().resource('codings')['factsAsOf']}"
    )
    return Table(pd.DataFrame(rows), caption, note)


def _agreement(field: str, codes: pd.DataFrame) -> dict[str, object]:
    pairs = codes[["a", "b"]].astype("Float64")
    both = pairs.dropna().to_numpy(dtype=np.float64)
    first, second = both[:, 0], both[:, 1]
    draws = np.random.default_rng(SEED).integers(0, len(both), (RESAMPLES, len(both)))
    low, high = np.nanquantile([quadratic_kappa(first[draw], second[draw]) for draw in draws], [0.025, 0.975])
    return {
        "field": field,
        "n": len(both),
        "same": float(np.mean(first == second)),
        "within_one": float(np.mean(np.abs(first - second) <= 1)),
        "kappa": quadratic_kappa(first, second),
        "low": float(low),
        "high": float(high),
        "one_only": int(pairs.isna().sum(axis=1).eq(1).sum()),
    }
