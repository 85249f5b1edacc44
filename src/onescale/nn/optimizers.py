"""Optimisers: what each makes of a gradient.

All parameters of a network are one flat vector and so are their gradients; an optimiser is a
dataclass whose fields are its hyper-parameters and whose `update` is its formula on that vector, in
place, in as few passes as we know. Running means are kept *pre-scaled*, as plain decayed sums
(Σβᵏg instead of (1 − β)Σβᵏg), with the factor moved into the step's scalar: two passes less for
Adam and the same numbers. Where a gradient is only ever used as ηg, `update` takes that: training
multiplies by the rate at the loss, where it is a thousand numbers and not all of them. A new
optimiser is a class here and a line in `OPTIMIZERS`; the configuration's schema, the documentation
and the tests follow from that dict.
"""

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from onescale.core.settings import number
from onescale.nn.buffers import empty, zeros

RATE = "(0, inf)"
SHARE = "[0, 1)"


@dataclass
class Optimizer:
    """Base: allocates the state, counts the updates, saves and restores. p and g are (n,)."""

    rate: float = number(0.01, RATE, "Learning rate η.")
    slots: ClassVar[tuple[str, ...]] = ()  # names of the state vectors, all zero at the start
    takes_scaled_gradient: ClassVar[bool] = False  # whether `update` wants ηg in place of g

    def allocate(self, size: int, dtype: str = "float64", weight_count: int | None = None):
        """Make the state for vectors of `size`; the first `weight_count` (all) are weights."""
        self.updates = 0
        self.weight_count = size if weight_count is None else weight_count
        self.scratch = empty(size, dtype)
        for slot in self.slots:
            setattr(self, slot, zeros(size, dtype))
        return self

    def step(self, p: np.ndarray, g: np.ndarray) -> None:
        """One update of the parameters p, in place, by their gradient g, which is left alone."""
        if self.takes_scaled_gradient:
            g = np.multiply(g, self.rate, out=self.scratch)
        self.update(p, g)

    def update(self, p: np.ndarray, g: np.ndarray) -> None:
        """The formula of `step`; g is ηg where the optimiser `takes_scaled_gradient`."""
        raise TypeError(f"{type(self).__name__} has no formula")

    def decay_weights(self, weights: np.ndarray) -> None:
        """What happens to weights whose gradient is always zero: nothing, unless it decays them."""

    def state(self) -> dict[str, np.ndarray]:
        """Copies of all that the next step depends on, for `restore`."""
        return {"updates": np.array(self.updates)} | {
            s: getattr(self, s).copy() for s in self.slots
        }

    def restore(self, state: dict[str, np.ndarray]) -> None:
        self.updates = int(state["updates"])
        for slot in self.slots:
            getattr(self, slot)[:] = state[slot]


@dataclass
class SGD(Optimizer):
    """p ← p − ηg."""

    takes_scaled_gradient = True

    def update(self, p, g):
        p -= g


@dataclass
class Momentum(Optimizer):
    """v ← μv − ηg; p ← p + v (Polyak 1964).

    Equals torch's SGD(momentum=μ) at a constant rate; torch applies a changed rate to the whole of
    v, the chapter's form (this one) to the new gradient alone.
    """

    momentum: float = number(0.9, SHARE, "Share μ of the last step that is kept.")
    slots = ("velocity",)
    takes_scaled_gradient = True

    def update(self, p, g):
        v = self.velocity
        v *= self.momentum
        v -= g
        p += v


@dataclass
class Nesterov(Momentum):
    """v ← μv − ηg; p ← p + μv − ηg: the gradient as if taken a step ahead (Nesterov 1983).

    Equals torch's SGD(momentum=μ, nesterov=True) at a constant rate. v is kept as μv.
    """

    def update(self, p, g):
        v = self.velocity
        v -= g
        v *= self.momentum
        p += v
        p -= g


@dataclass
class AdaGrad(Optimizer):
    """h ← h + g²; p ← p − ηg/(√h + ε) (Duchi, Hazan and Singer 2011)."""

    epsilon: float = number(1e-7, RATE, "Keeps the division finite.")
    slots = ("squares",)

    def update(self, p, g):
        h, t = self.squares, self.scratch
        np.multiply(g, g, out=t)
        h += t
        np.sqrt(h, out=t)
        t += self.epsilon
        np.divide(g, t, out=t)
        t *= self.rate
        p -= t


@dataclass
class RMSprop(Optimizer):
    """h ← αh + (1 − α)g²; p ← p − ηg/(√h + ε) (Tieleman and Hinton 2012).

    Kept as h/(1 − α).
    """

    rate: float = number(0.001, RATE, "Learning rate η.")
    decay: float = number(0.99, SHARE, "Share α of the old mean square.")
    epsilon: float = number(1e-7, RATE, "Keeps the division finite.")
    slots = ("squares",)

    def update(self, p, g):
        h, t = self.squares, self.scratch
        scale = math.sqrt(1 - self.decay)
        np.multiply(g, g, out=t)
        h *= self.decay
        h += t
        np.sqrt(h, out=t)
        t += self.epsilon / scale
        np.divide(g, t, out=t)
        t *= self.rate / scale
        p -= t


@dataclass
class AdaDelta(Optimizer):
    """h ← ρh + (1 − ρ)g²; d = g·√((s + ε)/(h + ε)); s ← ρs + (1 − ρ)d²; p ← p − ηd (Zeiler 2012).

    ε stands inside both roots and d uses the s before this step, as in torch. h and s are kept
    divided by 1 − ρ.
    """

    rate: float = number(1.0, RATE, "Learning rate η.")
    decay: float = number(0.9, SHARE, "Share ρ of the old mean squares.")
    epsilon: float = number(1e-6, RATE, "Added to both mean squares.")
    slots = ("squares", "steps")

    def allocate(self, size, dtype="float64", weight_count=None):
        self.second = empty(size, dtype)
        return super().allocate(size, dtype, weight_count)

    def update(self, p, g):
        h, s, d, t = self.squares, self.steps, self.second, self.scratch
        epsilon = self.epsilon / (1 - self.decay)
        np.multiply(g, g, out=t)
        h *= self.decay
        h += t
        np.add(h, epsilon, out=t)
        np.add(s, epsilon, out=d)
        d /= t
        np.sqrt(d, out=d)
        d *= g
        np.multiply(d, d, out=t)
        s *= self.decay
        s += t
        if self.rate != 1:
            d *= self.rate
        p -= d


@dataclass
class Adam(Optimizer):
    """m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; p ← p − η_t·m/(√v + ε) (Kingma and Ba 2015).

    η_t = η√(1 − β₂ᵗ)/(1 − β₁ᵗ). ε stands outside the bias correction, as in the chapter and in the
    paper's own efficient form; torch has it inside, so ours equals torch's with ε/√(1 − β₂ᵗ). m and
    v are kept as m/(1 − β₁) and v/(1 − β₂).
    """

    rate: float = number(0.001, RATE, "Learning rate η.")
    beta1: float = number(0.9, SHARE, "Share of the old mean gradient.")
    beta2: float = number(0.999, SHARE, "Share of the old mean square.")
    epsilon: float = number(1e-7, RATE, "Keeps the division finite.")
    slots = ("mean", "squares")

    def update(self, p, g):
        p -= self.delta(g)

    def delta(self, g):
        """η_t·m/(√v + ε) after taking in g."""
        m, v, t = self.mean, self.squares, self.scratch
        self.updates += 1
        m *= self.beta1
        m += g
        np.multiply(g, g, out=t)
        v *= self.beta2
        v += t
        np.sqrt(v, out=t)
        scale = math.sqrt(1 - self.beta2)
        t += self.epsilon / scale
        np.divide(m, t, out=t)
        correction = math.sqrt(1 - self.beta2**self.updates) / (1 - self.beta1**self.updates)
        t *= self.rate * correction * (1 - self.beta1) / scale
        return t


@dataclass
class AdamW(Adam):
    """Weights ← weights·(1 − ηλ), then Adam: decay apart from the gradient (Loshchilov 2019).

    λ acts on the weights alone; biases, γ and β do not decay.
    """

    weight_decay: float = number(0.01, "[0, inf)", "Decay λ.")

    def update(self, p, g):
        delta = self.delta(g)
        self.decay_weights(p[: self.weight_count])
        p -= delta

    def decay_weights(self, weights):
        weights *= 1 - self.rate * self.weight_decay


OPTIMIZERS = {
    "sgd": SGD,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "adagrad": AdaGrad,
    "rmsprop": RMSprop,
    "adadelta": AdaDelta,
    "adam": Adam,
    "adamw": AdamW,
}
