"""All trained numbers of a network as one flat vector, and their gradients as another.

One vector means that an optimiser is a formula on a vector, that decay of the weights is one slice,
and that a checkpoint is one array. Layers see their own part through views, so nothing is copied.
"""

import numpy as np

from onescale.nn.buffers import zeros


class Parameters:
    """Named arrays laid end to end, weights (names that begin with W) first.

    values, gradients: (size,) of `dtype`, zero at the start.
    weight_count: how many of the leading values are weights.
    """

    def __init__(self, shapes: dict[str, tuple[int, ...]], dtype: str) -> None:
        names = sorted(shapes, key=lambda name: not name.startswith("W"))  # stable: weights first
        self.shapes = {name: shapes[name] for name in names}
        sizes = [int(np.prod(shape)) for shape in self.shapes.values()]
        self.size = sum(sizes)
        self.weight_count = sum(s for name, s in zip(names, sizes, strict=True) if name[0] == "W")
        self.values = zeros(self.size, dtype)
        self.gradients = zeros(self.size, dtype)
        self.value = self._views(self.values)
        self.gradient = self._views(self.gradients)

    def _views(self, flat: np.ndarray) -> dict[str, np.ndarray]:
        views, start = {}, 0
        for name, shape in self.shapes.items():
            end = start + int(np.prod(shape))
            views[name] = flat[start:end].reshape(shape)
            start = end
        return views
