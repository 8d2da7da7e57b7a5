"""Agreement of the two coders is computed as the literature defines it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cstolib import codings
from cstolib.data import load


def by_definition(first: list[int], second: list[int]) -> float:
    """Compute weighted kappa from the table of counts, as Cohen (1968) writes it."""
    values = sorted({*first, *second})
    counts = np.array(
        [[sum((a, b) == (i, j) for a, b in zip(first, second, strict=True)) for j in values] for i in values]
    )
    shares = counts / counts.sum()
    chance = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    weights = np.array([[(i - j) ** 2 for j in values] for i in values])
    return float(1 - (weights * shares).sum() / (weights * chance).sum())


@pytest.mark.parametrize("seed", range(5))
def test_it_equals_the_definition_by_counts(seed: int) -> None:
    random = np.random.default_rng(seed)
    first = random.integers(-3, 5, 60)
    second = np.clip(first + random.integers(-1, 2, 60), -3, 4)
    assert codings.quadratic_kappa(first.astype(float), second.astype(float)) == pytest.approx(
        by_definition(first.tolist(), second.tolist())
    )


def test_it_is_one_for_equal_codes_and_zero_for_unrelated_ones() -> None:
    codes = np.array([-1.0, 0, 1, 2])
    assert codings.quadratic_kappa(codes, codes) == 1
    assert codings.quadratic_kappa(np.array([0.0, 0, 1, 1]), np.array([0.0, 1, 0, 1])) == 0


def test_it_is_not_a_number_when_nothing_varies() -> None:
    assert np.isnan(codings.quadratic_kappa(np.zeros(3), np.zeros(3)))


def test_each_field_has_its_n_and_an_interval_around_kappa() -> None:
    found = codings.coding_agreement().set_index("field")
    coded = load("codings").dropna(subset="value")
    for field, row in found.iterrows():
        both = coded[coded["field"] == field].groupby(["crisis_id", "iso3", "towards"]).size().eq(2).sum()
        assert row["n"] == both
        assert row["low"] <= row["kappa"] <= row["high"]
        assert row["same"] <= row["within_one"] <= 1


def test_the_interval_is_the_same_each_time() -> None:
    pd.testing.assert_frame_equal(codings.coding_agreement(), codings.coding_agreement())


def test_the_codebook_prints_what_is_computed() -> None:
    codebook = (Path(__file__).parents[1] / "docs" / "codebook.md").read_text(encoding="utf-8")
    for row in codings.coding_agreement().to_dict("records"):
        shares = f"{row['same']:.2f} | {row['within_one']:.2f} | {row['kappa']:.2f}"
        interval = f"{row['low']:.2f} to {row['high']:.2f}"
        assert f"| {row['field']} | {row['n']} | {shares} | {interval} |" in codebook
