"""The peers of benchmarks/training.py: the same net, batch and optimiser as others train it.

Each class trains 784-50-100-10 with batches of 100 shuffled MNIST images; `steps(n)` takes n steps.
Libraries are imported when their class is made.
"""

from itertools import pairwise

import numpy as np

from onescale.data.fetch import load

BATCH, SIZES = 100, (784, 50, 100, 10)


def images(dtype="float32"):
    data = load()
    return data.train_images.astype(dtype) / np.dtype(dtype).type(255), data.train_labels


def batches(count, random):
    return random.permutation(60_000)[: count * BATCH].reshape(-1, BATCH)


class Torch:
    """Eager PyTorch, or its compiler on the whole of forward, loss and backward."""

    def __init__(self, optimizer, compile=False) -> None:
        import torch
        from torch import nn

        torch.set_num_threads(1)
        x, labels = images()
        self.x, self.labels = torch.from_numpy(x), torch.from_numpy(labels.astype("int64"))
        parts = []
        for a, b in pairwise(SIZES):
            parts += [nn.Linear(a, b), nn.ReLU()]
        self.model = nn.Sequential(*parts[:-1])
        loss = nn.CrossEntropyLoss()
        self.random, self.torch = np.random.default_rng(0), torch
        self.loss = lambda x, labels: loss(self.model(x), labels)
        if compile:
            self.loss = torch.compile(self.loss)
        parameters = self.model.parameters()
        if optimizer == "sgd":
            self.optimizer = torch.optim.SGD(parameters, 0.1)
        else:
            self.optimizer = torch.optim.Adam(parameters, 0.001)

    def steps(self, count) -> None:
        for taken in range(0, count, 600):
            indices = self.torch.from_numpy(batches(min(600, count - taken), self.random))
            for batch in indices:
                loss = self.loss(self.x[batch], self.labels[batch])
                self.optimizer.zero_grad()
                loss.backward()
                self.optimizer.step()


class Jax:
    """JAX: `scan` over the steps of a call, compiled as one."""

    def __init__(self, optimizer) -> None:
        import jax
        import jax.numpy as jnp

        x, labels = images()
        self.x, self.labels = jnp.asarray(x), jnp.asarray(labels.astype("int32"))
        self.random, self.jnp = np.random.default_rng(0), jnp
        weights = []
        for a, b in pairwise(SIZES):
            draw = self.random.normal(size=(a, b)) * np.sqrt(2 / a)
            weights.append((jnp.asarray(draw, "float32"), jnp.zeros(b, "float32")))
        zeros = jax.tree.map(jnp.zeros_like, weights)
        self.state = (weights, zeros, zeros, 0.0)

        def loss(weights, x, labels):
            for w, b in weights[:-1]:
                x = jax.nn.relu(x @ w + b)
            x = x @ weights[-1][0] + weights[-1][1]
            return -jnp.mean(jax.nn.log_softmax(x)[jnp.arange(BATCH), labels])

        def step(state, batch, x, labels):
            weights, m, v, t = state
            value, g = jax.value_and_grad(loss)(weights, x[batch], labels[batch])
            if optimizer == "sgd":
                return (jax.tree.map(lambda w, g: w - 0.1 * g, weights, g), m, v, t), value
            t = t + 1
            m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
            v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
            rate = 0.001 * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
            new = jax.tree.map(lambda w, m, v: w - rate * m / (jnp.sqrt(v) + 1e-7), weights, m, v)
            return (new, m, v, t), value

        def run(state, indices, x, labels):
            return jax.lax.scan(lambda state, batch: step(state, batch, x, labels), state, indices)

        self.run = jax.jit(run)
        self.steps(100)

    def steps(self, count) -> None:
        for _ in range(max(1, count // 100)):  # one shape, compiled once
            indices = self.jnp.asarray(batches(100, self.random))
            self.state, losses = self.run(self.state, indices, self.x, self.labels)
        losses.block_until_ready()


class ScikitLearn:
    """MLPClassifier: an epoch of as many images as there are steps to take."""

    def __init__(self, optimizer) -> None:
        import warnings

        from sklearn.neural_network import MLPClassifier

        warnings.simplefilter("ignore")  # one epoch does not converge
        self.x, self.labels = images()
        keys = {"solver": "adam"}
        if optimizer == "sgd":
            keys = {"solver": "sgd", "momentum": 0, "learning_rate_init": 0.1}
        keys |= {"alpha": 0, "batch_size": BATCH, "max_iter": 1, "warm_start": True}
        self.model = MLPClassifier(SIZES[1:-1], random_state=0, **keys)

    def steps(self, count) -> None:
        for taken in range(0, count, 600):
            images = min(600, count - taken) * BATCH
            self.model.fit(self.x[:images], self.labels[:images])


class Book:
    """The form of the chapter's code: a dictionary of float64 arrays, new ones at every operation,
    the loss from a second forward pass after the update."""

    def __init__(self, optimizer) -> None:
        self.x, self.labels = images()
        self.random, self.kind, self.t = np.random.default_rng(0), optimizer, 0
        self.params = {}
        for i, (a, b) in enumerate(pairwise(SIZES), 1):
            self.params[f"W{i}"] = 0.01 * self.random.standard_normal((a, b))
            self.params[f"b{i}"] = np.zeros(b)
        self.m = {name: np.zeros_like(value) for name, value in self.params.items()}
        self.v = {name: np.zeros_like(value) for name, value in self.params.items()}

    def forward(self, x):
        p, outputs = self.params, [x]
        for i in (1, 2):
            z = np.dot(outputs[-1], p[f"W{i}"]) + p[f"b{i}"]
            mask = z <= 0
            a = z.copy()
            a[mask] = 0
            outputs.append(a)
        z = np.dot(outputs[-1], p["W3"]) + p["b3"]
        z = z.T - np.max(z.T, axis=0)
        return outputs, (np.exp(z) / np.sum(np.exp(z), axis=0)).T

    def loss(self, y, t):
        return -np.sum(np.log(y[np.arange(BATCH), t] + 1e-7)) / BATCH

    def gradient(self, x, t):
        outputs, y = self.forward(x)
        self.loss(y, t)
        d, grads = y.copy(), {}
        d[np.arange(BATCH), t] -= 1
        d = d / BATCH
        for i in (3, 2, 1):
            grads[f"W{i}"] = np.dot(outputs[i - 1].T, d)
            grads[f"b{i}"] = np.sum(d, axis=0)
            d = np.dot(d, self.params[f"W{i}"].T)
            if i > 1:
                d[outputs[i - 1] <= 0] = 0
        return grads

    def update(self, grads):
        self.t += 1
        for name, g in grads.items():
            if self.kind == "sgd":
                self.params[name] -= 0.01 * g
                continue
            self.m[name] += (1 - 0.9) * (g - self.m[name])
            self.v[name] += (1 - 0.999) * (g**2 - self.v[name])
            rate = 0.001 * np.sqrt(1 - 0.999**self.t) / (1 - 0.9**self.t)
            self.params[name] -= rate * self.m[name] / (np.sqrt(self.v[name]) + 1e-7)

    def steps(self, count) -> None:
        for _ in range(count):
            batch = self.random.choice(60_000, BATCH)
            x, t = self.x[batch], self.labels[batch]
            self.update(self.gradient(x, t))
            self.loss(self.forward(x)[1], t)


PEERS = {
    f"{name}, {optimizer}": lambda make=make, optimizer=optimizer: make(optimizer)
    for name, make in {
        "the book's form": Book,
        "torch eager": Torch,
        "torch.compile": lambda optimizer: Torch(optimizer, compile=True),
        "JAX scan": Jax,
        "scikit-learn": ScikitLearn,
    }.items()
    for optimizer in ("sgd", "adam")
}
