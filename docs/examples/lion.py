"""Lion: the sign of a mean gradient, so that every parameter moves by the same amount.

Chen et al. 2023, "Symbolic Discovery of Optimization Algorithms", Algorithm 2. Beside the eight in
every comparison by docs/examples/lion.yaml; docs/your_own_optimizer.md explains both.
"""

from dataclasses import dataclass

import numpy as np

from onescale.nn.optimizers import RATE, SHARE, Optimizer, number


@dataclass
class Lion(Optimizer):
    """c = β₁m + (1 − β₁)g; p ← p − η·sign(c), weights ← weights·(1 − ηλ); m ← β₂m + (1 − β₂)g.

    As in our AdamW, λ acts on the weights alone.
    """

    rate: float = number(0.0001, RATE, "Learning rate η; a tenth of Adam's, or a third.")
    beta1: float = number(0.9, SHARE, "Share of the old mean in the direction of a step.")
    beta2: float = number(0.99, SHARE, "Share of the old mean that is kept.")
    weight_decay: float = number(0.0, "[0, inf)", "Decay λ.")
    slots = ("mean",)

    def update(self, p, g):
        m, t = self.mean, self.scratch
        self.decay_weights(p[: self.weight_count])
        np.subtract(m, g, out=t)  # c = g + β₁(m − g)
        t *= self.beta1
        t += g
        np.sign(t, out=t)
        t *= self.rate
        p -= t
        m -= g  # m = g + β₂(m − g)
        m *= self.beta2
        m += g

    def decay_weights(self, weights):
        weights *= 1 - self.rate * self.weight_decay
