"""Images changed a little at random before each use: rotated, shifted, mirrored, lit differently.

A batch of 100 is changed in about half a millisecond, a whole training step's worth of time, where
`scipy.ndimage.rotate` alone takes six. What makes that possible: where each pixel of a rotated
image comes from depends on the angle alone, so it is worked out once, in the constructor, for a
grid of angles. A batch is then four gathers from zero-padded images and three interpolations;
mirrored images have a table of their own and a shift is a number added to an index.

What is approximated: an angle is one of a grid a quarter of a degree apart or closer (up to 45° of
strength; wider apart beyond), drawn evenly, and a shift is in whole pixels. For the angle that is
drawn the rotation is the bilinear one of SciPy (`order=1`, `mode="grid-constant"`) to float32's
rounding. Against a free angle that is at most 0.04 pixels, at a corner of 28 × 28, far less inside.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from onescale.core.errors import DataError, SpecError
from onescale.core.settings import build, number

_FINEST = 0.25  # degrees between angles of the grid …
_MOST = 180  # … and how many there may be on either side of 0: some 4.5 MB of tables at 28 × 28
_BLOCK = 128  # images at a time; buffers are made for so many, larger batches take turns


@dataclass(frozen=True)
class AugmentSettings:
    """How strongly each kind changes an image; 0 is off.

    brightness: the result is kept within 0 to 1. shift: along rows and columns alike, in whole
    pixels (2.5 is taken as 2).
    """

    rotation: float = number(0.0, "[0, 180]", "Largest angle in degrees, either way.")
    brightness: float = number(0.0, "[0, 1]", "Largest relative change of brightness.")
    flip: float = number(0.0, "[0, 1]", "Probability of a left-right flip.")
    shift: float = number(
        0.0, "[0, inf)", "Largest shift in pixels, each way; at most half the image."
    )


class Augmenter:
    """Callable that changes a batch of images at random, with buffers of its own.

    spec: the strengths, or a mapping with any of them.
    shape: (rows, columns) of an image.

    An image is mirrored, then shifted, then rotated about its centre, then lit; what comes from
    outside of it is 0. Nothing is cropped in between, so what a shift pushes over the edge may be
    turned back in by the rotation. Every call takes five uniform numbers an image from its
    generator, whatever the strengths and the values: two augmenters fed alike share their draws.

    Raises SpecError on a key or strength that cannot be meant.

    >>> augment = Augmenter({"flip": 1}, shape=(1, 3))
    >>> image = np.array([[0, 51, 255]], np.uint8)
    >>> augment(image, np.random.default_rng(1), np.empty((1, 3), np.float32))
    array([[1. , 0.2, 0. ]], dtype=float32)
    """

    def __init__(
        self, spec: AugmentSettings | Mapping[str, float], shape: tuple[int, int] = (28, 28)
    ) -> None:
        self.shape = rows, columns = tuple(shape)
        if not isinstance(spec, AugmentSettings):
            spec = build(AugmentSettings, spec, "augment")
        if spec.shift > (half := max(shape) // 2):
            raise SpecError(f"augment.shift: {spec.shift:g} of {rows} × {columns}; at most {half}")
        self.rotation, self.brightness, self.flip = spec.rotation, spec.brightness, spec.flip
        self.shift = math.floor(spec.shift)
        self.angles = _grid(self.rotation)

        top, left, self._weights = _tables(self.angles, self.shape)
        # Zeros around an image, as far as the lower right neighbour of any source pixel can be.
        pad = self.shift + max(
            0, -top.min(), -left.min(), top.max() + 2 - rows, left.max() + 2 - columns
        )
        self._width = columns + 2 * pad
        height = rows + 2 * pad
        self._sources = ((top + pad) * self._width + left + pad).astype(np.intp)

        pixels = rows * columns
        padded = np.zeros((_BLOCK, height, self._width), np.float32)
        self._inner = padded[:, pad : pad + rows, pad : pad + columns]
        self._flat = padded.reshape(-1)
        self._starts = np.arange(_BLOCK, dtype=np.intp) * (height * self._width)
        self._index = np.empty((_BLOCK, pixels), np.intp)
        self._fraction = np.empty((2, _BLOCK, pixels), np.float32)
        self._corners = np.empty((4, _BLOCK, pixels), np.float32)
        self._ones = np.ones((_BLOCK, pixels), np.float32)  # NumPy's minimum with 1 is slower

    def __call__(self, images: np.ndarray, rng: np.random.Generator, out: np.ndarray) -> np.ndarray:
        """Write changed `images` into `out` and return it.

        images: (B, rows × columns) uint8, read as value / 255, or floats from 0 to 1, taken as
            they are. out: (B, rows × columns) float32, C-contiguous, from 0 to 1 (floats beyond
            that are kept within it only where brightness changes).

        Raises DataError where the shapes do not fit.
        """
        expected = (len(images), self.shape[0] * self.shape[1])
        if images.shape != expected or out.shape != expected or out.dtype != np.float32:
            raise DataError(
                f"augmentation of {self.shape[0]} × {self.shape[1]} pixels needs images and a "
                f"float32 output of shape {expected}; found {images.shape} and {out.shape} "
                f"{out.dtype}"
            )
        draws = rng.random((5, len(images)))
        for start in range(0, len(images), _BLOCK):
            block = slice(start, start + _BLOCK)
            self._change(images[block], draws[:, block], out[block])
        return out

    def _change(self, images: np.ndarray, draws: np.ndarray, out: np.ndarray) -> None:
        n = len(images)
        turn, mirror, down, right, light = draws
        mirrored = mirror < self.flip
        table = (turn * len(self.angles)).astype(np.intp) + len(self.angles) * mirrored
        down = np.floor(down * (2 * self.shift + 1)).astype(np.intp) - self.shift
        right = np.floor(right * (2 * self.shift + 1)).astype(np.intp) - self.shift

        # Brightness first: the rest is linear, so it is the same as last but for the limits.
        full = 255 if images.dtype == np.uint8 else 1
        pictures, inner = images.reshape(n, *self.shape), self._inner[:n]
        if self.brightness:
            factor = (1 + self.brightness * (2 * light - 1)) / full
            np.multiply(pictures, factor[:, None, None].astype(np.float32), out=inner)
        else:
            np.divide(pictures, np.float32(full), out=inner)

        index = self._index[:n]
        np.take(self._sources, table, axis=0, out=index, mode="clip")
        index += (self._starts[:n] - down * self._width - np.where(mirrored, -right, right))[
            :, None
        ]
        if self.rotation:
            self._interpolate(index, table, out)
        else:
            np.take(self._flat, index, out=out, mode="clip")
        if self.brightness:
            np.minimum(out, self._ones[:n], out=out)

    def _interpolate(self, index: np.ndarray, table: np.ndarray, out: np.ndarray) -> None:
        n = len(index)
        down, right = self._fraction[:, :n]
        for weights, chosen in zip(self._weights, (down, right), strict=True):
            np.take(weights, table, axis=0, out=chosen, mode="clip")
        corners = upper, upper_right, lower, lower_right = self._corners[:, :n]
        for corner, step in zip(corners, (0, 1, self._width, self._width + 1), strict=True):
            np.take(self._flat[step:], index, out=corner, mode="clip")
        _blend(upper, upper_right, right, upper)
        _blend(lower, lower_right, right, lower)
        _blend(upper, lower, down, out)


def _blend(a: np.ndarray, b: np.ndarray, weight: np.ndarray, out: np.ndarray) -> None:
    """out = a + weight·(b − a); b is overwritten."""
    np.subtract(b, a, out=b)
    np.multiply(b, weight, out=b)
    np.add(a, b, out=out)


def _grid(largest: float) -> np.ndarray:
    """Angles in degrees from −largest to largest, evenly, 0 among them."""
    half = min(math.ceil(largest / _FINEST), _MOST)
    return np.arange(-half, half + 1) * (largest / max(half, 1))


def _tables(angles: np.ndarray, shape: tuple[int, int]):
    """Where each pixel comes from, for every angle, and then for every angle mirrored.

    Returns top and left, (2 × angles, pixels) integers: row and column of the upper left of the
    four source pixels, which may lie outside of the image; and the weights of the lower and of the
    right ones, (2, 2 × angles, pixels) float32.
    """
    middle = np.array([(shape[0] - 1) / 2, (shape[1] - 1) / 2])[:, None]
    row, column = np.indices(shape).reshape(2, -1) - middle
    cosine, sine = np.cos(np.deg2rad(angles))[:, None], np.sin(np.deg2rad(angles))[:, None]
    # As scipy.ndimage.rotate turns; rounded, so that quarter turns hit the pixels exactly.
    down = np.round(cosine * row + sine * column + middle[0], 9)
    right = np.round(cosine * column - sine * row + middle[1], 9)
    down = np.concatenate([down, down])
    right = np.concatenate([right, shape[1] - 1 - right])
    top, left = np.floor(down), np.floor(right)
    weights = np.stack([down - top, right - left]).astype(np.float32)
    return top.astype(np.intp), left.astype(np.intp), weights
