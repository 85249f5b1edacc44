"""The stretched bowl z = x²/20 + y² and the way of each optimiser down it.

The chapter's first picture: plain gradient descent zigzags across the valley, since the gradient
points at the wall and not at the bottom. The optimisers are those that train the networks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from onescale.core.errors import SpecError
from onescale.core.settings import check_number, closed
from onescale.nn import optimizer_file

START = (-7.0, 2.0)
UPDATES = 30
VISIBLE = 0.01  # of the start's |y|: smaller turns drown in the width of a drawn line
ARRIVED = 0.1  # of the start's distance from the minimum
_FAR = 1e150  # whose squares are no floats beyond
CHAPTER = (  # the chapter's four, at its rates
    {"name": "sgd", "rate": 0.95},
    {"name": "momentum", "rate": 0.1},
    {"name": "adagrad", "rate": 1.5},
    {"name": "adam", "rate": 0.3},
)


@dataclass(frozen=True)
class Descent:
    """Which optimisers descend, from where, for how many updates: `surface:` in config.yaml."""

    optimizers: Sequence[Mapping[str, Any]] = CHAPTER
    start: tuple[float, float] = START
    updates: int = UPDATES

    @classmethod
    def from_mapping(cls, mapping: Any) -> "Descent":
        """Raises SpecError on what cannot be meant."""
        closed(mapping, [field.name for field in fields(cls)], "surface")
        descent = cls(**mapping)
        check_number(descent.updates, "integer", "[1, 1e6]", "surface.updates")
        if not isinstance(descent.start, list | tuple) or len(descent.start) != 2:
            raise SpecError(f"surface.start: {descent.start!r} must be two numbers, x and y")
        for number in descent.start:
            check_number(number, "number", "[-1e6, 1e6]", "surface.start")
        if not any(descent.start):
            raise SpecError("surface.start: is the minimum itself")
        if not isinstance(descent.optimizers, list | tuple) or not descent.optimizers:
            raise SpecError("surface.optimizers: must list at least one, each with its name")
        return descent


def height(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """z = x²/20 + y², the bowl ten times as steep across (y) as along (x)."""
    return x**2 / 20 + y**2


def gradient(point: np.ndarray) -> np.ndarray:
    """(x/10, 2y) at a point (x, y)."""
    return point * (0.1, 2.0)


def path(
    optimizer: Mapping[str, Any], start: Sequence[float] = START, updates: int = UPDATES
) -> np.ndarray:
    """The points that an optimiser visits: float64 (updates + 1, 2), the start included.

    optimizer: its name and own hyper-parameters, as in a variant: {"name": "sgd", "rate": 0.95}.
    Raises SpecError for an unknown name or value.
    """
    moving = optimizer_file.build(optimizer, "surface.optimizers").allocate(2)
    point = np.array(start, dtype=float)
    points = [point.copy()]
    for _ in range(updates):
        moving.step(point, gradient(point))
        points.append(point.copy())
    return np.array(points)


def stray(points: np.ndarray) -> dict[str, float]:
    """How far a path strays: its length over the straight line, turns across the valley, rest.

    length_ratio: length of the path over the distance of its start from the minimum; turns: how
    often y changes sign between points at which |y| is at least a hundredth of the start's;
    distance: of the last point from the minimum (0, 0); arrived: whether that is at most a tenth of
    the start's. Of a path that leaves the floats, length and distance are infinite.
    """
    if not np.isfinite(points).all() or np.abs(points).max() > _FAR:
        kept = points[np.isfinite(points).all(axis=1) & (np.abs(points) <= _FAR).all(axis=1)]
        away = {"length_ratio": float("inf"), "distance": float("inf"), "arrived": False}
        return stray(kept) | away
    steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    start, end = np.linalg.norm(points[0]), np.linalg.norm(points[-1])
    across = points[:, 1]
    sides = np.sign(across[np.abs(across) >= VISIBLE * abs(across[0])])
    sides = sides[sides != 0]
    return {
        "length_ratio": float(steps.sum() / start),
        "turns": int((sides[1:] != sides[:-1]).sum()),
        "distance": float(end),
        "arrived": bool(end <= ARRIVED * start),
    }
