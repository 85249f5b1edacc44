"""What a training step costs, beside its matrix products alone.

Every contestant is a process of its own on one core, with one thread; they take turns, round after
round, and what counts is CPU time. The table gives the median over the rounds and its ratio to the
bare products (the eight of a 784-50-100-10 net, batch 100, float32, in buffers allocated once),
taken round by round, so that a machine whose speed wanders does not favour anyone. Peers are
measured where they are installed (`pip install onescale[bench]`).

    python benchmarks/training.py                 # steps: ours and the peers
    python benchmarks/training.py --only 'adam;torch eager, adam' --rounds 9
    python benchmarks/training.py evaluation      # 70,000 images against their forward products
    python benchmarks/training.py whole           # the whole command against all products in it

Needs MNIST in data/cache/mnist (`onescale mnist fetch`).
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from statistics import median

import numpy as np
import training_peers
from threadpoolctl import threadpool_limits

from onescale.data.fetch import load
from onescale.training.batches import TrainingData
from onescale.training.trainer import Trainer
from onescale.training.variant import Variant

WIDE = (512, 512)
AUGMENT = {"rotation": 10, "brightness": 0.2, "flip": 0.5, "shift": 2}
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class Bare:
    """The products of one training step and nothing else: forward, by weights, by activations."""

    def __init__(self, hidden=(50, 100), inputs=784, classes=10, rows=100) -> None:
        sizes, draw = [inputs, *hidden, classes], np.random.default_rng(0)
        self.layers = []
        for a, b in pairwise(sizes):
            shapes = ((a, b), (rows, a), (rows, b))
            w, x, d = (draw.normal(size=shape).astype("float32") for shape in shapes)
            self.layers.append((w, x, d, np.empty_like(d), np.empty_like(w), np.empty_like(x)))

    def steps(self, count: int) -> None:
        first = self.layers[0]
        for _ in range(count):
            for w, x, _, z, _, _ in self.layers:
                np.dot(x, w, out=z)
            for layer in reversed(self.layers):
                w, x, d, _, dw, dx = layer
                np.dot(x.T, d, out=dw)
                if layer is not first:
                    np.dot(d, w.T, out=dx)

    def forward(self) -> None:
        for w, x, _, z, _, _ in self.layers:
            np.dot(x, w, out=z)


class Ours:
    """The step of `onescale train`, with everything that belongs to it."""

    def __init__(self, **keys) -> None:
        variant = Variant(**keys)
        data = load()
        self.trainer = Trainer(variant, TrainingData(variant, data), seed=0)

    def steps(self, count: int) -> None:
        self.trainer.advance(count)


def optimizer(name: str, **keys):
    return lambda: Ours(optimizer={"name": name, **keys})


OURS = {
    "sgd": optimizer("sgd", rate=0.1),
    "momentum": optimizer("momentum"),
    "nesterov": optimizer("nesterov"),
    "adagrad": optimizer("adagrad"),
    "rmsprop": optimizer("rmsprop"),
    "adadelta": optimizer("adadelta"),
    "adam": optimizer("adam"),
    "adamw": optimizer("adamw"),
    "adam, dropout": lambda: Ours(dropout={}),
    "adam, batch norm": lambda: Ours(batch_norm={}),
    "adam, weight decay": lambda: Ours(weight_decay={}),
    "adam, augmentation": lambda: Ours(augment=AUGMENT),
    "sgd, 512-512": lambda: Ours(optimizer={"name": "sgd", "rate": 0.1}, hidden=WIDE),
    "adam, 512-512": lambda: Ours(hidden=WIDE),
}
BARE = {"bare products": Bare, "bare products, 512-512": lambda: Bare(WIDE)}
CONTESTANTS = BARE | OURS | training_peers.PEERS


def serve(name: str) -> None:
    """A contestant: each line on standard input is a number of steps; answers CPU seconds."""
    contestant = CONTESTANTS[name]()
    contestant.steps(20)
    print("ready", flush=True)
    for line in sys.stdin:
        began = time.process_time()
        contestant.steps(int(line))
        print(time.process_time() - began, flush=True)


class Process:
    """A contestant in a process of its own."""

    def __init__(self, name: str) -> None:
        command = [sys.executable, __file__, "serve", "--only", name]
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        environment = os.environ | ONE_THREAD
        self.process = subprocess.Popen(command, env=environment, text=True, **pipes)
        self.ready = self.process.stdout.readline().strip() == "ready"

    def measure(self, steps: int) -> float:
        self.process.stdin.write(f"{steps}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline()) / steps * 1e6

    def end(self) -> str:
        """Let it go; the last line of what it complained of."""
        complaint = self.process.communicate()[1].strip()
        return complaint.splitlines()[-1] if complaint else ""


def steps(names: list[str], rounds: int, count: int) -> None:
    """Print the table of µs a step."""
    names = list(dict.fromkeys([*BARE, *names]))
    processes = {name: Process(name) for name in names}
    absent = {name: process.end() for name, process in processes.items() if not process.ready}
    times: dict[str, list[float]] = {name: [] for name in names if name not in absent}
    for _ in range(rounds):
        for name in times:
            wide = "512" in name
            times[name].append(processes[name].measure(count // 10 if wide else count))
    for name in times:
        processes[name].end()
    print("| a step of 784-50-100-10, batch 100 | µs | bare products |\n|---|---|---|")
    for name, found in times.items():
        bare = times["bare products, 512-512" if "512" in name else "bare products"]
        ratio = median(a / b for a, b in zip(found, bare, strict=True))
        print(f"| {name} | {median(found):.0f} | {ratio:.2f} × |")
    for name, complaint in absent.items():
        print(f"not here: {name} ({complaint})")


def evaluation(rounds: int) -> None:
    """Accuracy on 70,000 images, against the forward products of all of them."""
    import tracemalloc

    ours = Ours()
    network, training = ours.trainer.network, ours.trainer.training
    bare = Bare(rows=1000)
    ratios, times = [], []
    for _ in range(rounds):
        began = time.process_time()
        for _ in range(70):
            bare.forward()
        middle = time.process_time()
        network.classify(training.images)
        network.classify(training.test_images)
        times.append(time.process_time() - middle)
        ratios.append(times[-1] / (middle - began))
    tracemalloc.start()
    network.classify(training.images)
    network.classify(training.test_images)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    print(
        f"evaluating 70,000 images: {median(times) * 1e3:.0f} ms, {median(ratios):.2f} × their "
        f"forward products; it takes {peak:.0f} MiB of memory"
    )


def whole(rounds: int) -> None:
    """`onescale train` of 10,000 steps with its 18 evaluations, start-up and files included."""
    import resource

    bare, forward = Bare(), Bare(rows=1000)
    for optimizer_name in ("sgd", "adam"):
        ratios, times = [], []
        for _ in range(rounds):
            began = time.process_time()
            bare.steps(10_000)
            for _ in range(18 * 70):
                forward.forward()
            products = time.process_time() - began
            with tempfile.TemporaryDirectory() as folder:
                command = [sys.executable, "-m", "onescale", "train", "-o", f"{folder}/run.json"]
                spec = f'{{"optimizer": {{"name": "{optimizer_name}"}}}}'
                command += ["--checkpoints", folder, "--spec", spec]
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                subprocess.run(command, check=True, capture_output=True)
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
            used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            times.append(used)
            ratios.append(used / products)
        print(
            f"onescale train, {optimizer_name}: {median(times):.1f} s, "
            f"{median(ratios):.2f} × the products"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    kinds = ["steps", "evaluation", "whole", "serve"]
    parser.add_argument("what", nargs="?", default="steps", choices=kinds)
    parser.add_argument("--only", default="", help="names from the table, with semicolons between")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--steps", type=int, default=1000, help="of each contestant in a round")
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    if options.what == "serve":
        return serve(options.only)
    with threadpool_limits(1):
        if options.what == "evaluation":
            return evaluation(options.rounds)
        if options.what == "whole":
            return whole(options.rounds)
    wanted = options.only.split(";") if options.only else list(CONTESTANTS)
    steps(wanted, options.rounds, options.steps)


if __name__ == "__main__":
    main()
