"""Milliseconds to augment a batch of 100 images of 28 × 28, and the ratio to scipy.ndimage.

One core, CPU time, contestants taking turns in every round, medians over the rounds. SciPy does the
same work in two ways: an angle, shift and flip of its own for each image, as ours, and the cheaper
one angle for the whole batch. Run with `python benchmarks/augment.py`.
"""

import os

os.environ |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")

import statistics
import time

import numpy as np
from scipy import ndimage

from onescale.data.augment import Augmenter

STRENGTHS = {"rotation": 10.0, "brightness": 0.2, "flip": 0.5, "shift": 2.0}
BATCH, ROUNDS = 100, 60
LIMIT = 1.0  # milliseconds for all four kinds together


def pictures(rng: np.random.Generator) -> np.ndarray:
    """Noise in the middle 20 × 20 pixels, as digits are placed; values do not change the time."""
    images = np.zeros((BATCH, 28, 28), np.uint8)
    images[:, 4:24, 4:24] = rng.integers(0, 256, (BATCH, 20, 20))
    return images.reshape(BATCH, 784)


def scipy_each(images: np.ndarray, rng: np.random.Generator, out: np.ndarray) -> None:
    bilinear = {"order": 1, "prefilter": False, "mode": "grid-constant"}
    for k, image in enumerate(images.reshape(-1, 28, 28)):
        changed = image[:, ::-1] if rng.random() < STRENGTHS["flip"] else image
        changed = changed * np.float32((1 + rng.uniform(-1, 1) * STRENGTHS["brightness"]) / 255)
        angle = rng.uniform(-1, 1) * STRENGTHS["rotation"]
        changed = ndimage.rotate(changed, angle, reshape=False, **bilinear)
        changed = ndimage.shift(changed, rng.integers(-2, 3, 2), **bilinear)
        np.clip(changed.ravel(), 0, 1, out=out[k])


def scipy_batch_rotation(images: np.ndarray, rng: np.random.Generator, out: np.ndarray) -> None:
    angle = rng.uniform(-1, 1) * STRENGTHS["rotation"]
    light = images.reshape(-1, 28, 28) / np.float32(255)
    turned = ndimage.rotate(light, angle, axes=(2, 1), reshape=False, order=1, prefilter=False)
    out[:] = turned.reshape(BATCH, 784)


def main() -> None:
    rng = np.random.Generator(np.random.SFC64(0))
    images = pictures(rng)
    out = np.empty(images.shape, np.float32)
    contestants = {"all four kinds": Augmenter(STRENGTHS)}
    contestants |= {f"{kind} alone": Augmenter({kind: STRENGTHS[kind]}) for kind in STRENGTHS}
    contestants["no kind: value / 255"] = Augmenter({})
    contestants["scipy, all four, image by image"] = scipy_each
    contestants["scipy, one rotation for the batch"] = scipy_batch_rotation
    times = {name: [] for name in contestants}
    for _ in range(ROUNDS):
        for name, change in contestants.items():
            change(images, rng, out)  # warm its own buffers, not those of the one before
            start = time.process_time()
            change(images, rng, out)
            times[name].append(1000 * (time.process_time() - start))
    medians = {name: statistics.median(values) for name, values in times.items()}
    ours = medians["all four kinds"]
    for name, value in medians.items():
        print(
            f"{name:35} {value:7.3f} ms a batch of {BATCH}   {value / ours:6.2f} × all four kinds"
        )
    print(f"all four kinds take {ours / LIMIT:.0%} of the {LIMIT:g} ms they may take")


if __name__ == "__main__":
    main()
