"""How far activations move during training, from what a run observed of its layers.

Shifts are in standard deviations of the layer, since means and spreads that grow together change
nothing that the next layer could not undo by one factor.
"""

import itertools
import math

import numpy as np

from onescale.runs.run import Run


def drift(run: Run) -> dict[str, float] | None:
    """How far the activations of a run moved, in standard deviations; None if it diverged at once.

    drift: from the first evaluation to the last; drift_path: from each to the next, summed. Each is
    the mean over layers of `layer_shift`.
    """
    seen = [layers for layers in run.history.get("activations", []) if layers is not None]
    if not seen:
        return None
    path = sum(_shift(a, b) for a, b in itertools.pairwise(seen))
    return {"drift": _shift(seen[0], seen[-1]), "drift_path": path}


def layer_shift(before: dict, after: dict) -> float:
    """Root mean square change of the nodes' mean activations over a fixed set of images, divided by
    the standard deviation of the layer, of both times pooled; 0 if all nodes are off.

    before, after: what `nn.activations.activation_statistics` says of a layer.
    """
    change = np.subtract(after["node_means"], before["node_means"])
    spread = math.sqrt((before["sd"] ** 2 + after["sd"] ** 2) / 2)
    return math.sqrt(np.mean(change**2)) / spread if spread else 0.0


def _shift(before: list[dict], after: list[dict]) -> float:
    return float(np.mean([layer_shift(a, b) for a, b in zip(before, after, strict=True)]))
