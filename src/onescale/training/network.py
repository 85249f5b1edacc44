"""The network: layers in a row on one flat vector of parameters.

Affine → batch normalisation → activation → dropout, for each hidden layer that the variant asks
for, then the affine layer that gives the logits. Under a normalisation there is no bias: it would
cancel, and its gradient be rounding alone, which adaptive optimisers blow up. The layers of a
training step are built once for its batch size; those of evaluation, without gradients, for blocks
of rows that stay in cache.

Inside, the rows of W1 stand in an `order` of their own: first those of pixels that are zero in
every training image, whose weights never move, so that the others are one slice of the flat vector;
then those of pixels that few images light, which are read as a sparse matrix (see `nn.sparse`).
Outside (`arrays`, `save`, `predict`) W1 is as everyone expects it.
"""

import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import numpy as np

from onescale.core import archives
from onescale.core.atomic import atomic_write
from onescale.core.errors import DataError
from onescale.data.dataset import check_values
from onescale.nn import layers
from onescale.nn.activations import ACTIVATIONS
from onescale.nn.initializers import draw
from onescale.nn.losses import softmax
from onescale.nn.parameters import Parameters
from onescale.nn.sparse import Pixels
from onescale.training.variant import Variant

BLOCK = 500  # rows evaluated at a time


class Network:
    """A fully connected classifier, as a variant describes it.

    inputs, classes: values of an image and number of classes.
    order: (inputs,) the order that the rows of W1 are kept in; None is their own.

    The parameters are zero until `initialize` or `load`.
    """

    def __init__(
        self, variant: Variant, inputs: int, classes: int, order: np.ndarray | None = None
    ) -> None:
        self.variant, self.inputs, self.classes = variant, inputs, classes
        self.dtype = variant.precision
        self.sizes = [inputs, *variant.hidden, classes]
        self.order = np.arange(inputs) if order is None else order
        norm = variant.batch_norm
        shapes = {}
        for i, (fan_in, fan_out) in enumerate(zip(self.sizes, self.sizes[1:], strict=False), 1):
            shapes[f"W{i}"] = (fan_in, fan_out)
            if not norm or i == len(self.sizes) - 1:
                shapes[f"b{i}"] = (fan_out,)
            elif norm.trainable:
                shapes |= {f"gamma{i}": (fan_out,), f"beta{i}": (fan_out,)}
        self.parameters = Parameters(shapes, self.dtype)
        self.moments = {}  # of each batch normalisation: mean, variance, (2, nodes)
        if norm:
            for i, nodes in enumerate(variant.hidden, 1):
                self.moments[i] = np.array([np.zeros(nodes), np.ones(nodes)], self.dtype)

    def initialize(self, random: np.random.Generator) -> "Network":
        """Draw the weights; biases are 0, γ 1, β 0. The draws depend on the shapes alone."""
        for name, array in self.parameters.value.items():
            if name.startswith("W"):
                weights = draw(self.variant.init, *array.shape, random)
                array[:] = weights[self.order] if name == "W1" else weights
            else:
                array[:] = name.startswith("gamma")
        return self

    def training_layers(self, rows: int, scale: float, random: np.random.Generator) -> list:
        """The layers of a step on `rows` images in this network's order, with gradients."""
        (stack,) = self._stacks(rows, scale, random, self.parameters.value["W1"], True)
        return stack

    def logits(
        self, images: np.ndarray | Pixels, random: np.random.Generator | None = None
    ) -> Iterator[tuple[slice, np.ndarray]]:
        """Blocks of rows with their logits (classes, rows), in evaluation mode.

        images: (n, inputs), or `Pixels` in this network's order. random: for dropout that is
        active in evaluation. The logits of a block are overwritten by the next.
        """
        ordered = isinstance(images, Pixels)
        weights = self.parameters.value["W1"] if ordered else self._natural()
        scale = 1 / 255 if images.dtype == np.uint8 else 1.0
        random = random or np.random.Generator(np.random.SFC64(0))
        blocks = [slice(i, min(i + BLOCK, len(images))) for i in range(0, len(images), BLOCK)]
        lengths = [rows.stop - rows.start for rows in blocks]
        made = {n: self._stacks(n, scale, random, weights, False) for n in set(lengths)}
        *firsts, last = zip(*(made[n] for n in lengths), strict=True)  # each a stack a block
        values = images
        for i, stacks in enumerate(firsts, 1):  # all rows up to where their moments are needed
            whole = np.empty((len(images), self.variant.hidden[i - 1]), self.dtype)
            for rows, stack in zip(blocks, stacks, strict=True):
                whole[rows] = layers.forward(stack, values[rows])
            self.moments[i][:] = layers.column_moments(whole)
            values = whole
        for rows, stack in zip(blocks, last, strict=True):
            yield rows, layers.forward(stack, values[rows])

    def classify(
        self, images: np.ndarray | Pixels, random: np.random.Generator | None = None
    ) -> np.ndarray:
        """The likeliest class of each image as given, (n,) uint8, or int64 beyond 256 classes."""
        classes = np.empty(len(images), np.uint8 if self.classes <= 256 else np.int64)
        for rows, logits in self.logits(images, random):
            classes[rows] = logits.argmax(axis=0)
        return classes

    def predict(self, images: np.ndarray, random: np.random.Generator | None = None) -> np.ndarray:
        """The likeliest class of each image, (n,).

        images: (n, inputs), uint8 (read as value/255) or floats. Where the variant has no running
        statistics, batch normalisation takes those of the images given. Raises DataError for
        another shape, and for NaN or infinity.
        """
        return self.classify(self._checked(images), random=random)

    def predict_proba(
        self, images: np.ndarray, random: np.random.Generator | None = None
    ) -> np.ndarray:
        """The probability of each class, (n, classes); arguments and errors as for `predict`."""
        images = self._checked(images)
        probabilities = np.empty((len(images), self.classes), self.dtype)
        for rows, logits in self.logits(images, random=random):
            probabilities[rows] = softmax(logits).T
        return probabilities

    def activations(self, images: np.ndarray) -> list[np.ndarray]:
        """What each hidden layer's activation gives in evaluation, a (n, nodes) array each."""
        images = self._checked(images)
        scale = 1 / 255 if images.dtype == np.uint8 else 1.0
        random = np.random.Generator(np.random.SFC64(0))
        kinds = tuple(ACTIVATIONS.values())
        for _ in self.logits(images):  # fills moments of the whole set where there are such
            break
        outputs, x = [], images
        for layer in chain(*self._stacks(len(images), scale, random, self._natural(), False)):
            x = layer.forward(x)
            if isinstance(layer, kinds):
                outputs.append(x.copy())
        return outputs

    def arrays(self) -> dict[str, np.ndarray]:
        """Copies of all parameters by name: W1 (inputs, nodes), b1 (nodes,) or gamma1, beta1 … and,
        where evaluation uses them, running_mean1, running_variance1 …"""
        copies = {name: array.copy() for name, array in self._named().items()}
        return copies | {"W1": self._natural()}

    def set_arrays(self, arrays: dict[str, np.ndarray]) -> "Network":
        """Take over arrays as `arrays` gives them. Raises DataError where one is missing or has
        another shape."""
        for name, own in self._named().items():
            given = arrays.get(name)
            if given is None or given.shape != own.shape:
                shape = "no such array" if given is None else given.shape
                raise DataError(f"{name} needs shape {own.shape}; found {shape}")
            own[:] = given[self.order] if name == "W1" else given
        return self

    def save(self, path: str | Path) -> None:
        """Write variant and parameters to one .npz file, whole or not at all."""
        about = {"variant": self.variant.to_mapping(), "inputs": self.inputs}
        about = json.dumps(about | {"classes": self.classes}, sort_keys=True)
        with atomic_write(path, "wb") as stream:
            np.savez(stream, network=np.array(about), **self.arrays())

    @classmethod
    def load(cls, path: str | Path) -> "Network":
        """The network that `save` wrote; nothing in the file is executed.

        Raises DataError, naming the file, if it is not such a file.
        """
        try:
            with archives.opened(path) as archive:
                about = json.loads(str(archive["network"]))
                if "file" in about["variant"]["optimizer"]:  # which is not needed, and not run
                    about["variant"]["optimizer"] = "adam"
                variant = Variant.from_mapping(about["variant"])
                network = cls(variant, about["inputs"], about["classes"])
                return network.set_arrays({name: archive[name] for name in archive.files})
        except (ValueError, KeyError) as error:
            raise DataError(f"{path}: not a network as Network.save writes it: {error}") from None

    def _named(self) -> dict[str, np.ndarray]:
        """All arrays that `arrays` copies, as they lie in memory (W1 in its own order)."""
        named = dict(self.parameters.value)
        if self.variant.batch_norm and self.variant.batch_norm.running_statistics:
            for i, (mean, variance) in self.moments.items():
                named |= {f"running_mean{i}": mean, f"running_variance{i}": variance}
        return named

    def _natural(self) -> np.ndarray:
        natural = np.empty_like(self.parameters.value["W1"])
        natural[self.order] = self.parameters.value["W1"]
        return natural

    def _checked(self, images) -> np.ndarray:
        images = np.asarray(images)
        if images.ndim != 2 or images.shape[1] != self.inputs or not len(images):
            raise DataError(f"images need shape (n, {self.inputs}); found {images.shape}")
        check_values(images, "image")
        return images

    def _stacks(self, rows, scale, random, first_weights, training: bool) -> list[list]:
        """The layers for `rows` rows, from images to logits, in one stack; in evaluation by the
        moments of the whole set, a stack begins at each layer that waits for them."""
        variant, value = self.variant, self.parameters.value
        gradient = self.parameters.gradient if training else {}
        stacks = [stack := []]
        for i, nodes in enumerate(self.sizes[1:], 1):
            last = i == len(self.sizes) - 1
            weights, bias = value[f"W{i}"], value.get(f"b{i}")
            pair = (gradient[f"W{i}"], gradient.get(f"b{i}")) if training else None
            if i == 1:
                stack.append(layers.FirstAffine(first_weights, bias, rows, pair, scale))
            else:
                kind = layers.Logits if last else layers.Affine
                stack.append(kind(weights, bias, rows, pair))
            if last and i == 1:
                stack.append(layers.Transpose())
            if last:
                return stacks
            if variant.batch_norm:
                if not training and not variant.batch_norm.running_statistics:
                    stacks.append(stack := [])
                stack.append(self._batch_norm(i, rows, training))
            stack.append(ACTIVATIONS[variant.activation](rows, nodes, self.dtype))
            dropout, shape = variant.dropout, (rows, nodes)
            if dropout and (training or dropout.active_in_evaluation):
                settings = dropout.ratio, dropout.inverted
                stack.append(layers.Dropout(*settings, shape, self.dtype, random))
            elif dropout and not dropout.inverted:
                stack.append(layers.DropoutInference(dropout.ratio))

    def _batch_norm(self, i: int, rows: int, training: bool):
        norm, moments, names = self.variant.batch_norm, self.moments[i], (f"gamma{i}", f"beta{i}")
        trained = [self.parameters.value[name] for name in names if norm.trainable]
        if not training:
            return layers.BatchNormInference(moments, norm.epsilon, *trained)
        trained += [self.parameters.gradient[name] for name in names if norm.trainable]
        momentum = norm.momentum if norm.running_statistics else 0.0
        return layers.BatchNorm(rows, moments, momentum, norm.epsilon, trained or None)
