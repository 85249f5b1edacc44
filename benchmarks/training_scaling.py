"""How the cost of training grows: with steps, with seeds, and with the size of the net.

CPU seconds of one process on one thread, measured here and now; a straight line through the origin
stands beside each. Draws docs/training_scaling.svg and prints the tables for docs/scaling.md.

    python benchmarks/training_scaling.py
"""

import time
from itertools import pairwise
from pathlib import Path

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "onescale"

import matplotlib.pyplot as plt  # noqa: E402

from onescale import train  # noqa: E402
from onescale.data.fetch import load  # noqa: E402

OUT = Path(__file__).parents[1] / "docs" / "training_scaling.svg"
NET = {"evaluate_every": 10**9}
HIDDEN = [(50,), (50, 100), (200, 100), (300, 300), (512, 512), (1000, 500)]
DATA = load()


def seconds(variant: dict) -> float:
    """CPU seconds of the steps of one run alone, the least of three."""
    return min(train(NET | variant, DATA, [0])[0].train_seconds for _ in range(3))


def whole(variant: dict, seeds: int) -> float:
    """CPU seconds of a call, evaluations and all, the least of three."""
    found = []
    for _ in range(3):
        began = time.process_time()
        train(NET | variant, DATA, range(seeds))
        found.append(time.process_time() - began)
    return min(found)


def multiplications(hidden: tuple[int, ...]) -> float:
    """Millions of multiplications in the products of one step, batch 100, 784 inputs."""
    sizes = (784, *hidden, 10)
    products = [a * b for a, b in pairwise(sizes)]
    return 100 * (3 * sum(products) - products[0]) / 1e6


def main() -> None:
    steps = {n: seconds({"steps": n}) for n in (500, 1000, 2000, 4000, 8000)}
    seeds = {n: whole({"steps": 500}, n) for n in (1, 2, 4, 8)}
    sizes = {
        multiplications(hidden): seconds({"hidden": hidden, "steps": 200}) / 200 * 1e3
        for hidden in HIDDEN
    }
    figure, axes = plt.subplots(1, 3, figsize=(11, 3.4), layout="constrained")
    for axis, found, name, unit in (
        (axes[0], steps, "steps, one seed", "CPU s"),
        (axes[1], seeds, "seeds of 500 steps, evaluations included", "CPU s"),
        (axes[2], sizes, "million multiplications a step", "CPU ms a step"),
    ):
        x, y = list(found), list(found.values())
        axis.plot([0, x[-1]], [0, y[-1]], color="0.75", zorder=0)
        axis.plot(x, y, "o", color="#1f77b4")
        axis.set(xlabel=name, ylabel=unit, xlim=0, ylim=0)
        axis.spines[["top", "right"]].set_visible(False)
        print(f"\n| {name} | {unit} | each |\n|---|---|---|")
        for a, b in found.items():
            print(f"| {a:,.4g} | {b:.3g} | {b / a:.3g} |")
    figure.savefig(OUT, metadata={"Date": None})


if __name__ == "__main__":
    main()
