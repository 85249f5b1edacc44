"""Where a tuned value is drawn from: a range on a logarithmic scale.

What matters of a rate is its order of magnitude; of a momentum near 1 that of 1 − μ, as a running
mean looks back over 1/(1 − μ) updates. So draws are uniform in the logarithm of the one or the
other, and whether a choice lies at an edge is asked on that scale too.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from onescale.core.errors import SpecError

EDGE = 0.05  # a choice in so much of the range, at either side, is at its edge
_KINDS = {"log_uniform": False, "one_minus_log_uniform": True}


@dataclass(frozen=True)
class LogUniform:
    """Numbers whose logarithm is uniform between those of two; with `complement`, numbers whose
    distance from 1 is so."""

    low: float
    high: float
    complement: bool = False

    @classmethod
    def from_mapping(cls, axis: str, given: Any) -> "LogUniform":
        """Of {log_uniform: [low, high]} or {one_minus_log_uniform: [low, high]}, 0 < low < high,
        the latter below 1. Raises SpecError, naming the axis.

        >>> LogUniform.from_mapping("momentum", {"one_minus_log_uniform": [0.01, 0.5]}).ends
        (0.99, 0.5)
        """
        kind, ends = next(iter(given.items())) if _is_single(given) else (None, None)
        if kind in _KINDS and _are_ends(ends) and (ends[1] < 1 or not _KINDS[kind]):
            return cls(*map(float, ends), _KINDS[kind])
        raise SpecError(
            f"vary.{axis}: {given!r} must be {{log_uniform: [low, high]}} with 0 < low < high, or "
            "{one_minus_log_uniform: [low, high]} with high below 1, since `draws` asks for them"
        )

    @property
    def ends(self) -> tuple[float, float]:
        """The values at both ends of the range."""
        return self._value(self.low), self._value(self.high)

    def draw(self, random: np.random.Generator) -> float:
        """One value, to four digits."""
        drawn = np.exp(random.uniform(math.log(self.low), math.log(self.high)))
        return self._value(float(f"{drawn:.4g}"))

    def at_edge(self, value: float | None) -> bool:
        """Whether a value lies in the outer twentieth of the range, at either side, or beyond.

        A wider range might then hold a better one. None and 0 do not, being off: there is nothing
        beyond them; nor does a momentum in a range that all but reaches 0.
        """
        if not value:
            return False
        inner = 1 - value if self.complement else value
        width = math.log(self.high / self.low)
        share = math.log(inner / self.low) / width
        closed = self.complement and -math.log(self.high) <= EDGE * width
        return share <= EDGE or (share >= 1 - EDGE and not closed)

    def _value(self, inner: float) -> float:
        return float(f"{1 - inner:.10g}") if self.complement else inner


def _is_single(given: Any) -> bool:
    return isinstance(given, dict) and len(given) == 1


def _are_ends(ends: Any) -> bool:
    numbers = isinstance(ends, list) and all(type(end) in (int, float) for end in ends)
    return numbers and len(ends) == 2 and 0 < ends[0] < ends[1] < math.inf
