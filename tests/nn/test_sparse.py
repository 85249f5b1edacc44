"""Images in a dense and a sparse part, against the images themselves."""

import numpy as np
import pytest

from onescale.nn import sparse as pixels
from onescale.nn.sparse import COLUMN_MULTIPLE, SPARSE_SHARE, arrange, sparse_first

ROWS, INPUTS = 2500, 70  # rows enough for several blocks


def images(dtype="uint8"):
    """Columns that all images light, that some do, and that none does, in no order."""
    random = np.random.default_rng(0)
    lit = random.random((ROWS, INPUTS)) < random.permutation(np.linspace(-0.3, 1, INPUTS))
    lowest = 1 if dtype == "uint8" else -255
    return (lit * random.integers(lowest, 256, lit.shape)).astype(dtype)


def test_columns_go_where_they_cost_less():
    given = images()
    order, always_zero, split = sparse_first(given)
    share = (given != 0).mean(axis=0)[order]
    assert sorted(order) == list(range(INPUTS))
    assert not share[:always_zero].any() and share[:split].max() <= SPARSE_SHARE
    assert (share[always_zero + COLUMN_MULTIPLE :] > 0).all() and (
        share[split + COLUMN_MULTIPLE :] > SPARSE_SHARE
    ).all()


def test_data_without_zeros_are_dense_and_zeros_are_sparse():
    order, always_zero, split = sparse_first(np.ones((50, 20)))
    assert list(order) == list(range(20)) and (always_zero, split) == (0, 0)
    assert sparse_first(np.zeros((50, 20)))[1:] == (20, 20)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("kind", ["uint8", "float64"])
@pytest.mark.parametrize("split", [0, 1, 22, INPUTS])
@pytest.mark.parametrize("together", [7, 20_000])  # less than one batch has, and several
def test_products_are_those_of_the_images(split, kind, dtype, together, monkeypatch):
    monkeypatch.setattr(pixels, "_TOGETHER", together)
    given, random = images(kind), np.random.default_rng(1)
    order = random.permutation(INPUTS)
    arranged = arrange(given, order, split, dtype)
    weights = random.integers(-9, 9, size=(INPUTS, 3)).astype(dtype)  # whole numbers: exact sums
    wholes = given[:, order].astype("float64")
    indices = random.integers(ROWS, size=(200, 20))
    for rows in (slice(100, 300), slice(2400, 2500)):
        check(arranged[rows], wholes[rows], weights)
    for part, chosen in zip(arranged.batches(indices), indices, strict=True):
        check(part, wholes[chosen], weights)


def check(part, whole, weights):
    split = part.split
    assert len(part) == len(whole)
    np.testing.assert_array_equal(part.dense, whole[:, split:])
    product = (part.dense @ weights[split:]).astype(weights.dtype)
    part.add_product(weights, product)
    np.testing.assert_array_equal(product, whole @ weights)
    d = (product % 16).copy()  # sums of so small numbers are exact in float32 too
    gradient = np.zeros_like(weights)
    part.add_transposed(d, gradient)
    np.testing.assert_array_equal(gradient[:split], (whole.T @ d)[:split])
    assert not gradient[split:].any()
