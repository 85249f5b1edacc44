"""The layers: each a forward and a backward pass, in buffers that its constructor makes once.

A layer is made for a number of rows. `forward(x)` takes (rows, inputs) and gives (rows, outputs);
`backward(d)` takes the loss's gradient by its outputs, writes the gradients of its own parameters
into the views it was given and returns the gradient by its inputs. Most work in place on what they
are handed, which is safe because each array is read again only where said. For evaluation a layer
is made without gradients: it then has no backward buffers and behaves as outside training.

The activations between them are layers too, in `nn.activations`; they read their own outputs again
in `backward`, so in training what follows one writes elsewhere, as `Dropout` does. Masks are
boolean: tricks with signs would be a little faster and hide NaN.
"""

import numpy as np

from onescale.nn.buffers import empty
from onescale.nn.sparse import Pixels


def forward(stack, x):
    """What the layers of a stack make of x, one after another."""
    for layer in stack:
        x = layer.forward(x)
    return x


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
        dense = images.dense if isinstance(images, Pixels) else images
        self.x = self.memory[: dense.size].reshape(dense.shape)
        np.copyto(self.x, dense, casting="same_kind")
        self.split = len(self.weights) - dense.shape[1]
        np.dot(self.x, self.weights[self.split :], out=self.z)
        if self.split:
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
        np.dot(self.x.T, d, out=self.weights_gradient[self.split :])
        if self.split:
            self.weights_gradient[: self.split] = 0
            self.images.add_transposed(d, self.weights_gradient)


class Transpose:
    """(rows, classes) to (classes, rows), for a net whose first layer is its last."""

    def forward(self, x):
        return x.T

    def backward(self, d):
        return d.T


class Dropout:
    """Switches off each node with probability `ratio`, anew at every call.

    inverted: what is kept is multiplied by 1/(1 − ratio) in training and evaluation changes
    nothing; else (the chapter) training keeps it as it is and evaluation multiplies by 1 − ratio.
    A node is off where 16 random bits, read as a whole number, lie below ratio·2¹⁶, so that the
    ratio in force is off by at most 2⁻¹⁷.
    """

    def __init__(self, ratio, inverted, shape, dtype, random: np.random.Generator) -> None:
        self.random = random
        self.kept = 1 / (1 - ratio) if inverted else 1.0
        self.limit = np.uint16(min(round(ratio * 65536), 65535))
        self.on = empty(shape, bool)
        self.factor, self.y = empty(shape, dtype), empty(shape, dtype)

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


class DropoutInference:
    """The chapter's dropout in evaluation: every node multiplied by 1 − ratio, in place."""

    def __init__(self, ratio) -> None:
        self.kept = 1 - ratio

    def forward(self, x):
        x *= self.kept
        return x


class BatchNorm:
    """y = γ·(x − mean)/√(variance + ε) + β over the rows of a batch (Ioffe and Szegedy 2015).

    The variance is the biased one, in the running moments too (torch's there is n/(n − 1) times as
    large). x is overwritten by y.

    running: mean and variance, (2, nodes), which go a share `momentum` of the way towards each
        batch; at momentum 0 they are left alone.
    trained: (γ, β, views for their gradients), (nodes,) each; None: γ stays 1, and β 0.
    """

    def __init__(self, rows, running, momentum, epsilon, trained=None) -> None:
        self.running, self.momentum = running, momentum
        self.epsilon, self.trained = epsilon, trained
        nodes, dtype = running.shape[1], running.dtype
        self.average = np.full(rows, 1 / rows, dtype)  # a mean over rows, as a product
        self.centred, self.work = (empty((rows, nodes), dtype) for _ in range(2))
        self.batch, self.step = np.empty((2, 2, nodes), dtype)
        self.inverse, self.factor, self.steep, self.level = np.empty((4, nodes), dtype)

    def forward(self, x):
        mean, variance = self.batch
        np.dot(self.average, x, out=mean)
        np.subtract(x, mean, out=self.centred)
        np.multiply(self.centred, self.centred, out=self.work)
        np.dot(self.average, self.work, out=variance)
        if self.momentum:
            np.subtract(self.batch, self.running, out=self.step)
            self.step *= self.momentum
            self.running += self.step
        np.add(variance, self.epsilon, out=self.inverse)
        np.sqrt(self.inverse, out=self.inverse)
        np.reciprocal(self.inverse, out=self.inverse)
        if self.trained is None:
            return np.multiply(self.centred, self.inverse, out=x)
        gamma, beta, _, _ = self.trained
        np.multiply(self.inverse, gamma, out=self.factor)
        np.multiply(self.centred, self.factor, out=x)
        x += beta
        return x

    def backward(self, d):
        """dx = γ/σ·(d − mean(d) − c·mean(d·c)/σ²), c the centred x; dγ = Σd·c/σ, dβ = Σd."""
        np.multiply(d, self.centred, out=self.work)
        np.dot(self.average, self.work, out=self.steep)
        np.dot(self.average, d, out=self.level)
        self.steep *= self.inverse
        if self.trained is not None:
            _, _, gamma_gradient, beta_gradient = self.trained
            np.multiply(self.steep, len(d), out=gamma_gradient)
            np.multiply(self.level, len(d), out=beta_gradient)
        self.steep *= self.inverse
        np.multiply(self.centred, self.steep, out=self.work)
        d -= self.work
        d -= self.level
        d *= self.inverse if self.trained is None else self.factor
        return d


class BatchNormInference:
    """Batch normalisation in evaluation, in place, by moments (mean, variance) that others keep:
    the running ones of training, or those that `column_moments` finds in the whole set at hand."""

    def __init__(self, moments, epsilon, gamma=None, beta=None) -> None:
        self.moments, self.epsilon, self.gamma, self.beta = moments, epsilon, gamma, beta

    def forward(self, x):
        mean, variance = self.moments
        factor = 1 / np.sqrt(variance + self.epsilon)
        if self.gamma is not None:
            factor *= self.gamma
        x *= factor
        x += (0 if self.beta is None else self.beta) - mean * factor
        return x


def column_moments(x: np.ndarray, block: int = 1000) -> tuple[np.ndarray, np.ndarray]:
    """Mean and biased variance of each column of (rows, nodes), summed in float64 over blocks."""
    blocks = [x[start : start + block] for start in range(0, len(x), block)]
    mean = sum(np.add.reduce(b, axis=0, dtype="float64") for b in blocks) / len(x)
    squares = sum(np.add.reduce(np.square(b - mean), axis=0) for b in blocks)
    return mean, squares / len(x)
