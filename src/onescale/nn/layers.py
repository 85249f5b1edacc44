"""The layers: each a forward and a backward pass, in buffers that its constructor makes once.

A layer is made for a number of rows. `forward(x)` takes (rows, inputs) and gives (rows, outputs);
`backward(d)` takes the loss's gradient by its outputs, writes the gradients of its own parameters
into the views it was given and returns the gradient by its inputs. Most work in place on what they
are handed, which is safe because each array is read again only where said. For evaluation a layer
is made without gradients: it then has no backward buffers and behaves as outside training.

Masks are boolean and ReLU is a maximum: tricks with signs would be a little faster and hide NaN.
"""

import numpy as np

from onescale.nn.buffers import empty, zeros
from onescale.nn.sparse import Pixels


class Affine:
    """z = xW + b, with W (inputs, outputs) and b (outputs,), or None for no bias.

    gradients: views (dW, db) to write into, None in evaluation.
    """

    def __init__(self, weights, bias, rows, gradients=None) -> None:
        self.weights, self.bias = weights, bias
        self.z = empty((rows, weights.shape[1]), weights.dtype)
        if gradients:
            self.weights_gradient, self.bias_gradient = gradients
            self.ones = np.ones(rows, weights.dtype)
            self.dx = empty((rows, len(weights)), weights.dtype)

    def forward(self, x):
        self.x = x
        np.dot(x, self.weights, out=self.z)
        if self.bias is not None:
            self.z += self.bias
        return self.z

    def backward(self, d):
        if self.bias is not None:
            np.dot(self.ones, d, out=self.bias_gradient)  # a sum over rows, as a product
        np.dot(self.x.T, d, out=self.weights_gradient)
        return np.dot(d, self.weights.T, out=self.dx)


class Logits(Affine):
    """The last affine layer, with its outputs turned: z (classes, rows), as the loss wants them."""

    def __init__(self, weights, bias, rows, gradients=None) -> None:
        super().__init__(weights, bias, rows, gradients)
        self.z = empty((len(bias), rows), bias.dtype)
        self.column = bias[:, None]

    def forward(self, x):
        self.x = x
        np.dot(self.weights.T, x.T, out=self.z)
        self.z += self.column
        return self.z

    def backward(self, d):
        return super().backward(d.T)


class FirstAffine:
    """z = s·xW + b, of images x: (rows, inputs), or `Pixels` in the order of W's rows.

    Nothing below needs a gradient.

    scale: s, 1/255 where the images are bytes: scaling z costs a tenth of scaling them.
    """

    def __init__(self, weights, bias, rows, gradients=None, scale=1.0) -> None:
        self.weights, self.bias, self.scale = weights, bias, scale
        self.memory = empty(rows * len(weights), weights.dtype)
        self.z = empty((rows, weights.shape[1]), weights.dtype)
        if gradients:
            self.weights_gradient, self.bias_gradient = gradients
            self.ones = np.ones(rows, weights.dtype)

    def forward(self, images):
        self.images = images
        often = images.often if isinstance(images, Pixels) else images
        self.x = self.memory[: often.size].reshape(often.shape)
        np.copyto(self.x, often, casting="same_kind")
        self.seldom = len(self.weights) - often.shape[1]
        np.dot(self.x, self.weights[self.seldom :], out=self.z)
        if self.seldom:
            images.add_product(self.weights, self.z)
        if self.scale != 1:
            self.z *= self.scale
        if self.bias is not None:
            self.z += self.bias
        return self.z

    def backward(self, d):
        if self.bias is not None:
            np.dot(self.ones, d, out=self.bias_gradient)
        if self.scale != 1:
            d *= self.scale
        np.dot(self.x.T, d, out=self.weights_gradient[self.seldom :])
        if self.seldom:
            self.weights_gradient[: self.seldom] = 0
            self.images.add_transposed(d, self.weights_gradient)


class Turn:
    """(rows, classes) to (classes, rows), for a net whose first layer is its last."""

    def forward(self, x):
        return x.T

    def backward(self, d):
        return d.T


class Relu:
    """max(x, 0), in place; its output is read again by `backward`."""

    def __init__(self, rows, nodes, dtype) -> None:
        self.zeros = zeros((rows, nodes), dtype)  # an array: NumPy's maximum with 0 is slower
        self.on = empty((rows, nodes), bool)

    def forward(self, x):
        self.y = x
        return np.maximum(x, self.zeros, out=x)

    def backward(self, d):
        np.greater(self.y, self.zeros, out=self.on)
        return np.multiply(d, self.on, out=d)  # no branch a value, unlike copying where


class Sigmoid:
    """1/(1 + e⁻ˣ), in place; its output is read again by `backward`."""

    def __init__(self, rows, nodes, dtype) -> None:
        self.slope = empty((rows, nodes), dtype)

    def forward(self, x):
        self.y = x
        np.negative(x, out=x)
        with np.errstate(over="ignore"):  # e⁻ˣ = ∞ is right: the result is 0
            np.exp(x, out=x)
        x += 1
        return np.reciprocal(x, out=x)

    def backward(self, d):
        np.subtract(1, self.y, out=self.slope)
        d *= self.slope
        d *= self.y
        return d


class Tanh:
    """tanh x, in place; its output is read again by `backward`."""

    def __init__(self, rows, nodes, dtype) -> None:
        self.slope = empty((rows, nodes), dtype)

    def forward(self, x):
        self.y = x
        return np.tanh(x, out=x)

    def backward(self, d):
        np.multiply(self.y, self.y, out=self.slope)
        np.subtract(1, self.slope, out=self.slope)
        d *= self.slope
        return d


ACTIVATIONS = {"relu": Relu, "sigmoid": Sigmoid, "tanh": Tanh}


class Dropout:
    """Switches off each node with probability `ratio`, anew at every call.

    inverted: what is kept is multiplied by 1/(1 − ratio) in training and evaluation changes
    nothing; else (the chapter) training keeps it as it is and evaluation multiplies by 1 − ratio.
    A node is off where 16 random bits, read as a whole number, lie below ratio·2¹⁶, so that the
    ratio in force is off by at most 2⁻¹⁷.
    """

    def __init__(self, settings, rows, nodes, dtype, random: np.random.Generator) -> None:
        self.settings, self.random = settings, random
        self.kept = 1 / (1 - settings.ratio) if settings.inverted else 1.0
        self.limit = np.uint16(min(round(settings.ratio * 65536), 65535))
        self.on = empty((rows, nodes), bool)
        self.factor = empty((rows, nodes), dtype)
        self.y = empty((rows, nodes), dtype)

    def forward(self, x):
        self.draw(self.on)
        np.copyto(self.factor, self.on)
        if self.kept != 1:
            self.factor *= self.kept
        return np.multiply(x, self.factor, out=self.y)

    def draw(self, on) -> None:
        words = self.random.bit_generator.random_raw(-(-on.size // 4))
        bits = words.view(np.uint16)[: on.size].reshape(on.shape)
        np.greater_equal(bits, self.limit, out=on)

    def backward(self, d):
        d *= self.factor
        return d


class DropoutAtRest:
    """The chapter's dropout in evaluation: every node multiplied by 1 − ratio, in place."""

    def __init__(self, settings) -> None:
        self.kept = 1 - settings.ratio

    def forward(self, x):
        x *= self.kept
        return x


class BatchNorm:
    """y = γ·(x − mean)/√(variance + ε) + β over the rows of a batch (Ioffe and Szegedy 2015).

    The variance is the biased one, in the running means too (torch's there is n/(n − 1) times as
    large). x is overwritten by y. gamma, beta and gradients are None where γ and β stay 1 and 0.

    running: (mean, variance), (2, nodes), moved by `momentum` towards each batch; None: no running
    statistics.
    """

    def __init__(self, settings, rows, nodes, dtype, gamma, beta, gradients, running) -> None:
        self.settings, self.running = settings, running
        self.gamma, self.beta, self.gradients = gamma, beta, gradients
        self.average = np.full(rows, 1 / rows, dtype)  # a mean over rows, as a product
        self.centred, self.work = (empty((rows, nodes), dtype) for _ in range(2))
        self.batch, self.change = np.empty((2, 2, nodes), dtype)
        self.inverse, self.factor, self.steep, self.level = np.empty((4, nodes), dtype)

    def forward(self, x):
        mean, variance = self.batch
        np.dot(self.average, x, out=mean)
        np.subtract(x, mean, out=self.centred)
        np.multiply(self.centred, self.centred, out=self.work)
        np.dot(self.average, self.work, out=variance)
        if self.running is not None:
            np.subtract(self.batch, self.running, out=self.change)
            self.change *= self.settings.momentum
            self.running += self.change
        np.add(variance, self.settings.epsilon, out=self.inverse)
        np.sqrt(self.inverse, out=self.inverse)
        np.reciprocal(self.inverse, out=self.inverse)
        if self.gamma is None:
            return np.multiply(self.centred, self.inverse, out=x)
        np.multiply(self.inverse, self.gamma, out=self.factor)
        np.multiply(self.centred, self.factor, out=x)
        x += self.beta
        return x

    def backward(self, d):
        """dx = γ/σ·(d − mean(d) − c·mean(d·c)/σ²), c the centred x; dγ = Σd·c/σ, dβ = Σd."""
        np.multiply(d, self.centred, out=self.work)
        np.dot(self.average, self.work, out=self.steep)
        np.dot(self.average, d, out=self.level)
        self.steep *= self.inverse
        if self.gamma is not None:
            np.multiply(self.steep, len(d), out=self.gradients[0])
            np.multiply(self.level, len(d), out=self.gradients[1])
        self.steep *= self.inverse
        np.multiply(self.centred, self.steep, out=self.work)
        d -= self.work
        d -= self.level
        d *= self.inverse if self.gamma is None else self.factor
        return d


class BatchNormAtRest:
    """Batch normalisation in evaluation, in place, by statistics (mean, variance) that others keep:
    the running ones of training, or those that `moments` finds in the whole set at hand."""

    def __init__(self, settings, gamma, beta, statistics) -> None:
        self.epsilon, self.gamma, self.beta = settings.epsilon, gamma, beta
        self.statistics = statistics

    def forward(self, x):
        mean, variance = self.statistics
        factor = 1 / np.sqrt(variance + self.epsilon)
        if self.gamma is not None:
            factor *= self.gamma
        x *= factor
        x += (0 if self.beta is None else self.beta) - mean * factor
        return x


def moments(x: np.ndarray, block: int = 1000) -> tuple[np.ndarray, np.ndarray]:
    """Mean and biased variance of each column of (rows, nodes), summed in float64 over blocks."""
    blocks = [x[start : start + block] for start in range(0, len(x), block)]
    mean = sum(np.add.reduce(b, axis=0, dtype="float64") for b in blocks) / len(x)
    squares = sum(np.add.reduce(np.square(b - mean), axis=0) for b in blocks)
    return mean, squares / len(x)
