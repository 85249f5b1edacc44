"""One seed of a variant: how it went, while it is trained and ever after.

Training fills a `Run`, `runs.record` writes it and reads it back, comparison, claims and figures
ask it. Accuracies are fractions; those of the run are measured after its last update.
"""

from dataclasses import dataclass, field
from typing import Any

from onescale.runs.crossing import Crossing, crossing

SERIES = ("step", "loss", "train_accuracy", "test_accuracy", "learning_rate")
CLOCK = ("step", "test_accuracy")
LAST = 6  # evaluations that `Run.last_evaluations` takes the mean of


@dataclass
class Run:
    """One seed of a variant.

    history: a list for each of `SERIES`, one entry an evaluation; the loss, that of the update's
        batch, is None where not finite. Where they were observed also "activations"
        (`nn.activations.activation_statistics` of each layer).
    clock: "step" and "test_accuracy" where the test set alone was looked at between evaluations,
        with those of the evaluations, but for that of the untrained net.
    steps: updates of a run that does not break off. diverged: the update whose loss was not finite
        or had run away, with which the run broke off, or None.
    us_per_step, train_seconds, evaluate_seconds: CPU time; None where it is not known.
    network, test_predictions: what was learnt, of a run that was trained in this process.
    """

    seed: int
    steps: int = 0
    history: dict[str, list] = field(default_factory=lambda: {name: [] for name in SERIES})
    clock: dict[str, list] = field(default_factory=lambda: {name: [] for name in CLOCK})
    diverged: int | None = None
    us_per_step: float | None = None
    train_seconds: float | None = None
    evaluate_seconds: float | None = None
    network: Any = field(default=None, compare=False, repr=False)
    test_predictions: Any = field(default=None, compare=False, repr=False)

    @property
    def updates(self) -> int:
        """How many were made until the last evaluation."""
        return self.history["step"][-1]

    @property
    def train_accuracy(self) -> float:
        """After the last update, on all training images."""
        return self.history["train_accuracy"][-1]

    @property
    def test_accuracy(self) -> float:
        """After the last update, on all test images."""
        return self.history["test_accuracy"][-1]

    @property
    def gap(self) -> float:
        """Training accuracy minus test accuracy."""
        return self.train_accuracy - self.test_accuracy

    def last_evaluations(self) -> float | None:
        """Mean test accuracy of the last `LAST` evaluations; None if there were fewer.

        The evaluation after update 1, of a net that is hardly trained, is not one of them. A
        diverged run counts with its final accuracy, that of guessing the commonest class.
        """
        if self.diverged is not None:
            return self.test_accuracy
        both = zip(self.history["step"], self.history["test_accuracy"], strict=True)
        series = [accuracy for step, accuracy in both if step > 1]
        return sum(series[-LAST:]) / LAST if len(series) >= LAST else None

    def crossing(self, level: float) -> Crossing | None:
        """When smoothed test accuracy first reached `level`, in updates; None if it never did."""
        return crossing(self.clock["step"], self.clock["test_accuracy"], level)

    def seconds(self, steps: float) -> float | None:
        """CPU time of so many steps; None where it is not known."""
        return None if self.us_per_step is None else steps * self.us_per_step / 1e6

    def at(self, step: int, series: str) -> float | None:
        """`series` as evaluated after update `step`; None where there was no evaluation."""
        steps = self.history["step"]
        return self.history[series][steps.index(step)] if step in steps else None
