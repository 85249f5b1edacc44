"""Softmax with cross-entropy: from the logits of a batch to its loss and the first gradient.

Everything is (classes, rows): softmax then works on whole rows of memory. The loss of an image is
log Σexp(z − max z) − (z_label − max z), finite for any finite logits. Its logarithm is not needed
to learn, so a step only keeps the two terms, and `mean_losses` takes the logarithms of many steps
at once.
"""

import numpy as np

from onescale.nn.buffers import empty


class SoftmaxCrossEntropy:
    """Mean cross-entropy of softmax(logits) over a batch of `rows`."""

    def __init__(self, classes: int, rows: int, dtype: str) -> None:
        self.rows = rows
        self.shifted, self.gradient = (empty((classes, rows), dtype) for _ in range(2))
        self.highest, self.share = (empty(rows, dtype) for _ in range(2))

    def forward(self, logits, targets, sums, scores) -> None:
        """Write Σexp(z − max z) into sums (rows,) and z_label − max z into scores (rows,).

        logits: (classes, rows); targets: (rows,), label·rows + column, an index into the flat one.
        """
        np.maximum.reduce(logits, axis=0, out=self.highest)
        np.subtract(logits, self.highest, out=self.shifted)
        self.shifted.take(targets, out=scores, mode="clip")
        np.exp(self.shifted, out=self.gradient)
        np.add.reduce(self.gradient, axis=0, out=sums)

    def backward(self, targets, sums, scale: float = 1.0) -> np.ndarray:
        """scale·(softmax − one-hot)/rows, (classes, rows), after `forward` with the same arguments.

        Every gradient of the network is `scale` times as large: here, a rate costs nothing.
        """
        np.multiply(sums, self.rows / scale, out=self.share)
        self.gradient /= self.share
        self.gradient.reshape(-1)[targets] -= scale / self.rows
        return self.gradient


def mean_losses(sums: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Mean loss of each batch, float64 (batches,), from what `forward` kept, (batches, rows)."""
    return (np.log(sums) - scores).mean(axis=1, dtype="float64")


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities over axis 0 of (classes, rows)."""
    powers = np.exp(logits - logits.max(axis=0))
    return powers / powers.sum(axis=0)
