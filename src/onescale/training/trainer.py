"""Training: a variant, a data set and a seed become a run.

A run is a function of these three alone. Every seed is spawned into streams of its own for initial
weights, batches, dropout, augmentation and evaluation, so that two variants with the same seed
start from the same draws and see the same batches, and their difference is the variants' own.

Between evaluations a run takes its steps in one block: the batches of the block are drawn at once,
each step leaves the two terms of its loss behind, and the logarithms are taken at the end of the
block. A run whose loss is no longer finite, or has run away (`_ran_away`), has diverged: that is a
result, recorded with its step, and counts with the accuracy of always guessing the commonest class.

What a run is made of is named in its variant and stands in a table of `onescale.nn`: optimisers,
activations, initial weights, schedules. `Network` puts the layers in a row.

`train` is the whole interface. It trains one seed after another on one BLAS thread; many variants
at once are many processes.
"""

import math
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from warnings import warn

import numpy as np
from threadpoolctl import threadpool_limits

from onescale.core.errors import SpecError
from onescale.core.provenance import versions
from onescale.core.settings import build_named, check_number
from onescale.data.augment import Augmenter
from onescale.data.dataset import Dataset
from onescale.nn import optimizer_file
from onescale.nn.activations import activation_statistics
from onescale.nn.buffers import empty
from onescale.nn.layers import forward
from onescale.nn.losses import SoftmaxCrossEntropy, mean_losses
from onescale.nn.schedules import SCHEDULES
from onescale.nn.sparse import Pixels
from onescale.runs import record
from onescale.runs.record import Record
from onescale.runs.run import SERIES, Run
from onescale.training.batches import BatchSampler, TrainingData
from onescale.training.checkpoints import CheckpointStore, Unusable
from onescale.training.clock import Clock
from onescale.training.network import Network
from onescale.training.variant import Variant

BLOCK = 1000  # most steps between two looks at the losses …
BLOCK_IMAGES = 200_000  # … and most images in them, which memory bounds
OBSERVED = 1000  # training images whose activations are recorded, where they are
START = 20  # updates in which a loss may rise and come back
RUNAWAY = 4  # how many times the loss of a useless net counts as divergence


def train(
    variant: Variant | dict[str, Any],
    data: Dataset,
    seeds: Iterable[int] = range(5),
    *,
    output: str | Path | None = None,
    checkpoints: str | Path | None = None,
    report: Callable[[Run], None] = lambda run: None,
    note: Callable[[str], None] = warn,
) -> list[Run]:
    """Train `variant` on `data` once with each seed.

    output: a .json file for the record of all runs, with .npz and .timing.json beside it.
    checkpoints: a folder for the state at every evaluation; a run that was killed goes on from
        there and ends with the same bits. The files are removed when all seeds are done.
    report: is handed the run after each of its evaluations.
    note: is told, in a line, of a checkpoint that cannot be used.

    Raises SpecError for a variant or seeds that cannot be meant, DataError for data that does not
    fit, both before the first step.
    """
    if not isinstance(variant, Variant):
        variant = Variant.from_mapping(variant)
    seeds = checked_seeds(seeds)
    if not isinstance(data, Dataset):
        raise SpecError(f"data: an onescale.Dataset is needed; found {type(data).__name__}")
    with threadpool_limits(1, user_api="blas"):
        training = TrainingData(variant, data)
        store = CheckpointStore(checkpoints, variant, data)
        runs = [_train_one(Trainer(variant, training, s), store, report, note) for s in seeds]
    if output is not None:
        by_seed = {run.seed: run for run in runs}
        about = training.dataset.about()
        record.write(Record(variant.to_mapping(), about, versions(), by_seed, Path(output)))
    store.remove()
    return runs


def _train_one(trainer: "Trainer", store: CheckpointStore, report, note) -> Run:
    """Train one seed to its end, from its checkpoint where there is one."""
    run = trainer.run
    try:
        checkpoint = store.load(run.seed)
        if checkpoint:
            trainer.restore(*checkpoint)
            report(run)
    except Unusable as error:
        note(f"{error}; seed {run.seed} starts again")
    for _ in trainer.evaluations():
        store.save(run.seed, *trainer.state())
        report(run)
    return run


class Trainer:
    """One run between its first update and its last: the step, the evaluations, the state."""

    def __init__(self, variant: Variant, data: TrainingData, seed: int) -> None:
        self.variant, self.data, self.updates = variant, data, 0
        self.timed = False  # then the chapter's second forward pass follows every update
        streams = np.random.SeedSequence(seed).spawn(6)
        names = ("weights", "batches", "dropout", "augmentation", "evaluation", "clock")
        self.random = {
            name: np.random.Generator(np.random.SFC64(stream))
            for name, stream in zip(names, streams, strict=True)
        }
        rows, classes = variant.batch_size, data.dataset.classes
        self.network = Network(variant, data.inputs, classes, data.order)
        self.network.initialize(self.random["weights"])
        self.batches = BatchSampler(variant, len(data.images), self.random["batches"])
        self.augment = None
        if variant.augment:
            side = round(data.inputs**0.5)
            self.augment = Augmenter(variant.augment, (side, side))
            self.augmented = empty((rows, data.inputs), "float32")
        self.layers = self.network.training_layers(rows, data.scale, self.random["dropout"])
        self.loss = SoftmaxCrossEntropy(classes, rows, variant.precision)
        self._make_optimizer()
        self.run = Run(seed, variant.steps, network=self.network)
        self.run.train_seconds = self.run.evaluate_seconds = 0.0
        self.clock = Clock(variant.levels, self.run.clock)

    def _make_optimizer(self) -> None:
        """The optimiser: of all parameters where decay gives the weights of inputs that are always
        zero a gradient, else of the others."""
        self.optimizer = optimizer_file.build(self.variant.optimizer, "optimizer")
        self.schedule = build_named(SCHEDULES, self.variant.schedule, "schedule")
        decay, parameters = self.variant.weight_decay, self.network.parameters
        self.decay = decay.rate if decay and decay.in_ == "gradient" else 0.0
        start = 0 if self.decay else self.data.always_zero * self.network.sizes[1]
        self.left_out = parameters.values[:start]
        self.weights = parameters.values[: parameters.weight_count]
        self.weights_gradient = parameters.gradients[: parameters.weight_count]
        self.decayed = empty(len(self.weights), self.variant.precision) if self.decay else None
        self.values, self.gradients = parameters.values[start:], parameters.gradients[start:]
        weights = parameters.weight_count - start
        self.optimizer.allocate(len(self.values), self.variant.precision, weights)

    def evaluations(self) -> Iterator[Run]:
        """Train to the end, or until the run diverges (what is not finite shows in the loss) or,
        where that is asked for, has settled; gives the run after each evaluation."""
        steps, every = self.variant.steps, self.variant.evaluate_every
        block = min(BLOCK, max(1, BLOCK_IMAGES // self.variant.batch_size))
        run = self.run
        while self.updates < steps and run.diverged is None and not self._stops():
            due = min(steps, 1 + -(-self.updates // every) * every)
            with optimizer_file.running(self.variant.optimizer), np.errstate(all="ignore"):
                while self.updates < due and run.diverged is None and not self._stops():
                    look = min(self.clock.due(), due)
                    loss, penalty = self.advance(min(block, look - self.updates))
                    if self.updates == look < due and run.diverged is None:
                        self._look()
                self._evaluate(loss, penalty)
            yield run

    def _stops(self) -> bool:
        return self.variant.stop_settled and self.clock.settled()

    def advance(self, steps: int) -> tuple[float, float]:
        """Take so many steps; the loss of the last one, and its penalty."""
        began = time.process_time()
        run, rows = self.run, self.variant.batch_size
        indices = self.batches.draw(steps)
        targets = self.data.labels[indices] * rows + np.arange(rows)
        sums, scores = np.empty((2, steps, rows), self.variant.precision)
        penalty = 0.0
        for i, images in enumerate(self.data.batches(indices)):
            if i == steps - 1:
                penalty = self._penalty()
            rate = self.variant.optimizer["rate"]
            self.optimizer.rate = rate * self.schedule(self.updates + i + 1, self.variant.steps)
            images = self._step(images, targets[i], sums[i], scores[i])
            # The chapter takes it after each: here where it is recorded, or steps are timed.
            if self.variant.loss_taken == "after_update" and (self.timed or i == steps - 1):
                self.loss.forward(forward(self.layers, images), targets[i], sums[i], scores[i])
                penalty = self._penalty()
        losses = mean_losses(sums, scores)
        finite = np.isfinite(losses)
        if not finite.all():
            run.diverged = self.updates + int(finite.argmin()) + 1
        elif not np.isfinite(self.values).all():
            run.diverged = self.updates + steps
        counted = steps if run.diverged is None else run.diverged - self.updates
        self.updates += steps
        run.train_seconds += (time.process_time() - began) * counted / steps
        return float(losses[-1 if finite.all() else finite.argmin()]), penalty

    def _step(self, images, targets, sums, scores) -> np.ndarray | Pixels:
        """One update: forward, loss, backward, decay, optimiser. Returns the images it saw."""
        if self.augment:
            images = self.augment(images, self.random["augmentation"], self.augmented)
        self.loss.forward(forward(self.layers, images), targets, sums, scores)
        optimizer = self.optimizer
        scale = optimizer.rate if optimizer.takes_scaled_gradient else 1.0
        d = self.loss.backward(targets, sums, scale)
        for layer in reversed(self.layers):
            d = layer.backward(d)
        if self.decay:
            np.multiply(self.weights, self.decay * scale, out=self.decayed)
            self.weights_gradient += self.decayed
        optimizer.decay_weights(self.left_out)
        optimizer.update(self.values, self.gradients)
        return images

    def _penalty(self) -> float:
        decay = self.variant.weight_decay
        return decay.rate / 2 * float(np.dot(self.weights, self.weights)) if decay else 0.0

    def _ran_away(self, loss: float) -> bool:
        """Whether the loss, once the start is over, is far above both the untrained net's and that
        of giving every class the same chance. ReLU nets often end so: all nodes off, loss finite.
        """
        even = math.log(self.data.dataset.classes)
        over = self.updates > START or self.updates == self.variant.steps
        return over and loss > RUNAWAY * max(even, self.first_loss)

    def _look(self) -> None:
        """Accuracy on the test set alone, for the clock."""
        began = time.process_time()
        predictions = self.network.classify(self.data.test_images, self.random["clock"])
        self.clock.add(self.updates, self.data.test_accuracy(predictions))
        self.run.evaluate_seconds += time.process_time() - began

    def _evaluate(self, loss: float, penalty: float) -> None:
        """Accuracy on both whole sets, into the history. The penalty is part of the loss that is
        recorded, not of the one that judges whether the run has run away."""
        began = time.process_time()
        run, data = self.run, self.data
        if not run.history["loss"]:
            self.first_loss = loss
        if run.diverged is None and self._ran_away(loss):
            run.diverged = self.updates
        if run.diverged is None:
            random = self.random["evaluation"]
            trained = self.network.classify(data.images, random)
            tested = self.network.classify(data.test_images, random)
        else:
            self.updates = run.diverged
            trained, tested = data.guess[:1], data.guess
        run.test_predictions = tested
        row = (
            self.updates,
            loss + penalty if math.isfinite(loss + penalty) else None,
            data.train_accuracy(trained),
            data.test_accuracy(tested),
            self.optimizer.rate,
        )
        for name, value in zip(SERIES, row, strict=True):
            run.history[name].append(value)
        self.clock.add(self.updates, run.test_accuracy)
        if self.variant.observe_activations:
            run.history.setdefault("activations", []).append(self._observe())
        run.us_per_step = run.train_seconds / self.updates * 1e6
        run.evaluate_seconds += time.process_time() - began

    def _observe(self) -> list[dict] | None:
        """What the activations of a fixed set of images are like, layer by layer."""
        if self.run.diverged is not None:
            return None
        layers = self.network.activations(self.data.dataset.train_images[:OBSERVED])
        return [activation_statistics(values, self.variant.activation) for values in layers]

    def state(self) -> tuple[dict, dict[str, np.ndarray]]:
        """Facts (for JSON) and arrays that the rest of the run depends on, for `restore`."""
        run = self.run
        facts = {name: getattr(run, name) for name in _FACTS}
        facts |= {"updates": self.updates, "first_loss": self.first_loss}
        facts["random"] = {name: _plain(g.bit_generator.state) for name, g in self.random.items()}
        facts["batches"] = [self.batches.used, _plain(self.batches.before)]
        arrays = {"values": self.network.parameters.values, "predictions": run.test_predictions}
        arrays |= {f"moments{i}": array for i, array in self.network.moments.items()}
        return facts, arrays | {f"optimizer.{k}": a for k, a in self.optimizer.state().items()}

    def restore(self, facts: dict, arrays: dict[str, np.ndarray]) -> None:
        """Become what `state` was taken of."""
        run = self.run
        for name in _FACTS:
            setattr(run, name, facts[name])
        self.clock = Clock(self.variant.levels, run.clock)
        self.updates, self.first_loss = facts["updates"], facts["first_loss"]
        used, before = facts["batches"]
        self.batches.restore(used, _state(before))
        for name, generator in self.random.items():
            generator.bit_generator.state = _state(facts["random"][name])
        self.network.parameters.values[:] = arrays["values"]
        run.test_predictions = arrays["predictions"]
        for i, array in self.network.moments.items():
            array[:] = arrays[f"moments{i}"]
        self.optimizer.restore({k: arrays[f"optimizer.{k}"] for k in self.optimizer.state()})


_FACTS = ("history", "clock", "diverged", "us_per_step", "train_seconds", "evaluate_seconds")


def _plain(state: dict) -> dict:
    """The state of an SFC64 stream as JSON can hold it."""
    return state | {"state": {"state": [int(word) for word in state["state"]["state"]]}}


def _state(plain: dict) -> dict:
    return plain | {"state": {"state": np.array(plain["state"]["state"], np.uint64)}}


def checked_seeds(seeds: Iterable[int]) -> list[int]:
    """Seeds as a list. Raises SpecError where there is none, or one stands there twice."""
    if not isinstance(seeds, Iterable):
        raise SpecError(f"seeds: {seeds!r} must be a list of them, such as range(5)")
    checked = [check_number(seed, "integer", "[0, inf)", "seeds") for seed in seeds]
    if not checked or len(set(checked)) < len(checked):
        raise SpecError(f"seeds: {checked} must be one or more numbers, each once")
    return checked
